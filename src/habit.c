/*
 * habit.c
 *		How other programs write the cells of their exports.
 *
 * Address books have several addresses for one person, and days without a year.  The
 * dictionary says in which columns that is to be expected.
 */
#include "postgres.h"

#include "habit.h"
#include "text.h"

/* What stands between the values of one cell */
#define SEPARATOR	" ::: "

/* Does a text consist of these characters only? */
static bool
consists_of(const char *text, const char *characters)
{
	return text[strspn(text, characters)] == '\0';
}

/* The characters of a run of one or two digits; 0: there is none */
static size_t
day_or_month(const char *text)
{
	size_t		n = strspn(text, "0123456789");

	return n <= 2 ? n : 0;
}

/* Are these the month and the day alone, such as 01/31 or --01-31? */
static bool
lacks_year(const char *text)
{
	size_t		first;
	size_t		second;

	if (strncmp(text, "--", 2) == 0)
		return true;
	first = day_or_month(text);
	if (first == 0 || text[first] == '\0' || strchr("/.-", text[first]) == NULL)
		return false;
	second = day_or_month(text + first + 1);
	return second > 0 && text[first + 1 + second] == '\0';
}

/* Is there no date in a cell: nothing but zeros, or no year? */
static bool
is_no_date(const WfxCell *cell)
{
	const char *text = wfx_trim(cell->text, cell->len);

	return consists_of(text, "0/.-") || lacks_year(text);
}

/* What a cell says to those who do not know the habit */
WfxCell
wfx_habit_read(WfxHabit habit, const WfxCell *cell)
{
	WfxCell		read = *cell;
	const char *separator;

	switch (habit)
	{
		case WFX_HABIT_NONE:
			break;
		case WFX_HABIT_FIRST:
			separator = strstr(cell->text, SEPARATOR);
			if (separator != NULL)
				read.len = separator - cell->text;
			break;
		case WFX_HABIT_DATE:
			if (is_no_date(cell))
				read.len = 0;
			break;
	}
	return read;
}
