/*
 * reader.c
 *		From a source to records of cells in the database's encoding.
 *
 *		source ──► undecoded ──► buf ──► slices ──► cells
 *			   read_more     decode  wfx_csv_next  copy_cells
 *
 * Without a decoding in front of the scanner, bytes are read into buf at once.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "dialect.h"
#include "file_kind.h"
#include "reader.h"
#include "settings.h"

#define HEAD_SIZE		(64 * 1024)
#define MIN_RECORD_MAX	((size_t) 4 * 1024 * 1024)
#define FIRST_FIELDS	128
#define MAX_FIELDS		65536

/* Say what is wrong with the file as a whole; always false */
static bool
fail(WfxReader *reader, const char *code, int sqlerrcode, const char *message, const char *hint)
{
	MemSet(&reader->failure, 0, sizeof(WfxIssue));
	reader->failure.code = code;
	reader->failure.sqlerrcode = sqlerrcode;
	reader->failure.message = message;
	reader->failure.hint = hint;
	return false;
}

/* This is no CSV; always false */
static bool
fail_not_csv(WfxReader *reader, const char *message)
{
	return fail(reader, "not_csv", ERRCODE_BAD_COPY_FILE_FORMAT, message,
				"Only CSV files can be imported; save the list as CSV.");
}

/* Is the file within wifox_import.max_file_size? */
static bool
check_size(WfxReader *reader)
{
	int64		limit = (int64) wfx_max_file_size * 1024;

	if (limit == 0 || Max(reader->source->size, reader->source->position) <= limit)
		return true;
	return fail(reader, "file_too_large", ERRCODE_PROGRAM_LIMIT_EXCEEDED,
				psprintf("this file is larger than %d kB", wfx_max_file_size),
				"Split the file, or ask an administrator to raise wifox_import.max_file_size.");
}

/* NUL cannot be in a text; UTF-16 is checked behind its decoding */
static bool
check_nul(WfxReader *reader, const char *text, size_t len)
{
	if (reader->lenient || memchr(text, '\0', len) == NULL)
		return true;
	return fail_not_csv(reader, "this file holds NUL bytes, as binary files do");
}

/* Make room behind the data: drop what was used, or grow */
static void
make_room(WfxReader *reader, size_t room)
{
	size_t		used = reader->len - reader->start;

	if (reader->start > 0)
	{
		memmove(reader->buf, reader->buf + reader->start, used);
		reader->start = 0;
		reader->len = used;
	}
	while (reader->size - reader->len < room)
	{
		reader->size *= 2;
		reader->buf = repalloc_huge(reader->buf, reader->size);
	}
}

/* Read and decode; what a chunk cuts in two stays undecoded until the next one */
static bool
read_decoded(WfxReader *reader)
{
	StringInfo	in = &reader->undecoded;
	WfxChunk	chunk;
	size_t		n;

	enlargeStringInfo(in, HEAD_SIZE);
	n = wfx_source_read(reader->source, in->data + in->len, HEAD_SIZE);
	in->len += n;
	reader->eof = (n == 0);
	make_room(reader, in->len * WFX_CHUNK_GROWTH);
	chunk = wfx_encoding_decode(&reader->encoding, in->data, in->len, reader->eof,
								reader->buf + reader->len);
	memmove(in->data, in->data + chunk.taken, in->len - chunk.taken);
	in->len -= chunk.taken;
	reader->len += chunk.written;
	if (chunk.cut && reader->encoding.door != WFX_DOOR_MASKED && !reader->lenient)
		return fail(reader, "bad_byte", ERRCODE_CHARACTER_NOT_IN_REPERTOIRE,
					"this UTF-16 file ends in the middle of a character",
					"The file was cut; get it once more from where it came.");
	return true;
}

/* Read as it is */
static bool
read_raw(WfxReader *reader)
{
	size_t		n;

	make_room(reader, HEAD_SIZE);
	n = wfx_source_read(reader->source, reader->buf + reader->len,
						reader->size - reader->len);
	reader->len += n;
	reader->eof = (n == 0);
	return true;
}

/* Bring more bytes into buf; false: failure */
static bool
read_more(WfxReader *reader)
{
	size_t		old_len = reader->len - reader->start;
	bool		ok;

	CHECK_FOR_INTERRUPTS();
	if (reader->encoding.door == WFX_DOOR_RAW)
		ok = read_raw(reader);
	else
		ok = read_decoded(reader);
	reader->known = reader->len;
	reader->known_offset = reader->source->position - reader->undecoded.len;
	return ok && check_size(reader) &&
		check_nul(reader, reader->buf + reader->start + old_len,
				  reader->len - reader->start - old_len);
}

