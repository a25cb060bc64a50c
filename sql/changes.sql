-- What an import leaves in wifox_import_changes.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/test/helpers.sql'
\i :helpers
SELECT wifox_import_create_clients_table();

-- The changes of the last import, one a line: #record (line) action ID before => after.
CREATE FUNCTION pg_temp.changes() RETURNS SETOF text LANGUAGE sql AS $$
	SELECT concat_ws(' ', '#' || record, '(line ' || line || ')', action, client_id,
			before::text || ' =>', after, CASE WHEN row_hash IS NOT NULL THEN 'hashed' END)
		FROM wifox_import_changes WHERE import_id = (SELECT max(id) FROM wifox_imports)
		ORDER BY record $$;

-- a new client is one narrow row, an updated one has the columns that changed
SELECT pg_temp.import($$ID,email,firstName,height,Meta
1,a@x.org,Ann,170,

2,b@x.org,Bob,,"{""a"": 1}"$$);
SELECT pg_temp.changes();
SELECT pg_temp.import($$ID,email,firstName,height,Meta
3,c@x.org,Cid,,
1,a@x.org,Ann,170.0,
2,new@x.org,"B ""o"" ö",180.50,"{""a"": 2}"$$);
SELECT pg_temp.changes();
SELECT pg_temp.import($$ID,height,Meta
2,,{}$$, $$blank => 'clear'$$);
SELECT pg_temp.changes();
-- a column with parts is one column
SELECT pg_temp.import($$ID,Meta,lifestyle.smoking,tradingGroups.0
2,,no,g$$);
SELECT pg_temp.import($$ID,lifestyle.drinking,tradingGroups.1
2,no,h$$);
SELECT pg_temp.changes();
-- a dry run has all that it would store of new clients, too
SELECT pg_temp.import($$ID,email,firstName,height
4,d@x.org,D,1.50
2,,,2$$, 'dry_run => true');
SELECT pg_temp.changes();
SELECT count(*) FROM clients;
-- nothing is left of an import that failed, wet or dry
SELECT pg_temp.import($$ID,email,firstName
2,,Bobby
5,e@x.org,
6,f@x.org,F$$);
SELECT pg_temp.changes();
SELECT pg_temp.import($$ID,email,firstName
2,,Bobby
5,e@x.org,$$, 'dry_run => true');
SELECT pg_temp.changes();
-- what is left out is not there; what the table refuses is found by halving
ALTER TABLE clients ADD CONSTRAINT short CHECK (height < 300);
SELECT pg_temp.import($$ID,email,firstName,height
10,g1@x.org,G,1
11,g2@x.org,G,400
12,g3@x.org,G,2
2,,,500
1,,,5
13,bad,G,5
14,g4@x.org,G,3$$, $$on_error => 'skip'$$);
SELECT pg_temp.changes();
SELECT pg_temp.import($$ID,email,firstName,height
10,g1@x.org,G,1
15,g5@x.org,G,1$$, $$mode => 'update'$$);
SELECT pg_temp.changes();
-- values are as they are stored: triggers and generated names count
CREATE FUNCTION tidy_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.phone = 'drop' THEN RETURN NULL; END IF;
	NEW.email := lower(NEW.email);
	IF TG_OP = 'UPDATE' AND NEW.phone = 'keep' THEN NEW.phone := OLD.phone; END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER tidy_up BEFORE INSERT OR UPDATE ON clients FOR EACH ROW EXECUTE FUNCTION tidy_up();
SELECT pg_temp.import($$ID,email,firstName,phone,bio
20,UP@X.org,U,,
21,Up2@X.org,U,drop,
1,,Ann,keep,
2,,Bobbo,keep,b
3,,Cid,drop,$$);
SELECT pg_temp.changes();
SELECT pg_temp.import($$ID,email,firstName
22,UP3@X.org,U$$, 'dry_run => true');
SELECT client_id, after->>'email' AS email, after->>'username' AS username
	FROM wifox_import_changes WHERE import_id = (SELECT max(id) FROM wifox_imports);
