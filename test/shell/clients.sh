#!/usr/bin/env bash
# The programs of doc/clients.md, run as they stand there, with the drivers that are installed; and an
# import through PgBouncer.

# shellcheck source=test/shell/tap.bash
. "$(dirname "$0")/tap.bash"

page=$PG_ABS_SRCDIR/doc/clients.md
outcome=$'Processing clients.csv\nClient(s) imported successfully: 828 clients were imported'

# Print the code block below a heading of the page.
program()
{
  awk -v heading="$1" '
    !inside && /^#/ { here = ($0 ~ "^#+ " heading "$") }
    /^```/ { inside = !inside; next }
    inside && here' "$page"
}

# Run a program that uploads the sample, in an empty table: it prints the notices and the result.
uploads()
{
  local name=$1

  shift
  sql "TRUNCATE clients" "DELETE FROM wifox_imports" >/dev/null
  is "$("$@" 2>&1 | sed 's/^NOTICE:  //; /^DETAIL:  /d')" "$outcome
imported 828 828 0" "$name uploads a file"
  is "$(sql "SELECT encode(file_sha256, 'hex') FROM wifox_imports")" "$digest" 'byte for byte'
}

# The same, if there is what it needs: a command that succeeds.
uploads_with()
{
  local name=$1 needed=$2

  shift 2
  if bash -c "$needed" >/dev/null 2>&1; then
    uploads "$name" "$@"
  else
    skip "$name uploads a file" 'it is not installed'
    skip 'byte for byte' 'likewise'
  fi
}

# A pool with one session of the server for all.
start_pgbouncer()
{
  cat >"$work/pgbouncer.ini" <<EOF_INI
[databases]
crm = host=$work port=$port dbname=crm
[pgbouncer]
listen_addr =
listen_port = 6432
unix_socket_dir = $work
auth_type = any
pool_mode = transaction
default_pool_size = 1
pidfile = $work/pgbouncer.pid
logfile = $work/pgbouncer.log
EOF_INI
  sed -i 's/^\(crm = .*\)/\1 user=postgres/' "$work/pgbouncer.ini"
  "$pgbouncer" --quiet "$work/pgbouncer.ini" >/dev/null 2>&1 &
  sessions+=("$!")
  wait_until 'pgbouncer listens' test -S "$work/.s.PGSQL.6432"
}

plan 12
# below the ports that the system gives to whoever asks for any
port=$((20000 + RANDOM % 12000))
make_server "port=$port" "listen_addresses = 'localhost'"
export PGPORT=$port
createdb crm
export PGDATABASE=crm
sql "CREATE EXTENSION wifox_import" "SELECT wifox_import_create_clients_table()" >/dev/null
cp "$PG_ABS_SRCDIR/test/data/clients.csv" "$work/clients.csv"
digest=$(sha256sum "$work/clients.csv" | cut -d ' ' -f 1)
cd "$work"

program Python >upload3.py
program 'Python, with psycopg2' >upload2.py
program 'Node.js' >upload.js
program Java >Upload.java
jar=/usr/share/java/postgresql.jar
export NODE_PATH=${NODE_PATH:+$NODE_PATH:}/usr/share/nodejs:/usr/lib/nodejs

uploads_with 'psycopg 3' 'python3 -c "import psycopg"' python3 upload3.py clients.csv
uploads_with psycopg2 'python3 -c "import psycopg2"' python3 upload2.py clients.csv
uploads_with pg "node -e \"require('pg')\"" node upload.js clients.csv
uploads_with JDBC "[ -e $jar ] && command -v javac" java -cp "$jar" Upload.java clients.csv \
  "jdbc:postgresql://localhost:$port/crm?user=postgres"

# A pool -----------------------------------------------------------------------------------

pgbouncer=$(PATH=$PATH:/usr/sbin command -v pgbouncer || true)
if [ -n "$pgbouncer" ]; then
  start_pgbouncer
  sql "CREATE SCHEMA crm" "CREATE TABLE crm.customers (LIKE clients INCLUDING ALL)" >/dev/null
  start_session listener
  ask listener 'LISTEN wifox_import'
  export PGPORT=6432
  is "$(program 'Connection pools' | psql_bare 2>/dev/null)" 'imported|0' \
    'SET LOCAL chooses the table'
  is "$(psql_bare --command "SHOW wifox_import.clients_table" \
    --command "SELECT target FROM wifox_imports ORDER BY id DESC LIMIT 1")" $'clients\ncrm.customers' 'for that transaction alone'
  like "$(psql --no-psqlrc --quiet --command "SELECT status FROM wifox_import_clients_data(
    'email,firstName')" 2>&1)" 'NOTICE:  Processing upload.csv' 'NOTICEs come through the pool'
  export PGPORT=$port
  ask listener 'SELECT 1'
  like "$(<listener.out)" 'notification "wifox_import" with payload' \
    'who listens at the server is told of what came through the pool'
else
  for name in 'SET LOCAL chooses the table' 'for that transaction alone' \
    'NOTICEs come through the pool' 'who listens is told'; do
    skip "$name" 'PgBouncer is not installed'
  done
fi
