/*
 * heap_ring.c
 *		Pages of the table that are read one after the other, and once.
 *
 * A file of all clients in the order of the table reads the table from beginning to end, as a
 * sequential scan does: a few buffers are enough for a table that is large, and the pages of
 * others stay in memory.  It is faster, too, since these buffers are in the processor's caches.
 */
#include "postgres.h"

#include "storage/bufmgr.h"
#include "utils/rel.h"

#include "compat.h"
#include "heap_ring.h"

/* Pages that are as close together count as neighbours: some rows stand in a page before */
#define MAX_DISTANCE	4

/* So many neighbours, and more are expected */
#define MIN_SEQUENCE	8

struct WfxHeapRing
{
	BufferAccessStrategy strategy;
	BlockNumber last;			/* page that was read */
	int			sequence;		/* of neighbours, so far */
	Buffer		buffer;			/* of the last one, if it is in the ring */
	int64		records;		/* of the file, when the batch was looked up, */
	int64		updated;		/* and clients of the batches before */
	bool		used;			/* for this batch */
};

/* A ring, for tables of the size for which sequential scans use one */
WfxHeapRing *
wfx_heap_ring_create(Relation rel)
{
	WfxHeapRing *ring;

	if (RelationUsesLocalBuffers(rel) ||
		RelationGetNumberOfBlocks(rel) <= (BlockNumber) NBuffers / 4)
		return NULL;
	ring = palloc0(sizeof(WfxHeapRing));
	ring->strategy = GetAccessStrategy(BAS_BULKREAD);
	ring->last = InvalidBlockNumber;
	ring->records = -1;
	return ring;
}

/* Look-ups begin, the first ones of a batch or further ones */
void
wfx_heap_ring_begin(WfxHeapRing *ring, const WfxImport *import)
{
	if (ring == NULL)
		return;
	/* the pin of look-ups that have raised is gone */
	ring->buffer = InvalidBuffer;
	if (ring->records == import->records)
		return;
	ring->records = import->records;
	ring->used = import->counts[WFX_UPDATED] == ring->updated;
	ring->updated = import->counts[WFX_UPDATED];
}

/* Look-ups end */
void
wfx_heap_ring_end(WfxHeapRing *ring)
{
	if (ring == NULL || !BufferIsValid(ring->buffer))
		return;
	ReleaseBuffer(ring->buffer);
	ring->buffer = InvalidBuffer;
}

/*
 * A row of a page will be read: have the page in a buffer of the ring, if others follow.  It
 * is held, since whoever else pins the buffer shows that it had better stay.
 */
void
wfx_heap_ring_read(WfxHeapRing *ring, Relation rel, BlockNumber block)
{
	BlockNumber distance;

	if (ring == NULL || !ring->used || block == ring->last)
		return;
	wfx_heap_ring_end(ring);
	distance = block > ring->last ? block - ring->last : ring->last - block;
	ring->sequence = distance <= MAX_DISTANCE ? ring->sequence + 1 : 0;
	ring->last = block;
	if (ring->sequence < MIN_SEQUENCE)
		return;
	ring->buffer = ReadBufferExtended(rel, MAIN_FORKNUM, block, RBM_NORMAL, ring->strategy);
	/* the look-up would clear the page of old versions, but not while somebody else has it */
	wfx_heap_prune(rel, ring->buffer);
}
