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

/*
 * The stops of a buffer, one after the other.  They are found for a chunk at once.
 * Offsets count from the start of the buffer; that of the chunk may have wrapped
 * below 0 after bytes were dropped.
 */
typedef struct WfxStops
{
	WfxStopsFinder finder;
	WfxStopNeedles needles;
	size_t		searched;		/* stops were looked for up to here */
	size_t		chunk;			/* the list's offsets count from here */
	int			next;			/* in the list */
	int			count;
	uint16_t	list[WFX_STOPS_ROOM];
} WfxStops;

/* The finder of an engine; NULL where the processor cannot run it */
extern WfxStopsFinder wfx_stops_finder(WfxStopsEngine engine);

/* Choose the engine; false: the processor cannot run it, and nothing has changed */
extern bool wfx_stops_use(WfxStops *stops, WfxStopsEngine engine);

/* Find the stops in the next chunk that has any; false: the buffer has no more */
extern bool wfx_stops_find(WfxStops *stops, const char *buf, size_t len);

/* Offset of the next stop, or len; the buffer may have grown since the last call */
static inline size_t
wfx_stops_peek(WfxStops *stops, const char *buf, size_t len)
{
	if (stops->next == stops->count && !wfx_stops_find(stops, buf, len))
		return len;
	return stops->chunk + stops->list[stops->next];
}

/* The first n bytes of the buffer are no longer there */
static inline void
wfx_stops_drop(WfxStops *stops, size_t n)
{
	stops->chunk -= n;
	stops->searched -= n;
}

#endif							/* WFX_CSV_STOPS_H */
