/*
 * pace.c
 *		How many records a batch takes.
 *
 * The larger a batch, the less it costs.  But progress is seen batch by batch: where
 * triggers take their time, batches are smaller.
 */
#include "postgres.h"

#include "utils/timestamp.h"

#include "pace.h"

#define MIN_BATCH_RECORDS	10
#define BATCH_MILLISECONDS	1000

/* Let the next batch take about a second; at most ten times as many records at once */
int
wfx_pace_next(int limit, int most, TimestampTz started)
{
	long		took = TimestampDifferenceMilliseconds(started, GetCurrentTimestamp());
	int64		next = (int64) limit * BATCH_MILLISECONDS / Max(took, BATCH_MILLISECONDS / 10);

	return Min(Max(next, MIN_BATCH_RECORDS), most);
}
