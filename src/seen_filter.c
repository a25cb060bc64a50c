/*
 * seen_filter.c
 *		Which hashes cannot be in the runs of earlier keys?
 *
 * A Bloom filter all of whose bits for a hash are in one line of the processor's cache.
 * The server's own asks for a line for each bit, which takes as long as all the rest that
 * is done to remember a key.
 */
#include "postgres.h"

#include "port/pg_bitutils.h"

#include "seen_filter.h"

#define LINE_BYTES		64
#define LINE_BITS		(LINE_BYTES * 8)
#define BITS_OF_HASH	6

struct WfxSeenFilter
{
	uint64		lines;			/* a power of two */
	uint64	   *words;			/* lines of eight */
	void	   *memory;			/* that they are in */
};

/* An empty filter */
WfxSeenFilter *
wfx_seen_filter_create(Size bytes)
{
	WfxSeenFilter *filter = palloc(sizeof(WfxSeenFilter));
	Size		lines = UINT64CONST(1) << pg_leftmost_one_pos64(Max(bytes / LINE_BYTES, 1));

	filter->lines = lines;
	filter->memory = palloc0(lines * LINE_BYTES + LINE_BYTES);
	filter->words = (uint64 *) TYPEALIGN(LINE_BYTES, filter->memory);
	return filter;
}

/* Give its memory back */
void
wfx_seen_filter_free(WfxSeenFilter *filter)
{
	pfree(filter->memory);
	pfree(filter);
}

/* The line of a hash, and in *bits what chooses the bits in it */
static uint64 *
line_of(const WfxSeenFilter *filter, uint32 hash, uint64 *bits)
{
	uint64		mixed = (hash + UINT64CONST(1)) * UINT64CONST(0x9E3779B97F4A7C15);

	mixed ^= mixed >> 32;
	*bits = mixed * UINT64CONST(0xD6E8FEB86659FD93);
	return filter->words + (mixed & (filter->lines - 1)) * (LINE_BYTES / sizeof(uint64));
}

/* Add a hash */
void
wfx_seen_filter_add(WfxSeenFilter *filter, uint32 hash)
{
	uint64		bits;
	uint64	   *line = line_of(filter, hash, &bits);

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
	uint64		bits;
	const uint64 *line = line_of(filter, hash, &bits);

	for (int i = 0; i < BITS_OF_HASH; i++)
	{
		uint64		bit = bits >> (64 - 9 * (i + 1)) & (LINE_BITS - 1);

		if ((line[bit / 64] & UINT64CONST(1) << bit % 64) == 0)
			return false;
	}
	return true;
}
