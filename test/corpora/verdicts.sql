-- Import every value of a list alone, and keep what came of it.  :corpora is the collection's folder.
SET client_min_messages = warning;
SELECT wifox_import_create_clients_table();

CREATE TABLE cells (list text, n bigint, cell text, expect text, sources jsonb);
INSERT INTO cells
SELECT list, n, coalesce(j ->> 'email', j ->> 'payload', j ->> 'value'),
	coalesce(j ->> 'expect', 'kept or refused'), j -> 'upstream'
FROM (VALUES ('emails'), ('formula_injection'), ('naughty_strings')) f (list),
	regexp_split_to_table(rtrim(pg_read_file(:'corpora' || '/values/' || list || '.jsonl'), E'\n'),
		E'\n') WITH ORDINALITY l (line, n),
	CAST(line AS jsonb) j;

-- The outcome: a code or 'stored', and what the table has in this column then.
CREATE TABLE verdicts (list text, n bigint, header text, code text, message text, hint text,
	stored text);

-- Import one cell under a header, in a record of its own.
CREATE FUNCTION try_cell(list text, n bigint, header text, cell text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	i wifox_imports;
	client jsonb;
BEGIN
	i := wifox_import_clients_data(convert_to(
		concat_ws(',', 'firstName', CASE WHEN header <> 'email' THEN 'email' END, header) || E'\n' ||
		concat_ws(',', 'A', CASE WHEN header <> 'email' THEN 'a@example.org' END,
			'"' || replace(cell, '"', '""') || '"'), 'UTF8'));
	SELECT to_jsonb(c) INTO client FROM clients c;
	INSERT INTO verdicts
	SELECT list, n, header, coalesce(e.code, 'stored'), e.message, e.hint, client ->> header
	FROM (VALUES (i.id)) v (id) LEFT JOIN wifox_import_errors e ON e.import_id = v.id;
	DELETE FROM clients;
END $$;

SELECT count(try_cell(list, n, header, cell))
FROM cells JOIN (VALUES ('emails', 'email'), ('formula_injection', 'bio'),
	('formula_injection', 'phone'), ('formula_injection', 'height'), ('naughty_strings', 'bio')) h
	(list, header) USING (list);
