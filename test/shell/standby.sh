#!/usr/bin/env bash
# A standby: imports are refused there, reading and reports are not; it has what its primary has. When
# the primary crashes, the standby takes over with all that was committed, and goes on counting.

# shellcheck source=test/shell/tap.bash
. "$(dirname "$0")/tap.bash"
# shellcheck source=test/shell/standby.bash
. "$(dirname "$0")/standby.bash"

tables=(clients projects desks wifox_imports wifox_import_errors wifox_import_changes
  wifox_import_columns)

# Everything that both servers must have alike.
state()
{
  local table

  for table in "${tables[@]}"; do
    checksum "$table"
  done
}

plan 15
make_server 'wal_level = replica' 'max_wal_senders = 4'
sql "CREATE EXTENSION wifox_import" "SELECT wifox_import_create_clients_table()" >/dev/null
make_standby
"$PG_ABS_SRCDIR/test/data/generate.pl" 2000 >"$work/clients.csv"

is "$(sql "SELECT status, created FROM wifox_import_clients('$work/clients.csv')" \
  "SELECT status, updated, failed FROM wifox_import_clients_data('email,firstName,height
ann@example.com,Ann,1
bob,Bob,2
ann@example.com,Ann,3', on_error => 'skip')" \
  "SELECT status FROM wifox_import_undo(1)")" $'imported|2000\npartial|0|2\nundone' \
  'the primary imports and undoes'
catch_up
is "$(on_standby state)" "$(state)" 'the standby has the same clients and history'

# What a standby may do.
before=$(on_standby state)
like "$(on_standby failure "SELECT FROM wifox_import_clients('$work/clients.csv')")" '^25006' \
  'an import of a file is refused'
like "$(on_standby failure "SELECT FROM wifox_import_clients_data('email,firstName')")" '^25006' \
  'so is one of data'
like "$(on_standby failure "SELECT FROM wifox_import_clients_data('email,firstName', dry_run => true)")" \
  '^25006' 'a dry run, too'
like "$(on_standby failure "SELECT FROM wifox_import_undo(2)")" '^25006' 'an undo'
like "$(on_standby failure "SELECT wifox_import_purge('1 day')")" '^25006' 'a purge'
like "$(on_standby failure "SELECT wifox_import_create_clients_table()")" '^25006' 'and new tables'
is "$(on_standby sql "SELECT count(*) FROM wifox_import_read('$work/clients.csv')" \
  "SELECT count(*) FROM wifox_import_mapping_data('email,firstName')" \
  "SELECT count(*) FROM wifox_import_error_report(2)")" $'2001\n2\n3' 'reading, mapping and reports are not'
is "$(on_standby state)" "$before" 'and all is as before'

# The primary crashes in the middle of an import; the standby takes over.
start_session last
ask last "BEGIN"
ask last "$(printf "SELECT status FROM wifox_import_clients('%s')" "$work/clients.csv")"
is "$(grep -c '^imported' "$work/last.out")" 1 'an import has ended, and is not committed'
committed=$(state)
catch_up
stop_server immediate
on_standby sql "SELECT pg_promote()" >/dev/null
export PGPORT=5433
is "$(state)" "$committed" 'the new primary has all that was committed, and nothing else'
last=$(sql "SELECT max(id) FROM wifox_imports")
is "$(sql "SELECT status, created, id > $last FROM wifox_import_clients('$work/clients.csv')")" \
  'imported|2000|t' 'it imports, under a number of its own'
is "$(sql "SELECT status FROM wifox_import_undo((SELECT max(id) FROM wifox_imports))" \
  "SELECT count(*) FROM clients")" $'undone\n1' 'and undoes'
is "$(sql "SELECT count(*) = count(DISTINCT id) FROM wifox_imports")" t 'no number comes twice'
