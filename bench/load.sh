#!/usr/bin/env bash
# How fast clients are loaded and updated, beside what the server itself offers.
#
#   bench/load.sh [--records N] [--rounds N] [--small N] [--peers] [--bulkload FOLDER] [--out FOLDER]
#
#   --records N        clients of the large file (1000000)
#   --small N          clients of the small file, which goes into the large table (5000)
#   --rounds N         how often each way is measured, in turn; the medians count (3)
#   --peers            install pgloader, if it is missing; where it is installed, it takes part anyway
#   --bulkload FOLDER  pg_bulkload takes part in its mode BUFFERED, in a table without foreign keys: it was
#                      installed for this server with DESTDIR=FOLDER (/: without it)
#   --out FOLDER       keeps what was measured (load.tsv) and the table of it (load.md)
#
# The table has a primary key, unique e-mail addresses and usernames, and two foreign keys. Ours checks
# every cell, keeps history and changes; the others do not. Seconds of the server's process, of
# processor time too, since other load does not count there. All ways must come to the same clients.
# A private server runs it, which is gone afterwards.

set -euo pipefail
# shellcheck source=bench/lib.sh
. "$(dirname "$0")/lib.sh"

small=5000
peers=no
bulkload=

# The statements of a way to bring a file in: of ours, and of the others.
statements()
{
  local way=$1 file=$2
  local copy="COPY staging ($columns) FROM '$file' CSV HEADER"

  case $way in
    ours) import_of "$file" ;;
    copy) echo "COPY clients ($columns) FROM '$file' CSV HEADER;" ;;
    psql) echo "\\copy clients ($columns) FROM '$file' CSV HEADER" ;;
    conflict) conflict_of "$file" ;;
    merge)
      echo "BEGIN; $copy; MERGE INTO clients c USING staging s ON c.id = s.id
        WHEN MATCHED THEN UPDATE SET $(assignments s)
        WHEN NOT MATCHED THEN INSERT ($columns) VALUES ($(columns_of s)); COMMIT;" ;;
    differs)
      echo "BEGIN; $copy; UPDATE clients c SET $(assignments s) FROM staging s
        WHERE c.id = s.id AND ($(columns_of c)) IS DISTINCT FROM ($(columns_of s));
        INSERT INTO clients ($columns) SELECT $columns FROM staging s
        WHERE NOT EXISTS (SELECT FROM clients c WHERE c.id = s.id); COMMIT;" ;;
    floor)
      echo "COPY clients ($columns) FROM '$file' CSV HEADER;
        ALTER TABLE clients ADD PRIMARY KEY (id), ADD UNIQUE (username);
        CREATE UNIQUE INDEX ON clients (lower(email));" ;;
    pg_bulkload)
      echo "SELECT pgbulkload.pg_bulkload(ARRAY['TYPE=CSV', 'WRITER=BUFFERED', 'INPUT=$file', 'OUTPUT=clients',
        'SKIP=1', 'LOGFILE=$work/data/bulkload.log']) \\g /dev/null" ;;
  esac
}

# What a way needs before: the floor is a table without keys and indexes, and one process.
preparation()
{
  [ "$1" = floor ] || return 0
  cat <<'EOF_SQL'
SELECT format('ALTER TABLE clients DROP CONSTRAINT %I', conname) FROM pg_constraint
  WHERE conrelid = 'clients'::regclass AND contype IN ('f', 'p', 'u') \gexec
SELECT format('DROP INDEX %s', indexrelid::regclass) FROM pg_index WHERE indrelid = 'clients'::regclass \gexec
SET max_parallel_maintenance_workers = 0;
EOF_SQL
}

