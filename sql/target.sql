-- Which table clients are imported into, and what it must be like.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/test/helpers.sql'
\i :helpers
-- the default tables: made once, with what is there already if it fits
SET client_min_messages = notice;
CREATE TABLE projects (id int, name text);
SELECT wifox_import_create_clients_table();
SELECT wifox_import_clients_data('ID');
DROP TABLE projects;
CREATE TABLE projects (id text, name text);
SELECT wifox_import_clients_data('ID');
SELECT to_regclass('clients'), to_regclass('desks');
DROP TABLE projects;
CREATE VIEW desks AS SELECT 1 AS id;
SELECT wifox_import_clients_data('ID');
DROP VIEW desks;
CREATE TABLE desks (id text PRIMARY KEY, name text, note text);
INSERT INTO desks VALUES ('default', 'Ours');
SELECT pg_temp.import($$email,firstName
a@x.org,A$$);
SELECT wifox_import_create_clients_table();
SELECT pg_temp.import($$email,firstName
a@x.org,A
$$);
SELECT * FROM desks;
DROP TABLE clients, projects, desks;
-- a clients table of one's own is taken as it is
CREATE TABLE clients (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), email varchar(50) UNIQUE);
UPDATE wifox_import_columns SET required = false;
SELECT pg_temp.import($$ID,email
00000000-0000-0000-0000-000000000001,a@x.org
,b@x.org
nine,c@x.org$$, $$on_error => 'skip'$$);
SELECT count(*) FROM clients;
SELECT target FROM wifox_imports ORDER BY id DESC LIMIT 1;
SET client_min_messages = warning;

-- another table: by its name with and without a schema, in the search path, but not temporary
CREATE SCHEMA crm;
CREATE TABLE crm."Kunden" (id int PRIMARY KEY, email text);
SET wifox_import.clients_table = 'crm."Kunden"';
SELECT wifox_import_clients_data('ID');
CREATE UNIQUE INDEX kunden_email ON crm."Kunden" (lower(email)) WHERE id > 0;
SELECT wifox_import_clients_data('ID');
DROP INDEX crm.kunden_email;
CREATE UNIQUE INDEX kunden_email ON crm."Kunden" (lower(email), id);
SELECT wifox_import_clients_data('ID');
DROP INDEX crm.kunden_email;
CREATE INDEX kunden_email ON crm."Kunden" (lower(email));
SELECT wifox_import_clients_data('ID');
DROP INDEX crm.kunden_email;
CREATE UNIQUE INDEX kunden_email ON crm."Kunden" (upper(email));
SELECT wifox_import_clients_data('ID');
DROP INDEX crm.kunden_email;
CREATE UNIQUE INDEX kunden_email ON crm."Kunden" (lower(email COLLATE "C"));
SELECT pg_temp.import($$ID,email
1,A@x.org
2,b@x.org$$);
SELECT pg_temp.import($$email,ID
a@x.org,1
B@x.org,$$);
SELECT target FROM wifox_imports ORDER BY id DESC LIMIT 1;
ALTER TABLE crm."Kunden" DROP CONSTRAINT "Kunden_pkey";
SELECT wifox_import_clients_data('ID');
ALTER TABLE crm."Kunden" ADD PRIMARY KEY (id) DEFERRABLE;
SELECT wifox_import_clients_data('ID');
SET wifox_import.clients_table = '"Kunden"';
SELECT wifox_import_clients_data('ID');
ALTER TABLE crm."Kunden" DROP CONSTRAINT "Kunden_pkey";
ALTER TABLE crm."Kunden" ADD UNIQUE (id);
SET search_path = public, crm;
SELECT pg_temp.outcome(i), target FROM wifox_import_clients_data('ID') i;
CREATE TEMP TABLE "Kunden" (id int PRIMARY KEY, email text UNIQUE);
SELECT target FROM wifox_import_clients_data('ID');
SET search_path = pg_temp, public;
SELECT target FROM wifox_import_clients_data('ID');
RESET search_path;
DROP TABLE pg_temp."Kunden";
SET wifox_import.clients_table = 'no.such';
SELECT wifox_import_clients_data('ID');
SET wifox_import.clients_table = '';
SELECT wifox_import_clients_data('ID');
-- a column for the ID and for the e-mail
CREATE TABLE crm.other (key text PRIMARY KEY, email text);
SET wifox_import.clients_table = 'crm.other';
SELECT wifox_import_clients_data('ID');
ALTER TABLE crm.other RENAME key TO id;
ALTER TABLE crm.other RENAME email TO mail;
SELECT wifox_import_clients_data('ID');
CREATE UNIQUE INDEX ON crm.other (lower(mail));
UPDATE wifox_import_columns SET target_column = 'mail' WHERE header = 'email';
SELECT pg_temp.import($$ID,Email
1,A@x.org$$);
TABLE crm.other;
UPDATE wifox_import_columns SET target_column = NULL WHERE header = 'email';
SELECT wifox_import_clients_data('ID');
UPDATE wifox_import_columns SET target_column = 'email' WHERE header = 'email';

