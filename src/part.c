/*
 * part.c
 *		One dotted header: where it leads, how its cells are read, its default.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/datum.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"

#include "columns.h"

/* How are the cells read? */
static void
init_type(WfxPart *part, const WfxColumn *column)
{
	static const Oid leaf_types[] = {TEXTOID, BOOLOID, NUMERICOID};
	Oid			element = get_element_type(column->type.base);

	if (OidIsValid(element))
		wfx_type_init(&part->type, element, column->type.base_typmod, CurrentMemoryContext);
	else
		wfx_type_init(&part->type, leaf_types[part->leaf], -1, CurrentMemoryContext);
}

/* What the column holds for a value: a leaf of a jsonb value, or an element */
Datum
wfx_part_leaf(const WfxPart *part, Datum value)
{
	JsonbValue	json;

	if (!part->json)
		return value;
	switch (part->leaf)
	{
		case WFX_LEAF_BOOLEAN:
			json.type = jbvBool;
			json.val.boolean = DatumGetBool(value);
			break;
		case WFX_LEAF_NUMBER:
			json.type = jbvNumeric;
			json.val.numeric = DatumGetNumeric(value);
			break;
		default:
			json.type = jbvString;
			json.val.string.val = VARDATA_ANY(DatumGetPointer(value));
			json.val.string.len = VARSIZE_ANY_EXHDR(DatumGetPointer(value));
			break;
	}
	return JsonbPGetDatum(JsonbValueToJsonb(&json));
}

/* The default of the dictionary, as a leaf */
static void
init_default(WfxPart *part, const WfxEntry *entry)
{
	if (entry->default_value == NULL ||
		!wfx_default_literal(&part->type, entry, part->header, &part->literal))
		return;
	part->has_literal = true;
	part->literal = wfx_part_leaf(part, part->literal);
}

/* Prepare a part of a column of the table */
void
wfx_part_init(WfxPart *part, const WfxColumns *columns, int column, const WfxEntry *entry,
			  const char *rest, const char *header, int field)
{
	const WfxColumn *whole = &columns->columns[column];

	part->field = field;
	part->header = header;
	part->column = column;
	part->json = whole->type.kind == WFX_TYPE_JSONB;
	part->leaf = entry->leaf;
	part->required = entry->required;
	part->npath = entry->npath;
	part->path = palloc(sizeof(char *) * part->npath);
	memcpy(part->path, entry->path, sizeof(char *) * part->npath);
	part->indexed = strcmp(part->path[part->npath - 1], WFX_ANY_INDEX) == 0;
	if (rest != NULL)
		part->path[part->npath - 1] = pstrdup(rest);
	init_type(part, whole);
	init_default(part, entry);
	part->twin = wfx_part_find(columns, part);
}

/* Do two steps of a path lead to the same place? */
static bool
same_step(const WfxPart *a, const WfxPart *b, int depth)
{
	if (a->indexed && b->indexed && depth == a->npath - 1)
		return atoi(a->path[depth]) == atoi(b->path[depth]);
	return strcmp(a->path[depth], b->path[depth]) == 0;
}

/* Which of the earlier parts leads to the same place?  -1: none */
int
wfx_part_find(const WfxColumns *columns, const WfxPart *part)
{
	for (int p = 0; p < columns->nparts && &columns->parts[p] != part; p++)
	{
		const WfxPart *other = &columns->parts[p];
		int			depth = 0;

		if (other->column != part->column || other->npath != part->npath)
			continue;
		while (depth < part->npath && same_step(part, other, depth))
			depth++;
		if (depth == part->npath)
			return p;
	}
	return -1;
}

/* Are two leaves the same? */
bool
wfx_part_equal(const WfxPart *part, Datum a, Datum b)
{
	int16		len = -1;
	bool		byval = false;

	if (part->json)
		return DatumGetBool(DirectFunctionCall2(jsonb_eq, a, b));
	get_typlenbyval(part->type.typid, &len, &byval);
	return datumIsEqual(a, b, byval, len);
}