DROP TRIGGER tidy_up ON clients;
-- later records of a file that rely on earlier ones
SELECT pg_temp.import($$ID,email,firstName
1,moved@x.org,
30,a@x.org,Heir
3,free@x.org,
2,c@x.org,$$);
SELECT pg_temp.changes();

-- text forms are the same whatever the session is set to
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE DOMAIN pct AS numeric(5, 2) CHECK (VALUE < 101);
CREATE TYPE pair AS (a int, b text);
CREATE TABLE odd (id bigint PRIMARY KEY, email text UNIQUE, first_name text, at timestamptz,
	day date, span interval, ratio float8, bytes bytea, price money, mood mood, pct pct, pair pair,
	list text[], ints int4range, code char(5), rel regclass, j json, bits bit(3));
SET wifox_import.clients_table = 'odd';
SELECT $$ID,email,firstName,at,day,span,ratio,bytes,price,mood,pct,pair,list,ints,code,rel,j,bits
1,a@x.org,A,2024-02-29 12:00:00+02,2024-02-29,1 day 02:03:04,0.1,\x00ff,5,ok,12.5,"(1,""a,b"")","{a,NULL,""NULL""}","[1,5)",ab,public.odd,"{""b"": 1,  ""a"": 2}",101
$$ AS odd_file \gset
SELECT pg_temp.import(:'odd_file', 'dry_run => true');
SELECT jsonb_pretty(after) FROM wifox_import_changes
	WHERE import_id = (SELECT max(id) FROM wifox_imports);
SELECT row_hash AS odd_hash FROM wifox_import_changes
	WHERE import_id = (SELECT max(id) FROM wifox_imports) \gset
SET datestyle = 'German';
SET timezone = 'Asia/Tokyo';
SET intervalstyle = 'iso_8601';
SET extra_float_digits = -10;
SET bytea_output = 'escape';
SET search_path = pg_catalog, public;
SELECT status FROM wifox_import_clients_data(convert_to(:'odd_file', 'UTF8'));
SELECT row_hash = :odd_hash FROM wifox_import_changes
	WHERE import_id = (SELECT max(id) FROM wifox_imports);
