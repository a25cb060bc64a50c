#!/usr/bin/env bash
# What a hostile or careless user may try: the server lives on, and says what is wrong.

# shellcheck source=test/shell/tap.bash
. "$(dirname "$0")/tap.bash"

# Does the server live on, with the sessions that it had?
alive()
{
  is "$(sql "SELECT pg_postmaster_start_time() || ' ' || (SELECT count(*) FROM pg_stat_activity
    WHERE application_name = 'watcher')")" "$started" "$1"
}

# Import lines; the status, or the error.
import()
{
  sql "SELECT status FROM wifox_import_clients_data($1)" | sed -n 's/^ERROR: *//p; /^[a-z]*$/p'
}

plan 20
make_database wifox_hostile
sql "SELECT wifox_import_create_clients_table()" >/dev/null
start_session watcher
ask watcher "SELECT 1"
started="$(sql "SELECT pg_postmaster_start_time()") 1"

# The dictionary.
like "$(failure "INSERT INTO wifox_import_columns (header) VALUES (NULL)")" '^23502' \
  'a header that is NULL is refused'
alive 'and the server lives on'
like "$(failure "INSERT INTO wifox_import_columns (profile, header) VALUES (NULL, 'x')")" \
  '^23502' 'so is a profile'
alive 'and the server lives on'

# Big and odd files.
is "$(import "convert_to(repeat(E'\n', 1000000), 'UTF8')")" failed 'a million blank lines'
is "$(import "convert_to(repeat(',', 5000000), 'UTF8')")" failed 'five million columns'
is "$(import "convert_to(E'email,firstName\n' || repeat(',', 20000000), 'UTF8')")" failed \
  'twenty million cells'
is "$(import "convert_to(E'email,firstName\n' || repeat('\"', 5000001), 'UTF8')")" failed \
  'five million quotes'
is "$(import "convert_to(E'email,firstName,Meta\na@example.com,A,\"' || repeat('[', 100000)
  || '\"', 'UTF8')")" failed 'JSON of a depth of 100,000'
is "$(import "convert_to('email,firstName' || (SELECT string_agg(',lifestyle.interests.' || i, '')
  FROM generate_series(0, 1597) i) || E'\n' || (SELECT string_agg('a' || i || '@example.com,A'
  || repeat(',1', 1598), E'\n') FROM generate_series(1, 20) i), 'UTF8')")" imported \
  'an array of 1,598 columns'
alive 'and the server lives on'

# Random bytes: any outcome but an error of the call.
is "$(sql "DO \$\$
  DECLARE
    data bytea;
    tokens text[] := '{22,2c,0a,0d,0d0a,3b,09,c3a4,ff,c3,3d31,20,35,7b7d,614062632e6465}';
  BEGIN
    PERFORM setseed(0.42);
    FOR i IN 1 .. 1000 LOOP
      SELECT convert_to(E'email,firstName,phone,Meta,created,tradingGroups.0\n', 'UTF8')
        || decode(string_agg(tokens[1 + floor(random() * 15)], ''), 'hex')
        INTO data FROM generate_series(1, 100);
      IF i % 3 = 0 THEN
        data := set_byte(data, floor(random() * 40)::int, floor(random() * 256)::int);
      END IF;
      PERFORM * FROM wifox_import_clients_data(data,
        on_error => CASE i % 2 WHEN 0 THEN 'skip' ELSE 'report' END);
    END LOOP;
  END \$\$" "SELECT count(*) >= 1000 FROM wifox_imports")" t 'a thousand files of random bytes'
alive 'and the server lives on'

# Failing imports in exception blocks, a thousand times; and in a cursor that stays open.
is "$(sql "DO \$\$
  DECLARE caught int := 0;
  BEGIN
    FOR i IN 1 .. 1000 LOOP
      BEGIN
        PERFORM * FROM wifox_import_clients_data('email,firstName
bad,A', on_error => CASE i % 2 WHEN 0 THEN 'raise' ELSE 'nonsense' END);
      EXCEPTION WHEN bad_copy_file_format OR invalid_parameter_value THEN
        caught := caught + 1;
      END;
    END LOOP;
    PERFORM set_config('wifox.caught', caught::text, false);
  END \$\$" "SELECT current_setting('wifox.caught')")" 1000 \
  'a thousand failures in one transaction'
is "$(sql "DO \$\$
  DECLARE
    failing CURSOR FOR SELECT * FROM wifox_import_clients_data('email,firstName
bad,A', on_error => 'raise');
    r record;
  BEGIN
    OPEN failing;
    BEGIN
      FETCH failing INTO r;
    EXCEPTION WHEN bad_copy_file_format THEN
    END;
    PERFORM * FROM wifox_import_clients_data('email,firstName
after@example.com,A');
  END \$\$" "SELECT count(*) FROM clients WHERE email = 'after@example.com'")" 1 \
  'an import that failed in an open cursor is over'

# Triggers that pull the rug away.
sql "CREATE FUNCTION rug() RETURNS trigger LANGUAGE plpgsql AS \$\$
  BEGIN
    PERFORM * FROM wifox_import_clients_data('email,firstName
again@example.com,A');
    RETURN new;
  END \$\$" \
  "CREATE TRIGGER rug BEFORE INSERT ON clients FOR EACH ROW EXECUTE FUNCTION rug()"
like "$(import "E'email,firstName\ntrigger@example.com,T'")" '^55006' \
  'an import from the trigger of its own table'
sql "CREATE OR REPLACE FUNCTION rug() RETURNS trigger LANGUAGE plpgsql AS \$\$
  BEGIN
    ALTER TABLE clients DROP COLUMN bio;
    RETURN new;
  END \$\$"
like "$(import "E'email,firstName\ntrigger@example.com,T'")" '^55006' \
  'a trigger that alters the table'
sql "CREATE OR REPLACE FUNCTION rug() RETURNS trigger LANGUAGE plpgsql AS \$\$
  BEGIN
    DROP EXTENSION wifox_import CASCADE;
    RETURN new;
  END \$\$"
like "$(import "E'email,firstName\ntrigger@example.com,T'")" '^[0-9A-Z]{5}:' \
  'a trigger that drops the extension'
alive 'and the server lives on'
is "$(sql "SELECT count(*) FROM clients WHERE email = 'trigger@example.com'")" 0 \
  'none of these has left a client'
