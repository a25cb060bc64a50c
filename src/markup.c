/*
 * markup.c
 *		Would a browser execute this cell?
 *
 *		cell -> "<", ":" or "&" anywhere? -> active tag? -> active link? -> event handler?
 *
 * Tags and links are looked for wherever they stand, for a page may show the cell
 * in any place.  A cell without "<", ":" and "&" is let go at once.
 */
#include "markup.h"

#include <string.h>

#include "cell_cursor.h"

/* Tags that are active whatever their attributes, and what they are called */
static const char *const tags[][2] = {
	{"script", "a script tag"},
	{"object", "an object tag"},
	{"embed", "an embed tag"},
	{"iframe", "an iframe tag"},
	{"?", "a processing instruction"},
	{"%", "a server-side script"}
};

/* Links that execute their own text */
static const char *const schemes[][2] = {
	{"javascript:", "a JavaScript link"},
	{"vbscript:", "a VBScript link"},
	{"data:text/html", "an HTML data link"}
};

/* Step over blanks and a quoted value behind an attribute's "=" */
static void
skip_value(WfxRest *rest)
{
	skip_blanks(rest);
	if (peek(rest) == '"' || peek(rest) == '\'')
	{
		const char *close = memchr(rest->at + 1, *rest->at, rest->end - rest->at - 1);

		if (close != NULL)
			rest->at = close;
	}
}

/* Is an attribute at hand that handles an event: onload=? */
static bool
is_event_handler(WfxRest rest)
{
	char		before = rest.at[-1];
	const char *name;

	if (!is_blank(before) && strchr("/\"'`", before) == NULL)
		return false;
	if (!take_word(&rest, "on"))
		return false;
	name = rest.at;
	while (is_letter(peek(&rest)))
		rest.at++;
	if (rest.at - name < 3)
		return false;
	skip_blanks(&rest);
	return peek(&rest) == '=';
}

/* Step through the tag whose name is at hand, to its end or the next one's start */
static bool
has_event_handler(WfxRest *rest)
{
	while (rest->at < rest->end && *rest->at != '>' && *rest->at != '<')
	{
		if (is_event_handler(*rest))
			return true;
		if (take(rest, '='))
			skip_value(rest);
		else
			rest->at++;
	}
	return false;
}

/* Does any tag set an event handler? */
static bool
has_active_tag(WfxRest rest)
{
	bool		inside = false;

	while (rest.at < rest.end)
	{
		/* A "<" that opens no tag is part of the one around it. */
		if (take(&rest, '<'))
			inside |= is_letter(peek(&rest));
		else if (take(&rest, '>'))
			inside = false;
		else if (!inside)
			rest.at++;
		else if (has_event_handler(&rest))
			return true;
	}
	return false;
}

/* What the tag behind a "<" is, if it is active by its name */
static const char *
tag_kind(WfxRest rest)
{
	for (size_t i = 0; i < lengthof(tags); i++)
	{
		WfxRest		ahead = rest;

		if (take_word(&ahead, tags[i][0]) && !(is_letter(tags[i][0][0]) && is_word(peek(&ahead))))
			return tags[i][1];
	}
	return NULL;
}

/* Step over a number in any base up to 16; false: there is none, or it is no ASCII */
static bool
take_code(WfxRest *rest, int base, int *code)
{
	static const char digits[] = "0123456789abcdef";
	const char *start = rest->at;

	for (*code = 0; rest->at < rest->end; rest->at++)
	{
		const char *digit = memchr(digits, to_lower(*rest->at), base);

		if (digit == NULL)
			break;
		*code = *code * base + (digit - digits);
		if (*code > 127)
			return false;
	}
	return rest->at > start;
}

/*
 * Step over one character of an attribute's value, as a browser reads it: an ASCII
 * character may be written as an entity, the ";" behind its number left out.
 */
