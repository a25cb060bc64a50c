#!/usr/bin/env bash
# What it costs to record the changes of an import, and how fast they are undone.
#
#   bench/track.sh [--records N] [--rounds N] [--out FOLDER]
#
#   --records N     new clients of each import (1000000)
#   --rounds N      imports with and without it, in turn; the medians count (3)
#   --out FOLDER    keeps what was measured (track.tsv) and the table of it (track.md)
#
# Seconds of the server's process, of processor time too, since other load does not count there. A
# private server runs it, which is gone afterwards.

set -euo pipefail
# shellcheck source=bench/lib.sh
. "$(dirname "$0")/lib.sh"

# The medians as a table.
make_table()
{
  printf '(%s)\n\n' "$(machine)"
  printf '| %s new clients | seconds | processor | WAL |\n|---|---:|---:|---:|\n' \
    "$(awk "$readable BEGIN { print grouped($records) }")"
  medians "$results" | awk -F '\t' "$readable"'
    BEGIN { name["off"] = "changes not recorded"; name["on"] = "changes recorded"; name["undo"] = "undone" }
    { printf "| %s | %s | %s | %s |\n", name[$2], seconds($4), seconds($5), bytes($6) }'
}

while [ $# -gt 0 ]; do
  common_option "$@" && shift 2
done

prepare_bench
make_clients "$work/clients.csv" "$records"
make_template empty
undo="SELECT FROM wifox_import_undo((SELECT max(id) FROM wifox_imports WHERE created > 0)) \\g /dev/null"
for ((round = 0; round < rounds; round++)); do
  for setting in off on; do
    new_database empty
    measure new "$setting" "$records" "$(import_of "$work/clients.csv")" \
      "SET wifox_import.track_changes = $setting;"
  done
  psql --no-psqlrc --quiet --command CHECKPOINT
  measure new undo "$records" "$undo"
done
say "Medians"
make_table | tee "$out/track.md"
