#!/usr/bin/env bash
# Strings that are hard to keep come back code point by code point; bad lines are told by number.
#
#   test/corpora_values.sh CORPORA

set -euo pipefail

read_file()
{
  bash "$(dirname "$0")/corpora_case.sh" "$1" \
    '{"delimiter": ",", "quote": "\"", "escape": "\"", "encoding": "utf-8"}'
}

python3 - "$1" <(read_file "$1/values/naughty_roundtrip.csv") <<'PYTHON'
import json, sys
expected = json.load(open(sys.argv[1] + '/values/naughty_roundtrip.expected.json', encoding='utf-8'))
got = json.load(open(sys.argv[2], encoding='utf-8'))['rows']
sys.exit(0 if got == expected else 1)
PYTHON
