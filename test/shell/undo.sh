#!/usr/bin/env bash
# The undo of an import beside an application that changes the same clients, beside imports and
# other undos, and ended before its time.

# shellcheck source=test/shell/tap.bash
. "$(dirname "$0")/tap.bash"

# Import lines; the number of the import.
import()
{
  sql "SELECT id FROM wifox_import_clients_data('$1')"
}

# A statement that undoes an import, and shows what became of it.
undo()
{
  printf "SELECT status, records, updated, skipped FROM wifox_import_undo(%s)" "$1"
}

# Why clients were kept by the last undo.
kept()
{
  sql "SELECT record, code FROM wifox_import_errors
    WHERE import_id = (SELECT max(id) FROM wifox_imports) ORDER BY record"
}

# While a session holds what it has done, an undo waits; then it is through, with this outcome.
beside()
{
  local statement=$1 id=$2

  ask one "BEGIN"
  ask one "$statement"
  say two "$(undo "$id")"
  wait_for_lock two
  ask one "COMMIT"
  ask two "SELECT 'through'"
  outcome=$(grep -E '^(undone|ERROR)' "$work/two.out" | tail -n 1)
}

plan 25
make_database wifox_undo
sql "SELECT wifox_import_create_clients_table()" \
  "CREATE TABLE orders (id int, client text REFERENCES clients ON DELETE CASCADE)" \
  "CREATE INDEX ON orders (client)" >/dev/null
start_session one
start_session two
ask one "LISTEN wifox_import"
people='ID,email,firstName
1,a@x.org,A
2,b@x.org,B
3,c@x.org,C'

# The application changes, removes, references a client, and commits while the undo waits for it.
id=$(import "$people")
beside "UPDATE clients SET first_name = 'App' WHERE id = '2'" "$id"
is "$outcome" 'undone|3|2|1' \
  'a client that another session has changed is kept'
is "$(kept)" '2|changed_since' 'as changed since'
is "$(sql "SELECT id, first_name FROM clients")" '2|App' 'with the change'
ask one "SELECT 'listening'"
like "$(<"$work/one.out")" '"status": "undone", "records": 3, "created": 0, "updated": 2, "un' \
  'those who listen are told of the undo'
sql "TRUNCATE clients CASCADE"
id=$(import "$people")
beside "UPDATE clients SET bio = 'App' WHERE id = '2'" "$id"
is "$outcome" 'undone|3|3|0' \
  'a change of another column does not matter'
id=$(import "$people")
beside "DELETE FROM clients WHERE id = '2'" "$id"
is "$outcome" 'undone|3|2|1' \
  'a client that another session has deleted is listed'
id=$(import "$people")
beside "INSERT INTO orders VALUES (1, '2')" "$id"
is "$outcome" 'undone|3|2|1' \
  'a client that another session references is kept'
is "$(kept)" '2|referenced' 'as referenced'
is "$(sql "SELECT client FROM orders")" 2 'and so is the reference'
sql "TRUNCATE clients CASCADE"

# Of a client that the import updated, the columns that it did not write stay as they are now.
sql "INSERT INTO clients (id, username, first_name, email, phone) VALUES
  ('1', 'a', 'Ann', 'a@x.org', '1'), ('2', 'b', 'Bob', 'b@x.org', '2')"
id=$(import $'ID,phone\n1,11\n2,22')
beside "UPDATE clients SET bio = 'App', first_name = 'Anna' WHERE id = '1'" "$id"
is "$outcome" \
  'undone|2|2|0' 'a client that the application goes on with is restored'
is "$(sql "SELECT id, first_name, phone, bio FROM clients ORDER BY id")" \
  $'1|Anna|1|App\n2|Bob|2|' 'column by column'
id=$(import $'ID,phone\n1,11\n2,22')
beside "UPDATE clients SET phone = '12' WHERE id = '1'" "$id"
is "$outcome" 'undone|2|1|1' \
  'a column that another session has changed keeps its client'
sql "TRUNCATE clients CASCADE"

