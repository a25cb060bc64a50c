#!/usr/bin/env bash
# Real files that are no CSV, made by the tools at hand: what an import says that they are.

# shellcheck source=test/shell/tap.bash
. "$(dirname "$0")/tap.bash"

# Make a file with a command, import it as x.csv, and compare what is said of it. Without the tool
# there is nothing to compare.
refused_as()
{
  local want=$1 tool=$2

  shift 2
  if ! command -v "$tool" >/dev/null; then
    is '' '' "$tool is not there # SKIP"
    return 0
  fi
  "$@" >"$work/x.csv" 2>/dev/null
  is "$(sql "SELECT status, message FROM wifox_import_clients('$work/x.csv')")" \
    "failed|Import failed: this is $want, no client was changed" "$tool ${*:2}"
}

# A shared library, as a compiler makes it.
compile()
{
  echo 'int one(void) { return 1; }' | cc -shared -o "$work/out" -x c - && cat "$work/out"
}

plan 16
make_database wifox_not_csv
sql "SELECT wifox_import_create_clients_table()" >/dev/null
printf 'email,firstName\nann@example.com,Ann\n' >"$work/clients.csv"
tar -C "$work" -cf "$work/clients.tar" clients.csv
chmod a+r "$work"/*

refused_as 'a gzip archive' gzip gzip -c "$work/clients.csv"
refused_as 'a gzip archive' tar tar -C "$work" -czf - clients.csv
refused_as 'a bzip2 archive' bzip2 bzip2 -c "$work/clients.csv"
refused_as 'a bzip2 archive' bzip2 bzip2 -c /dev/null
refused_as 'an xz archive' xz xz -c "$work/clients.csv"
refused_as 'a zstd archive' zstd zstd -c "$work/clients.csv"
refused_as 'a tar archive' tar tar -C "$work" -cf - clients.csv
refused_as 'a tar archive' tar tar -C "$work" --format=ustar -cf - clients.csv
refused_as 'an ELF program' cc compile
refused_as 'a PostgreSQL dump' pg_dump pg_dump --format=custom
refused_as 'a tar archive' pg_dump pg_dump --format=tar
refused_as 'an SQL dump' pg_dump pg_dump
refused_as 'a binary COPY file' psql psql_bare --command "COPY wifox_import_columns TO STDOUT (FORMAT binary)"
refused_as 'an HTML document' psql psql_bare --html --command "TABLE wifox_import_columns"
refused_as 'a JSON document' psql psql_bare --command "SELECT json_agg(c) FROM wifox_import_columns c"
is "$(sql "SELECT status FROM wifox_import_clients('$work/clients.csv')")" imported 'a CSV is taken'