-- relations that are no tables
SET wifox_import.clients_table = 'public.wifox_imports_id_seq';
SELECT wifox_import_clients_data('ID');
SET wifox_import.clients_table = 'pg_catalog.pg_class';
SELECT wifox_import_clients_data('ID');
-- a partitioned table and a view serve, with a warning
CREATE TABLE crm.parts (id int PRIMARY KEY, email text, phone text) PARTITION BY RANGE (id);
CREATE TABLE crm.parts1 PARTITION OF crm.parts FOR VALUES FROM (1) TO (10);
CREATE INDEX ON crm.parts (lower(email));
SET wifox_import.clients_table = 'crm.parts';
SELECT pg_temp.import($$ID,email,phone
1,A@x.org,1
2,b@x.org,
99,c@x.org,$$, $$on_error => 'skip'$$);
SELECT pg_temp.import($$ID,email,phone
,a@X.org,2
,B@x.org,$$);
SELECT * FROM crm.parts ORDER BY id;
CREATE VIEW crm.some AS SELECT id, email, phone FROM crm.parts WHERE id < 5;
SET wifox_import.clients_table = 'crm.some';
SELECT pg_temp.import($$ID,email,phone
1,,3
3,c@x.org,$$);
SELECT * FROM crm.some ORDER BY id;
-- a type without equality or hashing cannot be a key
CREATE TABLE crm.odd (id point, email text);
CREATE VIEW crm.oddly AS SELECT id, email FROM crm.odd;
SET wifox_import.clients_table = 'crm.oddly';
SELECT wifox_import_clients_data('ID');
CREATE TABLE crm.odd2 (id bit(3) PRIMARY KEY, email text UNIQUE);
SET wifox_import.clients_table = 'crm.odd2';
SELECT wifox_import_clients_data('ID');
-- a client without an ID cannot be updated
CREATE TABLE crm.loose (id int, email text);
INSERT INTO crm.loose VALUES (NULL, 'n@x.org');
CREATE VIEW crm.loosely AS SELECT * FROM crm.loose;
SET wifox_import.clients_table = 'crm.loosely';
SET client_min_messages = error;
SELECT pg_temp.import($$ID,email
,n@x.org$$, NULL, true);
SET client_min_messages = warning;
-- row security: what may be read but not changed is an error, what is hidden is not told about
CREATE ROLE regress_wifox_policy;
GRANT USAGE ON SCHEMA crm TO regress_wifox_policy;
GRANT SELECT, INSERT, UPDATE ON clients TO regress_wifox_policy;
ALTER TABLE clients ADD note text;
UPDATE clients SET email = 'hidden@x.org' WHERE email = 'b@x.org';
ALTER TABLE clients ENABLE ROW LEVEL SECURITY;
CREATE POLICY look ON clients FOR SELECT USING (email <> 'hidden@x.org');
CREATE POLICY enter ON clients FOR INSERT WITH CHECK (note IS NULL);
RESET wifox_import.clients_table;
SET ROLE regress_wifox_policy;
SET client_min_messages = error;
SELECT pg_temp.import($$email,note
a@x.org,new
hidden@x.org,
c@x.org,
d@x.org,bad$$, $$on_error => 'skip'$$, true);
SET client_min_messages = warning;
RESET ROLE;
SELECT email, note FROM clients ORDER BY email;

RESET wifox_import.clients_table;
DROP EXTENSION wifox_import;
DROP TABLE clients;
SET client_min_messages = error;
DROP SCHEMA crm CASCADE;
DROP ROLE regress_wifox_policy;
