\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/test/helpers.sql'
\set path :abs_srcdir '/test/data/clients-fixed.csv'
\i :helpers
-- How the headers of a file would be mapped, before anything is imported.
SELECT * FROM wifox_import_mapping(:'path');
SELECT wifox_import_create_clients_table();
SELECT * FROM wifox_import_mapping(:'path');
-- notes: unknown, twice, unnamed, an error report's, parts, a column's own name
SELECT * FROM wifox_import_mapping_data('ID;frist name;Nobody knows;email;email;;import_line;'
	'lifestyle.interests.2;agreements.GDPR v.2;created_at;desk');
-- a profile row added by a DBA counts at once
INSERT INTO wifox_import_columns (header, target_column) VALUES ('Nobody knows', 'bio');
SELECT target FROM wifox_import_mapping_data('Nobody knows');
-- calls that are wrong
SELECT * FROM wifox_import_mapping(NULL);
SELECT * FROM wifox_import_mapping_data(NULL);
SELECT * FROM wifox_import_mapping_data('');
SELECT * FROM wifox_import_mapping_data(E'\n\n');
SELECT * FROM wifox_import_mapping_data(E'a,b;c\n1,2;3');
SELECT * FROM wifox_import_mapping_data('ID', delimiter => '"');
SELECT * FROM wifox_import_mapping_data(convert_to('ID' || repeat(',c', 1600), 'UTF8'));
SELECT * FROM wifox_import_mapping('/no/such/file.csv');
-- nothing was written
SELECT count(*) FROM wifox_imports;
DROP EXTENSION wifox_import;
DROP TABLE clients, projects, desks;
