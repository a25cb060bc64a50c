-- Who a record means: the whole table of outcomes, doubles within a file, and the modes.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/test/helpers.sql'
\i :helpers
SELECT wifox_import_create_clients_table();
-- three clients to start from
CREATE FUNCTION pg_temp.reset() RETURNS void LANGUAGE sql AS $$
	TRUNCATE clients;
	INSERT INTO clients (id, username, first_name, email) VALUES
		('1', 'ann', 'Ann', 'ann@x.org'), ('2', 'bob', 'Bob', 'Bob@x.org'),
		('3', 'cas', 'Cas', 'cas@x.org') $$;
SELECT pg_temp.reset();
CREATE VIEW seen AS SELECT id, username, first_name, email, phone FROM clients ORDER BY id, email;

-- known ID: e-mail unknown (it changes), the client's own (in another case), and blank
SELECT pg_temp.import($$ID,email,phone
1,new@x.org,11
2,BOB@X.ORG,22
3,,33$$);
TABLE seen;
-- known ID, another client's e-mail
SELECT pg_temp.import($$ID,email
1,cas@x.org$$, hints => true);
-- unknown ID, unknown e-mail
SELECT pg_temp.import($$ID,email,firstName
 9 ,dan@x.org,Dan$$);
SELECT * FROM seen WHERE id = '9';
-- unknown ID, known e-mail
SELECT pg_temp.import($$ID,email,firstName
10,DAN@x.org,Dan$$, hints => true);
-- blank ID, known e-mail
SELECT pg_temp.import($$ID,email,firstName
,Dan@x.org,Daniel$$);
SELECT * FROM seen WHERE id = '9';
-- blank ID, unknown e-mail
SELECT pg_temp.import($$ID,email,firstName
 ,eve@x.org,Eve$$);
SELECT id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' FROM clients WHERE email = 'eve@x.org';
-- both blank: missing_key, and nothing about what a new client would need
SELECT pg_temp.import($$ID,email,firstName
,,Nobody
" "," ",Nobody$$, hints => true);
SELECT pg_temp.import($$ID,firstName
,Nobody$$);
SELECT pg_temp.import($$email,lastName
,Nobody$$);
-- also where another cell is bad
SELECT count(*) FROM pg_temp.import($$ID,email,firstName,height
,,,tall$$);
SELECT code FROM wifox_import_errors
	WHERE import_id = (SELECT max(id) FROM wifox_imports) AND code LIKE 'missing%';
-- an ID is compared exactly, an e-mail address without its case
SELECT pg_temp.import($$ID,email,firstName
A,a@y.org,A
a,b@y.org,B$$);
-- files with an ID only, and with an e-mail address only
SELECT pg_temp.import($$ID,phone
1,111
404,404$$);
SELECT pg_temp.import($$E-mail,phone
bob@x.org,222
404@x.org,404$$);

-- duplicate_in_file: by ID, by e-mail, and by what either resolves to
SELECT pg_temp.reset();
SELECT pg_temp.import($$ID,email,phone
1,,1
1,,2
,bob@x.org,3
,BOB@X.ORG,4
3,,5
,cas@x.org,6$$, hints => true);
SELECT pg_temp.import($$ID,email,phone
,ann@x.org,1
1,,2
1,ann@x.org,3
1,else@x.org,4$$);
-- a client who stays as before, address included, in one batch and in many
SELECT pg_temp.import($$ID,email
1,ann@x.org
,Ann@x.org
2,ann@x.org
404,ann@x.org
1,$$);
SELECT i FROM pg_temp.import('ID,email' || E'\n1,ann@x.org' || repeat(E'\n2,', 1500) || E'\n,ANN@x.org\n404,ann@x.org') i
	WHERE i !~ ' ID \[2\] ';
-- new ones too
SELECT pg_temp.import($$ID,email,firstName
7,n@x.org,N
7,m@x.org,M
8,N@x.org,N
,n@x.org,N$$);
-- after a bad record as well as after a good one
SELECT pg_temp.import($$ID,email,firstName,height
1,,,tall
1,,Anna,
,n@x.org,,
,n@x.org,Ned,$$);
-- a record that is a mismatch has named the client, too
SELECT pg_temp.import($$ID,email,firstName
77,ann@x.org,A
1,,B$$);
-- the first line counts, over line breaks and blank lines
SELECT pg_temp.import($$ID,comments
1,"a
b"

2,c

1,d
1,e$$);
-- duplicate_in_file is tested first: this is not id_mismatch or email_taken
SELECT pg_temp.import($$ID,email
1,
1,bob@x.org
2,
22,bob@x.org$$);
-- what a failed import named does not matter to the next
SELECT pg_temp.import($$ID,phone
1,1$$);
SELECT pg_temp.import($$ID,phone
1,1$$);

