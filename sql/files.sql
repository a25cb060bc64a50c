-- What a file may be.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/test/helpers.sql'
\i :helpers
SELECT wifox_import_create_clients_table();
CREATE VIEW seen AS SELECT id, first_name, email, comments FROM clients ORDER BY id;

-- not CSV by its name; for what it holds see not_csv.sql
SELECT pg_temp.import('ID', $$file_name => 'clients.xlsx'$$, true);
SELECT pg_temp.import('ID', $$file_name => 'csv'$$);
SELECT pg_temp.import('ID', $$file_name => 'clients.CSV'$$);
-- a NUL that comes late
SELECT pg_temp.import(convert_to(E'ID,comments\n' || repeat(E'\n                    \n', 4000),
	'UTF8') || '\x00');
-- nothing, blank lines only, a header only
SELECT pg_temp.import('', hints => true);
SELECT pg_temp.import(E'\n \n\n', hints => true);
SELECT pg_temp.import('\xefbbbf'::bytea);
SELECT pg_temp.import('ID,email');
SELECT pg_temp.import(E'ID,email\r\n');

-- marks and encodings
SELECT pg_temp.import('\xefbbbf'::bytea || E'ID,email,firstName\n1,a@x.org,Zo\u00eb');
SELECT pg_temp.import('\xfffe'::bytea ||
	string_agg(set_byte('\x0000', 0, ascii(c)), ''::bytea ORDER BY n))
	FROM regexp_split_to_table(E'ID,firstName\n1,Utf\n2,x', '') WITH ORDINALITY r (c, n);
SELECT pg_temp.import('\xfeff'::bytea ||
	string_agg(set_byte('\x0000', 1, ascii(c)), ''::bytea ORDER BY n))
	FROM regexp_split_to_table(E'ID,firstName\n1,Big', '') WITH ORDINALITY r (c, n);
SELECT pg_temp.import('\xfffe490044002c'::bytea, hints => true);
SELECT pg_temp.import(convert_to(E'ID,firstName\n1,Zo\u00eb', 'LATIN1'), $$encoding => 'latin1'$$);
TABLE seen;
SELECT pg_temp.import(convert_to(E'ID,firstName\n1,\u20ac', 'WIN1252'), $$encoding => 'WIN1252'$$);
SELECT pg_temp.import(convert_to(E'ID,firstName\n1,\u7530', 'SJIS'), $$encoding => 'SJIS'$$);
TABLE seen;
-- a byte order mark knows better than a declaration
SELECT pg_temp.import('\xefbbbf'::bytea || convert_to(E'ID,firstName\n1,Zo\u00eb', 'UTF8'),
	$$encoding => 'LATIN1'$$);
