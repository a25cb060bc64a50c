/*
 * test_csv_scan.c
 *		The CSV scanner, without a server.
 *
 * Every input is read whole and in chunks of several sizes, by every engine, and
 * always from buffers of exactly the right size, so that a sanitizer sees any byte
 * read too far.  A reading is written down twice: as text, which the tests spell out, and
 * as shape (offsets and flags), which does not depend on the bytes and so shows
 * that no byte is read twice.
 */
#include <stdlib.h>
#include <string.h>

#include "csv_scan.h"
#include "unit.h"

#define lengthof(array) (sizeof(array) / sizeof((array)[0]))

/* How an input is fed */
typedef struct Feed
{
	size_t		chunk;			/* bytes at a time; 0: all of it */
	bool		late_eof;		/* the end is told with an extra call */
	bool		scribble;		/* overwrite what the scanner has seen */
	WfxStopsEngine engine;		/* how it looks for what matters */
} Feed;

/* A dialect under test */
typedef struct Dialect
{
	char		delimiter;
	char		quote;
	char		escape;
} Dialect;

/* A text that grows, from its first byte to fclose */
typedef struct Text
{
	FILE	   *out;
	char	   *data;
	size_t		len;
} Text;

/* What was read */
typedef struct Reading
{
	Text		text;			/* 1:[plain]{quoted} !bad(field,line)\n */
	Text		shape;			/* the same in numbers, and where the records stand */
	bool		sound;			/* the scanner kept to its contract */
} Reading;

/* The input, and what of it is at hand, as the scanner's caller keeps it */
typedef struct Source
{
	const char *input;
	size_t		len;
	const Feed *feed;
	size_t		fed;			/* bytes of the input that were at hand so far */
	bool		eof;
	char	   *data;			/* the buffer */
	size_t		held;			/* its size */
} Source;

static const Dialect comma = {',', '"', '"'};
static const Dialect semicolon = {';', '\'', '\''};
static const Dialect backslash = {',', '"', '\\'};
static const Dialect unquoted = {',', '\0', '\0'};

static const Feed feeds[] = {
	{0, false, false, WFX_STOPS_SCALAR}, {0, true, false, WFX_STOPS_SSE2},
	{0, false, false, WFX_STOPS_AVX2}, {0, false, false, WFX_STOPS_FASTEST},
	{4097, false, false, WFX_STOPS_FASTEST}, {500, true, true, WFX_STOPS_AVX2},
	{65, false, false, WFX_STOPS_SSE2}, {64, true, false, WFX_STOPS_AVX2},
	{64, false, false, WFX_STOPS_SSE2}, {7, false, false, WFX_STOPS_SCALAR},
	{5, true, true, WFX_STOPS_FASTEST}, {3, true, false, WFX_STOPS_SSE2},
	{2, true, false, WFX_STOPS_SCALAR}, {2, false, true, WFX_STOPS_SCALAR},
	{1, false, false, WFX_STOPS_AVX2}, {1, true, false, WFX_STOPS_SCALAR},
	{1, true, true, WFX_STOPS_SCALAR}
};

/* Are two texts the same? */
static bool
text_equal(const Text *a, const Text *b)
{
	return a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
}

/* Free what a reading holds */
static void
reading_free(Reading *reading)
{
	free(reading->text.data);
	free(reading->shape.data);
}

/* Drop bytes in front, add some of the input, in a new buffer of exactly that size */
static void
source_move(Source *source, size_t drop, size_t more)
{
	size_t		kept = source->held - drop;
	char	   *data = malloc(kept + more);

	if (kept > 0)
		memcpy(data, source->data + drop, kept);
	memcpy(data + kept, source->input + source->fed, more);
	free(source->data);
	source->data = data;
	source->held = kept + more;
	source->fed += more;
}

