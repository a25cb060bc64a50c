-- The objects of wifox_import 1.0, in the schema that CREATE EXTENSION names.
--
-- Others may have created objects in that schema before.  Built-in types and operators of exactly
-- the given types are found first, but a function that fits better than the built-in one would be
-- taken: so every function is qualified.

-- complain if script is sourced in psql, rather than via CREATE EXTENSION
\echo Use "CREATE EXTENSION wifox_import" to load this file. \quit

-- ---------------------------------------------------------------------------
-- History
-- ---------------------------------------------------------------------------

CREATE TABLE wifox_imports (
	id bigserial PRIMARY KEY,
	parent_id bigint,
	status text NOT NULL
		CHECK (status IN ('imported', 'partial', 'failed', 'checked', 'undone')),
	message text NOT NULL,
	file_name text NOT NULL,
	file_bytes bigint NOT NULL,
	file_sha256 bytea,
	records bigint NOT NULL,
	created bigint NOT NULL,
	updated bigint NOT NULL,
	unchanged bigint NOT NULL,
	skipped bigint NOT NULL,
	failed bigint NOT NULL,
	mode text NOT NULL,
	on_error text NOT NULL,
	dry_run boolean NOT NULL,
	options jsonb NOT NULL,
	target text,
	started_at timestamptz NOT NULL,
	finished_at timestamptz NOT NULL,
	imported_by name NOT NULL,
	session_user_name name NOT NULL,
	client_addr inet,
	CONSTRAINT wifox_imports_counts
		CHECK (records = created + updated + unchanged + skipped + failed)
);

COMMENT ON TABLE wifox_imports IS
	'One row for each import: what came in, from whom, and what became of it';
COMMENT ON COLUMN wifox_imports.id IS
	'number of the import';
COMMENT ON COLUMN wifox_imports.parent_id IS
	'the import that this one follows up: the one whose error report was imported, or that is undone; or NULL';
COMMENT ON COLUMN wifox_imports.status IS
	'imported, partial (bad records were left out), failed (no client was changed), checked (dry run) or undone';
COMMENT ON COLUMN wifox_imports.message IS
	'the outcome in one sentence';
COMMENT ON COLUMN wifox_imports.file_name IS
	'name of the file, without its folders';
COMMENT ON COLUMN wifox_imports.file_bytes IS
	'size of the file in bytes';
COMMENT ON COLUMN wifox_imports.file_sha256 IS
	'SHA-256 of the file; NULL if it was refused before its end was read';
COMMENT ON COLUMN wifox_imports.records IS
	'records of the file, without header and blank lines; the sum of the next five columns';
COMMENT ON COLUMN wifox_imports.created IS
	'new clients';
COMMENT ON COLUMN wifox_imports.updated IS
	'clients in which a column changed';
COMMENT ON COLUMN wifox_imports.unchanged IS
	'clients that were as the file says already; nothing was written';
COMMENT ON COLUMN wifox_imports.skipped IS
	'records left out: by mode, by a trigger, or because the import failed';
COMMENT ON COLUMN wifox_imports.failed IS
	'records with errors';
COMMENT ON COLUMN wifox_imports.mode IS
	'upsert, create, update or undo';
COMMENT ON COLUMN wifox_imports.on_error IS
	'report, skip or raise';
COMMENT ON COLUMN wifox_imports.dry_run IS
	'the import was rolled back on purpose';
COMMENT ON COLUMN wifox_imports.options IS
	'all other options; delimiter, encoding, header and profile as they were found';
COMMENT ON COLUMN wifox_imports.target IS
	'the clients table, schema-qualified';
COMMENT ON COLUMN wifox_imports.started_at IS
	'when the import began';
COMMENT ON COLUMN wifox_imports.finished_at IS
	'when it ended';
COMMENT ON COLUMN wifox_imports.imported_by IS
	'the current user, whose rights applied';
COMMENT ON COLUMN wifox_imports.session_user_name IS
	'the user who was logged in';
COMMENT ON COLUMN wifox_imports.client_addr IS
	'network address of the client, NULL for a local connection';

COMMENT ON SEQUENCE wifox_imports_id_seq IS
	'The number of the next import; gaps are left by those that were rolled back';

CREATE INDEX wifox_imports_started_at_idx ON wifox_imports (started_at);
CREATE INDEX wifox_imports_file_sha256_idx ON wifox_imports (file_sha256);
CREATE INDEX wifox_imports_parent_id_idx ON wifox_imports (parent_id);

