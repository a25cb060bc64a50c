-- Exports of other programs: their headers are recognised, what has no column is left out.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/test/helpers.sql'
\set google :abs_srcdir '/test/data/exports/google.csv'
\set google_old :abs_srcdir '/test/data/exports/google-old.csv'
\set outlook :abs_srcdir '/test/data/exports/outlook.csv'
\set hubspot :abs_srcdir '/test/data/exports/hubspot.csv'
\set salesforce :abs_srcdir '/test/data/exports/salesforce.csv'
\set mailchimp :abs_srcdir '/test/data/exports/mailchimp.csv'
\set clients :abs_srcdir '/test/data/clients.csv'
\i :helpers
SELECT wifox_import_create_clients_table();
-- Import a file of the server; the outcome, the profile and the errors.
CREATE FUNCTION pg_temp.export(path text, options text DEFAULT NULL) RETURNS SETOF text
LANGUAGE plpgsql AS $$
DECLARE
	i record;
BEGIN
	EXECUTE 'SELECT * FROM ' || concat_ws(', ', 'wifox_import_clients($1', options) || ')'
		INTO i USING path;
	RETURN NEXT coalesce(i.options ->> 'profile', 'no profile') || ', ' || pg_temp.outcome(i);
	RETURN QUERY SELECT * FROM pg_temp.errors(i.id, true);
END $$;

-- A header in the form in which headers are compared.
CREATE FUNCTION pg_temp.normal(text) RETURNS text LANGUAGE sql AS $$ SELECT lower(translate($1, ' _-.', '')) $$;

-- Google Contacts, as it is and as it was: the first of several addresses, no birthday without a year
SET client_min_messages = notice;
SELECT pg_temp.export(:'google');
SELECT pg_temp.export(:'google_old');
SET client_min_messages = warning;
SELECT first_name, middle_name, last_name, email, phone, additional_phone, date_of_birth, comments
	FROM clients ORDER BY email;
SELECT billing_address, billing_city, billing_region, billing_postcode, billing_country FROM clients
	WHERE billing_address IS NOT NULL;
-- Outlook: an empty date is 0/0/00
SET client_min_messages = notice;
SELECT pg_temp.export(:'outlook', $$date_order => 'MDY'$$);
SET client_min_messages = warning;
SELECT first_name, middle_name, last_name, email, phone, additional_phone, date_of_birth, comments,
	billing_address, billing_city, billing_region, billing_postcode, billing_country
	FROM clients WHERE last_name IN ('Okonkwo', 'de Wit') ORDER BY email;
-- HubSpot
SET client_min_messages = notice;
SELECT pg_temp.export(:'hubspot');
SET client_min_messages = warning;
SELECT id <> external_id, external_id, first_name, last_name, email, phone, state, date_of_birth,
	billing_city, billing_region, billing_country
	FROM clients WHERE email LIKE '%@example.com' AND external_id IS NOT NULL ORDER BY email;
-- Salesforce: the type of a company is none of a client
SET client_min_messages = notice;
SELECT pg_temp.export(:'salesforce', $$date_order => 'MDY'$$);
SET client_min_messages = warning;
SELECT external_id, first_name, last_name, email, phone, additional_phone, type, date_of_birth,
	billing_address, billing_city, billing_region, billing_postcode, billing_country
	FROM clients WHERE external_id LIKE '003%' ORDER BY email;
