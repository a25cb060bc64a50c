#!/usr/bin/env bash
# What pg_dump takes along, and what DROP EXTENSION leaves: the same clients, the same history,
# the administrator's rows of the dictionary, and the number of the next import.

# shellcheck source=test/shell/tap.bash
. "$(dirname "$0")/tap.bash"

tables=(clients projects desks wifox_imports wifox_import_errors wifox_import_columns)
declare -A before

# Restore into a new database, which must come without a message, and compare.
restore()
{
  local name=$1 table

  shift
  createdb "$name"
  databases+=("$name")
  export PGDATABASE=$name
  is "$("$@" 2>&1)" '' "$name: the dump is restored without a message"
  for table in "${tables[@]}"; do
    is "$(checksum "crm.$table")" "${before[$table]}" "$name: $table is the same"
  done
  is "$(sql "SELECT header, target_column, default_value, builtin
    FROM crm.wifox_import_columns WHERE header IN ('VIP', 'type') ORDER BY 1")" \
    $'VIP|comments||f\ntype|type|business|f' \
    "$name: the edited and the added row of the dictionary are there, once"
  is "$(sql "SELECT id, status, unchanged
    FROM crm.wifox_import_clients('$PG_ABS_SRCDIR/test/data/clients.csv')")" \
    "$((last + 1))|imported|828" "$name: the next import has the next number, and finds all"
}

plan 23
createdb wifox_dump
databases+=(wifox_dump)
export PGDATABASE=wifox_dump
sql "CREATE SCHEMA crm" "CREATE EXTENSION wifox_import SCHEMA crm" \
  "UPDATE crm.wifox_import_columns SET default_value = 'business' WHERE header = 'type'" \
  "INSERT INTO crm.wifox_import_columns (header, aliases, target_column)
    VALUES ('VIP', '{very important}', 'comments')"
is "$(sql "SELECT status FROM crm.wifox_import_clients('$PG_ABS_SRCDIR/test/data/clients.csv')" \
  "SELECT status FROM crm.wifox_import_clients_data(
    'email,firstName,Very Important
new@example.com,New,yes
bad,\"many
lines \"\"quoted\"\"\",\\\\N', on_error => 'skip')" \
  "SELECT status FROM crm.wifox_import_clients(
    '$PG_ABS_SRCDIR/test/data/clients-with-errors.csv')")" \
  $'imported\npartial\nfailed' 'there is something to dump'
is "$(sql "SELECT type, comments FROM crm.clients WHERE email = 'new@example.com'")" \
  'business|yes' 'the rows of the dictionary count'
for table in "${tables[@]}"; do
  before[$table]=$(checksum "crm.$table")
done
last=$(sql "SELECT max(id) FROM crm.wifox_imports")

# The warning about the key from wifox_imports to itself does not matter to a full dump.
pg_dump --file "$work/plain.sql" 2>/dev/null
pg_dump --format custom --file "$work/custom.dump" 2>/dev/null
restore wifox_plain psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --output /dev/null \
  --file "$work/plain.sql"
restore wifox_custom pg_restore --exit-on-error --dbname wifox_custom "$work/custom.dump"

export PGDATABASE=wifox_dump
sql "DROP EXTENSION wifox_import"
for table in clients projects desks; do
  is "$(checksum "crm.$table")" "${before[$table]}" "DROP EXTENSION leaves $table"
done
