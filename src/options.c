/*
 * options.c
 *		The options of a call: read, checked, and written down for the history.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "utils/builtins.h"

#include "nls.h"
#include "options.h"
#include "text.h"

static const char *const mode_names[] = {"upsert", "create", "update", NULL};
static const char *const on_error_names[] = {"report", "skip", "raise", NULL};
static const char *const blank_names[] = {"keep", "clear", NULL};
static const char *const unknown_names[] = {"error", "ignore", NULL};
static const char *const duplicates_names[] = {"error", "last", NULL};
static const char *const date_order_names[] = {"ISO", "DMY", "MDY", "YMD", NULL};

/* The names of a choice, as a list for a hint */
static char *
list_names(const char *const *names)
{
	StringInfoData list;

	initStringInfo(&list);
	appendStringInfo(&list, wfx_translate("\"%s\""), names[0]);
	for (int i = 1; names[i] != NULL; i++)
		appendStringInfo(&list,
						 wfx_translate(names[i + 1] == NULL ? gettext_noop(" and \"%s\"")
									   : gettext_noop(", \"%s\"")),
						 names[i]);
	return list.data;
}

/* An option value that is not allowed ends the call */
static void
refuse(const char *option, const char *value, const char *allowed)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("invalid value for option \"%s\": \"%s\"", option, value),
			 errhint("Allowed values are %s.", allowed)));
}

/* The text of an argument, NULL where it is NULL or not part of this call */
static char *
text_arg(FunctionCallInfo fcinfo, int arg)
{
	if (arg >= PG_NARGS() || PG_ARGISNULL(arg))
		return NULL;
	return text_to_cstring(PG_GETARG_TEXT_PP(arg));
}

/* The index of a choice among its names; the first one is the default */
static int
choice_arg(FunctionCallInfo fcinfo, int arg, const char *option, const char *const *names)
{
	char	   *value = text_arg(fcinfo, arg);

	if (value == NULL)
		return 0;
	for (int i = 0; names[i] != NULL; i++)
		if (strcmp(value, names[i]) == 0)
			return i;
	refuse(option, value, list_names(names));
	return 0;					/* not reached */
}

/* Is this one ASCII character that may separate or quote fields? */
static bool
is_dialect_char(const char *value)
{
	return strlen(value) == 1 && !IS_HIGHBIT_SET(*value) && *value != '\n' && *value != '\r';
}

/* One ASCII character */
static char
char_arg(FunctionCallInfo fcinfo, int arg, const char *option, char missing)
{
	char	   *value = text_arg(fcinfo, arg);

	if (value == NULL)
		return missing;
	if (!is_dialect_char(value))
		refuse(option, value, wfx_translate("single ASCII characters other than line ends"));
	return *value;
}

/* 'auto' or one ASCII character */
static char
delimiter_arg(FunctionCallInfo fcinfo, int arg)
{
	char	   *value = text_arg(fcinfo, arg);

	if (value == NULL || strcmp(value, "auto") == 0)
		return WFX_DELIMITER_AUTO;
	if (!is_dialect_char(value))
		refuse("delimiter", value,
			   wfx_translate("\"auto\" and single ASCII characters other than line ends"));
	return *value;
}

/* One ASCII character, or an empty text for no quoting at all */
static char
quote_arg(FunctionCallInfo fcinfo, int arg)
{
	char	   *value = text_arg(fcinfo, arg);

	if (value == NULL)
		return '"';
	if (*value == '\0')
		return '\0';
	if (!is_dialect_char(value))
		refuse("quote", value,
			   wfx_translate("single ASCII characters other than line ends, and \"\" for no quoting"));
	return *value;
}

/* 'auto' or the name of an encoding */
static int
encoding_arg(FunctionCallInfo fcinfo, int arg)
{
	char	   *value = text_arg(fcinfo, arg);
	int			encoding;

	if (value == NULL || strcmp(value, "auto") == 0)
		return WFX_ENCODING_AUTO;
	encoding = pg_char_to_encoding(value);
	if (!PG_VALID_FE_ENCODING(encoding))
		refuse("encoding", value, wfx_translate("\"auto\" and the names of PostgreSQL's encodings"));
	return encoding;
}

/* A count of records, with on_error => 'skip' only */
static int64
reject_limit_arg(FunctionCallInfo fcinfo, int arg, WfxOnError on_error)
{
	int64		limit;

	if (arg >= PG_NARGS() || PG_ARGISNULL(arg))
		return WFX_NO_REJECT_LIMIT;
	limit = PG_GETARG_INT64(arg);
	if (limit < 0)
		refuse("reject_limit", psprintf(INT64_FORMAT, limit), wfx_translate("0 and more"));
	if (on_error != WFX_ON_ERROR_SKIP)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("option \"reject_limit\" needs on_error => 'skip'"),
				 errhint("With \"report\" and \"raise\" a single bad record fails the import.")));
	return limit;
}

