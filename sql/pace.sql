-- Batches take about a second.  But they are large where a statement takes its time whatever the number
-- of its records.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/test/helpers.sql'
\i :helpers
SELECT wifox_import_create_clients_table();
CREATE SEQUENCE statements;
CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM nextval('public.statements'), pg_sleep(0.95);
	RETURN NULL;
END $$;
CREATE TRIGGER slow AFTER INSERT ON clients FOR EACH STATEMENT EXECUTE FUNCTION slow();
-- a machine that stands still for a moment may keep a batch from growing, but not each time
SET client_min_messages = warning;
DO $$
DECLARE
	file bytea := (SELECT convert_to(E'email,firstName\n' || string_agg(format(E'p%s@example.org,P\n', n), ''), 'UTF8')
		FROM generate_series(1, 5000) n);
BEGIN
	FOR i IN 1..3 LOOP
		PERFORM setval('statements', 1, false), wifox_import_clients_data(file, dry_run => true);
		EXIT WHEN (SELECT last_value < 12 FROM statements);
	END LOOP;
END $$;
SELECT last_value BETWEEN 3 AND 11, i.status, i.created FROM statements, wifox_imports i ORDER BY i.id DESC LIMIT 1;
DROP EXTENSION wifox_import;
DROP TABLE clients, projects, desks;
DROP FUNCTION slow;
DROP SEQUENCE statements;
