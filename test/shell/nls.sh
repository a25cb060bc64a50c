#!/usr/bin/env bash
# Messages in another language: those of NOTICEs and errors, not what is kept in the history. And no
# message of the sources lacks its translation.

# shellcheck source=test/shell/tap.bash
. "$(dirname "$0")/tap.bash"
plan 9

# What an import of bytes says, in German; the words before the colon are the server's own.
say_in_german()
{
  PGOPTIONS='-c lc_messages=de_DE.UTF-8' psql --no-psqlrc --quiet --no-align --tuples-only \
    --set SHOW_CONTEXT=never --command "$1" 2>&1 | sed -E 's/^[A-Z]+:  //'
}

if [[ $(pg_config --configure) == *--enable-nls* ]] && command -v xgettext >/dev/null; then
  cp -r "$PG_ABS_SRCDIR" "$work/tree"
  is "$(cd "$work/tree" && make --silent init-po 2>&1 &&
    for language in $(<po/LINGUAS); do msgcmp "po/$language.po" po/wifox_import.pot 2>&1; done)" \
    '' 'every message is translated, into every language'
else
  skip 'every message is translated' 'there is no gettext, or the server has no languages'
fi

# shellcheck disable=SC2046
is "$(cd "$PG_ABS_SRCDIR/src" && grep -L '"nls.h"' $(grep -l 'ereport(' ./*.c))" '' \
  'every file that reports uses our catalog'

catalog=$(pg_config --localedir)/de/LC_MESSAGES/wifox_import-$(pg_config --version |
  grep -oE '[0-9]+' | head -n 1).mo
if [ -e "$catalog" ] && localedef -i de_DE -f UTF-8 "$work/de_DE.UTF-8" 2>/dev/null; then
  export LOCPATH=$work
  make_server port=5432
  sql "CREATE EXTENSION wifox_import" "SELECT wifox_import_create_clients_table()" >/dev/null
  is "$(say_in_german "SELECT status FROM wifox_import_clients_data('email,firstName
a@example.org,A')")" $'upload.csv wird verarbeitet
Kunden erfolgreich importiert: 1 Kunden wurden importiert
1 angelegt, 0 geändert, 0 unverändert.\nimported' 'an import speaks German'
  like "$(say_in_german "SELECT status FROM wifox_import_clients_data('email,firstName
a,A')")" 'Import fehlgeschlagen: 1 von 1 Datensätzen sind fehlerhaft' 'so does one that fails'
  like "$(say_in_german "SELECT wifox_import_clients_data('x', mode => 'y')")" \
    '^ungültiger Wert für Option »mode«: »y«' 'and an error'
  like "$(say_in_german "SELECT wifox_import_clients_data('x', mode => 'y')")" \
    'Erlaubte Werte sind »upsert«, »create« und »update«\.' 'with the list of what is allowed'
  like "$(say_in_german "SELECT wifox_import_clients_data('x', delimiter => '::')")" \
    'Erlaubte Werte sind »auto« und einzelne ASCII-Zeichen' 'in whole words'
  like "$(say_in_german "SELECT wifox_import_undo(2)")" \
    'Import 2 kann nicht .* werden: er ist fehlgeschlagen' 'and so does an undo that is refused'
  is "$(sql "SELECT message FROM wifox_imports ORDER BY id")" \
    $'Client(s) imported successfully: 1 clients were imported\nImport failed: 1 of 1 records have errors, no client was changed' \
    'the history is English'
else
  for name in 'an import speaks German' 'so does one that fails' 'and an error' \
    'with the list of what is allowed' 'in whole words' 'and so does an undo that is refused' 'the history is English'; do
    skip "$name" 'there is no catalog or no German locale'
  done
fi
