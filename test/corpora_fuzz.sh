#!/usr/bin/env bash
# Inputs that broke other readers: each is read to its end, and the session lives on.
#
#   test/corpora_fuzz.sh CORPORA

set -euo pipefail

find "$1/csv/fuzz" -type f | sort | while read -r file; do
  psql --no-psqlrc --quiet --no-align --tuples-only --set ON_ERROR_STOP=1 --set file="$file" <<'SQL'
SELECT count(*) FROM (SELECT wifox_import_read_data(pg_read_binary_file(:'file')) OFFSET 0) AS r
HAVING count(*) < 0;
SQL
done
