#!/usr/bin/env bash
# What an import writes into a published table reaches the subscribers, and nothing else does.

# shellcheck source=test/shell/tap.bash
. "$(dirname "$0")/tap.bash"

if [ "$(psql_bare --dbname postgres --command 'SHOW wal_level')" != logical ]; then
  echo '1..0 # SKIP the server needs wal_level = logical'
  exit 0
fi

# Wait until the subscriber has what the publisher had when this was called.
catch_up()
{
  local lsn

  lsn=$(sql "SELECT pg_current_wal_lsn()")
  wait_until 'the subscriber has it' holds "SELECT confirmed_flush_lsn >= '$lsn'
    FROM pg_replication_slots WHERE slot_name = 'wifox_clients'"
}

# The clients in both databases.
both()
{
  catch_up
  checksum clients
  PGDATABASE=wifox_subscriber checksum clients
}

# The databases cannot go before the subscription does.
end_subscription()
{
  PGDATABASE=wifox_subscriber sql "DROP SUBSCRIPTION IF EXISTS clients" >/dev/null
  finish
}

# Import this, and show the outcome.
import()
{
  sql "SELECT status, created, updated, unchanged, failed FROM wifox_import_clients_data('$1'${2:-})"
}

plan 7
make_database wifox_subscriber
sql "SELECT wifox_import_create_clients_table()" >/dev/null
make_database wifox_publisher
sql "SELECT wifox_import_create_clients_table()" \
  "ALTER TABLE clients ADD CHECK (height < 300)" "CREATE PUBLICATION clients FOR TABLE clients" \
  "SELECT pg_create_logical_replication_slot('wifox_clients', 'pgoutput')" >/dev/null
trap end_subscription EXIT
PGDATABASE=wifox_subscriber sql "CREATE SUBSCRIPTION clients
  CONNECTION 'host=$PGHOST port=$PGPORT user=$PGUSER dbname=wifox_publisher' PUBLICATION clients
  WITH (create_slot = false, slot_name = 'wifox_clients', copy_data = false)"

is "$(import $'ID,email,firstName,height\n1,ann@example.com,Ann,170\n2,bob@example.com,Bob,180')" \
  'imported|2|0|0|0' 'clients are created'
is "$(both | uniq | wc -l)" 1 'the subscriber has them'
is "$(import $'ID,email,height\n1,Anna@example.com,\n2,,181\n3,cid@example.com,400\n4,dan@example.com,200' \
  ", on_error => 'skip'")" 'partial|0|2|0|2' 'clients are updated, and others refused'
import $'email,firstName\nfay@example.com,Fay' ", dry_run => true" >/dev/null
import $'ID,email,firstName,height\n5,eve@example.com,Eve,170\n6,fay@example.com,Fay,400\n7,guy@example.com,Guy,1' \
  ", on_error => 'skip'" >/dev/null
is "$(both | uniq | wc -l)" 1 'the subscriber has what came of it'
is "$(PGDATABASE=wifox_subscriber sql "SELECT string_agg(email, ' ' ORDER BY email) FROM clients")" \
  'Anna@example.com bob@example.com eve@example.com guy@example.com' \
  'neither refused records nor a dry run reach it'

sql "ALTER TABLE clients REPLICA IDENTITY FULL"
is "$(import $'ID,height\n1,171\n2,181')" 'imported|0|1|1|0' 'with full replica identity, too'
is "$(both | uniq | wc -l)" 1 'the subscriber follows'
