#!/usr/bin/env bash
# Who may do what: rights on the table, on its columns, row security. A refusal comes before any
# effect, and tells nothing about what the role must not know.

# shellcheck source=test/shell/tap.bash
. "$(dirname "$0")/tap.bash"

# Import as the role; status and counts, or the error.
import_as()
{
  local role=$1 data=$2 options=${3:-}

  sql_as "$role" "SELECT status, created, updated, unchanged, skipped, failed
    FROM wifox_import_clients_data('$data'$options)" | sed -n '/^LOCATION/d; 1p'
}

# The state that refusals must not change.
state()
{
  sql "SELECT (SELECT count(*) || coalesce(md5(string_agg(c::text, ' ' ORDER BY id)), '')
    FROM clients c), (SELECT count(*) FROM wifox_imports), (SELECT count(*)
    FROM pg_class WHERE relnamespace = 'public'::regnamespace)"
}

plan 43
make_database wifox_privileges
make_role regress_importer
make_role regress_reader
make_role regress_nobody

# Nobody's first import: a role that may not create tables.
sql "REVOKE CREATE ON SCHEMA public FROM public"
is "$(import_as regress_nobody $'email,firstName\na@example.com,A')" \
  'ERROR:  42501: permission denied for schema public' 'a first import needs CREATE on the schema'
is "$(sql "SELECT to_regclass('clients'), to_regclass('projects')")" '|' 'and leaves nothing'
start_session maker
ask maker "BEGIN"
ask maker "SELECT wifox_import_create_clients_table()"
is "$(PGOPTIONS='-c statement_timeout=5s' import_as regress_nobody \
  $'email,firstName\na@example.com,A')" 'ERROR:  42501: permission denied for schema public' \
  'and does not queue behind another one'
ask maker "ROLLBACK"

# Rights on the table -------------------------------------------------------------

sql "SELECT wifox_import_create_clients_table()" \
  "INSERT INTO clients (id, username, first_name, email) VALUES
    ('1', 'ann', 'Ann', 'ann@example.com'), ('2', 'bob', 'Bob', 'bob@example.com')" >/dev/null
before=$(state)
sql "GRANT SELECT ON clients TO regress_reader"
denied='ERROR:  42501: permission denied for table clients'
file=$'email,firstName\nann@example.com,Ann2\nnew@example.com,New'
is "$(import_as regress_nobody "$file")" "$denied" 'without any right'
is "$(import_as regress_reader "$file")" "$denied" 'without INSERT and UPDATE'
is "$(import_as regress_reader "$file" ", dry_run => true")" "$denied" 'a dry run neither'
sql "GRANT INSERT ON clients TO regress_reader"
is "$(import_as regress_reader "$file")" "$denied" 'without UPDATE'
is "$(import_as regress_reader "$file" ", mode => 'update'")" "$denied" \
  'mode update without UPDATE'
sql "REVOKE INSERT ON clients FROM regress_reader" "GRANT UPDATE ON clients TO regress_reader"
is "$(import_as regress_reader "$file")" "$denied" 'without INSERT'
is "$(import_as regress_reader "$file" ", mode => 'create'")" "$denied" \
  'mode create without INSERT'
sql "GRANT INSERT ON clients TO regress_nobody" "GRANT UPDATE ON clients TO regress_nobody"
is "$(import_as regress_nobody "$file")" "$denied" 'without SELECT'
is "$(state)" "$before" 'no refusal had any effect'
sql "REVOKE ALL ON clients FROM regress_nobody"
is "$(import_as regress_reader "$file" ", mode => 'update', dry_run => true")" \
  'checked|0|1|0|1|0' 'mode update needs no INSERT'
sql "REVOKE UPDATE ON clients FROM regress_reader" "GRANT INSERT ON clients TO regress_reader"
is "$(import_as regress_reader "$file" ", mode => 'create', dry_run => true")" \
  'checked|1|0|0|1|0' 'mode create needs no UPDATE'
sql "REVOKE ALL ON clients FROM regress_reader"

# Rights on columns: only what the file and its defaults need.
sql "GRANT SELECT (id, email, username, first_name) ON clients TO regress_importer" \
  "GRANT INSERT (id, email, username, first_name, type, active, project_id, desk_id)
    ON clients TO regress_importer" \
  "GRANT UPDATE (first_name) ON clients TO regress_importer"
is "$(import_as regress_importer "$file" ", dry_run => true")" 'checked|1|1|0|0|0' \
  'rights on the columns of the file and on those with defaults are enough'
before=$(state)
is "$(import_as regress_importer $'email,firstName,bio\nnew@example.com,New,secret')" \
  'ERROR:  42501: permission denied for column "bio" of relation "clients"' \
  'a column without any right'
is "$(import_as regress_importer $'ID,email\n1,moved@example.com')" \
  'ERROR:  42501: permission denied for column "email" of relation "clients"' \
  'a column without UPDATE'
sql "GRANT SELECT (bio), UPDATE (bio) ON clients TO regress_importer"
is "$(import_as regress_importer $'email,firstName,bio\nnew@example.com,New,b')" \
  'ERROR:  42501: permission denied for column "bio" of relation "clients"' \
  'a column without INSERT'
