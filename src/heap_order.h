/*
 * heap_order.h
 *		In which order are the entries of an index sorted?
 */
#ifndef WFX_HEAP_ORDER_H
#define WFX_HEAP_ORDER_H

#include "utils/relcache.h"

/*
 * The index as a sort of its entries is to see it, in the current memory context.  Nothing
 * else may be done with it, and the index must stay open as long.
 */
extern Relation wfx_heap_order(Relation index);
extern void wfx_heap_order_free(Relation ordered);

/* Is its order that of the bytes of a text, its only column? */
extern bool wfx_heap_order_is_bytes(Relation index);

#endif							/* WFX_HEAP_ORDER_H */
