/*
 * chunk.h
 *		What the decoders in front of the scanner have in common.
 *
 * A file comes in chunks.  A decoder writes a chunk into a buffer of its caller's
 * and leaves what the end of the chunk cuts in two, three bytes at most: they
 * must stand before the next chunk.  At the end of the file it leaves nothing.
 * Decoders are pure C, allocate nothing, and lose nothing: the bytes of the file
 * can be had back from what they have written, and counted.
 */
#ifndef WFX_CHUNK_H
#define WFX_CHUNK_H

#include <stdbool.h>
#include <stddef.h>

/* A decoder writes at most so many times the bytes of a chunk */
#define WFX_CHUNK_GROWTH	2

/* What a decoder has done with a chunk */
typedef struct WfxChunk
{
	size_t		taken;			/* bytes of the chunk */
	size_t		written;		/* bytes of the output */
	bool		cut;			/* the file ended inside of a character */
} WfxChunk;

#endif							/* WFX_CHUNK_H */
