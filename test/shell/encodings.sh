#!/usr/bin/env bash
# Databases in other encodings than UTF-8: what is judged there are characters, not bytes.

# shellcheck source=test/shell/tap.bash
. "$(dirname "$0")/tap.bash"
export PGCLIENTENCODING=UTF8

# Import one client with this text, an SQL expression, under a header, and this address; the outcome.
import()
{
  sql "SELECT status FROM wifox_import_clients_data(convert_to(
      E'ID,firstName,email,$1\n1,A,$3,\"' || $2 || '\"', 'UTF8'))" \
    "SELECT code || ': ' || message FROM wifox_import_errors
      WHERE import_id = (SELECT max(id) FROM wifox_imports)" \
    "DELETE FROM clients" | tail -n 1
}

# What holds in a database whose encoding has no characters but those of Western Europe.
try_latin1()
{
  is "$(import bio "U&'\\00A0=1+1'" a@example.org)" 'forbidden_content: the cell holds a formula' \
    'a no-break space hides no formula'
  is "$(import bio "U&'na\\00EFve'" a@example.org)" imported 'a letter beyond ASCII is none'
  is "$(import bio "'x'" "a$(printf '\u00a0')b@example.org")" \
    'invalid_email: this is not an e-mail address: it has a blank inside' \
    'a no-break space in an address is a blank'
  is "$(import Meta "'{\"\"a\"\": \"\"\\u00a0=1\"\"}'" a@example.org)" \
    'forbidden_content: the cell holds a formula' 'the same within JSON'
}

plan 13
make_database wifox_latin1 --encoding LATIN1 --template template0 --locale C
sql "SELECT wifox_import_create_clients_table()" >/dev/null
try_latin1
is "$(import bio "U&'Z\\00FCrich \\00C2 = 1'" a@example.org)" imported 'bytes that would be a blank in UTF-8'
is "$(import bio "U&'\\00C2\\0085=1'" a@example.org)" imported 'nor do two letters make one'

make_database wifox_euc_jp --encoding EUC_JP --template template0 --locale C
sql "SELECT wifox_import_create_clients_table()" >/dev/null
is "$(import bio "U&'\\FF1D\\FF11'" a@example.org)" 'forbidden_content: the cell holds a formula' \
  'a full-width formula is found in EUC_JP'
is "$(import bio "U&'\\3000=1'" a@example.org)" 'forbidden_content: the cell holds a formula' \
  'a wide blank hides none'
is "$(import bio "U&'\\5C71\\7530 \\592A\\90CE'" a@example.org)" imported 'a name is none'
is "$(import bio "'x'" "a$(printf '\uff20')b@example.org")" \
  'invalid_email: this is not an e-mail address: it has a look-alike of a plain character inside' \
  'a full-width sign is a look-alike'
is "$(import Meta "'{\"\"a\"\": \"\"\\uff1d1\"\"}'" a@example.org)" \
  'forbidden_content: the cell holds a formula' 'an escape in JSON is its character'
is "$(import bio "U&'\\FF1C3'" a@example.org)" imported 'a full-width heart passes'
is "$(sql "SELECT count(*) FROM wifox_import_errors")" 4 'and nothing else was refused'
