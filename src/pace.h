/*
 * pace.h
 *		How many records a batch takes.
 */
#ifndef WFX_PACE_H
#define WFX_PACE_H

#include "datatype/timestamp.h"

/* The most that any batch takes */
#define WFX_BATCH_RECORDS	10000

/* The first batch is small: nothing is known yet */
#define WFX_FIRST_BATCH_RECORDS	100

/* The next batch, after one of at most limit records; so that it takes about a second */
extern int	wfx_pace_next(int limit, TimestampTz started);

#endif							/* WFX_PACE_H */
