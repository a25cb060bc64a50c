/*
 * utf16.h
 *		UTF-16 to UTF-8 and back.  Pure C.
 *
 * A byte of the file that is no part of a character becomes a mark of two bytes
 * that no UTF-8 text has, and that tells which byte it was.
 */
#ifndef WFX_UTF16_H
#define WFX_UTF16_H

#include "chunk.h"

/* A character takes at most so many bytes in UTF-16 */
#define WFX_UTF16_MAX		4

/* Decode a chunk into out, which holds len * WFX_CHUNK_GROWTH bytes */
extern WfxChunk wfx_utf16_decode(const char *in, size_t len, bool big_endian, bool eof, char *out);

/* Does a mark stand at the beginning of decoded text? */
extern bool wfx_utf16_is_mark(const char *text, size_t len);

/*
 * The bytes in UTF-16 of the character or mark at the beginning of decoded
 * text; returns how many.  *taken: the bytes of the text that it takes.
 */
extern size_t wfx_utf16_encode(const char *text, size_t len, bool big_endian,
							   char out[WFX_UTF16_MAX], size_t *taken);

/* How many bytes of UTF-16 a decoded text was */
extern size_t wfx_utf16_length(const char *text, size_t len);

#endif							/* WFX_UTF16_H */
