/*
 * seen_run.c
 *		Hashes of earlier keys in a temporary file, in their order.
 *
 * Of every block of the file the first hash is kept in memory, so a search reads one
 * block, or two.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "seen_run.h"

#define BLOCK_ITEMS		(BLCKSZ / sizeof(WfxSeenItem))

struct WfxSeenRun
{
	BufFile    *file;
	uint64		count;			/* items in the file */
	uint32	   *fences;			/* the first hash of each block */
	uint64		maxfences;
	uint64		next;			/* item to be read */
	uint64		loaded;			/* block in memory, from 1; 0: none */
	WfxSeenItem block[BLOCK_ITEMS];
};

/* An empty run */
WfxSeenRun *
wfx_seen_run_create(MemoryContext context, ResourceOwner owner)
{
	WfxSeenRun *run = MemoryContextAllocZero(context, sizeof(WfxSeenRun));

	run->maxfences = 64;
	run->fences = MemoryContextAlloc(context, sizeof(uint32) * run->maxfences);
	run->file = wfx_temp_file_create(context, owner);
	return run;
}

/* Remove it */
void
wfx_seen_run_close(WfxSeenRun *run)
{
	BufFileClose(run->file);
	pfree(run->fences);
	pfree(run);
}

/* How many blocks have a fence? */
static uint64
nfences(const WfxSeenRun *run)
{
	return (run->count + BLOCK_ITEMS - 1) / BLOCK_ITEMS;
}

/* Keep the first hash of a block */
static void
add_fence(WfxSeenRun *run, uint64 block, uint32 hash)
{
	if (block == run->maxfences)
	{
		run->maxfences *= 2;
		run->fences = repalloc_huge(run->fences, sizeof(uint32) * run->maxfences);
	}
	run->fences[block] = hash;
}

/* Append items */
void
wfx_seen_run_write(WfxSeenRun *run, const WfxSeenItem *items, uint32 n)
{
	uint64		block = nfences(run);

	BufFileWrite(run->file, unconstify(WfxSeenItem *, items), sizeof(WfxSeenItem) * n);
	for (uint64 i = block * BLOCK_ITEMS - run->count; i < n; i += BLOCK_ITEMS)
		add_fence(run, block++, WFX_SEEN_HASH(items[i]));
	run->count += n;
}

/* Have a block in memory */
static void
load(WfxSeenRun *run, uint64 block)
{
	uint64		start = block * BLOCK_ITEMS;

	if (run->loaded == block + 1)
		return;
	run->loaded = 0;
	wfx_temp_file_read(run->file, start * sizeof(WfxSeenItem), run->block,
					   Min(run->count - start, BLOCK_ITEMS) * sizeof(WfxSeenItem));
	run->loaded = block + 1;
}

/* The next item */
WfxSeenItem
wfx_seen_run_next(WfxSeenRun *run)
{
	if (run->next == run->count)
		return 0;
	load(run, run->next / BLOCK_ITEMS);
	return run->block[run->next++ % BLOCK_ITEMS];
}

/* The last block that begins before all items with a hash; the first one, if there is none */
static uint64
block_before(const WfxSeenRun *run, uint32 hash)
{
	uint64		low = 0;
	uint64		high = nfences(run);

	while (low < high)
	{
		uint64		middle = low + (high - low) / 2;

		if (run->fences[middle] < hash)
			low = middle + 1;
		else
			high = middle;
	}
	return low == 0 ? 0 : low - 1;
}

/* Go to the first item with a hash that is not less */
void
wfx_seen_run_seek(WfxSeenRun *run, uint32 hash)
{
	uint64		low = block_before(run, hash) * BLOCK_ITEMS;
	uint64		high = Min(low + BLOCK_ITEMS, run->count);

	if (low < high)
		load(run, low / BLOCK_ITEMS);
	while (low < high)
	{
		uint64		middle = low + (high - low) / 2;

		if (WFX_SEEN_HASH(run->block[middle % BLOCK_ITEMS]) < hash)
			low = middle + 1;
		else
			high = middle;
	}
	run->next = low;
}

/* Which of the items is the least?  -1: there is none */
static int
least(const WfxSeenItem *items, int n)
{
	int			found = -1;

	for (int i = 0; i < n; i++)
		if (items[i] != 0 && (found < 0 || items[i] < items[found]))
			found = i;
	return found;
}

/* Merge runs */
void
wfx_seen_run_merge(WfxSeenRun **runs, int n, WfxSeenRun *merged)
{
	WfxSeenItem *items = palloc(sizeof(WfxSeenItem) * n);
	int			i;

	for (i = 0; i < n; i++)
	{
		runs[i]->next = 0;
		items[i] = wfx_seen_run_next(runs[i]);
	}
	while ((i = least(items, n)) >= 0)
	{
		CHECK_FOR_INTERRUPTS();
		wfx_seen_run_write(merged, &items[i], 1);
		items[i] = wfx_seen_run_next(runs[i]);
	}
	pfree(items);
}
