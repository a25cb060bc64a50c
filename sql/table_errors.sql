-- What the table itself refuses: an error of the record, never the end of the import.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/test/helpers.sql'
\i :helpers
CREATE DOMAIN zip AS text CONSTRAINT zip_digits CHECK (VALUE ~ '^\d{5}$');
CREATE DOMAIN given AS text NOT NULL CONSTRAINT given_short CHECK (length(VALUE) < 9);
COMMENT ON CONSTRAINT given_short ON DOMAIN given IS 'at most 8 characters, 100%s sure';
CREATE TABLE agents (id int PRIMARY KEY);
INSERT INTO agents VALUES (1);
CREATE TABLE clients (id int PRIMARY KEY, email text NOT NULL, first_name text,
	username text UNIQUE, age int CHECK (age >= 18),
	height numeric CONSTRAINT not_a_giant CHECK (height < 300),
	passport text UNIQUE, agent int REFERENCES agents, zip zip, given given DEFAULT 'none',
	room int, EXCLUDE USING btree (room WITH =), must text NOT NULL DEFAULT 'm', late int,
	CONSTRAINT adult_agent CHECK (agent IS NULL OR age > 20));
CREATE UNIQUE INDEX ON clients (lower(email));
COMMENT ON CONSTRAINT not_a_giant ON clients IS 'nobody is 300 cm tall: %s %d %n';
UPDATE wifox_import_columns SET required = false;

