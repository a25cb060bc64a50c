/*
 * undo_load.c
 *		What is to be undone: the import, and what it recorded of its changes.
 *
 * All of it is read as the caller, who sees the imports of its own.
 */
#include "postgres.h"

#include "access/sysattr.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "nls.h"
#include "pace.h"
#include "rights.h"
#include "undo.h"

/* A batch ends with its limit of changes, or with this */
#define BATCH_BYTES		(8 * 1024 * 1024)

/* Changes fetched at a time: their values may be large */
#define FETCH_CHANGES	100

/* Run a query about the import; its first row is in SPI_tuptable */
static void
query(const WfxUndo *undo, const char *sql)
{
	Oid			type = INT8OID;
	Datum		value = Int64GetDatum(undo->import_id);
	MemoryContext context = CurrentMemoryContext;
	int			nestlevel = wfx_pin_search_path();

	if (SPI_execute_with_args(sql, 1, &type, &value, NULL, false, 0) != SPI_OK_SELECT)
		elog(ERROR, "could not read the history");
	wfx_unpin_search_path(nestlevel);
	MemoryContextSwitchTo(context);
}

/* A text of the first row of the result, or NULL */
static char *
get_text(int column)
{
	bool		isnull;
	Datum		value = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, column, &isnull);

	return isnull ? NULL : TextDatumGetCString(value);
}

/* A number of the first row of the result */
static int64
get_number(int column)
{
	bool		isnull;

	return DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, column,
									   &isnull));
}

/* The names in the first column of the result; the table need not have them any more */
static void
take_names(WfxUndoColumns *columns)
{
	columns->n = SPI_processed;
	columns->columns = palloc0(sizeof(WfxUndoColumn) * (columns->n + 1));
	for (int i = 0; i < columns->n; i++)
	{
		bool		isnull;

		columns->columns[i].name =
			TextDatumGetCString(SPI_getbinval(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1,
											  &isnull));
	}
	SPI_freetuptable(SPI_tuptable);
}

/* Load the row of the import */
static void
load_import(WfxUndo *undo)
{
	bool		isnull;
	Datum		digest;

	query(undo, psprintf("SELECT status, file_name, file_bytes, target, options->>'id_column',"
						 " created + updated, file_sha256 FROM %s.wifox_imports WHERE id = $1",
						 quote_identifier(undo->schema)));
	if (SPI_processed == 0)
		ereport(ERROR,
				(errcode(ERRCODE_NO_DATA_FOUND),
				 errmsg("there is no import %lld", (long long) undo->import_id),
				 errdetail("Everybody sees the imports of their own; members of pg_read_all_data see all.")));
	undo->status = get_text(1);
	undo->file_name = get_text(2);
	undo->file_bytes = get_number(3);
	undo->target_name = get_text(4);
	undo->id_column = get_text(5);
	undo->written = get_number(6);
	digest = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 7, &isnull);
	undo->file_sha256 = isnull ? NULL : DatumGetByteaPCopy(digest);
	SPI_freetuptable(SPI_tuptable);
}

/* Say why an import cannot be undone */
static void
refuse(const WfxUndo *undo, const char *reason, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("import %lld cannot be undone: %s", (long long) undo->import_id,
					wfx_translate(reason)),
			 hint ? errhint("%s", wfx_translate(hint)) : 0));
}

/* Is it an import that changed clients? */
static void
check_status(const WfxUndo *undo)
{
	if (strcmp(undo->status, "undone") == 0)
		refuse(undo, gettext_noop("it is an undo itself"), gettext_noop("Import the file again."));
	if (strcmp(undo->status, "failed") == 0)
		refuse(undo, gettext_noop("it failed and changed no client"), NULL);
	if (strcmp(undo->status, "checked") == 0)
		refuse(undo, gettext_noop("it was a dry run and changed no client"), NULL);
}

/* Sum the recorded changes up: how many, and of which columns */
static void
load_summary(WfxUndo *undo)
{
	const char *schema = quote_identifier(undo->schema);

	query(undo, psprintf("SELECT count(*) FILTER (WHERE action = 'created'),"
						 " count(*) FILTER (WHERE action = 'updated')"
						 " FROM %s.wifox_import_changes WHERE import_id = $1", schema));
	undo->ncreated = get_number(1);
	undo->nupdated = get_number(2);
	SPI_freetuptable(SPI_tuptable);
	query(undo, psprintf("SELECT jsonb_array_elements_text(options->'written_columns')"
						 " FROM %s.wifox_imports WHERE id = $1", schema));
	take_names(&undo->created);
	/* in the order in which jsonb has its keys */
	query(undo, psprintf("SELECT k FROM (SELECT DISTINCT jsonb_object_keys(after) AS k"
						 " FROM %s.wifox_import_changes WHERE import_id = $1 AND action = 'updated') c"
						 " ORDER BY octet_length(k), k COLLATE \"C\"", schema));
	take_names(&undo->updated);
}

