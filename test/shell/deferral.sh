#!/usr/bin/env bash
# When are the index entries of all new clients made at the end of the file, when batch by batch, and
# what makes the import start over? DEBUG1 says so.

# shellcheck source=test/shell/tap.bash
. "$(dirname "$0")/tap.bash"

# What is said of it while this file is imported; the table is made anew.
way()
{
  local file=$1

  shift
  sql "DROP TABLE IF EXISTS people" "CREATE TABLE people (id int PRIMARY KEY, username text UNIQUE,
      email text NOT NULL, first_name text, last_name text)" \
    "CREATE UNIQUE INDEX ON people (lower(email))" \
    "INSERT INTO people VALUES (100, 'old', 'old@example.org', 'Old')" "$@"
  psql_bare <<SQL 2>&1 | sed -n -E 's/^DEBUG: .*(batch by batch: .*)/\1/p'
SET wifox_import.clients_table = 'people';
SET client_min_messages = debug1;
SELECT FROM wifox_import_clients_data(E'ID,email,firstName$file', on_error => 'skip');
SQL
}

plan 14
make_database wifox_deferral
sql "CREATE FUNCTION of_users(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN \$1; END'" \
  "CREATE DOMAIN label AS text CHECK (of_users(VALUE) <> '')"
three='\n1,a@example.org,A\n100,,B\n3,c@example.org,C'

is "$(way "$three")" '' 'new clients and an update in one go'
is "$(way "$three" 'ALTER TABLE people ADD UNIQUE (last_name)')" \
  'batch by batch: it has another unique index' 'nobody knows the keys of another unique index'
is "$(way "$three" 'ALTER TABLE people ADD note text DEFAULT of_users($$x$$)')" \
  'batch by batch: a default or a domain calls a function of users' 'a default may look for clients'
is "$(way "$three" 'ALTER TABLE people ALTER last_name TYPE label')" \
  'batch by batch: a default or a domain calls a function of users' 'a domain, too'
is "$(way "$three" 'ALTER TABLE people ADD CHECK (of_users(first_name) <> $$$$)')" \
  'batch by batch: a CHECK constraint calls a function of users' 'or a CHECK constraint'
is "$(way "$three" 'CREATE INDEX ON people (of_users(first_name))')" \
  'batch by batch: an index calls a function of users' 'or an index'
is "$(way "$three" 'CREATE INDEX ON people (id) WHERE of_users(first_name) IS NULL')" \
  'batch by batch: an index calls a function of users' 'or its predicate'
is "$(way "$three" 'CREATE INDEX ON people USING brin (id)' 'CREATE INDEX ON people (upper(email))')" '' \
  'what the server itself computes cannot'
is "$(way "$three" 'ALTER TABLE people ADD CHECK (first_name <> $$C$$)')" \
  'batch by batch: new row for relation "people" violates check constraint "people_first_name_check"' \
  'a row that the table refuses starts the import over'

# Somebody inserts the same address while rows of the file are in the table, but not in the index.
sql "DROP TABLE people" "CREATE TABLE people (id int PRIMARY KEY DEFAULT 50, email text NOT NULL, first_name text
    CHECK (pg_advisory_xact_lock_shared(1) IS NOT NULL))" \
  "CREATE UNIQUE INDEX ON people (lower(email))"
start_session app
start_session import
ask app "SELECT pg_advisory_lock(1)"
ask import "SET wifox_import.clients_table = 'people'"
ask import "SET client_min_messages = debug1"
say import "SELECT status, created, updated, failed FROM
  wifox_import_clients_data(E'ID,email,firstName\\n1,a@example.org,File\\n,b@example.org,File')"
wait_for_lock import
ask app "INSERT INTO people VALUES (2, 'B@Example.org', 'App')"
ask app "SELECT pg_advisory_unlock_all()"
ask import "SELECT 'through'"
like "$(<"$work/import.out")" 'importing once more, batch by batch: duplicate key value' \
  'an address that is inserted meanwhile is met at the end'
like "$(<"$work/import.out")" 'imported\|1\|1\|0' 'and the client is updated'
is "$(sql "SELECT id, email, first_name FROM people ORDER BY id")" \
  $'1|a@example.org|File\n2|B@Example.org|File' 'which is there once'

# An import is cancelled at a random time while its rows have no entries, or some of them, and the same
# transaction goes on: nothing is left, and indexes and table agree.
sql "DROP TABLE people" "CREATE EXTENSION amcheck" "CREATE TABLE people (id int PRIMARY KEY, username text UNIQUE,
    email text NOT NULL, first_name text, last_name text)" \
  "CREATE UNIQUE INDEX ON people (lower(email))" "CREATE INDEX ON people (last_name, first_name)" \
  "CREATE INDEX ON people USING hash (first_name)" "CREATE TABLE cancelled (r int, at_ms int, done boolean, same boolean)" \
  "CREATE FUNCTION people_checksum() RETURNS bigint LANGUAGE sql AS 'SELECT sum(hashtext(p::text)) FROM people p'" \
  "CREATE FUNCTION file(first int, last int, tag text) RETURNS bytea LANGUAGE sql AS \$\$
    SELECT convert_to('ID,email,firstName,lastName' || string_agg(format(E'\\n%s,%s-%s@example.org,%s,%s', n, tag, n, tag, n % 50), ''), 'UTF8')
      FROM generate_series(first, last) n \$\$" \
  "CREATE PROCEDURE attempt(r int) LANGUAGE plpgsql AS \$\$
  DECLARE
    before bigint := people_checksum();
  BEGIN
    PERFORM FROM wifox_import_clients_data(file(r * 20, r * 20 + 4000, 't' || r));
    UPDATE cancelled SET done = true WHERE cancelled.r = attempt.r;
  EXCEPTION WHEN query_canceled THEN
    UPDATE cancelled SET same = (before = people_checksum()) WHERE cancelled.r = attempt.r;
    PERFORM FROM wifox_import_clients_data(file(1, 300, 'after' || r));
  END \$\$"
export PGOPTIONS='-c wifox_import.clients_table=people -c wifox_import.max_records=0 -c client_min_messages=error'
sql "SELECT FROM wifox_import_clients_data(file(1, 4000, 'first'))" >/dev/null
started=$(date +%s%N)
sql "SELECT FROM wifox_import_clients_data(file(1, 4000, 'second'))" >/dev/null
usual=$((($(date +%s%N) - started) / 1000000))
RANDOM=${SEED:=$$}
echo "# SEED=$SEED"
for ((r = 1; r <= ${ROUNDS:-8}; r++)); do
  at=$((1 + RANDOM % usual))
  sql "INSERT INTO cancelled VALUES ($r, $at)" "SET statement_timeout = $at" "CALL attempt($r)"
done >"$work/attempts" 2>&1
is "$(sql "SELECT * FROM cancelled WHERE NOT same OR (done IS NULL AND same IS NULL AND r > 0 AND
    EXISTS (SELECT FROM people WHERE first_name = 't' || r))")" '' 'a cancelled import leaves nothing'
is "$(sql "SELECT h.* FROM verify_heapam('people') h" "SELECT 'unchecked' FROM (SELECT bt_index_parent_check(indexrelid, true)
    AS checked FROM pg_index JOIN pg_class ON oid = indexrelid WHERE indrelid = 'people'::regclass AND relam = 403) i
    WHERE checked IS NULL")" '' 'storage and indexes agree'
echo "# $(sql "SELECT concat_ws(', ', count(*) || ' attempts', count(same) || ' cancelled', count(done) || ' finished') FROM cancelled")"
