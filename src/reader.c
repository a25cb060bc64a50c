/*
 * reader.c
 *		From a source to records of cells in the database's encoding.
 *
 *		source ──► buf ──► slices ──► cells
 *		  reader_input.c  wfx_csv_next  copy_record
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "dialect.h"
#include "file_kind.h"
#include "nls.h"
#include "reader_input.h"
#include "settings.h"

#define MIN_RECORD_MAX	((size_t) 4 * 1024 * 1024)
#define FIRST_FIELDS	128
#define MAX_FIELDS		65536

/* A reader in the current context; it does not read yet */
WfxReader *
wfx_reader_create(WfxSource *source, const WfxDialectOptions *options)
{
	WfxReader  *reader = palloc0(sizeof(WfxReader));

	reader->source = source;
	reader->options = options;
	reader->context = CurrentMemoryContext;
	reader->scratch_size = 1024;
	reader->scratch = palloc(reader->scratch_size);
	wfx_reader_init_input(reader);
	initStringInfo(&reader->text);
	return reader;
}

/* Is it a CSV file, judged by its head and its name?  What it is tells more than its name. */
static bool
check_kind(WfxReader *reader)
{
	const WfxFileKind *kind;
	const char *reason;

	if (reader->lenient)
		return true;
	kind = wfx_not_csv_content(reader->buf, reader->len);
	if (kind != NULL)
		return wfx_reader_fail_not_csv(reader, psprintf("this is %s", kind->what), kind->hint);
	reason = wfx_not_csv_name(reader->source->name);
	if (reason != NULL)
		return wfx_reader_fail_not_csv(reader,
									   psprintf("\"%s\" is not taken for a CSV file: %s",
												reader->source->name, reason),
									   WFX_HINT_SAVE_AS_CSV);
	if (reader->len == 0)
		return wfx_reader_fail_not_csv(reader, "this file is empty", WFX_HINT_SAVE_AS_CSV);
	return true;
}

/* Read the head of the file, and refuse what is no CSV */
static bool
read_head(WfxReader *reader)
{
	if (!wfx_reader_check_size(reader))
		return false;
	wfx_reader_head(reader);
	return check_kind(reader);
}

