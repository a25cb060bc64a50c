-- Who may do what: an import needs the rights that its statements need, no more and no less.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/test/helpers.sql'
\i :helpers
CREATE ROLE regress_wifox_clerk;
CREATE ROLE regress_wifox_owner;
SELECT wifox_import_create_clients_table();
INSERT INTO clients (id, username, first_name, email) VALUES ('1', 'ann', 'Ann', 'ann@example.com');

-- The rights to a table -------------------------------------------------------------------

-- May the role run the statements?  Nothing of them stays.
CREATE FUNCTION pg_temp.may(statements text[]) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	statement text;
BEGIN
	SET ROLE regress_wifox_clerk;
	FOREACH statement IN ARRAY statements LOOP
		EXECUTE statement;
	END LOOP;
	RAISE assert_failure;
EXCEPTION
	WHEN assert_failure THEN
		RESET ROLE;
		RETURN true;
	WHEN insufficient_privilege THEN
		RETURN false;
END $$;
-- What an import by the role comes to: its outcome, or the reason of its refusal.
CREATE FUNCTION pg_temp.clerk(data text, options text DEFAULT NULL) RETURNS SETOF text
LANGUAGE plpgsql AS $$
DECLARE
	i record;
BEGIN
	SET ROLE regress_wifox_clerk;
	EXECUTE 'SELECT * FROM ' || concat_ws(', ', 'wifox_import_clients_data($1', options) || ')'
		INTO i USING convert_to(data, 'UTF8');
	RETURN NEXT pg_temp.outcome(i);
	RETURN QUERY SELECT * FROM pg_temp.errors(i.id);
	RESET ROLE;
EXCEPTION WHEN OTHERS THEN
	RETURN NEXT SQLSTATE || ' ' || SQLERRM;
END $$;

-- The grants that give a right to all of the table, to all these columns, to all but one, or to none.
CREATE FUNCTION pg_temp.grants(privilege text, names text[]) RETURNS SETOF text LANGUAGE sql AS $$
	SELECT 'SELECT' UNION ALL
	SELECT format('GRANT %s ON clients TO regress_wifox_clerk', privilege) UNION ALL
	SELECT format('GRANT %s (%s) ON clients TO regress_wifox_clerk', privilege,
			array_to_string(array_remove(names, missing), ', '))
		FROM unnest(names || ''::text) missing $$;

