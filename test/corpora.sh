#!/usr/bin/env bash
# Compare reader and import with collections of CSV files and values, and what is expected of them.
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

run verdicts >/dev/null
is "valid addresses are taken, invalid ones refused" "$(run emails)" \
  "invalid: 0 of 350 taken, policy: 75 of 192 taken, trim-or-invalid: 21 of 31 taken, \
valid: 81 of 81 taken"
is "and stored without the blanks around them" "$(run emails_kept)" \
  "654 addresses, 0 altered, 0 with blanks, 0 without a reason"
is "what mail systems disagree about is taken as doc/errors.md says" "$(run emails_policy)" \
  "ISEMAIL_CFWS_COMMENT 0/5, ISEMAIL_CFWS_FWS 6/7, ISEMAIL_DEPREC_CFWS_NEAR_AT 0/20, \
ISEMAIL_DEPREC_COMMENT 0/3, ISEMAIL_DEPREC_CTEXT 0/2, ISEMAIL_DEPREC_FWS 2/6, \
ISEMAIL_DEPREC_LOCALPART 0/14, ISEMAIL_DEPREC_QP 0/4, ISEMAIL_DEPREC_QTEXT 0/2, \
ISEMAIL_DNSWARN_NO_RECORD 1/1, ISEMAIL_RFC5321_ADDRESSLITERAL 0/32, \
ISEMAIL_RFC5321_IPV6DEPRECATED 0/7, ISEMAIL_RFC5321_QUOTEDSTRING 32/33, ISEMAIL_RFC5321_TLD 0/5, \
ISEMAIL_RFC5321_TLDNUMERIC 0/5, ISEMAIL_VALID 0/1, ascii 4/7, idn-domain 1/1, \
quoted-local (valid only on request) 8/8, reserved-domain 6/6, smtputf8 13/15, validate_email 2/8"
is "dangerous cells are refused, harmless ones are not" "$(run formulas)" \
  "dangerous: 35 of 35 refused, harmless: 0 of 7 refused, \
harmless-but-flagged-by-prefix-rule: 1 of 11 refused, policy: 6 of 12 refused"
is "phones, negative numbers and dashes pass where they belong" "$(run formulas_by_column)" \
  "+44 20 7946 0958 stored, +1-555-0100 stored, -5 stored, -12.50 stored, - stored, \
@handle stored, + stored, =) forbidden_content, - likes cats stored, +1 for this plan stored, \
@home stored"
is "strings that break programs are kept or refused" "$(run naughty)" \
  "515 strings, 286 kept, 2 blank, 227 refused"

echo "1..$number"
