#!/usr/bin/env bash
# The library gives the server its functions, the magic block and _PG_init(), and nothing else: no
# name of it can clash with another library's in the same process.

# shellcheck source=test/shell/tap.bash
. "$(dirname "$0")/tap.bash"

library=$PG_ABS_SRCDIR/wifox_import.so
if [ ! -f "$library" ] || ! command -v nm >"$work/nm"; then
  echo '1..0 # SKIP there is no library that was built here, or no nm'
  exit 0
fi

# What a checker adds to a build is not meant.
exported=$(nm --dynamic --defined-only --format=posix "$library" | cut -d ' ' -f 1 |
  grep -vE '^(__asan|__odr_asan|__ubsan|__gcov|mangle_path)' | sort)
script=$(cat "$PG_ABS_SRCDIR"/sql/wifox_import--*.sql)

plan 3
is "$(grep -vE '^(pg_finfo_)?wifox_import_[a-z_]+$' <<<"$exported")" $'Pg_magic_func\n_PG_init' \
  'beside functions, only the magic block and _PG_init are exported'
readarray -t functions < <(grep -E '^wifox_' <<<"$exported")
unknown=$(for name in "${functions[@]}"; do
  grep -qE "CREATE FUNCTION $name\(|MODULE_PATHNAME', '$name'" <<<"$script" || echo "$name"
done)
is "$unknown" '' 'every function is one that the script creates'
is "$(grep -E '^pg_finfo_' <<<"$exported")" "$(printf 'pg_finfo_%s\n' "${functions[@]}")" \
  'and has what the server calls it by'
