#!/usr/bin/env bash
# What settings of the server and of the table do to an import; the first value of each is the default.
#
#   bench/tuning.sh [--records N] [--rounds N] [--out FOLDER]
#
#   --records N    clients of the file (1000000)
#   --rounds N     how often each value is measured, in turn; the medians count (3)
#   --out FOLDER   keeps what was measured (tuning.tsv) and the table of it (tuning.md)
#
# Each value: a file into the empty table, then one with 10 % of the phone numbers changed into the full
# table. All else is as in the other benchmarks. A private server runs it, which is gone afterwards.

set -euo pipefail
# shellcheck source=bench/lib.sh
. "$(dirname "$0")/lib.sh"

# The columns of further indexes, in their order.
further=(phone last_name created_at project_id)

# The values of a setting that are compared.
values_of()
{
  case $1 in
    wal_compression) echo off lz4 pglz ;;
    shared_buffers) echo 128MB 1GB 4GB ;;
    maintenance_work_mem) echo 64MB 16MB 256MB 1GB ;;
    fillfactor) echo 100 70 ;;
    indexes) echo 0 1 2 4 ;;
    track_changes) echo on off ;;
  esac
}

# Start the server anew with that much of shared buffers.
restart_server()
{
  quietly as_owner pg_ctl restart --wait --timeout 300 -p "$SERVER_PROGRAM" --pgdata "$work/data" \
    --options "-c shared_buffers=$1" --log "$work/server.log" </dev/null
}

# Give the database that is measured in a table of this kind.
change_table()
{
  case $1 in
    fillfactor)
      [ "$2" = 100 ] || quietly psql --no-psqlrc --command "ALTER TABLE clients SET (fillfactor = $2)" \
        --command "VACUUM FULL clients" --command "VACUUM ANALYZE clients"
      ;;
    indexes)
      printf 'CREATE INDEX ON clients (%s);\n' "${further[@]:0:$2}" | sed '/()/d' |
        quietly psql --no-psqlrc
      ;;
  esac
  quietly psql --no-psqlrc --command CHECKPOINT
}

# What sets a setting of the session.
session_setting()
{
  case $1 in
    wal_compression | maintenance_work_mem) echo "SET $1 = '$2';" ;;
    track_changes) echo "SET wifox_import.track_changes = $2;" ;;
  esac
}

# Measure one value.
try_value()
{
  local setting=$1 value=$2 template

  [ "$setting" != shared_buffers ] || restart_server "$value"
  for template in empty loaded; do
    new_database "$template"
    change_table "$setting" "$value"
    measure "$setting" "$value" "$template" "$(import_of "$work/$template.csv")" \
      "$(session_setting "$setting" "$value")"
  done
}

# The values of one setting in turn; the first of each is what the others are compared with.
try_setting()
{
  local setting=$1 round value

  say "$setting"
  for ((round = 0; round < rounds; round++)); do
    for value in $(values_of "$setting"); do
      try_value "$setting" "$value"
    done
  done
}

# The medians as a table.
make_table()
{
  local clients

  clients=$(awk "$readable BEGIN { print grouped($records) }")
  printf '(%s)\n\n' "$(machine)"
  printf '| setting | %s new clients | to the default | WAL | 10 %% of %s changed | to the default | WAL |\n' \
    "$clients" "$clients"
  echo '|---|---:|---:|---:|---:|---:|---:|'
  medians "$results" | awk -F '\t' "$readable"'
    BEGIN { name["track_changes"] = "wifox_import.track_changes"; name["indexes"] = "further indexes:" }
    !(($1, $3) in first) { first[$1, $3] = $4 }
    $3 == "empty" { printf "| %s %s |", $1 in name ? name[$1] : $1, $2 }
    { printf " %s s | %s | %s |%s", seconds($4), ratio($4, first[$1, $3]), bytes($6), $3 == "loaded" ? "\n" : "" }'
}

while [ $# -gt 0 ]; do
  common_option "$@" && shift 2
done

prepare_bench
make_clients "$work/empty.csv" "$records"
change_clients "$work/empty.csv" 10 >"$work/loaded.csv"
chmod 644 "$work/loaded.csv"
make_template empty
make_template loaded "$work/empty.csv"
for setting in wal_compression maintenance_work_mem fillfactor indexes track_changes shared_buffers; do
  try_setting "$setting"
done
say "Medians"
make_table | tee "$out/tuning.md"
