/*
 * chunks.h
 *		Feed a decoder in chunks, from buffers of exactly the right size.
 */
#ifndef WFX_CHUNKS_H
#define WFX_CHUNKS_H

#include <stdlib.h>
#include <string.h>

#include "chunk.h"

/* A decoder under test, with the options it was made for */
typedef WfxChunk (*Decoder) (int option, const char *in, size_t len, bool eof, char *out);

/* A text that was decoded */
typedef struct Decoded
{
	char	   *data;
	size_t		len;
	bool		cut;
	bool		sound;			/* the decoder kept to its contract */
} Decoded;

/* Decode a chunk, and add what it gives to the text; returns what it has taken */
static size_t
decode_chunk(Decoded *text, Decoder decoder, int option, const char *in, size_t len, bool eof)
{
	char	   *exact = malloc(len + (len == 0));
	char	   *out = malloc(len * WFX_CHUNK_GROWTH + (len == 0));
	WfxChunk	chunk;

	memcpy(exact, in, len);
	chunk = decoder(option, exact, len, eof, out);
	text->data = realloc(text->data, text->len + chunk.written + 1);
	memcpy(text->data + text->len, out, chunk.written);
	text->len += chunk.written;
	text->cut |= chunk.cut;
	text->sound &= chunk.taken <= len && len - chunk.taken <= (eof ? 0 : 3) &&
		chunk.written <= chunk.taken * WFX_CHUNK_GROWTH;
	free(exact);
	free(out);
	return chunk.taken;
}

/*
 * Decode a whole input, size bytes at a time.  late: the end is told with an extra
 * call, as it is for a file.
 */
static Decoded
decode_chunks(Decoder decoder, int option, const char *in, size_t len, size_t size, bool late)
{
	Decoded		text = {malloc(1), 0, false, true};
	size_t		from = 0;
	size_t		to = 0;
	bool		eof = false;

	while (!eof)
	{
		eof = to == len;
		to = len - to < size ? len : to + size;
		eof |= to == len && !late;
		from += decode_chunk(&text, decoder, option, in + from, to - from, eof);
	}
	text.sound &= from == len;
	return text;
}

/* Are the texts the same? */
static bool
same_text(const Decoded *a, const Decoded *b)
{
	return a->len == b->len && memcmp(a->data, b->data, a->len) == 0 && a->cut == b->cut;
}

#endif							/* WFX_CHUNKS_H */
