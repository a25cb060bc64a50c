-- What a cell of each type may hold, and the messages about what it may not.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/test/helpers.sql'
\i :helpers
CREATE TYPE mood AS ENUM ('glad', 'sad, sometimes', 'calm');
CREATE TYPE pair AS (a int, b int);
CREATE TABLE clients (id text PRIMARY KEY, email text, t text, vc varchar(3), ch char(3), nm name,
	b boolean, i2 int2, i4 int4, i8 int8, n numeric, n52 numeric(5, 2), f8 float8, f4 float4,
	d date, ts timestamp, tz timestamptz(0), u uuid, ip inet, net cidr, js json, jb jsonb, m mood,
	ints int[], span interval);
CREATE UNIQUE INDEX ON clients (lower(email));
UPDATE wifox_import_columns SET required = false;
-- Import one column, a cell a line, into clients 1@column.org, 2@column.org ...
CREATE FUNCTION pg_temp.cells(col text, cells text[], options text DEFAULT NULL,
	hints boolean DEFAULT false) RETURNS SETOF text LANGUAGE sql AS $$
	SELECT pg_temp.import(format(E'email,%s\n', col) || string_agg(format(E'%s@%s.org,"%s"', n, col,
		replace(c, '"', '""')), E'\n' ORDER BY n),
		concat_ws(', ', $o$on_error => 'skip'$o$, options), hints)
		FROM unnest(cells) WITH ORDINALITY u (c, n) $$;
