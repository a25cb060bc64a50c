/*
 * heap_window.h
 *		Entries of B-trees on their way into the indexes, in key order.
 */
#ifndef WFX_HEAP_WINDOW_H
#define WFX_HEAP_WINDOW_H

#include "storage/itemptr.h"
#include "utils/rel.h"

typedef struct WfxIndexWindow WfxIndexWindow;

/* For the B-trees of a table.  It belongs to the current memory context and resource owner. */
extern WfxIndexWindow *wfx_index_window_create(Relation rel, int memory);

/*
 * Take an entry of an index.  again: this transaction has updated the row, and the version
 * before has the same key, so nobody else can have it.
 */
extern void wfx_index_window_add(WfxIndexWindow *window, Oid index, bool again, Datum *values,
								 bool *nulls, ItemPointer tid);

/* How many entries wait */
extern int64 wfx_index_window_count(const WfxIndexWindow *window);

/*
 * Put the entries into their indexes; a key that is there already is an ERROR 23505.
 * tick is called now and then, with how many are in.
 */
extern void wfx_index_window_flush(WfxIndexWindow *window, void (*tick) (void *state, int64 done),
								   void *state);

/* Give back what lives outside of memory contexts.  After an ERROR the server does it. */
extern void wfx_index_window_free(WfxIndexWindow *window);

#endif							/* WFX_HEAP_WINDOW_H */
