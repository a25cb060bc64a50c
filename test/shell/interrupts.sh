#!/usr/bin/env bash
# Imports that are ended at random points of time: cancelled, by a time-out, with their session, or by
# a lock that is not to be had. Each leaves everything or nothing, and a session that lives on can be
# used. crash.sh does the same to the whole server.
#
#   SEED=N ROUNDS=N test/shell/interrupts.sh    other points in time, or more of them

# shellcheck source=test/shell/tap.bash
. "$(dirname "$0")/tap.bash"

RANDOM=${SEED:=$$}
rounds=${ROUNDS:-5}
# Clients, rows of the history, of its errors and of its changes that a finished import leaves.
whole='1990|1|10|1990'

# A round's file updates the 1,500 clients that are there and creates 500 of its own; every 200th
# record is bad, half of these to the import, half to the table.
make_file()
{
  sql "INSERT INTO files SELECT '$1', convert_to('email,firstName,height' || string_agg(format(
      E'\n%s,$1,%s', CASE WHEN i % 400 = 0 THEN 'bad at ' || i WHEN i > 1500 THEN '$1-' || i || '@example.com'
        ELSE 'old-' || i || '@example.com' END, CASE i % 400 WHEN 200 THEN 400 ELSE 100 END),
      '' ORDER BY i), 'UTF8') FROM generate_series(1, 2000) i"
}

# The statement that imports it.
import()
{
  echo "SELECT 'import', status FROM files f, wifox_import_clients_data(data, f.name || '.csv', on_error => 'skip')
    WHERE f.name = '$1'"
}

# What there is of a round.
left_by()
{
  sql "SELECT (SELECT count(*) FROM clients WHERE first_name = '$1'), count(*),
      (SELECT count(*) FROM wifox_import_errors WHERE import_id = ANY (array_agg(i.id))),
      (SELECT count(*) FROM wifox_import_changes WHERE import_id = ANY (array_agg(i.id)))
    FROM wifox_imports i WHERE file_name = '$1.csv'"
}

# A random time within an import's usual time: milliseconds.
random_time()
{
  echo $((1 + (RANDOM * 32768 + RANDOM) % usual))
}

# Start a session that imports, and let it go on for a random time.
start_import()
{
  start_session "$1"
  ask "$1" "SELECT 'pid ' || pg_backend_pid()"
  pid=$(sed -n 's/^pid //p' "$work/$1.out")
  say "$1" "$(import "$1")"
  sleep "$(printf '%d.%03d' $(($2 / 1000)) $(($2 % 1000)))"
}

# The ways to end it; each leaves what the session said in a file.
by_cancel()
{
  start_import "$1" "$2"
  sql "SELECT pg_cancel_backend($pid)" >/dev/null
  ask "$1" "SELECT 'usable'"
}

by_terminate()
{
  start_import "$1" "$2"
  sql "SELECT pg_terminate_backend($pid, 10000)" >/dev/null
  (trap '' PIPE && say "$1" "SELECT") 2>/dev/null || true
  hear "$1" 'connection to server was lost'
}

by_statement_timeout()
{
  sql "SET statement_timeout = $2" "$(import "$1")" "RESET statement_timeout" "SELECT 'usable'" \
    >"$work/$1.out"
}

# In a transaction that goes on in a handler.
by_handler()
{
  sql "SET statement_timeout = $2" "DO \$\$
    BEGIN
      PERFORM set_config('wifox.round', 'import|' || status, false)
        FROM files f, wifox_import_clients_data(data, f.name || '.csv', on_error => 'skip')
        WHERE f.name = '$1';
    EXCEPTION WHEN query_canceled THEN
      PERFORM set_config('wifox.round', sqlstate, false);
    END \$\$" "RESET statement_timeout" "SELECT current_setting('wifox.round', true)" \
    "SELECT 'usable'" >"$work/$1.out"
}

by_lock_timeout()
{
  ask locker "BEGIN"
  ask locker "SELECT FROM clients WHERE email = 'old-$((1 + $2 * 1500 / (usual + 1)))@example.com' FOR UPDATE"
  sql "SET lock_timeout = '5ms'" "$(import "$1")" "SELECT 'usable'" >"$work/$1.out"
  ask locker "ROLLBACK"
}

# One round: what it says and what it leaves must agree. Print what came of it.
round()
{
  local way=$1 name=$2 error=$3 left said

  make_file "$name"
  "by_$way" "$name" "$(random_time)"
  left=$(left_by "$name")
  said=$(<"$work/$name.out")
  if [ "$left" = "$whole" ]; then
    echo finished
  elif [ "$left" = '0|0|0|0' ] && [[ $said =~ $error ]] && ! grep -q '^import|' <<<"$said"; then
    echo ended
  else
    echo "bad: $left, $said" | tr '\n' ' '
  fi
}

# All rounds of one way; in a subshell each, lest the sessions add up.
rounds()
{
  local way=$1 error=$2 n

  : >"$work/outcomes"
  for ((n = 1; n <= rounds; n++)); do
    RANDOM=$((SEED + n * 7))
    (trap 'kill "${sessions[@]:1}" 2>/dev/null || true' EXIT; round "$way" "$way$n" "$error") >>"$work/outcomes"
    echo >>"$work/outcomes"
  done
  is "$(grep -vE '^(finished|ended|)$' "$work/outcomes")" '' "$way: everything or nothing"
  echo "# $way: $(grep -c ended "$work/outcomes") ended, $(grep -c finished "$work/outcomes") had finished"
  is "$(sql "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
    WHERE locktype = 'object' AND classid = 'pg_extension'::regclass AND datname = current_database()")" 0 \
    "$way: no lock is left"
}

plan 13
echo "# SEED=$SEED"
make_database wifox_interrupts
sql "SELECT wifox_import_create_clients_table()" >/dev/null
sql "ALTER TABLE clients ADD CHECK (height < 300)" "CREATE TABLE files (name text PRIMARY KEY, data bytea)"
sql "INSERT INTO clients (username, first_name, email)
  SELECT i, 'Old', 'old-' || i || '@example.com' FROM generate_series(1, 1500) i" "ANALYZE clients"
start_session locker
make_file first
is "$(sql "$(import first)")" 'import|partial' 'an import that nobody ends is imported'
usual=$(sql "SELECT ceil(extract(epoch FROM finished_at - started_at) * 1000)::int FROM wifox_imports")
echo "# in $usual ms"
is "$(left_by first)" "$whole" 'and leaves clients, history, errors, changes'

rounds statement_timeout '57014.*usable$'
rounds handler '57014.*usable$'
rounds cancel '57014.*usable'
rounds terminate 57P01
rounds lock_timeout '55P03.*usable$'
is "$(sql "SELECT count(*) FROM (SELECT FROM clients GROUP BY lower(email) HAVING count(*) > 1) d")" 0 \
  'no address is there twice'