static char
take_character(WfxRest *rest)
{
	static const char *const names[] = {"colon;", "tab;", "newline;", "sol;"};
	WfxRest		ahead = {rest->at + 1, rest->end};
	int			code;

	for (size_t i = 0; i < lengthof(names) && *rest->at == '&'; i++)
	{
		if (!take_word(&ahead, names[i]))
			continue;
		*rest = ahead;
		return ":\t\n/"[i];
	}
	if (*rest->at == '&' && take(&ahead, '#') &&
		take_code(&ahead, take(&ahead, 'x') || take(&ahead, 'X') ? 16 : 10, &code))
	{
		take(&ahead, ';');
		*rest = ahead;
		return code;
	}
	return *rest->at++;
}

/* Step over this scheme, if it is at hand.  Browsers skip line ends and tabs inside of it. */
static bool
take_scheme(WfxRest *rest, const char *scheme)
{
	WfxRest		ahead = *rest;
	char		c = '\0';

	for (const char *next = scheme; *next != '\0'; next++)
	{
		do
		{
			if (ahead.at == ahead.end)
				return false;
			c = take_character(&ahead);
		} while (next > scheme && (c == '\t' || c == '\r' || c == '\n'));
		if (to_lower(c) != *next)
			return false;
	}
	*rest = ahead;
	return true;
}

/* Is this an entity, or a byte in the notation of links? */
static bool
is_encoded(WfxRest rest)
{
	static const char digits[] = "0123456789abcdef";

	if (take(&rest, '%'))
		return rest.end - rest.at >= 2 && memchr(digits, to_lower(rest.at[0]), 16) != NULL &&
			memchr(digits, to_lower(rest.at[1]), 16) != NULL;
	if (!take(&rest, '&'))
		return false;
	if (peek(&rest) == '#')
		return true;
	while (is_letter(peek(&rest)))
		rest.at++;
	return peek(&rest) == ';' && is_letter(rest.at[-1]);
}

/* Does a colon end a word of prose, as in "JavaScript: 5 years"?  JSON has \" for a quote. */
static bool
is_word_end(const WfxRest *rest)
{
	return is_blank(peek(rest)) || strchr("\"'\\", *rest->at) != NULL;
}

/* Do calls or assignments follow "javascript:"?  Prose has none: "5 years (React)". */
static bool
is_code(WfxRest rest)
{
	char		before = ' ';

	for (; rest.at < rest.end; before = *rest.at++)
	{
		if (*rest.at == '=' || *rest.at == '`' || is_encoded(rest))
			return true;
		if (*rest.at == '(' && (is_word(before) || before == ')' || before == ']'))
			return true;
	}
	return false;
}

/* What link is at hand, if it is an active one; *prose: no code follows anywhere in the cell */
static const char *
link_kind(WfxRest rest, bool *prose)
{
	/* Most characters are none that a link starts with. */
	if (strchr("&jJvVdD", *rest.at) == NULL)
		return NULL;
	for (size_t i = 0; i < lengthof(schemes); i++)
	{
		WfxRest		ahead = rest;

		if (!take_scheme(&ahead, schemes[i][0]))
			continue;
		if (i > 0 || !is_word_end(&ahead))
			return schemes[i][1];
		if (!*prose && is_code(ahead))
			return schemes[i][1];
		*prose = true;
	}
	return NULL;
}

/* What a browser would execute, if it is something */
const char *
wfx_find_markup(const char *cell, size_t len)
{
	WfxRest		rest = {cell, cell + len};
	const char *open = memchr(cell, '<', len);
	bool		prose = false;

	/* Most cells are done here: neither a tag nor a link. */
	if (open == NULL && memchr(cell, ':', len) == NULL && memchr(cell, '&', len) == NULL)
		return NULL;
	for (WfxRest ahead = rest; ahead.at < ahead.end; ahead.at++)
	{
		WfxRest		inside = {ahead.at + 1, ahead.end};
		const char *kind = *ahead.at == '<' ? tag_kind(inside) : link_kind(ahead, &prose);

		if (kind != NULL)
			return kind;
	}
	if (open == NULL)
		return NULL;
	rest.at = open;
	return has_active_tag(rest) ? "an event handler" : NULL;
}
