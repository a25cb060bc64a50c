/*
 * seen_filter.h
 *		Which hashes cannot be in the runs of earlier keys?
 */
#ifndef WFX_SEEN_FILTER_H
#define WFX_SEEN_FILTER_H

#include "postgres.h"

typedef struct WfxSeenFilter WfxSeenFilter;

/* An empty filter of some bytes, one for each hash at least, in the current memory context */
extern WfxSeenFilter *wfx_seen_filter_create(Size bytes);
extern void wfx_seen_filter_free(WfxSeenFilter *filter);

/* Have what belongs to a hash in the processor's cache */
extern void wfx_seen_filter_prefetch(const WfxSeenFilter *filter, uint32 hash);

/* Add a hash */
extern void wfx_seen_filter_add(WfxSeenFilter *filter, uint32 hash);

/* Was a hash added, or does it look so? */
extern bool wfx_seen_filter_passes(const WfxSeenFilter *filter, uint32 hash);

#endif							/* WFX_SEEN_FILTER_H */
