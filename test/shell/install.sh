#!/usr/bin/env bash
# CREATE EXTENSION into a schema in which somebody else was before: what is bait there, is never
# taken for the server's own, and what has the name of one of our objects makes it refuse.

# shellcheck source=test/shell/tap.bash
. "$(dirname "$0")/tap.bash"

script=$(dirname "$0")/../../sql/wifox_import--1.0.sql

# The names that the script gives arguments to: functions, most of them.
called_names()
{
  grep -oE '[a-z_]+ ?\(' "$script" | tr -d ' (' | sort -u
}

# Lay bait, as the role, in the schema: functions of those names that the server has, too, and
# operators, for all pairs of types that the script might use them with.
lay_bait()
{
  local role=$1 schema=$2

  sql_as "$role" "DO \$\$
    DECLARE
      types text[] := '{text,name,bigint,integer,text[],jsonb,bytea,timestamptz,regclass,interval,boolean,inet}';
      body text := quote_literal('BEGIN RAISE EXCEPTION ''captured as %'', current_user; END');
      bait text;
    BEGIN
      FOR bait IN
        SELECT format('CREATE FUNCTION $schema.%I(%s) RETURNS %s LANGUAGE plpgsql AS ',
            name, arguments, result) || body
          FROM (SELECT DISTINCT ON (proname) proname, format_type(prorettype, NULL) FROM pg_proc
              WHERE proname IN ('$(called_names | paste -sd , | sed "s/,/','/g")')
                AND pronamespace = 'pg_catalog'::regnamespace AND prorettype <> 'void'::regtype
              ORDER BY proname, oid) f (name, result),
            (SELECT '' UNION ALL SELECT t FROM unnest(types) t
              UNION ALL SELECT concat(a, ',', b) FROM unnest(types) a, unnest(types) b) p (arguments)
        UNION ALL
        SELECT format('CREATE FUNCTION $schema.caught(a %s, b %s) RETURNS boolean
            LANGUAGE plpgsql AS ', a, b) || body
          FROM unnest(types) a, unnest(types) b
        UNION ALL
        SELECT format('CREATE OPERATOR $schema.%s (FUNCTION = $schema.caught,
            LEFTARG = %s, RIGHTARG = %s)', o, a, b)
          FROM unnest('{=,<>,<,>,<=,>=,+,-,||,~}'::text[]) o, unnest(types) a, unnest(types) b
      LOOP
        EXECUTE bait;
      END LOOP;
    END \$\$"
}

# What has taken bait of the role.
captured()
{
  sql "SELECT pg_describe_object(classid, objid, objsubid) FROM pg_depend
    WHERE classid NOT IN ('pg_proc'::regclass, 'pg_operator'::regclass)
      AND ((refclassid = 'pg_proc'::regclass AND refobjid IN
          (SELECT oid FROM pg_proc WHERE proowner = '$1'::regrole))
        OR (refclassid = 'pg_operator'::regclass AND refobjid IN
          (SELECT oid FROM pg_operator WHERE oprowner = '$1'::regrole)))"
}

# CREATE EXTENSION into the schema, with one object in the way: the error.
blocked_by()
{
  sql_as regress_before "$1" >/dev/null
  failure "CREATE EXTENSION wifox_import SCHEMA shared" | sed 's/^\([0-9A-Z]*\): .*/\1/'
  sql "DROP OWNED BY regress_before" "GRANT ALL ON SCHEMA shared TO regress_before" >/dev/null
}

plan 14
make_database wifox_install
make_role regress_before
make_role regress_after
sql "DROP EXTENSION wifox_import" "CREATE SCHEMA shared" \
  "GRANT ALL ON SCHEMA shared TO regress_before" "GRANT USAGE ON SCHEMA shared TO PUBLIC"

# Bait.
is "$(lay_bait regress_before shared)" '' 'bait is laid'
like "$(sql "SET search_path = shared" "SELECT cardinality('{a}'::text[])")" \
  'captured as postgres' 'and works on a careless call'
like "$(sql "SET search_path = shared" "SELECT pg_has_role('pg_monitor', 'USAGE')")" \
  'captured as postgres' 'also where the built-in function needs a cast'
is "$(sql "CREATE EXTENSION wifox_import SCHEMA shared")" '' 'the extension is created beside it'
is "$(captured regress_before)" '' 'and uses nothing of it'
is "$(sql "SELECT shared.wifox_import_create_clients_table()")" shared.clients \
  'the clients table is made'
sql "GRANT ALL ON shared.clients TO regress_after"
is "$(sql_as regress_after "SELECT status FROM shared.wifox_import_clients_data('email,firstName
a@example.com,A
b,B', on_error => 'skip')" "SELECT count(*) FROM shared.wifox_imports" \
  "SELECT count(*) FROM shared.wifox_import_errors" \
  "SELECT count(*) FROM shared.wifox_import_error_report((SELECT max(id) FROM shared.wifox_imports))")" \
  $'partial\n1\n1\n2' 'a role imports and reads its history'
is "$(sql "INSERT INTO shared.wifox_import_columns (header, target_column, path)
  VALUES ('meta.*', 'meta', '{*}')")" '' 'and the dictionary is edited'
sql "DROP TABLE shared.clients, shared.projects, shared.desks" "DROP EXTENSION wifox_import" \
  "DROP OWNED BY regress_before" "GRANT ALL ON SCHEMA shared TO regress_before"

# Objects in the way.
is "$(blocked_by "CREATE TABLE shared.wifox_imports (id bigint)")" 42P07 \
  'a table of our name is not taken over'
is "$(blocked_by "CREATE VIEW shared.wifox_import_columns AS SELECT 1")" 42P07 'nor a view'
like "$(blocked_by "CREATE SEQUENCE shared.wifox_imports_id_seq")" '^[0-9A-Z]{5}$' 'nor a sequence'
is "$(blocked_by "CREATE TYPE shared.wifox_import_errors AS (a int)")" 42P07 'nor a type'
is "$(blocked_by "CREATE FUNCTION shared.wifox_import_error_report(bigint) RETURNS SETOF text
  LANGUAGE sql AS 'SELECT 1'")" 42723 'nor a function'
is "$(sql "SELECT count(*) FROM pg_extension WHERE extname = 'wifox_import'")" 0 \
  'and nothing is left of it'
