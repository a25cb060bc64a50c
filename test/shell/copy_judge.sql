-- What test/shell/copy.sh needs in each database: both readers of a file, and a judge of how they
-- differ.
--
-- COPY and file_fdw share the server's own reader: NextCopyFrom(), which gets its fields from
-- NextCopyFromRawFields().  A foreign table is read here and not COPY, row by row, so that the
-- records before an error are known, too.
CREATE EXTENSION file_fdw;
CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;

-- An empty quote is none.
CREATE TYPE dialect AS (delimiter text, quote text, escape text, encoding text);

-- Each record is the text of its array of fields; problems are those of the extension, failure and
-- place are those of the server.
CREATE TYPE reading AS (records text[], problems text[], failure text, place text);

-- The server knows no UTF-16: it gets such files in UTF-8.
CREATE FUNCTION server_encoding(encoding text) RETURNS text LANGUAGE sql AS $$
	SELECT CASE WHEN encoding LIKE 'UTF-16%' THEN 'UTF8' ELSE encoding END $$;

-- The files to be compared: for_server is what the server reads in place of data, where it would not
-- take that.
CREATE TABLE files (id serial PRIMARY KEY, part text, d dialect, data bytea, for_server bytea,
	verdict text);

CREATE FUNCTION write_file(path text, data bytea) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	object oid := lo_from_bytea(0, data);
BEGIN
	PERFORM lo_export(object, path);
	PERFORM lo_unlink(object);
END $$;

-- The file as a foreign table, and the query of its records.  The server wants some quote: where
-- there is none, it gets a character that no file here has.
CREATE FUNCTION server_table(path text, columns int, d dialect) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	no_quote text := chr(1);
	names text[] := ARRAY(SELECT 'c' || i FROM generate_series(1, columns) i);
BEGIN
	DROP FOREIGN TABLE IF EXISTS file;
	EXECUTE format('CREATE FOREIGN TABLE file (%s text) SERVER files OPTIONS (format ''csv'', '
		'filename %L, delimiter %L, quote %L, escape %L, encoding %L)',
		array_to_string(names, ' text, '), path, d.delimiter,
		coalesce(nullif(d.quote, ''), no_quote), coalesce(nullif(d.escape, ''), no_quote),
		server_encoding(d.encoding));
	-- a line without a byte is no record: with one column it comes as a NULL
	IF columns = 1 THEN
		RETURN 'SELECT ARRAY[c1]::text FROM file WHERE c1 IS NOT NULL';
	END IF;
	RETURN format('SELECT ARRAY[coalesce(%s, '''')]::text FROM file',
		array_to_string(names, ', ''''), coalesce('));
END $$;

-- Read a file as the server does.
CREATE FUNCTION server_read(path text, columns int, d dialect) RETURNS reading
LANGUAGE plpgsql AS $$
DECLARE
	query text := server_table(path, columns, d);
	result reading;
	rows refcursor;
	row text;
BEGIN
	result.records := '{}';
	OPEN rows FOR EXECUTE query;
	LOOP
		FETCH rows INTO row;
		EXIT WHEN NOT FOUND;
		result.records := result.records || row;
	END LOOP;
	CLOSE rows;
	RETURN result;
EXCEPTION WHEN bad_copy_file_format OR character_not_in_repertoire OR untranslatable_character THEN
	GET STACKED DIAGNOSTICS result.failure = MESSAGE_TEXT, result.place = PG_EXCEPTION_CONTEXT;
	RETURN result;
END $$;

-- Read a file as the extension does.
CREATE FUNCTION extension_read(path text, d dialect) RETURNS reading LANGUAGE sql AS $$
	SELECT ROW(coalesce(array_agg(r.fields::text ORDER BY r.n), '{}'),
			coalesce(array_agg(r.problem ORDER BY r.n), '{}'), NULL, NULL)::reading
		FROM wifox_import_read(path, d.delimiter, d.quote, nullif(d.escape, ''),
				CASE WHEN d.encoding LIKE 'UTF-16%' THEN 'auto' ELSE d.encoding END)
			WITH ORDINALITY AS r (record, line, fields, problem, n) $$;

-- All characters of some records but those that quoting is about.
CREATE FUNCTION characters(records text[], d dialect) RETURNS text LANGUAGE sql AS $$
	SELECT translate(string_agg(array_to_string(r::text[], ''), '' ORDER BY n),
			d.delimiter || d.quote || d.escape || E'\r\n', '')
		FROM unnest(records) WITH ORDINALITY AS u (r, n) $$;

-- Up to version 17 the server ends where this stands alone on a line.
CREATE FUNCTION end_of_data() RETURNS text LANGUAGE sql AS $$
	SELECT ARRAY['\.']::text WHERE current_setting('server_version_num')::int < 180000 $$;

-- Are these the same characters, up to the end of the data?
CREATE FUNCTION same_characters(ours text[], server text[], d dialect) RETURNS boolean
LANGUAGE sql AS $$
	SELECT characters(ours, d) = characters(server, d)
		OR starts_with(characters(ours, d), characters(server || end_of_data(), d))
			AND end_of_data() = ANY (ours) $$;

-- The server has taken the whole file.
CREATE FUNCTION judge_taken(ours reading, server reading, problem_at int, d dialect)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	taken int := cardinality(server.records);
	problem text := ours.problems[problem_at];
	before text[] := (ours.records[problem_at])::text[];
