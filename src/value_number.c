/*
 * value_number.c
 *		Whole numbers, numeric and floating point, as files hold them.
 *
 * A number is digits with a sign, a point and an exponent: no separators, no
 * Infinity, none of the notations that only newer servers take.
 */
#include "postgres.h"

#include <ctype.h>
#include <math.h>

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#include "value_kinds.h"

#define DIGITS "0123456789"

/*
 * numeric_in raises beyond these: digits before the point (the weight is an int16
 * of base-10000 digits) and decimals.  Larger exponents overflow in any case.
 */
#define MAX_NUMERIC_WHOLE ((PG_INT16_MAX + 1) * 4)
#define MAX_NUMERIC_SCALE 16383
#define MAX_EXPONENT 1000000

/* Read a whole number: a sign and digits, without the notations of newer servers */
bool
wfx_int_parse(const WfxType *type, const char *text, Datum *value, WfxReason *why)
{
	const char *digits = text + (*text == '-' || *text == '+');
	int64		max = type->base == INT2OID ? PG_INT16_MAX :
		type->base == INT4OID ? PG_INT32_MAX : PG_INT64_MAX;
	int64		number;

	if (*digits == '\0' || digits[strspn(digits, DIGITS)] != '\0')
		return wfx_refuse(why, ERRCODE_INVALID_TEXT_REPRESENTATION,
						  "Write a whole number, without decimals and separators.",
						  "\"%s\" is not a whole number", wfx_excerpt(text));

	errno = 0;
	number = strtoi64(text, NULL, 10);
	if (errno == ERANGE || number > max || number < -max - 1)
		return wfx_refuse(why, ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, NULL,
						  "\"%s\" is out of range: from " INT64_FORMAT " to " INT64_FORMAT
						  " is allowed", wfx_excerpt(text), -max - 1, max);

	if (type->base == INT2OID)
		*value = Int16GetDatum((int16) number);
	else if (type->base == INT4OID)
		*value = Int32GetDatum((int32) number);
	else
		*value = Int64GetDatum(number);
	return true;
}

/* Measure the decimal number at the start of text; where it ends, or NULL if there is none */
const char *
wfx_scan_decimal(const char *text, WfxDecimal *number)
{
	const char *start = text + (*text == '-' || *text == '+');
	const char *p = start;
	int64		whole = strspn(p, DIGITS);
	int64		decimals = 0;

	p += whole;
	if (*p == '.')
	{
		decimals = strspn(++p, DIGITS);
		p += decimals;
	}
	if (whole + decimals == 0)
		return NULL;
	number->end = p;
	number->exponent = 0;
	if (*p == 'e' || *p == 'E')
	{
		const char *exponent = p + 1;

		p = exponent + (*exponent == '-' || *exponent == '+');
		if (!isdigit((unsigned char) *p))
			return NULL;
		number->exponent = strtol(exponent, NULL, 10);
		p += strspn(p, DIGITS);
	}

	/* zeros in front, of which one may be the point */
	number->digits = start + strspn(start, "0.");
	number->zero = number->digits >= number->end;
	number->whole = whole - (number->digits - start) + number->exponent;
	if (number->digits > start + whole)
		number->whole++;
	number->scale = decimals - number->exponent;
	return p;
}

/* Is every digit that stays within precision a 9, and the next one rounds them up? */
static bool
rounds_up_to_power(const WfxDecimal *number, int precision)
{
	for (const char *p = number->digits; p < number->end; p++)
	{
		if (*p == '.')
			continue;
		if (precision-- == 0)
			return *p >= '5';
		if (*p != '9')
			return false;
	}
	return false;
}

/* Would numeric_in take the number, with this typmod? */
bool
wfx_fits_numeric(const WfxDecimal *number, int32 typmod)
{
	int			precision;
	int			scale;

	if (labs(number->exponent) > MAX_EXPONENT)
		return false;
	if (typmod < (int32) VARHDRSZ)
		return number->scale <= MAX_NUMERIC_SCALE &&
			(number->zero || number->whole <= MAX_NUMERIC_WHOLE);
	if (number->zero)
		return true;

	/* the scale is a signed number of 11 bits */
	precision = ((typmod - VARHDRSZ) >> 16) & 0xffff;
	scale = (((typmod - VARHDRSZ) & 0x7ff) ^ 1024) - 1024;
	if (number->whole != precision - scale)
		return number->whole < precision - scale;
	return !rounds_up_to_power(number, precision);
}

