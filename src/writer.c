/*
 * writer.c
 *		Clients are written by statements of the caller, many at a time.
 *
 * INSERT and UPDATE take their rows from the batch.  They keep the caller's
 * search_path, because triggers and defaults are user code, and qualify every
 * name of their own.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "array_rows.h"
#include "heap_update.h"
#include "heap_writer.h"
#include "match.h"
#include "track.h"
#include "writer.h"

struct WfxWriter
{
	const char *insert;
	TupleDesc	insert_desc;
};

/* How many columns an INSERT has */
static int
count_inserted(const WfxImport *import)
{
	int			n = 0;

	for (int c = 0; c < import->columns->ncolumns; c++)
		n += wfx_column_is_inserted(import->columns, c, import->target);
	return n;
}

/* How many columns a record changes */
static int
count_changed(const WfxImport *import, const WfxRecord *record)
{
	int			n = 0;

	for (int c = 0; c < import->columns->ncolumns; c++)
		n += record->write[c];
	return n;
}

/*
 * Describe a column of the batch's rows.  It has the type below a domain, so that
 * the statement itself checks the domain: NULLs were not checked before.
 */
static void
describe(TupleDesc desc, int attnum, const WfxColumn *column)
{
	TupleDescInitEntry(desc, attnum, psprintf("c%d", attnum), column->type.base,
					   column->type.base_typmod, 0);
	TupleDescInitEntryCollation(desc, attnum, column->collation);
}

/* What a statement that writes to the target begins with */
const char *
wfx_writer_mark(const WfxTarget *target)
{
	return target->citus != WFX_CITUS_NOT ? WFX_ARRAY_ROWS : "";
}

/*
 * The INSERT is the same for all records of a file.  Citus would copy its rows to the
 * shards, and then the SQLSTATE of an error is lost; not so if it has to return rows.
 */
struct WfxWriter *
wfx_writer_create(const WfxImport *import)
{
	struct WfxWriter *writer = palloc0(sizeof(struct WfxWriter));
	const WfxColumns *columns = import->columns;
	TupleDesc	desc = CreateTemplateTupleDesc(count_inserted(import));
	StringInfoData names;
	StringInfoData values;
	int			n = 0;

	initStringInfo(&names);
	initStringInfo(&values);
	for (int c = 0; c < columns->ncolumns; c++)
	{
		if (!wfx_column_is_inserted(import->columns, c, import->target))
			continue;
		describe(desc, ++n, &columns->columns[c]);
		appendStringInfo(&names, "%s%s", n > 1 ? ", " : "",
						 quote_identifier(columns->columns[c].name));
		appendStringInfo(&values, "%sb.c%d", n > 1 ? ", " : "", n);
	}
	writer->insert_desc = desc;
	writer->insert = psprintf("%sINSERT INTO %s AS t (%s) SELECT %s FROM " WFX_BATCH_NAME " b%s",
							  wfx_writer_mark(import->target), import->target->sql_name, names.data, values.data,
							  import->target->citus != WFX_CITUS_NOT ? " RETURNING 1" :
							  wfx_track_returning_created(import));
	return writer;
}

/* The value of a column of a new client; a blank one takes its default */
Datum
wfx_new_value(const WfxImport *import, const WfxRecord *record, int c, bool *isnull)
{
	Datum		value = record->new_values[c];

	*isnull = record->new_nulls[c] &&
		!wfx_column_default(import->columns, &import->columns->columns[c], &value);
	return value;
}

/* Add the values of a new client to the batch's rows */
static void
put_new(WfxImport *import, WfxBatchRows *rows, WfxRecord *record, Datum *values, bool *nulls)
{
	int			n = 0;

	for (int c = 0; c < import->columns->ncolumns; c++)
	{
		if (!wfx_column_is_inserted(import->columns, c, import->target))
			continue;
		values[n] = wfx_new_value(import, record, c, &nulls[n]);
		n++;
	}
	wfx_batch_rows_put(rows, values, nulls);
}

/* Run a statement over rows and give them back */
static uint64
run(WfxImport *import, const char *sql, WfxBatchRows *rows)
{
	MemoryContext old = CurrentMemoryContext;

	wfx_statement_run(import->statements, sql, rows);
	MemoryContextSwitchTo(old);
	wfx_batch_rows_destroy(rows);
	return SPI_processed;
}

/*
 * How many of the records are clients now?  The trigger of a parent table or of a view
 * may put a row elsewhere and say that there is none.
 */
static uint64
count_clients(WfxImport *import, WfxRecord **records, int n)
{
	uint64		found = 0;

	wfx_match(import, records, n);
	for (int i = 0; i < n; i++)
		found += records[i]->by_id != NULL || records[i]->by_email != NULL;
	return found;
}

/* Insert new clients */
uint64
wfx_writer_insert(WfxImport *import, WfxRecord **records, int n)
{
	WfxBatchRows *rows;
	Datum	   *values;
	bool	   *nulls;
	uint64		inserted;

	if (import->heap != NULL)
		return wfx_heap_insert(import, records, n);
	values = palloc(sizeof(Datum) * (import->columns->ncolumns + 1));
	nulls = palloc(sizeof(bool) * (import->columns->ncolumns + 1));
	rows = wfx_batch_rows_create(import->writer->insert_desc);
	for (int i = 0; i < n; i++)
		put_new(import, rows, records[i], values, nulls);
	wfx_track_start(import, n);
	inserted = run(import, import->writer->insert, rows);
	if (inserted == (uint64) n)
		wfx_track_returned(import, records, n);
	else if (import->target->passes_on)
		inserted = count_clients(import, records, n);
	if (inserted == (uint64) n)
		wfx_track_finish(import, records, n);
	return inserted;
}