/* The scanner wants more: the next chunk, or the end */
static void
source_feed(Source *source)
{
	const Feed *feed = source->feed;
	size_t		more = source->len - source->fed;

	if (feed->scribble && source->held > 0)
		memset(source->data, '"', source->held);
	if (feed->chunk > 0 && more > feed->chunk)
		more = feed->chunk;
	source->eof = more == 0;
	source_move(source, 0, more);
	if (source->fed == source->len && !feed->late_eof)
		source->eof = true;
}

/* The physical line on which some byte of the input stands */
static int64_t
line_of(const char *input, size_t offset)
{
	int64_t		line = 1;
	size_t		i;

	for (i = 0; i < offset; i++)
		line += input[i] == '\n' || (input[i] == '\r' && input[i + 1] != '\n');
	return line;
}

/* Write one field down */
static void
read_field(Reading *out, const WfxCsvScan *scan, const char *buf, const WfxCsvField *field)
{
	char	   *value = malloc(field->len);
	size_t		len = wfx_csv_unescape(scan, buf, field, value);

	fputc(field->quoted ? '{' : '[', out->text.out);
	fwrite(value, 1, len, out->text.out);
	fputc(field->quoted ? '}' : ']', out->text.out);
	fprintf(out->shape.out, " %zu+%zu%s%s", field->start - scan->record.start, field->len,
			field->quoted ? "q" : "", field->escaped ? "e" : "");
	free(value);
}

/* Write the current record down; offset: where the buffer starts in the input */
static void
read_record(Reading *out, const WfxCsvScan *scan, const char *buf, size_t offset)
{
	const WfxCsvRecord *record = &scan->record;
	FILE	   *outs[] = {out->text.out, out->shape.out};
	int			i;

	fprintf(out->text.out, "%d:", (int) record->line);
	fprintf(out->shape.out, "%d:%zu+%zu:", (int) record->line, offset + record->start,
			record->len);
	for (i = 0; i < record->nfields; i++)
		read_field(out, scan, buf, &scan->fields[i]);
	for (i = 0; i < 2; i++)
	{
		if (record->problem != WFX_CSV_OK)
			fprintf(outs[i], " !%s(%d,%d)",
					record->problem == WFX_CSV_BAD_QUOTE ? "bad" : "open",
					record->problem_field, (int) record->problem_line);
		fputc('\n', outs[i]);
	}
}

/* Is field i where the field or the record before it says, and its quotes around it? */
static bool
field_in_place(const WfxCsvScan *scan, const char *buf, int i)
{
	const WfxCsvField *field = &scan->fields[i];
	size_t		start = field->start - field->quoted;
	size_t		expected = scan->record.start;

	if (i > 0)
	{
		const WfxCsvField *before = &scan->fields[i - 1];

		expected = before->start + before->len + before->quoted + 1;
		if (buf[expected - 1] != scan->delimiter)
			return false;
	}
	return start == expected && (!field->quoted || buf[start] == scan->quote) &&
		!(field->escaped && !field->quoted);
}

/* Do fields, delimiters and line end make up the record, and nothing else? */
static bool
record_is_sound(const WfxCsvScan *scan, const char *buf, size_t len)
{
	const WfxCsvRecord *record = &scan->record;
	const WfxCsvField *last;
	size_t		end = record->start + record->len;
	int			i;

	if (record->nfields < 1 || record->start > 1 || end > scan->consumed || scan->consumed > len)
		return false;
	for (i = 0; i < record->nfields; i++)
	{
		if (!field_in_place(scan, buf, i))
			return false;
	}
	last = &scan->fields[record->nfields - 1];
	if (last->start + last->len +
		(last->quoted && record->problem != WFX_CSV_UNTERMINATED) != end)
		return false;
	return scan->consumed - end <= 2 &&
		(scan->consumed == end || buf[end] == '\n' || buf[end] == '\r');
}

