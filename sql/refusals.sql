-- Everything that is refused, with its message: the tables of doc/refusals.md, row by row.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/test/helpers.sql'
\i :helpers
\set ECHO none
SELECT wifox_import_create_clients_table() AS clients \gset
CREATE TYPE mood AS ENUM ('glad', 'calm');
CREATE DOMAIN pct AS numeric CHECK (VALUE BETWEEN 0 AND 100);
ALTER TABLE clients ADD ts timestamp, ADD n52 numeric(5, 2), ADD small smallint, ADD vc varchar(3),
	ADD u uuid, ADD net cidr, ADD mood mood, ADD ints int4range, ADD pct pct, ADD code text UNIQUE,
	ADD CONSTRAINT clients_height_check CHECK (height BETWEEN 40 AND 260);
CREATE FUNCTION refuse_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.state = 'closed' THEN
		RAISE EXCEPTION 'closed account' USING ERRCODE = 'P0009';
	ELSIF NEW.state = 'import' THEN
		PERFORM wifox_import_clients_data('ID');
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER refuse_closed BEFORE INSERT OR UPDATE ON clients
	FOR EACH ROW EXECUTE FUNCTION refuse_closed();
INSERT INTO clients (id, username, first_name, email, lifestyle, code) VALUES
	('C-1', 'ann', 'Ann', 'ann@example.org', '{"drinking": "no", "interests": 1}', 'K1'),
	('C-2', 'bob', 'Bob', 'bob@example.org', '1', 'K2');

-- A row of a table: what, code, SQLSTATE, message.
CREATE FUNCTION pg_temp.row(what text, code text, state text, message text) RETURNS text
LANGUAGE sql AS $$
	SELECT format('| %s | %s | %s | %s |', replace(what, '|', '\|'), code, state,
		'`' || replace(message, '|', '\|') || '`') $$;

-- Change settings, "name=value" each, up to the end of the transaction.
CREATE FUNCTION pg_temp.set(settings text[]) RETURNS void LANGUAGE sql AS $$
	SELECT set_config('wifox_import.' || split_part(s, '=', 1), split_part(s, '=', 2), true)
	FROM unnest(settings) s $$;

-- What is wrong with a file, or with its records.
CREATE FUNCTION pg_temp.file(what text, data bytea, options text DEFAULT NULL,
	settings text[] DEFAULT '{}') RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	i record;
BEGIN
	PERFORM pg_temp.set(settings);
	EXECUTE 'SELECT * FROM ' || concat_ws(', ', 'wifox_import_clients_data($1', options) || ')'
		INTO i USING data;
	RETURN QUERY SELECT pg_temp.row(what, e.code, e.sqlstate, e.message)
		FROM wifox_import_errors e WHERE e.import_id = i.id ORDER BY record, column_name, message;
	IF NOT FOUND THEN
		RETURN NEXT pg_temp.row(what, 'not refused', '', i.message);
	END IF;
END $$;
CREATE FUNCTION pg_temp.file(what text, data text, options text DEFAULT NULL,
	settings text[] DEFAULT '{}') RETURNS SETOF text LANGUAGE sql AS $$
	SELECT pg_temp.file(what, convert_to(data, 'UTF8'), options, settings) $$;

-- Likewise of a cell that stands alone in its record.
CREATE FUNCTION pg_temp.cell(header text, cell text, options text DEFAULT NULL) RETURNS SETOF text
LANGUAGE sql AS $$
	SELECT pg_temp.file(format('`%s` in %s', cell, header),
		format(E'ID,%s\nC-1,"%s"', header, replace(cell, '"', '""')), options) $$;
CREATE FUNCTION pg_temp.email(cell text) RETURNS SETOF text LANGUAGE sql AS $$
	SELECT pg_temp.file('`' || cell || '`', format(E'email,firstName\n"%s",A', replace(cell, '"', '""'))) $$;

-- What is wrong with a call.
CREATE FUNCTION pg_temp.call(what text, statement text, settings text[] DEFAULT '{}') RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_temp.set(settings);
	EXECUTE statement;
	RETURN pg_temp.row(what, 'not refused', '', '');
EXCEPTION WHEN OTHERS THEN
	RETURN pg_temp.row(what, 'ERROR', SQLSTATE, SQLERRM);
END $$;

-- An archive with one entry.
CREATE FUNCTION pg_temp.zip(name text) RETURNS bytea LANGUAGE sql AS $$
	SELECT '\x504b0304'::bytea || decode(repeat('00', 26), 'hex') || convert_to(name, 'UTF8') $$;
