/*
 * profile.c
 *		The header of which program's export is this?
 *
 * A profile is a set of rows of wifox_import_columns.  It fits a header that has its column
 * for the e-mail address or the ID and all of its marks, unless every column has a meaning
 * without it; of several, the one that knows the most columns is taken.  Its rows come first, and those that count for every
 * file behind them: who adds a column of his own to an export finds it imported.
 */
#include "postgres.h"

#include "binding.h"
#include "profile.h"
#include "report_cells.h"

/* Is there a header with a name of the entry? */
static bool
has_header(const WfxEntry *entry, char *const *normal, int nheaders)
{
	for (int n = 0; n < entry->nnames; n++)
		for (int i = 0; i < nheaders; i++)
			if (*normal[i] != '\0' && strcmp(entry->names[n], normal[i]) == 0)
				return true;
	return false;
}

/* Does an entry lead to a column by which clients are found? */
static bool
is_key(const WfxEntry *entry, const WfxTarget *target)
{
	AttrNumber	attnum = entry->target ? wfx_target_attribute(target, entry->target) : 0;

	return attnum > 0 && (attnum == target->id.attnum || attnum == target->email.attnum);
}

/* How many columns of a profile the header has; 0: the profile does not fit */
static int
count_known(const WfxDictionary *profile, const WfxTarget *target, char *const *normal,
			int nheaders)
{
	bool		has_key = false;
	int			nknown = 0;

	for (int i = 0; i < profile->nentries; i++)
	{
		const WfxEntry *entry = &profile->entries[i];
		bool		found = has_header(entry, normal, nheaders);

		if (entry->mark && !found)
			return 0;
		has_key |= found && is_key(entry, target);
		nknown += found;
	}
	return has_key ? nknown : 0;
}

/* The profile that fits best, or NULL */
static const WfxDictionary *
find_profile(const WfxDictionary *dictionary, const WfxTarget *target, char *const *headers,
			 int nheaders)
{
	char	  **normal = palloc(sizeof(char *) * (nheaders + 1));
	const WfxDictionary *best = NULL;
	int			most = 0;

	for (int i = 0; i < nheaders; i++)
		normal[i] = wfx_normal_header(headers[i]);
	for (int i = 0; i < dictionary->nprofiles; i++)
	{
		int			nknown = count_known(&dictionary->profiles[i], target, normal, nheaders);

		if (nknown > most)
		{
			most = nknown;
			best = &dictionary->profiles[i];
		}
	}
	return best;
}

/* Has every header a meaning without a profile? */
static bool
is_plain(const WfxDictionary *dictionary, const WfxTarget *target, char *const *headers,
		 int nheaders)
{
	for (int i = 0; i < nheaders; i++)
	{
		WfxBinding	binding;

		if (*headers[i] != '\0' && !wfx_is_report_column(headers[i]) &&
			!wfx_binding_find(&binding, dictionary, target, headers[i]))
			return false;
	}
	return true;
}

/* Do two entries lead to the same place? */
static bool
is_same_place(const WfxEntry *a, const WfxEntry *b)
{
	if (a->target == NULL || b->target == NULL || strcmp(a->target, b->target) != 0 ||
		a->npath != b->npath)
		return false;
	for (int i = 0; i < a->npath; i++)
		if (strcmp(a->path[i], b->path[i]) != 0)
			return false;
	return true;
}

/* The entry of every file's that leads to the same place, or NULL */
static const WfxEntry *
find_general(const WfxDictionary *dictionary, const WfxEntry *entry)
{
	for (int i = 0; i < dictionary->nentries; i++)
		if (is_same_place(&dictionary->entries[i], entry))
			return &dictionary->entries[i];
	return NULL;
}

/*
 * What a column is, is told by its row for every file.  The row of a profile may have another
 * default and another rule for blank cells; which column finds a client is the same everywhere.
 */
static void
inherit(WfxEntry *entry, const WfxEntry *general)
{
	if (general == NULL)
	{
		if (entry->role != WFX_ROLE_REFERENCE && entry->role != WFX_ROLE_KEYWORD)
			entry->role = WFX_ROLE_NONE;
		return;
	}
	entry->role = general->role;
	entry->required |= general->required;
	if (entry->leaf == WFX_LEAF_STRING)
		entry->leaf = general->leaf;
	if (entry->blank == WFX_BLANK_CALL)
		entry->blank = general->blank;
	if (entry->default_value == NULL)
	{
		entry->default_value = general->default_value;
		entry->builtin = general->builtin;
	}
}

/* The entries of a profile, and behind them those that count for every file */
static const WfxDictionary *
combine(const WfxDictionary *dictionary, const WfxDictionary *profile, const WfxTarget *target)
{
	WfxDictionary *combined = palloc0(sizeof(WfxDictionary));

	combined->profile = profile->profile;
	combined->entries = palloc(sizeof(WfxEntry) * (profile->nentries + dictionary->nentries));
	for (int i = 0; i < profile->nentries; i++)
	{
		WfxEntry   *entry = &combined->entries[combined->nentries];

		*entry = profile->entries[i];
		entry->left_out = entry->target == NULL;
		if (!entry->left_out && wfx_target_attribute(target, entry->target) <= 0)
			continue;
		inherit(entry, find_general(dictionary, entry));
		combined->nentries++;
	}
	combined->nown = combined->nentries;
	memcpy(&combined->entries[combined->nentries], dictionary->entries,
		   sizeof(WfxEntry) * dictionary->nentries);
	combined->nentries += dictionary->nentries;
	return combined;
}

/* Does an entry belong to the profile, and not to those that count for every file? */
bool
wfx_entry_of_profile(const WfxDictionary *dictionary, const WfxEntry *entry)
{
	return entry - dictionary->entries < dictionary->nown;
}

/* The dictionary for a file with these headers */
const WfxDictionary *
wfx_profile_choose(const WfxDictionary *dictionary, const WfxTarget *target,
				   char *const *headers, int nheaders)
{
	const WfxDictionary *profile = find_profile(dictionary, target, headers, nheaders);

	if (profile == NULL || is_plain(dictionary, target, headers, nheaders))
		return dictionary;
	return combine(dictionary, profile, target);
}