ALTER TABLE wifox_imports ENABLE ROW LEVEL SECURITY;
CREATE POLICY wifox_imports_own ON wifox_imports FOR SELECT
	USING (imported_by = current_user
		OR pg_catalog.pg_has_role('pg_read_all_data'::name, 'USAGE'::text));
COMMENT ON POLICY wifox_imports_own ON wifox_imports IS
	'Everybody sees the imports of their own, members of pg_read_all_data all';
GRANT SELECT ON wifox_imports TO PUBLIC;

CREATE TABLE wifox_import_errors (
	import_id bigint NOT NULL REFERENCES wifox_imports ON DELETE CASCADE,
	record bigint,
	line bigint,
	column_name text,
	value text,
	code text NOT NULL,
	message text NOT NULL,
	sqlstate text NOT NULL,
	detail text,
	hint text,
	raw text
);

COMMENT ON TABLE wifox_import_errors IS
	'What was wrong with the records of an import, one row for each error';
COMMENT ON COLUMN wifox_import_errors.import_id IS
	'the import';
COMMENT ON COLUMN wifox_import_errors.record IS
	'number of the record, from 1; NULL: the error concerns the file as a whole';
COMMENT ON COLUMN wifox_import_errors.line IS
	'physical line on which the record starts; the header is line 1';
COMMENT ON COLUMN wifox_import_errors.column_name IS
	'header of the column; NULL: the error concerns the record as a whole';
COMMENT ON COLUMN wifox_import_errors.value IS
	'the cell, cut at 500 bytes';
COMMENT ON COLUMN wifox_import_errors.code IS
	'kind of error; see doc/errors.md';
COMMENT ON COLUMN wifox_import_errors.message IS
	'what is wrong';
COMMENT ON COLUMN wifox_import_errors.sqlstate IS
	'SQLSTATE of the error';
COMMENT ON COLUMN wifox_import_errors.detail IS
	'more about it, or NULL';
COMMENT ON COLUMN wifox_import_errors.hint IS
	'what to do about it, or NULL';
COMMENT ON COLUMN wifox_import_errors.raw IS
	'the record as it stood in the file, with the first of its errors; bytes that the database cannot hold are shown as \xNN';

CREATE INDEX wifox_import_errors_import_id_idx ON wifox_import_errors (import_id, record);

ALTER TABLE wifox_import_errors ENABLE ROW LEVEL SECURITY;
CREATE POLICY wifox_import_errors_own ON wifox_import_errors FOR SELECT
	USING (EXISTS (SELECT FROM wifox_imports i WHERE i.id = import_id));
COMMENT ON POLICY wifox_import_errors_own ON wifox_import_errors IS
	'Who sees an import sees its errors';
GRANT SELECT ON wifox_import_errors TO PUBLIC;

CREATE TABLE wifox_import_changes (
	import_id bigint NOT NULL,
	record bigint NOT NULL,
	line bigint NOT NULL,
	action text NOT NULL CHECK (action IN ('created', 'updated')),
	client_id text NOT NULL,
	before jsonb,
	after jsonb,
	row_hash bigint
);

COMMENT ON TABLE wifox_import_changes IS
	'What an import changed, one row for each client; wifox_import_undo() reads it';
COMMENT ON COLUMN wifox_import_changes.import_id IS
	'the import, a dry run perhaps';
COMMENT ON COLUMN wifox_import_changes.record IS
	'number of the record, from 1';
COMMENT ON COLUMN wifox_import_changes.line IS
	'physical line on which the record starts; the header is line 1';
COMMENT ON COLUMN wifox_import_changes.action IS
	'created or updated';
COMMENT ON COLUMN wifox_import_changes.client_id IS
	'ID of the client, as text';
COMMENT ON COLUMN wifox_import_changes.before IS
	'updated clients: the columns that changed, with the text forms of their old values';
COMMENT ON COLUMN wifox_import_changes.after IS
	'updated clients: the same columns as they were stored; created ones: what was stored, in dry runs only';
COMMENT ON COLUMN wifox_import_changes.row_hash IS
	'created clients: hash of all that the import stored, by which the undo sees whether it changed since';

-- No foreign key: checking it would take longer than writing the row.  Nobody but the importer
-- writes here.
CREATE INDEX wifox_import_changes_import_id_idx ON wifox_import_changes
	USING brin (import_id) WITH (autosummarize = on);

