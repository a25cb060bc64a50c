/*
 * parts.c
 *		Dotted headers: parts of a jsonb value, elements of an array.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"

#include "parts.h"

/* Is a step of a path an index?  Only the last one can be. */
static bool
is_index(const WfxPart *part, int depth)
{
	return part->indexed && depth == part->npath - 1;
}

/* A path of one step, for the server's jsonb functions */
static Datum
one_step(const char *step)
{
	Datum		element = CStringGetTextDatum(step);

	return PointerGetDatum(construct_array(&element, 1, TEXTOID, -1, false, TYPALIGN_INT));
}

/* An empty value to put parts into */
static Datum
empty_json(bool array)
{
	return DirectFunctionCall1(jsonb_in, CStringGetDatum(array ? "[]" : "{}"));
}

/* Has a jsonb value the shape that a step needs? */
static bool
has_shape(Datum json, bool array)
{
	Jsonb	   *jb = DatumGetJsonbP(json);

	return array ? JB_ROOT_IS_ARRAY(jb) && !JB_ROOT_IS_SCALAR(jb) : JB_ROOT_IS_OBJECT(jb);
}

/* The value under a key of an object; false: there is none, or a JSON null */
static bool
get_member(Datum json, const char *member, Datum *value)
{
	JsonbValue	key;
	JsonbValue *found;

	key.type = jbvString;
	key.val.string.val = unconstify(char *, member);
	key.val.string.len = strlen(member);
	found = findJsonbValueFromContainer(&DatumGetJsonbP(json)->root, JB_FOBJECT, &key);
	if (found == NULL || found->type == jbvNull)
		return false;
	*value = JsonbPGetDatum(JsonbValueToJsonb(found));
	return true;
}

/* Put a leaf into a jsonb value; false: something of another shape is in the way */
static bool
set_leaf(Datum *json, const WfxPart *part, int depth, Datum leaf)
{
	Datum		child;

	if (!has_shape(*json, is_index(part, depth)))
		return false;
	if (depth < part->npath - 1)
	{
		if (!get_member(*json, part->path[depth], &child))
			child = empty_json(is_index(part, depth + 1));
		if (!set_leaf(&child, part, depth + 1, leaf))
			return false;
		leaf = child;
	}
	*json = DirectFunctionCall4(jsonb_set, *json, one_step(part->path[depth]), leaf,
								BoolGetDatum(true));
	return true;
}

/* Remove a leaf from a jsonb value; what is not there needs no removing */
static void
remove_leaf(Datum *json, const WfxPart *part)
{
	Datum	   *steps = palloc(sizeof(Datum) * part->npath);
	ArrayType  *path;

	for (int i = 0; i < part->npath; i++)
		steps[i] = CStringGetTextDatum(part->path[i]);
	path = construct_array(steps, part->npath, TEXTOID, -1, false, TYPALIGN_INT);
	if (!JB_ROOT_IS_SCALAR(DatumGetJsonbP(*json)))
		*json = DirectFunctionCall2(jsonb_delete_path, *json, PointerGetDatum(path));
}

/* What does the record say about a part?  Blank cells matter only where they clear. */
static WfxState
effective_state(const WfxImport *import, const WfxRecord *record, int p, bool known)
{
	WfxState	state = record->part_states[p];
	bool		clears = import->columns->columns[import->columns->parts[p].column].clears;

	if (state == WFX_CLEARED || (state == WFX_EMPTY && clears))
		return known ? WFX_CLEARED : WFX_EMPTY;
	return state;
}

/* Does the record say anything about a part of this column? */
bool
wfx_parts_given(const WfxImport *import, const WfxRecord *record, int column)
{
	for (int p = 0; p < import->columns->nparts; p++)
		if (import->columns->parts[p].column == column &&
			effective_state(import, record, p, true) != WFX_EMPTY &&
			effective_state(import, record, p, true) != WFX_ABSENT)
			return true;
	return false;
}

/* Merge one part into a jsonb value */
static bool
merge_json(const WfxPart *part, WfxState state, Datum leaf, Datum *value, bool *isnull)
{
	if (state == WFX_CLEARED)
	{
		if (!*isnull)
			remove_leaf(value, part);
		return true;
	}
	if (*isnull || JB_ROOT_IS_SCALAR(DatumGetJsonbP(*value)))
	{
		/* a JSON null is no value either */
		if (!*isnull && strcmp(DatumGetCString(DirectFunctionCall1(jsonb_out, *value)), "null") != 0)
			return false;
		*value = empty_json(is_index(part, 0));
		*isnull = false;
	}
	return set_leaf(value, part, 0, leaf);
}

