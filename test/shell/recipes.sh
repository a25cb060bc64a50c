#!/usr/bin/env bash
# The recipes of doc/recipes.md, and those of README.md for psql, run as they stand there: taken from
# the page, with nothing but folders, numbers and the names of database and roles put in their places.

# shellcheck source=test/shell/tap.bash
. "$(dirname "$0")/tap.bash"

recipes=$PG_ABS_SRCDIR/doc/recipes.md

# Print the first code block of README.md that holds a string.
readme()
{
  awk -v wanted="$1" '
    /^```/ { inside = !inside; if (!inside && index(block, wanted)) exit; block = ""; next }
    inside { block = block $0 "\n" }
    END { printf "%s", block }' "$PG_ABS_SRCDIR/README.md"
}

# Print the code block of this number below a heading of the page of recipes.
recipe()
{
  echo "$1 $2" >>"$work/used"
  awk -v heading="## $1" -v wanted="$2" '
    !inside && /^#/ { here = ($0 == heading); count = 0 }
    /^```/ { inside = !inside; if (inside) count++; next }
    inside && here && count == wanted' "$recipes" |
    sed -E "s|/srv/import|$work/in|; s|dbname crm|dbname $PGDATABASE|; s/TO (importer|webapp)/TO regress_\1/"
}

# Run SQL as a role, as psql does with a script.
play()
{
  PGUSER=$1 PGOPTIONS='-c client_min_messages=warning' psql_bare 2>&1
}

# A file of one client for the folder, written an hour ago.
drop_file()
{
  printf 'email,firstName\n%s\n' "$2" >"$work/in/$1"
  touch --date '1 hour ago' "$work/in/$1"
}

# What the history says of files, from this import on.
history_from()
{
  sql "SELECT file_name, status, created FROM wifox_imports WHERE id >= $1 ORDER BY id"
}

plan 25
make_database wifox_recipes
mkdir "$work/in"
make_role regress_importer
make_role regress_webapp
sql "SELECT wifox_import_create_clients_table()" >/dev/null
cd "$work"

# README: psql ---------------------------------------------------------------------

"$PG_ABS_SRCDIR/test/data/generate.pl" 100 >clients.csv
is "$(readme lo_import | play postgres)" 'imported|100|100' \
  'psql uploads a file as a large object'
is "$(sql "SELECT count(*) FROM pg_largeobject_metadata")" 0 'which is gone afterwards'
is "$(readme 'base64 clients.csv' | play postgres)" 'imported|100|0' \
  'psql uploads a file in a variable'
is "$(sql "SELECT count(DISTINCT file_sha256), count(DISTINCT file_bytes) FROM wifox_imports")" \
  '1|1' 'both are byte for byte the same'
id=$(sql "SELECT id FROM wifox_import_clients_data('email,firstName,comments
one,One,\"a \"\"tab	\"\" and
a line\"')")
readme ') errors.csv' | sed "s/(3)/($id)/" | play postgres
is "$(<errors.csv)" "email,firstName,comments,import_line,import_error
one,One,\"a \"\"tab	\"\" and
a line\",2,\"email: this is not an e-mail address: it has no @ (Write one address, such as ann@example.com.)\"" 'psql saves an error report'
sed -i 's/^one/one@example.com/' errors.csv
is "$(sql "SELECT status, parent_id FROM wifox_import_clients('$work/errors.csv')")" \
  "imported|$id" 'which can be corrected and imported'
readme template.csv | play postgres
is "$(sql "SELECT status, created FROM wifox_import_clients('$work/template.csv')")" 'imported|1' \
  'psql saves a template, and it is imported'

# A table of uploads ----------------------------------------------------------------

