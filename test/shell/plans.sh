#!/usr/bin/env bash
# Every look-up of a client goes through an index, for each record of the batch, even in a table
# whose statistics still say that it is empty. auto_explain shows the plans.

# shellcheck source=test/shell/tap.bash
. "$(dirname "$0")/tap.bash"
plan 7

make_database wifox_plans
sql "SELECT wifox_import_create_clients_table()" \
  "ALTER TABLE clients SET (autovacuum_enabled = off)" \
  "INSERT INTO clients (id, username, first_name, email)
    SELECT i, 'u' || i, 'F', 'u' || i || '@example.org' FROM generate_series(1, 20000) i" >/dev/null

plans=$(psql_bare 2>&1 <<'SQL'
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

like "$(plan_of 't.id OPERATOR.pg_catalog.=. b.k')" 'Index Scan using clients_pkey on clients' \
  'clients are found by ID through the primary key'
like "$(plan_of 'pg_catalog.lower.t.email.')" 'Index Scan using clients_email_key on clients' \
  'clients are found by e-mail address through its index'
like "$(plan_of 't.username OPERATOR')" 'clients_username_key on clients' \
  'usernames are looked up through their index'
like "$(plan_of 'FROM public.projects t')" 'projects_pkey on projects' \
  'projects are looked up through their index'
like "$(plan_of 'UPDATE public.clients')" 'Tid Scan on clients' 'updates go to the addresses of rows'
is "$(plan_of wifox_batch | grep -E 'Seq Scan on (clients|projects|desks)' || true)" '' \
  'no statement over the batch reads a whole table'
is "$(plan_of wifox_batch | grep -B 1 'Named Tuplestore Scan' | grep -E 'Index.* Scan|Tid Scan' || true)" '' \
  'the batch is always the outer side'
