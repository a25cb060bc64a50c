/*
 * test_dialect.c
 *		Finding the delimiter, without a server.
 */
#include <stdlib.h>
#include <string.h>

#include "dialect.h"
#include "unit.h"

/* Detect from a buffer of exactly the right size, as a sanitizer likes it */
static WfxDialectStatus
detect(const char *sample, size_t len, bool whole, char quote, WfxDialect *out)
{
	char	   *exact = malloc(len);
	WfxDialectStatus status;

	memcpy(exact, sample, len);
	status = wfx_dialect_detect(exact, len, whole, quote, quote, out);
	free(exact);
	return status;
}

/* The whole file must have this delimiter, behind so many bytes */
static void
finds(const char *sample, char delimiter, size_t skip, const char *name)
{
	WfxDialect	found;
	WfxDialectStatus status = detect(sample, strlen(sample), true, '"', &found);

	if (!ok(status == WFX_DIALECT_FOUND && found.delimiter == delimiter &&
			found.rival == '\0' && found.skip == skip, "%s", name))
		printf("# status %d, delimiter %d, rival %d, skip %zu\n",
			   (int) status, found.delimiter, found.rival, found.skip);
}

/* The whole file must leave two delimiters */
static void
doubts(const char *sample, char delimiter, char rival, const char *name)
{
	WfxDialect	found;
	WfxDialectStatus status = detect(sample, strlen(sample), true, '"', &found);

	if (!ok(status == WFX_DIALECT_AMBIGUOUS && found.delimiter == delimiter &&
			found.rival == rival && found.skip == 0, "%s", name))
		printf("# status %d, delimiter %d, rival %d, skip %zu\n",
			   (int) status, found.delimiter, found.rival, found.skip);
}

/* The sample is the head of a longer file */
static void
finds_in_head(const char *sample, char delimiter, const char *name)
{
	WfxDialect	found;
	WfxDialectStatus status = detect(sample, strlen(sample), false, '"', &found);

	ok(status == WFX_DIALECT_FOUND && found.delimiter == delimiter, "%s", name);
}

/* Files with nothing to doubt */
static void
test_plain(void)
{
	finds("id,name\n1,a\n", ',', 0, "comma");
	finds("id;name\n1;a\n", ';', 0, "semicolon");
	finds("id\tname\r\n1\ta\r\n", '\t', 0, "tab");
	finds("id|name\r1|a\r", '|', 0, "pipe");
	finds("id;name", ';', 0, "a header alone");
	finds("\n\r\n;;\nid;name\n", ';', 0, "blank lines before the header");
	finds("", ',', 0, "an empty file");
	finds("\n\n", ',', 0, "blank lines alone");
	finds("email\na@b.c\n", ',', 0, "a single column");
	finds("email;\na@b.c;\n", ';', 0, "a single column and an empty one");
	finds("\"id\";\"name\"\n\"1\";\"a\"\n", ';', 0, "quoted cells");
}

/* Other candidates in the data do not mislead */
static void
test_misleading(void)
{
	finds("email\na,b;c\nd,e;f\n", ',', 0, "what is not in the header cannot win");
	finds("id;name\n1,5;a,b\n2,5;c,d\n3,5;e,f\n", ';', 0, "commas in all records");
	finds("id;name\n1;\"Meier, Anna\"\n2;\"Mair, Jan\"\n", ';', 0, "quoted commas");
	finds("id,email,comment\n1,\"a;b|c\",\"x;y;z\"\n2,d,\"u;v\"\n", ',', 0,
		  "quoted semicolons and pipes");
	finds("id,comment\n1,\"a;b\nc;d\"\n2,\"e;f\"\n", ',', 0, "quoted line ends");
	finds("\"name, first\";\"email\"\n\"Meier, Anna\";\"a@b.c\"\n", ';', 0,
		  "a quoted comma in the header too");
	finds("name, first;email;phone\nMeier, Anna;a@b.c;1\nMair;d@e.f;2\nNg;g@h.i;3\n", ';', 0,
		  "a comma in a column's name");
	finds("first, last, middle;email\nAnna;a@b.c\nJan;d@e.f\nEva;g@h.i\n", ';', 0,
		  "more commas than semicolons, but the records disagree");
	finds("name, first;email\nMeier, Anna, Dr.;a@b.c\nMair, Eva, PhD;d@e.f\n", ';', 0,
		  "a comma in a column's name, and more of them in the records");
	finds("name, first;email\nAnna;\"a, b\"\n", ';', 0, "quotes where no cell begins");
	finds("\"id\",\"a|b\"\n1,2\"3\n", ',', 0, "or not in the header");
	finds("a|b,c|d\n1|2,3|4\n", '|', 0, "twice as many pipes as commas");
	finds("a\tb;c\td\n1\t2;3\t4\n", '\t', 0, "twice as many tabs as semicolons");
	finds("a,\tb,\tc\n1,\t2,\t3\n", ',', 0, "tabs behind the commas");
	finds("a\t| b \t|\tc\n1\t| 2 \t|\t3\n", '|', 0, "tabs around pipes");
	finds("id;5\" disk;note\n1;2;3\n", ';', 0, "a quote out of place in the header");
	finds("id;name;;;\n1;a\n2;b;;;;;\n3;c,d\n", ';', 0, "empty columns at the end");
	finds("a;b;c\n1\n1;2;3;4\n\n5;6\n", ';', 0, "no record fits, but nothing else is there");
}

