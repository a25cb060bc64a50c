-- Files of the tests with some of their bytes changed; test/shell/mutants.sh runs the rounds.  Whatever
-- comes of it, it is a result: no exception but those that say so, counts that add up, a report that can
-- be read, and a table as it was where the import failed.  Builds upon test/property.sql.
SET client_min_messages = warning;
CREATE SCHEMA mutants;
CREATE TABLE mutants.seeds (n int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text, data bytea);

-- Bytes that mean something to somebody.
CREATE FUNCTION mutants.token() RETURNS bytea LANGUAGE sql VOLATILE AS $$
	SELECT decode(property.pick('22', '2222', '0d', '0a', '0d0a', '00', '2c', '3b', '09', '7c', '5c', '27', '20',
		'efbbbf', 'fffe', 'feff', 'ff', 'c3', 'c0af', 'eda080', 'f4908080', 'e2808b', 'c2a0', 'cc81', 'f09f9880',
		encode(convert_to(property.pick('=1+1', '@SUM(A1)', '<script>', 'javascript:', 'sep=;' || chr(10), '\.',
			'NULL', '#N/A', '-0', '1e400', 'NaN', 'infinity', '99999999999999999999', '0000-00-00', '2024-02-30',
			'24:00:00', '+15:60', '{"a":', '[[[[[[', '{}', '"a\u0000"', '{1,{2}}', '[1,2)', 'true', 'ID', 'email',
			'firstName', 'lifestyle.interests.7', 'tradingGroups.99999999999', 'agreements.', 'Meta',
			'import_error', 'x@example.com', 'default', repeat('9', 400), repeat('"', 33), repeat(',', 50)), 'UTF8'), 'hex')),
		'hex') $$;

-- Change a file in one place.
CREATE FUNCTION mutants.change(data bytea) RETURNS bytea LANGUAGE plpgsql AS $$
DECLARE
	size int := length(data);
	-- the header is spared mostly, as little comes of a file without one
	start int := CASE WHEN property.chance(85) THEN position('\x0a' IN data) ELSE 0 END;
	place int := start + 1 + property.below(size - start + 1);
	len int := LEAST(size - place + 1, property.below(CASE WHEN property.chance(80) THEN 10 ELSE 300 END));
	piece bytea := substring(data FROM place FOR len);
BEGIN
	CASE property.below(7)
		WHEN 0 THEN RETURN CASE WHEN size = 0 THEN data ELSE set_byte(data, place % size, property.below(256)) END;
		WHEN 1 THEN RETURN overlay(data PLACING '' FROM place FOR len);
		WHEN 2 THEN RETURN overlay(data PLACING piece FROM 1 + property.below(size + 1) FOR 0);
		WHEN 3 THEN RETURN overlay(data PLACING mutants.token() FROM place FOR len);
		WHEN 4 THEN RETURN CASE WHEN property.chance(20) THEN substring(data FOR place) ELSE data END;
		ELSE RETURN overlay(data PLACING mutants.token() FROM place FOR 0);
	END CASE;
END $$;

-- Change it in several.
CREATE FUNCTION mutants.mutant() RETURNS bytea LANGUAGE plpgsql AS $$
DECLARE
	result bytea := (SELECT data FROM mutants.seeds ORDER BY n LIMIT 1
		OFFSET property.below((SELECT count(*)::int FROM mutants.seeds)));
BEGIN
	FOR i IN 0 .. property.below(property.below(8) + 1) LOOP
		result := mutants.change(result);
	END LOOP;
	RETURN result;
END $$;

-- Import a file in one of all ways.
CREATE FUNCTION mutants.import(data bytea, dry_run boolean) RETURNS wifox_imports LANGUAGE sql AS $$
	SELECT i FROM wifox_import_clients_data(data, mode => property.pick('upsert', 'upsert', 'create', 'update'),
		on_error => property.pick('report', 'skip', 'skip', 'skip', 'skip', 'raise'), dry_run => dry_run,
		blank => property.pick('keep', 'clear'), clear_marker => property.pick(NULL, '#N/A'),
		unknown_columns => property.pick('error', 'ignore', 'ignore'), duplicates => property.pick('error', 'last'),
		delimiter => property.pick('auto', 'auto', 'auto', ',', ';'), quote => property.pick('"', '"', '"', '"', '"', '', ''''),
		escape => property.pick(NULL, NULL, NULL, '\'),
		encoding => property.pick('auto', 'auto', 'auto', 'UTF8', 'LATIN1', 'WIN1251', 'SJIS', 'GB18030', 'EUC_JP', 'BIG5'),
		date_order => property.pick(NULL, 'DMY', 'MDY', 'YMD')) i $$;

-- Look at a file, and read the report of an import.
CREATE FUNCTION mutants.look(data bytea, import wifox_imports) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	n bigint;
BEGIN
	SELECT count(*) INTO n FROM wifox_import_read_data(data, delimiter => property.pick('auto', ','));
	SELECT n + count(*) INTO n FROM wifox_import_mapping_data(data);
	IF import.id IS NOT NULL THEN
		SELECT n + count(*) INTO n FROM wifox_import_error_report(import.id);
	END IF;
	RETURN NULL;
EXCEPTION WHEN OTHERS THEN
	-- a header that cannot be read is an error of the preview
	RETURN CASE WHEN SQLSTATE NOT IN ('22P04', '22021', '22P05', '54000') THEN 'looking raised ' || SQLSTATE || ' ' || SQLERRM END;
END $$;

-- Is everything as it was when the import has failed, and again behind an undo?
CREATE FUNCTION mutants.wrong_clients(import wifox_imports, checksum text, target regclass) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	undo wifox_imports;
BEGIN
	IF import.status IN ('imported', 'partial') THEN
		undo := wifox_import_undo(import.id);
		IF undo.skipped > 0 THEN
			RETURN 'the undo has kept clients';
		END IF;
	END IF;
	RETURN CASE WHEN property.checksum(target) <> checksum THEN 'clients have changed' END;
END $$;

-- One round: what is wrong, or nothing.
CREATE FUNCTION mutants.round(seed int, target regclass) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	sown text := setseed((seed % 1000000) / 1000000.0)::text;
	data bytea := mutants.mutant();
	checksum text := property.checksum(target);
	import wifox_imports;
	problem text;
BEGIN
	BEGIN
		-- few files can be imported at all: by chance, none of them might be a dry run
		import := mutants.import(data, seed % 3 = 0);
		problem := coalesce(property.wrong_counts(import), mutants.wrong_clients(import, checksum, target));
	EXCEPTION WHEN OTHERS THEN
		-- on_error => 'raise'
		IF SQLSTATE <> '22P04' THEN
			problem := 'importing raised ' || SQLSTATE || ' ' || SQLERRM;
		END IF;
		import := NULL;
	END;
	problem := coalesce(problem, mutants.look(data, import));
	RETURN 'seed ' || seed || ': ' || problem || ' ' || left(encode(data, 'base64'), 1000);
END $$;
