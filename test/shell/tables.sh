#!/usr/bin/env bash
# doc/tables.md lists every shape of table that sql/shapes.sql tries, with the outcome it has.

# shellcheck source=test/shell/tap.bash
. "$(dirname "$0")/tap.bash"
plan 2

tried=$(sed -nE "s/^([^ ].*): the same\$/\\1: same/p; s/^([^ ].*): differs\$/\\1: differs/p
  s/^([^ ].*): ERROR .* HINT .*/\\1: refused/p" "$PG_ABS_SRCDIR/expected/shapes.out")
listed=$(sed -nE 's/^\| (.*) \| (same|differs|refused) \|.*/\1: \2/p' "$PG_ABS_SRCDIR/doc/tables.md")

is "$listed" "$tried" 'the list is the outcome of the test'
below 12 "$(grep -c ': same$' <<<"$tried")" 'at least twelve shapes have the same outcome'
