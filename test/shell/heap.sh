#!/usr/bin/env bash
# New clients that go straight to the table's storage, beside others who work on the table, its indexes
# and what it references; whatever happens, storage and indexes agree afterwards.

# shellcheck source=test/shell/tap.bash
. "$(dirname "$0")/tap.bash"

# Records from one number to another.
file()
{
  printf "SELECT string_agg(format('c%%s@example.com,C%%s,p%%s', n, n, n %% 3), E'\\\\n' ORDER BY n)
    FROM generate_series(%s, %s) n" "$1" "$2"
}

# A statement that imports them and shows what became of them.
import()
{
  printf "SELECT status, created, updated, unchanged, skipped, failed FROM wifox_import_clients_data(
    convert_to(E'email,firstName,project\\\\n' || (%s), 'UTF8'), on_error => 'skip')" "$(file "$@")"
}

# What is wrong with the table's storage and its indexes.
corruption()
{
  sql "SELECT * FROM verify_heapam('clients')" \
    "SELECT 'unchecked' FROM (SELECT bt_index_check(indexrelid, true) AS checked FROM pg_index
      JOIN pg_class c ON c.oid = indexrelid
      JOIN pg_am a ON a.oid = relam AND amname = 'btree' WHERE indrelid = 'clients'::regclass) i
      WHERE checked IS NULL" \
    "SELECT 'not in the index', email FROM clients c WHERE NOT EXISTS (
      SELECT FROM clients d WHERE lower(d.email) = lower(c.email))"
}

plan 23
make_database wifox_heap
sql "CREATE EXTENSION amcheck" "SELECT wifox_import_create_clients_table()" \
  "INSERT INTO projects VALUES ('p0'), ('p1'), ('p2')" \
  "ALTER DATABASE wifox_heap SET wifox_import.writer = heap" \
  "ALTER DATABASE wifox_heap SET wifox_import.max_records = 0" >/dev/null

# The rows that are referenced are locked until the import commits, once for all of its records.
start_session one
start_session two
ask one "BEGIN"
ask one "$(import 1 3000)"
like "$(<"$work/one.out")" 'imported\|3000\|0\|0\|0\|0' 'clients are written'
is "$(grep -c 'written by INSERT' "$work/one.out" || true)" 0 'straight to the storage'
is "$(failure "SET lock_timeout = '100ms'" "DELETE FROM projects WHERE id = 'p1'")" \
  '55P03: canceling statement due to lock timeout' 'a referenced row cannot be deleted meanwhile'
is "$(sql "SET lock_timeout = '100ms'" "UPDATE projects SET name = 'P' WHERE id = 'p1' RETURNING name")" P \
  'but it can be updated in other columns'
say two "DELETE FROM projects WHERE id = 'p1'"
wait_for_lock two
ask one "COMMIT"
ask two "SELECT 'through'"
like "$(<"$work/two.out")" '23503: update or delete on table "projects"' 'nor afterwards'
is "$(corruption)" '' 'storage and indexes agree'

# A savepoint that is rolled back takes the locks with it, not those of another import.
ask one "BEGIN"
ask one "INSERT INTO projects VALUES ('late')"
ask one "SAVEPOINT s"
ask one "SELECT created FROM wifox_import_clients_data(E'email,firstName,project\nlate@example.com,L,late')"
ask one "ROLLBACK TO s"
ask one "DELETE FROM projects WHERE id = 'late'"
ask one "SELECT 'late ' || failed
  FROM wifox_import_clients_data(E'email,firstName,project\nlate@example.com,L,late')"
ask one "COMMIT"
like "$(<"$work/one.out")" 'late 1' 'what an earlier import had locked is looked at again'

# A trigger of an update deletes a row that the import has locked before. The first batch has 100 records.
sql "INSERT INTO projects VALUES ('gone')" "CREATE FUNCTION remove() RETURNS trigger LANGUAGE plpgsql AS \$\$
    BEGIN DELETE FROM clients WHERE project_id = 'gone'; DELETE FROM projects WHERE id = 'gone';
    RETURN NULL; END \$\$" \
  "CREATE TRIGGER remove AFTER UPDATE ON clients FOR EACH STATEMENT EXECUTE FUNCTION remove()"
is "$(sql "SELECT status, created, updated, failed FROM wifox_import_clients_data(convert_to(
    E'email,firstName,project\n' || (SELECT string_agg(format('g%s@example.com,G,gone', n), E'\n')
      FROM generate_series(1, 99) n) || E'\nc1@example.com,Changed,p0\n' ||
    (SELECT string_agg(format('h%s@example.com,H,gone', n), E'\n') FROM generate_series(1, 50) n),
    'UTF8'), on_error => 'skip')")" 'partial|99|1|50' 'a row that a trigger removes is missed'
