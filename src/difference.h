/*
 * difference.h
 *		What does a record change in a client?
 */
#ifndef WFX_DIFFERENCE_H
#define WFX_DIFFERENCE_H

#include "import.h"

/*
 * Compare the record with record->client: write[] says which columns differ,
 * new_values[] what they become.  True: one at least differs.
 */
extern bool wfx_difference(WfxImport *import, WfxRecord *record);

/* Fill new_values[] for a new client with what the file says */
extern void wfx_fill_new(WfxImport *import, WfxRecord *record);

/* Was a cell of the column given, but refused? */
extern bool wfx_record_cell_refused(const WfxImport *import, const WfxRecord *record,
									const WfxColumn *column);

/* Was the cell of a part given, but refused?  p is its number. */
extern bool wfx_record_part_refused(const WfxImport *import, const WfxRecord *record,
									const WfxPart *part, int p);

#endif							/* WFX_DIFFERENCE_H */
