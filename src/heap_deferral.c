/*
 * heap_deferral.c
 *		Index entries that are made at the end of the file.
 *
 * The more entries are sorted together, the less an index costs.  So the rows of all
 * batches go into the table first, and their entries into the indexes at the end:
 * where nobody can tell.  Other sessions do not see the rows, whoever needs the
 * entries waits for this transaction, and the importer itself knows which clients the
 * file has named before.  Code of users might look for them, so there must be none.
 * Clients that were updated cannot be found until then, neither by their old entries
 * nor by new ones; nobody looks for them whose key the file has not named.
 *
 * What the indexes have to say is heard late, too: that another session has inserted
 * the same key meanwhile, or a key that was given twice in a way that nobody has seen.
 * Then all rows are rolled back, and the file is imported once more batch by batch; as
 * after any record that the table refuses, so that all rows can be of one subtransaction:
 * sessions that wait for a row of another one that is no more would wait for the end of
 * the import, which may wait for them.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/transam.h"
#include "catalog/pg_language.h"
#include "catalog/pg_proc.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "heap_code.h"
#include "heap_deferral.h"
#include "heap_window.h"
#include "heap_writer.h"
#include "nls.h"
#include "progress.h"
#include "track.h"
#include "usernames.h"

typedef struct WfxDeferral
{
	MemoryContext context;		/* of the window */
	WfxIndexWindow *window;		/* NULL: not begun, or ended */
	bool		now;			/* the entries of the new clients to be written wait */
	bool		writing;		/* rows or entries */
	bool		updated;		/* entries of clients wait that were there before */
} WfxDeferral;

/* A unique index whose keys nobody but the table knows */
static const char *
index_obstacle(const WfxTarget *target)
{
	const char *obstacle = NULL;
	ListCell   *cell;

	foreach(cell, RelationGetIndexList(target->rel))
	{
		Relation	index = index_open(lfirst_oid(cell), AccessShareLock);
		Oid			relid = RelationGetRelid(index);

		if (index->rd_index->indisunique && relid != target->id.index &&
			relid != target->email.index &&
			!(target->has_username_key && relid == target->username_key.index))
			obstacle = "it has another unique index";
		index_close(index, AccessShareLock);
	}
	return obstacle;
}

/* Could a function ask the database for clients?  Those in C belong to the server or an extension. */
static bool
is_interpreted(Oid function, void *context)
{
	HeapTuple	tuple;
	Oid			language;

	if (function < FirstNormalObjectId)
		return false;
	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for function %u", function);
	language = ((Form_pg_proc) GETSTRUCT(tuple))->prolang;
	ReleaseSysCache(tuple);
	return language != INTERNALlanguageId && language != ClanguageId;
}

/* Is such a function called for a new row? */
static const char *
code_obstacle(Relation rel)
{
	TupleDesc	desc = RelationGetDescr(rel);

	for (int i = 0; i < desc->natts; i++)
		if (!TupleDescAttr(desc, i)->attisdropped &&
			(wfx_domain_calls(TupleDescAttr(desc, i), is_interpreted) ||
			 wfx_default_calls(rel, i + 1, is_interpreted)))
			return "a default or a domain calls a function of users";
	if (wfx_checks_call(rel, is_interpreted))
		return "a CHECK constraint calls a function of users";
	if (wfx_indexes_call(rel, is_interpreted))
		return "an index calls a function of users";
	return NULL;
}

/* Prepare for an import, if nobody can tell */
struct WfxDeferral *
wfx_heap_deferral_create(const WfxImport *import)
{
	const char *obstacle = index_obstacle(import->target);
	WfxDeferral *deferral;

	if (obstacle == NULL)
		obstacle = code_obstacle(import->target->rel);
	if (obstacle != NULL)
	{
		ereport(DEBUG1,
				(errmsg_internal("index entries of %s are made batch by batch: %s",
								 import->target->name, obstacle)));
		return NULL;
	}
	deferral = palloc0(sizeof(WfxDeferral));
	deferral->context = AllocSetContextCreate(CurrentMemoryContext, "wifox_import index entries",
											  ALLOCSET_DEFAULT_SIZES);
	return deferral;
}

