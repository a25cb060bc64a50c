/*
 * read.c
 *		The bare CSV reader as a set of rows: what a file holds, whatever is odd about it.
 *
 * One record per call, so that a preview reads no more than it shows and memory
 * does not grow with the file.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "call.h"
#include "nls.h"
#include "reader.h"
#include "settings.h"

PG_FUNCTION_INFO_V1(wifox_import_read);
PG_FUNCTION_INFO_V1(wifox_import_read_data);

#define RECORD_NATTS	4

/* A reading under way, from call to call */
typedef struct ReadState
{
	WfxDialectOptions options;
	WfxReader  *reader;
	MemoryContext row;			/* one record at a time */
	int64		next;			/* number of the next record; the header is 0 */
	int64		max;			/* last record wanted, or -1 */
	int			nheaders;
} ReadState;

/* Begin a problem, or go on behind another */
static StringInfo
add_problem(StringInfo problem)
{
	if (problem->len > 0)
		appendStringInfoString(problem, "; ");
	return problem;
}

/* What the scanner found */
static void
describe_quotes(StringInfo problem, const WfxRow *row)
{
	if (row->problem == WFX_CSV_BAD_QUOTE)
		appendStringInfo(add_problem(problem), "a quote is out of place in field %d, line " INT64_FORMAT,
						 row->problem_field + 1, row->problem_line);
	else if (row->problem == WFX_CSV_UNTERMINATED)
	{
		appendStringInfo(add_problem(problem), "the quote that opens in line " INT64_FORMAT " never closes",
						 row->problem_line);
		if (row->last_line > row->problem_line)
			appendStringInfo(problem, ": it takes all up to line " INT64_FORMAT, row->last_line);
	}
}

/* What cannot be text */
static void
describe_bytes(StringInfo problem, const WfxReader *reader, const WfxRow *row)
{
	if (row->bad_byte < 0)
		return;
	if (row->untranslatable)
		appendStringInfo(add_problem(problem),
						 "the character at offset " INT64_FORMAT " does not exist in encoding %s",
						 row->bad_byte, GetDatabaseEncodingName());
	else
		appendStringInfo(add_problem(problem),
						 "the byte at offset " INT64_FORMAT " is not valid in encoding %s",
						 row->bad_byte, reader->encoding_name);
}

/* More fields than any table has columns, or not as many as the header */
static void
describe_count(StringInfo problem, const ReadState *state, const WfxRow *row)
{
	if (state->next == 0 && row->ncells > WFX_MAX_COLUMNS)
		appendStringInfo(add_problem(problem), "%d fields, at most %d can be imported",
						 row->ncells, WFX_MAX_COLUMNS);
	if (state->nheaders > 0 && row->ncells != state->nheaders)
		appendStringInfo(add_problem(problem),
						 ngettext("%d field, the header has %d", "%d fields, the header has %d",
								  row->ncells),
						 row->ncells, state->nheaders);
}

/* Fields that an import would refuse */
static void
describe_fields(StringInfo problem, const ReadState *state, const WfxRow *row)
{
	int64		limit = (int64) wfx_max_field_size * 1024;

	if (row->loss != WFX_LOST_NOTHING)
	{
		appendStringInfoString(add_problem(problem), wfx_loss_message(row->loss));
		return;
	}
	describe_count(problem, state, row);
	for (int i = 0; i < row->ncells; i++)
		if (row->cells[i].len > limit)
			appendStringInfo(add_problem(problem), "field %d is larger than %d kB", i + 1,
							 wfx_max_field_size);
}

/* Everything that is odd about a record, or NULL */
static char *
describe(const ReadState *state, const WfxRow *row)
{
	StringInfoData problem;

	initStringInfo(&problem);
	if (state->next == 0 && state->reader->rival != '\0')
		appendStringInfo(&problem, "both \"%c\" and \"%c\" could be the delimiter",
						 state->reader->delimiter, state->reader->rival);
	describe_quotes(&problem, row);
	describe_bytes(&problem, state->reader, row);
	describe_fields(&problem, state, row);
	return problem.len > 0 ? problem.data : NULL;
}

/* The fields as an array of texts */
static Datum
fields_array(const WfxRow *row)
{
	Datum	   *fields = palloc(sizeof(Datum) * row->ncells);

	for (int i = 0; i < row->ncells; i++)
		fields[i] = PointerGetDatum(cstring_to_text_with_len(row->cells[i].text, row->cells[i].len));
	return PointerGetDatum(construct_array(fields, row->ncells, TEXTOID, -1, false, TYPALIGN_INT));
}

