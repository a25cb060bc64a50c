-- Keys that are close together are found by walking along the index: whatever the order of the index,
-- the gaps between them, and the versions of rows that are no more, everybody is found, and nobody else.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/test/helpers.sql'
\i :helpers
SET client_min_messages = warning;
SET wifox_import.clients_table = 'people';
UPDATE wifox_import_columns SET required = false WHERE header = 'firstName';
-- 2,000 clients of whom every fifth is gone; a file that names every nth ID from the first to the
-- last, some of them twice, in a certain order
CREATE FUNCTION pg_temp.try(type text, nth int, file_order text, index_order text DEFAULT '',
		keys text DEFAULT 'ID') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
	wrong int;
BEGIN
	EXECUTE format('CREATE TABLE people (id %s NOT NULL, email text NOT NULL, phone text DEFAULT '''')', type);
	EXECUTE format('CREATE UNIQUE INDEX ON people (id %s)', index_order);
	EXECUTE 'CREATE UNIQUE INDEX ON people (lower(email))';
	EXECUTE format('INSERT INTO people SELECT i::text::%s, ''E'' || i || ''@x.org'' FROM generate_series(1, 2000) i', type);
	EXECUTE 'UPDATE people SET phone = NULL WHERE id::text LIKE ''%7''';
	EXECUTE 'DELETE FROM people WHERE id::text ~ ''[05]$''';
	EXECUTE format('SELECT pg_temp.outcome(i) FROM (SELECT convert_to(''ID,email,phone'' ||
		string_agg(format(E''\n%%s,%%s,p%%s'', CASE WHEN %L <> ''email'' THEN i END,
			CASE WHEN %L <> ''ID'' THEN ''e'' || i || ''@X.org'' END, i), '''' ORDER BY %s), ''UTF8'') AS data
		FROM (SELECT i FROM generate_series(0, 2100, %s) i UNION ALL SELECT i FROM generate_series(7, 2000, 400) i) s) f,
		wifox_import_clients_data(data, mode => ''update'', on_error => ''skip'') i', keys, keys, file_order, nth)
		INTO result;
	EXECUTE format('SELECT count(*) FROM people WHERE (phone IS NOT DISTINCT FROM ''p'' || id::text)
		<> (id::text::int %% %s = 0 OR id::text::int %% 400 = 7)', nth) INTO wrong;
	DROP TABLE people;
	RETURN result || ', ' || wrong || ' wrong';
END $$;
SET wifox_import.writer = heap;
SELECT type, nth, pg_temp.try(type, nth, 'i') FROM unnest('{int,numeric,text,varchar}'::text[]) type,
	unnest('{1,2,7,20}'::int[]) nth;
SELECT file_order, pg_temp.try('numeric', 2, file_order) FROM unnest('{i DESC,i % 17,md5(i::text)}'::text[]) file_order;
SELECT index_order, pg_temp.try('text', 2, 'i', index_order) FROM unnest('{DESC,NULLS FIRST,DESC NULLS LAST}'::text[]) index_order;
SELECT keys, pg_temp.try('int', 2, 'i', '', keys) FROM unnest('{email,both}'::text[]) keys;
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT pg_temp.try('int', 2, 'i');
COMMIT;
SET wifox_import.writer = sql;
SELECT type, pg_temp.try(type, 2, 'i') FROM unnest('{int,numeric,text}'::text[]) type;
SELECT keys, pg_temp.try('int', 2, 'i', '', keys) FROM unnest('{email,both}'::text[]) keys;
DROP EXTENSION wifox_import;