-- CHECK, unique, foreign key, exclusion, domain; with a comment on the constraint as the message
SELECT pg_temp.import($$ID,email,age,height,passport,agent,zip,given,room
1,a@x.org,30,180,P1,1,12345,Ann,7
2,b@x.org,17,,,,,,
3,c@x.org,,300,,,,,
4,d@x.org,,,P1,,,,
5,e@x.org,,,,9,,,
6,f@x.org,,,,,1234,,
7,g@x.org,,,,,,far too long,
8,h@x.org,,,,,,,7
9,i@x.org,19,,,1,,,
10,j@x.org,40,190,P2,1,54321,Jo,8$$, $$on_error => 'skip'$$, true);
SELECT id, age, height, passport, agent, zip, given, room FROM clients ORDER BY id;
-- the same on update, and for a value and its column
SELECT pg_temp.import($$ID,age,height,passport,agent,zip,given,room
1,17,,,,,,
10,,400,P1,,x,,$$);
SELECT pg_temp.import($$ID,height,passport
10,400,$$, NULL, true);
SELECT pg_temp.import($$ID,passport
10,P1$$);
-- NOT NULL
SELECT pg_temp.import($$ID,must
1,#$$, $$clear_marker => '#'$$);
SELECT pg_temp.import($$ID,given
1,#$$, $$clear_marker => '#'$$);
ALTER TABLE clients ALTER given DROP DEFAULT;
SELECT pg_temp.import($$ID,email,given
51,q@x.org,$$);
ALTER TABLE clients ALTER given SET DEFAULT 'none';
SELECT id FROM clients WHERE given IS NULL;

-- a trigger's exception, with its message, DETAIL and HINT
CREATE FUNCTION guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.username = 'raise' THEN
		RAISE EXCEPTION '100%% % refused', NEW.username
			USING DETAIL = 'about it', HINT = 'do not', ERRCODE = 'WX001', COLUMN = 'first_name';
	ELSIF NEW.username = 'divide' THEN
		NEW.room := 1 / (NEW.id - NEW.id);
	ELSIF NEW.username = 'assert' THEN
		ASSERT false, 'assertion';
	ELSIF NEW.username ~ '^[0-9A-Z]{5}$' THEN
		RAISE EXCEPTION 'state %', NEW.username USING ERRCODE = NEW.username;
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON clients FOR EACH ROW EXECUTE FUNCTION guard();
SELECT pg_temp.import($$ID,email,username
21,a21@x.org,raise
22,a22@x.org,divide
23,a23@x.org,P0001
24,a24@x.org,fine$$, $$on_error => 'skip'$$, true);
-- never caught: these end the call, and nothing of it stays
SELECT max(id) AS last FROM wifox_imports \gset
PREPARE skip (bytea) AS SELECT wifox_import_clients_data($1, on_error => 'skip');
\set VERBOSITY sqlstate
EXECUTE skip (E'ID,email,username\n31,s@x.org,ok\n32,t@x.org,40001');
EXECUTE skip (E'ID,email,username\n31,s@x.org,ok\n32,t@x.org,40P01');
EXECUTE skip (E'ID,email,username\n31,s@x.org,ok\n32,t@x.org,57014');
EXECUTE skip (E'ID,email,username\n31,s@x.org,ok\n32,t@x.org,25006');
EXECUTE skip (E'ID,email,username\n31,s@x.org,ok\n32,t@x.org,53100');
EXECUTE skip (E'ID,email,username\n31,s@x.org,ok\n32,t@x.org,54001');
EXECUTE skip (E'ID,email,username\n31,s@x.org,ok\n32,t@x.org,55000');
EXECUTE skip (E'ID,email,username\n31,s@x.org,ok\n32,t@x.org,58030');
EXECUTE skip (E'ID,email,username\n31,s@x.org,ok\n32,t@x.org,XX000');
EXECUTE skip (E'ID,email,username\n31,s@x.org,ok\n32,t@x.org,assert');
\set VERBOSITY default
-- the session has no failed transaction left behind
SELECT count(*) FROM wifox_imports WHERE id > :last;
SELECT id FROM clients WHERE id > 30;
-- and a handler around such a call keeps the rest of its transaction
CREATE TABLE kept (note text);
DO $$
BEGIN
	INSERT INTO kept VALUES ('before');
	FOR i IN 1..3 LOOP
		BEGIN
			INSERT INTO kept VALUES ('in the block');
			PERFORM wifox_import_clients_data(E'ID,email,username\n31,s@x.org,ok\n32,t@x.org,40001');
		EXCEPTION WHEN serialization_failure THEN
			INSERT INTO kept VALUES ('caught ' || SQLERRM);
		END;
	END LOOP;
	PERFORM wifox_import_clients_data(E'ID,email,username\n31,s@x.org,ok');
END $$;
TABLE kept;
SELECT id, username FROM clients WHERE id > 30;
DROP TABLE kept;

-- one bad among many, on create and on update: the others are written, in file order
CREATE TABLE log (n serial, id int);
CREATE FUNCTION log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO log (id) VALUES (NEW.id);
	RETURN NULL;
END $$;
CREATE TRIGGER log AFTER INSERT OR UPDATE ON clients FOR EACH ROW EXECUTE FUNCTION log();
SELECT pg_temp.import('ID,email,age' || string_agg(format(E'\n%s,m%s@x.org,%s', i, i,
	CASE WHEN i IN (1137, 1139, 1500) THEN 3 ELSE 33 END), '' ORDER BY i), $$on_error => 'skip'$$)
	FROM generate_series(1001, 1500) i;
SELECT count(*), count(DISTINCT id), bool_and(id >= before) FROM
	(SELECT id, coalesce(lag(id) OVER (ORDER BY n), 0) AS before FROM log) l;
TRUNCATE log;
SELECT pg_temp.import('ID,age' || string_agg(format(E'\n%s,%s', i,
	CASE WHEN i = 1222 THEN 4 ELSE 44 END), '' ORDER BY i), $$on_error => 'skip'$$)
	FROM generate_series(1001, 1499) i WHERE i NOT IN (1137, 1139);
SELECT count(*), count(DISTINCT id) FROM log;
SELECT age, count(*) FROM clients WHERE id > 1000 GROUP BY age ORDER BY age;

-- the columns of a further unique index change hands in file order
SELECT pg_temp.import($$ID,email,passport
41,p41@x.org,X
42,p42@x.org,Y$$);
SELECT pg_temp.import($$ID,passport
41,Z
42,X$$);
SELECT pg_temp.import($$ID,passport
41,X
42,W$$);
SELECT id, passport FROM clients WHERE id IN (41, 42) ORDER BY id;

-- constraints that are checked at commit are named at the start, and checked there
ALTER TABLE clients ADD CONSTRAINT late_agent FOREIGN KEY (late) REFERENCES agents
	DEFERRABLE INITIALLY DEFERRED;
SET client_min_messages = notice;
SELECT status FROM wifox_import_clients_data(E'ID,late\n41,99');
SELECT late FROM clients WHERE id = 41;
SET client_min_messages = warning;

-- projects and desks by their ID; without the right to read them the constraint alone speaks
DROP TABLE clients, agents, log;
DROP FUNCTION guard, log;
SELECT wifox_import_create_clients_table();
UPDATE wifox_import_columns SET required = header IN ('email', 'firstName');
INSERT INTO projects VALUES ('p1', 'Project 1');
INSERT INTO desks VALUES ('d1', 'Desk 1');
SELECT pg_temp.import($$ID,email,firstName,project,desk
1,a@x.org,A, p1 ,d1
2,b@x.org,B,Project 1,d1
3,c@x.org,C,p2,d2
4,d@x.org,D,,$$, $$on_error => 'skip'$$, true);
SELECT id, project_id, desk_id FROM clients ORDER BY id;
CREATE ROLE regress_wifox_blind;
GRANT SELECT, INSERT, UPDATE ON clients TO regress_wifox_blind;
SET ROLE regress_wifox_blind;
SELECT pg_temp.import($$ID,email,firstName,project,desk
5,e@x.org,E,p1,
6,f@x.org,F,p2,d1
1,,,,d3$$, $$on_error => 'skip'$$);
RESET ROLE;
SELECT id, project_id, desk_id FROM clients ORDER BY id;

-- the notice about errors that are not stored counts records once, whatever their errors
SET wifox_import.max_errors = 1;
SET client_min_messages = notice;
SELECT pg_temp.import($$ID,height,project
1,x,nowhere
4,x,nowhere
5,x,nowhere$$);
SET client_min_messages = warning;
RESET wifox_import.max_errors;

DROP EXTENSION wifox_import;
DROP TABLE clients, projects, desks;
DROP DOMAIN zip, given;
DROP ROLE regress_wifox_blind;
