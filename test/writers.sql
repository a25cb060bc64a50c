-- Random tables and random files, for two ways to write; test/shell/writers.sh runs the rounds in two
-- databases, and compares what comes of them.  Builds upon test/property.sql.
SET client_min_messages = warning;
CREATE EXTENSION amcheck;
CREATE SCHEMA writers;

CREATE TABLE projects (id text PRIMARY KEY);
INSERT INTO projects VALUES ('default'), ('p1'), ('p2');
CREATE DOMAIN writers.name AS varchar(12) CHECK (VALUE <> 'Bob') NOT NULL;
CREATE DOMAIN writers.nowhere AS text DEFAULT 'nowhere';
CREATE DOMAIN writers.tall AS numeric(6, 1) CHECK (VALUE < 400);
CREATE FUNCTION writers.next_number() RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
BEGIN
	RETURN (SELECT count(*) FROM people);
END $$;
CREATE FUNCTION writers.tidy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.bio = 'drop' THEN RETURN NULL; END IF;
	IF NEW.bio = 'explode' THEN RAISE EXCEPTION 'bang'; END IF;
	NEW.phone := btrim(NEW.phone);
	RETURN NEW;
END $$;
CREATE FUNCTION writers.watch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF EXISTS (SELECT FROM fresh WHERE bio = 'explode') THEN RAISE EXCEPTION 'seen'; END IF;
	RETURN NULL;
END $$;

