-- Random files with random mistakes, imported and undone; test/shell/property.sh runs the rounds.
-- What must hold, whatever the file: the counts add up, the changes are what has changed in the
-- table, a dry run says what the import then does, and the undo brings everything back.
SET client_min_messages = warning;
CREATE SCHEMA property;

-- One of the values.
CREATE FUNCTION property.pick(VARIADIC list text[]) RETURNS text LANGUAGE sql VOLATILE AS $$
	SELECT list[1 + floor(random() * cardinality(list))::int] $$;

-- True so many times in a hundred.
CREATE FUNCTION property.chance(percent int) RETURNS boolean LANGUAGE sql VOLATILE AS $$
	SELECT random() * 100 < percent $$;

-- One of the values, but mostly nothing.
CREATE FUNCTION property.seldom(VARIADIC list text[]) RETURNS text LANGUAGE sql VOLATILE AS $$
	SELECT CASE WHEN property.chance(8) THEN property.pick(VARIADIC list) ELSE '' END $$;

-- A whole number below the limit.
CREATE FUNCTION property.below(n int) RETURNS int LANGUAGE sql VOLATILE AS $$
	SELECT floor(random() * n)::int $$;

-- A value as its type's output function shows it.
CREATE FUNCTION property.shown(value anyelement) RETURNS text LANGUAGE sql AS $$
	SELECT CASE WHEN num_nulls(value) = 0 THEN format('%s', value) END $$;

-- All clients of a table: their IDs, and all columns that can be written as texts.
CREATE FUNCTION property.clients(target regclass) RETURNS TABLE (id text, forms jsonb)
LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY EXECUTE format('SELECT id::text, jsonb_object(ARRAY[%s], ARRAY[%s]) FROM %s',
		(SELECT string_agg(quote_literal(attname), ', ' ORDER BY attnum) FROM pg_attribute
			WHERE attrelid = target AND attnum > 0 AND NOT attisdropped
				AND attgenerated = ''),
		(SELECT string_agg(format('property.shown(%I)', attname), ', ' ORDER BY attnum) FROM pg_attribute
			WHERE attrelid = target AND attnum > 0 AND NOT attisdropped
				AND attgenerated = ''), target);
END $$;

-- A checksum of all clients.
CREATE FUNCTION property.checksum(target regclass) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	EXECUTE format('SELECT md5(string_agg(t::text, E''\n'' ORDER BY t::text)) FROM %s t', target)
		INTO result;
	RETURN coalesce(result, 'empty');
END $$;

-- The application changes some clients, and adds and removes some.
CREATE FUNCTION property.stir(seed int, target regclass) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	drawn text := 'WHERE abs(hashtext(id::text || ' || seed || ' || %L)) %% %s = 0';
BEGIN
	EXECUTE format('UPDATE %s SET last_name = $1, height = $2 ' || drawn, target, 'u', 10)
		USING property.pick('L1', 'Ann', ''), property.below(200);
	EXECUTE format('DELETE FROM %s ' || drawn, target, 'd', 10);
	PERFORM wifox_import_clients_data(convert_to('email,firstName,lastName,height'
			|| string_agg(format(E'\nc%s@x.org,F%s,L%s,%s', i, i, property.below(3),
				property.below(200)), ''), 'UTF8'), on_error => 'skip')
		FROM generate_series(1, 30) i WHERE property.chance(20);
END $$;

-- A cell for a column, a mistake now and then.
CREATE FUNCTION property.cell(header text, known text[], emails text[], line int) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	person int := 1 + property.below(150);
BEGIN
	IF property.chance(1) THEN
		RETURN property.pick('=1+1', 'x"y', '<script>', 'ü', ' ', 'NULL', '#', '-5', '"', 'a,b');
	END IF;
	CASE header
		WHEN 'ID' THEN
			RETURN CASE WHEN property.chance(40) THEN property.pick(VARIADIC known)
				WHEN property.chance(5) THEN (1000000000 + line)::text ELSE '' END;
		WHEN 'email' THEN
			RETURN CASE WHEN property.chance(40) THEN property.pick(VARIADIC emails)
				WHEN property.chance(10) THEN '' WHEN property.chance(2) THEN 'bad'
				WHEN property.chance(10) THEN upper('c' || person || '@x.org')
				ELSE 'c' || person || '@x.org' END;
		WHEN 'firstName', 'lastName', 'phone' THEN
			RETURN property.pick('', 'Ann', 'Bob', 'O''Neil', 'two words', ' padded ', E'two\nlines',
				'Zoë', '田', property.seldom('#', 'a,b'));
		WHEN 'username' THEN
			RETURN property.pick('', '', '', 'u' || person, 'ann', 'bob');
		WHEN 'height' THEN
			RETURN property.pick('', '1', '1.0', '170.50', '1e2', '399.9', '0' || line,
				property.seldom('tall', '500', '#'));
		WHEN 'Date Of Birth' THEN
			RETURN property.pick('', '2000-02-29', '1900-01-01', property.seldom('2023-02-30', '#'));
		WHEN 'Last login date' THEN
			RETURN property.pick('', '2024-02-29T12:00:00Z', '2024-02-29 13:00:00+01',
				property.seldom('yesterday', '#'));
		WHEN 'Meta' THEN
			RETURN property.pick('', '{}', '{"a": 1}', '{"a":1.0}', '[1, 2]', property.seldom('{', '#'));
		WHEN 'active' THEN
			RETURN property.pick('', 'true', 'no', property.seldom('maybe'));
		WHEN 'project' THEN
			RETURN property.pick('', 'default', 'p1', 'p2', property.seldom('nowhere'));
		WHEN 'bio' THEN
			RETURN property.pick('', 'b', 'c', property.seldom('explode', 'drop', '#'));
		ELSE
			RETURN property.pick('', 'no', 'yes', property.seldom('x', '#'));
	END CASE;