/* Load the import, and sum its changes up */
void
wfx_undo_load(WfxUndo *undo)
{
	load_import(undo);
	check_status(undo);
	load_summary(undo);
	if ((undo->written > 0 && undo->ncreated + undo->nupdated == 0) || undo->id_column == NULL)
		refuse(undo, gettext_noop("its changes were not recorded"),
			   gettext_noop("wifox_import.track_changes was off, or row security hid the clients."));
}

/* The statement that looks clients up and locks them; a view is not locked (match.c) */
static char *
lookup_sql(const WfxUndo *undo, const WfxUndoColumns *columns, const char *lock)
{
	const WfxTarget *target = undo->target;
	bool		lockable = target->rel->rd_rel->relkind != RELKIND_VIEW;
	StringInfoData list;

	initStringInfo(&list);
	appendStringInfo(&list, "t.%s", quote_identifier(target->id.column));
	for (int i = 0; i < columns->n; i++)
		if (columns->columns[i].form != NULL)
			appendStringInfo(&list, ", t.%s", quote_identifier(columns->columns[i].name));
	return wfx_lookup_sql("b.n, t.*", list.data, target->relid, target->id.condition,
						  lockable ? lock : "");
}

/*
 * Find the columns in the table.  Of a view, of partitions, of a foreign table it is
 * not known which columns are unique: any may be.
 */
static void
bind_columns(const WfxUndo *undo, WfxUndoColumns *columns)
{
	Form_pg_class form = undo->target->rel->rd_rel;
	bool		ordinary = form->relkind == RELKIND_RELATION && !form->relhassubclass;

	for (int i = 0; i < columns->n; i++)
	{
		WfxUndoColumn *column = &columns->columns[i];
		AttrNumber	attnum = wfx_target_attribute(undo->target, column->name);

		if (attnum == 0)
			continue;
		column->form = palloc0(sizeof(WfxForm));
		wfx_form_init(column->form, undo->target->rel, attnum);
		column->unique = !ordinary ||
			bms_is_member(attnum - FirstLowInvalidHeapAttributeNumber,
						  undo->target->unique_attributes);
	}
}

/* May the user read the columns, and write them? */
static void
check_columns(const WfxUndo *undo, const WfxUndoColumns *columns, bool restored)
{
	for (int i = 0; i < columns->n; i++)
	{
		const WfxForm *form = columns->columns[i].form;

		if (form == NULL)
			continue;
		wfx_rights_check_column(undo->target, form->name, form->attnum, ACL_SELECT);
		if (restored)
			wfx_rights_check_column(undo->target, form->name, form->attnum, ACL_UPDATE);
	}
}

/* Prepare the columns; the rights to them are checked */
void
wfx_undo_prepare_columns(WfxUndo *undo)
{
	const WfxTarget *target = undo->target;

	wfx_rights_check_column(target, target->id.column, target->id.attnum, ACL_SELECT);
	wfx_form_init(&undo->id, target->rel, target->id.attnum);
	if (undo->ncreated > 0)
	{
		bind_columns(undo, &undo->created);
		check_columns(undo, &undo->created, false);
	}
	bind_columns(undo, &undo->updated);
	check_columns(undo, &undo->updated, true);
	undo->created.sql = lookup_sql(undo, &undo->created, " FOR UPDATE OF t");
	undo->updated.sql = lookup_sql(undo, &undo->updated, " FOR NO KEY UPDATE OF t");
}

/* Read the changes, later records first: so a value that was handed on comes back */
Portal
wfx_undo_open_changes(WfxUndo *undo)
{
	Oid			type = INT8OID;
	Datum		value = Int64GetDatum(undo->import_id);
	int			nestlevel = wfx_pin_search_path();
	Portal		portal;

	portal = SPI_cursor_open_with_args(NULL,
									   psprintf("SELECT record, line, action = 'created', client_id,"
												" before, after, row_hash"
												" FROM %s.wifox_import_changes WHERE import_id = $1"
												" ORDER BY record DESC",
												quote_identifier(undo->schema)),
									   1, &type, &value, NULL, false, 0);
	wfx_unpin_search_path(nestlevel);
	return portal;
}

