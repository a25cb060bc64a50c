/*
 * purge.c
 *		The end of old history.
 *
 * SQL declares the function SECURITY DEFINER: it runs as the owner of the history,
 * for whoever was granted EXECUTE.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

#include "call.h"
#include "nls.h"
#include "sql.h"

PG_FUNCTION_INFO_V1(wifox_import_purge);

/* The time before which an import must have ended to be removed */
static TimestampTz
cutoff(const Interval *age)
{
	Interval	zero = {0};

	if (DatumGetBool(DirectFunctionCall2(interval_lt, IntervalPGetDatum(age),
										 IntervalPGetDatum(&zero))))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("older_than must not be negative")));
	return DatumGetTimestampTz(DirectFunctionCall2(timestamptz_mi_interval,
												   TimestampTzGetDatum(GetCurrentTransactionStartTimestamp()),
												   IntervalPGetDatum(age)));
}

/* The part of the statement that removes what a table has about old imports */
static char *
delete_from(const char *schema, const char *table)
{
	return psprintf(", %s AS (DELETE FROM %s.%s WHERE import_id IN (TABLE old))",
					table, quote_identifier(schema), table);
}

/*
 * Remove the imports that ended before a time, with all that is known of them, in one
 * statement and so by one snapshot.  Younger ones that follow them up stay.
 */
static uint64
purge(const char *schema, TimestampTz before)
{
	const char *name = quote_identifier(schema);
	Oid			type = TIMESTAMPTZOID;
	Datum		value = TimestampTzGetDatum(before);
	char	   *sql;

	sql = psprintf("WITH old AS MATERIALIZED (SELECT id FROM %1$s.wifox_imports WHERE finished_at < $1)"
				   "%2$s%3$s, young AS (UPDATE %1$s.wifox_imports SET parent_id = NULL"
				   " WHERE parent_id IN (TABLE old) AND finished_at >= $1)"
				   " DELETE FROM %1$s.wifox_imports WHERE id IN (TABLE old)",
				   name, delete_from(schema, "wifox_import_errors"),
				   delete_from(schema, "wifox_import_changes"));
	if (SPI_execute_with_args(sql, 1, &type, &value, NULL, false, 0) != SPI_OK_DELETE)
		elog(ERROR, "could not remove old imports");
	return SPI_processed;
}

/* wifox_import_purge(older_than) */
PGDLLEXPORT Datum
wifox_import_purge(PG_FUNCTION_ARGS)
{
	TimestampTz before;
	uint64		removed;
	int			nestlevel;

	wfx_call_begin(fcinfo, "older_than");
	before = cutoff(PG_GETARG_INTERVAL_P(0));
	nestlevel = wfx_pin_search_path();
	SPI_connect();
	removed = purge(wfx_call_schema(fcinfo), before);
	SPI_finish();
	wfx_unpin_search_path(nestlevel);
	PG_RETURN_INT64((int64) removed);
}
