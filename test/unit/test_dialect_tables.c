/*
 * test_dialect_tables.c
 *		Finding the delimiter of random tables: the right one or none, never a wrong one.
 *
 * WIFOX_TABLES is the number of tables, WIFOX_SEED starts the random numbers.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "dialect.h"
#include "unit.h"

#define MAX_COLUMNS		12
#define MAX_SHOWN		5

static const char delimiters[] = ",;\t|";

/* What a column holds */
typedef struct Kind
{
	const char *header;
	const char *values[8];
} Kind;

/* Most lists have nothing but these */
static const Kind plain[] = {
	{"ID", {"1", "2", "C-000017", "", "4711"}},
	{"email", {"anna@example.com", "o.neil@example.org", "", "jan@example.net"}},
	{"firstName", {"Anna", "Jan", "Zoë", "Дмитрий", ""}},
	{"Last name", {"O'Neil", "van der Berg", "Meier-Schmidt", "Ng"}},
	{"created", {"2024-02-29", "01.02.2024 12:30:00", "2024-02-29T12:30:00+01:00", ""}},
	{"phone", {"+49 30 1234", "(030) 12/34-5", "", "0049301234"}},
	{"active", {"true", "false", "", "yes"}},
	{"lifestyle.smoking", {"no", "never", ""}}
};

/* Values that hold other candidates */
static const Kind hard[] = {
	{"Amount", {"1,5", "1.234,56", "0,00", "-12,50", "1.000.000,00"}},
	{"price", {"1,234.56", "1.5", "$1,000", "1,000,000"}},
	{"full_name", {"Meier, Anna", "Mair, Dr. Eva", "Schmidt, Jan", "Ng, Li"}},
	{"tags", {"red;green;blue", "vip;new", "a; b", ""}},
	{"groups", {"A|B", "A | B | C", "x|y", "A"}},
	{"Comments", {"calls back, maybe; or not", "said \"no\", then \"yes\"", "first\nsecond, third",
	"ok", "", "a;b,c|d"}},
	{"Meta", {"{\"a\":1,\"b\":[1,2]}", "{}", "{\"k\":\"v; w\"}", ""}},
	{"address", {"Hauptstr. 1, 10115 Berlin", "12 High St, London, UK", "Am Weg 3; Hof", ""}},
	{"opened", {"12:30", "12:30, Mon", "08:00-12:00; 13:00-17:00"}},
	{"note", {"a\tb", "x", "column\tother\tthird", ""}},
	{"coordinates", {"52.5, 13.4", "-33.8,151.2", "0,0"}}
};

/* Headers that hold other candidates, over values that hold as many, or not */
static const Kind odd[] = {
	{"name, first", {"Meier, Anna", "Mair, Dr. Eva", "Ng, Li"}},
	{"first name, or none", {"Anna", "Jan", ""}},
	{"phone; fax", {"030 12; 030 13", "040 1; 040 2"}},
	{"phone; optional", {"030 12", "040 1", ""}},
	{"Amount (net, EUR)", {"1,5", "12,00", "0,25"}},
	{"Price, net", {"1,234.56", "2,000.00", "1,000,000.00"}},
	{"street, zip, city", {"Am Weg 3, 10115, Berlin", "High St, SW1, London"}},
	{"street, number, zip, city", {"Am Weg, 3, 10115, Berlin", "High St, 1, SW1, London"}},
	{"A|B", {"a|b", "c|d", "x|y"}},
	{"yes/no; since", {"yes; 2024", "no"}},
	{"a\tb", {"1\t2", "3\t4"}}
};

#define RANDOM_OF(list) (list)[below(sizeof(list) / sizeof((list)[0]))]

/* How a table is written */
typedef struct Style
{
	char		delimiter;
	int			columns;
	int			records;
	int			quoting;		/* 0: where needed, 1: all cells, 2: every other */
	const char *line_end;
	bool		ragged;			/* some records lack cells at their end */
	bool		odd;			/* some headers hold other candidates */
} Style;

typedef struct Text
{
	char		data[64 * 1024];
	size_t		len;
	size_t		header;			/* so many bytes of them */
} Text;

static uint64_t random_state;

/* A random number from 0 on */
static unsigned
below(size_t n)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (unsigned) ((random_state >> 11) % n);
}

/* True in so many cases of a hundred */
static bool
percent(unsigned n)
{
	return below(100) < n;
}

/* Write a character; no table here is as long as the text may be */
static void
append(Text *text, char c)
{
	if (text->len < sizeof(text->data))
		text->data[text->len++] = c;
}

/* Write a cell, in quotes where it must or may */
static void
append_cell(Text *text, const char *cell, const Style *style)
{
	bool		quoted = strpbrk(cell, "\"\r\n") != NULL || strchr(cell, style->delimiter) != NULL ||
		style->quoting == 1 || (style->quoting == 2 && percent(50));

	if (quoted)
		append(text, '"');
	for (; *cell != '\0'; cell++)
	{
		if (*cell == '"')
			append(text, '"');
		append(text, *cell);
	}
	if (quoted)
		append(text, '"');
}

