/*
 * value_date.h
 *		Dates, times and timestamps, as files hold them.
 */
#ifndef WFX_VALUE_DATE_H
#define WFX_VALUE_DATE_H

#include "values.h"

/*
 * Read a cell of a column of kind date, time, timestamp or timestamptz.  Never raises;
 * false: *why says what is wrong.
 */
extern bool wfx_date_parse(const WfxType *type, const char *text, WfxDateOrder order,
						   Datum *value, WfxReason *why);

#endif							/* WFX_VALUE_DATE_H */
