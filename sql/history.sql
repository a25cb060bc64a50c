-- The evidence: wifox_imports, wifox_import_errors, and the error report.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/test/helpers.sql'
\i :helpers
SELECT wifox_import_create_clients_table();

-- every column of a row
SELECT i AS returned FROM wifox_import_clients_data(E'ID,email,firstName\n1,a@x.org,A') i \gset
SELECT i = :'returned'::wifox_imports FROM wifox_imports i;
SELECT key, CASE WHEN key ~ '_at$' THEN (value ~ '^20\d\d-')::text ELSE value END
	FROM wifox_imports i, jsonb_each_text(to_jsonb(i)) 
	WHERE key NOT IN ('client_addr', 'imported_by', 'session_user_name') ORDER BY key;
SELECT started_at <= finished_at, session_user_name = session_user, imported_by = current_user,
		client_addr IS NOT DISTINCT FROM inet_client_addr(),
		file_sha256 = sha256(E'ID,email,firstName\n1,a@x.org,A') FROM wifox_imports;
-- records is the sum of the counts; a refused file has none
SELECT pg_temp.import($$ID,email,firstName
1,a@x.org,A
2,b@x.org,
3,,C
4,d@x.org,D$$, $$on_error => 'skip'$$);
SELECT pg_temp.import($$ID,nobody
1,2$$);
SELECT pg_temp.import('MZ', $$file_name => 'x.exe'$$);
SELECT id, status, file_name, file_bytes, file_sha256 IS NOT NULL AS sha, records,
		records = created + updated + unchanged + skipped + failed AS sum, options ->> 'header' AS header
	FROM wifox_imports ORDER BY id;
-- an ERROR leaves no row
SELECT wifox_import_clients_data('ID,nobody', on_error => 'raise');
SELECT wifox_import_clients_data('ID', mode => 'x');
SELECT count(*) FROM wifox_imports;

-- who sees what: one's own imports; all for members of pg_read_all_data; nobody writes
CREATE ROLE regress_wifox_one;
CREATE ROLE regress_wifox_two;
CREATE ROLE regress_wifox_auditor IN ROLE pg_read_all_data;
GRANT SELECT, INSERT, UPDATE ON clients TO regress_wifox_one, regress_wifox_two;
SET ROLE regress_wifox_one;
SELECT pg_temp.import($$email,firstName
one@x.org,$$);
SET ROLE regress_wifox_two;
SELECT pg_temp.import($$email,firstName
two@x.org,$$);
SELECT id, imported_by FROM wifox_imports;
SELECT import_id, code FROM wifox_import_errors;
SELECT wifox_import_error_report(max(id)) FROM wifox_imports;
SELECT wifox_import_error_report(max(id) - 1) FROM wifox_imports;
SELECT wifox_import_error_report(2);
INSERT INTO wifox_imports SELECT * FROM wifox_imports;
UPDATE wifox_imports SET status = 'imported';
DELETE FROM wifox_imports;
TRUNCATE wifox_imports CASCADE;
INSERT INTO wifox_import_errors SELECT * FROM wifox_import_errors;
UPDATE wifox_import_errors SET message = '';
DELETE FROM wifox_import_errors;
SELECT nextval('wifox_imports_id_seq');
SET ROLE regress_wifox_auditor;
SELECT id, imported_by = session_user AS owner FROM wifox_imports ORDER BY id;
SELECT import_id, count(*) FROM wifox_import_errors GROUP BY 1 ORDER BY 1;
RESET ROLE;
DROP OWNED BY regress_wifox_one, regress_wifox_two;
DROP ROLE regress_wifox_one, regress_wifox_two, regress_wifox_auditor;
-- an import that is not there
SELECT wifox_import_error_report(999);
SELECT wifox_import_error_report(NULL);

