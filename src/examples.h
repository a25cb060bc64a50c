/*
 * examples.h
 *		Cells that a column takes, for the template.
 */
#ifndef WFX_EXAMPLES_H
#define WFX_EXAMPLES_H

#include "dictionary.h"
#include "values.h"

/*
 * An example of what a cell under a header may hold; an empty one if nothing is
 * known that the type takes.  entry may be NULL; type is NULL where there is no table.
 */
extern const char *wfx_example(const WfxEntry *entry, WfxType *type);

#endif							/* WFX_EXAMPLES_H */
