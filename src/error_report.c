/*
 * error_report.c
 *		The bad records of an import, as a CSV file to be corrected and imported.
 *
 * The file's own header with import_line and import_error behind it; then every bad
 * record, its cells as they were.  What a spreadsheet would run gets an apostrophe,
 * which the importer takes off again (report_cells.c).
 *
 * Records are fetched and written one by one, so that memory holds no more than one
 * of them; the lines go into a tuplestore, which spills to disk.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/tuplestore.h"

#include "active_content.h"
#include "call.h"
#include "csv_scan.h"
#include "nls.h"
#include "report_cells.h"
#include "sql.h"
#include "text.h"
#include "values.h"

PG_FUNCTION_INFO_V1(wifox_import_error_report);

/* What spreadsheets and the importer may take for the delimiter */
#define USUAL_DELIMITERS	",;\t|"

/* How the file was written */
typedef struct ReportDialect
{
	char		delimiter;
	char		quote;
	char		escape;
	WfxCsvField *fields;
	int			max_fields;
} ReportDialect;

typedef struct Report
{
	ReportDialect dialect;
	char	   *header;
	int			nheaders;
	Datum		names;			/* of the columns, as errors name them: text[] */
	bool	   *dropped;		/* by header: an earlier report's column */
	bool		from_report;	/* the file was a report itself */
	int			width;			/* cells of the widest line */
	StringInfoData line;
	int			cells;			/* in the line so far */
	Tuplestorestate *store;
	TupleDesc	desc;
} Report;

/* Scan a stored record; its fields are in the dialect's array */
static int
scan_raw(ReportDialect *dialect, WfxCsvScan *scan, const char *raw)
{
	wfx_csv_init(scan, dialect->delimiter, dialect->quote, dialect->escape,
				 dialect->fields, dialect->max_fields);
	for (;;)
	{
		WfxCsvStatus status = wfx_csv_next(scan, raw, strlen(raw), true);

		if (status == WFX_CSV_RECORD)
			return scan->record.nfields;
		if (status != WFX_CSV_FIELDS)
			return 0;
		dialect->max_fields *= 2;
		dialect->fields = repalloc(dialect->fields, dialect->max_fields * sizeof(WfxCsvField));
		wfx_csv_more_fields(scan, dialect->fields, dialect->max_fields);
	}
}

/* Does a cell need quotes?  Nobody who guesses the delimiter is to be led astray. */
static bool
needs_quotes(const ReportDialect *dialect, const char *cell, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (cell[i] == dialect->delimiter || cell[i] == dialect->quote ||
			strchr(USUAL_DELIMITERS "\r\n", cell[i]) != NULL)
			return true;
	return len > 0 && (isspace((unsigned char) cell[0]) || isspace((unsigned char) cell[len - 1]));
}

/* Append a cell in the file's dialect */
static void
append_cell(Report *report, const char *cell, size_t len)
{
	const ReportDialect *dialect = &report->dialect;
	StringInfo	line = &report->line;
	bool		quotes = dialect->quote != '\0' && needs_quotes(dialect, cell, len);

	if (report->cells++ > 0)
		appendStringInfoChar(line, dialect->delimiter);
	if (quotes)
		appendStringInfoChar(line, dialect->quote);
	for (size_t i = 0; i < len; i++)
	{
		if (quotes && (cell[i] == dialect->quote || cell[i] == dialect->escape))
			appendStringInfoChar(line, dialect->escape);
		appendStringInfoChar(line, cell[i]);
	}
	if (quotes)
		appendStringInfoChar(line, dialect->quote);
}

/* Append words of our own: where nothing can be quoted, they must do without delimiters */
static void
append_words(Report *report, const char *words)
{
	const ReportDialect *dialect = &report->dialect;
	char	   *cell = pstrdup(words);

	for (char *p = cell; *p != '\0' && dialect->quote == '\0'; p++)
		if (*p == dialect->delimiter || *p == '\n' || *p == '\r')
			*p = dialect->delimiter == ' ' ? '_' : ' ';
	append_cell(report, cell, strlen(cell));
}

