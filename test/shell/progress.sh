#!/usr/bin/env bash
# Other sessions see how far an import is: in pg_stat_progress_copy, and with an estimate of the time
# left in wifox_import_progress. The session itself gets a NOTICE every few seconds.

# shellcheck source=test/shell/tap.bash
. "$(dirname "$0")/tap.bash"

# What stands in the slot of this session. A transaction sees what it saw first, unless it is cleared.
slot="SELECT relid::regclass, command, type, bytes_processed, pid
  FROM pg_stat_progress_copy WHERE pid = pg_backend_pid()"
clear="pg_stat_clear_snapshot()"

# Wait until this many percent are done, and print what the view shows then.
wait_for_percent()
{
  local tries=0 row=''

  until [ -n "$row" ] || [ $tries -ge 300 ]; do
    row=$(sql "SELECT percent, extract(epoch FROM time_left), records, records_per_second > 0,
        elapsed > '0', started_at < clock_timestamp(), bytes_processed, bytes_total, user_name,
        datname, target
      FROM wifox_import_progress WHERE percent >= $1")
    tries=$((tries + 1))
    sleep 0.1
  done
  echo "$row"
}

# Did the time left that was seen come true, when the clerk has got this far?
comes_true()
{
  hear clerk "^$1"
  awk -v left="$left" -v seen="$seen" -v now="$EPOCHREALTIME" 'BEGIN {
    took = now - seen
    print (took > left / 2 && took < left * 2 ? "true" : took " s") }'
}

# What all running imports show now, as seen by a role.
seen_by()
{
  sql_as "$1" "SELECT target FROM wifox_import_progress"
}

plan 29
make_database wifox_progress_other
make_database wifox_progress
sql "SELECT wifox_import_create_clients_table()" \
  "CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS \$\$
  BEGIN PERFORM pg_sleep(0.01); RETURN new; END \$\$" \
  "CREATE TRIGGER dawdle BEFORE INSERT ON clients FOR EACH ROW EXECUTE FUNCTION dawdle()" \
  "CREATE FUNCTION dawdle_back() RETURNS trigger LANGUAGE plpgsql AS \$\$
  BEGIN PERFORM pg_sleep(0.01); RETURN old; END \$\$" \
  "CREATE TABLE uploads (data text)" "CREATE TABLE outcomes (outcome text)" >/dev/null
"$PG_ABS_SRCDIR/test/data/generate.pl" >"$work/clients.csv"
size=$(stat --format %s "$work/clients.csv")
make_role regress_clerk
make_role regress_watcher
make_role regress_nobody
sql "GRANT pg_read_all_stats TO regress_watcher" "GRANT pg_read_server_files TO regress_clerk" \
  "GRANT SELECT, INSERT, UPDATE ON clients TO regress_clerk"

# 828 records that take at least 10 ms each.
PGUSER=regress_clerk start_session clerk
say clerk "SELECT status FROM wifox_import_clients('$work/clients.csv')"
IFS='|' read -r percent left records rate elapsed started bytes total facts \
  <<<"$(wait_for_percent 40)"
seen=$EPOCHREALTIME
like "$percent" '^[4-9][0-9]\.[0-9]$' 'another session sees how far the import is'
is "$rate|$elapsed|$started" 't|t|t' 'with its rate and its times'
is "$total|$facts" "$size|regress_clerk|wifox_progress|public.clients" 'with file, user and table'
below "$(awk "BEGIN { print int(1000 * (100 * $bytes / $total - $percent)) ^ 2 }")" 10000 \
  'the bytes agree with the percentage'
is "$((records > 828 * ${percent%.*} / 110 && records < 828))" 1 'the records, too'
is "$(sql "SELECT relid::regclass, command, type, bytes_total, bytes_processed > 0,
    tuples_processed > 0, tuples_excluded FROM pg_stat_progress_copy")" \
  "clients|COPY FROM|FILE|$size|t|t|0" 'pg_stat_progress_copy shows it'