-- the report: the file's own header, then each bad record as it was, in file order
TRUNCATE clients;
SELECT max(id) + 1 AS first FROM wifox_imports \gset
SELECT pg_temp.import($$ID,email,firstName,comments,height
1,a@x.org,Ann,"a, ""quoted""
and broken one",tall
2,b@x.org,Bob,fine,180
3,c@,,-1 apple,1.5
4,d@x.org,=Dan,' spaced ,$$, $$on_error => 'skip'$$);
SELECT record, raw FROM wifox_import_errors WHERE import_id = :first AND raw IS NOT NULL
	ORDER BY record;
SELECT wifox_import_error_report(:first);
-- corrected and imported, it completes what skip had left out; line and error columns are ignored
SELECT string_agg(r, E'\n') AS report FROM wifox_import_error_report(:first) r \gset
SELECT pg_temp.import(replace(replace(replace(:'report', 'tall', '190'), 'c@,', 'c@x.org,Cas'),
	'''=Dan', 'Dan'));
SELECT id, email, first_name, comments, height FROM clients ORDER BY id;

-- apostrophes: one before a cell that a spreadsheet would run; the importer takes one off again
SET wifox_import.active_content = allow;
SELECT max(id) + 1 AS first FROM wifox_imports \gset
SELECT pg_temp.import($$ID,comments,bio,height
1,=1+1,'=2,x
2,+49 30 1234,''@home,x
3,-5," -x",x
4,'plain,it's,x$$);
SELECT wifox_import_error_report(:first);
SELECT string_agg(r, E'\n') AS report FROM wifox_import_error_report(:first) r \gset
SELECT pg_temp.import(replace(:'report', ',x,', ',,'));
SELECT id, comments, bio FROM clients ORDER BY id;
RESET wifox_import.active_content;
-- without the two columns an apostrophe is text
SELECT pg_temp.import($$ID,comments
1,'=1$$);
SELECT comments FROM clients WHERE id = '1';
-- the report of a re-imported report has its two columns once
SELECT max(id) + 1 AS first FROM wifox_imports \gset
SELECT pg_temp.import($$ID,comments,height
1,=1,
2,'=2,x
3,+5,x$$);
SELECT string_agg(r, E'\n') AS report FROM wifox_import_error_report(:first) r \gset
SELECT :'report';
SELECT count(*) FROM pg_temp.import(:'report');
SELECT wifox_import_error_report(:first + 1);
-- whatever the number of reports, what is imported in the end is what the first file said
SELECT string_agg(r, E'\n') AS report FROM wifox_import_error_report(:first + 1) r \gset
SELECT pg_temp.import(replace(replace(:'report', ',x,', ',,'), '''=1', '1'));
SELECT id, comments FROM clients WHERE id <= '3' ORDER BY id;

-- too few and too many cells: the widest record widens all lines
SELECT max(id) + 1 AS first FROM wifox_imports \gset
SELECT pg_temp.import($$ID,comments,phone
1,a,b,c,d
2
3,x "quote" y,
4,ok,4$$, $$on_error => 'skip'$$);
SELECT wifox_import_error_report(:first);
-- in the file's own dialect
SELECT max(id) + 1 AS first FROM wifox_imports \gset
SELECT pg_temp.import(E'sep=;\nID;comments;height\n1;\'a;\\\'b\\\'\';x\n2;"c, d";y',
	$$quote => '''', escape => '\'$$);
SELECT wifox_import_error_report(:first);
SELECT string_agg(r, E'\n') AS report FROM wifox_import_error_report(:first) r \gset
SELECT pg_temp.import(replace(replace(:'report', ';x;', ';1;'), ';y;', ';2;'),
	$$quote => '''', escape => '\'$$);
SELECT id, comments, height FROM clients WHERE id IN ('1', '2') ORDER BY id;
-- without quotes every line still has the cells of the header
SELECT max(id) + 1 AS first FROM wifox_imports \gset
SELECT pg_temp.import(E'ID,comments\n1\n2,a,b', $$quote => ''$$);
SELECT array_length(string_to_array(r, ','), 1) FROM wifox_import_error_report(:first) r;
-- other encodings are in the database's
SELECT max(id) + 1 AS first FROM wifox_imports \gset
SELECT count(*) FROM pg_temp.import(convert_to(E'ID,comments,height\n1,Zo\u00eb,x', 'LATIN1'),
	$$encoding => 'LATIN1'$$);
SELECT wifox_import_error_report(:first);
SELECT max(id) + 1 AS first FROM wifox_imports \gset
SELECT count(*) FROM pg_temp.import('ID,comments
1,'::bytea || '\xff'::bytea || '
2,'::bytea || '\xfe'::bytea);
SELECT wifox_import_error_report(:first);
-- a file that was refused as a whole: its header at most
SELECT pg_temp.import($$ID,nobody
1,2$$);
SELECT wifox_import_error_report(max(id)) FROM wifox_imports;
-- long values are cut in the list of errors, never in the report
SELECT max(id) + 1 AS first FROM wifox_imports \gset
SELECT count(*) FROM pg_temp.import('ID,comments,email' || E'\n1,=' || repeat('ä', 1000) || ',');
SELECT octet_length(value), right(value, 5), length(raw) FROM wifox_import_errors
	WHERE import_id = :first;
SELECT length(r) FROM wifox_import_error_report(:first) r;

DROP EXTENSION wifox_import;
DROP TABLE clients, projects, desks;
