/*
 * seen_run.h
 *		Hashes of earlier keys in a temporary file, in their order.
 */
#ifndef WFX_SEEN_RUN_H
#define WFX_SEEN_RUN_H

#include "seen_table.h"
#include "temp_file.h"

typedef struct WfxSeenRun WfxSeenRun;

/* An empty run in a memory context; the file belongs to an owner */
extern WfxSeenRun *wfx_seen_run_create(MemoryContext context, ResourceOwner owner);
extern void wfx_seen_run_close(WfxSeenRun *run);

/* Append items none of which is less than any before */
extern void wfx_seen_run_write(WfxSeenRun *run, const WfxSeenItem *items, uint32 n);

/* Go to the first item with this hash or a greater one; next reads it */
extern void wfx_seen_run_seek(WfxSeenRun *run, uint32 hash);

/* The next item; 0: there are no more */
extern WfxSeenItem wfx_seen_run_next(WfxSeenRun *run);

/* Write the items of n runs into another one */
extern void wfx_seen_run_merge(WfxSeenRun **runs, int n, WfxSeenRun *merged);

#endif							/* WFX_SEEN_RUN_H */
