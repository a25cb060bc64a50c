/*
 * report_cells.h
 *		What an error report adds to a file, and how it is taken off again.
 */
#ifndef WFX_REPORT_CELLS_H
#define WFX_REPORT_CELLS_H

#include "reader.h"

/* The columns that an error report adds: what was wrong.  They are never imported. */
#define WFX_REPORT_LINE		"import_line"
#define WFX_REPORT_ERROR	"import_error"

extern bool wfx_is_report_column(const char *header);

/* Is this the header of an error report?  It has both columns. */
extern bool wfx_is_report_header(const WfxRow *header);

/*
 * Take the apostrophes off that an error report puts before what a spreadsheet would run;
 * has a cell of a report such a one?
 */
extern bool wfx_has_apostrophe(const char *cell, size_t len);
extern void wfx_take_off_apostrophes(WfxRow *row);

#endif							/* WFX_REPORT_CELLS_H */