/* Read a whole input; the field array starts with one place and is always exact */
static Reading
read_all(const char *input, size_t len, const Dialect *dialect, const Feed *feed)
{
	Reading		out = {.sound = true};
	Source		source = {input, len, feed, 0, false, malloc(0), 0};
	int			max_fields = 1;
	WfxCsvField *fields = malloc(sizeof(WfxCsvField));
	WfxCsvScan	scan;
	WfxCsvStatus status;

	out.text.out = open_memstream(&out.text.data, &out.text.len);
	out.shape.out = open_memstream(&out.shape.data, &out.shape.len);
	wfx_csv_init(&scan, dialect->delimiter, dialect->quote, dialect->escape, fields, max_fields);
	(void) wfx_stops_use(&scan.stops, feed->engine);
	while ((status = wfx_csv_next(&scan, source.data, source.held, source.eof)) != WFX_CSV_END)
	{
		size_t		offset = source.fed - source.held;

		if (status == WFX_CSV_RECORD)
		{
			out.sound &= scan.record.line == line_of(input, offset + scan.record.start);
			out.sound &= feed->scribble || record_is_sound(&scan, source.data, source.held);
			read_record(&out, &scan, source.data, offset);
			source_move(&source, scan.consumed, 0);
		}
		else if (status == WFX_CSV_MORE)
		{
			out.sound &= !source.eof;
			source_feed(&source);
		}
		else
		{
			fields = realloc(fields, ++max_fields * sizeof(WfxCsvField));
			wfx_csv_more_fields(&scan, fields, max_fields);
		}
	}
	out.sound &= source.eof && scan.consumed == source.held;
	fclose(out.text.out);
	fclose(out.shape.out);
	free(source.data);
	free(fields);
	return out;
}

/* Is an input read alike, however it is fed? */
static bool
reads_alike(const char *input, size_t len, const Dialect *dialect, const Reading *whole)
{
	bool		alike = whole->sound;
	size_t		i;

	for (i = 0; i < lengthof(feeds); i++)
	{
		Reading		reading = read_all(input, len, dialect, &feeds[i]);

		alike &= reading.sound && text_equal(&reading.shape, &whole->shape);
		if (!feeds[i].scribble)
			alike &= text_equal(&reading.text, &whole->text);
		reading_free(&reading);
	}
	return alike;
}

/* Does a reading of one more record in front come to the same?  Lines are one off. */
static bool
reading_ends_like(const Reading *reading, const char *expected)
{
	const char *got = strchr(reading->text.data, '\n') + 1;

	while (*got != '\0' && *expected != '\0')
	{
		char	   *got_end;
		char	   *expected_end;
		long		line = strtol(got, &got_end, 10);

		/* numbers that are no lines are text, or the same on both sides */
		if (strtol(expected, &expected_end, 10) == line - 1 && *got_end == *expected_end)
		{
			got = got_end;
			expected = expected_end;
		}
		else if (*got++ != *expected++)
			return false;
	}
	return *got == *expected;
}

/*
 * Is an input read alike wherever it stands in the blocks of an engine?  A first
 * record of growing length moves it on.
 */
static bool
reads_alike_anywhere(const char *input, size_t len, const Dialect *dialect, const char *expected)
{
	char	   *moved = malloc(len + 80);
	bool		alike = true;
	size_t		before;

	for (before = 1; before < 80; before++)
	{
		Reading		reading;

		memset(moved, 'x', before);
		moved[before - 1] = '\n';
		memcpy(moved + before, input, len);
		reading = read_all(moved, before + len, dialect, &feeds[before % 4]);
		alike &= reading.sound && reading_ends_like(&reading, expected);
		reading_free(&reading);
	}
	free(moved);
	return alike;
}

/* An input must be read as expected, however it is fed */
static void
reads_as(const Dialect *dialect, const char *input, const char *expected, const char *name)
{
	size_t		len = strlen(input);
	Reading		whole = read_all(input, len, dialect, &feeds[0]);
	bool		right = strcmp(whole.text.data, expected) == 0;

	if (!ok(right, "%s", name))
		printf("# expected\n%s# got\n%s", expected, whole.text.data);
	ok(reads_alike(input, len, dialect, &whole), "%s: in chunks", name);
	ok(reads_alike_anywhere(input, len, dialect, expected), "%s: anywhere", name);
	reading_free(&whole);
}

