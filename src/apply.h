/*
 * apply.h
 *		A batch of records, from matching to the table.
 */
#ifndef WFX_APPLY_H
#define WFX_APPLY_H

#include "import.h"

/* Match, decide and write the converted records of the batch, and count them */
extern void wfx_apply_batch(WfxImport *import);

#endif							/* WFX_APPLY_H */
