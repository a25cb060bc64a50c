\set ECHO none
-- What the regression tests share.  Everything is temporary and goes with the session.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
SET timezone = 'UTC';
SET datestyle = 'ISO';
SET bytea_output = 'hex';
CREATE EXTENSION wifox_import;

-- The status, and those counts that are not 0.
CREATE FUNCTION pg_temp.outcome(i record) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN concat_ws(', ', i.status || ': ' || i.records || ' records',
		nullif(i.created, 0) || ' created', nullif(i.updated, 0) || ' updated',
		nullif(i.unchanged, 0) || ' unchanged', nullif(i.skipped, 0) || ' skipped',
		nullif(i.failed, 0) || ' failed');
END $$;

-- The errors, one a line: #record (line) column [value] code sqlstate: message DETAIL HINT
CREATE FUNCTION pg_temp.errors(id bigint, hints boolean DEFAULT false) RETURNS SETOF text
LANGUAGE sql AS $$
	SELECT format('#%s (line %s) %s', coalesce(record::text, '-'), coalesce(line::text, '-'),
			concat_ws(' ', column_name, '[' || value || ']',
				code || ' ' || sqlstate || ': ' || message,
				'DETAIL ' || regexp_replace(detail, '^(Failing row contains).*', '\1 ...'),
				CASE WHEN hints THEN 'HINT ' || hint END))
		FROM wifox_import_errors e WHERE e.import_id = id
		ORDER BY record NULLS FIRST, column_name, message $$;

-- Import these bytes, and show the outcome and the errors.
CREATE FUNCTION pg_temp.import(data bytea, options text DEFAULT NULL,
	hints boolean DEFAULT false) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	i record;
BEGIN
	EXECUTE 'SELECT * FROM ' || concat_ws(', ', 'wifox_import_clients_data($1', options) || ')'
		INTO i USING data;
	RETURN NEXT pg_temp.outcome(i);
	RETURN QUERY SELECT * FROM pg_temp.errors(i.id, hints);
END $$;

-- Likewise for a text.
CREATE FUNCTION pg_temp.import(data text, options text DEFAULT NULL,
	hints boolean DEFAULT false) RETURNS SETOF text LANGUAGE sql AS $$
	SELECT * FROM pg_temp.import(convert_to(data, 'UTF8'), options, hints) $$;

-- A checksum of all clients.
CREATE FUNCTION pg_temp.checksum() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT md5(string_agg(c::text, E'\n' ORDER BY id)) FROM public.clients c);
END $$;
\set ECHO all
