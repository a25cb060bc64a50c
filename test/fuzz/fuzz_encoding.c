/*
 * fuzz_encoding.c
 *		The decoders in front of the scanner, against the C library's own.
 *
 * Any bytes are decoded alike however they are cut into chunks, and no byte is
 * lost.  The first byte of the input chooses the encoding, the second one the size
 * of the chunks.
 */
#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "multibyte.h"
#include "utf16.h"

#define MAX_SIZE		4096
#define NUTF16			2
#define NENCODINGS		8

/* The C library's names: UTF-16 in both byte orders, then those of WfxMultibyte */
static const char *const names[NENCODINGS] = {
	"UTF-16LE", "UTF-16BE", "CP932", "BIG5", "GBK", "UHC", "JOHAB", "GB18030"
};

/* A decoded text */
typedef struct Text
{
	char		data[MAX_SIZE * 4];
	size_t		len;
	bool		cut;
} Text;

/* Decode a chunk in buffers of exactly the right size; returns what was taken */
static size_t
decode_chunk(int encoding, const char *in, size_t len, bool eof, Text *text)
{
	char	   *exact = malloc(len + (len == 0));
	char	   *out = malloc(len * WFX_CHUNK_GROWTH + (len == 0));
	WfxChunk	chunk;

	memcpy(exact, in, len);
	chunk = encoding < NUTF16 ? wfx_utf16_decode(exact, len, encoding == 1, eof, out) :
		wfx_multibyte_mask(encoding - NUTF16, exact, len, eof, out);
	if (chunk.taken > len || len - chunk.taken > (eof ? 0 : 3) ||
		chunk.written > chunk.taken * WFX_CHUNK_GROWTH)
		abort();
	memcpy(text->data + text->len, out, chunk.written);
	text->len += chunk.written;
	text->cut |= chunk.cut;
	free(exact);
	free(out);
	return chunk.taken;
}

/* Decode a whole input, size bytes at a time */
static void
decode(int encoding, const char *in, size_t len, size_t size, Text *text)
{
	size_t		from = 0;
	size_t		to = 0;

	text->len = 0;
	text->cut = false;
	do
	{
		to = len - to < size ? len : to + size;
		from += decode_chunk(encoding, in + from, to - from, to == len, text);
	} while (to < len);
	if (from != len)
		abort();
}

/* The bytes of the file that a decoded text was; returns how many */
static size_t
encode(int encoding, const Text *text, char *out)
{
	size_t		len = 0;
	size_t		taken;

	if (encoding >= NUTF16)
		return wfx_multibyte_unmask(text->data, text->len, out);
	for (size_t i = 0; i < text->len; i += taken)
		len += wfx_utf16_encode(text->data + i, text->len - i, encoding == 1, out + len, &taken);
	return len;
}

/* No byte may be lost */
static void
check_lossless(int encoding, const Text *text, const char *in, size_t len)
{
	static char back[MAX_SIZE * 4];
	size_t		length = encoding < NUTF16 ? wfx_utf16_length(text->data, text->len) :
		wfx_multibyte_unmasked_length(text->data, text->len);

	if (length != len || encode(encoding, text, back) != len || memcmp(in, back, len) != 0)
		abort();
}

/* What the C library makes of UTF-16; it stops at what becomes a mark for each byte */
static size_t
expect_utf16(iconv_t library, const char *in, size_t len, char *out)
{
	char	   *from = (char *) in;
	char	   *to = out;
	size_t		left = len;
	size_t		room = MAX_SIZE * 4;

	while (iconv(library, &from, &left, &to, &room) == (size_t) -1)
	{
		size_t		bad = errno == EILSEQ && left >= 2 ? 2 : left;

		if (errno == E2BIG)
			abort();
		for (; bad > 0; bad--, left--, room -= 2)
		{
			*to++ = (char) (0xF8 | (unsigned char) *from >> 6);
			*to++ = (char) (0x80 | (*from++ & 0x3F));
		}
	}
	return to - out;
}

/* Are the ASCII bytes of a masked text the ASCII characters that the C library finds? */
static void
check_ascii(const Text *text, const char *expected, size_t len, bool backslash_differs)
{
	size_t		i = 0;

	for (size_t j = 0; j <= len; j++)
	{
		if (j < len && ((expected[j] & 0x80) || (backslash_differs && expected[j] == '\\')))
			continue;
		while (i < text->len && ((text->data[i] & 0x80) || (backslash_differs && text->data[i] == '\\')))
			i++;
		if (j == len ? i < text->len : i == text->len || text->data[i++] != expected[j])
			abort();
	}
}

/* The C library's decoder, or none if it lacks the encoding; it is kept */
static iconv_t
get_library(int encoding)
{
	static iconv_t libraries[NENCODINGS];

	if (libraries[encoding] == NULL)
		libraries[encoding] = iconv_open("UTF-8", names[encoding]);
	else if (libraries[encoding] != (iconv_t) -1)
		iconv(libraries[encoding], NULL, NULL, NULL, NULL);
	return libraries[encoding];
}

/* Compare with the C library, where it takes the whole input */
static void
check_library(int encoding, const Text *text, const char *in, size_t len)
{
	static char expected[MAX_SIZE * 4];
	iconv_t		library = get_library(encoding);
	char	   *from = (char *) in;
	char	   *to = expected;
	size_t		left = len;
	size_t		room = sizeof(expected);

	if (library == (iconv_t) -1)
		return;
	if (encoding < NUTF16)
	{
		if (expect_utf16(library, in, len, expected) != text->len ||
			memcmp(expected, text->data, text->len) != 0)
			abort();
	}
	else if (iconv(library, &from, &left, &to, &room) != (size_t) -1)
		check_ascii(text, expected, to - expected, encoding == NUTF16 + WFX_JOHAB);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static Text whole;
	static Text cut;
	const char *in = (const char *) data + 2;
	int			encoding;

	if (size < 2 || size - 2 > MAX_SIZE)
		return 0;
	size -= 2;
	encoding = data[0] % NENCODINGS;
	decode(encoding, in, size, size + 1, &whole);
	decode(encoding, in, size, data[1] % 64 + 1, &cut);
	if (whole.len != cut.len || whole.cut != cut.cut || memcmp(whole.data, cut.data, cut.len) != 0)
		abort();
	check_lossless(encoding, &whole, in, size);
	check_library(encoding, &whole, in, size);
	return 0;
}
