/*
 * large_memory.c
 *		Memory by the megabyte.
 *
 * The system gives it to a process in pages of 4 kB, at the first touch of each: on a virtual
 * machine that takes longer than what the importer then does with them.  Where the system
 * has huge pages for those who ask (transparent_hugepage is "madvise" or "always"), it asks.
 */
#include "postgres.h"

#include <sys/mman.h>

#include "large_memory.h"

#define CACHE_LINE		64
#define HUGE_PAGE		((Size) 2 * 1024 * 1024)

/* Memory that is touched late or never costs nothing but addresses */
void *
wfx_large_alloc(MemoryContext context, Size size)
{
	Size		alignment = size < HUGE_PAGE ? CACHE_LINE : HUGE_PAGE;
	char	   *whole;
	char	   *memory;

	whole = MemoryContextAllocHuge(context, size + alignment + sizeof(void *));
	memory = (char *) TYPEALIGN(alignment, whole + sizeof(void *));
	((void **) memory)[-1] = whole;
#ifdef MADV_HUGEPAGE
	/* a wish: if it is refused, nothing is wrong */
	if (size >= HUGE_PAGE)
		(void) madvise(memory, TYPEALIGN_DOWN(HUGE_PAGE, size), MADV_HUGEPAGE);
#endif
	return memory;
}

/* The same, zero */
void *
wfx_large_alloc_zero(MemoryContext context, Size size)
{
	return memset(wfx_large_alloc(context, size), 0, size);
}

/* Give memory back */
void
wfx_large_free(void *memory)
{
	pfree(((void **) memory)[-1]);
}
