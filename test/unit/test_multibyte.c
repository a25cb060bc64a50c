/*
 * test_multibyte.c
 *		Masks on the ASCII bytes of multi-byte characters, without a server.
 *
 * Every input is masked whole and in chunks of 64 down to 1 byte.  In what is
 * expected, masked bytes are spelled out as they are: \xFF and the byte with its
 * highest bit set.
 */
#include "multibyte.h"

#include "chunks.h"
#include "unit.h"

#define INPUT(text) text, sizeof(text) - 1

static const char *const names[] = {"SJIS", "BIG5", "GBK", "UHC", "JOHAB", "GB18030"};

/* The decoder; the option is the encoding */
static WfxChunk
mask(int encoding, const char *in, size_t len, bool eof, char *out)
{
	return wfx_multibyte_mask(encoding, in, len, eof, out);
}

/* Does taking the masks off give the input? */
static bool
is_lossless(const Decoded *text, const char *in, size_t len)
{
	char	   *exact = malloc(text->len + 1);
	char	   *out = malloc(text->len + 1);
	bool		lossless;

	memcpy(exact, text->data, text->len);
	lossless = wfx_multibyte_unmask(exact, text->len, out) == len && memcmp(in, out, len) == 0 &&
		wfx_multibyte_unmasked_length(exact, text->len) == len;
	free(exact);
	free(out);
	return lossless;
}

/* Is the input masked alike in all chunks? */
static bool
is_same_in_chunks(const Decoded *whole, WfxMultibyte encoding, const char *in, size_t len)
{
	bool		same = true;

	for (size_t size = 64; size > 0; size--)
	{
		Decoded		text = decode_chunks(mask, encoding, in, len, size, size % 2);

		same &= text.sound && same_text(whole, &text);
		free(text.data);
	}
	return same;
}

/* The input must be masked like this */
static void
masks(WfxMultibyte encoding, const char *in, size_t len, const char *expected, bool cut,
	  const char *name)
{
	Decoded		whole = decode_chunks(mask, encoding, in, len, len + 1, false);

	ok(whole.len == strlen(expected) && memcmp(whole.data, expected, whole.len) == 0 &&
	   whole.cut == cut && whole.sound, "%s: %s", names[encoding], name);
	ok(is_same_in_chunks(&whole, encoding, in, len), "... in chunks");
	ok(is_lossless(&whole, in, len), "... and back");
	free(whole.data);
}

/* Characters whose second byte is a backslash, a pipe or a letter */
static void
test_sound(void)
{
	masks(WFX_SJIS, INPUT(""), "", false, "nothing");
	masks(WFX_SJIS, INPUT("a,b\\|\"c\" and more of it"),
		  "a,b\\|\"c\" and more of it", false, "ASCII");
	masks(WFX_SJIS, INPUT("\x95\x5C,\x83\x7C"),
		  "\x95\xFF\xDC,\x83\xFF\xFC", false, "a backslash and a pipe");
	masks(WFX_SJIS, INPUT("\xB1|\xDF\\\x88\xEA"),
		  "\xB1|\xDF\\\x88\xEA", false, "single bytes before them");
	masks(WFX_BIG5, INPUT("\xB3\x5C\xA5\x5C\xA7\xDA"),
		  "\xB3\xFF\xDC\xA5\xFF\xDC\xA7\xDA", false, "backslashes");
	masks(WFX_GBK, INPUT("\x81\x5C|\x85\x7C"),
		  "\x81\xFF\xDC|\x85\xFF\xFC", false, "a backslash and a pipe");
	masks(WFX_UHC, INPUT("\x81\x41\xB0\xA1"), "\x81\xFF\xC1\xB0\xA1", false, "a letter");
	masks(WFX_JOHAB, INPUT("\x88\x7C\x88\x5C\xD0\x31"),
		  "\x88\xFF\xFC\x88\xFF\xDC\xD0\xFF\xB1", false, "all of them");
	masks(WFX_GB18030, INPUT("\x81\x30\x81\x39,\x81\x7C"),
		  "\x81\xFF\xB0\x81\xFF\xB9,\x81\xFF\xFC", false, "four bytes");
}

/* Damaged characters take no delimiter and no line end with them */
static void
test_bad(void)
{
	masks(WFX_SJIS, INPUT("\x81,\x81\n\x80|\xA0\"\xFD"),
		  "\x81,\x81\n\x80|\xA0\"\xFD", false, "bytes that are no characters");
	masks(WFX_SJIS, INPUT("\xFF\x5C\xFF\xFF"), "\xFF\xFF\x5C\xFF\xFF\xFF\xFF", false, "FF");
	masks(WFX_SJIS, INPUT("\x81\xFF|"), "\x81\xFF\xFF|", false, "FF behind a first byte");
	masks(WFX_SJIS, INPUT("a\x81"), "a\x81", true, "a character cut at the end");
	masks(WFX_UHC, INPUT("\x81\x5B\x81|\x81\x40"),
		  "\x81\x5B\x81|\x81\x40", false, "no second bytes");
	masks(WFX_BIG5, INPUT("\xA4\x80\xA4\xA0\xA4,"),
		  "\xA4\x80\xA4\xA0\xA4,", false, "no second bytes");
	masks(WFX_GB18030, INPUT("\x81\x30,\x81\x30\x81,\x81\x39\x81\x41"),
		  "\x81\x30,\x81\x30\x81,\x81\x39\x81\xFF\xC1", false, "four bytes that are none");
	masks(WFX_GB18030, INPUT("\x81"), "\x81", true, "one of four bytes");
	masks(WFX_GB18030, INPUT("\x81\x30"), "\x81\x30", true, "two of four bytes");
	masks(WFX_GB18030, INPUT("\x81\x30\x81"), "\x81\x30\x81", true, "three of four bytes");
}

/* Runs of ASCII are copied in words: a character at every place of a run */
static void
test_runs(void)
{
	bool		same = true;

	for (size_t at = 0; at + 2 <= 40; at++)
	{
		char		in[40];
		char		expected[41];
		Decoded		text;

		memset(in, 'x', sizeof(in));
		memcpy(in + at, "\x95\x5C", 2);
		memset(expected, 'x', sizeof(expected));
		memcpy(expected + at, "\x95\xFF\xDC", 3);
		text = decode_chunks(mask, WFX_SJIS, in, sizeof(in), sizeof(in), false);
		same &= text.len == 41 && memcmp(text.data, expected, 41) == 0 &&
			is_same_in_chunks(&text, WFX_SJIS, in, sizeof(in));
		free(text.data);
	}
	ok(same, "long runs of ASCII");
}

/* Every pair of bytes, in every encoding */
static void
test_all_pairs(void)
{
	for (int encoding = WFX_SJIS; encoding <= WFX_GB18030; encoding++)
	{
		bool		lossless = true;
		bool		ends = true;

		for (unsigned int pair = 0; pair < 0x10000; pair++)
		{
			char		in[] = {(char) (pair >> 8), (char) pair, '\n'};
			Decoded		text = decode_chunks(mask, encoding, in, sizeof(in), sizeof(in), false);

			lossless &= text.sound && is_lossless(&text, in, sizeof(in));
			ends &= text.data[text.len - 1] == '\n';
			free(text.data);
		}
		ok(lossless, "%s: every pair comes back", names[encoding]);
		ok(ends, "%s: no pair takes the line end with it", names[encoding]);
	}
}

int
main(void)
{
	test_sound();
	test_bad();
	test_runs();
	test_all_pairs();
	return done_testing();
}
