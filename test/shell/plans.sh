#!/usr/bin/env bash
# Every look-up of a client goes through an index, for each record of the batch, whatever the table is
# like, and even if its statistics still say that it is empty. auto_explain shows the plans.

# shellcheck source=test/shell/tap.bash
. "$(dirname "$0")/tap.bash"
plan 55

# Import this into the table "shape", or another one, as this role, and keep the plans.
keep_plans()
{
  local file=$1 table=${2:-shape} role=${3:-}

  plans=$(psql_bare 2>&1 <<SQL
LOAD 'auto_explain';
SET auto_explain.log_min_duration = 0;
SET auto_explain.log_nested_statements = on;
SET auto_explain.log_verbose = on;
SET auto_explain.log_level = 'log';
SET client_min_messages = 'log';
SET wifox_import.clients_table = '$table';
${role:+SET ROLE $role;}
SELECT status || ' ' || created || ' ' || updated FROM wifox_import_clients_data(E'$file');
SQL
)
}

# The plans of the statements whose text has this pattern
plan_of()
{
  awk -v pattern="$1" '/duration: .* plan:/ { show = 0 } $0 ~ "Query Text: .*" pattern { show = 1 } show' \
    <<<"$plans"
}

# Where the rows of a batch are read for each row of a table, or a table for each row of the batch;
# of a foreign table, which rows are asked for.
wrong_scans()
{
  plan_of wifox_batch | grep -E 'Seq Scan|Materialize|Remote SQL: (SELECT|UPDATE)' | grep -v ' WHERE ' || true
  plan_of wifox_batch | grep -B 2 'Named Tuplestore Scan' | grep -E 'Index.* Scan|Tid Scan|Foreign Scan' || true
}

# Clients 1 to 2000 in a table; the file means two of them, by ID and by e-mail address, and a new one.
fill='SELECT i, $$u$$ || i || $$@example.org$$, $$F$$ FROM generate_series(1, 2000) i'
file='ID,email,firstName\n7,,G\n,u8@example.org,G\n3000,new@example.org,G'

# A table with these types of ID and e-mail address.
table()
{
  printf 'CREATE TABLE shape (id %s, email %s, first_name text NOT NULL) WITH (autovacuum_enabled = off);' "$@"
}

# A shape of table: how its plans find a client by ID, and by e-mail address.
shape()
{
  local name=$1 definition=$2 by_id=$3 by_email=$4 role=${5:-}

  sql "DROP SCHEMA IF EXISTS shapes CASCADE; CREATE SCHEMA shapes" \
    "GRANT ALL ON SCHEMA shapes TO regress_plans" "SET search_path = shapes, public; $definition" |
    grep ERROR || true
  keep_plans "$file" shapes.shape "$role"
  is "$(grep -E '^(imported|partial|failed|ERROR)' <<<"$plans")" 'imported 1 2' "$name: imported"
  is "$(wrong_scans)" '' "$name: no statement reads a whole table for a record"
  like "$(plan_of 't.id OPERATOR.[a-z_]*.=. b.k')" "$by_id" "$name: found by ID"
  like "$(plan_of 't.email')" "$by_email" "$name: found by e-mail address"
}

# Statements look clients up where the table is not written straight to its storage.
make_database wifox_plans
make_role regress_plans
sql "ALTER DATABASE wifox_plans SET wifox_import.writer = sql" \
  "SELECT wifox_import_create_clients_table()" \
  "ALTER TABLE clients SET (autovacuum_enabled = off)" \
  "INSERT INTO clients (id, username, first_name, email)
    SELECT i, 'u' || i, 'F', 'u' || i || '@example.org' FROM generate_series(1, 20000) i" >/dev/null
keep_plans 'ID,email,firstName,project\n7,new@example.org,G,default\n,u8@example.org,G,\n,v@example.org,V,' clients

like "$(plan_of 't.id OPERATOR.pg_catalog.=. b.k')" 'Index Scan using clients_pkey on public.clients' \
  'clients are found by ID through the primary key'
like "$(plan_of 'pg_catalog.lower.t.email.')" 'Index Scan using clients_email_key on public.clients' \
  'clients are found by e-mail address through its index'
like "$(plan_of 't.username OPERATOR')" 'clients_username_key on public.clients' \
  'usernames are looked up through their index'
like "$(plan_of 'FROM public.projects t')" 'projects_pkey on public.projects' \
  'projects are looked up through their index'
like "$(plan_of 'UPDATE public.clients')" 'Tid Scan on public.clients' 'updates go to the addresses of rows'
is "$(plan_of wifox_batch | grep -E 'Seq Scan on public.(clients|projects|desks)' || true)" '' \
  'no statement over the batch reads a whole table'
is "$(plan_of wifox_batch | grep -B 1 'Named Tuplestore Scan' | grep -E 'Index.* Scan|Tid Scan' || true)" '' \
  'the batch is always the outer side'

