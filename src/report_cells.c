/*
 * report_cells.c
 *		What an error report adds to a file, and how it is taken off again.
 *
 * A cell that a spreadsheet would run comes out of error_report.c with an apostrophe.
 * A file with the two columns of a report is read as if those apostrophes were not
 * there, header and records alike, before anybody looks at a cell.
 */
#include "postgres.h"

#include "active_content.h"
#include "report_cells.h"
#include "text.h"

/* Is it a column that an error report adds? */
bool
wfx_is_report_column(const char *header)
{
	return strcmp(header, WFX_REPORT_LINE) == 0 || strcmp(header, WFX_REPORT_ERROR) == 0;
}

/* Is this the header of an error report? */
bool
wfx_is_report_header(const WfxRow *header)
{
	bool		line = false;
	bool		error = false;

	for (int i = 0; i < header->ncells; i++)
	{
		const char *name = wfx_trim(header->cells[i].text, header->cells[i].len);

		line |= strcmp(name, WFX_REPORT_LINE) == 0;
		error |= strcmp(name, WFX_REPORT_ERROR) == 0;
	}
	return line && error;
}

/* Has a cell of an error report an apostrophe that is to be taken off? */
bool
wfx_has_apostrophe(const char *cell, size_t len)
{
	return *cell == '\'' && wfx_runs_in_spreadsheet(cell, len);
}

/* Take the apostrophes off that an error report puts before what a spreadsheet would run */
void
wfx_take_off_apostrophes(WfxRow *row)
{
	for (int i = 0; i < row->ncells; i++)
	{
		WfxCell    *cell = &row->cells[i];

		if (!wfx_has_apostrophe(cell->text, cell->len))
			continue;
		cell->text++;
		cell->len--;
	}
}
