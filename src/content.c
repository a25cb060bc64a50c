/*
 * content.c
 *		Would a spreadsheet or a browser execute what a cell or a value holds?
 *
 * What an application shows of a jsonb or an array are its strings, and they are
 * cells of an export one day.  So each is judged as a cell is (active_content.c).
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/lsyscache.h"

#include "active_content.h"
#include "content.h"
#include "text.h"

/* What a cell would execute */
const char *
wfx_content_of_cell(const char *text, bool is_email)
{
	const char *utf8 = wfx_utf8(text);

	return wfx_active_content(utf8, strlen(utf8), is_email);
}

/* Read four digits of a \u escape */
static pg_wchar
read_utf16_unit(const char *digits)
{
	char		copy[5] = {0};

	memcpy(copy, digits, 4);
	return strtoul(copy, NULL, 16);
}

/* Append the character of a \u escape in UTF-8; how many bytes of JSON is it behind the "u"? */
static int
append_utf16(StringInfo string, const char *digits)
{
	unsigned char utf8[5] = {0};
	pg_wchar	c = read_utf16_unit(digits);
	int			len = 4;

	if (is_utf16_surrogate_first(c) && digits[4] == '\\' && digits[5] == 'u')
	{
		c = surrogate_pair_to_codepoint(c, read_utf16_unit(digits + 6));
		len = 10;
	}
	unicode_to_utf8(c, utf8);
	appendBinaryStringInfo(string, (char *) utf8, pg_utf_mblen(utf8));
	return len;
}

/* Read a string of well-formed JSON, from behind its opening quote to its closing one */
static const char *
read_json_string(const char *p, StringInfo string)
{
	static const char escapes[] = "b\bf\fn\nr\rt\t";

	resetStringInfo(string);
	for (; *p != '"'; p++)
	{
		const char *escape;

		if (*p != '\\')
		{
			appendStringInfoChar(string, *p);
			continue;
		}
		escape = strchr(escapes, *++p);
		if (*p == 'u')
			p += append_utf16(string, p + 1);
		else
			appendStringInfoChar(string, escape != NULL ? escape[1] : *p);
	}
	return p;
}

/* What a string of well-formed JSON would execute; keys are strings, too */
static const char *
content_of_json(const char *json)
{
	StringInfoData string;
	const char *kind = NULL;

	initStringInfo(&string);
	json = wfx_utf8(json);
	for (const char *p = json; kind == NULL && *p != '\0'; p++)
	{
		CHECK_FOR_INTERRUPTS();
		if (*p != '"')
			continue;
		p = read_json_string(p + 1, &string);
		kind = wfx_active_content(string.data, string.len, false);
	}
	pfree(string.data);
	return kind;
}

/* What an element of an array would execute */
static const char *
content_of_array(const WfxType *element, Datum value)
{
	ArrayIterator iterator = array_create_iterator(DatumGetArrayTypeP(value), 0, NULL);
	const char *kind = NULL;
	FmgrInfo	output;
	Oid			function;
	bool		isvarlena;
	bool		isnull;

	getTypeOutputInfo(element->base, &function, &isvarlena);
	fmgr_info(function, &output);
	while (kind == NULL && array_iterate(iterator, &value, &isnull))
	{
		char	   *text;

		CHECK_FOR_INTERRUPTS();
		if (isnull)
			continue;
		text = OutputFunctionCall(&output, value);
		kind = wfx_content_of_cell(text, false);
		if (kind == NULL)
			kind = wfx_content_of_value(element, text, value);
		pfree(text);
	}
	array_free_iterator(iterator);
	return kind;
}

/* What a text within the value of a cell would execute */
const char *
wfx_content_of_value(const WfxType *type, const char *text, Datum value)
{
	if (!type->holds_text)
		return NULL;
	if (type->kind == WFX_TYPE_JSONB)
		return content_of_json(text);
	if (type->kind == WFX_TYPE_ARRAY)
		return content_of_array(type->element, value);
	return NULL;
}