SELECT first_name FROM seen;
SELECT pg_temp.import('\xfffe490044000a003100'::bytea, $$encoding => 'UTF8'$$);
-- a bad byte is an error of its record, with its offset; reading goes on
SELECT pg_temp.import('ID,comments
1,good
2,'::bytea || '\xc328' || '
3,also good', NULL, true);
SELECT record, raw FROM wifox_import_errors ORDER BY import_id DESC, record LIMIT 1;
SELECT pg_temp.import(E'ID\n1', $$encoding => 'MULE_INTERNAL'$$, true)
	WHERE pg_char_to_encoding('MULE_INTERNAL') >= 0 -- no more from version 20 on
	UNION ALL SELECT unnest(ARRAY['failed: 0 records', '#- (line -) bad_byte 42883: there is no conversion from encoding MULE_INTERNAL to this database''s encoding UTF8']) WHERE pg_char_to_encoding('MULE_INTERNAL') < 0;

-- delimiters, from the header or said
SELECT pg_temp.import(E'ID;comments\n1;a,b,c');
SELECT pg_temp.import(E'ID\tcomments\n1\ta;b');
SELECT pg_temp.import(E'ID|comments\n1|a;b');
SELECT pg_temp.import(E'ID:comments\n1:a,b', $$delimiter => ':'$$);
TABLE seen;
SELECT pg_temp.import(E'ID,phone;bio\n1,2;3', hints => true);
-- Excel's first line is honoured and counts as a line
SELECT pg_temp.import(E'sep=;\r\nID;comments\r\n1;a,b\r\n404;c');
SELECT pg_temp.import(E'sep=|\nID|comments\n1|piped');
SELECT comments FROM seen;

-- line ends, with and without a last one; blank lines are no records
SELECT pg_temp.import(E'ID,comments\r\n1,crlf\r\n');
SELECT pg_temp.import(E'ID,comments\r1,cr\r');
SELECT pg_temp.import(E'\n\n  \nID,comments\n\n , \n1,lf\n,,,\n\n" ",""\n');
-- quoted line ends, doubled quotes, another quote and escape, no quotes at all
SELECT pg_temp.import(E'ID,comments\n1,"a\r\nb""c"",d"\n');
SELECT comments = E'a\r\nb"c",d' FROM seen;
SELECT pg_temp.import(E'ID,comments\n1,\'it\\\'s, here\'', $$quote => '''', escape => '\'$$);
SELECT comments FROM seen;
SELECT pg_temp.import(E'ID,comments\n1,"as it is', $$quote => ''$$);
SELECT comments FROM seen;

-- too few and too many cells; trailing empty ones do not count
SELECT pg_temp.import($$ID,comments,phone
1,x,5,,,
2,x
3,x,5,6
4
5,x,5, ,7$$, hints => true);
-- columns without a name need no cells at the end of a record
SELECT pg_temp.import(E'ID,comments,,\n1,x\n2\n3,,,x\n', $$mode => 'update', on_error => 'skip'$$);
-- a quote out of place, with its line; the next record is read
SELECT pg_temp.import($$ID,comments,phone
1,say "hi",
2,"a
b" c,5
3,ok,6$$, $$on_error => 'skip'$$, true);
-- a quote that never closes refuses the file, naming the line where it opens
SELECT pg_temp.import($$ID,comments
1,good
2,"never
closed
3,good$$, $$on_error => 'skip'$$, true);
SELECT records, message FROM wifox_imports ORDER BY id DESC LIMIT 1;

-- 5,000 records pass; 5,001 are refused with nothing written
CREATE FUNCTION pg_temp.records(n int) RETURNS text LANGUAGE sql AS $$
	SELECT 'ID,firstName,email,comments' ||
		string_agg(format(E'\nr%s,R,r%s@x.org,"two\nlines"\n', i, i), E'\n' ORDER BY i)
	FROM generate_series(1, n) i $$;
SELECT pg_temp.import(pg_temp.records(5001), NULL, true);
SELECT count(*) FROM clients;
SELECT pg_temp.import(pg_temp.records(5001), $$on_error => 'skip'$$);
SELECT wifox_import_clients_data(convert_to(pg_temp.records(5001), 'UTF8'), on_error => 'raise');
SELECT count(*) FROM clients;
SELECT pg_temp.import(pg_temp.records(5000));
SELECT count(*) FROM clients;
-- earlier errors give way to the one about the file
SELECT pg_temp.import(replace(pg_temp.records(5001), 'r7@', '@'), $$on_error => 'skip'$$);
SET wifox_import.max_records = 0;
SELECT pg_temp.import(pg_temp.records(5001));
SET wifox_import.max_records = 2;
SELECT pg_temp.import(E'ID\nr1\nr2\nr3');
RESET wifox_import.max_records;
-- the size of the file, and of a record
SET wifox_import.max_file_size = '1kB';
SELECT pg_temp.import('ID' || repeat(E'\n', 1022));
SELECT pg_temp.import('ID' || repeat(E'\n', 1023), NULL, true);
RESET wifox_import.max_file_size;
SET wifox_import.max_field_size = '1kB';
SELECT pg_temp.import(E'ID,comments\nr1,"' || repeat(E'x\n', 2200000), NULL, true);
-- a record that does not fit into memory is an error of that record only; the report must lack it
SELECT pg_temp.import(E'ID,email,firstName,comments\nr1,a@b.cd,A,"' || repeat(E'x\n', 2200000) || E'"\nr2,a@b.ce,B,', NULL, true);
SELECT pg_temp.import(repeat('x', 4300000) || E'\n1', NULL, true);
RESET wifox_import.max_field_size;

-- the file itself: what is wrong with the call is an ERROR
\set path :abs_srcdir '/test/data/clients-fixed.csv'
SELECT pg_temp.outcome(i) FROM wifox_import_clients(:'path') i;
SELECT wifox_import_clients('/no/such/file.csv');
SELECT wifox_import_clients('/');
SELECT wifox_import_clients('/dev/null');
\set VERBOSITY sqlstate
SELECT wifox_import_clients('/no/such/file.csv');
SELECT wifox_import_clients('/');
SELECT wifox_import_clients('/dev/null');
\set VERBOSITY default
SELECT file_name, status, message FROM wifox_import_clients('/etc/passwd');

-- without pg_read_server_files a path is refused, whether the file is there or not
CREATE ROLE regress_wifox_upload;
GRANT SELECT, INSERT, UPDATE ON clients TO regress_wifox_upload;
SET ROLE regress_wifox_upload;
SELECT wifox_import_clients('/etc/passwd');
SELECT wifox_import_clients('/no/such/file.csv');
SELECT wifox_import_clients('relative.csv');
\set VERBOSITY sqlstate
SELECT wifox_import_clients('/etc/passwd');
\set VERBOSITY default
-- its own bytes it may import
SELECT pg_temp.import($$ID,email,firstName
u1,u1@x.org,U$$);
SELECT imported_by, session_user_name = session_user FROM wifox_imports ORDER BY id DESC LIMIT 1;
RESET ROLE;
-- with the rights on the table that the mode needs
REVOKE UPDATE ON clients FROM regress_wifox_upload;
SET ROLE regress_wifox_upload;
SELECT wifox_import_clients_data('ID');
SELECT pg_temp.import('ID', $$mode => 'create'$$);
SELECT wifox_import_clients_data('ID', mode => 'update');
RESET ROLE;
REVOKE INSERT ON clients FROM regress_wifox_upload;
SET ROLE regress_wifox_upload;
SELECT wifox_import_clients_data('ID', mode => 'create');
RESET ROLE;
REVOKE ALL ON clients FROM regress_wifox_upload;
SET ROLE regress_wifox_upload;
SELECT wifox_import_clients_data('ID');
RESET ROLE;

DROP VIEW seen;
DROP EXTENSION wifox_import;
DROP TABLE clients, projects, desks;
DROP ROLE regress_wifox_upload;