\set ECHO all

-- files that are no CSV
SELECT pg_temp.file('a name that does not end in `.csv`', 'ID', $$file_name => 'clients.xlsx'$$);
SELECT pg_temp.file('nothing', '');
SELECT pg_temp.file('blank lines only', E'\n \n\t\n');
SELECT pg_temp.file('Excel workbook', pg_temp.zip('xl/workbook.xml'));
SELECT pg_temp.file('Word document', pg_temp.zip('word/document.xml'));
SELECT pg_temp.file('PowerPoint document', pg_temp.zip('ppt/presentation.xml'));
SELECT pg_temp.file('another Office document', pg_temp.zip('[Content_Types].xml'));
SELECT pg_temp.file('OpenDocument spreadsheet',
	pg_temp.zip('mimetypeapplication/vnd.oasis.opendocument.spreadsheet'));
SELECT pg_temp.file('another OpenDocument', pg_temp.zip('mimetypeapplication/vnd.oasis.opendocument.text'));
SELECT pg_temp.file('another zip archive', pg_temp.zip('clients.csv'));
SELECT pg_temp.file('Office document before 2007', '\xd0cf11e0a1b11ae1'::bytea);
SELECT pg_temp.file('Excel workbook before 2007',
	'\xd0cf11e0a1b11ae1'::bytea || '\x57006f0072006b0062006f006f006b00'::bytea || '\x00');
SELECT pg_temp.file('Word document before 2007',
	'\xd0cf11e0a1b11ae1'::bytea || '\x57006f007200640044006f00630075006d0065006e007400'::bytea);
SELECT pg_temp.file('Office document with a password', '\xd0cf11e0a1b11ae1'::bytea ||
	'\x45006e0063007200790070007400650064005000610063006b00610067006500'::bytea);
SELECT pg_temp.file('Excel worksheet before 1997', '\x0904060000001000'::bytea);
SELECT pg_temp.file('PDF', '%PDF-1.7');
SELECT pg_temp.file('RTF', '{\rtf1}');
SELECT pg_temp.file('PostScript', '%!PS-Adobe-3.0');
SELECT pg_temp.file('gzip', '\x1f8b08'::bytea);
SELECT pg_temp.file('xz', '\xfd377a585a00'::bytea);
SELECT pg_temp.file('zstd', '\x28b52ffd'::bytea);
SELECT pg_temp.file('bzip2', 'BZh91AY&SY');
SELECT pg_temp.file('7z', '\x377abcaf271c'::bytea);
SELECT pg_temp.file('RAR', '\x526172211a07'::bytea);
SELECT pg_temp.file('compress', '\x1f9d90'::bytea);
SELECT pg_temp.file('lz4', '\x04224d18'::bytea);
SELECT pg_temp.file('lzip', 'LZIP'::bytea || '\x01');
SELECT pg_temp.file('cabinet', 'MSCF'::bytea || '\x00000000');
SELECT pg_temp.file('tar', 'clients.csv'::bytea || decode(repeat('00', 246), 'hex') || 'ustar');
SELECT pg_temp.file('PNG', '\x89504e470d0a1a0a'::bytea);
SELECT pg_temp.file('JPEG', '\xffd8ffe0'::bytea);
SELECT pg_temp.file('GIF', 'GIF89a');
SELECT pg_temp.file('TIFF', '\x49492a00'::bytea);
SELECT pg_temp.file('BMP', '\x424d3a00000000000000'::bytea);
SELECT pg_temp.file('WebP', '\x52494646100000005745425056503820'::bytea);
SELECT pg_temp.file('icon', '\x00000100'::bytea);
SELECT pg_temp.file('ELF', '\x7f454c46'::bytea);
SELECT pg_temp.file('PE', '\x4d5a9000'::bytea);
SELECT pg_temp.file('Mach-O', '\xfeedfacf'::bytea);
SELECT pg_temp.file('Mach-O of several machines, Java class', '\xcafebabe'::bytea);
SELECT pg_temp.file('script', E'#!/bin/sh\n');
SELECT pg_temp.file('WebAssembly', '\x0061736d'::bytea);
SELECT pg_temp.file('PHP', '<?php echo 1;');
SELECT pg_temp.file('Access', '\x00010000'::bytea || 'Standard ACE DB');
SELECT pg_temp.file('Feather', 'FEA1'::bytea || '\x0000');
SELECT pg_temp.file('ORC', 'ORC'::bytea || '\x0a0003');
SELECT pg_temp.file('SQL', E'--\n-- PostgreSQL database dump\n--\n');
SELECT pg_temp.file('Parquet', 'PAR1'::bytea || '\x15041510');
SELECT pg_temp.file('Arrow', 'ARROW1'::bytea || '\x0000');
SELECT pg_temp.file('Avro', 'Obj'::bytea || '\x01');
SELECT pg_temp.file('SQLite', 'SQLite format 3'::bytea || '\x00');
SELECT pg_temp.file('pg_dump', 'PGDMP'::bytea || '\x010e00');
SELECT pg_temp.file('COPY in binary', 'PGCOPY'::bytea || '\x0aff0d0a00');
SELECT pg_temp.file('HTML', '<html><body>');
SELECT pg_temp.file('XML', '<?xml version="1.0"?>');
SELECT pg_temp.file('comment of HTML or XML', '<!-- clients -->');
SELECT pg_temp.file('JSON', '{"email": "ann@example.org"}');
SELECT pg_temp.file('SYLK', 'ID;PWXL;N;E');
SELECT pg_temp.file('DIF', E'TABLE\n0,1\n"EXCEL"\n');
SELECT pg_temp.file('e-mail', E'From: ann@example.com\nTo: bob@example.com\n\nID,email\n');
SELECT pg_temp.file('vCard, iCalendar', E'BEGIN:VCARD\nEMAIL:ann@example.com\n');
SELECT pg_temp.file('UTF-16 without byte order mark', '\x49004400'::bytea);
SELECT pg_temp.file('UTF-32', '\xfffe000049000000'::bytea);
SELECT pg_temp.file('NUL bytes at the start', '\x4944000a31'::bytea);
SELECT pg_temp.file('NUL bytes further on', convert_to(E'ID\n' || repeat(E'1\n', 40000), 'UTF8') || '\x00'::bytea,
	NULL, '{max_records=0}');

