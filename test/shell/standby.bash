# Shared by tests with a standby; to be sourced behind tap.bash.
# shellcheck shell=bash

# Make a standby of the server that make_server has made, and start it.
make_standby()
{
  trap end_standby EXIT
  pg_basebackup --pgdata "$work/standby" --write-recovery-conf --checkpoint fast --no-sync
  echo 'port = 5433' >>"$work/standby/postgresql.conf"
  pg_ctl start --silent ${SERVER_PROGRAM:+-p "$SERVER_PROGRAM"} --pgdata "$work/standby" \
    --log "$work/standby.log" </dev/null
}

# Run a command with the standby as its server.
on_standby()
{
  PGPORT=5433 "$@"
}

# Wait until the standby has what the primary had when this was called.
catch_up()
{
  local lsn

  lsn=$(sql "SELECT pg_current_wal_flush_lsn()")
  on_standby wait_until 'the standby has it' holds "SELECT pg_last_wal_replay_lsn() >= '$lsn'"
}

# Stop the standby, too.
end_standby()
{
  pg_ctl stop --silent --pgdata "$work/standby" --mode immediate 2>/dev/null || true
  finish
}
