# What the benchmarks share: files of clients, databases to load them into, what is measured, and
# tables of the medians.
# shellcheck shell=bash disable=SC2034,SC2154

# shellcheck source=script/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../script/lib.sh"

at_end clean_up

records=1000000
rounds=3
out=
results=
# The columns of the files, in the order of the file, and of a small file in a large table.
columns=id,username,first_name,middle_name,last_name,email,phone,project_id,desk_id,type,active,created_at
million=1000000

# Say what a script takes: the head of its comment, up to the first blank line of it.
usage()
{
  sed -n '2,/^$/s/^# \{0,1\}//p' "$0" >&2
  exit 2
}

# Take an option that all of them have.
common_option()
{
  [ $# -ge 2 ] || usage
  case $1 in
    --records) records=$2 ;;
    --rounds) rounds=$2 ;;
    --out) mkdir -p "$2" && out=$(cd "$2" && pwd) ;;
    *) usage ;;
  esac
}

# Everything up to a running server: without autovacuum, so that it meets none of the ways; the
# extension's files stay in the private folder where the server can be told to look there.
prepare_bench()
{
  local name

  name=$(basename "$0" .sh)
  make_work_folder
  set_environment
  ! grep -q extension_destdir "$pg_bin/postgres" || private_files=yes
  build
  start_server
  quietly psql --no-psqlrc --command "ALTER SYSTEM SET autovacuum = off" \
    --command "SELECT pg_reload_conf()"
  [ -n "$out" ] || out=$work
  results=$out/$name.tsv
  : >"$results"
}

# Install a package that is not there yet.
need()
{
  ! is_installed "$1" || return 0
  say "Installing $1"
  quietly as_root apt-get update
  apt_install "$1"
}

# Write a file of so many clients: up to a million made-up ones, then the same people with further
# numbers, which is faster. The defaults of blank cells stand there, as other ways could not know them.
make_clients()
{
  local file=$1 count=$2 first

  "$tree/test/data/generate.pl" --narrow $((count < million ? count : million)) |
    awk -F , -v OFS=, 'NR > 1 { if ($8 == "") $8 = "default"; if ($9 == "") $9 = "default"
        if ($10 == "") $10 = "personal"; if ($11 == "") $11 = "true"
        if ($12 == "") $12 = "2020-01-01T00:00:00Z" } { print }' >"$file"
  for ((first = million; first < count; first += million)); do
    head -n $((million < count - first ? million + 1 : count - first + 1)) "$file" >"$file.part"
    renumber_clients "$first" "$file.part"
  done >"$file.more"
  cat "$file.more" >>"$file"
  rm -f "$file.more" "$file.part"
  chmod 644 "$file"
}

# The clients of a file, with other numbers in their IDs, usernames and e-mail addresses; no header.
# Without sub(), which takes quadratic time in mawk.
renumber_clients()
{
  awk -F , -v OFS=, -v first="$1" 'NR > 1 {
    old = substr($1, 3) + 0
    new = first + old
    $1 = sprintf("C-%06d", new)
    $2 = substr($2, 1, length($2) - length(old)) new
    at = index($6, old "@")
    $6 = substr($6, 1, at - 1) new substr($6, at + length(old))
    print }' "$2"
}

# The clients of a file, each nth of them with another phone number, of this area.
change_clients()
{
  awk -F , -v OFS=, -v every="$2" -v area="${3:-202}" \
    'NR > 1 && NR % every == 0 { $7 = "+1 " area " 555 " substr($1, 3) } { print }' "$1"
}

# A database to copy: the extension, the table as it makes it, and what a file brings.
make_template()
{
  local name=$1 file=${2:-}

  createdb "$name"
  quietly psql --no-psqlrc --dbname "$name" --set ON_ERROR_STOP=1 \
    --command "CREATE EXTENSION wifox_import" --command "SELECT wifox_import_create_clients_table()" \
    --command "CREATE FUNCTION ticks(stat text) RETURNS bigint LANGUAGE sql AS
      \$\$ SELECT split_part(stat, ' ', 14)::bigint + split_part(stat, ' ', 15)::bigint \$\$"
  [ -z "$file" ] || quietly psql --no-psqlrc --dbname "$name" --set ON_ERROR_STOP=1 \
    --command "COPY clients ($columns) FROM '$file' CSV HEADER" --command "VACUUM ANALYZE clients"
}

# The database that is measured in, as it is in a template; checkpoints come with it.
new_database()
{
  dropdb --if-exists bench 2>/dev/null
  createdb --template "$1" --strategy file_copy bench
  export PGDATABASE=bench
}

# Note the most anonymous memory that a process has: kB. Shared buffers are no part of it. It is looked
# at every 100 ms, and more often in the beginning.
watch_memory()
{
  local pid='' peak=0 looks=0 pause=0.02 key value

  until [ -s "$work/pid" ]; do sleep 0.01; done
  read -r pid <"$work/pid"
  while [ -r "/proc/$pid/status" ]; do
    while read -r key value _; do
      [ "$key" != RssAnon: ] || [ "$value" -le "$peak" ] || peak=$value
    done <"/proc/$pid/status" || break
    [ $((looks++)) -lt 100 ] || pause=0.1
    sleep "$pause"
  done 2>/dev/null
  echo "$peak" >"$work/peak"
}