-- the file as a whole
SELECT pg_temp.file('file over `wifox_import.max_file_size`', repeat(' ', 1025), NULL, '{max_file_size=1kB}');
SELECT pg_temp.file('record over `wifox_import.max_records`', E'ID\n1\n2', NULL, '{max_records=1}');
SELECT pg_temp.file('quote that never closes', E'ID,firstName\n1,"open');
SELECT pg_temp.file('two delimiters that fit equally well', 'email;firstName|lastName');
SELECT pg_temp.file('UTF-16 that ends in a character', '\xfffe490044'::bytea);
SELECT pg_temp.file('encoding without a conversion', 'ID', $$encoding => 'MULE_INTERNAL'$$)
	WHERE pg_char_to_encoding('MULE_INTERNAL') >= 0 -- no more from version 20 on
	UNION ALL SELECT '| encoding without a conversion | bad_byte | 42883 | `there is no conversion from encoding MULE_INTERNAL to this database''s encoding UTF8` |' WHERE pg_char_to_encoding('MULE_INTERNAL') < 0;
SELECT pg_temp.file('more bad records than `reject_limit`', E'ID,email\n1,a\n2,b\nC-1,ann@example.org',
	$$on_error => 'skip', reject_limit => 1$$) OFFSET 4;
SELECT pg_temp.row('more bad records than `reject_limit`', '', '', message)
	FROM wifox_imports ORDER BY id DESC LIMIT 1;

-- the header
SELECT pg_temp.file('unknown header', E'ID,frist\n');
SELECT pg_temp.file('unknown headers', E'ID,firtsName,foo\n');
SELECT pg_temp.file('the same header twice', E'ID,firstName,firstName\n');
SELECT pg_temp.file('neither ID nor e-mail', E'firstName\n');
SELECT pg_temp.file('over 1,600 columns', 'ID' || repeat(',', 1600));
SELECT pg_temp.file('over 65,536 columns', 'ID' || repeat(',', 65536));
SELECT pg_temp.file('cell over `wifox_import.max_field_size`', 'ID,' || repeat('x', 1025), NULL, '{max_field_size=1kB}');
SELECT pg_temp.file('header over 4 MB', '"ID' || repeat(' ', 4 * 1024 * 1024) || '"');
SELECT pg_temp.file('quote out of place', E'ID,first"Name\n');
SELECT pg_temp.file('byte that is no text', '\x49442cff'::bytea);

