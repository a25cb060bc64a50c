#!/usr/bin/env bash
# How fast CSV is read: the scanner alone against the server's own reader, over three kinds of file.
#
#   bench/scan.sh [--mb N] [--rounds N] [--peer COMMAND] [--out FOLDER]
#
#   --mb N          size of each file (1024)
#   --rounds N      runs of each reader, in turn; the medians count (5)
#   --peer COMMAND  another reader: called with the file, it prints seconds as its last word
#   --out FOLDER    keeps what was measured (scan.tsv) and the table of it (scan.md)
#
# The files are read from the page cache by one thread. The server's reader is file_fdw: its
# count(*) splits every line into fields and converts none of them. A private server runs it, which is
# gone afterwards.

set -euo pipefail
# shellcheck source=bench/lib.sh
. "$(dirname "$0")/lib.sh"

mb=1024
rounds=5
peer=
cells="ID,username,firstName,lastName,email,phone,project,type,created,Billing address,billing.city,billing.postcode"

# One file: so many megabytes of the same 100,000 clients, over and over.
make_file()
{
  local file=$work/$1.csv part=$work/part.csv size=0

  shift
  "$tree/test/data/generate.pl" --columns "$cells" "$@" 100000 >"$part"
  head -n 1 "$part" >"$file"
  sed -i 1d "$part"
  while [ "$size" -lt $((mb * 1024 * 1024)) ]; do
    cat "$part" >>"$file"
    size=$(stat --format %s "$file")
  done
  rm "$part"
  chmod 644 "$file"
}

# The server's reader, over a table of one text column a field.
make_foreign_table()
{
  local names

  names=$(tr ',' '\n' <<<"$cells" | sed 's/.*/"&" text/' | paste --serial --delimiters ,)
  quietly psql --no-psqlrc --quiet --command "CREATE FOREIGN TABLE $1 ($names) SERVER files
    OPTIONS (filename '$work/$1.csv', format 'csv', header 'true')"
}

# The seconds of one run of a reader.
run_reader()
{
  local file=$work/$2.csv

  case $1 in
    peer) $peer "$file" | awk 'END { print $NF }' ;;
    server) psql --no-psqlrc --quiet --command '\timing' --command "SELECT count(*) FROM $2" |
      awk '/^Time:/ { print $2 / 1000 }' ;;
    *) "$work/scan" --engine "$1" "$file" | awk '{ print $NF }' ;;
  esac
}

# All readers over one file, in turn.
compare_readers()
{
  local file=$1 round reader

  for reader in "${readers[@]}"; do
    run_reader "$reader" "$file" >/dev/null
  done
  for ((round = 0; round < rounds; round++)); do
    for reader in "${readers[@]}"; do
      printf '%s\t%s\t%s\t%s\t-\t-\t-\n' "$file" "$reader" "$(stat --format %s "$work/$file.csv")" \
        "$(run_reader "$reader" "$file")" | tee -a "$results"
    done
  done
}

# The medians as a table.
make_table()
{
  printf '(%s)\n\n' "$(machine)"
  echo "| file | reader | seconds | GB/s | time to the fastest engine |"
  echo '|---|---|---:|---:|---:|'
  medians "$results" | awk -F '\t' '
    $1 != last { base = $4 }
    { printf "| %s | %s | %.3f | %.2f | %.2f |\n", $1 == last ? "" : $1, $2, $4, $3 / $4 / 1e9, $4 / base; last = $1 }'
}

# The fastest engine of this processor first: the ratios are to it.
choose_readers()
{
  local engine

  readers=()
  for engine in avx2 sse2 scalar; do
    if "$work/scan" --engine "$engine" /dev/null >/dev/null 2>&1; then
      readers+=("$engine")
    fi
  done
  readers+=(server)
  [ -z "$peer" ] || readers+=(peer)
}

while [ $# -gt 0 ]; do
  case $1 in
    --mb) mb=${2:?} && shift 2 ;;
    --peer) peer=${2:?} && shift 2 ;;
    *) common_option "$@" && shift 2 ;;
  esac
done

prepare_bench
gcc -O2 -std=c99 -D_GNU_SOURCE -I"$tree/src" -o "$work/scan" "$tree"/bench/scan.c \
  "$tree"/src/csv_scan.c "$tree"/src/csv_stops.c
quietly psql --no-psqlrc --quiet --command "CREATE EXTENSION file_fdw" \
  --command "CREATE SERVER files FOREIGN DATA WRAPPER file_fdw"
choose_readers
for kind in clients quoted abroad; do
  case $kind in
    clients) make_file clients ;;
    quoted) make_file quoted --quoted ;;
    abroad) make_file abroad --abroad ;;
  esac
  make_foreign_table "$kind"
  say "$kind, $mb MB"
  compare_readers "$kind"
  rm "$work/$kind.csv"
done
say "Medians"
make_table | tee "$out/scan.md"
