#!/usr/bin/env bash
# wifox_import_read() finds the same fields as the server's own reader, NextCopyFromRawFields(), which
# COPY and file_fdw use. Files that the server takes give the same records and no problem; a record
# that it refuses has a problem. The few exceptions each have a name:
#
#   same             the same records, no problem
#   both refuse      the same records up to the one with which the server fails; that one has a
#                    problem of the same kind
#   quote            a quote out of place is a character of its field, and a problem of its record. The
#                    server takes it for the beginning or the end of a quoted part, even over several lines.
#                    The records before are the same; behind, where the server takes the file, all other
#                    characters are
#   line ends        a file may mix LF, CR and CRLF. The server wants one of them in all lines
#   blank line       is no record. The server misses its fields; of a file of one column it makes a NULL
#   end of data      a line with nothing but \. is a record. The server of version 17 and before ends there
#   unchecked bytes  bytes are checked even if the file is declared as SQL_ASCII. The server stores them
#   too wide         more columns than any table of the server can have
#
# A byte order mark and a line sep=; are no part of the first record; the server gets the file
# without them. Everything else is a difference that nobody has explained, and fails.
#
# WIFOX_COPY_FILES is the number of random files, WIFOX_COPY_SEED starts the random numbers.

# shellcheck source=test/shell/tap.bash
. "$(dirname "$0")/tap.bash"

here=$(cd "$(dirname "$0")" && pwd)
files=${WIFOX_COPY_FILES:-400}
seed=${WIFOX_COPY_SEED:-1}
export PGCLIENTENCODING=UTF8
explained='same|both refuse|quote|line ends|blank line|end of data|unchecked bytes|too wide'

# Make a database in an encoding, with both readers in it.
make_reading_database()
{
  make_database "$1" --template template0 --locale C --encoding "$2"
  psql_bare --set ON_ERROR_STOP=1 --file "$here/copy_judge.sql"
}

# What comes out for a file of these bytes, an expression of SQL; the dialect may be given.
verdict()
{
  sql "SELECT compare('$work/files', $1, ${2:-"(',', '\"', '\"', 'UTF8')"})"
}

# The same for a text, a literal of SQL.
verdict_of_text()
{
  verdict "convert_to($1, 'UTF8')" "${2:-}"
}

# The statement that adds a file of the test data in each usual dialect. UTF-16 is translated for the
# server.
add_data_file()
{
  local name=${1##*/} encodings="'UTF8', 'LATIN1'" for_server=NULL

  case $(head --bytes=3 "$1" | od --format=x1 --address-radix=n) in
    *' ff fe'* | *' fe ff'*)
      encodings="'UTF-16LE'"
      iconv --from-code UTF-16 --to-code UTF-8 "$1" >"$work/files/$name" 2>/dev/null || return 0
      for_server="pg_read_binary_file('$work/files/$name')"
      ;;
    *' ef bb bf'*) encodings="'UTF8'" ;;
  esac
  printf "%s\n" "INSERT INTO files (part, d, data, for_server)
    SELECT 'data $name', (delimiter, '\"', '\"', encoding)::dialect, pg_read_binary_file('$1'),
      $for_server
    FROM unnest(ARRAY[',', ';', E'\t', '|']) delimiter, unnest(ARRAY[$encodings]) encoding;"
}

# Compare all files that have no verdict yet, and show how often each verdict came.
compare_files()
{
  sql "CALL compare_files('$work/files')"
  sql "SELECT format('# %s %s: %s %s', current_database(), split_part(part, ' ', 1), count(*), verdict)
    FROM files GROUP BY split_part(part, ' ', 1), verdict ORDER BY 1"
}

# The files of a part that have another verdict than these; the smallest ones as bytes.
surprises()
{
  sql "SELECT part, coalesce(verdict, 'not compared'), d, length(data), left(data::text, 400) FROM files
    WHERE part LIKE '$1%' AND (verdict ~ '^($2)\$') IS NOT true ORDER BY length(data) LIMIT 5"
}

# Compare the random files in a database of another encoding. They must be in one of these encodings:
# from the others, the server has no way into the database.
compare_in()
{
  local name=wifox_copy_${1,,} encodings=$2

  sql "COPY (SELECT part, d, data, for_server FROM files
    WHERE (d).encoding IN ($encodings) AND part NOT LIKE 'data%') TO STDOUT" >"$work/files.copy"
  make_reading_database "$name" "$1"
  psql_bare --command "COPY files (part, d, data, for_server) FROM STDIN" <"$work/files.copy"
  is "$(verdict "'\x612c620a312cff'")" 'both refuse' "a database in $1: a byte that is not UTF-8"
  compare_files
  is "$(surprises plain 'same|both refuse')$(surprises odd 'same|both refuse')" '' \
    "a database in $1: plain and odd files"
  is "$(surprises damaged "$explained")" '' "a database in $1: damaged files"
}

plan 35
echo "# WIFOX_COPY_FILES=$files WIFOX_COPY_SEED=$seed"
mkdir "$work/files"
chmod 777 "$work/files"
make_reading_database wifox_copy UTF8
version=$(sql 'SHOW server_version_num')

