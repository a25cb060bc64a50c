#!/usr/bin/env bash
# Whatever stands first in search_path, the importer's own statements never call it: functions and
# operators that would be a better match raise here, and tables of the importer's own names are
# bait. Triggers and defaults, which are the user's code, do see the caller's search_path.

# shellcheck source=test/shell/tap.bash
. "$(dirname "$0")/tap.bash"

# All that an attacker could put into a schema of his own.
attack()
{
  local schema=$1 name arguments operator type

  sql "CREATE FUNCTION $schema.alarm() RETURNS text LANGUAGE plpgsql AS
    \$\$ BEGIN RAISE 'captured by $schema'; END \$\$"
  while IFS='|' read -r name arguments; do
    sql "CREATE FUNCTION $schema.$name($arguments) RETURNS text LANGUAGE plpgsql AS
      \$\$ BEGIN RAISE 'captured by $schema.$name'; END \$\$"
  done <<'EOF_FUNCTIONS'
lower|text
lower|character varying
upper|text
now|
gen_random_uuid|
inet_client_addr|
current_database|
nextval|regclass
nextval|text
jsonb_set|jsonb, text[], jsonb
pg_has_role|name, text
pg_has_role|text, text
wifox_import_columns_edited|text
EOF_FUNCTIONS
  for type in text 'character varying' integer bigint boolean bytea jsonb name oid; do
    sql "CREATE FUNCTION $schema.caught(a $type, b $type) RETURNS boolean LANGUAGE plpgsql AS
      \$\$ BEGIN RAISE 'captured by an operator of $schema'; END \$\$"
    for operator in = '<>' '<' '>' '||' '~'; do
      sql "CREATE OPERATOR $schema.$operator (FUNCTION = $schema.caught,
        LEFTARG = $type, RIGHTARG = $type)"
    done
  done
  for name in wifox_batch pg_locks pg_database pg_class wifox_imports wifox_import_errors \
    wifox_import_columns projects desks; do
    sql "CREATE TABLE $schema.$name (id text, n int, k text, pid int, bait text)"
  done
  sql "CREATE DOMAIN $schema.text AS pg_catalog.text CHECK ($schema.alarm() IS NULL)" \
    "CREATE DOMAIN $schema.jsonb AS pg_catalog.jsonb CHECK ($schema.alarm() IS NULL)" \
    "CREATE DOMAIN $schema.int4 AS pg_catalog.int4 CHECK ($schema.alarm() IS NULL)"
}

# Call the importer from under the attacker's search_path; what came out, or what captured it.
hostile()
{
  sql "SET search_path = $path" "SELECT (i.*)::pg_catalog.text FROM crm.$1 i" |
    sed -n 's/^([0-9]*,[0-9]*,\([a-z]*\),.*/\1/p; s/^ERROR: *//p'
}

plan 23
make_database wifox_search_path
sql "DROP EXTENSION wifox_import" "CREATE SCHEMA crm" "CREATE EXTENSION wifox_import SCHEMA crm" \
  "CREATE SCHEMA evil"
attack evil
path='evil, pg_catalog, public'
like "$(sql "SET search_path = $path" "SELECT lower('X'::pg_catalog.text)")" 'captured by evil' \
  'the attack works on a careless statement'
like "$(sql "SET search_path = $path" "SELECT 'X'::pg_catalog.text = 'Y'::pg_catalog.text")" \
  'captured by an operator' 'and on a careless comparison'

