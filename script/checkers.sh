# What script/test runs the server under, if it is told to: sanitizers, valgrind, or a count of the
# lines that run. Each has a build of its own, which goes into the private folder.
# shellcheck shell=bash disable=SC2034,SC2154

# Build for a server under the sanitizers, and have it started with their libraries. The C library
# asks for swift_demangle() when it may not be asked in turn, so that it is better to be there.
prepare_asan()
{
  local flags='-fsanitize=address,undefined'

  build_flags=("COPT=-O1 -g $flags -fno-omit-frame-pointer -fno-sanitize-recover=undefined -fno-wrapv"
    "SHLIB_LINK=$flags")
  echo 'char *swift_demangle(void) { return 0; }' |
    quietly gcc -shared -fPIC -x c -o "$work/stub.so" -
  write_wrapper "exec env LD_PRELOAD=$(readlink -f "$(gcc -print-file-name=libasan.so)"):$work/stub.so \\
  ASAN_OPTIONS=detect_leaks=0:abort_on_error=1:log_path=$work/findings/asan \\
  UBSAN_OPTIONS=print_stacktrace=1:log_path=$work/findings/ubsan \\"
}

# Have the server and all its processes started under valgrind.
prepare_valgrind()
{
  build_flags=("COPT=-O1 -g")
  is_installed valgrind || apt_install valgrind
  write_wrapper "exec valgrind --quiet --trace-children=yes --num-callers=20 --gen-suppressions=all \\
  --suppressions=$tree/test/valgrind.supp --log-file=$work/findings/%p \\"
}

# The program that is started instead of the server's.
write_wrapper()
{
  wrapper=$work/server_program
  as_owner mkdir "$work/findings"
  printf '#!/bin/sh\n%s\n  %s "$@"\n' "$1" "$pg_bin/postgres" | as_owner tee "$wrapper" >/dev/null
  as_owner chmod +x "$wrapper"
  private_files=yes
}

# What a checker has found in the server's processes, or a crash, is one more result.
report_findings()
{
  local found=0

  as_owner pg_ctl stop --silent --pgdata "$work/data" --mode fast
  cat "$work"/findings/* >"$work/part.log" 2>/dev/null || true
  grep -aE 'runtime error|was terminated by signal' "$work/server.log" >>"$work/part.log" || true
  [ ! -s "$work/part.log" ] || found=1
  head -n 300 "$work/part.log"
  passed=$((passed + 1 - found))
  failed=$((failed + found))
  printf '%-12s %s\n' "$checker" "$([ "$found" -eq 1 ] && echo 'found something' || echo clean)"
}

# Count the lines that run, of every process that ends in an orderly way.
prepare_coverage()
{
  build_flags=('COPT=-O0 -g --coverage -fprofile-update=atomic' 'SHLIB_LINK=--coverage')
  private_files=yes
}

# Keep the counts, beside what says which lines they are of.
keep_coverage()
{
  as_owner pg_ctl stop --silent --pgdata "$work/data" --mode fast
  mkdir -p "$coverage"
  cp "$tree"/src/*.gc?? "$coverage"
}
