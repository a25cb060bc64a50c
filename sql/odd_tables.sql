\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/test/helpers.sql'
\i :helpers
-- Tables that are not like the shipped one: the result is as if records were handled one by one, in
-- file order, and what a table refuses becomes an error of its record.
SELECT wifox_import_create_clients_table();
CREATE UNIQUE INDEX clients_phone ON clients (phone) WHERE phone <> '';
CREATE UNIQUE INDEX clients_passport ON clients (upper(passport));
SELECT pg_temp.import($$ID,email,firstName,phone,passport
1,one@x.org,One,555,p1
2,two@x.org,Two,666,p2$$);
-- a number that one client gives up is free for the next record ...
SELECT pg_temp.import($$email,firstName,phone
one@x.org,,777
new@x.org,New,555$$);
-- ... and one that an earlier record takes is not
SELECT pg_temp.import($$email,firstName,phone
two@x.org,,888
late@x.org,Late,888$$, $$on_error => 'skip'$$);
SELECT pg_temp.import($$email,firstName,passport
one@x.org,,P3
late@x.org,Late,p1
two@x.org,,p3$$, $$on_error => 'skip'$$);
SELECT email, phone, passport FROM clients ORDER BY email;
-- addresses handed on in one file, each freed by the record before
SELECT pg_temp.import($$ID,email
1,free@x.org
2,one@x.org$$);
SELECT id, email FROM clients WHERE id IN ('1', '2') ORDER BY id;
-- a record that follows a handed-on address names its client
SELECT pg_temp.import($$ID,email,phone
1,again@x.org,
,free@x.org,1
2,two@x.org,
,one@x.org,2$$, $$on_error => 'skip'$$);

-- a generated username that the column's domain refuses is a row error
CREATE DOMAIN name_only AS text CHECK (VALUE ~ '^[a-z]+$');
ALTER TABLE clients ALTER username TYPE name_only;
SELECT pg_temp.import($$email,firstName
a1@x.org,A
good@x.org,G$$, $$on_error => 'skip'$$);
SELECT username FROM clients WHERE email = 'good@x.org';

-- a blank cell that clears a part meets a value of another shape
UPDATE clients SET lifestyle = '["x"]' WHERE id = '1';
UPDATE clients SET lifestyle = '{"interests": {"0": "keep"}}' WHERE id = '2';
SELECT pg_temp.import($$ID,lifestyle.smoking,lifestyle.interests.0
1,,
2,,$$, $$blank => 'clear', on_error => 'skip'$$);
UPDATE clients SET lifestyle = '{"smoking": "no", "interests": ["a", "b"]}' WHERE id = '2';
SELECT pg_temp.import($$ID,lifestyle.smoking,lifestyle.interests.0
2,,$$, $$blank => 'clear'$$);
SELECT id, lifestyle FROM clients WHERE id IN ('1', '2') ORDER BY id;

-- tables whose IDs or projects are of other types
CREATE TABLE firms (client_no text PRIMARY KEY, id bigint GENERATED ALWAYS AS IDENTITY,
	email text UNIQUE, first_name text, project_id bigint DEFAULT 7);
UPDATE wifox_import_columns SET type = NULL WHERE header = 'ID';
INSERT INTO wifox_import_columns (header, target_column, type) VALUES ('No', 'client_no', 'id');
SET wifox_import.clients_table = 'firms';
SELECT pg_temp.import($$No,email,firstName,project
n1,a@x.org,A,
n2,b@x.org,B,3$$);
SELECT client_no, id, project_id FROM firms ORDER BY 1;
-- an edited default that the column refuses is an error of the call
UPDATE wifox_import_columns SET default_value = 'none' WHERE header = 'project';
SELECT wifox_import_clients_data('email');
-- a view over a table that makes its own IDs
DELETE FROM wifox_import_columns WHERE header = 'No';
UPDATE wifox_import_columns SET type = 'id' WHERE header = 'ID';
UPDATE wifox_import_columns SET default_value = 'default' WHERE header = 'project';
CREATE TABLE base (id bigint GENERATED ALWAYS AS IDENTITY, email text UNIQUE, first_name text);
CREATE VIEW shown AS SELECT * FROM base;
SET wifox_import.clients_table = 'shown';
SELECT pg_temp.import($$email,firstName
a@x.org,A$$);
SELECT * FROM shown;
RESET wifox_import.clients_table;

-- rows of the dictionary that the table refuses
INSERT INTO wifox_import_columns (header) VALUES (NULL);
INSERT INTO wifox_import_columns (profile, header) VALUES (NULL, 'x');
-- an extension that goes away while it imports
CREATE FUNCTION drop_it() RETURNS trigger LANGUAGE plpgsql AS
	$$ BEGIN DROP EXTENSION wifox_import CASCADE; RETURN NEW; END $$;
CREATE TRIGGER drop_it BEFORE INSERT ON clients FOR EACH ROW EXECUTE FUNCTION drop_it();
SELECT status FROM wifox_import_clients_data('email,firstName
gone@x.org,Gone');
SELECT count(*) FROM clients WHERE email = 'gone@x.org';
DROP TRIGGER drop_it ON clients;
-- a failed import in a cursor that stays open is over
DO $$
DECLARE
	c refcursor;
	i wifox_imports;
BEGIN
	OPEN c FOR SELECT * FROM wifox_import_clients_data('email,firstName
bad,A', on_error => 'raise');
	BEGIN
		FETCH c INTO i;
	EXCEPTION WHEN bad_copy_file_format THEN
		RAISE WARNING 'caught';
	END;
	SELECT * INTO i FROM wifox_import_clients_data('ID');
	RAISE WARNING '%', i.status;
END $$;
-- more commas than any table has columns
SELECT pg_temp.import('ID' || repeat(',', 1600));
SELECT pg_temp.import('ID' || repeat(',', 70000));
SELECT pg_temp.import(E'ID,phone\n1' || repeat(',x', 70000));
-- a value below a column without a name
SELECT pg_temp.import($$ID,,phone
1,,5
2,surprise,6$$);

DROP EXTENSION wifox_import;
DROP TABLE clients, projects, desks, firms, base CASCADE;
DROP FUNCTION drop_it();
DROP DOMAIN name_only;
