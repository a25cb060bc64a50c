-- How new clients are written: straight to the table's storage where that does the same as INSERT,
-- else by INSERT.  Who asks for the first is told why it is not possible.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/test/helpers.sql'
\i :helpers
SET wifox_import.writer = 'copy';
CREATE TABLE projects (id text PRIMARY KEY, kind text DEFAULT 'k', UNIQUE (id, kind));
INSERT INTO projects VALUES ('p1'), ('p2');
CREATE TABLE listed (id text PRIMARY KEY) PARTITION BY LIST (id);
CREATE TABLE listed_p1 PARTITION OF listed FOR VALUES IN ('p1');
INSERT INTO listed VALUES ('p1');
CREATE FUNCTION number() RETURNS bigint LANGUAGE plpgsql VOLATILE AS
	'BEGIN RETURN (SELECT count(*) FROM people); END';
CREATE FUNCTION pass() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE ROLE regress_wifox_writer;
CREATE DOMAIN numbered AS bigint CHECK (number() >= 0);
CREATE DOMAIN short AS text CHECK (length(VALUE) < 20);
-- a table of this shape, a file, the reason
CREATE FUNCTION pg_temp.try(VARIADIC changes text[] DEFAULT '{}') RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	change text;
BEGIN
	SET LOCAL client_min_messages = warning;
	CREATE TABLE people (id text, email text, first_name text, project_id text, kind text,
		PRIMARY KEY (id));
	CREATE UNIQUE INDEX ON people (lower(email));
	FOREACH change IN ARRAY changes LOOP
		EXECUTE change;
	END LOOP;
	SET LOCAL client_min_messages = notice;
	RETURN QUERY SELECT pg_temp.import(E'ID,email,firstName,project\n1,a@x.org,A,p1\n2,b@x.org,B,p1',
		'on_error => ''skip''');
	SET LOCAL client_min_messages = warning;
	PERFORM set_config('role', 'none', true), set_config('session_replication_role', 'origin', true);
	IF to_regclass('persons') IS NULL THEN
		DROP TABLE people;
	ELSE
		DROP TABLE persons CASCADE;
	END IF;
	TRUNCATE wifox_imports CASCADE;
