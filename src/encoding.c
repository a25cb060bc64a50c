/*
 * encoding.c
 *		From the file's encoding to the database's, without raising.
 */
#include "postgres.h"

#include "catalog/pg_conversion.h"
#include "catalog/pg_namespace.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"

#include "encoding.h"
#include "utf16.h"

/* Bytes verified or converted at once; a bad one costs as much again */
#define PIECE			8192

/* Recognise a byte order mark */
static void
detect_mark(WfxEncoding *encoding, const char *head, size_t len)
{
	encoding->door = WFX_DOOR_RAW;
	encoding->text = PG_UTF8;
	encoding->bom = 0;
	if (len >= 3 && memcmp(head, "\xEF\xBB\xBF", 3) == 0)
		encoding->bom = 3;
	else if (len >= 2 && memcmp(head, "\xFF\xFE", 2) == 0)
	{
		encoding->door = WFX_DOOR_UTF16LE;
		encoding->bom = 2;
	}
	else if (len >= 2 && memcmp(head, "\xFE\xFF", 2) == 0)
	{
		encoding->door = WFX_DOOR_UTF16BE;
		encoding->bom = 2;
	}
}

/* Which encodings need masks, and as which one they count */
static bool
find_masked(int encoding, WfxMultibyte *masked)
{
	switch (encoding)
	{
		case PG_SJIS:
		case PG_SHIFT_JIS_2004:
			*masked = WFX_SJIS;
			return true;
		case PG_BIG5:
			*masked = WFX_BIG5;
			return true;
		case PG_GBK:
			*masked = WFX_GBK;
			return true;
		case PG_UHC:
			*masked = WFX_UHC;
			return true;
		case PG_JOHAB:
			*masked = WFX_JOHAB;
			return true;
		case PG_GB18030:
			*masked = WFX_GB18030;
			return true;
		default:
			return false;
	}
}

/*
 * Follow a declaration, unless there is a byte order mark: no text begins with its
 * characters in another encoding.  SQL_ASCII means the database's encoding.
 */
static void
choose_door(WfxEncoding *encoding, int declared, const char *head, size_t len)
{
	detect_mark(encoding, head, len);
	if (declared >= 0 && encoding->bom == 0)
		encoding->text = declared == PG_SQL_ASCII ? GetDatabaseEncoding() : declared;
	if (find_masked(encoding->text, &encoding->masked))
		encoding->door = WFX_DOOR_MASKED;
	encoding->name = encoding->door == WFX_DOOR_UTF16LE ? "UTF-16LE" :
		encoding->door == WFX_DOOR_UTF16BE ? "UTF-16BE" :
		pg_encoding_to_char(encoding->text);
}

/* Add a conversion, where one is needed; false: the server has none of its own */
static bool
add_conversion(WfxEncoding *encoding, int from, int to)
{
	WfxConversion *conversion = &encoding->conversions[encoding->nconversions];

	if (from == to)
		return true;
	conversion->proc = FindDefaultConversion(PG_CATALOG_NAMESPACE, from, to);
	conversion->from = from;
	conversion->to = to;
	encoding->nconversions++;
	return OidIsValid(conversion->proc);
}

/*
 * Find the conversions: through UTF-8, which lacks nothing; without it only where the
 * server has no such way.  SQL_ASCII takes what is safe to take as it is.
 */
static bool
find_conversions(WfxEncoding *encoding)
{
	int			from = encoding->text;
	int			to = GetDatabaseEncoding();

	if (to == PG_SQL_ASCII)
		to = encoding->door == WFX_DOOR_MASKED ? PG_UTF8 : from;
	encoding->nconversions = 0;
	if (from == to || (add_conversion(encoding, from, PG_UTF8) &&
					   add_conversion(encoding, PG_UTF8, to)))
		return true;
	encoding->nconversions = 0;
	return add_conversion(encoding, from, to);
}