/* Refuse what is no number in decimal notation, with the reason if it is a usual one */
static bool
refuse_number(const char *text, WfxReason *why)
{
	const char *hint = "Write digits, with a point before the decimals.";
	const char *word = text + (*text == '-' || *text == '+');

	if (pg_strncasecmp(word, "inf", 3) == 0 || pg_strcasecmp(word, "nan") == 0)
		hint = "Infinity and NaN are not accepted: leave the cell empty or write a number.";
	else if (strchr(text, ',') != NULL && text[strspn(text, DIGITS "+-.,")] == '\0')
		hint = "Write a point, not a comma, before the decimals, and nothing between thousands.";
	return wfx_refuse(why, ERRCODE_INVALID_TEXT_REPRESENTATION, hint,
					  "\"%s\" is not a number", wfx_excerpt(text));
}

/* Refuse a number that its column cannot hold */
static bool
refuse_number_range(const WfxType *type, const char *text, WfxReason *why)
{
	return wfx_refuse(why, ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, NULL,
					  "\"%s\" is out of range for %s", wfx_excerpt(text),
					  format_type_with_typemod(type->base, type->base_typmod));
}

/* Read a numeric */
bool
wfx_numeric_parse(WfxType *type, const char *text, Datum *value, WfxReason *why)
{
	WfxDecimal		number;
	const char *end = wfx_scan_decimal(text, &number);

	if (end == NULL || *end != '\0')
		return refuse_number(text, why);
	if (!wfx_fits_numeric(&number, type->base_typmod))
		return refuse_number_range(type, text, why);
	return wfx_accept_text(type, text, value);
}

/* Lies a numeric between the least and the greatest amount that the currency can have? */
static bool
fits_money(Datum number)
{
	Datum		least = DirectFunctionCall1(cash_numeric, Int64GetDatum(PG_INT64_MIN));
	Datum		greatest = DirectFunctionCall1(cash_numeric, Int64GetDatum(PG_INT64_MAX));

	return DatumGetBool(DirectFunctionCall2(numeric_ge, number, least)) &&
		DatumGetBool(DirectFunctionCall2(numeric_le, number, greatest));
}

/*
 * Read an amount of money as a number.  The server's reader follows lc_monetary: it
 * takes 1,50 for 150 in one place, and 1.50 for 150 in another.
 */
bool
wfx_money_parse(const WfxType *type, const char *text, Datum *value, WfxReason *why)
{
	WfxDecimal	decimal;
	const char *end = wfx_scan_decimal(text, &decimal);
	Datum		number;

	if (end == NULL || *end != '\0')
		return refuse_number(text, why);
	if (!wfx_fits_numeric(&decimal, -1))
		return refuse_number_range(type, text, why);
	number = DirectFunctionCall3(numeric_in, CStringGetDatum(text), ObjectIdGetDatum(InvalidOid),
								 Int32GetDatum(-1));
	if (!fits_money(number))
		return refuse_number_range(type, text, why);
	*value = DirectFunctionCall1(numeric_cash, number);
	return true;
}

/* Read a real or double precision; what would become infinite or 0 is refused, as in the server */
bool
wfx_float_parse(const WfxType *type, const char *text, Datum *value, WfxReason *why)
{
	WfxDecimal		decimal;
	const char *end = wfx_scan_decimal(text, &decimal);
	double		number;

	if (end == NULL || *end != '\0')
		return refuse_number(text, why);
	errno = 0;
	number = type->base == FLOAT4OID ? strtof(text, NULL) : strtod(text, NULL);
	if (errno == ERANGE && (number == 0 || isinf(number)))
		return refuse_number_range(type, text, why);
	*value = type->base == FLOAT4OID ? Float4GetDatum((float4) number) : Float8GetDatum(number);
	return true;
}
