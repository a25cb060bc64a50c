/*
 * value_array.c
 *		Arrays, as files hold them: each element is read as a cell of its type.
 *
 * The server's reader would raise for what is wrong with one element, and take
 * "tomorrow" for a date.  So the braces are read here, and array_in() never runs:
 *
 *		array	:= "{" [ item { delimiter item } ] "}"
 *		item	:= array | NULL | text | '"' text with backslashes '"'
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/lsyscache.h"

#include "text.h"
#include "value_kinds.h"

/* An array on its way to a Datum */
typedef struct ArrayReader
{
	WfxType    *type;			/* of the elements */
	WfxDateOrder order;
	const char *text;
	const char *next;			/* what is not read yet */
	char		delimiter;
	int			ndim;			/* 0: no element was met yet */
	int			dims[MAXDIM];	/* 0: no list of this depth has ended yet */
	int			n;
	int			room;
	Datum	   *values;
	bool	   *nulls;
	StringInfoData item;		/* the element that is being read */
	WfxReason  *why;
} ArrayReader;

static bool read_list(ArrayReader *reader, int depth);

/* Refuse what follows no known form */
static bool
refuse_form(ArrayReader *reader, const char *fault)
{
	return wfx_refuse(reader->why, ERRCODE_INVALID_TEXT_REPRESENTATION,
					  "Write arrays as {one,two}, and put elements with commas, braces, quotes or "
					  "backslashes into double quotes.",
					  "\"%s\" is not an array: %s", wfx_excerpt(reader->text), fault);
}

/* Step over white space */
static void
skip_blanks(ArrayReader *reader)
{
	while (*reader->next != '\0' && wfx_is_blank(reader->next, 1))
		reader->next++;
}

/* Add an element; its memory is the caller's */
static void
add_element(ArrayReader *reader, Datum value, bool isnull)
{
	if (reader->n == reader->room)
	{
		reader->room = Max(8, reader->room * 2);
		reader->values = reader->values == NULL ? palloc(sizeof(Datum) * reader->room) :
			repalloc(reader->values, sizeof(Datum) * reader->room);
		reader->nulls = reader->nulls == NULL ? palloc(sizeof(bool) * reader->room) :
			repalloc(reader->nulls, sizeof(bool) * reader->room);
	}
	reader->values[reader->n] = value;
	reader->nulls[reader->n++] = isnull;
}

/* Read an element in quotes into item */
static bool
read_quoted(ArrayReader *reader)
{
	for (reader->next++; *reader->next != '"'; reader->next++)
	{
		if (*reader->next == '\\')
			reader->next++;
		if (*reader->next == '\0')
			return refuse_form(reader, "a quote is never closed");
		appendStringInfoChar(&reader->item, *reader->next);
	}
	reader->next++;
	return true;
}

/* Read an element without quotes into item; *plain: it has no backslashes */
static bool
read_plain(ArrayReader *reader, bool *plain)
{
	int			len = 0;		/* without white space at the end */

	*plain = true;
	while (*reader->next != '\0' && *reader->next != reader->delimiter && *reader->next != '}')
	{
		bool		escaped = *reader->next == '\\';

		if (*reader->next == '"' || *reader->next == '{')
			return refuse_form(reader, "a quote or brace stands within an element");
		if (escaped && *++reader->next == '\0')
			break;
		appendStringInfoChar(&reader->item, *reader->next++);
		if (escaped || !wfx_is_blank(reader->next - 1, 1))
			len = reader->item.len;
		*plain &= !escaped;
	}
	reader->item.len = len;
	reader->item.data[len] = '\0';
	return len > 0 || refuse_form(reader, "an element is missing");
}

/* Read one element */
static bool
read_element(ArrayReader *reader)
{
	bool		quoted = *reader->next == '"';
	bool		plain = false;
	Datum		value;

	resetStringInfo(&reader->item);
	if (!(quoted ? read_quoted(reader) : read_plain(reader, &plain)))
		return false;
	if (plain && pg_strcasecmp(reader->item.data, "NULL") == 0)
	{
		add_element(reader, (Datum) 0, true);
		return true;
	}
	if (!wfx_element_parse(reader->type, reader->item.data, reader->order, &value, reader->why))
	{
		if (reader->why->detail == NULL)
			reader->why->detail = psprintf("It is element %d of the array.", reader->n + 1);
		return false;
	}
	add_element(reader, value, false);
	return true;
}

/* Read an element, or a list in its place; all elements stand at the same depth */
static bool
read_item(ArrayReader *reader, int depth)
{
	bool		list = *reader->next == '{';

	if (list && depth == MAXDIM)
		return refuse_form(reader, psprintf("at most %d dimensions are possible", MAXDIM));
	if (reader->ndim == 0 && !list)
		reader->ndim = depth;
	if (reader->ndim > 0 && list != (depth < reader->ndim))
		return refuse_form(reader, "lists and elements stand side by side");
	return list ? read_list(reader, depth + 1) : read_element(reader);
}

/* Lists of the same depth have the same length */
static bool
end_list(ArrayReader *reader, int depth, int length)
{
	if (reader->dims[depth - 1] != 0 && reader->dims[depth - 1] != length)
		return refuse_form(reader, "its inner lists differ in length");
	reader->dims[depth - 1] = length;
	return true;
}

/* Read a list, its opening brace being at hand */
static bool
read_list(ArrayReader *reader, int depth)
{
	int			length = 0;

	do
	{
		CHECK_FOR_INTERRUPTS();
		reader->next++;
		skip_blanks(reader);
		if (!read_item(reader, depth))
			return false;
		length++;
		skip_blanks(reader);
	} while (*reader->next == reader->delimiter);
	if (*reader->next != '}')
		return refuse_form(reader, "a comma or brace is missing");
	reader->next++;
	return end_list(reader, depth, length);
}

/* Is it an array without elements? */
static bool
is_empty_list(ArrayReader *reader)
{
	const char *start = reader->next++;

	skip_blanks(reader);
	if (*reader->next++ == '}')
		return true;
	reader->next = start;
	return false;
}

/* Put the elements together */
static Datum
make_array(const ArrayReader *reader)
{
	Oid			type = reader->type->typid;
	int			lower[MAXDIM] = {1, 1, 1, 1, 1, 1};
	int			dims[MAXDIM];
	int16		len;
	bool		byval;
	char		align;

	if (reader->n == 0)
		return PointerGetDatum(construct_empty_array(type));
	memcpy(dims, reader->dims, sizeof(dims));
	get_typlenbyvalalign(type, &len, &byval, &align);
	return PointerGetDatum(construct_md_array(reader->values, reader->nulls, reader->ndim, dims,
											  lower, type, len, byval, align));
}

/* Read an array */
bool
wfx_array_parse(WfxType *type, const char *text, WfxDateOrder order, Datum *value, WfxReason *why)
{
	ArrayReader reader = {.type = type->element, .order = order, .text = text, .next = text,
	.delimiter = type->delimiter, .why = why};

	initStringInfo(&reader.item);
	if (*text != '{')
		return refuse_form(&reader, "it does not start with a brace");
	if (!is_empty_list(&reader) && !read_list(&reader, 1))
		return false;
	if (*reader.next != '\0')
		return refuse_form(&reader, "text stands behind its end");
	*value = make_array(&reader);
	return true;
}
