/*
 * heap_walk.h
 *		Keys that are close together are found by walking along the index.
 */
#ifndef WFX_HEAP_WALK_H
#define WFX_HEAP_WALK_H

#include "executor/tuptable.h"
#include "utils/rel.h"

#include "heap_ring.h"
#include "key_order.h"

/*
 * Look up sorted keys of a unique B-tree with the active snapshot, as long as they are close
 * together; others are left.  take() gets the row of the record with this number.  The ring
 * may be NULL.
 */
extern void wfx_heap_walk(Relation rel, Relation index, WfxHeapRing *ring, WfxKeyOrder *order,
						  TupleTableSlot *slot,
						  void (*take) (void *state, int n, TupleTableSlot *slot), void *state);

#endif							/* WFX_HEAP_WALK_H */
