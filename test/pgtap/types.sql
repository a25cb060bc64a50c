-- Nothing gets into a table that its own types would refuse: lengths, domains and their NOT NULL
-- hold for cells, parts, generated values and blanks alike.
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pgtap;
DROP EXTENSION IF EXISTS wifox_import CASCADE;
CREATE SCHEMA types_tap;
CREATE EXTENSION wifox_import SCHEMA types_tap;
SET search_path = types_tap, public;
SET wifox_import.clients_table = 'strict';

SELECT plan(12);

CREATE DOMAIN filled AS text NOT NULL;
CREATE DOMAIN with_a AS jsonb CHECK (value ? 'a');
CREATE DOMAIN one_only AS text[] CHECK (cardinality(value) < 2);
CREATE DOMAIN short AS text CHECK (length(value) < 6);
CREATE TABLE strict (
	id short PRIMARY KEY,
	email varchar(20) UNIQUE,
	first_name varchar(3),
	filled filled DEFAULT 'f',
	with_a with_a,
	one_only one_only,
	words varchar(3)[],
	prices numeric(4,2)[]
);
CREATE TABLE short_id (id varchar(10) PRIMARY KEY, email text UNIQUE, first_name text);
INSERT INTO wifox_import_columns (header, target_column, path) VALUES
	('with_a.*', 'with_a', '{*}'), ('one.#', 'one_only', '{#}'), ('words.#', 'words', '{#}'),
	('prices.#', 'prices', '{#}');

-- Import one record; 'imported', or the codes of its errors.
CREATE FUNCTION outcome(header text, record text) RETURNS text LANGUAGE plpgsql AS $$
	DECLARE
		i wifox_imports;
	BEGIN
		SELECT * INTO i
		FROM wifox_import_clients_data(convert_to(header || E'\n' || record, 'UTF8'));
		RETURN coalesce((SELECT string_agg(code, ' ') FROM wifox_import_errors
			WHERE import_id = i.id), i.status);
	END $$;

SELECT is(outcome('ID,email,firstName', '1,a@x.example,Ann'), 'imported', 'a good record');
SELECT is(outcome('ID,email,firstName', '123456,b@x.example,Bob'), 'constraint',
	'an ID that its domain refuses');
SELECT isnt(outcome('email,firstName', 'c@x.example,Cid'), 'imported',
	'a generated ID that its domain refuses');
SELECT is(outcome('ID,email,firstName', '2,d@x.example,Four'), 'invalid_value',
	'a text that is too long');
SELECT isnt(outcome('ID,email,firstName,with_a.b', '3,e@x.example,Eve,1'), 'imported',
	'a jsonb value, made of its parts, that its domain refuses');
SELECT isnt(outcome('ID,email,firstName,one.0,one.1', '4,f@x.example,Fay,1,2'), 'imported',
	'an array, made of its parts, that its domain refuses');
SELECT isnt(outcome('ID,email,firstName,words.0', '5,g@x.example,Guy,four'), 'imported',
	'an element that is longer than the array allows');
SELECT isnt(outcome('ID,email,firstName,prices.0', '6,h@x.example,Hal,123456.789'), 'imported',
	'an element that is larger than the array allows');
SELECT is(outcome('ID,email,firstName,filled', '7,i@x.example,Ivy,'), 'imported',
	'a blank cell takes the default');
ALTER TABLE strict ALTER filled DROP DEFAULT;
SELECT isnt(outcome('ID,email,firstName,filled', '8,j@x.example,Joe,'), 'imported',
	'a blank cell, where the domain is NOT NULL and there is no default');
SET wifox_import.clients_table = 'short_id';
SELECT isnt(outcome('email,firstName', 'k@x.example,Kay'), 'imported',
	'a generated ID that is longer than the column allows');
SELECT results_eq('SELECT id::text COLLATE "default" FROM strict
	UNION ALL SELECT id FROM short_id ORDER BY 1',
	$$VALUES ('1'), ('7')$$, 'nothing of these got in');

SELECT * FROM finish();
ROLLBACK;
