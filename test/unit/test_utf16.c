/*
 * test_utf16.c
 *		UTF-16 to UTF-8 and back, without a server.
 *
 * Inputs are written big-endian and tried in both byte orders, whole and in
 * chunks of 64 down to 1 byte.  Marks are shown as <NN>.
 */
#include "utf16.h"

#include "chunks.h"
#include "unit.h"

#define INPUT(text) text, sizeof(text) - 1

/* The decoder; the option is the byte order */
static WfxChunk
decode(int big_endian, const char *in, size_t len, bool eof, char *out)
{
	return wfx_utf16_decode(in, len, big_endian, eof, out);
}

/* The other byte order; a byte without a partner stays */
static char *
swap(const char *in, size_t len)
{
	char	   *out = malloc(len + (len == 0));

	for (size_t i = 0; i < len; i++)
		out[i] = (i ^ 1) < len ? in[i ^ 1] : in[i];
	return out;
}

/* The text with its marks as <NN> */
static char *
show(const Decoded *text)
{
	char	   *shown = malloc(text->len * 2 + 1);
	size_t		n = 0;

	for (size_t i = 0; i < text->len; i++)
	{
		unsigned char c = text->data[i];

		if (wfx_utf16_is_mark(text->data + i, text->len - i))
			n += sprintf(shown + n, "<%02X>", (c & 3) << 6 | (text->data[++i] & 0x3F));
		else
			shown[n++] = c;
	}
	shown[n] = '\0';
	return shown;
}

/* Do the decoded text and its length give the bytes of the input? */
static bool
is_lossless(const Decoded *text, bool big_endian, const char *in, size_t len)
{
	size_t		pos = 0;

	if (wfx_utf16_length(text->data, text->len) != len)
		return false;
	for (size_t i = 0; i < text->len;)
	{
		char		bytes[WFX_UTF16_MAX];
		size_t		taken;
		size_t		n = wfx_utf16_encode(text->data + i, text->len - i, big_endian, bytes, &taken);

		if (pos + n > len || memcmp(in + pos, bytes, n) != 0)
			return false;
		pos += n;
		i += taken;
	}
	return pos == len;
}

/* Is the input decoded alike in all chunks? */
static bool
is_same_in_chunks(const Decoded *whole, bool big_endian, const char *in, size_t len)
{
	bool		same = true;

	for (size_t size = 64; size > 0; size--)
	{
		Decoded		text = decode_chunks(decode, big_endian, in, len, size, size % 2);

		same &= text.sound && same_text(whole, &text);
		free(text.data);
	}
	return same;
}

/* The input in one byte order must become this text */
static void
decodes_in(bool big_endian, const char *in, size_t len, const char *expected, bool cut,
		   const char *name)
{
	Decoded		whole = decode_chunks(decode, big_endian, in, len, len + 1, false);
	char	   *shown = show(&whole);

	if (!ok(strcmp(shown, expected) == 0 && whole.cut == cut && whole.sound, "%s, %s", name,
			big_endian ? "big-endian" : "little-endian"))
		printf("# got %s\n", shown);
	ok(is_same_in_chunks(&whole, big_endian, in, len), "... in chunks");
	ok(is_lossless(&whole, big_endian, in, len), "... and back");
	free(shown);
	free(whole.data);
}

/* The input must become this text; in the other byte order its marks are swapped as well */
static void
decodes(const char *in, size_t len, const char *expected, const char *expected_swapped,
		bool cut, const char *name)
{
	char	   *swapped = swap(in, len);

	decodes_in(true, in, len, expected, cut, name);
	decodes_in(false, swapped, len, expected_swapped, cut, name);
	free(swapped);
}

