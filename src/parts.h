/*
 * parts.h
 *		Dotted headers: parts of a jsonb value, elements of an array.
 */
#ifndef WFX_PARTS_H
#define WFX_PARTS_H

#include "import.h"

/* Does the record say anything about a part of this column? */
extern bool wfx_parts_given(const WfxImport *import, const WfxRecord *record, int column);

/*
 * Merge the parts of a column into a value (isnull: there is none yet), which
 * belongs to a known client (clear: blank cells remove) or to a new one.  False:
 * an issue was added, because a value of another shape is in the way.
 */
extern bool wfx_parts_merge(WfxImport *import, WfxRecord *record, int column, bool known,
							Datum *value, bool *isnull);

#endif							/* WFX_PARTS_H */
