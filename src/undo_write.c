/*
 * undo_write.c
 *		Clients that the import created are deleted, those that it updated get their values back.
 *
 * The result is as if changes were undone one by one, later records first; so a unique
 * value that the import handed on is free when it is given back.  As long as nobody can
 * tell, many clients are written together.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "halving.h"
#include "undo.h"
#include "writer.h"

/* Changes that are about to be undone together */
typedef struct Pending
{
	WfxUndo    *undo;
	int			ndeletes;
	WfxUndoChange **deletes;
	int			nupdates;
	WfxUndoChange **updates;
	const WfxUndoChange *sensitive; /* one of the updates that gives a unique value back */
} Pending;

/* Run a statement over the batch's rows and give them back; how many rows has it written? */
static uint64
run(WfxUndo *undo, const char *sql, WfxBatchRows *rows)
{
	CHECK_FOR_INTERRUPTS();
	wfx_undo_tick(undo);
	wfx_statement_run(undo->statements, sql, rows);
	wfx_batch_rows_destroy(rows);
	return SPI_processed;
}

/* Delete clients; false: not all of them were there to be deleted */
static bool
delete_clients(void *state, void **items, int n)
{
	WfxUndo    *undo = state;
	WfxUndoChange **changes = (WfxUndoChange **) items;
	const WfxTarget *target = undo->target;
	int			step = wfx_writer_step(target, n);
	const char *value;
	char	   *sql = psprintf("%sDELETE FROM %s AS t %s", wfx_writer_mark(target), target->sql_name,
							   wfx_writer_rows(target, "USING", &value));
	uint64		deleted = 0;

	for (int i = 0; i < n; i += step)
	{
		WfxBatchRows *rows = wfx_batch_rows_create(wfx_key_rows_desc(&target->id));

		for (int r = i; r < i + step; r++)
			wfx_key_rows_put(rows, r, changes[r]->key);
		deleted += run(undo, sql, rows);
	}
	return deleted == (uint64) n;
}

/* Clients stay deleted */
static void
count_deleted(void *state, void **items, int n)
{
	((WfxUndo *) state)->deleted += n;
}

/* The UPDATE that gives the columns of a change back, and a description of its rows */
static char *
restore_sql(const WfxUndo *undo, const WfxUndoChange *change, TupleDesc *desc)
{
	const char *value;
	char	   *rows = wfx_writer_rows(undo->target, "FROM", &value);
	StringInfoData list;
	int			n = 1;

	for (int c = 0; c < undo->updated.n; c++)
		n += change->changed[c];
	*desc = CreateTemplateTupleDesc(n);
	wfx_key_describe(&undo->target->id, *desc, 1);
	initStringInfo(&list);
	n = 1;
	for (int c = 0; c < undo->updated.n; c++)
	{
		const WfxForm *form = undo->updated.columns[c].form;

		if (!change->changed[c])
			continue;
		/* the type below a domain, so that the statement itself checks the domain */
		n++;
		TupleDescInitEntry(*desc, n, psprintf("c%d", n), form->type.base,
						   form->type.base_typmod, 0);
		TupleDescInitEntryCollation(*desc, n, form->collation);
		appendStringInfo(&list, "%s%s = %s", n > 2 ? ", " : "", quote_identifier(form->name),
						 psprintf(value, psprintf("c%d", n)));
	}
	return psprintf("%sUPDATE %s AS t SET %s %s", wfx_writer_mark(undo->target),
					undo->target->sql_name, list.data, rows);
}

/* Add the old values of a client to the rows */
static void
put_before(const WfxUndo *undo, const WfxUndoChange *change, WfxBatchRows *rows)
{
	Datum	   *values = palloc(sizeof(Datum) * rows->desc->natts);
	bool	   *nulls = palloc0(sizeof(bool) * rows->desc->natts);
	int			n = 0;

	values[n++] = change->key;
	for (int c = 0; c < undo->updated.n; c++)
	{
		if (!change->changed[c])
			continue;
		nulls[n] = change->before[c] == NULL;
		values[n] = nulls[n] ? (Datum) 0 :
			wfx_form_value(undo->updated.columns[c].form, pstrdup(change->before[c]));
		n++;
	}
	wfx_batch_rows_put(rows, values, nulls);
	pfree(values);
	pfree(nulls);
}

/* Give clients, all of them the same columns, their old values back; false: not all were there */
static bool
restore_clients(void *state, void **items, int n)
{
	WfxUndo    *undo = state;
	WfxUndoChange **changes = (WfxUndoChange **) items;
	TupleDesc	desc;
	char	   *sql = restore_sql(undo, changes[0], &desc);
	int			step = wfx_writer_step(undo->target, n);
	uint64		restored = 0;

	for (int i = 0; i < n; i += step)
	{
		WfxBatchRows *rows = wfx_batch_rows_create(desc);
		int			nestlevel = wfx_forms_enter();

		for (int r = i; r < i + step; r++)
			put_before(undo, changes[r], rows);
		wfx_forms_leave(nestlevel);
		restored += run(undo, sql, rows);
	}
	return restored == (uint64) n;
}

/* Clients stay restored */
static void
count_restored(void *state, void **items, int n)
{
	((WfxUndo *) state)->restored += n;
}

