-- Active content: refused wherever a text can stand, and nothing else is.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/test/helpers.sql'
\i :helpers
CREATE EXTENSION citext;
CREATE DOMAIN note AS varchar(200) CHECK (VALUE <> '');
CREATE TYPE mood AS ENUM ('=glad', '-sad');
CREATE TYPE pair AS (a text, b int);
CREATE TABLE clients (id text PRIMARY KEY, email text, t text, vc varchar(99), ch char(99), nm name,
	ci citext, note note, doc xml, bin bytea, js json, jb jsonb, ta text[], ja jsonb[], na note[], p pair,
	leaf jsonb, words text[], mood mood, n numeric, i int, d date, span interval, ir int4range, nn numeric[]);
CREATE UNIQUE INDEX ON clients (lower(email));
UPDATE wifox_import_columns SET required = false;
INSERT INTO wifox_import_columns (header, target_column, path) VALUES
	('leaf.*', 'leaf', '{*}'), ('words.#', 'words', '{#}');
-- Import one column, a cell a line: the outcome, and the cells that were refused with the reason.
CREATE FUNCTION pg_temp.cells(col text, VARIADIC cells text[]) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
	TRUNCATE clients;
	RETURN QUERY SELECT regexp_replace(e, '^#(\d+) .*\[(.*)\] (\w+) \w+: ', '\1: \2 \3: ')
		FROM pg_temp.import(format(E'email,"%s"\n', col) ||
			(SELECT string_agg(format(E'c%s@x.org,"%s"', n, replace(c, '"', '""')), E'\n' ORDER BY n)
				FROM unnest(cells) WITH ORDINALITY u (c, n)), $o$on_error => 'skip'$o$) e;
END $$;

-- every type that holds a text, and every place in it
SELECT col, e FROM unnest('{t,vc,ch,nm,ci,note,leaf.a,words.0}'::text[]) WITH ORDINALITY c (col, n),
	pg_temp.cells(col, '=1+1', 'fine', ' <script>x', '+49 30 123456', 'javascript:x()') e ORDER BY n;
SELECT pg_temp.cells('doc', '<a>fine</a>', '<a onclick="x()">y</a>');
SELECT pg_temp.cells('bin', '=1+1', '\x3d', 'fine');
SELECT pg_temp.cells('p', '(fine,1)', '("<script>",1)');
-- strings of JSON, however they are written; keys, too
SELECT col, e FROM unnest('{jb,js}'::text[]) WITH ORDINALITY c (col, n), pg_temp.cells(col,
	'{"a": "=1+1"}', '["fine", {"b": [" +A1+B2"]}]', '"=1"', '{"=1+1": 2}', '{"a": "\u003dA1"}', '{"a": "\t=A1"}',
	'{"a": "\"=A1"}', '{"a": "\u003cscript\u003e"}', '{"a": "<scr\u0069pt>"}', '{"a": "java\nscript:x()"}', '{"a": "\uff1d1"}',
	'{"a": "\\=1", "b": "\u0027=1", "c": -1, "d": [null, true], "e": "\ud83d\ude00 = fun"}', '{"a": "+49 30 123456"}') e
	ORDER BY n;
-- elements of arrays
SELECT pg_temp.cells('ta', '{fine,"- likes cats"}', '{fine,=1+1}', '{{a},{" @SUM(1,1)"}}', '{NULL,"<iframe>"}', '{\=1}');
SELECT pg_temp.cells('ja', '{"{\"a\": \"fine\"}"}', '{"{\"a\": \"=1\"}"}', '{"\"=1\""}');
SELECT pg_temp.cells('na', '{fine}', '{=1}');
-- numbers, dates, intervals, labels of enums and the like are no texts
SELECT pg_temp.cells('n', '-5', '+5', '-1e5', '=5');
SELECT pg_temp.cells('i', '-5', '+5', '@5');
SELECT pg_temp.cells('d', '2024-01-31', '=1');
SELECT pg_temp.cells('span', '-1-2', '+1 day', '@ 1 day');
SELECT pg_temp.cells('ir', '[-1,5]', '=1');
SELECT pg_temp.cells('nn', '{-1,+2}', '{=1}');
SELECT pg_temp.cells('mood', '=glad', '-sad', '=mad');