/* The offset in the file of a byte of buf that begins a character */
static int64
file_offset(WfxReader *reader, size_t at)
{
	const WfxEncoding *encoding = &reader->encoding;

	if (at >= reader->known)
		reader->known_offset += wfx_encoding_file_length(encoding, reader->buf + reader->known,
														 at - reader->known);
	else
		reader->known_offset -= wfx_encoding_file_length(encoding, reader->buf + at,
														 reader->known - at);
	reader->known = at;
	return reader->known_offset;
}

/* A reader in the current context; it does not read yet */
WfxReader *
wfx_reader_create(WfxSource *source, const WfxDialectOptions *options)
{
	WfxReader  *reader = palloc0(sizeof(WfxReader));

	reader->source = source;
	reader->options = options;
	reader->context = CurrentMemoryContext;
	reader->size = 4 * HEAD_SIZE;
	reader->buf = palloc(reader->size);
	reader->scratch_size = 1024;
	reader->scratch = palloc(reader->scratch_size);
	initStringInfo(&reader->undecoded);
	initStringInfo(&reader->text);
	return reader;
}

/* Is it a CSV file, judged by its name and its head? */
static bool
check_kind(WfxReader *reader)
{
	const char *kind = wfx_not_csv_name(reader->source->name);

	if (reader->lenient)
		return true;
	if (kind != NULL)
		return fail_not_csv(reader, psprintf("\"%s\" is not taken for a CSV file: %s",
											 reader->source->name, kind));
	if (reader->len == 0)
		return fail_not_csv(reader, "this file is empty");
	kind = wfx_not_csv_content(reader->buf, reader->len);
	if (kind != NULL)
		return fail_not_csv(reader, psprintf("this is %s", kind));
	return true;
}

/* Read the head of the file, and refuse what is no CSV */
static bool
read_head(WfxReader *reader)
{
	size_t		n;

	if (!check_size(reader))
		return false;
	do
	{
		n = wfx_source_read(reader->source, reader->buf + reader->len, HEAD_SIZE - reader->len);
		reader->len += n;
	} while (n > 0 && reader->len < HEAD_SIZE);
	reader->eof = (n == 0);
	return check_kind(reader);
}

/* Choose the encoding, and decode the head if that is to be */
static bool
choose_encoding(WfxReader *reader)
{
	const char *problem;

	if (!wfx_encoding_init(&reader->encoding, reader->options->encoding,
						   reader->buf, reader->len, &problem))
		return fail(reader, "bad_byte", ERRCODE_UNDEFINED_FUNCTION, problem, NULL);
	reader->encoding_name = reader->encoding.name;
	reader->start = reader->encoding.bom;
	if (reader->encoding.door == WFX_DOOR_RAW)
		return check_nul(reader, reader->buf, reader->len);
	appendBinaryStringInfo(&reader->undecoded, reader->buf + reader->start,
						   reader->len - reader->start);
	reader->start = reader->len = 0;
	return read_more(reader);
}

/* Choose the delimiter, and step over a line "sep=;" */
static bool
choose_dialect(WfxReader *reader)
{
	const WfxDialectOptions *options = reader->options;
	WfxDialectStatus status;
	WfxDialect	dialect;
	WfxCsvField *fields = palloc(FIRST_FIELDS * sizeof(WfxCsvField));

	status = wfx_dialect_detect(reader->buf + reader->start, reader->len - reader->start,
								reader->eof, options->quote, options->escape, &dialect);
	reader->delimiter = options->delimiter;
	if (reader->delimiter == WFX_DELIMITER_AUTO)
	{
		reader->rival = dialect.rival;
		if (status == WFX_DIALECT_AMBIGUOUS && !reader->lenient)
			return fail(reader, "ambiguous_delimiter", ERRCODE_BAD_COPY_FILE_FORMAT,
						psprintf("both \"%c\" and \"%c\" could be the delimiter of this file",
								 dialect.delimiter, dialect.rival),
						"Give the option delimiter.");
		reader->delimiter = dialect.delimiter;
	}
	wfx_csv_init(&reader->scan, reader->delimiter, options->quote, options->escape,
				 fields, FIRST_FIELDS);
	if (dialect.skip > 0)
	{
		(void) wfx_csv_next(&reader->scan, reader->buf + reader->start,
							reader->len - reader->start, reader->eof);
		reader->start += reader->scan.consumed;
	}
	return true;
}

