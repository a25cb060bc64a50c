/*
 * csv_scan.c
 *		The CSV scanner: a state machine that can stop behind any byte.
 *
 *		RECORD_START -> FIELD_START -> PLAIN    a delimiter starts the next field,
 *		                               |        a line end the next record
 *		                               v
 *		                             QUOTED <-> AFTER_QUOTE    a delimiter or line end
 *		                                        as above; the quote again was an
 *		                                        escape; other text is PLAIN
 *
 *		AFTER_CR, QUOTED_CR and QUOTED_ESCAPE remember a byte that the next one
 *		belongs to.
 *
 * Runs of plain bytes are skipped in one small function, and everything else
 * is decided at the byte where the run stops.  A faster engine has only that
 * function to replace.
 *
 * The place of a field in the array is made sure of before its first byte is
 * read.  So WFX_CSV_FIELDS leaves nothing half done.
 */
#include "csv_scan.h"

#include <string.h>

typedef enum WfxCsvState
{
	CSV_RECORD_START,			/* nothing of the record is read */
	CSV_AFTER_CR,				/* likewise, but an LF here belongs to the CR before */
	CSV_FIELD_START,			/* a field has to follow */
	CSV_PLAIN,					/* in an unquoted field */
	CSV_QUOTED,					/* within quotes */
	CSV_QUOTED_CR,				/* behind a CR within quotes */
	CSV_QUOTED_ESCAPE,			/* behind an escape that is not the quote itself */
	CSV_AFTER_QUOTE				/* behind a quote that may have closed the field */
} WfxCsvState;

/* Where a byte stops a run of plain ones */
#define STOPS_PLAIN		0x01
#define STOPS_QUOTED	0x02

/* Make a byte stop the runs in some kind of field */
static void
add_stop(WfxCsvScan *scan, char byte, uint8_t where)
{
	scan->stops[(uint8_t) byte] |= where;
}

/* Begin at the start of the input */
void
wfx_csv_init(WfxCsvScan *scan, char delimiter, char quote, char escape,
			 WfxCsvField *fields, int max_fields)
{
	memset(scan, 0, sizeof(*scan));
	scan->fields = fields;
	scan->max_fields = max_fields;
	scan->delimiter = delimiter;
	scan->quote = quote;
	scan->escape = escape;
	scan->line = 1;
	scan->state = CSV_RECORD_START;

	add_stop(scan, delimiter, STOPS_PLAIN);
	add_stop(scan, '\n', STOPS_PLAIN | STOPS_QUOTED);
	add_stop(scan, '\r', STOPS_PLAIN | STOPS_QUOTED);
	if (quote != '\0')
	{
		add_stop(scan, quote, STOPS_PLAIN | STOPS_QUOTED);
		add_stop(scan, escape, STOPS_QUOTED);
	}
}

/* Go on with a larger field array, into which the caller copied the old one */
void
wfx_csv_more_fields(WfxCsvScan *scan, WfxCsvField *fields, int max_fields)
{
	scan->fields = fields;
	scan->max_fields = max_fields;
}

/* The first byte from pos on that is not plain, or len */
static inline size_t
skip_plain_bytes(const uint8_t *stops, uint8_t where, const char *buf, size_t pos, size_t len)
{
	while (pos < len && !(stops[(uint8_t) buf[pos]] & where))
		pos++;
	return pos;
}

/* Is there no place left for another field? */
static inline bool
fields_are_full(const WfxCsvScan *scan)
{
	return scan->record.nfields >= scan->max_fields;
}

/* Note what is wrong with the current field */
static void
note_problem(WfxCsvScan *scan, WfxCsvProblem problem, int64_t line)
{
	/* an open quote makes the whole file doubtful: it must not be hidden */
	if (scan->record.problem != WFX_CSV_OK && problem != WFX_CSV_UNTERMINATED)
		return;
	scan->record.problem = problem;
	scan->record.problem_field = scan->record.nfields;
	scan->record.problem_line = line;
}

