-- The same files in whatever database psql is connected to.  Bytes are shown as \ooo.
CREATE TEMP TABLE files AS
	SELECT * FROM json_to_recordset(:'files') f (name text, encoding text, header bytea, data bytea);
CREATE FUNCTION pg_temp.bytes(t text) RETURNS text LANGUAGE sql AS $$
	SELECT encode(convert_to(t, getdatabaseencoding()), 'escape') $$;
CREATE FUNCTION pg_temp.import_file(data bytea, encoding text, OUT outcome text, OUT id bigint)
LANGUAGE plpgsql AS $$
DECLARE
	i wifox_imports;
BEGIN
	SELECT * INTO i FROM wifox_import_clients_data(data, delimiter => '|', quote => '',
		encoding => encoding, on_error => 'skip');
	outcome := pg_temp.outcome(i);
	id := i.id;
END $$;
SELECT count(*) > 0 FROM wifox_import_create_clients_table();
-- every cell in the database's encoding; what is bad as it is in the file, with its offset
SELECT r.record, pg_temp.bytes(array_to_string(r.fields, ' | ')), r.problem
	FROM files, wifox_import_read_data(data, '|', '', encoding => encoding) r
	WHERE record IN (1, 2) ORDER BY name COLLATE "C", record;
SELECT name, pg_temp.bytes(m.header), m.note
	FROM files, wifox_import_mapping_data(files.header, '|', '', encoding => encoding) m
	WHERE m.position = 2 ORDER BY name COLLATE "C";
-- the sound records are imported, all others come back in the error report
CREATE TEMP TABLE imports AS SELECT name, i.* FROM files, pg_temp.import_file(data, encoding) i;
SELECT outcome, string_agg(name, ' ' ORDER BY name COLLATE "C") FROM imports GROUP BY 1 ORDER BY 1;
SELECT pg_temp.bytes(concat_ws(' | ', email, first_name, comments)) FROM clients
	WHERE email LIKE '%.1@%' ORDER BY email COLLATE "C";
SELECT code, sqlstate, count(*) FROM wifox_import_errors GROUP BY 1, 2 ORDER BY 1, 2;
SELECT pg_temp.bytes(r) FROM imports, wifox_import_error_report(id) WITH ORDINALITY r (r, n)
	WHERE n > 1 ORDER BY name COLLATE "C", n;
-- the reports, corrected and in the database's encoding, complete the imports
SELECT i.outcome, string_agg(name, ' ' ORDER BY name COLLATE "C")
	FROM (SELECT name, string_agg(r, E'\n' ORDER BY n) AS report
		FROM imports, wifox_import_error_report(id) WITH ORDINALITY r (r, n)
		GROUP BY name HAVING count(*) > 1) reports,
	LATERAL pg_temp.import_file(convert_to(replace(report, '\x', ''), getdatabaseencoding()),
		getdatabaseencoding()) i GROUP BY 1 ORDER BY 1;
