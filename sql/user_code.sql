-- Code of users that runs while records are looked up and compared: operators, defaults, row security,
-- what a view computes. What it raises is an error of the record at which it does, and the others go on.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/test/helpers.sql'
\i :helpers
UPDATE wifox_import_columns SET required = false;

-- the default of a blank cell, which may be asked for twice: compared, locked, and compared again
CREATE SEQUENCE asked;
CREATE FUNCTION count_down() RETURNS int LANGUAGE plpgsql AS
	$$ BEGIN RETURN 6 / (3 - nextval('asked')); END $$;
CREATE TABLE clients (id int PRIMARY KEY, email text, phone text, rest int NOT NULL DEFAULT count_down());
CREATE UNIQUE INDEX ON clients (lower(email));
INSERT INTO clients SELECT i, 'c' || i || '@x.org', '0', 0 FROM generate_series(1, 5) i;
SELECT pg_temp.import($$ID,phone,rest
1,a,
2,b,
3,c,
4,d,7$$, $$blank => 'clear', on_error => 'skip'$$);
SELECT id, phone, rest FROM clients ORDER BY id;
-- behind the lock, alone: 1, 2 at the first comparison, then 3
SELECT setval('asked', 1, false);
SELECT pg_temp.import($$ID,phone,rest
1,x,
2,y,$$, $$blank => 'clear', on_error => 'skip'$$);
SELECT id, phone, rest FROM clients WHERE id < 3 ORDER BY id;
-- what no record can be blamed for ends the call, and nothing stays
CREATE OR REPLACE FUNCTION count_down() RETURNS int LANGUAGE plpgsql AS
	$$ BEGIN RAISE EXCEPTION 'no more' USING ERRCODE = 'insufficient_resources'; END $$;
SELECT pg_temp.import($$ID,phone,rest
1,z,
2,z,$$, $$blank => 'clear', on_error => 'skip'$$);
SELECT phone FROM clients WHERE id < 3 ORDER BY id;

-- the equality of a column's type
CREATE TYPE pair AS (a int, b int);
CREATE FUNCTION compare(pair, pair) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
	IF $1.a = 13 OR $2.a = 13 THEN
		RAISE EXCEPTION 'thirteen' USING DETAIL = 'of all numbers', HINT = 'Take another.';
	END IF;
	RETURN ($1.a - $2.a);
