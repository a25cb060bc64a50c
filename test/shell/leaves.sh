#!/usr/bin/env bash
# Index entries go into their leaf pages many at a time. Whatever the keys are, whoever else writes and
# whatever happens to the server: indexes and table agree, here and on a standby.

# shellcheck source=test/shell/tap.bash
. "$(dirname "$0")/tap.bash"
# shellcheck source=test/shell/standby.bash
. "$(dirname "$0")/standby.bash"

# Import clients: their keys in order, in none, or in none and with another name; the numbers of the first
# and the last one.
import()
{
  printf "SELECT status, created, updated, failed FROM wifox_import_clients_data(file('%s', %s, %s),
    on_error => 'skip')" "$@"
}

# The error of the last import that had one.
last_error="SELECT message FROM wifox_import_errors ORDER BY import_id DESC LIMIT 1"

# What is wrong with the tables and their indexes; nothing, it is to be hoped.
corruption()
{
  sql "SELECT t, h.* FROM unnest('{people,members}'::regclass[]) t, verify_heapam(t) h" \
    "SELECT 'unchecked' FROM (SELECT bt_index_parent_check(indexrelid, true) AS checked
      FROM pg_index WHERE indrelid IN ('people'::regclass, 'members'::regclass)) i WHERE checked IS NULL"
}

plan 33
writers=()
imports=0
# Little memory: what waits for an index is sorted in parts, by those parts of the code that large files need.
make_server 'wal_level = replica' 'max_wal_senders = 4' 'autovacuum = off' 'max_wal_size = 4GB' \
  'maintenance_work_mem = 22MB' \
  'wifox_import.max_records = 0' 'wifox_import.clients_table = people' 'wifox_import.writer = heap'
make_standby

# People: entries of all clients are sorted together. Members, with unique indexes of their own: batch
# by batch. One in 200 has a key that is nearly as long as it can be, and cannot be compressed; one in 50
# one that can; addresses have much in common, and long headers.
sql "CREATE EXTENSION wifox_import" "CREATE EXTENSION amcheck" \
  "CREATE FUNCTION file(kind text, first int, last int) RETURNS bytea LANGUAGE sql STABLE AS \$\$
    SELECT convert_to(E'ID,email,firstName,lastName,phone,city,address,bio\\n' || string_agg(format(
        '%s,%s@Example.com,%s%s,L%s,%s,City %s,%s,%s', n, key, CASE kind WHEN 'changed' THEN 'G' ELSE 'F' END, n, n % 1000, CASE WHEN n % 3 > 0 THEN n END,
        CASE n % 50 WHEN 9 THEN repeat('c', 900) ELSE '' END || n % 7,
        repeat('Long Street ', n % 19) || CASE n % 4 WHEN 0 THEN key END, CASE n % 200 WHEN 0 THEN (SELECT string_agg(md5(n || '-' || i), '')
          FROM generate_series(1, 81) i) WHEN 1 THEN 'short' END), E'\\n' ORDER BY n), 'UTF8')
      FROM (SELECT n, CASE kind WHEN 'sorted' THEN to_char(n, 'FM000000') ELSE md5(n::text) END AS key
        FROM generate_series(first, last) n) f \$\$" \
  "CREATE TABLE people (id int PRIMARY KEY, email text NOT NULL, first_name text, last_name text,
    phone text, city text, address text, bio text)" \
  "ALTER TABLE people ALTER bio SET STORAGE EXTERNAL, ALTER address SET STORAGE PLAIN" \
  "CREATE TABLE members (LIKE people INCLUDING ALL)" \
  "CREATE UNIQUE INDEX people_email ON people (lower(email)) WITH (fillfactor = 50)" \
  "CREATE INDEX ON people (city)" \
  "CREATE INDEX ON people (city) WITH (deduplicate_items = off, fillfactor = 100)" \
  "CREATE INDEX ON people (last_name) WHERE city = 'City 1'" \
  "CREATE INDEX ON people (city DESC, last_name NULLS FIRST, id)" \
  "CREATE INDEX ON people (last_name) INCLUDE (first_name, phone)" \
  "CREATE INDEX ON people (phone)" "CREATE INDEX ON people (bio)" \
  "CREATE INDEX ON people (address)" \
  "CREATE UNIQUE INDEX ON members (lower(email)) INCLUDE (first_name)" \
  "CREATE UNIQUE INDEX ON members (phone) WITH (fillfactor = 100)" \
  "CREATE UNIQUE INDEX ON members (city, phone, last_name) WITH (fillfactor = 50)" \
  "CREATE UNIQUE INDEX ON members (id, phone) NULLS NOT DISTINCT" "CREATE INDEX ON members (bio)"

