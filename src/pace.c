/*
 * pace.c
 *		How many records a batch takes.
 *
 * The larger a batch, the less it costs.  But progress is seen batch by batch: where
 * triggers take their time, batches are smaller.  Not so where a statement takes its time
 * whatever the number of records, as one that goes to other servers does.
 */
#include "postgres.h"

#include "utils/timestamp.h"

#include "pace.h"

/* The first batch is small: nothing is known yet */
#define FIRST_BATCH_RECORDS	100

#define MIN_BATCH_RECORDS	10
#define BATCH_MILLISECONDS	1000

/* No batch that took as long is followed by a larger one */
#define LONG_BATCH_MILLISECONDS	3000

/* Begin with the first batch */
int
wfx_pace_start(WfxPace *pace)
{
	pace->limit = FIRST_BATCH_RECORDS;
	pace->last_limit = 0;
	pace->last_took = 0;
	return pace->limit;
}

/*
 * How many records there have to be, whatever the time: twice as many as in the first batch, to
 * see what that costs; and more still where twice as many have cost little more.
 */
static int64
least(const WfxPace *pace, long took)
{
	if (took >= LONG_BATCH_MILLISECONDS)
		return MIN_BATCH_RECORDS;
	if (pace->last_limit == 0)
		return (int64) pace->limit * 2;
	if (pace->limit >= 2 * pace->last_limit && took < pace->last_took * 3 / 2)
		return (int64) pace->limit * 4;
	return MIN_BATCH_RECORDS;
}

/* Let the next batch take about a second; at most ten times as many records at once */
int
wfx_pace_next(WfxPace *pace, int most, TimestampTz started)
{
	long		took = TimestampDifferenceMilliseconds(started, GetCurrentTimestamp());
	int64		next = (int64) pace->limit * BATCH_MILLISECONDS / Max(took, BATCH_MILLISECONDS / 10);

	next = Max(next, least(pace, took));
	pace->last_limit = pace->limit;
	pace->last_took = took;
	pace->limit = Min(next, most);
	return pace->limit;
}
