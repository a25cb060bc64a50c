/*
 * template.c
 *		A file to begin with: every header that can be imported, and one record.
 *
 * The headers are those of the dictionary whose column the clients table has, and the
 * names of its other columns, in the order of the table.  Before there is a table,
 * they are those of the dictionary.
 */
#include "postgres.h"

#include "catalog/pg_attribute.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "binding.h"
#include "call.h"
#include "examples.h"
#include "report_cells.h"
#include "settings.h"
#include "text.h"

PG_FUNCTION_INFO_V1(wifox_import_template);

/* A column of the template */
typedef struct Heading
{
	const char *header;
	const char *cell;
	AttrNumber	attnum;			/* 0: there is no table yet */
	int			position;		/* in the dictionary */
} Heading;

typedef struct Template
{
	const WfxDictionary *dictionary;
	WfxTarget  *target;			/* or NULL */
	Bitmapset  *whole;			/* attributes that have a header for the whole column */
	Bitmapset  *parts;			/* attributes that have one for a part of it */
	List	   *headings;
} Template;

/* The header of an entry, its wildcard replaced by something that it stands for */
static char *
example_header(const WfxEntry *entry)
{
	char	   *header = pstrdup(entry->header);
	size_t		len = strlen(header);
	const char *last = entry->npath > 0 ? entry->path[entry->npath - 1] : "";

	if (len > 0 && strcmp(last, WFX_ANY_INDEX) == 0)
		header[len - 1] = '0';
	else if (len > 0 && strcmp(last, WFX_ANY_KEY) == 0)
		header = psprintf("%.*sexample", (int) len - 1, header);
	return header;
}

/* The type of a cell that fills a part of a column */
static Oid
part_type(const WfxEntry *entry, Oid column_type)
{
	static const Oid leaf_types[] = {TEXTOID, BOOLOID, NUMERICOID};
	Oid			element = get_element_type(getBaseType(column_type));

	return OidIsValid(element) ? element : leaf_types[entry->leaf];
}

/* Is the column a key into another table, whose rows nobody can guess? */
static bool
is_foreign_key(const WfxTarget *target, AttrNumber attnum)
{
	ListCell   *cell;

	foreach(cell, RelationGetFKeyList(target->rel))
	{
		ForeignKeyCacheInfo *key = lfirst(cell);

		for (int i = 0; i < key->nkeys; i++)
			if (key->conkey[i] == attnum)
				return true;
	}
	return false;
}

/* The example of a column of the table, or of a part of it */
static const char *
column_example(const Template *template, AttrNumber attnum, const WfxEntry *entry)
{
	Form_pg_attribute att;
	WfxType		type;

	if (attnum == 0)
		return wfx_example(entry, NULL);
	att = TupleDescAttr(RelationGetDescr(template->target->rel), attnum - 1);
	if (att->attidentity == ATTRIBUTE_IDENTITY_ALWAYS ||
		(is_foreign_key(template->target, attnum) &&
		 (entry == NULL || entry->default_value == NULL)))
		return "";
	if (entry != NULL && entry->npath > 0)
		wfx_type_init(&type, part_type(entry, att->atttypid), -1, CurrentMemoryContext);
	else
		wfx_type_init(&type, att->atttypid, att->atttypmod, CurrentMemoryContext);
	return wfx_example(entry, &type);
}

/* Add a column to the template */
static void
add_heading(Template *template, const char *header, AttrNumber attnum, const WfxEntry *entry)
{
	Heading    *heading = palloc(sizeof(Heading));

	heading->header = header;
	heading->attnum = attnum;
	heading->position = entry ? entry->position : 0;
	heading->cell = column_example(template, attnum, entry);
	template->headings = lappend(template->headings, heading);
}

/* Add a header of the dictionary, if it leads to a column that has none yet */
static void
add_entry(Template *template, const WfxEntry *entry)
{
	char	   *header = example_header(entry);
	WfxBinding	binding;

	if (entry->target == NULL)
		return;
	if (template->target == NULL)
	{
		add_heading(template, header, 0, entry);
		return;
	}
	if (!wfx_binding_find(&binding, template->dictionary, template->target, header) ||
		binding.attnum != wfx_target_attribute(template->target, entry->target) ||
		(entry->npath > 0 ? binding.entry != entry : bms_is_member(binding.attnum, template->whole)))
		return;
	if (entry->npath > 0)
		template->parts = bms_add_member(template->parts, binding.attnum);
	else
		template->whole = bms_add_member(template->whole, binding.attnum);
	add_heading(template, header, binding.attnum, entry);
}

