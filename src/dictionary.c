/*
 * dictionary.c
 *		wifox_import_columns: which header means which column.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/formatting.h"
#include "utils/rel.h"

#include "dictionary.h"
#include "nls.h"
#include "sql.h"

PG_FUNCTION_INFO_V1(wifox_import_columns_edited);

#define WFX_GENERAL_PROFILE	"default"

/* In normal form a wildcard stands at the end, behind what it belongs to */
bool
wfx_entry_has_wildcard(const WfxEntry *entry)
{
	const char *last = entry->npath > 0 ? entry->path[entry->npath - 1] : "";

	return strcmp(last, WFX_ANY_KEY) == 0 || strcmp(last, WFX_ANY_INDEX) == 0;
}

/* Bring a header into the form in which headers are compared */
char *
wfx_normal_header(const char *header)
{
	char	   *normal = str_tolower(header, strlen(header), DEFAULT_COLLATION_OID);
	char	   *to = normal;

	for (const char *from = normal; *from != '\0'; from++)
		if (strchr(" \t\r\n_-.", *from) == NULL)
			*to++ = *from;
	*to = '\0';
	return normal;
}

/* A column of the current SPI row as a text, or NULL */
static char *
get_text(int row, int column)
{
	return SPI_getvalue(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column);
}

/* A column of the current SPI row as an array of texts */
static char **
get_texts(int row, int column, int *n)
{
	bool		isnull;
	Datum		value = SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc,
									  column, &isnull);
	Datum	   *elements;
	bool	   *nulls;
	char	  **texts;

	*n = 0;
	if (isnull)
		return NULL;
	deconstruct_array(DatumGetArrayTypeP(value), TEXTOID, -1, false, TYPALIGN_INT,
					  &elements, &nulls, n);
	texts = palloc(sizeof(char *) * (*n + 1));
	for (int i = 0; i < *n; i++)
		texts[i] = nulls[i] ? pstrdup("") : TextDatumGetCString(elements[i]);
	return texts;
}

/* The meaning of "type" */
static void
set_type(WfxEntry *entry, const char *type)
{
	if (type == NULL)
		return;
	if (strcmp(type, "id") == 0)
		entry->role = WFX_ROLE_ID;
	else if (strcmp(type, "email") == 0)
		entry->role = WFX_ROLE_EMAIL;
	else if (strcmp(type, "username") == 0)
		entry->role = WFX_ROLE_USERNAME;
	else if (strcmp(type, "reference") == 0)
		entry->role = WFX_ROLE_REFERENCE;
	else if (strcmp(type, "keyword") == 0)
		entry->role = WFX_ROLE_KEYWORD;
	else if (strcmp(type, "boolean") == 0)
		entry->leaf = WFX_LEAF_BOOLEAN;
	else if (strcmp(type, "number") == 0)
		entry->leaf = WFX_LEAF_NUMBER;
	else if (strcmp(type, "first") == 0)
		entry->habit = WFX_HABIT_FIRST;
	else if (strcmp(type, "date") == 0)
		entry->habit = WFX_HABIT_DATE;
	else if (strcmp(type, "mark") == 0)
		entry->mark = true;
}

/* The meaning of "blank" */
static WfxBlank
blank_rule(const char *blank)
{
	if (blank == NULL)
		return WFX_BLANK_CALL;
	return strcmp(blank, "clear") == 0 ? WFX_BLANK_CLEAR : WFX_BLANK_KEEP;
}

/* Header and aliases in normal form */
static void
set_names(WfxEntry *entry, int row, int aliases_column)
{
	int			naliases;
	char	  **aliases = get_texts(row, aliases_column, &naliases);

	entry->nnames = naliases + 1;
	entry->names = palloc(sizeof(char *) * entry->nnames);
	entry->names[0] = wfx_normal_header(entry->header);
	for (int i = 0; i < naliases; i++)
		entry->names[i + 1] = wfx_normal_header(aliases[i]);
}

