/*
 * csv_unescape.c
 *		What a field says: its text without escapes.
 */
#include "csv_scan.h"

#include <string.h>

/* Copy a field without its escapes */
size_t
wfx_csv_unescape(const WfxCsvScan *scan, const char *buf, const WfxCsvField *field, char *dst)
{
	const char *src = buf + field->start;
	const char *end = src + field->len;
	char	   *out = dst;

	if (!field->escaped)
	{
		memcpy(dst, src, field->len);
		return field->len;
	}

	while (src < end)
	{
		if (*src == scan->escape && end - src > 1 &&
			(src[1] == scan->quote || src[1] == scan->escape))
			src++;
		*out++ = *src++;
	}
	return out - dst;
}
