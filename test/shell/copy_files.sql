-- The files that test/shell/copy.sh compares, written at random.  The database has to be in UTF8.

-- Characters that each encoding has, among them, in the Asian ones, some whose second byte is a
-- backslash or a pipe.
CREATE TABLE letters (encoding text, letters text[]);

-- Not every function of the server that writes an encoding checks what it writes.
CREATE FUNCTION has_letter(encoding text, letter text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	RETURN convert_from(convert_to(letter, encoding), encoding) = letter;
EXCEPTION WHEN untranslatable_character OR character_not_in_repertoire THEN
	RETURN false;
END $$;

INSERT INTO letters
	SELECT encoding, array_agg(letter) FILTER (WHERE has_letter(encoding, letter))
	FROM string_to_table('UTF8 SQL_ASCII LATIN1 LATIN2 LATIN9 ISO_8859_5 ISO_8859_7 KOI8R KOI8U WIN866 '
			'WIN874 WIN1250 WIN1251 WIN1252 WIN1253 WIN1254 WIN1255 WIN1256 WIN1257 WIN1258 '
			'EUC_JP EUC_JIS_2004 EUC_CN EUC_KR EUC_TW '
			'SJIS SHIFT_JIS_2004 BIG5 GBK GB18030 UHC JOHAB', ' ') encoding,
		string_to_table(U&'\0085\00A0äßéø½\2028čřł€ЖяїΩλאשبيก한글中表怖弓申酢ﾂツ么娉怙亅乗‐唡😀', NULL) letter
	GROUP BY encoding;

INSERT INTO letters
	SELECT utf16, letters FROM letters, unnest(ARRAY['UTF-16LE', 'UTF-16BE']) utf16
	WHERE encoding = 'UTF8';

-- One of these.
CREATE FUNCTION pick(VARIADIC choice anycompatiblearray) RETURNS anycompatible LANGUAGE sql AS $$
	SELECT choice[1 + floor(random() * cardinality(choice))::int] $$;

-- All dialects that are tried; none of a dialect's characters is another one's.  With every quote
-- stands each escape, the quote itself first.
CREATE TABLE dialects AS
	SELECT delimiter, quote, escape, line_end
	FROM unnest(ARRAY[',', ';', E'\t', '|', ':', ' ', '^', 'x']) delimiter,
		unnest(ARRAY['"', '''', '`', '$', '']) quote,
		unnest(CASE quote WHEN '' THEN ARRAY[''] ELSE ARRAY[quote, '\', '/', 'q'] END) escape,
		unnest(ARRAY[E'\n', E'\r', E'\r\n']) line_end;

-- What the fields of a file are made of: mostly what is hard to read.  Of the letters it has a few,
-- in every second file the first ones, which most encodings have.
CREATE FUNCTION alphabet(d dialect) RETURNS text[] LANGUAGE sql AS $$
	SELECT letters[first : first + 4] || ARRAY[d.quote, d.quote, d.quote, d.escape, d.delimiter, d.delimiter,
			E'\r', E'\n', E'\r\n', E'\n\n', '\', '\.', '.', '"', '''', ',', ';', E'\t', '|', ' ', '=', 'a', '7']
		FROM letters, LATERAL (SELECT pick(1, 1 + floor(random() * cardinality(letters))::int)) AS l (first)
		WHERE encoding = d.encoding $$;

-- A field, often an empty one.
CREATE FUNCTION random_text(alphabet text[]) RETURNS text LANGUAGE sql AS $$
	SELECT coalesce(string_agg(pick(VARIADIC alphabet), ''), '')
		FROM generate_series(1, pick(0, 0, 1, 2, 3, 5, 9)) $$;

-- What stands in quotes.  A lone escape means itself.
CREATE FUNCTION escaped(value text, d dialect) RETURNS text LANGUAGE sql AS $$
	SELECT CASE WHEN d.escape = d.quote THEN replace(value, d.quote, d.quote || d.quote)
		WHEN random() < 0.5 AND strpos(value, d.quote) = 0 AND strpos(value, d.escape || d.escape) = 0
			AND right(value, 1) <> d.escape THEN value
		ELSE replace(replace(value, d.escape, d.escape || d.escape), d.quote, d.escape || d.quote) END $$;

-- A field of a file, in quotes where it must, and now and then where it need not.  The only field of
-- a record must not look like a blank line or like the end of the data.
CREATE FUNCTION written(value text, d dialect, alone boolean) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	plain text := translate(value, d.delimiter || d.quote || E'\r\n', '');
	misleading boolean := alone AND plain IN ('', '\.');
BEGIN
	IF d.quote = '' THEN
		RETURN CASE WHEN misleading THEN '-' ELSE plain END;
	ELSIF plain <> value OR misleading OR random() < 0.25 THEN
		RETURN d.quote || escaped(value, d) || d.quote;
	END IF;
	RETURN value;
END $$;

-- Some records as they stand in a file, without their line ends.
CREATE FUNCTION random_records(d dialect) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
	alphabet text[] := alphabet(d);
	columns int := pick(1, 1, 2, 3, 5);
	-- a few files are larger than any buffer
	size int := CASE WHEN random() < 0.02 THEN 5000 ELSE 1 END;
BEGIN
	RETURN ARRAY(
		SELECT string_agg(written(repeat(random_text(alphabet), size), d, columns = 1), d.delimiter
			ORDER BY c)
		FROM generate_series(1, pick(1, 2, 3, 5, 8)) r, generate_series(1, columns) c
		GROUP BY r ORDER BY r);
END $$;

-- A file of these records, all lines ending alike, the last one perhaps not at all.
CREATE FUNCTION plain_file(records text[], line_end text) RETURNS text LANGUAGE sql AS $$
	SELECT array_to_string(records, line_end) || pick(line_end, '') $$;

-- Another file of these records, as the server does not take it: lines end in any way, some are
-- blank, and there may be a byte order mark or a line sep=X before all.
CREATE FUNCTION odd_file(records text[], encoding text) RETURNS text LANGUAGE sql AS $$
	SELECT CASE encoding WHEN 'UTF8' THEN pick('', U&'\FEFF') ELSE '' END
		|| pick('', E'sep=;\n', E'sep=\t\r\n')
		|| string_agg(pick('', '', '', E'\n', E'\r\r') || record || pick(E'\n', E'\r', E'\r\n'), '' ORDER BY n)
		FROM unnest(records) WITH ORDINALITY AS u (record, n) $$;

-- UTF-16 with its mark.
CREATE FUNCTION utf16(value text, big_endian boolean) RETURNS bytea LANGUAGE sql AS $$
	SELECT string_agg(CASE WHEN big_endian THEN unit ELSE substr(unit, 2) || substr(unit, 1, 1) END, ''
			ORDER BY n, i)
		FROM string_to_table(U&'\FEFF' || value, NULL) WITH ORDINALITY AS u (letter, n),
			ascii(letter) c,
			unnest(CASE WHEN c < 65536 THEN ARRAY[c]
				ELSE ARRAY[55296 + ((c - 65536) >> 10), 56320 + ((c - 65536) & 1023)] END)
				WITH ORDINALITY AS v (code, i),
			substr(int4send(code), 3) unit $$;

-- The bytes of a file.
CREATE FUNCTION encoded(value text, encoding text) RETURNS bytea LANGUAGE sql AS $$
	SELECT CASE encoding WHEN 'UTF-16LE' THEN utf16(value, false) WHEN 'UTF-16BE' THEN utf16(value, true)
		ELSE convert_to(value, encoding) END $$;

-- The file with a few bytes inserted, removed or changed.
CREATE FUNCTION damaged(data bytea, d dialect) RETURNS bytea LANGUAGE plpgsql AS $$
DECLARE
	place int;
	byte bytea;
BEGIN
	FOR i IN 1 .. pick(1, 1, 2, 3) LOOP
		place := 1 + floor(random() * (length(data) + 1));
		byte := pick(convert_to(pick(d.quote, d.quote, d.delimiter, d.escape, E'\r', E'\n', '\', '.', ' ', 'a'), 'UTF8'),
			pick('\x00', '\x80', '\xc3', '\xff')::bytea);
		data := substr(data, 1, place - 1) || pick(byte, '') || substr(data, place + pick(0, 1));
	END LOOP;
	RETURN data;
END $$;

-- Make a file of a dialect: as it is written, not as the server wants it, or damaged.
CREATE FUNCTION make_file(part text, d dialect, line_end text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	records text[] := random_records(d);
	plain text := plain_file(records, line_end);
	written text := CASE part WHEN 'odd' THEN odd_file(records, d.encoding) ELSE plain END;
	data bytea := encoded(written, d.encoding);
BEGIN
	IF part = 'damaged' THEN
		INSERT INTO files (part, d, data) VALUES (part, d, damaged(data, d));
	ELSE
		INSERT INTO files (part, d, data, for_server)
			VALUES (part, d, data, convert_to(plain, server_encoding(d.encoding)));
	END IF;
END $$;

-- A plain file of each dialect, in one encoding after the other.
CREATE FUNCTION make_plain_files() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	encodings text[] := ARRAY(SELECT encoding FROM letters ORDER BY encoding);
	n int := 0;
	t dialects;
BEGIN
	FOR t IN SELECT * FROM dialects ORDER BY random() LOOP
		n := n % cardinality(encodings) + 1;
		PERFORM make_file('plain', (t.delimiter, t.quote, t.escape, encodings[n]), t.line_end);
	END LOOP;
END $$;

-- So many files in random dialects.  Every second one is UTF-8; the server cannot say what is wrong
-- with damaged UTF-16.
CREATE FUNCTION make_random_files(part text, files int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	encodings text[] := ARRAY(SELECT encoding FROM letters
		WHERE part <> 'damaged' OR encoding NOT LIKE 'UTF-16%' ORDER BY encoding);
	t dialects;
BEGIN
	FOR i IN 1 .. files LOOP
		SELECT * INTO t FROM dialects ORDER BY random() LIMIT 1;
		PERFORM make_file(part,
			(t.delimiter, t.quote, t.escape, pick('UTF8', pick(VARIADIC encodings))), t.line_end);
	END LOOP;
END $$;
