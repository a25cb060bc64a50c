#!/usr/bin/env bash
# pg_upgrade of a server with clients and history: all of it is there behind it, an import of before
# can be undone, and the next one goes on counting.
#
#   test/pg_upgrade.sh OLD NEW    the folders of the programs; the extension is installed for both

# shellcheck source=test/shell/tap.bash
. "$(dirname "$0")/shell/tap.bash"

old=$1
new=$2
tables=(clients projects desks wifox_imports wifox_import_errors wifox_import_changes
  wifox_import_columns)

# Everything that must be as before.
state()
{
  local table

  for table in "${tables[@]}"; do
    checksum "crm.$table"
  done
}

# Make a data folder with the programs of a folder; newer ones have checksums unless told otherwise.
make_data()
{
  local options=()

  [[ $("$1/initdb" --help) != *--no-data-checksums* ]] || options=(--no-data-checksums)
  "$1/initdb" --pgdata "$2" --no-sync --auth trust --username postgres --locale C.UTF-8 \
    --encoding UTF8 "${options[@]}" >"$work/initdb.log"
  printf '%s\n' "listen_addresses = ''" "unix_socket_directories = '$work'" 'fsync = off' \
    >>"$2/postgresql.conf"
}

# Stop whichever server runs.
end_servers()
{
  "$old/pg_ctl" stop --silent --pgdata "$work/old" --mode immediate 2>/dev/null || true
  "$new/pg_ctl" stop --silent --pgdata "$work/new" --mode immediate 2>/dev/null || true
  finish
}

plan 10
trap end_servers EXIT
export PGHOST=$work PGPORT=5432 PGUSER=postgres PGDATABASE=postgres
make_data "$old" "$work/old"
make_data "$new" "$work/new"
"$old/pg_ctl" start --silent --pgdata "$work/old" --log "$work/old.log" </dev/null
sql "CREATE DATABASE crm"
export PGDATABASE=crm
"$PG_ABS_SRCDIR/test/data/generate.pl" 2000 >"$work/clients.csv"
sql "CREATE SCHEMA crm" "CREATE EXTENSION wifox_import SCHEMA crm" \
  "UPDATE crm.wifox_import_columns SET default_value = 'business' WHERE header = 'type'"
is "$(sql "SELECT status, created FROM crm.wifox_import_clients('$work/clients.csv')" \
  "SELECT status, updated, failed FROM crm.wifox_import_clients_data('ID,height,lifestyle.smoking
C-000001,180,often
C-000002,tall,
C-000003,,never', on_error => 'skip')")" $'imported|2000\npartial|2|1' 'the old server has a history'
report=$(sql "SELECT crm.wifox_import_error_report(2)")
before=$(state)
"$old/pg_ctl" stop --silent --pgdata "$work/old" --mode fast

cd "$work"
export PGDATABASE=postgres
ended=0
"$new/pg_upgrade" --old-bindir "$old" --new-bindir "$new" --old-datadir "$work/old" \
  --new-datadir "$work/new" --username postgres >"$work/upgrade.out" 2>&1 || ended=$?
is "$ended" 0 'pg_upgrade succeeds'
[ "$ended" -eq 0 ] || tail -n 20 "$work/upgrade.out" | sed 's/^/#   /'
"$new/pg_ctl" start --silent --pgdata "$work/new" --log "$work/new.log" </dev/null
export PGDATABASE=crm

is "$(state)" "$before" 'clients, history and dictionary are the same'
like "$report" 'C-000002,tall,,3,' 'the error report of before'
is "$(sql "SELECT crm.wifox_import_error_report(2)")" "$report" 'is there'
is "$(sql "SELECT status, updated, skipped FROM crm.wifox_import_undo(2)")" 'undone|2|0' \
  'an import of before is undone: its updates'
is "$(sql "SELECT status, updated, skipped FROM crm.wifox_import_undo(1)" "SELECT count(*) FROM crm.clients")" \
  $'undone|2000|0\n0' 'and what it created'
is "$(sql "SELECT id, status, created FROM crm.wifox_import_clients('$work/clients.csv')")" \
  '5|imported|2000' 'the next import goes on counting'
is "$(sql "SELECT DISTINCT type FROM crm.clients WHERE type = 'business'")" business \
  'and follows the edited dictionary'
is "$(sql "SELECT conrelid::regclass, conname FROM pg_constraint WHERE NOT convalidated" \
  "SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid")" '' 'all indexes and constraints are valid'
