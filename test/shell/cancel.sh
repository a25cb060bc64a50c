#!/usr/bin/env bash
# An import that is cancelled, or whose session is killed, leaves nothing behind, and a session
# that lives on can be used as before.

# shellcheck source=test/shell/tap.bash
. "$(dirname "$0")/tap.bash"

# Four new clients; the trigger takes its time over the third one.
import="SELECT status FROM wifox_import_clients_data(
  'email,firstName
new1@example.com,One
old@example.com,Changed
slow@example.com,Slow
new2@example.com,Two')"

# Show that nothing has changed.
unchanged()
{
  is "$(checksum clients) $(checksum wifox_imports) $(checksum wifox_import_errors)" "$before" \
    "$1: clients and history are as before"
  is "$(sql "SELECT count(*) FROM pg_locks WHERE locktype = 'object'
    AND classid = 'pg_extension'::regclass")" 0 "$1: no lock is left"
}

# Wait until the trigger of a session takes its time, and print the process.
process()
{
  local pid='' tries=0

  until [ -n "$pid" ] || [ $tries -ge 300 ]; do
    pid=$(sql "SELECT pid FROM pg_stat_activity
      WHERE application_name = '$1' AND wait_event = 'PgSleep'")
    tries=$((tries + 1))
    sleep 0.1
  done
  echo "$pid"
}

plan 18
make_database wifox_cancel
sql "SELECT wifox_import_create_clients_table()" \
  "SELECT status FROM wifox_import_clients_data('email,firstName
old@example.com,Old')" \
  "CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS \$\$
  BEGIN
    IF new.email ~ '^slow' THEN PERFORM pg_sleep(60); END IF;
    RETURN new;
  END \$\$" \
  "CREATE TRIGGER dawdle BEFORE INSERT ON clients FOR EACH ROW EXECUTE FUNCTION dawdle()" \
  >/dev/null
before="$(checksum clients) $(checksum wifox_imports) $(checksum wifox_import_errors)"

# In a session that commits every statement.
like "$(sql "SET statement_timeout = '500ms'" "$import" "SELECT 'usable'")" \
  'ERROR:  57014.*usable$' 'statement_timeout ends the import, and the session is usable'
unchanged statement_timeout

start_session one
say one "$import"
pid=$(process one)
sql "SELECT pg_cancel_backend($pid)" >/dev/null
ask one "SELECT 'usable'"
like "$(<"$work/one.out")" 'ERROR:  57014.*usable' \
  'pg_cancel_backend ends the import, and the session is usable'
unchanged pg_cancel_backend

# In a transaction: back to a savepoint, and what went before it stays.
is "$(sql "BEGIN; CREATE TABLE kept (); SAVEPOINT here; SET LOCAL statement_timeout = '500ms'" \
  "$import" "ROLLBACK TO here; COMMIT" "SELECT to_regclass('kept')" | grep -v '^LOCATION')" \
  $'ERROR:  57014: canceling statement due to statement timeout\nkept' \
  'ROLLBACK TO SAVEPOINT saves the transaction'
unchanged savepoint

# In a handler: the rest of the caller's transaction lives on, at every depth.
is "$(sql "SET statement_timeout = '500ms'" "DO \$\$
  BEGIN
    CREATE TABLE made_before ();
    BEGIN
      PERFORM * FROM wifox_import_clients_data('email,firstName
new1@example.com,One
slow@example.com,Slow');
    EXCEPTION WHEN query_canceled THEN
      CREATE TABLE made_in_handler ();
    END;
    CREATE TABLE made_after ();
  END \$\$" "SELECT to_regclass('made_before'), to_regclass('made_in_handler'),
  to_regclass('made_after')")" \
  'made_before|made_in_handler|made_after' 'a handler of query_canceled saves the transaction'
unchanged handler

# lock_timeout is no error of a record either.
start_session two
ask two "BEGIN"
ask two "SELECT id FROM clients FOR UPDATE"
is "$(sql "DO \$\$
  BEGIN
    SET LOCAL lock_timeout = '500ms';
    PERFORM * FROM wifox_import_clients_data('email,firstName
old@example.com,Changed');
  EXCEPTION WHEN lock_not_available THEN
    CREATE TABLE made_after_lock ();
  END \$\$" "SELECT to_regclass('made_after_lock')")" made_after_lock \
  'a handler of lock_not_available saves the transaction'
ask two "ROLLBACK"
unchanged lock_timeout

# A session that is killed.
say one "$import"
pid=$(process one)
sql "SELECT pg_terminate_backend($pid, 10000)" >/dev/null
unchanged pg_terminate_backend

sql "DROP TRIGGER dawdle ON clients"
is "$(sql "$import")" imported 'the file can be imported afterwards'