-- blanks, invisible characters and other widths do not hide it; nor do letters of either case
SELECT pg_temp.cells('t', E'\t=1', E'\r=1', E'\n=1', U&'\00A0=1', U&'\200B=1', U&'\FEFF=1', U&'\3000=1', U&'\2060=1',
	U&'\FF1D' || '1', U&'\FF0B' || '1+1', U&'\FF0D' || 'A1', U&'\FF20' || 'SUM(1,1)', U&'\FE66' || '1', '"=1"', E'\x01=1');
SELECT pg_temp.cells('t', '<ScRiPt>', E'<a href="jAvA\tScRiPt:x()">', '<a href="javascript&#58;x()">', '&#x6a;avascript&colon;x()',
	'<IMG SRC=&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;x()>', 'java&NewLine;script:x()', 'VBSCRIPT:x',
	'DATA:Text/Html,x', '<svg/OnLoad=x()>', E'<b\x0conclick=x()>', '<EMBED>', '<oBject data=x>', '<?PHP', '<%=x%>');
SELECT pg_temp.cells('t', '+HYPERLINK("http://x.example")', '-1+WEBSERVICE (A1)', '@SUM(A1)', '+{1}&IMPORTXML("x","y")', '+cmd|''/c x''!A1',
	'DDE("x";"y")', '-2+3+cmd|'' /C calc''!A0');

-- the examples of doc/errors.md
SELECT pg_temp.cells('t', '=1+1', '=)', ' =A1', '"=1"', U&'\FF1D' || '1', '+A1', '-1/2', '@SUM(A1)', '-yes|no', 'cmd|''/C calc''!A0',
	'DDE("a";"b")', '<script>', '<IFRAME src=x>', '<?php', '<%', '<svg/onload=x()>', 'javascript:x()', 'java&Tab;script&#58;x()');
SELECT pg_temp.cells('t', 'a = b', '''=1+1', ';=1', '+49 30 1234', '-5', '-5 °C', '- likes cats', '- kids (2)', '@joe99', '+', 'Ctrl|cmd',
	'DDE (a protocol)', '<b>', '<3', '1 < 2', '<scripture>', '<b title="onset = 3">', 'JavaScript: 5 years');

-- honest texts: none is refused, and all come back as they were
CREATE TEMP TABLE honest AS
SELECT n, line FROM regexp_split_to_table(rtrim(pg_read_file(:'abs_srcdir' || '/test/data/honest_texts.txt'), E'\n'), E'\n')
	WITH ORDINALITY l (line, n);
SELECT count(*) > 200 AS enough, count(DISTINCT line) = count(*) AS different FROM honest;
TRUNCATE clients;
SELECT pg_temp.import(E'ID,t,ci,leaf.a,words.0,email\n' || string_agg(format(E'%s,%s,%2$s,%2$s,%2$s,h%1$s@x.org', n,
	'"' || replace(line, '"', '""') || '"'), E'\n' ORDER BY n)) FROM honest;
SELECT count(*) AS altered FROM honest h LEFT JOIN clients c ON c.id = h.n::text
	WHERE ARRAY[c.t, c.ci::text, c.leaf ->> 'a', c.words[1]] IS DISTINCT FROM ARRAY[line, line, line, line];

-- the same within JSON and arrays
TRUNCATE clients;
SELECT pg_temp.import(E'ID,jb,ta,email\n' || string_agg(format(E'%s,"%s","%s",h%1$s@x.org', n,
	replace(jsonb_build_object('a', line)::text, '"', '""'), replace(ARRAY[line]::text, '"', '""')), E'\n' ORDER BY n))
	FROM honest;
SELECT count(*) AS altered FROM honest h LEFT JOIN clients c ON c.id = h.n::text
	WHERE ARRAY[c.jb ->> 'a', c.ta[1]] IS DISTINCT FROM ARRAY[line, line];

-- allowed, if an administrator says so
SET wifox_import.active_content = allow;
SELECT pg_temp.cells('t', '=1+1', '<script>');
SELECT pg_temp.cells('jb', '{"a": "=1+1"}');
RESET wifox_import.active_content;

DROP EXTENSION wifox_import;
DROP TABLE clients;
DROP DOMAIN note;
DROP TYPE mood, pair;
DROP EXTENSION citext;
