#!/usr/bin/env bash
# Make all figures and charts of doc/benchmarks.md, one benchmark after the other.
#
#   bench/all.sh [--records N] [--rounds N] [--most N] [--peers] [--bulkload FOLDER] --out FOLDER
#
#   --records N         clients of bench/load.sh and bench/track.sh (1000000); bench/tuning.sh takes half of them
#   --rounds N          how often each way is measured (1)
#   --most N            clients of the largest table of bench/growth.sh, whose small files hold a quarter (10000000)
#   --peers, --bulkload FOLDER
#                       as bench/load.sh takes them
#   --out FOLDER        where tables (*.md), charts (bench-*.svg) and what was measured (*.tsv) go
#
# About 35 minutes on a machine that has nothing else to do.

set -euo pipefail
here=$(dirname "$0")
records=1000000
rounds=1
most=10000000
out=
load=()

while [ $# -gt 0 ]; do
  case $1 in
    --records) records=${2:?} && shift 2 ;;
    --rounds) rounds=${2:?} && shift 2 ;;
    --most) most=${2:?} && shift 2 ;;
    --peers) load+=("$1") && shift ;;
    --bulkload) load+=("$1" "${2:?}") && shift 2 ;;
    --out) out=${2:?} && shift 2 ;;
    *) out='' && break ;;
  esac
done
if [ -z "$out" ]; then
  sed -n '2,/^$/s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi

files=$((most / 20000 < 500 ? most / 20000 : 500))
"$here/load.sh" --records "$records" --rounds "$rounds" "${load[@]}" --out "$out"
"$here/track.sh" --records "$records" --rounds "$rounds" --out "$out"
"$here/growth.sh" --most "$most" --files "$((files > 0 ? files : 1))" --rounds "$rounds" --out "$out"
"$here/tuning.sh" --records $(((records + 1) / 2)) --rounds "$rounds" --out "$out"
"$here/scan.sh" --mb $((records / 4000 + 1)) --rounds "$rounds" --out "$out"
"$here/charts.sh" "$out"
