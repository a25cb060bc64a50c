#!/usr/bin/env bash
# A server that crashes in the middle of an import has nothing of it when it is up again: no client,
# no row of the history. What was committed before is as it was.
#
#   SEED=N ROUNDS=N test/shell/crash.sh    other points in time, or more of them

# shellcheck source=test/shell/tap.bash
. "$(dirname "$0")/tap.bash"

RANDOM=${SEED:=$$}
rounds=${ROUNDS:-4}
tables=(clients projects desks wifox_imports wifox_import_errors wifox_import_columns)

# Everything that a crash must not change.
state()
{
  local table

  for table in "${tables[@]}"; do
    checksum "$table"
  done
}

# Let the server crash, and start it again.
crash()
{
  stop_server immediate
  start_server
}

# Wait until an import is so many percent done.
wait_for_percent()
{
  wait_until "an import is $1 percent done" \
    holds "SELECT count(*) = 1 FROM wifox_import_progress WHERE percent >= $1"
}

plan $((rounds * 2 + 9))
echo "# SEED=$SEED"
make_server "autovacuum = off"
sql "CREATE EXTENSION wifox_import"

# The first import, which makes the tables; it has ended, but its transaction has not.
start_session first
ask first "BEGIN"
ask first "SELECT status FROM wifox_import_clients_data('email,firstName
ann@example.com,Ann')"
is "$(grep -c '^imported' "$work/first.out")" 1 'an import has ended, and is not committed'
crash
is "$(sql "SELECT to_regclass('clients'), count(*) FROM wifox_imports")" '|0' \
  'after a crash there is no table and no history'

# What stays: clients, an import with errors; the trigger makes the next imports last.
"$PG_ABS_SRCDIR/test/data/generate.pl" 1000 >"$work/clients.csv"
is "$(sql "SELECT status FROM wifox_import_clients_data('email,firstName
ann@example.com,Ann
bob,Bob', on_error => 'skip')")" partial 'an import with an error is committed'
sql "CREATE FUNCTION dawdle() RETURNS boolean LANGUAGE plpgsql STABLE AS \$\$
  BEGIN PERFORM pg_sleep(0.01); RETURN true; END \$\$" \
  "ALTER TABLE clients ADD CONSTRAINT dawdle CHECK (dawdle())" "CREATE EXTENSION amcheck"
before=$(state)
crash
is "$(state)" "$before" 'and survives a crash'

# Crashes at random points, for both ways to write. The sample's records, with every tenth e-mail
# address spoilt.
writers=(sql heap)
sed -i '0~10s/@/ at /' "$work/clients.csv"
for round in $(seq "$rounds"); do
  percent=$((RANDOM % 50))
  start_session "round$round"
  ask "round$round" "SET wifox_import.writer = ${writers[round % 2]}"
  say "round$round" "SELECT status FROM wifox_import_clients('$work/clients.csv',
    on_error => 'skip')"
  wait_for_percent $percent
  sleep "0.$((RANDOM % 5))"
  crash
  is "$(grep -cE '^(imported|partial|failed)' "$work/round$round.out" || true)" 0 \
    "round $round: the server crashed in the middle, after $percent percent"
  is "$(state)" "$before" "round $round: clients and history are as before"
done

# The file can be imported; numbers may have been left out, but none comes twice.
sql "ALTER TABLE clients DROP CONSTRAINT dawdle"
last=$(sql "SELECT max(id) FROM wifox_imports")
is "$(sql "SELECT status, id > $last, created, failed
  FROM wifox_import_clients('$work/clients.csv', on_error => 'skip')")" 'partial|t|904|96' \
  'the file can be imported afterwards'
is "$(sql "SELECT count(*) FROM clients")" 905 'every client is there once'
before=$(state)
crash
is "$(state)" "$before" 'what is committed stays'
is "$(sql "SELECT count(bt_index_check(i.indexrelid, true)) > 0 FROM pg_index i
  WHERE indrelid = 'clients'::regclass" "SELECT count(*) FROM verify_heapam('clients')")" $'t\n0' \
  'storage and indexes agree'
is "$(sql "SELECT count(*) FROM pg_prepared_xacts" "SELECT count(*) FROM pg_locks
  WHERE locktype = 'object' AND classid = 'pg_extension'::regclass")" $'0\n0' 'no lock is left'
