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

typedef struct WfxPace
{
	int			limit;			/* records of this batch, at most */
	int			last_limit;		/* those of the one before; 0: there was none */
	long		last_took;		/* its milliseconds */
} WfxPace;

/* The records of the first batch, at most */
extern int	wfx_pace_start(WfxPace *pace);

/* Those of the next one, behind one that started then: so that it takes about a second, or the most */
extern int	wfx_pace_next(WfxPace *pace, int most, TimestampTz started);

#endif							/* WFX_PACE_H */