SELECT updated FROM wifox_import_clients_data(E'ID,at,span,bytes,rel
1,2024-12-31 00:00:00Z,P2D,\\\\x41,public.clients');
SHOW datestyle;
SHOW timezone;
SELECT at, span, ratio, bytes FROM odd;
RESET datestyle;
RESET timezone;
RESET intervalstyle;
RESET extra_float_digits;
RESET bytea_output;
RESET search_path;
SET timezone = 'UTC';
SET datestyle = 'ISO';
SELECT pg_temp.changes();
RESET wifox_import.clients_table;

-- tables that cannot return what they store: the clients are looked up
CREATE TABLE base (id bigint GENERATED ALWAYS AS IDENTITY, email text, first_name text);
CREATE VIEW shown AS SELECT id, email, 'Dr. ' || first_name AS first_name FROM base;
CREATE FUNCTION show_it() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'INSERT' THEN
		INSERT INTO base (email, first_name) VALUES (NEW.email, NEW.first_name);
	ELSE
		UPDATE base SET email = NEW.email, first_name = NEW.first_name WHERE id = OLD.id;
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER show_it INSTEAD OF INSERT OR UPDATE ON shown
	FOR EACH ROW EXECUTE FUNCTION show_it();
SET wifox_import.clients_table = 'shown';
SELECT pg_temp.import($$email,firstName
a@x.org,A
b@x.org,B$$);
SELECT pg_temp.changes();
SELECT pg_temp.import($$email,firstName
b@x.org,C
c@x.org,C$$, $$dry_run => true$$);
SELECT pg_temp.changes();
-- rules
CREATE TABLE ruled (id bigint PRIMARY KEY, email text UNIQUE, first_name text);
CREATE TABLE log (what text);
CREATE RULE also AS ON INSERT TO ruled DO ALSO INSERT INTO log VALUES (NEW.email);
CREATE RULE also_updated AS ON UPDATE TO ruled DO ALSO INSERT INTO log VALUES (NEW.first_name);
SET wifox_import.clients_table = 'ruled';
SELECT pg_temp.import($$ID,email,firstName
1,a@x.org,A
2,b@x.org,B$$);
SELECT pg_temp.changes();
SELECT pg_temp.import($$ID,email,firstName
1,a@x.org,A2$$);
SELECT pg_temp.changes();
-- partitions that a client moves between
CREATE TABLE parted (id bigint, email text, first_name text, region text DEFAULT 'eu',
	note text GENERATED ALWAYS AS (upper(first_name)) STORED) PARTITION BY LIST (region);
CREATE TABLE parted_eu (note text GENERATED ALWAYS AS (upper(first_name)) STORED, region text,
	first_name text, email text, id bigint);
ALTER TABLE parted ATTACH PARTITION parted_eu FOR VALUES IN ('eu');
CREATE TABLE parted_us PARTITION OF parted FOR VALUES IN ('us');
CREATE INDEX ON parted (id);
CREATE INDEX ON parted (lower(email));
SET wifox_import.clients_table = 'parted';
SELECT pg_temp.import($$ID,email,firstName,region
1,a@x.org,A,eu
2,b@x.org,B,us$$);
SELECT pg_temp.import($$ID,email,firstName,region
1,a@x.org,A1,us
2,b@x.org,B2,$$);
SELECT pg_temp.changes();
RESET wifox_import.clients_table;

-- rights: tracking takes none that the import does not take
CREATE ROLE regress_wifox_tracked;
GRANT SELECT (id, email, first_name, username), INSERT (id, email, first_name, username, type, active,
	project_id, desk_id), UPDATE (first_name) ON clients TO regress_wifox_tracked;
SET ROLE regress_wifox_tracked;
SELECT pg_temp.import($$email,firstName
new@x.org,N
free@x.org,F$$);
SELECT action, before, after, row_hash IS NOT NULL AS hashed FROM wifox_import_changes
	WHERE import_id = (SELECT max(id) FROM wifox_imports) ORDER BY record;
SELECT options->'id_column', options->'written_columns' FROM wifox_imports
	WHERE id = (SELECT max(id) FROM wifox_imports);
-- under row security what is not visible is not tracked, but imported
RESET ROLE;
ALTER TABLE clients ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON clients FOR SELECT TO regress_wifox_tracked USING (first_name <> 'Hidden');
CREATE POLICY added ON clients FOR INSERT TO regress_wifox_tracked WITH CHECK (true);
CREATE POLICY changed ON clients FOR UPDATE TO regress_wifox_tracked USING (true);
SET ROLE regress_wifox_tracked;
SELECT pg_temp.import($$email,firstName
h1@x.org,Hidden
h2@x.org,Shown
new@x.org,N2$$);
SELECT record, action, before, after FROM wifox_import_changes
	WHERE import_id = (SELECT max(id) FROM wifox_imports) ORDER BY record;
-- everybody sees the changes of its own imports, and writes none
SELECT count(*) > 0 AS own, count(*) FILTER (WHERE i.imported_by <> current_user) AS of_others
	FROM wifox_import_changes c LEFT JOIN wifox_imports i ON i.id = c.import_id;
DELETE FROM wifox_import_changes;
INSERT INTO wifox_import_changes SELECT * FROM wifox_import_changes;
-- only a superuser turns it off
SET wifox_import.track_changes = off;
RESET ROLE;
SET wifox_import.track_changes = off;
SELECT pg_temp.import($$email,firstName
off@x.org,Off
a@x.org,Anne$$);
SELECT pg_temp.changes();
SELECT options ? 'written_columns' FROM wifox_imports
	WHERE id = (SELECT max(id) FROM wifox_imports);
RESET wifox_import.track_changes;
-- in all of this, every client that was created or updated was recorded, but for the hidden ones
SELECT id, created + updated AS written, count(record) AS recorded
	FROM wifox_imports LEFT JOIN wifox_import_changes ON import_id = id
	GROUP BY id HAVING count(record) <> created + updated ORDER BY id;

DROP EXTENSION wifox_import;
DROP TABLE clients, projects, desks, odd, base, ruled, log, parted CASCADE;
DROP DOMAIN pct;
DROP TYPE mood, pair;
DROP FUNCTION tidy_up, show_it;
DROP ROLE regress_wifox_tracked;
