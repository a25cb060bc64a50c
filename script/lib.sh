# Set-up shared by script/demo and script/test: what is missing gets installed, the extension is
# built in a private copy of the tree, a private server runs it, and at the end nothing is left.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
pg_major=${PG_MAJOR:-15}
# What the server's programs and the build are: Debian's, and plain, unless a script says otherwise.
pg_bin=
from_source=no
build_flags=()
private_files=no
wrapper=
work=
tree=
small_disk=
cluster_conf=/etc/postgresql-common/createcluster.d/wifox_import.conf
cluster_conf_written=no

# A caption, so that the reader sees what is going on.
say()
{
  printf '\n== %s\n' "$*"
}

# End with a message.
die()
{
  printf '%s\n' "$*" >&2
  exit 1
}

# Run a command as root; somebody at a terminal may be asked for a password.
as_root()
{
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif [ -t 0 ]; then
    sudo "$@"
  else
    sudo -n "$@"
  fi
}

# Run a command as the user who owns the server, which must not be root.
as_owner()
{
  if [ "$(id -u)" -eq 0 ]; then
    runuser -u postgres -- "$@"
  else
    "$@"
  fi
}

# Run a command, and show what it printed only if it fails. The subshell keeps this shell's own
# output as it is, so that a trap that comes in between can still be read.
quietly()
{
  if ! ("$@") >"$work/step.log" 2>&1; then
    tail -n 60 "$work/step.log" >&2
    die "failed: $*"
  fi
}

# The Debian packages that building and testing need.
packages()
{
  [ "$from_source" = yes ] ||
    echo "postgresql-$pg_major postgresql-server-dev-$pg_major postgresql-$pg_major-pgtap"
  echo "libtap-parser-sourcehandler-pgtap-perl libipc-run-perl gcc libc6-dev make gettext" \
    ${corpora:+python3-minimal}
}

# Is this Debian package installed?
is_installed()
{
  case $(dpkg-query --show --showformat '${Status}' "$1" 2>/dev/null) in
    *' installed') return 0 ;;
    *) return 1 ;;
  esac
}

# Install Debian packages without questions.
apt_install()
{
  quietly as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install --yes --no-install-recommends "$@"
}

# Tell postgresql-common not to create a cluster for a server that is new to this machine.
forbid_main_cluster()
{
  is_installed postgresql-common || apt_install postgresql-common
  as_root mkdir -p "${cluster_conf%/*}"
  cluster_conf_written=yes
  echo 'create_main_cluster = false' | as_root tee "$cluster_conf" >/dev/null
}

# Take that back.
allow_main_cluster()
{
  [ "$cluster_conf_written" = yes ] || return 0
  as_root rm -f "$cluster_conf"
  as_root rmdir --ignore-fail-on-non-empty "${cluster_conf%/*}"
  cluster_conf_written=no
}

# Install the packages that are not there yet.
install_packages()
{
  local package
  local missing=()

  for package in $(packages); do
    is_installed "$package" || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0

  say "Installing ${missing[*]}"
  quietly as_root apt-get update
  is_installed "postgresql-$pg_major" || forbid_main_cluster
  # New headers come with a server of the same minor release.
  is_installed "postgresql-server-dev-$pg_major" || missing+=("postgresql-$pg_major")
  apt_install "${missing[@]}"
  allow_main_cluster
}

# Install a package that some tests want, where the distribution has it.
install_optional()
{
  is_installed "$1" && return 0
  (apt_install "$1") >/dev/null 2>&1 || echo "$1 cannot be installed: what needs it is left out"
}

# Run a function when the script ends, by a signal, too: bash may leave it out for one that is not
# trapped, as for the broken pipe of a script whose output nobody reads any more.
at_end()
{
  # shellcheck disable=SC2064  # the function's name is known by now
  trap "$1" EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  trap 'exit 141' PIPE
}

# Stop the server, and remove whatever this run has put on the machine.
clean_up()
{
  trap '' INT TERM HUP PIPE
  allow_main_cluster
  [ -n "$work" ] || return 0
  if [ -f "$work/data/postmaster.pid" ]; then
    as_owner "$pg_bin/pg_ctl" stop --silent --pgdata "$work/data" --mode immediate 2>/dev/null ||
      true
  fi
  cd /
  [ -z "$small_disk" ] || umount "$small_disk"
  rm -rf "$work"
}