-- the shape of a record
SELECT pg_temp.file('fewer cells than the header', E'ID,firstName,phone\nC-1');
SELECT pg_temp.file('more cells than the header', E'ID,phone\nC-1,1,2');
SELECT pg_temp.file('over 65,536 cells', E'ID,phone\nC-1' || repeat(',', 65536));
SELECT pg_temp.file('record over 4 MB', E'ID,phone\nC-1,"' || repeat('x', 4 * 1024 * 1024) || '"');
SELECT pg_temp.file('quote inside of a cell', E'ID,phone\nC-1,a "b"');
SELECT pg_temp.file('text behind a closing quote', E'ID,phone\nC-1,"b"c');
SELECT pg_temp.file('byte that is no text', convert_to(E'ID,phone\nC-1,', 'UTF8') || '\xff'::bytea);
SELECT pg_temp.file('cell over `wifox_import.max_field_size`', E'ID,phone\nC-1,' || repeat('x', 1025), NULL,
	'{max_field_size=1kB}');
SELECT pg_temp.file('value below an empty header', E'ID,phone,\nC-1,1,2');

-- values
SELECT pg_temp.cell('Date Of Birth', '2023-02-31');
SELECT pg_temp.cell('Date Of Birth', '1995-13-05');
SELECT pg_temp.cell('Date Of Birth', '44197');
SELECT pg_temp.cell('Date Of Birth', '1990-12-31T05:00');
SELECT pg_temp.cell('Date Of Birth', '31.12.1990');
SELECT pg_temp.cell('Date Of Birth', '31/12/90', $$date_order => 'DMY'$$);
SELECT pg_temp.cell('Date Of Birth', '1990/12/31', $$date_order => 'DMY'$$);
SELECT pg_temp.cell('Date Of Birth', '9999999-01-01');
SELECT pg_temp.cell('created', 'yesterday');
SELECT pg_temp.cell('created', '2020-01-01 25:00');
SELECT pg_temp.cell('created', '2020-01-01T00:00:00+25:00');
SELECT pg_temp.cell('ts', '2020-01-01T00:00Z');
SELECT pg_temp.cell('active', 'maybe');
SELECT pg_temp.cell('height', 'tall');
SELECT pg_temp.cell('height', '1,80');
SELECT pg_temp.cell('n52', '1234.5');
SELECT pg_temp.cell('small', '1.5');
SELECT pg_temp.cell('small', '40000');
SELECT pg_temp.cell('vc', 'abcd');
SELECT pg_temp.cell('u', 'xyz');
SELECT pg_temp.cell('Registration IP', '999.1.1.1');
SELECT pg_temp.cell('net', '10.0.0.1/8');
SELECT pg_temp.cell('Meta', '{a');
SELECT pg_temp.cell('Meta', '"\ud800"');
SELECT pg_temp.cell('Meta', '1e200000');
SELECT pg_temp.file('1,001 brackets in Meta', E'ID,Meta\nC-1,' || repeat('[', 1001));
SELECT pg_temp.cell('mood', 'angry');
SELECT pg_temp.cell('ints', '[2,1)');
SELECT pg_temp.cell('lifestyle.hasChildren', 'two');
SELECT pg_temp.file('the `clear_marker` in ID or email', E'ID,email\nC-1,-', $$clear_marker => '-'$$);
SELECT pg_temp.file('two headers of one column that differ', E'ID,created,Created at\nC-1,2020-01-01,2020-01-02');
SELECT pg_temp.cell('lifestyle.interests.0', 'chess');

-- e-mail addresses
SELECT pg_temp.email('petra.novak.example.org');
SELECT pg_temp.email('vera.horvat@');
SELECT pg_temp.email('@example.com');
SELECT pg_temp.email('a@b');
SELECT pg_temp.email('a b@example.com');
SELECT pg_temp.email('a@@b.com');
SELECT pg_temp.email('a@b.com; c@d.com');
SELECT pg_temp.email('<a@b.com>');
SELECT pg_temp.email('a..b@example.com');
SELECT pg_temp.email('a@-b.com');
SELECT pg_temp.email('a@[192.0.2.1]');
SELECT pg_temp.file('a local part of 65 bytes', E'email,firstName\n' || repeat('a', 65) || '@b.com,A');
SELECT pg_temp.file('a label of 64 bytes', E'email,firstName\na@' || repeat('b', 64) || '.com,A');
SELECT pg_temp.file('255 bytes', E'email,firstName\na@' || repeat('b.', 125) || 'com,A');

