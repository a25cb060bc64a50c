/*
 * text_kind.c
 *		Which kind of document is this text?
 *
 * All of them could be the header of a CSV at first sight: "<name>,email",
 * "{id},{name}", "ID;Phone", "From: ,To: ".  So each is taken for what it looks
 * like only if it goes on like that.
 */
#include "text_kind.h"

#include <stdbool.h>
#include <string.h>

#define lengthof(array) (sizeof(array) / sizeof((array)[0]))

/* The ASCII lower case of c */
static char
to_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

/* Is this an ASCII letter? */
static bool
is_letter(char c)
{
	return to_lower(c) >= 'a' && to_lower(c) <= 'z';
}

/* Is this an ASCII digit? */
static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Is this white space? */
static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Is this the end of a line? */
static bool
is_line_end(const char *s, const char *end)
{
	return s == end || *s == '\r' || *s == '\n';
}

/* Does the text start with this word? */
static bool
starts_with(const char *s, const char *end, const char *word)
{
	size_t		len = strlen(word);

	return (size_t) (end - s) >= len && memcmp(s, word, len) == 0;
}

/* Does the text start with this lower-case word, in any case? */
static bool
starts_with_word(const char *s, const char *end, const char *word)
{
	size_t		len = strlen(word);

	if ((size_t) (end - s) < len)
		return false;
	for (size_t i = 0; i < len; i++)
	{
		if (to_lower(s[i]) != word[i])
			return false;
	}
	return true;
}

/* The first byte that is no white space */
static const char *
skip_space(const char *s, const char *end)
{
	while (s < end && is_space(*s))
		s++;
	return s;
}

/* Does another cell follow?  Then what came before was one, too. */
static bool
at_delimiter(const char *s, const char *end)
{
	while (s < end && *s == ' ')
		s++;
	return s < end && strchr(",;\t|", *s) != NULL && *s != '\0';
}

/* The end of the line */
static const char *
line_end(const char *s, const char *end)
{
	while (!is_line_end(s, end))
		s++;
	return s;
}

/* The start of the next line that is not blank, NULL if there is none */
static const char *
next_line(const char *s, const char *end)
{
	s = skip_space(line_end(s, end), end);
	return s < end ? s : NULL;
}

/* Is this a line of SYLK: a record's type, ";" and the letter of a field, or the final "E"? */
static bool
is_sylk_record(const char *s, const char *end)
{
	static const char *const types[] = {"B;", "C;", "F;", "O;", "P;", "W;", "NN;", "NE;", "NL;"};

	for (size_t i = 0; i < lengthof(types); i++)
	{
		size_t		len = strlen(types[i]);

		if (starts_with(s, end, types[i]) && s + len < end && s[len] >= 'A' && s[len] <= 'Z')
			return true;
	}
	return *s == 'E' && is_line_end(s + 1, end);
}

/*
 * SYLK starts "ID;P", the program's name in capitals, and ";N;E" perhaps.  A
 * header "ID;Phone" or "ID;PHONE" does too: the line below tells.
 */
static bool
is_sylk(const char *s, const char *end)
{
	const char *name;
	const char *line;
	bool		flags = false;

	if (!starts_with(s, end, "ID;P"))
		return false;
	name = s += 4;
	while (s < end && ((*s >= 'A' && *s <= 'Z') || is_digit(*s)))
		s++;
	while (starts_with(s, end, ";N") || starts_with(s, end, ";E"))
	{
		s += starts_with(s, end, ";ND") ? 3 : 2;
		flags = true;
	}
	if (!is_line_end(s, end))
		return false;
	line = next_line(s, end);
	if (line != NULL)
		return is_sylk_record(line, end);
	return flags || s == name || starts_with(name, end, "WXL");
}

/* Is it a spreadsheet in Data Interchange Format: "TABLE", "0,1" and a title in quotes? */
static bool
is_dif(const char *s, const char *end)
{
	const char *line;

	if (!starts_with(s, end, "TABLE") || !is_line_end(s + 5, end))
		return false;
	line = next_line(s, end);
	if (line == NULL || !starts_with(line, end, "0,1") || !is_line_end(line + 3, end))
		return false;
	line = next_line(line, end);
	return line != NULL && *line == '"';
}

/* The end of the name of an element or an attribute */
static const char *
name_end(const char *s, const char *end)
{
	while (s < end && (is_letter(*s) || is_digit(*s) || *s == '-' || *s == '_' || *s == ':' || *s == '.'))
		s++;
	return s;
}

/* Does a tag's name end here as a tag's does: ">", "/>" or an attribute? */
static bool
is_tag_end(const char *s, const char *end)
{
	if (s < end && (*s == '>' || *s == '/'))
		return true;
	if (s == end || !is_space(*s))
		return false;
	s = skip_space(s, end);
	s = name_end(s, end);
	s = skip_space(s, end);
	return s < end && (*s == '=' || *s == '>' || *s == '/');
}

