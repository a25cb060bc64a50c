/*
 * progress.h
 *		How far an import is: shown to other sessions, and said every few seconds.
 */
#ifndef WFX_PROGRESS_H
#define WFX_PROGRESS_H

#include "import.h"

/* The table is known, and the file is about to be read */
extern void wfx_progress_start(WfxImport *import);

/* A part of the first of two readings is done (survey.c) */
extern void wfx_progress_surveyed(WfxImport *import, const WfxReader *reader, int64 records);

/* A batch is done */
extern void wfx_progress_batch(WfxImport *import);

/* All records are read; so many of these index entries that had waited are made */
extern void wfx_progress_indexed(WfxImport *import, int64 done, int64 total);

/*
 * Something is done within a batch, a subtransaction was rolled back perhaps: that
 * makes the server forget which command runs.
 */
extern void wfx_progress_tick(WfxImport *import);

/* The import has ended; after an ERROR the end of the (sub)transaction does it */
extern void wfx_progress_end(WfxImport *import);

#endif							/* WFX_PROGRESS_H */
