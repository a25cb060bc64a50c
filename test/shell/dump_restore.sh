#!/usr/bin/env bash
# What pg_dump takes along, and what DROP EXTENSION leaves: the same clients, the same history,
# the administrator's rows of the dictionary, and the number of the next import. An import of before
# the dump can be undone behind it.

# shellcheck source=test/shell/tap.bash
. "$(dirname "$0")/tap.bash"

tables=(clients projects desks wifox_imports wifox_import_errors wifox_import_changes
  wifox_import_columns)
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
  is "$(sql "SELECT profile, header, target_column, builtin FROM crm.wifox_import_columns
    WHERE profile = 'shop' OR header = 'Labels'
      OR (profile = 'outlook' AND header = 'Home City') ORDER BY 1, 2")" \
    $'google|Labels|comments|f\noutlook|Home City|billing_region|f\nshop|Customer e-mail|email|f' \
    "$name: so are those of profiles"
  is "$(sql "SELECT id, parent_id, records, updated, skipped FROM crm.wifox_import_undo($changed)" \
    "SELECT record, code FROM crm.wifox_import_errors WHERE import_id = $((last + 1))")" \
    "$((last + 1))|$changed|4|3|1"$'\n''4|changed_since' \
    "$name: an import is undone with the next number; what changed since is kept"
  is "$(checksum crm.clients)" "$undone" "$name: the clients are those that the undo leaves"
  is "$(failure "SELECT crm.wifox_import_undo(2)")" \
    '55000: import 2 cannot be undone: it has been undone already' \
    "$name: what was undone stays undone"
  is "$(sql "SELECT id, status, unchanged
    FROM crm.wifox_import_clients('$PG_ABS_SRCDIR/test/data/clients.csv')")" \
    "$((last + 2))|imported|828" "$name: the next import has the next number, and finds all"
}

plan 34
createdb wifox_dump
databases+=(wifox_dump)
export PGDATABASE=wifox_dump
sql "CREATE SCHEMA crm" "CREATE EXTENSION wifox_import SCHEMA crm" \
  "UPDATE crm.wifox_import_columns SET default_value = 'business' WHERE header = 'type'" \
  "INSERT INTO crm.wifox_import_columns (header, aliases, target_column)
    VALUES ('VIP', '{very important}', 'comments')" \
  "UPDATE crm.wifox_import_columns SET target_column = 'billing_region'
    WHERE profile = 'outlook' AND header = 'Home City'" \
  "INSERT INTO crm.wifox_import_columns (profile, header, target_column)
    VALUES ('google', 'Labels', 'comments'), ('shop', 'Customer e-mail', 'email')"
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
is "$(sql "SELECT status, updated FROM crm.wifox_import_undo(2)" \
  "SELECT status, created, updated FROM crm.wifox_import_clients_data('ID,email,firstName,height,Meta
C-000001,,Changed,199.50,
C-000002,,,,\"{\"\"b\"\": 1.0}\"
X-1,made@example.com,Made,1,
X-2,kept@example.com,Kept,2,')" \
  "UPDATE crm.clients SET first_name = 'Changed since' WHERE id = 'X-2'")" \
  $'undone|1\nimported|2|2' 'there are an undo and changes to dump'
for table in "${tables[@]}"; do
  before[$table]=$(checksum "crm.$table")
done
changed=$(sql "SELECT max(id) FROM crm.wifox_imports")
undone=$(sql "BEGIN" "SELECT FROM crm.wifox_import_undo($changed)" \
  "SELECT count(*) || ' ' || md5(string_agg(c::text, ' ' ORDER BY c::text)) FROM crm.clients c" \
  "ROLLBACK" | tail -n 1)
last=$(sql "SELECT last_value FROM crm.wifox_imports_id_seq")

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
