/*
 * value_date.c
 *		Dates, times and timestamps, as files hold them.
 *
 * The server's reader takes words ("tomorrow"), completes two-digit years,
 * follows DateStyle and raises.  A file must mean the same whoever imports it, so
 * this one reads ISO 8601, and numbers in an order that the caller has named:
 *
 *		cell	:= day [ ( "T" | blanks ) time [ [ blanks ] zone ] ] | time [ zone ]
 *		day		:= YYYY-MM-DD | YYYYMMDD | three numbers joined by "-", "/" or "."
 *		time	:= HH:MM [ :SS [ .fraction ] ] | HHMM [ SS [ .fraction ] ] behind a "T"
 *		zone	:= "Z" | ( "+" | "-" ) HH [ [ ":" ] MM ]
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "datatype/timestamp.h"
#include "pgtime.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/timestamp.h"

#include "value_clock.h"
#include "value_date.h"

/* A cell on its way to a date */
typedef struct DateReader
{
	WfxTypeKind kind;
	bool		zoned;			/* the column keeps or counts a zone */
	WfxDateOrder order;
	const char *text;
	const char *next;			/* what is not read yet */
	struct pg_tm tm;
	fsec_t		fsec;
	bool		has_zone;
	int			zone;			/* seconds west of Greenwich */
	WfxReason  *why;
} DateReader;

/* Where the year, the month and the day stand in each order */
static const struct
{
	const char *name;
	int			year;
	int			month;
	int			day;
}			orders[] =
{
	[WFX_DATE_ISO] = {"ISO", 0, 1, 2},
	[WFX_DATE_DMY] = {"DMY", 2, 1, 0},
	[WFX_DATE_MDY] = {"MDY", 2, 0, 1},
	[WFX_DATE_YMD] = {"YMD", 0, 1, 2}
};

static const char *const month_names[] =
{
	"January", "February", "March", "April", "May", "June", "July",
	"August", "September", "October", "November", "December"
};

/* What a cell of this kind is called in messages */
static const char *
noun(const DateReader *reader)
{
	if (reader->kind == WFX_TYPE_TIME)
		return "time";
	return reader->kind == WFX_TYPE_DATE ? "date" : "timestamp";
}

/* How a cell of this kind should be written */
static const char *
advice(const DateReader *reader)
{
	if (reader->kind == WFX_TYPE_DATE)
		return "Write dates as YYYY-MM-DD.";
	if (reader->kind == WFX_TYPE_TIME)
		return reader->zoned ? "Write times as HH:MM:SS, with a zone such as Z or +02:00." :
			"Write times as HH:MM:SS.";
	if (reader->kind == WFX_TYPE_TIMESTAMP)
		return "Write timestamps as YYYY-MM-DD HH:MM:SS.";
	return "Write timestamps as YYYY-MM-DD HH:MM:SS, with a zone such as Z or +02:00.";
}

/* Is this a day's number as spreadsheets store it, perhaps with a part of a day? */
static bool
is_serial_number(const char *text)
{
	size_t		digits = strspn(text, WFX_DIGITS);

	if (digits != 5)
		return false;
	text += digits;
	if (*text == '.')
		text += 1 + strspn(text + 1, WFX_DIGITS);
	return *text == '\0';
}

/* Refuse a cell that follows no known form */
static bool
refuse_form(DateReader *reader)
{
	const char *hint = advice(reader);

	if (reader->kind != WFX_TYPE_TIME && is_serial_number(reader->text))
		hint = "This looks like a spreadsheet's internal number of a day: "
			"format the column as YYYY-MM-DD and export it again.";
	return wfx_refuse(reader->why, ERRCODE_INVALID_DATETIME_FORMAT, hint,
					  "\"%s\" is not a %s", wfx_excerpt(reader->text), noun(reader));
}

/* Refuse a cell of a known form that names no day or time: fault says why */
static bool
refuse_field(DateReader *reader, const char *fault)
{
	char	   *hint = NULL;

	if (reader->order != WFX_DATE_ISO && reader->kind != WFX_TYPE_TIME)
		hint = psprintf("The option date_order is %s.", orders[reader->order].name);
	return wfx_refuse(reader->why, ERRCODE_DATETIME_FIELD_OVERFLOW, hint,
					  "\"%s\" is not a %s: %s",
					  wfx_excerpt(reader->text), noun(reader), fault);
}

/* Refuse a cell whose numbers stand in an order that nobody has named */
static bool
refuse_ambiguous(DateReader *reader)
{
	(void) wfx_refuse(reader->why, ERRCODE_INVALID_DATETIME_FORMAT,
					  "Write dates as YYYY-MM-DD, or set date_order to DMY, MDY or YMD.",
					  "the order of day, month and year in \"%s\" is not known",
					  wfx_excerpt(reader->text));
	reader->why->code = "ambiguous_date";
	return false;
}

/* May this character stand between day, month and year? */
static bool
is_separator(char c)
{
	return c == '-' || c == '/' || c == '.';
}

/* Is the day complete before this character? */
static bool
is_day_end(char c)
{
	return c == '\0' || c == ' ' || c == 'T' || c == 't';
}

