/*
 * value_range.c
 *		Ranges, as files hold them: each bound is read as a cell of its type.
 *
 *		range	:= "empty" | ( "[" | "(" ) [ bound ] "," [ bound ] ( "]" | ")" )
 *		bound	:= text | '"' text with doubled quotes and backslashes '"'
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "utils/rangetypes.h"
#include "utils/typcache.h"
#if PG_VERSION_NUM >= 160000
#include "nodes/miscnodes.h"
#endif

#include "value_kinds.h"

/* A range on its way to a Datum */
typedef struct RangeReader
{
	WfxType    *type;			/* of the bounds */
	WfxDateOrder order;
	const char *text;
	const char *next;			/* what is not read yet */
	WfxReason  *why;
} RangeReader;

/* Refuse what follows no known form */
static bool
refuse_form(RangeReader *reader)
{
	return wfx_refuse(reader->why, ERRCODE_INVALID_TEXT_REPRESENTATION,
					  "Write ranges as [from,to], or [from,to) without the upper bound itself.",
					  "\"%s\" is not a range", wfx_excerpt(reader->text));
}

/* Copy a bound, up to the comma or bracket behind it; NULL: it never ends */
static char *
copy_bound(RangeReader *reader)
{
	StringInfoData bound;
	bool		quoted = false;

	initStringInfo(&bound);
	for (;; reader->next++)
	{
		char		c = *reader->next;

		if (c == '\0')
			return NULL;
		if (!quoted && strchr(",)]", c) != NULL)
			return bound.data;
		if (c == '\\' && reader->next[1] != '\0')
			appendStringInfoChar(&bound, *++reader->next);
		else if (c != '"')
			appendStringInfoChar(&bound, c);
		else if (quoted && reader->next[1] == '"')
			appendStringInfoChar(&bound, *++reader->next);
		else
			quoted = !quoted;
	}
}

/* Read a bound; one without any text is infinite */
static bool
read_bound(RangeReader *reader, RangeBound *bound)
{
	const char *start = reader->next;
	char	   *text = copy_bound(reader);

	if (text == NULL)
		return refuse_form(reader);
	bound->infinite = reader->next == start;
	return bound->infinite ||
		wfx_element_parse(reader->type, text, reader->order, &bound->val, reader->why);
}

/* Read both bounds and what is around them */
static bool
read_bounds(RangeReader *reader, RangeBound *lower, RangeBound *upper)
{
	if (*reader->next != '[' && *reader->next != '(')
		return refuse_form(reader);
	lower->inclusive = *reader->next++ == '[';
	if (!read_bound(reader, lower))
		return false;
	if (*reader->next++ != ',')
		return refuse_form(reader);
	if (!read_bound(reader, upper))
		return false;
	upper->inclusive = *reader->next == ']';
	if (*reader->next++ == ',' || *reader->next != '\0')
		return refuse_form(reader);
	return true;
}

/* Put the bounds together; before 16 a type's own rules may raise */
static bool
finish_range(TypeCacheEntry *type, RangeBound *lower, RangeBound *upper, bool empty, Datum *value,
			 WfxReason *why)
{
	RangeType  *range;

#if PG_VERSION_NUM >= 160000
	ErrorSaveContext saved = {.type = T_ErrorSaveContext, .details_wanted = true};

	range = make_range(type, lower, upper, empty, (Node *) &saved);
	if (saved.error_occurred)
		return wfx_refuse(why, saved.error_data->sqlerrcode, saved.error_data->hint,
						  "%s", saved.error_data->message);
#else
	(void) why;
	range = make_range(type, lower, upper, empty);
#endif
	*value = RangeTypePGetDatum(range);
	return true;
}

/* Read a range */
bool
wfx_range_parse(WfxType *type, const char *text, WfxDateOrder order, Datum *value, WfxReason *why)
{
	TypeCacheEntry *cache = lookup_type_cache(type->base, TYPECACHE_RANGE_INFO);
	RangeReader reader = {.type = type->element, .order = order, .text = text, .next = text,
	.why = why};
	RangeBound	lower = {.lower = true};
	RangeBound	upper = {0};
	bool		empty = pg_strcasecmp(text, "empty") == 0;

	if (!empty && !read_bounds(&reader, &lower, &upper))
		return false;
	if (!empty && range_cmp_bound_values(cache, &lower, &upper) > 0)
		return wfx_refuse(why, ERRCODE_DATA_EXCEPTION, NULL,
						  "the lower bound of \"%s\" is greater than the upper bound",
						  wfx_excerpt(text));
	return finish_range(cache, &lower, &upper, empty, value, why);
}