END $$;

-- A record, with a mistake in its shape now and then.
CREATE FUNCTION property.record(headers text[], known text[], emails text[], line int) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	cells text[] := ARRAY(SELECT CASE WHEN c ~ '[",\n\r]' OR property.chance(10)
			THEN '"' || replace(c, '"', '""') || '"' ELSE c END
		FROM unnest(headers) WITH ORDINALITY AS h (header, i),
			property.cell(header, known, emails, line) c ORDER BY i);
BEGIN
	CASE property.below(150)
		WHEN 0 THEN RETURN '';
		WHEN 1 THEN RETURN repeat(',', cardinality(headers) - 1);
		WHEN 2 THEN RETURN array_to_string(cells, ',') || ',surplus';
		WHEN 3 THEN RETURN array_to_string(cells, ',') || ',,';
		WHEN 4 THEN RETURN array_to_string(cells[2:], ',');
		WHEN 5 THEN RETURN array_to_string(cells, ',') || '"';
		ELSE RETURN array_to_string(cells, ',');
	END CASE;
END $$;

-- A file for a table that has columns for these headers.
CREATE FUNCTION property.file(headers text[], known text[], emails text[]) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	chosen text[] := ARRAY(SELECT h FROM unnest(headers) h
		WHERE h IN ('ID', 'email') OR property.chance(50) ORDER BY random());
BEGIN
	IF property.chance(20) THEN
		chosen := array_remove(chosen, property.pick('ID', 'email'));
	END IF;
	RETURN array_to_string(chosen, ',') || (SELECT coalesce(string_agg(E'\n'
			|| property.record(chosen, known, emails, line), ''), '')
		FROM generate_series(2, 1 + property.below(60)) line)
		|| CASE WHEN property.chance(2) THEN E'\n"never closed' ELSE '' END;
END $$;

-- Import a file; the row of the history.
CREATE FUNCTION property.import(data text, dry_run boolean, options text[]) RETURNS wifox_imports
LANGUAGE sql AS $$
	SELECT i FROM wifox_import_clients_data(convert_to(data, 'UTF8'), dry_run => dry_run,
		mode => options[1], on_error => options[2], blank => options[3], duplicates => options[4],
		clear_marker => options[5], reject_limit => options[6]::bigint) i $$;

-- How the changes of an import differ from what became of the table; before has the clients as
-- they were.  NULL: not at all.
CREATE FUNCTION property.wrong_changes(import_id bigint, before jsonb, target regclass) RETURNS text
LANGUAGE sql AS $$
	WITH now AS (SELECT id, forms FROM property.clients(target)),
		old AS (SELECT key AS id, value AS forms FROM jsonb_each(before)),
		happened AS (
			SELECT coalesce(now.id, old.id) AS client_id,
				CASE WHEN old.id IS NULL THEN 'created' WHEN now.id IS NULL THEN 'deleted'
					ELSE 'updated' END AS action,
				(SELECT jsonb_object_agg(key, value) FROM jsonb_each(old.forms)
					WHERE value IS DISTINCT FROM now.forms->key AND now.id IS NOT NULL) AS before,
				(SELECT jsonb_object_agg(key, value) FROM jsonb_each(now.forms)
					WHERE value IS DISTINCT FROM old.forms->key AND old.id IS NOT NULL) AS after
			FROM now FULL JOIN old ON now.id = old.id WHERE now.forms IS DISTINCT FROM old.forms),
		recorded AS (
			SELECT client_id, action, before, after FROM wifox_import_changes c
			WHERE c.import_id = wrong_changes.import_id AND after IS DISTINCT FROM '{}')
	SELECT string_agg(w::text, E'\n')
	FROM ((SELECT 'not recorded', * FROM happened EXCEPT SELECT 'not recorded', * FROM recorded)
		UNION ALL (SELECT 'not true', * FROM recorded EXCEPT SELECT 'not true', * FROM happened)) w $$;