/* Is there a day of this year, month and number? */
static bool
check_day(DateReader *reader)
{
	struct pg_tm *tm = &reader->tm;
	int			days;

	if (tm->tm_year < 1)
		return refuse_field(reader, psprintf("there is no year %d", tm->tm_year));
	if (tm->tm_mon < 1 || tm->tm_mon > MONTHS_PER_YEAR)
		return refuse_field(reader, psprintf("there is no month %d", tm->tm_mon));

	days = day_tab[isleap(tm->tm_year)][tm->tm_mon - 1];
	if (tm->tm_mday < 1)
		return refuse_field(reader, psprintf("there is no day %d", tm->tm_mday));
	if (tm->tm_mday > days)
		return refuse_field(reader, psprintf("%s %d has %d days", month_names[tm->tm_mon - 1],
											 tm->tm_year, days));
	return true;
}

/* Give three numbers their roles by the order that the caller has named */
static bool
assign_by_order(DateReader *reader, const int *number, const size_t *width)
{
	int			year = orders[reader->order].year;
	int			month = orders[reader->order].month;
	int			day = orders[reader->order].day;

	if (width[month] > 2 || width[day] > 2 || (width[year] != 2 && width[year] != 4))
		return wfx_refuse(reader->why, ERRCODE_INVALID_DATETIME_FORMAT, advice(reader),
						  "\"%s\" is not a %s in the order %s", wfx_excerpt(reader->text),
						  noun(reader), orders[reader->order].name);
	if (width[year] == 2)
		return wfx_refuse(reader->why, ERRCODE_INVALID_DATETIME_FORMAT,
						  "Write years with four digits.",
						  "the year in \"%s\" has two digits only", wfx_excerpt(reader->text));

	reader->tm.tm_year = number[year];
	reader->tm.tm_mon = number[month];
	reader->tm.tm_mday = number[day];
	return true;
}

/* Read a day written as three numbers with the same separator between them */
static bool
read_separated_day(DateReader *reader)
{
	int			number[3];
	size_t		width[3];
	char		separator = '\0';

	for (int i = 0; i < 3; i++)
	{
		width[i] = strspn(reader->next, WFX_DIGITS);
		/* seven digits are enough for the server's last year, 5874897 */
		if (!wfx_read_number(&reader->next, 1, 7, &number[i]))
			return refuse_form(reader);
		if (i == 0)
			separator = *reader->next;
		if (i < 2 && (!is_separator(separator) || !wfx_accept_char(&reader->next, separator)))
			return refuse_form(reader);
	}
	if (!is_day_end(*reader->next))
		return refuse_form(reader);

	if (separator == '-' && width[0] >= 4 && width[1] == 2 && width[2] == 2)
	{
		reader->tm.tm_year = number[0];
		reader->tm.tm_mon = number[1];
		reader->tm.tm_mday = number[2];
		return true;
	}
	if (reader->order != WFX_DATE_ISO)
		return assign_by_order(reader, number, width);

	/* "1.2.3" or "192.168.100" is no date in any order */
	if (width[1] > 2 || Min(width[0], width[2]) > 2 ||
		(Max(width[0], width[2]) != 4 && Max(width[0], width[2]) != 2))
		return refuse_form(reader);
	return refuse_ambiguous(reader);
}

/* Read the part of the cell that names the day */
static bool
read_day(DateReader *reader)
{
	int			number;

	if (wfx_read_number(&reader->next, 8, 8, &number))
	{
		reader->tm.tm_year = number / 10000;
		reader->tm.tm_mon = number / 100 % 100;
		reader->tm.tm_mday = number % 100;
	}
	else if (!read_separated_day(reader))
		return false;
	if (!is_day_end(*reader->next))
		return refuse_form(reader);
	return check_day(reader);
}

/*
 * Read the time of day.  As in the server, 24:00 is the end of the day and
 * second 60 the start of the next minute.
 */
static bool
read_time(DateReader *reader)
{
	struct pg_tm *tm = &reader->tm;
	bool		marked = wfx_accept_char(&reader->next, 'T') || wfx_accept_char(&reader->next, 't');
	const char *start;

	if (!marked)
		reader->next += strspn(reader->next, " ");
	start = reader->next;
	if (!wfx_read_clock(&reader->next, marked, tm, &reader->fsec))
		return refuse_form(reader);
	if (time_overflows(tm->tm_hour, tm->tm_min, tm->tm_sec, reader->fsec))
		return refuse_field(reader, psprintf("there is no time %s",
											 wfx_excerpt(pnstrdup(start, reader->next - start))));
	return true;
}

/* Read the offset from UTC, if there is one, up to the end of the cell */
static bool
read_zone(DateReader *reader)
{
	bool		overflow = false;

	if (*reader->next == '\0')
		return true;
	reader->has_zone = true;
	if (!wfx_read_zone(&reader->next, &reader->zone, &overflow) || *reader->next != '\0')
		return refuse_form(reader);
	if (overflow)
		return wfx_refuse(reader->why, ERRCODE_INVALID_TIME_ZONE_DISPLACEMENT_VALUE, NULL,
						  "the time zone of \"%s\" is out of range", wfx_excerpt(reader->text));
	return true;
}

