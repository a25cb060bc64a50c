-- What an import costs in transaction IDs: each subtransaction that writes takes one, and thousands of
-- them would slow down every snapshot of the server.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/test/helpers.sql'
\i :helpers
SET client_min_messages = error;
SELECT wifox_import_create_clients_table();
ALTER TABLE clients ADD CHECK (height > 0);
CREATE FUNCTION pg_temp.next_xid() RETURNS bigint LANGUAGE sql AS
	'SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint';
-- 5,000 records, of which some are refused by the table; n makes files differ
CREATE FUNCTION pg_temp.file(n int, bad int[] DEFAULT '{}') RETURNS bytea LANGUAGE sql AS $$
	SELECT convert_to('email,firstName,height' || string_agg(format(E'\nc%s@x.org,F,%s', i,
		CASE WHEN i = ANY (bad) THEN -1 ELSE n END), '' ORDER BY i), 'UTF8')
	FROM generate_series(1, 5000) i $$;
CREATE TABLE files AS SELECT 1 AS n, pg_temp.file(1) AS data UNION ALL SELECT 2, pg_temp.file(2)
	UNION ALL SELECT 3, pg_temp.file(3, '{3456}');
CREATE TEMP TABLE costs (what text, most int, xids int);
-- whoever else takes IDs meanwhile (autovacuum) does not do so for ever: the least of some tries
CREATE PROCEDURE pg_temp.measure(what text, most int, n int, options text) LANGUAGE plpgsql AS $$
DECLARE
	before bigint;
	taken int;
	result text;
BEGIN
	FOR i IN 1..20 LOOP
		COMMIT;
		before := pg_temp.next_xid();
		EXECUTE format('SELECT pg_temp.outcome(i) FROM files, wifox_import_clients_data(data, %s) i
			WHERE n = $1', options) INTO result USING n;
		COMMIT;
		taken := pg_temp.next_xid() - before;
		INSERT INTO costs VALUES (what || ': ' || result, most, taken);
		EXIT WHEN taken <= most;
	END LOOP;
END $$;
-- transaction, import, one statement that inserts for each batch: 4 where a thousand records take less
-- than a second, and up to 20 where the machine is busy; to halve 5,000 takes 2 tries for each of 13 steps
CALL pg_temp.measure('clean', 2 + 20, 1, 'dry_run => true');
CALL pg_temp.measure('one bad', 2 + 20 + 2 * 13, 3, $$dry_run => true, on_error => 'skip'$$);
SELECT pg_temp.outcome(i) FROM files, wifox_import_clients_data(data) i WHERE n = 1;
CALL pg_temp.measure('unchanged', 2, 1, 'dry_run => false');
-- one more in each batch to lock what is updated
CALL pg_temp.measure('clean', 2 + 2 * 20, 2, 'dry_run => true');
CALL pg_temp.measure('one bad', 2 + 2 * 20 + 2 * 13, 3, $$dry_run => true, on_error => 'skip'$$);
SELECT what, CASE WHEN min(xids) <= most THEN 'at most ' || most ELSE min(xids)::text END
	FROM costs GROUP BY what, most ORDER BY what COLLATE "C";
DROP EXTENSION wifox_import;
DROP TABLE clients, projects, desks, files;
