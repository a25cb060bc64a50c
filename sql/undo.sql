-- The undo of imports: what comes back, and what is kept.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/test/helpers.sql'
\i :helpers
SELECT wifox_import_create_clients_table();

-- Undo an import, the last one if none is named, and show the counts and the clients kept.
CREATE FUNCTION pg_temp.undo(wanted bigint DEFAULT NULL) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	i wifox_imports;
BEGIN
	i := wifox_import_undo(coalesce(wanted, (SELECT max(id) FROM wifox_imports)));
	RETURN NEXT format('%s: %s records, %s back, %s kept', i.status, i.records, i.updated, i.skipped);
	RETURN QUERY SELECT * FROM pg_temp.errors(i.id);
END $$;

INSERT INTO clients (id, username, first_name, email, phone, height, meta) VALUES
	('1', 'ann', 'Ann', 'ann@x.org', '1', 170.50, '{"b": 1, "a": 2}'),
	('2', 'bob', 'Bob', 'bob@x.org', NULL, NULL, NULL),
	('3', 'cid', 'Cid', 'cid@x.org', '3', 3, NULL);
SELECT pg_temp.checksum() AS before \gset

-- created clients are deleted, updated ones get back what they had, unchanged ones are not touched
SELECT pg_temp.import($$ID,email,firstName,phone,height,Meta
1,new@x.org,Anna,#,1,"{""a"": 3}"
2,bob@x.org,Bob,2,2,{}
3,cid@x.org,Cid,3,3,
4,dora@x.org,Dora,4,4,
,eve@x.org,Eve,,,$$, $$clear_marker => '#'$$);
SELECT xmin AS cid_xmin FROM clients WHERE id = '3' \gset
SELECT * FROM wifox_import_undo(1) \gset undone_
SELECT pg_temp.checksum() = :'before';
SELECT xmin = :'cid_xmin' FROM clients WHERE id = '3';
-- the undo is an import of its own in the history; the first one stays as it is
SELECT :undone_id AS id, :undone_parent_id AS parent, :'undone_status' AS status,
	:'undone_mode' AS mode, :undone_records AS records, :undone_updated AS updated,
	:undone_skipped AS skipped, :'undone_message' AS message, :'undone_file_name' AS file;
SELECT id, parent_id, status, mode, records, created, updated, unchanged FROM wifox_imports
	ORDER BY id;
-- what cannot be undone
SELECT wifox_import_undo(1);
SELECT wifox_import_undo(2);
SELECT wifox_import_undo(99);
SELECT wifox_import_undo(NULL);
SELECT pg_temp.import($$ID,height
1,tall$$);
SELECT pg_temp.undo();
SELECT pg_temp.import($$ID,height
1,7$$, 'dry_run => true');
SELECT pg_temp.undo();
SET wifox_import.track_changes = off;
SELECT pg_temp.import($$ID,height
1,7$$);
RESET wifox_import.track_changes;
SELECT pg_temp.undo();
-- an import that changed nothing
SELECT pg_temp.import($$ID,height
1,7$$);
SELECT pg_temp.undo();
UPDATE clients SET height = 170.50 WHERE id = '1';
-- of a partial import its good records
SELECT pg_temp.import($$ID,height
1,tall
2,2
9,9
3,33$$, $$on_error => 'skip'$$);
SELECT pg_temp.undo();
SELECT pg_temp.checksum() = :'before';

-- clients that changed since are kept whole; columns that the import did not write do not count
SELECT pg_temp.import($$ID,email,firstName,phone,height
1,new@x.org,Anna,11,1
2,bob2@x.org,Bob,2,2
3,,,33,
4,dora@x.org,Dora,4,4
5,eve@x.org,Eve,,
6,fay@x.org,Fay,,
7,gus@x.org,Gus,,$$);
UPDATE clients SET phone = '12', height = 2 WHERE id = '1';
UPDATE clients SET bio = 'changed', first_name = 'Robert' WHERE id = '2';
DELETE FROM clients WHERE id IN ('3', '7');
UPDATE clients SET last_name = 'Duck' WHERE id = '4';
UPDATE clients SET type = 'corporate' WHERE id = '5';
UPDATE clients SET height = 6 WHERE id = '6';
UPDATE clients SET height = NULL WHERE id = '6';
SELECT pg_temp.undo();
SELECT id, first_name, email, phone, height, bio FROM clients ORDER BY id;
-- what an undo keeps belongs to nobody's error report
SELECT wifox_import_error_report(max(id)) FROM wifox_imports;
SELECT hint FROM wifox_import_errors WHERE import_id = (SELECT max(id) FROM wifox_imports)
	ORDER BY record;