ALTER TABLE wifox_import_changes ENABLE ROW LEVEL SECURITY;
CREATE POLICY wifox_import_changes_own ON wifox_import_changes FOR SELECT
	USING (EXISTS (SELECT FROM wifox_imports i WHERE i.id = import_id));
COMMENT ON POLICY wifox_import_changes_own ON wifox_import_changes IS
	'Who sees an import sees its changes';
GRANT SELECT ON wifox_import_changes TO PUBLIC;

-- An import can be undone once.
CREATE UNIQUE INDEX wifox_imports_undone_idx ON wifox_imports (parent_id) WHERE status = 'undone';

SELECT pg_catalog.pg_extension_config_dump('wifox_imports', '');
SELECT pg_catalog.pg_extension_config_dump('wifox_imports_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('wifox_import_errors', '');
SELECT pg_catalog.pg_extension_config_dump('wifox_import_changes', '');

-- ---------------------------------------------------------------------------
-- Progress
-- ---------------------------------------------------------------------------

-- An import has a mark in a parameter that COPY does not use; see src/progress.c.
-- Functions and operators of others in the extension's schema must not be taken into the view.
SET LOCAL search_path = pg_catalog, pg_temp;
CREATE VIEW @extschema@.wifox_import_progress AS
SELECT pid, datname, usename AS user_name, target, bytes_processed, bytes_total, records,
	round(done / 100.0, 1) AS percent,
	round(records / greatest(seconds, 0.001)) AS records_per_second,
	started_at,
	make_interval(secs => round(seconds, 3)::double precision) AS elapsed,
	make_interval(secs => round(seconds * (10000 - done) / nullif(done, 0), 3)::double precision)
		AS time_left
FROM (SELECT p.pid, d.datname, a.usename,
			quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS target,
			param1 AS bytes_processed, param2 AS bytes_total,
			param3 + param4 + param7 AS records, started_at, param20 AS done,
			extract(epoch FROM clock_timestamp() - started_at) AS seconds
		FROM pg_stat_get_progress_info('COPY') p
		CROSS JOIN LATERAL (SELECT '2000-01-01 00:00:00+00'::timestamptz
			+ param19 * interval '1 microsecond') s (started_at)
		LEFT JOIN pg_database d ON d.oid = p.datid
		LEFT JOIN pg_stat_activity a ON a.pid = p.pid
		LEFT JOIN (pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace)
			ON c.oid = p.relid AND d.datname = current_database()
		WHERE param18 = 7824504) running;
SET LOCAL search_path = @extschema@, pg_temp;

COMMENT ON VIEW wifox_import_progress IS
	'The imports and undos that are running now: one''s own, those of all for members of pg_read_all_stats';
COMMENT ON COLUMN wifox_import_progress.pid IS
	'process ID of the session';
COMMENT ON COLUMN wifox_import_progress.datname IS
	'database of that session';
COMMENT ON COLUMN wifox_import_progress.user_name IS
	'user who is logged in there';
COMMENT ON COLUMN wifox_import_progress.target IS
	'the clients table, schema-qualified; NULL in another database';
COMMENT ON COLUMN wifox_import_progress.bytes_processed IS
	'bytes of the file that are done with; 0 of an undo';
COMMENT ON COLUMN wifox_import_progress.bytes_total IS
	'bytes of the file; twice as many if it is read twice (duplicates => last); 0 of an undo';
COMMENT ON COLUMN wifox_import_progress.records IS
	'records that are done with, good and bad ones; of an undo, clients';
COMMENT ON COLUMN wifox_import_progress.percent IS
	'how much of the work is done';
COMMENT ON COLUMN wifox_import_progress.records_per_second IS
	'records a second, since the import started';
COMMENT ON COLUMN wifox_import_progress.started_at IS
	'when it started, after it had waited for others';
COMMENT ON COLUMN wifox_import_progress.elapsed IS
	'time since then';
COMMENT ON COLUMN wifox_import_progress.time_left IS
	'estimated time until it ends; NULL as long as nothing is done';

GRANT SELECT ON wifox_import_progress TO PUBLIC;

-- ---------------------------------------------------------------------------
-- The dictionary: which header means which column
-- ---------------------------------------------------------------------------

CREATE TABLE wifox_import_columns (
	profile text NOT NULL DEFAULT 'default',
	header text NOT NULL CHECK (header <> ''),
	aliases text[] NOT NULL DEFAULT '{}',
	target_column text,
	path text[] CHECK (pg_catalog.cardinality(path) > 0),
	type text CHECK (type IN ('id', 'email', 'username', 'reference', 'keyword', 'boolean', 'number',
		'first', 'date', 'mark')),
	required boolean NOT NULL DEFAULT false,
	default_value text,
	blank text CHECK (blank IN ('keep', 'clear')),
	description text,
	builtin boolean NOT NULL DEFAULT true,
	PRIMARY KEY (profile, header)
);

COMMENT ON TABLE wifox_import_columns IS
	'The file format: which header fills which column. Add or change rows to fit your files; case, spaces, _, - and . do not count in a header';
COMMENT ON COLUMN wifox_import_columns.profile IS
	'default: the row counts for every file; else for exports of this program, which the header tells';
COMMENT ON COLUMN wifox_import_columns.header IS
	'header as it is written in files; * or # at the end stands for any key or index';
COMMENT ON COLUMN wifox_import_columns.aliases IS
	'other headers of the same meaning';
COMMENT ON COLUMN wifox_import_columns.target_column IS
	'column of the clients table; where that lacks it, the row is ignored; NULL in a profile: left out';
COMMENT ON COLUMN wifox_import_columns.path IS
	'keys below the column, for a part of a jsonb value or an array; * is any key, # any index';
COMMENT ON COLUMN wifox_import_columns.type IS
	'id, email, username: finds or names a client; reference: ID in another table; keyword: trimmed; boolean, number: leaf of jsonb; first: of several values; date: with a year; mark: of its profile';
COMMENT ON COLUMN wifox_import_columns.required IS
	'a new client needs a value';
COMMENT ON COLUMN wifox_import_columns.default_value IS
	'value of a new client whose cell is blank or absent, before the DEFAULT of the table; a literal';
COMMENT ON COLUMN wifox_import_columns.blank IS
	'keep or clear: what a blank cell does to a known client, whatever the call says; NULL: as the call says';
COMMENT ON COLUMN wifox_import_columns.description IS
	'what the column holds';
COMMENT ON COLUMN wifox_import_columns.builtin IS
	'the row was shipped with the extension and never changed';

INSERT INTO wifox_import_columns
	(header, aliases, target_column, path, type, required, default_value, blank,
		description)
VALUES
	('ID', '{"clientId"}', 'id', NULL, 'id', false, NULL, NULL,
		'Unique ID of the client; generated for new ones that bring none'),
	('username', '{}', 'username', NULL, 'username', false, NULL, NULL,
		'Unique name; made of the e-mail address when a new client brings none'),
	('firstName', '{}', 'first_name', NULL, NULL, true, NULL, NULL,
		'First name'),
	('middleName', '{}', 'middle_name', NULL, NULL, false, NULL, NULL,
		'Middle name'),
	('lastName', '{}', 'last_name', NULL, NULL, false, NULL, NULL,
		'Last name'),
	('email', '{"E-mail"}', 'email', NULL, 'email', true, NULL, NULL,
		'E-mail address, unique whatever its case'),
	('phone', '{}', 'phone', NULL, NULL, false, NULL, NULL,
		'Phone number; it may start with +'),
	('Additional phone', '{}', 'additional_phone', NULL, NULL, false, NULL, NULL,
		'Second phone number'),
	('project', '{"projectId"}', 'project_id', NULL, 'reference', false, 'default', NULL,
		'ID of the project'),
	('desk', '{"deskId"}', 'desk_id', NULL, 'reference', false, 'default', NULL,
		'ID of the desk'),
	('type', '{}', 'type', NULL, 'keyword', false, 'personal', NULL,
		'Type of the account'),
	('active', '{}', 'active', NULL, NULL, false, 'true', NULL,
		'Whether the client is active'),
	('created', '{"Created at"}', 'created_at', NULL, NULL, false, NULL, 'keep',
		'When the client was created'),
	('Updated at', '{}', 'updated_at', NULL, NULL, false, NULL, NULL,
		'When the client was changed last'),
	('processedDate', '{}', 'processed_date', NULL, NULL, false, NULL, NULL,
		'When the client was processed'),
	('First transaction date', '{}', 'first_transaction_date', NULL, NULL, false, NULL, NULL,
		'When the first transaction took place'),
	('Last login date', '{}', 'last_login_date', NULL, NULL, false, NULL, NULL,
		'When the client logged in last'),
	('Last password change date', '{}', 'last_password_change_date', NULL, NULL, false, NULL, NULL,
		'When the password was changed last'),
	('Date Of Birth', '{}', 'date_of_birth', NULL, NULL, false, NULL, NULL,
		'Date of birth'),
	('Billing address', '{}', 'billing_address', NULL, NULL, false, NULL, NULL,
		'Street of the billing address'),
	('billing.city', '{}', 'billing_city', NULL, NULL, false, NULL, NULL,
		'City of the billing address'),
	('billing.region', '{}', 'billing_region', NULL, NULL, false, NULL, NULL,
		'Region of the billing address'),
	('billing.postcode', '{}', 'billing_postcode', NULL, NULL, false, NULL, NULL,
		'Postal code of the billing address'),
	('billing.country', '{}', 'billing_country', NULL, NULL, false, NULL, NULL,
		'Country of the billing address'),
	('State', '{}', 'state', NULL, NULL, false, NULL, NULL,
		'State of the client'),
	('Verification level', '{}', 'verification_level', NULL, NULL, false, NULL, NULL,
		'How far the client is verified'),
	('Company fee group', '{}', 'company_fee_group', NULL, NULL, false, NULL, NULL,
		'Fee group of the company'),
	('allowToCreateAsset', '{}', 'allow_to_create_asset', NULL, NULL, false, NULL, NULL,
		'Whether the client may create assets'),
	('lifestyle.smoking', '{}', 'lifestyle', '{smoking}', NULL, false, NULL, NULL,
		'Smoking habits'),
	('lifestyle.drinking', '{}', 'lifestyle', '{drinking}', NULL, false, NULL, NULL,
		'Drinking habits'),
	('lifestyle.hasChildren', '{}', 'lifestyle', '{hasChildren}', 'boolean', false, NULL, NULL,
		'Whether the client has children'),
	('lifestyle.wantsChildren', '{}', 'lifestyle', '{wantsChildren}', 'boolean', false, NULL, NULL,
		'Whether the client wants children'),
	('lifestyle.lookingFor', '{}', 'lifestyle', '{lookingFor}', NULL, false, NULL, NULL,
		'What the client is looking for'),
	('lifestyle.relationshipStatus', '{}', 'lifestyle', '{relationshipStatus}', NULL, false, NULL, NULL,
		'Relationship status'),
	('lifestyle.interests.#', '{}', 'lifestyle', '{interests,#}', NULL, false, NULL, NULL,
		'Interests, one a column, from 0'),
	('agreements.*', '{}', 'agreements', '{*}', NULL, false, NULL, NULL,
		'Agreements that the client gave, one a column'),
	('height', '{}', 'height', NULL, NULL, false, NULL, NULL,
		'Height'),
	('educationLevel', '{}', 'education_level', NULL, NULL, false, NULL, NULL,
		'Level of education'),
	('religion', '{}', 'religion', NULL, NULL, false, NULL, NULL,
		'Religion'),
	('bio', '{}', 'bio', NULL, NULL, false, NULL, NULL,
		'What the client says about itself'),
	('Comments', '{}', 'comments', NULL, NULL, false, NULL, NULL,
		'Notes about the client'),
	('Meta', '{}', 'meta', NULL, NULL, false, NULL, NULL,
		'Anything else, as JSON'),
	('UID', '{}', 'uid', NULL, NULL, false, NULL, NULL,
		'ID in another system'),
	('External ID', '{}', 'external_id', NULL, NULL, false, NULL, NULL,
		'ID at a partner'),
	('AffiliateID', '{}', 'affiliate_id', NULL, NULL, false, NULL, NULL,
		'ID of the affiliate'),
	('Passport', '{}', 'passport', NULL, NULL, false, NULL, NULL,
		'Passport number'),
	('Registration IP', '{}', 'registration_ip', NULL, NULL, false, NULL, NULL,
		'Network address at registration'),
	('Registration origin', '{}', 'registration_origin', NULL, NULL, false, NULL, NULL,
		'Where the registration came from'),
	('tradingGroups.#', '{}', 'trading_groups', '{#}', NULL, false, NULL, NULL,
		'Trading groups, one a column, from 0');

-- Exports of other programs.  A profile is taken for a header with its column
-- for the e-mail address and all of its columns of type mark.
INSERT INTO wifox_import_columns
	(profile, header, aliases, target_column, type, description)
VALUES
	('google', 'First Name', '{"Given Name"}', 'first_name', NULL,
		'First name'),
	('google', 'Middle Name', '{"Additional Name"}', 'middle_name', NULL,
		'Middle name'),
	('google', 'Last Name', '{"Family Name"}', 'last_name', NULL,
		'Last name'),
	('google', 'E-mail 1 - Value', '{}', 'email', 'first',
		'First e-mail address of the contact'),
	('google', 'Phone 1 - Value', '{}', 'phone', 'first',
		'First phone number'),
	('google', 'Phone 2 - Value', '{}', 'additional_phone', 'first',
		'Second phone number'),
	('google', 'Address 1 - Street', '{}', 'billing_address', 'first',
		'Street of the first address'),
	('google', 'Address 1 - City', '{}', 'billing_city', 'first',
		'City of the first address'),
	('google', 'Address 1 - Region', '{}', 'billing_region', 'first',
		'Region of the first address'),
	('google', 'Address 1 - Postal Code', '{}', 'billing_postcode', 'first',
		'Postal code of the first address'),
	('google', 'Address 1 - Country', '{}', 'billing_country', 'first',
		'Country of the first address'),
	('google', 'Birthday', '{}', 'date_of_birth', 'date',
		'Date of birth; blank where the year is missing'),
	('google', 'Notes', '{}', 'comments', NULL,
		'Notes about the contact'),
	('outlook', 'First Name', '{}', 'first_name', NULL,
		'First name'),
	('outlook', 'Middle Name', '{}', 'middle_name', NULL,
		'Middle name'),
	('outlook', 'Last Name', '{}', 'last_name', NULL,
		'Last name'),
	('outlook', 'E-mail Address', '{}', 'email', NULL,
		'First e-mail address of the contact'),
	('outlook', 'E-mail 2 Address', '{}', NULL, 'mark',
		'Second e-mail address; left out, but every export of Outlook has it'),
	('outlook', 'Mobile Phone', '{}', 'phone', NULL,
		'Mobile phone number'),
	('outlook', 'Home Phone', '{}', 'additional_phone', NULL,
		'Phone number at home'),
	('outlook', 'Home Street', '{}', 'billing_address', NULL,
		'Street at home'),
	('outlook', 'Home City', '{}', 'billing_city', NULL,
		'City at home'),
	('outlook', 'Home State', '{}', 'billing_region', NULL,
		'Region at home'),
	('outlook', 'Home Postal Code', '{}', 'billing_postcode', NULL,
		'Postal code at home'),
	('outlook', 'Home Country/Region', '{"Home Country"}', 'billing_country', NULL,
		'Country at home'),
	('outlook', 'Birthday', '{}', 'date_of_birth', 'date',
		'Date of birth; 0/0/00 is none'),
	('outlook', 'Notes', '{}', 'comments', NULL,
		'Notes about the contact'),
	('hubspot', 'Record ID', '{"Record ID - Contact"}', 'external_id', 'mark',
		'ID of the contact in HubSpot'),
	('hubspot', 'First Name', '{}', 'first_name', 'mark',
		'First name'),
	('hubspot', 'Last Name', '{}', 'last_name', 'mark',
		'Last name'),
	('hubspot', 'Email', '{}', 'email', NULL,
		'E-mail address'),
	('hubspot', 'Phone Number', '{}', 'phone', NULL,
		'Phone number'),
	('hubspot', 'Mobile Phone Number', '{}', 'additional_phone', NULL,
		'Mobile phone number'),
	('hubspot', 'Street Address', '{}', 'billing_address', NULL,
		'Street'),
	('hubspot', 'City', '{}', 'billing_city', NULL,
		'City'),
	('hubspot', 'State/Region', '{}', 'billing_region', NULL,
		'Region'),
	('hubspot', 'Postal Code', '{}', 'billing_postcode', NULL,
		'Postal code'),
	('hubspot', 'Country/Region', '{"Country"}', 'billing_country', NULL,
		'Country'),
	('hubspot', 'Date of birth', '{}', 'date_of_birth', 'date',
		'Date of birth'),
	('hubspot', 'State', '{}', NULL, NULL,
		'Region of older exports; left out: the column of this name holds the state of the client'),
	('hubspot', 'Type', '{}', NULL, NULL,
		'Left out: the column of this name holds the type of the account'),
	('salesforce', 'Contact ID', '{"Id","Contact: Contact ID"}', 'external_id', NULL,
		'ID of the contact in Salesforce'),
	('salesforce', 'First Name', '{}', 'first_name', NULL,
		'First name'),
	('salesforce', 'Last Name', '{}', 'last_name', 'mark',
		'Last name'),
	('salesforce', 'Middle Name', '{}', 'middle_name', NULL,
		'Middle name'),
	('salesforce', 'Email', '{}', 'email', NULL,
		'E-mail address'),
	('salesforce', 'Mailing Street', '{}', 'billing_address', 'mark',
		'Street of the mailing address'),
	('salesforce', 'Mailing City', '{}', 'billing_city', 'mark',
		'City of the mailing address'),
	('salesforce', 'Mailing State/Province', '{"Mailing State","Mailing State/Province (text only)"}', 'billing_region', NULL,
		'Region of the mailing address'),
	('salesforce', 'Mailing Zip/Postal Code', '{"Mailing Postal Code"}', 'billing_postcode', NULL,
		'Postal code of the mailing address'),
	('salesforce', 'Mailing Country', '{"Mailing Country (text only)"}', 'billing_country', NULL,
		'Country of the mailing address'),
	('salesforce', 'Phone', '{"Business Phone"}', 'phone', NULL,
		'Phone number'),
	('salesforce', 'Mobile', '{"Mobile Phone"}', 'additional_phone', NULL,
		'Mobile phone number'),
	('salesforce', 'Birthdate', '{}', 'date_of_birth', 'date',
		'Date of birth'),
	('salesforce', 'Description', '{"Contact Description"}', 'comments', NULL,
		'Notes about the contact'),
	('salesforce', 'Type', '{}', NULL, NULL,
		'Left out: the type of the company, not of the client'),
	('mailchimp', 'Email Address', '{"Email"}', 'email', NULL,
		'E-mail address'),
	('mailchimp', 'First Name', '{}', 'first_name', NULL,
		'First name'),
	('mailchimp', 'Last Name', '{}', 'last_name', NULL,
		'Last name'),
	('mailchimp', 'Phone Number', '{"Phone"}', 'phone', NULL,
		'Phone number'),
	('mailchimp', 'Address', '{}', 'billing_address', NULL,
		'The whole address in one text'),
	('mailchimp', 'Birthday', '{}', 'date_of_birth', 'date',
		'Birthday; blank, for it has no year'),
	('mailchimp', 'OPTIN_IP', '{}', 'registration_ip', NULL,
		'Network address at registration'),
	('mailchimp', 'EUID', '{}', 'external_id', 'mark',
		'ID of the contact in Mailchimp'),
	('mailchimp', 'LEID', '{}', NULL, 'mark',
		'Number of the contact in the audience; left out, but every export of Mailchimp has it'),
	('mailchimp', 'NOTES', '{}', 'comments', NULL,
		'Notes about the contact');

-- From here on, rows that are written are the administrator's own: they replace
-- the shipped row of the same header, so that they can be dumped and restored.
ALTER TABLE wifox_import_columns ALTER COLUMN builtin SET DEFAULT false;
CREATE FUNCTION wifox_import_columns_edited() RETURNS trigger
	LANGUAGE C AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION wifox_import_columns_edited() FROM PUBLIC;
COMMENT ON FUNCTION wifox_import_columns_edited() IS
	'Trigger of wifox_import_columns: an edited row replaces the shipped one';

CREATE TRIGGER wifox_import_columns_edited BEFORE INSERT OR UPDATE ON wifox_import_columns
	FOR EACH ROW EXECUTE FUNCTION wifox_import_columns_edited();
COMMENT ON TRIGGER wifox_import_columns_edited ON wifox_import_columns IS
	'An edited row replaces the shipped one';

GRANT SELECT ON wifox_import_columns TO PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('wifox_import_columns', 'WHERE NOT builtin');

-- ---------------------------------------------------------------------------
-- Functions
-- ---------------------------------------------------------------------------

CREATE FUNCTION wifox_import_clients(
	path text,
	mode text DEFAULT 'upsert',
	on_error text DEFAULT 'report',
	dry_run boolean DEFAULT false,
	blank text DEFAULT 'keep',
	clear_marker text DEFAULT NULL,
	unknown_columns text DEFAULT 'error',
	duplicates text DEFAULT 'error',
	delimiter text DEFAULT 'auto',
	quote text DEFAULT '"',
	escape text DEFAULT NULL,
	encoding text DEFAULT 'auto',
	date_order text DEFAULT NULL,
	reject_limit bigint DEFAULT NULL
) RETURNS wifox_imports
	LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION wifox_import_clients(text, text, text, boolean, text, text, text, text,
	text, text, text, text, text, bigint) IS
	'Import a CSV file of the server into the clients table, in the caller''s transaction; returns the row of the history';

CREATE FUNCTION wifox_import_clients_data(
	data bytea,
	file_name text DEFAULT 'upload.csv',
	mode text DEFAULT 'upsert',
	on_error text DEFAULT 'report',
	dry_run boolean DEFAULT false,
	blank text DEFAULT 'keep',
	clear_marker text DEFAULT NULL,
	unknown_columns text DEFAULT 'error',
	duplicates text DEFAULT 'error',
	delimiter text DEFAULT 'auto',
	quote text DEFAULT '"',
	escape text DEFAULT NULL,
	encoding text DEFAULT 'auto',
	date_order text DEFAULT NULL,
	reject_limit bigint DEFAULT NULL
) RETURNS wifox_imports
	LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION wifox_import_clients_data(bytea, text, text, text, boolean, text, text, text,
	text, text, text, text, text, text, bigint) IS
	'Import the bytes of a CSV file into the clients table; needs no right to files of the server';

CREATE FUNCTION wifox_import_create_clients_table() RETURNS regclass
	LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION wifox_import_create_clients_table() IS
	'Create the tables clients, projects and desks in the extension''s schema, owned by the caller';

CREATE FUNCTION wifox_import_template() RETURNS text
	LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION wifox_import_template() IS
	'A CSV file to begin with: all headers that can be imported, and one record as an example';

CREATE FUNCTION wifox_import_undo(import_id bigint) RETURNS wifox_imports
	LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION wifox_import_undo(bigint) IS
	'Delete the clients that an import created and give those that it updated their old values back; keeps and lists clients that changed since or are referenced';

CREATE FUNCTION wifox_import_error_report(import_id bigint) RETURNS SETOF text
	LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION wifox_import_error_report(bigint) IS
	'The bad records of an import as lines of a CSV file, with import_line and import_error; correct it and import it again';

-- It removes the evidence of all: the owner runs it for those who were granted EXECUTE.
CREATE FUNCTION wifox_import_purge(older_than interval) RETURNS bigint
	LANGUAGE C VOLATILE PARALLEL UNSAFE SECURITY DEFINER AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION wifox_import_purge(interval) FROM PUBLIC;
COMMENT ON FUNCTION wifox_import_purge(interval) IS
	'Remove the history of imports that ended longer ago than this, with their errors and changes; returns how many';

CREATE FUNCTION wifox_import_read(
	path text,
	delimiter text DEFAULT 'auto',
	quote text DEFAULT '"',
	escape text DEFAULT NULL,
	encoding text DEFAULT 'auto',
	max_records bigint DEFAULT NULL
) RETURNS TABLE (record bigint, line bigint, fields text[], problem text)
	LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 5000 AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION wifox_import_read(text, text, text, text, text, bigint) IS
	'The records of a CSV file of the server, the header as record 0, with what is odd about each';

CREATE FUNCTION wifox_import_read_data(
	data bytea,
	delimiter text DEFAULT 'auto',
	quote text DEFAULT '"',
	escape text DEFAULT NULL,
	encoding text DEFAULT 'auto',
	max_records bigint DEFAULT NULL
) RETURNS TABLE (record bigint, line bigint, fields text[], problem text)
	LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 5000 AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION wifox_import_read_data(bytea, text, text, text, text, bigint) IS
	'The records of the bytes of a CSV file, the header as record 0, with what is odd about each';

CREATE FUNCTION wifox_import_mapping(
	path text,
	delimiter text DEFAULT 'auto',
	quote text DEFAULT '"',
	escape text DEFAULT NULL,
	encoding text DEFAULT 'auto'
) RETURNS TABLE ("position" int, header text, target text, note text)
	LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION wifox_import_mapping(text, text, text, text, text) IS
	'How each header of a CSV file of the server would be mapped';

CREATE FUNCTION wifox_import_mapping_data(
	data bytea,
	delimiter text DEFAULT 'auto',
	quote text DEFAULT '"',
	escape text DEFAULT NULL,
	encoding text DEFAULT 'auto'
) RETURNS TABLE ("position" int, header text, target text, note text)
	LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION wifox_import_mapping_data(bytea, text, text, text, text) IS
	'How each header in the bytes of a CSV file would be mapped';
