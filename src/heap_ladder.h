/*
 * heap_ladder.h
 *		Can new clients be written straight to the table's storage?
 */
#ifndef WFX_HEAP_LADDER_H
#define WFX_HEAP_LADDER_H

#include "import.h"

/*
 * NULL: the table is one that the heap writer treats as INSERT would.  Else the
 * reason why INSERT has to do it.
 */
extern const char *wfx_heap_obstacle(const WfxImport *import);

#endif							/* WFX_HEAP_LADDER_H */