is "$(seen_by regress_clerk)" public.clients 'the same role sees it'
is "$(seen_by regress_watcher)" public.clients 'members of pg_read_all_stats see it'
is "$(seen_by regress_nobody)" '' 'other roles do not'
is "$(PGDATABASE=wifox_progress_other sql "SELECT datname, target FROM wifox_import_progress")" \
  'wifox_progress|' 'it is seen from another database, too'
is "$(comes_true imported)" true "the estimate of $left s comes true within a factor of two"
like "$(<"$work/clerk.out")" 'Processing clients.csv: [1-9][0-9] % \([1-9][0-9]* records\)' \
  'a NOTICE says how far it is'
is "$(sql "SELECT count(*) FROM wifox_import_progress" \
  "SELECT count(*) FROM pg_stat_progress_copy")" $'0\n0' 'when it has ended, nothing is shown'

# The undo of it takes 10 ms for each client, too.
sql "CREATE TRIGGER dawdle_back BEFORE DELETE ON clients FOR EACH ROW EXECUTE FUNCTION dawdle_back()"
sql "GRANT DELETE ON clients TO regress_clerk"
say clerk "SELECT status FROM wifox_import_undo((SELECT max(id) FROM wifox_imports))"
IFS='|' read -r percent left records rate elapsed started bytes total facts \
  <<<"$(wait_for_percent 40)"
seen=$EPOCHREALTIME
like "$percent" '^[4-9][0-9]\.[0-9]$' 'another session sees how far an undo is'
is "$rate|$elapsed|$started|$bytes|$total|$facts" \
  't|t|t|0|0|regress_clerk|wifox_progress|public.clients' 'with its rate and its times, without bytes'
is "$((records > 828 * ${percent%.*} / 110 && records < 828))" 1 'and with its clients'
is "$(comes_true undone)" true "its estimate of $left s comes true within a factor of two"
like "$(<"$work/clerk.out")" 'Undoing import [0-9]+: [1-9][0-9] % \([1-9][0-9]* clients\)' \
  'a NOTICE says how far it is'
is "$(sql "SELECT count(*) FROM pg_stat_progress_copy" "DROP TRIGGER dawdle_back ON clients")" 0 \
  'when it has ended, nothing is shown'

# Bytes of the client, read twice: the percentage never goes back.
sql "DELETE FROM clients"
start_session twice
say twice "\\set data \`base64 $work/clients.csv\`"
say twice "SELECT status FROM wifox_import_clients_data(decode(:'data', 'base64'),
  duplicates => 'last')"
: >"$work/steps"
until grep -q '^imported' "$work/twice.out" || [ "$(wc -l <"$work/steps")" -gt 600 ]; do
  sql "SELECT percent, bytes_total, (SELECT type FROM pg_stat_progress_copy)
    FROM wifox_import_progress" >>"$work/steps"
  sleep 0.1
done
is "$(cut -d '|' -f 2- "$work/steps" | sort -u)" "$((size * 2))|CALLBACK" \
  'a file that is read twice has twice its bytes'
sort -c -n -t '|' -k 1,1 "$work/steps" && sorted=yes || sorted=no
is "$sorted" yes 'its percentage never goes back'
below 5 "$(cut -d '|' -f 1 "$work/steps" | sort -u | wc -l)" 'and moves on'

# A batch that is rolled back makes the server forget the command; the importer does not.
sql "DROP TRIGGER dawdle ON clients" \
  "CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS \$\$
  BEGIN
    IF new.email ~ '^look' THEN
      PERFORM $clear;
      INSERT INTO outcomes SELECT concat_ws(' ', relid, command, type) FROM ($slot) s;
    END IF;
    RETURN NULL;
  END \$\$" \
  "CREATE TRIGGER look AFTER INSERT ON clients FOR EACH ROW EXECUTE FUNCTION look()" \
  "ALTER TABLE clients ADD CHECK (first_name <> 'bad')"
