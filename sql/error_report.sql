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

DROP EXTENSION wifox_import;
DROP TABLE clients, projects, desks;
