-- The template: all headers that can be imported, and a record that the importer takes as it is.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/test/helpers.sql'
\i :helpers
-- the template as header and cell, and what becomes of it when it is imported
CREATE FUNCTION pg_temp.template() RETURNS TABLE (header text, cell text) LANGUAGE sql AS $$
	SELECT h.fields[i], r.fields[i]
	FROM wifox_import_read_data(convert_to(wifox_import_template(), 'UTF8')) h,
		wifox_import_read_data(convert_to(wifox_import_template(), 'UTF8')) r,
		generate_subscripts(h.fields, 1) i
	WHERE h.record = 0 AND r.record = 1 ORDER BY i $$;
CREATE FUNCTION pg_temp.import_template() RETURNS SETOF text LANGUAGE sql AS $$
	SELECT pg_temp.import(wifox_import_template()) $$;

-- before there is a clients table, and with it: the same
SELECT * FROM pg_temp.template();
SELECT wifox_import_template() AS before \gset
SELECT regexp_count(:'before', E'\n'), regexp_count(:'before', E'\r');
SELECT pg_temp.import_template();
SELECT wifox_import_template() = :'before';
SELECT pg_temp.import_template();
-- it fills every column, and uses every header
SELECT key FROM clients c, jsonb_each(to_jsonb(c)) WHERE value = 'null';
SELECT header FROM wifox_import_columns
	WHERE profile = 'default' AND header NOT IN (SELECT header FROM pg_temp.template()) ORDER BY header;

-- a DBA's own rows, and columns that have none
TRUNCATE clients;
ALTER TABLE clients ADD loyalty_tier text NOT NULL, ADD "odd, ""name"" " text, ADD points int,
	ADD double int GENERATED ALWAYS AS (points * 2) STORED, DROP COLUMN religion,
	DROP COLUMN lifestyle;
INSERT INTO wifox_import_columns (header, target_column, path, type, default_value) VALUES
	('Tier', 'loyalty_tier', NULL, NULL, 'bronze'), ('meta.*', 'meta', '{*}', NULL, NULL),
	('meta.size', 'meta', '{size}', 'number', NULL), ('Second name for State', 'state', NULL, NULL, NULL),
	('phone.#', 'phone', '{#}', NULL, NULL), ('nowhere', 'not_there', NULL, NULL, NULL),
	('comments', 'bio', NULL, NULL, NULL);
UPDATE wifox_import_columns SET target_column = 'points' WHERE header = 'AffiliateID';
SELECT * FROM pg_temp.template() WHERE header !~ '^(created|.* date|billing.*)$';
SELECT pg_temp.import_template();
SELECT email, loyalty_tier, points, meta, affiliate_id FROM clients WHERE points > 0;
DROP TABLE clients;
DROP EXTENSION wifox_import;
CREATE EXTENSION wifox_import;

-- another table: types of all kinds, keys of other tables, an ID that the table makes
CREATE TYPE mood AS ENUM ('sad', 'happy');
ALTER TYPE mood ADD VALUE 'very sad' BEFORE 'sad';
CREATE DOMAIN code AS text CHECK (VALUE ~ '^[A-Z]$');
CREATE DOMAIN impossible AS int CHECK (VALUE > 42 AND VALUE < 43);
CREATE TABLE teams (id int PRIMARY KEY);
CREATE TABLE customers (no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	mail varchar(40) NOT NULL UNIQUE, name text NOT NULL, mood mood NOT NULL, code code NOT NULL,
	impossible impossible, team int REFERENCES teams, short char(1), one smallint, two numeric(2, 2),
	three real, four date, five timestamp, six uuid, seven inet, eight jsonb, nine json, ten text[],
	eleven int[], twelve time, thirteen interval, fourteen bytea, fifteen int4range, sixteen point,
	seventeen bit(3), "import_line" text, " padded " text);
SET wifox_import.clients_table = 'customers';
SELECT wifox_import_template();
UPDATE wifox_import_columns SET target_column = 'no' WHERE header = 'ID';
UPDATE wifox_import_columns SET target_column = 'mail' WHERE header = 'email';
SELECT * FROM pg_temp.template();
SELECT pg_temp.import_template();
SELECT no, mail, mood, code, short FROM customers;
-- IDs of other types
CREATE TABLE by_number (no int PRIMARY KEY, mail text NOT NULL UNIQUE);
CREATE TABLE by_uuid (no uuid PRIMARY KEY, mail text NOT NULL UNIQUE);
CREATE TABLE by_code (no code PRIMARY KEY, mail text NOT NULL UNIQUE);
SET wifox_import.clients_table = 'by_number';
SELECT wifox_import_template();
SELECT pg_temp.import_template();
SET wifox_import.clients_table = 'by_uuid';
SELECT wifox_import_template();
SELECT pg_temp.import_template();
SET wifox_import.clients_table = 'by_code';
SELECT wifox_import_template();
SELECT pg_temp.import_template();
-- a table that is not there, or cannot be imported into
SET wifox_import.clients_table = 'nowhere';
SELECT wifox_import_template();
CREATE TABLE nowhere (no int, mail text);
SELECT wifox_import_template();

DROP TABLE customers, teams, by_number, by_uuid, by_code, nowhere, projects, desks;
DROP DOMAIN code, impossible;
DROP TYPE mood;
DROP EXTENSION wifox_import;
