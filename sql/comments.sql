-- Everything that the extension makes says what it is: \dx+, \df+, \d+ and pg_settings read well.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/test/helpers.sql'
\i :helpers
CREATE TEMP VIEW members AS
	SELECT classid, objid FROM pg_depend
	WHERE deptype = 'e' AND refclassid = 'pg_extension'::regclass
		AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'wifox_import')
		-- the row types of tables are members only since 17
		AND classid <> 'pg_type'::regclass;
CREATE TEMP VIEW tables AS
	SELECT oid, relname FROM pg_class
	WHERE oid IN (SELECT objid FROM members WHERE classid = 'pg_class'::regclass)
		AND relkind <> 'S';
CREATE TEMP VIEW commented AS
	SELECT pg_describe_object(classid, objid, 0) AS object,
		obj_description(objid, classid::regclass::name) AS comment FROM members
	UNION ALL
	SELECT 'column ' || relname || '.' || attname, col_description(oid, attnum)
	FROM tables JOIN pg_attribute ON attrelid = oid AND attnum > 0 AND NOT attisdropped
	UNION ALL
	SELECT 'policy ' || polname, obj_description(p.oid, 'pg_policy')
	FROM pg_policy p JOIN tables ON polrelid = tables.oid
	UNION ALL
	SELECT 'trigger ' || tgname, obj_description(t.oid, 'pg_trigger')
	FROM pg_trigger t JOIN tables ON tgrelid = tables.oid AND NOT tgisinternal;

-- there are functions, tables, a view, a sequence; and columns, policies and a trigger
SELECT DISTINCT split_part(object, ' ', 1) FROM commented ORDER BY 1;
SELECT count(*) > 60 FROM commented;
-- none of them lacks a comment; a comment is one line, and no sentence with a full stop
SELECT object FROM commented WHERE coalesce(comment, '') = '' ORDER BY object;
SELECT object, comment FROM commented WHERE comment ~ '(\n|\.$|^\s|\s$)' OR length(comment) > 200
	ORDER BY object;
-- no two objects have the same comment, columns aside
SELECT comment FROM commented WHERE object !~ '^column ' GROUP BY comment HAVING count(*) > 1;
SELECT obj_description(oid, 'pg_extension') FROM pg_extension WHERE extname = 'wifox_import';

-- settings have a description, and one that goes into detail; each is a sentence
LOAD '$libdir/wifox_import';
SELECT count(*) > 7 FROM pg_settings WHERE name ~ '^wifox_import\.';
SELECT name, short_desc, extra_desc FROM pg_settings
	WHERE name ~ '^wifox_import\.'
		AND (short_desc !~ '^[A-Z].*\.$' OR coalesce(extra_desc, '') !~ '^[A-Za-z0-9].*\.$');

DROP EXTENSION wifox_import;
