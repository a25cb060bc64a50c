/*
 * seen_run.h
 *		Keys of earlier records in a temporary file, in the order of their hashes.
 */
#ifndef WFX_SEEN_RUN_H
#define WFX_SEEN_RUN_H

#include "postgres.h"

typedef struct WfxSeenRun WfxSeenRun;

/* A key: the bytes of its value, and where it was named */
typedef struct WfxSeenItem
{
	uint32		hash;
	int32		len;
	int64		line;
	char	   *bytes;			/* aligned; the next item takes their place */
} WfxSeenItem;

/* An empty run in the current memory context; the file belongs to the current resource owner */
extern WfxSeenRun *wfx_seen_run_create(void);
extern void wfx_seen_run_close(WfxSeenRun *run);

/* Append an item whose hash is not less than that of the one before */
extern void wfx_seen_run_write(WfxSeenRun *run, const WfxSeenItem *item);

/* Go to the first item, or to the first one with this hash or a greater one; next reads it */
extern void wfx_seen_run_rewind(WfxSeenRun *run);
extern void wfx_seen_run_seek(WfxSeenRun *run, uint32 hash);

/* The next item; NULL: there are no more */
extern const WfxSeenItem *wfx_seen_run_next(WfxSeenRun *run);

/* Merge n runs, the newest first, into one; of equal hashes the newest come first */
extern WfxSeenRun *wfx_seen_run_merge(WfxSeenRun **runs, int n);

#endif							/* WFX_SEEN_RUN_H */
