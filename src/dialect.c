/*
 * dialect.c
 *		Which delimiter does this file use?
 *
 * Each candidate reads the header and the first records as if it were the
 * delimiter.  Its score is the number of delimiters in the header, times the
 * share of records that fit the header.  So a delimiter that is not in the
 * header has no chance, however often it stands in the data; and one that only
 * stands in a name or a comment falls behind the one that all records share.
 */
#include "dialect.h"

#include <string.h>

#include "csv_scan.h"

/* In the order of preference for naming them */
static const char candidates[] = {',', ';', '\t', '|'};

#define NUM_CANDIDATES	(sizeof(candidates) / sizeof(candidates[0]))

/* So many records behind the header are looked at */
#define MAX_RECORDS		20

/* Of a wider record this much is seen; wide enough to tell delimiters apart */
#define MAX_FIELDS		1024

/* A winner's score is at least so many times the next one's */
#define CLEARLY			1.25

/* What the sample looks like under one candidate */
typedef struct WfxDialectFit
{
	int			delimiters;		/* in the header */
	int			columns;		/* header cells up to the last one not blank */
	int			records;		/* the header included */
	int			fitting;		/* so many of them are sound and fit the header */
} WfxDialectFit;

/* Is there nothing but white space in this field? */
static bool
field_is_blank(const char *buf, const WfxCsvField *field)
{
	size_t		i;

	for (i = field->start; i < field->start + field->len; i++)
	{
		if (buf[i] == '\0' || strchr(" \t\r\n\v\f", buf[i]) == NULL)
			return false;
	}
	return true;
}

/* The number of fields up to the last one that is not blank; 0: a blank line */
static int
used_fields(const WfxCsvScan *scan, const char *buf)
{
	int			n = scan->record.nfields;

	while (n > 0 && field_is_blank(buf, &scan->fields[n - 1]))
		n--;
	return n;
}

/*
 * Weigh one record; blank lines weigh nothing.  A record fits if it has all
 * columns of the header, and nothing but blank cells beyond them.
 */
static void
weigh_record(WfxDialectFit *fit, const WfxCsvScan *scan, const char *buf)
{
	int			used = used_fields(scan, buf);
	bool		sound = scan->record.problem == WFX_CSV_OK;

	if (used == 0)
		return;
	if (fit->records++ == 0)
	{
		fit->delimiters = scan->record.nfields - 1;
		fit->columns = used;
	}
	if (sound && used <= fit->columns && fit->columns <= scan->record.nfields)
		fit->fitting++;
}

/* Read the sample with one candidate */
static WfxDialectFit
weigh_candidate(WfxCsvScan *scan, const char *sample, size_t len, bool whole)
{
	WfxDialectFit fit = {0};

	while (fit.records <= MAX_RECORDS)
	{
		switch (wfx_csv_next(scan, sample, len, whole))
		{
			case WFX_CSV_RECORD:
				weigh_record(&fit, scan, sample);
				sample += scan->consumed;
				len -= scan->consumed;
				break;

			case WFX_CSV_MORE:
				/* the last record is cut off: only as a header it counts */
				if (fit.records > 0)
					return fit;
				whole = true;
				break;

			case WFX_CSV_FIELDS:
				weigh_record(&fit, scan, sample);
				return fit;

			case WFX_CSV_END:
				return fit;
		}
	}
	return fit;
}

/*
 * How well does a candidate explain the sample?  The 1 on both sides of the
 * share keeps a delimiter of the header above one that is not in it, even if no
 * record fits.
 */
static double
score(const WfxDialectFit *fit)
{
	return fit->delimiters * (1.0 + fit->fitting) / (1.0 + fit->records);
}

/* Is there a given text, in lower case, at p, in any case? */
static bool
starts_with(const char *p, const char *end, const char *text)
{
	for (; *text != '\0'; p++, text++)
	{
		if (p == end || (*p != *text && !(*p >= 'A' && *p <= 'Z' && *p - 'A' + 'a' == *text)))
			return false;
	}
	return true;
}

/*
 * Read a first line like sep=; with or without quotes around it.  Returns its
 * length with the line end, 0 if it is not one.
 */
static size_t
read_sep_line(const char *sample, size_t len, bool whole, char quote, char *delimiter)
{
	const char *p = sample;
	const char *end = sample + len;
	bool		quoted = len > 0 && quote != '\0' && *p == quote;
	char		sep;

	if (quoted)
		p++;
	if (!starts_with(p, end, "sep="))
		return 0;
	p += strlen("sep=");
	if (p == end)
		return 0;

	sep = *p++;
	if (sep == '\0' || (unsigned char) sep > 0x7f || sep == '\n' || sep == '\r' || sep == quote)
		return 0;
	if (quoted && (p == end || *p++ != quote))
		return 0;

	if (p == end ? !whole : (*p != '\n' && *p != '\r'))
		return 0;
	if (p < end && *p++ == '\r' && p < end && *p == '\n')
		p++;
	*delimiter = sep;
	return p - sample;
}

/* Find the delimiter of a sample */
WfxDialectStatus
wfx_dialect_detect(const char *sample, size_t len, bool whole, char quote, char escape,
				   WfxDialect *out)
{
	WfxCsvField fields[MAX_FIELDS];
	double		best = 0.0;
	double		second = 0.0;
	size_t		i;

	memset(out, 0, sizeof(*out));
	out->skip = read_sep_line(sample, len, whole, quote, &out->delimiter);
	if (out->skip > 0)
		return WFX_DIALECT_FOUND;

	out->delimiter = ',';
	for (i = 0; i < NUM_CANDIDATES; i++)
	{
		WfxCsvScan	scan;
		WfxDialectFit fit;
		double		points;

		if (candidates[i] == quote)
			continue;
		wfx_csv_init(&scan, candidates[i], quote, escape, fields, MAX_FIELDS);
		fit = weigh_candidate(&scan, sample, len, whole);
		points = score(&fit);
		if (points > best)
		{
			second = best;
			out->rival = out->delimiter;
			best = points;
			out->delimiter = candidates[i];
		}
		else if (points > second)
		{
			second = points;
			out->rival = candidates[i];
		}
	}
	if (second == 0.0 || best >= second * CLEARLY)
	{
		out->rival = '\0';
		return WFX_DIALECT_FOUND;
	}
	return WFX_DIALECT_AMBIGUOUS;
}
