/*
 * csv_scan.h
 *		The CSV scanner: bytes in, records of field slices out.
 *
 * Pure C on purpose: no server header, no allocation, no error thrown.  So it
 * is tested, fuzzed and measured without a server.
 *
 * The caller owns the buffer and the field array:
 *
 *		wfx_csv_init(&scan, ',', '"', '"', fields, lengthof(fields));
 *		for (;;)
 *			switch (wfx_csv_next(&scan, buf, len, eof))
 *			{
 *				case WFX_CSV_RECORD:	use scan.record; then drop
 *										scan.consumed bytes from the front of the
 *										buffer (or advance buf by as many)
 *				case WFX_CSV_MORE:		append bytes to the buffer (it may move), or set
 *										eof; call again
 *				case WFX_CSV_FIELDS:	wfx_csv_more_fields() with a larger copy of the
 *										array; call again
 *				case WFX_CSV_END:		nothing is left
 *			}
 *
 * The buffer always starts at the first byte of the current record.  The
 * scanner keeps where it was inside of it, so no byte is looked at again after
 * WFX_CSV_MORE, however the input is cut into chunks.
 *
 * A CR ends its record at once, even as the last byte of the buffer.  If it was
 * half of a CRLF, the LF is then the first byte of the next buffer: record.start
 * is 1 and the first field starts behind it.  Such an LF alone is no record.
 *
 * Lenient readings: a quote within an unquoted field is taken literally; a
 * quoted field with text behind its closing quote is the raw text from the
 * opening quote to the next delimiter or line end, as an unquoted field; a quote
 * that never closes takes all the rest, line ends included.
 */
#ifndef WFX_CSV_SCAN_H
#define WFX_CSV_SCAN_H

#include "csv_stops.h"

typedef enum WfxCsvStatus
{
	WFX_CSV_RECORD,				/* scan->record holds a record */
	WFX_CSV_MORE,				/* the record goes on behind the buffer */
	WFX_CSV_FIELDS,				/* the field array is full */
	WFX_CSV_END					/* end of input */
} WfxCsvStatus;

typedef enum WfxCsvProblem
{
	WFX_CSV_OK,
	WFX_CSV_BAD_QUOTE,			/* a quote inside of an unquoted field, or text
								 * behind a closing quote */
	WFX_CSV_SKIPPED,			/* the caller gave it up: it has no fields */
	WFX_CSV_UNTERMINATED		/* a quote that never closes */
} WfxCsvProblem;

/* A field, without its quotes */
typedef struct WfxCsvField
{
	size_t		start;			/* offset from the start of the buffer */
	size_t		len;
	bool		quoted;			/* it stood in quotes */
	bool		escaped;		/* it holds escapes: read it by wfx_csv_unescape */
} WfxCsvField;

typedef struct WfxCsvRecord
{
	size_t		start;			/* offset of the record's first byte: 1 behind a CRLF that
								 * was cut in two, else 0 */
	size_t		len;			/* bytes of the record without its line end */
	int64_t		line;			/* physical line on which it starts, from 1 */
	int			nfields;		/* 1 at least; a blank line has one empty field, a
								 * record that was skipped none */
	WfxCsvProblem problem;		/* the first one found, but a quote that never
								 * closes counts before all others */
	int			problem_field;	/* in this field, from 0 */
	int64_t		problem_line;	/* on this physical line (for an unterminated
								 * quote: where it opens) */
} WfxCsvRecord;

typedef struct WfxCsvScan
{
	/* what the caller reads */
	WfxCsvRecord record;
	WfxCsvField *fields;
	size_t		consumed;		/* bytes to drop: up to the record's line end, which is
								 * included; at WFX_CSV_MORE none, but of a record that
								 * was given up all */

	/* the dialect */
	char		delimiter;
	char		quote;			/* '\0': no quoting */
	char		escape;			/* the quote itself, doubled, or another character
								 * that protects a quote or itself within quotes */

	/*
	 * The physical line it is on, from 1; a caller that left lines out before
	 * may set it after wfx_csv_init.
	 */
	int64_t		line;

	/* where the scanner is; private */
	int			max_fields;
	int			state;
	size_t		pos;			/* the next byte to look at */
	size_t		field_start;	/* first byte of the field, its quote included */
	bool		escaped;		/* the quoted field holds escapes */
	bool		skipping;		/* the record was given up */
	int64_t		quote_line;		/* where the quoted field opens */
	WfxStops	stops;
} WfxCsvScan;

extern void wfx_csv_init(WfxCsvScan *scan, char delimiter, char quote, char escape,
						 WfxCsvField *fields, int max_fields);

/*
 * Give up the record at hand, when there is too much of it: after WFX_CSV_MORE
 * or WFX_CSV_FIELDS.  It is read to its end, but nothing of it is kept: scan.consumed
 * bytes are to be dropped at once, and after each WFX_CSV_MORE until it ends.
 */
extern void wfx_csv_skip_record(WfxCsvScan *scan);

extern void wfx_csv_more_fields(WfxCsvScan *scan, WfxCsvField *fields, int max_fields);
extern WfxCsvStatus wfx_csv_next(WfxCsvScan *scan, const char *buf, size_t len, bool eof);

/*
 * Copy a field without its escapes; buf is what wfx_csv_next got, dst holds
 * field->len bytes.  Returns the length.
 */
extern size_t wfx_csv_unescape(const WfxCsvScan *scan, const char *buf,
							   const WfxCsvField *field, char *dst);

#endif							/* WFX_CSV_SCAN_H */