/* Merge one part into an array: replace the element, or append */
static bool
merge_array(const WfxPart *part, WfxState state, Datum leaf, Datum *value, bool *isnull)
{
	Oid			type = part->type.typid;
	Datum	   *elements = NULL;
	bool	   *nulls = NULL;
	int			n = 0;
	int			at = atoi(part->path[part->npath - 1]);
	int16		len;
	bool		byval;
	char		align;
	int			lower = 1;

	get_typlenbyvalalign(type, &len, &byval, &align);
	if (!*isnull)
	{
		if (ARR_NDIM(DatumGetArrayTypeP(*value)) > 1)
			return false;
		deconstruct_array(DatumGetArrayTypeP(*value), type, len, byval, align, &elements, &nulls, &n);
	}
	if (state == WFX_CLEARED && at >= n)
		return true;
	elements = elements ? repalloc(elements, sizeof(Datum) * (n + 1)) : palloc(sizeof(Datum));
	nulls = nulls ? repalloc(nulls, sizeof(bool) * (n + 1)) : palloc(sizeof(bool));
	at = Min(at, n);
	n = Max(n, at + 1);
	elements[at] = leaf;
	nulls[at] = (state == WFX_CLEARED);
	*value = PointerGetDatum(construct_md_array(elements, nulls, 1, &n, &lower,
												type, len, byval, align));
	*isnull = false;
	return true;
}

/* Do two parts belong to the same array? */
static bool
same_array(const WfxPart *a, const WfxPart *b)
{
	if (a->column != b->column || !a->indexed || !b->indexed || a->npath != b->npath)
		return false;
	for (int i = 0; i < a->npath - 1; i++)
		if (strcmp(a->path[i], b->path[i]) != 0)
			return false;
	return true;
}

/* The array that holds a part; false: there is none */
static bool
find_array(const WfxPart *part, Datum value, Datum *array)
{
	*array = value;
	for (int i = 0; i < part->npath - 1; i++)
		if (!has_shape(*array, false) || !get_member(*array, part->path[i], array))
			return false;
	return true;
}

/*
 * Is the array what the record's cells would create?  Gaps between them are closed
 * then, so the indexes of the cells say nothing about the elements: taken
 * literally, the same file would change the client every time.
 */
static bool
is_as_created(WfxImport *import, const WfxRecord *record, const WfxPart *part, bool json,
			  Datum value)
{
	Datum		created = (Datum) 0;
	bool		isnull = true;
	Datum		array;

	if (!part->indexed || !find_array(part, value, &array))
		return false;
	for (int p = 0; p < import->columns->nparts; p++)
	{
		WfxPart		step = import->columns->parts[p];

		if (!same_array(part, &step) || record->part_states[p] != WFX_GIVEN)
			continue;
		step.path += step.npath - 1;
		step.npath = 1;
		if (json)
			(void) merge_json(&step, WFX_GIVEN, record->part_values[p], &created, &isnull);
		else
			(void) merge_array(&step, WFX_GIVEN, record->part_values[p], &created, &isnull);
	}
	if (isnull)
		return false;
	if (json)
		return DatumGetBool(DirectFunctionCall2(jsonb_eq, created, array));
	return wfx_column_equal(&import->columns->columns[part->column], created, array);
}

/* A value of another shape is where a part should go */
static void
refuse(WfxImport *import, WfxRecord *record, const WfxPart *part)
{
	const char *header = import->columns->headers[part->field];

	wfx_record_refuse(import, record, "json_path", ERRCODE_INVALID_PARAMETER_VALUE, header,
					  record->row.cells[part->field].text,
					  psprintf("\"%s\" cannot be set: the client has a value of another shape there",
							   header),
					  "Correct the stored value, or import the whole column.");
}

/* Merge all parts of a column */
bool
wfx_parts_merge(WfxImport *import, WfxRecord *record, int column, bool known,
				Datum *value, bool *isnull)
{
	bool		json = import->columns->columns[column].type.kind == WFX_TYPE_JSONB;
	Datum		stored = *value;
	bool		known_value = known && !*isnull;

	for (int p = 0; p < import->columns->nparts; p++)
	{
		WfxPart    *part = &import->columns->parts[p];
		WfxState	state = effective_state(import, record, p, known);
		bool		done;

		if (part->column != column || state == WFX_EMPTY || state == WFX_ABSENT ||
			(known_value && is_as_created(import, record, part, json, stored)))
			continue;
		done = json ? merge_json(part, state, record->part_values[p], value, isnull) :
			merge_array(part, state, record->part_values[p], value, isnull);
		if (!done)
		{
			refuse(import, record, part);
			return false;
		}
	}
	return true;
}
