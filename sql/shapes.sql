-- One file, imported into tables of every shape: the outcome is the same wherever it can be.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/test/helpers.sql'
\i :helpers
\set ECHO none
\set file :abs_srcdir '/test/data/shapes.csv'
SET client_min_messages = error;
CREATE EXTENSION btree_gist;
CREATE EXTENSION citext;
CREATE EXTENSION postgres_fdw;
CREATE ROLE regress_wifox_shapes;
GRANT CREATE ON DATABASE :"DBNAME" TO regress_wifox_shapes;
GRANT CREATE ON SCHEMA public TO regress_wifox_shapes;
-- a server that is this one
DO $$
BEGIN
	EXECUTE format('CREATE SERVER here FOREIGN DATA WRAPPER postgres_fdw
		OPTIONS (host %L, port %L, dbname %L)',
		split_part(current_setting('unix_socket_directories'), ',', 1), current_setting('port'),
		current_database());
	EXECUTE format('CREATE USER MAPPING FOR regress_wifox_shapes SERVER here
		OPTIONS (user %L, password_required ''false'')', current_user);
END $$;
GRANT USAGE ON FOREIGN SERVER here TO regress_wifox_shapes;
SELECT pg_read_binary_file(:'file') AS data \gset
SET SESSION AUTHORIZATION regress_wifox_shapes;
SET statement_timeout = '60s';
SET wifox_import.clients_table = 'shape';
CREATE TEMP TABLE file AS SELECT :'data'::bytea AS data;
CREATE TEMP TABLE usual (what text, outcome text);

-- The columns of all shapes; the check refuses line 13.
CREATE FUNCTION pg_temp.columns(id text, email text) RETURNS text LANGUAGE sql AS $$
	SELECT format('id %s, email %s, username text, first_name text NOT NULL, phone text,
		date_of_birth date, agreements jsonb, CONSTRAINT phone_not_000 CHECK (phone <> ''000'')',
		id, email) $$;

-- Seven clients to start from.
CREATE FUNCTION pg_temp.seed(relation regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('INSERT INTO %s (id, email, username, first_name, phone, agreements)
		OVERRIDING SYSTEM VALUE
		SELECT lpad(n::text, 32, ''0'')::%s, name || ''@x.org'', ''user'' || n, name, repeat(n::text, 3),
			''{"a": "1", "b": "2"}''
		FROM unnest(''{Ann,Bob,Cas,Dan,Eve,Fay,Gus}''::text[]) WITH ORDINALITY s (name, n)',
		relation, (SELECT format_type(atttypid, atttypmod) FROM pg_attribute
			WHERE attrelid = relation AND attname = 'id'));
END $$;

-- All clients, with the IDs that the file or the seed gave.
CREATE FUNCTION pg_temp.clients() RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY EXECUTE format('SELECT concat_ws('' '', coalesce(substring(
			translate(rtrim(id::text), ''-'', '''') FROM ''^0*([1-9])$''), ''new''),
			rtrim(email::text), username, first_name, phone, date_of_birth, agreements)
		FROM %s', current_setting('wifox_import.clients_table'));
END $$;

-- Import the file: counts and errors in one line.
CREATE FUNCTION pg_temp.try(mode text, dry_run boolean) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	i record;
	hint text;
BEGIN
	SELECT * INTO i FROM file, wifox_import_clients_data(data, mode => mode, on_error => 'skip',
		dry_run => dry_run, clear_marker => '#N/A');
	RETURN pg_temp.outcome(i) || (SELECT coalesce('; ' || string_agg(format('%s %s', line, code), ', '
		ORDER BY line), '') FROM wifox_import_errors WHERE import_id = i.id);
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RETURN 'ERROR ' || SQLSTATE || ': ' || SQLERRM || ' HINT ' || hint;
END $$;

-- What happens to the table that is there: a dry run, the import, and the import once more.
CREATE FUNCTION pg_temp.outcomes(mode text) RETURNS SETOF usual LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY VALUES ('1 dry run', pg_temp.try(mode, true));
	RETURN QUERY VALUES ('2 import', pg_temp.try(mode, false));
	RETURN QUERY SELECT '3 client', clients FROM pg_temp.clients();
	RETURN QUERY VALUES ('4 again', pg_temp.try(mode, false));
END $$;

-- The outcome for the table that is there: "the same", or an ERROR, or what differs.
CREATE FUNCTION pg_temp.import_into(name text, mode text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	have usual[] := ARRAY(SELECT o FROM pg_temp.outcomes(mode) o);
	error text := (SELECT outcome FROM unnest(have) WHERE what = '2 import' AND outcome ~ '^ERROR');
BEGIN
	RETURN NEXT name || ': ' || coalesce(error,
		(SELECT 'the same' WHERE (SELECT array_agg(h ORDER BY h) FROM unnest(have) h) =
			(SELECT array_agg(u ORDER BY u) FROM usual u)), 'differs');
	RETURN QUERY SELECT '    ' || sign || substr(what, 2) || ': ' || outcome
		FROM (SELECT '+' AS sign, h.* FROM (SELECT * FROM unnest(have) EXCEPT ALL TABLE usual) h
			UNION ALL
			SELECT '-', u.* FROM (TABLE usual EXCEPT ALL SELECT * FROM unnest(have)) u
				WHERE what = '3 client') d
		WHERE error IS NULL ORDER BY what, sign, outcome COLLATE "C";
END $$;

-- A shape: made, filled, finished with what would be in the way before, and imported into.
CREATE FUNCTION pg_temp.shape(name text, definition text, finish text DEFAULT '',
	seeded text DEFAULT 'shape', mode text DEFAULT 'upsert') RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
	DROP SCHEMA IF EXISTS shapes CASCADE;
	CREATE SCHEMA shapes;
	SET search_path = shapes, public;
	EXECUTE definition;
	PERFORM pg_temp.seed(seeded);
	EXECUTE finish;
	RETURN QUERY SELECT pg_temp.import_into(name, mode);
END $$;

-- A plain table with these types of ID and e-mail address, and further SQL.
CREATE FUNCTION pg_temp.plain(id text, email text,
	more text DEFAULT 'CREATE UNIQUE INDEX ON shape (lower(email))') RETURNS text LANGUAGE sql AS $$
	SELECT format('CREATE TABLE shape (%s); ', pg_temp.columns(id || ' PRIMARY KEY', email)) || more $$;

-- The same as a table with another name, below something that is called shape.
CREATE FUNCTION pg_temp.base(id text, email text, more text) RETURNS text LANGUAGE sql AS $$
	SELECT format('CREATE TABLE base (%s); CREATE UNIQUE INDEX ON base (lower(email)); ',
		pg_temp.columns(id || ' PRIMARY KEY', email)) || more $$;

CREATE COLLATION public.any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE COLLATION public.own_case (provider = icu, locale = 'und', deterministic = false);
CREATE DOMAIN public.address AS varchar(60) CHECK (VALUE ~ '@');
CREATE DOMAIN public.cell_address AS char(60) CHECK (VALUE ~ '@');
CREATE DOMAIN public.any_address AS citext CHECK (VALUE ~ '@');
CREATE DOMAIN public.client_no AS bigint CHECK (VALUE > 0);

-- the table that the extension makes
CREATE FUNCTION pg_temp.usual() RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
	CREATE SCHEMA shapes;
	SET search_path = shapes, public;
	PERFORM wifox_import_create_clients_table();
	ALTER TABLE clients SET SCHEMA shapes;
	ALTER TABLE clients RENAME TO shape;
	ALTER TABLE shape ADD CHECK (phone <> '000');
	PERFORM pg_temp.seed('shape');
	INSERT INTO usual SELECT * FROM pg_temp.outcomes('upsert');
	RETURN QUERY SELECT substr(what, 3) || ': ' || outcome FROM usual ORDER BY what, outcome COLLATE "C";
END $$;
SELECT pg_temp.usual();

\echo
\echo Types of ID
SELECT pg_temp.shape('ID bigint, generated by default', pg_temp.plain(
	'bigint GENERATED BY DEFAULT AS IDENTITY (START 100)', 'text'));
SELECT pg_temp.shape('ID bigint, generated always', pg_temp.plain(
	'bigint GENERATED ALWAYS AS IDENTITY (START 100)', 'text'));
SELECT pg_temp.shape('ID integer of a sequence', pg_temp.plain('serial', 'text')
	|| '; ALTER SEQUENCE shape_id_seq RESTART 100');
SELECT pg_temp.shape('ID bigint without a default', pg_temp.plain('bigint', 'text'));
SELECT pg_temp.shape('ID numeric', pg_temp.plain('numeric DEFAULT 100 + random()', 'text'));
SELECT pg_temp.shape('ID uuid', pg_temp.plain('uuid', 'text'));
SELECT pg_temp.shape('ID varchar', pg_temp.plain('varchar(40)', 'varchar(40)'));
SELECT pg_temp.shape('ID char', pg_temp.plain('char(40) DEFAULT gen_random_uuid()', 'text'));
SELECT pg_temp.shape('ID citext', pg_temp.plain('citext DEFAULT gen_random_uuid()', 'text'));
SELECT pg_temp.shape('ID domain', pg_temp.plain('client_no DEFAULT 100 + 100000 * random()', 'text'));

\echo
\echo E-mail addresses and their indexes
SELECT pg_temp.shape('lower(varchar)', pg_temp.plain('uuid', 'varchar(60)'));
SELECT pg_temp.shape('lower(char)', pg_temp.plain('uuid', 'char(60)'));
SELECT pg_temp.shape('lower(domain)', pg_temp.plain('uuid', 'address'));
SELECT pg_temp.shape('lower(domain over char)', pg_temp.plain('uuid', 'cell_address'));
SELECT pg_temp.shape('lower(citext)', pg_temp.plain('uuid', 'citext'));
SELECT pg_temp.shape('lower() folded by another collation', pg_temp.plain('uuid', 'text',
	'CREATE UNIQUE INDEX ON shape (lower(email COLLATE "C"))'));
SELECT pg_temp.shape('lower(char) folded by another collation', pg_temp.plain('uuid', 'char(60)',
	'CREATE UNIQUE INDEX ON shape (lower(email COLLATE "C"))'));
SELECT pg_temp.shape('lower() ordered by another collation', pg_temp.plain('uuid', 'text',
	'CREATE UNIQUE INDEX ON shape (lower(email) COLLATE "C")'));
SELECT pg_temp.shape('lower() for patterns', pg_temp.plain('uuid', 'text',
	'CREATE UNIQUE INDEX ON shape (lower(email) text_pattern_ops) INCLUDE (id)'));
SELECT pg_temp.shape('lower() beside a plain index', pg_temp.plain('uuid', 'text UNIQUE'));
SELECT pg_temp.shape('citext', pg_temp.plain('uuid', 'citext UNIQUE', ''));
SELECT pg_temp.shape('domain over citext', pg_temp.plain('uuid', 'any_address UNIQUE', ''));
SELECT pg_temp.shape('collation without case', pg_temp.plain('uuid', 'text COLLATE any_case UNIQUE', ''));
SELECT pg_temp.shape('text as written', pg_temp.plain('uuid', 'text UNIQUE', ''));
SELECT pg_temp.shape('char as written', pg_temp.plain('uuid', 'char(60) UNIQUE', ''));
SELECT pg_temp.shape('nondeterministic collation with case',
	pg_temp.plain('uuid', 'text COLLATE own_case UNIQUE', ''));

\echo
\echo Tables
SELECT pg_temp.shape('quoted names', pg_temp.plain('uuid', 'text') || ';
	CREATE SCHEMA "my ""shapes"; ALTER TABLE shape RENAME TO "Kunden; --"; ALTER TABLE "Kunden; --"
	SET SCHEMA "my ""shapes"; SET wifox_import.clients_table = ''"my ""shapes"."Kunden; --"''', '',
	'"my ""shapes"."Kunden; --"');
SET wifox_import.clients_table = 'shape';
DROP SCHEMA "my ""shapes" CASCADE;
SELECT pg_temp.shape('generated columns', pg_temp.plain('uuid', 'text') || ';
	ALTER TABLE shape ADD folded text GENERATED ALWAYS AS (lower(email)) STORED UNIQUE');
SELECT pg_temp.shape('identity column beside the ID', pg_temp.plain('uuid', 'text') || ';
	ALTER TABLE shape ADD number int GENERATED ALWAYS AS IDENTITY UNIQUE');
SELECT pg_temp.shape('unlogged, pages half full', pg_temp.plain('uuid', 'text') || ';
	ALTER TABLE shape SET UNLOGGED; ALTER TABLE shape SET (fillfactor = 50)');
SELECT pg_temp.shape('dropped and added columns', 'CREATE TABLE shape (gone int, '
	|| pg_temp.columns('uuid PRIMARY KEY', 'text') || ', gone_too int NOT NULL);
	CREATE UNIQUE INDEX ON shape (lower(email)); ALTER TABLE shape DROP gone, DROP gone_too,
	DROP phone, ADD later int NOT NULL DEFAULT 5, ADD phone text CHECK (phone <> ''000'')');
SELECT pg_temp.shape('1,590 columns', pg_temp.plain('uuid', 'text, ' || string_agg('c' || n || ' int', ', ')))
	FROM generate_series(1, 1583) n;
SELECT pg_temp.shape('exclusion constraint', pg_temp.plain('uuid', 'text') || ';
	ALTER TABLE shape ADD EXCLUDE USING gist (phone WITH =, date_of_birth WITH =)');
SELECT pg_temp.shape('deferrable constraints', pg_temp.plain('uuid', 'text') || ';
	ALTER TABLE shape ADD UNIQUE (username) DEFERRABLE INITIALLY DEFERRED,
	ADD parent uuid REFERENCES shape DEFERRABLE INITIALLY DEFERRED');
SELECT pg_temp.shape('row security', pg_temp.plain('uuid', 'text') || ';
	ALTER TABLE shape FORCE ROW LEVEL SECURITY',
	'ALTER TABLE shape ENABLE ROW LEVEL SECURITY; CREATE POLICY visible ON shape USING (username IS DISTINCT FROM ''user5'')');
SELECT pg_temp.shape('published', pg_temp.plain('uuid', 'text')
	|| '; CREATE PUBLICATION regress_wifox_shapes FOR TABLE shape');
SELECT pg_temp.shape('published by a unique index', format('CREATE TABLE shape (%s);
	CREATE UNIQUE INDEX ON shape (lower(email)); ALTER TABLE shape REPLICA IDENTITY USING INDEX shape_id_key;
	ALTER PUBLICATION regress_wifox_shapes ADD TABLE shape',
	pg_temp.columns('uuid NOT NULL UNIQUE DEFAULT gen_random_uuid()', 'text')));

\echo
\echo Triggers and rules
CREATE FUNCTION public.change() RETURNS trigger LANGUAGE plpgsql AS
	$$ BEGIN NEW.email := lower(NEW.email); NEW.first_name := upper(NEW.first_name); RETURN NEW; END $$;
SELECT pg_temp.shape('BEFORE trigger that changes the row', pg_temp.plain('uuid', 'text'),
	'CREATE TRIGGER change BEFORE INSERT OR UPDATE ON shape FOR EACH ROW EXECUTE FUNCTION change()');
CREATE FUNCTION public.drop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
SELECT pg_temp.shape('BEFORE trigger that drops the row', pg_temp.plain('uuid', 'text'),
	'CREATE TRIGGER drop BEFORE INSERT OR UPDATE ON shape FOR EACH ROW
		WHEN (NEW.first_name IN (''Ivy'', ''Eve'')) EXECUTE FUNCTION drop()');
CREATE FUNCTION public.log() RETURNS trigger LANGUAGE plpgsql AS
	$$ BEGIN INSERT INTO log VALUES (TG_OP, TG_LEVEL); RETURN NULL; END $$;
SELECT pg_temp.shape('AFTER triggers', pg_temp.plain('uuid', 'text'), 'CREATE TABLE log (op text, level text);
	CREATE TRIGGER row AFTER INSERT OR UPDATE ON shape FOR EACH ROW EXECUTE FUNCTION log();
	CREATE TRIGGER statement AFTER INSERT ON shape REFERENCING NEW TABLE AS new
		FOR EACH STATEMENT EXECUTE FUNCTION log()');
SELECT pg_temp.shape('rules that do more', pg_temp.plain('uuid', 'text'), 'CREATE TABLE log (op text, id uuid);
	CREATE RULE add AS ON INSERT TO shape DO ALSO INSERT INTO log VALUES (''add'', NEW.id);
	CREATE RULE change AS ON UPDATE TO shape DO ALSO INSERT INTO log VALUES (''change'', NEW.id)');
SELECT pg_temp.shape('rule that drops the row', pg_temp.plain('uuid', 'text'),
	'CREATE RULE drop AS ON INSERT TO shape WHERE NEW.first_name = ''Ivy'' DO INSTEAD NOTHING');

\echo
\echo Partitions and children
SELECT pg_temp.shape('partitioned by list', format('CREATE TABLE shape (%s,
	project_id text NOT NULL DEFAULT ''default'') PARTITION BY LIST (project_id);
	CREATE TABLE shape1 PARTITION OF shape FOR VALUES IN (''default'');
	CREATE TABLE shape2 PARTITION OF shape DEFAULT;
	CREATE INDEX ON shape (id); CREATE INDEX ON shape (lower(email))', pg_temp.columns('uuid', 'text')));
SELECT pg_temp.shape('partitioned by range of IDs', format('CREATE TABLE shape (%s) PARTITION BY RANGE (id);
	CREATE TABLE shape1 PARTITION OF shape FOR VALUES FROM (0) TO (5);
	CREATE TABLE shape2 PARTITION OF shape FOR VALUES FROM (5) TO (1000);
	CREATE INDEX ON shape (lower(email))',
	pg_temp.columns('bigint PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY (START 100)', 'text')));
SELECT pg_temp.shape('partitioned by hash of IDs', format('CREATE TABLE shape (%s) PARTITION BY HASH (id);
	CREATE TABLE shape1 PARTITION OF shape FOR VALUES WITH (MODULUS 2, REMAINDER 0);
	CREATE TABLE shape2 PARTITION OF shape FOR VALUES WITH (MODULUS 2, REMAINDER 1);
	CREATE INDEX ON shape (lower(email), id)', pg_temp.columns('uuid PRIMARY KEY', 'text')));
SELECT pg_temp.shape('partitioned by hash of addresses', format('CREATE TABLE shape (%s) PARTITION BY HASH (email);
	CREATE TABLE shape1 PARTITION OF shape FOR VALUES WITH (MODULUS 2, REMAINDER 0);
	CREATE TABLE shape2 PARTITION OF shape FOR VALUES WITH (MODULUS 2, REMAINDER 1);
	CREATE INDEX ON shape (id)', pg_temp.columns('uuid', 'citext PRIMARY KEY')));
SELECT pg_temp.shape('partitioned twice', format('CREATE TABLE shape (%s,
	project_id text NOT NULL DEFAULT ''default'') PARTITION BY LIST (project_id);
	CREATE TABLE shape1 PARTITION OF shape FOR VALUES IN (''default'') PARTITION BY HASH (id);
	CREATE TABLE shape11 PARTITION OF shape1 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
	CREATE TABLE shape12 PARTITION OF shape1 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
	CREATE TABLE shape2 PARTITION OF shape DEFAULT;
	CREATE INDEX ON shape (id); CREATE INDEX ON shape (lower(email))', pg_temp.columns('uuid', 'text')));
SELECT pg_temp.shape('indexes of the partitions alone', format('CREATE TABLE shape (%s) PARTITION BY HASH (id);
	CREATE TABLE shape1 PARTITION OF shape (UNIQUE (email), PRIMARY KEY (id)) FOR VALUES WITH (MODULUS 2, REMAINDER 0);
	CREATE TABLE shape2 PARTITION OF shape (UNIQUE (email), PRIMARY KEY (id)) FOR VALUES WITH (MODULUS 2, REMAINDER 1)',
	pg_temp.columns('uuid', 'citext')));
SELECT pg_temp.shape('a partition itself', format('CREATE TABLE parts (%s, project_id text DEFAULT ''default'')
	PARTITION BY LIST (project_id); CREATE TABLE shape PARTITION OF parts FOR VALUES IN (''default'');
	ALTER TABLE shape ADD PRIMARY KEY (id); CREATE UNIQUE INDEX ON shape (lower(email))',
	pg_temp.columns('uuid', 'text')), '');
SELECT pg_temp.shape('parent of child tables', pg_temp.plain('uuid', 'text') || ';
	CREATE TABLE child (more int, PRIMARY KEY (id)) INHERITS (shape);
	CREATE UNIQUE INDEX ON child (lower(email))', '', 'child');
SELECT pg_temp.shape('empty parent without indexes', format('CREATE TABLE shape (%s);
	CREATE TABLE child (PRIMARY KEY (id)) INHERITS (shape); CREATE UNIQUE INDEX ON child (lower(email))',
	pg_temp.columns('uuid', 'text')), '', 'child');
CREATE FUNCTION public.pass_on() RETURNS trigger LANGUAGE plpgsql AS
	$$ BEGIN INSERT INTO child SELECT NEW.*; RETURN NULL; END $$;
SELECT pg_temp.shape('parent whose trigger fills the child', format('CREATE TABLE shape (%s);
	CREATE TABLE child (PRIMARY KEY (id)) INHERITS (shape); CREATE UNIQUE INDEX ON child (lower(email));
	CREATE TRIGGER pass_on BEFORE INSERT ON shape FOR EACH ROW EXECUTE FUNCTION pass_on()',
	pg_temp.columns('uuid', 'text')), '', 'child');

\echo
\echo Views
SELECT pg_temp.shape('simple view', pg_temp.base('uuid', 'text', 'CREATE VIEW shape AS TABLE base'), '', 'base');
SELECT pg_temp.shape('view over a table that makes IDs', pg_temp.base(
	'bigint GENERATED BY DEFAULT AS IDENTITY (START 100)', 'text', 'CREATE VIEW shape AS TABLE base'), '', 'base');
SELECT pg_temp.shape('view over a table that always makes IDs', pg_temp.base(
	'bigint GENERATED ALWAYS AS IDENTITY (START 100)', 'text', 'CREATE VIEW shape AS TABLE base'), '', 'base');
SELECT pg_temp.shape('view of a view with other columns', pg_temp.base(
	'bigint GENERATED BY DEFAULT AS IDENTITY (START 100)', 'citext',
	'CREATE VIEW middle AS SELECT email, id, username, upper(first_name) AS initials, agreements, first_name,
		phone, date_of_birth FROM base WHERE id > 0 WITH CHECK OPTION;
	CREATE VIEW shape WITH (security_barrier) AS SELECT * FROM middle'), '', 'base');
CREATE FUNCTION public.instead() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'INSERT' THEN
		INSERT INTO base VALUES (coalesce(NEW.id, gen_random_uuid()), NEW.email, NEW.username, NEW.first_name,
			NEW.phone, NEW.date_of_birth, NEW.agreements);
	ELSE
		UPDATE base SET email = NEW.email, first_name = NEW.first_name, phone = NEW.phone,
			agreements = NEW.agreements WHERE id = OLD.id;
	END IF;
	RETURN NEW;
END $$;
SELECT pg_temp.shape('view with INSTEAD OF triggers', pg_temp.base('uuid', 'text',
	'CREATE TABLE notes (id uuid, note text); CREATE VIEW shape AS SELECT base.* FROM base LEFT JOIN notes USING (id);
	CREATE TRIGGER instead INSTEAD OF INSERT OR UPDATE ON shape FOR EACH ROW EXECUTE FUNCTION instead()'), '', 'base');
SELECT pg_temp.shape('view with rules', pg_temp.base('uuid', 'text',
	'CREATE VIEW shape AS SELECT * FROM base OFFSET 0;
	CREATE RULE add AS ON INSERT TO shape DO INSTEAD INSERT INTO base VALUES (NEW.*);
	CREATE RULE change AS ON UPDATE TO shape DO INSTEAD UPDATE base SET email = NEW.email,
		first_name = NEW.first_name, phone = NEW.phone, agreements = NEW.agreements WHERE id = OLD.id'), '', 'base');

\echo
\echo Foreign tables
CREATE SCHEMA remote;
CREATE FUNCTION pg_temp.make_remote(id text, email text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	DROP TABLE IF EXISTS remote.clients CASCADE;
	EXECUTE format('CREATE TABLE remote.clients (%s); CREATE UNIQUE INDEX ON remote.clients (lower(email))',
		pg_temp.columns(id, email));
	PERFORM pg_temp.seed('remote.clients');
END $$;
SELECT pg_temp.make_remote('uuid PRIMARY KEY', 'text') \g /dev/null
SELECT pg_temp.shape('foreign table', 'IMPORT FOREIGN SCHEMA remote FROM SERVER here INTO shapes;
	ALTER FOREIGN TABLE clients RENAME TO shape; CREATE TABLE seeded AS TABLE shape WITH NO DATA', '', 'seeded');
SELECT pg_temp.make_remote('text COLLATE "C" PRIMARY KEY', 'citext') \g /dev/null
SELECT pg_temp.shape('view of a foreign table', 'IMPORT FOREIGN SCHEMA remote FROM SERVER here INTO shapes;
	CREATE VIEW shape AS TABLE clients; CREATE TABLE seeded AS TABLE shape WITH NO DATA', '', 'seeded');
SELECT pg_temp.make_remote('uuid PRIMARY KEY', 'text') \g /dev/null
ALTER TABLE remote.clients ADD project_id text DEFAULT 'other';
SELECT pg_temp.shape('foreign partition', format('CREATE TABLE shape (%s, project_id text DEFAULT ''default'')
	PARTITION BY LIST (project_id); CREATE TABLE shape1 PARTITION OF shape FOR VALUES IN (''default'');
	CREATE INDEX ON shape1 (id); CREATE INDEX ON shape1 (lower(email));
	CREATE FOREIGN TABLE shape2 PARTITION OF shape FOR VALUES IN (''other'')
	SERVER here OPTIONS (schema_name ''remote'', table_name ''clients'');
	CREATE TABLE seeded AS TABLE shape WITH NO DATA', pg_temp.columns('uuid', 'text')), '', 'seeded');

\echo
\echo What cannot be imported into
SELECT pg_temp.shape('no index', pg_temp.plain('uuid', 'text', ''));
SELECT pg_temp.shape('no index on the ID', format('CREATE TABLE shape (%s)', pg_temp.columns('uuid', 'citext UNIQUE')));
SELECT pg_temp.shape('partial index', pg_temp.plain('uuid', 'text',
	'CREATE UNIQUE INDEX ON shape (lower(email)) WHERE phone IS NOT NULL'));
SELECT pg_temp.shape('index that is not unique', pg_temp.plain('uuid', 'text', 'CREATE INDEX ON shape (lower(email))'));
SELECT pg_temp.shape('deferrable key', pg_temp.plain('uuid', 'text UNIQUE DEFERRABLE', ''));
SELECT pg_temp.shape('partitioned, no index', format('CREATE TABLE shape (%s) PARTITION BY HASH (id);
	CREATE TABLE shape1 PARTITION OF shape FOR VALUES WITH (MODULUS 1, REMAINDER 0)',
	pg_temp.columns('uuid PRIMARY KEY', 'text')));
SELECT pg_temp.shape('parent and child, no index', format('CREATE TABLE shape (%s);
	CREATE TABLE child () INHERITS (shape)', pg_temp.columns('uuid PRIMARY KEY', 'text')));
SELECT pg_temp.shape('published without a replica identity', format('CREATE TABLE shape (%s);
	CREATE UNIQUE INDEX ON shape (lower(email)); ALTER PUBLICATION regress_wifox_shapes ADD TABLE shape',
	pg_temp.columns('uuid UNIQUE', 'text')));
SELECT pg_temp.shape('partition published without a replica identity', format('CREATE TABLE shape (%s)
	PARTITION BY HASH (id); CREATE INDEX ON shape (id); CREATE INDEX ON shape (lower(email));
	CREATE TABLE shape1 PARTITION OF shape FOR VALUES WITH (MODULUS 1, REMAINDER 0);
	ALTER PUBLICATION regress_wifox_shapes ADD TABLE shape', pg_temp.columns('uuid', 'text')));
SELECT pg_temp.shape('view that is not updatable', pg_temp.base('uuid', 'text',
	'CREATE VIEW shape AS SELECT DISTINCT * FROM base'), '', 'base');
SELECT pg_temp.shape('view that takes no new clients', pg_temp.base('uuid', 'text',
	'CREATE VIEW shape AS SELECT DISTINCT * FROM base;
	CREATE TRIGGER instead INSTEAD OF UPDATE ON shape FOR EACH ROW EXECUTE FUNCTION instead()'), '', 'base');
SELECT pg_temp.shape('view that takes no new clients, mode => ''update''', pg_temp.base('uuid', 'text',
	'CREATE VIEW shape AS SELECT DISTINCT * FROM base;
	CREATE TRIGGER instead INSTEAD OF UPDATE ON shape FOR EACH ROW EXECUTE FUNCTION instead()'), '', 'base', 'update');
SELECT pg_temp.shape('view that changes no clients', pg_temp.base('uuid', 'text',
	'CREATE VIEW shape AS SELECT DISTINCT * FROM base;
	CREATE TRIGGER instead INSTEAD OF INSERT ON shape FOR EACH ROW EXECUTE FUNCTION instead()'), '', 'base');
SELECT pg_temp.shape('view that changes no clients, mode => ''create''', pg_temp.base('uuid', 'text',
	'CREATE VIEW shape AS SELECT DISTINCT * FROM base;
	CREATE TRIGGER instead INSTEAD OF INSERT ON shape FOR EACH ROW EXECUTE FUNCTION instead()'), '', 'base', 'create');
SELECT pg_temp.shape('view with a computed column of the file', pg_temp.base('uuid', 'text',
	'CREATE VIEW shape AS SELECT id, email, username, first_name, phone, date_of_birth + 0 AS date_of_birth, agreements
	FROM base'), '', 'base');
SELECT pg_temp.shape('materialized view', pg_temp.base('uuid', 'text',
	'CREATE MATERIALIZED VIEW shape AS TABLE base'), '', 'base');
SELECT pg_temp.shape('foreign table that is not updatable', 'IMPORT FOREIGN SCHEMA remote FROM SERVER here INTO shapes;
	ALTER FOREIGN TABLE clients RENAME TO shape;
	ALTER FOREIGN TABLE shape OPTIONS (ADD updatable ''false'');
	CREATE TABLE seeded AS TABLE shape WITH NO DATA', '', 'seeded');

RESET SESSION AUTHORIZATION;
DROP EXTENSION wifox_import;
DROP OWNED BY regress_wifox_shapes CASCADE;
DROP SERVER here CASCADE;
DROP ROLE regress_wifox_shapes;
DROP EXTENSION btree_gist, citext, postgres_fdw;
