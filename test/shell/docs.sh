#!/usr/bin/env bash
# The examples of README.md, as they stand there: each is run, and prints what the page says.

# shellcheck source=test/shell/tap.bash
. "$(dirname "$0")/tap.bash"

make_server port=5432
mkdir "$work/import"
cp "$PG_ABS_SRCDIR"/test/data/*.csv "$PG_ABS_SRCDIR"/test/data/exports/*.csv "$work/import"
cd "$work/import"
printf 'mail,name\nann@example.org,Ann\n' >customers.csv
perl "$PG_ABS_SRCDIR/test/docs.pl" "$PG_ABS_SRCDIR/README.md" "$work/import"
