#!/usr/bin/env bash
# The terminal in doc/demo.svg shows what psql does: each prompt its statement, and what it prints.

# shellcheck source=test/shell/tap.bash
. "$(dirname "$0")/tap.bash"

make_server port=5432
mkdir "$work/import"
cp "$PG_ABS_SRCDIR"/test/data/*.csv "$work/import"
sql "CREATE EXTENSION wifox_import" >/dev/null
sed -n 's/^<text[^>]*>\(.*\)<\/text>$/\1/p' "$PG_ABS_SRCDIR/doc/demo.svg" |
  sed 's/&lt;/</g; s/&gt;/>/g; s/&amp;/\&/g' |
  awk '
    /^crm=> / { print "```"; inside = 1 }
    /^crm[=-]> / { print substr($0, 7); next }
    inside { print "```\n"; inside = 0 }
    { print "    " $0 }' >"$work/demo.svg"
perl "$PG_ABS_SRCDIR/test/docs.pl" "$work/demo.svg" "$work/import"