# Make the private folder, outside of the home folders, which the server's owner may not enter.
make_work_folder()
{
  work=$(TMPDIR=/tmp mktemp --directory --suffix .wifox_import)
  tree=$work/tree
  [ "$from_source" = yes ] || pg_bin=/usr/lib/postgresql/$pg_major/bin
  install_packages
  [ -x "$pg_bin/pg_config" ] || die "there is no PostgreSQL $pg_major in $pg_bin"
  if [ "$(id -u)" -eq 0 ]; then
    chown postgres: "$work"
  fi
  cd "$work" || exit
}

# Nothing of the caller's environment may lead to another server or another language.
set_environment()
{
  local name

  for name in "${!PG@}"; do
    unset "$name"
  done
  unset LANGUAGE MAKEFLAGS MAKELEVEL
  export LC_ALL=C.UTF-8 HOME=$work PATH=$pg_bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin
  export PGHOST=$work PGPORT=5432 PGUSER=postgres PGDATABASE=postgres
  export PG_CONFIG=$pg_bin/pg_config PG_ABS_SRCDIR=$tree PGCTLTIMEOUT=300
}

# Copy the tree, without what an earlier build left in it, to a folder of this name.
copy_tree()
{
  as_owner mkdir "$1"
  tar -C "$root" --exclude=./.git --exclude='*.o' --exclude='*.bc' --exclude='*.so' -cf - . |
    as_owner tar -C "$1" -xf -
  if [ -f "$1/test/unit/Makefile" ]; then
    quietly as_owner make -C "$1/test/unit" clean
  fi
}

# Build the copy of the tree and install the extension. A build that is no good to anybody else goes
# into the private folder, where the server can be told to look there.
build()
{
  local place=() installer=as_root

  say "Building for PostgreSQL $pg_major"
  copy_tree "$tree"
  quietly as_owner make --silent -C "$tree" -j 2 with_llvm=no "${build_flags[@]}"
  if [ "$private_files" = yes ] && [ "$from_source" = no ]; then
    grep -q extension_destdir "$pg_bin/postgres" ||
      die "PostgreSQL $pg_major has no extension_destdir: take a server from source with --bin"
    place=("DESTDIR=$work/files")
    installer=as_owner
  fi
  quietly "$installer" make --silent -C "$tree" with_llvm=no "${build_flags[@]}" \
    PG_CONFIG="$PG_CONFIG" "${place[@]}" install
}

# A small file system, for what happens when a disk is full; only root can make one.
mount_small_disk()
{
  [ "$(id -u)" -eq 0 ] || return 0
  mkdir "$work/small"
  if mount -t tmpfs -o size=24m,mode=1777 tmpfs "$work/small" 2>/dev/null; then
    small_disk=$work/small
    export SMALL_DISK=$small_disk
  fi
}

# Start a server that listens on nothing but a socket in the private folder.
start_server()
{
  quietly as_owner initdb --pgdata "$work/data" --no-sync --auth trust --username postgres \
    --locale C.UTF-8 --encoding UTF8
  as_owner tee -a "$work/data/postgresql.conf" >/dev/null <<EOF_CONF
listen_addresses = ''
unix_socket_directories = '$work'
port = $PGPORT
fsync = off
max_prepared_transactions = 2
wal_level = logical
EOF_CONF
  [ ! -d "$work/files" ] || as_owner tee -a "$work/data/postgresql.conf" >/dev/null <<EOF_CONF
extension_destdir = '$work/files'
dynamic_library_path = '$work/files$(pg_config --pkglibdir):\$libdir'
EOF_CONF
  # The tests that start servers of their own start them in the same way.
  export SERVER_PROGRAM=${wrapper:-$pg_bin/postgres}
  quietly as_owner pg_ctl start -p "$SERVER_PROGRAM" --pgdata "$work/data" \
    --log "$work/server.log" </dev/null
}

# Everything up to a running server with the extension's files in place.
prepare()
{
  make_work_folder
  set_environment
  build
  start_server
}
