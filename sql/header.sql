-- How headers find their columns.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/test/helpers.sql'
\i :helpers
SELECT wifox_import_create_clients_table();
INSERT INTO clients (id, username, first_name, email) VALUES ('1', 'ann', 'Ann', 'ann@x.org');

-- case, spaces, _, - and . do not count; an alias does; white space around a header is cut
SELECT pg_temp.import($$ Id ,FIRST_NAME,last-name,E_MAIL,"Billing  City",DATE.OF.BIRTH,projectid
1,A,B,ann@x.org,Rome,1990-01-02,default$$);
SELECT first_name, last_name, billing_city, date_of_birth FROM clients;
-- column names too, if the dictionary does not know them; an exact column name wins
ALTER TABLE clients ADD loyalty_points int, ADD "Points, total" int, ADD "firstName" text,
	ADD phones text[], ADD gone int, ADD computed text GENERATED ALWAYS AS (upper(id)) STORED;
ALTER TABLE clients DROP gone;
SELECT pg_temp.import($$ID,Loyalty Points,"Points, total",firstName,First Name
1,7,8,exact,normal$$);
SELECT loyalty_points, "Points, total", "firstName", first_name FROM clients;
ALTER TABLE clients DROP "firstName";
-- neither dropped, generated nor system columns are known; an array takes its text form
SELECT pg_temp.import($$ID,gone,computed,ctid,phones
1,,,,{}$$, hints => true);
SELECT pg_temp.import($$ID,phones
1,"{1,2}"$$);
SELECT phones FROM clients;

-- the same header twice, with its positions
SELECT pg_temp.import($$ID,phone,email,phone
1,2,3,4$$, hints => true);
SELECT pg_temp.import($$ID,agreements.a,email,agreements.a
1,2,3,4$$);
-- keys under a wildcard keep their case, so these are two
SELECT pg_temp.import($$ID,agreements.a,agreements.A,Agreements.two words,agreements.x.y
1,2,3,4,5$$);
SELECT agreements FROM clients;

-- unknown headers, all of them in one message, with what may be meant
SELECT pg_temp.import($$ID,fristName,emial,wholly different thing
1,,,$$, hints => true);
SELECT pg_temp.import($$ID,wholly different thing
1,$$, hints => true);
-- not a single one is known: is this the header?
SELECT pg_temp.import(E'Clients of 2024\nID,firstName\n1,Ann', NULL, true);
-- an index is a number, and not every key is known
SELECT pg_temp.import($$ID,tradingGroups.x,tradingGroups.00001,lifestyle.unknown
1,,,$$);
SET client_min_messages = notice;
SELECT pg_temp.import($$ID,fristName,phone,"a ""quoted"" one"
1,x,123,y$$, $$unknown_columns => 'ignore'$$);
SET client_min_messages = warning;

-- ID or e-mail must be there
SELECT pg_temp.import($$firstName,lastName
Ann,Able$$, hints => true);
-- import_line and import_error are ignored
SELECT pg_temp.import($$import_line,ID,import_error
9,1,what$$);

-- columns without a name are ignored as long as they are empty
SELECT pg_temp.import($$ID,,phone," "
1,,5," "$$);
SELECT pg_temp.import($$ID,,phone,
1,x,5,y$$, hints => true);
SELECT pg_temp.import($$ID,,phone,
1,x,6,y$$, $$unknown_columns => 'ignore'$$);
-- a header that cannot be read
SELECT pg_temp.import($$ID,"first"Name
1,2$$, hints => true);
SELECT pg_temp.import('\x49442cff6d61696c0a312c32'::bytea, hints => true);
SELECT pg_temp.import('ID' || repeat(',c', 1600), NULL, true);
SET wifox_import.max_field_size = '1kB';
SELECT pg_temp.import('ID,' || repeat('x', 1025), $$unknown_columns => 'ignore'$$, true);
RESET wifox_import.max_field_size;
SELECT left(o, 40) FROM pg_temp.import('ID' || (SELECT string_agg(',agreements.k' || n, '')
	FROM generate_series(1, 1599) n), NULL) o;

-- the dictionary: an alias, a new row, an edited row, rows whose column is not there
UPDATE wifox_import_columns SET aliases = aliases || '{Kundennummer}' WHERE header = 'ID';
INSERT INTO wifox_import_columns (header, target_column, required, default_value, aliases)
	VALUES ('Punkte', 'loyalty_points', false, '5', '{"Pts."}'),
		('Nirgends', 'no_such_column', true, 'x', '{}');
INSERT INTO wifox_import_columns (header, aliases, target_column, path, type)
	VALUES ('meta.score', '{score}', 'meta', '{deep,score}', 'number'),
		('phones.#', '{tel.#}', 'phones', '{#}', NULL),
		('other.*', '{}', 'first_name', '{*}', NULL);
SELECT pg_temp.import($$Kunden-Nummer,PTS,Score,tel.0,Phones.1
1,11,1.50,030,040$$);
SELECT loyalty_points, meta, phones FROM clients;
SELECT pg_temp.import($$ID,nirgends
1,x$$);
-- a part can only be of a jsonb value or an array
SELECT pg_temp.import($$ID,other.x
1,x$$);
SELECT pg_temp.import($$firstName,email
Bob,bob@x.org$$);
SELECT loyalty_points FROM clients WHERE email = 'bob@x.org';
-- a row of the same header replaces the shipped one; a row of another profile does not count
SELECT count(*) FROM wifox_import_columns WHERE builtin AND header IN ('ID', 'Passport');
INSERT INTO wifox_import_columns (header, target_column, builtin) VALUES ('Passport', 'bio', true);
INSERT INTO wifox_import_columns (profile, header, target_column) VALUES ('mine', 'UID', 'bio');
SELECT header, target_column, builtin FROM wifox_import_columns
	WHERE header IN ('Passport', 'ID') ORDER BY header;
SELECT pg_temp.import($$ID,Passport,UID
1,a bio,u1$$);
SELECT bio, uid FROM clients WHERE id = '1';
-- what is not possible in it
INSERT INTO wifox_import_columns (header, target_column) VALUES ('Punkte', 'bio');
UPDATE wifox_import_columns SET type = 'text' WHERE header = 'bio';
UPDATE wifox_import_columns SET blank = 'maybe' WHERE header = 'bio';
CREATE TRIGGER misused AFTER INSERT ON clients FOR EACH ROW
	EXECUTE FUNCTION wifox_import_columns_edited();
INSERT INTO clients (username, first_name, email) VALUES ('x', 'x', 'x@x.org');
DROP TRIGGER misused ON clients;

DROP EXTENSION wifox_import;
DROP TABLE clients, projects, desks;