# Run statements in a session of their own, and add to the results: seconds and seconds of processor time
# of the server's process, bytes of WAL, and the peak of its memory. What comes before is not measured;
# what the session prints stays in a file.
#   measure CASE WAY CLIENTS STATEMENTS [BEFORE]
measure()
{
  local watcher

  rm -f "$work/pid"
  watch_memory &
  watcher=$!
  run_measured "$4" "${5:-}" >"$work/output" 2>"$work/step.log" || {
    kill "$watcher"
    tail -n 20 "$work/step.log" >&2
    die "failed: $1, $2"
  }
  wait "$watcher"
  printf '%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$(tail -n 1 "$work/output")" "$(<"$work/peak")" |
    tee -a "$results"
}

# The session of a measurement, which is prepared for imports and has a table for files.
run_measured()
{
  psql --no-psqlrc --quiet --no-align --tuples-only --field-separator $'\t' --set ON_ERROR_STOP=1 <<EOF_PSQL
SELECT FROM wifox_import_clients_data('email,firstName') \g /dev/null
SET client_min_messages = error;
SET wifox_import.max_records = 0;
SET wifox_import.max_file_size = 0;
CREATE TEMP TABLE staging (LIKE clients);
$2
SELECT pg_backend_pid() \g $work/pid
SELECT clock_timestamp() AS wall, pg_read_file('/proc/self/stat') AS stat, pg_current_wal_insert_lsn() AS lsn \gset
$1
SELECT round(extract(epoch FROM clock_timestamp() - :'wall')::numeric, 3),
    round((ticks(pg_read_file('/proc/self/stat')) - ticks(:'stat')) / $(getconf CLK_TCK).0, 2),
    pg_current_wal_insert_lsn() - :'lsn';
EOF_PSQL
}

# The statement of an import; the result is not of interest.
import_of()
{
  echo "SELECT FROM wifox_import_clients('$1') \\g /dev/null"
}

# What an INSERT or UPDATE sets the columns to, each behind the name of a table; and the columns alone.
assignments()
{
  tr ',' '\n' <<<"$columns" | sed "1d; s/.*/& = $1.&/" | paste -s -d ,
}

columns_of()
{
  echo "$1.${columns//,/,$1.}"
}

# The statements that bring a file in by INSERT ... ON CONFLICT.
conflict_of()
{
  echo "BEGIN; COPY staging ($columns) FROM '$1' CSV HEADER;
    INSERT INTO clients ($columns) SELECT $columns FROM staging
    ON CONFLICT (id) DO UPDATE SET $(assignments excluded); COMMIT;"
}

# The medians of what was measured, a line for each case, way and number of clients, as they first came.
medians()
{
  awk -F '\t' -v OFS='\t' '
    function median(key, field,    i, j, v, sorted) {
      for (i = 1; i <= count[key]; i++) {
        v = value[key, field, i]
        for (j = i - 1; j > 0 && sorted[j] + 0 > v + 0; j--)
          sorted[j + 1] = sorted[j]
        sorted[j + 1] = v
      }
      return sorted[int((count[key] + 1) / 2)]
    }
    { key = $1 OFS $2 OFS $3
      if (!(key in count)) order[++keys] = key
      count[key]++
      for (i = 4; i <= 7; i++) value[key, i, count[key]] = $i }
    END { for (k = 1; k <= keys; k++) {
      key = order[k]
      print key, median(key, 4), median(key, 5), median(key, 6), median(key, 7) } }' "$1"
}

# Functions for programs that make tables: numbers as people read them.
readable='
  function grouped(n,    text, rest) {
    for (text = sprintf("%.0f", n); length(text) > 3; text = substr(text, 1, length(text) - 3))
      rest = "," substr(text, length(text) - 2) rest
    return text rest
  }
  function seconds(s) { return s == "-" ? "" : sprintf(s < 1 ? "%.2f" : "%.1f", s) }
  function bytes(b) {
    if (b == "-") return ""
    if (b < 1024 * 1024) return sprintf(b < 10240 ? "%.1f kB" : "%.0f kB", b / 1024)
    return b < 100 * 1024 * 1024 ? sprintf("%.1f MB", b / 1024 / 1024) : grouped(b / 1024 / 1024) " MB"
  }
  function ratio(a, b) { return a == "-" || b == "-" || b == 0 ? "" : sprintf("%.2f", a / b) }
'

# On what it was measured, for the caption of a table.
machine()
{
  printf '%s, PostgreSQL %s, %s cores, medians of %s' "$(date --iso-8601)" \
    "$(psql --no-psqlrc --tuples-only --no-align --command "SHOW server_version" | sed 's/ .*//')" \
    "$(nproc)" "$([ "$rounds" -eq 1 ] && echo '1 run' || echo "$rounds runs")"
}
