#!/usr/bin/env bash
# Sessions that import overlapping files, beside an application (pgbench) that inserts, updates and
# deletes the same addresses, on a server of their own, which must have nothing to say about it. Short by
# default; ten minutes of it:
#
#   LOAD_SECONDS=600 LOAD_SESSIONS=16 LOAD_FILES=100 LOAD_RECORDS=5000 test/shell/load.sh

# shellcheck source=test/shell/tap.bash
. "$(dirname "$0")/tap.bash"

seconds=${LOAD_SECONDS:-6}
files=${LOAD_FILES:-6}
records=${LOAD_RECORDS:-300}
sessions_wanted=${LOAD_SESSIONS:-8}
pool=$records
pgbench=$("${PG_CONFIG:-pg_config}" --bindir)/pgbench

# A third of a file's records means clients that the application inserts and updates (p), a third such
# as it deletes, too (d), a third clients of the file's own; one more is refused by the table.
make_files()
{
  sql "CREATE TABLE load_records AS
      SELECT s, f, r, CASE r % 3 WHEN 0 THEN 'p' || (random() * $pool)::int WHEN 1 THEN 'd' || (random() * $pool)::int
        ELSE 'own' || s || '-' || f || '-' || r END AS name
      FROM generate_series(1, $sessions_wanted) s, generate_series(1, $files) f, generate_series(1, $records) r" \
    "DELETE FROM load_records a USING load_records b WHERE (a.s, a.f, a.name) = (b.s, b.f, b.name) AND a.r > b.r" \
    "CREATE TABLE load_files AS
      SELECT s, f, convert_to('email,firstName,comments,passport' || string_agg(
        format(E'\n%s@example.com,File,%s-%s,', name, s, f), '' ORDER BY r)
        || format(E'\nbad%s-%s@example.com,Bad,%s-%s,refused', s, f, s, f), 'UTF8') AS data
      FROM load_records GROUP BY s, f" \
    "CREATE UNIQUE INDEX ON load_files (s, f)" "ANALYZE load_records, load_files"
}

# What the application does; it keeps count of its updates.
start_application()
{
  cat >"$work/insert.sql" <<'SQL'
\set a random(1, :pool)
\set d random(0, 1)
INSERT INTO clients (username, first_name, email, height)
  VALUES ('app' || nextval('app_names'), 'App', CASE :d WHEN 0 THEN 'P' ELSE 'D' END || :a || '@Example.COM', 0)
  ON CONFLICT DO NOTHING;
SQL
  cat >"$work/update.sql" <<'SQL'
\set a random(1, :pool)
WITH updated AS (UPDATE clients SET height = coalesce(height, 0) + 1
  WHERE lower(email) = 'p' || :a || '@example.com' RETURNING id)
INSERT INTO app_updates SELECT :a FROM updated;
SQL
  cat >"$work/delete.sql" <<'SQL'
\set a random(1, :pool)
DELETE FROM clients WHERE lower(email) = 'd' || :a || '@example.com';
SQL
  "$pgbench" --no-vacuum --client 4 --jobs 2 --time "$seconds" --define pool="$pool" \
    --file "$work/insert.sql@3" --file "$work/update.sql@5" --file "$work/delete.sql@2" \
    >"$work/pgbench.out" 2>&1 &
  application=$!
}

# One session imports its files, one after the other; they share the time of the application.
import_files()
{
  local session=$1 file

  for ((file = 1; file <= files; file++)); do
    echo "SELECT 'done', status, records, created + updated + unchanged + skipped + failed
      FROM load_files, wifox_import_clients_data(data, 's$session-$file.csv', on_error => 'skip')
      WHERE (s, f) = ($session, $file);"
    echo "SELECT pg_sleep(1.5 * $seconds / $files * random()) \\g /dev/null"
  done | PGOPTIONS='-c client_min_messages=error' psql_bare >"$work/session$session.out" 2>&1 || true
}

# What the session of an import holds when it is over: locks, transactions, temporary files.
left_behind()
{
  sql "SELECT mode, relation::regclass FROM pg_locks JOIN pg_stat_activity USING (pid)
      WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())" \
    "SELECT 'session', state FROM pg_stat_activity
      WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()" \
    "SELECT 'temporary file', name FROM pg_ls_tmpdir()"
}