/* Add a column of the table that the dictionary does not know, by its name */
static void
add_column(Template *template, AttrNumber attnum)
{
	Form_pg_attribute att = TupleDescAttr(RelationGetDescr(template->target->rel), attnum - 1);
	char	   *name = pstrdup(NameStr(att->attname));
	WfxBinding	binding;

	if (wfx_target_attribute(template->target, name) != attnum ||
		bms_is_member(attnum, template->whole) || bms_is_member(attnum, template->parts) ||
		att->attidentity == ATTRIBUTE_IDENTITY_ALWAYS || wfx_is_report_column(name))
		return;
	/* white space around a header does not count, but around the name of a column it does */
	if (wfx_binding_find(&binding, template->dictionary, template->target,
						 wfx_trim(name, strlen(name))) && binding.attnum == attnum)
		add_heading(template, name, attnum, NULL);
}

/* The order of the table, then that of the dictionary */
static int
compare_headings(const ListCell *a, const ListCell *b)
{
	const Heading *left = lfirst(a);
	const Heading *right = lfirst(b);

	if (left->attnum != right->attnum)
		return left->attnum < right->attnum ? -1 : 1;
	return left->position < right->position ? -1 : left->position > right->position;
}

/* Collect all columns of the template */
static void
collect_headings(Template *template)
{
	for (int i = 0; i < template->dictionary->nentries; i++)
		add_entry(template, &template->dictionary->entries[i]);
	for (int i = 0; template->target != NULL &&
		 i < RelationGetNumberOfAttributes(template->target->rel); i++)
		add_column(template, i + 1);
	list_sort(template->headings, compare_headings);
}

/* Append a cell to a line of CSV */
static void
append_cell(StringInfo line, const char *cell)
{
	size_t		len = strlen(cell);
	bool		quoted = strpbrk(cell, ",\"\r\n") != NULL ||
		strlen(wfx_trim(cell, len)) != len;

	if (quoted)
		appendStringInfoChar(line, '"');
	for (const char *p = cell; *p != '\0'; p++)
	{
		if (*p == '"')
			appendStringInfoChar(line, '"');
		appendStringInfoChar(line, *p);
	}
	if (quoted)
		appendStringInfoChar(line, '"');
}

/* The two lines of the template */
static text *
write_template(const Template *template)
{
	StringInfoData header;
	StringInfoData record;
	ListCell   *cell;

	initStringInfo(&header);
	initStringInfo(&record);
	foreach(cell, template->headings)
	{
		const Heading *heading = lfirst(cell);

		if (header.len > 0)
		{
			appendStringInfoChar(&header, ',');
			appendStringInfoChar(&record, ',');
		}
		append_cell(&header, heading->header);
		append_cell(&record, heading->cell);
	}
	appendStringInfo(&header, "\n%s", record.data);
	return cstring_to_text_with_len(header.data, header.len);
}

/* The table that an import would write, or NULL where the first import makes it */
static WfxTarget *
open_target(const char *schema, const WfxDictionary *dictionary)
{
	Oid			relid = wfx_target_find(schema);

	if (OidIsValid(relid))
		return wfx_target_open(relid, dictionary, AccessShareLock);
	if (strcmp(wfx_clients_table, WFX_DEFAULT_CLIENTS_TABLE) != 0)
		wfx_target_missing();
	return NULL;
}

/* wifox_import_template() */
PGDLLEXPORT Datum
wifox_import_template(PG_FUNCTION_ARGS)
{
	MemoryContext context = CurrentMemoryContext;
	char	   *schema = wfx_call_schema(fcinfo);
	Template	template = {0};
	text	   *result;

	wfx_call_begin(fcinfo, NULL);
	SPI_connect();
	MemoryContextSwitchTo(context);
	template.dictionary = wfx_dictionary_load(schema);
	template.target = open_target(schema, template.dictionary);
	collect_headings(&template);
	result = write_template(&template);
	if (template.target != NULL)
		wfx_target_close(template.target);
	SPI_finish();
	PG_RETURN_TEXT_P(result);
}
