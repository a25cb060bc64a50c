#!/usr/bin/env bash
# What grows with the number of clients, and what does not.
#
#   bench/growth.sh [--most N] [--files N] [--rounds N] [--out FOLDER]
#
#   --most N       clients of the largest file and table (10000000); the others are 10000, 30000, 100000 ...
#   --files N      small files that are imported one after the other (500); each has 5,000 clients
#   --rounds N     how often each is measured, in turn; the medians count (1)
#   --out FOLDER   keeps what was measured (growth.tsv) and the tables of it (fresh.md, table.md, files.md)
#
# Into an empty table: seconds and memory against the clients of the file. Then files of 5,000 clients into
# copies of that table: seconds against the clients of the table. Beside ours, COPY and COPY with INSERT ...
# ON CONFLICT. The memory is what the server's process has of its own, without shared buffers, at its peak.
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

# Load a file into the empty table, in both ways; ours last, whose table is the template of what follows.
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
  dropdb --if-exists grown 2>/dev/null
  psql --no-psqlrc --quiet --dbname postgres --command "ALTER DATABASE bench RENAME TO grown"
}

# A file of 5,000 clients that stand in a table of so many, evenly spread.
pick_clients()
{
  awk -v every=$(($1 / small)) -v small="$small" \
    'NR == 1 || (NR - 2) % every == 0 && ++n <= small' "$work/load.csv"
}

# A small file of one kind for a table of so many clients.
make_small_file()
{
  case $1 in
    created) head -n 1 "$work/load.csv" && renumber_clients "$most" "$work/small_first.csv" ;;
    updated) pick_clients "$2" | change_clients /dev/stdin 1 ;;
    unchanged) pick_clients "$2" ;;
  esac >"$work/small.csv"
}

# Small files into copies of the table that load_size() has left.
load_small_files()
{
  local size=$1 kind round

  for kind in unchanged updated created; do
    make_small_file "$kind" "$size"
    for ((round = 0; round < rounds; round++)); do
      new_database grown
      measure "$kind" ours "$size" "$(import_of "$work/small.csv")"
      new_database grown
      measure "$kind" conflict "$size" "$(conflict_of "$work/small.csv")"
    done
  done
}

# Cut the large file into small ones, each with a header.
split_clients()
{
  mkdir "$work/pieces"
  awk -v files="$files" -v small="$small" -v folder="$work/pieces" '
    NR == 1 { header = $0; next }
    (NR - 2) % small == 0 {
      close(file)
      if (n == files) exit
      file = sprintf("%s/%05d.csv", folder, n++)
      print header >file
    }
    { print >file }' "$work/clients.csv"
  chmod 755 "$work/pieces"
}

# The statements of a session that brings all small files in.
all_files()
{
  local file

  printf '%s\n' '\timing on'
  for file in "$work"/pieces/*; do
    case $1 in
      ours) import_of "$file" ;;
      copy) echo "COPY clients ($columns) FROM '$file' CSV HEADER;" ;;
    esac
  done
  printf '%s\n' '\timing off'
}

# Small files into a table that is empty before the first of them, all in one session. Its seconds
# and memory are the case "session", the seconds of each file are the case "files".
load_files()
{
  local way=$1

  new_database empty
  measure session "$way" $((files * small)) "$(all_files "$way")"
  awk -v OFS='\t' -v way="$way" -v small="$small" \
    '/^Time: / { print "files", way, small * n++, $2 / 1000, "-", "-", "-" }' "$work/output" >>"$results"
}

# Files that come into the empty table.
make_fresh_table()
{
  medians "$results" | awk -F '\t' "$readable"'
    function rate(way) { return grouped(100 * int($3 / wall[way] / 100)) }
    BEGIN {
      print "| clients of the file | import | COPY | ours takes | import, records/s | COPY | import, memory | COPY |"
      print "|---:|---:|---:|---:|---:|---:|---:|---:|"
    }
    $1 == "fresh" { wall[$2] = $4; peak[$2] = grouped($7 / 1024) " MB" }
    $1 == "fresh" && $2 == "ours" {
      printf "| %s | %s s | %s s | %s | %s | %s | %s | %s |\n", grouped($3), seconds($4), seconds(wall["copy"]),
        ratio($4, wall["copy"]), rate("ours"), rate("copy"), peak["ours"], peak["copy"]
    }'
}

# Small files that come into a large table.
make_small_table()
{
  medians "$results" | awk -F '\t' "$readable"'
    function both(kind) { return seconds(wall[kind, "ours"]) " s | " seconds(wall[kind, "conflict"]) " s" }
    BEGIN {
      print "| clients in the table | unchanged | ON CONFLICT | updated | ON CONFLICT | created | ON CONFLICT |"
      print "|---:|---:|---:|---:|---:|---:|---:|"
    }
    { wall[$1, $2] = $4 }
    $1 == "created" && $2 == "conflict" {
      printf "| %s | %s | %s | %s |\n", grouped($3), both("unchanged"), both("updated"), both("created")
    }'
}

# Many small files. The time of one is the mean of the first or last tenth.
make_files_table()
{
  awk -F '\t' -v files="$files" -v small="$small" "$readable"'
    function one(way, from, to,    i, sum) {
      for (i = from; i <= to; i++) sum += wall[way, i]
      return sprintf("%.0f ms", 1000 * sum / (to - from + 1))
    }
    $1 == "files" { wall[$2, ++n[$2]] = $4 }
    $1 == "session" { total[$2] = $4; peak[$2] = $7 }
    END {
      name["ours"] = "**import**"; name["copy"] = "COPY"
      tenth = int((files + 9) / 10)
      print "| " files " files of " grouped(small) " | in all | each of the first tenth | of the last tenth | memory |"
      print "|---|---:|---:|---:|---:|"
      split("ours copy", ways, " ")
      for (i = 1; i <= 2; i++)
        printf "| %s | %s s | %s | %s | %s MB |\n", name[ways[i]], seconds(total[ways[i]]),
          one(ways[i], 1, tenth), one(ways[i], files - tenth + 1, files), grouped(peak[ways[i]] / 1024)
    }' "$results"
}

# Write a table into a file of its own, and show it.
write_table()
{
  { printf '(%s)\n\n' "$(machine)" && "$1"; } | tee "$out/$2.md"
  echo
}

while [ $# -gt 0 ]; do
  case $1 in
    --most) most=${2:?} && shift 2 ;;
    --files) files=${2:?} && shift 2 ;;
    *) common_option "$@" && shift 2 ;;
  esac
done

prepare_bench
wanted=$((most > files * small ? most : files * small))
make_clients "$work/clients.csv" "$wanted"
head -n $((small + 1)) "$work/clients.csv" >"$work/small_first.csv"
make_template empty
for size in $(sizes); do
  say "$size clients"
  load_size "$size"
  load_small_files "$size"
done
say "$files files of $small clients"
split_clients
load_files ours
load_files copy
say "Medians"
write_table make_fresh_table fresh
write_table make_small_table table
write_table make_files_table files
