/*
 * heap_ring.h
 *		Pages of the table that are read one after the other, and once.
 */
#ifndef WFX_HEAP_RING_H
#define WFX_HEAP_RING_H

#include "import.h"

typedef struct WfxHeapRing WfxHeapRing;

/* A ring in the current memory context; NULL: the table is small enough to be kept in memory */
extern WfxHeapRing *wfx_heap_ring_create(Relation rel);

/* Look-ups begin: pages whose clients will be updated are better kept in memory */
extern void wfx_heap_ring_begin(WfxHeapRing *ring, const WfxImport *import);
extern void wfx_heap_ring_end(WfxHeapRing *ring);

/* A row of this page will be read */
extern void wfx_heap_ring_read(WfxHeapRing *ring, Relation rel, BlockNumber block);

#endif							/* WFX_HEAP_RING_H */