/* Open the file; false: reader->failure says why it is refused */
bool
wfx_reader_open(WfxReader *reader)
{
	MemoryContext old = MemoryContextSwitchTo(reader->context);
	bool		ok;

	ok = read_head(reader) && choose_encoding(reader) && choose_dialect(reader);
	MemoryContextSwitchTo(old);
	return ok;
}

/* The largest record that is kept in memory, in bytes */
static size_t
max_record_size(void)
{
	return Max(MIN_RECORD_MAX, (size_t) wfx_max_field_size * 1024 * 4);
}

/* Read on to the end of the record, but keep nothing of it */
static void
lose_record(WfxReader *reader, WfxLoss loss)
{
	reader->loss = loss;
	wfx_csv_skip_record(&reader->scan);
	reader->start += reader->scan.consumed;
}

/* Enlarge the scanner's array of fields, unless no sound record has as many */
static void
more_fields(WfxReader *reader)
{
	int			n = reader->scan.max_fields * 2;
	WfxCsvField *fields;

	if (n > MAX_FIELDS)
	{
		lose_record(reader, WFX_LOST_TO_WIDTH);
		return;
	}
	fields = MemoryContextAlloc(reader->context, n * sizeof(WfxCsvField));
	memcpy(fields, reader->scan.fields, reader->scan.max_fields * sizeof(WfxCsvField));
	pfree(reader->scan.fields);
	wfx_csv_more_fields(&reader->scan, fields, n);
}

/* The record goes on behind the buffer: read on, or lose it when it grows too large */
static bool
continue_record(WfxReader *reader)
{
	reader->start += reader->scan.consumed;
	if (reader->loss == WFX_LOST_NOTHING &&
		reader->len - reader->start > max_record_size())
		lose_record(reader, WFX_LOST_TO_SIZE);
	return read_more(reader);
}

/* Scan up to the end of the next record */
static WfxReadStatus
scan_record(WfxReader *reader)
{
	reader->loss = WFX_LOST_NOTHING;
	for (;;)
	{
		switch (wfx_csv_next(&reader->scan, reader->buf + reader->start,
							 reader->len - reader->start, reader->eof))
		{
			case WFX_CSV_RECORD:
				if (reader->scan.record.len > max_record_size())
					reader->loss = WFX_LOST_TO_SIZE;
				return WFX_READ_ROW;
			case WFX_CSV_END:
				return WFX_READ_END;
			case WFX_CSV_FIELDS:
				more_fields(reader);
				break;
			case WFX_CSV_MORE:
				if (!continue_record(reader))
					return WFX_READ_FAILED;
				break;
		}
	}
}

/* What is wrong with a record without cells */
char *
wfx_loss_message(WfxLoss loss)
{
	if (loss == WFX_LOST_TO_SIZE)
		return psprintf("the record is larger than %zu kB", max_record_size() / 1024);
	return psprintf("the record has more than %d cells", MAX_FIELDS);
}

/* One cell without its escapes */
static const char *
unescape(WfxReader *reader, const char *record, const WfxCsvField *field, size_t *len)
{
	if (!field->escaped)
	{
		*len = field->len;
		return record + field->start;
	}
	if (reader->scratch_size < field->len)
	{
		reader->scratch_size = field->len * 2;
		pfree(reader->scratch);
		reader->scratch = MemoryContextAllocHuge(reader->context, reader->scratch_size);
	}
	*len = wfx_csv_unescape(&reader->scan, record, field, reader->scratch);
	return reader->scratch;
}

/* Append a cell to the text of the record; what is known to be good is only copied */
static void
append_cell(WfxReader *reader, const char *text, size_t len, bool good)
{
	if (good)
		appendBinaryStringInfo(&reader->text, text, len);
	else
		(void) wfx_encoding_append(&reader->encoding, text, len, &reader->text);
	appendStringInfoChar(&reader->text, '\0');
}

