#!/usr/bin/env bash
# Compare wifox_import_read() with collections of CSV files and their expected records.
#
#   test/corpora.sh FOLDER
#
# FOLDER holds check_reader.py, csv/ and values/. A server with the extension is reached through the
# usual PG* variables. Prints TAP.

set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
corpora=$(cd "${1:?a folder of corpora is needed}" && pwd)
export PGDATABASE=wifox_corpora
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

# Is the count of a word in the summary of a tier this one?
count_is()
{
  grep -qE "^$1 .*\b$2 $3(,|\$)" <<<"$summary"
}

dropdb --if-exists "$PGDATABASE" 2>/dev/null
createdb "$PGDATABASE"
trap 'dropdb --if-exists "$PGDATABASE"' EXIT
psql --no-psqlrc --quiet --command "CREATE EXTENSION wifox_import"

summary=$(python3 "$corpora/check_reader.py" --cmd "bash $here/corpora_case.sh {file} {dialect}" \
  --timeout 60 || true)
echo "# ${summary//$'\n'/$'\n# '}"

ok "RFC 4180 files are read exactly" count_is core right 362
ok "likely dialects are read exactly" count_is dialect right 32
ok "bad encodings are told" count_is encoding right 14
ok "all values that are hard to keep come back" bash "$here/corpora_values.sh" "$corpora"
ok "no input crashes the server" bash "$here/corpora_fuzz.sh" "$corpora"

echo "1..$number"
