/*
 * seen_table.h
 *		The hashes of the keys that were named last, in memory, each with a place.
 */
#ifndef WFX_SEEN_TABLE_H
#define WFX_SEEN_TABLE_H

#include "postgres.h"

typedef struct WfxSeenTable WfxSeenTable;

/* A hash in the upper half, and a place, which is not 0, in the lower one */
typedef uint64 WfxSeenItem;

#define WFX_SEEN_ITEM(hash, place)	((WfxSeenItem) (hash) << 32 | (place))
#define WFX_SEEN_HASH(item)			((uint32) ((item) >> 32))
#define WFX_SEEN_PLACE(item)		((uint32) (item))

/* An empty table of at most so many bytes in the current memory context */
extern WfxSeenTable *wfx_seen_table_create(Size memory);
extern void wfx_seen_table_destroy(WfxSeenTable *table);

/* Forget all hashes; the memory is kept for the next ones */
extern void wfx_seen_table_clear(WfxSeenTable *table);

/* Has it none, or no room for one more? */
extern bool wfx_seen_table_is_empty(const WfxSeenTable *table);
extern bool wfx_seen_table_is_full(const WfxSeenTable *table);

/* Fetch what a look-up of a hash will look at first */
extern void wfx_seen_table_prefetch(const WfxSeenTable *table, uint32 hash);

/* The next item with a hash behind one, or the first one; NULL: there is none */
extern WfxSeenItem *wfx_seen_table_next(WfxSeenTable *table, uint32 hash, WfxSeenItem *after);

/* Add an item to a table that is not full */
extern void wfx_seen_table_add(WfxSeenTable *table, WfxSeenItem item);

/* The items in the order of their hashes, and how many they are; the table is to be cleared then */
extern const WfxSeenItem *wfx_seen_table_sort(WfxSeenTable *table, uint32 *n);

#endif							/* WFX_SEEN_TABLE_H */
