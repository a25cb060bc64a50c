/*
 * columns.c
 *		What the columns of this file are: the header, bound to the table.
 */
#include "postgres.h"

#include "catalog/pg_attribute.h"
#include "executor/executor.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "binding.h"
#include "columns.h"
#include "nls.h"
#include "profile.h"
#include "report_cells.h"
#include "settings.h"
#include "text.h"

/* What is at hand while a header is bound */
typedef struct Binder
{
	WfxColumns *columns;
	const WfxDictionary *dictionary;
	const WfxTarget *target;
	const WfxOptions *options;
	StringInfoData unknown;		/* names of unknown headers */
	StringInfoData suggestion;	/* and what they may mean */
	int			nunknown;
	int			nnamed;			/* headers that should mean something */
} Binder;

/* Say what is wrong with the header; always NULL */
static WfxColumns *
fail(WfxIssue *failure, const char *code, int sqlerrcode, const char *column, char *message,
	 char *hint)
{
	MemSet(failure, 0, sizeof(WfxIssue));
	failure->code = code;
	failure->sqlerrcode = sqlerrcode;
	failure->column = column;
	failure->message = message;
	failure->hint = hint;
	return NULL;
}

/* Are headers without a meaning left out?  Exports of other programs have many. */
static bool
ignores_unknown(const Binder *binder)
{
	return binder->options->ignore_unknown_columns || binder->columns->profile != NULL;
}

/* Remember an unknown header, for one message about all of them */
static void
note_unknown(Binder *binder, const char *header)
{
	const char *closest = NULL;

	appendStringInfo(&binder->unknown, "%s\"%s\"", binder->nunknown++ > 0 ? ", " : "",
					 wfx_cut(header, NAMEDATALEN));
	if (!ignores_unknown(binder))
		closest = wfx_closest_header(binder->dictionary, binder->target, header);
	if (closest != NULL)
		appendStringInfo(&binder->suggestion, "%sFor \"%s\", did you mean \"%s\"?",
						 binder->suggestion.len > 0 ? " " : "",
						 wfx_cut(header, NAMEDATALEN), closest);
}

/* The column of the table among those the import writes; a new one is added */
static WfxColumn *
add_column(Binder *binder, AttrNumber attnum, const char *header, const WfxEntry *entry)
{
	WfxColumns *columns = binder->columns;
	WfxColumn  *column;

	for (int i = 0; i < columns->ncolumns; i++)
		if (columns->columns[i].attnum == attnum)
			return &columns->columns[i];
	column = &columns->columns[columns->ncolumns++];
	if (entry == NULL || entry->npath > 0)
		entry = wfx_entry_of_column(binder->dictionary, get_attname(binder->target->relid, attnum, false));
	wfx_column_init(column, attnum, header, entry, binder->target, binder->options,
					columns->estate);
	return column;
}

/* A part of a column; field is -1 where the file lacks it */
static void
add_part(Binder *binder, int field, const char *header, const WfxBinding *binding)
{
	WfxColumns *columns = binder->columns;
	WfxColumn  *column = add_column(binder, binding->attnum, header, binding->entry);

	column->in_file |= field >= 0;
	column->nparts++;
	wfx_part_init(&columns->parts[columns->nparts++], columns, column - columns->columns,
				  binding->entry, binding->rest, header, field);
}

/* A header that fills a whole column */
static void
add_field(Binder *binder, int field, const WfxBinding *binding)
{
	WfxColumn  *column = add_column(binder, binding->attnum, binder->columns->headers[field],
									binding->entry);

	column->in_file = true;
	if (column->fields == NULL)
		column->fields = palloc(sizeof(int) * binder->columns->nheaders);
	column->fields[column->nfields++] = field;
}

/* Bind one header */
static void
bind_header(Binder *binder, int field)
{
	const char *header = binder->columns->headers[field];
	WfxBinding	binding;

	if (*header == '\0')
	{
		binder->columns->unnamed[field] = true;
		return;
	}
	if (wfx_is_report_column(header))
		return;
	binder->nnamed++;
	if (!wfx_binding_find(&binding, binder->dictionary, binder->target, header))
	{
		note_unknown(binder, header);
		return;
	}
	if (binding.entry != NULL)
		binder->columns->habits[field] = binding.entry->habit;
	if (binding.entry != NULL && binding.entry->npath > 0)
		add_part(binder, field, header, &binding);
	else
		add_field(binder, field, &binding);
}

/* Does the server alone make the values of an identity column? */
static bool
is_generated_always(const WfxTarget *target, AttrNumber attnum)
{
	return TupleDescAttr(RelationGetDescr(target->rel), attnum - 1)->attidentity ==
		ATTRIBUTE_IDENTITY_ALWAYS;
}

