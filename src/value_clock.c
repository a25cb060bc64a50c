/*
 * value_clock.c
 *		The time of day and its zone, as files hold them.
 */
#include "postgres.h"

#include <math.h>

#include "utils/datetime.h"

#include "value_clock.h"

/* Read a run of min to max digits */
bool
wfx_read_number(const char **next, size_t min, size_t max, int *number)
{
	size_t		digits = strspn(*next, WFX_DIGITS);

	if (digits < min || digits > max)
		return false;
	for (*number = 0; digits > 0; digits--)
		*number = *number * 10 + (*(*next)++ - '0');
	return true;
}

/*
 * Read the fraction of a second, if there is one.  Digits beyond the sixth are
 * rounded the way the server does it, so that both give the same value.
 */
static bool
read_fraction(const char **next, fsec_t *fsec)
{
	size_t		digits;

	if (!wfx_accept_char(next, '.') && !wfx_accept_char(next, ','))
		return true;
	digits = strspn(*next, WFX_DIGITS);
	if (digits == 0)
		return false;
	/* strtod must see neither a comma nor an exponent */
	*fsec = (fsec_t) rint(strtod(psprintf("0.%.*s", (int) digits, *next), NULL) * USECS_PER_SEC);
	*next += digits;
	return true;
}

/* Read HHMM or HHMMSS */
static bool
read_compact(const char **next, size_t digits, struct pg_tm *tm, fsec_t *fsec)
{
	int			number;

	(void) wfx_read_number(next, digits, digits, &number);
	tm->tm_sec = digits == 6 ? number % 100 : 0;
	number = digits == 6 ? number / 100 : number;
	tm->tm_hour = number / 100;
	tm->tm_min = number % 100;
	return digits == 4 || read_fraction(next, fsec);
}

/* Read hours, minutes and perhaps seconds; hours may have one digit, as in spreadsheets */
bool
wfx_read_clock(const char **next, bool marked, struct pg_tm *tm, fsec_t *fsec)
{
	size_t		digits = strspn(*next, WFX_DIGITS);

	if (marked && (digits == 4 || digits == 6))
		return read_compact(next, digits, tm, fsec);
	if (!wfx_read_number(next, 1, 2, &tm->tm_hour) || !wfx_accept_char(next, ':') ||
		!wfx_read_number(next, 2, 2, &tm->tm_min))
		return false;
	return !wfx_accept_char(next, ':') ||
		(wfx_read_number(next, 2, 2, &tm->tm_sec) && read_fraction(next, fsec));
}

/* Read an offset from UTC: Z, +HH, +HHMM or +HH:MM */
bool
wfx_read_zone(const char **next, int *zone, bool *overflow)
{
	int			hours;
	int			minutes = 0;
	bool		west;

	*next += strspn(*next, " ");
	if (wfx_accept_char(next, 'Z') || wfx_accept_char(next, 'z'))
		return true;
	west = **next == '-';
	if (!wfx_accept_char(next, '-') && !wfx_accept_char(next, '+'))
		return false;
	if (wfx_read_number(next, 4, 4, &hours))
	{
		minutes = hours % 100;
		hours /= 100;
	}
	else if (!wfx_read_number(next, 2, 2, &hours) ||
			 (wfx_accept_char(next, ':') && !wfx_read_number(next, 2, 2, &minutes)))
		return false;
	*overflow = hours > MAX_TZDISP_HOUR || minutes >= MINS_PER_HOUR;
	*zone = (hours * MINS_PER_HOUR + minutes) * SECS_PER_MINUTE * (west ? 1 : -1);
	return true;
}
