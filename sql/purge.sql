-- The end of old history.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/test/helpers.sql'
\i :helpers
SELECT wifox_import_create_clients_table();
-- five imports, 10 to 50 days old; the third follows up the second, the fourth the first
SELECT pg_temp.import(E'email,firstName\na' || n || E'@x.org,A\nb' || n || ',B',
	$$on_error => 'skip'$$) FROM generate_series(1, 5) n;
UPDATE wifox_imports SET finished_at = now() - (60 - id * 10) * interval '1 day',
	parent_id = CASE id WHEN 3 THEN 2 WHEN 4 THEN 1 END;
CREATE VIEW history AS SELECT i.id, parent_id, count(e) AS errors
	FROM wifox_imports i LEFT JOIN wifox_import_errors e ON import_id = i.id GROUP BY 1 ORDER BY 1;
TABLE history;
-- what is wrong
SELECT wifox_import_purge(NULL);
SELECT wifox_import_purge('-1 day');
SELECT wifox_import_purge('1 month -31 days');
-- nothing is that old
SELECT wifox_import_purge('1 year');
SELECT wifox_import_purge('51 days');
-- the oldest, with its errors; the one that follows it up stays, and forgets it
SELECT wifox_import_purge('45 days');
TABLE history;
-- an import and the one that follows it up, together
SELECT wifox_import_purge('25 days');
TABLE history;
SELECT count(*) FROM wifox_import_errors WHERE import_id NOT IN (SELECT id FROM wifox_imports);
-- the clients stay, and numbers are never given twice
SELECT count(*) FROM clients;
SELECT id FROM wifox_import_clients_data('email,firstName');
-- it is part of the transaction
BEGIN;
SELECT wifox_import_purge('0');
TABLE history;
ROLLBACK;
SELECT count(*) FROM history;
BEGIN READ ONLY;
SELECT wifox_import_purge('0');
ROLLBACK;

-- who may: the owner, and who was granted it; then for the imports of all
CREATE ROLE regress_wifox_clerk;
CREATE ROLE regress_wifox_keeper;
SET ROLE regress_wifox_clerk;
SELECT wifox_import_purge('0');
RESET ROLE;
GRANT EXECUTE ON FUNCTION wifox_import_purge TO regress_wifox_keeper;
SET ROLE regress_wifox_keeper;
SELECT wifox_import_purge('15 days');
DELETE FROM wifox_imports;
RESET ROLE;
TABLE history;
-- all that ended before this transaction
SELECT wifox_import_purge('0');
TABLE history;
DROP OWNED BY regress_wifox_keeper;
DROP ROLE regress_wifox_clerk, regress_wifox_keeper;

DROP VIEW history;
DROP EXTENSION wifox_import;
DROP TABLE clients, projects, desks;
