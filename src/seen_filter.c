/*
 * seen_filter.c
 *		Which hashes cannot be in the runs of earlier keys?
 *
 * A Bloom filter all of whose bits for a hash are in one line of the processor's cache.
 * The server's own asks for a line for each bit, which takes as long as all the rest that
 * is done to remember a key.  Lines are in the order of hashes, and so are the keys of a
 * run when it is written.
 */
#include "postgres.h"

#include "port/pg_bitutils.h"

#include "large_memory.h"
#include "seen_filter.h"

#define LINE_BYTES		64
#define LINE_BITS		(LINE_BYTES * 8)
#define BITS_OF_HASH	6

struct WfxSeenFilter
{
	int			line_bits;		/* so many bits of a hash choose its line */
	uint64	   *words;			/* lines of eight */
};

/* An empty filter */
WfxSeenFilter *
wfx_seen_filter_create(Size bytes)
{
	WfxSeenFilter *filter = palloc(sizeof(WfxSeenFilter));
	Size		lines;

	filter->line_bits = Min(pg_leftmost_one_pos64(Max(bytes / LINE_BYTES, 2)), 32);
	lines = UINT64CONST(1) << filter->line_bits;
	filter->words = wfx_large_alloc_zero(CurrentMemoryContext, lines * LINE_BYTES);
	return filter;
}

/* Give its memory back */
void
wfx_seen_filter_free(WfxSeenFilter *filter)
{
	wfx_large_free(filter->words);
	pfree(filter);
}

/* The line of a hash */
static uint64 *
line_of(const WfxSeenFilter *filter, uint32 hash)
{
	return filter->words + (Size) (hash >> (32 - filter->line_bits)) * (LINE_BYTES / sizeof(uint64));
}

/* What chooses the bits of a hash in its line */
static uint64
bits_of(uint32 hash)
{
	uint64		mixed = (hash + UINT64CONST(1)) * UINT64CONST(0x9E3779B97F4A7C15);

	mixed ^= mixed >> 32;
	return mixed * UINT64CONST(0xD6E8FEB86659FD93);
}

/* Fetch the line of a hash */
void
wfx_seen_filter_prefetch(const WfxSeenFilter *filter, uint32 hash)
{
	__builtin_prefetch(line_of(filter, hash));
}

/* Add a hash */
void
wfx_seen_filter_add(WfxSeenFilter *filter, uint32 hash)
{
	uint64		bits = bits_of(hash);
	uint64	   *line = line_of(filter, hash);

	for (int i = 0; i < BITS_OF_HASH; i++)
	{
		uint64		bit = bits >> (64 - 9 * (i + 1)) & (LINE_BITS - 1);

		line[bit / 64] |= UINT64CONST(1) << bit % 64;
	}
}

/* Was a hash added, or does it look so? */
bool
wfx_seen_filter_passes(const WfxSeenFilter *filter, uint32 hash)
{
	uint64		bits = bits_of(hash);
	const uint64 *line = line_of(filter, hash);

	for (int i = 0; i < BITS_OF_HASH; i++)
	{
		uint64		bit = bits >> (64 - 9 * (i + 1)) & (LINE_BITS - 1);

		if ((line[bit / 64] & UINT64CONST(1) << bit % 64) == 0)
			return false;
	}
	return true;
}
