/*
 * references.h
 *		Cells that hold the ID of a row of another table: project, desk.
 */
#ifndef WFX_REFERENCES_H
#define WFX_REFERENCES_H

#include "import.h"

/* Find the foreign keys of the columns that the dictionary calls references */
extern List *wfx_references_create(const WfxImport *import);

/* Check the batch's cells; an unknown ID becomes an issue */
extern void wfx_references_check(WfxImport *import);

/* The column whose foreign key has this name, or NULL */
extern const WfxColumn *wfx_reference_column(const WfxImport *import, const char *constraint);

#endif							/* WFX_REFERENCES_H */
