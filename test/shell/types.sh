#!/usr/bin/env bash
# Random cells of the types that are read without the server's input functions: what is taken has the
# value that the server gives it, and what the server takes is taken.

# shellcheck source=test/shell/tap.bash
. "$(dirname "$0")/tap.bash"

# Import thousands of cells put together of these pieces into a column of this type: how many were
# taken with another value than the server's, and how many were refused that the server takes? The
# third argument forgives refusals: a condition about the cell t and the server's value v.
compare()
{
  sql "SELECT trial('$1', \$\$$2\$\$, \$\$${3:-false}\$\$)"
}

plan 22
make_database wifox_types
export PGOPTIONS="-c wifox_import.max_records=0 -c wifox_import.active_content=allow
  -c DateStyle=ISO,YMD -c TimeZone=UTC -c extra_float_digits=1"
sql "UPDATE wifox_import_columns SET required = false" "SELECT setseed(0.5)" \
  "CREATE FUNCTION server(cell text, type text) RETURNS text LANGUAGE plpgsql AS \$\$
  DECLARE
    value text;
  BEGIN
    EXECUTE format('SELECT CAST(%L AS %s)::text', cell, type) INTO value;
    RETURN value;
  EXCEPTION WHEN OTHERS THEN
    RETURN NULL;
  END \$\$" \
  "CREATE FUNCTION trial(type text, pieces text, forgiven text) RETURNS text LANGUAGE plpgsql AS \$\$
  DECLARE
    import wifox_imports;
    piece text[] := string_to_array(pieces, ' ');
    result text;
  BEGIN
    DROP TABLE IF EXISTS clients, cells;
    EXECUTE format('CREATE TABLE clients (id int PRIMARY KEY, email text UNIQUE, c %s)', type);
    PERFORM setseed(0.5);
    CREATE TABLE cells AS
    SELECT n, string_agg(replace(piece[1 + floor(random() * cardinality(piece))::int], '_', ' '), '') AS t
    FROM generate_series(1, 4000) n, generate_series(1, 1 + n % 8) GROUP BY n;
    DELETE FROM cells WHERE trim(t) = '';
    SELECT * INTO import FROM wifox_import_clients_data((SELECT convert_to(E'ID,email,c\\n' ||
      string_agg(format('%s,c%1\$s@example.org,\"%s\"', n, replace(t, '\"', '\"\"')), E'\\n'), 'UTF8')
      FROM cells), on_error => 'skip');
    EXECUTE format('SELECT concat_ws(\$q\$, \$q\$,
        CASE WHEN count(id) > 10 THEN \$q\$many taken\$q\$ ELSE count(id) || \$q\$ taken\$q\$ END,
        count(id) FILTER (WHERE v IS DISTINCT FROM c) || \$q\$ differ\$q\$,
        count(v) FILTER (WHERE id IS NULL AND NOT (%s)) || \$q\$ missing\$q\$)
      FROM (SELECT n, t, server(trim(t), %L) AS v FROM cells) s
      LEFT JOIN (SELECT id, c::text AS c FROM clients) c ON c.id = n', forgiven, type) INTO result;
    RETURN result;
  END \$\$" >/dev/null

same="many taken, 0 differ, 0 missing"
is "$(compare int2 '0 1 9 3 - + _ 32767 32768')" "$same" smallint
is "$(compare int4 '0 1 9 3 - + _ 214748364 7 8')" "$same" integer
is "$(compare int8 '0 1 9 - + _ 922337203685477580 7 8')" "$same" bigint
# A zero with a huge exponent is refused.
is "$(compare numeric '0 1 9 5 . e - + 00 99' "v::numeric = 0 AND t ~ 'e'")" "$same" numeric
is "$(compare 'numeric(5,2)' '0 1 9 5 . e1 - 9 99 49' "v::numeric = 0 AND t ~ 'e'")" "$same" 'numeric(5,2)'
is "$(compare 'numeric(3,-2)' '0 1 9 5 . 9 99 50 49')" "$same" 'numeric(3,-2)'
is "$(compare 'numeric(3,5)' '0 0 .00 9 5 . 9 99')" "$same" 'numeric(3,5)'
is "$(compare float8 '0 1 9 5 . e - + 30 99')" "$same" 'double precision'
is "$(compare float4 '0 1 9 5 . e - + 30 4')" "$same" real
is "$(compare uuid '123e4567 - e89b 12d3 a456 426614174000 - {')" "$same" uuid
is "$(compare inet '1 . 255 0 / 8 : :: ffff 10.0 24')" "$same" inet
is "$(compare cidr '1 . 255 0 / 8 : :: ffff 10.0 24')" "$same" cidr
# shellcheck disable=SC1003
is "$(compare jsonb '{ } [ ] "a" : , 1 - .5 e9 true null _ "\u0041" "\ud800" \')" "$same" jsonb
# shellcheck disable=SC1003
is "$(compare json '{ } [ ] "a" : , 1 - .5 e9 true null _ "\u0041" "\ud800" \')" "$same" json
# Newer servers take lists of empty lists for an empty array.
is "$(compare 'text[]' '{ } , a _ " \ NULL b {a, }' "v = '{}'")" "$same" 'text[]'
is "$(compare 'int[]' '{ } , 1 _ " 2 NULL - {1, }' "v = '{}'")" "$same" 'int[]'
is "$(compare 'boolean[]' '{ } , t _ " f NULL {t, } {f}' "v = '{}'")" "$same" 'boolean[]'
is "$(compare int4range '[ ( ] ) , 1 5 9 _ " empty [1, 9]')" "$same" int4range
is "$(compare daterange '[ ( ] ) , 2024-01-01 2024-02-30 2024-02-28 [2024-01-15, ]' true)" "$same" daterange
# Of dates and times only the forms of ISO 8601 are taken, so much is missing on purpose.
is "$(compare date '2024 -02 -29 -30 2024-02-2 9 T 00:00 _ 2024-02-29' true)" "$same" date
is "$(compare timestamptz '2024-02-29 -02 T 12:30 :15 .5 _ Z +02 -03:30' true)" "$same" timestamptz
is "$(compare 'time(2)' 'T 12:30 :15 .567 _ 9:05 24:00 :60 1230' true)" "$same" 'time(2)'
