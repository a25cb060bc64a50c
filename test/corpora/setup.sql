-- What the comparisons with the collection share.  :corpora is its folder.
CREATE EXTENSION wifox_import;

CREATE TABLE cases AS
SELECT value ->> 'id' AS id, value ->> 'tier' AS tier, value ->> 'likely' AS likely,
	:'corpora' || '/csv/' || (value ->> 'file') AS path, value -> 'dialect' AS dialect
FROM jsonb_array_elements(pg_read_file(:'corpora' || '/csv/index.json')::jsonb);

-- All fields of a file; how many of its records are odd; may its delimiter be another one?
CREATE FUNCTION read_rows(path text, delimiter text, quote text DEFAULT '"', escape text DEFAULT '"',
	encoding text DEFAULT 'auto') RETURNS jsonb LANGUAGE sql AS $$
	SELECT jsonb_build_object('rows', coalesce(jsonb_agg((r).fields), '[]'),
			'problems', count((r).problem),
			'ambiguous', coalesce(bool_or((r).problem LIKE 'both "%" and "%'), false))
	FROM (SELECT wifox_import_read_data(pg_read_binary_file(path), delimiter, quote, escape, encoding)) f (r)
$$;

-- Read a case in its dialect; UTF-8 and UTF-16 are found by the reader
CREATE FUNCTION read_case(path text, dialect jsonb, delimiter text) RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
	RETURN read_rows(path, delimiter, coalesce(dialect ->> 'quote', ''), dialect ->> 'escape',
		CASE WHEN dialect ->> 'encoding' LIKE 'utf%' THEN 'auto'
			ELSE replace(dialect ->> 'encoding', 'latin-1', 'LATIN1') END);
EXCEPTION WHEN OTHERS THEN
	RETURN jsonb_build_object('error', SQLERRM);
END $$;