/* Append a cell of the file, harmless for spreadsheets */
static void
append_field(Report *report, const WfxCsvScan *scan, const char *raw, const WfxCsvField *field)
{
	char	   *cell = palloc(field->len + 1);
	size_t		len;

	cell[0] = '\'';
	len = wfx_csv_unescape(scan, raw, field, cell + 1);
	/* a record that came in a report may have its apostrophe already */
	if (wfx_runs_in_spreadsheet(cell + 1, len) &&
		!(report->from_report && wfx_has_apostrophe(cell + 1, len)))
		append_cell(report, cell, len + 1);
	else
		append_cell(report, cell + 1, len);
	pfree(cell);
}

/* The name of a column, as the header has it */
static char *
header_name(const Report *report, const WfxCsvScan *scan, int column)
{
	const WfxCsvField *field = &report->dialect.fields[column];
	char	   *name = palloc(field->len + 1);
	size_t		len = wfx_csv_unescape(scan, report->header, field, name);

	return wfx_trim(name, len);
}

/*
 * Learn the names of the columns, by whose order errors are sorted, and which of them
 * come from an earlier report: they are not repeated.
 */
static void
read_header(Report *report)
{
	WfxCsvScan	scan;
	char	  **names;
	Datum	   *texts;
	int			n = scan_raw(&report->dialect, &scan, report->header);
	int			ndropped = 0;

	names = palloc(sizeof(char *) * (n + 1));
	texts = palloc(sizeof(Datum) * (n + 1));
	report->dropped = palloc0(sizeof(bool) * (n + 1));
	for (int i = 0; i < n; i++)
	{
		names[i] = header_name(report, &scan, i);
		report->dropped[i] = wfx_is_report_column(names[i]);
		ndropped += report->dropped[i];
	}
	report->nheaders = report->width = n;
	report->from_report = ndropped == 2;
	for (int i = 0; i < n; i++)
		texts[i] = CStringGetTextDatum(names[i] + (report->from_report &&
												   wfx_has_apostrophe(names[i], strlen(names[i]))));
	report->names = PointerGetDatum(construct_array(texts, n, TEXTOID, -1, false, TYPALIGN_INT));
}

/* Begin a line with the cells of a record, as many as all lines have */
static void
start_line(Report *report, const char *raw)
{
	WfxCsvScan	scan;
	int			n = scan_raw(&report->dialect, &scan, raw);

	resetStringInfo(&report->line);
	report->cells = 0;
	for (int i = 0; i < report->width; i++)
	{
		if (i < report->nheaders && report->dropped[i])
			continue;
		if (i < n)
			append_field(report, &scan, raw, &report->dialect.fields[i]);
		else
			append_cell(report, "", 0);
	}
}

/* End a line with the two columns that say what was wrong */
static void
end_line(Report *report, const char *line_number, const char *errors)
{
	Datum		value;
	bool		isnull = false;

	append_cell(report, line_number, strlen(line_number));
	append_words(report, errors);
	value = PointerGetDatum(cstring_to_text_with_len(report->line.data, report->line.len));
	tuplestore_putvalues(report->store, report->desc, &value, &isnull);
}

/* The first character of an option of the import, or '\0' */
static char
option_char(HeapTuple tuple, TupleDesc desc, int column)
{
	char	   *value = SPI_getvalue(tuple, desc, column);

	return value ? *value : '\0';
}

/* Read how the file was written.  False: it had no header that could be read. */
static bool
load_import(Report *report, const char *schema, int64 id)
{
	Oid			type = INT8OID;
	Datum		value = Int64GetDatum(id);
	MemoryContext context = CurrentMemoryContext;
	HeapTuple	tuple;
	TupleDesc	desc;

	SPI_execute_with_args(psprintf("SELECT options->>'delimiter', options->>'quote',"
								   " options->>'escape', options->>'header'"
								   " FROM %s.wifox_imports WHERE id = $1", quote_identifier(schema)),
						  1, &type, &value, NULL, true, 1);
	if (SPI_processed == 0)
		ereport(ERROR,
				(errcode(ERRCODE_NO_DATA_FOUND),
				 errmsg("there is no import %lld", (long long) id),
				 errdetail("Everybody sees the imports of their own; members of pg_read_all_data see all.")));
	tuple = SPI_tuptable->vals[0];
	desc = SPI_tuptable->tupdesc;
	report->dialect.delimiter = option_char(tuple, desc, 1);
	report->dialect.quote = option_char(tuple, desc, 2);
	report->dialect.escape = option_char(tuple, desc, 3);
	report->header = SPI_getvalue(tuple, desc, 4);
	if (report->header != NULL)
		report->header = MemoryContextStrdup(context, report->header);
	return report->header != NULL;
}