recipe 'A table of uploads' 1 | play postgres
upload="$(recipe 'A table of uploads' 2)"
is "$(sql "${upload/\$1/E\'email,firstName\\nup@example.com,Up\\nbad,Bad\'}")" \
  'partial|Client(s) imported partially: 1 of 2 clients were imported' 'an upload is imported'
is "$(sql "${upload/\$1/\'GIF89a\'}")" \
  'failed|Import failed: this is a GIF image, no client was changed' \
  'a file that is no CSV is told in the row'
is "$(sql "SELECT u.id, i.status, i.file_name FROM uploads u JOIN wifox_imports i
  ON i.id = import_id ORDER BY 1")" $'1|partial|clients.csv\n2|failed|clients.csv' \
  'each row knows its import'
recipe 'A table of uploads' 3 | play postgres
is "$(sql_as regress_webapp "${upload/\$1/E\'email,firstName\\nweb@example.com,Web\'}")" \
  'imported|Client(s) imported successfully: 1 clients were imported' \
  'a role without rights on the clients uploads'
is "$(sql "SELECT imported_by, session_user_name FROM wifox_imports ORDER BY id DESC LIMIT 1")" \
  'postgres|regress_webapp' 'and is named in the history'

# All files of a folder ---------------------------------------------------------------

sql "GRANT CREATE ON SCHEMA public TO regress_importer"
recipe 'All files of a folder' 4 | play postgres
recipe 'All files of a folder' 1 | play regress_importer
first=$(sql "SELECT max(id) + 1 FROM wifox_imports")
drop_file a.csv 'a@example.com,A'
drop_file b.csv 'b,B'
drop_file c.CSV 'c@example.com,C'
drop_file notes.txt 'd@example.com,D'
drop_file young.csv 'young@example.com,Y'
touch --date '1 hour' "$work/in/young.csv"
mkdir "$work/in/broken.csv"
touch --date '1 hour ago' "$work/in/broken.csv"
call="$(recipe 'All files of a folder' 2)"
like "$(sql_as regress_importer "$call")" 'WARNING: .*broken.csv: ' \
  'a file that cannot be read is told by a WARNING'
is "$(history_from "$first")" $'a.csv|imported|1\nb.csv|failed|0\nc.CSV|imported|1' \
  'all other files are imported, in their order'
is "$(sql "SELECT count(DISTINCT xmin::text) FROM wifox_imports WHERE id >= $first")" 3 \
  'each in a transaction of its own'
sql_as regress_importer "$call" >/dev/null
is "$(history_from "$((first + 3))")" '' 'the next call imports nothing again'
drop_file b.csv 'b@example.com,B'
sql_as regress_importer "$call" >/dev/null
is "$(history_from "$((first + 3))")" 'b.csv|imported|1' 'but a file that was corrected'
is "$(recipe 'All files of a folder' 3 | play regress_importer | cut -d '|' -f 2-6)" \
  $'a.csv|imported|1|0|0\nb.csv|failed|0|0|1\nc.CSV|imported|1|0|0\nb.csv|imported|1|0|0' \
  'the history shows what became of the files'

# A worker that listens ----------------------------------------------------------------

recipe 'A worker that listens' 1 >worker.sh
bash worker.sh >worker.out 2>&1 &
sessions+=("$!")
wait_until 'the worker listens' holds "SELECT count(*) = 1 FROM pg_stat_activity
  WHERE datname = current_database() AND state = 'idle' AND query IN ('LISTEN wifox_import;', 'SELECT;')"
id=$(sql "SELECT id FROM wifox_import_clients_data('email,firstName
worker@example.com,W')")
wait_until 'the worker says something' grep -q . worker.out
like "$(<worker.out)" "^An import has ended: \{\"id\": $id, \"status\": \"imported\"" \
  'a worker is told of an import'

# History that is kept for a year -------------------------------------------------------

sql "UPDATE wifox_imports SET finished_at = now() - interval '400 days' WHERE id < $first"
is "$(recipe 'History that is kept for a year' 1 | play postgres)" "$((first - 1))" \
  'old history is removed'

# pg_cron, on a server that has it preloaded ----------------------------------------------

# Wait until pg_cron rests: it has looked for jobs of a start then, and does not look again before the
# next one. It comes a second late to a database that was made after the server had started.
wait_for_pg_cron()
{
  wait_until 'pg_cron rests' holds "SELECT count(*) = 1 FROM pg_stat_activity
    WHERE backend_type = 'pg_cron launcher' AND wait_event_type = 'Extension'"
}

# Take the recipes for pg_cron, and let their jobs run when the server starts.
with_pg_cron()
{
  local settings

  readarray -t settings < <(recipe 'Every night, with pg_cron' 1)
  make_server "${settings[@]}"
  createdb crm
  export PGDATABASE=crm
  sql "CREATE ROLE regress_importer LOGIN" "CREATE EXTENSION wifox_import" \
    "SELECT wifox_import_create_clients_table()" \
    "GRANT CREATE ON SCHEMA public TO regress_importer" >/dev/null
  recipe 'All files of a folder' 4 | play postgres
  recipe 'All files of a folder' 1 | play regress_importer
  recipe 'Every night, with pg_cron' 2 | play postgres
  like "$(recipe 'Every night, with pg_cron' 3 | play regress_importer)" '^[0-9]+$' \
    'a job is scheduled'
  like "$(recipe 'History that is kept for a year' 2 | play postgres)" '^[0-9]+$' 'and another'
  wait_for_pg_cron
  sql "SELECT status FROM wifox_import_clients_data('email,firstName')" \
    "UPDATE wifox_imports SET finished_at = now() - interval '400 days'" \
    "UPDATE cron.job SET schedule = '@reboot'" >/dev/null
  stop_server fast
  start_server
}

# Wait until both jobs have run, and print how they ended.
wait_for_jobs()
{
  wait_until 'both jobs have ended' holds "SELECT count(*) = 2 FROM cron.job_run_details
    WHERE status IN ('succeeded', 'failed')"
  sql "SELECT username, status FROM cron.job_run_details ORDER BY 1"
}

if [ "$(sql "SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_cron'")" = 1 ]; then
  with_pg_cron
  is "$(wait_for_jobs)" $'postgres|succeeded\nregress_importer|succeeded' 'the jobs run'
  is "$(history_from 1)" \
    $'a.csv|imported|1\nb.csv|imported|1\nc.CSV|imported|1' \
    'one has imported the files of the folder, the other has removed old history'
else
  for name in 'a job is scheduled' 'and another' 'the jobs run' 'one has imported the files'; do
    skip "$name" 'pg_cron is not installed'
  done
  printf '%s\n' 'Every night, with pg_cron '{1,2,3} 'History that is kept for a year 2' >>used
fi

is "$(sort -u used | wc -l)" "$(($(grep -c '^```' "$recipes") / 2))" 'every recipe was tried'
