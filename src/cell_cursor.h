/*
 * cell_cursor.h
 *		Steps through the bytes of a cell; for the search for active content.  Pure C.
 */
#ifndef WFX_CELL_CURSOR_H
#define WFX_CELL_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define lengthof(array) (sizeof(array) / sizeof((array)[0]))

/* The rest of a cell, consumed from its start */
typedef struct WfxRest
{
	const char *at;
	const char *end;
} WfxRest;

/* First and last blank beyond ASCII that spreadsheets skip, in UTF-8 */
static const char *const blank_ranges[][2] = {
	{"\xC2\x80", "\xC2\xA0"},	/* C1 controls, no-break space */
	{"\xC2\xAD", "\xC2\xAD"},	/* soft hyphen */
	{"\xE1\x9A\x80", "\xE1\x9A\x80"},
	{"\xE1\xA0\x8E", "\xE1\xA0\x8E"},
	{"\xE2\x80\x80", "\xE2\x80\x8F"},	/* spaces, zero width, direction */
	{"\xE2\x80\xA8", "\xE2\x80\xAF"},
	{"\xE2\x81\x9F", "\xE2\x81\xAF"},
	{"\xE3\x80\x80", "\xE3\x80\x80"},
	{"\xEF\xBB\xBF", "\xEF\xBB\xBF"}	/* byte order mark */
};

/* The ASCII lower case of c */
static inline char
to_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

/* Is this an ASCII letter? */
static inline bool
is_letter(char c)
{
	return to_lower(c) >= 'a' && to_lower(c) <= 'z';
}

/* Is this an ASCII digit? */
static inline bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* May this stand in a name?  Characters beyond ASCII are letters. */
static inline bool
is_word(char c)
{
	return is_letter(c) || is_digit(c) || c == '_' || (unsigned char) c > 127;
}

/* Is this white space or another control character? */
static inline bool
is_blank(char c)
{
	return (unsigned char) c <= ' ' || c == 127;
}

/* The character at hand, '\0' at the end */
static inline char
peek(const WfxRest *rest)
{
	return rest->at < rest->end ? *rest->at : '\0';
}

/* Step over c, if it is at hand */
static inline bool
take(WfxRest *rest, char c)
{
	if (rest->at == rest->end || *rest->at != c)
		return false;
	rest->at++;
	return true;
}

/* Step over a lower-case ASCII word in any case, if it is at hand */
static inline bool
take_word(WfxRest *rest, const char *word)
{
	size_t		len = strlen(word);

	if ((size_t) (rest->end - rest->at) < len)
		return false;
	for (size_t i = 0; i < len; i++)
	{
		if (to_lower(rest->at[i]) != word[i])
			return false;
	}
	rest->at += len;
	return true;
}

/* Step over a name of letters, digits, "_" and "." */
static inline bool
take_name(WfxRest *rest)
{
	const char *start = rest->at;

	while (is_word(peek(rest)) || (rest->at > start && peek(rest) == '.'))
		rest->at++;
	return rest->at > start;
}

/* The length of the blank character at hand, 0 if it is none */
static inline size_t
blank_length(const WfxRest *rest)
{
	size_t		left = rest->end - rest->at;

	if (left == 0)
		return 0;
	if ((unsigned char) *rest->at < 128)
		return is_blank(*rest->at);
	for (size_t i = 0; i < lengthof(blank_ranges); i++)
	{
		size_t		size = strlen(blank_ranges[i][0]);

		/* The order of UTF-8 bytes is the order of code points. */
		if (left >= size && memcmp(rest->at, blank_ranges[i][0], size) >= 0 &&
			memcmp(rest->at, blank_ranges[i][1], size) <= 0)
			return size;
	}
	return 0;
}

/* Step over blanks; were there any? */
static inline bool
skip_blanks(WfxRest *rest)
{
	const char *start = rest->at;
	size_t		size;

	while ((size = blank_length(rest)) > 0)
		rest->at += size;
	return rest->at > start;
}

#endif							/* WFX_CELL_CURSOR_H */
