#!/usr/bin/env bash
# The history is written as its owner. No value of a file or table, and nothing that a role can
# create, makes the owner run code of that role: neither when it imports, nor in a dry run, nor when
# it undoes an import. One test for each way that was thought of.

# shellcheck source=test/shell/tap.bash
. "$(dirname "$0")/tap.bash"

# The files that are imported: a first one, and one that changes clients; with this value.
fill()
{
  local extra=${1//\"/\"\"}

  file="E'ID,email,firstName,extra\n1,a@x.org,A,\n2,b@x.org,B,\"$extra\"\n3,bad,C,'"
  changed="E'ID,email,firstName,extra\n1,aa@x.org,AA,\"$extra\"\n2,b@x.org,=1,\n4,d@x.org,D,'"
}

# Let a role import, update and undo with a table called own, whose further columns are given, and
# print what code of its ran: as itself, as somebody else, or none. Sequences tell even what was
# rolled back.
attack()
{
  local way=$1 want=$2 columns=$3

  shift 3
  sql_as regress_attacker "ALTER SEQUENCE as_itself RESTART" "ALTER SEQUENCE captured RESTART" \
    >"$work/told"
  [ -z "$columns" ] ||
    sql_as regress_attacker "DROP TABLE IF EXISTS own CASCADE" "CREATE TABLE own
      (id bigint PRIMARY KEY, email text UNIQUE, first_name text, $columns)" >>"$work/told"
  [ $# -eq 0 ] || sql_as regress_attacker "$@" >>"$work/told"
  sql_as regress_attacker "$prelude" "SET wifox_import.clients_table = 'own'" \
    "SELECT status FROM wifox_import_clients_data($file, dry_run => true)" \
    "SELECT status FROM wifox_import_clients_data($file, on_error => 'skip')" \
    "SELECT status FROM wifox_import_clients_data($changed, on_error => 'skip')" \
    "SELECT count(*) FROM wifox_import_error_report((SELECT max(id) FROM wifox_imports))" \
    "SELECT u.message FROM (SELECT id FROM wifox_imports i WHERE status IN ('imported', 'partial')
        AND NOT EXISTS (SELECT FROM wifox_imports WHERE parent_id = i.id) ORDER BY id DESC) i,
      LATERAL wifox_import_undo(i.id) u" \
    "SELECT count(*) FROM wifox_import_changes, wifox_import_errors, wifox_imports" >>"$work/told"
  is "$(sql "SELECT concat_ws(' ', CASE WHEN a.is_called THEN 'as itself' END,
      CASE WHEN c.is_called THEN 'captured' END) FROM as_itself a, captured c"; grep ERROR \
      "$work/told" | sed 's/^[^:]*://')" "$want" "$way"
}

# Something that the role cannot do at all.
refused()
{
  like "$(failure_as regress_attacker "$1")" '^42501: (permission denied|must be)' "$1"
}

plan 42
make_database wifox_owner
make_role regress_attacker
prelude=''
fill 7
sql "GRANT CREATE ON SCHEMA public TO regress_attacker" \
  "CREATE SEQUENCE as_itself" "CREATE SEQUENCE captured" \
  "ALTER SEQUENCE as_itself OWNER TO regress_attacker" \
  "ALTER SEQUENCE captured OWNER TO regress_attacker" \
  "GRANT USAGE ON SEQUENCE as_itself, captured TO PUBLIC"
sql_as regress_attacker \
  "CREATE FUNCTION note() RETURNS boolean LANGUAGE plpgsql AS \$\$ BEGIN
      PERFORM pg_catalog.nextval(CASE WHEN current_user OPERATOR(pg_catalog.=)
        'regress_attacker'::name THEN 'public.as_itself' ELSE 'public.captured' END::regclass);
      RETURN true;
    END \$\$" \
  "CREATE FUNCTION noted(anyelement) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS \$\$ BEGIN
      RETURN public.note(); END \$\$" \
  "CREATE FUNCTION noting() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN
      PERFORM public.note();
      IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
      RETURN NEW;
    END \$\$"
is "$(sql "SELECT note()" "SELECT is_called FROM captured")" $'t\nt' 'the alarm works'

# Values and their types.
sql_as regress_attacker "CREATE DOMAIN loud AS text CHECK (noted(VALUE))" \
  "CREATE TYPE pair AS (a int, b text)" "CREATE TYPE mood AS ENUM ('7')" \
  "CREATE FUNCTION apart(float8, float8) RETURNS float8 LANGUAGE plpgsql IMMUTABLE AS
    \$\$ BEGIN PERFORM public.note(); RETURN \$1 - \$2; END \$\$" \
  "CREATE TYPE span AS RANGE (subtype = float8, subtype_diff = apart)"
for type in pair mood; do
  for target in json jsonb text; do
    sql_as regress_attacker \
      "CREATE FUNCTION ${type}_to_$target($type) RETURNS $target LANGUAGE plpgsql AS
        \$\$ BEGIN PERFORM public.note(); RETURN '7'; END \$\$" \
      "CREATE CAST ($type AS $target) WITH FUNCTION ${type}_to_$target AS IMPLICIT" 2>&1 |
      grep ERROR || true
  done
done
is "$(sql_as regress_attacker "ALTER SEQUENCE as_itself RESTART" "SELECT to_jsonb('7'::mood)" \
  "SELECT is_called FROM as_itself")" $'7\nt' 'to_jsonb runs the cast of a user'
attack 'nothing of its own' '' 'extra text'
attack 'the check of a domain' 'as itself' 'extra loud'
sql_as regress_attacker "DROP TABLE own"
attack 'the check of a domain on the keys' 'as itself' '' \
  "CREATE TABLE own (id loud PRIMARY KEY, email loud UNIQUE, first_name text, extra text)"
attack 'a cast of an enum to JSON or text' '' 'extra mood'
fill '{7}'
attack 'the check of a domain within an array' 'as itself' 'extra loud[]'
fill '(1,b)'
attack 'a cast of a row to JSON or text' '' 'extra pair'
fill '[1,2)'
attack 'a range with a function of its own' '' 'extra span'
fill 7
for statement in "CREATE TYPE shown (INPUT = textin, OUTPUT = textout)" \
  "CREATE OPERATOR CLASS loud DEFAULT FOR TYPE pair USING btree AS STORAGE pair" \
  "CREATE CAST (text AS jsonb) WITH INOUT AS IMPLICIT"; do
  refused "$statement"
done

# The table.
attack 'the default of a column' 'as itself' 'extra text, more boolean DEFAULT note()'
attack 'a generated column' 'as itself' \
  'extra text, more boolean GENERATED ALWAYS AS (noted(first_name)) STORED'
attack 'a CHECK constraint' 'as itself' 'extra text CHECK (noted(extra))'
attack 'the expression of an index' 'as itself' 'extra text' \
  "CREATE INDEX ON own (noted(first_name))"
attack 'the predicate of an index' 'as itself' 'extra text' \
  "CREATE INDEX ON own (extra) WHERE noted(extra)"
attack 'row security' 'as itself' 'extra text' "ALTER TABLE own ENABLE ROW LEVEL SECURITY" \
  "ALTER TABLE own FORCE ROW LEVEL SECURITY" "CREATE POLICY p ON own USING (note())"
for time in BEFORE AFTER; do
  for level in ROW STATEMENT; do
    attack "a trigger $time each $level" 'as itself' 'extra text' \
      "CREATE TRIGGER t $time INSERT OR UPDATE OR DELETE ON own FOR EACH $level
        EXECUTE FUNCTION noting()"
  done
done
attack 'a deferred trigger' 'as itself' 'extra text' \
  "CREATE CONSTRAINT TRIGGER t AFTER INSERT OR UPDATE OR DELETE ON own INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION noting()"
attack 'a rule' 'as itself' 'extra text' \
  "CREATE RULE r AS ON INSERT TO own DO ALSO SELECT note()" \
  "CREATE RULE d AS ON DELETE TO own DO ALSO SELECT note()"
attack 'a table that references clients' 'as itself' 'extra text' \
  "CREATE TABLE orders (client bigint REFERENCES own, about text)" \
  "ALTER TABLE orders ENABLE ROW LEVEL SECURITY" "ALTER TABLE orders FORCE ROW LEVEL SECURITY" \
  "CREATE POLICY p ON orders USING (note())" \
  "CREATE TRIGGER t BEFORE INSERT ON own FOR EACH ROW EXECUTE FUNCTION noting()"
sql_as regress_attacker "DROP TABLE orders, own"
attack 'a function as the key of partitions' 'as itself' '' \
  "CREATE TABLE own (id bigint, email text, first_name text, extra text)
    PARTITION BY LIST (noted(first_name))" \
  "CREATE TABLE own_all PARTITION OF own DEFAULT" "CREATE INDEX ON own (id)" \
  "CREATE INDEX ON own (lower(email))"
sql_as regress_attacker "DROP TABLE own"
attack 'a view' 'as itself' '' \
  "CREATE TABLE base (id bigint PRIMARY KEY, email text UNIQUE, first_name text, extra text)" \
  "CREATE VIEW own AS SELECT *, note() AS noted FROM base WHERE note()"
sql_as regress_attacker "DROP TABLE base CASCADE"
attack 'the trigger of a view' 'as itself' '' \
  "CREATE VIEW own AS SELECT 1::bigint AS id, 'z@x.org'::text AS email, ''::text AS first_name,
    ''::text AS extra" \
  "CREATE TRIGGER t INSTEAD OF INSERT OR UPDATE OR DELETE ON own FOR EACH ROW
    EXECUTE FUNCTION noting()"
sql_as regress_attacker "DROP VIEW own"

# Names, and texts that could become part of a statement.
attack 'names that are statements' '' "extra text, \"x'); SELECT note(); --\" text DEFAULT '7',
  \"\"\"\" int DEFAULT 1, \"a, note()\" text"
fill "''||note()||'' \$\$;SELECT note();--%s%n"
attack 'cells that are statements' '' 'extra text'
file+=", '\"'');SELECT note();--.csv'"
attack 'the name of the file' '' 'extra text'
fill 7
prelude="SET wifox_import.notify_channel = 'x''; SELECT note()'"
attack 'the name of the channel' '' 'extra text'
attack 'a comment on a constraint' '' 'extra text CONSTRAINT short CHECK (length(extra) < 1)' \
  "COMMENT ON CONSTRAINT short ON own IS '%s%n''; SELECT note(); --'"
prelude=''

# What stands in the way of the server's own names.
attack 'nothing but the table for the next way' '' 'extra text'
sql "CREATE SCHEMA bait AUTHORIZATION regress_attacker"
sql_as regress_attacker \
  "CREATE FUNCTION bait.caught(a bigint, b bigint) RETURNS boolean LANGUAGE plpgsql AS
    \$\$ BEGIN PERFORM public.note(); RETURN true; END \$\$" \
  "CREATE OPERATOR bait.= (FUNCTION = bait.caught, LEFTARG = bigint, RIGHTARG = bigint)" \
  "CREATE FUNCTION bait.octet_length(text) RETURNS int LANGUAGE sql AS
    'SELECT 1 FROM public.note()'" \
  "CREATE FUNCTION bait.jsonb_object_keys(jsonb) RETURNS SETOF text LANGUAGE sql AS
    'SELECT ''a''::pg_catalog.text FROM public.note()'" \
  "CREATE FUNCTION bait.inet_client_addr() RETURNS inet LANGUAGE sql AS
    'SELECT NULL::inet FROM public.note()'" \
  "CREATE DOMAIN bait.jsonb AS pg_catalog.jsonb CHECK (public.note())" \
  "CREATE DOMAIN bait.text AS pg_catalog.text CHECK (public.note())" \
  "CREATE TABLE bait.wifox_batch (n int, k bigint, record bigint)"
is "$(sql_as regress_attacker "ALTER SEQUENCE as_itself RESTART" \
  "ALTER SEQUENCE captured RESTART" "SET search_path = bait, pg_catalog" \
  "SET wifox_import.clients_table = 'public.own'" \
  "CREATE TEMP TABLE wifox_batch (n int, k pg_catalog.int8)" \
  "CREATE TEMP TABLE wifox_import_changes (import_id pg_catalog.int8)" \
  "SELECT status FROM public.wifox_import_clients_data($file, on_error => 'skip'::pg_catalog.text)" \
  "SELECT status FROM public.wifox_import_undo((SELECT pg_catalog.max(id) FROM public.wifox_imports))" \
  "SELECT is_called FROM public.captured" "SELECT is_called FROM public.as_itself")" \
  $'partial\nundone\nf\nf' 'search_path: operators, functions, types, tables'

# The history itself.
for statement in \
  "CREATE TRIGGER t BEFORE INSERT ON wifox_import_changes FOR EACH ROW EXECUTE FUNCTION noting()" \
  "CREATE RULE r AS ON INSERT TO wifox_imports DO ALSO SELECT note()" \
  "CREATE POLICY p ON wifox_import_errors USING (note())" \
  "CREATE INDEX ON wifox_import_changes (noted(record))" \
  "ALTER TABLE wifox_import_changes ADD CHECK (note())" \
  "ALTER TABLE wifox_imports ALTER message SET DEFAULT note()" \
  "CREATE TABLE child () INHERITS (wifox_import_changes)"; do
  refused "$statement"
done
