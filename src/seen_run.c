/*
 * seen_run.c
 *		Keys of earlier records in a temporary file, in the order of their hashes.
 *
 * Of every block of the file the first hash is kept in memory, so a search reads one
 * block, or two.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "storage/buffile.h"

#include "nls.h"
#include "seen_run.h"

/* Bytes of items between two fences */
#define FENCE_BYTES		BLCKSZ

/* An item's head in the file; its bytes follow */
typedef struct ItemHead
{
	uint32		hash;
	int32		len;
	int64		line;
} ItemHead;

/* Where a hash is found */
typedef struct Fence
{
	uint32		hash;
	int64		offset;
} Fence;

struct WfxSeenRun
{
	BufFile    *file;
	int64		size;			/* bytes written */
	int64		position;		/* of the next item to be read */
	Fence	   *fences;
	int			nfences;
	int			maxfences;
	WfxSeenItem item;			/* read last */
	int32		room;			/* for its bytes */
};

/* An empty run */
WfxSeenRun *
wfx_seen_run_create(void)
{
	WfxSeenRun *run = palloc0(sizeof(WfxSeenRun));

	run->maxfences = 64;
	run->fences = palloc(sizeof(Fence) * run->maxfences);
	run->room = 64;
	run->item.bytes = palloc(run->room);
	run->file = BufFileCreateTemp(false);
	return run;
}

/* Remove it */
void
wfx_seen_run_close(WfxSeenRun *run)
{
	BufFileClose(run->file);
	pfree(run->fences);
	pfree(run->item.bytes);
	pfree(run);
}

/* Keep where the next item begins, once for each block */
static void
add_fence(WfxSeenRun *run, uint32 hash)
{
	if (run->nfences > 0 && run->size - run->fences[run->nfences - 1].offset < FENCE_BYTES)
		return;
	if (run->nfences == run->maxfences)
	{
		run->maxfences *= 2;
		run->fences = repalloc_huge(run->fences, sizeof(Fence) * run->maxfences);
	}
	run->fences[run->nfences].hash = hash;
	run->fences[run->nfences++].offset = run->size;
}

/* Append an item */
void
wfx_seen_run_write(WfxSeenRun *run, const WfxSeenItem *item)
{
	ItemHead	head = {item->hash, item->len, item->line};

	add_fence(run, item->hash);
	BufFileWrite(run->file, &head, sizeof(head));
	BufFileWrite(run->file, item->bytes, item->len);
	run->size += sizeof(head) + item->len;
}

/* Go to a place in the file */
static void
go_to(WfxSeenRun *run, int64 offset)
{
	if (BufFileSeek(run->file, 0, offset, SEEK_SET) != 0)
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("could not read a temporary file of the import: %m")));
	run->position = offset;
}

/* Read the next bytes */
static void
read_bytes(WfxSeenRun *run, void *to, size_t len)
{
	if (BufFileRead(run->file, to, len) != len)
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("could not read a temporary file of the import: %m")));
	run->position += len;
}

/* The next item */
const WfxSeenItem *
wfx_seen_run_next(WfxSeenRun *run)
{
	ItemHead	head;

	if (run->position >= run->size)
		return NULL;
	read_bytes(run, &head, sizeof(head));
	if (head.len > run->room)
	{
		run->room = head.len;
		run->item.bytes = repalloc(run->item.bytes, run->room);
	}
	run->item.hash = head.hash;
	run->item.len = head.len;
	run->item.line = head.line;
	read_bytes(run, run->item.bytes, head.len);
	return &run->item;
}

/* Go to the first item */
void
wfx_seen_run_rewind(WfxSeenRun *run)
{
	go_to(run, 0);
}

/* The last fence before all items with a hash; the first one, if there is none */
static const Fence *
fence_before(const WfxSeenRun *run, uint32 hash)
{
	int			low = 0;
	int			high = run->nfences;

	while (low < high)
	{
		int			middle = low + (high - low) / 2;

		if (run->fences[middle].hash < hash)
			low = middle + 1;
		else
			high = middle;
	}
	return &run->fences[Max(low - 1, 0)];
}

/* Go to the first item with a hash that is not less */
void
wfx_seen_run_seek(WfxSeenRun *run, uint32 hash)
{
	go_to(run, fence_before(run, hash)->offset);
	while (run->position < run->size)
	{
		int64		start = run->position;
		ItemHead	head;

		read_bytes(run, &head, sizeof(head));
		go_to(run, head.hash < hash ? run->position + head.len : start);
		if (head.hash >= hash)
			break;
	}
}

/* Which of the runs has the least hash next?  -1: none has any */
static int
least(const WfxSeenItem **items, int n)
{
	int			found = -1;

	for (int i = 0; i < n; i++)
		if (items[i] != NULL && (found < 0 || items[i]->hash < items[found]->hash))
			found = i;
	return found;
}

/* Merge runs into one */
WfxSeenRun *
wfx_seen_run_merge(WfxSeenRun **runs, int n)
{
	WfxSeenRun *merged = wfx_seen_run_create();
	const WfxSeenItem **items = palloc(sizeof(WfxSeenItem *) * n);
	int			i;

	for (i = 0; i < n; i++)
	{
		wfx_seen_run_rewind(runs[i]);
		items[i] = wfx_seen_run_next(runs[i]);
	}
	while ((i = least(items, n)) >= 0)
	{
		CHECK_FOR_INTERRUPTS();
		wfx_seen_run_write(merged, items[i]);
		items[i] = wfx_seen_run_next(runs[i]);
	}
	pfree(items);
	return merged;
}
