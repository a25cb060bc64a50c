/*
 * seen.h
 *		Which keys did earlier records of the file name?
 *
 * They take a share of maintenance_work_mem: what does not fit goes to temporary files,
 * and a filter of a byte and a half for each key keeps most look-ups away from them.
 */
#ifndef WFX_SEEN_H
#define WFX_SEEN_H

#include "keys.h"

typedef struct WfxSeen WfxSeen;

extern WfxSeen *wfx_seen_create(WfxKey *key);
extern void wfx_seen_destroy(WfxSeen *seen);

/* Forget all keys; temporary files to come belong to whom the set was created for */
extern void wfx_seen_clear(WfxSeen *seen);

/* The line on which a key was named first, or 0 */
extern int64 wfx_seen_line(WfxSeen *seen, Datum value);
extern int64 wfx_seen_line_hashed(WfxSeen *seen, Datum value, uint32 hash);

/* Remember a key with a line, whether it is known or not */
extern void wfx_seen_replace(WfxSeen *seen, Datum value, int64 line);

/* Remember a key, unless it is known; the line on which it was named before, or 0 */
extern int64 wfx_seen_add(WfxSeen *seen, Datum value, int64 line);
extern int64 wfx_seen_add_hashed(WfxSeen *seen, Datum value, uint32 hash, int64 line);

/* A key with this hash will be looked up soon: have what that needs in the processor's cache */
extern void wfx_seen_prefetch(const WfxSeen *seen, uint32 hash);

#endif							/* WFX_SEEN_H */
