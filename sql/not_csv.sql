-- Files that are no CSV by what they hold: what they are called, and what to do about it.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/test/helpers.sql'
\i :helpers
SELECT wifox_import_create_clients_table() AS clients \gset

-- What an import of these bytes says; nothing but the one error of the file.
CREATE FUNCTION pg_temp.told(data bytea, file_name text DEFAULT 'clients.csv') RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	i record;
BEGIN
	i := wifox_import_clients_data(data, file_name);
	RETURN (SELECT concat_ws(' | ', i.status, code, sqlstate, record::text, e.message, hint)
		FROM wifox_import_errors e WHERE import_id = i.id);
END $$;
CREATE FUNCTION pg_temp.utf16(t text) RETURNS bytea LANGUAGE sql AS $$
	SELECT '\xfffe'::bytea || string_agg(set_byte('\x0000', 0, ascii(c)), ''::bytea ORDER BY n)
	FROM regexp_split_to_table(t, '') WITH ORDINALITY r (c, n) $$;

-- spreadsheets and documents
SELECT pg_temp.told('\x504b0304'::bytea || repeat('x', 26)::bytea || 'xl/workbook.xml');
SELECT pg_temp.told('\x504b0304'::bytea || repeat('x', 26)::bytea ||
	'mimetypeapplication/vnd.oasis.opendocument.spreadsheet');
SELECT pg_temp.told('\x504b0304'::bytea || repeat('x', 26)::bytea || 'word/document.xml');
SELECT pg_temp.told('\xd0cf11e0a1b11ae1');
SELECT pg_temp.told('\xd0cf11e0a1b11ae1'::bytea || '\x57006f0072006b0062006f006f006b00'::bytea || '\x00');
SELECT pg_temp.told('\x0904060000001000');
SELECT pg_temp.told(E'ID;PWXL;N;E\r\nP;PGeneral\r\n');
SELECT pg_temp.told('\xefbbbf'::bytea || E'ID;P\nE\n');
SELECT pg_temp.told(E'TABLE\n0,1\n"EXCEL"\n');
SELECT pg_temp.told('%PDF-1.7');
SELECT pg_temp.told(E' \n%PDF-1.7\r\n');
SELECT pg_temp.told('{\\rtf1\\ansi');
SELECT pg_temp.told('%!PS-Adobe-3.0');
-- archives
SELECT pg_temp.told('\x504b0304'::bytea || repeat('x', 60)::bytea);
SELECT pg_temp.told('\x1f8b08');
SELECT pg_temp.told('BZh91AY&SY');
SELECT pg_temp.told('\xfd377a585a00');
SELECT pg_temp.told('\x28b52ffd');
SELECT pg_temp.told('\x377abcaf271c');
SELECT pg_temp.told('\x526172211a0701');
SELECT pg_temp.told('clients.csv'::bytea || decode(repeat('00', 246), 'hex') || 'ustar');
-- images
SELECT pg_temp.told('\x89504e470d0a1a0a');
SELECT pg_temp.told('\xffd8ffe0');
SELECT pg_temp.told('GIF89a'::bytea || '\x01000100800000');
SELECT pg_temp.told('BM'::bytea || '\x46000000000000003600');
SELECT pg_temp.told('II*'::bytea || '\x00');
SELECT pg_temp.told('RIFF'::bytea || '\x1a000000' || 'WEBPVP8L');
SELECT pg_temp.told('\x000001000100');
-- programs and scripts
SELECT pg_temp.told('\x7f454c46');
SELECT pg_temp.told('MZ'::bytea || '\x900003000000');
SELECT pg_temp.told('\xfeedfacf');
SELECT pg_temp.told(E'#!/bin/sh\n');
SELECT pg_temp.told('\xefbbbf'::bytea || E'\n#! python3\n');
SELECT pg_temp.told('<?php echo 1;');
-- documents of text
SELECT pg_temp.told('<!DOCTYPE html><p>');
SELECT pg_temp.told('\xefbbbf'::bytea || E'\r\n  <table border="1">');
SELECT pg_temp.told(pg_temp.utf16(E' \n<HTML><body>ID,email'));
SELECT pg_temp.told('<?xml version="1.0"?>');
SELECT pg_temp.told(pg_temp.utf16('<clients><client/>'));
SELECT pg_temp.told('{"ID": 1}');
SELECT pg_temp.told('[{"ID": 1}]');
SELECT pg_temp.told(pg_temp.utf16('[{"ID": 1}]'));
SELECT pg_temp.told(E'From: ann@example.com\nTo: bob@example.com\n\nID,email\n');
SELECT pg_temp.told(E'BEGIN:VCARD\nEMAIL:ann@example.com\n');
-- data
SELECT pg_temp.told('PAR1'::bytea || '\x15041510');
SELECT pg_temp.told('ARROW1'::bytea || '\x0000');
SELECT pg_temp.told('Obj'::bytea || '\x01');
SELECT pg_temp.told('SQLite format 3'::bytea || '\x00');
SELECT pg_temp.told('PGDMP'::bytea || '\x010e00');
SELECT pg_temp.told('PGCOPY'::bytea || '\x0aff0d0a00');
-- encodings, and NUL bytes early, late and in UTF-16
SELECT pg_temp.told('\xfffe000049000000');
SELECT pg_temp.told('\x490044002c006500');
SELECT pg_temp.told(E'ID,email\n'::bytea || '\x00');
SELECT pg_temp.told((E'ID,comments\n' || repeat(E'\n                    \n', 4000))::bytea || '\x00');
SELECT pg_temp.told(pg_temp.utf16(E'ID,email\n') || '\x00003100');
-- what it is tells more than its name; the name counts, too
SELECT pg_temp.told('\x504b0304'::bytea || repeat('x', 26)::bytea || 'xl/workbook.xml', 'clients.xlsx');
SELECT pg_temp.told(E'ID,email\n', 'clients.txt');
SELECT pg_temp.told('', 'clients.txt');
SELECT pg_temp.told('');

-- CSVs whose first word is the mark of something else: unknown columns at worst
SELECT string_agg(pg_temp.told((word || delimiter || E'email\n')::bytea), E'\n')
	FROM unnest('{PK,BM,MZ,II*,%PDF,%PDF-1.7,GIF89a,PAR1,RIFF,BZh9,7z,#!,#!id,<name>,<html>,\{id\},[1],From:}'::text[]) word,
		unnest('{",",";"}'::text[]) delimiter
	WHERE pg_temp.told((word || delimiter || E'email\n')::bytea) NOT LIKE 'failed | unknown_column | 42703 | the file has an unknown column: %';
SELECT pg_temp.told((header || E'\n')::bytea)
	FROM unnest('{ID;Phone;email,ID;PHONE;EMAIL,ID;PIN,ID;Project;E,BEGIN:VCARD;ID}'::text[]) header;
INSERT INTO wifox_import_columns (header, target_column) VALUES ('<name>', 'first_name'), ('PK', 'id'),
	('%PDF-1.7', 'bio');
SELECT pg_temp.import(E'PK,email,<name>\n1,a@example.com,Ann\n');
SELECT pg_temp.import(E'<name>;email;PK\nBob;b@example.com;2\n');
SELECT pg_temp.import(E'%PDF-1.7\temail\nyes\ta@example.com\n');

DROP EXTENSION wifox_import;
DROP TABLE clients, projects, desks;