-- What a table may have beside its columns; the last ones are seldom, since they want an INSERT.
CREATE FUNCTION writers.features() RETURNS text[] LANGUAGE sql AS $$
	SELECT ARRAY(SELECT f FROM unnest(ARRAY[
		'ALTER TABLE people SET (fillfactor = 50)',
		'ALTER TABLE people DROP COLUMN gone',
		'ALTER TABLE people ADD code text GENERATED ALWAYS AS (upper(first_name) || height) STORED',
		'ALTER TABLE people ADD n int GENERATED ALWAYS AS IDENTITY',
		'ALTER TABLE people ALTER first_name TYPE writers.name',
		'ALTER TABLE people ALTER height TYPE writers.tall',
		'ALTER TABLE people ADD CHECK (height < 300), ALTER last_name SET NOT NULL',
		'ALTER TABLE people ADD FOREIGN KEY (project_id) REFERENCES projects',
		'ALTER TABLE people ADD big text DEFAULT repeat(''0123456789'', 1000)',
		'ALTER TABLE people ALTER big SET STORAGE EXTERNAL',
		'ALTER TABLE people ADD UNIQUE (phone, last_name)',
		'CREATE UNIQUE INDEX ON people (bio) WHERE height > 150',
		'CREATE INDEX ON people (upper(last_name), height DESC) INCLUDE (bio)',
		'CREATE INDEX ON people USING gin (to_tsvector(''simple'', coalesce(last_name, '''')))',
		'CREATE INDEX ON people USING hash (phone)',
		'CREATE INDEX ON people USING brin (height)',
		'CREATE UNIQUE INDEX ON people (username) INCLUDE (phone)',
		'ALTER TABLE people REPLICA IDENTITY FULL',
		'CREATE TRIGGER t BEFORE UPDATE ON people FOR EACH ROW EXECUTE FUNCTION writers.tidy()']) f
			WHERE property.chance(40)
		UNION ALL SELECT f FROM unnest(ARRAY[
		'ALTER TABLE people ADD EXCLUDE USING btree (bio WITH =)',
		'ALTER TABLE people ADD UNIQUE (height) DEFERRABLE INITIALLY IMMEDIATE',
		'ALTER TABLE people ADD branch writers.nowhere REFERENCES projects',
		'ALTER TABLE people ADD number bigint DEFAULT writers.next_number()',
		'ALTER TABLE people ADD CHECK (writers.next_number() < 300)',
		'CREATE TRIGGER i BEFORE INSERT ON people FOR EACH ROW EXECUTE FUNCTION writers.tidy()',
		'CREATE TRIGGER s AFTER INSERT ON people REFERENCING NEW TABLE AS fresh
			FOR EACH STATEMENT EXECUTE FUNCTION writers.watch()']) f WHERE property.chance(5)) $$;

-- Make a table; which features it has.
CREATE FUNCTION writers.make_table(seed int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	sown text := setseed((seed % 1000000) / 1000000.0)::text;
	features text[] := writers.features();
	feature text;
	made text[];
BEGIN
	IF to_regclass('people') IS NOT NULL THEN
		DROP TABLE people;
	END IF;
	CREATE TABLE people (gone int, email text NOT NULL, id text PRIMARY KEY, username text,
		first_name text NOT NULL, last_name text, phone text, height numeric, date_of_birth date, meta jsonb,
		project_id text, bio text, last_login_date timestamptz, active boolean);
	CREATE UNIQUE INDEX ON people (lower(email));
	FOREACH feature IN ARRAY features LOOP
		BEGIN
			EXECUTE feature;
			made := made || feature;
		EXCEPTION WHEN undefined_column OR feature_not_supported THEN
			NULL;			-- it does not go with another one
		END;
	END LOOP;
	RETURN array_to_string(made, E'\n');
END $$;

-- A cell: IDs and new addresses are not left to chance, which the two could draw differently.
ALTER FUNCTION property.cell(text, text[], text[], int) RENAME TO any_cell;
CREATE FUNCTION property.cell(header text, known text[], emails text[], line int) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
	IF header = 'ID' THEN
		RETURN CASE WHEN property.chance(10) THEN property.pick(VARIADIC known)
			ELSE 'N' || cardinality(known) || '-' || line END;
	ELSIF header = 'email' AND property.chance(85) THEN
		RETURN 'n' || cardinality(known) || '-' || line || '@x.org';
	ELSIF header = 'phone' AND property.chance(80) THEN
		RETURN line;
	ELSIF header = 'n' THEN
		RETURN property.pick('', line::text);
	END IF;
	RETURN property.any_cell(header, known, emails, line);
END $$;

-- A file, a large one now and then.
CREATE FUNCTION writers.file() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	headers text[] := ARRAY(SELECT h FROM unnest(ARRAY['ID', 'email', 'firstName', 'lastName', 'phone',
			'username', 'height', 'Date Of Birth', 'Last login date', 'Meta', 'active', 'project', 'bio']) h
		WHERE h IN ('ID', 'email', 'firstName') OR property.chance(50) ORDER BY random()) ||
		ARRAY(SELECT attname::text FROM pg_attribute
			WHERE attrelid = 'people'::regclass AND attname = 'n' AND property.chance(20));
	known text[] := ARRAY(SELECT id FROM people UNION ALL SELECT '77' ORDER BY 1);
	emails text[] := ARRAY(SELECT email FROM people UNION ALL SELECT 'e@x.org' ORDER BY 1);
BEGIN
	RETURN array_to_string(headers, ',') || (SELECT string_agg(E'\n' || CASE
			WHEN strpos(r, E'\n') = 0 OR r ~ '^("([^"]|"")*"|[^",]*)(,|$)' THEN r ELSE '' END, ''
			ORDER BY line)
		FROM generate_series(2, 2 + CASE WHEN property.chance(15) THEN 1500 ELSE property.below(60) END) line,
			property.record(headers, known, emails, line) r);
END $$;

-- An import, all that it says.
CREATE FUNCTION writers.report(i wifox_imports) RETURNS SETOF text LANGUAGE sql AS $$
	SELECT 'import: ' || concat_ws(' ', i.status, i.message, i.records, i.created, i.updated, i.unchanged,
		i.skipped, i.failed)
	UNION ALL (SELECT 'error: ' || concat_ws(' | ', record, line, column_name, value, code, message, sqlstate,
			regexp_replace(detail, '(Failing row contains).*', '\1'), hint)
		FROM wifox_import_errors e WHERE e.import_id = i.id ORDER BY record, column_name, code, message)
	UNION ALL (SELECT 'change: ' || concat_ws(' | ', record, line, action, client_id, before, after, row_hash)
		FROM wifox_import_changes c WHERE c.import_id = i.id ORDER BY record) $$;

-- What is in the table, and whether its storage and its indexes agree.
CREATE FUNCTION writers.state() RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	index regclass;
BEGIN
	RETURN QUERY SELECT 'client: ' || (to_jsonb(p) - 'n')::text FROM people p ORDER BY id COLLATE "C";
	RETURN QUERY SELECT 'corrupt: ' || c FROM verify_heapam('people') c;
	FOR index IN SELECT x.indexrelid FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid
			WHERE indrelid = 'people'::regclass AND relam = (SELECT oid FROM pg_am WHERE amname = 'btree')
	LOOP
		PERFORM bt_index_check(index, true);
	END LOOP;
END $$;

-- One round: a table, a few files one after the other.
CREATE FUNCTION writers.round(seed int) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	data text;
	options text[];
BEGIN
	RETURN NEXT 'seed ' || seed || ': ' || coalesce(writers.make_table(seed), 'plain');
	FOR file IN 1..3 LOOP
		options := ARRAY[property.pick('upsert', 'upsert', 'upsert', 'create'),
			property.pick('report', 'skip', 'skip', 'skip'), property.pick('keep', 'clear'),
			property.pick('error', 'last'), property.pick(NULL, '#'), NULL];
		data := writers.file();
		RETURN NEXT 'file: ' || options::text || md5(data);
		RETURN QUERY SELECT 'dry ' || r FROM property.import(data, true, options) i, writers.report(i) r;
		RETURN QUERY SELECT writers.report(property.import(data, false, options));
		RETURN QUERY SELECT writers.state();
	END LOOP;
END $$;
