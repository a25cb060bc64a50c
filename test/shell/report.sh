#!/usr/bin/env bash
# The error report, all the way round: import, report, correct, import, and everything is in. In every
# dialect and encoding; and for random files a report that is imported unchanged says the same again.

# shellcheck source=test/shell/tap.bash
. "$(dirname "$0")/tap.bash"

# Import a file of the server; the counts.
import()
{
  sql "SELECT status, records, created, updated, unchanged, failed FROM wifox_import_clients($1)"
}

# One dialect: delimiter, quote, escape, line end, first line, as a list of SQL literals.
round_trip()
{
  local name=$1 dialect=$2 encoding=$3

  is "$(sql "SELECT round_trip(ARRAY[$dialect], '$encoding', 'skip')")" 'all in' "$name"
  is "$(sql "SELECT round_trip(ARRAY[$dialect], '$encoding', 'report')")" 'all in' \
    "$name, everything or nothing"
}

plan 24
data=$PG_ABS_SRCDIR/test/data/clients-40-mistakes

# 40 mistakes: the report, as the README fetches it, and what somebody types into it.
make_database wifox_mistakes
export PGOPTIONS='-c wifox_import.max_field_size=1kB'
psql_bare --file "$PG_ABS_SRCDIR/test/mistakes.sql" 2>/dev/null >/dev/null
is "$(import "'$data.csv', on_error => 'skip'")" 'partial|37|6|1|0|30' 'a file with 40 mistakes'
psql_bare >/dev/null <<EOF_PSQL
SELECT * FROM wifox_import_error_report(1) \\g (format=unaligned tuples_only=on) $work/errors.csv
EOF_PSQL
sed --file "$data.sed" "$work/errors.csv" >"$work/corrected.csv"
chmod 644 "$work"/*.csv
is "$(import "'$work/errors.csv', on_error => 'skip'" | cut -d '|' -f 1,2)" 'partial|30' \
  'its report, as it is'
is "$(import "'$work/corrected.csv'" | cut -d '|' -f 1,2,6)" 'imported|30|0' \
  'its report, corrected: all in'
is "$(import "'$work/corrected.csv'")" 'imported|30|0|0|30|0' 'once more: nothing changes'

unset PGOPTIONS

# A file that is corrected, whatever is in it and however it is written.
make_database wifox_report
sql "SELECT wifox_import_create_clients_table()" >/dev/null
psql_bare --file "$PG_ABS_SRCDIR/test/report.sql" >/dev/null
round_trip 'commas' "',', '\"', '\"', E'\n', ''" UTF8
round_trip 'sep=; and CRLF' "';', '\"', '\"', E'\r\n', E'sep=;\r\n'" UTF8
round_trip 'tabs and CR' "E'\t', '\"', '\"', E'\r', ''" UTF8
round_trip 'pipes and LATIN1' "'|', '\"', '\"', E'\n', ''" LATIN1
round_trip 'apostrophes as quotes, and WIN1252' "',', '''', '''', E'\n', ''" WIN1252
round_trip 'escapes and UTF-16, little end first' "';', '\"', '\\', E'\n', ''" UTF-16LE
round_trip 'UTF-16, big end first' "',', '\"', '\"', E'\r\n', ''" UTF-16BE
round_trip 'no quotes' "';', '', '', E'\n', ''" UTF8

# The values of errors are cut between two characters, however they come.
is "$(sql "SELECT import(convert_to('ID,height' || (SELECT string_agg(format(E'\n%s,%s%s', i,
    repeat('x', i), repeat('😀', 200)), '') FROM generate_series(1, 4) i), 'UTF8'), NULL) > 0" \
  "SELECT bool_and(raw LIKE '%' || left(value, -3) || '%'), max(octet_length(value)) FROM
    wifox_import_errors WHERE import_id = (SELECT max(id) FROM wifox_imports)
    AND column_name = 'height'" | tail -n 1)" 't|500' 'values are cut between two characters'

# Random files in random dialects.
sql "CREATE TABLE tried AS SELECT (t).* FROM (SELECT setseed(0.4)) s,
  LATERAL (SELECT try_random_file() AS t FROM generate_series(1, 200) OFFSET 0) f" >/dev/null
below 1500 "$(sql "SELECT sum(bad) FROM tried")" 'random files have bad records'
below 150 "$(sql "SELECT count(*) FROM tried WHERE problems IS NOT NULL")" 'and reports'
is "$(sql "SELECT p FROM tried, unnest(problems) p LIMIT 5")" '' \
  'their reports hold their cells, character by character, and have the same errors again'
