/*
 * heap_update.h
 *		Changes of known clients go straight to the table's storage.
 */
#ifndef WFX_HEAP_UPDATE_H
#define WFX_HEAP_UPDATE_H

#include "import.h"

/* Could any UPDATE of the table be done so?  The ladder for new clients was climbed before. */
extern bool wfx_heap_update_possible(const WfxImport *import);

/* Of which columns of the import? */
extern bool *wfx_heap_update_columns(const WfxImport *import);

/* Can the columns that a record changes be written so, and is the client's row known? */
extern bool wfx_heap_update_suits(const WfxImport *import, const WfxRecord *record);

/*
 * Update clients, all of them in the same columns.  Records whose clients somebody else has
 * changed since they were looked up are marked as outrun; all others, or an ERROR.
 */
extern void wfx_heap_update(WfxImport *import, WfxRecord **records, int n);

#endif							/* WFX_HEAP_UPDATE_H */
