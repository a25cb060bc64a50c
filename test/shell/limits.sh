#!/usr/bin/env bash
# What the server may run out of in the middle of an import: disk, temporary files, memory, locks, the
# room for subtransactions in a snapshot, transaction IDs. Each is the call's error, leaves clients and
# history as they were, and the same session can import again when there is room.
#
# The disk that gets full is the folder SMALL_DISK, a file system of a few megabytes that is empty.
#
#   SEED=N ROUNDS=N test/shell/limits.sh    other limits of memory, or more of them

# shellcheck source=test/shell/tap.bash
. "$(dirname "$0")/tap.bash"

RANDOM=${SEED:=$$}
rounds=${ROUNDS:-5}
tables=(clients wifox_imports wifox_import_errors wifox_import_changes)

# Everything that must be as before.
state()
{
  local table

  for table in "${tables[@]}"; do
    checksum "$table"
  done
}

# The statement that imports a file of the test; options may follow.
import()
{
  echo "SELECT 'import', status, created, updated, unchanged, failed
    FROM files f, wifox_import_clients_data(data$2) WHERE f.name = '$1'"
}

# A file of so many clients with comments of so many letters, every tenth one bad if that is wanted.
make_file()
{
  sql "INSERT INTO files SELECT '$1', convert_to('email,firstName,comments' || string_agg(format(
      E'\n$1-%s%s,$1,%s', i, CASE WHEN $4 AND i % 10 = 0 THEN ' at x' ELSE '@x.org' END,
      (SELECT string_agg(md5((i * n)::text), '') FROM generate_series(1, $3 / 32) n)), '' ORDER BY i), 'UTF8')
    FROM generate_series(1, $2) i"
}

# Import under a setting, and then without it: it must fail with this, and be as before.
limited()
{
  local setting=$1 statement=$2 error=$3 name=$4 before said

  before=$(state)
  said=$(sql "$setting" "$statement" "SELECT 'usable'")
  like "$said" "^ERROR:  $error.*usable$" "$name: the call fails, and the session is usable"
  is "$(state)" "$before" "$name: clients and history are as before"
}

# Fill the small disk with a file.
fill_disk()
{
  head -c 1G /dev/zero >"$SMALL_DISK/full" 2>/dev/null || true
}

plan 23
echo "# SEED=$SEED"
make_server 'max_locks_per_transaction = 10' 'max_connections = 20' 'autovacuum = off' \
  'max_prepared_transactions = 0' 'wifox_import.max_records = 0' 'wifox_import.max_errors = 100000'
sql "CREATE EXTENSION wifox_import" "SELECT wifox_import_create_clients_table()" \
  "CREATE TABLE files (name text, data bytea)" >/dev/null
make_file small 500 32 true
make_file large 20000 320 false
make_file bad 60000 160 true
is "$(sql "$(import small ", on_error => 'skip'")")" 'import|partial|450|0|0|50' 'there is something to lose'

# Disk: of the table, of the history, of the temporary files.
if [ -n "${SMALL_DISK:-}" ]; then
  space=$(mktemp --directory --tmpdir="$SMALL_DISK")
  trap 'finish; rm -rf "$space" "$SMALL_DISK/full"' EXIT
  sql "CREATE TABLESPACE small LOCATION '$space'"
  for table in clients wifox_import_changes; do
    sql "ALTER TABLE $table SET TABLESPACE small"
    fill_disk
    limited "SET wifox_import.active_content = 'allow'" "$(import large '')" 53100 "no room for $table"
    rm "$SMALL_DISK/full"
    is "$(sql "$(import small ", on_error => 'skip'")")" 'import|partial|0|0|450|50' \
      "no room for $table: with room it goes on"
    sql "ALTER TABLE $table SET TABLESPACE pg_default"
  done
  fill_disk
  limited "SET temp_tablespaces = small; SET work_mem = '64kB'; SET maintenance_work_mem = '1MB'" \
    "$(import bad ", on_error => 'skip'")" 53100 'no room for temporary files'
  rm "$SMALL_DISK/full"
else
  for name in clients clients clients changes changes changes temporary temporary; do
    skip "no room for $name" 'SMALL_DISK is not set'
  done
fi

# Temporary files.
limited "SET temp_file_limit = '64kB'; SET work_mem = '64kB'; SET maintenance_work_mem = '1MB'" \
  "$(import bad ", on_error => 'skip'")" 53400 'temp_file_limit'

# Memory: the limit of the session's process is set to a little more than it has.
out=0 done=0 wrong=''
before=$(state)
for ((n = 1; n <= rounds; n++)); do
  start_session "memory$n"
  ask "memory$n" "SELECT 'pid ' || pg_backend_pid()"
  ask "memory$n" "SELECT count(*) FROM wifox_import_mapping_data('email')"
  pid=$(sed -n 's/^pid //p' "$work/memory$n.out")
  room=$((RANDOM * 3))
  prlimit --pid "$pid" --as=$((1024 * (room + $(awk '/^VmSize/ { print $2 }' "/proc/$pid/status"))))
  ask "memory$n" "SET maintenance_work_mem = '1MB'"
  say "memory$n" "BEGIN"
  ask "memory$n" "$(import bad ", on_error => 'skip'")"
  ask "memory$n" "ROLLBACK"
  ask "memory$n" "SELECT 'usable'"
  if grep -q '^import|partial' "$work/memory$n.out"; then
    done=$((done + 1))
  elif grep -qE '^ERROR:  53200' "$work/memory$n.out"; then
    out=$((out + 1))
  else
    wrong+="$room kB: $(grep -v LOCATION "$work/memory$n.out") "
  fi
  grep -q '^usable' "$work/memory$n.out" || wrong+="$room kB: not usable "
  say "memory$n" '\q'
