#!/usr/bin/env bash
# The memory of an import does not grow with the file: twice the records, and the memory of
# the session is the same within 16 MB. What is remembered of the file is bounded by
# maintenance_work_mem. Measured as RssAnon, which shared buffers are no part of.

# one, two and undone are passed by name
# shellcheck source=test/shell/tap.bash disable=SC2034
. "$(dirname "$0")/tap.bash"

# Put the peak of the anonymous memory into a file, as long as the process lives: kB.
watch()
{
  local pid=$1 peak=0 now

  while now=$(awk '/^RssAnon/ { print $2 }' "/proc/$pid/status" 2>/dev/null); do
    [ "${now:-0}" -le "$peak" ] || echo "$((peak = now))" >"$work/peak"
    sleep 0.02
  done
}

# Run a statement in a session of its own, and print the peak: kB; then the line that it returns.
measure()
{
  local name=$1 statement=$2 pid watcher

  start_session "$name"
  ask "$name" "SELECT 'pid ' || pg_backend_pid()"
  pid=$(sed -n 's/^pid //p' "$work/$name.out")
  ask "$name" "SET wifox_import.max_records = 0"
  ask "$name" "SET maintenance_work_mem = '1MB'"
  echo 0 >"$work/peak"
  watch "$pid" &
  watcher=$!
  say "$name" "SELECT 'result', $statement"
  say "$name" '\q'
  while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
  wait "$watcher" || true
  cat "$work/peak"
  sed -n 's/^result|//p' "$work/$name.out"
}

# Likewise for an import.
measure_import()
{
  measure "$1" "status, created, updated, unchanged, failed FROM wifox_import_clients('$2'$3)"
}

# The undo of the last import.
undo="status, created, updated, unchanged, failed
  FROM wifox_import_undo((SELECT max(id) FROM wifox_imports WHERE status = 'imported'))"

# Compare what a small and a big file take.
compare()
{
  local small=("${!1}") big=("${!2}") results=$3 name=$4

  is "${small[1]} ${big[1]}" "$results" "$name"
  below $((big[0] - small[0])) 16384 "$name: twice the records take no more memory"
}

plan 18
make_database wifox_memory
"$PG_ABS_SRCDIR/test/data/generate.pl" --narrow 200000 >"$work/big.csv"
head -n 100001 "$work/big.csv" >"$work/small.csv"
chmod 644 "$work"/*.csv
sql "SELECT wifox_import_create_clients_table()" \
  "ALTER TABLE clients SET (autovacuum_enabled = off)" >/dev/null

readarray -t one < <(measure_import one "$work/small.csv" '')
readarray -t undone < <(measure undo_small "$undo")
readarray -t two < <(measure_import two "$work/big.csv" '')
compare one[@] two[@] 'imported|100000|0|0|0 imported|200000|0|0|0' 'new clients'

sql "ANALYZE clients"
readarray -t one < <(measure_import three "$work/small.csv" '')
readarray -t two < <(measure_import four "$work/big.csv" '')
compare one[@] two[@] 'imported|0|0|100000|0 imported|0|0|200000|0' 'unchanged clients'

sql "UPDATE clients SET first_name = first_name || 'x'" "VACUUM ANALYZE clients"
readarray -t one < <(measure_import five "$work/small.csv" ", dry_run => true")
readarray -t two < <(measure_import six "$work/big.csv" '')
compare one[@] two[@] 'checked|0|100000|0|0 imported|0|200000|0|0' 'changed clients'

readarray -t two < <(measure undo_big "$undo")
compare undone[@] two[@] 'undone|0|100000|0|0 undone|0|200000|0|0' 'undone clients'

# Blank records are none, however many there are.
for name in small big; do
  head -n 1 "$work/$name.csv" >"$work/blank-$name.csv"
done
awk 'BEGIN { for (i = 0; i < 100000; i++) print " ,\"\"," }' >>"$work/blank-small.csv"
awk 'BEGIN { for (i = 0; i < 1000000; i++) print " ,\"\"," }' >>"$work/blank-big.csv"
chmod 644 "$work"/blank-*.csv
readarray -t one < <(measure_import blank "$work/blank-small.csv" '')
readarray -t two < <(measure_import blanks "$work/blank-big.csv" '')
compare one[@] two[@] 'imported|0|0|0|0 imported|0|0|0|0' 'blank records'

# Every record is bad; what is wrong is kept, but not in memory.
sed -i 's/@/ at /g' "$work/small.csv" "$work/big.csv"
readarray -t one < <(measure_import seven "$work/small.csv" '')
readarray -t two < <(measure_import eight "$work/big.csv" '')
compare one[@] two[@] 'failed|0|0|0|100000 failed|0|0|0|200000' 'bad records'

# The report of many errors, and that of large records.
sql "ALTER DATABASE wifox_memory SET wifox_import.max_errors = 200000" \
  "ALTER DATABASE wifox_memory SET wifox_import.max_records = 0"
for file in small big; do
  sql "SELECT FROM wifox_import_clients('$work/$file.csv')" >/dev/null
done
report="count(*) FROM (SELECT max(id) AS id FROM wifox_imports) i, wifox_import_error_report(i.id"
readarray -t one < <(measure nine "$report - 1)")
readarray -t two < <(measure ten "$report)")
compare one[@] two[@] '100001 200001' 'a report of many errors'

# Write records of three cells of a megabyte each.
large_records()
{
  perl -e 'print "ID,height,a,b,c\n";
    print "$_,tall", (",".("x" x 1e6)) x 3, "\n" for 1 .. $ARGV[0]' "$1" >"$work/large$1.csv"
}

for n in 20 40; do
  large_records $n
  sql "SELECT FROM wifox_import_clients('$work/large$n.csv', unknown_columns => 'ignore')" >/dev/null
done
readarray -t one < <(measure eleven "$report - 1)")
readarray -t two < <(measure twelve "$report)")
compare one[@] two[@] '21 41' 'a report of large records'

# Cells take memory even if they are blank: a batch of a table of 1,590 columns has fewer records.
sql "SELECT 'CREATE TABLE wide (id int PRIMARY KEY, email text UNIQUE, first_name text, '
  || string_agg('c' || n || ' int', ', ') || ')' FROM generate_series(1, 1587) n" | psql_bare
sql "ALTER DATABASE wifox_memory SET wifox_import.clients_table = 'wide'"
perl -e 'print join(",", "ID", "email", "firstName", map { "c$_" } 1 .. 1587), "\n";
  print "$_,u$_\@example.com,U", "," x 1587, "\n" for 1 .. 5000' >"$work/wide.csv"
readarray -t one < <(measure_import wide "$work/wide.csv" '')
is "${one[1]}" 'imported|5000|0|0|0' 'a table of 1,590 columns'
below "${one[0]}" 100000 'its records do not take 100 MB'