/* Choose the way from the file to the database */
bool
wfx_encoding_init(WfxEncoding *encoding, int declared, const char *head, size_t len,
				  const char **problem)
{
	MemSet(encoding, 0, sizeof(WfxEncoding));
	choose_door(encoding, declared, head, len);
	initStringInfo(&encoding->unmasked);
	initStringInfo(&encoding->between);
	if (find_conversions(encoding))
		return true;
	*problem = psprintf("there is no conversion from encoding %s to this database's encoding %s",
						encoding->name, GetDatabaseEncodingName());
	return false;
}

/* Make a chunk safe for the scanner */
WfxChunk
wfx_encoding_decode(WfxEncoding *encoding, const char *chunk, size_t len, bool eof, char *out)
{
	if (encoding->door == WFX_DOOR_MASKED)
		return wfx_multibyte_mask(encoding->masked, chunk, len, eof, out);
	return wfx_utf16_decode(chunk, len, encoding->door == WFX_DOOR_UTF16BE, eof, out);
}

/* How many bytes of the file a text was */
int64
wfx_encoding_file_length(const WfxEncoding *encoding, const char *text, size_t len)
{
	switch (encoding->door)
	{
		case WFX_DOOR_UTF16LE:
		case WFX_DOOR_UTF16BE:
			return wfx_utf16_length(text, len);
		case WFX_DOOR_MASKED:
			return wfx_multibyte_unmasked_length(text, len);
		case WFX_DOOR_RAW:
			break;
	}
	return len;
}

/* Is a text sound, and the same in the database's encoding? */
bool
wfx_encoding_is_plain(const WfxEncoding *encoding, const char *text, size_t len)
{
	size_t		pos = 0;

	if (encoding->nconversions > 0 || encoding->door == WFX_DOOR_MASKED)
		return false;
	while (len - pos > PIECE)
	{
		size_t		sound = pg_encoding_verifymbstr(encoding->text, text + pos, PIECE);

		CHECK_FOR_INTERRUPTS();
		/* a piece may cut a character */
		if (sound <= PIECE - MAX_MULTIBYTE_CHAR_LEN)
			return false;
		pos += sound;
	}
	return (size_t) pg_encoding_verifymbstr(encoding->text, text + pos, len - pos) == len - pos;
}

/*
 * Run a conversion over text, appending what it could convert.  Returns the bytes
 * taken; it stops at the first bad character.
 */
static size_t
convert(const WfxConversion *conversion, const char *text, size_t len, StringInfo out)
{
	size_t		taken;

	enlargeStringInfo(out, len * MAX_CONVERSION_GROWTH + 1);
	taken = pg_do_encoding_conversion_buf(conversion->proc, conversion->from, conversion->to,
										  (unsigned char *) text, len,
										  (unsigned char *) out->data + out->len,
										  out->maxlen - out->len, true);
	out->len += strlen(out->data + out->len);
	return taken;
}

/* Verify text and append what is sound; returns how much that is */
static size_t
verify(int encoding, const char *text, size_t len, StringInfo out)
{
	size_t		sound = pg_encoding_verifymbstr(encoding, text, len);

	appendBinaryStringInfo(out, text, sound);
	return sound;
}

/*
 * Append a text in the database's encoding.  Returns the bytes taken; 0 and nothing
 * appended if the second conversion lacks a character.
 */
static size_t
translate(WfxEncoding *encoding, const char *text, size_t len, StringInfo out)
{
	StringInfo	between = &encoding->between;
	int			before = out->len;
	size_t		taken;

	if (encoding->nconversions == 0)
		return verify(encoding->text, text, len, out);
	if (encoding->nconversions == 1)
		return convert(&encoding->conversions[0], text, len, out);
	resetStringInfo(between);
	taken = convert(&encoding->conversions[0], text, len, between);
	if (convert(&encoding->conversions[1], between->data, between->len, out) == (size_t) between->len)
		return taken;
	out->len = before;
	out->data[before] = '\0';
	return 0;
}

/* The bytes of the character at the beginning of text; 0 if there is none */
static size_t
measure_character(const WfxEncoding *encoding, const char *text, size_t len)
{
	if (*text == '\0')
		return 0;
	if (encoding->door == WFX_DOOR_MASKED)
		return wfx_multibyte_character(encoding->masked, text, len);
	return Max(pg_encoding_verifymbchar(encoding->text, text, len), 0);
}

