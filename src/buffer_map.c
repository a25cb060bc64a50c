/*
 * buffer_map.c
 *		The system maps the server's buffers into this process, many at a time.
 *
 * Without huge pages, a process interrupts itself at the first touch of every 4 kB of
 * memory that it shares, which takes longer than to copy them, on a virtual machine above
 * all: an import of a few thousand clients who are spread over a large table spends half of
 * its time so.  Buffers are given out in their order, so that those around one that was
 * just filled are about to be, and one call maps them all.  Where the system does not know
 * the call, nothing is lost.
 */
#include "postgres.h"

#include <sys/mman.h>

#include "miscadmin.h"
#include "nodes/bitmapset.h"
#include "storage/bufmgr.h"
#include "utils/memutils.h"

#include "buffer_map.h"

#ifdef MADV_POPULATE_READ

/* Buffers that are mapped at once: the price of a single one, or two */
#define BUFFERS_AT_ONCE	32

/* The same for all processors that have pages of 4 kB; with others the call is refused, or does more */
#define PAGE_BYTES		4096

/* Which of them are; for the rest of the session */
static Bitmapset *mapped = NULL;
static bool	unknown = false;	/* the system does not know the call */

/* Map buffers from the n-th on */
static void
map(int n)
{
	char	   *start = BufferBlocks + (Size) n * BLCKSZ;
	char	   *end = BufferBlocks + (Size) Min(n + BUFFERS_AT_ONCE, NBuffers) * BLCKSZ;

	start = (char *) TYPEALIGN(PAGE_BYTES, start);
	end = (char *) TYPEALIGN_DOWN(PAGE_BYTES, end);
	unknown = madvise(start, end - start, MADV_POPULATE_READ) != 0;
}

/* Map the buffers around one */
void
wfx_buffer_map(Buffer buffer)
{
	int			part = (buffer - 1) / BUFFERS_AT_ONCE;
	MemoryContext old;

	if (unknown || BufferIsLocal(buffer) || bms_is_member(part, mapped))
		return;
	old = MemoryContextSwitchTo(TopMemoryContext);
	mapped = bms_add_member(mapped, part);
	MemoryContextSwitchTo(old);
	map(part * BUFFERS_AT_ONCE);
}

#else

/* There is no such call */
void
wfx_buffer_map(Buffer buffer)
{
}

#endif
