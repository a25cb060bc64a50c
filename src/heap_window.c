/*
 * heap_window.c
 *		Entries of B-trees on their way into the indexes, in key order.
 *
 * Most of the cost of any load is to find the leaf page of one entry after the
 * other, all over the index.  In key order neighbours share their pages.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/nbtree.h"
#include "catalog/pg_am.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

#include "entry_sort.h"
#include "heap_leaf.h"
#include "heap_window.h"
#include "wal_ahead.h"

/* Entries between two calls of tick */
#define TICK_ENTRIES	10000

/* Entries that go in one by one at most, until leaf pages are tried again */
#define MAX_PAUSE		31

/* Bytes of entries that are looked at together: from one page to two, and the last entry */
#define LOOKAHEAD_MIN	BLCKSZ
#define LOOKAHEAD_MAX	(2 * BLCKSZ)
#define LOOKAHEAD_SIZE	(LOOKAHEAD_MAX + INDEX_SIZE_MASK + 1)

typedef struct WindowIndex
{
	Relation	rel;
	WfxEntrySort *fresh;		/* NULL: nothing waits */
	WfxEntrySort *again;		/* likewise: keys that the row had before */
} WindowIndex;

/* Entries of a sort, as many as a page can take, if there are as many */
typedef struct Lookahead
{
	WfxEntryRun run;
	bool		ended;			/* the sort has no more */
	int			pause;			/* entries that go in one by one */
	int			last_pause;		/* how long it was */
	char	   *block;			/* where the entries are */
} Lookahead;

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

/*
 * Begin a sort for an index, with its share of the memory.  Most files have entries of one
 * kind only; those of the other kind are fewer, and get less.
 */
static WfxEntrySort *
begin_sort(const WfxIndexWindow *window, const WindowIndex *index)
{
	bool		is_second = index->fresh != NULL || index->again != NULL;
	int			memory = Max(window->memory / window->nindexes / (is_second ? 3 : 1), 64);
	MemoryContext old = MemoryContextSwitchTo(window->context);
	WfxEntrySort *sort = wfx_entry_sort_create(window->table, index->rel, memory, window->owner);

	MemoryContextSwitchTo(old);
	return sort;
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
	WfxEntrySort **sort = again ? &index->again : &index->fresh;

	if (*sort == NULL)
		*sort = begin_sort(window, index);
	wfx_entry_sort_add(*sort, values, nulls, tid);
	window->count++;
}

/* How many entries wait? */
int64
wfx_index_window_count(const WfxIndexWindow *window)
{
	return window->count;
}

/* Begin to look ahead */
static Lookahead *
begin_lookahead(void)
{
	Lookahead  *ahead = palloc0(sizeof(Lookahead));

	ahead->block = palloc(LOOKAHEAD_SIZE);
	ahead->run.next = ahead->run.end = ahead->block;
	return ahead;
}

/* Look ahead; false if nothing is left */
static bool
look_ahead(Lookahead *ahead, WfxEntrySort *sort)
{
	Size		waiting = ahead->run.end - ahead->run.next;

	if (waiting < LOOKAHEAD_MIN && !ahead->ended)
	{
		memmove(ahead->block, ahead->run.next, waiting);
		ahead->run.next = ahead->block;
		while (waiting < LOOKAHEAD_MAX)
		{
			IndexTuple	tuple = wfx_entry_sort_next(sort);

			ahead->ended = tuple == NULL;
			if (ahead->ended)
				break;
			memcpy(ahead->block + waiting, tuple, IndexTupleSize(tuple));
			waiting += MAXALIGN(IndexTupleSize(tuple));
		}
		ahead->run.end = ahead->block + waiting;
	}
	return waiting > 0;
}

/* Put the next entry into an index as index_insert() would do it, but the tuple is there already */
static void
insert_alone(Relation table, Relation index, IndexUniqueCheck check, WfxEntryRun *run)
{
	IndexTuple	tuple = (IndexTuple) run->next;

	(void) _bt_doinsert(index, tuple, check, false, table);
	run->next += MAXALIGN(IndexTupleSize(tuple));
}

/*
 * Put the next entries into an index; how many?  Where looking for a leaf page is in vain,
 * as keys are equal to those of dead rows perhaps, it is done less and less often.
 */
static int
insert_some(Relation table, Relation index, IndexUniqueCheck check, Lookahead *ahead)
{
	bool		plain = false;
	int			n = 0;

	if (ahead->pause > 0)
		ahead->pause--;
	else
	{
		n = wfx_leaf_insert(table, index, check, &ahead->run, &plain);
		ahead->last_pause = n > 0 ? 0 : Min(2 * ahead->last_pause + 1, MAX_PAUSE);
		ahead->pause = ahead->last_pause;
	}
	if (!plain && ahead->run.next < ahead->run.end)
	{
		insert_alone(table, index, check, &ahead->run);
		n++;
	}
	return n;
}

/* Put entries of one kind into an index */
static void
flush_sort(WfxIndexWindow *window, Relation index, WfxEntrySort **sort, IndexUniqueCheck check,
		   int64 *done, void (*tick) (void *state, int64 done), void *state)
{
	Lookahead  *ahead;
	MemoryContext old;

	if (*sort == NULL)
		return;
	ahead = begin_lookahead();
	wfx_entry_sort_perform(*sort);
	old = MemoryContextSwitchTo(window->scratch);
	while (look_ahead(ahead, *sort))
	{
		int64		before = *done;

		CHECK_FOR_INTERRUPTS();
		*done += insert_some(window->table, index, check, ahead);
		MemoryContextReset(window->scratch);
		wfx_wal_ahead();
		if (*done / TICK_ENTRIES > before / TICK_ENTRIES && tick != NULL)
			tick(state, *done);
	}
	MemoryContextSwitchTo(old);
	pfree(ahead->block);
	pfree(ahead);
	wfx_entry_sort_free(*sort);
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
			wfx_entry_sort_free(window->indexes[i].again);
		if (window->indexes[i].fresh != NULL)
			wfx_entry_sort_free(window->indexes[i].fresh);
		index_close(window->indexes[i].rel, NoLock);
	}
	MemoryContextDelete(window->scratch);
	pfree(window);
}
