-- One file with 40 mistakes in 30 of its records: all of them from one run, each with its line,
-- its column, its cell, its code, and what to do.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/test/helpers.sql'
\i :helpers
\set set_up :abs_srcdir '/test/mistakes.sql'
\i :set_up
\set file :abs_srcdir '/test/data/clients-40-mistakes.csv'
SELECT pg_temp.outcome(i) FROM wifox_import_clients(:'file') i;
SELECT count(*) AS mistakes, count(DISTINCT record) AS records, count(DISTINCT code) AS codes,
	count(DISTINCT (code, message)) AS messages, count(*) FILTER (WHERE hint IS NULL) AS helpless
	FROM wifox_import_errors;
\x on
\pset fieldsep '  '
\pset tuples_only off
SELECT line, column_name, CASE WHEN length(value) > 80 THEN left(value, 20) || ' ...' ELSE value END
	AS value, code, sqlstate, message, detail, hint
	FROM wifox_import_errors ORDER BY record, column_name COLLATE "C";
\x off
\pset tuples_only on
-- with skip the good records are in; the same mistakes again
SELECT pg_temp.outcome(i) FROM wifox_import_clients(:'file', on_error => 'skip') i;
SELECT count(*) FROM (SELECT record, line, column_name, value, code, message, detail, hint, raw
		FROM wifox_import_errors WHERE import_id = 1
	EXCEPT SELECT record, line, column_name, value, code, message, detail, hint, raw
		FROM wifox_import_errors WHERE import_id = 2) e;
-- raw: the record as it stands in the file, once
SELECT count(raw), count(DISTINCT record) FROM wifox_import_errors WHERE import_id = 1;
SELECT count(*) FROM wifox_import_errors WHERE import_id = 1
	AND position(convert_to(raw, 'UTF8') IN pg_read_binary_file(:'file')) > 0;
SELECT raw FROM wifox_import_errors WHERE import_id = 1 AND code = 'bad_byte';
-- raise: the first ten of them, in the order of the file
SELECT wifox_import_clients(:'file', on_error => 'raise');

-- the example of README.md: reported, corrected, all in
DROP TABLE clients, projects, desks CASCADE;
RESET wifox_import.max_field_size;
SELECT wifox_import_create_clients_table();
\set file :abs_srcdir '/test/data/clients-with-errors.csv'
SELECT pg_temp.outcome(i), i.message FROM wifox_import_clients(:'file') i;
SELECT concat_ws(' | ', line, coalesce(column_name, ''), code, message)
	FROM wifox_import_errors WHERE import_id = (SELECT max(id) FROM wifox_imports)
	ORDER BY record, column_name COLLATE "C";
\set file :abs_srcdir '/test/data/clients-fixed.csv'
SELECT pg_temp.outcome(i), i.message FROM wifox_import_clients(:'file') i;

DROP EXTENSION wifox_import;
DROP TABLE clients, projects, desks;
DROP FUNCTION check_desk;
DROP TYPE tier;
DROP DOMAIN percent;
