#!/usr/bin/env bash
# What grows with the number of clients, and what does not.
#
#   bench/growth.sh [--most N] [--files N] [--rounds N] [--out FOLDER]
#
#   --most N       clients of the largest file and table (10000000); the others are 10000, 30000, 100000 ...
#   --files N      small files that are imported one after the other (500); each has 5,000 clients
#   --rounds N     how often each is measured, in turn; the medians count (1)
#   --out FOLDER   keeps what was measured (growth.tsv) and the tables of it (growth.md)
#
# Into an empty table: seconds and memory against the clients of the file. Then files of 5,000 clients into
# that table: seconds against the clients of the table. Beside ours, COPY and COPY with INSERT ... ON
# CONFLICT. The memory is what the server's process has of its own, without shared buffers, at its peak.
# A private server runs it, which is gone afterwards.

set -euo pipefail
# shellcheck source=bench/lib.sh
. "$(dirname "$0")/lib.sh"

rounds=1
most=10000000
files=500
small=5000

# The numbers of clients: 1 and 3 of each power of ten, and the last.
sizes()
{
  local size

  for ((size = 10000; size < most; size *= 10)); do
    echo "$size"
    [ $((size * 3)) -ge "$most" ] || echo $((size * 3))
  done
  echo "$most"
}

# Load a file into the empty table, in both ways; ours last, whose table is used on.
load_size()
{
  local size=$1 file=$work/load.csv round

  head -n $((size + 1)) "$work/clients.csv" >"$file"
  for ((round = 0; round < rounds; round++)); do
    new_database empty
    measure fresh copy "$size" "COPY clients ($columns) FROM '$file' CSV HEADER;"
    new_database empty
    measure fresh ours "$size" "$(import_of "$file")"
  done
  quietly psql --no-psqlrc --command "VACUUM ANALYZE clients"
}

# The nth file of 5,000 clients that stand in a table of so many, evenly spread; no two share a client.
pick_clients()
{
  awk -v every=$(($1 / small)) -v offset="$2" -v small="$small" \
    'NR == 1 || (NR - 2) % every == offset % every && ++n <= small' "$work/load.csv"
}

# Bring the nth small file into the table, in one way.
load_small()
{
  local kind=$1 way=$2 size=$3 number=$4 file=$work/small.csv

  case $kind in
    created) { head -n 1 "$work/load.csv" && renumber_clients $((most + number * small)) "$work/small_first.csv"; } ;;
    updated) pick_clients "$size" "$number" | change_clients /dev/stdin 1 ;;
    unchanged) pick_clients "$size" "$number" ;;
  esac >"$file"
  quietly psql --no-psqlrc --command CHECKPOINT
  if [ "$way" = ours ]; then
    measure "$kind" ours "$size" "$(import_of "$file")"
  else
    measure "$kind" conflict "$size" "$(conflict_of "$file")"
  fi
}

# Small files into the table that load_size() has left: unchanged ones first, each way with its own.
load_small_files()
{
  local size=$1 kind way round number=0

  for kind in unchanged updated created; do
    for ((round = 0; round < rounds; round++)); do
      for way in ours conflict; do
        load_small "$kind" "$way" "$size" "$number"
        number=$((number + 1))
      done
    done
  done
}

# The statements of a session that brings all small files in.
all_files()
{
  local file

  echo '\timing on'
  for file in "$work"/files/*; do
    case $1 in
      ours) import_of "$file" ;;
      copy) echo "COPY clients ($columns) FROM '$file' CSV HEADER;" ;;
    esac
  done
  echo '\timing off'
}

# Small files into a table that is empty before the first of them, all in one session. Its seconds
# and memory are the case "session", the seconds of each file are the case "files".
load_files()
{
  local way=$1 spent

  new_database empty
  measure session "$way" $((files * small)) "$(all_files "$way")"
  spent=$(sed -n 's/^Time: \([0-9.]*\) ms.*/\1/p' "$work/timings")
  awk -v OFS='\t' -v way="$way" -v small="$small" \
    '{ print "files", way, (NR - 1) * small, $1 / 1000, "-", "-", "-" }' <<<"$spent" >>"$results"
}

while [ $# -gt 0 ]; do
  case $1 in
    --most) most=${2:?} && shift 2 ;;
    --files) files=${2:?} && shift 2 ;;
    *) common_option "$@" && shift 2 ;;
  esac
done
