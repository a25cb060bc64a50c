#!/usr/bin/env bash
# An import notifies those who listen: when it is committed, never after a rollback, and about
# nothing that a role who may not see the import should know.

# shellcheck source=test/shell/tap.bash
. "$(dirname "$0")/tap.bash"

# A statement that imports these lines as a file of a telling name.
import()
{
  printf "SELECT status FROM wifox_import_clients_data('%s', 'secret-name.csv'%s)" "$1" "${2:-}"
}

# What the listener has been told since it was last asked: the payloads, one a line.
told()
{
  ask listener "SELECT"
  sed -n 's/^Asynchronous notification "\([a-z_ ]*\)" with payload "\(.*\)" received.*/\1 \2/p' \
    "$work/listener.out" | tail -n "+$((heard + 1))"
}

# Forget what the listener has been told so far.
forget()
{
  ask listener "SELECT"
  heard=$(grep -c '^Asynchronous notification' "$work/listener.out" || true)
}

plan 18
make_database wifox_notify
make_role regress_listener
sql "SELECT wifox_import_create_clients_table()" >/dev/null
heard=0
PGUSER=regress_listener start_session listener
ask listener "LISTEN wifox_import"

# Every outcome that is committed.
sql "$(import $'email,firstName\nann@example.com,Ann')" >/dev/null
payload=$(told)
is "$payload" 'wifox_import {"id": 1, "status": "imported", "records": 1, "created": 1, "updated": 0, "unchanged": 0, "skipped": 0, "failed": 0}' \
  'an import notifies by a JSON object'
is "$(sql "SELECT bool_and(p.value = to_jsonb(i) -> p.key)
  FROM wifox_imports i, jsonb_each('${payload#wifox_import }') p")" t \
  'its members are columns of the history'
forget
for options in '' ", on_error => 'skip'" ", on_error => 'skip', dry_run => true"; do
  sql "$(import $'email,firstName\nann@example.com,Anna\nbad,B' "$options")" >/dev/null
done
sql "$(import 'x,y')" "$(import 'GIF89a')" >/dev/null
is "$(told | sed 's/.*"id": \([0-9]*\), "status": "\([a-z]*\)", "records": \([0-9]*\).*/\1 \2 \3/')" \
  $'2 failed 2\n3 partial 2\n4 checked 2\n5 failed 0\n6 failed 0' \
  'so do those that failed, the partial ones and dry runs'
is "$(told | grep -cE 'secret|example|Ann|bad' || true)" 0 'no cell and no file name is told'
forget

# Not before the commit, and all of a transaction then.
start_session importer
ask importer "BEGIN"
ask importer "$(import $'email,firstName\nbob@example.com,Bob')"
ask importer "$(import $'email,firstName\ncid@example.com,Cid')"
is "$(told)" '' 'before the commit nothing is told'
ask importer "COMMIT"
is "$(told | grep -o '"id": [0-9]*')" $'"id": 7\n"id": 8' 'the commit tells of both imports'
forget

# Never after a rollback, whatever was rolled back.
ask importer "BEGIN"
ask importer "$(import $'email,firstName\ndan@example.com,Dan')"
ask importer "ROLLBACK"
is "$(told)" '' 'a rollback tells of nothing'
ask importer "BEGIN"
ask importer "SAVEPOINT here"
ask importer "$(import $'email,firstName\neve@example.com,Eve')"
ask importer "ROLLBACK TO here"
ask importer "$(import $'email,firstName\nfay@example.com,Fay')"
ask importer "COMMIT"
is "$(told | grep -o '"id": [0-9]*')" '"id": 11' 'nor does a savepoint that was rolled back'
forget
sql "$(import 'email,firstName
bad,B' ", on_error => 'raise'")" "DO \$\$
  BEGIN
    PERFORM * FROM wifox_import_clients_data('email,firstName
guy@example.com,Guy');
    RAISE 'changed my mind';
  EXCEPTION WHEN raise_exception THEN
    NULL;
  END \$\$" "ALTER TABLE clients ADD CHECK (true)" >/dev/null
is "$(told)" '' 'nor does an ERROR, caught or not'
sql "CREATE TABLE checked (id text REFERENCES clients DEFERRABLE INITIALLY DEFERRED)" \
  "BEGIN; INSERT INTO checked VALUES ('nobody')" \
  "$(import $'email,firstName\nhal@example.com,Hal')" "COMMIT" >/dev/null
is "$(told)" '' 'nor does a commit that fails'
ask importer "BEGIN"
ask importer "SELECT 'pid ' || pg_backend_pid()"
ask importer "$(import $'email,firstName\nian@example.com,Ian')"
sql "SELECT pg_terminate_backend($(sed -n 's/^pid //p' "$work/importer.out"), 10000)" >/dev/null
is "$(told)" '' 'nor does a session that is killed'
is "$(sql "SELECT count(*) FROM clients WHERE first_name IN ('Dan', 'Eve', 'Guy', 'Hal', 'Ian')")" 0 \
  'and none of these clients is there'

# Two imports that say the same in one transaction are two notifications: their numbers differ.
sql "DO \$\$
  BEGIN
    FOR i IN 1..3 LOOP
      PERFORM * FROM wifox_import_clients_data('email,firstName
bob@example.com,Bob');
    END LOOP;
  END \$\$"
is "$(told | wc -l)" 3 'each import of a transaction notifies'
forget

# Another channel, or none.
ask listener 'LISTEN "my channel"'
sql "SET wifox_import.notify_channel = 'my channel'" \
  "$(import $'email,firstName\nbob@example.com,Bob')" >/dev/null
is "$(told | grep -c '^my channel {"id": ')" 1 'the channel can be chosen'
forget
is "$(sql "SET wifox_import.notify_channel = ''" "BEGIN" \
  "$(import $'email,firstName\nbob@example.com,Bob')" "PREPARE TRANSACTION 'quiet'" \
  "COMMIT PREPARED 'quiet'")" imported 'without one, the transaction can be prepared'
is "$(told)" '' 'and nothing is told'
like "$(sql "BEGIN" "$(import $'email,firstName\nbob@example.com,Bob')" \
  "PREPARE TRANSACTION 'loud'")" 'cannot PREPARE a transaction that has executed' \
  'with one it cannot'

# The longest payload is far below the limit of the server, 8000 bytes.
widest=$(sed -E 's/: [0-9]+/: 9223372036854775807/g; s/^wifox_import //' <<<"$payload")
below "${#widest}" 400 'a payload is always short'
