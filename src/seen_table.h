/*
 * seen_table.h
 *		The keys that were named last, in memory.
 */
#ifndef WFX_SEEN_TABLE_H
#define WFX_SEEN_TABLE_H

#include "keys.h"

typedef struct WfxSeenTable WfxSeenTable;

/* A key, and where it was named */
typedef struct WfxSeenKey
{
	Datum		value;
	int64		line;
	uint32		hash;
} WfxSeenKey;

/* An empty table in the current memory context */
extern WfxSeenTable *wfx_seen_table_create(WfxKey *key);
extern void wfx_seen_table_destroy(WfxSeenTable *table);

/* Forget all keys; the memory is kept for the next ones */
extern void wfx_seen_table_clear(WfxSeenTable *table);

/* How many keys it has, and the bytes of memory that they take */
extern uint32 wfx_seen_table_count(const WfxSeenTable *table);
extern Size wfx_seen_table_bytes(const WfxSeenTable *table);

/* Fetch what a look-up of a hash will look at first */
extern void wfx_seen_table_prefetch(const WfxSeenTable *table, uint32 hash);

/* A key; NULL: the table does not have it.  Valid until the next one is added */
extern WfxSeenKey *wfx_seen_table_find(WfxSeenTable *table, Datum value, uint32 hash);

/* Add a key that the table does not have */
extern void wfx_seen_table_add(WfxSeenTable *table, Datum value, uint32 hash, int64 line);

/* Show the keys one by one in the order of their hashes, each with the bytes of its value */
extern void wfx_seen_table_walk(WfxSeenTable *table,
								void (*show) (void *state, const WfxSeenKey *key, char *bytes,
											  int32 len),
								void *state);

#endif							/* WFX_SEEN_TABLE_H */
