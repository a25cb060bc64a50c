-- The tables that wifox_import_create_clients_table() makes, column by column, and the dictionary
-- that leads every header of the file format to one of those columns.
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE SCHEMA clients_tap;
DROP EXTENSION IF EXISTS wifox_import CASCADE;
CREATE EXTENSION wifox_import SCHEMA clients_tap;

SELECT plan(29);

SELECT is(clients_tap.wifox_import_create_clients_table()::text, 'clients_tap.clients',
	'wifox_import_create_clients_table() returns the table it made');

-- Columns -------------------------------------------------------------------

CREATE TEMP TABLE wanted (number int, name text, type text, required bool, fallback text);
INSERT INTO wanted VALUES
	(1, 'id', 'text', true, '(gen_random_uuid())::text'),
	(2, 'username', 'text', true, NULL),
	(3, 'first_name', 'text', true, NULL),
	(4, 'middle_name', 'text', false, NULL),
	(5, 'last_name', 'text', false, NULL),
	(6, 'email', 'text', true, NULL),
	(7, 'phone', 'text', false, NULL),
	(8, 'additional_phone', 'text', false, NULL),
	(9, 'project_id', 'text', true, '''default''::text'),
	(10, 'desk_id', 'text', true, '''default''::text'),
	(11, 'type', 'text', true, '''personal''::text'),
	(12, 'active', 'boolean', true, 'true'),
	(13, 'created_at', 'timestamp with time zone', true, 'now()'),
	(14, 'updated_at', 'timestamp with time zone', false, NULL),
	(15, 'processed_date', 'timestamp with time zone', false, NULL),
	(16, 'first_transaction_date', 'timestamp with time zone', false, NULL),
	(17, 'last_login_date', 'timestamp with time zone', false, NULL),
	(18, 'last_password_change_date', 'timestamp with time zone', false, NULL),
	(19, 'date_of_birth', 'date', false, NULL),
	(20, 'billing_address', 'text', false, NULL),
	(21, 'billing_city', 'text', false, NULL),
	(22, 'billing_region', 'text', false, NULL),
	(23, 'billing_postcode', 'text', false, NULL),
	(24, 'billing_country', 'text', false, NULL),
	(25, 'state', 'text', false, NULL),
	(26, 'verification_level', 'text', false, NULL),
	(27, 'company_fee_group', 'text', false, NULL),
	(28, 'allow_to_create_asset', 'boolean', false, NULL),
	(29, 'lifestyle', 'jsonb', false, NULL),
	(30, 'agreements', 'jsonb', false, NULL),
	(31, 'height', 'numeric', false, NULL),
	(32, 'education_level', 'text', false, NULL),
	(33, 'religion', 'text', false, NULL),
	(34, 'bio', 'text', false, NULL),
	(35, 'comments', 'text', false, NULL),
	(36, 'meta', 'jsonb', false, NULL),
	(37, 'uid', 'text', false, NULL),
	(38, 'external_id', 'text', false, NULL),
	(39, 'affiliate_id', 'text', false, NULL),
	(40, 'passport', 'text', false, NULL),
	(41, 'registration_ip', 'inet', false, NULL),
	(42, 'registration_origin', 'text', false, NULL),
	(43, 'trading_groups', 'text[]', false, NULL);

SELECT results_eq(
	$$SELECT attnum::int, attname::text COLLATE "default",
		format_type(atttypid, atttypmod), attnotnull,
		pg_get_expr(adbin, adrelid) COLLATE "default"
	FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
	WHERE attrelid = 'clients_tap.clients'::regclass AND attnum > 0 AND NOT attisdropped
	ORDER BY attnum$$,
	'SELECT * FROM wanted ORDER BY number',
	'clients has these columns, types, NOT NULLs and defaults, and no others');
SELECT is(
	(SELECT array_agg(attname::text || ' ' || collname ORDER BY attnum)
	FROM pg_attribute JOIN pg_collation c ON c.oid = attcollation
	WHERE attrelid = 'clients_tap.clients'::regclass AND collname <> 'default'),
	'{id C}', 'only the ID has a collation of its own, C');

-- Keys ----------------------------------------------------------------------

SELECT col_is_pk('clients_tap', 'clients', 'id', 'the ID is the primary key');
SELECT col_is_unique('clients_tap', 'clients', 'username', 'usernames are unique');
SELECT is(
	(SELECT array_agg(pg_get_indexdef(indexrelid, 1, true) ORDER BY 1)
	FROM pg_index WHERE indrelid = 'clients_tap.clients'::regclass AND indisunique
		AND indisvalid AND indimmediate AND indpred IS NULL AND indnkeyatts = 1),
	'{id,username,lower(email)}', 'the unique keys are id, lower(email) and username');
SELECT fk_ok('clients_tap', 'clients', 'project_id', 'clients_tap', 'projects', 'id',
	'the project is one of projects');
SELECT fk_ok('clients_tap', 'clients', 'desk_id', 'clients_tap', 'desks', 'id',
	'the desk is one of desks');
SELECT is(
	(SELECT count(*) FROM pg_constraint
	WHERE conrelid = 'clients_tap.clients'::regclass AND contype IN ('f', 'c', 'x')),
	2::bigint, 'there are no foreign keys but these two, and no checks');

-- projects and desks --------------------------------------------------------

SELECT results_eq(
	format($$SELECT attname::text COLLATE "default", format_type(atttypid, atttypmod)
	FROM pg_attribute WHERE attrelid = 'clients_tap.%s'::regclass AND attnum > 0
	ORDER BY attnum$$, name),
	$$VALUES ('id', 'text'), ('name', 'text')$$,
	name || ' has the columns id and name')
FROM unnest('{projects,desks}'::text[]) name;
SELECT col_is_pk('clients_tap', 'projects', 'id', 'the ID is the key of projects');
SELECT col_is_pk('clients_tap', 'desks', 'id', 'the ID is the key of desks');
SELECT results_eq('SELECT id FROM clients_tap.projects', $$VALUES ('default')$$,
	'projects has the row "default"');
SELECT results_eq('SELECT id FROM clients_tap.desks', $$VALUES ('default')$$,
	'desks has the row "default"');

-- What the application relies on ----------------------------------------------

PREPARE application AS
	INSERT INTO clients_tap.clients (username, first_name, email)
	VALUES ('ann', 'Ann', 'ann@example.com')
	RETURNING project_id, desk_id, type, active, created_at = now(),
		id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';
SELECT results_eq('application',
	$$VALUES ('default', 'default', 'personal', true, true, true)$$,
	'an INSERT of the application gets all the defaults');
SELECT throws_ok(
	$$INSERT INTO clients_tap.clients (username, first_name, email)
	VALUES ('ann2', 'Ann', 'ANN@example.com')$$,
	'23505', NULL, 'the same e-mail address in capitals is refused');
SELECT throws_ok('SELECT clients_tap.wifox_import_create_clients_table()',
	'42P07', NULL, 'the tables are not made twice');

-- Tables of another shape -----------------------------------------------------

DROP TABLE clients_tap.clients;
SELECT is(clients_tap.wifox_import_create_clients_table()::text, 'clients_tap.clients',
	'projects and desks that are there already are used');
DROP TABLE clients_tap.clients;
ALTER TABLE clients_tap.desks DROP COLUMN name;
SELECT throws_ok('SELECT clients_tap.wifox_import_create_clients_table()',
	'42809', NULL, 'desks of another shape are an error');
DROP TABLE clients_tap.desks, clients_tap.projects;
CREATE TABLE clients_tap.desks (id text, name text);
SELECT throws_ok('SELECT clients_tap.wifox_import_create_clients_table()',
	'42809', NULL, 'desks without a key are an error');
DROP TABLE clients_tap.desks;
CREATE VIEW clients_tap.projects AS SELECT 'default'::text AS id, 'Default'::text AS name;
SELECT throws_ok('SELECT clients_tap.wifox_import_create_clients_table()',
	'42809', NULL, 'a view called projects is an error');
DROP VIEW clients_tap.projects;

-- The dictionary --------------------------------------------------------------

CREATE TEMP TABLE headers (header text, target text);
INSERT INTO headers VALUES
	('ID', 'id'), ('username', 'username'), ('firstName', 'first_name'),
	('middleName', 'middle_name'), ('lastName', 'last_name'), ('email', 'email'),
	('E-mail', 'email'), ('phone', 'phone'), ('Additional phone', 'additional_phone'),
	('project', 'project_id'), ('projectId', 'project_id'), ('desk', 'desk_id'),
	('deskId', 'desk_id'), ('type', 'type'), ('active', 'active'), ('created', 'created_at'),
	('Created at', 'created_at'), ('Updated at', 'updated_at'),
	('processedDate', 'processed_date'), ('First transaction date', 'first_transaction_date'),
	('Last login date', 'last_login_date'),
	('Last password change date', 'last_password_change_date'),
	('Date Of Birth', 'date_of_birth'), ('Billing address', 'billing_address'),
	('billing.city', 'billing_city'), ('billing.region', 'billing_region'),
	('billing.postcode', 'billing_postcode'), ('billing.country', 'billing_country'),
	('State', 'state'), ('Verification level', 'verification_level'),
	('Company fee group', 'company_fee_group'), ('allowToCreateAsset', 'allow_to_create_asset'),
	('lifestyle.smoking', 'lifestyle'), ('lifestyle.drinking', 'lifestyle'),
	('lifestyle.hasChildren', 'lifestyle'), ('lifestyle.wantsChildren', 'lifestyle'),
	('lifestyle.lookingFor', 'lifestyle'), ('lifestyle.relationshipStatus', 'lifestyle'),
	('lifestyle.interests.#', 'lifestyle'), ('agreements.*', 'agreements'),
	('height', 'height'), ('educationLevel', 'education_level'), ('religion', 'religion'),
	('bio', 'bio'), ('Comments', 'comments'), ('Meta', 'meta'), ('UID', 'uid'),
	('External ID', 'external_id'), ('AffiliateID', 'affiliate_id'), ('Passport', 'passport'),
	('Registration IP', 'registration_ip'), ('Registration origin', 'registration_origin'),
	('tradingGroups.#', 'trading_groups');

SELECT is_empty(
	$$SELECT h.header, target FROM headers h WHERE NOT EXISTS (
		SELECT FROM clients_tap.wifox_import_columns c
		WHERE h.header IN (SELECT c.header UNION ALL SELECT unnest(aliases))
			AND target_column = target)$$,
	'every header of the file format leads to its column');
SELECT is_empty(
	$$SELECT name FROM wanted WHERE name NOT IN (SELECT target_column
	FROM clients_tap.wifox_import_columns)$$,
	'every column can be imported');
SELECT is_empty(
	$$SELECT target_column FROM clients_tap.wifox_import_columns
	WHERE target_column NOT IN (SELECT name FROM wanted)$$,
	'every shipped row has its column');
SELECT set_eq(
	'SELECT target_column FROM clients_tap.wifox_import_columns WHERE required',
	ARRAY['first_name', 'email'], 'only firstName and email are required');
SELECT set_eq(
	$$SELECT target_column || '=' || default_value FROM clients_tap.wifox_import_columns
	WHERE default_value IS NOT NULL$$,
	ARRAY['project_id=default', 'desk_id=default', 'type=personal', 'active=true'],
	'these columns have defaults in the dictionary');
SELECT is((SELECT bool_and(builtin) FROM clients_tap.wifox_import_columns), true,
	'every shipped row is marked as such');
SELECT is_empty(
	$$SELECT header FROM clients_tap.wifox_import_columns WHERE coalesce(description, '') = ''$$,
	'every shipped row is described');

SELECT * FROM finish();
ROLLBACK;
