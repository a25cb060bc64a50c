#!/usr/bin/env bash
# Imports beside imports, and beside an application that reads and writes the same clients.

# shellcheck source=test/shell/tap.bash
. "$(dirname "$0")/tap.bash"

# A statement that imports these lines and shows what became of them.
import()
{
  printf "SELECT status, created, updated, unchanged, skipped, failed
    FROM wifox_import_clients_data('%s')" "$1"
}

plan 24
make_database wifox_concurrency

# Two first imports at once: one makes the tables, the other waits and imports.
start_session one
start_session two
ask one "BEGIN"
ask one "$(import $'email,firstName\nann@example.com,Ann')"
say two "$(import $'email,firstName\nann@example.com,Ann\nbob@example.com,Bob')"
wait_for_lock two
hear two 'Waiting for process'
like "$(<"$work/two.out")" 'Waiting for process [0-9]+, which is creating the clients table' \
  'the second first import says for whom it waits'
like "$(<"$work/one.out")" 'Created in schema "public": clients, projects, desks' \
  'the first one makes the tables'
ask one "COMMIT"
ask two "SELECT 'through'"
like "$(<"$work/two.out")" 'imported\|1\|0\|1\|0\|0' \
  'the second one imports into them: one client created, one unchanged'
is "$(grep -c 'Created in schema' "$work/two.out" || true)" 0 'and makes no tables'
is "$(sql "SELECT count(*) FROM clients")" 2 'there are two clients'

# Two imports of the same file: the second waits, and finds everything as the file says.
ask one "BEGIN"
ask one "$(import $'email,firstName\ncid@example.com,Cid\ndan@example.com,Dan')"
ask one "SELECT 'pid ' || pg_backend_pid()"
say two "$(import $'email,firstName\ncid@example.com,Cid\ndan@example.com,Dan')"
wait_for_lock two
pid=$(sed -n 's/^pid //p' "$work/one.out")
hear two "Waiting for process $pid"
like "$(<"$work/two.out")" "Waiting for process $pid, which is importing into \"clients\"" \
  'the second import says for whom it waits, and for what'
ask one "COMMIT"
ask two "SELECT 'through again'"
like "$(<"$work/two.out")" 'imported\|0\|0\|2\|0\|0' 'the same file again is unchanged'

# The first one gives up: the second creates.
ask one "BEGIN"
ask one "$(import $'email,firstName\neve@example.com,Eve')"
say two "$(import $'email,firstName\neve@example.com,Eve')"
wait_for_lock two
ask one "ROLLBACK"
ask two "SELECT 'through once more'"
is "$(grep '^imported' "$work/two.out" | tail -n 1)" 'imported|1|0|0|0|0' \
  'after a rollback of the first, the second one creates'

# An import neither hinders readers, writers or VACUUM, nor do unchanged clients wait for locks.
ask one "BEGIN"
ask one "SELECT 'locked' FROM clients WHERE email = 'ann@example.com' FOR UPDATE"
is "$(sql "SET statement_timeout = '10s'" \
  "$(import $'email,firstName\nann@example.com,Ann\nfay@example.com,Fay')")" \
  'imported|1|0|1|0|0' 'an unchanged client is not locked'
say two "$(import $'email,firstName\nann@example.com,Anna\nguy@example.com,Guy')"
wait_for_lock two
is "$(sql "SET statement_timeout = '10s'" "SELECT count(*) FROM clients" \
  "UPDATE clients SET bio = 'x' WHERE email = 'bob@example.com' RETURNING bio" \
  "INSERT INTO clients (username, first_name, email) VALUES ('hal', 'Hal', 'hal@example.com')
    RETURNING email" "VACUUM clients")" $'6\nx\nhal@example.com' \
  'while an import waits for a row, the application goes on'
ask one "UPDATE clients SET last_name = 'Application' WHERE email = 'ann@example.com'"
ask one "COMMIT"
ask two "SELECT 'through row lock'"
is "$(grep '^imported' "$work/two.out" | tail -n 1)" 'imported|1|1|0|0|0' \
  'a client that another session held is updated afterwards'
is "$(sql "SELECT first_name, last_name FROM clients WHERE email = 'ann@example.com'")" \
  'Anna|Application' "and the application's change is kept"