/* Two that fit equally */
static void
test_ambiguous(void)
{
	doubts("a,b;c\n1,2;3\n", ',', ';', "comma and semicolon fit equally");
	doubts("a;b\tc", ';', '\t', "a header alone, with one of each");
	doubts("a|b,c\n", ',', '|', "comma is named first");
	doubts("a|b\tc;d\n1|2\t3;4\n", ';', '\t', "the first two of three are named");
	doubts("a,b;c,d\n1,2;3,4\n", ',', ';', "there may be a comma in each cell");
	doubts("email;street, zip, city\na@b.c;High St, SW1, London\nd@e.f;Am Weg, 10115, Berlin\n",
		   ',', ';', "or two in one");
	doubts("a,b,c,d,e,f,g,h,i,j;k\n", ',', ';', "or nine in a header alone");
	finds("a,b,c,d,e,f,g,h,i,j,k;l\n", ',', 0, "ten times as many are no doubt");
	finds("a,b;c\n1,2\n2,3\n", ',', 0, "one that no record shares is no doubt");
	doubts("a,b;c\n1,2\n", ',', ';', "unless there is one record only");
	doubts("name, first;email;phone\nMeier, Anna;a@b.c;1\nMair;d@e.f;2\n", ';', ',',
		   "or all records but one share it");
	doubts("street, zip;email;id\nHigh St, SW1;a@b.c;1\nAm Weg, 10115;d@e.f\nNo 3, 1010;\nMain, 2;g\n",
		   ',', ';', "records that are short prove nothing");
	doubts("id,name,a|b,mail\n1,c|d\n2,e|f,,\n3,g|h\n", ',', '|', "nor do they of the better guess");
}

/* Excel's first line */
static void
test_sep_line(void)
{
	finds("sep=;\r\na,b,c\n", ';', 7, "sep= with CRLF");
	finds("sep=;\na,b,c\n", ';', 6, "with LF");
	finds("sep=;\ra,b,c\n", ';', 6, "with CR");
	finds("\"sep=;\"\r\na,b,c\n", ';', 9, "in quotes");
	finds("SEP=|\na,b\n", '|', 6, "in capitals");
	finds("Sep=\t\na,b\n", '\t', 6, "a tab");
	finds("sep=^\na,b\n", '^', 6, "a character that would not be guessed");
	finds("sep= \na b\n", ' ', 6, "a blank");
	finds("sep=,", ',', 5, "at the end of the file");
	finds("sep=\na;b\n", ',', 0, "without a character it is a header");
	finds("sep=\"\na\n", ',', 0, "a quote is none");
	finds("sep=\xc3\xa4\na\n", ',', 0, "a character beyond ASCII is none");
	finds("sep=;;\na;b\n", ';', 0, "with more behind it, it is a header");
	finds("sep=,b\n1,2\n", ',', 0, "a header that looks like it");
	finds("\"sep=;\na\";b\n", ';', 0, "quotes that do not close behind it");
	finds("se", ',', 0, "shorter than it");
	finds("sep=", ',', 0, "cut off in it");
	finds("\nsep=^\na,b\n", ',', 0, "on the first line only");
}

/* The sample may end anywhere in the file */
static void
test_head(void)
{
	finds_in_head("a;b,c\n1;2\n3;4\n5;6,7", ';', "a last record that is cut off");
	finds_in_head("a,b;c\n1,2\n3,4\n5;6", ',', "is not weighed");
	finds_in_head("a;b\n1;\"2,3\n4,5\n", ';', "nor if it is cut within quotes");
	finds_in_head("id;name;ema", ';', "only as a header it counts");
	finds_in_head("sep=^", ',', "a sep= line needs its end");
	finds_in_head("", ',', "nothing at all");
}

/* Quotes other than the usual one, and none */
static void
test_quotes(void)
{
	WfxDialect	found;

	ok(detect("a;'b,c'\n", 8, true, '\'', &found) == WFX_DIALECT_FOUND &&
	   found.delimiter == ';', "another quote");
	ok(detect("'sep=|'\n", 8, true, '\'', &found) == WFX_DIALECT_FOUND &&
	   found.delimiter == '|' && found.skip == 8, "a sep= line in other quotes");
	ok(detect("a;b|c|d\n", 8, true, '|', &found) == WFX_DIALECT_FOUND &&
	   found.delimiter == ';', "the quote is no candidate");
	ok(detect("a;\"b,c\"\n", 8, true, '\0', &found) == WFX_DIALECT_AMBIGUOUS,
	   "without quoting, quotes hide nothing");
	ok(detect("sep=\"\n", 6, true, '\0', &found) == WFX_DIALECT_FOUND &&
	   found.delimiter == '"', "nor do they mean anything in a sep= line");
}

/* More columns than the detector looks at, in the header and behind it */
static void
test_wide(void)
{
	size_t		len = 2 * 3000 + 1;
	char	   *sample = malloc(len);
	WfxDialect	found;
	size_t		i;

	for (i = 0; i < len; i++)
		sample[i] = i % 2 ? ';' : 'a';
	ok(detect(sample, len, true, '"', &found) == WFX_DIALECT_FOUND && found.delimiter == ';',
	   "a very wide header");
	memcpy(sample, "a,b\n", 4);
	ok(detect(sample, len, true, '"', &found) == WFX_DIALECT_FOUND && found.delimiter == ',',
	   "a very wide record");
	free(sample);
}

int
main(void)
{
	test_plain();
	test_misleading();
	test_ambiguous();
	test_sep_line();
	test_head();
	test_quotes();
	test_wide();
	return done_testing();
}