END $$;
CREATE FUNCTION equal(pair, pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT compare($1, $2) = 0';
CREATE OPERATOR = (LEFTARG = pair, RIGHTARG = pair, FUNCTION = equal);
CREATE OPERATOR CLASS pair_ops DEFAULT FOR TYPE pair USING btree AS
	OPERATOR 3 =, FUNCTION 1 compare(pair, pair);
ALTER TABLE clients ADD pair pair, ADD pairs pair[];
UPDATE clients SET pair = '(1,1)', pairs = '{"(1,1)"}';
SELECT pg_temp.import($$ID,pair,phone
1,"(1,5)",a
2,"(13,1)",b
3,"(2,1)",c$$, $$on_error => 'skip'$$, true);
SELECT pg_temp.import($$ID,pairs
1,"{""(1,5)""}"
2,"{""(13,1)""}"
3,"{""(2,1)""}"$$, $$on_error => 'skip'$$);
SELECT id, phone, pair, pairs FROM clients WHERE id < 4 ORDER BY id;

-- the operators of the index: in the look-up, and in the comparison with earlier records of the file
CREATE FUNCTION compare_texts(text, text) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
	IF $1 = 'raise' OR $2 = 'raise' THEN
		RAISE EXCEPTION 'this is not comparable';
	END IF;
	RETURN bttextcmp($1, $2);
END $$;
CREATE FUNCTION equal_texts(text, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS
	'SELECT compare_texts($1, $2) = 0';
CREATE OPERATOR === (LEFTARG = text, RIGHTARG = text, FUNCTION = equal_texts, RESTRICT = eqsel);
CREATE OPERATOR CLASS own_text_ops FOR TYPE text USING btree AS
	OPERATOR 3 ===, FUNCTION 1 compare_texts(text, text);
CREATE TABLE own (id text NOT NULL, email text UNIQUE, phone text);
CREATE UNIQUE INDEX ON own (id own_text_ops);
SET wifox_import.clients_table = 'own';
SET client_min_messages = warning;
INSERT INTO own SELECT 'n' || i, 'n' || i || '@x.org' FROM generate_series(1, 30) i;
SELECT pg_temp.import($$ID,email,phone
n1,,a
n7,,b
raise,r@x.org,c
n9,,d
raise,s@x.org,e
n30,,f
new,new@x.org,g$$, $$on_error => 'skip'$$);
SELECT pg_temp.import($$ID,email,phone
n1,,a
raise,r@x.org,c
n1,,h
raise,r@x.org,i
n7,,j$$, $$on_error => 'skip', duplicates => 'last'$$);
SELECT * FROM own WHERE phone IS NOT NULL ORDER BY id;

-- an equality that was called outside of the subtransaction in which it raises
INSERT INTO own SELECT 'n' || i, 'n' || i || '@x.org' FROM generate_series(31, 130) i;
SELECT pg_temp.import('ID,email,phone' || (SELECT string_agg(format(E'\n%s,,k', CASE WHEN i IN (120, 121)
	THEN 'raise' ELSE 'n' || i % 128 END), '') FROM generate_series(1, 130) i), $$on_error => 'skip'$$);
-- row security, and what a view computes
CREATE FUNCTION may_see(text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	IF $1 ~ 'secret' THEN RAISE EXCEPTION 'nobody may see this client'; END IF;
	RETURN true;
END $$;
CREATE TABLE guarded (id int PRIMARY KEY, email text UNIQUE, phone text);
INSERT INTO guarded SELECT i, 'g' || i || '@x.org' FROM generate_series(1, 9) i;
UPDATE guarded SET email = 'secret@x.org' WHERE id = 4;
ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
CREATE POLICY guard ON guarded USING (may_see(email));
CREATE VIEW computed AS SELECT id, email, phone FROM guarded WHERE may_see(email);
CREATE ROLE regress_wifox_code;
GRANT SELECT, INSERT, UPDATE ON guarded, computed TO regress_wifox_code;
SET ROLE regress_wifox_code;
SET wifox_import.clients_table = 'guarded';
SELECT pg_temp.import($$ID,email,phone
1,,a
4,,b
,secret@x.org,c
,g5@x.org,d
10,secret@x.org,e$$, $$on_error => 'skip'$$);
SET wifox_import.clients_table = 'computed';
SELECT pg_temp.import($$ID,email,phone
2,,a
4,,b
,g6@x.org,d$$, $$on_error => 'skip'$$);
RESET ROLE;
SELECT * FROM guarded WHERE phone IS NOT NULL ORDER BY id;
-- a right that is missing is not the fault of a record
REVOKE EXECUTE ON FUNCTION may_see FROM PUBLIC;
SET ROLE regress_wifox_code;
SELECT pg_temp.import($$ID,email,phone
2,,a
3,,b$$, $$on_error => 'skip'$$);
RESET ROLE;

-- a condition of ours comes before the policies, so that an index can serve it; those of others do not
CREATE FUNCTION tell(text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS
	$$ BEGIN ASSERT $1 !~ 'hidden', 'saw ' || $1; RETURN true; END $$;
CREATE TABLE hiding (id int PRIMARY KEY, email text, phone text);
CREATE UNIQUE INDEX ON hiding (lower(email));
INSERT INTO hiding VALUES (1, 'shown@x.org'), (2, 'hidden@x.org');
ALTER TABLE hiding ENABLE ROW LEVEL SECURITY;
CREATE POLICY hide ON hiding USING (email <> 'hidden@x.org');
GRANT ALL ON hiding TO regress_wifox_code;
GRANT CREATE ON SCHEMA public TO regress_wifox_code;
SET ROLE regress_wifox_code;
CREATE VIEW telling AS SELECT * FROM hiding WHERE tell(email);
CREATE VIEW telling_more WITH (security_barrier) AS SELECT * FROM telling WHERE tell('outer ' || email);
SET wifox_import.clients_table = 'telling_more';
SELECT pg_temp.import($$ID,email,phone
,SHOWN@x.org,a
,HIDDEN@x.org,b
2,,c$$, $$on_error => 'skip', mode => 'update'$$);
SET wifox_import.clients_table = 'hiding';
SELECT pg_temp.import($$ID,email,phone
,SHOWN@x.org,d
,HIDDEN@x.org,e
2,,f$$, $$on_error => 'skip', mode => 'update'$$);
RESET ROLE;
TABLE hiding;
REVOKE ALL ON SCHEMA public FROM regress_wifox_code;

RESET wifox_import.clients_table;
DROP EXTENSION wifox_import;
DROP TABLE clients, own, guarded, hiding CASCADE;
DROP TYPE pair CASCADE;
DROP OPERATOR FAMILY own_text_ops USING btree CASCADE;
DROP OPERATOR === (text, text);
DROP FUNCTION count_down, compare_texts, equal_texts, may_see, tell;
DROP SEQUENCE asked;
DROP ROLE regress_wifox_code;