/* Choose the encoding, and decode the head if that is to be */
static bool
choose_encoding(WfxReader *reader)
{
	const char *problem;

	if (!wfx_encoding_init(&reader->encoding, reader->options->encoding,
						   reader->buf, reader->len, &problem))
		return wfx_reader_fail(reader, "bad_byte", ERRCODE_UNDEFINED_FUNCTION, problem, NULL);
	reader->encoding_name = reader->encoding.name;
	reader->start = reader->encoding.bom;
	if (reader->encoding.door == WFX_DOOR_RAW)
		return wfx_reader_check_nul(reader, reader->buf, reader->len);
	appendBinaryStringInfo(&reader->undecoded, reader->buf + reader->start,
						   reader->len - reader->start);
	reader->start = reader->len = 0;
	return wfx_reader_more(reader);
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
			return wfx_reader_fail(reader, "ambiguous_delimiter", ERRCODE_BAD_COPY_FILE_FORMAT,
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
	return wfx_reader_more(reader);
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

/* Append a cell to the text of the record; false: not all of it could be translated */
static bool
append_cell(WfxReader *reader, const char *text, size_t len)
{
	WfxBadByte	bad = wfx_encoding_append(&reader->encoding, text, len, &reader->text);

	appendStringInfoChar(&reader->text, '\0');
	return bad.offset < 0;
}

/* Translate the cells of a record into one block of the current context */
static void
translate_cells(WfxReader *reader, const char *record, WfxRow *row)
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

		if (!append_cell(reader, text, len) && row->bad_field < 0)
			row->bad_field = i;
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

/* Copy the cells of a record that need no translation into one block of the current context */
static void
copy_cells(const WfxCsvScan *scan, const char *record, WfxRow *row)
{
	/* fields are parts of the record, and escapes make a cell shorter than its field */
	char	   *block = palloc(scan->record.len + scan->record.nfields);

	row->ncells = scan->record.nfields;
	row->cells = palloc(sizeof(WfxCell) * row->ncells);
	for (int i = 0; i < row->ncells; i++)
	{
		WfxCell    *cell = &row->cells[i];

		cell->text = block;
		cell->len = wfx_csv_unescape(scan, record, &scan->fields[i], block);
		cell->quoted = scan->fields[i].quoted;
		block += cell->len;
		*block++ = '\0';
	}
}

/* Copy a record whose text needs no translation */
static void
copy_text(WfxReader *reader, size_t start, WfxRow *row)
{
	size_t		len = reader->scan.record.len;

	row->raw = palloc(len + 1);
	memcpy(row->raw, reader->buf + start, len);
	row->raw[len] = '\0';
	copy_cells(&reader->scan, reader->buf + reader->start, row);
}

/* Translate the text of a record, as far as that can be done */
static void
translate_text(WfxReader *reader, size_t start, WfxRow *row)
{
	WfxBadByte	bad;

	resetStringInfo(&reader->text);
	bad = wfx_encoding_append(&reader->encoding, reader->buf + start, reader->scan.record.len,
							  &reader->text);
	row->bad_byte = bad.offset < 0 ? -1 : wfx_reader_file_offset(reader, start) + bad.offset;
	row->untranslatable = bad.untranslatable;
	row->raw = pnstrdup(reader->text.data, reader->text.len);
	translate_cells(reader, reader->buf + reader->start, row);
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
	size_t		start = reader->start + record->start;

	MemSet(row, 0, sizeof(WfxRow));
	row->line = record->line;
	row->last_line = last_line(reader);
	row->loss = reader->loss;
	row->problem = record->problem;
	row->problem_field = record->problem_field;
	row->problem_line = record->problem_line;
	row->bad_byte = row->bad_field = -1;
	if (row->loss != WFX_LOST_NOTHING)
		return;
	if (wfx_encoding_is_plain(&reader->encoding, reader->buf + start, record->len))
		copy_text(reader, start, row);
	else
		translate_text(reader, start, row);
}

/* A quote that never closes has swallowed the rest of the file */
static WfxReadStatus
fail_unterminated(WfxReader *reader)
{
	wfx_reader_fail(reader, "unterminated_quote", ERRCODE_BAD_COPY_FILE_FORMAT,
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

/* Is the record an empty line? */
static bool
is_empty_line(const WfxReader *reader)
{
	return reader->scan.record.len == 0 && reader->loss == WFX_LOST_NOTHING;
}

/* Are all cells of a record blank?  A lenient reader minds every character. */
static bool
is_blank(const WfxReader *reader, const WfxRow *row)
{
	if (reader->lenient || row->bad_byte >= 0 || row->loss != WFX_LOST_NOTHING)
		return false;
	for (int i = 0; i < row->ncells; i++)
		if (!wfx_cell_is_blank(&row->cells[i]))
			return false;
	return true;
}

/* Give back what a record took: a file may have any number of blank ones */
static void
free_row(WfxRow *row)
{
	pfree(row->raw);
	pfree(row->cells[0].text);
	pfree(row->cells);
}

/* Read the next record into the current context */
WfxReadStatus
wfx_reader_next(WfxReader *reader, WfxRow *row)
{
	for (;;)
	{
		WfxReadStatus status = scan_record(reader);
		bool		empty;

		CHECK_FOR_INTERRUPTS();
		if (status != WFX_READ_ROW)
			return status;
		if (reader->scan.record.problem == WFX_CSV_UNTERMINATED && !reader->lenient)
			return fail_unterminated(reader);
		empty = is_empty_line(reader);
		if (!empty)
			copy_record(reader, row);
		reader->start += reader->scan.consumed;
		if (empty)
			continue;
		if (!is_blank(reader, row))
			return WFX_READ_ROW;
		free_row(row);
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
