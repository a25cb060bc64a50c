-- Cells of types beyond the usual ones: arrays, ranges, times, money, domains, what extensions bring.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/test/helpers.sql'
\i :helpers
CREATE TYPE mood AS ENUM ('glad', 'sad, sometimes');
CREATE DOMAIN weekday AS text CHECK (VALUE IN ('mon', 'tue'));
CREATE DOMAIN monday AS weekday CHECK (VALUE <> 'tue');
CREATE DOMAIN dozen AS int CHECK (VALUE IN (12, 24, 36, 48, 60, 72, 84, 96, 108, 120, 132, 144, 156, 168, 180, 192, 204, 216, 228, 240, 252, 264, 276, 288, 300));
CREATE DOMAIN few AS int[] CHECK (cardinality(VALUE) < 3);
CREATE DOMAIN best_mood AS mood CHECK (VALUE <> 'sad, sometimes');
CREATE TYPE pair AS (a int, d date);
-- a type whose input function knows no better than an internal error
CREATE TYPE vague;
CREATE FUNCTION vague_in(cstring, oid, int) RETURNS vague IMMUTABLE STRICT LANGUAGE internal AS 'range_in';
CREATE FUNCTION vague_out(vague) RETURNS cstring IMMUTABLE STRICT LANGUAGE internal AS 'textout';
CREATE TYPE vague (INPUT = vague_in, OUTPUT = vague_out, LIKE = text);
-- a domain whose check runs a function of a user
CREATE FUNCTION is_fine(t text) RETURNS bool LANGUAGE plpgsql AS $$
BEGIN
	IF t ~ '^[0-9A-Z]{5}$' THEN
		RAISE EXCEPTION 'checked by %', current_user USING ERRCODE = t;
	END IF;
	RETURN t <> 'bad';
END $$;
CREATE DOMAIN fine AS text CHECK (is_fine(VALUE));
CREATE TABLE clients (id text PRIMARY KEY, email text, ta text[], ia int[], da date[], ba bool[],
	ja jsonb[], wa weekday[], va varchar(3)[], boxes box[], ir int4range, dr daterange, zr tstzrange,
	mr int4multirange, t time, t1 time(1), tz timetz, span interval, mon money, mac macaddr,
	bits bit(3), bin bytea, letter "char", o oid, rel regclass, words tsvector, pt point, p pair,
	weekday weekday, few few, best best_mood, vague vague, fine fine, n52 numeric(5, 2),
	f4 float4, ts0 timestamp(0), doc xml, monday monday, dozen dozen,
	level text CHECK (level IN ('low', 'high')), rest text CHECK (rest <> ALL ('{a,b}')));