/* Does an element close in the text, "</" or "/>"? */
static bool
has_closing_tag(const char *s, const char *end)
{
	while (s + 1 < end)
	{
		s = memchr(s, '/', end - s);
		if (s == NULL)
			return false;
		if (s[-1] == '<' || (s + 1 < end && s[1] == '>'))
			return true;
		s++;
	}
	return false;
}

static const WfxFileKind script = {"a script", WFX_HINT_SAVE_AS_CSV};
static const WfxFileKind html = {"an HTML document", WFX_HINT_WORKBOOK};
static const WfxFileKind xml = {"an XML document", WFX_HINT_WORKBOOK};

/* What an element at s makes of the document; "<TICKER>,<DATE>" is the header of a CSV */
static const WfxFileKind *
element_kind(const char *s, const char *end)
{
	static const char *const names[] = {"html", "head", "body", "table", "meta", "style", "div",
	"script", "title", "link"};
	const char *name = s + 1;
	const char *close;

	if (name == end || !is_letter(*name))
		return NULL;
	name = name_end(name, end);
	if (!is_tag_end(name, end))
		return NULL;
	close = memchr(name, '>', end - name);
	if (close != NULL && at_delimiter(close + 1, end))
		return NULL;
	for (size_t i = 0; i < lengthof(names); i++)
	{
		if (starts_with_word(s + 1, name, names[i]) && strlen(names[i]) == (size_t) (name - s - 1))
			return &html;
	}
	return has_closing_tag(name, end) ? &xml : NULL;
}

/* What document a "<" at s opens */
static const WfxFileKind *
markup_kind(const char *s, const char *end)
{
	static const WfxFileKind markup = {"an HTML or XML document", WFX_HINT_WORKBOOK};

	if (starts_with_word(s, end, "<!doctype html"))
		return &html;
	if (starts_with_word(s, end, "<?php") || starts_with(s, end, "<?=") || starts_with(s, end, "<%@"))
		return &script;
	if (starts_with_word(s, end, "<!doctype") ||
		(starts_with(s, end, "<?") && s + 2 < end && is_letter(s[2])))
		return &xml;
	if (starts_with(s, end, "<!--"))
		return &markup;
	return element_kind(s, end);
}

/* The byte behind the JSON string at s, NULL if it never closes */
static const char *
json_string_end(const char *s, const char *end)
{
	for (s++; s < end; s++)
	{
		if (*s == '"')
			return s + 1;
		if (*s == '\\')
			s++;
	}
	return NULL;
}

/* Is the text at s, all of it, a JSON document's closing bracket? */
static bool
is_last_bracket(const char *s, const char *end)
{
	return !at_delimiter(s + 1, end) && skip_space(s + 1, end) == end;
}

/* Does the brace at s open a JSON object?  "{id},{name}" is a header. */
static bool
is_json_object(const char *s, const char *end)
{
	s = skip_space(s + 1, end);
	if (s == end)
		return false;
	if (*s == '}')
		return is_last_bracket(s, end);
	if (*s != '"')
		return false;
	s = json_string_end(s, end);
	if (s == NULL)
		return false;
	s = skip_space(s, end);
	return s < end && *s == ':';
}

/* The byte behind the JSON number or string at s, NULL if that never closes */
static const char *
json_scalar_end(const char *s, const char *end)
{
	if (s < end && *s == '"')
		return json_string_end(s, end);
	while (s < end && (is_digit(*s) || *s == '-' || *s == '.'))
		s++;
	return s;
}

/*
 * Does the bracket at s open a JSON array?  "[id],[name]" and "[1],[2]" are headers,
 * but "[[1],[2" is not.
 */
static bool
is_json_array(const char *s, const char *end)
{
	const char *scalar;
	bool		empty;
	int			depth = 0;

	for (; s < end && *s == '['; depth++)
		s = skip_space(s + 1, end);
	if (s < end && *s == '{')
	{
		s = skip_space(s + 1, end);
		return s < end && (*s == '"' || *s == '}');
	}
	scalar = s;
	s = json_scalar_end(s, end);
	if (s == NULL)
		return false;
	empty = (s == scalar);
	s = skip_space(s, end);
	if (s == end)
		return false;
	if (*s == ']' && depth > 1)
	{
		s = skip_space(s + 1, end);
		return s == end || *s == ',';
	}
	return *s == ']' ? is_last_bracket(s, end) : *s == ',' && !empty;
}

/* Is it a script: "#!" and the path of a program, or its name alone in the line? */
static bool
is_script(const char *s, const char *end)
{
	const char *program = s + 2;

	if (!starts_with(s, end, "#!"))
		return false;
	while (program < end && *program == ' ')
		program++;
	if (program == end || *program == '/')
		return program < end;
	while (!is_line_end(program, end) && !at_delimiter(program, end))
		program++;
	return program > s + 2 && is_line_end(program, end);
}

