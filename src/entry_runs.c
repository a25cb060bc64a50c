/*
 * entry_runs.c
 *		Sorted index entries in temporary files, and their merge.
 */
#include "postgres.h"

#include "lib/binaryheap.h"

#include "entry_arena.h"
#include "entry_runs.h"
#include "temp_file.h"

/* What is read of a run at once: at least an entry of any size */
#define MIN_BUFFER	8192
#define MAX_BUFFER	(256 * 1024)

StaticAssertDecl(MIN_BUFFER > INDEX_SIZE_MASK, "an entry may be larger than a buffer");

/* A run, in order */
typedef struct Run
{
	int64		start;			/* in the file: what was not read yet */
	int64		end;
	char	   *buffer;			/* what was */
	char	   *next;
	char	   *last;
	uint64		prefix;			/* of the key of the next entry, */
	const char *key;			/* and what follows it */
	Size		len;
} Run;

struct WfxEntryRuns
{
	MemoryContext context;
	BufFile    *file;			/* all runs, one after the other */
	int64		size;
	Run		   *runs;
	int			count;
	int			room;
	Size		buffer_size;
	binaryheap *heap;			/* runs that are not at their end; the least entry first */
	bool		taken;			/* the first one was handed out */
};

/* No runs */
WfxEntryRuns *
wfx_entry_runs_create(ResourceOwner owner)
{
	WfxEntryRuns *runs = palloc0(sizeof(WfxEntryRuns));

	runs->context = CurrentMemoryContext;
	runs->file = wfx_temp_file_create(runs->context, owner);
	runs->room = 16;
	runs->runs = palloc(sizeof(Run) * runs->room);
	return runs;
}

/* Remove them */
void
wfx_entry_runs_free(WfxEntryRuns *runs)
{
	if (runs->heap != NULL)
	{
		for (int i = 0; i < runs->count; i++)
			pfree(runs->runs[i].buffer);
		binaryheap_free(runs->heap);
	}
	BufFileClose(runs->file);
	pfree(runs->runs);
	pfree(runs);
}

/* Begin a run */
void
wfx_entry_runs_begin(WfxEntryRuns *runs)
{
	Run		   *run;

	if (runs->count == runs->room)
	{
		runs->room *= 2;
		runs->runs = repalloc(runs->runs, sizeof(Run) * runs->room);
	}
	run = memset(&runs->runs[runs->count++], 0, sizeof(Run));
	run->start = run->end = runs->size;
}

/* Append an entry to the run that was begun last */
void
wfx_entry_runs_write(WfxEntryRuns *runs, IndexTuple entry)
{
	Size		size = MAXALIGN(IndexTupleSize(entry));

	BufFileWrite(runs->file, entry, size);
	runs->size += size;
	runs->runs[runs->count - 1].end = runs->size;
}

/* Read more of a run, behind what is left in the buffer */
static void
read_more(WfxEntryRuns *runs, Run *run)
{
	Size		left = run->last - run->next;
	Size		len = Min((Size) (run->end - run->start), runs->buffer_size - left);

	memmove(run->buffer, run->next, left);
	run->next = run->buffer;
	run->last = run->buffer + left + len;
	if (len > 0)
		wfx_temp_file_read(runs->file, run->start, run->buffer + left, len);
	run->start += len;
}

/* Have the next entry of a run at hand; false: there are no more */
static bool
load(WfxEntryRuns *runs, Run *run)
{
	Size		left = run->last - run->next;

	if (left < sizeof(IndexTupleData) || left < MAXALIGN(IndexTupleSize((IndexTuple) run->next)))
		read_more(runs, run);
	if (run->next == run->last)
		return false;
	run->key = wfx_entry_key((IndexTuple) run->next, &run->len);
	run->prefix = wfx_entry_prefix(run->key, run->len);
	return true;
}

/*
 * Compare the entries of two runs, which stand in their order.  The heap has the greatest on
 * top, so it is told the contrary.
 */
static int
compare(Datum a, Datum b, void *arg)
{
	const Run  *left = (const Run *) DatumGetPointer(a);
	const Run  *right = (const Run *) DatumGetPointer(b);
	int			order;

	if (left->prefix != right->prefix)
		return left->prefix < right->prefix ? 1 : -1;
	order = memcmp(left->key, right->key, Min(left->len, right->len));
	if (order == 0)
		return left->len < right->len || (left->len == right->len && left < right) ? 1 : -1;
	return order < 0 ? 1 : -1;
}

/* Begin to merge */
void
wfx_entry_runs_open(WfxEntryRuns *runs, Size bytes)
{
	MemoryContext old = MemoryContextSwitchTo(runs->context);

	runs->buffer_size = Min(Max(bytes / runs->count, MIN_BUFFER), MAX_BUFFER);
	runs->heap = binaryheap_allocate(runs->count, compare, NULL);
	runs->taken = false;
	for (int i = 0; i < runs->count; i++)
	{
		Run		   *run = &runs->runs[i];

		run->buffer = run->next = run->last = palloc(runs->buffer_size);
		if (load(runs, run))
			binaryheap_add_unordered(runs->heap, PointerGetDatum(run));
	}
	binaryheap_build(runs->heap);
	MemoryContextSwitchTo(old);
}

/* The next entry, which stays where it is until the one behind it is asked for */
IndexTuple
wfx_entry_runs_next(WfxEntryRuns *runs)
{
	Run		   *run;

	if (runs->taken)
	{
		run = (Run *) DatumGetPointer(binaryheap_first(runs->heap));
		run->next += MAXALIGN(IndexTupleSize((IndexTuple) run->next));
		if (load(runs, run))
			binaryheap_replace_first(runs->heap, PointerGetDatum(run));
		else
			binaryheap_remove_first(runs->heap);
	}
	runs->taken = !binaryheap_empty(runs->heap);
	if (!runs->taken)
		return NULL;
	return (IndexTuple) ((Run *) DatumGetPointer(binaryheap_first(runs->heap)))->next;
}