/* Refuse what the server's type cannot hold */
static bool
refuse_range(DateReader *reader)
{
	return wfx_refuse(reader->why, ERRCODE_DATETIME_FIELD_OVERFLOW, NULL,
					  "\"%s\" is out of range for a %s", wfx_excerpt(reader->text),
					  noun(reader));
}

/*
 * Make a date.  Spreadsheets and JSON writers export dates as midnights, which
 * lose nothing when cut, whatever the zone: the day stands there as written.
 * Any other time says that the cell is more than a date, or a midnight that has been
 * moved to another zone and perhaps to another day; so it is refused.
 */
static bool
make_date(DateReader *reader, Datum *value)
{
	struct pg_tm *tm = &reader->tm;
	DateADT		date;

	if (tm->tm_hour != 0 || tm->tm_min != 0 || tm->tm_sec != 0 || reader->fsec != 0)
		return wfx_refuse(reader->why, ERRCODE_INVALID_DATETIME_FORMAT, advice(reader),
						  "\"%s\" has a time of day, but the column holds dates",
						  wfx_excerpt(reader->text));
	if (!IS_VALID_JULIAN(tm->tm_year, tm->tm_mon, tm->tm_mday))
		return refuse_range(reader);
	date = date2j(tm->tm_year, tm->tm_mon, tm->tm_mday) - POSTGRES_EPOCH_JDATE;
	if (!IS_VALID_DATE(date))
		return refuse_range(reader);
	*value = DateADTGetDatum(date);
	return true;
}

/* Round to the decimals that the column keeps */
static void
round_to_typmod(Timestamp *timestamp, int32 typmod)
{
#if PG_VERSION_NUM >= 160000
	AdjustTimestampForTypmod(timestamp, typmod, NULL);
#else
	AdjustTimestampForTypmod(timestamp, typmod);
#endif
}

/*
 * The server drops a zone that a column without one cannot hold, and the moment
 * with it; that is refused here.
 */
static bool
refuse_zone(DateReader *reader)
{
	return wfx_refuse(reader->why, ERRCODE_INVALID_DATETIME_FORMAT, advice(reader),
					  "\"%s\" has a time zone, but the column holds none",
					  wfx_excerpt(reader->text));
}

/* Make a timestamp */
static bool
make_timestamp(DateReader *reader, int32 typmod, Datum *value)
{
	Timestamp	timestamp;

	if (reader->has_zone && !reader->zoned)
		return refuse_zone(reader);
	if (reader->zoned && !reader->has_zone)
		reader->zone = DetermineTimeZoneOffset(&reader->tm, session_timezone);
	if (tm2timestamp(&reader->tm, reader->fsec, reader->zoned ? &reader->zone : NULL,
					 &timestamp) != 0)
		return refuse_range(reader);
	round_to_typmod(&timestamp, typmod);
	if (!IS_VALID_TIMESTAMP(timestamp))
		return refuse_range(reader);
	*value = TimestampGetDatum(timestamp);
	return true;
}

/*
 * Make a time of day.  The zone of the session at noon may be another one at
 * midnight and in summer; so a column with a zone needs one in the cell.
 */
static bool
make_time(DateReader *reader, int32 typmod, Datum *value)
{
	struct pg_tm *tm = &reader->tm;
	TimeTzADT  *zoned = palloc(sizeof(TimeTzADT));

	zoned->time = ((tm->tm_hour * MINS_PER_HOUR + tm->tm_min) * SECS_PER_MINUTE + tm->tm_sec) *
		USECS_PER_SEC + reader->fsec;
	zoned->zone = reader->zone;
	AdjustTimeForTypmod(&zoned->time, typmod);
	if (reader->has_zone && !reader->zoned)
		return refuse_zone(reader);
	if (!reader->has_zone && reader->zoned)
		return wfx_refuse(reader->why, ERRCODE_INVALID_DATETIME_FORMAT, advice(reader),
						  "\"%s\" has no time zone", wfx_excerpt(reader->text));
	*value = reader->zoned ? TimeTzADTPGetDatum(zoned) : TimeADTGetDatum(zoned->time);
	return true;
}

/* Read a date, time or timestamp; a timestamp without a time is midnight */
bool
wfx_date_parse(const WfxType *type, const char *text, WfxDateOrder order,
			   Datum *value, WfxReason *why)
{
	DateReader	reader = {.kind = type->kind, .order = order, .text = text, .next = text,
	.why = why};

	reader.zoned = type->base == TIMESTAMPTZOID || type->base == TIMETZOID;
	if (type->kind == WFX_TYPE_TIME)
		return read_time(&reader) && read_zone(&reader) &&
			make_time(&reader, type->base_typmod, value);
	if (!read_day(&reader))
		return false;
	if (*reader.next != '\0' && !(read_time(&reader) && read_zone(&reader)))
		return false;
	if (type->kind == WFX_TYPE_DATE)
		return make_date(&reader, value);
	return make_timestamp(&reader, type->base_typmod, value);
}
