#!/usr/bin/env bash
# How fast clients are loaded and updated, beside what the server itself offers.
#
#   bench/load.sh [--records N] [--rounds N] [--small N]
#
#   --records N   clients of the large file (1000000)
#   --small N     clients of the small file, which goes into the large table (5000)
#   --rounds N    how often each way is measured, in turn; the medians count (3)
#
# The table has a primary key, unique e-mail addresses and usernames, and two foreign keys. Ours checks
# every cell, keeps history and changes; the others do not. Seconds of the server's process, of
# processor time too, since other load does not count there; and what that is to the first other way.
# A private server runs it, which is gone afterwards.

set -euo pipefail
# shellcheck source=script/lib.sh
. "$(dirname "$0")/../script/lib.sh"

trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

records=1000000
rounds=3
small=5000
columns=id,username,first_name,middle_name,last_name,email,phone,project_id,desk_id,type,active,created_at

# The columns, each behind the name of a table; and what an UPDATE sets them to.
columns_of()
{
  sed "s/[^,]*/$1.&/g" <<<"$columns"
}

assignments()
{
  tr ',' '\n' <<<"$columns" | sed "1d; s/.*/& = $1.&/" | paste -s -d ,
}

# Run statements in a session: seconds, and seconds of processor time.
measure()
{
  psql --no-psqlrc --quiet --no-align --tuples-only --field-separator ' ' 2>/dev/null <<EOF_PSQL
SELECT FROM wifox_import_clients_data('email,firstName');
SET client_min_messages = error;
SET wifox_import.max_records = 0;
CREATE TEMP TABLE staging (LIKE clients);
CREATE TEMP TABLE spent AS SELECT clock_timestamp() AS wall, pg_read_file('/proc/self/stat') AS stat;
$1;
SELECT round(extract(epoch FROM clock_timestamp() - wall)::numeric, 2),
    (ticks(pg_read_file('/proc/self/stat')) - ticks(stat)) / $(getconf CLK_TCK).0
  FROM spent;
EOF_PSQL
}

# The statements of a way to bring a file in: of ours, and of the others.
statements()
{
  local way=$1 file=$2
  local copy="COPY staging ($columns) FROM '$file.csv' CSV HEADER"

  case $way in
    ours) echo "CREATE TEMP TABLE done AS SELECT FROM wifox_import_clients('$file.csv')" ;;
    copy) echo "COPY clients ($columns) FROM '$file.csv' CSV HEADER" ;;
    conflict)
      echo "BEGIN; $copy; INSERT INTO clients ($columns) SELECT $columns FROM staging
        ON CONFLICT (id) DO UPDATE SET $(assignments excluded); COMMIT" ;;
    merge)
      echo "BEGIN; $copy; MERGE INTO clients c USING staging s ON c.id = s.id
        WHEN MATCHED THEN UPDATE SET $(assignments s)
        WHEN NOT MATCHED THEN INSERT ($columns) VALUES ($(columns_of s)); COMMIT" ;;
    differs)
      echo "BEGIN; $copy; UPDATE clients c SET $(assignments s) FROM staging s
        WHERE c.id = s.id AND ($(columns_of c)) IS DISTINCT FROM ($(columns_of s));
        INSERT INTO clients ($columns) SELECT $columns FROM staging s
        WHERE NOT EXISTS (SELECT FROM clients c WHERE c.id = s.id); COMMIT" ;;
  esac
}

# The medians of the two columns of a file.
medians()
{
  paste -d ' ' <(cut -d ' ' -f 1 "$1" | sort -g) <(cut -d ' ' -f 2 "$1" | sort -g) |
    awk '{ line[NR] = $0 } END { print line[int((NR + 1) / 2)] }'
}

# Measure one case: what comes before each round, the file, and the ways in turn.
bench()
{
  local name=$1 before=$2 file=$3
  local round way wall cpu others=''

  shift 3
  for ((round = 0; round < rounds; round++)); do
    for way; do
      quietly psql --no-psqlrc --command "$before" --command "CHECKPOINT"
      measure "$(statements "$way" "$file")" >>"$work/$name.$way"
    done
  done
  for way; do
    read -r wall cpu < <(medians "$work/$name.$way")
    [ "$way" = ours ] && read -r ours ours_cpu <<<"$wall $cpu" ||
      others+=$(awk -v w="$ours" -v c="$ours_cpu" -v ow="$wall" -v oc="$cpu" -v way="$way" \
        'BEGIN { printf "  %.2f (%.2f) of %s", w / ow, c / oc, way }')
    printf '%-10s %-9s %8.2f s %8.2f s CPU\n' "$name" "$way" "$wall" "$cpu"
  done
  printf '%-10s ours is%s\n' "$name" "$others"
}

while [ $# -gt 0 ]; do
  case $1 in
    --records) records=${2:?} && shift 2 ;;
    --rounds) rounds=${2:?} && shift 2 ;;
    --small) small=${2:?} && shift 2 ;;
    *) die "usage: bench/load.sh [--records N] [--rounds N] [--small N]" ;;
  esac
done

prepare
# What the others could not know: the defaults of blank cells.
"$tree/test/data/generate.pl" --narrow "$records" |
  awk -F , -v OFS=, 'NR > 1 { if ($8 == "") $8 = "default"; if ($9 == "") $9 = "default"
      if ($10 == "") $10 = "personal"; if ($11 == "") $11 = "true"
      if ($12 == "") $12 = "2020-01-01T00:00:00Z" } { print }' >"$work/clients.csv"
awk -F , -v OFS=, 'NR > 1 { $7 = "+1 202 555 " $1; gsub("C-", "", $7) } { print }' "$work/clients.csv" \
  >"$work/changed.csv"
awk -v every=$((records / small)) 'NR == 1 || NR % every == 0' "$work/changed.csv" >"$work/small.csv"
chmod 644 "$work"/*.csv
quietly psql --no-psqlrc --command "CREATE EXTENSION wifox_import" \
  --command "SELECT wifox_import_create_clients_table()" \
  --command "ALTER TABLE clients SET (autovacuum_enabled = off)" \
  --command "CREATE FUNCTION ticks(stat text) RETURNS bigint LANGUAGE sql AS
    \$\$ SELECT split_part(stat, ' ', 14)::bigint + split_part(stat, ' ', 15)::bigint \$\$"
load="TRUNCATE clients, wifox_import_changes; COPY clients ($columns) FROM '$work/clients.csv' CSV HEADER"

say "$records clients, $small of them in the small file, medians of $rounds runs; ratios: seconds (CPU)"
bench fresh "TRUNCATE clients, wifox_import_changes" "$work/clients" ours copy conflict
bench unchanged "$load" "$work/clients" ours conflict differs
bench changed "$load" "$work/changed" ours conflict merge
bench small "$load" "$work/small" ours conflict merge
