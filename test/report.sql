-- What test/shell/report.sh and test/spreadsheet.sh share: files in any dialect, and what their error
-- reports must hold.

-- A record as a line of CSV: cells in quotes where they must be, and here and there besides.
CREATE FUNCTION to_line(cells text[], delimiter text, quote text, escape text, salt int DEFAULT 0)
RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT string_agg(CASE
			WHEN quote = '' THEN c
			WHEN c ~ '[\r\n]' OR strpos(c, delimiter) > 0 OR strpos(c, quote) > 0 OR (n + salt) % 4 = 0
			THEN quote || CASE WHEN escape = quote THEN replace(c, quote, quote || quote)
				ELSE replace(replace(c, escape, escape || escape), quote, escape || quote) END || quote
			ELSE c END, delimiter ORDER BY n)
	FROM unnest(cells) WITH ORDINALITY u (c, n) $$;

-- Import a file; the id of the import.
CREATE FUNCTION import(data bytea, options text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	id bigint;
BEGIN
	EXECUTE 'SELECT id FROM ' || concat_ws(', ', 'wifox_import_clients_data($1', options) || ')'
		INTO id USING data;
	RETURN id;
END $$;

-- The error report of an import, as the bytes of a file.
CREATE FUNCTION report(import_id bigint) RETURNS bytea LANGUAGE sql AS $$
	SELECT convert_to(string_agg(r || E'\n', ''), 'UTF8') FROM wifox_import_error_report(import_id) r $$;

-- The records of a file behind its header.
CREATE FUNCTION records(data bytea, dialect text)
RETURNS TABLE (n bigint, line bigint, fields text[], problem text) LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY EXECUTE 'SELECT * FROM ' ||
		concat_ws(', ', 'wifox_import_read_data($1', dialect) || ') WHERE record > 0' USING data;
END $$;

-- The records of a report, without its two columns.
CREATE FUNCTION report_records(id bigint, dialect text)
RETURNS TABLE (n bigint, line text, fields text[], problem text) LANGUAGE sql AS $$
	SELECT n, fields[cardinality(fields) - 1], fields[:cardinality(fields) - 2], problem
	FROM records(report(id), dialect) $$;

-- What a report makes of a cell, by the rule of the documentation.
CREATE FUNCTION marked(cell text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN cell ~ E'^''*[ \t\n\v\f\r]*[=+@\t\r-]' THEN '''' || cell ELSE cell END $$;

-- Where the cells of a report are not those of the file. Cells that the file lacks are empty in the report;
-- blank ones beyond the header may be missing.
CREATE FUNCTION different_cells(id bigint, original bytea, dialect text, encoding text, width int)
RETURNS SETOF text LANGUAGE sql AS $$
	WITH bad AS (
		SELECT row_number() OVER (ORDER BY line) AS n, line, fields
		FROM records(original, concat_ws(', ', dialect, format('encoding => %L', encoding)))
		WHERE line IN (SELECT e.line FROM wifox_import_errors e WHERE import_id = id)
	)
	SELECT format('report %s, record %s: %s %s is not %s', id, n, report.problem,
		to_json(report.fields), to_json(bad.fields))
	FROM bad FULL JOIN report_records(id, dialect) report USING (n)
	WHERE report.problem IS NOT NULL OR bad.line::text IS DISTINCT FROM report.line OR EXISTS (
		SELECT FROM generate_series(1, 30) i, coalesce(bad.fields[i], '') o, coalesce(report.fields[i], '') r
		WHERE r <> marked(o) AND NOT (i > width AND r = '' AND o ~ E'^[ \t\n\v\f\r]*$')) $$;

-- Where the errors of a report's records are not those of the file's; but what a report repairs, the
-- shape of records, their quotes and bytes, is no error any more.
CREATE FUNCTION different_errors(first bigint, second bigint) RETURNS SETOF text LANGUAGE sql AS $$
	WITH old AS (
		SELECT n, array_agg(error ORDER BY error) AS errors, bool_or(repaired) AS repaired
		FROM (SELECT dense_rank() OVER (ORDER BY record) AS n,
				(column_name, value, code, message, sqlstate, detail, hint)::text AS error,
				code IN ('too_few_cells', 'too_many_cells', 'bad_quote', 'bad_byte') AS repaired
			FROM wifox_import_errors WHERE import_id = first) e
		GROUP BY n
	), new AS (
		SELECT record AS n, array_agg(error ORDER BY error) AS errors
		FROM (SELECT record, (column_name, value, code, message, sqlstate, detail, hint)::text AS error
			FROM wifox_import_errors WHERE import_id = second) e
		GROUP BY record
	)
	SELECT format('imports %s and %s, record %s: %s is not %s', first, second, n, new.errors, old.errors)
	FROM old FULL JOIN new USING (n)
	WHERE repaired IS NOT true AND new.errors IS DISTINCT FROM old.errors $$;

-- The report of a report that was imported unchanged: every record of it is one of the first.
CREATE FUNCTION changed_records(first bigint, second bigint, dialect text) RETURNS SETOF text
LANGUAGE sql AS $$
	SELECT format('report %s of report %s: %s', second, first, to_json(fields))
	FROM (SELECT fields FROM report_records(second, dialect)
		EXCEPT ALL SELECT fields FROM report_records(first, dialect)) e $$;

-- A cell that makes trouble, of the tokens of this dialect.
CREATE FUNCTION random_cell(delimiter text, quote text, escape text, wide boolean)
RETURNS text LANGUAGE sql VOLATILE AS $$
	SELECT coalesce(string_agg((ARRAY['=', '+', '-', '@', E'\t', '''', '''', ' ', 'a', '1', 'x', 'é',
			'\', ',', ';', '|', delimiter, quote, escape, CASE WHEN wide THEN '😀' ELSE 'ü' END,
			CASE WHEN quote = '' THEN '_' ELSE E'\r' END,
			CASE WHEN quote = '' THEN '_' ELSE E'\n' END])[1 + floor(random() * 22)], ''), '')
	FROM generate_series(1, floor(random() * random() * 8)::int) $$;

-- A record of such cells, for the header of random_file().
CREATE FUNCTION random_record(n int, delimiter text, quote text, escape text, wide boolean)
RETURNS text[] LANGUAGE sql VOLATILE AS $$
	SELECT ARRAY[
		CASE WHEN random() < 0.3 THEN 'id' || n ELSE '' END,
		CASE WHEN random() < 0.8 THEN format('u%s@x.org', n)
			ELSE random_cell(delimiter, quote, escape, wide) || n END,
		CASE WHEN random() < 0.8 THEN 'Ann' ELSE random_cell(delimiter, quote, escape, wide) END,
		CASE WHEN random() < 0.3 THEN '180' ELSE random_cell(delimiter, quote, escape, wide) END,
		CASE WHEN random() < 0.5 THEN '2001-02-29' ELSE '' END,
		random_cell(delimiter, quote, escape, wide), random_cell(delimiter, quote, escape, wide),
		CASE WHEN random() < 0.7 THEN 'true' ELSE random_cell(delimiter, quote, escape, wide) END] $$;

-- A file of such records, some of them broken: cells missing or too many, quotes and bytes out of place.
CREATE FUNCTION random_file(delimiter text, quote text, escape text, eol text, encoding text)
RETURNS bytea LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	data bytea := convert_to(to_line('{ID,email,firstName,height,Date Of Birth,comments,bio,active}',
		delimiter, quote, escape) || eol, encoding);
	cells text[];
BEGIN
	FOR n IN 1 .. 12 LOOP
		cells := random_record(n, delimiter, quote, escape, encoding = 'UTF8');
		IF random() < 0.05 THEN
			cells := cells[1:5];
		ELSIF random() < 0.05 THEN
			cells := cells || random_cell(delimiter, quote, escape, false) || '+surplus'::text;
		END IF;
		data := data || convert_to(to_line(cells, delimiter, quote, escape, n) ||
			CASE WHEN random() < 0.05 AND quote <> '' THEN ' ' || quote || 'x' || quote ELSE '' END, encoding);
		IF random() < 0.05 AND encoding = 'UTF8' THEN
			data := data || '\xff'::bytea;
		END IF;
		data := data || convert_to(eol, encoding);
	END LOOP;
	RETURN data;
END $$;

-- Import a random file, its report, and the report of that: what is found wrong, and how many records
-- were bad.
CREATE FUNCTION try_random_file(OUT problems text[], OUT bad bigint) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	delimiter text := (ARRAY[',', ';', E'\t', '|', ':', ' ', '^'])[1 + floor(random() * 7)];
	quote text := (ARRAY['"', '"', '''', '~', ''])[1 + floor(random() * 5)];
	escape text := CASE WHEN quote <> '' AND random() < 0.3 THEN '\' ELSE quote END;
	eol text := (ARRAY[E'\n', E'\r\n', E'\r'])[1 + floor(random() * 3)];
	encoding text := (ARRAY['UTF8', 'UTF8', 'LATIN1', 'WIN1252'])[1 + floor(random() * 4)];
	guessed boolean := delimiter IN (',', ';', E'\t', '|') AND quote <> '' AND random() < 0.5;
	dialect text := format('delimiter => %L, quote => %L, escape => %L', delimiter, quote,
		nullif(escape, ''));
	options text := replace(dialect, CASE WHEN guessed THEN format('delimiter => %L, ', delimiter) ELSE '' END,
		'') || CASE WHEN random() < 0.3 THEN ', clear_marker => ''-''' ELSE '' END || ', dry_run => true';
	data bytea := random_file(delimiter, quote, escape, eol, encoding);
	first bigint := import(data, format('%s, encoding => %L', options, encoding));
	second bigint;
	third bigint;
BEGIN
	SELECT count(DISTINCT record) INTO bad FROM wifox_import_errors WHERE import_id = first;
	IF bad > 0 THEN
		second := import(report(first), options);
		third := import(report(second), options);
		problems := ARRAY(SELECT different_cells(first, data, dialect, encoding, 8)
			UNION ALL SELECT different_errors(first, second)
			UNION ALL SELECT different_errors(second, third)
			UNION ALL SELECT changed_records(first, second, dialect)
			UNION ALL SELECT changed_records(second, third, dialect));
	END IF;
END $$;

-- A text in UTF-16, with its byte order mark.
CREATE FUNCTION to_utf16(content text, big boolean) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
	SELECT decode(CASE WHEN big THEN codes ELSE regexp_replace(codes, '(..)(..)', '\2\1', 'g') END, 'hex')
	FROM (SELECT 'feff' || string_agg(lpad(to_hex(ascii(c)), 4, '0'), '' ORDER BY n) AS codes
		FROM unnest(string_to_array(content, NULL)) WITH ORDINALITY u (c, n)) c $$;

-- Cells for two columns, of the kinds that could get lost between an import and its report.
CREATE TABLE troublesome (n serial, comments text, bio text);
INSERT INTO troublesome (comments, bio) VALUES
	('=1+1', '''=1+1'), ('+49 30 1234', '''''@home'), ('-5', ' - 5'), ('@home', ''''''''),
	(E'\ttab', E'\rcarriage return'), (E'one\ntwo', E'''\r\n=two'), ('''plain', 'it''s'),
	('say "hi"', '"all quoted"'), (E'a;b,c|d\te', '~\"\'), ('Zoë', ' kept '), (E'\\', '\''='),
	('=', E'-\n\n-');

-- The same for a file without quotes: no delimiters and no line ends.
CREATE FUNCTION wanted(plain boolean) RETURNS TABLE (n int, comments text, bio text) LANGUAGE sql AS $$
	SELECT n, CASE WHEN plain THEN regexp_replace(comments, '[;\r\n]', '_', 'g') ELSE comments END,
		CASE WHEN plain THEN regexp_replace(bio, '[;\r\n]', '_', 'g') ELSE bio END FROM troublesome $$;

-- A file of them in a dialect: delimiter, quote, escape, line end, first line. Every second record has a
-- height that is none.
CREATE FUNCTION troublesome_file(dialect text[], encoding text) RETURNS bytea LANGUAGE plpgsql AS $$
DECLARE
	plain boolean := dialect[2] = '';
	content text;
BEGIN
	SELECT dialect[5] || string_agg(to_line(cells, dialect[1], dialect[2], dialect[3], n) || dialect[4],
		'' ORDER BY n)
	INTO content
	FROM (SELECT 0, ARRAY['ID', 'email', CASE WHEN plain THEN 'firstName' ELSE E'first\nName' END, 'height',
			'-comments', 'bio']
		UNION ALL SELECT n, ARRAY['n' || n, n || '@x.org', 'A', CASE n % 2 WHEN 0 THEN 'x' ELSE '170' END,
			comments, bio] FROM wanted(plain)) r (n, cells);
	RETURN CASE encoding WHEN 'UTF-16LE' THEN to_utf16(content, false)
		WHEN 'UTF-16BE' THEN to_utf16(content, true) ELSE convert_to(content, encoding) END;
END $$;

-- A report in which a cell was overwritten wherever it stands.
CREATE FUNCTION corrected(id bigint, delimiter text, wrong text, better text) RETURNS bytea LANGUAGE sql AS $$
	SELECT convert_to(replace(convert_from(report(id), 'UTF8'), delimiter || wrong || delimiter,
		delimiter || better || delimiter), 'UTF8') $$;

-- Import that file; correct its report once in vain, and once for good: "all in", or what is missing.
CREATE FUNCTION round_trip(dialect text[], encoding text, on_error text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	data bytea := troublesome_file(dialect, encoding);
	options text := format('quote => %L, escape => %L', dialect[2], nullif(dialect[3], ''));
	original text := options || CASE WHEN encoding LIKE 'UTF%' THEN ''
		ELSE format(', encoding => %L', encoding) END;
	id bigint;
BEGIN
	PERFORM set_config('wifox_import.active_content', 'allow', true);
	DELETE FROM clients;
	id := import(data, original || format(', on_error => %L', on_error));
	id := import(corrected(id, dialect[1], 'x', 'y'), options);
	id := import(corrected(id, dialect[1], 'y', '170'), options);
	IF on_error = 'report' THEN
		PERFORM import(data, original || ', on_error => ''skip''');
	END IF;
	RETURN coalesce((SELECT string_agg('missing: ' || to_json(w), E'\n') FROM wanted(dialect[2] = '') w
		WHERE NOT EXISTS (SELECT FROM clients c
			WHERE (c.id, c.comments, c.bio, c.height) = ('n' || w.n, w.comments, w.bio, 170))), 'all in');
END $$;
