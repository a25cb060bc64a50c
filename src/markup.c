/*
 * markup.c
 *		Would a browser execute this cell?
 *
 *		cell -> "<" or ":" anywhere? -> active tag? -> active link? -> event handler?
 *
 * Tags and links are looked for wherever they stand, for a page may show the cell
 * in any place.  A cell without "<" and ":" is let go at once.
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

	if (!is_blank(before) && strchr("/\"'", before) == NULL)
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

/* Is this scheme at hand?  Browsers skip line ends and tabs inside of it. */
static bool
is_scheme(WfxRest rest, const char *scheme)
{
	while (to_lower(peek(&rest)) == *scheme)
	{
		rest.at++;
		if (*++scheme == '\0')
			return true;
		while (peek(&rest) == '\t' || peek(&rest) == '\r' || peek(&rest) == '\n')
			rest.at++;
	}
	return false;
}

/* What link is at hand, if it is an active one */
static const char *
scheme_kind(WfxRest rest)
{
	for (size_t i = 0; i < lengthof(schemes); i++)
	{
		if (is_scheme(rest, schemes[i][0]))
			return schemes[i][1];
	}
	return NULL;
}

/* What a browser would execute, if it is something */
const char *
wfx_find_markup(const char *cell, size_t len)
{
	WfxRest		rest = {cell, cell + len};
	const char *open = memchr(cell, '<', len);

	/* Most cells are done here: neither a tag nor a link. */
	if (open == NULL && memchr(cell, ':', len) == NULL)
		return NULL;
	for (WfxRest ahead = rest; ahead.at < ahead.end; ahead.at++)
	{
		WfxRest		inside = {ahead.at + 1, ahead.end};
		const char *kind = *ahead.at == '<' ? tag_kind(inside) : scheme_kind(ahead);

		if (kind != NULL)
			return kind;
	}
	if (open == NULL)
		return NULL;
	rest.at = open;
	return has_active_tag(rest) ? "an event handler" : NULL;
}
