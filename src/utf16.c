/*
 * utf16.c
 *		UTF-16 to UTF-8 and back.
 *
 * A mark is made as UTF-8 makes two bytes, but begins with F8 to FB, which UTF-8
 * never uses: F8 | byte >> 6, 80 | byte & 3F.
 */
#include "utf16.h"

#include <stdint.h>
#include <string.h>

#define BLOCK			16		/* units of ASCII that are copied at once */
#define MARK_FIRST		0xF8

/* One 16-bit unit */
static inline unsigned int
get_unit(const unsigned char *in, bool big_endian)
{
	return big_endian ? (unsigned int) in[0] << 8 | in[1] : (unsigned int) in[1] << 8 | in[0];
}

/* Write a 16-bit unit */
static void
put_unit(unsigned int unit, bool big_endian, char *out)
{
	out[big_endian ? 0 : 1] = (char) (unit >> 8);
	out[big_endian ? 1 : 0] = (char) (unit & 0xFF);
}

/* Write a character as UTF-8; returns its length */
static inline size_t
put_utf8(unsigned int c, unsigned char *out)
{
	if (c < 0x80)
	{
		out[0] = c;
		return 1;
	}
	if (c < 0x800)
	{
		out[0] = 0xC0 | c >> 6;
		out[1] = 0x80 | (c & 0x3F);
		return 2;
	}
	if (c < 0x10000)
	{
		out[0] = 0xE0 | c >> 12;
		out[1] = 0x80 | (c >> 6 & 0x3F);
		out[2] = 0x80 | (c & 0x3F);
		return 3;
	}
	out[0] = 0xF0 | c >> 18;
	out[1] = 0x80 | (c >> 12 & 0x3F);
	out[2] = 0x80 | (c >> 6 & 0x3F);
	out[3] = 0x80 | (c & 0x3F);
	return 4;
}

/* Write a mark for each of these bytes; returns the length */
static size_t
put_marks(const unsigned char *in, size_t len, unsigned char *out)
{
	for (size_t i = 0; i < len; i++)
	{
		out[2 * i] = MARK_FIRST | in[i] >> 6;
		out[2 * i + 1] = 0x80 | (in[i] & 0x3F);
	}
	return 2 * len;
}

/* Are the units of a block all ASCII?  Eight bytes are looked at together. */
static inline bool
is_ascii_block(const unsigned char *block, bool big_endian)
{
	static const unsigned char beyond[2][8] = {
		{0x80, 0xFF, 0x80, 0xFF, 0x80, 0xFF, 0x80, 0xFF},
		{0xFF, 0x80, 0xFF, 0x80, 0xFF, 0x80, 0xFF, 0x80}
	};
	uint64_t	words[BLOCK / 4];
	uint64_t	mask;
	uint64_t	seen = 0;

	memcpy(words, block, sizeof(words));
	memcpy(&mask, beyond[big_endian], sizeof(mask));
	for (int i = 0; i < BLOCK / 4; i++)
		seen |= words[i];
	return (seen & mask) == 0;
}

/* Copy blocks of units that are all ASCII; returns the number of units */
static inline size_t
copy_ascii(const unsigned char *in, size_t units, bool big_endian, unsigned char *out)
{
	size_t		done = 0;

	for (; units - done >= BLOCK && is_ascii_block(in + 2 * done, big_endian); done += BLOCK)
	{
		for (int i = 0; i < BLOCK; i++)
			out[done + i] = in[2 * (done + i) + big_endian];
	}
	return done;
}

/*
 * The character at in, of which len bytes are there.  Returns its bytes; 0: it
 * goes on behind them; *sound tells it from half of a pair.
 */
