-- The sample: all of it, again, with errors, and under each error policy.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/test/helpers.sql'
\i :helpers
\set path :abs_srcdir '/test/data/clients.csv'
RESET client_min_messages;
-- a NOTICE names the earlier import of a file: on a day that never changes
\set on_a_day 'UPDATE wifox_imports SET finished_at = ''2026-01-02 03:04:05+00'''

-- The first import creates the tables and 828 clients.
SELECT status, message, file_name, records, created, updated, unchanged, skipped, failed, target
	FROM wifox_import_clients(:'path');
SELECT count(*), count(DISTINCT lower(email)), count(lifestyle), count(trading_groups)
	FROM clients;
SELECT pg_temp.checksum() AS before \gset

-- What a dotted, an indexed and a quoted header with line breaks has become.
SELECT id, comments, lifestyle, agreements, meta, trading_groups
	FROM clients WHERE id = 'C-000001';

-- The same file again: 828 unchanged, and nothing is written.
SELECT pg_stat_force_next_flush();
SELECT n_tup_ins AS ins, n_tup_upd AS upd, n_dead_tup AS dead
	FROM pg_stat_user_tables WHERE relname = 'clients' \gset
SELECT :ins, :upd, :dead;
:on_a_day;
SELECT status, message, records, created, updated, unchanged, skipped, failed
	FROM wifox_import_clients(:'path');
SELECT pg_stat_force_next_flush();
SELECT n_tup_ins - :ins, n_tup_upd - :upd, n_tup_del, n_dead_tup - :dead
	FROM pg_stat_user_tables WHERE relname = 'clients';
SELECT count(*) FROM clients WHERE xmax <> 0;
SELECT pg_temp.checksum() = :'before';

-- Three bad records in a copy of the 828: a bad e-mail, no first name, an unknown project.
CREATE TEMP TABLE bad AS
	SELECT convert_to(regexp_replace(regexp_replace(regexp_replace(
		convert_from(pg_read_binary_file(:'path'), 'UTF8'),
		'^(C-000010,[^,]*,[^,]*,[^,]*,[^,]*,)[^,]*', '\1not an address', 'n'),
		'^(C-000400,[^,]*,)[^,]*', 'NEW-1,,', 'n'),
		'^(C-000828,[^,]*,[^,]*,[^,]*,[^,]*,[^,]*,[^,]*,)[^,]*', '\1nowhere', 'n'), 'UTF8') AS data;
TRUNCATE clients;
:on_a_day;
SELECT status, created FROM wifox_import_clients(:'path', dry_run => true);
SELECT count(*) FROM clients;

-- report: status failed, no client changed, and the errors stay.
SELECT status, message, records, created, updated, unchanged, skipped, failed
	FROM bad, wifox_import_clients_data(data, 'bad.csv');
SELECT count(*) FROM clients;
SELECT record, line, column_name, value, code, message, sqlstate, detail, hint
	FROM wifox_import_errors ORDER BY import_id, record;
-- also where the clients are there already
:on_a_day;
SELECT status FROM wifox_import_clients(:'path');
DELETE FROM clients WHERE id = 'C-000400';
SELECT pg_temp.checksum() AS before \gset
SELECT status, message, records, created, updated, unchanged, skipped, failed
	FROM bad, wifox_import_clients_data(data);
SELECT pg_temp.checksum() = :'before';

-- skip: 825 are imported, the bad ones reported.
TRUNCATE clients;
SELECT status, message, records, created, updated, unchanged, skipped, failed
	FROM bad, wifox_import_clients_data(data, on_error => 'skip');
SELECT count(*) FROM clients;
SELECT count(*) FROM clients WHERE id IN ('C-000010', 'NEW-1', 'C-000828');
SELECT pg_temp.errors(max(id)) FROM wifox_imports;

-- raise: an error that a handler catches; the caller's transaction lives on.
CREATE TABLE kept (note text);
TRUNCATE clients;
:on_a_day;
SELECT status, created FROM wifox_import_clients(:'path', mode => 'create');
DELETE FROM clients WHERE id = 'C-000400';
SELECT pg_temp.checksum() AS before, max(id) AS last FROM wifox_imports \gset
DO $$
DECLARE
	bytes bytea;
	state text;
	message text;
	detail text;
BEGIN
	SELECT data INTO bytes FROM bad;
	INSERT INTO kept VALUES ('before');
	BEGIN
		INSERT INTO kept VALUES ('in the block');
		PERFORM wifox_import_clients_data(bytes, on_error => 'raise');
	EXCEPTION WHEN bad_copy_file_format THEN
		GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT,
			detail = PG_EXCEPTION_DETAIL;
		RAISE NOTICE E'caught %: %\n%', state, message, detail;
	END;
	INSERT INTO kept VALUES ('after');
	-- and the next import in this transaction works
	PERFORM wifox_import_clients_data('\x69640a');
END $$;
SELECT * FROM kept;
SELECT pg_temp.checksum() = :'before';
SELECT id - :last, status, records FROM wifox_imports WHERE id > :last;

-- raise, uncaught; and without errors it is an import as any other
SELECT wifox_import_clients_data('firstName,email
,ann@example.com
Bob,bob@', on_error => 'raise');
SELECT status, created FROM wifox_import_clients_data('firstName,email
Ann,ann@example.com', on_error => 'raise');

DROP TABLE kept;
DROP EXTENSION wifox_import;
-- the clients are the user's
SELECT count(*) FROM clients;
DROP TABLE clients, projects, desks;