/* Put an unquoted field that ends before end into the array */
static inline void
add_plain_field(WfxCsvScan *scan, size_t end)
{
	WfxCsvField *field = &scan->fields[scan->record.nfields++];

	field->start = scan->field_start;
	field->len = end - scan->field_start;
	field->quoted = false;
	field->escaped = false;
}

/* Put a quoted field whose content ends before end into the array */
static inline void
add_quoted_field(WfxCsvScan *scan, size_t end)
{
	WfxCsvField *field = &scan->fields[scan->record.nfields++];

	field->start = scan->field_start + 1;
	field->len = end - field->start;
	field->quoted = true;
	field->escaped = scan->escaped;
}

/* The next byte is the first one of a record */
static void
start_record(WfxCsvScan *scan)
{
	memset(&scan->record, 0, sizeof(scan->record));
	scan->record.start = scan->pos;
	scan->record.line = scan->line;
	scan->state = CSV_FIELD_START;
}

/* The record's text ends before end, and everything before pos is done with */
static WfxCsvStatus
finish_record(WfxCsvScan *scan, size_t end, WfxCsvState next)
{
	scan->record.len = end - scan->record.start;
	scan->consumed = scan->pos;
	scan->pos = 0;
	scan->state = next;
	return WFX_CSV_RECORD;
}

/* A field starts at byte: quoted only if the quote is its very first byte */
static inline void
start_field(WfxCsvScan *scan, char byte)
{
	scan->field_start = scan->pos;
	if (byte == scan->quote && scan->quote != '\0')
	{
		scan->escaped = false;
		scan->quote_line = scan->line;
		scan->state = CSV_QUOTED;
		scan->pos++;
	}
	else
		scan->state = CSV_PLAIN;
}

/* Step over the delimiter or line end behind a field; true: the record is complete */
static inline bool
end_field(WfxCsvScan *scan, const char *buf, size_t len)
{
	size_t		end = scan->pos;
	WfxCsvState next = CSV_RECORD_START;

	scan->pos++;
	if (buf[end] == scan->delimiter)
	{
		scan->state = CSV_FIELD_START;
		return false;
	}

	/* do not wait for the byte behind a CR: there may be none for a long time */
	if (buf[end] == '\r')
	{
		if (scan->pos == len)
			next = CSV_AFTER_CR;
		else if (buf[scan->pos] == '\n')
			scan->pos++;
	}
	scan->line++;
	finish_record(scan, end, next);
	return true;
}

/* Read on in an unquoted field; true: the record is complete */
static inline bool
scan_plain(WfxCsvScan *scan, const char *buf, size_t len)
{
	scan->pos = skip_plain_bytes(scan->stops, STOPS_PLAIN, buf, scan->pos, len);
	if (scan->pos == len)
		return false;
	if (buf[scan->pos] == scan->quote)
	{
		note_problem(scan, WFX_CSV_BAD_QUOTE, scan->line);
		scan->pos++;
		return false;
	}
	add_plain_field(scan, scan->pos);
	return end_field(scan, buf, len);
}

/* Read on within quotes, up to the next byte that means something there */
static inline void
scan_quoted(WfxCsvScan *scan, const char *buf, size_t len)
{
	char		byte;

	scan->pos = skip_plain_bytes(scan->stops, STOPS_QUOTED, buf, scan->pos, len);
	if (scan->pos == len)
		return;
	byte = buf[scan->pos++];
	if (byte == scan->quote)
		scan->state = CSV_AFTER_QUOTE;
	else if (byte == scan->escape)
		scan->state = CSV_QUOTED_ESCAPE;
	else
	{
		scan->line++;
		if (byte == '\r')
			scan->state = CSV_QUOTED_CR;
	}
}

/* Judge the byte behind an escape: the escape is literal before all others */
static void
scan_escaped(WfxCsvScan *scan, char byte)
{
	if (byte == scan->quote || byte == scan->escape)
	{
		scan->escaped = true;
		scan->pos++;
	}
	scan->state = CSV_QUOTED;
}