/* The result row of a record */
static Datum
record_row(const ReadState *state, const WfxRow *row, TupleDesc desc)
{
	Datum		values[RECORD_NATTS];
	bool		nulls[RECORD_NATTS] = {false};
	char	   *problem = describe(state, row);

	values[0] = Int64GetDatum(state->next);
	values[1] = Int64GetDatum(row->line);
	values[2] = fields_array(row);
	nulls[3] = (problem == NULL);
	values[3] = nulls[3] ? (Datum) 0 : CStringGetTextDatum(problem);
	return HeapTupleGetDatum(heap_form_tuple(desc, values, nulls));
}

/* The result row of what ends the reading before the end of the file */
static Datum
failure_row(const WfxIssue *failure, TupleDesc desc)
{
	Datum		values[RECORD_NATTS] = {0};
	bool		nulls[RECORD_NATTS] = {true, false, true, false};

	nulls[1] = failure->line == 0;
	values[1] = Int64GetDatum(failure->line);
	values[3] = CStringGetTextDatum(failure->message);
	return HeapTupleGetDatum(heap_form_tuple(desc, values, nulls));
}

/* The next result row; false: the end */
static bool
next_row(ReadState *state, TupleDesc desc, Datum *result)
{
	WfxRow		row;

	if (state->reader == NULL || (state->max >= 0 && state->next > state->max))
		return false;
	CHECK_FOR_INTERRUPTS();
	switch (wfx_reader_next(state->reader, &row))
	{
		case WFX_READ_END:
			return false;
		case WFX_READ_FAILED:
			*result = failure_row(&state->reader->failure, desc);
			state->reader = NULL;
			return true;
		case WFX_READ_ROW:
			break;
	}
	if (state->next == 0)
		state->nheaders = row.ncells;
	*result = record_row(state, &row, desc);
	state->next++;
	return true;
}

/* Open the source, and refuse only what is wrong with the call */
static void
open_reader(ReadState *state, WfxSource *source)
{
	state->reader = wfx_reader_create(source, &state->options);
	state->reader->lenient = true;
	if (!wfx_reader_open(state->reader))
		wfx_reader_raise(state->reader);
}

/* First call: everything that lives until the last one */
static void
start_reading(FunctionCallInfo fcinfo, FuncCallContext *call, bool is_path)
{
	MemoryContext old = MemoryContextSwitchTo(call->multi_call_memory_ctx);
	ReadState  *state = palloc0(sizeof(ReadState));

	wfx_call_begin(fcinfo, is_path ? "path" : "data");
	wfx_dialect_options_read(&state->options, fcinfo, 1);
	state->max = PG_ARGISNULL(5) ? -1 : PG_GETARG_INT64(5);
	if (!PG_ARGISNULL(5) && state->max < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("max_records must not be negative")));
	if (is_path)
		open_reader(state, wfx_source_open_file(text_to_cstring(PG_GETARG_TEXT_PP(0))));
	else
	{
		bytea	   *data = PG_GETARG_BYTEA_P_COPY(0);

		open_reader(state, wfx_source_open_data(VARDATA(data), VARSIZE(data) - VARHDRSZ, "data"));
	}
	state->row = AllocSetContextCreate(CurrentMemoryContext, "wifox_import read",
									   ALLOCSET_DEFAULT_SIZES);
	if (get_call_result_type(fcinfo, NULL, &call->tuple_desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	call->tuple_desc = BlessTupleDesc(call->tuple_desc);
	call->user_fctx = state;
	MemoryContextSwitchTo(old);
}

/* One call: a record, or the end */
static Datum
read_records(FunctionCallInfo fcinfo, bool is_path)
{
	FuncCallContext *call;
	ReadState  *state;
	MemoryContext old;
	Datum		result;
	bool		found;

	if (SRF_IS_FIRSTCALL())
		start_reading(fcinfo, SRF_FIRSTCALL_INIT(), is_path);
	call = SRF_PERCALL_SETUP();
	state = call->user_fctx;
	MemoryContextReset(state->row);
	old = MemoryContextSwitchTo(state->row);
	found = next_row(state, call->tuple_desc, &result);
	MemoryContextSwitchTo(old);
	if (found)
		SRF_RETURN_NEXT(call, result);
	SRF_RETURN_DONE(call);
}

/* wifox_import_read(path, delimiter, quote, escape, encoding, max_records) */
PGDLLEXPORT Datum
wifox_import_read(PG_FUNCTION_ARGS)
{
	return read_records(fcinfo, true);
}

/* wifox_import_read_data(data, delimiter, quote, escape, encoding, max_records) */
PGDLLEXPORT Datum
wifox_import_read_data(PG_FUNCTION_ARGS)
{
	return read_records(fcinfo, false);
}
