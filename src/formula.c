/*
 * formula.c
 *		Does a formula follow a sign, or prose?
 *
 * The rest of the cell is read as an expression, operand by operand, until it turns
 * out to be one or to be prose.  A bare name is no operand that counts: with one in
 * it a spreadsheet shows an error, and "- T-shirt" is no subtraction.
 */
#include "formula.h"

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

/* Does the comma at hand stand within a number, not behind one? */
static bool
is_number_comma(const WfxRest *rest)
{
	return peek(rest) == ',' && rest->end - rest->at > 1 && is_digit(rest->at[1]);
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
	while (is_digit(peek(&ahead)) || peek(&ahead) == '.' || is_number_comma(&ahead))
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
 * a blank stands before the bracket, prose that blanks came before.
 */
static bool
are_arguments(WfxRest rest, bool detached, bool prose)
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
	if (!detached || !prose)
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
	return are_arguments(ahead, detached, prose) ? WFX_OPERAND_CALL : WFX_OPERAND_NAME;
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

/* Step over a handle behind its "@": @joe99 looks like a cell in a far column */
static bool
take_handle(WfxRest *rest)
{
	WfxRest		ahead = *rest;

	while (is_letter(peek(&ahead)))
		ahead.at++;
	if (ahead.at - rest->at < 3 || skip_digits(&ahead) == 0 || !is_blank(peek(&ahead)))
		return false;
	*rest = ahead;
	return true;
}

/* Is what follows a sign an expression that a spreadsheet evaluates? */
static bool
is_expression(WfxRest rest, char sign)
{
	bool		named = false;
	bool		prose = false;
	bool		handle;
	int			operators = 0;

	for (;;)
	{
		prose |= skip_prefix(&rest);
		handle = sign == '@' && operators == 0 && take_handle(&rest);
		switch (handle ? WFX_OPERAND_NAME : take_operand(&rest, prose))
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

/* Is a name one of a list?  What a newer function has before its last dot does not count. */
static bool
is_one_of(const char *name, const char *end, const char *const *list, size_t count)
{
	for (const char *p = name; p < end; p++)
	{
		if (*p == '.')
			name = p + 1;
	}
	for (size_t i = 0; i < count; i++)
	{
		WfxRest		rest = {name, end};

		if (take_word(&rest, list[i]) && rest.at == end)
			return true;
	}
	return false;
}

/*
 * Is a function called that reaches out of the sheet?  It is looked for wherever it
 * stands: a spreadsheet knows operands that are not read here.  Some of their names
 * are words of everybody; those need a string for an argument.
 */
static bool
reaches_out(WfxRest rest)
{
	static const char *const functions[] = {
		"hyperlink", "webservice", "filterxml", "importdata", "importfeed", "importhtml",
		"importrange", "importxml"
	};
	static const char *const words[] = {"call", "exec", "image", "register", "rtd"};

	while (rest.at < rest.end)
	{
		const char *name = rest.at;
		WfxRest		ahead;

		if (!take_name(&rest))
		{
			rest.at++;
			continue;
		}
		ahead = rest;
		skip_blanks(&ahead);
		if (!take(&ahead, '('))
			continue;
		if (is_one_of(name, rest.at, functions, lengthof(functions)))
			return true;
		skip_blanks(&ahead);
		if (peek(&ahead) == '"' && is_one_of(name, rest.at, words, lengthof(words)))
			return true;
	}
	return false;
}

/* Does a formula follow the sign? */
bool
wfx_is_formula(WfxRest rest, char sign)
{
	return is_expression(rest, sign) || reaches_out(rest);
}