/* Line ends, final or missing, blank lines, empty fields */
static void
test_records(void)
{
	reads_as(&comma, "", "", "empty input");
	reads_as(&comma, "\r\n", "1:[]\n", "a single CRLF");
	reads_as(&comma, "\r", "1:[]\n", "a single CR");
	reads_as(&comma, "a,b\nc,d\n", "1:[a][b]\n2:[c][d]\n", "LF");
	reads_as(&comma, "a,b\r\nc,d\r\n", "1:[a][b]\n2:[c][d]\n", "CRLF");
	reads_as(&comma, "a,b\rc,d\r", "1:[a][b]\n2:[c][d]\n", "CR");
	reads_as(&comma, "a\nb\r\nc\rd", "1:[a]\n2:[b]\n3:[c]\n4:[d]\n", "mixed line ends");
	reads_as(&comma, "a\n\rb", "1:[a]\n2:[]\n3:[b]\n", "LF CR are two line ends");
	reads_as(&comma, "a\r\r\nb", "1:[a]\n2:[]\n3:[b]\n", "CR CRLF are two line ends");
	reads_as(&comma, "a,b\nc,d", "1:[a][b]\n2:[c][d]\n", "no final newline");
	reads_as(&comma, "a,b\nc,", "1:[a][b]\n2:[c][]\n", "a delimiter ends the input");
	reads_as(&comma, "a,\r\n,b\r\n", "1:[a][]\n2:[][b]\n", "empty fields at the edges");
	reads_as(&comma, "a\n\n\r\nb\n\n", "1:[a]\n2:[]\n3:[]\n4:[b]\n5:[]\n", "blank lines");
	reads_as(&comma, " a , b \n", "1:[ a ][ b ]\n", "blanks are kept");
	reads_as(&comma, "a\n\\.\nb\n", "1:[a]\n2:[\\.]\n3:[b]\n", "\\. is text");
	reads_as(&comma, "\xc3\xa4,\xff\x80\n", "1:[\xc3\xa4][\xff\x80]\n", "bytes above 127");
	reads_as(&semicolon, "a;b,c;\"d\n", "1:[a][b,c][\"d]\n", "another delimiter and quote");
}

/* Sound quoted fields */
static void
test_quotes(void)
{
	reads_as(&comma, "\"a\",\"b\"\n\"c\",d", "1:{a}{b}\n2:{c}[d]\n", "quoted fields");
	reads_as(&comma, "\"\",\n\"\"", "1:{}[]\n2:{}\n", "quoted and unquoted empty");
	reads_as(&comma, "\"a,b\",c", "1:{a,b}[c]\n", "a delimiter within quotes");
	reads_as(&comma, "\"a\"\"b\",\"\"\"\",\"\"\"c\"\"\"\n", "1:{a\"b}{\"}{\"c\"}\n",
			 "doubled quotes");
	reads_as(&comma, "\"a\"\r\n\"b\"\r\"c\"", "1:{a}\n2:{b}\n3:{c}\n", "line ends behind quotes");
	reads_as(&comma, "\"a\nb\",c\nd", "1:{a\nb}[c]\n3:[d]\n", "LF within quotes");
	reads_as(&comma, "\"a\r\nb\",c\r\nd", "1:{a\r\nb}[c]\n3:[d]\n", "CRLF within quotes");
	reads_as(&comma, "\"a\rb\",c\rd", "1:{a\rb}[c]\n3:[d]\n", "CR within quotes");
	reads_as(&comma, "\"\r\r\n\n\n\r\"\nx", "1:{\r\r\n\n\n\r}\n7:[x]\n",
			 "mixed line ends within quotes");
	reads_as(&comma, "\"a\r\",\"\nb\"\nx", "1:{a\r}{\nb}\n4:[x]\n",
			 "CR and LF of different fields are two lines");
	reads_as(&unquoted, "\"a,b\"\n\"", "1:[\"a][b\"]\n2:[\"]\n", "no quoting");
}