/* Append bytes as \xNN */
static void
append_hex(StringInfo out, const char *bytes, size_t len)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < len; i++)
	{
		unsigned char c = bytes[i];
		char		hex[] = {'\\', 'x', digits[c >> 4], digits[c & 0x0F]};

		appendBinaryStringInfo(out, hex, sizeof(hex));
	}
}

/*
 * Append the file's bytes of a character that is bad, or of a byte that is none (n is
 * 0); returns the bytes of text that it takes.
 */
static size_t
append_bad(const WfxEncoding *encoding, const char *text, size_t len, size_t n, StringInfo out)
{
	char		bytes[WFX_UTF16_MAX];
	size_t		taken = Max(n, 1);

	if (encoding->door == WFX_DOOR_RAW || encoding->door == WFX_DOOR_MASKED)
		append_hex(out, text, taken);
	else
	{
		n = wfx_utf16_encode(text, len, encoding->door == WFX_DOOR_UTF16BE, bytes, &taken);
		append_hex(out, bytes, n);
	}
	return taken;
}

/*
 * Is a character that could not be translated one that only the database's encoding
 * lacks?
 */
static bool
is_untranslatable(WfxEncoding *encoding, const char *text, size_t len)
{
	if (encoding->nconversions < 2)
		return encoding->nconversions == 1 && encoding->conversions[0].to != PG_UTF8;
	resetStringInfo(&encoding->between);
	return convert(&encoding->conversions[0], text, len, &encoding->between) == len;
}

/*
 * Append a text character by character, from pos to end or behind the character that
 * end cuts; returns where it stopped.  ASCII is the same in all encodings.
 */
static size_t
append_characters(WfxEncoding *encoding, const char *text, size_t len, size_t pos, size_t end,
				  StringInfo out, WfxBadByte *bad)
{
	while (pos < end)
	{
		size_t		n = measure_character(encoding, text + pos, len - pos);
		int			before = out->len;

		if (n == 1 && !IS_HIGHBIT_SET(text[pos]))
			appendStringInfoCharMacro(out, text[pos]);
		else if (n == 0 || translate(encoding, text + pos, n, out) < n)
		{
			if (bad->offset < 0)
			{
				bad->offset = pos;
				bad->untranslatable = n > 0 && is_untranslatable(encoding, text + pos, n);
			}
			out->len = before;
			n = append_bad(encoding, text + pos, len - pos, n, out);
		}
		pos += n;
	}
	return pos;
}

/*
 * Append a text without masks; the offset of the first bad byte is one of the text.
 * Sound pieces are handled as a whole, the others character by character.
 */
static WfxBadByte
append_text(WfxEncoding *encoding, const char *text, size_t len, StringInfo out)
{
	WfxBadByte	bad = {-1, false};
	size_t		pos = 0;

	while (pos < len)
	{
		size_t		end = Min(len, pos + PIECE);
		int			before = out->len;
		size_t		stop = pos + translate(encoding, text + pos, end - pos, out);

		CHECK_FOR_INTERRUPTS();
		/* a piece that is not the last one may cut a character */
		if (stop < end && (end == len || end - stop >= MAX_MULTIBYTE_CHAR_LEN))
		{
			out->len = before;
			stop = append_characters(encoding, text, len, pos, end, out, &bad);
		}
		pos = stop;
	}
	return bad;
}

/* Bring a piece of a record into the database's encoding */
WfxBadByte
wfx_encoding_append(WfxEncoding *encoding, const char *text, size_t len, StringInfo out)
{
	StringInfo	unmasked = &encoding->unmasked;
	WfxBadByte	bad;

	if (encoding->door != WFX_DOOR_MASKED)
	{
		bad = append_text(encoding, text, len, out);
		if (bad.offset > 0)
			bad.offset = wfx_encoding_file_length(encoding, text, bad.offset);
		return bad;
	}
	resetStringInfo(unmasked);
	enlargeStringInfo(unmasked, len);
	unmasked->len = wfx_multibyte_unmask(text, len, unmasked->data);
	return append_text(encoding, unmasked->data, unmasked->len, out);
}
