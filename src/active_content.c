/*
 * active_content.c
 *		Would a spreadsheet or a browser execute this cell?
 *
 *		cell -> markup anywhere (markup.c)? -> leading blanks off -> sign? -> expression?
 *
 * Behind "=" everything is a formula.  Behind "+", "-" and "@" stand phone
 * numbers, list dashes and handles more often than formulas; there the cell is
 * read as an expression, operand by operand, until it turns out to be one or to
 * be prose.  A bare name is no operand that counts: with one in it a spreadsheet
 * shows an error, and "- T-shirt" is no subtraction.
 */
#include "active_content.h"

#include <string.h>

#include "cell_cursor.h"
#include "markup.h"

/* What an operand of an expression turned out to be */
typedef enum WfxOperand
{
	WFX_OPERAND_NONE,
	WFX_OPERAND_LITERAL,		/* a number or a string */
	WFX_OPERAND_NAME,			/* a word that means nothing to a spreadsheet */
	WFX_OPERAND_REFERENCE,
	WFX_OPERAND_CALL
} WfxOperand;

/* Step over digits; how many? */
static size_t
skip_digits(WfxRest *rest)
{
	const char *start = rest->at;

	while (is_digit(peek(rest)))
		rest->at++;
	return rest->at - start;
}

/* Step over a sign that starts a formula, plain or full-width; '\0' if it is none */
static char
take_sign(WfxRest *rest)
{
	static const char plain[] = "=+-@";
	static const char *const wide[] = {
		"\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D", "\xEF\xBC\xA0"
	};

	for (size_t i = 0; i < lengthof(wide); i++)
	{
		if (take(rest, plain[i]) || take_word(rest, wide[i]))
			return plain[i];
	}
	return '\0';
}

/* Step over text in quotes, the quote being at hand; a double one stands for itself */
static bool
take_quoted(WfxRest *rest, char quote)
{
	WfxRest		ahead = *rest;

	take(&ahead, quote);
	while (ahead.at < ahead.end)
	{
		if (*ahead.at++ != quote || take(&ahead, quote))
			continue;
		*rest = ahead;
		return true;
	}
	return false;
}

/* Step over a number: 12.50, 1E+02, $1,000.00, 20% */
static bool
take_number(WfxRest *rest)
{
	WfxRest		ahead = *rest;
	WfxRest		exponent;

	take(&ahead, '$');
	take(&ahead, '.');
	if (!is_digit(peek(&ahead)))
		return false;
	while (is_digit(peek(&ahead)) || peek(&ahead) == '.' || peek(&ahead) == ',')
		ahead.at++;
	exponent = ahead;
	if (take_word(&exponent, "e"))
	{
		if (!take(&exponent, '+'))
			take(&exponent, '-');
		if (skip_digits(&exponent) > 0)
			ahead = exponent;
	}
	take(&ahead, '%');
	*rest = ahead;
	return true;
}

/* Step over a cell reference: A1, $B$2, not the start of a longer word */
static bool
take_cell(WfxRest *rest)
{
	WfxRest		ahead = *rest;
	size_t		letters = 0;
	size_t		digits;

	take(&ahead, '$');
	while (is_letter(peek(&ahead)))
	{
		ahead.at++;
		letters++;
	}
	take(&ahead, '$');
	if (letters < 1 || letters > 3 || peek(&ahead) == '0')
		return false;
	digits = skip_digits(&ahead);
	if (digits < 1 || digits > 7 || is_word(peek(&ahead)) || peek(&ahead) == '(')
		return false;
	*rest = ahead;
	return true;
}

/* Step over a sheet's name and its "!": Sheet1!, 'My sheet'!, [Book]Sheet1! */
static bool
take_sheet(WfxRest *rest)
{
	WfxRest		ahead = *rest;

	if (peek(&ahead) == '\'')
	{
		if (!take_quoted(&ahead, '\''))
			return false;
	}
	else
	{
		while (is_word(peek(&ahead)) ||
			   (peek(&ahead) != '\0' && strchr("$.[]", *ahead.at) != NULL))
			ahead.at++;
	}
	if (ahead.at == rest->at || !take(&ahead, '!'))
		return false;
	*rest = ahead;
	return true;
}

/* Step over a name of letters, digits, "_" and "." */
static bool
take_name(WfxRest *rest)
{
	const char *start = rest->at;

	while (is_word(peek(rest)) || (rest->at > start && peek(rest) == '.'))
		rest->at++;
	return rest->at > start;
}

/* What binds two operands: arithmetic, comparison, "&" */
static bool
take_operator(WfxRest *rest)
{
	if (peek(rest) == '\0' || strchr("+-*/^&<>=", *rest->at) == NULL)
		return false;
	rest->at++;
	if (rest->at[-1] == '<')
		(void) (take(rest, '=') || take(rest, '>'));
	else if (rest->at[-1] == '>')
		take(rest, '=');
	return true;
}

/* Does the cell end here, or does a formula's punctuation follow? */
static bool
formula_goes_on(const WfxRest *rest)
{
	WfxRest		ahead = *rest;

	skip_blanks(&ahead);
	return ahead.at == ahead.end || strchr("+-*/^&<>=:!|)", *ahead.at) != NULL;
}

/*
 * Are these a call's arguments, the rest starting behind its bracket?  Prose has
 * brackets too: "- Kunde(n)", "- size (A4)", "- kids (5, 7)"; detached says that
 * a blank stands before the bracket.
 */