/* One of a kind's values */
static const char *
random_value(const Kind *kind)
{
	size_t		n = 0;

	while (n < 8 && kind->values[n] != NULL)
		n++;
	return kind->values[below(n)];
}

/* Write the header, or a record, up to a cell; the columns are of these kinds */
static void
append_record(Text *text, const Style *style, const Kind *const *kinds, int cells, bool header)
{
	int			i;

	for (i = 0; i < cells; i++)
	{
		if (i > 0)
			append(text, style->delimiter);
		append_cell(text, header ? kinds[i]->header : random_value(kinds[i]), style);
	}
	for (i = 0; style->line_end[i] != '\0'; i++)
		append(text, style->line_end[i]);
}

/* Choose how a table is written */
static Style
random_style(void)
{
	static const char *const line_ends[] = {"\n", "\r\n", "\r"};
	static const int columns[] = {1, 2, 2, 3, 3, 4, 5, 7, 12};
	static const int records[] = {0, 1, 1, 2, 2, 3, 3, 5, 8, 15, 30};
	Style		style;

	style.delimiter = delimiters[below(4)];
	style.columns = RANDOM_OF(columns);
	style.records = RANDOM_OF(records);
	style.quoting = (int) below(3);
	style.line_end = RANDOM_OF(line_ends);
	style.ragged = percent(10);
	style.odd = style.columns > 1 && percent(15);
	return style;
}

/* Choose a kind for a column; no two columns have the same name */
static const Kind *
random_kind(const Style *style, const Kind *const *others, int n)
{
	const Kind *kind;
	int			i;

	do
	{
		kind = style->odd && percent(50) ? &RANDOM_OF(odd) :
			percent(60) ? &RANDOM_OF(plain) : &RANDOM_OF(hard);
		for (i = 0; i < n && others[i] != kind; i++)
			;
	} while (i < n);
	return kind;
}

/* Write a table */
static void
write_table(Text *text, const Style *style)
{
	const Kind *kinds[MAX_COLUMNS];
	int			i;

	text->len = 0;
	for (i = 0; i < style->columns; i++)
		kinds[i] = random_kind(style, kinds, i);
	append_record(text, style, kinds, style->columns, true);
	text->header = text->len;
	for (i = 0; i < style->records; i++)
	{
		int			cells = style->columns;

		/* a delimiter that stands in none of the records is beyond finding */
		if (style->ragged && cells > 2 && percent(30))
			cells = 2 + (int) below(cells - 2);
		if (i == style->records - 1 && percent(10))
			cells = 1 + (int) below(cells);
		append_record(text, style, kinds, cells, false);
	}
}

/* Is this the delimiter?  In a single column nothing delimits, and comma stands for that. */
static bool
is_right(const Style *style, char found)
{
	return found == (style->columns == 1 ? ',' : style->delimiter);
}

/* Detect from the table, or from its head up to somewhere behind the header */
static WfxDialectStatus
detect(const Text *text, WfxDialect *found)
{
	size_t		len = text->len;
	bool		whole = percent(70);

	if (!whole)
		len = text->header + below(len - text->header + 1);
	return wfx_dialect_detect(text->data, len, whole, '"', '"', found);
}

/* Show a table with a wrong guess */
static void
show(const Text *text, const Style *style, char found)
{
	size_t		i;

	printf("# written with %d, found %d:\n# ", style->delimiter, found);
	for (i = 0; i < text->len; i++)
	{
		putchar(text->data[i] == '\r' ? '\n' : text->data[i]);
		if (text->data[i] == '\n' || text->data[i] == '\r')
			printf("# ");
	}
	putchar('\n');
}

/* The number in an environment variable, or what it is by default */
static unsigned long
setting(const char *name, unsigned long missing)
{
	const char *value = getenv(name);

	return value != NULL ? strtoul(value, NULL, 10) : missing;
}

int
main(void)
{
	static Text text;
	unsigned long tables = setting("WIFOX_TABLES", 20000);
	unsigned long seed = setting("WIFOX_SEED", 1);
	unsigned long right = 0;
	unsigned long wrong = 0;
	unsigned long named = 0;
	unsigned long ambiguous;
	unsigned long i;

	random_state = seed * 0x9E3779B97F4A7C15 + 1;
	for (i = 0; i < tables; i++)
	{
		Style		style = random_style();
		WfxDialect	found;

		write_table(&text, &style);
		if (detect(&text, &found) == WFX_DIALECT_AMBIGUOUS)
			named += is_right(&style, found.delimiter) || is_right(&style, found.rival);
		else if (is_right(&style, found.delimiter))
			right++;
		else if (wrong++ < MAX_SHOWN)
			show(&text, &style, found.delimiter);
	}
	ambiguous = tables - right - wrong;
	printf("# seed %lu: %lu right, %lu ambiguous, %lu wrong\n", seed, right, ambiguous, wrong);
	ok(wrong == 0, "no delimiter is guessed wrongly");
	ok(right >= tables / 100 * 95, "nearly all are found");
	ok(named >= ambiguous / 10 * 9, "of two that are named, one nearly always is the right one");
	return done_testing();
}
