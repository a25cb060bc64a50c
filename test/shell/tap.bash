# Shared by the tests of this folder: results in TAP, databases that are gone afterwards, sessions
# that run side by side. The server is the one of PGHOST and PGPORT, with the extension installed.
# shellcheck shell=bash

set -euo pipefail

number=0
wanted=0
work=$(mktemp --directory)
chmod 755 "$work"
server=
databases=()
roles=()
sessions=()

# CI tries the same points in time and the same random files each time; others try new ones.
if [ "${CI:-}" = true ]; then
  : "${SEED:=1}" "${WIFOX_SEED:=1}"
fi

# Announce how many results follow.
plan()
{
  wanted=$1
  echo "1..$1"
}

# One result, from the status of the command before.
result()
{
  local status=$1 name=$2 have=$3 want=$4

  number=$((number + 1))
  if [ "$status" -eq 0 ]; then
    echo "ok $number - $name"
  else
    echo "not ok $number - $name"
    printf 'have: %s\nwant: %s\n' "$have" "$want" | sed 's/^/#   /'
  fi
}

# Is it what it should be?
is()
{
  local status=0

  [ "$1" = "$2" ] || status=1
  result "$status" "$3" "$1" "$2"
}

# Is there a match of an extended regular expression?
like()
{
  local status=0

  [[ $1 =~ $2 ]] || status=1
  result "$status" "$3" "$1" "$2"
}

# Is a number below a limit?
below()
{
  local status=0

  [ "$1" -lt "$2" ] || status=1
  result "$status" "$3" "$1" "less than $2"
}

# A result that cannot be had here, and why.
skip()
{
  number=$((number + 1))
  echo "ok $number - $1 # SKIP $2"
}

# None of so many results can be had here; that is all of the test.
skip_all()
{
  local n

  for ((n = 0; n < $1; n++)); do
    skip "$2" "$3"
  done
  exit
}

# Make a database with the extension in it, and make it the one that is talked to. Behind its name
# may stand options of createdb.
make_database()
{
  dropdb --if-exists "$1" 2>/dev/null
  createdb "$@"
  databases+=("$1")
  export PGDATABASE=$1
  sql "CREATE EXTENSION wifox_import"
}

# Make a server of the test's own, which is gone afterwards, and make it the one that is talked to.
# Arguments are settings, such as port=5432.
make_server()
{
  local place

  # Where the extension of the common server is not in the usual folders, Debian's setting leads to it.
  place=$(sql "SELECT format('%s = %L', name, setting) FROM pg_settings
    WHERE name IN ('extension_destdir', 'dynamic_library_path')")
  common=("$PGHOST" "$PGPORT")
  server=$work/server
  initdb --pgdata "$server" --no-sync --auth trust --username postgres --locale C.UTF-8 \
    --encoding UTF8 >"$work/server.log"
  printf '%s\n' "listen_addresses = ''" "unix_socket_directories = '$work'" "fsync = off" \
    "$place" "$@" >>"$server/postgresql.conf"
  export PGHOST=$work PGPORT=5432 PGUSER=postgres PGDATABASE=postgres
  start_server
}

# Start the test's own server, again perhaps.
start_server()
{
  pg_ctl start --silent ${SERVER_PROGRAM:+-p "$SERVER_PROGRAM"} --pgdata "$server" \
    --log "$work/server.log" </dev/null
}

# Stop it: in mode immediate, that is a crash.
stop_server()
{
  [ ! -f "$server/postmaster.pid" ] || pg_ctl stop --silent --pgdata "$server" --mode "$1" || true
}

# Make a role; what it owns and may goes with it.
make_role()
{
  psql_bare --dbname postgres --command "DROP ROLE IF EXISTS $1" --command "CREATE ROLE $1 LOGIN" \
    2>/dev/null
  roles+=("$1")
}

# psql without settings of the user, bare values only.
psql_bare()
{
  psql --no-psqlrc --quiet --no-align --tuples-only --set VERBOSITY=verbose \
    --set SHOW_CONTEXT=never "$@"
}

# Run statements, each in its own transaction; warnings and errors are printed, too.
sql()
{
  local statements=() statement

  for statement in "$@"; do
    statements+=(--command "$statement")
  done
  PGOPTIONS="-c client_min_messages=warning ${PGOPTIONS:-}" psql_bare "${statements[@]}" 2>&1 ||
    true
}

# The same, as another role.
sql_as()
{
  local role=$1

  shift
  PGUSER=$role sql "$@"
}

# The SQLSTATE and the message of what should fail, without the place in the source.
failure()
{
  sql "$@" | sed -n 's/^ERROR:  //p' | head -n 1
}

# The same, as another role.
failure_as()
{
  local role=$1

  shift
  PGUSER=$role failure "$@"
}

# All rows of a table, as one checksum.
checksum()
{
  sql "SELECT count(*) || ' ' || md5(string_agg(t::text, ' ' ORDER BY t::text)) FROM $1 t"
}

# Start a session that goes on in the background; say() gives it statements.
start_session()
{
  local name=$1

  mkfifo "$work/$name.in"
  PGAPPNAME=$name psql_bare >"$work/$name.out" 2>&1 <"$work/$name.in" &
  sessions+=("$!")
  eval "exec {${name}_fd}>\"$work/$name.in\""
}

# Give a session a statement, or a line for psql itself, without waiting for its end.
say()
{
  local fd=${1}_fd

  case $2 in
    \\*) printf '%s\n' "$2" ;;
    *) printf '%s;\n' "$2" ;;
  esac >&"${!fd}"
}

# Wait until a session has said something, for two minutes at most.
hear()
{
  local name=$1 pattern=$2 tries=0

  until grep -qE "$pattern" "$work/$name.out"; do
    tries=$((tries + 1))
    if [ $tries -gt 1200 ]; then
      echo "# session $name never said $pattern:"
      tail -n 20 "$work/$name.out" | sed 's/^/#   /'
      return 0
    fi
    sleep 0.1
  done
}

# Give a session a statement, and wait until it is through with it. The mark is a new one in
# subshells, too, which cannot count for each other.
ask()
{
  local mark

  mark=$(date +%s%N)
  say "$1" "$2"
  say "$1" "\\warn done $mark"
  hear "$1" "^done $mark\$"
}

# Wait until a command succeeds, for two minutes at most: a test goes on then, and fails by what
# it looks at. What is waited for is named for that case.
wait_until()
{
  local what=$1 tries=0

  shift
  until "$@"; do
    tries=$((tries + 1))
    [ $tries -lt 2400 ] || { echo "# waited in vain until $what" && return 0; }
    sleep 0.05
  done
}

# Whether a query says true.
holds()
{
  [ "$(sql "$1")" = t ]
}

# Wait until a session waits for a lock.
wait_for_lock()
{
  wait_until "session $1 waits for a lock" holds "SELECT count(*) = 1 FROM pg_stat_activity
    WHERE application_name = '$1' AND wait_event_type = 'Lock'"
}

# Remove what the test has made, however it ends.
finish()
{
  local name

  for name in "${sessions[@]}"; do
    kill "$name" 2>/dev/null || true
  done
  if [ -n "$server" ]; then
    stop_server immediate
    export PGHOST=${common[0]} PGPORT=${common[1]}
  fi
  for name in "${databases[@]}"; do
    dropdb --if-exists --force "$name" 2>/dev/null || true
  done
  for name in "${roles[@]}"; do
    psql_bare --dbname postgres --command "DROP ROLE IF EXISTS $name" || true
  done
  rm -rf "$work"
  [ "$number" -eq "$wanted" ] || echo "# planned $wanted results, got $number"
}
trap finish EXIT
