/*
 * csv_scan.c
 *		The CSV scanner: a state machine that can stop behind any byte.
 *
 *		RECORD_START ──► UNQUOTED ──► a delimiter starts the next field, a line end
 *		                    │         the next record
 *		                    ▼
 *		                  QUOTED ◄──► AFTER_QUOTE    a delimiter or line end as above;
 *		                                             the quote again was an escape;
 *		                                             other text is UNQUOTED
 *
 *		AFTER_CR, QUOTED_CR and QUOTED_ESCAPE remember a byte that the next one
 *		belongs to.
 *
 * Only a few bytes mean something: delimiter, quote, escape, CR and LF.  They are
 * found for 4 kB at once (csv_stops.c), and the machine goes from one to the
 * next.  Such a byte may mean nothing where it stands, as a delimiter within
 * quotes; that there is text between two of them matters only to some states.
 */
#include "csv_scan.h"

#include <string.h>

typedef enum WfxCsvState
{
	CSV_RECORD_START,			/* nothing of the record is read */
	CSV_AFTER_CR,				/* likewise, but an LF here belongs to the CR before */
	CSV_UNQUOTED,				/* in an unquoted field, or at the start of any */
	CSV_QUOTED,					/* within quotes */
	CSV_QUOTED_CR,				/* behind a CR within quotes */
	CSV_QUOTED_ESCAPE,			/* behind an escape that is not the quote itself */
	CSV_AFTER_QUOTE				/* behind a quote that may have closed the field */
} WfxCsvState;

/* What a stop led to */
typedef enum WfxCsvStep
{
	CSV_ON,						/* go on with the next one */
	CSV_RECORD,					/* the record is complete */
	CSV_FULL					/* no place for the field: nothing has changed */
} WfxCsvStep;

/* Begin at the start of the input */
void
wfx_csv_init(WfxCsvScan *scan, char delimiter, char quote, char escape,
			 WfxCsvField *fields, int max_fields)
{
	char	   *needles = scan->stops.needles.bytes;

	memset(scan, 0, sizeof(*scan));
	scan->fields = fields;
	scan->max_fields = max_fields;
	scan->delimiter = delimiter;
	scan->quote = quote;
	scan->escape = escape;
	scan->line = 1;
	scan->state = CSV_RECORD_START;
	(void) wfx_stops_use(&scan->stops, WFX_STOPS_FASTEST);
	memset(needles, '\n', WFX_STOPS_NEEDLES);
	needles[0] = '\r';
	needles[1] = delimiter;
	if (quote != '\0')
	{
		needles[2] = quote;
		needles[3] = escape;
	}
}

/* Go on with a larger field array, into which the caller copied the old one */
void
wfx_csv_more_fields(WfxCsvScan *scan, WfxCsvField *fields, int max_fields)
{
	scan->fields = fields;
	scan->max_fields = max_fields;
}

/* Nothing before pos is needed any more: offsets count from there */
static inline void
drop_bytes(WfxCsvScan *scan)
{
	scan->consumed = scan->pos;
	scan->field_start -= scan->pos;
	wfx_stops_drop(&scan->stops, scan->pos);
	scan->pos = 0;
}

/* Keep nothing of the current record */
static void
forget_record(WfxCsvScan *scan)
{
	scan->record.nfields = 0;
	drop_bytes(scan);
}

/* Give up the record at hand */
void
wfx_csv_skip_record(WfxCsvScan *scan)
{
	scan->skipping = true;
	scan->record.problem = WFX_CSV_SKIPPED;
	forget_record(scan);
}

