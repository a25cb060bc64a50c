/*
 * track.h
 *		What does an import change?  Clients as they are stored, before and after.
 */
#ifndef WFX_TRACK_H
#define WFX_TRACK_H

#include "executor/tuptable.h"

#include "import.h"

/* NULL if changes are not tracked */
extern struct WfxTracker *wfx_tracker_create(const WfxImport *import);

/* RETURNING for the writer's statements, or nothing; value as of wfx_writer_rows() */
extern const char *wfx_track_returning_created(const WfxImport *import);
extern const char *wfx_track_returning_updated(const WfxImport *import, const WfxRecord *record,
											   const char *value);

/*
 * A write of n records with one verdict begins, in a subtransaction of its own.  After
 * each of its statements that has written all its records, take over what it has
 * returned.  When all records are written, finish: clients of which nothing was
 * returned are looked up.  A write without statements takes over the rows that it
 * stores instead of both.
 */
extern void wfx_track_start(WfxImport *import, int n);
extern void wfx_track_returned(WfxImport *import, WfxRecord **records, int n);
extern void wfx_track_stored(WfxImport *import, WfxRecord **records, TupleTableSlot **slots, int n);
extern void wfx_track_finish(WfxImport *import, WfxRecord **records, int n);

/* The subtransaction is committed: what was taken over last counts */
extern void wfx_track_keep(WfxImport *import);

/* Append to the options of the history what the undo needs to know */
extern void wfx_track_describe(const WfxImport *import, StringInfo json);

#endif							/* WFX_TRACK_H */
