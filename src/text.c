/*
 * text.c
 *		Small helpers for texts in the database's encoding.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/json.h"

#include "text.h"
#include "values.h"

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