-- active content
SELECT pg_temp.cell('comments', '=1+1');
SELECT pg_temp.cell('comments', '@SUM(A1)');
SELECT pg_temp.cell('comments', '+1+cmd|'' /C calc''!A0');
SELECT pg_temp.cell('comments', '<script>x</script>');
SELECT pg_temp.cell('comments', '<object data=x>');
SELECT pg_temp.cell('comments', '<embed src=x>');
SELECT pg_temp.cell('comments', '<iframe src=x>');
SELECT pg_temp.cell('comments', '<?php x ?>');
SELECT pg_temp.cell('comments', '<% x %>');
SELECT pg_temp.cell('comments', '<img src=x onerror=alert(1)>');
SELECT pg_temp.cell('comments', 'javascript:alert(1)');
SELECT pg_temp.cell('comments', 'vbscript:x');
SELECT pg_temp.cell('comments', 'data:text/html;x');

-- who the client is
SELECT pg_temp.file('neither ID nor e-mail', E'ID,email,firstName\n,,Ann');
SELECT pg_temp.file('ID of one client, e-mail of another', E'ID,email\nC-1,bob@example.org');
SELECT pg_temp.file('unknown ID, known e-mail', E'ID,email\nC-9,ann@example.org');
SELECT pg_temp.file('a client that stood in the file before', E'ID,email\nC-1,\n,ann@example.org');
DROP INDEX clients_email_key;
CREATE UNIQUE INDEX ON clients (email);
INSERT INTO clients (id, username, first_name, email) VALUES ('C-3', 'ann2', 'Ann', 'Ann@example.org');
SELECT pg_temp.file('e-mail of several clients', E'email,phone\nAnn@example.org,1');
DELETE FROM clients WHERE id = 'C-3';
CREATE TABLE numbered (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text UNIQUE);
SELECT pg_temp.file('ID of a new client, where the table generates it', E'ID,email\n9,new@example.org',
	$$mode => 'create'$$, '{clients_table=numbered}') LIMIT 1;

-- the table
SELECT pg_temp.file('new client without first name', E'email\nnew@example.org');
SELECT pg_temp.file('blank cell with `blank => ''clear''`', E'ID,firstName\nC-1,', $$blank => 'clear'$$);
SELECT pg_temp.file('unknown project', E'ID,project\nC-1,munich-2');
SELECT pg_temp.file('unknown desk', E'ID,desk\nC-1,north');
SELECT pg_temp.file('CHECK', E'ID,height\nC-1,1.80');
SELECT pg_temp.file('domain', E'ID,pct\nC-1,101');
SELECT pg_temp.file('NOT NULL', E'ID,firstName\nC-1,-', $$clear_marker => '-'$$);
SELECT pg_temp.file('unique index', E'ID,code\nC-1,K2');
SELECT pg_temp.file('unique index with a comment', E'ID,username\nC-1,bob');
SELECT pg_temp.file('exception of a trigger', E'ID,State\nC-1,closed');
CREATE TABLE short (id varchar(5) PRIMARY KEY, email text UNIQUE);
SELECT pg_temp.file('new client whose ID has no room for a UUID', E'email\nnew@example.org', NULL,
	'{clients_table=short}');
CREATE VIEW nobody AS SELECT NULL::text AS id, 'new@example.org' AS email;
CREATE TRIGGER nobody INSTEAD OF INSERT OR UPDATE ON nobody FOR EACH ROW EXECUTE FUNCTION refuse_closed();
SELECT pg_temp.file('client whose ID is NULL in the table', E'email\nnew@example.org', NULL,
	'{clients_table=nobody}');

-- the call
SELECT pg_temp.call('`path => NULL`', 'SELECT wifox_import_clients(NULL)');
SELECT pg_temp.call('`data => NULL`', 'SELECT wifox_import_clients_data(NULL)');
SELECT pg_temp.call('another value of an option', $$SELECT wifox_import_clients_data('ID', mode => 'foo')$$);
SELECT pg_temp.call('`reject_limit` without skip', $$SELECT wifox_import_clients_data('ID', reject_limit => 1)$$);
SELECT pg_temp.call('delimiter and quote alike',
	$$SELECT wifox_import_clients_data('ID', delimiter => ';', quote => ';')$$);