/* Copy a row of the dictionary out of SPI */
static void
load_entry(WfxEntry *entry, int row)
{
	MemSet(entry, 0, sizeof(WfxEntry));
	entry->header = get_text(row, 1);
	entry->target = get_text(row, 3);
	entry->path = get_texts(row, 4, &entry->npath);
	set_type(entry, get_text(row, 5));
	entry->required = strcmp(get_text(row, 6), "t") == 0;
	entry->default_value = get_text(row, 7);
	entry->blank = blank_rule(get_text(row, 8));
	entry->builtin = strcmp(get_text(row, 9), "t") == 0;
	entry->position = atoi(get_text(row, 10));
	set_names(entry, row, 2);
}

/* Add the entries of the current SPI rows to their profiles; those of a profile stand together */
static void
add_entries(WfxDictionary *dictionary, WfxEntry *entries, int n)
{
	WfxDictionary *profile = dictionary;

	dictionary->profiles = palloc0(sizeof(WfxDictionary) * (n + 1));
	for (int i = 0; i < n; i++)
	{
		char	   *name = get_text(i, 11);

		if (i == 0 || strcmp(name, get_text(i - 1, 11)) != 0)
		{
			bool		general = strcmp(name, WFX_GENERAL_PROFILE) == 0;

			profile = general ? dictionary : &dictionary->profiles[dictionary->nprofiles++];
			profile->profile = general ? NULL : name;
			profile->entries = &entries[i];
		}
		load_entry(&entries[i], i);
		profile->nentries++;
	}
}

/* Load the dictionary; a DBA's own rows come before the shipped ones */
WfxDictionary *
wfx_dictionary_load(const char *schema)
{
	MemoryContext context = CurrentMemoryContext;
	WfxDictionary *dictionary = palloc0(sizeof(WfxDictionary));
	int			nestlevel = wfx_pin_search_path();
	char	   *sql;

	sql = psprintf("SELECT header, aliases, target_column, path, type, required, default_value, blank, builtin,"
				   " row_number() OVER (ORDER BY ctid), profile FROM %s.wifox_import_columns"
				   " ORDER BY profile COLLATE \"C\", builtin, header", quote_identifier(schema));
	if (SPI_execute(sql, false, 0) != SPI_OK_SELECT)
		elog(ERROR, "could not read wifox_import_columns");
	MemoryContextSwitchTo(context);
	add_entries(dictionary, palloc(sizeof(WfxEntry) * (SPI_processed + 1)), SPI_processed);
	SPI_freetuptable(SPI_tuptable);
	wfx_unpin_search_path(nestlevel);
	return dictionary;
}

/* The entry that gives a role to a column */
const WfxEntry *
wfx_dictionary_role(const WfxDictionary *dictionary, WfxRole role)
{
	for (int i = 0; i < dictionary->nentries; i++)
		if (dictionary->entries[i].role == role)
			return &dictionary->entries[i];
	return NULL;
}

/* The entry of a header in normal form */
const WfxEntry *
wfx_dictionary_find(const WfxDictionary *dictionary, const char *normal)
{
	for (int i = 0; i < dictionary->nentries; i++)
	{
		const WfxEntry *entry = &dictionary->entries[i];

		for (int n = 0; n < entry->nnames && !wfx_entry_has_wildcard(entry); n++)
			if (strcmp(entry->names[n], normal) == 0)
				return entry;
	}
	return NULL;
}

/* Does a name with a wildcard fit prefix?  The wildcard is its last character. */
static bool
prefix_fits(const WfxEntry *entry, const char *prefix)
{
	size_t		len = strlen(prefix);

	for (int n = 0; n < entry->nnames; n++)
		if (strlen(entry->names[n]) == len + 1 && strncmp(entry->names[n], prefix, len) == 0)
			return true;
	return false;
}

/* Is the rest of a header what the wildcard of an entry stands for? */
static bool
rest_fits(const WfxEntry *entry, const char *rest)
{
	size_t		digits = strspn(rest, "0123456789");

	if (*rest == '\0')
		return false;
	if (strcmp(entry->path[entry->npath - 1], WFX_ANY_KEY) == 0)
		return true;
	return digits <= 4 && rest[digits] == '\0';
}

