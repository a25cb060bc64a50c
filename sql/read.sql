\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/test/helpers.sql'
\set path :abs_srcdir '/test/data/clients-with-errors.csv'
\i :helpers
-- The bare reader: every record with its best reading, and what is odd about it beside.
SELECT record, line, fields[1:2], problem FROM wifox_import_read(:'path')
	WHERE problem IS NOT NULL OR record IN (0, 1);
-- an unquoted empty field and "" are both '', empty lines are none, blank cells are
SELECT * FROM wifox_import_read_data(E'a,b\n,""\n\n" ",\n,\n');
-- quotes: within a field, behind one, never closed
SELECT * FROM wifox_import_read_data(E'a,b\nO"Neil,1\n"x"y,2\n"two\nlines",3\n"open,4\nrest');
-- other dialects
SELECT fields FROM wifox_import_read_data(E'sep=;\na;b\n"1;2";3');
SELECT fields FROM wifox_import_read_data('a|''b|c''|d', delimiter => '|', quote => '''');
SELECT fields FROM wifox_import_read_data(convert_to('"a \" b",c', 'UTF8'), escape => '\');
SELECT fields FROM wifox_import_read_data('"a,b"', quote => '');
SELECT * FROM wifox_import_read_data(E'a,b;c\n1,2;3');
-- bytes: UTF-16, a declared encoding, bad ones, NUL
SELECT fields, problem FROM wifox_import_read_data('\xfffe61002c00fc00'::bytea);
SELECT fields, problem FROM wifox_import_read_data('\x612cfc'::bytea, encoding => 'LATIN1');
SELECT fields, problem FROM wifox_import_read_data('\x612cfc0a31002c32'::bytea);
-- limits
SET wifox_import.max_field_size = '1kB';
SELECT record, cardinality(fields), length(fields[1]), problem
	FROM wifox_import_read_data(convert_to('a,b' || E'\n' || repeat('x', 1025) || ',1', 'UTF8'));
SELECT record, line, cardinality(fields), problem
	FROM wifox_import_read_data(convert_to(E'a\n"' || repeat('x', 4300000), 'UTF8'));
SELECT record, cardinality(fields), problem
	FROM wifox_import_read_data(convert_to(repeat(',', 2000), 'UTF8'));
-- a record that is too much to be kept is told, and reading goes on behind it
SELECT record, line, cardinality(fields), problem
	FROM wifox_import_read_data(convert_to(E'a\n' || repeat('x,', 40000) || E'\n1\n"' || repeat(E'x\n', 2150000) ||
		E'"\n2\n' || repeat(',', 66000) || E'\n' || repeat('x', 4300000) || E'\r\n3', 'UTF8'));
SELECT record, line, cardinality(fields), problem
	FROM wifox_import_read_data(convert_to(repeat('x', 4300000) || E'\n1', 'UTF8'));
RESET wifox_import.max_field_size;
SET wifox_import.max_file_size = '1kB';
SELECT wifox_import_read(:'path');
RESET wifox_import.max_file_size;
-- the preview: max_records behind the header; in the select list it stops early
SELECT record FROM wifox_import_read(:'path', max_records => 2);
SELECT count(*) FROM wifox_import_read(:'path', max_records => 0);
SELECT (wifox_import_read(:'path')).record LIMIT 2;
-- nothing, and calls that are wrong
SELECT count(*) FROM wifox_import_read_data('');
SELECT wifox_import_read_data('a', max_records => -1);
SELECT wifox_import_read_data(NULL);
SELECT wifox_import_read(NULL);
SELECT wifox_import_read('/no/such/file.csv');
SELECT wifox_import_read_data('a', delimiter => 'ab');
CREATE ROLE regress_reader;
SET ROLE regress_reader;
SELECT wifox_import_read('/no/such/file.csv');
SELECT fields FROM wifox_import_read_data('a');
RESET ROLE;
DROP ROLE regress_reader;
DROP EXTENSION wifox_import;
