#!/usr/bin/env bash
# The threat model names a test for each line of it, and they are there. What runs with other rights
# than the caller's is one function, which nobody may call unless it is granted.

# shellcheck source=test/shell/tap.bash
. "$(dirname "$0")/tap.bash"

page=$PG_ABS_SRCDIR/SECURITY.md

plan 5
make_database wifox_security
readarray -t lines < <(sed -n '/^## Who may/,$ { /^| [a-z]/p }' "$page" | grep -v '| test |$')
below 30 ${#lines[@]} 'the threat model has its lines'
unproven=$(for line in "${lines[@]}"; do
  tests=$(grep -oE '`(sql|test)/[^`]*`' <<<"${line##*' | '}" | tr -d '`')
  [ -n "$tests" ] || echo "no test: $line"
  for file in $tests; do
    [ -e "$PG_ABS_SRCDIR/$file" ] || echo "no such test: $file"
  done
done)
is "$unproven" '' 'and each of them a test that is there'
is "$(sql "SELECT proname, prosecdef, has_function_privilege('public', oid, 'EXECUTE') FROM pg_proc
  WHERE proname ~ '^wifox_' AND prosecdef")" 'wifox_import_purge|t|f' \
  'one function is SECURITY DEFINER, and not for PUBLIC'
is "$(sql "SELECT relname, privilege_type FROM pg_class, aclexplode(relacl)
  WHERE relname ~ '^wifox_' AND grantee = 0 AND privilege_type <> 'SELECT'")" '' \
  'PUBLIC can do nothing but read tables'
is "$(sql "SELECT relname FROM pg_class WHERE relname ~ '^wifox_import(s|_errors|_changes)$'
  AND relkind = 'r' AND NOT relrowsecurity")" '' 'and of the history only its own rows'
