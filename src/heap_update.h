/*
 * heap_update.h
 *		Changes of known clients go straight to the table's storage.
 */
#ifndef WFX_HEAP_UPDATE_H
#define WFX_HEAP_UPDATE_H

#include "import.h"

/* Could any UPDATE of the table be done so?  The ladder for new clients was climbed before. */
extern bool wfx_heap_update_possible(const WfxImport *import);

/* Can the columns that a record changes be written so? */
extern bool wfx_heap_update_suits(const WfxImport *import, const WfxRecord *record);

/* Update locked clients, all of them in the same columns; all of them, or an ERROR */
extern uint64 wfx_heap_update(WfxImport *import, WfxRecord **records, int n);

#endif							/* WFX_HEAP_UPDATE_H */
