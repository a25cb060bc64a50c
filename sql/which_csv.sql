\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/test/helpers.sql'
\i :helpers
-- Every deviation from RFC 4180 that doc/csv.md names, by its file in test/data/csv:
-- what the bare reader shows, and what an import makes of it.
\set ECHO none
SELECT wifox_import_create_clients_table() AS clients \gset
CREATE TEMP TABLE tried (file text, import_id bigint, status text);
SELECT set_config('test.folder', :'abs_srcdir' || '/test/data/csv/', false) AS folder \gset

-- Read a file, then import it; show both and the clients, and remove these.
CREATE FUNCTION pg_temp.both(file text, dialect text DEFAULT NULL, options text DEFAULT NULL)
RETURNS SETOF text
LANGUAGE plpgsql AS $$
DECLARE
	path text := current_setting('test.folder') || file;
	i record;
BEGIN
	BEGIN
		RETURN QUERY EXECUTE 'SELECT concat_ws($2, record, line, left(to_json(fields)::text, 90), problem) FROM '
			|| concat_ws(', ', 'wifox_import_read($1', dialect) || ')' USING path, ' ';
	EXCEPTION WHEN OTHERS THEN
		RETURN NEXT 'ERROR ' || SQLSTATE || ': ' || SQLERRM;
	END;
	EXECUTE 'SELECT * FROM ' || concat_ws(', ', 'wifox_import_clients($1',
		$o$on_error => 'skip'$o$, dialect, options) || ')' INTO i USING path;
	INSERT INTO tried VALUES (file, i.id, i.status);
	RETURN NEXT pg_temp.outcome(i);
	-- a long value is not to be looked at
	RETURN QUERY SELECT regexp_replace(e, '\[.{60,}\]', '[...]') FROM pg_temp.errors(i.id, true) e;
	RETURN QUERY SELECT left('client ' || to_json(array[email, first_name, comments]), 90)
		FROM clients ORDER BY email;
	DELETE FROM clients;
END $$;
\set ECHO all

-- what the RFC says
SELECT pg_temp.both('rfc4180.csv');
-- delimiters
SELECT pg_temp.both('semicolon.csv');
SELECT pg_temp.both('tab.csv');
SELECT pg_temp.both('pipe.csv');
SELECT pg_temp.both('delimiter-in-cells.csv');
SELECT pg_temp.both('other-delimiter.csv');
SELECT pg_temp.both('other-delimiter.csv', $$delimiter => ':'$$);
SELECT pg_temp.both('space.csv', $$delimiter => ' '$$);
SELECT pg_temp.both('double-pipe.csv');
SELECT pg_temp.both('two-character-delimiter.csv');
SELECT pg_temp.both('sep-line.csv');
SELECT pg_temp.both('sep-line.csv', $$delimiter => ','$$);
SELECT pg_temp.both('ambiguous-delimiter.csv');
SELECT pg_temp.both('ambiguous-delimiter.csv', $$delimiter => ','$$, $$unknown_columns => 'ignore'$$);
INSERT INTO clients (username, first_name, email) VALUES ('ann', 'Ann', 'ann@example.org');
SELECT pg_temp.both('one-column.csv');

-- lines
SELECT pg_temp.both('lf.csv');
SELECT pg_temp.both('cr.csv');
SELECT pg_temp.both('mixed-line-ends.csv');
SELECT pg_temp.both('cr-cr-lf.csv');
SELECT pg_temp.both('no-final-line-end.csv');
SELECT pg_temp.both('unicode-line-ends.csv');
SELECT pg_temp.both('blank-lines.csv');
SELECT pg_temp.both('blank-records.csv');
SELECT pg_temp.both('comment-lines.csv');
SELECT pg_temp.both('comment-records.csv');
SELECT pg_temp.both('footer-line.csv');
SELECT pg_temp.both('backslash-dot.csv');
SELECT pg_temp.both('end-of-file-mark.csv');

-- encodings
SELECT pg_temp.both('utf-8.csv');
SELECT pg_temp.both('utf-8-bom.csv');
SELECT pg_temp.both('utf-8-bom.csv', $$encoding => 'LATIN1'$$);
SELECT pg_temp.both('utf-16le.csv');
SELECT pg_temp.both('utf-16le.csv', $$encoding => 'UTF8'$$);
SELECT pg_temp.both('utf-16be.csv');
SELECT pg_temp.both('utf-16-half-pair.csv');
SELECT pg_temp.both('utf-16-cut.csv');
SELECT pg_temp.both('utf-16-without-mark.csv');
SELECT pg_temp.both('utf-32.csv');
SELECT pg_temp.both('latin1.csv');
SELECT pg_temp.both('latin1.csv', $$encoding => 'LATIN1'$$);
SELECT pg_temp.both('windows-1252.csv', $$encoding => 'WIN1252'$$);
SELECT pg_temp.both('shift-jis.csv', $$encoding => 'SJIS'$$);
SELECT pg_temp.both('bad-byte.csv');
SELECT pg_temp.both('bad-byte-in-header.csv');
SELECT pg_temp.both('nul.csv');

