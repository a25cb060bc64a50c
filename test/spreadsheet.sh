#!/usr/bin/env bash
# The error report in a real spreadsheet: LibreOffice opens it, finds nothing to execute, and what it saves
# can be imported. It needs soffice (libreoffice-calc) and unzip, and the server that test/shell needs:
#
#   PG_ABS_SRCDIR=$PWD prove --exec bash test/spreadsheet.sh

# shellcheck source=test/shell/tap.bash
. "$(dirname "$0")/shell/tap.bash"

# Have a file converted; the filters are LibreOffice's own words for UTF-8, commas and quotes.
convert()
{
  local from=$1 to=$2 file=$3

  HOME=$work timeout 300 soffice "-env:UserInstallation=file://$work/profile" --headless \
    ${from:+--infilter="$from"} --convert-to "$to" --outdir "$work/out" "$file" >"$work/soffice.log" 2>&1 ||
    sed 's/^/# /' "$work/soffice.log"
}

# All columns as text, as one chooses it in the dialog.
text_columns()
{
  local columns

  columns=$(printf '%s/2/' $(seq 1 40))
  echo "CSV:44,34,76,1,${columns%/}"
}

# The sheet of a workbook, as XML.
sheet()
{
  unzip -p "$work/out/$1.xlsx" xl/worksheets/sheet1.xml
}

# The fields of a file of CSV, one record a line.
fields()
{
  sql "SELECT record, to_json(fields) FROM wifox_import_read('$1', delimiter => ',')"
}

# Import a file; the counts.
import()
{
  sql "SELECT status, records, created, updated, unchanged, failed FROM wifox_import_clients('$1'$2)"
}

plan 10
export PGOPTIONS='-c wifox_import.max_field_size=1kB'
make_database wifox_spreadsheet
data=$PG_ABS_SRCDIR/test/data/clients-40-mistakes
psql_bare --file "$PG_ABS_SRCDIR/test/mistakes.sql" >/dev/null 2>&1
import "$data.csv" ", on_error => 'skip'" >/dev/null
psql_bare >/dev/null <<EOF_PSQL
SELECT * FROM wifox_import_error_report(1) \\g (format=unaligned tuples_only=on) $work/errors.csv
EOF_PSQL
sed --file "$data.sed" "$work/errors.csv" >"$work/corrected.csv"
csv='csv:Text - txt - csv (StarCalc):44,34,76,1'

# The report as it is. With the columns as text every cell is what it was.
for columns in 'CSV:44,34,76,1' "$(text_columns)"; do
  convert "$columns" xlsx "$work/errors.csv"
  is "$(sheet errors | grep -cE '<f[ >/]')" 0 "no formula: ${columns:0:20}"
  is "$(unzip -p "$work/out/errors.xlsx" xl/sharedStrings.xml | grep -oE 'it has no @|holds a formula' |
    sort | uniq -c | tr -s ' \n' ' ')" ' 1 holds a formula 1 it has no @ ' 'the reasons are there'
done
convert '' "$csv" "$work/out/errors.xlsx"
is "$(fields "$work/out/errors.csv" | md5sum)" "$(fields "$work/errors.csv" | md5sum)" \
  'as text: every cell is what it was'

# The corrected report, saved by LibreOffice: all in, with the columns as text and as it guesses them.
convert "$(text_columns)" xlsx "$work/corrected.csv"
convert '' "$csv" "$work/out/corrected.xlsx"
is "$(import "$work/out/corrected.csv" '' | cut -d '|' -f 1,2,6)" 'imported|30|0' 'corrected, as text: all in'
stored=$(checksum clients)
convert 'CSV:44,34,76,1' xlsx "$work/corrected.csv"
convert '' "$csv" "$work/out/corrected.xlsx"
is "$(import "$work/out/corrected.csv" '')" 'imported|30|0|0|30|0' 'as guessed: the same clients'
is "$(checksum clients)" "$stored" 'nothing changed'

# What it guesses wrong: digits that are no numbers, and what looks like a day.
cat >"$work/guess.csv" <<'EOF_CSV'
ID,phone,uid,external_id,passport,import_line,import_error
1,0301234567,12345678901234567890,1/2,1E5,2,
EOF_CSV
convert 'CSV:44,34,76,1' xlsx "$work/guess.csv"
convert '' "$csv" "$work/out/guess.xlsx"
is "$(sed -n '2s/,1\/\|,01\/02\/.*//p' "$work/out/guess.csv")" '1,301234567,1.23456789012346E+019' \
  'as guessed: zeros and digits are lost, as the README warns'
convert "$(text_columns)" xlsx "$work/guess.csv"
convert '' "$csv" "$work/out/guess.xlsx"
is "$(fields "$work/out/guess.csv")" "$(fields "$work/guess.csv")" 'as text: nothing is lost'
