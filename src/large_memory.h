/*
 * large_memory.h
 *		Memory by the megabyte.
 */
#ifndef WFX_LARGE_MEMORY_H
#define WFX_LARGE_MEMORY_H

#include "postgres.h"

/* size bytes in a memory context, from the beginning of a line of the processor's cache on */
extern void *wfx_large_alloc(MemoryContext context, Size size);
extern void *wfx_large_alloc_zero(MemoryContext context, Size size);

/* Give them back */
extern void wfx_large_free(void *memory);

#endif							/* WFX_LARGE_MEMORY_H */