/* Keep a client that the table does not let be deleted or restored; error may be NULL */
static void
keep_refused(void *state, void *item, const ErrorData *error)
{
	WfxUndoChange *change = item;
	WfxIssue	reason = {.code = "constraint"};

	if (error == NULL)
	{
		reason.sqlerrcode = ERRCODE_INSUFFICIENT_PRIVILEGE;
		reason.message = psprintf("the table did not let client %s be %s", change->client_id,
								  change->created ? "deleted" : "restored");
		reason.hint = "A trigger or row security is in the way.";
	}
	else
	{
		if (change->created && (error->sqlerrcode == ERRCODE_FOREIGN_KEY_VIOLATION ||
								error->sqlerrcode == ERRCODE_RESTRICT_VIOLATION))
			reason.code = "referenced";
		reason.sqlerrcode = error->sqlerrcode;
		reason.column = error->column_name;
		reason.message = psprintf("client %s: %s", change->client_id, error->message);
		reason.detail = error->detail;
		reason.hint = error->hint;
	}
	wfx_undo_keep(state, change, &reason);
}

/* Do two changes concern the same columns? */
static bool
same_columns(void *state, const void *a, const void *b)
{
	const WfxUndo *undo = state;

	return memcmp(((const WfxUndoChange *) a)->changed, ((const WfxUndoChange *) b)->changed,
				  sizeof(bool) * undo->updated.n) == 0;
}

/* How clients are written */
static WfxHalving
halving(WfxUndo *undo, bool deleted)
{
	WfxHalving	result = {
		.state = undo,
		.context = undo->batch,
		.write = deleted ? delete_clients : restore_clients,
		.keep = deleted ? count_deleted : count_restored,
		.refuse = keep_refused,
		.alike = same_columns
	};

	return result;
}

/*
 * Delete clients that other clients reference: one by one, since those may be deleted
 * before it.
 */
static void
delete_singly(WfxUndo *undo, WfxUndoChange **changes, int n)
{
	WfxHalving	deletes = halving(undo, true);

	for (int i = 0; i < n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		wfx_undo_check_references(undo, &changes[i], 1, NULL, NULL);
		if (!changes[i]->kept)
			wfx_write_alike(&deletes, (void **) &changes[i], 1);
	}
}

/* Delete the clients that wait for it, if nothing references them */
static void
flush_deletes(Pending *pending)
{
	WfxUndo    *undo = pending->undo;
	WfxHalving	deletes = halving(undo, true);
	WfxUndoChange **self = palloc(sizeof(WfxUndoChange *) * (pending->ndeletes + 1));
	int			nself = 0;
	int			n = 0;

	if (pending->ndeletes == 0)
		return;
	wfx_undo_check_references(undo, pending->deletes, pending->ndeletes, self, &nself);
	for (int i = 0, s = 0; i < pending->ndeletes; i++)
	{
		WfxUndoChange *change = pending->deletes[i];

		if (s < nself && self[s] == change)
			s++;
		else if (!change->kept)
			pending->deletes[n++] = change;
	}
	wfx_write_alike(&deletes, (void **) pending->deletes, n);
	delete_singly(undo, self, nself);
	pending->ndeletes = 0;
	pfree(self);
}

/* Restore the clients that wait for it */
static void
flush_updates(Pending *pending)
{
	WfxHalving	updates = halving(pending->undo, false);

	wfx_write_groups(&updates, (void **) pending->updates, pending->nupdates);
	pending->nupdates = 0;
	pending->sensitive = NULL;
}

/* Does it give back a value that only one client can have? */
static bool
is_sensitive(const WfxUndo *undo, const WfxUndoChange *change)
{
	for (int c = 0; c < undo->updated.n; c++)
		if (change->changed[c] && undo->updated.columns[c].unique)
			return true;
	return false;
}

/* Is there anything to give back?  A trigger may have kept the old values. */
static bool
is_empty(const WfxUndo *undo, const WfxUndoChange *change)
{
	return memchr(change->changed, true, undo->updated.n) == NULL;
}

/* A client is to be deleted: not before the others that may have referenced it are restored */
static void
add_delete(Pending *pending, WfxUndoChange *change)
{
	if (wfx_undo_references_itself(pending->undo))
		flush_updates(pending);
	pending->deletes[pending->ndeletes++] = change;
}

/*
 * A client is to be restored.  What takes a unique value back has to wait for the
 * later records that may have it now; in one statement the order stays.
 */
static void
add_update(Pending *pending, WfxUndoChange *change)
{
	WfxUndo    *undo = pending->undo;

	if (is_empty(undo, change))
	{
		undo->restored++;
		return;
	}
	if (is_sensitive(undo, change))
	{
		flush_deletes(pending);
		if (pending->sensitive != NULL && !same_columns(undo, pending->sensitive, change))
			flush_updates(pending);
		pending->sensitive = change;
	}
	pending->updates[pending->nupdates++] = change;
}

/* Delete and restore the clients of the batch that are not to be kept */
void
wfx_undo_write(WfxUndo *undo)
{
	Pending		pending = {.undo = undo};

	pending.deletes = palloc(sizeof(WfxUndoChange *) * (undo->nchanges + 1));
	pending.updates = palloc(sizeof(WfxUndoChange *) * (undo->nchanges + 1));
	for (int i = 0; i < undo->nchanges; i++)
	{
		WfxUndoChange *change = undo->changes[i];

		CHECK_FOR_INTERRUPTS();
		if (change->kept)
			continue;
		if (change->created)
			add_delete(&pending, change);
		else
			add_update(&pending, change);
	}
	flush_updates(&pending);
	flush_deletes(&pending);
}
