/*
 * earlier.c
 *		Earlier imports that an import has to do with: that of the same file, and the
 *		one whose error report the file is.
 *
 * Both are looked up as the caller: row security decides what may be told.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "common/sha2.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "binding.h"
#include "csv_scan.h"
#include "earlier.h"
#include "history.h"
#include "nls.h"
#include "report_cells.h"
#include "settings.h"
#include "text.h"

/* The history, as statements name it */
static char *
imports_table(const WfxImport *import)
{
	return wfx_relation_sql(wfx_history_table(import->schema, "wifox_imports"));
}

/* Say which import brought the file, if there was one that is not undone */
static void
notice_earlier(const WfxImport *import, Oid *types, Datum *values)
{
	char	   *table = imports_table(import);
	char	   *sql;

	sql = psprintf("SELECT id, date_trunc('second', finished_at), status FROM %s i"
				   " WHERE file_sha256 = $1 AND target = $2 AND records > 0 AND NOT dry_run"
				   " AND status IN ('imported', 'partial') AND NOT EXISTS"
				   " (SELECT FROM %s u WHERE u.parent_id = i.id AND u.status = 'undone')"
				   " ORDER BY id DESC LIMIT 1", table, table);
	if (SPI_execute_with_args(sql, 2, types, values, NULL, false, 1) != SPI_OK_SELECT)
		elog(ERROR, "could not read the history");
	if (SPI_processed == 1)
		ereport(NOTICE,
				(errmsg("The same file was imported before: import %s, %s, %s",
						SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1),
						SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2),
						SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 3))));
	SPI_freetuptable(SPI_tuptable);
}

/* Was the same file imported into the table before? */
void
wfx_notice_same_file(const WfxImport *import, const uint8 *sha256)
{
	bytea	   *digest = palloc(VARHDRSZ + PG_SHA256_DIGEST_LENGTH);
	Oid			types[2] = {BYTEAOID, TEXTOID};
	Datum		values[2];
	MemoryContext context = CurrentMemoryContext;
	int			nestlevel = wfx_pin_search_path();

	SET_VARSIZE(digest, VARHDRSZ + PG_SHA256_DIGEST_LENGTH);
	memcpy(VARDATA(digest), sha256, PG_SHA256_DIGEST_LENGTH);
	values[0] = PointerGetDatum(digest);
	values[1] = CStringGetTextDatum(import->target->sql_name);
	notice_earlier(import, types, values);
	MemoryContextSwitchTo(context);
	wfx_unpin_search_path(nestlevel);
}

/* Has a column a name of the file's own? */
static bool
is_own_name(const char *name)
{
	return *name != '\0' && !wfx_is_report_column(name);
}

/* The next header with a name of the file's own, from position i on */
static int
next_own(const WfxColumns *columns, int i)
{
	while (i < columns->nheaders && !is_own_name(columns->headers[i]))
		i++;
	return i;
}

/* Are the names in a scanned header those of this file? */
static bool
same_names(const WfxColumns *columns, const WfxCsvScan *scan, const char *header)
{
	int			own = next_own(columns, 0);

	for (int i = 0; i < scan->record.nfields; i++)
	{
		char	   *name = palloc(scan->fields[i].len + 1);

		name = wfx_trim(name, wfx_csv_unescape(scan, header, &scan->fields[i], name));
		if (!is_own_name(name))
			continue;
		if (own == columns->nheaders || strcmp(name, columns->headers[own]) != 0)
			return false;
		own = next_own(columns, own + 1);
	}
	return own == columns->nheaders;
}

/* The character in a column of a row, or '\0' */
static char
get_char(HeapTuple tuple, TupleDesc desc, int column)
{
	char	   *value = SPI_getvalue(tuple, desc, column);

	return value ? *value : '\0';
}

/* Is this file, by its header, the error report of an earlier import? */
static bool
is_report_of(const WfxImport *import, HeapTuple tuple, TupleDesc desc)
{
	WfxCsvField *fields = palloc(sizeof(WfxCsvField) * WFX_MAX_COLUMNS);
	char	   *header = SPI_getvalue(tuple, desc, 2);
	WfxCsvScan	scan;

	wfx_csv_init(&scan, get_char(tuple, desc, 3), get_char(tuple, desc, 4), get_char(tuple, desc, 5),
				 fields, WFX_MAX_COLUMNS);
	return wfx_csv_next(&scan, header, strlen(header), true) == WFX_CSV_RECORD &&
		same_names(import->columns, &scan, header);
}

/* The first import of a cursor whose error report this file is, or 0 */
static int64
search_parent(const WfxImport *import, Portal portal)
{
	MemoryContext candidate = AllocSetContextCreate(CurrentMemoryContext, "wifox_import candidate",
													ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = CurrentMemoryContext;
	int64		parent = 0;
	bool		isnull;

	do
	{
		CHECK_FOR_INTERRUPTS();
		SPI_cursor_fetch(portal, true, 1);
		MemoryContextSwitchTo(candidate);
		if (SPI_processed > 0 && is_report_of(import, SPI_tuptable->vals[0], SPI_tuptable->tupdesc))
			parent = DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc,
												 1, &isnull));
		MemoryContextSwitchTo(old);
		MemoryContextReset(candidate);
		SPI_freetuptable(SPI_tuptable);
	} while (SPI_processed > 0 && parent == 0);
	MemoryContextDelete(candidate);
	return parent;
}

/*
 * The import whose error report this file is: the caller's latest one into the table
 * that had errors, and a header of the same names.
 */
int64
wfx_find_parent(const WfxImport *import)
{
	Oid			type = TEXTOID;
	Datum		target;
	MemoryContext context = CurrentMemoryContext;
	int64		parent;
	Portal		portal;
	int			nestlevel;
	char	   *sql;

	if (import->columns == NULL || !import->columns->from_report)
		return 0;
	sql = psprintf("SELECT id, options ->> 'header', options ->> 'delimiter',"
				   " options ->> 'quote', options ->> 'escape' FROM %s"
				   " WHERE imported_by = current_user AND target = $1 AND failed > 0"
				   " AND options ->> 'header' IS NOT NULL ORDER BY id DESC",
				   imports_table(import));
	target = CStringGetTextDatum(import->target->sql_name);
	nestlevel = wfx_pin_search_path();
	portal = SPI_cursor_open_with_args(NULL, sql, 1, &type, &target, NULL, false, 0);
	MemoryContextSwitchTo(context);
	parent = search_parent(import, portal);
	SPI_cursor_close(portal);
	MemoryContextSwitchTo(context);
	wfx_unpin_search_path(nestlevel);
	return parent;
}
