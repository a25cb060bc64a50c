-- The options of a call: what they may be, and their defaults.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/test/helpers.sql'
\i :helpers
SELECT wifox_import_create_clients_table();
\set VERBOSITY sqlstate
-- each bad value is 22023
SELECT wifox_import_clients_data('ID', mode => 'x');
\set VERBOSITY default
SELECT wifox_import_clients_data('ID', mode => 'Upsert');
SELECT wifox_import_clients_data('ID', mode => '');
SELECT wifox_import_clients_data('ID', on_error => 'ignore');
SELECT wifox_import_clients_data('ID', blank => 'null');
SELECT wifox_import_clients_data('ID', clear_marker => '');
SELECT wifox_import_clients_data('ID', clear_marker => E' \t');
SELECT wifox_import_clients_data('ID', unknown_columns => 'skip');
SELECT wifox_import_clients_data('ID', duplicates => 'first');
SELECT wifox_import_clients_data('ID', delimiter => '');
SELECT wifox_import_clients_data('ID', delimiter => ',,');
SELECT wifox_import_clients_data('ID', delimiter => 'ä');
SELECT wifox_import_clients_data('ID', delimiter => E'\n');
SELECT wifox_import_clients_data('ID', quote => '""');
SELECT wifox_import_clients_data('ID', quote => E'\n');
SELECT wifox_import_clients_data('ID', escape => '');
SELECT wifox_import_clients_data('ID', escape => 'ab');
SELECT wifox_import_clients_data('ID', delimiter => ';', quote => ';');
SELECT wifox_import_clients_data('ID', delimiter => '\', escape => '\');
SELECT wifox_import_clients_data('ID', encoding => 'utf-5');
SELECT wifox_import_clients_data('ID', encoding => '');
SELECT wifox_import_clients_data('ID', date_order => 'ISO');
SELECT wifox_import_clients_data('ID', date_order => 'dmy');
SELECT wifox_import_clients_data('ID', on_error => 'skip', reject_limit => -1);
SELECT wifox_import_clients_data('ID', reject_limit => 5);
SELECT wifox_import_clients_data('ID', on_error => 'raise', reject_limit => 5);
-- the same for a path, before the file is looked for
SELECT wifox_import_clients('no such file.csv', mode => 'x');
-- nothing to import is 22004
SELECT wifox_import_clients(NULL);
SELECT wifox_import_clients_data(NULL);
\set VERBOSITY sqlstate
SELECT wifox_import_clients(NULL);
SELECT wifox_import_clients_data(NULL);
\set VERBOSITY default
-- a NULL option is its default
SELECT status, file_name, mode, on_error, dry_run, options - 'header'
	FROM wifox_import_clients_data('ID', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
		NULL, NULL, NULL, NULL);
SELECT status, file_name, mode, on_error, dry_run, options - 'header'
	FROM wifox_import_clients_data('ID');
-- what was asked for stands in the history, with what was found in the file
SELECT file_name, mode, on_error, dry_run, options
	FROM wifox_import_clients_data(E'ID;email\n', 'my.CSV', mode => 'update', on_error => 'skip',
		dry_run => true, blank => 'clear', clear_marker => '#N/A', unknown_columns => 'ignore',
		quote => '''', escape => '\', encoding => 'latin1', date_order => 'MDY', reject_limit => 7);

-- reject_limit: more bad records fail the import
SELECT pg_temp.import($$email,firstName
a@x.org,A
b@x.org,
c@x.org,$$, $$on_error => 'skip', reject_limit => 1$$);
SELECT count(*) FROM clients;
SELECT pg_temp.import($$email,firstName
a@x.org,A
b@x.org,
c@x.org,$$, $$on_error => 'skip', reject_limit => 2$$);
SELECT pg_temp.import($$email,firstName
a@x.org,A
b@x.org,$$, $$on_error => 'skip', reject_limit => 0$$);
-- skip fails where every record is bad
SELECT pg_temp.import($$email,firstName
b@x.org,
c@x.org,$$, $$on_error => 'skip'$$);

-- dry_run: the same work, then nothing of it
SELECT pg_temp.import($$email,firstName
a@x.org,Anna
d@x.org,D$$, 'dry_run => true');
SELECT pg_temp.import($$email,firstName
a@x.org,Anna
d@x.org,$$, 'dry_run => true');
SELECT pg_temp.import($$email,firstName
a@x.org,Anna
d@x.org,$$, $$dry_run => true, on_error => 'skip'$$);
SELECT message FROM wifox_imports ORDER BY id DESC LIMIT 1;
SELECT wifox_import_clients_data($$email,firstName
d@x.org,$$, dry_run => true, on_error => 'raise');
SELECT email, first_name FROM clients;

-- duplicates => 'last': the last record of a client counts, the earlier ones are skipped
SELECT pg_temp.import($$email,firstName
a@x.org,First
z@x.org,
A@x.org,Second
z@x.org,Zoe$$, $$duplicates => 'last'$$);
SELECT email, first_name FROM clients ORDER BY email;

-- settings
SET wifox_import.max_records = -1;
SET wifox_import.directory = 'relative';
SELECT set_config('wifox_import.notify_channel', repeat('x', 64), false);
SET wifox_import.no_such_setting = 1;

DROP EXTENSION wifox_import;
DROP TABLE clients, projects, desks;
