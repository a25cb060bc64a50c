#!/usr/bin/env bash
# Files of the server: who may read which, what is no file to be read, and files that change while
# they are looked at. Whatever lies outside of wifox_import.directory has one and the same answer.

# shellcheck disable=SC2016 # the programs in single quotes are those of perl
# shellcheck source=test/shell/tap.bash
. "$(dirname "$0")/tap.bash"

inside=$work/in
outside=$work/out

# Import a file as a role: the status, or everything that the role is told, the path left out.
import_as()
{
  local role=$1 path=${2//\'/\'\'}

  sql_as "$role" "${@:3}" "SELECT status FROM wifox_import_clients('$path')" |
    grep -E '^(ERROR|DETAIL|HINT|imported|failed)' | sed 's|file ".*"|file "…"|; s|: ".*" is|: "…" is|'
}

# Lay out the folders; each file holds a client that says where it lies.
make_files()
{
  local path

  mkdir -p "$inside/sub/deep" "$outside/sub" "$inside-not" "$inside/folder.csv"
  for path in in/a.csv in/sub/b.csv in/sub/deep/c.csv out/o.csv out/sub/b.csv in-not/d.csv \
    'in/two words.csv' $'in/two\nlines.csv' "in/it's.csv" 'in/back\slash.csv' in/..dots.csv \
    "in/$(printf 'x%.0s' {1..251}).csv"; do
    printf 'email,firstName\n%s@example.com,A\n' "${path%%/*}" >"$work/$path"
  done
  ln -s "$outside/o.csv" "$inside/link.csv"
  ln -s ../out/o.csv "$inside/relative.csv"
  ln -s a.csv "$inside/inner.csv"
  ln -s "$outside/missing.csv" "$inside/dangling.csv"
  ln -s link.csv "$inside/chain.csv"
  ln -s loop.csv "$inside/loop.csv"
  ln -s "$outside" "$inside/linked"
  ln -s sub "$inside/inner"
  ln -s .. "$inside/up"
  ln -s /proc/self "$inside/self"
  ln "$inside/a.csv" "$inside/hard.csv"
  mkfifo "$inside/pipe.csv" "$outside/pipe.csv"
  cp "$inside/a.csv" "$inside/unreadable.csv"
  cp "$outside/o.csv" "$outside/unreadable.csv"
  chmod -R a+rX "$work"
  chmod 000 "$inside/unreadable.csv" "$outside/unreadable.csv"
  ln -s "$inside" "$work/in-link"
}

# Paths that lead outside, or that could: one a line.
outside_paths()
{
  cat <<EOF_PATHS
$outside/o.csv
$outside/missing.csv
$outside/missing/missing.csv
$outside/unreadable.csv
$outside/pipe.csv
$outside/sub
$outside
$work
$inside-not/d.csv
$inside-no
$inside/../out/o.csv
$inside/../in/a.csv
$inside/sub/..
../out/o.csv
..
sub/../../out/o.csv
sub/../a.csv
link.csv
$inside/link.csv
relative.csv
inner.csv
dangling.csv
chain.csv
loop.csv
linked/o.csv
linked/missing.csv
linked/sub/b.csv
linked
inner/b.csv
up/out/o.csv
self/environ
self/fd/0
/
//
//etc/passwd
/etc/passwd
/etc/shadow
/dev/zero
/proc/self/environ
/proc/self/cwd/PG_VERSION
${inside%/*}
$(printf '/x%.0s' {1..3000})
EOF_PATHS
}

# Those of the paths that a role gets another answer for, by each function that takes a path.
told_apart()
{
  local role=$1 want=$2 call

  for call in clients read mapping; do
    sql_as "$role" "DO \$\$
      DECLARE
        path text; detail text; hint text;
      BEGIN
        FOREACH path IN ARRAY string_to_array('$(outside_paths)', E'\n') LOOP
          BEGIN
            PERFORM * FROM wifox_import_$call(path);
            RAISE WARNING '% was read', path;
          EXCEPTION WHEN OTHERS THEN
            GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
            IF concat_ws(E'\n', 'ERROR:  ' || SQLSTATE || ': '
                || replace(SQLERRM, format('\"%s\"', path), '\"…\"'),
                'DETAIL:  ' || detail, 'HINT:  ' || hint) <> '${want//\'/\'\'}' THEN
              RAISE WARNING '$call %: % % %', path, SQLERRM, detail, hint;
            END IF;
          END;
        END LOOP;
      END \$\$"
  done
}

# Import as the role what somebody else swaps all the time: whether imports of a thousand, or of more on a
# busy machine, went through, and what they brought in.
import_swapped()
{
  local path=$1

  shift
  timeout 60 perl -e "$1" "$inside" "$outside" &
  swapper=$!
  timeout 10 sh -c "until [ -e '$inside/$path' ]; do sleep 0.1; done"
  sql_as regress_clerk "DO \$\$
    BEGIN
      PERFORM set_config('wifox.done', '0', false);
      FOR i IN 1 .. 20000 LOOP
        EXIT WHEN i > 1000 AND current_setting('wifox.done')::int > 0;
        BEGIN
          PERFORM * FROM wifox_import_clients('$path');
          PERFORM set_config('wifox.done', (current_setting('wifox.done')::int + 1)::text, false);
        EXCEPTION WHEN insufficient_privilege OR wrong_object_type OR undefined_file THEN
        END;
      END LOOP;
    END \$\$" "SELECT current_setting('wifox.done')::int > 0" \
    "SELECT string_agg(DISTINCT email, ' ') FROM clients"
  kill "$swapper"
  wait "$swapper" 2>/dev/null || true
}

plan 73
make_files
make_database wifox_files
make_role regress_clerk
make_role regress_heir
make_role regress_stranger
sql "SELECT wifox_import_create_clients_table()" \
  "GRANT SELECT, INSERT, UPDATE ON clients TO regress_clerk, regress_heir, regress_stranger" >/dev/null

# The directory ----------------------------------------------------------------------

refused='ERROR:  42501: permission denied to read file "…"
DETAIL:  Only roles with privileges of the "pg_read_server_files" role may read every file; other roles may read files below wifox_import.directory.
HINT:  wifox_import_clients_data() takes the bytes of a file and needs no right to server files.'
is "$(import_as regress_clerk "$inside/a.csv")" "$refused" 'without a directory no file is read'
is "$(told_apart regress_clerk "$refused")" '' 'and all have one answer'
sql "ALTER ROLE regress_clerk SET wifox_import.directory = '$inside'"
is "$(told_apart regress_clerk "$refused")" '' 'so has all that leads outside of a directory'
for path in a.csv "$inside/a.csv" sub/b.csv sub/deep/c.csv ./a.csv sub/./b.csv sub//b.csv \
  "$inside//sub///b.csv" "/${inside}/a.csv" 'two words.csv' $'two\nlines.csv' "it's.csv" \
  'back\slash.csv' ..dots.csv "$(printf 'x%.0s' {1..251}).csv"; do
  is "$(import_as regress_clerk "$path")" imported "below it: ${path//$'\n'/ }"
done
is "$(import_as regress_clerk hard.csv)" imported 'a hard link is a file of the folder that it is in'
is "$(sql "SELECT DISTINCT email FROM clients")" in@example.com 'nothing came from outside'

# What is below the directory may be spoken of.
like "$(import_as regress_clerk missing.csv)" '^ERROR:  58P01: could not open file "…"' \
  'a file that is not there'
like "$(import_as regress_clerk '')" '^ERROR:  58P01: could not open file "…"' 'a name that is empty'
like "$(import_as regress_clerk unreadable.csv)" '^ERROR:  42501: could not open file "…" for reading: Permission denied' \
  'a file that the server may not read'
like "$(import_as regress_clerk "$(printf 'x%.0s' {1..5000}).csv")" \
  '^ERROR:  [0-9A-Z]{5}: could not open file "…"' 'a name that is too long'
is "$(import_as regress_clerk folder.csv)" 'ERROR:  42809: "…" is a directory' 'a directory'
is "$(import_as regress_clerk sub/)" 'ERROR:  42809: "…" is a directory' 'a directory and a slash'
is "$(import_as regress_clerk . )" 'ERROR:  42809: "…" is a directory' 'the directory itself'
export PGOPTIONS='-c statement_timeout=20s'
is "$(import_as regress_clerk pipe.csv)" 'ERROR:  42809: "…" is not a regular file' \
  'a FIFO is refused, and nobody waits for it'
(timeout 3 sh -c "cat '$inside/a.csv' >'$inside/pipe.csv'" || echo "$?" >"$work/writer") &
sleep 0.5
import_as regress_clerk pipe.csv >/dev/null
wait $!
is "$(cat "$work/writer")" 124 'nor is it opened: who waits to write to it, waits on'
sql "ALTER ROLE regress_clerk SET wifox_import.directory = '/dev'"
for name in null zero tty full; do
  is "$(import_as regress_clerk "$name")" 'ERROR:  42809: "…" is not a regular file' "/dev/$name"
done
sql "ALTER ROLE regress_clerk SET wifox_import.directory = '$(sql "SHOW unix_socket_directories" |
  cut -d , -f 1)'"
is "$(import_as regress_clerk ".s.PGSQL.$(sql "SHOW port")")" 'ERROR:  42809: "…" is not a regular file' 'a socket'
unset PGOPTIONS

# What the directory may be.
for directory in "$inside/" "$inside//" "$work/./in" "$work/in-link" "$work/in-link/"; do
  sql "ALTER ROLE regress_clerk SET wifox_import.directory = '$directory'"
  is "$(import_as regress_clerk "$inside/../in-link/a.csv" && import_as regress_clerk a.csv &&
    import_as regress_clerk link.csv)" "$refused"$'\nimported\n'"$refused" \
    "the directory is ${directory#"$work"}"
done
sql "ALTER ROLE regress_clerk SET wifox_import.directory = '/'"
is "$(import_as regress_clerk "$inside/a.csv" && import_as regress_clerk "${inside#/}/a.csv" &&
  import_as regress_clerk "$inside/link.csv")" $'imported\nimported\n'"$refused" 'the directory is /'
sql "ALTER ROLE regress_clerk SET wifox_import.directory = '$work/nowhere'"
like "$(import_as regress_clerk a.csv)" '^ERROR:  58P01: could not open directory ".*/nowhere"' \
  'the directory is not there'
like "$(import_as regress_clerk "$outside/o.csv")" '^ERROR:  42501: permission denied to read file' \
  'which is told only of what would be below it'
sql "ALTER ROLE regress_clerk SET wifox_import.directory = '$inside/a.csv'"
like "$(import_as regress_clerk a.csv)" '^ERROR:  [0-9A-Z]{5}: could not open directory' \
  'the directory is a file'
like "$(failure "LOAD 'wifox_import'" "SET wifox_import.directory = 'relative'")" '^22023' \
  'the directory must be absolute'
sql "ALTER ROLE regress_clerk SET wifox_import.directory = '$inside'"

# Who may set it -----------------------------------------------------------------------

sql "ALTER DATABASE wifox_files OWNER TO regress_stranger" \
  "GRANT CREATE ON SCHEMA public TO regress_stranger"
opened=''
for attempt in "SET wifox_import.directory = '$outside'" \
  "SELECT set_config('wifox_import.directory', '$outside', false)" \
  "ALTER ROLE regress_stranger SET wifox_import.directory = '$outside'" \
  "ALTER DATABASE wifox_files SET wifox_import.directory = '$outside'" \
  "ALTER ROLE regress_stranger IN DATABASE wifox_files SET wifox_import.directory = '$outside'"; do
  opened+=$(import_as regress_stranger "$outside/o.csv" "$attempt")
  opened+=$(import_as regress_stranger "$outside/o.csv" \
    "SELECT count(*) FROM wifox_import_read_data('a')" "$attempt")
  opened+=$(import_as regress_stranger "$outside/o.csv")
done
denied='ERROR:  42501: permission denied to set parameter "wifox_import.directory"'
is "$(tr -d '\n' <<<"$opened" | sed "s/${refused//$'\n'/}//g; s/$denied//g")" '' \
  'cannot set it in any way'
is "$(PGOPTIONS="-c wifox_import.directory=$outside" import_as regress_stranger "$outside/o.csv")" \
  "$refused" 'nor when it connects'
like "$(failure_as regress_stranger "CREATE FUNCTION widen(path text) RETURNS text LANGUAGE sql
  SET wifox_import.directory = '$outside' AS 'SELECT status FROM wifox_import_clients(path)'")" \
  '^42501' 'nor by a function that sets it'
like "$(failure_as regress_stranger "SELECT count(*) FROM wifox_import_read_data('a')" \
  "CREATE FUNCTION widen() RETURNS void LANGUAGE sql SET wifox_import.directory = '/' AS ''")" \
  '^42501' 'nor when the library is loaded'
sql "GRANT SET ON PARAMETER wifox_import.directory TO regress_stranger"
is "$(import_as regress_stranger o.csv "SET wifox_import.directory = '$outside'")" imported \
  'but who is granted SET may'
sql "REVOKE SET ON PARAMETER wifox_import.directory FROM regress_stranger" "DELETE FROM clients"

# pg_read_server_files, and rights that are lent ------------------------------------------

sql "GRANT pg_read_server_files TO regress_heir"
is "$(import_as regress_heir "$outside/o.csv")" imported 'pg_read_server_files reads any file'
is "$(import_as regress_heir "$inside/chain.csv")" imported 'and follows links'
is "$(import_as regress_heir /dev/zero)" 'ERROR:  42809: "…" is not a regular file' 'but files only'
is "$(import_as regress_heir link.csv "SET ROLE regress_heir")" \
  'ERROR:  58P01: could not open file "…" for reading: No such file or directory' \
  'relative to the data directory'
sql "GRANT regress_heir TO regress_stranger"
is "$(import_as regress_stranger "$outside/o.csv")" imported 'also by a role in between'
sql "ALTER ROLE regress_stranger NOINHERIT" "REVOKE regress_heir FROM regress_stranger" \
  "GRANT regress_heir TO regress_stranger"
is "$(import_as regress_stranger "$outside/o.csv")" "$refused" 'but not where it is not inherited'
is "$(import_as regress_stranger "$outside/o.csv" "SET ROLE regress_heir")" imported \
  'until the role is set'
sql "CREATE FUNCTION lent(path text) RETURNS text LANGUAGE sql SECURITY DEFINER AS
  'SELECT status FROM wifox_import_clients(path)'"
is "$(sql_as regress_clerk "SELECT lent('$outside/o.csv')")" imported \
  'a SECURITY DEFINER function lends its rights'
sql "DELETE FROM clients"

# Files that change ----------------------------------------------------------------------

is "$(import_swapped race.csv 'my ($in, $out) = @ARGV; chdir $in;
  while (1) {
    symlink("$out/o.csv", "t"); rename("t", "race.csv");
    link("a.csv", "u"); rename("u", "race.csv"); unlink("u");
  }')" $'t\nin@example.com' 'a file that becomes a link outside is never read as that'
is "$(import_swapped race/b.csv 'my ($in, $out) = @ARGV; chdir $in; symlink($out . "/sub", "l");
  system("cp -r sub race");
  while (1) {
    rename("race", "d"); rename("l", "race"); rename("race", "l"); rename("d", "race");
  }')" $'t\nin@example.com' 'nor is a folder'
is "$(PGOPTIONS='-c statement_timeout=60s' import_swapped fifo.csv 'my ($in) = @ARGV; chdir $in;
  while (1) {
    link("pipe.csv", "t"); rename("t", "fifo.csv"); unlink("t");
    link("a.csv", "u"); rename("u", "fifo.csv"); unlink("u");
  }')" $'t\nin@example.com' 'and nobody waits for a file that becomes a FIFO'

# A trigger of the table is as good a moment as any for somebody who writes the file.
sql "CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS \$\$
  BEGIN
    EXECUTE current_setting('wifox.meddle');
    RETURN NULL;
  END \$\$" "CREATE TRIGGER meddle AFTER INSERT ON clients EXECUTE FUNCTION meddle()"
{
  echo email,firstName
  seq -f 'c%.0f@example.com,A' 12000
} >"$work/full"
meddle()
{
  rm -f "$inside/change.csv"
  cp "$work/full" "$inside/change.csv"
  touch --date '1 hour ago' "$inside/change.csv"
  chmod a+rw "$inside/change.csv"
  chmod a+rwx "$inside"
  sql "SET wifox_import.max_records = 0" "SET wifox.meddle = 'COPY (SELECT) TO PROGRAM ''cat; $1'''" \
    "SELECT status FROM wifox_import_clients('$inside/change.csv')" |
    sed -n 's/^ERROR: *//p; /^[a-z]*$/p'
}
changed='55006: file "change.csv" changed while it was read'
is "$(meddle "echo x@example.com,X >> $inside/change.csv")" "$changed" 'a file that grows'
is "$(meddle "truncate --size 100000 $inside/change.csv")" "$changed" 'a file that is cut'
is "$(meddle "dd if=$work/full of=$inside/change.csv conv=notrunc status=none")" "$changed" \
  'a file that is written again'
is "$(sql "SELECT count(*) FROM clients WHERE email LIKE 'c%'")" 0 'leave no client'
is "$(meddle "rm -f $inside/change.csv")" imported 'a file that is deleted is read to its end'
is "$(sql "SELECT count(*) FROM clients WHERE email LIKE 'c%'")" 12000 'with all its clients'
sql "DELETE FROM clients" "DROP FUNCTION meddle CASCADE" 2>/dev/null

# Size, number, and names that are no UTF-8 -------------------------------------------------

cp "$inside/a.csv" "$inside/sparse.csv"
truncate --size 1T "$inside/sparse.csv"
is "$(import_as regress_clerk sparse.csv)" failed 'a sparse file of a terabyte'
like "$(sql "SELECT message FROM wifox_imports ORDER BY id DESC LIMIT 1")" 'larger than' \
  'is too large'
like "$(failure_as regress_clerk "SELECT count(*) FROM wifox_import_read('sparse.csv')")" '^54000' \
  'for the reader, too'
like "$(sql "SET wifox_import.max_file_size = 0" \
  "SELECT message FROM wifox_import_clients('$inside/sparse.csv')")" 'NUL bytes' \
  'and no CSV where there is no limit'

many=$(printf "wifox_import_read('a.csv'), %.0s" {1..1500})
like "$(failure_as regress_clerk "SELECT ${many%, }")" '^53000: could not open file' \
  'a session cannot open as many files as it likes'
is "$(sql_as regress_clerk "DO \$\$
  BEGIN
    FOR i IN 1 .. 2000 LOOP
      BEGIN
        PERFORM * FROM wifox_import_clients('missing.csv');
      EXCEPTION WHEN undefined_file THEN
      END;
    END LOOP;
  END \$\$" "SELECT count(*) FROM wifox_import_read('a.csv')")" 2 'files that are not there take none'
createdb --encoding SQL_ASCII --locale C --template template0 wifox_files_ascii
databases+=(wifox_files_ascii)
export PGDATABASE=wifox_files_ascii PGCLIENTENCODING=SQL_ASCII
name=$'caf\xe9 \xff.csv'
cp "$inside/a.csv" "$inside/$name"
is "$(sql "CREATE EXTENSION wifox_import" "SELECT wifox_import_create_clients_table()" \
  "SELECT status, file_name FROM wifox_import_clients('$inside/$name')")" \
  $'clients\nimported|'"$name" 'a name that is no UTF-8, in a database that takes it'
