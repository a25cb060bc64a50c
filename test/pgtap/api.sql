-- What CREATE EXTENSION makes: functions and their signatures, history tables, dictionary,
-- settings, comments and rights, all of it in the schema that was asked for.
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pgtap;
DROP EXTENSION IF EXISTS wifox_import CASCADE;
CREATE SCHEMA "api Tap";
CREATE EXTENSION wifox_import SCHEMA "api Tap";
LOAD 'wifox_import';

SELECT plan(74);

CREATE TEMP VIEW members AS
	SELECT classid, objid FROM pg_depend
	WHERE deptype = 'e' AND refclassid = 'pg_extension'::regclass
		AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'wifox_import');
CREATE TEMP VIEW functions AS
	SELECT * FROM pg_proc p
	WHERE oid IN (SELECT objid FROM members WHERE classid = 'pg_proc'::regclass);
CREATE TEMP VIEW relations AS
	SELECT * FROM pg_class c
	WHERE oid IN (SELECT objid FROM members WHERE classid = 'pg_class'::regclass);

-- The extension ----------------------------------------------------------------

SELECT is((SELECT extrelocatable FROM pg_extension WHERE extname = 'wifox_import'), false,
	'the extension is not relocatable');
SELECT is_empty(
	$$SELECT proname FROM functions WHERE pronamespace <> '"api Tap"'::regnamespace
	UNION ALL SELECT relname FROM relations WHERE relnamespace <> '"api Tap"'::regnamespace$$,
	'all objects are in the schema of the extension');
SELECT hasnt_table('api Tap', 'clients', 'CREATE EXTENSION makes no clients table');

-- Functions --------------------------------------------------------------------

CREATE TEMP TABLE options AS SELECT
	'mode text DEFAULT ''upsert''::text, on_error text DEFAULT ''report''::text,'
	' dry_run boolean DEFAULT false, blank text DEFAULT ''keep''::text,'
	' clear_marker text DEFAULT NULL::text, unknown_columns text DEFAULT ''error''::text,'
	' duplicates text DEFAULT ''error''::text, delimiter text DEFAULT ''auto''::text,'
	' quote text DEFAULT ''"''::text, escape text DEFAULT NULL::text,'
	' encoding text DEFAULT ''auto''::text, date_order text DEFAULT NULL::text,'
	' reject_limit bigint DEFAULT NULL::bigint' AS arguments;
CREATE TEMP TABLE signatures (name text, arguments text, result text);
INSERT INTO signatures
	SELECT 'wifox_import_clients', 'path text, ' || arguments, '"api Tap".wifox_imports'
	FROM options
	UNION ALL
	SELECT 'wifox_import_clients_data',
		'data bytea, file_name text DEFAULT ''upload.csv''::text, ' || arguments,
		'"api Tap".wifox_imports'
	FROM options;
INSERT INTO signatures VALUES
	('wifox_import_create_clients_table', '', 'regclass'),
	('wifox_import_error_report', 'import_id bigint', 'SETOF text'),
	('wifox_import_template', '', 'text'),
	('wifox_import_undo', 'import_id bigint', '"api Tap".wifox_imports');

SELECT is(pg_get_function_arguments(oid), arguments, name || '(): arguments and defaults')
	FROM signatures LEFT JOIN functions ON proname = name ORDER BY name;
SELECT is(pg_get_function_result(oid), result, name || '(): result')
	FROM signatures LEFT JOIN functions ON proname = name ORDER BY name;
SELECT is(concat_ws(' ', provolatile, proparallel, proisstrict, prosecdef),
	'v u f f', name || '() is volatile, parallel unsafe, not strict, and runs as the caller')
	FROM signatures LEFT JOIN functions ON proname = name ORDER BY name;
SELECT is(has_function_privilege('public', oid, 'EXECUTE'), true,
	name || '() may be called by everybody')
	FROM signatures LEFT JOIN functions ON proname = name ORDER BY name;
SELECT is((SELECT count(*) FROM functions f WHERE f.proname = name), 1::bigint,
	name || '() is not overloaded')
	FROM signatures ORDER BY name;

SELECT is(pg_get_function_arguments(oid) || ' ' || pg_get_function_result(oid),
	'older_than interval bigint', 'wifox_import_purge(): arguments and result')
	FROM functions WHERE proname = 'wifox_import_purge';
SELECT is(concat_ws(' ', provolatile, proparallel, proisstrict, prosecdef),
	'v u f t', 'wifox_import_purge() is volatile, parallel unsafe, not strict, and runs as the owner')
	FROM functions WHERE proname = 'wifox_import_purge';
SELECT is(has_function_privilege('public', oid, 'EXECUTE'), false,
	'wifox_import_purge() may not be called by everybody')
	FROM functions WHERE proname = 'wifox_import_purge';

-- History and dictionary ---------------------------------------------------------

