-- New clients: defaults, required cells, generated IDs and usernames.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/test/helpers.sql'
\i :helpers
SELECT wifox_import_create_clients_table();

-- firstName and email are all that is needed; the rest takes its defaults
SELECT pg_temp.import($$firstName,email
Ann,Ann.Smith@X.org$$);
SELECT username, first_name, email, project_id, desk_id, type, active FROM clients;
SELECT string_agg(key, ' ' ORDER BY key) FROM clients, jsonb_each_text(to_jsonb(clients))
	WHERE value IS NOT NULL;
SELECT created_at BETWEEN started_at - interval '1 minute' AND finished_at
	FROM clients, wifox_imports;
-- blank cells take defaults, too, quoted or not; text is stored as it is, keys are trimmed
TRUNCATE clients;
SELECT pg_temp.import($$ID,username,firstName,lastName,email,project,desk,type,active,created
 a1 , bob ," Bob "," ", bob@x.org ,,"  "," company ", no ,
a2,,Cas,,cas@x.org,default,default,,,2020-01-02 03:04:05+02$$);
SELECT id, username, '<' || first_name || '>', last_name, email, project_id, desk_id, type, active
	FROM clients ORDER BY id;
SELECT created_at FROM clients WHERE id = 'a2';

-- the dictionary's default comes first, then the column's DEFAULT
ALTER TABLE clients ALTER type SET DEFAULT 'of the table',
	ALTER state SET DEFAULT upper('new'), ALTER religion SET DEFAULT 'none';
UPDATE wifox_import_columns SET default_value = 'unknown' WHERE header = 'religion';
TRUNCATE clients;
SELECT pg_temp.import($$firstName,email,State
Ann,a@x.org,
Bob,b@x.org,old$$);
SELECT type, state, religion FROM clients ORDER BY email;
-- it is a literal, never an expression, and it must fit
UPDATE wifox_import_columns SET default_value = 'now()' WHERE header = 'bio';
UPDATE wifox_import_columns SET default_value = 'perhaps' WHERE header = 'allowToCreateAsset';
SELECT * FROM wifox_import_clients_data('email,firstName');
UPDATE wifox_import_columns SET default_value = NULL WHERE header = 'allowToCreateAsset';
SELECT pg_temp.import($$firstName,email
Cas,c@x.org$$);
SELECT bio FROM clients WHERE email = 'c@x.org';
UPDATE wifox_import_columns SET default_value = NULL WHERE header IN ('bio', 'religion');

-- what is required; a DBA may require more
SELECT pg_temp.import($$ID,firstName,email
1,,a1@x.org
2,Bob,
3,,
,,d@x.org$$, hints => true);
SELECT pg_temp.import($$ID
4$$);
UPDATE wifox_import_columns SET required = true WHERE header = 'phone';
SELECT pg_temp.import($$firstName,email
Ann,e@x.org$$);
UPDATE wifox_import_columns SET required = false WHERE header = 'phone';
-- a required cell that is bad is not also missing
SELECT pg_temp.import($$firstName,email
=1+1,a@
Bob,$$);

-- usernames: the local part in lower case; then 2, 3 ... the smallest that is free
TRUNCATE clients;
INSERT INTO clients (username, first_name, email) VALUES
	('info', 'I', 'taken@x.org'), ('info3', 'I', 'taken3@x.org');
SELECT pg_temp.import($$ID,firstName,email,username
1,A,INFO@a.org,
2,B,info@b.org,
3,C,info@c.org,info5
4,D,info@d.org,
5,E,info@e.org,
6,F,Info@f.org,
7,G,jo+tag@g.org,
8,H,"""o'h ara""@h.org",$$);
SELECT id, username FROM clients WHERE length(id) = 1 ORDER BY id;
-- what an earlier record brings is taken, what a later one brings is not yet: that one fails
TRUNCATE clients;
SELECT pg_temp.import($$ID,firstName,email,username
1,A,a@a.org,zed
2,B,zed@b.org,
3,C,yak@c.org,
4,D,d@d.org,yak$$, $$on_error => 'skip'$$);
SELECT id, username FROM clients ORDER BY id;
-- an explicit username is taken as it is, and a known client keeps its own
TRUNCATE clients;
SELECT pg_temp.import($$ID,firstName,email,username
1,A,ann@a.org,ANN
2,B,ann@b.org,$$);
SELECT pg_temp.import($$ID,firstName,email
1,Anna,anna@a.org$$);
SELECT id, username, email FROM clients ORDER BY id;

-- 1,000 addresses info@: info, info2 ... info1000
TRUNCATE clients;
SELECT pg_temp.import('firstName,email' || string_agg(E'\nI,info@' || n || '.org', '' ORDER BY n))
	FROM generate_series(1, 1000) n;
SELECT count(*), count(*) FILTER (WHERE username = 'info' || nullif(n, 1)::text OR
		(n = 1 AND username = 'info')) AS in_order
	FROM (SELECT username, substring(email, '@(\d+)')::int AS n FROM clients) c;
-- and 5 more, after gaps were made
DELETE FROM clients WHERE username IN ('info', 'info7', 'info500');
SELECT pg_temp.import('firstName,email' || string_agg(E'\nI,info@' || n || '.org', '' ORDER BY n))
	FROM generate_series(2001, 2005) n;
SELECT username FROM clients WHERE email ~ '@2\d{3}' ORDER BY email;
-- one that the column cannot hold
ALTER TABLE clients ALTER username TYPE varchar(12);
SELECT pg_temp.import($$firstName,email
I,somebody.with.a.long.name@example.org$$, NULL, true);

DROP EXTENSION wifox_import;
DROP TABLE clients, projects, desks;
