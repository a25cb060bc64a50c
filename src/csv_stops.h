/*
 * csv_stops.h
 *		Where the bytes are that mean something to the CSV scanner.
 *
 * Pure C.  The engines find the same stops: the vector engines compare 16 or 32
 * bytes at once; the scalar one is for other processors, and the twin in the
 * tests.
 */
#ifndef WFX_CSV_STOPS_H
#define WFX_CSV_STOPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WFX_STOPS_NEEDLES	5	/* delimiter, quote, escape, LF, CR */
#define WFX_STOPS_CHUNK		4096	/* at most so many bytes at once: stops and bytes stay
									 * in the nearest cache */
#define WFX_STOPS_ROOM		(WFX_STOPS_CHUNK + 8)	/* engines write a little ahead */

/* The bytes to stop at; unused places repeat another one */
typedef struct WfxStopNeedles
{
	char		bytes[WFX_STOPS_NEEDLES];
} WfxStopNeedles;

/*
 * Write the offsets of all stops in buf to stops, which has WFX_STOPS_ROOM places,
 * and return how many there are; len is at most WFX_STOPS_CHUNK.
 */
typedef int (*WfxStopsFinder) (const WfxStopNeedles *needles, const char *buf, size_t len,
							   uint16_t *stops);

typedef enum WfxStopsEngine
{
	WFX_STOPS_SCALAR,
	WFX_STOPS_SSE2,
	WFX_STOPS_AVX2,
	WFX_STOPS_FASTEST			/* the last of the above that the processor has */
} WfxStopsEngine;

/* The finder of an engine; NULL where the processor cannot run it */
extern WfxStopsFinder wfx_stops_finder(WfxStopsEngine engine);

#endif							/* WFX_CSV_STOPS_H */