/* An escape character that is not the quote */
static void
test_escapes(void)
{
	reads_as(&backslash, "\"a\\\"b\",c", "1:{a\"b}[c]\n", "an escaped quote");
	reads_as(&backslash, "\"a\\\\\",c", "1:{a\\}[c]\n", "an escaped escape");
	reads_as(&backslash, "\"a\\\\\\\"b\\n\"", "1:{a\\\"b\\n}\n",
			 "an escape before another character is literal");
	reads_as(&backslash, "\"a\\\r\n\"\nb", "1:{a\\\r\n}\n3:[b]\n", "an escape before a line end");
	reads_as(&backslash, "a\\,\\b\n", "1:[a\\][\\b]\n", "an escape without quotes is literal");
	reads_as(&backslash, "\"a\"\"b\",c\nd", "1:[\"a\"\"b\"][c] !bad(0,1)\n2:[d]\n",
			 "a doubled quote where the escape is another character");
	reads_as(&backslash, "\"a\\", "1:{a\\} !open(0,1)\n", "an escape ends the input");
	reads_as(&backslash, "\"a\\\"", "1:{a\"} !open(0,1)\n", "an escaped quote ends the input");
}

/* What is wrong with quotes, and its best reading */
static void
test_problems(void)
{
	reads_as(&comma, "a\"b,c\nd,e\n", "1:[a\"b][c] !bad(0,1)\n2:[d][e]\n",
			 "a quote within an unquoted field");
	reads_as(&comma, "x, \"b,c\"\n", "1:[x][ \"b][c\"] !bad(1,1)\n", "a blank before a quote");
	reads_as(&comma, "x,\"b\" ,c\ny", "1:[x][\"b\" ][c] !bad(1,1)\n2:[y]\n",
			 "a blank behind a quote");
	reads_as(&comma, "\"a\"b\"c,d\ne", "1:[\"a\"b\"c][d] !bad(0,1)\n2:[e]\n",
			 "text and a quote behind a closing quote");
	reads_as(&comma, "\"a\"\"b,\nc\"d,e\nf", "1:[\"a\"\"b,\nc\"d][e] !bad(0,2)\n3:[f]\n",
			 "nothing of a bad field is lost");
	reads_as(&comma, "a\n\"b\n\",x\"\nc", "1:[a]\n2:{b\n}[x\"] !bad(1,3)\n4:[c]\n",
			 "the line of a problem, not of its record");
	reads_as(&comma, "a\",b\"\nc", "1:[a\"][b\"] !bad(0,1)\n2:[c]\n", "the first problem counts");
	reads_as(&comma, "a,b\nc,\"d,e\nf\r\n", "1:[a][b]\n2:[c]{d,e\nf\r\n} !open(1,2)\n",
			 "a quote that never closes");
	reads_as(&comma, "\"", "1:{} !open(0,1)\n", "a quote alone");
	reads_as(&comma, "\"a\"\"", "1:{a\"} !open(0,1)\n", "a doubled quote ends the input");
	reads_as(&comma, "\"a\nb\",\"c\n", "1:{a\nb}{c\n} !open(1,2)\n",
			 "a quote that never closes, behind a quoted newline");
	reads_as(&comma, "a\"b,\"c", "1:[a\"b]{c} !open(1,1)\n",
			 "an open quote is not hidden by an earlier problem");
}

