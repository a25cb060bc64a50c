-- Where an import may be called from.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/test/helpers.sql'
\i :helpers
SELECT wifox_import_create_clients_table();

-- a plpgsql procedure that commits between two imports
CREATE PROCEDURE nightly() LANGUAGE plpgsql AS $$
DECLARE
	i wifox_imports;
BEGIN
	i := wifox_import_clients_data(E'ID,email,firstName\n1,a@x.org,A');
	RAISE WARNING '% %', i.status, i.created;
	COMMIT;
	SELECT * INTO i FROM wifox_import_clients_data(E'ID,email,firstName\n1,a@x.org,A\n2,b@x.org,B');
	RAISE WARNING '% %', i.status, i.created;
	PERFORM wifox_import_clients_data(E'ID\n3');
	ROLLBACK;
END $$;
CALL nightly();
SELECT id FROM clients ORDER BY id;
SELECT count(*) FROM wifox_imports;
-- a DO block, an SQL function, a prepared statement, a cursor
DO $$ BEGIN PERFORM wifox_import_clients_data(E'ID,phone\n1,1'); END $$;
CREATE FUNCTION import_it(bytea) RETURNS wifox_imports LANGUAGE sql AS
	$$ SELECT * FROM wifox_import_clients_data($1, mode => 'update') $$;
SELECT updated FROM import_it(E'ID,phone\n1,2');
PREPARE p AS SELECT updated FROM wifox_import_clients_data($1);
EXECUTE p (E'ID,phone\n1,3');
EXECUTE p (E'ID,phone\n1,4');
BEGIN;
DECLARE c CURSOR FOR SELECT updated FROM wifox_import_clients_data(E'ID,phone\n1,5');
FETCH c;
COMMIT;
SELECT phone FROM clients WHERE id = '1';
DEALLOCATE p;

-- a trigger on an upload table, many rows in one statement
CREATE TABLE uploads (id serial, name text, data bytea, result text);
CREATE FUNCTION take_upload() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	NEW.result := pg_temp.outcome(i) FROM wifox_import_clients_data(NEW.data, NEW.name) i;
	RETURN NEW;
END $$;
CREATE TRIGGER take_upload BEFORE INSERT ON uploads FOR EACH ROW EXECUTE FUNCTION take_upload();
INSERT INTO uploads (name, data) VALUES ('one.csv', E'email,firstName\nu1@x.org,U'),
	('two.csv', E'email,firstName\nu1@x.org,U\nu2@x.org,U'), ('bad.csv', E'email\nu3@x.org'),
	('x.exe', 'MZ');
SELECT id, name, result FROM uploads ORDER BY id;

-- a transaction that is rolled back leaves nothing, one with savepoints what it keeps
BEGIN;
SELECT pg_temp.import($$ID,email,firstName
5,e@x.org,E$$);
SELECT pg_temp.import($$ID,phone
5,555$$);
SELECT phone FROM clients WHERE id = '5';
ROLLBACK;
SELECT count(*) FROM clients WHERE id = '5';
BEGIN;
SAVEPOINT s;
SELECT pg_temp.import($$ID,email,firstName
6,f@x.org,F$$);
ROLLBACK TO s;
SELECT pg_temp.import($$ID,email,firstName
7,g@x.org,G$$);
SAVEPOINT t;
SELECT wifox_import_clients_data(E'ID\n8', on_error => 'raise');
ROLLBACK TO t;
SELECT pg_temp.import($$ID,phone
7,777$$);
COMMIT;
SELECT id, phone FROM clients WHERE id IN ('6', '7', '8');
-- clients of the caller's own transaction are found
BEGIN;
INSERT INTO clients (id, username, first_name, email) VALUES ('9', 'i', 'I', 'i@x.org');
UPDATE clients SET email = 'gg@x.org' WHERE id = '7';
SELECT pg_temp.import($$email,phone
I@x.org,999
gg@x.org,77$$);
ROLLBACK;
-- other isolation levels
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT pg_temp.import($$ID,phone
7,778$$);
COMMIT;
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT pg_temp.import($$ID,email,firstName
10,j@x.org,J$$);
COMMIT;

-- a read-only transaction
BEGIN READ ONLY;
SELECT wifox_import_clients_data('ID');
ROLLBACK;
\set VERBOSITY sqlstate
BEGIN READ ONLY;
SELECT wifox_import_clients_data('ID', dry_run => true);
ROLLBACK;
BEGIN READ ONLY;
SELECT wifox_import_create_clients_table();
ROLLBACK;
\set VERBOSITY default

-- from the table's own trigger, on any way into the table
CREATE FUNCTION import_more() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.phone = 'more' THEN
		PERFORM wifox_import_clients_data(E'ID,phone\n1,from the trigger');
	END IF;
	RETURN NULL;
END $$;
CREATE TRIGGER import_more AFTER INSERT OR UPDATE ON clients FOR EACH ROW
	EXECUTE FUNCTION import_more();
SELECT wifox_import_clients_data(E'ID,phone\n7,more');
\set VERBOSITY sqlstate
SELECT wifox_import_clients_data(E'ID,phone\n7,more', on_error => 'skip');
\set VERBOSITY default
SELECT id, phone FROM clients WHERE id IN ('1', '7') ORDER BY id;
-- without an import that is running it may
UPDATE clients SET phone = 'more' WHERE id = '7';
SELECT id, phone FROM clients WHERE id IN ('1', '7') ORDER BY id;
-- into another table it may as well
DROP TRIGGER import_more ON clients;
CREATE TABLE copies (id text PRIMARY KEY, email text NOT NULL);
CREATE UNIQUE INDEX ON copies (lower(email));
CREATE FUNCTION copy_it() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('wifox_import.clients_table', 'public.copies', true);
	PERFORM wifox_import_clients_data(convert_to(E'ID,email\n' || NEW.id || ',' || NEW.email,
		'UTF8'));
	PERFORM set_config('wifox_import.clients_table', 'clients', true);
	RETURN NULL;
END $$;
CREATE TRIGGER copy_it AFTER INSERT ON clients FOR EACH ROW EXECUTE FUNCTION copy_it();
UPDATE wifox_import_columns SET required = false WHERE header = 'firstName';
SELECT pg_temp.import($$ID,email,firstName
11,k@x.org,K
12,l@x.org,L$$);
TABLE copies;
DROP TRIGGER copy_it ON clients;

-- an error that is caught does not lock the table for this session
DO $$
BEGIN
	FOR i IN 1..20 LOOP
		BEGIN
			PERFORM wifox_import_clients_data(E'ID,height\n1,x', on_error => 'raise');
		EXCEPTION WHEN bad_copy_file_format THEN
			NULL;
		END;
		BEGIN
			PERFORM wifox_import_clients_data('ID', 'x.csv', on_error => 'never');
		EXCEPTION WHEN invalid_parameter_value THEN
			NULL;
		END;
	END LOOP;
END $$;
SELECT pg_temp.import($$ID,phone
1,free$$);

DROP PROCEDURE nightly;
DROP FUNCTION import_it, import_more, copy_it;
DROP TABLE uploads, copies;
DROP FUNCTION take_upload;
DROP EXTENSION wifox_import;
DROP TABLE clients, projects, desks;