SELECT pg_temp.call('negative `max_records`', $$SELECT wifox_import_read_data('ID', max_records => -1)$$);
SELECT pg_temp.call('bad records with `on_error => ''raise''`',
	$$SELECT wifox_import_clients_data(E'ID,height\nC-1,tall', on_error => 'raise')$$);
SELECT pg_temp.call('no such file', $$SELECT wifox_import_clients('/no/such/clients.csv')$$);
SELECT pg_temp.call('directory', $$SELECT wifox_import_clients('/dev')$$);
SELECT pg_temp.call('device', $$SELECT wifox_import_clients('/dev/null')$$);
SELECT pg_temp.call('file that cannot be read', $$SELECT wifox_import_clients('/proc/self/mem')$$);
CREATE ROLE regress_wifox_clerk;
SET ROLE regress_wifox_clerk;
SELECT pg_temp.call('file outside of `wifox_import.directory`', $$SELECT wifox_import_clients('/srv/x.csv')$$);
SELECT pg_temp.call('table without the rights', $$SELECT wifox_import_clients_data(E'ID,phone\nC-1,1')$$);
SELECT pg_temp.call('writing into the history', $$DELETE FROM wifox_imports$$);
RESET ROLE;
GRANT SELECT, INSERT, UPDATE (phone) ON clients TO regress_wifox_clerk;
SET ROLE regress_wifox_clerk;
SELECT pg_temp.call('column without the rights', $$SELECT wifox_import_clients_data(E'ID,bio\nC-1,1')$$);
RESET ROLE;
DROP OWNED BY regress_wifox_clerk;
DROP ROLE regress_wifox_clerk;
BEGIN READ ONLY;
SELECT pg_temp.call('read-only transaction, standby', $$SELECT wifox_import_clients_data('ID')$$);
ROLLBACK;
SELECT pg_temp.call('import from a trigger of the table', $$SELECT wifox_import_clients_data(E'ID,State\nC-1,import')$$);
SELECT pg_temp.call('no such table', $$SELECT wifox_import_clients_data('ID')$$, '{clients_table=nothere}');
SELECT pg_temp.call('no name of a table', $$SELECT wifox_import_clients_data('ID')$$, '{clients_table=a b}');
SELECT pg_temp.call('index', $$SELECT wifox_import_clients_data('ID')$$, '{clients_table=clients_pkey}');
SELECT pg_temp.call('system catalog', $$SELECT wifox_import_clients_data('ID')$$, '{clients_table=pg_catalog.pg_class}');
CREATE TABLE keep (k int);
CREATE TABLE mine (id text, email text UNIQUE);
CREATE TABLE bits (id bit(8) PRIMARY KEY, email text UNIQUE);
CREATE VIEW points AS SELECT point(1, 1) AS id, ''::text AS email;
SELECT pg_temp.call('table without a column for the ID', $$SELECT wifox_import_clients_data('ID')$$, '{clients_table=keep}');
SELECT pg_temp.call('table without a unique index', $$SELECT wifox_import_clients_data('ID')$$, '{clients_table=mine}');
SELECT pg_temp.call('ID of a type that cannot be hashed', $$SELECT wifox_import_clients_data('ID')$$, '{clients_table=bits}');
SELECT pg_temp.call('ID of a type without equality', $$SELECT wifox_import_clients_data('ID')$$, '{clients_table=points}');
UPDATE wifox_import_columns SET default_value = 'tall' WHERE header = 'height';
SELECT pg_temp.call('default of the dictionary that is no value', $$SELECT wifox_import_clients_data(E'ID,height\nC-1,1')$$);
UPDATE wifox_import_columns SET default_value = NULL WHERE header = 'height';
SELECT pg_temp.call('clients table that is there already', 'SELECT wifox_import_create_clients_table()');
DROP TABLE clients;
SELECT pg_temp.call('mapping before the first import', $$SELECT wifox_import_mapping_data('ID')$$);
DROP TABLE projects;
CREATE TABLE projects (id int, name text);
SELECT pg_temp.call('projects of another shape', $$SELECT wifox_import_clients_data('ID')$$);
SELECT pg_temp.call('mapping of blank lines', $$SELECT wifox_import_mapping_data(E'\n')$$);
SELECT pg_temp.call('report of an import that is not there', 'SELECT wifox_import_error_report(99999)');

DROP EXTENSION wifox_import;
DROP VIEW points, nobody;
DROP TABLE projects, desks, numbered, keep, mine, bits, short;
DROP FUNCTION refuse_closed;
DROP TYPE mood;
DROP DOMAIN pct;