# From nothing to 100,000 clients.
is "$(sql "$(import random 1 1)")" 'imported|1|0|0' 'a first client'
is "$(sql "$(import sorted 2 20000)")" 'imported|19999|0|0' 'keys in order, into empty indexes'
is "$(corruption)" '' 'storage and indexes agree'
before=$(sql "SELECT wal_records FROM pg_stat_wal")
is "$(sql "$(import random 20001 50000)" "SELECT pg_stat_force_next_flush()")" 'imported|30000|0|0' \
  'keys in no order'
below "$(sql "SELECT wal_records - $before FROM pg_stat_wal")" 100000 \
  'the WAL has much fewer records than the indexes have entries'
is "$(corruption)" '' 'storage and indexes agree'
is "$(sql "$(import random 50001 50300)")" 'imported|300|0|0' 'a few, each on a page of its own'
is "$(sql "SELECT count(*) FROM people")" 50300 'all are there'
is "$(corruption)" '' 'storage and indexes agree'
sql "DELETE FROM people WHERE id BETWEEN 25000 AND 34999 AND id % 5 > 0"
is "$(sql "$(import random 25000 34999)")" 'imported|8000|0|0' \
  'keys of dead rows'
is "$(corruption)" '' 'storage and indexes agree'
is "$(sql "$(import random 1 20000)")" 'imported|0|19999|0' 'new keys of clients that are there'
is "$(corruption)" '' 'storage and indexes agree'
is "$(sql "$(import changed 1 50300)")" 'imported|0|50300|0' 'new versions of all clients'
is "$(corruption)" '' 'storage and indexes agree'

# What the table refuses, it refuses in the words of an INSERT.
sql "SET wifox_import.clients_table = members" "$(import sorted 1 6000)" "ALTER TABLE members SET UNLOGGED" \
  "$(import random 6001 12000)" >/dev/null
is "$(corruption)" '' 'indexes that get their entries batch by batch agree, and unlogged ones'
sql "ALTER TABLE members SET LOGGED"
is "$(sql "CREATE TEMPORARY TABLE visitors (LIKE people INCLUDING ALL)" \
  "SET wifox_import.clients_table = 'pg_temp.visitors'" "$(import sorted 1 1000)" "$(import random 1001 2000)" \
  "SELECT count(bt_index_parent_check(indexrelid, true, true)) FROM pg_index WHERE indrelid = 'visitors'::regclass")" \
  $'imported|1000|0|0\nimported|1000|0|0\n10' 'those of a temporary table, too'
is "$(sql "SET wifox_import.clients_table = members" "SELECT created, failed FROM wifox_import_clients_data(
    convert_to(E'ID,email,firstName,phone\n' || (SELECT string_agg(format('%s,x%s@example.com,X,%s', n, n,
      CASE n WHEN 21500 THEN 7 WHEN 21702 THEN 21700 ELSE n END), E'\n')
      FROM generate_series(21001, 22000) n), 'UTF8'), on_error => 'skip')" "$last_error")" \
  $'998|2\nduplicate key value violates unique constraint "members_phone_idx"' \
  'a key of another row, and one that the file has twice'
is "$(failure "SELECT created, failed FROM wifox_import_clients_data(convert_to(
    E'ID,email,firstName,bio\n200001,a@example.com,A,' || (SELECT string_agg(md5(n::text), '')
      FROM generate_series(1, 90) n), 'UTF8'))")" \
  '54000: index row size 2896 exceeds btree version 4 maximum 2704 for index "people_bio_idx"' \
  'and a key that is too long'

# What is rolled back leaves entries that VACUUM removes.
before=$(checksum people)
sql "BEGIN" "$(import sorted 60001 70000)" "ROLLBACK" >/dev/null
is "$(checksum people)" "$before" 'an import is rolled back'
sql "VACUUM people"
is "$(corruption)" '' 'storage and indexes agree after VACUUM'
is "$(sql "$(import sorted 60001 63000)")" 'imported|3000|0|0' 'the clients come once more'

