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
SELECT pg_temp.import((SELECT convert_to(E'email,firstName\n' || string_agg(format(E'p%s@example.org,P\n', n), ''), 'UTF8')
	FROM generate_series(1, 5000) n));
SELECT last_value < 12 FROM statements;
DROP EXTENSION wifox_import;
DROP TABLE clients, projects, desks;
DROP FUNCTION slow;
DROP SEQUENCE statements;
