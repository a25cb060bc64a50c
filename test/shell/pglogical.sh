#!/usr/bin/env bash
# What an import writes is replicated by pglogical to another server, however clients are written, and
# nothing else is. Left out where there is no pglogical.

# shellcheck source=test/shell/tap.bash
. "$(dirname "$0")/tap.bash"

# Newer servers want to be told which plugins may decode.
plugins=$(sql "SELECT format('%s = %L', name, 'pglogical_output') FROM pg_settings
  WHERE name = 'output_plugin_libraries'")
settings=("$plugins" "listen_addresses = ''" "unix_socket_directories = '$work'" "fsync = off"
  "shared_preload_libraries = 'pglogical'" "wal_level = logical" "max_worker_processes = 10")

# A second server: the subscriber, with the same tables.
make_subscriber()
{
  initdb --pgdata "$work/subscriber" --no-sync --auth trust --username postgres --locale C.UTF-8 \
    --encoding UTF8 >/dev/null
  printf '%s\n' "${settings[@]}" "port = 5433" >>"$work/subscriber/postgresql.conf"
  pg_ctl start --silent --pgdata "$work/subscriber" --log "$work/subscriber.log" </dev/null
  there "CREATE EXTENSION wifox_import" "CREATE EXTENSION pglogical" \
    "SELECT wifox_import_create_clients_table()" >/dev/null
}

# Run statements on the subscriber.
there()
{
  PGPORT=5433 sql "$@"
}

# Both servers go.
end_servers()
{
  pg_ctl stop --silent --pgdata "$work/subscriber" --mode immediate 2>/dev/null || true
  finish
}

# Import this, and show the outcome.
import()
{
  sql "SELECT status, created, updated, unchanged, failed FROM wifox_import_clients_data('$1'${2:-})"
}

# The clients of both servers, when the subscriber has caught up.
both()
{
  local lsn

  lsn=$(sql "SELECT pg_current_wal_lsn()")
  wait_until 'the subscriber has it' \
    holds "SELECT confirmed_flush_lsn >= '$lsn' FROM pg_replication_slots"
  checksum clients
  PGPORT=5433 checksum clients
}

# A file of 500 clients of this height.
file()
{
  local n

  printf 'ID,email,firstName,height\n'
  for n in {1..500}; do
    printf 'C-%d,c%d@example.org,C,%s\n' "$n" "$n" "$1"
  done
}

plan 8
[ -e "$(pg_config --pkglibdir)/pglogical.so" ] || skip_all 8 'replication by pglogical' 'pglogical is not installed'
make_server "${settings[@]}" port=5432
trap end_servers EXIT
make_subscriber
sql "CREATE EXTENSION wifox_import" "CREATE EXTENSION pglogical" \
  "SELECT wifox_import_create_clients_table()" \
  "SELECT pglogical.create_node('provider', 'host=$work port=5432 dbname=postgres user=postgres')" \
  "SELECT pglogical.replication_set_add_table('default', 'clients')" >/dev/null
there "SELECT pglogical.create_node('subscriber', 'host=$work port=5433 dbname=postgres user=postgres')" \
  "SELECT pglogical.create_subscription('clients', 'host=$work port=5432 dbname=postgres user=postgres',
    synchronize_structure := false, synchronize_data := false)" >/dev/null
PGPORT=5433 wait_until 'the subscriber replicates' \
  holds "SELECT status = 'replicating' FROM pglogical.show_subscription_status()"

for writer in heap sql; do
  export PGOPTIONS="-c wifox_import.writer=$writer"
  sql "DELETE FROM clients" >/dev/null
  is "$(import "$(file 170)")" 'imported|500|0|0|0' "writer $writer: clients are created"
  is "$(both | uniq | sed 's/ .*//')" 500 'the subscriber has them'
  import "$(file 171 | sed '3s/171/tall/')" ", on_error => 'skip'" >/dev/null
  import $'ID,email,firstName\nX,x@example.org,X' ', dry_run => true' >/dev/null
  import $'ID,email,firstName\nY,y,Y' >/dev/null
  is "$(both | uniq | wc -l) $(there "SELECT count(*), sum(height) FROM clients")" '1 500|85499' \
    'and what was changed, nothing else'
  sql "SELECT FROM wifox_import_undo((SELECT max(id) FROM wifox_imports WHERE status = 'partial'))" \
    >/dev/null
  is "$(both | uniq | wc -l) $(there "SELECT sum(height) FROM clients")" '1 85000' 'and what was undone'
done