/*
 * Open the bad records in file order, with the errors of each in one text: those about the
 * record as a whole first, then column by column.  The details of the table's own errors
 * are for those who know the table.
 */
static Portal
open_errors(const Report *report, const char *schema, int64 id)
{
	Oid			types[2] = {INT8OID, TEXTARRAYOID};
	Datum		values[2] = {Int64GetDatum(id), report->names};
	char	   *sql;

	sql = psprintf("SELECT max(raw), min(line)::text, string_agg(concat_ws(': ', column_name,"
				   " message || coalesce(' (' || nullif(concat_ws(' ', CASE WHEN code ="
				   " 'invalid_value' THEN detail END, hint), '') || ')', '')), '; ' ORDER BY"
				   " column_name IS NOT NULL, array_position($2, column_name),"
				   " column_name COLLATE \"C\", code COLLATE \"C\", message COLLATE \"C\")"
				   " FROM %s.wifox_import_errors WHERE import_id = $1 AND record IS NOT NULL"
				   " GROUP BY record HAVING max(raw) IS NOT NULL ORDER BY record",
				   quote_identifier(schema));
	return SPI_cursor_open_with_args(NULL, sql, 2, types, values, NULL, true, 0);
}

/* Call a function for all bad records */
static void
for_each_record(Report *report, const char *schema, int64 id,
				void (*call) (Report *report, HeapTuple tuple, TupleDesc desc))
{
	Portal		portal = open_errors(report, schema, id);
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "wifox_import report",
												  ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);

	for (;;)
	{
		CHECK_FOR_INTERRUPTS();
		SPI_cursor_fetch(portal, true, 1);
		if (SPI_processed == 0)
			break;
		MemoryContextSwitchTo(context);
		call(report, SPI_tuptable->vals[0], SPI_tuptable->tupdesc);
		SPI_freetuptable(SPI_tuptable);
		MemoryContextReset(context);
	}
	MemoryContextSwitchTo(old);
	MemoryContextDelete(context);
	SPI_cursor_close(portal);
}

/* The cells of a record up to the last one that is not blank */
static int
used_cells(const Report *report, const char *raw, int n)
{
	while (n > 0)
	{
		const WfxCsvField *field = &report->dialect.fields[n - 1];

		if (!wfx_is_blank(raw + field->start, field->len))
			break;
		n--;
	}
	return n;
}

/* A record that is wider than the header widens all lines */
static void
measure_record(Report *report, HeapTuple tuple, TupleDesc desc)
{
	const char *raw = SPI_getvalue(tuple, desc, 1);
	WfxCsvScan	scan;
	int			n = scan_raw(&report->dialect, &scan, raw);

	report->width = Max(report->width, used_cells(report, raw, n));
}

/* Add a record to the result */
static void
add_record(Report *report, HeapTuple tuple, TupleDesc desc)
{
	start_line(report, SPI_getvalue(tuple, desc, 1));
	end_line(report, SPI_getvalue(tuple, desc, 2), SPI_getvalue(tuple, desc, 3));
}

/* wifox_import_error_report(import_id) */
PGDLLEXPORT Datum
wifox_import_error_report(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	char	   *schema = wfx_call_schema(fcinfo);
	Report		report = {0};
	int			nestlevel;

	wfx_call_begin(fcinfo, NULL);
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	report.store = rsinfo->setResult;
	report.desc = rsinfo->setDesc;
	report.dialect.max_fields = 128;
	report.dialect.fields = palloc(sizeof(WfxCsvField) * report.dialect.max_fields);
	initStringInfo(&report.line);
	SPI_connect();
	nestlevel = wfx_pin_search_path();
	if (load_import(&report, schema, PG_GETARG_INT64(0)))
	{
		read_header(&report);
		for_each_record(&report, schema, PG_GETARG_INT64(0), measure_record);
		start_line(&report, report.header);
		end_line(&report, WFX_REPORT_LINE, WFX_REPORT_ERROR);
		for_each_record(&report, schema, PG_GETARG_INT64(0), add_record);
	}
	wfx_unpin_search_path(nestlevel);
	SPI_finish();
	return (Datum) 0;
}
