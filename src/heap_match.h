/*
 * heap_match.h
 *		Clients of a table that the heap writer writes are looked up in its indexes directly.
 */
#ifndef WFX_HEAP_MATCH_H
#define WFX_HEAP_MATCH_H

#include "executor/tuptable.h"

#include "import.h"
#include "key_order.h"

/* Can keys be looked up so? */
extern bool wfx_heap_match_possible(const WfxImport *import, const WfxKey *key);

/* Look keys up in their order; take() gets the row of the record with this number */
extern void wfx_heap_match(WfxImport *import, const WfxKey *key, WfxKeyOrder *order,
						   void (*take) (void *state, int n, TupleTableSlot *slot), void *state);

#endif							/* WFX_HEAP_MATCH_H */
