/*
 * active_content.c
 *		Would a spreadsheet or a browser execute this cell?
 *
 *		cell -> markup anywhere (markup.c)? -> leading blanks off -> DDE? -> sign? -> formula.c
 *
 * Behind "=" everything is a formula.  Behind "+", "-" and "@" stand phone
 * numbers, list dashes and handles more often than formulas.
 */
#include "active_content.h"

#include <string.h>

#include "cell_cursor.h"
#include "formula.h"
#include "markup.h"

/* Step over a sign that starts a formula, plain, full-width or small; '\0' if it is none */
static char
take_sign(WfxRest *rest)
{
	static const char plain[] = "=+-@";
	static const char *const wide[] = {
		"\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D", "\xEF\xBC\xA0"
	};
	static const char *const small[] = {
		"\xEF\xB9\xA6", "\xEF\xB9\xA2", "\xEF\xB9\xA3", "\xEF\xB9\xAB"
	};

	/* Most cells are done here. */
	if (peek(rest) != wide[0][0] && memchr(plain, peek(rest), sizeof(plain) - 1) == NULL)
		return '\0';
	for (size_t i = 0; i < lengthof(wide); i++)
	{
		if (take(rest, plain[i]) || take_word(rest, wide[i]) || take_word(rest, small[i]))
			return plain[i];
	}
	return '\0';
}

/* Is what follows a "+" a phone number?  A comma dials an extension; others are prose anyway. */
static bool
is_phone(WfxRest rest)
{
	size_t		digits = 0;

	while (rest.at < rest.end)
	{
		size_t		blank = blank_length(&rest);

		if (is_digit(*rest.at))
			digits++;
		else if (blank == 0 && strchr("()/.,-", *rest.at) == NULL)
			return false;
		rest.at += blank > 0 ? blank : 1;
	}
	return digits >= 6;
}

/* Is a DDE link at hand, cmd|'/C calc'!A0?  last: the cell's last "'!" with an item behind it */
static bool
is_dde_link(WfxRest rest, const char *last)
{
	WfxRest		name = rest;
	bool		command = take_word(&name, "cmd") && peek(&name) == '|';

	if (!take_name(&rest))
		return false;
	skip_blanks(&rest);
	if (!take(&rest, '|'))
		return false;
	skip_blanks(&rest);
	if (command && (peek(&rest) == '/' || peek(&rest) == '\''))
		return true;
	return take(&rest, '\'') && last != NULL && rest.at <= last;
}

/* Where the last "'!" stands that has an item behind it: a cell, a name, a quoted one */
static const char *
find_last_item(const WfxRest *rest)
{
	for (const char *p = rest->end - 1; p - rest->at >= 2; p--)
	{
		if (p[-1] == '!' && p[-2] == '\'' && (is_word(*p) || *p == '\'' || *p == '$'))
			return p - 2;
	}
	return NULL;
}

/* Does the cell hold a DDE link?  One pass, however long the cell is. */
static bool
has_dde_link(WfxRest rest)
{
	const char *last;

	/* Most cells are done here: only a pipe makes a link. */
	if (memchr(rest.at, '|', rest.end - rest.at) == NULL)
		return false;
	last = find_last_item(&rest);
	while (rest.at < rest.end)
	{
		if (is_dde_link(rest, last))
			return true;
		if (!take_name(&rest))
			rest.at++;
	}
	return false;
}

/* Does the cell start with a DDE call or field, "=" or not? */
static bool
is_dde_call(WfxRest rest)
{
	while (take_sign(&rest) != '\0')
		skip_blanks(&rest);
	if (take_word(&rest, "ddeauto"))
		return !is_word(peek(&rest));
	if (!take_word(&rest, "dde"))
		return false;
	skip_blanks(&rest);
	if (!take(&rest, '('))
		return false;
	/* its arguments are strings, while "DDE (a protocol)" is prose */
	skip_blanks(&rest);
	return peek(&rest) == '"';
}

/*
 * Does a cell start like most of them, with an ASCII letter or digit?  Then it is no sign,
 * and no white space before one; a "d" may be a DDE call's.
 */
static bool
starts_plainly(char c)
{
	return is_digit(c) || (is_letter(c) && to_lower(c) != 'd');
}

/* What a spreadsheet would execute, if it is something */
static const char *
find_formula(WfxRest rest)
{
	char		sign;

	if (starts_plainly(peek(&rest)))
		return has_dde_link(rest) ? "a DDE command" : NULL;
	skip_blanks(&rest);
	/* An apostrophe is the spreadsheet's own mark for text. */
	if (peek(&rest) == '\'')
		return NULL;
	if (take(&rest, '"'))
	{
		while (rest.end > rest.at && is_blank(rest.end[-1]))
			rest.end--;
		if (rest.end > rest.at && rest.end[-1] == '"')
			rest.end--;
		skip_blanks(&rest);
	}
	if (is_dde_call(rest) || has_dde_link(rest))
		return "a DDE command";
	sign = take_sign(&rest);
	if (sign == '=')
		return "a formula";
	if (sign == '\0' || (sign == '+' && is_phone(rest)))
		return NULL;
	return wfx_is_formula(rest, sign) ? "a formula" : NULL;
}

/*
 * Is it a cell like most of them: nothing of a tag, a link or a command in it, and nothing
 * of a formula in front?
 */
static bool
is_harmless(const char *cell, size_t len)
{
	static const bool suspect[256] = {['<'] = true, [':'] = true, ['&'] = true, ['|'] = true};
	bool		found = false;

	if (!starts_plainly(cell[0]))
		return false;
	for (size_t i = 0; i < len; i++)
		found |= suspect[(unsigned char) cell[i]];
	return !found;
}

const char *
wfx_active_content(const char *cell, size_t len, bool is_email)
{
	WfxRest		rest = {cell, cell + len};
	const char *kind;

	if (len == 0 || is_harmless(cell, len))
		return NULL;
	kind = wfx_find_markup(cell, len);
	if (kind != NULL)
		return kind;
	/* "+tag@example.org" is an address, "=1|x@example.org" may be one and run. */
	if (is_email && cell[0] != '=' && memchr(cell, '|', len) == NULL)
		return NULL;
	return find_formula(rest);
}

bool
wfx_runs_in_spreadsheet(const char *cell, size_t len)
{
	WfxRest		rest = {cell, cell + len};

	while (take(&rest, '\''))
		;
	for (; rest.at < rest.end; rest.at++)
	{
		if (strchr("=+@-\t\r", *rest.at) != NULL)
			return *rest.at != '\0';
		if (*rest.at != ' ' && (*rest.at < '\n' || *rest.at > '\f'))
			return false;
	}
	return false;
}
