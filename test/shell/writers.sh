#!/usr/bin/env bash
# Random tables and random files: whichever way new clients are written, the same clients, errors,
# counts and changes come of it, and the table's storage and its indexes agree.
#
#   WIFOX_ROUNDS   tables (10)
#   WIFOX_SEED     seed of the first; the same one, the same tables and files

# shellcheck source=test/shell/tap.bash
. "$(dirname "$0")/tap.bash"

rounds=${WIFOX_ROUNDS:-10}
seed=${WIFOX_SEED:-$((RANDOM * 30 + RANDOM % 30))}

# What one way to write makes of the rounds, and what it says meanwhile.
try()
{
  make_database "wifox_writer_$1"
  psql_bare --file "$(dirname "$0")/../property.sql" --file "$(dirname "$0")/../writers.sql" >/dev/null
  sql "SET wifox_import.writer = $1" "SET wifox_import.clients_table = people" "SET timezone = 'UTC'" \
    "SET wifox_import.notify_channel = ''" "SET client_min_messages = notice" \
    "SELECT r FROM generate_series($seed, $seed + $rounds - 1) s, writers.round(s) r" >"$work/all"
  grep -E '^(seed|file|(dry )?(import|error|change)|client|corrupt|ERROR)' "$work/all" >"$work/$1" || true
  grep -E '^NOTICE' "$work/all" >"$work/$1.notices" || true
}

# How many of their lines begin like this?
count()
{
  grep -cE "$2" "$work/$1" || true
}

plan 5
echo "# WIFOX_SEED=$seed WIFOX_ROUNDS=$rounds"
try sql
try heap
is "$(diff "$work/sql" "$work/heap" | cut -c 1-300 | head -n 30)" '' 'both ways to write do the same'
is "$(count heap '^(ERROR|corrupt)')" 0 'storage and indexes agree'
below "$(count heap.notices 'written by INSERT')" $((rounds * 5)) 'not all tables want an INSERT'
below "$rounds" "$(count heap '^change: .*created')" 'clients are created'
below 0 "$(count heap '^error: .*constraint')" 'the tables refuse some'
