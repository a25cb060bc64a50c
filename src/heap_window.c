/*
 * heap_window.c
 *		Entries of B-trees on their way into the indexes, in key order.
 *
 * Most of the cost of any load is to find the leaf page of one entry after the
 * other, all over the index.  In key order neighbours share their pages.  The
 * server's own index sort does it, and spills where memory is short.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/nbtree.h"
#include "catalog/pg_am.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/tuplesort.h"

#include "heap_window.h"

/* Entries between two calls of tick */
#define TICK_ENTRIES	10000

typedef struct WindowIndex
{
	Relation	rel;
	Tuplesortstate *fresh;		/* NULL: nothing waits */
	Tuplesortstate *again;		/* likewise: keys that the row had before */
} WindowIndex;

struct WfxIndexWindow
{
	Relation	table;
	MemoryContext context;
	MemoryContext scratch;		/* of one entry */
	ResourceOwner owner;		/* of temporary files */
	int			memory;			/* kilobytes for the sorts */
	int			nindexes;
	WindowIndex *indexes;
	int			last;			/* the index asked for last */
	int64		count;
};

/* A window in the current memory context */
WfxIndexWindow *
wfx_index_window_create(Relation rel, int memory)
{
	WfxIndexWindow *window = palloc0(sizeof(WfxIndexWindow));
	List	   *list = RelationGetIndexList(rel);
	ListCell   *cell;

	window->table = rel;
	window->context = CurrentMemoryContext;
	window->scratch = AllocSetContextCreate(CurrentMemoryContext, "wifox_import index entry",
											ALLOCSET_SMALL_SIZES);
	window->owner = CurrentResourceOwner;
	window->memory = memory;
	window->indexes = palloc0(sizeof(WindowIndex) * (list_length(list) + 1));
	foreach(cell, list)
	{
		WindowIndex *index = &window->indexes[window->nindexes];

		index->rel = index_open(lfirst_oid(cell), RowExclusiveLock);
		if (index->rel->rd_rel->relam == BTREE_AM_OID)
			window->nindexes++;
		else
			index_close(index->rel, NoLock);
	}
	list_free(list);
	return window;
}

/* Begin a sort for an index, with its share of the memory */
static Tuplesortstate *
begin_sort(const WfxIndexWindow *window, Relation index)
{
	int			memory = Max(window->memory / window->nindexes / 2, 64);

	/* the order is all that is wanted: doubles are found when they are inserted */
	return tuplesort_begin_index_btree(window->table, index, false, false, memory, NULL,
									   TUPLESORT_NONE);
}

/* Find an index; entries come index by index */
static WindowIndex *
find_index(WfxIndexWindow *window, Oid relid)
{
	for (int i = 0; i < window->nindexes; i++)
	{
		int			n = (window->last + i) % window->nindexes;

		if (RelationGetRelid(window->indexes[n].rel) == relid)
		{
			window->last = n;
			return &window->indexes[n];
		}
	}
	elog(ERROR, "index %u was created during the import", relid);
}

/* Take an entry */
void
wfx_index_window_add(WfxIndexWindow *window, Oid relid, bool again, Datum *values, bool *nulls,
					 ItemPointer tid)
{
	WindowIndex *index = find_index(window, relid);
	Tuplesortstate **sort = again ? &index->again : &index->fresh;
	MemoryContext old = MemoryContextSwitchTo(window->context);
	ResourceOwner owner = CurrentResourceOwner;

	CurrentResourceOwner = window->owner;
	if (*sort == NULL)
		*sort = begin_sort(window, index->rel);
	tuplesort_putindextuplevalues(*sort, index->rel, tid, values, nulls);
	CurrentResourceOwner = owner;
	MemoryContextSwitchTo(old);
	window->count++;
}

/* How many entries wait? */
int64
wfx_index_window_count(const WfxIndexWindow *window)
{
	return window->count;
}

/* Put entries of one kind into an index */
static void
flush_sort(WfxIndexWindow *window, Relation index, Tuplesortstate **sort, IndexUniqueCheck check,
		   int64 *done, void (*tick) (void *state, int64 done), void *state)
{
	MemoryContext old;
	IndexTuple	tuple;

	if (*sort == NULL)
		return;
	tuplesort_performsort(*sort);
	old = MemoryContextSwitchTo(window->scratch);
	while ((tuple = tuplesort_getindextuple(*sort, true)) != NULL)
	{
		CHECK_FOR_INTERRUPTS();
		/* what index_insert() would do, but the tuple is there already */
		(void) _bt_doinsert(index, tuple, check, false, window->table);
		MemoryContextReset(window->scratch);
		if (++*done % TICK_ENTRIES == 0 && tick != NULL)
			tick(state, *done);
	}
	MemoryContextSwitchTo(old);
	tuplesort_end(*sort);
	*sort = NULL;
}

/*
 * Put the entries of one index into it.  Those of keys that a row had before come first:
 * they need no check, and the check of the others has to see them.
 */
static void
flush_index(WfxIndexWindow *window, WindowIndex *index, int64 *done,
			void (*tick) (void *state, int64 done), void *state)
{
	flush_sort(window, index->rel, &index->again, UNIQUE_CHECK_NO, done, tick, state);
	flush_sort(window, index->rel, &index->fresh, index->rel->rd_index->indisunique ?
			   UNIQUE_CHECK_YES : UNIQUE_CHECK_NO, done, tick, state);
}

/* Put the entries into the indexes, one index after the other */
void
wfx_index_window_flush(WfxIndexWindow *window, void (*tick) (void *state, int64 done), void *state)
{
	ResourceOwner owner = CurrentResourceOwner;
	int64		done = 0;

	CurrentResourceOwner = window->owner;
	for (int i = 0; i < window->nindexes; i++)
		flush_index(window, &window->indexes[i], &done, tick, state);
	CurrentResourceOwner = owner;
	window->count = 0;
}

/* Close the indexes */
void
wfx_index_window_free(WfxIndexWindow *window)
{
	for (int i = 0; i < window->nindexes; i++)
	{
		if (window->indexes[i].again != NULL)
			tuplesort_end(window->indexes[i].again);
		if (window->indexes[i].fresh != NULL)
			tuplesort_end(window->indexes[i].fresh);
		index_close(window->indexes[i].rel, NoLock);
	}
	MemoryContextDelete(window->scratch);
	pfree(window);
}