/* The dialect's characters must differ from each other */
static void
check_dialect(const WfxDialectOptions *dialect)
{
	char		delimiter = dialect->delimiter;

	if (delimiter != WFX_DELIMITER_AUTO &&
		(delimiter == dialect->quote || delimiter == dialect->escape))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("delimiter, and quote or escape, must be different characters")));
}

/* Options that every call has */
static void
read_policy(WfxOptions *options, FunctionCallInfo fcinfo, int first)
{
	options->mode = choice_arg(fcinfo, first, "mode", mode_names);
	options->on_error = choice_arg(fcinfo, first + 1, "on_error", on_error_names);
	options->dry_run = !PG_ARGISNULL(first + 2) && PG_GETARG_BOOL(first + 2);
	options->blank_clears = choice_arg(fcinfo, first + 3, "blank", blank_names) == 1;
	options->clear_marker = text_arg(fcinfo, first + 4);
	options->ignore_unknown_columns =
		choice_arg(fcinfo, first + 5, "unknown_columns", unknown_names) == 1;
	options->last_duplicate_wins =
		choice_arg(fcinfo, first + 6, "duplicates", duplicates_names) == 1;
}

/* Options that say how the file is written */
void
wfx_dialect_options_read(WfxDialectOptions *dialect, FunctionCallInfo fcinfo, int first)
{
	dialect->delimiter = delimiter_arg(fcinfo, first);
	dialect->quote = quote_arg(fcinfo, first + 1);
	dialect->escape = char_arg(fcinfo, first + 2, "escape", dialect->quote);
	dialect->encoding = encoding_arg(fcinfo, first + 3);
	check_dialect(dialect);
}

/* "ISO" is what NULL means; it is no value to be given */
static WfxDateOrder
date_order_arg(FunctionCallInfo fcinfo, int arg)
{
	char	   *value = text_arg(fcinfo, arg);

	if (value != NULL && strcmp(value, date_order_names[WFX_DATE_ISO]) == 0)
		refuse("date_order", value, list_names(date_order_names + 1));
	if (value == NULL)
		return WFX_DATE_ISO;
	return 1 + choice_arg(fcinfo, arg, "date_order", date_order_names + 1);
}

/* Read the options of a call */
void
wfx_options_read(WfxOptions *options, FunctionCallInfo fcinfo, int first)
{
	read_policy(options, fcinfo, first);
	wfx_dialect_options_read(&options->dialect, fcinfo, first + 7);
	options->date_order = date_order_arg(fcinfo, first + 11);
	options->reject_limit = reject_limit_arg(fcinfo, first + 12, options->on_error);
	if (options->clear_marker != NULL &&
		wfx_is_blank(options->clear_marker, strlen(options->clear_marker)))
		refuse("clear_marker", options->clear_marker, wfx_translate("texts that are not blank"));
}

/* The name of a mode */
const char *
wfx_mode_name(WfxMode mode)
{
	return mode_names[mode];
}

/* The name of an error policy */
const char *
wfx_on_error_name(WfxOnError on_error)
{
	return on_error_names[on_error];
}

/* A dialect's character as a text; '\0' is the empty one */
static const char *
dialect_text(char c)
{
	return c == '\0' ? "" : psprintf("%c", c);
}

/* Write down what decides the outcome and has no column of its own in the history */
void
wfx_options_to_json(const WfxOptions *options, StringInfo out)
{
	wfx_append_json_member(out, "blank", blank_names[options->blank_clears]);
	wfx_append_json_member(out, "clear_marker", options->clear_marker);
	wfx_append_json_member(out, "unknown_columns", unknown_names[options->ignore_unknown_columns]);
	wfx_append_json_member(out, "duplicates", duplicates_names[options->last_duplicate_wins]);
	wfx_append_json_member(out, "quote", dialect_text(options->dialect.quote));
	wfx_append_json_member(out, "escape", dialect_text(options->dialect.escape));
	wfx_append_json_member(out, "date_order", options->date_order == WFX_DATE_ISO ? NULL :
				  date_order_names[options->date_order]);
	appendStringInfoString(out, ", \"reject_limit\": ");
	if (options->reject_limit == WFX_NO_REJECT_LIMIT)
		appendStringInfoString(out, "null");
	else
		appendStringInfo(out, INT64_FORMAT, options->reject_limit);
}
