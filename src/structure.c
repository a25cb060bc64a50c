/*
 * structure.c
 *		Is a record whole?  Its quotes, its bytes, the number and size of its cells.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"

#include "settings.h"
#include "structure.h"

/* The header of a field, or a number for one without a name */
static const char *
field_name(const WfxColumns *columns, int field)
{
	if (field < columns->nheaders && *columns->headers[field] != '\0')
		return columns->headers[field];
	return psprintf("column %d", field + 1);
}

/* Surplus cells without content do not count */
static int
count_cells(const WfxRow *row, int nheaders)
{
	int			n = row->ncells;

	while (n > nheaders && wfx_cell_is_blank(&row->cells[n - 1]))
		n--;
	return n;
}

/* Is the record as long as the header?  Columns without a name at the end need no cells. */
static void
check_cell_count(WfxImport *import, WfxRecord *record)
{
	int			nheaders = import->columns->nheaders;
	int			nneeded = import->columns->nneeded;
	int			ncells = count_cells(&record->row, nheaders);

	if (ncells < nneeded)
		wfx_record_refuse(import, record, "too_few_cells", ERRCODE_BAD_COPY_FILE_FORMAT,
						  NULL, NULL,
						  psprintf(ngettext("the record has %d cell, the header has %d",
											"the record has %d cells, the header has %d", ncells),
								   ncells, nneeded),
						  "Add the missing cells, or close the quote that splits the record.");
	else if (ncells > nheaders)
		wfx_record_refuse(import, record, "too_many_cells", ERRCODE_BAD_COPY_FILE_FORMAT,
						  NULL, record->row.cells[nheaders].text,
						  psprintf("the record has %d cells, the header has %d", ncells, nheaders),
						  "Put cells that hold the delimiter in quotes.");
}

/* A byte that is no text, or a character that the database cannot hold */
static void
refuse_byte(WfxImport *import, WfxRecord *record)
{
	const WfxRow *row = &record->row;
	bool		found = row->bad_field >= 0;
	const char *column = found ? field_name(import->columns, row->bad_field) : NULL;
	const char *value = found ? row->cells[row->bad_field].text : NULL;

	if (row->untranslatable)
		wfx_record_refuse(import, record, "bad_byte", ERRCODE_UNTRANSLATABLE_CHARACTER,
						  column, value,
						  psprintf("the character at offset " INT64_FORMAT
								   " of the file does not exist in this database's encoding %s",
								   row->bad_byte, GetDatabaseEncodingName()),
						  "Replace it, or use a database with encoding UTF8.");
	else
		wfx_record_refuse(import, record, "bad_byte", ERRCODE_CHARACTER_NOT_IN_REPERTOIRE,
						  column, value,
						  psprintf("the byte at offset " INT64_FORMAT
								   " of the file is not valid in encoding %s",
								   row->bad_byte, import->reader->encoding_name),
						  "Save the file as UTF-8, or give the option encoding.");
}

/* A record that is too much to be kept */
static void
refuse_lost(WfxImport *import, WfxRecord *record)
{
	bool		large = record->row.loss == WFX_LOST_TO_SIZE;

	wfx_record_refuse(import, record, large ? "field_too_large" : "too_many_cells",
					  ERRCODE_PROGRAM_LIMIT_EXCEEDED, NULL, NULL,
					  wfx_loss_message(record->row.loss),
					  "Look for a quote or a line end that is missing in this line.");
}

/*
 * What makes the cells of a record unreliable.  Nothing else is said of such a
 * record: it would blame cells for what happened to the line.
 */
static void
check_record(WfxImport *import, WfxRecord *record)
{
	const WfxRow *row = &record->row;

	if (row->loss != WFX_LOST_NOTHING)
		refuse_lost(import, record);
	else if (row->problem != WFX_CSV_OK)
		wfx_record_refuse(import, record, "bad_quote", ERRCODE_BAD_COPY_FILE_FORMAT,
						  field_name(import->columns, row->problem_field),
						  row->cells[row->problem_field].text,
						  psprintf("a quote is out of place in line " INT64_FORMAT, row->problem_line),
						  "Put the whole cell in quotes and double the quotes inside of it.");
	else if (row->bad_byte >= 0)
		refuse_byte(import, record);
	else
		check_cell_count(import, record);
	record->unreadable = record->bad;
}

/* Columns without a name must be empty, and no cell may be too large */
static void
check_cells(WfxImport *import, WfxRecord *record)
{
	WfxColumns *columns = import->columns;
	int64		limit = (int64) wfx_max_field_size * 1024;

	for (int i = 0; i < Min(columns->nheaders, record->row.ncells); i++)
	{
		WfxCell    *cell = &record->row.cells[i];

		if (cell->len > limit)
			wfx_record_refuse(import, record, "field_too_large", ERRCODE_PROGRAM_LIMIT_EXCEEDED,
							  field_name(columns, i), cell->text,
							  psprintf("the cell is larger than %d kB", wfx_max_field_size),
							  "Shorten the text.");
		if (columns->unnamed[i] && !import->options->ignore_unknown_columns && !wfx_cell_is_blank(cell))
			wfx_record_refuse(import, record, "unknown_column", ERRCODE_UNDEFINED_COLUMN,
							  field_name(columns, i), cell->text,
							  psprintf("there is a value in column %d, which has no header", i + 1),
							  "Name the column in the header, or empty it.");
	}
}

/* Check a record before its cells are read */
bool
wfx_check_structure(WfxImport *import, WfxRecord *record)
{
	check_record(import, record);
	if (record->unreadable)
		return false;
	check_cells(import, record);
	return true;
}
