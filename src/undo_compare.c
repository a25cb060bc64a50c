/*
 * undo_compare.c
 *		Is a client as the import has left it?  Else it stays as it is.
 *
 * Clients are looked up by their IDs, and locked, so that they stay as they were when
 * they were compared.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "undo.h"

/* What is at hand while clients are looked up */
typedef struct Compare
{
	WfxUndo    *undo;
	WfxUndoColumns *columns;
	MemoryContext row;			/* one client at a time */
	const char **texts;			/* its text forms by column */
} Compare;

/* A client that was created: is what the import wrote still there? */
static void
compare_created(Compare *compare, WfxUndoChange *change)
{
	uint64		hash = 0;

	for (int c = 0; c < compare->columns->n; c++)
		hash = wfx_forms_hash(hash, compare->texts[c]);
	if (hash != change->row_hash)
		change->difference = "";
}

/* A client that was updated: which of the columns have another value now? */
static void
compare_updated(Compare *compare, WfxUndoChange *change, MemoryContext context)
{
	StringInfoData names;

	initStringInfo(&names);
	for (int c = 0; c < compare->columns->n; c++)
	{
		const WfxUndoColumn *column = &compare->columns->columns[c];

		if (!change->changed[c] ||
			(column->form != NULL && wfx_forms_equal(change->after[c], compare->texts[c])))
			continue;
		if (change->difference_column == NULL)
			change->difference_column = column->name;
		appendStringInfo(&names, "%s\"%s\"", names.len > 0 ? ", " : "", column->name);
	}
	if (names.len > 0)
		change->difference = MemoryContextStrdup(context, names.data);
}

/* Some clients that were looked up: number, ID, columns that the table still has */
static void
take_clients(void *state, SPITupleTable *result, uint64 n)
{
	Compare    *compare = state;
	MemoryContext old = MemoryContextSwitchTo(compare->row);
	int			nestlevel = wfx_forms_enter();

	for (uint64 i = 0; i < n; i++)
	{
		HeapTuple	tuple = result->vals[i];
		bool		isnull;
		WfxUndoChange *change;
		int			position = 3;

		change = compare->undo->changes[DatumGetInt32(SPI_getbinval(tuple, result->tupdesc,
																	1, &isnull))];
		change->found++;
		for (int c = 0; c < compare->columns->n; c++)
		{
			WfxForm    *form = compare->columns->columns[c].form;
			Datum		value;

			compare->texts[c] = NULL;
			if (form == NULL)
				continue;
			value = SPI_getbinval(tuple, result->tupdesc, position++, &isnull);
			compare->texts[c] = wfx_form_text(form, value, isnull);
		}
		if (change->created)
			compare_created(compare, change);
		else
			compare_updated(compare, change, old);
		MemoryContextReset(compare->row);
	}
	wfx_forms_leave(nestlevel);
	MemoryContextSwitchTo(old);
}

/* Look up and compare the clients that were created, or updated */
static void
look_up(WfxUndo *undo, WfxUndoColumns *columns, bool created)
{
	WfxBatchRows *rows = wfx_batch_rows_create(wfx_key_rows_desc(&undo->target->id));
	Compare		compare = {.undo = undo, .columns = columns};

	compare.row = AllocSetContextCreate(CurrentMemoryContext, "wifox_import undo client",
										ALLOCSET_DEFAULT_SIZES);
	compare.texts = palloc(sizeof(char *) * (columns->n + 1));
	for (int i = 0; i < undo->nchanges; i++)
		if (undo->changes[i]->created == created)
			wfx_key_rows_put(rows, i, undo->changes[i]->key);
	if (rows->count > 0)
		wfx_statement_each(undo->statements, columns->sql, rows, take_clients, &compare);
	wfx_batch_rows_destroy(rows);
	MemoryContextDelete(compare.row);
}

/* The first column that the import wrote to new clients and the table has no more, or NULL */
static const char *
lost_column(const WfxUndo *undo)
{
	for (int c = 0; c < undo->created.n; c++)
		if (undo->created.columns[c].form == NULL)
			return undo->created.columns[c].name;
	return NULL;
}

/* Keep a client that is not as the import has left it */
static void
keep_changed(WfxUndo *undo, WfxUndoChange *change)
{
	WfxIssue	reason = {.code = "changed_since"};

	reason.sqlerrcode = ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE;
	reason.hint = "It stays as it is.";
	if (change->found == 0)
		reason.message = psprintf("client %s is not in the table any more, or cannot be locked",
								  change->client_id);
	else if (change->found > 1)
		reason.message = psprintf("several clients have the ID %s now", change->client_id);
	else if (change->created && lost_column(undo) != NULL)
		reason.message = psprintf("client %s cannot be compared: the table has no column \"%s\" any more",
								  change->client_id, lost_column(undo));
	else if (change->created)
		reason.message = psprintf("client %s was changed since the import", change->client_id);
	else
	{
		reason.column = change->difference_column;
		reason.message = psprintf("client %s was changed since the import: %s",
								  change->client_id, change->difference);
		reason.hint = "It stays as it is; wifox_import_changes has the values before and after.";
	}
	wfx_undo_keep(undo, change, &reason);
}

/* Look the clients of the batch up, and keep those that changed */
void
wfx_undo_compare(WfxUndo *undo)
{
	look_up(undo, &undo->created, true);
	look_up(undo, &undo->updated, false);
	for (int i = 0; i < undo->nchanges; i++)
	{
		WfxUndoChange *change = undo->changes[i];

		CHECK_FOR_INTERRUPTS();
		if (change->found != 1 || change->difference != NULL)
			keep_changed(undo, change);
	}
}
