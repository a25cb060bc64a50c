/*
 * value_json.c
 *		JSON, as files hold it.
 *
 * The server's parser judges the grammar without raising.  What its input
 * functions would raise for behind that (depth, size, characters and numbers
 * that jsonb cannot hold) is looked for here.
 */
#include "postgres.h"

#include <ctype.h>

#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "common/jsonapi.h"
#include "mb/pg_wchar.h"

#include "text.h"
#include "value_kinds.h"

/* Deeper JSON may exhaust the stack, which the server answers by raising */
#define MAX_JSON_DEPTH 1000

/*
 * A jsonb can be six times as large as its text ("1," takes 12 bytes), and its
 * parts may have 256 MB.  While it is built, its arrays hold at most 2^24
 * elements, and each takes two bytes of text.
 */
#define MAX_JSONB_TEXT (32 * 1024 * 1024)

/* How deep do brackets nest in a text that may be JSON? */
static int
json_depth(const char *text)
{
	bool		quoted = false;
	int			depth = 0;
	int			deepest = 0;

	for (const char *p = text; *p != '\0'; p++)
	{
		if (quoted && *p == '\\' && p[1] != '\0')
			p++;
		else if (*p == '"')
			quoted = !quoted;
		else if (!quoted && (*p == '[' || *p == '{'))
		{
			depth++;
			deepest = Max(deepest, depth);
		}
		else if (!quoted && (*p == ']' || *p == '}'))
			depth--;
	}
	return deepest;
}

/* Can the database's encoding hold this character of a \u escape? */
static bool
has_server_form(pg_wchar c)
{
	int			encoding = GetDatabaseEncoding();
	unsigned char source[8];
	unsigned char target[64];
	int			len;
	Oid			proc;

	if (c < 0x80 || encoding == PG_UTF8)
		return true;
	proc = FindDefaultConversionProc(PG_UTF8, encoding);
	if (!OidIsValid(proc))
		return false;
	unicode_to_utf8(c, source);
	len = pg_utf_mblen(source);
	return pg_do_encoding_conversion_buf(proc, PG_UTF8, encoding, source, len,
										 target, sizeof(target), true) == len;
}

/* Step over a \u escape of well-formed JSON at *p; its UTF-16 unit, or 0 if there is none */
static pg_wchar
next_utf16_unit(const char **p)
{
	char		digits[5] = {0};

	if ((*p)[0] != '\\' || (*p)[1] != 'u')
		return 0;
	memcpy(digits, *p + 2, 4);
	*p += 6;
	return strtoul(digits, NULL, 16);
}

/* Step over the \u escape at *p; false if jsonb has no place for its character */
static bool
check_json_escape(const char **p, WfxReason *why)
{
	const char *start = *p;
	pg_wchar	c = next_utf16_unit(p);

	if (is_utf16_surrogate_first(c))
	{
		pg_wchar	second = next_utf16_unit(p);

		c = is_utf16_surrogate_second(second) ? surrogate_pair_to_codepoint(c, second) : 0;
	}
	if (c == 0 || is_utf16_surrogate_second(c) || !has_server_form(c))
		return wfx_refuse(why, ERRCODE_UNTRANSLATABLE_CHARACTER, NULL,
						  "\"%.6s\" in the JSON is no character that can be stored", start);
	return true;
}

/*
 * Find what jsonb cannot hold in well-formed JSON: characters and numbers.
 * Backslashes stand in strings only, and digits are judged out of strings only.
 */
static bool
check_jsonb(const char *text, WfxReason *why)
{
	const char *p = text;
	bool		quoted = false;
	WfxDecimal		number;

	while (*p != '\0')
	{
		if (*p == '\\' && p[1] == 'u')
		{
			if (!check_json_escape(&p, why))
				return false;
		}
		else if (*p == '\\')
			p += 2;
		else if (!quoted && isdigit((unsigned char) *p))
		{
			p = wfx_scan_decimal(p, &number);
			if (!wfx_fits_numeric(&number, -1))
				return wfx_refuse(why, ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, NULL,
								  "a number in the JSON is out of range");
		}
		else if (*p++ == '"')
			quoted = !quoted;
	}
	return true;
}

/* Refuse malformed JSON and say where it stops being any */
static bool
refuse_json(const char *text, const char *token, WfxReason *why)
{
	(void) wfx_refuse(why, ERRCODE_INVALID_TEXT_REPRESENTATION, NULL,
					  "\"%s\" is not valid JSON", wfx_excerpt(text));
	if (token == NULL || *token == '\0')
		why->detail = pstrdup("It ends too early.");
	else
		why->detail = psprintf("It is wrong from character %d on: \"%s\".",
							   pg_mbstrlen_with_len(text, token - text) + 1,
							   wfx_cut(token, 20));
	return false;
}

/* Prepare the server's JSON parser, without its reading of escapes, which may raise */
static JsonLexContext *
make_json_lexer(const char *text)
{
#if PG_VERSION_NUM >= 170000
	return makeJsonLexContextCstringLen(NULL, unconstify(char *, text), strlen(text),
										GetDatabaseEncoding(), false);
#else
	return makeJsonLexContextCstringLen(unconstify(char *, text), strlen(text),
										GetDatabaseEncoding(), false);
#endif
}

/* Read a json or jsonb */
bool
wfx_json_parse(WfxType *type, const char *text, Datum *value, WfxReason *why)
{
	JsonLexContext *lexer;

	if (type->base == JSONBOID && strlen(text) > MAX_JSONB_TEXT)
		return wfx_refuse(why, ERRCODE_STRING_DATA_RIGHT_TRUNCATION, NULL,
						  "value is too long: %zu bytes, at most %d are allowed",
						  strlen(text), MAX_JSONB_TEXT);
	if (json_depth(text) > MAX_JSON_DEPTH)
		return wfx_refuse(why, ERRCODE_DATA_EXCEPTION, NULL,
						  "the JSON is nested too deeply: at most %d levels are allowed",
						  MAX_JSON_DEPTH);
	lexer = make_json_lexer(text);
	if (pg_parse_json(lexer, &nullSemAction) != JSON_SUCCESS)
		return refuse_json(text, lexer->token_start, why);
	if (type->base == JSONBOID && !check_jsonb(text, why))
		return false;
	return wfx_accept_text(type, text, value);
}
