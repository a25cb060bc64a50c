#!/usr/bin/env bash
# Read one file by wifox_import_read() and print its records as check_reader.py wants them.
#
#   test/corpora_case.sh FILE DIALECT
#
# DIALECT is a JSON object. With WIFOX_GUESS=1 the delimiter is left to the reader.

set -euo pipefail

psql --no-psqlrc --quiet --no-align --tuples-only --set ON_ERROR_STOP=1 \
  --set file="$1" --set dialect="$2" --set guess="${WIFOX_GUESS:-0}" <<'SQL'
WITH dialect AS (SELECT :'dialect'::json AS d),
options AS (
  SELECT CASE WHEN :guess = 1 THEN 'auto' ELSE d ->> 'delimiter' END AS delimiter,
    coalesce(d ->> 'quote', '') AS quote, d ->> 'escape' AS escape,
    CASE d ->> 'encoding' WHEN 'utf-8' THEN 'auto' WHEN 'utf-8-sig' THEN 'auto' WHEN 'utf-16' THEN 'auto'
      WHEN 'utf-16-le' THEN 'auto' WHEN 'utf-16-be' THEN 'auto'
      WHEN 'latin-1' THEN 'LATIN1' WHEN 'cp1252' THEN 'WIN1252'
      ELSE d ->> 'encoding' END AS encoding
  FROM dialect),
records AS (
  SELECT wifox_import_read_data(pg_read_binary_file(:'file'), delimiter, quote, escape, encoding) AS r
  FROM options)
SELECT json_build_object('rows', coalesce(json_agg((r).fields), '[]'), 'problems', count((r).problem))
FROM records;
SQL