/*
 * Take the values of a JSON object over; its keys stand in the order of the columns.
 * Returns its size.
 */
static Size
read_object(const WfxUndo *undo, Datum object, const char **texts, bool *changed)
{
	Jsonb	   *jsonb = DatumGetJsonbP(object);
	JsonbIterator *iterator = JsonbIteratorInit(&jsonb->root);
	JsonbValue	json;
	JsonbIteratorToken token;
	int			c = 0;

	while ((token = JsonbIteratorNext(&iterator, &json, true)) != WJB_DONE)
	{
		if (token == WJB_KEY)
		{
			char	   *name = pnstrdup(json.val.string.val, json.val.string.len);

			while (strcmp(undo->updated.columns[c].name, name) != 0)
				c++;
			changed[c] = true;
		}
		else if (token == WJB_VALUE && json.type == jbvString)
			texts[c] = pnstrdup(json.val.string.val, json.val.string.len);
	}
	return VARSIZE(jsonb);
}

/* A change out of a row; *bytes grows by what it takes */
static WfxUndoChange *
read_change(const WfxUndo *undo, HeapTuple tuple, TupleDesc desc, Size *bytes)
{
	WfxUndoChange *change = palloc0(sizeof(WfxUndoChange));
	int			n = undo->updated.n + 1;
	bool		isnull;

	change->record = DatumGetInt64(SPI_getbinval(tuple, desc, 1, &isnull));
	change->line = DatumGetInt64(SPI_getbinval(tuple, desc, 2, &isnull));
	change->created = DatumGetBool(SPI_getbinval(tuple, desc, 3, &isnull));
	change->client_id = TextDatumGetCString(SPI_getbinval(tuple, desc, 4, &isnull));
	*bytes += sizeof(WfxUndoChange) + 2 * strlen(change->client_id);
	if (change->created)
	{
		change->row_hash = (uint64) DatumGetInt64(SPI_getbinval(tuple, desc, 7, &isnull));
		return change;
	}
	change->changed = palloc0(sizeof(bool) * n);
	change->before = palloc0(sizeof(char *) * n);
	change->after = palloc0(sizeof(char *) * n);
	*bytes += n * (sizeof(bool) + 2 * sizeof(char *));
	*bytes += 2 * read_object(undo, SPI_getbinval(tuple, desc, 5, &isnull), change->before,
							  change->changed);
	*bytes += 2 * read_object(undo, SPI_getbinval(tuple, desc, 6, &isnull), change->after,
							  change->changed);
	return change;
}

/* Make the keys by which the clients of the batch are found */
static void
make_keys(WfxUndo *undo)
{
	int			nestlevel = wfx_forms_enter();

	for (int i = 0; i < undo->nchanges; i++)
	{
		WfxUndoChange *change = undo->changes[i];
		Datum		id = wfx_form_value(&undo->id, pstrdup(change->client_id));

		change->key = wfx_key_of(&undo->target->id, id);
	}
	wfx_forms_leave(nestlevel);
}

/* Read the next batch; false: there are no more changes */
bool
wfx_undo_read_batch(WfxUndo *undo, Portal portal)
{
	Size		bytes = 0;
	bool		more = true;

	MemoryContextReset(undo->batch);
	MemoryContextSwitchTo(undo->batch);
	undo->nchanges = 0;
	undo->changes = palloc(sizeof(WfxUndoChange *) * WFX_BATCH_RECORDS);
	while (more && undo->nchanges < undo->limit && bytes < BATCH_BYTES)
	{
		int			wanted = Min(undo->limit - undo->nchanges, FETCH_CHANGES);

		CHECK_FOR_INTERRUPTS();
		SPI_cursor_fetch(portal, true, wanted);
		MemoryContextSwitchTo(undo->batch);
		for (uint64 i = 0; i < SPI_processed; i++)
			undo->changes[undo->nchanges++] = read_change(undo, SPI_tuptable->vals[i],
														  SPI_tuptable->tupdesc, &bytes);
		more = SPI_processed == (uint64) wanted;
		SPI_freetuptable(SPI_tuptable);
	}
	make_keys(undo);
	return undo->nchanges > 0;
}