plan 14
make_server 'max_connections = 100' 'shared_buffers = 256MB' 'max_wal_size = 4GB' 'wifox_import.max_records = 0'
make_database wifox_load
sql "SELECT wifox_import_create_clients_table()" \
  "ALTER TABLE clients ADD CHECK (passport <> 'refused')" \
  "CREATE SEQUENCE app_names" "CREATE TABLE app_updates (a int)" \
  "INSERT INTO clients (username, first_name, email, height)
    SELECT 'start-' || c || i, 'Start', c || i || '@example.com', 0
    FROM generate_series(1, $pool, 2) i, unnest('{p,d}'::text[]) c" >/dev/null
make_files

start_application
importers=()
for ((session = 1; session <= sessions_wanted; session++)); do
  import_files "$session" &
  importers+=("$!")
done
wait "${importers[@]}"
ended=0
wait "$application" || ended=$?

is "$ended" 0 'the application met no error'
like "$(<"$work/pgbench.out")" 'actually processed: [1-9]' 'and has worked'
is "$(cat "$work"/session*.out | grep -vc '^done|partial|' || true)" 0 'every import ends with its result, none in an error'
is "$(cat "$work"/session*.out | awk -F'|' '$3 == $4 { n++ } END { print n }')" $((sessions_wanted * files)) \
  'and its counts add up'
is "$(sql "SELECT count(*), count(DISTINCT file_name) FROM wifox_imports WHERE status = 'partial'
  AND records = created + updated + unchanged + skipped + failed AND failed > 0")" \
  "$((sessions_wanted * files))|$((sessions_wanted * files))" 'every import is in the history, once'
is "$(sql "SELECT count(*) FROM (SELECT FROM clients GROUP BY lower(email) HAVING count(*) > 1) doubles")" 0 \
  'no address is there twice'

# The imports ran one after the other, in the order of their IDs.
sql "CREATE TABLE written AS
  SELECT name, i.id, s || '-' || f AS tag, e.code
  FROM (SELECT *, row_number() OVER (PARTITION BY s, f ORDER BY r) AS record FROM load_records) r
  JOIN wifox_imports i ON i.file_name = format('s%s-%s.csv', s, f)
  LEFT JOIN wifox_import_errors e ON e.import_id = i.id AND e.record = r.record" \
  "CREATE TABLE last_written AS SELECT DISTINCT ON (name) name, tag FROM written WHERE code IS NULL
    ORDER BY name, id DESC" "CREATE UNIQUE INDEX ON last_written (name)"
is "$(sql "SELECT count(*) FROM written WHERE code IS NOT NULL AND name !~ '^d'")" 0 \
  'no client was refused that nobody deletes'
is "$(sql "SELECT count(*) FROM last_written l LEFT JOIN clients ON lower(email) = name || '@example.com'
  WHERE name ~ '^own' AND comments IS DISTINCT FROM tag")" 0 'nothing that only one file has is lost'
is "$(sql "SELECT count(*) FROM last_written l LEFT JOIN clients ON lower(email) = name || '@example.com'
  WHERE name ~ '^p' AND comments IS DISTINCT FROM tag")" 0 'clients are as the last import wrote them'
is "$(sql "SELECT count(*) FROM last_written l JOIN clients ON lower(email) = name || '@example.com'
  WHERE name ~ '^d' AND comments IS NOT NULL AND comments <> tag")" 0 'or as the application made them anew'
is "$(sql "SELECT count(*) FROM (SELECT a, count(*) AS n FROM app_updates GROUP BY a) u
  FULL JOIN (SELECT * FROM clients WHERE email ~* '^p\\d') c ON lower(email) = 'p' || a || '@example.com'
  WHERE coalesce(n, 0) <> coalesce(height, 0)")" 0 'no update of the application is lost'
is "$(sql "SELECT pg_stat_clear_snapshot()" \
  "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()" | tail -n 1)" 0 \
  'there was no deadlock'
is "$(left_behind)" '' 'and nothing of the sessions is left'
is "$(grep -avE '(LOG|HINT|DETAIL|STATEMENT|CONTEXT):|canceling autovacuum task' "$work/server.log" |
  grep -aE '^....-|TRAP' || true)" '' \
  'the log of the server is free of warnings and errors'
sql "SELECT '# ' || count(*) || ' imports: ' || sum(created) || ' created, ' || sum(updated) || ' updated, '
  || sum(unchanged) || ' unchanged, ' || sum(failed) || ' failed; ' || (SELECT count(*) FROM written WHERE code IS NOT NULL)
  || ' of them lost a race; ' || max(finished_at) - min(started_at) FROM wifox_imports"
sed -n 's/^number of transactions actually/# application: transactions/p; s/^tps/# tps/p' "$work/pgbench.out"
