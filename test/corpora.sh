#!/usr/bin/env bash
# Compare wifox_import_read() with collections of CSV files and their expected records.
#
#   test/corpora.sh FOLDER
#
# FOLDER holds check_reader.py, csv/ and values/, and the server may read it. A server with the
# extension is reached through the usual PG* variables. Prints TAP.

set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
corpora=$(cd "${1:?a folder of corpora is needed}" && pwd)
export PGDATABASE=wifox_corpora
work=$(mktemp --directory)
number=0

# ok "name" command...: one line of TAP
ok()
{
  local name=$1
  local result=ok

  shift
  "$@" || result="not ok"
  number=$((number + 1))
  echo "$result $number - $name"
}

# is "name" "what came" "what is to come": likewise; what came is shown
is()
{
  echo "# $2"
  ok "$1" [ "$2" = "$3" ]
}

# Run one file of test/corpora; its rows, tabs between the columns
run()
{
  psql --no-psqlrc --quiet --no-align --tuples-only --field-separator $'\t' \
    --set ON_ERROR_STOP=1 --set corpora="$corpora" --file "$here/corpora/$1.sql"
}

# Read all cases into a file each, as check_reader.py wants them
read_cases()
{
  local id rows

  run cases | while IFS=$'\t' read -r id rows; do
    [ -d "$work/${id%/*}" ] || mkdir "$work/${id%/*}"
    echo "$rows" >"$work/$id.json"
  done
}

# Is the count of a word in the summary of a tier this one?
count_is()
{
  grep -qE "^$1 .*\b$2 $3(,|\$)" <<<"$summary"
}

# Remove what this run has made
clean_up()
{
  dropdb --if-exists "$PGDATABASE"
  rm -rf "$work"
}

dropdb --if-exists "$PGDATABASE" 2>/dev/null
trap clean_up EXIT
createdb "$PGDATABASE"
run setup

read_cases
summary=$(python3 "$corpora/check_reader.py" --results "$work" || true)
echo "# ${summary//$'\n'/$'\n# '}"

ok "RFC 4180 files are read exactly" count_is core right 362
ok "likely dialects are read exactly" count_is dialect right 32
ok "bad encodings are told" count_is encoding right 14
is "and raise no error" "$(run encodings)" "14 files, 0 errors"
is "no delimiter is guessed wrongly" "$(run delimiters)" "393 right, 1 ambiguous, 0 wrong"
is "lines that another tool rejects are odd" "$(run rejects)" \
  "37 of 37 lines found, 0 records too many"
is "all values that are hard to keep come back" "$(run values)" "516 of 516 rows"
is "no input crashes the server" "$(run fuzz | grep -c t$)" 285

echo "1..$number"
