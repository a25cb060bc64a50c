#!/usr/bin/env bash
# Put what bench/all.sh has made into doc/benchmarks.md: the tables where their names stand, the charts beside it.
#
#   bench/page.sh FOLDER
#
#   FOLDER   that of bench/all.sh --out
#
# In the page, a table stands between <!-- name.md --> and <!-- end -->; one that was not made stays as it is.

set -euo pipefail
# shellcheck source=bench/lib.sh
. "$(dirname "$0")/lib.sh"

[ -d "${1:-}" ] || usage
from=$(cd "$1" && pwd)
page=$root/doc/benchmarks.md
work=$(TMPDIR=/tmp mktemp --directory --suffix .wifox_import)
awk -v from="$from" '
  /^<!-- end -->$/ && skipped { print ""; skipped = 0 }
  !skipped { print }
  /^<!-- [a-z]+\.md -->$/ {
    for (file = from "/" $2; (getline line <file) > 0; skipped = 1)
      print (skipped ? "" : "\n") line
  }' "$page" >"$work/page"
cat "$work/page" >"$page"
find "$from" -name 'bench-*.svg' -exec cp {} "$root/doc" \;
