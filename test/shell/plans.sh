#!/usr/bin/env bash
# Every look-up of a client goes through an index, for each record of the batch, even in a table
# whose statistics still say that it is empty. auto_explain shows the plans.

set -euo pipefail

database=wifox_plans

run()
{
  psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --dbname "$database" 2>&1
}

# ok "name" command...: one line of TAP
number=0
ok()
{
  local name=$1
  local result=ok

  shift
  "$@" >/dev/null || result="not ok"
  number=$((number + 1))
  echo "$result $number - $name"
}

finish()
{
  dropdb --if-exists "$database"
}
trap finish EXIT

dropdb --if-exists "$database" 2>/dev/null
createdb "$database"
run >/dev/null <<'SQL'
CREATE EXTENSION wifox_import;
SELECT wifox_import_create_clients_table();
ALTER TABLE clients SET (autovacuum_enabled = off);
INSERT INTO clients (id, username, first_name, email)
  SELECT i, 'u' || i, 'F', 'u' || i || '@example.org' FROM generate_series(1, 20000) i;
SQL

plans=$(run <<'SQL'
LOAD 'auto_explain';
SET auto_explain.log_min_duration = 0;
SET auto_explain.log_nested_statements = on;
SET auto_explain.log_level = 'log';
SET client_min_messages = 'log';
SELECT FROM wifox_import_clients_data(
  E'ID,email,firstName,project\n7,new@example.org,G,default\n,u8@example.org,G,\n,v@example.org,V,');
SQL
)

# The plan of the statements whose text has this pattern
plan_of()
{
  awk -v pattern="$1" '/duration: .* plan:/ { show = 0 } $0 ~ "Query Text: .*" pattern { show = 1 } show' \
    <<<"$plans"
}

ok "clients are found by ID through the primary key" \
  grep "Index Scan using clients_pkey on clients" <(plan_of 't.id OPERATOR.pg_catalog.=. b.k')
ok "clients are found by e-mail address through its index" \
  grep "Index Scan using clients_email_key on clients" <(plan_of 'pg_catalog.lower.t.email.')
ok "usernames are looked up through their index" \
  grep "clients_username_key on clients" <(plan_of 't.username OPERATOR')
ok "projects are looked up through their index" \
  grep "projects_pkey on projects" <(plan_of 'FROM public.projects t')
ok "updates go to the addresses of rows" grep "Tid Scan on clients" <(plan_of 'UPDATE public.clients')
# shellcheck disable=SC2016
ok "no statement over the batch reads a whole table" \
  bash -c '! grep -E "Seq Scan on (clients|projects|desks)"' <<<"$(plan_of wifox_batch)"
# shellcheck disable=SC2016
ok "the batch is always the outer side" \
  bash -c '! grep -E -B 1 "Named Tuplestore Scan" | grep -E "Index.* Scan|Tid Scan"' <<<"$(plan_of wifox_batch)"

echo "1..$number"
