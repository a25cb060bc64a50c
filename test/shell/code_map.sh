#!/usr/bin/env bash
# src/README.md has each file of its folder, once. It needs no server.

# shellcheck source=test/shell/tap.bash
. "$(dirname "$0")/tap.bash"
plan 2

cd "$PG_ABS_SRCDIR/src"
# shellcheck disable=SC2016
listed=$(sed -n 's/^| \(`.*`\) | .*/\1/p' README.md | grep -oE '[a-z0-9_]+\.[ch]')

is "$(sort <<<"$listed")" "$(printf '%s\n' *.[ch] | sort)" 'each file is listed'
is "$(grep -cE '^\| `.*` \| +\|' README.md)" 0 'and each has a task'