/* Judge the byte behind a quote within quotes; true: the record is complete */
static inline bool
scan_after_quote(WfxCsvScan *scan, const char *buf, size_t len)
{
	char		byte = buf[scan->pos];

	if (byte == scan->quote && scan->escape == scan->quote)
	{
		scan->escaped = true;
		scan->state = CSV_QUOTED;
		scan->pos++;
		return false;
	}
	if (byte == scan->delimiter || byte == '\n' || byte == '\r')
	{
		add_quoted_field(scan, scan->pos - 1);
		return end_field(scan, buf, len);
	}

	/* text where none may be: from its opening quote on, the field is raw text */
	note_problem(scan, WFX_CSV_BAD_QUOTE, scan->line);
	scan->state = CSV_PLAIN;
	return false;
}

/* Step over an LF here, the second half of a CRLF */
static inline void
skip_lf(WfxCsvScan *scan, char byte, WfxCsvState next)
{
	if (byte == '\n')
		scan->pos++;
	scan->state = next;
}

/* The input ends here: complete what is open */
static WfxCsvStatus
finish_input(WfxCsvScan *scan)
{
	switch ((WfxCsvState) scan->state)
	{
		case CSV_RECORD_START:
		case CSV_AFTER_CR:
			scan->consumed = scan->pos;
			return WFX_CSV_END;

		case CSV_FIELD_START:
			if (fields_are_full(scan))
				return WFX_CSV_FIELDS;
			scan->field_start = scan->pos;
			add_plain_field(scan, scan->pos);
			break;

		case CSV_PLAIN:
			add_plain_field(scan, scan->pos);
			break;

		case CSV_AFTER_QUOTE:
			add_quoted_field(scan, scan->pos - 1);
			break;

		case CSV_QUOTED:
		case CSV_QUOTED_CR:
		case CSV_QUOTED_ESCAPE:
			note_problem(scan, WFX_CSV_UNTERMINATED, scan->quote_line);
			add_quoted_field(scan, scan->pos);
			break;
	}
	return finish_record(scan, scan->pos, CSV_RECORD_START);
}

/* Read one record, or on in it; eof: nothing comes behind the buffer */
WfxCsvStatus
wfx_csv_next(WfxCsvScan *scan, const char *buf, size_t len, bool eof)
{
	while (scan->pos < len)
	{
		switch ((WfxCsvState) scan->state)
		{
			case CSV_RECORD_START:
				start_record(scan);
				break;
			case CSV_AFTER_CR:
				skip_lf(scan, buf[scan->pos], CSV_RECORD_START);
				break;
			case CSV_FIELD_START:
				if (fields_are_full(scan))
					return WFX_CSV_FIELDS;
				start_field(scan, buf[scan->pos]);
				break;
			case CSV_PLAIN:
				if (scan_plain(scan, buf, len))
					return WFX_CSV_RECORD;
				break;
			case CSV_QUOTED:
				scan_quoted(scan, buf, len);
				break;
			case CSV_QUOTED_CR:
				skip_lf(scan, buf[scan->pos], CSV_QUOTED);
				break;
			case CSV_QUOTED_ESCAPE:
				scan_escaped(scan, buf[scan->pos]);
				break;
			case CSV_AFTER_QUOTE:
				if (scan_after_quote(scan, buf, len))
					return WFX_CSV_RECORD;
				break;
		}
	}
	return eof ? finish_input(scan) : WFX_CSV_MORE;
}

/* Copy a field without its escapes */
size_t
wfx_csv_unescape(const WfxCsvScan *scan, const char *buf, const WfxCsvField *field, char *dst)
{
	const char *src = buf + field->start;
	const char *end = src + field->len;
	char	   *out = dst;

	if (!field->escaped)
	{
		memcpy(dst, src, field->len);
		return field->len;
	}

	while (src < end)
	{
		if (*src == scan->escape && end - src > 1 &&
			(src[1] == scan->quote || src[1] == scan->escape))
			src++;
		*out++ = *src++;
	}
	return out - dst;
}
