/*
 * apply.c
 *		A batch of records, from matching to the table.
 *
 * The result is as if records were handled one by one, in file order.  Records are
 * decided in that order and kept pending; the pending ones are written together.
 * A record that depends on a pending one has those written first.  Writing finds
 * the records that the table refuses (halving.c).
 */
#include "postgres.h"

#include "access/xact.h"
#include "miscadmin.h"

#include "apply.h"
#include "decide.h"
#include "halving.h"
#include "heap_deferral.h"
#include "heap_update.h"
#include "heap_writer.h"
#include "match.h"
#include "nls.h"
#include "progress.h"
#include "references.h"
#include "rights.h"
#include "table_error.h"
#include "track.h"
#include "usernames.h"
#include "writer.h"

/* How often a record is matched anew, or named anew, before it is given up */
#define MAX_ATTEMPTS	10

/* So many records ahead of the one that is decided, the next decision is prepared */
#define AHEAD			8

static void apply_alone(WfxImport *import, WfxRecord *record);

/* Match and decide a record again, and write it */
static void
match_anew(WfxImport *import, WfxRecord *record)
{
	record->verdict = WFX_UNDECIDED;
	record->generated_name = false;
	wfx_match(import, &record, 1);
	wfx_decide_again(import, record);
	apply_alone(import, record);
}

/*
 * The table has a key that no look-up shows: another session inserted it after
 * this transaction's snapshot, or row security hides it.
 */
static void
refuse_invisible(WfxImport *import, WfxRecord *record, const ErrorData *error)
{
	if (IsolationUsesXactSnapshot())
		ereport(ERROR,
				(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				 errmsg("could not serialize access due to a concurrent insert"),
				 errdetail("A client of the file was inserted by another transaction."),
				 errhint("Retry the transaction.")));
	wfx_table_error(import, record, error);
	record->verdict = WFX_FAILED;
}

/* A record alone was refused by the table: match it anew, rename it, or blame it */
static void
refused(WfxImport *import, WfxRecord *record, const ErrorData *error)
{
	WfxTarget  *target = import->target;
	bool		key = wfx_table_error_of_key(error, &target->id) ||
		wfx_table_error_of_key(error, &target->email);
	bool		name = record->generated_name && target->has_username_key &&
		wfx_table_error_of_key(error, &target->username_key);

	/* rights that were revoked meanwhile are no fault of the record */
	if (error->sqlerrcode == ERRCODE_INSUFFICIENT_PRIVILEGE)
		wfx_rights_check_columns(import->columns, target, import->options->mode);
	record->attempts++;
	if (key && record->attempts > 1)
		refuse_invisible(import, record, error);
	else if ((key || name) && record->attempts <= MAX_ATTEMPTS)
		match_anew(import, record);
	else
	{
		wfx_table_error(import, record, error);
		record->verdict = WFX_FAILED;
	}
}

/* A record alone cannot be written */
static void
cannot_write(void *state, void *item, const ErrorData *error)
{
	WfxRecord  *record = item;

	if (error == NULL)
		record->verdict = WFX_SKIPPED;	/* a trigger dropped the row */
	else
		refused(state, record, error);
}

/* Insert new clients; false: the table took some of them only */
static bool
insert(void *state, void **items, int n)
{
	wfx_progress_tick(state);
	return wfx_writer_insert(state, (WfxRecord **) items, n) == (uint64) n;
}

/* Update known clients, all of them in the same columns; likewise */
static bool
update(void *state, void **items, int n)
{
	wfx_progress_tick(state);
	return wfx_writer_update(state, (WfxRecord **) items, n) == (uint64) n;
}

/* Records are written: so are the changes that were tracked */
static void
keep(void *state, void **items, int n)
{
	wfx_track_keep(state);
}

/* Do two records change the same columns? */
static bool
same_columns(void *state, const void *a, const void *b)
{
	const WfxImport *import = state;

	return memcmp(((const WfxRecord *) a)->write, ((const WfxRecord *) b)->write,
				  sizeof(bool) * import->columns->ncolumns) == 0;
}

/* How records are written */
static WfxHalving
halving(WfxImport *import, bool (*write) (void *state, void **items, int n))
{
	WfxHalving	result = {
		.state = import,
		.context = import->batch.context,
		.write = write,
		.keep = keep,
		.refuse = cannot_write,
		.alike = same_columns
	};

	return result;
}

/* Write new clients */
static void
write_created(WfxImport *import, WfxRecord **records, int n)
{
	WfxHalving	created = halving(import, insert);

	wfx_heap_before_insert(import, records, n);
	created.unguarded = wfx_heap_is_deferred(import);
	wfx_write_alike(&created, (void **) records, n);
}

/*
 * Move the updates that go straight to the table's storage to the front, and count them;
 * the order stays on both sides.
 */
static int
partition(const WfxImport *import, WfxRecord **records, int n)
{
	WfxRecord **others = palloc(sizeof(WfxRecord *) * (n + 1));
	int			nfront = 0;
	int			nothers = 0;

	for (int i = 0; i < n; i++)
	{
		if (wfx_heap_update_suits(import, records[i]))
			records[nfront++] = records[i];
		else
			others[nothers++] = records[i];
	}
	memcpy(records + nfront, others, sizeof(WfxRecord *) * nothers);
	pfree(others);
	return nfront;
}