CREATE UNIQUE INDEX ON clients (lower(email));
UPDATE wifox_import_columns SET required = false;
-- Import one column, a cell a line, and show the outcome, the errors and what is stored.
CREATE FUNCTION pg_temp.cells(col text, cells text[], options text DEFAULT NULL,
	hints boolean DEFAULT false) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
	TRUNCATE clients;
	RETURN QUERY SELECT pg_temp.import(format(E'email,%s\n', col) ||
		string_agg(format(E'c%s@x.org,"%s"', n, replace(c, '"', '""')), E'\n' ORDER BY n),
		concat_ws(', ', $o$on_error => 'skip'$o$, options), hints)
		FROM unnest(cells) WITH ORDINALITY u (c, n);
	RETURN QUERY EXECUTE format('SELECT regexp_replace(email, %L, %L) || %I::text FROM clients
		ORDER BY length(email), email', '^c(\d+)@.*', '\1: ', col);
END $$;

-- arrays: an element is read as a cell of its type
SELECT pg_temp.cells('ta', ARRAY['{a,b}', ' { a b , "c d" } ', '{}', '{"a,b","{","\"","\\"}', '{a\,b,\ c}',
	'{NULL,"NULL",null,\null}', '{{a,b},{c,d}}', '{{{x}}}', '{""}']);
SELECT pg_temp.cells('ta', ARRAY['a,b', '["a","b"]', '{a', '{a}}', '{a}b', '{a,,b}', '{,}', '{a,}', '{"a}', '{a"b"}',
	'{"a"b}', '{a{b}', '{a,{b}}', '{{a},b}', '{{a},{b,c}}', '{{}}', '{{{{{{{a}}}}}}}', '[1:2]={a,b}', '{a\', '{"a\']);
SELECT pg_temp.cells('ta', ARRAY['a,b'], hints => true);
SELECT pg_temp.cells('ia', ARRAY['{1, 2 ,"3"}', '{1,x}', '{1,2147483648}', '{1.5}', '{""}', '{1 2}']);
SELECT pg_temp.cells('da', ARRAY['{2024-02-29}', '{2024-02-29,2023-02-29}', '{01/02/2024}', '{tomorrow}', '{infinity}']);
SELECT pg_temp.cells('da', ARRAY['{01/02/2024}'], $$date_order => 'DMY'$$);
SELECT pg_temp.cells('ba', ARRAY['{yes,No,1,f}', '{maybe}']);
SELECT pg_temp.cells('ja', ARRAY['{"{\"a\": [1]}",2}', '{"{"}']);
SELECT pg_temp.cells('wa', ARRAY['{mon,tue}', '{mon,sun}']);
SELECT pg_temp.cells('va', ARRAY['{abc,"äöü"}', '{abcd}']);
SELECT regexp_replace(e, ' DETAIL.*', '') FROM pg_temp.cells('boxes', ARRAY['{(1,1),(0,0);(2,2),(1,1)}', '{(1,1),(0,0),(2,2),(1,1)}', '{x}']) e;
SELECT pg_temp.cells('few', ARRAY['{1,2}', '{1,2,3}', '{x}']);

-- ranges, bound by bound
SELECT pg_temp.cells('ir', ARRAY['[1,5]', '(1,5)', '[,5]', '[1,)', '(,)', 'empty', ' Empty ', '[ 1 , 5 )', '["1","5")', '[5,5)']);
SELECT pg_temp.cells('ir', ARRAY['[5,1]', '[1,5', '1,5', '[1]', '[1,2,3]', '[1,5]x', '[x,5]', '["1,5]', '[1,2147483647]', '[1,"")']);
SELECT pg_temp.cells('ir', ARRAY['1-5'], hints => true);
SELECT pg_temp.cells('dr', ARRAY['[2024-01-01,2024-02-29]', '[2024-02-30,)', '[01/02/2024,)', '[today,)']);
SELECT pg_temp.cells('zr', ARRAY['[2024-01-01 12:00+02,"2024-01-01T12:00Z")', '[now,)']);
SELECT pg_temp.cells('mr', ARRAY['{[1,3),[5,7)}', '{[3,1)}']);

-- times of day; compact ones behind a T
SELECT pg_temp.cells('t', ARRAY['12:30', '9:05', '23:59:59.123456', '24:00', 'T1230', 'T123045.5', '12:30:00,5', '25:00', '12:60',
	'12:30 PM', '1230', 'now', 'noon', 'allballs', '12:30Z', '2024-02-29 12:30'], hints => true);
SELECT pg_temp.cells('t1', ARRAY['12:30:00.16', '23:59:59.96']);
SELECT pg_temp.cells('tz', ARRAY['12:30Z', '12:30:15+02', '12:30 -03:30', '12:30', '12:30 CET', '12:30+99'], hints => true);
SELECT pg_temp.cells('ts0', ARRAY['2024-02-29T010203', '20240229T010203.6', '2024-02-29T0102', '2024-02-29 01:02:03,6',
	'2024-02-29 0102', '2024-02-29T', '2024-02-29T250000', '2024-02-29T010203Z']);
SELECT pg_temp.cells('span', ARRAY['1 day', '-1-2', '-1 2:03', 'P1Y2M', '@ 1 hour ago', 'soon']);

-- numbers: rounded to the column's scale; money without signs that depend on the place
SELECT pg_temp.cells('n52', ARRAY['1.005', '-1.004', '999.99', '999.995']);
SELECT pg_temp.cells('f4', ARRAY['0.1', '16777217', '1e39', '1e-46']);
SET lc_monetary = 'C';
SELECT pg_temp.cells('mon', ARRAY['1.5', '-5', '0', '1234567.891', '92233720368547758.07', '-92233720368547758.08',
	'1,50', '1.234,50', '$5', '(5)', '92233720368547758.08', '-1e20', 'x'], hints => true);

-- what would be cut or wrap
SELECT pg_temp.cells('letter', ARRAY['a', 'ab', 'ä']);
SELECT pg_temp.cells('bits', ARRAY['101', '1011', '10', '102']);
SELECT pg_temp.cells('bin', ARRAY['\x00ff', 'text', '\x0', '\q']);
SELECT pg_temp.cells('o', ARRAY['4294967295', '4294967296']);
SELECT pg_temp.cells('rel', ARRAY['pg_class', 'no_such_table']);
SELECT pg_temp.cells('mac', ARRAY['08:00:2b:01:02:03', '08:00']);
SELECT pg_temp.cells('p', ARRAY['(1,2024-02-29)', '(x,)', '(1,2023-02-29)', '(1,31/12/2024)']);

-- limits and internal errors of an input function are about the cell
SELECT left(e, 40), substring(e, 'invalid_value.*long') FROM pg_temp.cells('words', ARRAY['a b', repeat('x', 3000)]) e;
SELECT regexp_replace(e, '\d+ is', 'N is') FROM pg_temp.cells('vague', ARRAY['x', 'y']) e;

-- a domain's checks: run as the caller, and errors of the record; what is beyond a record ends the call
SELECT pg_temp.cells('weekday', ARRAY['mon', 'sun']);
SELECT pg_temp.cells('monday', ARRAY['mon', 'tue', 'sun']);
SELECT pg_temp.cells('dozen', ARRAY['24', '25']);
SELECT pg_temp.cells('level', ARRAY['low', 'middle'], hints => true);
SELECT pg_temp.cells('rest', ARRAY['a', 'c'], hints => true);
COMMENT ON CONSTRAINT weekday_check ON DOMAIN weekday IS 'we are open on two days';
SELECT pg_temp.cells('weekday', ARRAY['sun'], hints => true);
SELECT pg_temp.cells('best', ARRAY['glad', 'Glad', 'sad, sometimes']);
CREATE ROLE regress_wifox_typist;
GRANT ALL ON clients TO regress_wifox_typist;
SET ROLE regress_wifox_typist;
SELECT pg_temp.cells('fine', ARRAY['good', 'bad', 'WX001', '22012']);
RESET ROLE;
\set VERBOSITY sqlstate
SELECT pg_temp.cells('fine', ARRAY['good', '54001']);
SELECT pg_temp.cells('fine', ARRAY['good', 'XX000']);
SELECT pg_temp.cells('fine', ARRAY['good', '40001']);
\set VERBOSITY default

-- the caller's settings do not change what a cell means
CREATE FUNCTION pg_temp.settled() RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	data text := $d$email,da,dr,p,t,ts0,span,mon,bin,ta,n52,f4,doc
a@x.org,{2024-02-01},"[2024-02-01,)","(1,2024-02-01)",12:30,2024-02-01 12:30,-1 2:03,1.50,\x5c,"{NULL,a}",1.5,0.25,a<b/>$d$;
	c clients;
BEGIN
	TRUNCATE clients;
	RETURN QUERY SELECT pg_temp.import(data || E'\nb@x.org,,,"(1,01/02/2024)",,,,,,,,,', $o$on_error => 'skip'$o$);
	SET LOCAL DateStyle = 'ISO, YMD';
	SET LOCAL IntervalStyle = 'postgres';
	SET LOCAL lc_monetary = 'C';
	SET LOCAL bytea_output = 'hex';
	SET LOCAL extra_float_digits = 1;
	SELECT * INTO STRICT c FROM clients;
	RETURN NEXT concat_ws(' | ', c.da, c.dr, c.p, c.t, c.ts0, c.span, c.mon, c.bin, c.ta, c.n52, c.f4, c.doc);
END $$;
BEGIN;
SELECT pg_temp.settled();
ROLLBACK;
BEGIN;
SET LOCAL DateStyle = 'German, DMY';
SET LOCAL IntervalStyle = 'sql_standard';
SET LOCAL bytea_output = 'escape';
SET LOCAL array_nulls = off;
SET LOCAL xmloption = document;
SET LOCAL extra_float_digits = -15;
SELECT pg_temp.settled();
ROLLBACK;
BEGIN;
SET LOCAL DateStyle = 'SQL, MDY';
SET LOCAL IntervalStyle = 'iso_8601';
SELECT pg_temp.settled();
ROLLBACK;
-- nor are they changed for the caller by a cell that raises
SET DateStyle = 'SQL, DMY';
SELECT pg_temp.cells('mac', ARRAY['x', '08:00:2b:01:02:03']);
SHOW DateStyle;
SET DateStyle = 'ISO';

-- 5,000 cells that raise cost a subtransaction each, which takes no transaction ID
SELECT pg_snapshot_xmax(pg_current_snapshot()) AS before \gset
SELECT count(*), max(e) FROM pg_temp.cells('mac', ARRAY(SELECT 'x' FROM generate_series(1, 5000))) e;
SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint - :before < 100;

DROP EXTENSION wifox_import;
DROP TABLE clients;
DROP DOMAIN monday, weekday, dozen, few, best_mood, fine;
DROP FUNCTION is_fine;
DROP TYPE mood, pair, vague CASCADE;
DROP ROLE regress_wifox_typist;