-- quotes
SELECT pg_temp.both('quoted-line-breaks.csv');
SELECT pg_temp.both('empty-quoted.csv');
SELECT pg_temp.both('quote-inside.csv');
SELECT pg_temp.both('text-behind-quote.csv');
SELECT pg_temp.both('blank-before-quote.csv');
SELECT pg_temp.both('blank-behind-quote.csv');
SELECT pg_temp.both('unterminated-quote.csv');
SELECT pg_temp.both('other-quote.csv');
SELECT pg_temp.both('other-quote.csv', $$quote => ''''$$);
SELECT pg_temp.both('escape.csv');
SELECT pg_temp.both('escape.csv', $$escape => '\'$$);
SELECT pg_temp.both('backslash.csv');
SELECT pg_temp.both('no-quoting.csv');
SELECT pg_temp.both('no-quoting.csv', $$quote => ''$$);
SELECT pg_temp.both('typographic-quotes.csv');
SELECT pg_temp.both('formula-text.csv');
SELECT pg_temp.both('records-in-quotes.csv');

-- cells
SELECT pg_temp.both('blanks-around.csv');
SELECT pg_temp.both('null-words.csv');
SELECT pg_temp.both('surplus-empty-cells.csv');
SELECT pg_temp.both('too-few-cells.csv');
SELECT pg_temp.both('too-many-cells.csv');

-- the header
SELECT pg_temp.both('header-blanks.csv');
SELECT pg_temp.both('header-line-break.csv');
SELECT pg_temp.both('header-without-name.csv');
SELECT pg_temp.both('header-without-name.csv', NULL, $$unknown_columns => 'ignore'$$);
SELECT pg_temp.both('trailing-empty-columns.csv');
SELECT pg_temp.both('header-twice.csv');
SELECT pg_temp.both('header-again.csv');
SELECT pg_temp.both('header-only.csv');
SELECT pg_temp.both('no-header.csv');
SELECT pg_temp.both('title-lines.csv');

-- limits, and what is no CSV
SELECT pg_temp.both('large-field.csv');
SET wifox_import.max_field_size = '1kB';
SELECT pg_temp.both('large-field.csv');
RESET wifox_import.max_field_size;
SET wifox_import.max_file_size = '1kB';
SELECT pg_temp.both('large-file.csv');
RESET wifox_import.max_file_size;
SET wifox_import.max_records = 2;
SELECT pg_temp.both('many-records.csv');
RESET wifox_import.max_records;
SELECT pg_temp.both('many-columns.csv');
SELECT pg_temp.both('empty.csv');
SELECT pg_temp.both('blank-lines-only.csv');
SELECT pg_temp.both('html.csv');
SELECT pg_temp.both('workbook.csv');
SELECT pg_temp.both('not-named-csv.txt');

-- the page names the files that are there; each was tried, and did what the page says
\set ECHO none
CREATE TEMP TABLE chapter AS SELECT m[1] AS claim, m[2] AS file FROM regexp_matches(
	pg_read_file(current_setting('test.folder') || '../../../doc/csv.md'),
	'\| ([^|\n]*) \| `([a-z0-9-]+\.(?:csv|txt))` \|\n', 'g') m;
CREATE TEMP VIEW claimed AS
	SELECT file, (regexp_matches(claim, '`([a-z]+_[a-z_]+)`', 'g'))[1] AS code, claim ~ 'refused' AS refused
	FROM chapter;
CREATE TEMP TABLE found AS
	SELECT t.file, e.code, e.record IS NULL AS refused
	FROM tried t JOIN wifox_import_errors e USING (import_id);
CREATE TEMP VIEW folder AS SELECT pg_ls_dir(current_setting('test.folder')) AS file;
\set ECHO all
SELECT count(*) > 60 FROM chapter;
SELECT 'twice', file FROM chapter GROUP BY file HAVING count(*) > 1;
SELECT 'not in the chapter', file FROM folder WHERE file NOT IN (SELECT file FROM chapter);
SELECT 'not in the folder', file FROM chapter WHERE file NOT IN (TABLE folder);
SELECT 'not tried', file FROM chapter WHERE file NOT IN (SELECT file FROM tried);
SELECT count(*) > 30 FROM claimed;
SELECT 'not true', * FROM (TABLE claimed EXCEPT TABLE found) c;
SELECT 'not read', file FROM chapter WHERE file NOT IN (SELECT file FROM claimed)
	AND file NOT IN (SELECT file FROM tried WHERE status <> 'failed');

DROP EXTENSION wifox_import;
DROP TABLE clients, projects, desks;
