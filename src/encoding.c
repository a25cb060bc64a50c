/*
 * encoding.c
 *		From the file's encoding to the database's, without raising.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "mb/pg_wchar.h"
#include "utils/memutils.h"

#include "encoding.h"

/* No UTF-8 text holds this byte: it marks what could not be decoded */
#define BAD_BYTE		'\xFF'

/* Bytes converted at once: conversion functions take an int and may quadruple */
#define CONVERT_MAX		(1024 * 1024)

/* Recognise a byte order mark */
static void
detect_bom(WfxEncoding *encoding, const char *head, size_t len)
{
	encoding->door = WFX_DOOR_RAW;
	encoding->file = PG_UTF8;
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

/* Follow a declaration, unless the file says by its byte order mark what it is */
static void
apply_declared(WfxEncoding *encoding, int declared)
{
	if (declared < 0 || encoding->bom > 0)
		return;
	encoding->file = declared;
	encoding->door = PG_VALID_BE_ENCODING(declared) ? WFX_DOOR_RAW : WFX_DOOR_CONVERT;
}

/* Find a conversion function, where one is needed */
static bool
find_conversion(int from, int to, Oid *proc)
{
	*proc = InvalidOid;
	if (from == to || from == PG_SQL_ASCII || to == PG_SQL_ASCII)
		return true;
	*proc = FindDefaultConversionProc(from, to);
	return OidIsValid(*proc);
}

/* Choose the way from the file to the database */
bool
wfx_encoding_init(WfxEncoding *encoding, int declared, const char *head, size_t len,
				  const char **problem)
{
	int			database = GetDatabaseEncoding();
	bool		found = true;

	detect_bom(encoding, head, len);
	apply_declared(encoding, declared);
	encoding->scanned = encoding->door == WFX_DOOR_RAW ? encoding->file : PG_UTF8;
	encoding->to_utf8 = InvalidOid;
	encoding->cut = false;
	if (encoding->door == WFX_DOOR_CONVERT)
		found = find_conversion(encoding->file, PG_UTF8, &encoding->to_utf8);
	found = found && find_conversion(encoding->scanned, database, &encoding->to_database);
	if (!found)
		*problem = psprintf("there is no conversion from encoding %s to this database's encoding %s",
							pg_encoding_to_char(encoding->file),
							pg_encoding_to_char(database));
	return found;
}

/* One 16-bit unit */
static unsigned int
utf16_unit(const unsigned char *p, bool big_endian)
{
	return big_endian ? (p[0] << 8 | p[1]) : (p[1] << 8 | p[0]);
}

/*
 * Decode one character of UTF-16: returns its bytes, 0 when the chunk cuts it,
 * and the character, or 0xFFFFFFFF for half of a pair.
 */
static size_t
utf16_next(const unsigned char *p, size_t len, bool big_endian, pg_wchar *c)
{
	unsigned int low;

	if (len < 2)
		return 0;
	*c = utf16_unit(p, big_endian);
	if (*c < 0xD800 || *c > 0xDFFF)
		return 2;
	if (*c <= 0xDBFF && len < 4)
		return 0;
	low = *c <= 0xDBFF ? utf16_unit(p + 2, big_endian) : 0;
	if (low < 0xDC00 || low > 0xDFFF)
	{
		*c = 0xFFFFFFFF;
		return 2;
	}
	*c = 0x10000 + ((*c - 0xD800) << 10) + (low - 0xDC00);
	return 4;
}

/* UTF-16 to UTF-8 */
static size_t
decode_utf16(WfxEncoding *encoding, const char *chunk, size_t len, bool eof, StringInfo out)
{
	bool		big_endian = encoding->door == WFX_DOOR_UTF16BE;
	size_t		pos = 0;

	while (pos < len)
	{
		unsigned char utf8[4];
		pg_wchar	c;
		size_t		n = utf16_next((const unsigned char *) chunk + pos, len - pos, big_endian, &c);

		if (n == 0)
		{
			encoding->cut = eof;
			break;
		}
		if (c == 0xFFFFFFFF)
			appendStringInfoChar(out, BAD_BYTE);
		else
		{
			unicode_to_utf8(c, utf8);
			appendBinaryStringInfo(out, (char *) utf8, pg_utf_mblen(utf8));
		}
		pos += n;
	}
	return pos;
}

/*
 * Run a conversion of the server over text, appending what it could convert.
 * Returns the bytes taken; it stops at the first bad character.
 */
static size_t
convert(Oid proc, int from, int to, const char *text, size_t len, StringInfo out)
{
	int			taken;

	len = Min(len, CONVERT_MAX);
	enlargeStringInfo(out, len * MAX_CONVERSION_GROWTH + 1);
	taken = pg_do_encoding_conversion_buf(proc, from, to, (unsigned char *) text, len,
										  (unsigned char *) out->data + out->len,
										  out->maxlen - out->len, true);
	out->len += strlen(out->data + out->len);
	return taken;
}

/* A client-only encoding to UTF-8 */
static size_t
decode_converted(WfxEncoding *encoding, const char *chunk, size_t len, bool eof, StringInfo out)
{
	size_t		longest = pg_encoding_max_length(encoding->file);
	size_t		pos = 0;

	while (pos < len)
	{
		pos += convert(encoding->to_utf8, encoding->file, PG_UTF8, chunk + pos, len - pos, out);
		if (pos >= len || (!eof && len - pos < longest))
			break;
		if (chunk[pos] == '\0' || !IS_HIGHBIT_SET(chunk[pos]))
			appendStringInfoChar(out, chunk[pos]);
		else
			appendStringInfoChar(out, BAD_BYTE);
		pos++;
	}
	return pos;
}

/* Turn a chunk into UTF-8, in front of the scanner */
size_t
wfx_encoding_decode(WfxEncoding *encoding, const char *chunk, size_t len, bool eof,
					StringInfo out)
{
	switch (encoding->door)
	{
		case WFX_DOOR_UTF16LE:
		case WFX_DOOR_UTF16BE:
			return decode_utf16(encoding, chunk, len, eof, out);
		case WFX_DOOR_CONVERT:
			return decode_converted(encoding, chunk, len, eof, out);
		case WFX_DOOR_RAW:
			break;
	}
	appendBinaryStringInfo(out, chunk, len);
	return len;
}

/*
 * Append the longest good beginning of text; returns how many of its bytes were
 * taken.
 */
static size_t
append_good(const WfxEncoding *encoding, const char *text, size_t len, StringInfo out)
{
	int			checked = encoding->scanned;
	size_t		good;

	len = Min(len, CONVERT_MAX);
	if (OidIsValid(encoding->to_database))
		return convert(encoding->to_database, encoding->scanned, GetDatabaseEncoding(),
					   text, len, out);
	/* nothing to convert: of the two, SQL_ASCII would take any byte */
	if (checked == PG_SQL_ASCII)
		checked = GetDatabaseEncoding();
	good = pg_encoding_verifymbstr(checked, text, len);
	appendBinaryStringInfo(out, text, good);
	return good;
}

/* Bring a piece of a record into the database's encoding */
int64
wfx_encoding_append(const WfxEncoding *encoding, const char *text, size_t len, StringInfo out)
{
	int64		first_bad = -1;
	size_t		pos = 0;

	for (;;)
	{
		size_t		good = append_good(encoding, text + pos, len - pos, out);

		pos += good;
		if (pos >= len)
			return first_bad;
		if (good > 0 && len > CONVERT_MAX)
			continue;			/* it may be the border of a conversion */
		if (first_bad < 0)
			first_bad = pos;
		appendStringInfo(out, "\\x%02X", (unsigned char) text[pos]);
		pos++;
	}
}

/* Does text begin with a sound character of the file's encoding? */
bool
wfx_encoding_is_sound(const WfxEncoding *encoding, const char *text, size_t len)
{
	int			longest = pg_encoding_max_length(encoding->scanned);

	return pg_encoding_verifymbstr(encoding->scanned, text, Min(len, (size_t) longest)) > 0;
}