-- Do the counts of an import add up, and fit its errors and changes?  NULL: they do.
CREATE FUNCTION property.wrong_counts(i wifox_imports) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	errors record;
	changes record;
BEGIN
	SELECT count(DISTINCT record) AS bad, count(*) FILTER (WHERE record IS NULL) AS whole
		INTO errors FROM wifox_import_errors e WHERE e.import_id = i.id;
	SELECT count(*) FILTER (WHERE action = 'created') AS created,
			count(*) FILTER (WHERE action = 'updated') AS updated
		INTO changes FROM wifox_import_changes c WHERE c.import_id = i.id;
	IF i.records <> i.created + i.updated + i.unchanged + i.skipped + i.failed THEN
		RETURN 'the counts do not add up';
	ELSIF i.failed <> errors.bad THEN
		RETURN format('%s records failed, %s have errors', i.failed, errors.bad);
	ELSIF (i.created, i.updated) <> (changes.created, changes.updated) THEN
		RETURN format('%s changes are recorded', changes);
	ELSIF i.status <> (CASE WHEN errors.whole > 0 OR i.status = 'failed' THEN 'failed'
			WHEN i.dry_run THEN 'checked' WHEN i.failed > 0 THEN 'partial'
			ELSE 'imported' END) THEN
		RETURN 'the status is wrong';
	END IF;
	RETURN NULL;
END $$;

-- Does a dry run say what the import does?  Random IDs and what follows from them apart.
CREATE FUNCTION property.wrong_prediction(dry wifox_imports, wet wifox_imports) RETURNS text
LANGUAGE sql AS $$
	SELECT 'the dry run said: ' || dry::text
	WHERE (dry.records, dry.created, dry.updated, dry.unchanged, dry.skipped, dry.failed)
			<> (wet.records, wet.created, wet.updated, wet.unchanged, wet.skipped, wet.failed)
		OR (dry.status = 'failed') <> (wet.status = 'failed')
		OR EXISTS ((SELECT record, line, action, before, after - 'id' FROM wifox_import_changes
				WHERE import_id = dry.id AND action = 'updated')
			EXCEPT (SELECT record, line, action, before, after - 'id' FROM wifox_import_changes
				WHERE import_id = wet.id)) $$;

-- One round: what is wrong, or nothing.
CREATE FUNCTION property.round(seed int, target regclass, headers text[]) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	sown text := setseed((seed % 1000000) / 1000000.0)::text;
	options text[] := ARRAY[property.pick('upsert', 'upsert', 'upsert', 'create', 'update'),
		property.pick('report', 'skip', 'skip', 'skip'), property.pick('keep', 'clear'),
		property.pick('error', 'last'), property.pick(NULL, '#'), NULL];
	data text;
	before jsonb;
	checksum text;
	dry wifox_imports;
	wet wifox_imports;
	undo wifox_imports;
	problem text;
BEGIN
	PERFORM property.stir(seed, target);
	IF options[2] = 'skip' AND property.chance(10) THEN
		options[6] := property.below(10)::text;
	END IF;
	SELECT coalesce(jsonb_object_agg(id, forms), '{}') INTO before FROM property.clients(target);
	checksum := property.checksum(target);
	data := property.file(headers,
		ARRAY(SELECT id FROM property.clients(target) UNION ALL SELECT '987654321' ORDER BY 1),
		ARRAY(SELECT forms->>'email' FROM property.clients(target) UNION ALL SELECT 'e@x.org'
			ORDER BY 1));
	dry := property.import(data, true, options);
	problem := property.wrong_counts(dry);
	IF problem IS NULL AND property.checksum(target) <> checksum THEN
		problem := 'the dry run has changed clients';
	END IF;
	wet := property.import(data, false, options);
	problem := coalesce(problem, property.wrong_counts(wet), property.wrong_prediction(dry, wet),
		property.wrong_changes(wet.id, before, target));
	IF problem IS NULL AND wet.status <> 'failed' THEN
		undo := wifox_import_undo(wet.id);
		IF undo.skipped > 0 OR undo.updated <> wet.created + wet.updated THEN
			problem := (SELECT string_agg(e::text, E'\n') FROM wifox_import_errors e
				WHERE import_id = undo.id);
		ELSIF property.checksum(target) <> checksum THEN
			problem := 'the undo has not brought everything back';
		END IF;
	END IF;
	RETURN 'seed ' || seed || ': ' || problem || E'\n' || options::text || E'\n' || wet::text || E'\n' || data;
END $$;