BEGIN
	IF problem IS NULL AND cardinality(ours.records) = taken THEN
		RETURN 'same';
	END IF;
	IF problem_at > taken AND ours.records[taken + 1] = end_of_data() THEN
		RETURN 'end of data';
	END IF;
	IF problem_at > taken THEN
		RETURN 'UNEXPLAINED: the server ends before record ' || taken + 1;
	END IF;
	IF problem LIKE '%quote is out of place%' THEN
		RETURN CASE
			WHEN same_characters(ours.records[problem_at:], server.records[problem_at:], d) THEN 'quote'
			ELSE 'UNEXPLAINED: other characters from record ' || problem_at END;
	END IF;
	-- a quote out of place before it is not told: the one that never closes is
	IF problem LIKE '%never closes%'
		AND strpos(array_to_string(trim_array(before, 1), ''), d.quote) > 0 THEN
		RETURN 'quote';
	END IF;
	RETURN 'UNEXPLAINED: the server takes record ' || problem_at || ': ' || problem;
END $$;

-- What the extension may say of a record for which the server has this message.  A quote out of
-- place leads the server anywhere.
CREATE FUNCTION counterpart(failure text) RETURNS text LANGUAGE sql AS $$
	SELECT 'quote|' || CASE split_part(failure, ' ', 1)
		WHEN 'unterminated' THEN 'never closes'
		WHEN 'extra' THEN 'the header has'
		WHEN 'missing' THEN 'the header has'
		ELSE '(not valid|does not exist) in encoding' END $$;

-- The server has failed behind the records that it has read.
CREATE FUNCTION judge_failed(ours reading, server reading, problem_at int) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	failed_at int := cardinality(server.records) + 1;
	told text := coalesce(ours.problems[failed_at], '');
	failure text := server.failure;
BEGIN
	IF problem_at < failed_at THEN
		RETURN CASE WHEN ours.problems[problem_at] ~ 'quote' THEN 'quote'
			ELSE 'UNEXPLAINED: the server takes record ' || problem_at END;
	END IF;
	IF failure ~ '^unquoted (newline|carriage return) found' THEN
		RETURN 'line ends';
	END IF;
	IF failure ~ '^end-of-copy marker' AND ours.records[failed_at] = end_of_data() THEN
		RETURN 'end of data';
	END IF;
	IF failure ~ '^missing data' AND server.place ~ '(?n), line \d+: ""$' THEN
		RETURN 'blank line';
	END IF;
	-- behind a CR the server looks at the next byte before it hands out the record
	IF failure ~ '^(invalid|character)' THEN
		told := concat_ws('; ', told, ours.problems[failed_at + 1]);
	END IF;
	IF told ~ counterpart(failure) THEN
		RETURN 'both refuse';
	END IF;
	RETURN 'UNEXPLAINED: record ' || failed_at || ': ' || failure || ', here ' || told;
END $$;

-- How far the two readings agree; test/shell/copy.sh says what the verdicts mean.  Whatever comes
-- later, the records before the first problem and the first failure are the same.
CREATE FUNCTION judge(ours reading, server reading, d dialect) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	problem_at int := cardinality(ours.records) + 1;
BEGIN
	FOR i IN 1 .. cardinality(ours.records) LOOP
		IF ours.problems[i] IS NOT NULL THEN
			problem_at := i;
			EXIT;
		END IF;
		IF i <= cardinality(server.records) AND ours.records[i] <> server.records[i] THEN
			RETURN 'UNEXPLAINED: record ' || i || ' differs';
		END IF;
	END LOOP;
	IF problem_at <= cardinality(server.records) AND d.encoding = 'SQL_ASCII'
		AND array_to_string(ours.problems[problem_at:], ' ') ~ '(not valid|does not exist) in encoding' THEN
		RETURN 'unchecked bytes';
	END IF;
	IF server.failure IS NULL THEN
		RETURN judge_taken(ours, server, problem_at, d);
	END IF;
	RETURN judge_failed(ours, server, problem_at);
END $$;

-- The server knows neither a byte order mark nor a line sep=X: it gets the file without.
CREATE FUNCTION without_marks(data bytea) RETURNS bytea LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	IF substr(data, 1, 3) = '\xefbbbf' THEN
		data := substr(data, 4);
	END IF;
	line := substring(encode(substr(data, 1, 9), 'escape') from '^(?:sep=.|"sep=.")(?:\r\n?|\n)');
	RETURN substr(data, 1 + coalesce(length(line), 0));
END $$;

-- Read a file in both ways; the directory is where it may be written.
CREATE FUNCTION compare(directory text, data bytea, d dialect, for_server bytea DEFAULT NULL)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	path text := directory || '/file.csv';
	ours reading;
	columns int;
BEGIN
	PERFORM write_file(path, data);
	ours := extension_read(path, d);
	columns := greatest(1, cardinality((ours.records[1])::text[]));
	-- no table has so many: there is nothing to compare
	IF columns > 1600 THEN
		RETURN 'too wide';
	END IF;
	PERFORM write_file(path, without_marks(coalesce(for_server, data)));
	RETURN judge(ours, server_read(path, columns, d), d);
END $$;

-- Compare all files.
CREATE PROCEDURE compare_files(directory text) LANGUAGE plpgsql AS $$
DECLARE
	f record;
BEGIN
	FOR f IN SELECT * FROM files WHERE verdict IS NULL ORDER BY id LOOP
		UPDATE files SET verdict = compare(directory, f.data, f.d, f.for_server) WHERE id = f.id;
		-- large objects would fill the table of locks
		COMMIT;
	END LOOP;
END $$;
