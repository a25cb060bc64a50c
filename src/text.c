/*
 * text.c
 *		Small helpers for texts in the database's encoding.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/json.h"

#include "text.h"
#include "values.h"

/* The text without the white space around it, or itself */
const char *
wfx_trimmed(const char *text, int len)
{
	if (text[len] == '\0' &&
		(len == 0 || (!wfx_is_blank(text, 1) && !wfx_is_blank(text + len - 1, 1))))
		return text;
	return wfx_trim(text, len);
}

/* Copy a text without the white space around it */
char *
wfx_trim(const char *text, int len)
{
	while (len > 0 && wfx_is_blank(text, 1))
	{
		text++;
		len--;
	}
	while (len > 0 && wfx_is_blank(text + len - 1, 1))
		len--;
	return pnstrdup(text, len);
}

/* Cut a text between two characters and say so with three dots */
char *
wfx_cut(const char *text, int maxbytes)
{
	int			len = strlen(text);

	if (len <= maxbytes)
		return pstrdup(text);
	return psprintf("%.*s...", pg_mbcliplen(text, len, maxbytes - 3), text);
}

/* Is every byte ASCII? */
static bool
is_ascii(const char *text)
{
	for (; *text != '\0'; text++)
		if (IS_HIGHBIT_SET(*text))
			return false;
	return true;
}

/* The text in UTF-8; itself where the database's encoding has no way there */
const char *
wfx_utf8(const char *text)
{
	int			encoding = GetDatabaseEncoding();
	int			len = strlen(text);
	int			size = len * MAX_CONVERSION_GROWTH + 1;
	char	   *utf8;
	Oid			proc;

	if (encoding == PG_UTF8 || encoding == PG_SQL_ASCII || is_ascii(text))
		return text;
	proc = FindDefaultConversionProc(encoding, PG_UTF8);
	if (!OidIsValid(proc))
		return text;
	utf8 = palloc(size);
	if (pg_do_encoding_conversion_buf(proc, encoding, PG_UTF8,
									  (unsigned char *) unconstify(char *, text), len,
									  (unsigned char *) utf8, size, true) == len)
		return utf8;
	pfree(utf8);
	return text;
}

/* Append a member to a JSON object */
void
wfx_append_json_member(StringInfo json, const char *key, const char *value)
{
	if (json->len > 0 && json->data[json->len - 1] != '{')
		appendStringInfoString(json, ", ");
	appendStringInfo(json, "\"%s\": ", key);
	if (value != NULL)
		escape_json(json, value);
	else
		appendStringInfoString(json, "null");
}
