/*
 * parts.c
 *		Dotted headers: parts of a jsonb value, elements of an array.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

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

/*
 * Remove a leaf from a jsonb value; what is not there needs no removing.  False:
 * something of another shape is in the way.
 */
static bool
remove_leaf(Datum *json, const WfxPart *part, int depth)
{
	const char *step = part->path[depth];
	Datum		child;

	if (!has_shape(*json, is_index(part, depth)))
		return false;
	if (depth < part->npath - 1)
	{
		if (!get_member(*json, step, &child))
			return true;
		if (!remove_leaf(&child, part, depth + 1))
			return false;
		*json = DirectFunctionCall4(jsonb_set, *json, one_step(step), child, BoolGetDatum(false));
	}
	else if (is_index(part, depth))
		*json = DirectFunctionCall2(jsonb_delete_idx, *json, Int32GetDatum(atoi(step)));
	else
		*json = DirectFunctionCall2(jsonb_delete, *json, CStringGetTextDatum(step));
	return true;
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
		return *isnull || remove_leaf(value, part, 0);
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

/*
 * Do the cells of an array leave indexes out, or stand in another order?  Creating
 * the array closes such gaps.
 */
static bool
has_gap(const WfxImport *import, const WfxRecord *record, const WfxPart *part)
{
	int			given = 0;

	for (int p = 0; p < import->columns->nparts; p++)
	{
		const WfxPart *other = &import->columns->parts[p];

		if (same_array(part, other) && record->part_states[p] == WFX_GIVEN &&
			atoi(other->path[other->npath - 1]) != given++)
			return true;
	}
	return false;
}

/* Is this the first part of its array, in the order of the file? */
static int
first_of_array(const WfxImport *import, int p)
{
	for (int first = 0; first < p; first++)
		if (same_array(&import->columns->parts[first], &import->columns->parts[p]))
			return first;
	return p;
}

/* A value of another shape is where a part should go */
static void
refuse(WfxImport *import, WfxRecord *record, const WfxPart *part)
{
	wfx_record_refuse(import, record, "json_path", ERRCODE_INVALID_PARAMETER_VALUE, part->header,
					  part->field < 0 ? NULL : record->row.cells[part->field].text,
					  psprintf("\"%s\" cannot be set: the client has a value of another shape there",
							   part->header),
					  "Correct the stored value, or import the whole column.");
}

/* What is at hand while the parts of a column are merged */
typedef struct Merge
{
	WfxImport  *import;
	WfxRecord  *record;
	bool		json;
	bool		known;			/* the client is in the table ... */
	bool		has_value;		/* ... and its column is not NULL */
	Datum		stored;
	MemoryContext scratch;		/* what intermediate values leave behind */
	char	   *settled;		/* by first part of an array: it is as created */
} Merge;

/* Values of Merge.settled */
#define UNKNOWN		0
#define SETTLED		1
#define UNSETTLED	2

/* Intermediate values may take this much before they are thrown away */
#define SCRATCH_MAX	((Size) 1024 * 1024)

/* Is the part one of an array that needs no change? */
static bool
is_settled(Merge *merge, int p)
{
	const WfxPart *part = &merge->import->columns->parts[p];
	int			first;

	if (!merge->has_value || !part->indexed)
		return false;
	first = first_of_array(merge->import, p);
	if (merge->settled[first] == UNKNOWN)
		merge->settled[first] = has_gap(merge->import, merge->record, part) &&
			is_as_created(merge->import, merge->record, part, merge->json, merge->stored) ?
			SETTLED : UNSETTLED;
	return merge->settled[first] == SETTLED;
}

/* Does a part of a new client take its default?  A cell of the whole column has all its parts. */
static bool
takes_default(const Merge *merge, int p)
{
	const WfxPart *part = &merge->import->columns->parts[p];

	return part->has_literal && !merge->known && part->twin < 0 &&
		merge->record->part_states[p] != WFX_GIVEN &&
		merge->record->states[part->column] != WFX_GIVEN;
}

/* Merge one part; false: something of another shape is in the way */
static bool
merge_part(Merge *merge, int p, WfxState state, Datum *value, bool *isnull)
{
	const WfxPart *part = &merge->import->columns->parts[p];
	Datum		leaf = takes_default(merge, p) ? part->literal : merge->record->part_values[p];

	if (is_settled(merge, p))
		return true;
	return merge->json ? merge_json(part, state, leaf, value, isnull) :
		merge_array(part, state, leaf, value, isnull);
}

/* Move the value into a new scratch context, and throw the old one away */
static void
renew_scratch(Merge *merge, MemoryContext parent, Datum *value, bool isnull)
{
	MemoryContext old = merge->scratch;

	merge->scratch = AllocSetContextCreate(parent, "wifox_import parts", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(merge->scratch);
	if (!isnull)
		*value = PointerGetDatum(PG_DETOAST_DATUM_COPY(*value));
	if (old != NULL)
		MemoryContextDelete(old);
}

/* Merge the parts of a column one after the other; false: an issue was added */
static bool
merge_parts(Merge *merge, int column, MemoryContext parent, Datum *value, bool *isnull)
{
	WfxImport  *import = merge->import;

	for (int p = 0; p < import->columns->nparts; p++)
	{
		WfxPart    *part = &import->columns->parts[p];
		WfxState	state = effective_state(import, merge->record, p, merge->known);

		CHECK_FOR_INTERRUPTS();
		if (takes_default(merge, p))
			state = WFX_GIVEN;
		if (part->column != column || state == WFX_EMPTY || state == WFX_ABSENT)
			continue;
		if (!merge_part(merge, p, state, value, isnull))
		{
			refuse(import, merge->record, part);
			return false;
		}
		if (MemoryContextMemAllocated(merge->scratch, false) > SCRATCH_MAX)
			renew_scratch(merge, parent, value, *isnull);
	}
	return true;
}

/* Merge all parts of a column */
bool
wfx_parts_merge(WfxImport *import, WfxRecord *record, int column, bool known,
				Datum *value, bool *isnull)
{
	MemoryContext context = CurrentMemoryContext;
	Merge		merge = {0};
	bool		done;

	merge.import = import;
	merge.record = record;
	merge.json = import->columns->columns[column].type.kind == WFX_TYPE_JSONB;
	merge.known = known;
	merge.has_value = known && !*isnull;
	merge.stored = *value;
	merge.settled = palloc0(import->columns->nparts + 1);
	renew_scratch(&merge, context, value, true);
	done = merge_parts(&merge, column, context, value, isnull);
	MemoryContextSwitchTo(context);
	if (done && !*isnull)
		*value = PointerGetDatum(PG_DETOAST_DATUM_COPY(*value));
	MemoryContextDelete(merge.scratch);
	pfree(merge.settled);
	return done;
}
