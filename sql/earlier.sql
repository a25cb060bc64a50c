-- Earlier imports: the same file once more, and the error report of an import.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/test/helpers.sql'
\i :helpers
SELECT wifox_import_create_clients_table();
-- the outcome of an import of these lines, with its parent, and with its NOTICEs
CREATE FUNCTION pg_temp.again(data text, options text DEFAULT NULL) RETURNS text
LANGUAGE plpgsql SET client_min_messages = notice AS $$
DECLARE
	i wifox_imports;
BEGIN
	EXECUTE 'SELECT * FROM ' || concat_ws(', ', 'wifox_import_clients_data($1', options) || ')'
		INTO i USING convert_to(data, 'UTF8');
	RETURN concat('import ', i.id, ' ', i.status, ', parent ' || i.parent_id);
END $$;
\set on_a_day 'UPDATE wifox_imports SET finished_at = ''2026-01-02 03:04:05+00'''

-- the same file ---------------------------------------------------------------------
-- an import that failed, a dry run, and one of no records are nothing to be told of
SELECT pg_temp.again(E'email,firstName\nb@x.org,\n');
SELECT pg_temp.again(E'email,firstName\nb@x.org,\n');
SELECT pg_temp.again('email,firstName');
SELECT pg_temp.again('email,firstName');
SELECT pg_temp.again(E'email,firstName\na@x.org,A\n', 'dry_run => true');
SELECT pg_temp.again(E'email,firstName\na@x.org,A\n');
:on_a_day;
-- the latest one is named, and dry runs are told of it
SELECT pg_temp.again(E'email,firstName\na@x.org,A\n', 'dry_run => true');
SELECT pg_temp.again(E'email,firstName\na@x.org,A\n', $$file_name => 'renamed.csv'$$);
:on_a_day;
SELECT pg_temp.again(E'email,firstName\na@x.org,A\n', $$on_error => 'skip'$$);
:on_a_day;
-- a partial one counts; the same records in another form are another file
SELECT pg_temp.again(E'email,firstName\na@x.org,A\nb@x.org,', $$on_error => 'skip'$$);
:on_a_day;
SELECT pg_temp.again(E'email,firstName\na@x.org,A\nb@x.org,', $$on_error => 'skip'$$);
SELECT pg_temp.again(E'email;firstName\na@x.org;A\nb@x.org;', $$on_error => 'skip'$$);
-- one that was undone does not, one into another table neither
INSERT INTO wifox_imports (parent_id, status, message, file_name, file_bytes, records, created,
		updated, unchanged, skipped, failed, mode, on_error, dry_run, options, target, started_at,
		finished_at, imported_by, session_user_name)
	SELECT max(id), 'undone', '', '', 0, 0, 0, 0, 0, 0, 0, 'undo', 'report', false, '{}',
		'public.clients', now(), now(), current_user, current_user
	FROM wifox_imports;
SELECT pg_temp.again(E'email;firstName\na@x.org;A\nb@x.org;', $$on_error => 'skip'$$);
CREATE TABLE others (LIKE clients INCLUDING ALL);
SET wifox_import.clients_table = 'others';
SELECT pg_temp.again(E'email,firstName\na@x.org,A\n');
RESET wifox_import.clients_table;
-- nobody is told of the imports of others
CREATE ROLE regress_wifox_clerk;
GRANT SELECT, INSERT, UPDATE ON clients TO regress_wifox_clerk;
SET ROLE regress_wifox_clerk;
SELECT pg_temp.again(E'email,firstName\na@x.org,A\n');
RESET ROLE;
-- it is found through the index, by those whom row security restricts, too
SET enable_seqscan = off;
SET ROLE regress_wifox_clerk;
EXPLAIN (COSTS off) SELECT FROM wifox_imports WHERE file_sha256 = '\x00';
RESET ROLE;
RESET enable_seqscan;

-- error reports -----------------------------------------------------------------------
-- the parent is the latest import with errors whose header has the same names
TRUNCATE wifox_imports RESTART IDENTITY CASCADE;
SELECT pg_temp.again(E'email,"first Name",Comments\nb@,B,\nc@,C,', $$on_error => 'skip'$$);
SELECT pg_temp.again(E'email,"first Name",bio\nb@,B,', $$on_error => 'skip'$$);
SELECT string_agg(r, E'\n') AS report FROM wifox_import_error_report(1) r \gset
SELECT :'report';
SELECT pg_temp.again(replace(:'report', 'b@,', 'b@x.org,'), $$on_error => 'skip'$$);
-- that of the report's own report is the report
SELECT string_agg(r, E'\n') AS report FROM wifox_import_error_report(3) r \gset
SELECT pg_temp.again(replace(:'report', 'c@,', 'c@x.org,'));
-- as a spreadsheet saves it: with other delimiters and quotes
SELECT pg_temp.again(E'\ufeff"email";"first Name";"Comments";"import_line";"import_error"\r\n'
	'"d@x.org";"D";"";"3";""');
-- the widest record widens the report
SELECT pg_temp.again(E'email,firstName\ne@x.org,E,more\nf@', $$on_error => 'skip'$$);
SELECT string_agg(r, E'\n') AS report FROM wifox_import_error_report(6) r \gset
SELECT pg_temp.again(replace(:'report', 'more', ''), $$on_error => 'skip'$$);
-- other names, another order, or but one of the two columns: it has no parent
SELECT pg_temp.again(E'email,phone,import_line,import_error\ne@x.org,1,2,', $$mode => 'update'$$);
SELECT pg_temp.again(E'first Name,email,Comments,import_line,import_error\nE,e@x.org,,2,');
SELECT pg_temp.again(E'email,first Name,import_line,import_error\ne@x.org,E,2,');
SELECT pg_temp.again(E'email,first Name,Comments,import_error\ne@x.org,E,,');
SELECT pg_temp.again(E'email,firstName,lastName,import_line,import_error\ne@x.org,E,F,,');
-- nor has the report of an import into another table, or of another role
SET wifox_import.clients_table = 'others';
SELECT pg_temp.again(E'email,first Name,Comments,import_line,import_error\ne@x.org,E,,2,');
RESET wifox_import.clients_table;
SET ROLE regress_wifox_clerk;
SELECT pg_temp.again(E'email,first Name,Comments,import_line,import_error\ne@x.org,E,,2,');
RESET ROLE;
-- a report that fails as a whole follows up, too
SELECT pg_temp.again(E'email,first Name,Comments,import_line,import_error\ne@x.org,E,=1,2,');
SELECT id, parent_id, status FROM wifox_imports ORDER BY id;

DROP OWNED BY regress_wifox_clerk;
DROP ROLE regress_wifox_clerk;
DROP EXTENSION wifox_import;
DROP TABLE clients, others, projects, desks;