/* Columns that the file lacks, but that a new client needs */
static void
add_missing_columns(Binder *binder)
{
	for (int i = 0; i < binder->dictionary->nentries; i++)
	{
		const WfxEntry *entry = &binder->dictionary->entries[i];
		AttrNumber	attnum;

		if (entry->target == NULL || entry->npath > 0 ||
			!(entry->required || entry->default_value != NULL ||
			  entry == wfx_dictionary_role(binder->dictionary, WFX_ROLE_ID) ||
			  entry == wfx_dictionary_role(binder->dictionary, WFX_ROLE_USERNAME)))
			continue;
		attnum = wfx_target_attribute(binder->target, entry->target);
		if (attnum > 0 && !is_generated_always(binder->target, attnum))
			(void) add_column(binder, attnum, entry->header, entry);
	}
}

/* Parts that the file lacks, but that a new client needs */
static void
add_missing_parts(Binder *binder)
{
	WfxColumns *columns = binder->columns;

	for (int i = 0; i < binder->dictionary->nentries; i++)
	{
		const WfxEntry *entry = &binder->dictionary->entries[i];
		WfxBinding	binding = {0};

		if (entry->npath == 0 || wfx_entry_has_wildcard(entry) ||
			!(entry->required || entry->default_value != NULL) ||
			!wfx_binding_follow(&binding, binder->target, entry))
			continue;
		add_part(binder, -1, entry->header, &binding);
		/* what the file has speaks for itself */
		if (columns->parts[columns->nparts - 1].twin >= 0)
			columns->columns[columns->parts[--columns->nparts].column].nparts--;
	}
}

/* Where the columns with a role are */
static void
find_roles(Binder *binder)
{
	WfxColumns *columns = binder->columns;

	columns->id = columns->email = columns->username = -1;
	for (int i = 0; i < columns->ncolumns; i++)
	{
		WfxColumn  *column = &columns->columns[i];

		if (column->attnum == binder->target->id.attnum)
			columns->id = i;
		else if (column->attnum == binder->target->email.attnum)
			columns->email = i;
		else if (column->attnum == binder->target->username)
			columns->username = i;
	}
}

/* Two headers of one name: which one counts?  The second position, or -1 */
static int
find_duplicate(const WfxColumns *columns, int field)
{
	for (int i = field + 1; i < columns->nheaders; i++)
		if (*columns->headers[field] != '\0' &&
			strcmp(columns->headers[i], columns->headers[field]) == 0)
			return i;
	return -1;
}

/* The header's cells without white space around them */
static void
copy_headers(WfxColumns *columns, const WfxRow *header)
{
	columns->nheaders = header->ncells;
	columns->headers = palloc(sizeof(char *) * header->ncells);
	columns->unnamed = palloc0(sizeof(bool) * header->ncells);
	columns->habits = palloc0(sizeof(WfxHabit) * header->ncells);
	for (int i = 0; i < header->ncells; i++)
	{
		columns->headers[i] = wfx_trim(header->cells[i].text, header->cells[i].len);
		if (*columns->headers[i] != '\0')
			columns->nneeded = i + 1;
	}
}

/* Has a header more columns than any table? */
bool
wfx_header_fits(const WfxRow *header, WfxIssue *failure)
{
	if (header->loss == WFX_LOST_TO_SIZE)
		fail(failure, "field_too_large", ERRCODE_PROGRAM_LIMIT_EXCEEDED, NULL,
			 wfx_loss_message(header->loss),
			 "Look for a quote or a line end that is missing in the header.");
	else if (header->loss == WFX_LOST_TO_WIDTH)
		fail(failure, "too_many_columns", ERRCODE_PROGRAM_LIMIT_EXCEEDED, NULL,
			 wfx_loss_message(header->loss), "Look at the delimiter and at the line ends.");
	else if (header->ncells <= WFX_MAX_COLUMNS)
		return true;
	else
		fail(failure, "too_many_columns", ERRCODE_PROGRAM_LIMIT_EXCEEDED, NULL,
			 psprintf("the header has %d columns, at most %d are possible",
					  header->ncells, WFX_MAX_COLUMNS),
			 "Remove columns, empty ones at the end too; look at the delimiter.");
	failure->line = header->line;
	return false;
}

/* The first cell that is larger than a field may be, or -1 */
static int
find_large_cell(const WfxRow *header)
{
	for (int i = 0; i < header->ncells; i++)
		if (header->cells[i].len > (int64) wfx_max_field_size * 1024)
			return i;
	return -1;
}

/* Is the header one that can be read at all? */
static bool
check_header(const WfxColumns *columns, const WfxRow *header, WfxIssue *failure)
{
	int			large = find_large_cell(header);

	if (header->problem != WFX_CSV_OK)
		fail(failure, "bad_quote", ERRCODE_BAD_COPY_FILE_FORMAT,
			 columns->headers[header->problem_field],
			 psprintf("a quote is out of place in column %d of the header",
					  header->problem_field + 1),
			 "Quote the whole name and double quotes inside of it.");
	else if (header->untranslatable)
		fail(failure, "bad_byte", ERRCODE_UNTRANSLATABLE_CHARACTER, NULL,
			 psprintf("the header has a character at offset " INT64_FORMAT
					  " that does not exist in this database's encoding %s",
					  header->bad_byte, GetDatabaseEncodingName()),
			 "Replace it, or use a database with encoding UTF8.");
	else if (header->bad_byte >= 0)
		fail(failure, "bad_byte", ERRCODE_CHARACTER_NOT_IN_REPERTOIRE, NULL,
			 psprintf("the header has a byte that is no text at offset " INT64_FORMAT,
					  header->bad_byte),
			 "Save the file as UTF-8, or give the option encoding.");
	else if (large >= 0)
		fail(failure, "field_too_large", ERRCODE_PROGRAM_LIMIT_EXCEEDED, NULL,
			 psprintf("column %d of the header is larger than %d kB", large + 1, wfx_max_field_size),
			 "Look at the delimiter and at the line ends.");
	else
		return true;
	return false;
}