-- an e-mail address that was given up is free: in the same file, in a chain, for a new client
SELECT pg_temp.reset();
SELECT pg_temp.import($$ID,email,firstName
1,ann2@x.org,
2,ann@x.org,
3,bob@x.org,
,cas@x.org,New$$);
SELECT first_name, email FROM seen ORDER BY first_name;
-- with an ID of its own too, and the next file finds all of them unchanged
SELECT pg_temp.reset();
SELECT pg_temp.import($$ID,email,firstName
1,ann2@x.org,Ann
4,ann@x.org,Four$$);
SELECT pg_temp.import($$ID,email,firstName
1,ann2@x.org,Ann
4,ann@x.org,Four$$);
TABLE seen;
-- given up by an earlier file
SELECT pg_temp.reset();
SELECT pg_temp.import($$ID,email
1,ann2@x.org$$);
SELECT pg_temp.import($$email,firstName
ann@x.org,Other$$);
-- not given up if that record was bad; not yet given up if that record comes later
SELECT pg_temp.reset();
SELECT pg_temp.import($$ID,email,height
1,ann2@x.org,tall
2,ann@x.org,$$);
SELECT pg_temp.import($$ID,email
2,ann@x.org
1,ann2@x.org$$);
-- taken by an earlier record of the file
SELECT pg_temp.import($$ID,email,firstName
4,new@x.org,New
1,new@x.org,
2,newer@x.org,
3,newer@x.org,$$);
-- a swap of two is email_taken, twice
SELECT pg_temp.import($$ID,email
1,bob@x.org
2,ann@x.org$$);
-- with skip the rest of a chain sees what was really written
SELECT pg_temp.import($$ID,email,height
1,free@x.org,
2,ann@x.org,tall
3,bob@x.org,
,ann@x.org,$$, $$on_error => 'skip'$$);
TABLE seen;

-- modes: create leaves known clients alone, update leaves unknown ones out
SELECT pg_temp.reset();
SELECT pg_temp.import($$ID,email,firstName
1,,Changed
,BOB@x.org,Changed
5,five@x.org,Five$$, $$mode => 'create'$$);
SELECT pg_temp.import($$ID,email,firstName
1,,Changed
,bob@x.org,Changed
6,six@x.org,Six
,seven@x.org,$$, $$mode => 'update'$$);
SELECT id, first_name FROM seen;
-- failed beats skipped, and update has no rules for new clients
SELECT pg_temp.import($$ID,email,height,project
1,,tall,
2,,,nowhere
3,ann@x.org,,$$, $$mode => 'create'$$);
SELECT pg_temp.import($$ID,email,height,project
8,,tall,
9,,,nowhere
10,,,
,x@,,$$, $$mode => 'update'$$);

-- a row that a BEFORE trigger drops is skipped
CREATE FUNCTION drop_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER dropper BEFORE INSERT OR UPDATE ON clients FOR EACH ROW
	WHEN (NEW.phone = 'drop') EXECUTE FUNCTION drop_row();
SELECT pg_temp.reset();
SELECT pg_temp.import($$ID,email,firstName,phone
1,,,drop
2,,,22
7,g@x.org,Gil,drop
8,h@x.org,Hal,88$$);
TABLE seen;

-- an index on plain e-mail: both spellings are probed, two hits are ambiguous
DROP INDEX clients_email_key;
CREATE UNIQUE INDEX clients_email_key ON clients (email);
TRUNCATE clients;
INSERT INTO clients (id, username, first_name, email) VALUES
	('1', 'a', 'A', 'ann@x.org'), ('2', 'b', 'B', 'ANN@x.org'), ('3', 'c', 'C', 'cas@x.org');
SET client_min_messages = notice;
SELECT pg_temp.import($$email,phone
Ann@x.org,1
CAS@x.org,3$$);
SET client_min_messages = warning;
SELECT pg_temp.import($$email,phone
ANN@x.org,2$$, hints => true);
SELECT pg_temp.import($$email,firstName
new@x.org,N
New@X.org,N$$);
SELECT pg_temp.import($$ID,email
3,Cas@x.org
2,ANN@x.org$$);
TABLE seen;

-- an ID that the table generates always cannot be given
DROP TABLE clients CASCADE;
CREATE TABLE clients (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text UNIQUE,
	first_name text);
CREATE UNIQUE INDEX ON clients (lower(email));
SELECT pg_temp.import($$ID,email,firstName
,a@x.org,A
7,b@x.org,B$$, $$on_error => 'skip'$$, true);
SELECT pg_temp.import($$ID,email,firstName
1,b@x.org,B
x,y@x.org,Y$$, $$on_error => 'skip'$$);
TABLE clients;

DROP EXTENSION wifox_import;
DROP TABLE clients, projects, desks;
DROP FUNCTION drop_row;