-- imports that build on each other: the later one first
TRUNCATE clients;
SELECT pg_temp.checksum() AS empty \gset
SELECT pg_temp.import($$ID,email,firstName,phone
1,a@x.org,A,1
2,b@x.org,B,2$$);
SELECT max(id) AS first FROM wifox_imports \gset
SELECT pg_temp.checksum() AS created \gset
SELECT pg_temp.import($$ID,phone
1,11$$);
SELECT max(id) AS second FROM wifox_imports \gset
BEGIN;
SELECT pg_temp.undo(:first);
ROLLBACK;
SELECT pg_temp.undo(:second);
SELECT pg_temp.checksum() = :'created';
SELECT pg_temp.undo(:first);
SELECT count(*) FROM clients;

-- values that a file hands on come back in the right order
INSERT INTO clients (id, username, first_name, email) SELECT i::text, 'u' || i, 'F',
	'e' || i || '@x.org' FROM generate_series(1, 9) i;
SELECT pg_temp.checksum() AS before \gset
SELECT pg_temp.import($$ID,email,username,firstName
1,free@x.org,free,
2,e1@x.org,u1,G
3,e2@x.org,u2,
10,e3@x.org,u3,New
4,e30@x.org,,
11,e4@x.org,,New
5,,u50,G
12,e12@x.org,u5,New
6,,u60,
7,,u6,G
8,e6x@x.org,u7,
9,e8@x.org,u8,H$$);
SELECT pg_temp.undo();
SELECT pg_temp.checksum() = :'before';
TRUNCATE clients;

-- a client that a row references is kept, whatever the foreign key would do
CREATE TABLE orders (id int PRIMARY KEY, client text REFERENCES clients ON DELETE CASCADE);
CREATE TABLE "odd orders" ("no" int, "by" text CONSTRAINT "by whom" REFERENCES clients (username)
	ON DELETE SET NULL);
ALTER TABLE clients ADD UNIQUE (type, phone);
CREATE TABLE pairs (phone text, kind text, FOREIGN KEY (kind, phone)
	REFERENCES clients (type, phone) MATCH FULL ON DELETE SET DEFAULT);
CREATE TABLE visits (client varchar(40) COLLATE "C" REFERENCES clients ON UPDATE CASCADE,
	day date) PARTITION BY RANGE (day);
CREATE TABLE visits_2024 PARTITION OF visits FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE notes (client text);
CREATE TABLE long_notes (note text, FOREIGN KEY (client) REFERENCES clients) INHERITS (notes);
SELECT pg_temp.import($$ID,email,firstName,phone
1,a@x.org,A,1
2,b@x.org,B,2
3,c@x.org,C,3
4,d@x.org,D,4
5,e@x.org,E,5
6,f@x.org,F,6
7,g@x.org,G,7$$);
INSERT INTO orders VALUES (1, '1');
INSERT INTO "odd orders" VALUES (1, 'b');
INSERT INTO pairs VALUES ('3', 'personal');
INSERT INTO visits VALUES ('4', '2024-07-01');
INSERT INTO long_notes VALUES ('5', 'long');
INSERT INTO notes VALUES ('6');
SELECT pg_temp.undo();
SELECT id FROM clients ORDER BY id;
SELECT (SELECT count(*) FROM orders), (SELECT count("by") FROM "odd orders"),
	(SELECT count(kind) FROM pairs), (SELECT count(*) FROM visits), (SELECT count(*) FROM long_notes);
SELECT detail, hint FROM wifox_import_errors
	WHERE import_id = (SELECT max(id) FROM wifox_imports) AND record = 2;
