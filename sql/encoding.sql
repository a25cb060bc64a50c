-- Files of all encodings, in databases of several encodings.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/test/helpers.sql'
\set encodings :abs_srcdir '/test/encodings.sql'
\i :helpers

-- A text in an encoding, UTF-16 and byte order marks included
CREATE FUNCTION pg_temp.utf16(t text, big_endian int) RETURNS bytea LANGUAGE sql AS $$
	SELECT string_agg(set_byte(set_byte('\x0000', 1 - big_endian, unit / 256), big_endian, unit % 256),
			'' ORDER BY n, m)
		FROM regexp_split_to_table(t, '') WITH ORDINALITY s (s, n), ascii(s) c,
		unnest(CASE WHEN c < 65536 THEN ARRAY[c]
			ELSE ARRAY[55296 + (c - 65536) / 1024, 56320 + c % 1024] END) WITH ORDINALITY u (unit, m) $$;
CREATE FUNCTION pg_temp.encode(t text, name text) RETURNS bytea LANGUAGE sql AS $$
	SELECT CASE name WHEN 'UTF-16LE' THEN pg_temp.utf16(t, 0) WHEN 'UTF-16BE' THEN pg_temp.utf16(t, 1)
		WHEN 'UTF-8 BOM' THEN convert_to(t, 'UTF8') ELSE convert_to(t, name) END $$;
CREATE FUNCTION pg_temp.mark(name text) RETURNS bytea LANGUAGE sql AS $$
	SELECT CASE name WHEN 'UTF-16LE' THEN '\xfffe' WHEN 'UTF-16BE' THEN '\xfeff'
		WHEN 'UTF-8 BOM' THEN '\xefbbbf' ELSE '' END::bytea $$;
CREATE FUNCTION pg_temp.repeat(b bytea, n bigint) RETURNS bytea LANGUAGE sql AS $$
	SELECT decode(repeat(encode(b, 'hex'), n::int), 'hex') $$;

-- Two words, whose characters hold a backslash, a pipe or a digit where the encoding has such, and
-- bytes that are no character, the last of them before a comma.
CREATE TEMP TABLE samples (name text, word1 text, word2 text, bad bytea);
INSERT INTO samples VALUES
	('UTF8', 'Zoë', '€田😀', '\xc328e282'), ('UTF-8 BOM', 'Zoë', '€田😀', '\xc328e282'),
	('UTF-16LE', 'Zoë', '€田😀', '\x3dd8410000dc'), ('UTF-16BE', 'Zoë', '€田😀', '\xd83d0041dc00'),
	('LATIN1', 'Zoë', 'Ærø', NULL), ('WIN1252', 'Zoë', '€', '\x81'), ('KOI8R', 'Зоя', 'Ёж', NULL),
	('SJIS', '表', 'ポｱ', '\x8081'), ('SHIFT_JIS_2004', '表', 'ポ', '\x8081'),
	('BIG5', '許功', '育', '\xffa4'), ('GBK', '乗', '亅', '\xff81'), ('GB18030', '乗', '亅𠀀', '\xff8130'),
	('UHC', '갂', '가', '\xffb0'), ('JOHAB', '∮', '기', '\x8861'), ('EUC_JP', '表', 'ポｱ', '\xa4'),
	('EUC_KR', '가', '각', '\xa4');
ALTER TABLE samples ADD encoding text;
UPDATE samples SET encoding = CASE WHEN name LIKE '%-%' THEN 'auto' ELSE name END;
SELECT json_agg(json_build_object('name', name, 'encoding', encoding,
		'header', pg_temp.mark(name) || pg_temp.encode('ID|' || word1, name),
		'data', pg_temp.mark(name) || pg_temp.encode(format(E'email|firstName|comments\n%s.1@x.org|%s|%s\n%s.2@x.org|',
			m, word1, word2, m), name) || coalesce(bad, '') ||
			pg_temp.encode(format(E',|x\n%s.3@x.org|y|%s\n', m, word1), name))) AS files
	FROM samples, replace(name, ' ', '') m \gset
