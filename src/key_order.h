/*
 * key_order.h
 *		Keys of a look-up, in the order in which an index has them.
 */
#ifndef WFX_KEY_ORDER_H
#define WFX_KEY_ORDER_H

#include "keys.h"

typedef struct WfxKeyOrder WfxKeyOrder;

/* Room for n keys, in the current memory context */
extern WfxKeyOrder *wfx_key_order_create(const WfxKey *key, int n);

/* Add a key of a record */
extern void wfx_key_order_add(WfxKeyOrder *order, int n, Datum key);

/* Put the keys into rows for a look-up */
extern void wfx_key_order_put(WfxKeyOrder *order, WfxBatchRows *rows);

#endif							/* WFX_KEY_ORDER_H */