/* Does a mark with the number of a version stand at s, and no cell behind it? */
static bool
has_version(const char *s, const char *end, const char *mark)
{
	if (!starts_with(s, end, mark))
		return false;
	s += strlen(mark);
	if (s == end || !is_digit(*s))
		return false;
	while (s < end && (is_digit(*s) || *s == '.'))
		s++;
	return !at_delimiter(s, end);
}

/* Is this line a field of a mail's head, or, of any name with a hyphen, of its further head? */
static bool
is_mail_field(const char *s, const char *end, bool further)
{
	static const char *const names[] = {"from", "to", "cc", "date", "subject", "received", "sender",
		"reply-to", "return-path", "delivered-to", "envelope-to", "message-id", "mime-version",
		"content-type", "dkim-signature", "user-agent"};
	const char *name = s;
	bool		hyphen = false;

	while (name < end && (is_letter(*name) || *name == '-'))
		hyphen |= *name++ == '-';
	if (name == end || *name != ':' || !(is_line_end(name + 1, end) || is_space(name[1])) ||
		at_delimiter(name + 1, end))
		return false;
	for (size_t i = 0; i < lengthof(names); i++)
	{
		if (starts_with_word(s, name, names[i]) && strlen(names[i]) == (size_t) (name - s))
			return true;
	}
	return hyphen && (further || to_lower(*s) == 'x');
}

/* Is it a mail, or a box of them?  Then two fields of its head follow one another. */
static bool
is_mail(const char *s, const char *end)
{
	if (starts_with(s, end, "From ") && (s = next_line(s, end)) == NULL)
		return false;
	if (!is_mail_field(s, end, false))
		return false;
	do
	{
		s = line_end(s, end);
		if (starts_with(s, end, "\r\n"))
			s++;
		if (s < end)
			s++;
	} while (s < end && (*s == ' ' || *s == '\t'));
	return is_mail_field(s, end, true);
}

/* Is a line this text alone? */
static bool
is_line(const char *s, const char *end, const char *text)
{
	return starts_with_word(s, end, text) && is_line_end(s + strlen(text), end);
}

/* Is it the dump of a database as SQL? */
static bool
is_sql_dump(const char *s, const char *end)
{
	if (is_line(s, end, "--"))
		s = next_line(s, end);
	return s != NULL && (starts_with(s, end, "-- PostgreSQL database") ||
						 starts_with(s, end, "-- MySQL dump") || starts_with(s, end, "-- MariaDB dump"));
}

/* Documents whose start tells what they are */
static const WfxFileKind *
marked_kind(const char *s, const char *end)
{
	static const WfxFileKind pdf = {"a PDF document", WFX_HINT_SAVE_AS_CSV};
	static const WfxFileKind rtf = {"an RTF document", WFX_HINT_SAVE_AS_CSV};
	static const WfxFileKind postscript = {"a PostScript document", WFX_HINT_SAVE_AS_CSV};
	static const WfxFileKind mail = {"an e-mail", "Save the CSV file that is attached to it."};
	static const WfxFileKind cards = {"a file of contacts or appointments (vCard, iCalendar)",
	WFX_HINT_SAVE_AS_CSV};
	static const WfxFileKind dump = {"an SQL dump", WFX_HINT_SAVE_AS_CSV};

	if (has_version(s, end, "%PDF-"))
		return &pdf;
	if (has_version(s, end, "{\\rtf"))
		return &rtf;
	if (has_version(s, end, "%!PS-Adobe-"))
		return &postscript;
	if (is_line(s, end, "begin:vcard") || is_line(s, end, "begin:vcalendar"))
		return &cards;
	if (is_mail(s, end))
		return &mail;
	return is_sql_dump(s, end) ? &dump : NULL;
}

/* What document is this text, if it is no CSV? */
const WfxFileKind *
wfx_text_kind(const char *text, const char *end)
{
	static const WfxFileKind json = {"a JSON document", WFX_HINT_SAVE_AS_CSV};
	static const WfxFileKind sylk = {"a SYLK spreadsheet", WFX_HINT_WORKBOOK};
	static const WfxFileKind dif = {"a DIF spreadsheet", WFX_HINT_WORKBOOK};
	const char *s = skip_space(text, end);

	if (s == end)
		return NULL;
	if (is_script(s, end))
		return &script;
	if (*s == '<')
		return markup_kind(s, end);
	if ((*s == '{' && is_json_object(s, end)) || (*s == '[' && is_json_array(s, end)))
		return &json;
	if (is_sylk(s, end))
		return &sylk;
	return is_dif(s, end) ? &dif : marked_kind(s, end);
}
