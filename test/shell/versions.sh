#!/usr/bin/env bash
# The library and the objects of a database are of one version: with others every function says so,
# before it does anything. Every version that was released can be updated to the newest.

# shellcheck source=test/shell/tap.bash
. "$(dirname "$0")/tap.bash"

# All functions of the extension that can be called, with arguments that they take.
calls=(
  "wifox_import_clients('/nowhere.csv')"
  "wifox_import_clients_data('email,firstName')"
  "wifox_import_read('/nowhere.csv')"
  "wifox_import_read_data('a')"
  "wifox_import_mapping('/nowhere.csv')"
  "wifox_import_mapping_data('email')"
  "wifox_import_error_report(1)"
  "wifox_import_undo(1)"
  "wifox_import_template()"
  "wifox_import_purge('1 day')"
  "wifox_import_create_clients_table()"
)

# Pretend that the database has this version.
pretend()
{
  sql "UPDATE pg_extension SET extversion = '$1' WHERE extname = 'wifox_import'"
}

# What the calls say, each thing once.
all_say()
{
  local call

  for call in "${calls[@]}"; do
    failure "SELECT FROM $call"
  done | sort -u
}

# Everything that makes up the extension in a database.
objects()
{
  sql "SELECT pg_describe_object(classid, objid, 0) FROM pg_depend
      WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e' ORDER BY 1" \
    "SELECT pg_get_functiondef(oid) FROM pg_proc WHERE proname ~ '^wifox_' ORDER BY oid::regprocedure::text" \
    "SELECT attrelid::regclass, attname, atttypid::regtype, attnotnull FROM pg_attribute
      WHERE attrelid::regclass::text ~ '^wifox_' AND attnum > 0 ORDER BY 1, 2" \
    "SELECT * FROM wifox_import_columns ORDER BY 1, 2"
}

make_database wifox_versions
newest=$(sql "SELECT default_version FROM pg_available_extensions WHERE name = 'wifox_import'")
readarray -t versions < <(sql "SELECT version FROM pg_available_extension_versions
  WHERE name = 'wifox_import'")
plan $((9 + ${#versions[@]}))

# The build, for the processor and for the server's just-in-time compiler.
is "$(make --dry-run --always-make -C "$PG_ABS_SRCDIR" with_llvm=yes src/call.o src/call.bc 2>&1 |
  grep -cE -- '-DWFX_VERSION=.* -c -o src/call\.(o|bc) ')" 2 'both kinds of build know the version'

is "$(sql "SELECT extversion FROM pg_extension WHERE extname = 'wifox_import'")" "$newest" \
  'the newest version is installed'
is "$(sql "SELECT count(DISTINCT prosrc) FROM pg_proc p JOIN pg_language l ON l.oid = prolang
  WHERE lanname = 'c' AND proname ~ '^wifox_' AND prorettype <> 'trigger'::regtype")" ${#calls[@]} \
  'every function is tried here'
for version in 0.1 99.9; do
  pretend "$version"
  is "$(all_say)" "55000: the extension wifox_import is of version $version in this database, but its library is of version $newest" \
    "the objects are of version $version: every function says so"
  is "$(sql "SELECT to_regclass('clients'), count(*) FROM wifox_imports")" '|0' 'and does nothing'
done
like "$(sql "SELECT wifox_import_template()")" \
  'HINT:  Install the newer version on the server, connect again, and run ALTER EXTENSION wifox_import UPDATE' \
  'the hint says what to do'
pretend "$newest"
is "$(sql "SELECT status FROM wifox_import_clients_data('email,firstName')")" imported \
  'with the right version it imports'

wanted_objects=$(objects)
for version in "${versions[@]}"; do
  sql "DROP EXTENSION wifox_import" "CREATE EXTENSION wifox_import VERSION '$version'" \
    "ALTER EXTENSION wifox_import UPDATE" >/dev/null
  is "$(objects)" "$wanted_objects" "version $version is updated to the newest"
done
