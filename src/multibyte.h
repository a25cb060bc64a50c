/*
 * multibyte.h
 *		Encodings whose multi-byte characters may hold ASCII bytes, made safe for the
 *		scanner.  Pure C.
 *
 * In these encodings the second or fourth byte of a character may look like a
 * delimiter, a quote or a backslash.  Such a byte is masked: 0xFF goes before it,
 * and its highest bit is set.  An 0xFF of the file, which no character has, is
 * doubled.  All other bytes stay as they are, so that every ASCII byte of the masked
 * text is a character, and taking the masks off gives the file's bytes.
 */
#ifndef WFX_MULTIBYTE_H
#define WFX_MULTIBYTE_H

#include "chunk.h"

typedef enum WfxMultibyte
{
	WFX_SJIS,					/* and Shift JIS 2004 */
	WFX_BIG5,
	WFX_GBK,
	WFX_UHC,
	WFX_JOHAB,
	WFX_GB18030
} WfxMultibyte;

/* Mask a chunk into out, which holds len * WFX_CHUNK_GROWTH bytes */
extern WfxChunk wfx_multibyte_mask(WfxMultibyte encoding, const char *in, size_t len, bool eof,
								   char *out);

/* Take the masks off a text; out holds len bytes.  Returns the length. */
extern size_t wfx_multibyte_unmask(const char *text, size_t len, char *out);

/* How many bytes of the file a masked text was */
extern size_t wfx_multibyte_unmasked_length(const char *text, size_t len);

/*
 * The bytes of the character at the beginning of a text without masks; 0: there is
 * none, or it goes on behind the text.
 */
extern size_t wfx_multibyte_character(WfxMultibyte encoding, const char *text, size_t len);

#endif							/* WFX_MULTIBYTE_H */