is "$(state)" "$before" 'no refusal had any effect'
sql "GRANT SELECT, INSERT, UPDATE ON clients TO regress_importer"
is "$(import_as regress_importer "$file")" 'imported|1|1|0|0|0' 'with all rights it imports'

# Functions are called with the rights of the caller; SECURITY DEFINER lends its owner's.
sql "CREATE FUNCTION lent(data bytea) RETURNS text LANGUAGE sql SECURITY DEFINER AS
  \$\$SELECT status || ' ' || imported_by || ' ' || session_user_name
    FROM wifox_import_clients_data(data)\$\$"
is "$(sql_as regress_nobody "SELECT lent('$file')")" 'imported postgres regress_nobody' \
  'a SECURITY DEFINER function lends its rights, and the history names both'

# History and dictionary -----------------------------------------------------------

for statement in "DELETE FROM wifox_imports" "UPDATE wifox_imports SET message = ''" \
  "INSERT INTO wifox_import_errors (import_id, code, message, sqlstate) VALUES (1, '', '', '')" \
  "TRUNCATE wifox_import_errors" "SELECT nextval('wifox_imports_id_seq')" \
  "INSERT INTO wifox_import_columns (header) VALUES ('x')" \
  "UPDATE wifox_import_columns SET target_column = 'bio'"; do
  like "$(failure_as regress_importer "$statement")" '^42501: permission denied' "$statement"
done
is "$(sql_as regress_nobody "SELECT count(*) FROM wifox_imports")" 0 \
  'the history of others is not seen'
sql "SELECT status FROM wifox_import_clients_data('email,firstName
secret,Secret')" >/dev/null
id=$(sql "SELECT max(id) FROM wifox_imports")
is "$(sql_as regress_nobody "SELECT * FROM wifox_import_error_report($id)" |
  grep -c ecret || true)" 0 'nor is an error report of others'
is "$(sql_as regress_nobody "SELECT * FROM wifox_import_error_report($id)" |
  sed 's/[0-9]* *does/N does/; s/import [0-9]*/import N/')" \
  "$(sql_as regress_nobody "SELECT * FROM wifox_import_error_report(987654321)" |
  sed 's/[0-9]* *does/N does/; s/import [0-9]*/import N/')" \
  'which looks as if it were not there'

# Row security ---------------------------------------------------------------------

sql "ALTER TABLE clients ENABLE ROW LEVEL SECURITY" \
  "CREATE POLICY own ON clients TO regress_importer
    USING (desk_id = 'own') WITH CHECK (desk_id = 'own')" \
  "INSERT INTO desks VALUES ('own')" \
  "INSERT INTO clients (id, username, first_name, email, desk_id, bio) VALUES
    ('3', 'cid', 'Cid', 'cid@example.com', 'own', 'b'),
    ('4', 'hidden', 'Hidden', 'hidden@example.com', 'default', 'secret of 4')"
is "$(import_as regress_importer $'email,firstName,desk\ncid@example.com,Cid2,own')" \
  'imported|0|1|0|0|0' 'a visible row is updated'
is "$(import_as regress_importer $'email,firstName,desk\nok@example.com,Ok,own')" \
  'imported|1|0|0|0|0' 'a row that the policy allows is created'
before=$(sql "SELECT md5(string_agg(c::text, ' ' ORDER BY id)) FROM clients c")
is "$(import_as regress_importer $'email,firstName,desk\nno@example.com,No,default')" \
  'failed|0|0|0|0|1' 'a row that the policy forbids is a row error'
is "$(sql "SELECT sqlstate FROM wifox_import_errors ORDER BY import_id DESC LIMIT 1")" 42501 \
  'with the SQLSTATE of the policy'
is "$(import_as regress_importer $'email,firstName,desk\nhidden@example.com,Stolen,own')" \
  'failed|0|0|0|0|1' 'a hidden row is not updated by its e-mail address'
is "$(import_as regress_importer $'ID,email,firstName,desk\n4,x@example.com,Stolen,own')" \
  'failed|0|0|0|0|1' 'nor by its ID'
is "$(import_as regress_importer $'ID,email\n3,hidden@example.com')" \
  'failed|0|0|0|0|1' 'nor does a visible one get its address'
is "$(import_as regress_importer $'email,firstName,desk\nhidden@example.com,Stolen,own' \
  ", mode => 'update'")" 'imported|0|0|0|1|0' 'for mode update it is not there'
is "$(sql "SELECT count(*) FROM wifox_import_errors e JOIN wifox_imports i ON i.id = import_id
  WHERE imported_by = 'regress_importer' AND concat(e.message, e.detail, e.hint)
    ~ '(Hidden|secret of 4|client 4)'")" 0 "and nothing of the hidden row is told"
is "$(sql "SELECT md5(string_agg(c::text, ' ' ORDER BY id)) FROM clients c")" "$before" \
  'no client has changed'
sql "CREATE POLICY seen ON clients FOR SELECT TO regress_importer USING (true)"
is "$(import_as regress_importer $'ID,email,firstName\n4,hidden@example.com,Stolen' |
  cut -d '|' -f 1-4)" 'failed|0|0|0' 'a row that may be read but not changed is not changed'
is "$(sql "SELECT first_name FROM clients WHERE id = '4'")" Hidden 'indeed'
sql "ALTER TABLE clients DISABLE ROW LEVEL SECURITY"
