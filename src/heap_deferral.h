/*
 * heap_deferral.h
 *		Index entries that are made at the end of the file.
 */
#ifndef WFX_HEAP_DEFERRAL_H
#define WFX_HEAP_DEFERRAL_H

#include "import.h"

/* In the current memory context; NULL where somebody could tell, the reason is shown */
extern struct WfxDeferral *wfx_heap_deferral_create(const WfxImport *import);

/* From here on entries wait, in a subtransaction of the caller's; do they? */
extern void wfx_heap_deferral_begin(WfxImport *import);
extern bool wfx_heap_is_deferring(const WfxImport *import);

/* Put what waits into the indexes; when it is all, nothing waits any more */
extern void wfx_heap_deferral_flush(WfxImport *import);
extern void wfx_heap_deferral_end(WfxImport *import);

/*
 * The subtransaction has failed and is rolled back; nothing waits any more.  False if the
 * error came from elsewhere than from rows or entries that are put into the table.
 */
extern bool wfx_heap_deferral_abandon(WfxImport *import);

/* Before new clients are written: shall their entries wait?  If not, none does. */
extern void wfx_heap_deferral_prepare(WfxImport *import, WfxRecord **records, int n);

/* Before clients are updated by a statement, or usernames are looked up: who must be found? */
extern void wfx_heap_deferral_before_update(WfxImport *import);
extern void wfx_heap_deferral_before_usernames(WfxImport *import);

/* Do the entries of the new clients wait that are about to be written? */
extern bool wfx_heap_is_deferred(const WfxImport *import);

/* Rows are written between these two; what is refused there, starts the import over */
extern struct WfxIndexWindow *wfx_heap_deferral_write(WfxImport *import);
extern void wfx_heap_deferral_written(WfxImport *import);

/* Clients were updated, and their entries wait */
extern void wfx_heap_deferral_updated(WfxImport *import, WfxRecord **records, int n);

#endif							/* WFX_HEAP_DEFERRAL_H */