DROP TABLE orders, "odd orders", pairs, visits, notes, long_notes;
TRUNCATE clients;
-- clients that reference clients: themselves, one another, in a row
ALTER TABLE clients DROP CONSTRAINT clients_type_phone_key;
ALTER TABLE clients ADD COLUMN sponsor text REFERENCES clients ON DELETE CASCADE;
INSERT INTO clients (id, username, first_name, email) VALUES ('0', 'zero', 'Zero', 'z@x.org');
SELECT pg_temp.checksum() AS before \gset
SELECT pg_temp.import($$ID,email,firstName,sponsor
1,a@x.org,A,1
2,b@x.org,B,1
3,c@x.org,C,2
4,d@x.org,D,3
0,,,4$$);
SELECT pg_temp.undo();
SELECT pg_temp.checksum() = :'before';
SELECT pg_temp.import($$ID,email,firstName,sponsor
1,a@x.org,A,
2,b@x.org,B,1
3,c@x.org,C,2
4,d@x.org,D,3$$);
UPDATE clients SET sponsor = '2' WHERE id = '0';
SELECT pg_temp.undo();
SELECT id, sponsor FROM clients ORDER BY id;
ALTER TABLE clients DROP COLUMN sponsor;
TRUNCATE clients;

-- what the table refuses keeps one client, and no other
INSERT INTO projects VALUES ('p1'), ('p2');
CREATE FUNCTION undo_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF OLD.bio = 'stay' THEN RETURN NULL; END IF;
	IF OLD.bio = 'protest' THEN
		RAISE EXCEPTION 'client % is under protest', OLD.id USING HINT = 'Ask.', ERRCODE = 'P0009';
	END IF;
	IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
	RETURN NEW;
END $$;
INSERT INTO clients (id, username, first_name, email, project_id, bio, height)
	SELECT i::text, 'u' || i, 'F', 'e' || i || '@x.org', 'p1', CASE i WHEN 2 THEN 'stay'
		WHEN 3 THEN 'protest' END, i FROM generate_series(1, 5) i;
SELECT pg_temp.import($$ID,email,firstName,project,bio,height
1,,,p2,,10
2,,,,,20
3,,,,,30
4,,,,,400
5,,,,,50
6,e6@x.org,New,,,
7,e7@x.org,New,,stay,
8,e8@x.org,New,,protest,
9,e9@x.org,New,,,$$);
CREATE TRIGGER undo_guard BEFORE UPDATE OR DELETE ON clients FOR EACH ROW EXECUTE FUNCTION undo_guard();
UPDATE clients SET height = 400 WHERE id = '4';
ALTER TABLE clients ADD CONSTRAINT too_small CHECK (height <> 5);
ALTER TABLE clients DROP CONSTRAINT clients_project_id_fkey;
DELETE FROM projects WHERE id = 'p1';
ALTER TABLE clients ADD CONSTRAINT clients_project_id_fkey FOREIGN KEY (project_id)
	REFERENCES projects NOT VALID;
SELECT pg_temp.undo();
SELECT id, project_id, bio, height FROM clients ORDER BY id;
DROP TRIGGER undo_guard ON clients;
ALTER TABLE clients DROP CONSTRAINT too_small;
TRUNCATE clients;

-- values of all types come back, whatever the session is set to
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE DOMAIN pct AS numeric(5, 2) CHECK (VALUE < 101);
CREATE TABLE odd (id uuid PRIMARY KEY, email text UNIQUE, first_name text, at timestamptz,
	day date, span interval, ratio float8, bytes bytea, price money, mood mood, pct pct,
	list text[], ints int4range, code char(5), rel regclass, j json, bits bit(3), nothing int);
INSERT INTO odd VALUES ('00000000-0000-0000-0000-000000000001', 'a@x.org', 'A', '2024-02-29 12:00Z',
	'infinity', '1 year 2 days -3 hours', 0.1::float8 + 0.2, '\x00ff', 5.5, 'sad', 1.5,
	'{a,NULL,"NULL",""}', '[1,5)', 'ab', 'odd', '{"b": 1,  "a": 2}', '101', NULL);