is "$(sql "SELECT created, failed FROM wifox_import_clients_data('email,firstName
a@example.com,bad
look@example.com,Look', on_error => 'skip')" "SELECT * FROM outcomes")" \
  $'1|1\nclients COPY FROM CALLBACK' 'after a record that the table refused it is shown'
is "$(sql "BEGIN" "SELECT failed FROM wifox_import_clients_data('email,firstName
b@example.com,bad')" "$slot" "SELECT status FROM wifox_import_clients_data('email,firstName
c@example.com,C', dry_run => true)" "SELECT FROM $clear" "$slot" "ROLLBACK")" $'1\nchecked' \
  'a refused import and a dry run leave nothing in the slot'
is "$(sql "DO \$\$
  BEGIN
    PERFORM * FROM wifox_import_clients_data('email,firstName
b@example.com,bad', on_error => 'raise');
  EXCEPTION WHEN bad_copy_file_format THEN
    PERFORM $clear;
    INSERT INTO outcomes SELECT 'shown' FROM ($slot) s;
  END \$\$" "SELECT count(*) FROM outcomes WHERE outcome = 'shown'")" 0 'nor does an ERROR'

# A COPY that calls the importer keeps its slot, whatever becomes of the import.
sql "CREATE FUNCTION take() RETURNS trigger LANGUAGE plpgsql AS \$\$
  DECLARE outcome text;
  BEGIN
    SELECT status INTO outcome FROM wifox_import_clients_data(convert_to(new.data, 'UTF8'));
    PERFORM $clear;
    INSERT INTO outcomes SELECT concat_ws(' ', outcome, relid, command, type,
        bytes_processed > 0, (SELECT count(*) FROM wifox_import_progress)) FROM ($slot) s;
    RETURN new;
  END \$\$" \
  "CREATE TRIGGER take BEFORE INSERT ON uploads FOR EACH ROW EXECUTE FUNCTION take()" \
  "DELETE FROM outcomes"
for name in d bad; do
  printf '"email,firstName\n%s@example.com,%s"\n' "$name" "$name" >>"$work/uploads.csv"
done
psql_bare --command "\\copy uploads FROM '$work/uploads.csv' (FORMAT csv)" 2>/dev/null
is "$(sql "SELECT outcome FROM outcomes ORDER BY 1 DESC")" \
  $'imported uploads COPY FROM PIPE t 0\nfailed uploads COPY FROM PIPE t 0' \
  'a COPY whose trigger imports keeps its slot'

# So does an import whose trigger imports into another table.
sql "CREATE TABLE others (LIKE clients INCLUDING ALL)" \
  "CREATE OR REPLACE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS \$\$
  BEGIN
    IF tg_relid = 'clients'::regclass THEN
      PERFORM set_config('wifox_import.clients_table', 'others', true);
      PERFORM * FROM wifox_import_clients_data('email,firstName
e@example.com,E');
      PERFORM * FROM wifox_import_clients_data('email,firstName
f@example.com,F', dry_run => true);
      PERFORM set_config('wifox_import.clients_table', 'clients', true);
    END IF;
    PERFORM $clear;
    INSERT INTO outcomes SELECT concat_ws(' ', tg_relid::regclass, relid, target)
      FROM ($slot) s JOIN wifox_import_progress USING (pid);
    RETURN NULL;
  END \$\$" \
  "CREATE TRIGGER look AFTER INSERT ON others FOR EACH ROW EXECUTE FUNCTION look()" \
  "TRUNCATE outcomes"
is "$(sql "SELECT status FROM wifox_import_clients_data('email,firstName
g@example.com,G')" "SELECT outcome FROM outcomes ORDER BY 1")" \
  $'imported\nclients clients public.clients\nothers clients public.clients' 'an import whose trigger imports keeps its slot'
is "$(sql "SET track_activities = off" "SELECT status FROM wifox_import_clients_data(
  'email,firstName
h@example.com,H')")" imported 'without track_activities nothing is shown, and all works'
is "$(sql "SELECT count(*) FROM pg_stat_progress_copy")" 0 'no slot is left in use'
