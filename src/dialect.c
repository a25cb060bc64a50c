/*
 * dialect.c
 *		Which delimiter does this file use?
 *
 * Each candidate reads the header and the first records as if it were the
 * delimiter.  One that is not in the header has no chance, however often it stands
 * in the data.  If others are left, the found one must rule each of them out: a
 * name, an amount or an address in the header, with a comma in each of its cells,
 * looks like two columns.  A wrong guess is worse than none.
 */
#include "dialect.h"

#include <string.h>

#include "csv_scan.h"

/* In the order of preference for naming them */
static const char candidates[] = {',', ';', '\t', '|'};

#define NUM_CANDIDATES	((int) (sizeof(candidates) / sizeof(candidates[0])))

/* So many records behind the header are looked at */
#define MAX_RECORDS		20

/* Of a wider record this much is seen; wide enough to tell delimiters apart */
#define MAX_FIELDS		1024

/*
 * With so many times the delimiters of a rival, the rival is one in a name and in the
 * cells below it.  Names and cells do hold commas and semicolons, addresses several,
 * but tabs and pipes hardly ever.
 */
#define FAR_MORE		10
#define FAR_MORE_TABS	2

/* What the sample looks like under one candidate */
typedef struct WfxDialectFit
{
	char		delimiter;
	int			delimiters;		/* in the header */
	int			columns;		/* header cells up to the last one not blank */
	int			records;		/* the header included */
	int			fitting;		/* so many records behind the header fit it */
	int			possible;		/* so many fit it, or have a part of its columns */
	bool		misquoted_header;	/* a quote is out of place in the header */
	bool		misquoted;		/* or in any record */
} WfxDialectFit;

/* Is this a candidate that is no white space? */
static bool
is_visible_candidate(char c)
{
	return c == ',' || c == ';' || c == '|';
}

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

/* How many tabs of the header are white space around another candidate? */
static int
count_padding(const WfxCsvScan *scan, const char *buf)
{
	int			n = 0;

	for (int i = 1; i < scan->record.nfields; i++)
	{
		const WfxCsvField *field = &scan->fields[i];
		const char *tab = buf + field->start - (field->quoted ? 2 : 1);
		const char *end = buf + scan->record.start + scan->record.len;

		if ((tab > buf && is_visible_candidate(tab[-1])) ||
			(tab + 1 < end && is_visible_candidate(tab[1])))
			n++;
	}
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
	int			nfields = scan->record.nfields;

	if (used == 0)
		return;
	if (scan->record.problem != WFX_CSV_OK)
		fit->misquoted = true;
	if (fit->records++ == 0)
	{
		fit->misquoted_header = fit->misquoted;
		fit->delimiters = nfields - 1;
		if (fit->delimiter == '\t')
			fit->delimiters -= count_padding(scan, buf);
		fit->columns = used;
	}
	else if (scan->record.problem == WFX_CSV_OK && used <= fit->columns && nfields > 1)
	{
		fit->possible++;
		if (nfields >= fit->columns)
			fit->fitting++;
	}
}

/* Read the sample with one candidate */
static WfxDialectFit
weigh_candidate(WfxCsvScan *scan, const char *sample, size_t len, bool whole)
{
	WfxDialectFit fit = {.delimiter = scan->delimiter};

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

/* Are a rival's quotes out of place where these are in place: where cells begin and end? */
static bool
has_better_quotes(const WfxDialectFit *fit, const WfxDialectFit *rival)
{
	if (rival->misquoted_header)
		return !fit->misquoted_header;
	return rival->misquoted && !fit->misquoted;
}

/* Is a rival out of the question, if this is the delimiter? */
static bool
rules_out(const WfxDialectFit *fit, const WfxDialectFit *rival)
{
	bool		tabs = fit->delimiter == '\t' || fit->delimiter == '|';
	int			far_more = rival->delimiters * (tabs ? FAR_MORE_TABS : FAR_MORE);

	if (rival->delimiters == 0)
		return true;
	if (has_better_quotes(fit, rival) && fit->fitting >= rival->fitting)
		return true;
	if (fit->delimiters >= far_more && 2 * fit->fitting >= rival->possible)
		return true;
	/* a single record proves nothing: it may be short */
	return fit->fitting >= rival->possible + 2 && fit->fitting >= 2 * rival->possible;
}

/* The candidate that rules out all others, or -1 */
static int
find_sure(const WfxDialectFit *fits)
{
	for (int i = 0; i < NUM_CANDIDATES; i++)
	{
		bool		sure = fits[i].delimiters > 0;

		for (int j = 0; j < NUM_CANDIDATES && sure; j++)
			sure = j == i || rules_out(&fits[i], &fits[j]);
		if (sure)
			return i;
	}
	return -1;
}

/* How well does a candidate explain the sample?  0: it is not in the header */
static double
score(const WfxDialectFit *fit)
{
	return fit->delimiters == 0 ? 0.0 : fit->delimiters * (1.0 + fit->fitting) / fit->records;
}

/* The best candidate but this one (-1: of all), or -1 if none is in the header */
static int
find_best(const WfxDialectFit *fits, int but)
{
	int			best = -1;
	double		points = 0.0;

	for (int i = 0; i < NUM_CANDIDATES; i++)
	{
		if (i == but || score(&fits[i]) <= points)
			continue;
		points = score(&fits[i]);
		best = i;
	}
	return best;
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

/* Read the sample with all candidates */
static void
weigh_candidates(WfxDialectFit *fits, const char *sample, size_t len, bool whole,
				 char quote, char escape)
{
	WfxCsvField fields[MAX_FIELDS];

	memset(fits, 0, NUM_CANDIDATES * sizeof(WfxDialectFit));
	for (int i = 0; i < NUM_CANDIDATES; i++)
	{
		WfxCsvScan	scan;

		if (candidates[i] == quote)
			continue;
		wfx_csv_init(&scan, candidates[i], quote, escape, fields, MAX_FIELDS);
		fits[i] = weigh_candidate(&scan, sample, len, whole);
	}
}

/* Find the delimiter of a sample */
WfxDialectStatus
wfx_dialect_detect(const char *sample, size_t len, bool whole, char quote, char escape,
				   WfxDialect *out)
{
	WfxDialectFit fits[NUM_CANDIDATES];
	int			sure;
	int			best;

	memset(out, 0, sizeof(*out));
	out->skip = read_sep_line(sample, len, whole, quote, &out->delimiter);
	if (out->skip > 0)
		return WFX_DIALECT_FOUND;

	weigh_candidates(fits, sample, len, whole, quote, escape);
	sure = find_sure(fits);
	best = find_best(fits, -1);
	if (sure < 0 && best >= 0)
	{
		out->delimiter = candidates[best];
		out->rival = candidates[find_best(fits, best)];
		return WFX_DIALECT_AMBIGUOUS;
	}
	out->delimiter = sure >= 0 ? candidates[sure] : ',';
	return WFX_DIALECT_FOUND;
}