sql "CREATE EXTENSION citext" "CREATE EXTENSION postgres_fdw" \
  "UPDATE wifox_import_columns SET default_value = NULL" "DO \$\$ BEGIN
    EXECUTE format('CREATE SERVER here FOREIGN DATA WRAPPER postgres_fdw
      OPTIONS (host %L, port %L, dbname %L)', '$PGHOST', '$PGPORT', current_database());
    CREATE USER MAPPING FOR CURRENT_USER SERVER here; END \$\$"

plain=$(table 'bigint PRIMARY KEY' text)
folded='CREATE UNIQUE INDEX shape_email ON shape (lower(email));'

shape 'index as written' "$plain
  CREATE UNIQUE INDEX shape_email ON shape (email); INSERT INTO shape $fill" \
  'Index Scan using shape_pkey' 'Index Scan using shape_email.*Index Cond: .t.email = b.k'
shape 'citext' "$(table 'citext PRIMARY KEY' 'citext UNIQUE'); INSERT INTO shape $fill" \
  'Index Scan using shape_pkey' 'Index Scan using shape_email_key'
shape 'char(n), folded by another collation' "$(table 'numeric PRIMARY KEY' 'char(40)')
  CREATE UNIQUE INDEX shape_email ON shape (lower(email COLLATE \"C\")); INSERT INTO shape $fill" \
  'Index Scan using shape_pkey' 'Index Scan using shape_email'
shape 'columns of other collations' "$(table 'text COLLATE "C" PRIMARY KEY' 'varchar(60) COLLATE "POSIX"')
  CREATE UNIQUE INDEX shape_email ON shape (lower(email) COLLATE \"C\"); INSERT INTO shape $fill" \
  'Index Scan using shape_pkey' 'Index Scan using shape_email'
shape 'rights on columns alone' "$plain $folded INSERT INTO shape $fill;
  GRANT SELECT (id, email, first_name), INSERT, UPDATE (first_name, email) ON shape TO regress_plans" \
  'Index Scan using shape_pkey' 'Index Scan using shape_email' regress_plans
shape 'row security, lower()' "$(table 'numeric PRIMARY KEY' text) $folded INSERT INTO shape $fill;
  ALTER TABLE shape ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON shape USING (first_name <> 'secret');
  GRANT ALL ON shape TO regress_plans" \
  'Index Scan using shape_pkey.*Filter: .t.*first_name <> ' 'Index Scan using shape_email.*Filter: ' regress_plans
shape 'row security, partitions' "CREATE TABLE shape (id bigint PRIMARY KEY, email citext, first_name text)
  PARTITION BY HASH (id); CREATE INDEX ON shape (email);
  CREATE TABLE shape1 PARTITION OF shape FOR VALUES WITH (MODULUS 2, REMAINDER 0);
  CREATE TABLE shape2 PARTITION OF shape FOR VALUES WITH (MODULUS 2, REMAINDER 1); INSERT INTO shape $fill;
  ALTER TABLE shape ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON shape USING (first_name <> 'secret');
  GRANT ALL ON shape TO regress_plans" \
  'Index Scan using shape1_pkey.*Index Scan using shape2_pkey' \
  'Index Scan using shape1_email_idx.*Index Scan using shape2_email_idx' regress_plans
shape 'view over an index as written' "$plain ALTER TABLE shape RENAME TO base;
  CREATE UNIQUE INDEX base_email ON base (email); INSERT INTO base $fill;
  CREATE VIEW shape AS SELECT * FROM base WHERE first_name <> 'secret'" \
  'Index Scan using shape_pkey on shapes.base' 'Index Scan using base_email on shapes.base'
shape 'view that is a security barrier' "$plain ALTER TABLE shape RENAME TO base;
  CREATE UNIQUE INDEX base_email ON base (lower(email)); INSERT INTO base $fill;
  CREATE VIEW shape WITH (security_barrier) AS SELECT * FROM base WHERE first_name <> 'secret'" \
  'Index Scan using shape_pkey on shapes.base' 'Index Scan using base_email on shapes.base'
shape 'partitions of partitions' "CREATE TABLE shape (id bigint, email text, first_name text, part text DEFAULT 'a')
  PARTITION BY LIST (part); CREATE INDEX ON shape (id); CREATE INDEX ON shape (lower(email));
  CREATE TABLE shape_a PARTITION OF shape FOR VALUES IN ('a') PARTITION BY RANGE (id);
  CREATE TABLE shape_a1 PARTITION OF shape_a FOR VALUES FROM (0) TO (1000);
  CREATE TABLE shape_a2 PARTITION OF shape_a DEFAULT; INSERT INTO shape $fill" \
  'Index Scan using shape_a1_id_idx' 'Index Scan using shape_a1_lower_idx'
shape 'parent and child' "$plain $folded CREATE TABLE child (PRIMARY KEY (id)) INHERITS (shape);
  CREATE UNIQUE INDEX child_email ON child (lower(email)); INSERT INTO child $fill" \
  'Index Scan using child_pkey' 'Index Scan using child_email'
shape 'foreign table' "CREATE TABLE base (id text COLLATE \"C\", email text COLLATE \"C\", first_name text); INSERT INTO base $fill;
  CREATE FOREIGN TABLE shape (id text COLLATE \"C\", email text COLLATE \"C\", first_name text) SERVER here
  OPTIONS (schema_name 'shapes', table_name 'base')" 'Remote SQL: [^;]* WHERE ..id = ' \
  'Remote SQL: [^;]* WHERE ..lower.email. = '
