-- The error report, imported again: nothing that it adds to a file gets in.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/test/helpers.sql'
\i :helpers
\set ECHO none
SELECT wifox_import_create_clients_table() AS clients \gset

-- Import a file of which each record has a bad height, "x"; then its report, the heights removed.
CREATE FUNCTION pg_temp.again(data text, options text DEFAULT NULL) RETURNS SETOF text
LANGUAGE plpgsql AS $$
DECLARE
	report text;
BEGIN
	PERFORM pg_temp.import(data, options);
	SELECT string_agg(r, E'\n') INTO report
		FROM wifox_import_error_report((SELECT max(id) FROM wifox_imports)) r;
	RETURN NEXT report;
	RETURN QUERY SELECT * FROM pg_temp.import(replace(report, ',x,', ',,'), options);
END $$;
\set ECHO all

-- the marker that clears a column, a blank cell and a header, where a spreadsheet would run them
SELECT pg_temp.import($$ID,email,firstName,comments,bio
1,a@x.org,A,old,old$$);
SELECT pg_temp.again(E'ID,comments,bio,height\n1,-,"\t",x', $$clear_marker => '-'$$);
SELECT comments, bio FROM clients;
SELECT pg_temp.again(E'-ID,comments,height\n1,-new,x');
SELECT comments FROM clients;
SELECT * FROM wifox_import_mapping_data($$'-ID,'-height,import_line,import_error$$);
-- what an error says about a cell is without the apostrophe
SELECT pg_temp.import($$ID,comments,height,import_line,import_error
'-1,'=1+1,'-x,2,
'-1,,,3,$$);
-- with one of the two columns only it is no report: its apostrophes are text
SELECT pg_temp.import($$ID,comments,import_line
1,'=1+1,2$$);
SELECT comments FROM clients;

-- what is wrong stands in the order of the columns, wherever the rows of the errors lie
SELECT pg_temp.import($$bio,height,active,firstName,email,project,ID
=1,tall,maybe,,x,nowhere,7$$);
SELECT wifox_import_error_report(max(id)) FROM wifox_imports;
UPDATE wifox_import_errors SET hint = hint WHERE column_name IN ('email', 'bio');
SELECT wifox_import_error_report(max(id)) FROM wifox_imports;
-- it names what can be done, and which values are allowed; the table's own details are left out
CREATE TYPE mood AS ENUM ('glad', 'calm');
ALTER TABLE clients ADD mood mood, ADD CONSTRAINT small CHECK (height < 300);
SELECT pg_temp.import($$ID,mood,Meta
1,angry,{a$$);
SELECT wifox_import_error_report(max(id)) FROM wifox_imports;
SELECT pg_temp.import($$ID,height
1,400$$);
SELECT wifox_import_error_report(max(id)) FROM wifox_imports;
-- every other usual delimiter is in quotes: whoever guesses takes the right one
SELECT pg_temp.again($$"ID","no;no;no;no",comments,"a|b|c|d",height
1,x;y,a|b;c;d,1|2|3,x
2,x;y,"a	b",1|2|3,x$$, $$unknown_columns => 'ignore', mode => 'update'$$);
-- what comes without advice gets some
SELECT pg_temp.import($$ID,Meta
1,"""\ud800"""$$, NULL, true);
-- a long value is cut between two characters, wherever the limit falls
SELECT status, failed FROM wifox_import_clients_data(convert_to((SELECT 'ID,bio' ||
		string_agg(format(E'\n%s,%s%s', n, left('=xxx', i), repeat(c, 600)), '')
	FROM generate_series(1, 4) i, unnest('{x,é,€,😀}'::text[]) WITH ORDINALITY u (c, n)), 'UTF8'));
SELECT min(octet_length(value)), max(octet_length(value)), bool_and(raw LIKE '%' || left(value, -3) || '%'),
	count(*) FROM wifox_import_errors WHERE code = 'forbidden_content' AND value LIKE '%...';
-- empty surplus cells do not widen the report
SELECT pg_temp.import(E'ID,height\n1,x,,\t, ,\n2,y');
SELECT wifox_import_error_report(max(id)) FROM wifox_imports;

DROP EXTENSION wifox_import;
DROP TABLE clients, projects, desks;
DROP TYPE mood;
