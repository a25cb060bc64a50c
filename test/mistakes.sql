\set ECHO none
-- A table of clients in which every mistake of test/data/clients-40-mistakes.csv can be made, and the
-- clients that the file meets there. One of its cells is larger than 1 kB.
SELECT wifox_import_create_clients_table() AS clients \gset
CREATE TYPE tier AS ENUM ('bronze', 'silver', 'gold');
CREATE DOMAIN percent AS numeric CONSTRAINT percent_range CHECK (VALUE BETWEEN 0 AND 100);
ALTER TABLE clients ALTER id DROP DEFAULT, ALTER id TYPE bigint USING id::bigint,
	ADD tier tier, ADD discount percent, ADD visits smallint, ADD card uuid, ADD code varchar(5),
	ADD CONSTRAINT clients_height CHECK (height BETWEEN 40 AND 260);
ALTER TABLE clients ALTER id ADD GENERATED ALWAYS AS IDENTITY;
COMMENT ON CONSTRAINT clients_height ON clients IS 'height is in centimetres, from 40 to 260';
-- case-sensitive, so that an address can mean two clients
DROP INDEX clients_email_key;
CREATE UNIQUE INDEX ON clients (email);
INSERT INTO desks VALUES ('closed', 'Closed since May');
CREATE FUNCTION check_desk() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.desk_id = 'closed' THEN
		RAISE EXCEPTION 'desk "%" is closed', NEW.desk_id
			USING ERRCODE = 'WX001', COLUMN = 'desk_id', HINT = 'Choose a desk that is open.';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER check_desk BEFORE INSERT OR UPDATE ON clients
	FOR EACH ROW EXECUTE FUNCTION check_desk();
INSERT INTO clients (first_name, email, username, lifestyle) VALUES
	('Clara', 'clara@example.org', 'clara', '"quiet"'), ('Bruno', 'bruno@example.org', 'bruno', NULL),
	('Dora', 'Dora@example.org', 'dora', NULL), ('Dora', 'dora@example.org', 'dora2', NULL),
	('Max', 'max@example.org', 'max', NULL), ('Agnes', 'agnes@example.org', 'agnes', NULL);
SET wifox_import.max_field_size = '1kB';
\set ECHO all