/* A record is there before the byte behind its CR, and the LF is no part of the next */
static void
test_cut_crlf(void)
{
	WfxCsvField fields[4];
	WfxCsvScan	scan;
	WfxCsvStatus status;

	wfx_csv_init(&scan, ',', '"', '"', fields, lengthof(fields));
	status = wfx_csv_next(&scan, "a,b\r", 4, false);
	ok(status == WFX_CSV_RECORD && scan.consumed == 4 && scan.record.len == 3, "CR ends a record");
	status = wfx_csv_next(&scan, "\n", 1, false);
	ok(status == WFX_CSV_MORE, "the LF of a cut CRLF is no record");
	status = wfx_csv_next(&scan, "\nc,d\r\n", 6, false);
	ok(status == WFX_CSV_RECORD && scan.record.start == 1 && scan.record.len == 3 &&
	   scan.record.line == 2 && scan.consumed == 6, "the next record starts behind it");
	ok(fields[0].start == 1 && fields[1].start == 3, "and so do its fields");
	status = wfx_csv_next(&scan, "e\r", 2, false);
	ok(status == WFX_CSV_RECORD && scan.record.start == 0, "a whole CRLF leaves nothing behind");
	status = wfx_csv_next(&scan, "\n", 1, true);
	ok(status == WFX_CSV_END && scan.consumed == 1, "nothing but the LF is left: the end");

	wfx_csv_init(&scan, ',', '"', '"', fields, lengthof(fields));
	scan.line = 2;
	status = wfx_csv_next(&scan, "a\n", 2, true);
	ok(status == WFX_CSV_RECORD && scan.record.line == 2, "the first line may be told");
}

/* A full field array interrupts, and costs nothing of the record */
static void
test_more_fields(void)
{
	WfxCsvField few[2];
	WfxCsvField many[3];
	WfxCsvScan	scan;

	wfx_csv_init(&scan, ',', '"', '"', few, 2);
	ok(wfx_csv_next(&scan, "\"\"\"\",\"b\"\n", 9, true) == WFX_CSV_RECORD &&
	   few[0].escaped && !few[1].escaped, "an array that just suffices");
	ok(wfx_csv_next(&scan, "c,\"d\",", 6, false) == WFX_CSV_MORE, "no field begun, no need");
	ok(wfx_csv_next(&scan, "c,\"d\",", 6, true) == WFX_CSV_FIELDS, "an array that is full");
	memcpy(many, few, sizeof(few));
	wfx_csv_more_fields(&scan, many, 3);
	ok(wfx_csv_next(&scan, "c,\"d\",", 6, true) == WFX_CSV_RECORD && scan.record.nfields == 3,
	   "the record goes on in a larger one");
	ok(many[0].len == 1 && many[1].quoted && many[2].start == 6 && many[2].len == 0,
	   "with all of its fields");

	wfx_csv_init(&scan, ',', '"', '"', NULL, 0);
	ok(wfx_csv_next(&scan, "", 0, true) == WFX_CSV_END, "an empty input needs no array");
	wfx_csv_init(&scan, ',', '"', '"', NULL, 0);
	ok(wfx_csv_next(&scan, "a", 1, true) == WFX_CSV_FIELDS, "a record does");
	wfx_csv_init(&scan, ',', '\0', '\0', few, 2);
	wfx_csv_next(&scan, "\0a,\0", 4, true);
	ok(scan.record.problem == WFX_CSV_OK, "without quoting, a NUL byte is no quote");
}

/* How a record is given up, by chunks of some size: what is left of the reading */
static void
read_skipping(const char *input, size_t chunk, Text *out)
{
	Feed		feed = {chunk, false, true, WFX_STOPS_FASTEST};
	Source		source = {input, strlen(input), &feed, 0, false, malloc(0), 0};
	WfxCsvField fields[2];
	WfxCsvScan	scan;
	WfxCsvStatus status;

	out->out = open_memstream(&out->data, &out->len);
	wfx_csv_init(&scan, ',', '"', '"', fields, lengthof(fields));
	while ((status = wfx_csv_next(&scan, source.data, source.held, source.eof)) != WFX_CSV_END)
	{
		if (status == WFX_CSV_RECORD)
			fprintf(out->out, "%d:%d+%d!%d ", (int) scan.record.line, scan.record.nfields,
					(int) scan.record.len, (int) scan.record.problem);
		/* too much of a record: too many fields, or more than 20 bytes */
		if (status == WFX_CSV_FIELDS || (status == WFX_CSV_MORE && source.held > 20))
			wfx_csv_skip_record(&scan);
		source_move(&source, scan.consumed, 0);
		if (status == WFX_CSV_MORE)
			source_feed(&source);
	}
	fclose(out->out);
	free(source.data);
}

