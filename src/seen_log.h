/*
 * seen_log.h
 *		The keys of earlier records in the order in which they came: values, and lines.
 */
#ifndef WFX_SEEN_LOG_H
#define WFX_SEEN_LOG_H

#include "keys.h"
#include "temp_file.h"

typedef struct WfxSeenLog WfxSeenLog;

/* A key, and where it was named */
typedef struct WfxSeenKey
{
	Datum		value;
	int64		line;
} WfxSeenKey;

/*
 * An empty log in a memory context, for keys like this one.  It has at most some bytes in memory;
 * more go to a temporary file, which belongs to an owner.
 */
extern WfxSeenLog *wfx_seen_log_create(const WfxKey *key, Size memory, MemoryContext context,
									   ResourceOwner owner);
extern void wfx_seen_log_destroy(WfxSeenLog *log);

/* Add a key; its place, which is not 0 */
extern uint32 wfx_seen_log_add(WfxSeenLog *log, Datum value, int64 line);

/* Can no more be added? */
extern bool wfx_seen_log_is_full(const WfxSeenLog *log);

/* Nothing will be added any more: keep nothing in memory */
extern void wfx_seen_log_finish(WfxSeenLog *log);

/* The key at a place, which is valid until the next call */
extern WfxSeenKey wfx_seen_log_get(WfxSeenLog *log, uint32 place);

#endif							/* WFX_SEEN_LOG_H */
