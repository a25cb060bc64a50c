/*
 * value_kinds.h
 *		The readers of single kinds, and what they share; for them and values.c only.
 */
#ifndef WFX_VALUE_KINDS_H
#define WFX_VALUE_KINDS_H

#include "values.h"

/* A number in decimal notation, as far as its size is concerned */
typedef struct WfxDecimal
{
	const char *digits;			/* from the first digit other than 0 */
	const char *end;			/* behind the last digit */
	bool		zero;
	long		exponent;
	int64		whole;			/* digits before the point, less than 1 for 0.01; with
								 * the exponent applied, as is scale */
	int64		scale;			/* decimals */
} WfxDecimal;

/*
 * Read a cell of a column of this kind; false: *why says what is wrong.  The first
 * ones never raise.
 */
extern bool wfx_int_parse(const WfxType *type, const char *text, Datum *value, WfxReason *why);
extern bool wfx_numeric_parse(WfxType *type, const char *text, Datum *value, WfxReason *why);
extern bool wfx_float_parse(const WfxType *type, const char *text, Datum *value, WfxReason *why);
extern bool wfx_money_parse(const WfxType *type, const char *text, Datum *value, WfxReason *why);
extern bool wfx_json_parse(WfxType *type, const char *text, Datum *value, WfxReason *why);
extern bool wfx_array_parse(WfxType *type, const char *text, WfxDateOrder order,
							Datum *value, WfxReason *why);
extern bool wfx_range_parse(WfxType *type, const char *text, WfxDateOrder order,
							Datum *value, WfxReason *why);
extern bool wfx_other_parse(WfxType *type, const char *text, WfxDateOrder order,
							Datum *value, WfxReason *why);

/* May a setting of the session change what the input function of a type makes of a text? */
extern bool wfx_follows_session(Oid base);

/* Make the Datum of a text that is known to be good; true, so that a reader can return it */
extern bool wfx_accept_text(WfxType *type, const char *text, Datum *value);

/* Measure the decimal number at the start of text; where it ends, or NULL if there is none */
extern const char *wfx_scan_decimal(const char *text, WfxDecimal *number);

/* Would numeric_in take the number, with this typmod?  -1: none */
extern bool wfx_fits_numeric(const WfxDecimal *number, int32 typmod);

#endif							/* WFX_VALUE_KINDS_H */