done
is "$wrong" '' 'out of memory: the call fails, and the session is usable'
echo "# with up to 96 MB more: $out ran out of memory, $done imported"
is "$(state)" "$before" 'out of memory: clients and history are as before'

# Locks: there is room for about 200 beside those of a session, and an import of all partitions wants
# more. The partitions are made one by one, for the same reason.
sql "CREATE TABLE parts (id int PRIMARY KEY, email text, first_name text) PARTITION BY HASH (id)"
for ((n = 0; n < 1500; n++)); do
  echo "CREATE TABLE part$n PARTITION OF parts FOR VALUES WITH (MODULUS 1500, REMAINDER $n);"
done | psql_bare 2>&1 | head -n 3 | sed 's/^/# /'
sql "CREATE INDEX ON ONLY parts (lower(email))"
limited "SET wifox_import.clients_table = 'parts'" \
  "SELECT status FROM wifox_import_clients_data(convert_to('ID,email,firstName' || (SELECT string_agg(
    format(E'\n%s,p%s@x.org,P', i, i), '') FROM generate_series(1, 20000) i), 'UTF8'))" \
  53200 'too many locks'

# Subtransactions: what the table refuses takes some, more than a snapshot has room for (64). Another
# session looks on: it sees either nothing or all.
sql "ALTER TABLE clients ADD CHECK (first_name <> 'subs' OR email !~ '7')"
make_file subs 4000 32 false
start_session looker
ask looker "CREATE TEMP TABLE looks (n int)"
say looker "DO \$\$
  DECLARE seen int := 0;
  BEGIN
    FOR i IN 1 .. 10000 LOOP
      SELECT count(*) INTO seen FROM clients WHERE first_name = 'subs';
      INSERT INTO looks VALUES (seen);
      COMMIT;
      EXIT WHEN seen > 0;
      PERFORM pg_sleep(0.001);
    END LOOP;
  END \$\$"
is "$(sql "$(import subs ", on_error => 'skip'")" | cut -d '|' -f 1,2)" \
  'import|partial' 'many subtransactions: the import ends'
ask looker "SELECT 'saw ' || string_agg(DISTINCT n::text, ' ') FROM looks"
is "$(sed -n 's/^saw //p' "$work/looker.out")" \
  "0 $(sql "SELECT count(*) FROM clients WHERE first_name = 'subs'")" \
  'many subtransactions: who looks on sees nothing or all'

# Freezing VACUUMs beside imports and undos of them.
while [ ! -e "$work/enough" ]; do
  echo "VACUUM (FREEZE) clients, wifox_imports, wifox_import_changes, projects, desks;"
done | psql_bare >"$work/vacuum.out" 2>&1 &
before=$(checksum clients)
for ((n = 1; n <= 3; n++)); do
  make_file "beside$n" 1500 32 false
  sql "$(import "beside$n" '')" "SELECT status FROM wifox_import_undo((SELECT max(id) FROM wifox_imports))" \
    >>"$work/beside.out"
done
touch "$work/enough"
wait $!
is "$(tr '\n' ' ' <"$work/beside.out")" "$(printf 'import|imported|1500|0|0|0 undone %.0s' 1 2 3)" \
  'VACUUM FREEZE beside imports: all of them go through'
is "$(checksum clients)" "$before" 'VACUUM FREEZE beside imports: what is undone is gone'
is "$(grep -v '^LOCATION' "$work/vacuum.out")" '' 'VACUUM FREEZE beside imports: it finds nothing wrong'

# Transaction IDs: with fewer than 3 million left, the server gives out none. It gets there by an ID far
# ahead; the part of the commit log that this is in must be there.
before=$(state)
stop_server fast
oldest=$(pg_controldata "$server" | sed -n "s/^Latest checkpoint's oldestXID: *//p")
next=$((oldest + 2147483648 - 2900000))
pg_resetwal --next-transaction-id $next "$server" >"$work/resetwal.out"
head -c 256K /dev/zero >"$server/pg_xact/$(printf '%04X' $((next / 1048576)))"
start_server
like "$(sql "$(import small ", mode => 'create'")" "SELECT 'usable'")" \
  '^ERROR:  54000: database is not accepting commands.*usable$' \
  'no transaction IDs: the call fails, and the session is usable'
is "$(state)" "$before" 'no transaction IDs: clients and history are as before'
is "$(sql "SELECT count(*) FROM wifox_import_read_data('email')" \
  "SELECT count(*) > 0 FROM wifox_import_error_report(1)")" $'1\nt' 'no transaction IDs: reading goes on'