/* Sound texts */
static void
test_sound(void)
{
	decodes(INPUT(""), "", "", false, "nothing");
	decodes(INPUT("\0i\0d\0,"), "id,", "id,", false, "ASCII");
	decodes(INPUT("\0\x7F\0\x80\x07\xFF\x08\0\xFF\xFF"),
			"\x7F\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF",
			"\x7F\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF", false, "one to three bytes");
	decodes(INPUT("\xD8\0\xDC\0\xDB\xFF\xDF\xFF"), "\xF0\x90\x80\x80\xF4\x8F\xBF\xBF",
			"\xF0\x90\x80\x80\xF4\x8F\xBF\xBF", false, "the first and the last pair");
	decodes(INPUT("\xD7\xFF\xE0\0\xFE\xFF"), "\xED\x9F\xBF\xEE\x80\x80\xEF\xBB\xBF",
			"\xED\x9F\xBF\xEE\x80\x80\xEF\xBB\xBF", false, "around the pairs, and a mark in the text");
}

/* Halves of pairs */
static void
test_lone_halves(void)
{
	decodes(INPUT("\0a\xD8\x3D\0b"), "a<D8><3D>b", "a<3D><D8>b", false,
			"a first half before a letter");
	decodes(INPUT("\xDC\0\0b"), "<DC><00>b", "<00><DC>b", false, "a second half alone");
	decodes(INPUT("\xD8\x3D\xD8\x3D\xDE\0"), "<D8><3D>\xF0\x9F\x98\x80", "<3D><D8>\xF0\x9F\x98\x80",
			false, "a first half before a pair");
	decodes(INPUT("\xDE\0\xD8\x3D\xDE\0\xDE\0"), "<DE><00>\xF0\x9F\x98\x80<DE><00>",
			"<00><DE>\xF0\x9F\x98\x80<00><DE>", false, "second halves around a pair");
}

/* Texts that end inside of a character */
static void
test_cut(void)
{
	decodes(INPUT("\0a\0"), "a<00>", "a<00>", true, "half of a letter");
	decodes(INPUT("\0a\xD8\x3D"), "a<D8><3D>", "a<3D><D8>", true, "half of a pair");
	decodes(INPUT("\xFF"), "<FF>", "<FF>", true, "a single byte");
	decodes_in(true, INPUT("\xD8\x3D\xDE"), "<D8><3D><DE>", true, "three bytes of a pair");
	decodes_in(false, INPUT("\x3D\xD8\0"), "<3D><D8><00>", true, "three bytes of a pair");
}

/* Runs of ASCII are copied in blocks: something else at every place of a run */
static void
test_runs(void)
{
	bool		same[2] = {true, true};

	for (size_t at = 0; at < 80; at++)
		for (int big_endian = 0; big_endian < 2; big_endian++)
		{
			char		in[160];
			char		expected[82];
			Decoded		text;

			for (size_t i = 0; i < 80; i++)
			{
				in[2 * i + !big_endian] = i == at ? '\x03' : '\0';
				in[2 * i + big_endian] = i == at ? '\xB1' : (char) ('a' + i % 26);
				expected[i + (i > at)] = in[2 * i + big_endian];
			}
			memcpy(expected + at, "\xCE\xB1", 2);
			text = decode_chunks(decode, big_endian, in, sizeof(in), sizeof(in), false);
			same[big_endian] &= text.len == 81 && memcmp(text.data, expected, 81) == 0 &&
				is_same_in_chunks(&text, big_endian, in, sizeof(in));
			free(text.data);
		}
	ok(same[true], "long runs of ASCII, big-endian");
	ok(same[false], "long runs of ASCII, little-endian");
}

/* Every unit there is, alone before a letter */
static void
test_all_units(void)
{
	bool		lossless = true;

	for (unsigned int unit = 0; unit < 0x10000; unit++)
	{
		char		in[] = {(char) (unit >> 8), (char) unit, '\0', 'x'};
		Decoded		text = decode_chunks(decode, true, in, sizeof(in), sizeof(in), false);

		lossless &= !text.cut && is_lossless(&text, true, in, sizeof(in)) &&
			wfx_utf16_is_mark(text.data, text.len) == (unit >= 0xD800 && unit < 0xE000);
		free(text.data);
	}
	ok(lossless, "every unit comes back, and only halves are marked");
}

int
main(void)
{
	test_sound();
	test_lone_halves();
	test_cut();
	test_runs();
	test_all_units();
	return done_testing();
}