/* No name may stand twice */
static bool
check_duplicates(const WfxColumns *columns, WfxIssue *failure)
{
	for (int i = 0; i < columns->nheaders; i++)
	{
		int			twin = find_duplicate(columns, i);

		if (twin < 0)
			continue;
		fail(failure, "duplicate_column", ERRCODE_DUPLICATE_COLUMN, columns->headers[i],
			 psprintf("column \"%s\" stands twice in the header, at positions %d and %d",
					  columns->headers[i], i + 1, twin + 1),
			 "Rename or remove one of them.");
		return false;
	}
	return true;
}

/* What to do about unknown headers: if all are, this is most likely no header */
static char *
unknown_hint(const Binder *binder)
{
	if (binder->suggestion.len > 0)
		return binder->suggestion.data;
	if (binder->nunknown == binder->nnamed)
		return "No name in this line is known: it must be the header, and the delimiter must be right.";
	return "Rename it, add it to wifox_import_columns, or give unknown_columns => 'ignore'.";
}

/* Every named header must mean something, and one of them must name the client */
static bool
check_bound(Binder *binder, WfxIssue *failure)
{
	WfxColumns *columns = binder->columns;
	bool		named = (columns->id >= 0 && columns->columns[columns->id].in_file) ||
		(columns->email >= 0 && columns->columns[columns->email].in_file);

	if (columns->profile != NULL)
		ereport(NOTICE,
				(errmsg("The header is that of an export: profile \"%s\"", columns->profile)));
	if (binder->nunknown > 0 && !ignores_unknown(binder))
	{
		fail(failure, "unknown_column", ERRCODE_UNDEFINED_COLUMN, NULL,
			 psprintf("the file has %s: %s",
					  binder->nunknown == 1 ? "an unknown column" : "unknown columns",
					  binder->unknown.data),
			 unknown_hint(binder));
		return false;
	}
	if (binder->nunknown > 0)
		ereport(NOTICE,
				(errmsg("Ignored columns: %s", binder->unknown.data)));
	if (named)
		return true;
	fail(failure, "missing_column", ERRCODE_UNDEFINED_COLUMN, NULL,
		 "the file has neither a column for the ID nor one for the e-mail address",
		 "Add a header ID or email; without it no client can be found.");
	return false;
}

/* A binder that knows no header yet */
static Binder *
make_binder(const WfxDictionary *dictionary, const WfxTarget *target, const WfxOptions *options)
{
	Binder	   *binder = palloc0(sizeof(Binder));
	WfxColumns *columns = palloc0(sizeof(WfxColumns));

	columns->estate = CreateExecutorState();
	binder->columns = columns;
	binder->dictionary = dictionary;
	binder->target = target;
	binder->options = options;
	initStringInfo(&binder->unknown);
	initStringInfo(&binder->suggestion);
	return binder;
}

/* Bind all headers, and add what a new client needs beside them */
static void
bind_headers(Binder *binder)
{
	WfxColumns *columns = binder->columns;

	binder->dictionary = wfx_profile_choose(binder->dictionary, binder->target, columns->headers,
											columns->nheaders);
	columns->profile = binder->dictionary->profile;
	columns->columns = palloc0(sizeof(WfxColumn) *
							   RelationGetNumberOfAttributes(binder->target->rel));
	columns->parts = palloc0(sizeof(WfxPart) *
							 (columns->nheaders + binder->dictionary->nentries));
	for (int i = 0; i < columns->nheaders; i++)
		bind_header(binder, i);
	add_missing_columns(binder);
	add_missing_parts(binder);
	find_roles(binder);
}

/* Bind the header of a file to the table */
WfxColumns *
wfx_columns_bind(WfxRow *header, const WfxDictionary *dictionary, const WfxTarget *target,
				 const WfxOptions *options, WfxIssue *failure)
{
	Binder	   *binder;
	WfxColumns *columns;

	if (!wfx_header_fits(header, failure))
		return NULL;
	binder = make_binder(dictionary, target, options);
	columns = binder->columns;
	columns->from_report = wfx_is_report_header(header);
	if (columns->from_report)
		wfx_take_off_apostrophes(header);
	copy_headers(columns, header);
	if (check_header(columns, header, failure) && check_duplicates(columns, failure))
	{
		bind_headers(binder);
		if (check_bound(binder, failure))
			return columns;
	}
	failure->line = header->line;
	return NULL;
}

/* Give back what the memory context does not hold */
void
wfx_columns_free(WfxColumns *columns)
{
	FreeExecutorState(columns->estate);
}