/* The entry whose wildcard fits a header; the longest prefix wins */
const WfxEntry *
wfx_dictionary_find_wildcard(const WfxDictionary *dictionary, const char *header,
							 const char **rest)
{
	for (const char *dot = header + strlen(header); dot > header; dot--)
	{
		char	   *prefix;

		if (*dot != '.')
			continue;
		prefix = wfx_normal_header(pnstrdup(header, dot - header));
		for (int i = 0; i < dictionary->nentries; i++)
		{
			const WfxEntry *entry = &dictionary->entries[i];

			if (wfx_entry_has_wildcard(entry) && prefix_fits(entry, prefix) && rest_fits(entry, dot + 1))
			{
				*rest = dot + 1;
				return entry;
			}
		}
	}
	return NULL;
}

/* Remove the shipped row of the same profile and header */
static void
delete_shipped(Relation rel, HeapTuple tuple)
{
	TupleDesc	desc = RelationGetDescr(rel);
	Oid			types[2] = {TEXTOID, TEXTOID};
	char	   *profile = SPI_getvalue(tuple, desc, SPI_fnumber(desc, "profile"));
	char	   *header = SPI_getvalue(tuple, desc, SPI_fnumber(desc, "header"));
	Datum		values[2];
	char	   *row;
	int			nestlevel;

	if (profile == NULL || header == NULL)
		return;					/* the table refuses the row */
	values[0] = CStringGetTextDatum(profile);
	values[1] = CStringGetTextDatum(header);
	row = psprintf("FROM %s WHERE profile = $1 AND header = $2 AND builtin",
				   wfx_relation_sql(RelationGetRelid(rel)));
	nestlevel = wfx_pin_search_path();
	SPI_connect();
	/* who adds a header of his own needs no right to delete */
	SPI_execute_with_args(psprintf("SELECT %s", row), 2, types, values, NULL, false, 1);
	if (SPI_processed > 0)
		SPI_execute_with_args(psprintf("DELETE %s", row), 2, types, values, NULL, false, 0);
	SPI_finish();
	wfx_unpin_search_path(nestlevel);
}

/* Is this the trigger that the extension makes? */
static bool
is_own_trigger(FunctionCallInfo fcinfo)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;

	return CALLED_AS_TRIGGER(fcinfo) && TRIGGER_FIRED_BEFORE(trigger->tg_event) &&
		TRIGGER_FIRED_FOR_ROW(trigger->tg_event) && !TRIGGER_FIRED_BY_DELETE(trigger->tg_event) &&
		strcmp(RelationGetRelationName(trigger->tg_relation), "wifox_import_columns") == 0 &&
		SPI_fnumber(RelationGetDescr(trigger->tg_relation), "profile") > 0 &&
		SPI_fnumber(RelationGetDescr(trigger->tg_relation), "header") > 0 &&
		SPI_fnumber(RelationGetDescr(trigger->tg_relation), "builtin") > 0;
}

/*
 * Trigger of wifox_import_columns, BEFORE INSERT OR UPDATE FOR EACH ROW: what is
 * written is the DBA's own, and replaces the shipped row of the same header.  So
 * an edited row can be dumped and restored beside the shipped ones.
 */
PGDLLEXPORT Datum
wifox_import_columns_edited(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;
	Datum		builtin = BoolGetDatum(false);
	bool		notnull = false;
	HeapTuple	tuple;
	int			attnum;

	if (!is_own_trigger(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("function \"wifox_import_columns_edited\" must be fired before insert or update of a row of wifox_import_columns")));
	if (TRIGGER_FIRED_BY_UPDATE(trigger->tg_event))
		tuple = trigger->tg_newtuple;
	else
	{
		tuple = trigger->tg_trigtuple;
		delete_shipped(trigger->tg_relation, tuple);
	}
	attnum = SPI_fnumber(RelationGetDescr(trigger->tg_relation), "builtin");
	return PointerGetDatum(heap_modify_tuple_by_cols(tuple, RelationGetDescr(trigger->tg_relation),
													 1, &attnum, &builtin, &notnull));
}