# Undos and imports of one table wait for each other.
id=$(import "$people")
ask one "BEGIN"
ask one "$(undo "$id")"
say two "$(undo "$id")"
wait_for_lock two
hear two 'Waiting for process'
like "$(<"$work/two.out")" 'Waiting for process [0-9]+, which is importing into "clients"' \
  'a second undo says for whom it waits'
ask one "COMMIT"
ask two "SELECT 'through'"
like "$(<"$work/two.out")" "ERROR:  55000: import $id cannot be undone: it has been undone already" \
  'and is refused after the first'
id=$(import "$people")
ask one "BEGIN"
ask one "$(undo "$id")"
say two "$(undo "$id")"
wait_for_lock two
ask one "ROLLBACK"
ask two "SELECT 'through'"
is "$(grep '^undone' "$work/two.out" | tail -n 1)" 'undone|3|3|0' 'or done if the first gives up'
id=$(import "$people")
beside "SELECT status FROM wifox_import_clients_data(E'ID,phone\\n2,7')" "$id"
is "$outcome" \
  'undone|3|3|0' 'an import of other columns beside it'

# Nobody can reference a client that is about to go.
id=$(import "$people")
ask one "BEGIN"
ask one "$(undo "$id")"
say two "INSERT INTO orders VALUES (2, '1')"
wait_for_lock two
ask one "COMMIT"
ask two "SELECT 'through'"
like "$(<"$work/two.out")" 'ERROR:  23503: insert or update on table "orders"' \
  'a reference to a client that is being deleted is refused'

# Snapshots that are older than a change.
id=$(import "$people")
ask two "BEGIN ISOLATION LEVEL REPEATABLE READ"
ask two "SELECT count(*) FROM clients"
sql "UPDATE clients SET first_name = 'App' WHERE id = '2'"
ask two "$(undo "$id")"
ask two "ROLLBACK"
is "$(grep '^ERROR' "$work/two.out" | tail -n 1 | cut -d : -f 1-2)" 'ERROR:  40001' \
  'in REPEATABLE READ a concurrent change is 40001'
is "$(sql "SELECT count(*) FROM clients" "SELECT count(*) FROM wifox_imports
  WHERE parent_id = $id")" $'3\n0' 'and nothing is undone'

# Ended before its time.
sql "CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS \$\$
  BEGIN
    IF old.id = '1' THEN PERFORM pg_sleep(60); END IF;
    RETURN old;
  END \$\$" \
  "CREATE TRIGGER dawdle BEFORE DELETE ON clients FOR EACH ROW EXECUTE FUNCTION dawdle()"
before="$(checksum clients) $(checksum wifox_imports) $(checksum wifox_import_errors)"
like "$(sql "SET statement_timeout = '500ms'" "$(undo "$id")" "SELECT 'usable'")" \
  'ERROR:  57014.*usable$' 'statement_timeout ends the undo, and the session is usable'
is "$(checksum clients) $(checksum wifox_imports) $(checksum wifox_import_errors)" "$before" \
  'nothing of it stays'
is "$(sql "SELECT count(*) FROM pg_locks WHERE locktype = 'object'
  AND classid = 'pg_extension'::regclass AND database = (SELECT oid FROM pg_database
    WHERE datname = current_database())")" 0 'no lock is left'
sql "DROP TRIGGER dawdle ON clients"
is "$(sql "$(undo "$id")")" 'undone|3|2|1' 'then it can be undone'

# A clean undo takes a subtransaction a batch, not one a client.
# Whoever else takes IDs meanwhile (autovacuum) does not do so for ever.
for ((tries = 0; tries < 10; tries++)); do
  id=$(sql "SELECT id FROM wifox_import_clients_data(convert_to('ID,email,firstName'
    || (SELECT string_agg(format(E'\\nn%s,n%s@x.org,N', i, i), '') FROM generate_series(1, 5000) i),
    'UTF8'))")
  first=$(sql "SELECT pg_current_xact_id()")
  outcome=$(sql "$(undo "$id")")
  taken=$(($(sql "SELECT pg_current_xact_id()") - first))
  [ $taken -ge 20 ] || break
done
is "$outcome" 'undone|5000|5000|0' '5,000 clients at once'
below $taken 20 'take no more than a few transaction IDs'
