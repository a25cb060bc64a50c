#!/usr/bin/env bash
# Imports into tables of Citus, as doc/citus.md says: sharded by the address, sharded by the project,
# and a reference table. Beside them stands a table of the server itself. Left out where the server has
# no Citus.

# shellcheck source=test/shell/tap.bash
. "$(dirname "$0")/tap.bash"

file=$PG_ABS_SRCDIR/test/data/shapes.csv

# What doc/citus.md does to make a table one of Citus.
layout()
{
  # shellcheck disable=SC2016
  sed -n '/^```sql$/,/^```$/p' "$PG_ABS_SRCDIR/doc/citus.md" | grep -w "$1"
}

# The table with the seven clients that the file wants, and what makes it another one.
make_table()
{
  sql "CREATE TABLE $1 (id text, email text, username text, first_name text NOT NULL, phone text,
      date_of_birth date, agreements jsonb, trading_groups text[], project_id text NOT NULL DEFAULT 'default',
      CONSTRAINT phone_not_000 CHECK (phone <> '000'))" "$2" >/dev/null
  sql "INSERT INTO $1 (id, email, username, first_name, phone, agreements)
    SELECT lpad(n::text, 32, '0'), name || '@x.org', 'user' || n, name, repeat(n::text, 3), '{\"a\": \"1\", \"b\": \"2\"}'
    FROM unnest('{Ann,Bob,Cas,Dan,Eve,Fay,Gus}'::text[]) WITH ORDINALITY s (name, n)"
}

# Import into a table: status and counts.
import()
{
  sql "SET client_min_messages = error" "SET wifox_import.clients_table = '$1'" \
    "SELECT status, created, updated, unchanged, skipped, failed FROM wifox_import_clients_data($2)"
}

# Import the file: as a check, for good, and once more.
import_file()
{
  local run

  for run in true false false; do
    import "$1" "pg_read_binary_file('$file'), on_error => 'skip', clear_marker => '#N/A', dry_run => $run"
  done
}

# The errors of the last import into a table.
errors()
{
  sql "SELECT line, code, sqlstate FROM wifox_import_errors
    WHERE import_id = (SELECT max(id) FROM wifox_imports WHERE target = 'public.$1') ORDER BY line, code"
}

# The clients of a table; IDs that the import made up do not count.
clients()
{
  sql "SELECT CASE WHEN id ~ '^0{31}' THEN id END, email, username, first_name, phone, date_of_birth, agreements,
    trading_groups, project_id FROM $1 ORDER BY lower(email), first_name"
}

# What Citus says of a statement.
refusal()
{
  failure "$1" | sed 's/^[0-9A-Z]*: //'
}

plan 26
[ -e "$(pg_config --pkglibdir)/citus.so" ] || skip_all 26 'tables of Citus' 'Citus is not installed'

# The shards are on the only node, which is reached through the test's own socket.
make_server port=5432 "shared_preload_libraries = 'citus'" "citus.local_hostname = '$work'" \
  "citus.shard_count = 8" "citus.enable_statistics_collection = off"
sql "CREATE EXTENSION citus" "CREATE EXTENSION wifox_import" >/dev/null
make_table plain 'ALTER TABLE plain ADD PRIMARY KEY (id); CREATE UNIQUE INDEX ON plain (lower(email))'
for table in by_email by_project whole; do
  make_table $table "$(layout $table)"
done

# What Citus has no keys for --------------------------------------------------------------

is "$(refusal 'CREATE UNIQUE INDEX ON by_email (lower(email))')" \
  'creating unique indexes on non-partition columns is currently unsupported' \
  'sharded by the address, no unique index takes its case away'
is "$(refusal 'ALTER TABLE by_project ADD PRIMARY KEY (id)')" 'cannot create constraint on "by_project"' \
  'sharded by the project, the ID is no key'

# How they are written ----------------------------------------------------------------------