CREATE TEMP TABLE wanted (name text, columns text);
INSERT INTO wanted VALUES
	('wifox_imports', 'id bigint, parent_id bigint, status text, message text, file_name text,'
		' file_bytes bigint, file_sha256 bytea, records bigint, created bigint, updated bigint,'
		' unchanged bigint, skipped bigint, failed bigint, mode text, on_error text,'
		' dry_run boolean, options jsonb, target text, started_at timestamp with time zone,'
		' finished_at timestamp with time zone, imported_by name, session_user_name name,'
		' client_addr inet'),
	('wifox_import_errors', 'import_id bigint, record bigint, line bigint, column_name text,'
		' value text, code text, message text, sqlstate text, detail text, hint text, raw text'),
	('wifox_import_changes', 'import_id bigint, record bigint, line bigint, action text,'
		' client_id text, before jsonb, after jsonb, row_hash bigint'),
	('wifox_import_columns', 'profile text, header text, aliases text[], target_column text,'
		' path text[], type text, required boolean, default_value text, blank text,'
		' description text, builtin boolean');

SELECT is(
	(SELECT string_agg(attname || ' ' || format_type(atttypid, atttypmod), ', ' ORDER BY attnum)
	FROM pg_attribute
	WHERE attrelid = relations.oid AND attnum > 0 AND NOT attisdropped),
	columns, name || ' has the columns of the contract')
	FROM wanted LEFT JOIN relations ON relname = name ORDER BY name;
SELECT is((SELECT pg_get_constraintdef(oid) ~ 'imported.*partial.*failed.*checked.*undone'
	FROM pg_constraint WHERE conrelid = '"api Tap".wifox_imports'::regclass AND contype = 'c'
		AND pg_get_constraintdef(oid) ~ 'status'), true, 'a status is one of the contract''s');

-- Comments ------------------------------------------------------------------------

SELECT is_empty($$SELECT oid::regprocedure FROM functions
	WHERE coalesce(obj_description(oid, 'pg_proc'), '') = ''$$, 'every function has a comment');
SELECT is_empty($$SELECT relname FROM relations WHERE relkind IN ('r', 'v')
	AND coalesce(obj_description(oid, 'pg_class'), '') = ''$$,
	'every table and view has a comment');
SELECT is_empty($$SELECT relname, attname FROM relations JOIN pg_attribute ON attrelid = oid
	WHERE relkind IN ('r', 'v') AND attnum > 0
		AND coalesce(col_description(oid, attnum), '') = ''$$,
	'every column has a comment');

-- Rights --------------------------------------------------------------------------

CREATE ROLE regress_api;
GRANT USAGE ON SCHEMA "api Tap" TO regress_api;
SELECT table_privs_are('api Tap', name, 'regress_api', '{SELECT}',
	'everybody may read ' || name || ', and nobody else may write it')
	FROM wanted ORDER BY name;
SELECT is_empty($$SELECT relname FROM relations
	WHERE CASE WHEN relkind = 'S'
		THEN has_sequence_privilege('regress_api', oid, 'USAGE, UPDATE') END$$,
	'nobody else advances the sequences');
SELECT results_eq($$SELECT relname::text COLLATE "default", relrowsecurity,
		(SELECT string_agg(polcmd::text, '') FROM pg_policy WHERE polrelid = relations.oid)
	FROM relations WHERE relname IN ('wifox_imports', 'wifox_import_errors', 'wifox_import_changes')
	ORDER BY 1$$,
	$$VALUES ('wifox_import_changes', true, 'r'), ('wifox_import_errors', true, 'r'),
		('wifox_imports', true, 'r')$$,
	'row security protects the history, with policies for SELECT only');