-- the names of its fields are as good as their labels
SELECT pg_temp.import('Id,FirstName,LastName,Email,AccountId,MailingStreet,MailingCity,MailingState,MailingPostalCode,MobilePhone,CreatedDate
0035g00000AbCdFAAV,Hana,Novotná,hana.novotna@example.com,001,Dlouhá 3,Praha,,110 00,+420 555 010 200,2025-01-02');
SELECT billing_address, billing_postcode, additional_phone, external_id FROM clients
	WHERE last_name = 'Novotná';
-- whatever their case, they are those of Salesforce, though columns of the table are called so
SELECT * FROM wifox_import_mapping_data('id,firstname,lastname,email,mailingstreet,mailingcity,type,state');
-- and so are the labels of a report with picklists of countries
SELECT header, target FROM wifox_import_mapping_data('Last Name,Email,Mailing Street,Mailing City,Mailing State/Province (text only),Mailing Country (text only)');
-- Mailchimp
SET client_min_messages = notice;
SELECT pg_temp.export(:'mailchimp');
SET client_min_messages = warning;
SELECT external_id, first_name, last_name, email, phone, date_of_birth, registration_ip,
	billing_address, comments
	FROM clients WHERE last_name IN ('Duarte', 'Ade') ORDER BY email;

-- the same files once more: nothing differs
SELECT pg_temp.export(path, $$date_order => 'MDY'$$) FROM unnest(ARRAY[:'google', :'outlook', :'hubspot', :'mailchimp']) path;

-- our own headers never make a profile, and an unknown one is an error as ever
SELECT pg_temp.export(:'clients', $$dry_run => true$$);
SELECT pg_temp.import('ID,email,firstName,lastName,tier,Email Address,EUID
,x@example.org,X,,1,,');
SELECT pg_temp.import(wifox_import_template());
SELECT header, target, note FROM wifox_import_mapping_data('email,First Name,phone,E-mail Address');
-- a profile that is made of our own headers is not taken for them
INSERT INTO wifox_import_columns (profile, header, target_column, type) VALUES
	('greedy', 'email', 'email', 'mark'), ('greedy', 'First Name', 'bio', 'mark');
SELECT header, target, note FROM wifox_import_mapping_data('email,First Name');
DELETE FROM wifox_import_columns WHERE profile = 'greedy';

-- a column without a name is none of a profile's
INSERT INTO wifox_import_columns (profile, header, target_column, type) VALUES
	('nameless', '--', 'bio', 'mark'), ('nameless', 'Mail', 'email', NULL);
SELECT header, target, note FROM wifox_import_mapping_data('Mail,,First Name');
DELETE FROM wifox_import_columns WHERE profile = 'nameless';

-- how a file would be mapped: by the profile, by our own headers beside it, or not at all
SELECT * FROM wifox_import_mapping(:'hubspot');
SELECT * FROM wifox_import_mapping_data('E-mail 1 - Value,First Name,Labels,project,religion,,import_line');
-- two profiles fit: the one that knows more of the header
SELECT note FROM wifox_import_mapping_data('Record ID,First Name,Last Name,Email,EUID,LEID,OPTIN_IP') LIMIT 1;
SELECT note FROM wifox_import_mapping_data('Record ID,First Name,Last Name,Email,EUID,LEID,City,Phone Number,Date of birth,Country') LIMIT 1;

-- the habits, cell by cell
SELECT pg_temp.import('E-mail 1 - Value,First Name,Birthday,Phone 1 - Value,Notes
h1@example.org ::: x,A,01/31,1 ::: 2 ::: 3,a ::: b
h2@example.org:::x,B,,, 
h3@example.org,C,--02-29," ::: 5",
h4@example.org,D,00/00/0000,6 ::: ,
h5@example.org,E,1999-13-01,,
h6@example.org,F,1/2/3/4,,
h7@example.org,G,=1+1 ::: 2,=1+1 ::: 2,', $$on_error => 'skip'$$);
SELECT email, date_of_birth, phone, comments FROM clients WHERE email LIKE 'h_@%' ORDER BY email;
-- a cell that says nothing is a blank one: no key, no value that must be there, and it clears
SELECT pg_temp.import('E-mail 1 - Value,First Name,Phone 1 - Value
 ::: h12@example.org,A,');
UPDATE wifox_import_columns SET required = true WHERE profile = 'google' AND header IN ('Birthday', 'Phone 1 - Value');
SELECT pg_temp.import('E-mail 1 - Value,First Name,Birthday,Phone 1 - Value
h13@example.org,A,--01-31, ::: 2');
UPDATE wifox_import_columns SET required = false WHERE profile = 'google' AND header IN ('Birthday', 'Phone 1 - Value');
SELECT pg_temp.import('E-mail 1 - Value,First Name,Birthday,Phone 1 - Value
h14@example.org,A,1999-12-13,1
h15@example.org,A,1999-12-13,1');
SELECT pg_temp.import('E-mail 1 - Value,First Name,Birthday,Phone 1 - Value
h14@example.org,A,0/0/00, ::: 2', $$blank => 'clear'$$);
SELECT email, date_of_birth, phone FROM clients WHERE email ~ '^h1[2-9]@' ORDER BY email;
DELETE FROM clients WHERE email ~ '^h1[2-9]@';
-- the marker that clears is looked for in the first value; blank means keep
SELECT pg_temp.import('E-mail 1 - Value,Phone 1 - Value,Birthday,Extra
h1@example.org,#N/A ::: 7,,x', $$clear_marker => '#N/A'$$);
SELECT phone, date_of_birth FROM clients WHERE email = 'h1@example.org';
-- an error report of an export is an export
SELECT pg_temp.import('E-mail 1 - Value,First Name,Phone 1 - Value,Labels
h8@example.org,,''+1|2 ::: 3,x');
SELECT wifox_import_error_report(max(id)) FROM wifox_imports;
SELECT pg_temp.import('E-mail 1 - Value,First Name,Phone 1 - Value,Labels,import_line,import_error
h8@example.org,H,+1 555 010 999 ::: 3,x,2,missing');
-- two columns of an export for one of the table must agree
UPDATE wifox_import_columns SET target_column = 'phone'
	WHERE profile = 'google' AND header = 'Phone 2 - Value';
SELECT pg_temp.import('E-mail 1 - Value,First Name,Phone 1 - Value,Phone 2 - Value
h9@example.org,I,1 ::: 2,1 ::: 3
h8@example.org,H,1,2', $$on_error => 'skip'$$);

-- a DBA changes a profile ...
UPDATE wifox_import_columns SET target_column = 'billing_city'
	WHERE profile = 'outlook' AND header = 'Home City';
INSERT INTO wifox_import_columns (profile, header, target_column, default_value)
VALUES ('google', 'Labels', 'bio', 'none'), ('google', 'Nickname', 'meta', NULL);
INSERT INTO wifox_import_columns (profile, header, target_column, path)
VALUES ('google', 'File As', 'meta', '{file,as}'), ('google', 'Gone', 'no_such_column', NULL);
SELECT pg_temp.import('E-mail 1 - Value,First Name,Labels,File As,Gone
h10@example.org,J,a ::: b,"J.",x
h11@example.org,K,,,');
SELECT email, bio, meta FROM clients WHERE email LIKE 'h1_@%' ORDER BY email;
SELECT header, target, note FROM wifox_import_mapping_data('E-mail 1 - Value,Labels,File As,Gone');
-- ... turns one off ...
UPDATE wifox_import_columns SET target_column = NULL WHERE profile = 'mailchimp' AND header = 'Email Address';
SELECT pg_temp.export(:'mailchimp');
-- ... and adds one
INSERT INTO wifox_import_columns (profile, header, target_column, type) VALUES
	('shop', 'Customer e-mail', 'email', 'first'), ('shop', 'Order no', NULL, 'mark'),
	('shop', 'Customer', 'first_name', NULL), ('shop', 'state', NULL, NULL);
SET client_min_messages = notice;
SELECT pg_temp.import('order_no,Customer E-Mail,Customer,Total,State
7,s1@example.org ::: s2@example.org,Sue,9.90,paid');
SET client_min_messages = warning;
SELECT first_name, email, state FROM clients WHERE email LIKE 's_@%';
-- of its columns, the one for the ID finds a client
INSERT INTO wifox_import_columns (profile, header, target_column) VALUES ('shop', 'Customer no', 'id');
SELECT pg_temp.import('Order no,Customer e-mail,Customer no,Customer
8,s3@example.org,S-3,Ann
9,s4@example.org,S-3,Ann', $$on_error => 'skip'$$);
SELECT id, email FROM clients WHERE email LIKE 's_@%' AND first_name = 'Ann';
-- rows that make no sense are refused
INSERT INTO wifox_import_columns (profile, header, type) VALUES ('shop', 'x', 'last');

-- each shipped profile fills the e-mail address, and says what it holds
SELECT profile, count(*) > 5, count(*) FILTER (WHERE target_column = 'email')
	FROM wifox_import_columns WHERE profile NOT IN ('shop', 'default', 'mailchimp')
	GROUP BY profile ORDER BY profile;
SELECT profile, header FROM wifox_import_columns
	WHERE builtin AND coalesce(description, '') = '' ORDER BY 1, 2;
-- and none is known by our own headers alone: one that it needs is no header of ours
SELECT profile FROM wifox_import_columns r
	WHERE profile <> 'default' AND (type = 'mark' OR target_column = 'email')
	GROUP BY profile HAVING bool_and(EXISTS (SELECT FROM wifox_import_columns d
		WHERE d.profile = 'default' AND pg_temp.normal(r.header) IN (SELECT pg_temp.normal(name)
			FROM unnest(d.header || d.aliases) name)));
DROP EXTENSION wifox_import;
DROP TABLE clients, projects, desks;