# The held row is changed to what the file says: nothing is left to write.
ask one "BEGIN"
ask one "UPDATE clients SET first_name = 'Annabel' WHERE email = 'ann@example.com'"
say two "$(import $'email,firstName\nann@example.com,Annabel')"
wait_for_lock two
ask one "COMMIT"
ask two "SELECT 'through compare'"
is "$(grep '^imported' "$work/two.out" | tail -n 1)" 'imported|0|0|1|0|0' \
  'a locked client is compared again before it is written'

# The held row is deleted: the client is matched anew.
ask one "BEGIN"
ask one "DELETE FROM clients WHERE email = 'ann@example.com'"
say two "$(import $'email,firstName\nann@example.com,Ann')"
wait_for_lock two
ask one "COMMIT"
ask two "SELECT 'through delete'"
is "$(grep '^imported' "$work/two.out" | tail -n 1)" 'imported|1|0|0|0|0' \
  'a client that is gone is created'

# The held row gets another address: its old one is free, so the record is a new client.
ask one "BEGIN"
ask one "UPDATE clients SET email = 'moved@example.com' WHERE email = 'ann@example.com'"
say two "$(import $'email,firstName\nann@example.com,Ann2')"
wait_for_lock two
ask one "COMMIT"
ask two "SELECT 'through move'"
is "$(sql "SELECT email, first_name FROM clients WHERE email ~ '^(ann|moved)' ORDER BY 1")" \
  $'ann@example.com|Ann2\nmoved@example.com|Ann' 'a client that moved away is left alone'

# The application inserts the same address, and commits while the import waits for it.
ask one "BEGIN"
ask one "INSERT INTO clients (username, first_name, email)
  VALUES ('app', 'App', 'Same@Example.com')"
say two "$(import $'email,firstName,lastName\nzoe@example.com,Zoe,Z\nsame@example.com,Imp,Ort')"
wait_for_lock two
ask one "COMMIT"
ask two "SELECT 'through insert'"
is "$(grep '^imported' "$work/two.out" | tail -n 1)" 'imported|1|1|0|0|0' \
  'an address that the application has just inserted is met as an update'
is "$(sql "SELECT email, username, first_name, last_name FROM clients
  WHERE lower(email) = 'same@example.com'")" 'Same@Example.com|app|Imp|Ort' \
  'there is one client with it'

# The application takes the username that the import has generated.
ask one "BEGIN"
ask one "INSERT INTO clients (username, first_name, email) VALUES ('ivy', 'I', 'i@example.com')"
say two "$(import $'email,firstName\nivy@example.com,Ivy')"
wait_for_lock two
ask one "COMMIT"
ask two "SELECT 'through name'"
is "$(sql "SELECT username FROM clients WHERE email = 'ivy@example.com'")" ivy2 \
  'a username taken in between gets the next suffix'

# The application deletes the project that a record names.
sql "INSERT INTO projects (id) VALUES ('p1')"
ask one "BEGIN"
ask one "DELETE FROM projects WHERE id = 'p1'"
say two "$(import $'email,firstName,project\njoe@example.com,Joe,p1')"
wait_for_lock two
ask one "COMMIT"
ask two "SELECT 'through project'"
is "$(sql "SELECT code, column_name FROM wifox_import_errors ORDER BY import_id DESC LIMIT 1")" \
  'unknown_project|project' 'a project that vanishes is a row error'

# An address that a snapshot does not show.
for level in 'REPEATABLE READ' 'SERIALIZABLE'; do
  address="${level%% *}@example.com"
  ask two "BEGIN ISOLATION LEVEL $level"
  ask two "SELECT count(*) FROM clients"
  sql "INSERT INTO clients (username, first_name, email)
    VALUES ('$address', 'App', lower('$address'))"
  ask two "$(import "email,firstName
$address,Imp")"
  is "$(grep '^ERROR' "$work/two.out" | tail -n 1)" \
    'ERROR:  40001: could not serialize access due to a concurrent insert' \
    "$level: an address that the snapshot does not show is 40001"
  ask two "ROLLBACK"
done
is "$(sql "SELECT count(*) FROM clients WHERE first_name = 'Imp' AND last_name IS NULL")" 0 \
  'and nothing of it stays'

is "$(sql "SELECT count(*) FROM (SELECT FROM clients GROUP BY lower(email)
  HAVING count(*) > 1) doubles")" 0 'no address is there twice'
is "$(sql "SELECT count(*) FROM pg_locks WHERE locktype = 'object'
  AND classid = 'pg_extension'::regclass")" 0 'no lock is left'
