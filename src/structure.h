/*
 * structure.h
 *		Is a record whole?
 */
#ifndef WFX_STRUCTURE_H
#define WFX_STRUCTURE_H

#include "import.h"

/*
 * Check a record before its cells are read; what is wrong becomes an issue.  False:
 * its cells cannot be trusted.
 */
extern bool wfx_check_structure(WfxImport *import, WfxRecord *record);

#endif							/* WFX_STRUCTURE_H */
