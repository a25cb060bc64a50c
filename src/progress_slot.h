/*
 * progress_slot.h
 *		What other sessions see of a running import or undo.
 */
#ifndef WFX_PROGRESS_SLOT_H
#define WFX_PROGRESS_SLOT_H

#include "datatype/timestamp.h"

/* What is done, in hundredths of a percent */
#define WFX_ALL_DONE	10000

typedef struct WfxSlot WfxSlot;

/* How far it is */
typedef struct WfxShown
{
	int64		done;			/* of WFX_ALL_DONE */
	int64		bytes;			/* of the file */
	int64		good;			/* records */
	int64		skipped;
	int64		failed;
} WfxShown;

/*
 * Something begins that writes to a table; type is a PROGRESS_COPY_TYPE, bytes what there
 * is to read.  It is shown unless the slot is taken by what has called it.
 */
extern WfxSlot *wfx_slot_start(Oid relid, int64 type, int64 bytes);

/* It has got this far */
extern void wfx_slot_show(WfxSlot *slot, const WfxShown *shown);

/* It goes on.  The server forgets what it shows when a subtransaction is rolled back. */
extern void wfx_slot_refresh(WfxSlot *slot);

/* It has ended: the slot is empty again, or its caller's.  After an ERROR the server does it. */
extern void wfx_slot_end(WfxSlot *slot);

/* Was nothing said for some seconds?  Then something is said now. */
extern bool wfx_slot_notice_due(WfxSlot *slot);

#endif							/* WFX_PROGRESS_SLOT_H */
