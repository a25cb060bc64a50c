/*
 * decide.h
 *		What becomes of a record: created, updated, unchanged, skipped, failed.
 */
#ifndef WFX_DECIDE_H
#define WFX_DECIDE_H

#include "import.h"

/* A record will be decided soon: look-ups that may take time are prepared */
extern void wfx_decide_prepare(WfxImport *import, WfxRecord *record);

/*
 * Decide a record whose clients were looked up.  False: the look-up may be out of
 * date, because an earlier record of the batch moves an e-mail address; write
 * what is pending, look this record up again, and decide again.
 */
extern bool wfx_decide(WfxImport *import, WfxRecord *record);

/* Decide again, after a new look-up, who the client is and what is to be written */
extern void wfx_decide_again(WfxImport *import, WfxRecord *record);

/*
 * After locking: does the record still mean record->client, and what differs?
 * False: it must be matched anew.
 */
extern bool wfx_decide_locked(WfxImport *import, WfxRecord *record);

/* May deciding run code of a user, which raises?  Then it needs subtransactions. */
extern bool wfx_decide_may_raise(const WfxImport *import);

#endif							/* WFX_DECIDE_H */