/* Step over the stop at pos */
static inline void
take_stop(WfxCsvScan *scan)
{
	scan->stops.next++;
	scan->pos++;
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

/* Put a field into the array: its content ends before end */
static inline void
add_field(WfxCsvScan *scan, size_t end, bool quoted)
{
	WfxCsvField *field = &scan->fields[scan->record.nfields++];

	field->start = scan->field_start + quoted;
	field->len = end - field->start;
	field->quoted = quoted;
	field->escaped = quoted && scan->escaped;
}

/* The next byte is the first one of a record */
static inline void
start_record(WfxCsvScan *scan)
{
	memset(&scan->record, 0, sizeof(scan->record));
	scan->record.start = scan->pos;
	scan->record.line = scan->line;
	scan->field_start = scan->pos;
	scan->state = CSV_UNQUOTED;
}

/* The record's text ends before end, and everything before pos is done with */
static inline void
finish_record(WfxCsvScan *scan, size_t end, WfxCsvState next)
{
	scan->record.len = end - scan->record.start;
	if (scan->skipping)
	{
		scan->record.start = scan->record.len = 0;
		scan->record.nfields = 0;
	}
	scan->skipping = false;
	scan->state = next;
	drop_bytes(scan);
}

/* Step over the line end at pos */
static inline WfxCsvStep
end_record(WfxCsvScan *scan, const char *buf, size_t len)
{
	size_t		end = scan->pos;
	WfxCsvState next = CSV_RECORD_START;

	take_stop(scan);
	/* do not wait for the byte behind a CR: there may be none for a long time */
	if (buf[end] == '\r')
	{
		if (scan->pos == len)
			next = CSV_AFTER_CR;
		else if (buf[scan->pos] == '\n' && wfx_stops_peek(&scan->stops, buf, len) == scan->pos)
			take_stop(scan);
	}
	scan->line++;
	finish_record(scan, end, next);
	return CSV_RECORD;
}

/* Step over the delimiter or line end at pos, behind a field */
static inline WfxCsvStep
end_field(WfxCsvScan *scan, const char *buf, size_t len)
{
	if (buf[scan->pos] != scan->delimiter)
		return end_record(scan, buf, len);
	take_stop(scan);
	scan->field_start = scan->pos;
	scan->state = CSV_UNQUOTED;
	return CSV_ON;
}

/* Is it a byte that ends a field? */
static inline bool
ends_field(const WfxCsvScan *scan, char byte)
{
	return byte == scan->delimiter || byte == '\n' || byte == '\r';
}

/* The stop at pos ends the field: it gets its place in the array */
static inline WfxCsvStep
close_field(WfxCsvScan *scan, const char *buf, size_t len, bool quoted)
{
	if (scan->record.nfields == scan->max_fields)
		return CSV_FULL;
	add_field(scan, scan->pos - quoted, quoted);
	return end_field(scan, buf, len);
}

/* A stop in an unquoted field */
static inline WfxCsvStep
step_unquoted(WfxCsvScan *scan, const char *buf, size_t len)
{
	char		byte = buf[scan->pos];

	if (ends_field(scan, byte))
		return close_field(scan, buf, len, false);
	if (byte == scan->quote && scan->pos == scan->field_start)
	{
		scan->escaped = false;
		scan->quote_line = scan->line;
		scan->state = CSV_QUOTED;
	}
	else if (byte == scan->quote)
		note_problem(scan, WFX_CSV_BAD_QUOTE, scan->line);
	take_stop(scan);
	return CSV_ON;
}

/* A stop within quotes */
static inline WfxCsvStep
step_quoted(WfxCsvScan *scan, const char *buf)
{
	char		byte = buf[scan->pos];

	take_stop(scan);
	if (byte == scan->quote)
		scan->state = CSV_AFTER_QUOTE;
	else if (byte == '\n' || byte == '\r')
	{
		scan->line++;
		if (byte == '\r')
			scan->state = CSV_QUOTED_CR;
	}
	else if (byte == scan->escape)
		scan->state = CSV_QUOTED_ESCAPE;
	return CSV_ON;
}

/* A stop behind a CR within quotes: its LF, or any other */
static inline WfxCsvStep
step_quoted_cr(WfxCsvScan *scan, const char *buf)
{
	if (buf[scan->pos] == '\n')
		take_stop(scan);
	scan->state = CSV_QUOTED;
	return CSV_ON;
}

/* A stop behind an escape: the escape is literal before all but the quote and itself */
static inline WfxCsvStep
step_quoted_escape(WfxCsvScan *scan, const char *buf)
{
	if (buf[scan->pos] == scan->quote || buf[scan->pos] == scan->escape)
	{
		scan->escaped = true;
		take_stop(scan);
	}
	scan->state = CSV_QUOTED;
	return CSV_ON;
}

/* Text behind a closing quote: from its opening quote on, the field is raw text */
static inline void
reopen_as_unquoted(WfxCsvScan *scan)
{
	note_problem(scan, WFX_CSV_BAD_QUOTE, scan->line);
	scan->state = CSV_UNQUOTED;
}

/* A stop behind a quote within quotes */
static inline WfxCsvStep
step_after_quote(WfxCsvScan *scan, const char *buf, size_t len)
{
	char		byte = buf[scan->pos];

	if (ends_field(scan, byte))
		return close_field(scan, buf, len, true);
	if (byte == scan->quote && scan->escape == scan->quote)
	{
		scan->escaped = true;
		scan->state = CSV_QUOTED;
		take_stop(scan);
	}
	else
		reopen_as_unquoted(scan);
	return CSV_ON;
}

/*
 * How many stops the quoted field that starts here takes, with the delimiter
 * behind it; 0 if it holds anything but delimiters, or ends elsewhere.
 */
static inline int
simple_quoted_stops(const WfxCsvScan *scan, const char *buf, size_t chunk, const uint16_t *stop,
					const uint16_t *end)
{
	const uint16_t *close = stop + 1;

	while (close < end && buf[chunk + *close] == scan->delimiter)
		close++;
	if (end - close > 1 && buf[chunk + *close] == scan->quote && close[1] == *close + 1 &&
		buf[chunk + close[1]] == scan->delimiter)
		return (int) (close - stop) + 2;
	return 0;
}

/*
 * Take the fields ahead that a delimiter ends and that hold nothing odd: most
 * fields of most files.  What is left of them for step() are line ends, quoted line
 * ends and escapes, problems, and the borders of chunks.
 */
static inline void
take_simple_fields(WfxCsvScan *scan, const char *buf)
{
	const WfxStops *stops = &scan->stops;
	const uint16_t *stop = stops->list + stops->next;
	const uint16_t *end = stops->list + stops->count;
	WfxCsvField *field = scan->fields + scan->record.nfields;
	WfxCsvField *full = scan->fields + scan->max_fields;
	size_t		start = scan->field_start;

	for (; stop < end && field < full; field++)
	{
		size_t		here = stops->chunk + *stop;
		int			n = 1;
		bool		quoted = false;

		if (buf[here] != scan->delimiter)
		{
			quoted = here == start && buf[here] == scan->quote;
			n = quoted ? simple_quoted_stops(scan, buf, stops->chunk, stop, end) : 0;
			if (n == 0)
				break;
			here = stops->chunk + stop[n - 1];
		}
		field->start = start + quoted;
		field->len = here - start - 2 * quoted;
		field->quoted = quoted;
		field->escaped = false;
		start = here + 1;
		stop += n;
	}
	scan->record.nfields = (int) (field - scan->fields);
	scan->stops.next = (int) (stop - stops->list);
	scan->field_start = start;
	scan->pos = start;
}

/* Judge the stop at pos */
static inline WfxCsvStep
step(WfxCsvScan *scan, const char *buf, size_t len)
{
	switch ((WfxCsvState) scan->state)
	{
		case CSV_UNQUOTED:
			return step_unquoted(scan, buf, len);
		case CSV_QUOTED:
			return step_quoted(scan, buf);
		case CSV_AFTER_QUOTE:
			return step_after_quote(scan, buf, len);
		case CSV_QUOTED_CR:
			return step_quoted_cr(scan, buf);
		case CSV_QUOTED_ESCAPE:
			return step_quoted_escape(scan, buf);
		case CSV_RECORD_START:
		case CSV_AFTER_CR:
			break;
	}
	return CSV_ON;
}

/* Step over text that holds no stop */
static inline void
skip_text(WfxCsvScan *scan, size_t to)
{
	if (scan->pos == to)
		return;
	scan->pos = to;
	if (scan->state == CSV_AFTER_QUOTE)
		reopen_as_unquoted(scan);
	else if (scan->state == CSV_QUOTED_CR || scan->state == CSV_QUOTED_ESCAPE)
		scan->state = CSV_QUOTED;
}

/* Is a quote open? */
static inline bool
is_within_quotes(const WfxCsvScan *scan)
{
	return scan->state == CSV_QUOTED || scan->state == CSV_QUOTED_CR || scan->state == CSV_QUOTED_ESCAPE;
}

/* The input ends at pos: complete what is open */
static WfxCsvStatus
finish_input(WfxCsvScan *scan)
{
	if (scan->state == CSV_RECORD_START || scan->state == CSV_AFTER_CR)
	{
		scan->consumed = scan->pos;
		return WFX_CSV_END;
	}
	if (is_within_quotes(scan))
		note_problem(scan, WFX_CSV_UNTERMINATED, scan->quote_line);
	if (!scan->skipping)
	{
		if (scan->record.nfields == scan->max_fields)
			return WFX_CSV_FIELDS;
		add_field(scan, scan->pos - (scan->state == CSV_AFTER_QUOTE), scan->state != CSV_UNQUOTED);
	}
	finish_record(scan, scan->pos, CSV_RECORD_START);
	return WFX_CSV_RECORD;
}

/* The buffer ends at pos: so does the input, or more of it is needed */
static WfxCsvStatus
finish_buffer(WfxCsvScan *scan, bool eof)
{
	if (eof)
		return finish_input(scan);
	scan->consumed = 0;
	if (scan->skipping)
		forget_record(scan);
	return WFX_CSV_MORE;
}

/* Begin a record where there is one, behind the LF of a CRLF that was cut in two */
static void
begin_record(WfxCsvScan *scan, const char *buf, size_t len)
{
	if (scan->state == CSV_AFTER_CR && scan->pos < len)
	{
		if (buf[scan->pos] == '\n' && wfx_stops_peek(&scan->stops, buf, len) == scan->pos)
			take_stop(scan);
		scan->state = CSV_RECORD_START;
	}
	if (scan->state == CSV_RECORD_START && scan->pos < len)
		start_record(scan);
}

/* Read one record, or on in it, from stop to stop; eof: nothing comes behind the buffer */
WfxCsvStatus
wfx_csv_next(WfxCsvScan *scan, const char *buf, size_t len, bool eof)
{
	begin_record(scan, buf, len);
	for (;;)
	{
		size_t		stop;

		if (scan->state == CSV_UNQUOTED && scan->pos == scan->field_start)
			take_simple_fields(scan, buf);
		stop = wfx_stops_peek(&scan->stops, buf, len);
		skip_text(scan, stop);
		if (stop == len)
			return finish_buffer(scan, eof);
		switch (step(scan, buf, len))
		{
			case CSV_ON:
				break;
			case CSV_RECORD:
				return WFX_CSV_RECORD;
			case CSV_FULL:
				if (!scan->skipping)
					return WFX_CSV_FIELDS;
				scan->record.nfields = 0;
				break;
		}
	}
}
