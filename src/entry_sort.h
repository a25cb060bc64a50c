/*
 * entry_sort.h
 *		Entries of a B-tree are put in its order.
 */
#ifndef WFX_ENTRY_SORT_H
#define WFX_ENTRY_SORT_H

#include "access/itup.h"
#include "utils/rel.h"
#include "utils/resowner.h"

typedef struct WfxEntrySort WfxEntrySort;

/* For an index that stays open, in the current memory context; temporary files belong to an owner */
extern WfxEntrySort *wfx_entry_sort_create(Relation table, Relation index, int kilobytes,
										   ResourceOwner owner);
extern void wfx_entry_sort_free(WfxEntrySort *sort);

/* Add an entry */
extern void wfx_entry_sort_add(WfxEntrySort *sort, Datum *values, bool *nulls, ItemPointer tid);

/* Sort them; then each of the entries, once; NULL: there are no more */
extern void wfx_entry_sort_perform(WfxEntrySort *sort);
extern IndexTuple wfx_entry_sort_next(WfxEntrySort *sort);

#endif							/* WFX_ENTRY_SORT_H */
