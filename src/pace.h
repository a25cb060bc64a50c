/*
 * pace.h
 *		How many records a batch takes.
 */
#ifndef WFX_PACE_H
#define WFX_PACE_H

#include "datatype/timestamp.h"

/* The most that any batch takes */
#define WFX_BATCH_RECORDS	10000

/* The most where nothing is gained by more: records that stay in the processor's caches */
#define WFX_CACHED_RECORDS	1000

/* The first batch is small: nothing is known yet */
#define WFX_FIRST_BATCH_RECORDS	100

/* The next batch, after one of at most limit records: so that it takes about a second, or the most */
extern int	wfx_pace_next(int limit, int most, TimestampTz started);

#endif							/* WFX_PACE_H */