-- Show what is stored.
CREATE FUNCTION pg_temp.stored(col text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY EXECUTE format('SELECT split_part(email, %L, 1) || %L || %I::text FROM clients
		WHERE email LIKE %L ORDER BY split_part(email, %L, 1)::int', '@', ': ', col,
		'%@' || col || '.org', '@');
END $$;

SELECT pg_temp.cells('t', ARRAY['plain', '  kept  ', E'two\nlines', 'Ünïcödé', E'tab\there']);
SELECT pg_temp.stored('t');
SELECT pg_temp.cells('vc', ARRAY['abc', 'äöü', 'ab  ', 'abcd']);
SELECT pg_temp.cells('ch', ARRAY['ab', 'abc  ', 'abcd']);
SELECT pg_temp.cells('nm', ARRAY[repeat('x', 63), repeat('x', 64)]);
SELECT pg_temp.cells('b', ARRAY['true', 'FALSE', ' Yes ', 'no', 't', 'n', '1', '0', 'on', 'off',
	'tru', '2', 'ja'], hints => true);
SELECT string_agg(s, ' ') FROM pg_temp.stored('b') s;
SELECT pg_temp.cells('i2', ARRAY['-32768', '+7', ' 32767 ', '32768', '1.0', '1e3', '1_000', '0x1f',
	'1,000', '--1', '9223372036854775808'], hints => true);
SELECT pg_temp.cells('i4', ARRAY['-2147483648', '007', '2147483648']);
SELECT pg_temp.cells('i8', ARRAY['9223372036854775807', '9223372036854775808']);
SELECT pg_temp.cells('n', ARRAY['1', '-1.50', '.5', '5.', '+1e3', '0', 'NaN', 'Infinity',
	'1,5', '1 000',
	'0x10', '1e', '1e200000'], hints => true);
SELECT pg_temp.stored('n');
SELECT pg_temp.cells('n52', ARRAY['999.994', '-999.99', '0.001', '999.995', '1000', '1e3']);
SELECT pg_temp.stored('n52');
SELECT pg_temp.cells('f8', ARRAY['1.5', '-1e-5', '1e308', '1e309', '1e-400', 'inf', '1,5',
	'0x1p3']);
SELECT pg_temp.cells('f4', ARRAY['1.5', '1e39']);
-- dates and timestamps: ISO 8601; other orders only if named
SELECT pg_temp.cells('d', ARRAY['2024-02-29', '20240229', ' 2024-02-29 ', '2024-02-29T00:00:00Z',
	'2023-02-29', '2024-13-01', '2024-00-01', '2024-01-00', '0000-01-01', '2024-02-29 12:00',
	'29.02.2024', '02/03/2024', '1.2.3', 'tomorrow', '45000', 'infinity',
	'9999999-01-01', '2024-2-9'], hints => true);
SELECT pg_temp.stored('d');
TRUNCATE clients;
SELECT pg_temp.cells('d', ARRAY['29.02.2024', '1/2/2024', '2024-03-04', '31.13.2024', '01.02.24',
	'2024.02.29'], $$date_order => 'DMY'$$, true);
SELECT pg_temp.stored('d');
TRUNCATE clients;
SELECT pg_temp.cells('d', ARRAY['02/29/2024', '1-2-2024', '29/02/2024'], $$date_order => 'MDY'$$);
SELECT pg_temp.stored('d');
TRUNCATE clients;
SELECT pg_temp.cells('d', ARRAY['2024/02/29', '2024.1.2', '02/29/2024'], $$date_order => 'YMD'$$);
SELECT pg_temp.stored('d');
SELECT pg_temp.cells('ts', ARRAY['2024-02-29', '2024-02-29 1:02', '2024-02-29T01:02:03.456789',
	'2024-02-29 24:00:00', '2024-02-29 01:02Z', '2024-02-29 25:00', '2024-02-29 noon', '300000-01-01'],
	hints => true);
SELECT pg_temp.stored('ts');
SELECT pg_temp.cells('tz', ARRAY['2024-02-29 01:02:03.6+02', '2024-02-29T01:02:03-0330',
	'2024-02-29 01:02', '2024-02-29 01:02:03 +02:00', '2024-02-29 01:02 CET', '2024-02-29 01:02+99'],
	hints => true);
SELECT pg_temp.stored('tz');
-- a time without a zone is the session's
SET timezone = 'Europe/Berlin';
SELECT pg_temp.cells('tz', ARRAY['', '', '2024-02-29 01:02']);
SET timezone = 'UTC';
SELECT pg_temp.stored('tz');
SELECT pg_temp.cells('u', ARRAY['123e4567-e89b-12d3-a456-426614174000',
	'{123E4567E89B12D3A456426614174001}', '123e4567', 'x'], hints => true);
SELECT pg_temp.cells('ip', ARRAY['192.0.2.1', '2001:db8::1', '10.0.0.0/8', '256.1.1.1', 'localhost',
	'1.2.3'], hints => true);
SELECT pg_temp.cells('net', ARRAY['192.0.2.0/24', '192.0.2.1/24', 'x'], hints => true);
SELECT pg_temp.cells('js', ARRAY['{"a": 1, "a": 2}', '[1', '"\u0000"']);
SELECT pg_temp.stored('js');
SELECT pg_temp.cells('jb', ARRAY['{"a": [1, "x", null]}', ' true ', '{"a": }', '"\u0000"',
	'1e200000', '{a: 1}', '']);
SELECT substring(e, 'invalid_value.*') FROM pg_temp.cells('jb',
	ARRAY['1', repeat('[', 1001) || repeat(']', 1001)]) e;
SELECT pg_temp.stored('jb');
SELECT pg_temp.cells('m', ARRAY['glad', 'sad, sometimes', 'Glad', repeat('x', 100)]);
-- what the server alone can judge
SELECT pg_temp.cells('ints', ARRAY['{1,2}', '{x}']);
SELECT pg_temp.stored('ints');
SELECT pg_temp.cells('span', ARRAY['1 day', 'never']);

-- e-mail addresses
SELECT pg_temp.import($$email
ok@x.org
" trimmed@x.org "
O'Neil+tag@sub.x-y.org
müller@bücher.example
"""quoted part""@x.org"
=cmd@x.org
a|b@x.org
a@
@x.org
a@b
a@b@c.org
"a@x.org, b@x.org"
Ann <ann@x.org>
a b@x.org
.a@x.org
a..b@x.org
a@x..org
a@-x.org
a@x.1
a@[127.0.0.1]
mailto:a@x.org$$, $$on_error => 'skip'$$);

-- active content in a text: what a spreadsheet or a browser would run
SELECT pg_temp.cells('t', ARRAY['=1+1', ' =A1', E'\t=A1', '"=A1"', '+A1+B2', '-SUM(A1)', '@SUM(A1)',
	'-1+cmd|x', 'DDE("a";"b")', E'=cmd|''/C calc''!A0', 'a <script>b</script>', '<IFRAME src=x>',
	'<?php ?>', '<% x %>', '<img onerror=x>', 'javascript:alert(1)', 'data:text/html,x',
	'<a href="vbscript:x">']);
SELECT pg_temp.cells('t', ARRAY['+49 30 1234', '-5', '- likes cats', '@home', 'O''Neil', 'a@b.c',
	'<3', '1 < 2', '''=1+1', '+49 (30) 123456 ext. 7']);
SELECT pg_temp.stored('t');
-- a hint says what to do; a DBA can allow it
SELECT pg_temp.cells('t', ARRAY['=1+1'], hints => true);
SET wifox_import.active_content = allow;
SELECT pg_temp.cells('t', ARRAY['=1+1']);
RESET wifox_import.active_content;
SET wifox_import.active_content = maybe;

-- a cell beyond wifox_import.max_field_size
SET wifox_import.max_field_size = '1kB';
SELECT left(e, 50), right(e, 80), length(e) FROM pg_temp.cells('t',
	ARRAY[repeat('x', 1024), repeat('y', 1025)], NULL, true) e;
RESET wifox_import.max_field_size;
-- only wifox_import.max_errors errors are stored, counts stay exact
SET wifox_import.max_errors = 2;
SET client_min_messages = notice;
SELECT pg_temp.cells('i4', ARRAY['a', 'b', 'c', 'd', '5']);
SET wifox_import.max_errors = 3;
SELECT pg_temp.cells('i4', ARRAY['e', 'f', 'g', 'h', '6']);
SET client_min_messages = warning;
RESET wifox_import.max_errors;

-- all errors of a record are reported, and further records are read
SELECT pg_temp.import($$email,b,i4,d
x,maybe,1.5,never
ok@ok.org,true,1,2024-01-01
y@x.org,,,x$$, $$on_error => 'skip'$$);

DROP TABLE clients;
DROP EXTENSION wifox_import;
DROP TYPE mood, pair;
