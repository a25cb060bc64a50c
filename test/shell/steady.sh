#!/usr/bin/env bash
# One session imports again and again, in all ways, and undoes, previews and fails: it takes no more memory
# and no more open files as it goes on, and holds nothing. Short by default; longer:
#
#   STEADY_IMPORTS=1000 test/shell/steady.sh

# shellcheck source=test/shell/tap.bash
. "$(dirname "$0")/tap.bash"

imports=${STEADY_IMPORTS:-150}

# Have the session do its round as many times as it takes to have done so many imports in all.
go_on_to()
{
  say worker "CALL rounds($done + 1, $1)"
  done=$1
  say worker '\warn done '"$1"
  until grep -q "^done $1\$" "$work/worker.out" || ! kill -0 "${sessions[0]}"; do sleep 0.2; done
}

# The memory of the session in kB, then how many files it has open. Those of tables and indexes do not
# count, which the server keeps open as long as it may have so many; some are made late, for free space.
take()
{
  awk '/^RssAnon/ { print $2 }' "/proc/$pid/status"
  find "/proc/$pid/fd" -type l -printf '%l\n' | tee "$work/files" | grep -vcE '/base/[0-9]+/[0-9]+(_fsm|_vm)?(\.[0-9]+)?$'
}

plan 8
make_server 'fsync = off' 'autovacuum = off' 'wifox_import.max_records = 0'
make_database wifox_steady
sql "SELECT wifox_import_create_clients_table()" "ALTER TABLE clients ADD CHECK (comments <> 'refused')" \
  "CREATE FUNCTION file(n int, kind int) RETURNS bytea LANGUAGE sql AS \$\$
    SELECT convert_to('email,firstName,height,comments,lifestyle.smoking' || string_agg(format(
        E'\\n%s@example.com,F%s,%s,%s,yes', CASE WHEN kind % 7 = 0 AND i > 900 THEN n || '-' || i ELSE 'c' || i END,
        CASE kind WHEN 1 THEN n ELSE i END, 100 + n % 50, CASE WHEN kind IN (3, 4) AND i = 500 THEN 'refused' END), ''), 'UTF8')
      FROM generate_series(1, 1000) i \$\$" >/dev/null
# The kinds of work: new clients, changes, none, two with a bad record, a dry run, an exception, an undo, previews.
psql_bare <<'SQL'
CREATE PROCEDURE one(n int) LANGUAGE plpgsql AS $$
DECLARE
	kind int := n % 8;
	done bigint;
BEGIN
	CASE kind
		WHEN 4, 0, 1, 2, 3 THEN
			PERFORM FROM wifox_import_clients_data(file(n, kind),
				on_error => CASE kind WHEN 4 THEN 'skip' ELSE 'report' END);
		WHEN 5 THEN
			PERFORM FROM wifox_import_clients_data(file(n, 0), dry_run => true);
		WHEN 6 THEN
			BEGIN
				PERFORM FROM wifox_import_clients_data(file(n, 3), on_error => 'raise');
			EXCEPTION WHEN OTHERS THEN
				NULL;
			END;
		ELSE
			SELECT id INTO done FROM wifox_import_clients_data(file(n, 7));
			PERFORM FROM wifox_import_undo(done);
			PERFORM count(*) FROM wifox_import_read_data(file(n, 1));
			PERFORM count(*) FROM wifox_import_mapping_data(file(n, 1));
			PERFORM count(*) FROM wifox_import_error_report(done - 1);
	END CASE;
END $$;
CREATE PROCEDURE rounds(first int, last int) LANGUAGE plpgsql AS $$
BEGIN
	FOR n IN first .. last LOOP
		CALL one(n);
		COMMIT;
	END LOOP;
END $$;
SQL
start_session worker
ask worker "SET client_min_messages = error"
ask worker "SELECT 'pid ' || pg_backend_pid()"
pid=$(sed -n 's/^pid //p' "$work/worker.out")
done=0
go_on_to $((imports / 10 > 16 ? imports / 10 : 16))
readarray -t early < <(take)
go_on_to $((imports / 2))
readarray -t middle < <(take)
go_on_to "$imports"
readarray -t late < <(take)

is "$(sed 's/^done .*//; s/^pid .*//' "$work/worker.out" | tr -d '\n')" '' 'the session met no error'
is "$(sql "SELECT count(DISTINCT status) FROM wifox_imports")" 5 'and imports of all outcomes'
below $((late[0] - middle[0])) 2048 'its memory does not grow'
below $((late[0] - early[0])) 4096 'nor has it since the beginning'
is "${late[1]}" "${early[1]}" 'nor does it keep files open'
is "$(sql "SELECT count(*) FROM pg_locks WHERE pid = $pid")" 0 'it holds no lock'
is "$(sql "SELECT count(*) FROM pg_ls_tmpdir()")" 0 'there is no temporary file'
is "$(grep -aE '^....-.*(WARNING|PANIC|FATAL)|TRAP' "$work/server.log" || true)" '' 'the server warns of nothing'
echo "# imports: $((imports / 10 > 16 ? imports / 10 : 16)), $((imports / 2)), $imports; kB: ${early[0]}, ${middle[0]}, ${late[0]}; \
open files: ${early[1]}, ${middle[1]}, ${late[1]}"