\i :encodings

-- every pair of bytes reads as the server converts it, if it does, and takes no line end along
CREATE TEMP TABLE pairs AS
	SELECT row_number() OVER () AS record, set_byte(set_byte('\x0000', 0, a), 1, b) AS pair
	FROM generate_series(128, 255) a, generate_series(1, 255) b WHERE b NOT IN (9, 10, 13);
SELECT e, count(*), count(*) FILTER (WHERE problem IS NULL) > 7000 AS most,
		count(*) FILTER (WHERE problem IS NULL AND fields[1] <> convert_from(pair, e)) AS wrong
	FROM unnest('{SJIS,SHIFT_JIS_2004,BIG5,GBK,GB18030,UHC,JOHAB,EUC_JP}'::text[]) e,
		(SELECT '\x68'::bytea || string_agg('\x0a'::bytea || pair, '' ORDER BY record) FROM pairs) f (file),
		wifox_import_read_data(file, E'\t', '', encoding => e) r JOIN pairs USING (record)
	GROUP BY e ORDER BY e;
-- characters on the borders of the chunks that are read
SELECT string_agg(name, ' ' ORDER BY name COLLATE "C"), good FROM
	(SELECT name, bool_and(r.problem IS NULL AND r.fields[1] = left('xxx', shift) || repeat(words, 25000)) AS good
		FROM (SELECT *, word1 || word2 AS words FROM samples) s, generate_series(0, 3) shift,
		LATERAL wifox_import_read_data(pg_temp.mark(name) || pg_temp.encode(E'h\n' || left('xxx', shift), name) ||
			pg_temp.repeat(pg_temp.encode(words, name), 25000), ',', '', encoding => encoding) r
		WHERE record = 1 GROUP BY name) g GROUP BY good;
-- the offset of the bad byte in each of many records, or behind many sound ones
CREATE TEMP TABLE parts AS
	SELECT encoding, CASE name WHEN 'UTF-8 BOM' THEN 'UTF8' ELSE name END AS name,
		pg_temp.mark(name) || pg_temp.encode(E'h\n', name) AS head,
		pg_temp.encode(word1 || word2, name) AS good, bad, pg_temp.encode(E',\n', name) AS rest
	FROM samples WHERE bad IS NOT NULL;
SELECT count(DISTINCT name), count(*), count(*) FILTER (WHERE r.problem =
			format('the byte at offset %s is not valid in encoding %s',
				length(head) + record * length(good) + (record - 1) * length(bad || rest), name)) AS right
	FROM parts, LATERAL wifox_import_read_data(head || pg_temp.repeat(good || bad || rest, 5000), '|', '',
		encoding => encoding) r WHERE record > 0;
SELECT count(DISTINCT name), count(*), count(*) FILTER (WHERE r.problem =
			format('the byte at offset %s is not valid in encoding %s',
				length(head) + 30000 * length(good || rest), name)) AS right
	FROM parts, LATERAL wifox_import_read_data(head || pg_temp.repeat(good || rest, 30000) || bad, '|', '',
		encoding => encoding) r WHERE problem IS NOT NULL;