is "$(sql "SELECT count(*) FROM clients WHERE project_id NOT IN (SELECT id FROM projects)")" 0 \
  'every reference leads somewhere'
sql "DROP TRIGGER remove ON clients"

# An index that is made meanwhile has everything in it, and so has one that is made anew.
ask one "BEGIN"
ask one "$(import 3001 6000)"
say two "CREATE INDEX CONCURRENTLY clients_meanwhile ON clients (first_name)"
wait_for_lock two
ask one "$(import 6001 9000)"
ask one "COMMIT"
ask two "SELECT 'through index'"
is "$(sql "SELECT indisvalid FROM pg_index WHERE indexrelid = 'clients_meanwhile'::regclass")" t \
  'an index that was made meanwhile is valid'
say two "REINDEX TABLE CONCURRENTLY clients"
ask one "$(import 9001 20000)"
ask two "SELECT 'through reindex'"
is "$(sql "SET enable_seqscan = off" "SELECT count(*) FROM clients WHERE first_name LIKE 'C%'")" 20000 \
  'nothing is missing in it'
is "$(corruption)" '' 'storage and indexes agree'

# Records that the table refuses, in the middle of batches; VACUUM at work.
sql "ALTER TABLE clients ADD CONSTRAINT no_seven CHECK (first_name !~ '77') NOT VALID"
say two "VACUUM clients"
is "$(sql "DELETE FROM clients WHERE first_name !~ '^C' OR first_name ~ '5'" "$(import 1 30000)" |
  tail -n 1)" "$(sql "SELECT concat_ws('|', 'partial', count(*) FILTER (WHERE n::text !~ '77' AND
      (n > 20000 OR n::text ~ '5')), 1, count(*) FILTER (WHERE n <= 20000 AND n::text !~ '5'
      AND n <> 1), 0, count(*) FILTER (WHERE n::text ~ '77' AND (n > 20000 OR n::text ~ '5')))
    FROM generate_series(1, 30000) n")" 'those that the table refuses are found'
ask two "VACUUM clients"
is "$(corruption)" '' 'storage and indexes agree'

# An import that is cancelled in the middle.
sql "CREATE FUNCTION dawdle(text) RETURNS boolean LANGUAGE plpgsql STABLE AS \$\$
    BEGIN IF \$1 = 'C45000' THEN PERFORM pg_sleep(60); END IF; RETURN true; END \$\$" \
  "ALTER TABLE clients ADD CONSTRAINT dawdle CHECK (dawdle(first_name)) NOT VALID"
before=$(checksum clients)
is "$(failure "SET statement_timeout = '3s'" "$(import 30001 50000)")" \
  '57014: canceling statement due to statement timeout' 'an import is cancelled'
is "$(checksum clients)" "$before" 'and leaves nothing behind'
is "$(corruption)" '' 'storage and indexes agree'
sql "ALTER TABLE clients DROP CONSTRAINT dawdle"
is "$(sql "$(import 30001 50000)")" "$(sql "SELECT concat_ws('|', 'partial',
  count(*) FILTER (WHERE n::text !~ '77'), 0, 0, 0, count(*) FILTER (WHERE n::text ~ '77'))
  FROM generate_series(30001, 50000) n")" 'the next one takes its place'
sql "VACUUM clients"
is "$(corruption)" '' 'storage and indexes agree'

# Changed clients: where no index looks at what changes and the page has room, no index gets an entry.
sql "ALTER TABLE clients SET (fillfactor = 50)" \
  "DELETE FROM clients WHERE first_name !~ '^C[0-9]{1,4}$' OR first_name ~ '77'" \
  "VACUUM FULL clients"
before=$(sql "SELECT pg_stat_get_tuples_hot_updated('clients'::regclass)")
is "$(sql "SELECT updated = (SELECT count(*) FROM clients), failed FROM wifox_import_clients_data(convert_to(
  E'email,phone\n' || (SELECT string_agg(email || ',1', E'\n') FROM clients), 'UTF8'))" \
  "SELECT pg_stat_force_next_flush()")" 't|0' \
  'clients are updated'
below "$before" "$(sql "SELECT pg_stat_get_tuples_hot_updated('clients'::regclass)")" 'in their pages'
is "$(sql "SELECT updated, failed FROM wifox_import_clients_data(convert_to(E'email,firstName\n' ||
  (SELECT string_agg(email || ',' || CASE WHEN n = 500 THEN '77' ELSE 'X' END, E'\n')
    FROM (SELECT email, row_number() OVER (ORDER BY email) AS n FROM clients LIMIT 2000) c), 'UTF8'),
  on_error => 'skip')")" '1999|1' 'all but the one that the table refuses'
is "$(corruption)" '' 'storage and indexes agree'
