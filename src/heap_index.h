/*
 * heap_index.h
 *		The index entries of rows that were just written.
 */
#ifndef WFX_HEAP_INDEX_H
#define WFX_HEAP_INDEX_H

#include "nodes/execnodes.h"

#include "heap_window.h"

typedef struct WfxIndexEntries WfxIndexEntries;

/*
 * For rows of a relation whose indexes are open.  Entries of B-trees go to the window, those
 * of other indexes, or all if there is no window, in at once: a key that is there already is
 * an ERROR 23505.
 */
extern WfxIndexEntries *wfx_index_entries_create(ResultRelInfo *relation, EState *estate,
												 WfxIndexWindow *window);

/*
 * Take the entries of a new row that has its place in the table; of one of the indexes, or
 * InvalidOid, the key is known.
 */
extern void wfx_index_entries_add(WfxIndexEntries *entries, TupleTableSlot *slot, Oid known,
								  Datum key);

/* The rows are updates that write these attributes: other indexes get what they have already */
extern void wfx_index_entries_updated(WfxIndexEntries *entries, Bitmapset *written);

/* Take the entries of such a row, or only those of indexes that summarize pages; likewise */
extern void wfx_index_entries_update(WfxIndexEntries *entries, TupleTableSlot *slot,
									 bool only_summarizing, Oid known, Datum key);

#endif							/* WFX_HEAP_INDEX_H */
