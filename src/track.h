/*
 * track.h
 *		What does an import change?  Clients as they are stored, before and after.
 */
#ifndef WFX_TRACK_H
#define WFX_TRACK_H

#include "import.h"

/* NULL if changes are not tracked */
extern struct WfxTracker *wfx_tracker_create(const WfxImport *import);

/* RETURNING for the writer's statements, or nothing */
extern const char *wfx_track_returning_created(const WfxImport *import);
extern const char *wfx_track_returning_updated(const WfxImport *import, const WfxRecord *record,
											   const char *source);

/*
 * Records were written by the statement that has just run; take over what it has
 * returned, or look the clients up.  Called in the subtransaction of the write.
 */
extern void wfx_track_created(WfxImport *import, WfxRecord **records, int n);
extern void wfx_track_updated(WfxImport *import, WfxRecord **records, int n);

/* The subtransaction is committed: what was taken over last counts */
extern void wfx_track_keep(WfxImport *import);

/* Append to the options of the history what the undo needs to know */
extern void wfx_track_describe(const WfxImport *import, StringInfo json);

#endif							/* WFX_TRACK_H */
