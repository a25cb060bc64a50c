#!/usr/bin/env bash
# How fast CSV is read: the scanner alone against the server's own reader, over three kinds of file.
#
#   bench/scan.sh [--mb N] [--rounds N] [--peer COMMAND]
#
#   --mb N          size of each file (1024)
#   --rounds N      runs of each reader, in turn; the medians count (5)
#   --peer COMMAND  another reader: called with the file, it prints seconds as its last word
#
# The files are read from the page cache by one thread. The server's reader is file_fdw: its
# count(*) splits every line into fields and converts none of them. A private server runs it, which is
# gone afterwards.

set -euo pipefail
# shellcheck source=script/lib.sh
. "$(dirname "$0")/../script/lib.sh"

trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

mb=1024
rounds=5
peer=
columns="ID,username,firstName,lastName,email,phone,project,type,created,Billing address,billing.city,billing.postcode"

# One file: so many megabytes of the same 100,000 clients, over and over.
make_file()
{
  local file=$work/$1.csv part=$work/part.csv size=0

  shift
  "$tree/test/data/generate.pl" --columns "$columns" "$@" 100000 >"$part"
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

  names=$(tr ',' '\n' <<<"$columns" | sed 's/.*/"&" text/' | paste --serial --delimiters ,)
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

# The median of the numbers in a file.
median()
{
  sort --general-numeric-sort "$1" | awk '{ n[NR] = $1 } END { print n[int((NR + 1) / 2)] }'
}

# All readers over one file, in turn, and what came of it.
compare_readers()
{
  local file=$1 round reader size base

  for reader in "${readers[@]}"; do
    run_reader "$reader" "$file" >/dev/null
    : >"$work/$reader.seconds"
  done
  for ((round = 0; round < rounds; round++)); do
    for reader in "${readers[@]}"; do
      run_reader "$reader" "$file" >>"$work/$reader.seconds"
    done
  done
  size=$(stat --format %s "$work/$file.csv")
  base=$(median "$work/${readers[0]}.seconds")
  for reader in "${readers[@]}"; do
    awk -v file="$file" -v reader="$reader" -v size="$size" -v base="$base" \
      -v seconds="$(median "$work/$reader.seconds")" 'BEGIN {
        printf "%-10s %-8s %8.3f s %8.2f GB/s %8.2f\n", file, reader, seconds, size / seconds / 1e9, seconds / base
      }'
  done
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
    --rounds) rounds=${2:?} && shift 2 ;;
    --peer) peer=${2:?} && shift 2 ;;
    *) die "usage: bench/scan.sh [--mb N] [--rounds N] [--peer COMMAND]" ;;
  esac
done

prepare
gcc -O2 -std=c99 -D_GNU_SOURCE -I"$tree/src" -o "$work/scan" "$tree"/bench/scan.c \
  "$tree"/src/csv_scan.c "$tree"/src/csv_stops.c
quietly psql --no-psqlrc --quiet --command "CREATE EXTENSION file_fdw" \
  --command "CREATE SERVER files FOREIGN DATA WRAPPER file_fdw"
choose_readers
say "Reading $mb MB, medians of $rounds runs; the last column is the time relative to ${readers[0]}"
for kind in clients quoted abroad; do
  case $kind in
    clients) make_file clients ;;
    quoted) make_file quoted --quoted ;;
    abroad) make_file abroad --abroad ;;
  esac
  make_foreign_table "$kind"
  compare_readers "$kind"
  rm "$work/$kind.csv"
done