-- Row security: one's own imports; all of them for pg_read_all_data.
SELECT "api Tap".wifox_import_create_clients_table();
SELECT status FROM "api Tap".wifox_import_clients_data('email,firstName
nobody,');
GRANT SELECT, INSERT, UPDATE ON "api Tap".clients TO regress_api;
SET ROLE regress_api;
SELECT is_empty('SELECT id FROM "api Tap".wifox_imports',
	'the imports of others cannot be seen');
SELECT is_empty('SELECT line FROM "api Tap".wifox_import_errors',
	'the errors of others cannot be seen');
SELECT isnt_empty($$SELECT * FROM "api Tap".wifox_import_clients_data('email,firstName
nobody2,')$$, 'another role imports');
SELECT results_eq('SELECT count(*), count(*) FILTER (WHERE imported_by = ''regress_api'')
	FROM "api Tap".wifox_imports', 'VALUES (1::bigint, 1::bigint)',
	'one sees one''s own import');
SELECT isnt_empty('SELECT line FROM "api Tap".wifox_import_errors',
	'and its errors');
SELECT throws_ok('UPDATE "api Tap".wifox_imports SET status = ''imported''', '42501', NULL,
	'but cannot change it');
SELECT throws_ok('DELETE FROM "api Tap".wifox_import_errors', '42501', NULL,
	'nor its errors');
RESET ROLE;
GRANT pg_read_all_data TO regress_api;
SET ROLE regress_api;
SELECT is((SELECT count(*) FROM "api Tap".wifox_imports), 2::bigint,
	'pg_read_all_data sees all imports');
RESET ROLE;

-- Settings ------------------------------------------------------------------------

SELECT results_eq(
	$$SELECT name COLLATE "default", context COLLATE "default", boot_val COLLATE "default",
		unit COLLATE "default" FROM pg_settings
	WHERE name IN ('wifox_import.max_records', 'wifox_import.max_file_size',
		'wifox_import.max_field_size', 'wifox_import.max_errors', 'wifox_import.directory',
		'wifox_import.active_content', 'wifox_import.clients_table',
		'wifox_import.notify_channel', 'wifox_import.track_changes') ORDER BY 1$$,
	$$VALUES ('wifox_import.active_content', 'superuser', 'reject', NULL),
		('wifox_import.clients_table', 'user', 'clients', NULL),
		('wifox_import.directory', 'superuser', '', NULL),
		('wifox_import.max_errors', 'superuser', '10000', NULL),
		('wifox_import.max_field_size', 'superuser', '1024', 'kB'),
		('wifox_import.max_file_size', 'superuser', '1048576', 'kB'),
		('wifox_import.max_records', 'superuser', '5000', NULL),
		('wifox_import.notify_channel', 'user', 'wifox_import', NULL),
		('wifox_import.track_changes', 'superuser', 'on', NULL)$$,
	'the settings have their contexts, defaults and units');
SELECT is_empty($$SELECT name FROM pg_settings WHERE name LIKE 'wifox_import.%'
	AND coalesce(short_desc, '') = ''$$, 'every setting is described');
SELECT throws_ok('SET wifox_import.no_such_setting = 1', '42602', NULL,
	'the prefix is reserved');
SELECT throws_ok('SET wifox_import.directory = ''relative''', '22023', NULL,
	'a directory must be absolute');
SELECT throws_ok('SET wifox_import.notify_channel = ' || quote_literal(repeat('x', 64)),
	'22023', NULL, 'a channel name fits an identifier');
SELECT throws_ok('SET wifox_import.active_content = maybe', '22023', NULL,
	'active_content is one of its words');
SELECT throws_ok('SET wifox_import.' || name || ' = -1', '22023', NULL,
	name || ' cannot be negative')
	FROM unnest('{max_records,max_file_size,max_field_size,max_errors}'::text[]) name;

-- The clients stay the user's -------------------------------------------------------

SELECT is_empty($$SELECT objid FROM members WHERE objid IN ('"api Tap".clients'::regclass,
	'"api Tap".projects'::regclass, '"api Tap".desks'::regclass)$$,
	'clients, projects and desks are no members of the extension');
SELECT results_eq(
	$$SELECT conf::regclass::text COLLATE "default", cond COLLATE "default"
	FROM pg_extension, unnest(extconfig, extcondition) c(conf, cond)
	WHERE extname = 'wifox_import' AND conf::regclass::text ~
		'wifox_(imports|imports_id_seq|import_errors|import_changes|import_columns)$'
	ORDER BY 1$$,
	$$VALUES ('"api Tap".wifox_import_changes', ''),
		('"api Tap".wifox_import_columns', 'WHERE NOT builtin'),
		('"api Tap".wifox_import_errors', ''), ('"api Tap".wifox_imports', ''),
		('"api Tap".wifox_imports_id_seq', '')$$,
	'a dump holds the history, its sequence, and the edited rows of the dictionary');

-- The function finds the schema's table first, wherever search_path leads.
CREATE SCHEMA elsewhere;
CREATE TABLE elsewhere.clients (id text PRIMARY KEY, email text UNIQUE, first_name text);
SET search_path = elsewhere, public;
SELECT is((SELECT status || ' ' || target FROM "api Tap".wifox_import_clients_data(
	'email,firstName
ann@example.com,Ann')), 'imported "api Tap".clients', 'the clients of the schema come first');
SELECT is((SELECT created_at = now() AND username = 'ann' AND project_id = 'default'
	FROM "api Tap".clients), true, 'and the client is there');
ALTER TABLE "api Tap".clients RENAME TO clients_of_old;
SELECT is((SELECT status || ' ' || target FROM "api Tap".wifox_import_clients_data(
	'email,firstName
ann@example.com,Ann')), 'imported elsewhere.clients', 'then those of search_path');

DROP EXTENSION wifox_import;
SELECT is((SELECT count(*) FROM "api Tap".clients_of_old), 1::bigint,
	'DROP EXTENSION leaves the clients');

SELECT * FROM finish();
ROLLBACK;
