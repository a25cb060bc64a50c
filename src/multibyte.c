/*
 * multibyte.c
 *		Encodings whose multi-byte characters may hold ASCII bytes, made safe for the
 *		scanner.
 *
 * What the second byte of a character may be is taken narrowly, as the encodings'
 * own tables have it: a byte that is none is a character of its own, so that no
 * damaged character takes a delimiter or a line end with it.
 */
#include "multibyte.h"

#include <stdint.h>
#include <string.h>

#define MASK			0xFF
#define HIGH_BIT		0x80

/* Bytes from first to last */
typedef struct ByteRange
{
	unsigned char first;
	unsigned char last;
} ByteRange;

/* Unused ranges are 0 to 0, which no byte of a character is */
typedef struct ByteRanges
{
	ByteRange	lead[3];
	ByteRange	trail[3];
	ByteRange	single;			/* characters of one byte beyond ASCII */
} ByteRanges;

static const ByteRanges encodings[] = {
	[WFX_SJIS] = {{{0x81, 0x9F}, {0xE0, 0xFC}}, {{0x40, 0x7E}, {0x80, 0xFC}}, {0xA1, 0xDF}},
	[WFX_BIG5] = {{{0x81, 0xFE}}, {{0x40, 0x7E}, {0xA1, 0xFE}}, {0, 0}},
	[WFX_GBK] = {{{0x81, 0xFE}}, {{0x40, 0x7E}, {0x80, 0xFE}}, {0, 0}},
	[WFX_UHC] = {{{0x81, 0xFE}}, {{0x41, 0x5A}, {0x61, 0x7A}, {0x81, 0xFE}}, {0, 0}},
	[WFX_JOHAB] = {{{0x84, 0xD3}, {0xD8, 0xDE}, {0xE0, 0xF9}}, {{0x31, 0x7E}, {0x81, 0xFE}}, {0, 0}},
	[WFX_GB18030] = {{{0x81, 0xFE}}, {{0x40, 0x7E}, {0x80, 0xFE}}, {0, 0}}
};

/* Is the byte in the range? */
static bool
in_range(ByteRange range, unsigned char c)
{
	return c >= range.first && c <= range.last && c != 0;
}

/* Is the byte in one of three ranges? */
static bool
in_ranges(const ByteRange ranges[3], unsigned char c)
{
	return in_range(ranges[0], c) || in_range(ranges[1], c) || in_range(ranges[2], c);
}

/* Is this a digit, as the second and fourth bytes of four are in GB18030? */
static bool
is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

/* The bytes of a character of four whose second is a digit; 0 if it is none, or cut */
static size_t
four_bytes(const unsigned char *p, size_t len, bool *cut)
{
	if (len > 2 && !in_ranges(encodings[WFX_GB18030].lead, p[2]))
		return 0;
	*cut = len <= 3;
	return len > 3 && is_digit(p[3]) ? 4 : 0;
}

/* The bytes of the character at p, of which len are there; 0 if it is none, or cut */
static size_t
measure(WfxMultibyte encoding, const unsigned char *p, size_t len, bool *cut)
{
	const ByteRanges *ranges = &encodings[encoding];

	*cut = false;
	if (len == 0)
		return 0;
	if (p[0] < HIGH_BIT || in_range(ranges->single, p[0]))
		return 1;
	if (!in_ranges(ranges->lead, p[0]))
		return 0;
	*cut = len == 1;
	if (len == 1)
		return 0;
	if (in_ranges(ranges->trail, p[1]))
		return 2;
	return encoding == WFX_GB18030 && is_digit(p[1]) ? four_bytes(p, len, cut) : 0;
}

/* The bytes of the character at the beginning of a text */
size_t
wfx_multibyte_character(WfxMultibyte encoding, const char *text, size_t len)
{
	bool		cut;

	return measure(encoding, (const unsigned char *) text, len, &cut);
}

/* Copy words of ASCII; returns the bytes copied */
static size_t
copy_ascii(const char *in, size_t len, char *out)
{
	size_t		done = 0;
	uint64_t	word;

	for (; len - done >= sizeof(word); done += sizeof(word))
	{
		memcpy(&word, in + done, sizeof(word));
		if (word & UINT64_C(0x8080808080808080))
			break;
		memcpy(out + done, &word, sizeof(word));
	}
	return done;
}

/* Copy a character, or a byte that is none, with its masks; returns the bytes written */
static size_t
mask_character(const char *in, size_t len, char *out)
{
	size_t		written = 0;

	for (size_t i = 0; i < len; i++)
	{
		unsigned char c = in[i];

		if (c == MASK || (i > 0 && c < HIGH_BIT))
			out[written++] = (char) MASK;
		out[written++] = (char) (i > 0 ? c | HIGH_BIT : c);
	}
	return written;
}

/* Mask a chunk */
WfxChunk
wfx_multibyte_mask(WfxMultibyte encoding, const char *in, size_t len, bool eof, char *out)
{
	WfxChunk	chunk = {0, 0, false};

	for (;;)
	{
		size_t		n = copy_ascii(in + chunk.taken, len - chunk.taken, out + chunk.written);
		bool		cut;

		chunk.taken += n;
		chunk.written += n;
		if (chunk.taken == len)
			return chunk;
		n = measure(encoding, (const unsigned char *) in + chunk.taken, len - chunk.taken, &cut);
		if (cut && !eof)
			return chunk;
		chunk.cut |= cut;
		n = n > 0 ? n : 1;
		chunk.written += mask_character(in + chunk.taken, n, out + chunk.written);
		chunk.taken += n;
	}
}

/* Take the masks off a text */
size_t
wfx_multibyte_unmask(const char *text, size_t len, char *out)
{
	const char *end = text + len;
	char	   *start = out;

	while (text < end)
	{
		unsigned char c = *text++;

		if (c == MASK && text < end)
		{
			c = *text++;
			if (c != MASK)
				c &= ~HIGH_BIT;
		}
		*out++ = (char) c;
	}
	return out - start;
}

/* How many bytes of the file a masked text was */
size_t
wfx_multibyte_unmasked_length(const char *text, size_t len)
{
	const char *end = text + len;
	size_t		length = len;

	while ((text = memchr(text, MASK, end - text)) != NULL && end - text >= 2)
	{
		length--;
		text += 2;
	}
	return length;
}
