#!/usr/bin/env bash
# What it costs to record the changes of an import, and how fast they are undone.
#
#   bench/track.sh [--records N] [--rounds N]
#
#   --records N     new clients of each import (1000000)
#   --rounds N      imports with and without it, in turn; the medians count (3)
#
# Seconds of the server's process, of processor time too, since other load does not count there. A
# private server runs it, which is gone afterwards.

set -euo pipefail
# shellcheck source=script/lib.sh
. "$(dirname "$0")/../script/lib.sh"

trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

records=1000000
rounds=3

# Run a statement in a session that is prepared for it: seconds, and seconds of processor time.
measure()
{
  local setting=$1 statement=$2

  psql --no-psqlrc --quiet --no-align --tuples-only --field-separator ' ' 2>/dev/null <<EOF_PSQL
SELECT pg_backend_pid() AS pid, current_setting('data_directory') AS data \gset
SELECT FROM wifox_import_clients_data('email,firstName');
SET wifox_import.max_records = 0;
SET wifox_import.track_changes = $setting;
CREATE TEMP TABLE spent AS SELECT clock_timestamp() AS wall, pg_read_file('/proc/' || :pid || '/stat') AS stat;
CREATE TEMP TABLE done AS $statement;
SELECT round(extract(epoch FROM clock_timestamp() - wall)::numeric, 2),
    (ticks(pg_read_file('/proc/' || :pid || '/stat')) - ticks(stat)) / $(getconf CLK_TCK).0
  FROM spent;
EOF_PSQL
}

# The medians of the two columns of a file.
medians()
{
  paste -d ' ' <(cut -d ' ' -f 1 "$1" | sort -g) <(cut -d ' ' -f 2 "$1" | sort -g) |
    awk '{ line[NR] = $0 } END { $0 = line[int((NR + 1) / 2)]; printf "%8.2f s %8.2f s CPU", $1, $2 }'
}

while [ $# -gt 0 ]; do
  case $1 in
    --records) records=${2:?} && shift 2 ;;
    --rounds) rounds=${2:?} && shift 2 ;;
    *) die "usage: bench/track.sh [--records N] [--rounds N]" ;;
  esac
done

prepare
"$tree/test/data/generate.pl" --narrow "$records" >"$work/clients.csv"
chmod 644 "$work/clients.csv"
quietly psql --no-psqlrc --command "CREATE EXTENSION wifox_import" \
  --command "SELECT wifox_import_create_clients_table()" \
  --command "CREATE FUNCTION ticks(stat text) RETURNS bigint LANGUAGE sql AS
    \$\$ SELECT split_part(stat, ' ', 14)::bigint + split_part(stat, ' ', 15)::bigint \$\$"
say "$records new clients, medians of $rounds runs"
for ((round = 0; round < rounds; round++)); do
  for setting in off on; do
    quietly psql --no-psqlrc --command "TRUNCATE clients, wifox_import_changes" \
      --command "CHECKPOINT"
    measure "$setting" "SELECT FROM wifox_import_clients('$work/clients.csv')" >>"$work/$setting"
  done
  measure on "SELECT FROM wifox_import_undo((SELECT max(id) FROM wifox_imports WHERE created > 0))" \
    >>"$work/undo"
done
printf 'not recorded %s\nrecorded     %s\nundone       %s\n' "$(medians "$work/off")" \
  "$(medians "$work/on")" "$(medians "$work/undo")"