/* Write the updates, those of the same columns together; records is used up */
static void
write_updates(WfxImport *import, WfxRecord **records, int n)
{
	int			nheap = partition(import, records, n);
	WfxHalving	updated = halving(import, update);

	updated.unguarded = wfx_heap_is_deferring(import);
	wfx_write_groups(&updated, (void **) records, nheap);
	if (n == nheap)
		return;
	updated.unguarded = false;
	wfx_heap_deferral_before_update(import);
	wfx_write_groups(&updated, (void **) records + nheap, n - nheap);
	wfx_heap_after_update(import);
}

/*
 * Update the clients that need not be locked before.  The others are left in records: also
 * those that somebody has changed since they were looked up.  Code of users that has
 * compared shall do so with clients that are locked, as with UPDATE.
 */
static int
write_unlocked(WfxImport *import, WfxRecord **records, int n)
{
	int			nheap = import->guarded ? 0 : partition(import, records, n);
	WfxRecord **written = palloc(sizeof(WfxRecord *) * (nheap + 1));
	int			left = 0;

	memcpy(written, records, sizeof(WfxRecord *) * nheap);
	write_updates(import, written, nheap);
	for (int i = 0; i < n; i++)
		if (i >= nheap || (records[i]->verdict == WFX_UPDATED && records[i]->outrun))
			records[left++] = records[i];
	pfree(written);
	return left;
}

/*
 * Lock the clients that differ, and compare once more: somebody may have changed
 * them since the look-up.  What is still to be written is left in records.
 */
static int
lock_updates(WfxImport *import, WfxRecord **records, int n, List **gone)
{
	int			left = 0;

	wfx_match_lock(import, records, n);
	for (int i = 0; i < n; i++)
	{
		if (!wfx_decide_locked(import, records[i]))
			*gone = lappend(*gone, records[i]);
		else if (records[i]->verdict == WFX_UPDATED)
			records[left++] = records[i];
	}
	return left;
}

/* A client that nobody can find again is given up in the end */
static void
apply_gone(WfxImport *import, WfxRecord *record)
{
	if (++record->attempts <= MAX_ATTEMPTS)
	{
		match_anew(import, record);
		return;
	}
	wfx_record_refuse(import, record, "constraint", ERRCODE_INSUFFICIENT_PRIVILEGE, NULL, NULL,
					  pstrdup("the client was found, but cannot be locked"),
					  "Row security may let it be read, but not be changed.");
	record->verdict = WFX_FAILED;
}

/* The pending records with one verdict */
static WfxRecord **
select_pending(const WfxImport *import, WfxVerdict verdict, int *n)
{
	WfxRecord **records = palloc(sizeof(WfxRecord *) * (list_length(import->pending) + 1));
	ListCell   *cell;

	*n = 0;
	foreach(cell, import->pending)
	{
		WfxRecord  *record = lfirst(cell);

		if (record->verdict == verdict)
			records[(*n)++] = record;
	}
	return records;
}

/* Write what is pending: new clients, then changed ones */
static void
flush(WfxImport *import)
{
	WfxRecord **created;
	WfxRecord **updated;
	List	   *gone = NIL;
	ListCell   *cell;
	int			ncreated;
	int			nupdated;

	created = select_pending(import, WFX_CREATED, &ncreated);
	if (ncreated > 0)
		wfx_heap_deferral_before_usernames(import);
	wfx_usernames_assign(import, created, ncreated);
	created = select_pending(import, WFX_CREATED, &ncreated);
	updated = select_pending(import, WFX_UPDATED, &nupdated);
	list_free(import->pending);
	import->pending = NIL;
	write_created(import, created, ncreated);
	nupdated = write_unlocked(import, updated, nupdated);
	if (nupdated > 0)
		nupdated = lock_updates(import, updated, nupdated, &gone);
	write_updates(import, updated, nupdated);
	foreach(cell, gone)
		apply_gone(import, lfirst(cell));
	list_free(gone);
}

/* Is there something to write for a record? */
static bool
is_pending(const WfxRecord *record)
{
	return record->verdict == WFX_CREATED || record->verdict == WFX_UPDATED;
}

/* Write a record that was decided alone */
static void
apply_alone(WfxImport *import, WfxRecord *record)
{
	List	   *pending = import->pending;

	if (!is_pending(record))
		return;
	import->pending = list_make1(record);
	flush(import);
	import->pending = pending;
}

/* Can the order of writes be seen? */
static bool
is_order_sensitive(const WfxImport *import, const WfxRecord *record)
{
	return record->verdict == WFX_UPDATED && wfx_writes_unique(import, record);
}

/* Decide one record, and keep what is to be written */
static void
decide(WfxImport *import, WfxRecord *record)
{
	while (!wfx_decide(import, record))
	{
		flush(import);
		record->looked_again = true;
		wfx_match(import, &record, 1);
	}
	if (!is_pending(record))
		return;
	if (is_order_sensitive(import, record))
		flush(import);
	import->pending = lappend(import->pending, record);
	if (is_order_sensitive(import, record))
		flush(import);
}

/* Match, decide and write the batch */
void
wfx_apply_batch(WfxImport *import)
{
	WfxBatch   *batch = &import->batch;

	import->moved = wfx_seen_create(&import->target->id);
	wfx_references_check(import);
	wfx_match_batch(import);
	for (int i = 0; i < batch->count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (i + AHEAD < batch->count)
			wfx_decide_prepare(import, batch->records[i + AHEAD]);
		decide(import, batch->records[i]);
	}
	flush(import);
	wfx_records_report(import);
	for (int i = 0; i < batch->count; i++)
		import->counts[batch->records[i]->verdict]++;
	wfx_seen_destroy(import->moved);
}