-- a character whose last byte is the escape, or the quote
SELECT fields, problem FROM wifox_import_read_data(convert_to(E'"表"|"ポ\\""', 'SJIS'), '|', '"', '\', 'SJIS');
SELECT fields, problem FROM wifox_import_read_data(convert_to(E'|表|,|ポ||ソ|', 'SJIS'), ',', '|', '|', 'SJIS');
-- a character that its cell or the file cuts
SELECT fields, problem FROM wifox_import_read_data('\x81222c2281222c81'::bytea, ',', '"', NULL, 'SJIS');
SELECT fields, problem FROM wifox_import_read_data('\x612c813081'::bytea, encoding => 'GB18030');
-- halves of pairs and of units in UTF-16
SELECT fields, problem FROM wifox_import_read_data('\xfeff0061d83d002c00dcdc00'::bytea);
SELECT fields, problem FROM wifox_import_read_data('\xfffe61002c003dd8'::bytea);
SELECT fields, problem FROM wifox_import_read_data('\xfffe61002c003dd800'::bytea);
SELECT fields, problem FROM wifox_import_read_data('\xfffe'::bytea);
SELECT pg_temp.import(pg_temp.mark(name) || pg_temp.encode(E'ID\n1', name) || cut)
	FROM (VALUES ('UTF-16LE', '\x31'::bytea), ('UTF-16BE', '\xd83d'), ('UTF-16BE', '\xd83dde')) c (name, cut);
-- a byte order mark counts more than what is declared
SELECT e, fields, problem FROM unnest('{auto,UTF8,LATIN1,SJIS,SQL_ASCII}'::text[]) e,
	wifox_import_read_data('\xefbbbf612cc3a4'::bytea, encoding => e);
SELECT e, fields, problem FROM unnest('{auto,UTF8,LATIN1,SJIS,SQL_ASCII}'::text[]) e,
	wifox_import_read_data('\xfffe61002c00e400'::bytea, encoding => e);
SELECT fields, problem FROM wifox_import_read_data('\x612cefbbbf'::bytea, encoding => 'WIN1252');
-- SQL_ASCII is what the database has
SELECT fields, problem FROM wifox_import_read_data('\x612cc3a4'::bytea, encoding => 'SQL_ASCII');
SELECT fields, problem FROM wifox_import_read_data('\x612ce4'::bytea, encoding => 'SQL_ASCII');
-- names
SELECT fields FROM unnest('{latin-1,ISO-8859-1,windows1252,ShiftJIS,utf_8}'::text[]) e,
	wifox_import_read_data('a', encoding => e);
\set VERBOSITY sqlstate
SELECT wifox_import_read_data('a', encoding => 'UTF-16LE');
SELECT wifox_import_mapping_data('a', encoding => 'cp1252');
SELECT wifox_import_clients_data('a', encoding => 'UTF9');
\set VERBOSITY default
-- a record of many bad bytes, and one of many sound ones behind them
SELECT record, length(fields[1]), left(fields[1], 12), right(fields[1], 12), left(problem, 30)
	FROM wifox_import_read_data('\x680a'::bytea || pg_temp.repeat('\x80', 2000000) || '\x0a'::bytea ||
		pg_temp.repeat('\x955c', 200000), '|', '', encoding => 'SJIS') WHERE record > 0;
-- a cell that is long, and sound, in front of a bad byte
SELECT length(fields[1]), right(fields[1], 4), fields[2], problem
	FROM wifox_import_read_data('\x680a22'::bytea || pg_temp.repeat('\xe8a1a82222', 10000) || '\x222c61ff62')
	WHERE record > 0;
DROP EXTENSION wifox_import;
DROP TABLE clients, projects, desks;
SELECT current_database() AS home \gset

CREATE DATABASE regress_latin1 TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C' LOCALE_PROVIDER libc;
\c regress_latin1
\i :helpers
\i :encodings
-- a header that this database cannot hold
SELECT pg_temp.import(convert_to(E'ID,\u00e4', 'UTF8') || '\xe282ac'::bytea, hints => true);
SELECT pg_temp.import('\x49442cc3'::bytea, hints => true);
\c :home
DROP DATABASE regress_latin1;

CREATE DATABASE regress_ascii TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C' LOCALE_PROVIDER libc;
\c regress_ascii
\i :helpers
\i :encodings
-- SQL_ASCII takes all bytes, if they are declared so
SELECT pg_temp.bytes(fields::text), problem FROM unnest('{auto,UTF8,SQL_ASCII}'::text[]) e,
	wifox_import_read_data('\x612ce4'::bytea, encoding => e);
\c :home
DROP DATABASE regress_ascii;
