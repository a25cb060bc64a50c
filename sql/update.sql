-- Known clients: what a record changes in them, and what it does not.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/test/helpers.sql'
\i :helpers
SELECT wifox_import_create_clients_table();
CREATE FUNCTION pg_temp.reset() RETURNS void LANGUAGE sql AS $$
	TRUNCATE clients;
	INSERT INTO clients (id, username, first_name, last_name, email, phone, type, height, active,
			created_at, last_login_date, lifestyle, meta, trading_groups)
		VALUES ('1', 'ann', 'Ann', 'Able', 'Ann@x.org', '0123', 'company', 1.0, false,
			'2020-01-01 00:00Z', '2024-05-06 07:08:09Z',
			'{"smoking": "no", "interests": ["chess"], "own": 1}', '{"a": 1, "b": [2]}', '{A,B}') $$;
CREATE VIEW ann AS SELECT id, username, first_name, last_name, email, phone, project_id, type,
	height, active, created_at, last_login_date, lifestyle, meta, trading_groups FROM clients;

-- a column that the file lacks stays, and so does a blank cell
SELECT pg_temp.reset();
SELECT pg_temp.import($$ID,firstName,lastName
1,Anna,$$);
TABLE ann;
-- only the columns that differ are written
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE NOTICE 'trigger on %', TG_ARGV[0];
	RETURN NEW;
END $$;
CREATE TRIGGER first_name BEFORE UPDATE OF first_name ON clients FOR EACH ROW
	EXECUTE FUNCTION tell('first_name');
CREATE TRIGGER phone BEFORE UPDATE OF phone ON clients FOR EACH ROW
	EXECUTE FUNCTION tell('phone');
CREATE TRIGGER row BEFORE UPDATE ON clients FOR EACH ROW EXECUTE FUNCTION tell('row');
SET client_min_messages = notice;
SELECT pg_temp.import($$ID,firstName,phone
1,Anna,0456$$);

-- unchanged is by the types' equality; no trigger fires, no tuple is written
SELECT pg_temp.reset();
SELECT xmin AS before, ctid AS place FROM clients \gset
SELECT pg_temp.import($$ID,email,height,active,created,Last login date,Meta,lifestyle.smoking
1,ANN@X.ORG,1,no,2020-01-01T02:00:00+02:00,2024-05-06 10:08:09+03,"{""b"":[2],""a"":1.0}",no$$);
SELECT xmin = :'before', ctid = :'place', xmax FROM clients;
-- text is compared as it is
SELECT pg_temp.import($$ID,lastName
1,able$$);
SET client_min_messages = warning;
DROP TRIGGER first_name ON clients;
DROP TRIGGER phone ON clients;
DROP TRIGGER row ON clients;
DROP FUNCTION tell;

-- blank => clear: NULL, or the default where NULL cannot be; never ID, e-mail, username, created
SELECT pg_temp.reset();
SELECT pg_temp.import($$ID,username,lastName,email,phone,type,active,created,height$$ ||
	',lifestyle.smoking' || $$
1,," ",, ,,,,,$$, $$blank => 'clear'$$);
TABLE ann;
-- no default: missing_required
SELECT pg_temp.reset();
SELECT pg_temp.import($$ID,firstName,phone
1,,$$, $$blank => 'clear'$$, true);
-- blank of the dictionary overrides the call, both ways
UPDATE wifox_import_columns SET blank = 'keep' WHERE header = 'phone';
UPDATE wifox_import_columns SET blank = 'clear' WHERE header = 'lastName';
SELECT pg_temp.import($$ID,phone,height
1,,$$, $$blank => 'clear'$$);
SELECT pg_temp.import($$ID,lastName,type
1,,$$);
SELECT phone, height, last_name, type FROM clients;
UPDATE wifox_import_columns SET blank = NULL WHERE header IN ('phone', 'lastName');