END $$;
UPDATE wifox_import_columns SET required = false WHERE header = 'firstName';
SET wifox_import.clients_table = 'people';
SET wifox_import.writer = heap;
-- what needs no INSERT
SELECT pg_temp.try();
SELECT pg_temp.try('CREATE TRIGGER t BEFORE UPDATE ON people FOR EACH ROW EXECUTE FUNCTION pass()');
SELECT pg_temp.try('ALTER TABLE people ADD FOREIGN KEY (project_id) REFERENCES projects',
	'CREATE INDEX ON people USING gin (to_tsvector(''english'', first_name))',
	'CREATE INDEX ON people (upper(first_name)) WHERE kind IS NULL',
	'ALTER TABLE people ADD n int GENERATED ALWAYS AS IDENTITY, ADD CHECK (n > 0), DROP kind,
		ADD g text GENERATED ALWAYS AS (upper(first_name)) STORED, ADD s short DEFAULT ''s''');
SELECT pg_temp.try('ALTER TABLE people ENABLE ROW LEVEL SECURITY');
-- what the relation is
SELECT pg_temp.try('ALTER TABLE people RENAME TO persons', 'CREATE VIEW people AS TABLE persons');
SELECT pg_temp.try('CREATE TABLE persons (LIKE people) PARTITION BY LIST (kind)',
	'ALTER TABLE persons ATTACH PARTITION people DEFAULT');
SELECT pg_temp.try('ALTER TABLE people ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY',
	'CREATE POLICY p ON people USING (true)', 'GRANT ALL ON people TO regress_wifox_writer',
	'SET LOCAL ROLE regress_wifox_writer');
-- what happens at an INSERT
SELECT pg_temp.try('CREATE TRIGGER t BEFORE INSERT ON people FOR EACH ROW EXECUTE FUNCTION pass()');
SELECT pg_temp.try('CREATE TRIGGER t AFTER INSERT ON people REFERENCING NEW TABLE AS fresh
	FOR EACH STATEMENT EXECUTE FUNCTION pass()');
SELECT pg_temp.try('CREATE RULE r AS ON INSERT TO people WHERE new.id = ''2'' DO INSTEAD NOTHING');
SELECT pg_temp.try('ALTER TABLE people ADD EXCLUDE (kind WITH =)');
SELECT pg_temp.try('ALTER TABLE people ADD UNIQUE (first_name) DEFERRABLE');
SELECT pg_temp.try('ALTER TABLE people ADD n bigint DEFAULT number()');
SELECT pg_temp.try('ALTER TABLE people ADD n numbered DEFAULT 1');
SELECT pg_temp.try('ALTER TABLE people ADD CHECK (number() < 3)');
-- foreign keys
SELECT pg_temp.try('ALTER TABLE people ADD FOREIGN KEY (project_id, kind) REFERENCES projects (id, kind)');
SELECT pg_temp.try('ALTER TABLE people ADD FOREIGN KEY (project_id) REFERENCES projects DEFERRABLE');
SELECT pg_temp.try('ALTER TABLE people ADD FOREIGN KEY (project_id) REFERENCES projects',
	'ALTER TABLE people DISABLE TRIGGER ALL');
SELECT pg_temp.try('ALTER TABLE people ADD FOREIGN KEY (project_id) REFERENCES projects',
	'ALTER TABLE people ENABLE TRIGGER ALL', 'SET LOCAL session_replication_role = replica');
SELECT pg_temp.try('ALTER TABLE people ADD FOREIGN KEY (project_id) REFERENCES listed');
SELECT pg_temp.try('ALTER TABLE people ADD FOREIGN KEY (first_name) REFERENCES people');
SELECT pg_temp.try('ALTER TABLE people ALTER kind SET DEFAULT ''p1'',
	ADD FOREIGN KEY (kind) REFERENCES projects');
-- auto says nothing, and does the same: the second client is one too many
SET wifox_import.writer = auto;
SELECT pg_temp.try('ALTER TABLE people ADD CHECK (number() < 1)');
-- several errors in one record: the first to speak is the one that INSERT would meet
CREATE FUNCTION pg_temp.refused() RETURNS TABLE (shown text, errors text) LANGUAGE plpgsql AS $$
BEGIN
	CREATE TABLE people (id text PRIMARY KEY, email text UNIQUE, first_name text CHECK (first_name <> 'X'),
		phone text UNIQUE, project_id text REFERENCES projects, bio short NOT NULL REFERENCES projects);
	INSERT INTO people VALUES ('0', 'z@x.org', 'Z', '0', 'p1', 'p1');
	SELECT pg_temp.outcome(i), (SELECT string_agg(e, E'\n') FROM pg_temp.errors(i.id) e)
		INTO shown, errors FROM wifox_import_clients_data(convert_to(
			E'ID,email,firstName,phone,project,bio\n1,a@x.org,A,1,p1,p2\n2,b@x.org,B,0,px,p1\n'
			'3,c@x.org,X,0,p1,\n4,d@x.org,X,4,p1,p1\n5,e@x.org,E,5,p1,px\n6,f@x.org,F,1,p1,px\n'
			'7,g@x.org,G,7,p2,p2\n8,h@x.org,H,7,,p1\n9,i@x.org,I,,,' || repeat('x', 20), 'UTF8'),
			on_error => 'skip') i;
	RETURN NEXT;
	DROP TABLE people;
END $$;
SELECT * FROM pg_temp.refused();
CREATE TEMP TABLE heap AS SELECT * FROM pg_temp.refused();
SET wifox_import.writer = sql;
SELECT * FROM pg_temp.refused() EXCEPT TABLE heap;
-- an update of a column from which a key follows that another table references
CREATE TABLE people (id text PRIMARY KEY, email text UNIQUE, first_name text,
	code text GENERATED ALWAYS AS (upper(first_name)) STORED UNIQUE);
CREATE TABLE orders (code text REFERENCES people (code));
INSERT INTO people VALUES ('1', 'a@x.org', 'A'), ('2', 'b@x.org', 'B');
INSERT INTO orders VALUES ('A');
SET wifox_import.writer = heap;
SELECT pg_temp.import(E'ID,firstName\n1,X\n2,Y', 'on_error => ''skip''');
TABLE people;
DROP TABLE people, orders;
-- a unique index that is still being built concurrently: doubles are found, also of keys that did not change
CREATE FUNCTION pg_temp.building(writer text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
	CREATE TABLE people (id text PRIMARY KEY, email text UNIQUE, first_name text, phone text);
	INSERT INTO people SELECT i, i || '@x.org', 'A', i % 19 FROM generate_series(1, 20) i;
	CREATE INDEX ON people (first_name);
	CREATE INDEX building ON people (phone);
	UPDATE pg_index SET indisunique = true, indisvalid = false WHERE indexrelid = 'building'::regclass;
	PERFORM set_config('wifox_import.writer', writer, true);
	RETURN QUERY SELECT pg_temp.import((SELECT string_agg(l, E'\n') FROM (SELECT 'ID,firstName' AS l
		UNION ALL SELECT i || ',B' FROM generate_series(1, 20) i) f), 'on_error => ''skip''');
	DROP TABLE people;
END $$;
SELECT pg_temp.building(writer) FROM unnest('{heap,sql}'::text[]) writer;
-- what a dropped column held goes away with the next change of its row
CREATE FUNCTION pg_temp.dropped(writer text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	kept bigint;
BEGIN
	CREATE TABLE people (id text PRIMARY KEY, gone text, first_name text, number int, bio text, email text UNIQUE);
	ALTER TABLE people ALTER gone SET STORAGE EXTERNAL, ALTER bio SET STORAGE EXTERNAL;
	INSERT INTO people SELECT i, repeat('g', 5000), 'A', i, repeat('b', 5000), i || '@x.org' FROM generate_series(1, 20) i;
	ALTER TABLE people DROP gone, DROP number;
	PERFORM set_config('wifox_import.writer', writer, true);
	RETURN QUERY SELECT pg_temp.import((SELECT string_agg(l, E'\n') FROM (SELECT 'ID,firstName' AS l
		UNION ALL SELECT i || ',B' FROM generate_series(1, 20) i) f));
	EXECUTE format('SELECT count(DISTINCT chunk_id) FROM %s',
		(SELECT reltoastrelid::regclass FROM pg_class WHERE oid = 'people'::regclass)) INTO kept;
	RETURN NEXT format('%s long values, %s that are shown', kept,
		(SELECT count(*) FROM people WHERE bio = repeat('b', 5000)));
	DROP TABLE people;
END $$;
SELECT pg_temp.dropped(writer) FROM unnest('{heap,sql}'::text[]) writer;
-- columns that came later have their defaults in rows of before, which do not hold them
CREATE FUNCTION pg_temp.added(writer text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
	CREATE TABLE people (id text PRIMARY KEY, email text UNIQUE, first_name text);
	INSERT INTO people SELECT i, i || '@x.org', 'A' FROM generate_series(1, 20) i;
	ALTER TABLE people ADD status text DEFAULT 'active', ADD since date NOT NULL DEFAULT '2026-01-01',
		ADD score int DEFAULT 7 CHECK (score IS NOT NULL), ADD note text;
	CREATE UNIQUE INDEX ON people (status, id);
	PERFORM set_config('wifox_import.writer', writer, true);
	RETURN QUERY SELECT pg_temp.import((SELECT string_agg(l, E'\n') FROM (SELECT 'ID,firstName' AS l
		UNION ALL SELECT i || ',B' FROM generate_series(1, 20) i) f));
	RETURN QUERY SELECT concat_ws(' ', first_name, status, since, score, coalesce(note, 'null'), count(*))
		FROM people GROUP BY first_name, status, since, score, note;
	DROP TABLE people;
END $$;
SELECT pg_temp.added(writer) FROM unnest('{heap,sql}'::text[]) writer;
DROP ROLE regress_wifox_writer;
DROP EXTENSION wifox_import;
DROP TABLE projects, listed;
DROP DOMAIN numbered, short;
DROP FUNCTION number, pass;