# What each verdict means, by an example.
is "$(verdict_of_text "E'a,b\n1,\"x, \"\"y\"\"\n\"\n,\"\"'")" same 'a plain file'
is "$(verdict_of_text "E'a\n\"\"\n\nb\n'")" same 'one column, an empty cell and a blank line'
is "$(verdict_of_text "E'\n\n'")" same 'blank lines alone'
is "$(verdict_of_text "U&'\FEFFa,b\000A1,2'")" same 'a byte order mark'
is "$(verdict_of_text "E'sep=;\r\na,b\r\n1,2'")" same 'a line sep=;'
is "$(verdict_of_text "'\"a\\\"b\",c'" "(',', '\"', '\\', 'UTF8')")" same 'an escape'
is "$(verdict_of_text "'\"a,b\"'" "(',', '', '', 'UTF8')")" same 'no quoting'
is "$(verdict_of_text "E'a,b\n1,2,3'")" 'both refuse' 'too many fields'
is "$(verdict_of_text "E'a,b\n1'")" 'both refuse' 'too few fields'
is "$(verdict_of_text "E'a,b\n1,\"2\n3,4'")" 'both refuse' 'a quote that never closes'
is "$(verdict "'\x612c620a312cff'")" 'both refuse' 'a byte that is not UTF-8'
is "$(verdict "'\x612c620a312c00'")" 'both refuse' 'a NUL byte'
is "$(verdict_of_text "E'a,b\n1,x\"y\"z\n'")" quote 'quotes within a field'
is "$(verdict_of_text "E'a,b\n1,\"x\"y\n'")" quote 'text behind a quoted part'
is "$(verdict_of_text "E'a,b\nx\"1,2\n3\",4\n'")" quote 'a quote that the server takes over a line'
is "$(verdict_of_text "E'a\nx\"1,\"2\n'")" quote 'a quote that the server takes for the end of a quoted part'
is "$(verdict_of_text "E'a,b\nx\"1,2\n3,4'")" 'both refuse' 'a quote for which the server finds no other one'
is "$(verdict_of_text "E'a,b\r\n1,2\n3,4'")" 'line ends' 'mixed line ends'
is "$(verdict_of_text "E'a,b\n\n1,2'")" 'blank line' 'a blank line'
is "$(verdict "'\x612c620a312cff'" "(',', '\"', '\"', 'SQL_ASCII')")" 'unchecked bytes' \
  'a byte that is not UTF-8, declared as SQL_ASCII'
is "$(verdict_of_text "repeat(',', 1600)")" 'too wide' '1,601 columns'
if [ "$version" -lt 180000 ]; then
  is "$(verdict_of_text "E'a\n\\\\.\nb'")" 'end of data' 'a line with a backslash and a dot'
else
  is "$(verdict_of_text "E'a\n\\\\.\nb'")" same 'a line with a backslash and a dot'
fi

# The judge is not blind.
unseen=$(psql_bare <<'SQL'
SELECT ours, problems, theirs, failure
FROM (VALUES ('{"{a}"}'::text[], '{NULL}'::text[], '{"{b}"}'::text[], NULL),
  ('{"{a}","{b}"}', '{NULL,NULL}', '{"{a}"}', NULL),
  ('{"{a}"}', '{NULL}', '{"{a}","{b}"}', NULL),
  ('{"{a}"}', '{"2 fields, the header has 1"}', '{"{a}"}', NULL),
  ('{"{ab}"}', '{"a quote is out of place"}', '{"{a}"}', NULL),
  ('{"{a}"}', '{"the quote that opens in line 1 never closes"}', '{"{a}"}', NULL),
  ('{"{a}","{b}"}', '{NULL,NULL}', '{"{a}"}', 'unterminated CSV quoted field'),
  ('{"{a}","{b}"}', '{NULL,NULL}', '{"{a}"}', 'missing data for column "c2"'),
  ('{"{a}","{b}"}', '{NULL,"2 fields, the header has 1"}', '{"{a}"}', 'invalid byte sequence'),
  ('{"{a}","{b}"}', '{"2 fields, the header has 1",NULL}', '{"{a}"}', 'invalid byte sequence'))
  AS v (ours, problems, theirs, failure)
WHERE judge((ours, problems, NULL, NULL), (theirs, NULL, failure, 'COPY file, line 2: "x"'),
  (',', '"', '"', 'UTF8')) NOT LIKE 'UNEXPLAINED%';
SQL
)
is "$unseen" '' 'readings that differ are told from each other'

# Files of the test data, and random ones.
psql_bare --set ON_ERROR_STOP=1 --file "$here/copy_files.sql"
sql "SELECT setseed($seed / 1e9)" "SELECT make_plain_files()" \
  "SELECT make_random_files('odd', $files / 2)" "SELECT make_random_files('damaged', $files / 2)" >/dev/null
while read -r name; do
  add_data_file "$name"
done < <(find "$PG_ABS_SRCDIR/test/data" -name '*.csv') | psql_bare
is "$(sql "SELECT count(*) FILTER (WHERE part = 'plain'), count(*) FILTER (WHERE part = 'odd'),
    count(*) FILTER (WHERE part = 'damaged'), count(DISTINCT (d).encoding) FROM files")" \
  "408|$((files / 2))|$((files / 2))|34" 'files are made in all dialects and encodings'
compare_files
is "$(surprises plain same)" '' 'plain files: the same records in every dialect and encoding'
is "$(surprises odd same)" '' 'odd files: the same records as in a plain one'
is "$(surprises damaged "$explained")" '' 'damaged files: every difference is explained'
is "$(sql "SELECT count(*) > 0 FROM files WHERE part = 'data clients.csv' AND verdict = 'same'")" t \
  'the test data: the list of clients is read'
is "$(surprises data "$explained")" '' 'the test data: every difference is explained'
compare_in LATIN1 "'UTF8', 'LATIN1', 'SQL_ASCII', 'UTF-16LE', 'UTF-16BE'"
PGDATABASE=wifox_copy
compare_in SQL_ASCII "'UTF8', 'SQL_ASCII', 'LATIN1', 'KOI8R', 'EUC_JP', 'EUC_TW', 'EUC_KR', 'UTF-16LE'"