-- clear_marker: NULL on update, blank on create, exact after trimming, before the content policy
SELECT pg_temp.reset();
SELECT pg_temp.import($$ID,lastName,phone,height,active,lifestyle.smoking,email,firstName
1, =NA() ,=na(),=NA(),,=NA(),,
2,Two,=NA(),=NA(),=NA(),=NA(),two@x.org,Two$$, $$clear_marker => '=NA()', on_error => 'skip'$$);
SELECT pg_temp.import($$ID,lastName,height,lifestyle.smoking,email,firstName,active
1, #N/A ,#N/A,#N/A,,,
3,Three,#N/A,#N/A,three@x.org,Three,#N/A$$, $$clear_marker => '#N/A'$$);
SELECT id, last_name, phone, height, active, lifestyle FROM clients ORDER BY id;
-- not in ID or e-mail; and a column that cannot be NULL says so
SELECT pg_temp.import($$ID,email
1,#N/A
#N/A,x@x.org$$, $$clear_marker => '#N/A'$$, true);
SELECT pg_temp.import($$ID,firstName,type
1,#N/A,
1,,#N/A$$, $$clear_marker => '#N/A'$$);
SELECT pg_temp.import($$ID,firstName,email
4,#N/A,four@x.org$$, $$clear_marker => '#N/A'$$);

-- dotted headers: only the keys that the file has are merged; leaves are strings but for those
-- that the dictionary types; keys under a wildcard keep their case and punctuation
SELECT pg_temp.reset();
SELECT pg_temp.import($$ID,lifestyle.drinking,lifestyle.hasChildren,Agreements.E-Mail OK
1,7,yes,true$$);
SELECT lifestyle, agreements FROM clients;
SELECT pg_temp.import($$ID,lifestyle.hasChildren
1,many$$);
-- a.N replaces element N, beyond the end it is appended, gaps closed in column order
SELECT pg_temp.import($$ID,lifestyle.interests.0,lifestyle.interests.5,lifestyle.interests.3
1,go,art,tea$$);
SELECT lifestyle -> 'interests' FROM clients;
SELECT pg_temp.import($$ID,lifestyle.interests.0,lifestyle.interests.1
1,,jazz$$);
SELECT lifestyle -> 'interests' FROM clients;
SELECT pg_temp.import($$ID,tradingGroups.1,Trading_Groups.2,tradingGroups.7
1,b,c,d$$);
SELECT trading_groups FROM clients;
-- blank is left out on create, and the same file again changes nothing
\set gaps 'email,firstName,ID,tradingGroups.0,tradingGroups.1,lifestyle.interests.0'
\set gaps :gaps ',lifestyle.interests.2,lifestyle.smoking\nfive@x.org,Five,5,,x,,y,'
\set gaps :gaps '\nsix@x.org,Six,6,,,,,'
SELECT pg_temp.import(:'gaps');
SELECT id, trading_groups, lifestyle FROM clients WHERE id <> '1' ORDER BY id;
SELECT pg_temp.import(:'gaps');
-- a stored scalar in the way is an error; JSON null is not in the way
UPDATE clients SET lifestyle = '{"interests": "chess"}', agreements = '"all"' WHERE id = '1';
UPDATE clients SET lifestyle = '{"interests": null}', agreements = 'null' WHERE id = '5';
SELECT pg_temp.import($$ID,lifestyle.interests.0,agreements.a
1,go,
5,go,x$$, $$on_error => 'skip'$$, true);
SELECT pg_temp.import($$ID,agreements.a
1,x$$);
SELECT lifestyle, agreements FROM clients WHERE id = '5';
-- a whole-column cell replaces the value
SELECT pg_temp.import($$ID,Meta
1,"{""new"": true}"$$);
SELECT meta FROM clients WHERE id = '1';

-- two headers for one column: they agree, or one is blank
SELECT pg_temp.import($$ID,created,Created at
1,2021-02-03T04:05:06Z,2021-02-03 05:05:06+01
5,,2021-01-01T00:00Z
6,2022-01-01T00:00Z,$$);
SELECT pg_temp.import($$ID,created,Created at
1,2021-02-03T00:00Z,2021-02-04T00:00Z
5,#,2021-01-01T00:00Z
6,#,#$$, $$clear_marker => '#'$$, true);
SELECT pg_temp.import($$email,E-mail,phone
,six@x.org,1
five@x.org,six@x.org,2$$);
SELECT id, created_at FROM clients ORDER BY id;

DROP VIEW ann;
DROP EXTENSION wifox_import;
DROP TABLE clients, projects, desks;