SELECT md5(odd::text) AS before FROM odd \gset
SET wifox_import.clients_table = 'odd';
SET datestyle = 'SQL, DMY';
SET timezone = 'Asia/Tokyo';
SET intervalstyle = 'iso_8601';
SELECT status, updated FROM wifox_import_clients_data('ID,at,day,span,ratio,bytes,price,mood,pct,list,ints,code,rel,j,bits,nothing
00000000-0000-0000-0000-000000000001,2024-01-01,2024-01-01,P1D,2,41,6,ok,2,{},empty,b,public.clients,1,110,1');
SELECT message FROM wifox_import_undo((SELECT max(id) FROM wifox_imports));
RESET datestyle;
RESET timezone;
RESET intervalstyle;
SET timezone = 'UTC';
SET datestyle = 'ISO';
SELECT md5(odd::text) = :'before' FROM odd;
-- tables that changed since: columns renamed, dropped, of another type
SELECT pg_temp.import($$ID,email,firstName,code,bits,nothing
00000000-0000-0000-0000-000000000001,,B,,,
00000000-0000-0000-0000-000000000002,b@x.org,B,b,101,2$$);
SELECT max(id) AS created FROM wifox_imports \gset
SELECT pg_temp.import($$ID,code,bits,nothing
00000000-0000-0000-0000-000000000001,c,111,7$$);
SELECT max(id) AS updated FROM wifox_imports \gset
SELECT pg_temp.import($$ID,mood
00000000-0000-0000-0000-000000000001,ok$$);
SELECT max(id) AS other FROM wifox_imports \gset
ALTER TABLE odd DROP COLUMN nothing;
ALTER TABLE odd RENAME bits TO bit_string;
ALTER TABLE odd ALTER code TYPE text;
SELECT pg_temp.undo(:created);
SELECT pg_temp.undo(:updated);
-- a column that cannot take its old value any more
CREATE TYPE good_mood AS ENUM ('ok');
ALTER TABLE odd ALTER mood TYPE good_mood USING mood::text::good_mood;
SELECT pg_temp.undo(:other);
-- a table that is gone, or has another name or key
SELECT pg_temp.import($$ID,email,firstName
00000000-0000-0000-0000-000000000003,c@x.org,C$$);
ALTER TABLE odd RENAME id TO no;
SELECT pg_temp.undo();
ALTER TABLE odd RENAME no TO id;
ALTER TABLE odd DROP CONSTRAINT odd_pkey;
SELECT pg_temp.undo();
ALTER TABLE odd ADD PRIMARY KEY (id);
ALTER TABLE odd RENAME TO even;
SELECT pg_temp.undo();
ALTER TABLE even RENAME TO odd;
-- whatever the dictionary and the setting say now
RESET wifox_import.clients_table;
UPDATE wifox_import_columns SET target_column = 'external_id' WHERE header = 'ID';
SELECT pg_temp.undo();
UPDATE wifox_import_columns SET target_column = 'id' WHERE header = 'ID';

-- partitions, views, inheritance
CREATE TABLE parted (id bigint, email text, first_name text, region text DEFAULT 'eu')
	PARTITION BY LIST (region);
CREATE TABLE parted_eu PARTITION OF parted (PRIMARY KEY (id)) FOR VALUES IN ('eu');
CREATE TABLE parted_us PARTITION OF parted FOR VALUES IN ('us');
CREATE INDEX ON parted (id);
CREATE INDEX ON parted (lower(email));
CREATE TABLE eu_orders (client bigint REFERENCES parted_eu ON DELETE CASCADE);
INSERT INTO parted VALUES (1, 'a@x.org', 'A', 'eu'), (2, 'b@x.org', 'B', 'us');
SET wifox_import.clients_table = 'parted';
SET client_min_messages = error;
SELECT pg_temp.import($$ID,email,firstName,region
1,,,us
2,,,eu
3,c@x.org,C,
4,d@x.org,D,us
5,e@x.org,E,$$);
INSERT INTO eu_orders VALUES (5);
SELECT pg_temp.undo();
SELECT tableoid::regclass, * FROM parted ORDER BY id;
CREATE TABLE base (id bigint PRIMARY KEY, email text UNIQUE, first_name text);
CREATE TABLE base_orders (client bigint REFERENCES base);
CREATE VIEW shown AS SELECT * FROM base;
SET wifox_import.clients_table = 'shown';
INSERT INTO base VALUES (1, 'a@x.org', 'A');
SELECT pg_temp.import($$ID,email,firstName
1,,A1
2,b@x.org,B
3,c@x.org,C$$);
INSERT INTO base_orders VALUES (3);
SELECT pg_temp.undo();
SELECT * FROM base ORDER BY id;
SELECT pg_temp.import($$ID,email,firstName
4,d@x.org,D$$);
ALTER TABLE base_orders DROP CONSTRAINT base_orders_client_fkey;
ALTER TABLE base_orders ADD FOREIGN KEY (client) REFERENCES base ON DELETE SET NULL;
SELECT pg_temp.undo();
CREATE TABLE parent (id bigint PRIMARY KEY, email text UNIQUE, first_name text);
CREATE TABLE child (more text) INHERITS (parent);
INSERT INTO child VALUES (1, 'a@x.org', 'A', 'm');
SET wifox_import.clients_table = 'parent';
SELECT pg_temp.import($$ID,email,firstName
1,,A1
2,b@x.org,B$$);
SELECT pg_temp.undo();
SELECT tableoid::regclass, * FROM parent ORDER BY id;
RESET wifox_import.clients_table;
SET client_min_messages = warning;

-- in the transaction of the import, in a block that fails, from a trigger, where nothing may be written
BEGIN;
SELECT pg_temp.import($$ID,email,firstName
1,a@x.org,A$$);
SELECT pg_temp.undo();
SELECT count(*) FROM clients;
COMMIT;
SELECT pg_temp.import($$ID,email,firstName
1,a@x.org,A$$);
SELECT max(id) AS last FROM wifox_imports \gset
DO $$
BEGIN
	PERFORM wifox_import_undo((SELECT max(id) FROM wifox_imports));
	RAISE EXCEPTION 'no';
EXCEPTION WHEN raise_exception THEN
	NULL;
END $$;
SELECT count(*) FROM clients;
BEGIN READ ONLY;
SELECT wifox_import_undo(:last);
ROLLBACK;
CREATE FUNCTION undo_too() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM wifox_import_undo((SELECT max(id) FROM wifox_imports WHERE status = 'imported'));
	RETURN OLD;
END $$;
CREATE TRIGGER undo_too BEFORE UPDATE OR DELETE ON clients FOR EACH ROW EXECUTE FUNCTION undo_too();
SELECT pg_temp.import($$ID,phone
1,1$$);
SELECT pg_temp.undo(:last);
DROP TRIGGER undo_too ON clients;
SELECT pg_temp.undo(:last);
-- more clients kept than are listed
SET wifox_import.max_errors = 2;
SELECT pg_temp.import($$ID,email,firstName
1,a@x.org,A
2,b@x.org,B
3,c@x.org,C
4,d@x.org,D$$);
DELETE FROM clients WHERE id < '4';
SET client_min_messages = notice;
SELECT count(*) FROM pg_temp.undo();
SET client_min_messages = warning;
RESET wifox_import.max_errors;

-- rights
CREATE ROLE regress_wifox_undo;
GRANT SELECT, INSERT, UPDATE ON clients TO regress_wifox_undo;
GRANT SELECT ON projects, desks TO regress_wifox_undo;
CREATE TABLE orders (id int PRIMARY KEY, client text REFERENCES clients ON DELETE CASCADE);
SET ROLE regress_wifox_undo;
SELECT pg_temp.import($$ID,email,firstName
1,a@x.org,A
2,b@x.org,B$$);
SELECT max(id) AS created FROM wifox_imports \gset
SELECT pg_temp.import($$ID,phone
1,1$$);
SELECT max(id) AS updated FROM wifox_imports \gset
SELECT pg_temp.undo(:created);
RESET ROLE;
REVOKE UPDATE ON clients FROM regress_wifox_undo;
GRANT UPDATE (first_name), DELETE ON clients TO regress_wifox_undo;
SET ROLE regress_wifox_undo;
SELECT pg_temp.undo(:updated);
RESET ROLE;
GRANT UPDATE (phone) ON clients TO regress_wifox_undo;
SET ROLE regress_wifox_undo;
SELECT pg_temp.undo(:updated);
SELECT pg_temp.undo(:created);
RESET ROLE;
GRANT SELECT (client) ON orders TO regress_wifox_undo;
INSERT INTO orders VALUES (1, '1');
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
SET ROLE regress_wifox_undo;
SELECT pg_temp.undo(:created);
RESET ROLE;
ALTER TABLE orders DROP CONSTRAINT orders_client_fkey;
ALTER TABLE orders ADD FOREIGN KEY (client) REFERENCES clients;
-- nobody undoes an import that it does not see
CREATE ROLE regress_wifox_other;
GRANT SELECT ON orders TO regress_wifox_other;
GRANT ALL ON clients TO regress_wifox_other;
SET ROLE regress_wifox_other;
SELECT pg_temp.undo(:created);
SET ROLE regress_wifox_undo;
SELECT pg_temp.undo(:created);
RESET ROLE;
SELECT id FROM clients ORDER BY id;
-- an undo by somebody else counts, though it is not seen
DELETE FROM orders;
GRANT UPDATE ON clients TO regress_wifox_undo;
SET ROLE regress_wifox_undo;
SELECT pg_temp.import($$ID,email,firstName
5,e5@x.org,E$$);
SELECT max(id) AS created FROM wifox_imports \gset
RESET ROLE;
GRANT pg_read_all_data TO regress_wifox_other;
SET ROLE regress_wifox_other;
SELECT pg_temp.undo(:created);
SET ROLE regress_wifox_undo;
SELECT pg_temp.undo(:created);
-- row security of the clients
RESET ROLE;
ALTER TABLE clients ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON clients FOR SELECT TO regress_wifox_undo USING (phone IS DISTINCT FROM 'hidden');
CREATE POLICY added ON clients FOR INSERT TO regress_wifox_undo WITH CHECK (true);
CREATE POLICY changed ON clients FOR UPDATE TO regress_wifox_undo USING (true);
CREATE POLICY gone ON clients FOR DELETE TO regress_wifox_undo USING (phone IS DISTINCT FROM 'mine');
SET ROLE regress_wifox_undo;
SELECT pg_temp.import($$ID,email,firstName,phone
6,e6@x.org,F,hidden
7,e7@x.org,G,mine
8,e8@x.org,H,
9,e9@x.org,I,$$);
RESET ROLE;
UPDATE clients SET phone = 'hidden' WHERE id = '9';
SET ROLE regress_wifox_undo;
SET client_min_messages = notice;
SELECT pg_temp.undo();
SET client_min_messages = warning;
RESET ROLE;
SELECT id, phone FROM clients ORDER BY id;

-- an ID that means several clients now, and a trigger that keeps one
CREATE TABLE elders (id text, email text, first_name text);
CREATE TABLE youngsters () INHERITS (elders);
CREATE INDEX ON elders (id);
CREATE INDEX ON elders (email);
CREATE INDEX ON youngsters (id);
CREATE FUNCTION undo_keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER undo_keep BEFORE DELETE ON elders FOR EACH ROW WHEN (old.id = '2') EXECUTE FUNCTION undo_keep();
SET wifox_import.clients_table = 'elders';
SET client_min_messages = error;
SELECT pg_temp.import($$ID,email,firstName
1,a@x.org,A
2,b@x.org,B
3,c@x.org,C$$);
SET client_min_messages = warning;
INSERT INTO youngsters VALUES ('1', 'z@x.org', 'Z');
SELECT pg_temp.undo();
SELECT code, message, hint FROM wifox_import_errors
	WHERE import_id = (SELECT max(id) FROM wifox_imports) ORDER BY record;
SELECT * FROM elders ORDER BY id, email;
RESET wifox_import.clients_table;
DROP TABLE elders CASCADE;
DROP FUNCTION undo_keep;

DROP EXTENSION wifox_import;
DROP TABLE clients, projects, desks, orders, odd, parted, eu_orders, base, base_orders, parent,
	child CASCADE;
DROP DOMAIN pct;
DROP TYPE mood, good_mood;
DROP FUNCTION undo_guard, undo_too;
DROP ROLE regress_wifox_undo, regress_wifox_other;
