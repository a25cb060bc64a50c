-- What is remembered of the file does not fit into memory: it goes to temporary files, which are merged.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/test/helpers.sql'
\i :helpers
SET client_min_messages = warning;
SET maintenance_work_mem = '1MB';
SET wifox_import.max_records = 0;
SELECT wifox_import_create_clients_table();
-- 150,000 clients, and every 150th of them once more
CREATE TABLE file AS SELECT convert_to('email,firstName,username' || string_agg(format(E'\nc%s@x.org,F,u%s',
	CASE WHEN i <= 150000 THEN i ELSE (i - 150000) * 150 END, i), '' ORDER BY i), 'UTF8') AS data
	FROM generate_series(1, 151000) i;
SELECT pg_temp.outcome(i) FROM file, wifox_import_clients_data(data, on_error => 'skip') i;
SELECT count(*), string_agg(DISTINCT code, ','), count(*) FILTER (WHERE message =
		format('this client stands already in line %s', (record - 150000) * 150 + 1)) AS right_line
	FROM wifox_import_errors;
SELECT count(*), count(DISTINCT lower(email)) FROM clients;
-- the last record of each counts
SELECT pg_temp.outcome(i) FROM file, wifox_import_clients_data(data, duplicates => 'last') i;
SELECT count(*), count(*) FILTER (WHERE username LIKE 'u150___' OR username = 'u151000') FROM clients;
-- what new clients reference does not fit, either; then the table refuses the last one, and they are imported once more
TRUNCATE clients;
ALTER TABLE clients ADD CHECK (first_name <> 'X');
CREATE TABLE orders (client text REFERENCES clients);
INSERT INTO desks SELECT 'd' || i FROM generate_series(1, 40000) i;
INSERT INTO clients (id, username, email, first_name) VALUES ('1', 'one', 'one@x.org', 'One');
SELECT pg_temp.import((SELECT string_agg(line, E'\n' ORDER BY i) FROM (SELECT 0 AS i, 'ID,email,firstName,desk' AS line
	UNION ALL SELECT 1, '1,,,d1'
	UNION ALL SELECT i + 1, format('c%1$s,c%1$s@x.org,F,d%1$s', i) FROM generate_series(1, 40000) i
	UNION ALL SELECT 50000, 'x,x@x.org,X,d1') f), 'on_error => ''skip''');
SELECT count(*), count(DISTINCT desk_id) FROM clients;
-- IDs that are numbers
CREATE TABLE people (id int PRIMARY KEY, email text, first_name text);
CREATE UNIQUE INDEX ON people (lower(email));
SET wifox_import.clients_table = 'people';
SELECT pg_temp.import((SELECT string_agg(line, E'\n' ORDER BY i) FROM (SELECT 0 AS i, 'ID,email,firstName' AS line
	UNION ALL SELECT i, format('%s,c%s@x.org,F', CASE WHEN i = 100000 THEN 7 ELSE i END, i)
	FROM generate_series(1, 100000) i) f), 'on_error => ''skip''');
-- IDs whose hashes have the same upper bits, each of them twice
CREATE FUNCTION pg_temp.mixed(h bigint, shift int, factor numeric) RETURNS bigint LANGUAGE sql
	RETURN mod((h # (h >> shift)) * factor, 4294967296)::bigint;
SELECT pg_temp.import('ID,email,firstName' || string_agg(format(E'\n%s,,G', id), '' ORDER BY again, id), 'on_error => ''skip''')
	FROM (SELECT i AS id FROM generate_series(1, 99999) i
		WHERE pg_temp.mixed(pg_temp.mixed(hashint4(i)::bigint & 4294967295, 16, 2246822507), 13, 3266489909) >> 22 = 1023) f,
	generate_series(1, 2) again \g /dev/null
SELECT count(*) FROM people WHERE first_name = 'G';
SELECT code, count(*) FROM wifox_import_errors WHERE import_id = (SELECT max(id) FROM wifox_imports) GROUP BY code;
-- an ID that is longer than what is kept in memory of all of them
CREATE TABLE firms (id text PRIMARY KEY, email text UNIQUE);
SET wifox_import.clients_table = 'firms';
SELECT pg_temp.import((SELECT string_agg(line, E'\n' ORDER BY i) FROM (SELECT 0 AS i, 'ID,email' AS line
	UNION ALL SELECT i, format('%s,c%s@x.org', CASE WHEN i IN (2, 5) THEN repeat('a', 40000) ELSE 'f' || i END, i)
	FROM generate_series(1, 5) i
	UNION ALL SELECT 6, 'f3,c6@x.org') f), 'on_error => ''skip''');
DROP EXTENSION wifox_import;
DROP TABLE firms, people, orders, clients, projects, desks, file;