/* Entries wait from here on */
void
wfx_heap_deferral_begin(WfxImport *import)
{
	WfxDeferral *deferral = import->heap->deferral;
	MemoryContext old = MemoryContextSwitchTo(deferral->context);

	deferral->window = wfx_index_window_create(import->target->rel, maintenance_work_mem / 2);
	deferral->updated = false;
	MemoryContextSwitchTo(old);
}

/* Do entries wait for the end of the file? */
bool
wfx_heap_is_deferring(const WfxImport *import)
{
	return import->heap != NULL && import->heap->deferral != NULL &&
		import->heap->deferral->window != NULL;
}

/* Some entries are in */
static void
tick(void *state, int64 done)
{
	WfxImport  *import = state;

	wfx_progress_indexed(import, done, wfx_index_window_count(import->heap->deferral->window));
}

/* Put what waits into the indexes */
void
wfx_heap_deferral_flush(WfxImport *import)
{
	WfxDeferral *deferral;

	if (!wfx_heap_is_deferring(import) ||
		wfx_index_window_count(import->heap->deferral->window) == 0)
		return;
	deferral = import->heap->deferral;
	deferral->writing = true;
	wfx_index_window_flush(deferral->window, tick, import);
	deferral->writing = deferral->updated = false;
}

/* Everything is in the indexes */
void
wfx_heap_deferral_end(WfxImport *import)
{
	WfxDeferral *deferral = import->heap->deferral;

	wfx_index_window_free(deferral->window);
	deferral->window = NULL;
}

/* The subtransaction was rolled back, and the rows with it */
bool
wfx_heap_deferral_abandon(WfxImport *import)
{
	WfxDeferral *deferral = import->heap->deferral;

	MemoryContextReset(deferral->context);
	deferral->window = NULL;
	return deferral->writing;
}

/*
 * Shall the entries of new clients wait?  If their usernames are not free, or nobody
 * knows, the table has the word: at once, and it has to have all entries.
 */
void
wfx_heap_deferral_prepare(WfxImport *import, WfxRecord **records, int n)
{
	WfxDeferral *deferral = import->heap->deferral;

	if (!wfx_heap_is_deferring(import) || n == 0)
		return;
	deferral->now = wfx_usernames_are_free(import, records, n);
	if (!deferral->now)
		wfx_heap_deferral_flush(import);
}

/*
 * An UPDATE is about to make its entries at once.  Keys that clients kept must be there for
 * its checks; triggers are code of users, and those of foreign keys look for rows, too.
 */
void
wfx_heap_deferral_before_update(WfxImport *import)
{
	if (wfx_heap_is_deferring(import) &&
		(import->heap->triggers_update || import->heap->deferral->updated))
		wfx_heap_deferral_flush(import);
}

/* Usernames are about to be looked up: clients that were updated must be found by theirs */
void
wfx_heap_deferral_before_usernames(WfxImport *import)
{
	if (wfx_heap_is_deferring(import) && import->heap->deferral->updated)
		wfx_heap_deferral_flush(import);
}

/* Do the entries of the new clients wait that are about to be written? */
bool
wfx_heap_is_deferred(const WfxImport *import)
{
	return wfx_heap_is_deferring(import) && import->heap->deferral->now;
}

/* Rows are about to be written; where do their entries wait? */
WfxIndexWindow *
wfx_heap_deferral_write(WfxImport *import)
{
	import->heap->deferral->writing = true;
	return import->heap->deferral->window;
}

/* They are written */
void
wfx_heap_deferral_written(WfxImport *import)
{
	import->heap->deferral->writing = false;
}

/*
 * Clients were updated.  Who keeps an address that the file has not named must not be
 * taken for somebody new when a later record names it.
 */
void
wfx_heap_deferral_updated(WfxImport *import, WfxRecord **records, int n)
{
	WfxKey	   *key = &import->target->email;
	int			email = import->columns->email;

	import->heap->deferral->updated = true;
	for (int i = 0; i < n; i++)
	{
		const WfxClient *client = records[i]->client;

		if (!records[i]->has_email && !client->email_null &&
			(email < 0 || !records[i]->write[email]))
			wfx_seen_add(import->seen_emails, wfx_key_of(key, client->email),
						 records[i]->row.line);
	}
}
