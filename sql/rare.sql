-- What happens rarely: more of something than is usual, and what stands in the way of a look at the data.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/test/helpers.sql'
\i :helpers
SELECT wifox_import_create_clients_table();

-- a byte that is no text behind the first pages of a file: the record says so
SELECT count(*), max(record), max(problem)
	FROM wifox_import_read_data(convert_to(repeat(E'email,firstName\n', 100000), 'UTF8') || '\x00'::bytea);

-- a report of more cells than the reader has room for at first
SELECT pg_temp.import('email,firstName,height,' || string_agg('x' || i, ',') || E'\na@x.org,A,tall,' || string_agg(i::text, ','),
	$$unknown_columns => 'ignore', on_error => 'skip'$$) FROM generate_series(1, 300) i;
SELECT line_number, length(line) > 1000, line ~ '^email,firstName,height,x1,x2,.*,x300,import_line,import_error$',
	line ~ '^a@x.org,A,tall,1,2,3,.*,299,300,2,' FROM (SELECT max(id) AS id FROM wifox_imports) i,
	wifox_import_error_report(i.id) WITH ORDINALITY r (line, line_number);

-- an array of more elements than the reader has room for at first
SELECT pg_temp.import('ID,email,firstName,Trading Groups' || E'\n1,one@x.org,One,"{' || string_agg('g' || i, ',') || '}"')
	FROM generate_series(1, 100) i;
SELECT cardinality(trading_groups), trading_groups[1], trading_groups[100] FROM clients;

-- more different statements than are kept: each client changes in other columns than the others
SELECT pg_temp.import('ID,email,firstName,middleName,lastName,phone,bio,religion,comments,passport' || string_agg(format(
	E'\nc%s,c%s@x.org,F,m,l,p,b,r,c,p', i, i), '')) FROM generate_series(0, 199) i;
CREATE FUNCTION pg_temp.other(i int, n int) RETURNS text LANGUAGE sql AS
	$$ SELECT CASE WHEN i & (1 << n) <> 0 THEN 'changed' ELSE '' END $$;
SELECT pg_temp.import('ID,middleName,lastName,phone,bio,religion,comments,passport,State' || string_agg(format(
	E'\nc%s,%s,%s,%s,%s,%s,%s,%s,%s', i, pg_temp.other(i, 0), pg_temp.other(i, 1), pg_temp.other(i, 2), pg_temp.other(i, 3),
	pg_temp.other(i, 4), pg_temp.other(i, 5), pg_temp.other(i, 6), pg_temp.other(i, 7)), '' ORDER BY i))
	FROM generate_series(0, 199) i;
SELECT count(*) FROM clients, LATERAL (SELECT substr(id, 2)::int AS i) n WHERE id ~ '^c'
	AND (middle_name = 'changed', last_name = 'changed', phone = 'changed', bio = 'changed', religion = 'changed',
		comments = 'changed', passport = 'changed', coalesce(state, '') = 'changed')
	= (i & 1 <> 0, i & 2 <> 0, i & 4 <> 0, i & 8 <> 0, i & 16 <> 0, i & 32 <> 0, i & 64 <> 0, i & 128 <> 0);
SELECT status, updated FROM wifox_import_undo((SELECT max(id) FROM wifox_imports));
SELECT DISTINCT middle_name, last_name, phone, bio, religion, comments, passport, state FROM clients WHERE id ~ '^c';

-- references whose comparison is an extension's, which might raise
CREATE EXTENSION citext;
CREATE TABLE regions (id citext PRIMARY KEY);
INSERT INTO regions VALUES ('North');
ALTER TABLE clients ADD region citext REFERENCES regions;
INSERT INTO wifox_import_columns (header, target_column, type) VALUES ('Region', 'region', 'reference');
SELECT pg_temp.import($$ID,email,firstName,Region
2,two@x.org,Two,NORTH
3,three@x.org,Three,South$$, $$on_error => 'skip'$$);
SELECT id, region FROM clients WHERE region IS NOT NULL;

-- a view of a join and of a sub-select: the index below is found, an INSTEAD OF trigger writes
CREATE VIEW joined AS SELECT c.id, s.email, c.first_name FROM clients c
	JOIN (SELECT id, email FROM clients) s USING (id);
CREATE FUNCTION write_joined() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'INSERT' THEN
		INSERT INTO clients (id, username, email, first_name) VALUES (NEW.id, NEW.id, NEW.email, NEW.first_name);
	ELSE
		UPDATE clients SET email = NEW.email, first_name = NEW.first_name WHERE id = OLD.id;
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER write_joined INSTEAD OF INSERT OR UPDATE ON joined FOR EACH ROW EXECUTE FUNCTION write_joined();
SET wifox_import.clients_table = 'joined';
SELECT pg_temp.import($$ID,email,firstName
1,one@x.org,First
4,four@x.org,Four$$);
SELECT id, email, first_name FROM clients WHERE id IN ('1', '4') ORDER BY id;

-- the undo of an import into a partition, whose clients are referenced as those of the whole table
CREATE TABLE whole (id int PRIMARY KEY, email text, first_name text) PARTITION BY RANGE (id);
CREATE TABLE part PARTITION OF whole FOR VALUES FROM (0) TO (100);
CREATE UNIQUE INDEX ON part (lower(email));
CREATE TABLE orders (client int REFERENCES whole);
SET wifox_import.clients_table = 'part';
SELECT pg_temp.import($$ID,email,firstName
1,one@x.org,One
2,two@x.org,Two$$);
INSERT INTO orders VALUES (2);
SELECT status, updated, skipped FROM wifox_import_undo((SELECT max(id) FROM wifox_imports));
SELECT pg_temp.errors(max(id)) FROM wifox_imports;
SELECT id FROM whole;

DROP EXTENSION wifox_import;
DROP TABLE orders, whole, clients, projects, desks, regions CASCADE;
DROP FUNCTION write_joined();
DROP EXTENSION citext;
