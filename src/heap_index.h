/*
 * heap_index.h
 *		The index entries of rows that were just inserted, in key order.
 */
#ifndef WFX_HEAP_INDEX_H
#define WFX_HEAP_INDEX_H

#include "nodes/execnodes.h"

typedef struct WfxIndexEntries WfxIndexEntries;

/* For rows of a relation whose indexes are open; n: how many rows are to come */
extern WfxIndexEntries *wfx_index_entries_create(ResultRelInfo *relation, EState *estate, int n);

/* The rows are updates that write these attributes: other indexes get what they have already */
extern void wfx_index_entries_updated(WfxIndexEntries *entries, Bitmapset *written);

/* Take the entries of a row that has its place in the table */
extern void wfx_index_entries_add(WfxIndexEntries *entries, TupleTableSlot *slot,
								  bool only_summarizing);

/* Put them into the indexes; a key that is there already is an ERROR 23505 */
extern void wfx_index_entries_insert(WfxIndexEntries *entries);

#endif							/* WFX_HEAP_INDEX_H */