static bool
are_arguments(WfxRest rest, bool detached)
{
	bool		literal;

	skip_blanks(&rest);
	if (!detached && (peek(&rest) == ')' || peek(&rest) == '"'))
		return true;
	literal = peek(&rest) == '"' && take_quoted(&rest, '"');
	if (!literal && take_number(&rest))
		return !detached && !is_word(peek(&rest));
	if (!literal && !take_cell(&rest))
		return take_name(&rest) && peek(&rest) == '(';
	if (!detached)
		return true;
	skip_blanks(&rest);
	return peek(&rest) != '\0' && strchr(",;:&+-*/", *rest.at) != NULL;
}

/* Tell a call and a DDE link from a bare name; prose says that blanks came before */
static WfxOperand
classify_name(const WfxRest *rest, bool prose)
{
	WfxRest		ahead = *rest;
	bool		detached = skip_blanks(&ahead);

	if (!detached && peek(&ahead) == '|')
		return WFX_OPERAND_CALL;
	if (!take(&ahead, '('))
		return WFX_OPERAND_NAME;
	if (!prose && !detached)
		return WFX_OPERAND_CALL;
	return are_arguments(ahead, detached) ? WFX_OPERAND_CALL : WFX_OPERAND_NAME;
}

/* Step over one operand and tell what it is */
static WfxOperand
take_operand(WfxRest *rest, bool prose)
{
	if (peek(rest) == '"')
		return take_quoted(rest, '"') ? WFX_OPERAND_LITERAL : WFX_OPERAND_NONE;
	if (take_sheet(rest))
		return is_word(peek(rest)) || peek(rest) == '$' ? WFX_OPERAND_REFERENCE : WFX_OPERAND_NAME;
	if (take_cell(rest))
		return formula_goes_on(rest) ? WFX_OPERAND_REFERENCE : WFX_OPERAND_NAME;
	if (take_number(rest))
		return WFX_OPERAND_LITERAL;
	if (take_name(rest))
		return classify_name(rest, prose);
	return WFX_OPERAND_NONE;
}

/* Step over blanks, opening brackets and signs before an operand; were there blanks? */
static bool
skip_prefix(WfxRest *rest)
{
	bool		blanks = skip_blanks(rest);

	while (take(rest, '(') || take(rest, '+') || take(rest, '-') || take(rest, '@'))
		blanks |= skip_blanks(rest);
	return blanks;
}

/* Is what follows a sign an expression that a spreadsheet evaluates? */
static bool
is_expression(WfxRest rest)
{
	bool		named = false;
	bool		prose = false;
	int			operators = 0;

	for (;;)
	{
		prose |= skip_prefix(&rest);
		switch (take_operand(&rest, prose))
		{
			case WFX_OPERAND_CALL:
				return true;
			case WFX_OPERAND_REFERENCE:
				/* Beside an unknown name it evaluates to an error. */
				if (!named)
					return true;
				break;
			case WFX_OPERAND_NAME:
				named = true;
				break;
			case WFX_OPERAND_LITERAL:
				break;
			case WFX_OPERAND_NONE:
				return false;
		}
		prose |= skip_blanks(&rest);
		while (take(&rest, ')'))
			skip_blanks(&rest);
		if (rest.at == rest.end)
			return operators > 0 && !named;
		if (!take_operator(&rest))
			return false;
		operators++;
	}
}

/* Is what follows a "+" a phone number?  One with an extension is prose anyway. */
static bool
is_phone(WfxRest rest)
{
	size_t		digits = 0;

	while (rest.at < rest.end)
	{
		size_t		blank = blank_length(&rest);

		if (is_digit(*rest.at))
			digits++;
		else if (blank == 0 && strchr("()/.-", *rest.at) == NULL)
			return false;
		rest.at += blank > 0 ? blank : 1;
	}
	return digits >= 6;
}

/* A handle such as @joe99 looks like a cell in a far column */
static bool
is_handle(WfxRest rest)
{
	const char *start = rest.at;

	while (is_letter(peek(&rest)))
		rest.at++;
	if (rest.at - start < 3)
		return false;
	skip_digits(&rest);
	skip_blanks(&rest);
	return rest.at == rest.end;
}

/* Is a DDE link at hand, cmd|'/C calc'!A0?  last: where the cell's last "'!" stands */
static bool
is_dde_link(WfxRest rest, const char *last)
{
	WfxRest		name = rest;

	if (take_word(&name, "cmd") && peek(&name) == '|')
		return true;
	if (!take_name(&rest))
		return false;
	skip_blanks(&rest);
	if (!take(&rest, '|'))
		return false;
	skip_blanks(&rest);
	return take(&rest, '\'') && last != NULL && rest.at <= last;
}

/* Does the cell hold a DDE link?  One pass, however long the cell is. */
static bool
has_dde_link(WfxRest rest)
{
	const char *last = NULL;

	/* Most cells are done here: only a pipe makes a link. */
	if (memchr(rest.at, '|', rest.end - rest.at) == NULL)
		return false;
	for (const char *p = rest.end - 1; p > rest.at && last == NULL; p--)
	{
		if (p[0] == '!' && p[-1] == '\'')
			last = p - 1;
	}
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
	return peek(&rest) == '(';
}

/* What a spreadsheet would execute, if it is something */
static const char *
find_formula(WfxRest rest)
{
	char		sign;

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
	if (sign == '\0' || (sign == '+' && is_phone(rest)) || (sign == '@' && is_handle(rest)))
		return NULL;
	return is_expression(rest) ? "a formula" : NULL;
}

const char *
wfx_active_content(const char *cell, size_t len, bool is_email)
{
	WfxRest		rest = {cell, cell + len};
	const char *kind;

	if (len == 0)
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