-- With each set of them the import may what the statements may, in each mode, and leaves nothing
-- where it may not.
CREATE TABLE verdict (mode text, granted text, by_hand boolean, by_import boolean, status text);
DO $$
DECLARE
	mode text;
	granted text;
	wanted text[];
	i record;
	selects CONSTANT text := 'SELECT id, email, first_name FROM clients';
	names CONSTANT text := 'SELECT FROM clients WHERE username = ''x''';
	inserts CONSTANT text := 'INSERT INTO clients (id, username, first_name, email, project_id, desk_id,
		type, active) VALUES (''2'', ''bob'', ''Bob'', ''bob@example.com'', ''default'', ''default'', '''', true)';
	locks CONSTANT text := 'SELECT FROM clients WHERE id = ''1'' FOR NO KEY UPDATE';
	updates CONSTANT text := 'UPDATE clients SET email = ''e@example.com'', first_name = ''E'' WHERE id = ''1''';
BEGIN
	FOR granted IN SELECT concat_ws('; ', a, b, c)
			FROM pg_temp.grants('SELECT', '{id,email,first_name,username}') a,
				pg_temp.grants('INSERT', '{id,username,first_name,email,project_id,desk_id,type,active}') b,
				pg_temp.grants('UPDATE', '{email,first_name}') c LOOP
		REVOKE ALL ON clients FROM regress_wifox_clerk;
		EXECUTE granted;
		FOREACH mode IN ARRAY '{upsert,create,update}'::text[] LOOP
			wanted := CASE mode WHEN 'create' THEN ARRAY[selects, names, inserts]
				WHEN 'update' THEN ARRAY[selects, locks, updates]
				ELSE ARRAY[selects, names, inserts, locks, updates] END;
			BEGIN
				SET ROLE regress_wifox_clerk;
				i := wifox_import_clients_data(E'ID,email,firstName\n1,e@example.com,E\n2,bob@example.com,Bob',
					mode => mode);
				RESET ROLE;
				RAISE assert_failure USING MESSAGE = i.status;
			EXCEPTION
				WHEN assert_failure THEN
					INSERT INTO verdict VALUES (mode, granted, pg_temp.may(wanted), true, SQLERRM);
				WHEN insufficient_privilege THEN
					INSERT INTO verdict VALUES (mode, granted, pg_temp.may(wanted), false, SQLERRM);
			END;
		END LOOP;
	END LOOP;
	REVOKE ALL ON clients FROM regress_wifox_clerk;
END $$;
SELECT mode, by_hand, by_import, count(*), count(DISTINCT status) FROM verdict
	GROUP BY mode, by_hand, by_import ORDER BY mode, by_hand;
SELECT status, string_agg(DISTINCT mode, ', ') FROM verdict GROUP BY status ORDER BY status COLLATE "C";
SELECT count(*) FROM wifox_imports;
SELECT id, username, first_name, email FROM clients;

-- a right that is lost while the import runs ends it; it is no fault of a record
GRANT SELECT, INSERT, UPDATE ON clients TO regress_wifox_clerk;
CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
	BEGIN REVOKE INSERT ON clients FROM regress_wifox_clerk; RETURN NULL; END $$;
CREATE TRIGGER lose AFTER INSERT ON clients EXECUTE FUNCTION lose();
SELECT pg_temp.clerk(E'email,username,firstName\nb@x.org,,B\nann@example.com,anna,A\nc@x.org,,C',
	$$on_error => 'skip'$$);
DROP FUNCTION lose CASCADE;
SELECT count(*) FROM clients;

-- an ID that the table generates alone is not in the statement, and needs no right
CREATE TABLE generated (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text UNIQUE, first_name text);
GRANT SELECT, INSERT (email, first_name), UPDATE (first_name) ON generated TO regress_wifox_clerk;
SET wifox_import.clients_table = 'generated';
SELECT pg_temp.clerk(E'email,firstName\na@x.org,A');
-- nor one that only a trigger gives
CREATE TABLE counted (id bigint PRIMARY KEY, email text UNIQUE, first_name text);
CREATE FUNCTION number() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN new.id := 7; RETURN new; END $$;
CREATE TRIGGER number BEFORE INSERT ON counted FOR EACH ROW EXECUTE FUNCTION number();
GRANT SELECT, INSERT (email, first_name), UPDATE (first_name) ON counted TO regress_wifox_clerk;
SET wifox_import.clients_table = 'counted';
SELECT pg_temp.clerk(E'email,firstName\na@x.org,A');
SELECT pg_temp.clerk(E'ID,email,firstName\n8,b@x.org,B');
RESET wifox_import.clients_table;

-- Code and tables behind the table ---------------------------------------------------------

-- tables that the clients refer to: as for COPY, the constraint needs no right, and it alone speaks
REVOKE ALL ON projects, desks FROM PUBLIC, regress_wifox_clerk;
SELECT pg_temp.clerk(E'email,firstName,project\np@x.org,P,default\nq@x.org,Q,none', $$on_error => 'skip'$$);
GRANT SELECT ON projects TO regress_wifox_clerk;
SELECT pg_temp.clerk(E'email,firstName,project\np@x.org,P,default\nq@x.org,Q,none', $$on_error => 'skip'$$);

-- functions and sequences of a DEFAULT are needed where the default is, not before
CREATE FUNCTION secret(t text DEFAULT 'x') RETURNS text LANGUAGE plpgsql IMMUTABLE
	AS $$ BEGIN RETURN t; END $$;
REVOKE ALL ON FUNCTION secret FROM PUBLIC;
CREATE SEQUENCE numbers;
ALTER TABLE clients ALTER bio SET DEFAULT secret(), ALTER uid SET DEFAULT nextval('numbers');
SELECT pg_temp.clerk(E'email,firstName,bio,uid\nd@x.org,D,text,1');
SELECT pg_temp.clerk(E'email,firstName,bio,uid\ne@x.org,E,,1\nf@x.org,F,text,\ng@x.org,G,text,3', $$on_error => 'skip'$$);
ALTER TABLE clients ALTER bio DROP DEFAULT, ALTER uid DROP DEFAULT;
-- those of constraints, generated columns and indexes are the caller's business, too
ALTER TABLE clients ADD CONSTRAINT secret CHECK (secret(first_name) > '');
SELECT pg_temp.clerk(E'email,firstName\nh@x.org,H');
ALTER TABLE clients DROP CONSTRAINT secret;
CREATE INDEX secret ON clients (secret(first_name));
SELECT pg_temp.clerk(E'email,firstName\nh@x.org,H');
DROP INDEX secret;
CREATE DOMAIN word AS text CHECK (secret(VALUE) > '');
ALTER TABLE clients ALTER religion TYPE word;
SELECT pg_temp.clerk(E'email,firstName,religion\nh@x.org,H,none');
REVOKE USAGE ON TYPE word FROM PUBLIC;
GRANT EXECUTE ON FUNCTION secret TO regress_wifox_clerk;
SELECT pg_temp.clerk(E'email,firstName,religion\nh@x.org,H,none');
ALTER TABLE clients ALTER religion TYPE text;
DROP DOMAIN word;
DROP FUNCTION secret;

-- a view lends the rights of its owner, unless it says otherwise
CREATE TABLE people (id text PRIMARY KEY, email text UNIQUE, first_name text);
ALTER TABLE people OWNER TO regress_wifox_owner;
CREATE VIEW seen AS SELECT * FROM people;
ALTER VIEW seen OWNER TO regress_wifox_owner;
SET wifox_import.clients_table = 'seen';
SELECT pg_temp.clerk(E'email,firstName\nv@x.org,V');
GRANT SELECT, INSERT, UPDATE ON seen TO regress_wifox_clerk;
SELECT pg_temp.clerk(E'ID,email,firstName\n1,v@x.org,V');
SELECT pg_temp.clerk(E'ID,email,firstName\n1,V@x.org,W');
ALTER VIEW seen SET (security_invoker);
SELECT pg_temp.clerk(E'ID,email,firstName\n1,v@x.org,X');
RESET wifox_import.clients_table;
TABLE people;

-- making the tables takes what their statements take, and nothing is left of an attempt
CREATE SCHEMA kept;
ALTER TABLE clients SET SCHEMA kept;
ALTER TABLE desks OWNER TO regress_wifox_owner;
SET ROLE regress_wifox_clerk;
SELECT wifox_import_create_clients_table();
RESET ROLE;
GRANT CREATE ON SCHEMA public TO regress_wifox_clerk;
SET ROLE regress_wifox_clerk;
SELECT wifox_import_create_clients_table();
RESET ROLE;
GRANT REFERENCES ON projects, desks TO regress_wifox_clerk;
SET ROLE regress_wifox_clerk;
SELECT wifox_import_create_clients_table();
RESET ROLE;
GRANT SELECT, INSERT ON projects, desks TO regress_wifox_clerk;
SELECT to_regclass('clients');
SET ROLE regress_wifox_clerk;
SELECT wifox_import_create_clients_table();
RESET ROLE;
DROP TABLE clients;
ALTER TABLE kept.clients SET SCHEMA public;
DROP SCHEMA kept;
REVOKE CREATE ON SCHEMA public FROM regress_wifox_clerk;

-- the dictionary: who may INSERT adds headers; to replace a shipped one takes DELETE, too
GRANT INSERT, UPDATE ON wifox_import_columns TO regress_wifox_clerk;
SET ROLE regress_wifox_clerk;
INSERT INTO wifox_import_columns (header, target_column) VALUES ('Note', 'comments');
UPDATE wifox_import_columns SET aliases = '{Vorname}' WHERE header = 'firstName';
INSERT INTO wifox_import_columns (header, target_column) VALUES ('bio', 'comments');
DELETE FROM wifox_import_columns;
RESET ROLE;
REVOKE ALL ON wifox_import_columns FROM regress_wifox_clerk;
SELECT header, aliases, target_column FROM wifox_import_columns WHERE NOT builtin OR header = 'bio' ORDER BY header COLLATE "C";

-- Row security -----------------------------------------------------------------------------

DELETE FROM clients;
INSERT INTO clients (id, username, first_name, email, desk_id, phone) VALUES
	('1', 'ann', 'Ann', 'ann@example.com', 'default', 'mine'), ('2', 'bob', 'Bob', 'bob@example.com', 'default', 'theirs');
ALTER TABLE clients ENABLE ROW LEVEL SECURITY;
-- nothing is allowed: nobody is seen, nobody comes in, and whom the address belongs to is not told
SELECT pg_temp.clerk(E'email,firstName,phone\nann@example.com,Zoe,mine\nnew@example.com,New,mine', $$on_error => 'skip'$$);
CREATE POLICY mine ON clients USING (phone = 'mine');
SELECT pg_temp.clerk(E'email,firstName\nann@example.com,Anna');
SELECT pg_temp.clerk(E'email,firstName,phone\nnew@example.com,New,mine\nother@example.com,Other,theirs', $$on_error => 'skip'$$);
SELECT pg_temp.clerk(E'ID,email,firstName,phone\n2,bob@example.com,Zoe,mine\n2,,Zoe,mine\n5,bob@example.com,Zoe,mine', $$on_error => 'skip'$$);
SELECT pg_temp.clerk(E'email,firstName,username,phone\nnewer@example.com,Newer,bob,mine', $$on_error => 'skip'$$);
-- the new row must be allowed, too
SELECT pg_temp.clerk(E'email,phone\nann@example.com,theirs', $$on_error => 'skip'$$);
-- a restrictive policy, and rows that may be read but not changed
CREATE POLICY no_zoe ON clients AS RESTRICTIVE FOR INSERT WITH CHECK (first_name <> 'Zoe');
SELECT pg_temp.clerk(E'email,firstName,phone\nzoe@example.com,Zoe,mine', $$on_error => 'skip'$$);
CREATE POLICY all_seen ON clients FOR SELECT USING (true);
SELECT pg_temp.clerk(E'email,firstName\nbob@example.com,Zoe', $$on_error => 'skip'$$);
SELECT pg_temp.clerk(E'email,firstName\nbob@example.com,Bob');
-- the owner is free of it, unless it is forced; row_security = off is an error
ALTER TABLE clients OWNER TO regress_wifox_clerk;
SELECT pg_temp.clerk(E'email,firstName\nbob@example.com,Bobby');
ALTER TABLE clients FORCE ROW LEVEL SECURITY;
SELECT pg_temp.clerk(E'email,firstName\nbob@example.com,Bobbie', $$on_error => 'skip'$$);
SET row_security = off;
SELECT pg_temp.clerk(E'email,firstName\nbob@example.com,Bobbie');
RESET row_security;
SELECT id, first_name, phone FROM clients WHERE id IN ('1', '2') ORDER BY id;
ALTER TABLE clients NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY, OWNER TO CURRENT_USER;

-- History -----------------------------------------------------------------------------------

-- what everybody may do with the objects of the extension
SELECT c.relname, string_agg(a.privilege_type, ', ')
	FROM pg_class c JOIN pg_depend d ON d.objid = c.oid AND d.deptype = 'e', aclexplode(c.relacl) a
	WHERE a.grantee = 0 GROUP BY c.relname ORDER BY c.relname COLLATE "C";
SELECT p.oid::regproc FROM pg_proc p JOIN pg_depend d ON d.objid = p.oid AND d.deptype = 'e'
	WHERE NOT has_function_privilege('regress_wifox_clerk', p.oid, 'EXECUTE') ORDER BY 1;
SELECT p.oid::regproc FROM pg_proc p JOIN pg_depend d ON d.objid = p.oid AND d.deptype = 'e'
	WHERE p.prosecdef;
SELECT c.relname, c.relrowsecurity, string_agg(p.polcmd::text, ', ') FROM pg_class c
	JOIN pg_depend d ON d.objid = c.oid AND d.deptype = 'e' LEFT JOIN pg_policy p ON p.polrelid = c.oid
	WHERE c.relkind = 'r' GROUP BY c.relname, c.relrowsecurity ORDER BY c.relname COLLATE "C";
-- who was it?  Each sees the imports of its own.
GRANT SELECT, INSERT, UPDATE ON clients TO regress_wifox_owner, regress_wifox_clerk;
CREATE FUNCTION lent(data text) RETURNS text LANGUAGE sql SECURITY DEFINER AS $$
	SELECT imported_by || ' ' || (session_user_name = session_user)
	FROM wifox_import_clients_data(convert_to(data, 'UTF8')) $$;
ALTER FUNCTION lent OWNER TO regress_wifox_owner;
SELECT pg_temp.import(E'email,firstName\nsecret,A');
SELECT count(*) FROM wifox_imports \gset all_
SET ROLE regress_wifox_clerk;
SELECT count(*) FROM wifox_imports \gset own_
SELECT imported_by, session_user_name = session_user FROM wifox_import_clients_data(E'email,firstName\na,A');
SELECT lent(E'email,firstName\na,A');
SELECT count(*) - :own_count FROM wifox_imports;
SELECT DISTINCT imported_by FROM wifox_imports JOIN wifox_import_errors ON id = import_id;
-- nor does a function that is called for every row, the cheaper the sooner
CREATE TEMP TABLE leaked (who name, value text);
CREATE FUNCTION pg_temp.leak(who name, value text) RETURNS boolean COST 0.0000001 LANGUAGE plpgsql
	AS $$ BEGIN INSERT INTO leaked VALUES (who, value); RETURN true; END $$;
SELECT count(*) > 1 FROM wifox_imports WHERE pg_temp.leak(imported_by, NULL) AND id > 0;
SELECT count(*) > 1 FROM wifox_import_errors WHERE pg_temp.leak(NULL, value) AND import_id > 0;
SELECT DISTINCT who FROM leaked WHERE who IS NOT NULL;
SELECT count(*), count(*) FILTER (WHERE value = 'secret') FROM leaked WHERE value IS NOT NULL;
SET ROLE regress_wifox_owner;
SELECT imported_by, message FROM wifox_imports;
RESET ROLE;
GRANT pg_read_all_data TO regress_wifox_owner;
SET ROLE regress_wifox_owner;
SELECT count(*) = :all_count + 2 FROM wifox_imports;
SELECT count(DISTINCT imported_by), bool_or(value = 'secret') FROM wifox_imports JOIN wifox_import_errors ON id = import_id;
RESET ROLE;
ALTER ROLE regress_wifox_owner NOINHERIT;
REVOKE pg_read_all_data FROM regress_wifox_owner;
GRANT pg_read_all_data TO regress_wifox_owner;
SET ROLE regress_wifox_owner;
SELECT count(*) FROM wifox_imports;
RESET ROLE;

DROP FUNCTION lent;
DROP VIEW seen;
DROP EXTENSION wifox_import;
DROP TABLE verdict, clients, projects, desks, people, generated, counted;
DROP FUNCTION number;
DROP SEQUENCE numbers;
DROP OWNED BY regress_wifox_clerk, regress_wifox_owner;
DROP ROLE regress_wifox_clerk, regress_wifox_owner;