static inline size_t
get_character(const unsigned char *in, size_t len, bool big_endian, unsigned int *c, bool *sound)
{
	unsigned int low;

	if (len < 2)
		return 0;
	*c = get_unit(in, big_endian);
	*sound = *c < 0xD800 || *c > 0xDFFF;
	if (*sound || *c > 0xDBFF)
		return 2;
	if (len < 4)
		return 0;
	low = get_unit(in + 2, big_endian);
	if (low < 0xDC00 || low > 0xDFFF)
		return 2;
	*c = 0x10000 + ((*c - 0xD800) << 10) + (low - 0xDC00);
	*sound = true;
	return 4;
}

/* Decode all but what the end of the input cuts; made for one byte order each */
static inline WfxChunk
decode(const unsigned char *in, size_t len, bool big_endian, unsigned char *out)
{
	WfxChunk	chunk = {0, 0, false};

	for (;;)
	{
		unsigned int c;
		bool		sound;
		size_t		n = get_character(in + chunk.taken, len - chunk.taken, big_endian, &c, &sound);

		if (n == 0)
			return chunk;
		if (sound)
			chunk.written += put_utf8(c, out + chunk.written);
		else
			chunk.written += put_marks(in + chunk.taken, n, out + chunk.written);
		chunk.taken += n;
		if (sound && c < 0x80)
		{
			n = copy_ascii(in + chunk.taken, (len - chunk.taken) / 2, big_endian,
						   out + chunk.written);
			chunk.taken += 2 * n;
			chunk.written += n;
		}
	}
}

/* Decode a chunk */
WfxChunk
wfx_utf16_decode(const char *in, size_t len, bool big_endian, bool eof, char *out)
{
	const unsigned char *bytes = (const unsigned char *) in;
	WfxChunk	chunk;

	chunk = big_endian ? decode(bytes, len, true, (unsigned char *) out) :
		decode(bytes, len, false, (unsigned char *) out);
	if (eof && chunk.taken < len)
	{
		chunk.cut = true;
		chunk.written += put_marks(bytes + chunk.taken, len - chunk.taken,
								  (unsigned char *) out + chunk.written);
		chunk.taken = len;
	}
	return chunk;
}

/* Does a mark stand here? */
bool
wfx_utf16_is_mark(const char *text, size_t len)
{
	return len >= 2 && ((unsigned char) text[0] & 0xFC) == MARK_FIRST;
}

/* The character of sound UTF-8; returns its bytes */
static size_t
get_utf8(const unsigned char *text, size_t len, unsigned int *c)
{
	size_t		n = text[0] < 0xC0 ? 1 : text[0] < 0xE0 ? 2 : text[0] < 0xF0 ? 3 : 4;

	if (n > len)
		n = 1;
	*c = n == 1 ? text[0] : text[0] & (0x7F >> n);
	for (size_t i = 1; i < n; i++)
		*c = *c << 6 | (text[i] & 0x3F);
	return n;
}

/* The bytes in UTF-16 of what stands here */
size_t
wfx_utf16_encode(const char *text, size_t len, bool big_endian, char out[WFX_UTF16_MAX],
				 size_t *taken)
{
	unsigned int c;

	if (wfx_utf16_is_mark(text, len))
	{
		*taken = 2;
		out[0] = (char) ((text[0] & 0x03) << 6 | (text[1] & 0x3F));
		return 1;
	}
	*taken = get_utf8((const unsigned char *) text, len, &c);
	if (c < 0x10000)
	{
		put_unit(c, big_endian, out);
		return 2;
	}
	put_unit(0xD800 + ((c - 0x10000) >> 10), big_endian, out);
	put_unit(0xDC00 + ((c - 0x10000) & 0x3FF), big_endian, out + 2);
	return 4;
}

/* How many bytes of UTF-16 a decoded text was: each first byte tells */
size_t
wfx_utf16_length(const char *text, size_t len)
{
	size_t		length = 0;

	for (size_t i = 0; i < len; i++)
	{
		unsigned char c = text[i];

		length += ((c & 0xC0) != 0x80) * 2 + (c >= 0xF0) * 2 - (c >= MARK_FIRST) * 3;
	}
	return length;
}
