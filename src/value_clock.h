/*
 * value_clock.h
 *		The time of day and its zone, as files hold them; for value_date.c.
 */
#ifndef WFX_VALUE_CLOCK_H
#define WFX_VALUE_CLOCK_H

#include "datatype/timestamp.h"
#include "pgtime.h"

#define WFX_DIGITS "0123456789"

/* Step over a character, if it comes next */
static inline bool
wfx_accept_char(const char **next, char c)
{
	if (**next != c)
		return false;
	(*next)++;
	return true;
}

/* Read a run of min to max digits (8 at most, so that an int holds it) */
extern bool wfx_read_number(const char **next, size_t min, size_t max, int *number);

/*
 * Read hours, minutes and perhaps seconds with their fraction.  They may be compact
 * (HHMMSS) behind a mark, such as the "T" between day and time.
 */
extern bool wfx_read_clock(const char **next, bool marked, struct pg_tm *tm, fsec_t *fsec);

/* Read an offset from UTC: seconds west of it, as the server counts */
extern bool wfx_read_zone(const char **next, int *zone, bool *overflow);

#endif							/* WFX_VALUE_CLOCK_H */
