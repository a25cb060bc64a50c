#!/usr/bin/env bash
# Clients are found through the index, whatever the planner believes of the table: a dry run leaves
# dead rows, after which ANALYZE says that the table is empty, and it stays so until the next one.

# shellcheck source=test/shell/tap.bash
. "$(dirname "$0")/tap.bash"

# Import the file within the time that is plenty for look-ups by index.
import()
{
  sql "SET wifox_import.max_records = 0" "SET statement_timeout = '20s'" \
    "SELECT status, created, updated, unchanged
      FROM wifox_import_clients('$work/clients.csv'$1)"
}

plan 5
make_database wifox_statistics
"$PG_ABS_SRCDIR/test/data/generate.pl" --narrow 20000 >"$work/clients.csv"
sql "SELECT wifox_import_create_clients_table()" \
  "ALTER TABLE clients SET (autovacuum_enabled = off)" >/dev/null

is "$(import ', dry_run => true')" 'checked|20000|0|0' 'a dry run leaves dead rows'
sql "ANALYZE clients"
is "$(sql "SELECT reltuples FROM pg_class WHERE oid = 'clients'::regclass")" 0 \
  'the planner believes that the table is empty'
is "$(import '')" 'imported|20000|0|0' 'batch after batch is looked up in a growing table'
is "$(import '')" 'imported|0|0|20000' 'and all of the file once more'
sed -i 's/^\(C-[0-9]*,[^,]*,\)/\1New /' "$work/clients.csv"
is "$(import '')" 'imported|0|20000|0' 'clients to be updated are found by index, too'