header='ID,email,firstName,Meta,tradingGroups.0,lifestyle.smoking'
for path in 'evil, pg_catalog, public' 'evil, pg_temp, pg_catalog'; do
  is "$(hostile "wifox_import_clients_data('$header
1,a@example.com,A,\"{\"\"a\"\":1}\",g,no
,b@example.com,B,,,
,B.C@example.com,B,,,')")" imported "$path: a first import, which makes the tables"
  is "$(hostile "wifox_import_clients_data('$header
1,A2@example.com,A,\"{\"\"b\"\":1}\",h,yes
,B@example.com,B,,,')")" imported "$path: an update"
  is "$(hostile "wifox_import_clients_data('email,firstName,project
bad,A,nowhere
c@example.com,C,elsewhere', on_error => 'skip')")" failed "$path: bad records"
  is "$(sql "SET search_path = $path" "SELECT pg_catalog.count(*)
    FROM crm.wifox_import_error_report((SELECT pg_catalog.max(id) FROM crm.wifox_imports)) r")" \
    3 "$path: the error report"
  is "$(sql "SET search_path = $path" "UPDATE crm.wifox_import_columns SET description = 'x'
    WHERE header OPERATOR(pg_catalog.=) 'bio'::pg_catalog.text" \
    "INSERT INTO crm.wifox_import_columns (header) VALUES ('height')" \
    "DELETE FROM crm.wifox_import_columns
      WHERE header OPERATOR(pg_catalog.=) 'height'::pg_catalog.text RETURNING builtin")" \
    f "$path: the dictionary is edited"
  is "$(sql "SELECT (SELECT count(*) FROM evil.wifox_batch)
    + (SELECT count(*) FROM evil.wifox_imports) + (SELECT count(*) FROM evil.wifox_import_errors)
    + (SELECT count(*) FROM evil.projects)")" 0 "$path: nothing has gone into the bait"
  is "$(sql "SELECT string_agg(email, ' ' ORDER BY email COLLATE \"C\") FROM crm.clients")" \
    'A2@example.com B.C@example.com b@example.com' "$path: the clients are the right ones"
  sql "DROP TABLE crm.clients, crm.projects, crm.desks"
done

# Temporary tables come first in every search_path, but never before the real one.
is "$(sql "CREATE TEMP TABLE clients (id text PRIMARY KEY, email text UNIQUE, first_name text)" \
  "CREATE TEMP TABLE wifox_batch (n int, k text)" \
  "CREATE TEMP TABLE projects (id text, name text)" \
  "CREATE TEMP TABLE wifox_imports (id bigint)" "CREATE TEMP TABLE wifox_import_columns (id int)" \
  "SET search_path = pg_temp, crm" \
  "SELECT status, target FROM crm.wifox_import_clients_data('email,firstName
t@example.com,T')" "SELECT count(*) FROM pg_temp.clients")" $'imported|crm.clients\n0' \
  'temporary tables are not taken for the real ones'

# A table of domains, for which there are functions and operators that fit better than the server's.
sql "CREATE DOMAIN evil.key AS pg_catalog.text" "CREATE DOMAIN evil.mail AS varchar(80)" \
  "CREATE TABLE crm.people (id evil.key PRIMARY KEY, email evil.mail, height numeric(4,1),
    first_name evil.key, tags evil.key[])" \
  "CREATE UNIQUE INDEX ON crm.people (pg_catalog.lower(email))"
for type in evil.key evil.mail 'evil.key[]' numeric 'pg_catalog.text[]'; do
  sql "CREATE FUNCTION evil.lower($type) RETURNS pg_catalog.text LANGUAGE plpgsql AS
      \$\$ BEGIN RAISE 'captured by lower'; END \$\$" \
    "CREATE FUNCTION evil.caught($type, $type) RETURNS boolean LANGUAGE plpgsql AS
      \$\$ BEGIN RAISE 'captured by an operator'; END \$\$" \
    "CREATE OPERATOR evil.= (FUNCTION = evil.caught, LEFTARG = $type, RIGHTARG = $type)" \
    "CREATE OPERATOR evil.<> (FUNCTION = evil.caught, LEFTARG = $type, RIGHTARG = $type)"
done
path='evil, pg_catalog'
people="SET wifox_import.clients_table = 'crm.people'; SET search_path = $path"
like "$(sql "SET search_path = $path" "SELECT 1 FROM crm.people WHERE id = 'x'::evil.key" \
  "INSERT INTO crm.people VALUES ('x', 'x')" "SELECT 1 FROM crm.people WHERE id = 'x'::evil.key")" \
  'captured by an operator' 'the attack on domains works on a careless comparison'
is "$(sql "$people" "SELECT status, created, updated, unchanged, failed
    FROM crm.wifox_import_clients_data('ID,email,height,firstName
1,A@example.com,170,Ann
x,y@example.com,1.5,Xavier
,b@example.com,,Bob', mode => 'update')" \
  "SELECT status, created, updated, unchanged, failed
    FROM crm.wifox_import_clients_data('ID,email,height,firstName
1,A@example.com,170,Ann
x,Y@example.com,1.50,Xavier')")" $'imported|0|1|0|0\nimported|1|0|1|0' 'but not on ours'

# The user's own code keeps the caller's search_path.
sql "CREATE SCHEMA app" \
  "CREATE FUNCTION app.motto() RETURNS text LANGUAGE sql AS \$\$SELECT 'm'\$\$" \
  "CREATE FUNCTION crm.own() RETURNS trigger LANGUAGE plpgsql AS
    \$\$ BEGIN new.bio = motto() || current_setting('search_path')
      || current_setting('enable_seqscan') || current_user; RETURN new; END \$\$" \
  "CREATE TRIGGER own BEFORE INSERT ON crm.clients FOR EACH ROW EXECUTE FUNCTION crm.own()"
is "$(sql "SET search_path = app, public" "SELECT status FROM crm.wifox_import_clients_data(
  'email,firstName
own@example.com,Own')" "SELECT bio FROM crm.clients WHERE email = 'own@example.com'")" \
  $'imported\nmapp, publiconpostgres' \
  "triggers see the caller's search_path and settings, and run as the caller"

# So do event triggers, when a first import makes the tables.
sql "DROP TABLE crm.clients, crm.projects, crm.desks" "CREATE TABLE app.log (tag text)" \
  "CREATE FUNCTION app.log_command() RETURNS event_trigger LANGUAGE plpgsql AS
    \$\$ BEGIN INSERT INTO log VALUES (tg_tag || ' ' || motto()); END \$\$" \
  "CREATE EVENT TRIGGER log_command ON ddl_command_end EXECUTE FUNCTION app.log_command()"
is "$(sql "SET search_path = app, evil, public" "SELECT status FROM crm.wifox_import_clients_data(
  'email,firstName
own@example.com,Own')" "SELECT DISTINCT tag FROM app.log WHERE tag ~ 'TABLE'")" \
  $'imported\nCREATE TABLE m' "event triggers see the caller's search_path"
sql "DROP EVENT TRIGGER log_command"

# Nobody's code runs as the owner of the history: not even a cast that the caller made.
make_role regress_path
sql "GRANT USAGE ON SCHEMA crm TO regress_path" "GRANT CREATE ON SCHEMA public TO regress_path" \
  "GRANT SELECT, INSERT, UPDATE ON crm.clients TO regress_path"
is "$(sql_as regress_path "SET search_path = public" \
  "CREATE FUNCTION jsonb_trap(text) RETURNS jsonb LANGUAGE plpgsql AS
    \$\$ BEGIN RAISE 'trap'; END \$\$" \
  "CREATE FUNCTION inet_client_addr() RETURNS inet LANGUAGE plpgsql AS
    \$\$ BEGIN RAISE 'trap'; END \$\$" \
  "SET search_path = public, pg_catalog" \
  "SELECT status, imported_by, session_user_name FROM crm.wifox_import_clients_data(
    'email,firstName
p@example.com,P')")" 'imported|regress_path|regress_path' \
  "a role's functions are not called when its import is recorded"
sql "DROP OWNED BY regress_path"
is "$(sql "SELECT count(*) FROM pg_class WHERE relname = 'clients'
  AND relnamespace = 'evil'::regnamespace")" 0 'no table was made in the wrong schema'
