/*
 * key_order.h
 *		Keys of a look-up, in the order in which an index has them.
 */
#ifndef WFX_KEY_ORDER_H
#define WFX_KEY_ORDER_H

#include "keys.h"

typedef struct WfxOrderedKey
{
	uint64		prefix;			/* of its bytes */
	Datum		key;
	int			n;				/* of the record */
} WfxOrderedKey;

typedef struct WfxKeyOrder WfxKeyOrder;

/* Room for n keys, in the current memory context */
extern WfxKeyOrder *wfx_key_order_create(const WfxKey *key, int n);

/* Add a key of a record */
extern void wfx_key_order_add(WfxKeyOrder *order, int n, Datum key);

/* Put them in order; then each of them, once; NULL: there are no more */
extern void wfx_key_order_sort(WfxKeyOrder *order);
extern const WfxOrderedKey *wfx_key_order_next(WfxKeyOrder *order);
extern int	wfx_key_order_count(const WfxKeyOrder *order);

/* Put the keys in order, and into rows for a look-up */
extern void wfx_key_order_put(WfxKeyOrder *order, WfxBatchRows *rows);

#endif							/* WFX_KEY_ORDER_H */