# Others insert the same clients meanwhile, in another order, half of them under SERIALIZABLE. Who is
# first, nobody knows.
for name in app other; do
  sql "SELECT format('BEGIN ISOLATION LEVEL %s; SELECT count(*) FROM people WHERE lower(email) = %L;
      INSERT INTO people (id, email, city) VALUES (%s, %L, %L) ON CONFLICT DO NOTHING; COMMIT;',
      CASE n % 2 WHEN 0 THEN 'SERIALIZABLE' ELSE 'READ COMMITTED' END, md5(n::text) || '@example.com',
      1000000 + n, md5(n::text) || '@example.com', 'City ' || n % 7)
    FROM (SELECT n FROM generate_series(63001, 90000) n ORDER BY md5(n || '$name') LIMIT 600) f" |
    psql_bare >"$work/$name.log" 2>&1 &
  writers+=("$!")
done
for level in "READ COMMITTED" "REPEATABLE READ" SERIALIZABLE "READ COMMITTED"; do
  sql "BEGIN ISOLATION LEVEL $level" "$(import random $((63001 + 9000 * imports)) $((72000 + 9000 * imports)))" \
    COMMIT >>"$work/imports"
  imports=$((imports + 1))
done
wait "${writers[@]}" || true
is "$(grep -vE '^(ERROR:  40001|LOCATION|DETAIL|HINT)' "$work/app.log" "$work/other.log" | grep ERROR)" '' \
  'nobody meets an error but those that SERIALIZABLE has'
is "$(sql "SELECT count(*) > 2000, count(*) = count(DISTINCT lower(email)) FROM people WHERE id > 63000")" 't|t' \
  'each client is there once'
is "$(corruption)" '' 'storage and indexes agree'

# Under SERIALIZABLE, who has seen that a client is not there has something against its import.
sql "CREATE TABLE notes (note text)"
start_session reader
start_session writer
ask reader "BEGIN ISOLATION LEVEL SERIALIZABLE"
ask reader "SET enable_seqscan = off"
ask reader "SET enable_bitmapscan = off"
ask reader "SELECT count(*) FROM people WHERE lower(email) = md5('99100') || '@example.com'"
ask writer "BEGIN ISOLATION LEVEL SERIALIZABLE"
ask writer "SELECT count(*) FROM notes"
ask reader "INSERT INTO notes VALUES ('no such client')"
ask reader "COMMIT"
ask writer "$(import random 99100 99100)"
ask writer "COMMIT"
like "$(<"$work/writer.out")" 'ERROR:  40001: could not serialize access due to read/write dependencies' \
  'an import into what another transaction has read is refused'

# A standby checks each change of a page against its image, many at a time and one by one.
sql "SET wal_consistency_checking = btree" "$(import sorted 99101 99300)" CHECKPOINT \
  "$(import sorted 99301 99600)" "$(import random 99601 99800)" "$(import changed 30001 35000)" \
  "$(import random 30001 35000)" >/dev/null
catch_up
is "$(on_standby checksum people)" "$(checksum people)" 'the standby has the same clients'
is "$(on_standby sql "SELECT 'unchecked' FROM (SELECT bt_index_check(indexrelid, true) AS checked
  FROM pg_index WHERE indrelid = 'people'::regclass) i WHERE checked IS NULL")" '' 'and the same indexes'

# A crash, right after the commit.
is "$(sql CHECKPOINT "$(import random 50301 60000)" "$(import sorted 99801 104800)" "$(import random 104801 105000)" \
  "$(import random 1 20000)")" $'imported|9700|0|0\nimported|5000|0|0\nimported|200|0|0\nimported|0|20000|0' \
  'four more imports'
before=$(checksum people)
stop_server immediate
start_server
is "$(checksum people)" "$before" 'a crash changes nothing'
is "$(corruption)" '' 'storage and indexes agree'

# Where a transaction that makes a table writes no WAL for it, it is written when it commits.
stop_server fast
printf 'wal_level = minimal\nmax_wal_senders = 0\n' >>"$server/postgresql.conf"
start_server
sql "SET wifox_import.clients_table = members" BEGIN "TRUNCATE members" "$(import sorted 1 3000)" \
  "$(import random 3001 6000)" COMMIT >/dev/null
before=$(checksum members)
stop_server immediate
start_server
is "$(checksum members)" "$before" 'nor does one with wal_level = minimal'
is "$(corruption)" '' 'storage and indexes agree'