/* A record that was given up is read to its end, and those behind it as if nothing had been */
static void
test_skip(void)
{
	static const struct
	{
		const char *input;
		const char *expected;
	}			cases[] = {
		{"a,b\n1,2,3,4,5,6,7\nc,d", "1:2+3!0 2:0+0!2 3:2+3!0 "},
		{"a,\"x\ny\",\"\"\"\n\",\"\nz\"\r\nb", "1:0+0!2 5:1+1!0 "},
		{"\"\nabcdefghijklmnopqrstuvwxyz\n\"\n\nb", "1:0+0!2 4:1+0!0 5:1+1!0 "},
		{"a\n\"\nabcdefghijklmnopqrstuvwxyz\n,\n", "1:1+1!0 2:0+0!3 "},
		{"abcdefghijklmnopqrstuvwxyz\"\ra", "1:0+0!2 2:1+1!0 "}
	};

	for (size_t i = 0; i < lengthof(cases); i++)
	{
		bool		right = true;

		for (size_t chunk = 1; chunk < 8; chunk++)
		{
			Text		got;

			read_skipping(cases[i].input, chunk, &got);
			if (strcmp(got.data, cases[i].expected) != 0)
				printf("# chunk %zu: %s\n", chunk, got.data);
			right &= strcmp(got.data, cases[i].expected) == 0;
			free(got.data);
		}
		ok(right, "a record is given up: %d", (int) i + 1);
	}
}

/* Escapes vanish only where there are some */
static void
test_unescape(void)
{
	WfxCsvField field = {0, 4, true, false};
	WfxCsvScan	scan;
	char		out[4];

	wfx_csv_init(&scan, ',', '"', '"', NULL, 0);
	ok(wfx_csv_unescape(&scan, "a\"\"b", &field, out) == 4 && memcmp(out, "a\"\"b", 4) == 0,
	   "no escapes: a plain copy");
	field.escaped = true;
	ok(wfx_csv_unescape(&scan, "a\"\"b", &field, out) == 3 && memcmp(out, "a\"b", 3) == 0,
	   "escapes vanish");
}

/* The next number of a small generator: the same input on every machine */
static uint32_t
next_random(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t) (*state >> 33);
}

/* Random inputs made of what matters are read alike however they are fed */
static void
test_random(const Dialect *dialect, const char *alphabet, size_t max, int rounds, const char *name)
{
	uint64_t	state = 42;
	char	   *input = malloc(max);
	int			round;

	for (round = 0; round < rounds; round++)
	{
		size_t		len = next_random(&state) % max;
		size_t		i;
		Reading		whole;
		bool		alike;

		for (i = 0; i < len; i++)
			input[i] = alphabet[next_random(&state) % strlen(alphabet)];
		whole = read_all(input, len, dialect, &feeds[0]);
		alike = reads_alike(input, len, dialect, &whole);
		reading_free(&whole);
		if (!alike)
			break;
	}
	free(input);
	ok(round == rounds, "random input, %s: alike up to round %d", name, round);
}

int
main(void)
{
	static const char dense[] = "aa,,\"\"\"\\\r\n\r\n;";
	static const char sparse[] = "abcdefghijklmnopqrstuvwxyz0123456789,,,,\"\"\"\\\n;";

	test_records();
	test_quotes();
	test_escapes();
	test_problems();
	test_cut_crlf();
	test_more_fields();
	test_skip();
	test_unescape();
	test_random(&comma, dense, 80, 600, "doubled quotes");
	test_random(&backslash, dense, 80, 600, "backslash");
	test_random(&unquoted, dense, 80, 600, "no quoting");
	test_random(&comma, sparse, 10000, 60, "long, doubled quotes");
	test_random(&backslash, sparse, 10000, 60, "long, backslash");
	return done_testing();
}
