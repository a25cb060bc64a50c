/*
 * api.c
 *		The functions that SQL calls: unpack the arguments, and hand over.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "call.h"
#include "options.h"
#include "run.h"
#include "setup.h"
#include "source.h"
#include "undo.h"

PG_FUNCTION_INFO_V1(wifox_import_clients);
PG_FUNCTION_INFO_V1(wifox_import_clients_data);
PG_FUNCTION_INFO_V1(wifox_import_undo);
PG_FUNCTION_INFO_V1(wifox_import_create_clients_table);

/* The row of the history as the result of a call */
static Datum
return_row(FunctionCallInfo fcinfo, HeapTuple tuple)
{
	TupleDesc	desc;

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	return heap_copy_tuple_as_datum(tuple, desc);
}

/* Import a source, and return the row of its history */
static Datum
import_source(FunctionCallInfo fcinfo, WfxSource *source, const WfxOptions *options)
{
	HeapTuple	tuple;

	wfx_source_start_digest(source);
	tuple = wfx_run(source, options, wfx_call_schema(fcinfo));
	wfx_source_close(source);
	return return_row(fcinfo, tuple);
}

/* wifox_import_clients(path, options ...) */
PGDLLEXPORT Datum
wifox_import_clients(PG_FUNCTION_ARGS)
{
	WfxOptions	options;

	wfx_call_begin(fcinfo, "path");
	wfx_options_read(&options, fcinfo, 1);
	return import_source(fcinfo, wfx_source_open_file(text_to_cstring(PG_GETARG_TEXT_PP(0))),
						 &options);
}

/* wifox_import_clients_data(data, file_name, options ...) */
PGDLLEXPORT Datum
wifox_import_clients_data(PG_FUNCTION_ARGS)
{
	WfxOptions	options;
	bytea	   *data;
	char	   *name;

	wfx_call_begin(fcinfo, "data");
	wfx_options_read(&options, fcinfo, 2);
	data = PG_GETARG_BYTEA_PP(0);
	name = PG_ARGISNULL(1) ? "upload.csv" : text_to_cstring(PG_GETARG_TEXT_PP(1));
	return import_source(fcinfo, wfx_source_open_data(VARDATA_ANY(data), VARSIZE_ANY_EXHDR(data), name),
						 &options);
}

/* wifox_import_undo(import_id) */
PGDLLEXPORT Datum
wifox_import_undo(PG_FUNCTION_ARGS)
{
	wfx_call_begin(fcinfo, "import_id");
	return return_row(fcinfo, wfx_undo_run(PG_GETARG_INT64(0), wfx_call_schema(fcinfo)));
}

/* wifox_import_create_clients_table() */
PGDLLEXPORT Datum
wifox_import_create_clients_table(PG_FUNCTION_ARGS)
{
	Oid			relid;

	wfx_call_begin(fcinfo, NULL);
	PreventCommandIfReadOnly("wifox_import_create_clients_table()");
	PreventCommandDuringRecovery("wifox_import_create_clients_table()");
	SPI_connect();
	relid = wfx_setup_create(wfx_call_schema(fcinfo));
	SPI_finish();
	PG_RETURN_OID(relid);
}