/* Copy the cells of a record into one block of the current context */
static void
copy_cells(WfxReader *reader, const char *record, WfxRow *row, bool good)
{
	WfxCsvScan *scan = &reader->scan;
	char	   *block;

	row->ncells = scan->record.nfields;
	row->cells = palloc(sizeof(WfxCell) * row->ncells);
	resetStringInfo(&reader->text);
	for (int i = 0; i < row->ncells; i++)
	{
		int			before = reader->text.len;
		size_t		len;
		const char *text = unescape(reader, record, &scan->fields[i], &len);

		append_cell(reader, text, len, good);
		row->cells[i].len = reader->text.len - before - 1;
		row->cells[i].quoted = scan->fields[i].quoted;
	}
	block = palloc(reader->text.len);
	memcpy(block, reader->text.data, reader->text.len);
	for (int i = 0; i < row->ncells; i++)
	{
		row->cells[i].text = block;
		block += row->cells[i].len + 1;
	}
}

/* Copy the text of a record out of the buffer into the current context */
static void
copy_text(WfxReader *reader, WfxRow *row)
{
	const WfxCsvRecord *record = &reader->scan.record;
	size_t		start = reader->start + record->start;
	WfxBadByte	bad;
	bool		good;

	resetStringInfo(&reader->text);
	bad = wfx_encoding_append(&reader->encoding, reader->buf + start, record->len, &reader->text);
	good = bad.offset < 0 && wfx_encoding_is_same(&reader->encoding);
	row->bad_byte = bad.offset < 0 ? -1 : file_offset(reader, start) + bad.offset;
	row->untranslatable = bad.untranslatable;
	row->raw = pnstrdup(reader->text.data, reader->text.len);
	copy_cells(reader, reader->buf + reader->start, row, good);
}

/* The line on which the current record ends */
static int64
last_line(const WfxReader *reader)
{
	const char *end = reader->buf + reader->start + reader->scan.consumed;

	/* the scanner stands at the start of the next line, but behind a quote that never closes */
	if (reader->scan.record.problem == WFX_CSV_UNTERMINATED &&
		(reader->scan.consumed == 0 || (end[-1] != '\n' && end[-1] != '\r')))
		return reader->scan.line;
	return reader->scan.line - 1;
}

/* Copy a record into the current context */
static void
copy_record(WfxReader *reader, WfxRow *row)
{
	const WfxCsvRecord *record = &reader->scan.record;

	MemSet(row, 0, sizeof(WfxRow));
	row->line = record->line;
	row->last_line = last_line(reader);
	row->loss = reader->loss;
	row->problem = record->problem;
	row->problem_field = record->problem_field;
	row->problem_line = record->problem_line;
	row->bad_byte = -1;
	if (row->loss == WFX_LOST_NOTHING)
		copy_text(reader, row);
}

/* A quote that never closes has swallowed the rest of the file */
static WfxReadStatus
fail_unterminated(WfxReader *reader)
{
	fail(reader, "unterminated_quote", ERRCODE_BAD_COPY_FILE_FORMAT,
		 psprintf("the quote that opens in line " INT64_FORMAT " never closes",
				  reader->scan.record.problem_line),
		 "Close the quote, or double it where it belongs to the text.");
	reader->failure.line = reader->scan.record.problem_line;
	return WFX_READ_FAILED;
}

/* Is a cell blank? */
bool
wfx_cell_is_blank(const WfxCell *cell)
{
	return wfx_is_blank(cell->text, cell->len);
}

/* Are all cells of the record blank?  A lenient reader minds every character. */
static bool
is_blank_line(const WfxReader *reader, const WfxRow *row)
{
	if (reader->lenient)
		return *row->raw == '\0';
	for (int i = 0; i < row->ncells; i++)
		if (!wfx_cell_is_blank(&row->cells[i]))
			return false;
	return true;
}

/* Read the next record into the current context */
WfxReadStatus
wfx_reader_next(WfxReader *reader, WfxRow *row)
{
	for (;;)
	{
		WfxReadStatus status = scan_record(reader);

		if (status != WFX_READ_ROW)
			return status;
		if (reader->scan.record.problem == WFX_CSV_UNTERMINATED && !reader->lenient)
			return fail_unterminated(reader);
		copy_record(reader, row);
		reader->start += reader->scan.consumed;
		if (row->bad_byte >= 0 || row->loss != WFX_LOST_NOTHING || !is_blank_line(reader, row))
			return WFX_READ_ROW;
	}
}

/* For callers that cannot go on without the file: throw what is wrong with it */
void
wfx_reader_raise(const WfxReader *reader)
{
	const WfxIssue *failure = &reader->failure;

	ereport(ERROR,
			(errcode(failure->sqlerrcode),
			 errmsg("%s", failure->message),
			 failure->hint ? errhint("%s", failure->hint) : 0));
}
