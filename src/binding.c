/*
 * binding.c
 *		What does a header mean?
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/varlena.h"

#include "binding.h"
#include "profile.h"

/* A column of the table, by a name in the form in which headers are compared */
static AttrNumber
find_normal_attribute(const WfxTarget *target, const char *normal)
{
	TupleDesc	desc = RelationGetDescr(target->rel);

	for (int i = 0; i < desc->natts; i++)
	{
		const char *name = NameStr(TupleDescAttr(desc, i)->attname);

		if (strcmp(wfx_normal_header(name), normal) == 0)
			return wfx_target_attribute(target, name);
	}
	return 0;
}

/* The entry that describes a whole column, for its role, defaults and rules */
const WfxEntry *
wfx_entry_of_column(const WfxDictionary *dictionary, const char *column)
{
	for (int i = 0; i < dictionary->nentries; i++)
	{
		const WfxEntry *entry = &dictionary->entries[i];

		if (entry->npath == 0 && entry->target != NULL && strcmp(entry->target, column) == 0)
			return entry;
	}
	return NULL;
}

/* Can the column hold what a dotted header says: a jsonb value, or an array? */
static bool
takes_parts(const WfxTarget *target, AttrNumber attnum, const WfxEntry *entry)
{
	Oid			type = getBaseType(get_atttype(target->relid, attnum));

	if (type == JSONBOID)
		return true;
	return OidIsValid(get_element_type(type)) && entry->npath == 1 &&
		strcmp(entry->path[0], WFX_ANY_INDEX) == 0;
}

/* Where an entry of the dictionary leads, if the table has that column */
bool
wfx_binding_follow(WfxBinding *binding, const WfxTarget *target, const WfxEntry *entry)
{
	if (entry == NULL || entry->target == NULL)
		return false;
	binding->entry = entry;
	binding->attnum = wfx_target_attribute(target, entry->target);
	return binding->attnum > 0 &&
		(entry->npath == 0 || takes_parts(target, binding->attnum, entry));
}

/* What does a header mean?  An exact column name wins, but not over the profile of the file. */
bool
wfx_binding_find(WfxBinding *binding, const WfxDictionary *dictionary, const WfxTarget *target,
				 const char *header)
{
	char	   *normal = wfx_normal_header(header);
	const WfxEntry *entry = *normal == '\0' ? NULL : wfx_dictionary_find(dictionary, normal);

	MemSet(binding, 0, sizeof(WfxBinding));
	if (entry != NULL && wfx_entry_of_profile(dictionary, entry))
	{
		if (entry->left_out)
			return false;
		if (wfx_binding_follow(binding, target, entry))
			return true;
	}
	binding->attnum = wfx_target_attribute(target, header);
	if (binding->attnum > 0)
	{
		binding->entry = wfx_entry_of_column(dictionary, header);
		return true;
	}
	if (*normal == '\0')
		return false;
	if (wfx_binding_follow(binding, target, entry) ||
		wfx_binding_follow(binding, target,
						   wfx_dictionary_find_wildcard(dictionary, header, &binding->rest)))
		return true;
	binding->entry = NULL;
	binding->attnum = find_normal_attribute(target, normal);
	return binding->attnum > 0;
}

/* Keep the closer one of two names */
static void
consider(const char *normal, const char *candidate, const char **best, int *distance)
{
	char	   *other = wfx_normal_header(candidate);
	int			d;

	if (*other == '\0' || strlen(other) >= NAMEDATALEN)
		return;
	d = varstr_levenshtein_less_equal(normal, strlen(normal), other, strlen(other),
									  1, 1, 1, *distance, false);
	if (d < *distance)
	{
		*distance = d;
		*best = candidate;
	}
}

/* The known header that is closest to an unknown one, or NULL */
const char *
wfx_closest_header(const WfxDictionary *dictionary, const WfxTarget *target, const char *header)
{
	char	   *normal = wfx_normal_header(header);
	int			distance = Min(4, (int) strlen(normal) / 2 + 1);
	TupleDesc	desc = RelationGetDescr(target->rel);
	const char *best = NULL;

	if (strlen(normal) >= NAMEDATALEN)
		return NULL;
	for (int i = 0; i < dictionary->nentries; i++)
		consider(normal, dictionary->entries[i].header, &best, &distance);
	for (int i = 0; i < desc->natts; i++)
		if (wfx_target_attribute(target, NameStr(TupleDescAttr(desc, i)->attname)) > 0)
			consider(normal, NameStr(TupleDescAttr(desc, i)->attname), &best, &distance);
	return best;
}
