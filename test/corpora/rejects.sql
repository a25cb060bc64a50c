-- Lines that another tool rejects: there must be a record that starts on this very line and whose
-- problem is of the same kind.  The kinds are all a reader's business.  (The tool's CAST and LINE
-- SIZE OVER MAXIMUM depend on types and limits that it was given; the list names them for whole
-- files, without lines.)  And no other record of these files may have a problem.
CREATE TEMP TABLE kinds (kind text, problem text);
INSERT INTO kinds VALUES ('MISSING COLUMNS', ' fields?, the header has '),
	('TOO MANY COLUMNS', ' fields?, the header has '),
	('UNQUOTED VALUE', ' quote '), ('INVALID ENCODING', ' not valid in encoding ');
CREATE TEMP TABLE rejects AS
SELECT f ->> 'file' AS file, f ->> 'delimiter' AS delimiter, (f ->> 'columns')::int AS columns,
	(l ->> 'line')::bigint AS line, l ->> 'type' AS kind
FROM jsonb_array_elements(pg_read_file(:'corpora' || '/csv/duckdb-rejects/rejects.json')::jsonb) f,
	jsonb_array_elements(f -> 'bad_lines') l;
CREATE TEMP TABLE odd AS
SELECT file, r.*
FROM (SELECT DISTINCT file, delimiter FROM rejects) f,
	wifox_import_read_data(pg_read_binary_file(:'corpora' || '/csv/' || file), delimiter) r
WHERE problem IS NOT NULL;

SELECT format('%s of %s lines found, %s records too many',
	count(*) FILTER (WHERE EXISTS (SELECT FROM odd JOIN kinds ON odd.problem ~ kinds.problem
		WHERE odd.file = j.file AND odd.line = j.line AND kinds.kind = j.kind
			AND CASE j.kind WHEN 'MISSING COLUMNS' THEN cardinality(fields) < columns
				WHEN 'TOO MANY COLUMNS' THEN cardinality(fields) > columns ELSE true END)),
	count(*), (SELECT count(*) FROM odd WHERE (file, line) NOT IN (SELECT file, line FROM rejects)))
FROM rejects j;