# Bring a file in with pgloader; what it takes is the time of its process, nothing else is known.
run_pgloader()
{
  local case=$1 clients=$2 file=$3 from

  cat >"$work/clients.load" <<EOF_LOAD
LOAD CSV FROM '$file' (${columns//,/ [null if blanks], } [null if blanks])
  INTO postgresql://postgres@unix:$work:5432/bench TARGET TABLE public.clients ($columns)
  WITH skip header = 1, fields optionally enclosed by '"', fields terminated by ',';
EOF_LOAD
  from=$EPOCHREALTIME
  quietly pgloader --root-dir "$work/pgloader" --on-error-stop "$work/clients.load"
  awk -v OFS='\t' -v case="$case" -v clients="$clients" -v from="$from" -v to="$EPOCHREALTIME" \
    'BEGIN { print case, "pgloader", clients, sprintf("%.3f", to - from), "-", "-", "-" }' | tee -a "$results"
}

# The clients as they are in the end, whichever way they came: a number of all of them.
compare_clients()
{
  local name=$1 way=$2 found

  found=$(psql --no-psqlrc --tuples-only --no-align \
    --command "SELECT count(*), sum(hashtextextended(ROW($columns)::text, 0)::numeric) FROM clients")
  [ -f "$work/$name.clients" ] || echo "$found" >"$work/$name.clients"
  [ "$found" = "$(<"$work/$name.clients")" ] || die "$name: $way has come to other clients"
}

# Measure one case: the database before each run, the file, its clients, and the ways in turn.
bench()
{
  local name=$1 template=$2 file=$3 clients=$4
  local round way

  shift 4
  say "$name: $*"
  for ((round = 0; round < rounds; round++)); do
    for way; do
      new_database "$template"
      if [ "$way" = pgloader ]; then
        run_pgloader "$name" "$clients" "$file"
      else
        measure "$name" "$way" "$clients" "$(statements "$way" "$file")" "$(preparation "$way")"
      fi
      compare_clients "$name" "$way"
    done
  done
}

# A table of the file's columns alone, as pg_bulkload takes them as they come, without foreign keys.
make_narrow_template()
{
  local to=$work/files

  # Where there is no private folder for extensions, it must be installed already.
  if [ "$private_files" = yes ]; then
    quietly as_owner cp "$bulkload$(pg_config --pkglibdir)/pg_bulkload.so" "$to$(pg_config --pkglibdir)"
    quietly as_owner cp "$bulkload$(pg_config --sharedir)/extension/pg_bulkload"* \
      "$to$(pg_config --sharedir)/extension"
  fi
  createdb --template empty narrow
  quietly psql --no-psqlrc --dbname narrow --set ON_ERROR_STOP=1 --command "CREATE EXTENSION pg_bulkload" \
    --command "ALTER TABLE clients RENAME TO wide" \
    --command "CREATE TABLE clients AS SELECT $columns FROM wide" --command "DROP TABLE wide" \
    --command "ALTER TABLE clients ADD PRIMARY KEY (id), ADD UNIQUE (username), ALTER first_name SET NOT NULL,
      ALTER email SET NOT NULL, ALTER project_id SET NOT NULL, ALTER desk_id SET NOT NULL,
      ALTER type SET NOT NULL, ALTER active SET NOT NULL, ALTER created_at SET NOT NULL" \
    --command "CREATE UNIQUE INDEX ON clients (lower(email))"
}

# The medians as a table, with what ours takes in relation to each other way.
make_table()
{
  printf '(%s)\n\n' "$(machine)"
  printf '| a file of %s clients | way | seconds | processor | WAL | ours takes | of the processor |\n' \
    "$(awk "$readable BEGIN { print grouped($records) }")"
  printf '|---|---|---:|---:|---:|---:|---:|\n'
  medians "$results" | awk -F '\t' -v small="$small" "$readable"'
    BEGIN { title["fresh"] = "into the empty table"; title["unchanged"] = "once more, nothing changed"
      title["tenth"] = "10 % of the phone numbers changed"; title["changed"] = "every phone number changed"
      title["small"] = "a file of " grouped(small) " of them, all changed"
      title["narrow"] = "into an empty table of twelve columns, no foreign keys"
      name["ours"] = "**import**"; name["copy"] = "COPY"; name["psql"] = "\\copy of psql"
      name["conflict"] = "COPY, ON CONFLICT"; name["merge"] = "COPY, MERGE"
      name["differs"] = "COPY, UPDATE of what differs"; name["floor"] = "COPY, then the indexes; no foreign keys"
      name["pgloader"] = "pgloader"; name["pg_bulkload"] = "pg_bulkload, BUFFERED" }
    $2 == "ours" { wall = $4; cpu = $5 }
    { printf "| %s | %s | %s | %s | %s | %s | %s |\n", $1 == last ? "" : title[$1], name[$2], seconds($4),
        seconds($5), bytes($6), $2 == "ours" ? "" : ratio(wall, $4), $2 == "ours" ? "" : ratio(cpu, $5)
      last = $1 }'
}

while [ $# -gt 0 ]; do
  case $1 in
    --small) small=${2:?} && shift 2 ;;
    --peers) peers=yes && shift ;;
    --bulkload) bulkload=$(cd "${2:?}" && pwd); shift 2 ;;
    *) common_option "$@" && shift 2 ;;
  esac
done

[ "$small" -le "$records" ] || small=$records
prepare_bench
[ "$peers" = no ] || need pgloader
others=(copy psql conflict merge floor)
! command -v pgloader >/dev/null || others+=(pgloader)
make_clients "$work/clients.csv" "$records"
change_clients "$work/clients.csv" 1 >"$work/changed.csv"
change_clients "$work/clients.csv" 10 >"$work/tenth.csv"
awk -v every=$((records / small)) 'NR == 1 || NR % every == 0' "$work/changed.csv" >"$work/small.csv"
chmod 644 "$work"/*.csv
make_template empty
make_template loaded "$work/clients.csv"
bench fresh empty "$work/clients.csv" "$records" ours "${others[@]}"
# MERGE writes every row, whatever has changed: once is enough.
bench unchanged loaded "$work/clients.csv" "$records" ours conflict differs
bench tenth loaded "$work/tenth.csv" "$records" ours conflict differs
bench changed loaded "$work/changed.csv" "$records" ours conflict merge differs
bench small loaded "$work/small.csv" "$small" ours conflict merge differs
if [ -n "$bulkload" ]; then
  make_narrow_template
  bench narrow narrow "$work/clients.csv" "$records" ours copy pg_bulkload
fi
say "Medians"
make_table | tee "$out/load.md"
