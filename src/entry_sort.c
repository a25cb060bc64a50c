/*
 * entry_sort.c
 *		Entries of a B-tree are put in its order.
 *
 * Those of one column of text, in the order of its bytes, in a sort that knows what they are
 * (entry_arena.c); what does not fit into memory is written as sorted runs (entry_runs.c).
 * All others by the server's sort of index entries.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/tuplesort.h"

#include "entry_arena.h"
#include "entry_runs.h"
#include "entry_sort.h"
#include "heap_order.h"

/* In less memory there would be too many runs to be merged at once; the server knows how */
#define MIN_KILOBYTES	1024

struct WfxEntrySort
{
	MemoryContext context;
	ResourceOwner owner;
	Relation	index;
	Size		bytes;			/* of memory */
	Relation	ordered;		/* the index as the server's sort sees it */
	Tuplesortstate *server;		/* the server's sort; or */
	WfxEntryArena *arena;
	WfxEntryRuns *runs;			/* NULL: all are in memory */
};

/* Begin the server's sort */
static void
begin_server_sort(WfxEntrySort *sort, Relation table, int kilobytes)
{
	ResourceOwner old = CurrentResourceOwner;

	CurrentResourceOwner = sort->owner;
	sort->ordered = wfx_heap_order(sort->index);
	/* the order is all that is wanted: doubles are found when they are inserted */
	sort->server = tuplesort_begin_index_btree(table, sort->ordered, false, false, kilobytes, NULL,
											   TUPLESORT_NONE);
	CurrentResourceOwner = old;
}

/* Begin a sort */
WfxEntrySort *
wfx_entry_sort_create(Relation table, Relation index, int kilobytes, ResourceOwner owner)
{
	WfxEntrySort *sort = palloc0(sizeof(WfxEntrySort));

	sort->context = CurrentMemoryContext;
	sort->owner = owner;
	sort->index = index;
	sort->bytes = (Size) kilobytes * 1024;
	if (kilobytes >= MIN_KILOBYTES && wfx_heap_order_is_bytes(index))
		sort->arena = wfx_entry_arena_create(index, sort->bytes);
	else
		begin_server_sort(sort, table, kilobytes);
	return sort;
}

/* End it */
void
wfx_entry_sort_free(WfxEntrySort *sort)
{
	if (sort->server != NULL)
	{
		tuplesort_end(sort->server);
		wfx_heap_order_free(sort->ordered);
	}
	if (sort->arena != NULL)
		wfx_entry_arena_free(sort->arena);
	if (sort->runs != NULL)
		wfx_entry_runs_free(sort->runs);
	pfree(sort);
}

/* The entries in memory become a run */
static void
spill(WfxEntrySort *sort)
{
	IndexTuple	entry;

	if (sort->runs == NULL)
		sort->runs = wfx_entry_runs_create(sort->owner);
	wfx_entry_arena_sort(sort->arena);
	wfx_entry_runs_begin(sort->runs);
	while ((entry = wfx_entry_arena_next(sort->arena)) != NULL)
	{
		CHECK_FOR_INTERRUPTS();
		wfx_entry_runs_write(sort->runs, entry);
	}
	wfx_entry_arena_clear(sort->arena);
}

/* Add an entry to those in memory */
static void
add_to_arena(WfxEntrySort *sort, Datum *values, bool *nulls, ItemPointer tid)
{
	MemoryContext old;

	if (wfx_entry_arena_add(sort->arena, values, nulls, tid))
		return;
	old = MemoryContextSwitchTo(sort->context);
	spill(sort);
	MemoryContextSwitchTo(old);
	if (!wfx_entry_arena_add(sort->arena, values, nulls, tid))
		elog(ERROR, "no room for an entry of index \"%s\"", RelationGetRelationName(sort->index));
}

/* Add an entry to the server's sort */
static void
add_to_server(WfxEntrySort *sort, Datum *values, bool *nulls, ItemPointer tid)
{
	ResourceOwner owner = CurrentResourceOwner;
	MemoryContext old = MemoryContextSwitchTo(sort->context);

	CurrentResourceOwner = sort->owner;
	tuplesort_putindextuplevalues(sort->server, sort->index, tid, values, nulls);
	CurrentResourceOwner = owner;
	MemoryContextSwitchTo(old);
}

/* Add an entry */
void
wfx_entry_sort_add(WfxEntrySort *sort, Datum *values, bool *nulls, ItemPointer tid)
{
	if (sort->server != NULL)
		add_to_server(sort, values, nulls, tid);
	else
		add_to_arena(sort, values, nulls, tid);
}

/* Merge what is in files, in the memory of entries */
static void
merge(WfxEntrySort *sort)
{
	spill(sort);
	wfx_entry_arena_free(sort->arena);
	sort->arena = NULL;
	wfx_entry_runs_open(sort->runs, sort->bytes);
}

/* Sort the entries */
void
wfx_entry_sort_perform(WfxEntrySort *sort)
{
	if (sort->server != NULL)
		tuplesort_performsort(sort->server);
	else if (sort->runs == NULL)
		wfx_entry_arena_sort(sort->arena);
	else
		merge(sort);
}

/* The next entry */
IndexTuple
wfx_entry_sort_next(WfxEntrySort *sort)
{
	if (sort->server != NULL)
		return tuplesort_getindextuple(sort->server, true);
	if (sort->runs == NULL)
		return wfx_entry_arena_next(sort->arena);
	return wfx_entry_runs_next(sort->runs);
}