/*
 * The assignments of an UPDATE, and a description of the rows it takes: the key, the
 * record's number among them, and what is written.
 */
static char *
assignments(const WfxImport *import, const WfxRecord *record, const char *value, TupleDesc *desc)
{
	const WfxColumns *columns = import->columns;
	StringInfoData list;
	int			n = 2;

	*desc = CreateTemplateTupleDesc(n + count_changed(import, record));
	wfx_key_describe(&import->target->id, *desc, 1);
	TupleDescInitEntry(*desc, 2, "n", INT4OID, -1, 0);
	initStringInfo(&list);
	for (int c = 0; c < columns->ncolumns; c++)
	{
		if (!record->write[c])
			continue;
		describe(*desc, ++n, &columns->columns[c]);
		appendStringInfo(&list, "%s%s = %s", n > 3 ? ", " : "",
						 quote_identifier(columns->columns[c].name),
						 psprintf(value, psprintf("c%d", n)));
	}
	return list.data;
}

/*
 * The rows that a statement writes to.  Where rows have an address, it is looked up by
 * ID first, and the statement goes to the addresses: so the planner cannot read the
 * whole table for every row of the batch (see wfx_lookup_sql).  Elsewhere the batch is
 * one row, whose values stand in the statement like constants: a foreign table could
 * not be asked for certain rows by a join, and would lock all of them.  Citus joins.
 */
char *
wfx_writer_rows(const WfxTarget *target, const char *keyword, const char **value)
{
	if (target->citus != WFX_CITUS_NOT)
	{
		*value = "b.%s";
		return psprintf("%s " WFX_BATCH_NAME " b WHERE %s", keyword, target->id.condition);
	}
	*value = target->has_addresses ? "x.%s" : "(SELECT b.%s FROM " WFX_BATCH_NAME " b)";
	if (!target->has_addresses)
		return psprintf("WHERE %s", wfx_key_condition(&target->id, psprintf(*value, "k")));
	return psprintf("%s (%s OFFSET 0) x WHERE t.ctid OPERATOR(pg_catalog.=) x.row_address"
					" AND t.tableoid OPERATOR(pg_catalog.=) x.row_table", keyword,
					wfx_lookup_sql("b.*, t.*", "t.ctid AS row_address, t.tableoid AS row_table",
								   target->relid, target->id.condition, ""));
}

/* How many rows such a statement takes at a time */
int
wfx_writer_step(const WfxTarget *target, int n)
{
	return target->has_addresses || target->citus != WFX_CITUS_NOT ? n : 1;
}

/* The UPDATE of the columns that a record changes */
static char *
update_sql(const WfxImport *import, const WfxRecord *record, TupleDesc *desc)
{
	const char *value;
	char	   *rows = wfx_writer_rows(import->target, "FROM", &value);

	return psprintf("%sUPDATE %s AS t SET %s %s%s", wfx_writer_mark(import->target),
					import->target->sql_name,
					assignments(import, record, value, desc), rows,
					wfx_track_returning_updated(import, record, value));
}

/* Run an UPDATE over records */
static uint64
update_rows(WfxImport *import, WfxRecord **records, int n, const char *sql, TupleDesc desc)
{
	WfxBatchRows *rows = wfx_batch_rows_create(desc);
	Datum	   *values = palloc(sizeof(Datum) * desc->natts);
	bool	   *nulls = palloc0(sizeof(bool) * desc->natts);
	uint64		written;

	for (int i = 0; i < n; i++)
	{
		int			to = 0;

		values[to++] = wfx_client_key(import, records[i]->client);
		values[to++] = Int32GetDatum(i);
		for (int c = 0; c < import->columns->ncolumns; c++)
		{
			if (!records[i]->write[c])
				continue;
			values[to] = records[i]->new_values[c];
			nulls[to++] = records[i]->new_nulls[c];
		}
		wfx_batch_rows_put(rows, values, nulls);
	}
	written = run(import, sql, rows);
	if (written == (uint64) n)
		wfx_track_returned(import, records, n);
	return written;
}

/* Does an update change a column of a further unique index? */
bool
wfx_writes_unique(const WfxImport *import, const WfxRecord *record)
{
	for (int c = 0; c < import->columns->ncolumns; c++)
		if (record->write[c] && import->columns->columns[c].unique)
			return true;
	return false;
}

/* Update known clients */
uint64
wfx_writer_update(WfxImport *import, WfxRecord **records, int n)
{
	TupleDesc	desc;
	char	   *sql;
	int			step = wfx_writer_step(import->target, n);
	uint64		updated = 0;

	if (wfx_heap_update_suits(import, records[0]))
	{
		wfx_heap_update(import, records, n);
		return n;
	}
	sql = update_sql(import, records[0], &desc);
	wfx_track_start(import, n);
	for (int i = 0; i < n; i += step)
	{
		CHECK_FOR_INTERRUPTS();
		updated += update_rows(import, &records[i], step, sql, desc);
	}
	if (updated == (uint64) n)
		wfx_track_finish(import, records, n);
	return updated;
}
