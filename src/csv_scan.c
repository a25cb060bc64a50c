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
 *
 * The machine works on a copy of its place: the compiler can keep it in
 * registers.
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
	memset(scan, 0, sizeof(*scan));
	scan->fields = fields;
	scan->max_fields = max_fields;
	scan->delimiter = delimiter;
	scan->quote = quote;
	scan->escape = escape;
	scan->line = 1;
	scan->at.state = CSV_RECORD_START;
	scan->finder = wfx_stops_finder(WFX_STOPS_FASTEST);

	memset(scan->needles.bytes, '\n', WFX_STOPS_NEEDLES);
	scan->needles.bytes[0] = '\r';
	scan->needles.bytes[1] = delimiter;
	if (quote != '\0')
	{
		scan->needles.bytes[2] = quote;
		scan->needles.bytes[3] = escape;
	}
}

/* Find the stops in another way than the fastest */
bool
wfx_csv_use_engine(WfxCsvScan *scan, WfxStopsEngine engine)
{
	WfxStopsFinder finder = wfx_stops_finder(engine);

	if (finder != NULL)
		scan->finder = finder;
	return finder != NULL;
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
drop_bytes(WfxCsvScan *scan, WfxCsvPlace *at)
{
	scan->consumed = at->pos;
	at->field_start -= at->pos;
	at->chunk -= at->pos;
	at->found -= at->pos;
	at->pos = 0;
}

/* Keep nothing of the current record */
static void
forget_record(WfxCsvScan *scan, WfxCsvPlace *at)
{
	scan->record.nfields = 0;
	drop_bytes(scan, at);
}

/* Give up the record at hand */
void
wfx_csv_skip_record(WfxCsvScan *scan)
{
	scan->skipping = true;
	scan->record.problem = WFX_CSV_SKIPPED;
	forget_record(scan, &scan->at);
}

/* Find the stops in the next chunk that has any; false: the buffer has no more */
static bool
find_stops(WfxCsvScan *scan, WfxCsvPlace *at, const char *buf, size_t len)
{
	do
	{
		size_t		n = len - at->found;

		if (n == 0)
			return false;
		if (n > WFX_STOPS_CHUNK)
			n = WFX_STOPS_CHUNK;
		at->chunk = at->found;
		at->nstops = scan->finder(&scan->needles, buf + at->chunk, n, scan->stops);
		at->next_stop = 0;
		at->found += n;
	} while (at->nstops == 0);
	return true;
}

/* Offset of the first stop from pos on, or len */
static inline size_t
next_stop(WfxCsvScan *scan, WfxCsvPlace *at, const char *buf, size_t len)
{
	if (at->next_stop == at->nstops && !find_stops(scan, at, buf, len))
		return len;
	return at->chunk + scan->stops[at->next_stop];
}

/* Step over the stop at pos */
static inline void
take_stop(WfxCsvPlace *at)
{
	at->next_stop++;
	at->pos++;
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
add_unquoted_field(WfxCsvScan *scan, const WfxCsvPlace *at, size_t end)
{
	WfxCsvField *field = &scan->fields[scan->record.nfields++];

	field->start = at->field_start;
	field->len = end - at->field_start;
	field->quoted = false;
	field->escaped = false;
}

/* Put a quoted field whose content ends before end into the array */
static inline void
add_quoted_field(WfxCsvScan *scan, const WfxCsvPlace *at, size_t end)
{
	WfxCsvField *field = &scan->fields[scan->record.nfields++];

	field->start = at->field_start + 1;
	field->len = end - field->start;
	field->quoted = true;
	field->escaped = at->escaped;
}

/* The next byte is the first one of a record */
static inline void
start_record(WfxCsvScan *scan, WfxCsvPlace *at)
{
	memset(&scan->record, 0, sizeof(scan->record));
	scan->record.start = at->pos;
	scan->record.line = scan->line;
	at->field_start = at->pos;
	at->state = CSV_UNQUOTED;
}

/* The record's text ends before end, and everything before pos is done with */
static inline void
finish_record(WfxCsvScan *scan, WfxCsvPlace *at, size_t end, WfxCsvState next)
{
	scan->record.len = end - scan->record.start;
	if (scan->skipping)
	{
		scan->record.start = scan->record.len = 0;
		scan->record.nfields = 0;
	}
	scan->skipping = false;
	at->state = next;
	drop_bytes(scan, at);
}

/* Step over the line end at pos */
static inline WfxCsvStep
end_record(WfxCsvScan *scan, WfxCsvPlace *at, const char *buf, size_t len)
{
	size_t		end = at->pos;
	WfxCsvState next = CSV_RECORD_START;

	take_stop(at);
	/* do not wait for the byte behind a CR: there may be none for a long time */
	if (buf[end] == '\r')
	{
		if (at->pos == len)
			next = CSV_AFTER_CR;
		else if (buf[at->pos] == '\n' && next_stop(scan, at, buf, len) == at->pos)
			take_stop(at);
	}
	scan->line++;
	finish_record(scan, at, end, next);
	return CSV_RECORD;
}

/* Step over the delimiter or line end at pos, behind a field */
static inline WfxCsvStep
end_field(WfxCsvScan *scan, WfxCsvPlace *at, const char *buf, size_t len)
{
	if (buf[at->pos] != scan->delimiter)
		return end_record(scan, at, buf, len);
	take_stop(at);
	at->field_start = at->pos;
	at->state = CSV_UNQUOTED;
	return CSV_ON;
}

/* A stop in an unquoted field */
static inline WfxCsvStep
step_unquoted(WfxCsvScan *scan, WfxCsvPlace *at, const char *buf, size_t len)
{
	char		byte = buf[at->pos];

	if (byte == scan->delimiter || byte == '\n' || byte == '\r')
	{
		if (scan->record.nfields == scan->max_fields)
			return CSV_FULL;
		add_unquoted_field(scan, at, at->pos);
		return end_field(scan, at, buf, len);
	}
	if (byte == scan->quote && at->pos == at->field_start)
	{
		at->escaped = false;
		at->quote_line = scan->line;
		at->state = CSV_QUOTED;
	}
	else if (byte == scan->quote)
		note_problem(scan, WFX_CSV_BAD_QUOTE, scan->line);
	take_stop(at);
	return CSV_ON;
}

/* A stop within quotes */
static inline WfxCsvStep
step_quoted(WfxCsvScan *scan, WfxCsvPlace *at, const char *buf)
{
	char		byte = buf[at->pos];

	take_stop(at);
	if (byte == scan->quote)
		at->state = CSV_AFTER_QUOTE;
	else if (byte == '\n' || byte == '\r')
	{
		scan->line++;
		if (byte == '\r')
			at->state = CSV_QUOTED_CR;
	}
	else if (byte == scan->escape)
		at->state = CSV_QUOTED_ESCAPE;
	return CSV_ON;
}

/* A stop behind a CR within quotes: its LF, or any other */
static inline WfxCsvStep
step_quoted_cr(WfxCsvPlace *at, const char *buf)
{
	if (buf[at->pos] == '\n')
		take_stop(at);
	at->state = CSV_QUOTED;
	return CSV_ON;
}

/* A stop behind an escape: the escape is literal before all but the quote and itself */
static inline WfxCsvStep
step_quoted_escape(WfxCsvScan *scan, WfxCsvPlace *at, const char *buf)
{
	if (buf[at->pos] == scan->quote || buf[at->pos] == scan->escape)
	{
		at->escaped = true;
		take_stop(at);
	}
	at->state = CSV_QUOTED;
	return CSV_ON;
}

/* Text behind a closing quote: from its opening quote on, the field is raw text */
static inline void
reopen_as_unquoted(WfxCsvScan *scan, WfxCsvPlace *at)
{
	note_problem(scan, WFX_CSV_BAD_QUOTE, scan->line);
	at->state = CSV_UNQUOTED;
}

/* A stop behind a quote within quotes */
static inline WfxCsvStep
step_after_quote(WfxCsvScan *scan, WfxCsvPlace *at, const char *buf, size_t len)
{
	char		byte = buf[at->pos];

	if (byte == scan->delimiter || byte == '\n' || byte == '\r')
	{
		if (scan->record.nfields == scan->max_fields)
			return CSV_FULL;
		add_quoted_field(scan, at, at->pos - 1);
		return end_field(scan, at, buf, len);
	}
	if (byte == scan->quote && scan->escape == scan->quote)
	{
		at->escaped = true;
		at->state = CSV_QUOTED;
		take_stop(at);
	}
	else
		reopen_as_unquoted(scan, at);
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
take_simple_fields(WfxCsvScan *scan, WfxCsvPlace *at, const char *buf)
{
	const uint16_t *stop = scan->stops + at->next_stop;
	const uint16_t *end = scan->stops + at->nstops;
	WfxCsvField *field = scan->fields + scan->record.nfields;
	WfxCsvField *full = scan->fields + scan->max_fields;
	size_t		start = at->field_start;

	for (; stop < end && field < full; field++)
	{
		size_t		here = at->chunk + *stop;
		int			n = 1;
		bool		quoted = false;

		if (buf[here] != scan->delimiter)
		{
			quoted = here == start && buf[here] == scan->quote;
			n = quoted ? simple_quoted_stops(scan, buf, at->chunk, stop, end) : 0;
			if (n == 0)
				break;
			here = at->chunk + stop[n - 1];
		}
		field->start = start + quoted;
		field->len = here - start - 2 * quoted;
		field->quoted = quoted;
		field->escaped = false;
		start = here + 1;
		stop += n;
	}
	scan->record.nfields = (int) (field - scan->fields);
	at->next_stop = (int) (stop - scan->stops);
	at->field_start = start;
	at->pos = start;
}

/* Judge the stop at pos */
static inline WfxCsvStep
step(WfxCsvScan *scan, WfxCsvPlace *at, const char *buf, size_t len)
{
	switch ((WfxCsvState) at->state)
	{
		case CSV_UNQUOTED:
			return step_unquoted(scan, at, buf, len);
		case CSV_QUOTED:
			return step_quoted(scan, at, buf);
		case CSV_AFTER_QUOTE:
			return step_after_quote(scan, at, buf, len);
		case CSV_QUOTED_CR:
			return step_quoted_cr(at, buf);
		case CSV_QUOTED_ESCAPE:
			return step_quoted_escape(scan, at, buf);
		case CSV_RECORD_START:
		case CSV_AFTER_CR:
			break;
	}
	return CSV_ON;
}

/* Step over text that holds no stop */
static inline void
skip_text(WfxCsvScan *scan, WfxCsvPlace *at, size_t to)
{
	if (at->pos == to)
		return;
	at->pos = to;
	if (at->state == CSV_AFTER_QUOTE)
		reopen_as_unquoted(scan, at);
	else if (at->state == CSV_QUOTED_CR || at->state == CSV_QUOTED_ESCAPE)
		at->state = CSV_QUOTED;
}

/* Is a quote open? */
static inline bool
is_within_quotes(const WfxCsvPlace *at)
{
	return at->state == CSV_QUOTED || at->state == CSV_QUOTED_CR || at->state == CSV_QUOTED_ESCAPE;
}

/* The input ends at pos: complete what is open */
static WfxCsvStatus
finish_input(WfxCsvScan *scan, WfxCsvPlace *at)
{
	if (at->state == CSV_RECORD_START || at->state == CSV_AFTER_CR)
	{
		scan->consumed = at->pos;
		return WFX_CSV_END;
	}
	if (is_within_quotes(at))
		note_problem(scan, WFX_CSV_UNTERMINATED, at->quote_line);
	if (!scan->skipping)
	{
		if (scan->record.nfields == scan->max_fields)
			return WFX_CSV_FIELDS;
		if (at->state == CSV_UNQUOTED)
			add_unquoted_field(scan, at, at->pos);
		else
			add_quoted_field(scan, at, at->state == CSV_AFTER_QUOTE ? at->pos - 1 : at->pos);
	}
	finish_record(scan, at, at->pos, CSV_RECORD_START);
	return WFX_CSV_RECORD;
}

/* The buffer ends at pos: so does the input, or more of it is needed */
static WfxCsvStatus
finish_buffer(WfxCsvScan *scan, WfxCsvPlace *at, bool eof)
{
	if (eof)
		return finish_input(scan, at);
	scan->consumed = 0;
	if (scan->skipping)
		forget_record(scan, at);
	return WFX_CSV_MORE;
}

/* Begin a record where there is one, behind the LF of a CRLF that was cut in two */
static void
begin_record(WfxCsvScan *scan, WfxCsvPlace *at, const char *buf, size_t len)
{
	if (at->state == CSV_AFTER_CR && at->pos < len)
	{
		if (buf[at->pos] == '\n' && next_stop(scan, at, buf, len) == at->pos)
			take_stop(at);
		at->state = CSV_RECORD_START;
	}
	if (at->state == CSV_RECORD_START && at->pos < len)
		start_record(scan, at);
}

/* Go from stop to stop, to the end of the record or of the buffer */
static WfxCsvStatus
scan_stops(WfxCsvScan *scan, WfxCsvPlace *at, const char *buf, size_t len, bool eof)
{
	for (;;)
	{
		size_t		stop;

		if (at->state == CSV_UNQUOTED && at->pos == at->field_start)
			take_simple_fields(scan, at, buf);
		stop = next_stop(scan, at, buf, len);
		skip_text(scan, at, stop);
		if (stop == len)
			return finish_buffer(scan, at, eof);
		switch (step(scan, at, buf, len))
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

/* Read one record, or on in it; eof: nothing comes behind the buffer */
WfxCsvStatus
wfx_csv_next(WfxCsvScan *scan, const char *buf, size_t len, bool eof)
{
	WfxCsvPlace at = scan->at;
	WfxCsvStatus status;

	begin_record(scan, &at, buf, len);
	status = scan_stops(scan, &at, buf, len, eof);
	scan->at = at;
	return status;
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