for table in by_email by_project whole; do
  before=$(clients $table)
  like "$(sql "SET client_min_messages = debug1" "SET wifox_import.clients_table = '$table'" \
    "SELECT FROM wifox_import_clients_data(E'email,firstName\\nzoe@x.org,Zoe', dry_run => true)")" \
    "\"$table\" is written by INSERT: Citus stores its rows elsewhere" "$table is not written to its storage"
  is "$(clients $table)" "$before" 'and a check leaves no client'
done
like "$(sql "SET wifox_import.clients_table = 'by_project'" "SELECT FROM wifox_import_clients_data(
  E'email,firstName\\nzoe@x.org,Zoe', dry_run => true)")" 'WARNING.*does not enforce in "by_project"' \
  'a WARNING says that addresses are not unique'
is "$(sql "SET wifox_import.clients_table = 'whole'" "SELECT FROM wifox_import_clients_data(
  E'email,firstName\\nzoe@x.org,Zoe', dry_run => true)")" '' 'but they are in a reference table'

# One file ------------------------------------------------------------------------------------

counts=$(import_file plain)
is "$counts" $'checked|3|4|1|0|7\npartial|3|4|1|0|7\npartial|0|0|8|0|7' 'the file, in a table of the server itself'
for table in by_project whole; do
  is "$(import_file $table)" "$counts" "the same in $table"
  is "$(errors $table)" "$(errors plain)" 'the same errors'
  is "$(clients $table)" "$(clients plain)" 'the same clients'
done
is "$(import_file by_email)" $'checked|2|2|1|0|10\npartial|2|2|1|0|10\npartial|0|0|5|0|10' \
  'sharded by the address, clients keep theirs'
is "$(sql "SELECT line, code, message FROM wifox_import_errors WHERE line IN (5, 6, 7)
  AND import_id = (SELECT max(id) FROM wifox_imports)" | sed 's/client 0*/client /g')" \
  "5|constraint|modifying the partition value of rows is not allowed
6|email_taken|the e-mail address of client 3 cannot become that of client 4
7|duplicate_in_file|this client stands already in line 6" 'that is the word of Citus'
is "$(sql "SELECT count(*), count(*) FILTER (WHERE email ~ '^(gil|ivy)@') FROM by_email")" '9|2' \
  'new clients are there, and nobody is lost'
is "$(sql "SELECT sum(pg_relation_size(t::regclass)) FROM unnest('{by_email,by_project}'::text[]) t")" 0 \
  'nothing was put where nobody looks'
is "$(import by_project "E'email,firstName,project\\nann@x.org,Ann,other', on_error => 'skip'")
$(sql "SELECT message FROM wifox_import_errors WHERE import_id = (SELECT max(id) FROM wifox_imports)")" \
  $'failed|0|0|0|0|1\nmodifying the partition value of rows is not allowed' 'a client stays in its project'

# Undo, and what refers to clients --------------------------------------------------------------

sql "CREATE TABLE orders (client_id text REFERENCES whole)" "SELECT create_reference_table('orders')" >/dev/null
for table in by_email by_project whole; do
  before=$(clients $table)
  import $table "E'ID,email,firstName,tradingGroups.0,tradingGroups.1\\nn1,n1@x.org,N,a,\"b,\"\"c\"\\n,ann@x.org,Anja,q,'" >/dev/null
  sql "SELECT FROM wifox_import_undo((SELECT max(id) FROM wifox_imports))" >/dev/null
  is "$(clients $table)" "$before" "an undo leaves $table as it was"
done
import whole "E'ID,email,firstName\\nn2,n2@x.org,N\\nn3,n3@x.org,N'" >/dev/null
is "$(sql "INSERT INTO orders VALUES ('n2')" \
  "SELECT updated, skipped FROM wifox_import_undo((SELECT max(id) FROM wifox_imports))" \
  "SELECT id FROM whole WHERE id ~ '^n'")" $'1|1\nn2' 'or what is referenced'
