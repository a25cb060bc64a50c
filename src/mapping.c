/*
 * mapping.c
 *		How would the headers of a file be mapped?  A preview of the import.
 */
#include "postgres.h"

#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "binding.h"
#include "call.h"
#include "columns.h"
#include "nls.h"
#include "profile.h"
#include "reader.h"
#include "report_cells.h"
#include "settings.h"
#include "text.h"

PG_FUNCTION_INFO_V1(wifox_import_mapping);
PG_FUNCTION_INFO_V1(wifox_import_mapping_data);

#define MAPPING_NATTS	4

/* What is at hand while headers are explained */
typedef struct Mapping
{
	const WfxDictionary *dictionary;
	WfxTarget  *target;
	ReturnSetInfo *result;
} Mapping;

/* The column and the path below it that a header fills */
static char *
target_text(const Mapping *mapping, const WfxBinding *binding)
{
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfoString(&text, get_attname(mapping->target->relid, binding->attnum, false));
	for (int i = 0; binding->entry != NULL && i < binding->entry->npath; i++)
	{
		const char *step = binding->entry->path[i];
		bool		wildcard = i == binding->entry->npath - 1 && binding->rest != NULL;

		appendStringInfo(&text, "[%s]", wildcard ? binding->rest : step);
	}
	return text.data;
}

/* The position of an earlier header of the same name, or -1 */
static int
find_twin(const WfxRow *header, int position)
{
	for (int i = 0; i < position; i++)
		if (strcmp(wfx_trim(header->cells[i].text, header->cells[i].len),
				   wfx_trim(header->cells[position].text, header->cells[position].len)) == 0)
			return i;
	return -1;
}

/* What a reader of the mapping should know about a header without a meaning */
static char *
unknown_note(const Mapping *mapping, const char *name)
{
	const char *closest;

	if (mapping->dictionary->profile != NULL)
		return psprintf("ignored: profile \"%s\" leaves it out", mapping->dictionary->profile);
	closest = wfx_closest_header(mapping->dictionary, mapping->target, name);
	if (closest == NULL)
		return pstrdup("unknown");
	return psprintf("unknown: did you mean \"%s\"?", closest);
}

/* What becomes of a blank cell of a new client, or NULL */
static char *
blank_note(const WfxEntry *entry)
{
	if (entry->required)
		return pstrdup("required to create a client");
	if (entry->default_value != NULL)
		return psprintf("default \"%s\" where blank", entry->default_value);
	return NULL;
}

/* What a reader of the mapping should know about a bound header */
static char *
bound_note(const Mapping *mapping, const WfxBinding *binding)
{
	const WfxEntry *entry = binding->entry;
	char	   *note;

	if (entry == NULL)
		return NULL;
	note = blank_note(entry);
	if (!wfx_entry_of_profile(mapping->dictionary, entry))
		return note;
	return psprintf("profile \"%s\"%s%s", mapping->dictionary->profile, note ? "; " : "",
					note ? note : "");
}

/* Add the row of one header */
static void
explain(Mapping *mapping, const WfxRow *header, int position)
{
	char	   *name = wfx_trim(header->cells[position].text, header->cells[position].len);
	int			twin = *name == '\0' ? -1 : find_twin(header, position);
	char	   *target = NULL;
	char	   *note;
	WfxBinding	binding;
	Datum		values[MAPPING_NATTS];
	bool		nulls[MAPPING_NATTS] = {false};

	if (*name == '\0')
		note = pstrdup("ignored: no name; the column must be empty");
	else if (wfx_is_report_column(name))
		note = pstrdup("ignored: it comes from an error report");
	else if (twin >= 0)
		note = psprintf("stands at position %d already", twin + 1);
	else if (!wfx_binding_find(&binding, mapping->dictionary, mapping->target, name))
		note = unknown_note(mapping, name);
	else
	{
		target = target_text(mapping, &binding);
		note = bound_note(mapping, &binding);
	}
	values[0] = Int32GetDatum(position + 1);
	values[1] = CStringGetTextDatum(name);
	values[2] = target ? CStringGetTextDatum(target) : (Datum) 0;
	nulls[2] = target == NULL;
	values[3] = note ? CStringGetTextDatum(note) : (Datum) 0;
	nulls[3] = note == NULL;
	tuplestore_putvalues(mapping->result->setResult, mapping->result->setDesc, values, nulls);
}

/* Read the header; an ERROR says why the file has none */
static void
read_header(WfxReader *reader, WfxRow *header)
{
	WfxReadStatus status = WFX_READ_FAILED;

	if (wfx_reader_open(reader))
		status = wfx_reader_next(reader, header);
	if (status == WFX_READ_ROW && !wfx_header_fits(header, &reader->failure))
		status = WFX_READ_FAILED;
	if (status == WFX_READ_FAILED)
		wfx_reader_raise(reader);
	if (status == WFX_READ_END)
		ereport(ERROR,
				(errcode(ERRCODE_BAD_COPY_FILE_FORMAT),
				 errmsg("this file has no header")));
	if (wfx_is_report_header(header))
		wfx_take_off_apostrophes(header);
}

/* The headers without white space around them */
static char **
trimmed_headers(const WfxRow *header)
{
	char	  **headers = palloc(sizeof(char *) * (header->ncells + 1));

	for (int i = 0; i < header->ncells; i++)
		headers[i] = wfx_trim(header->cells[i].text, header->cells[i].len);
	return headers;
}

/* The table that an import would write */
static WfxTarget *
open_target(const char *schema, const WfxDictionary *dictionary)
{
	Oid			relid = wfx_target_find(schema);

	if (!OidIsValid(relid))
		wfx_target_missing();
	return wfx_target_open(relid, dictionary, AccessShareLock);
}

/* Explain all headers of a source */
static Datum
map_source(FunctionCallInfo fcinfo, WfxSource *source)
{
	char	   *schema = wfx_call_schema(fcinfo);
	MemoryContext context = CurrentMemoryContext;
	Mapping		mapping;
	WfxDialectOptions options;
	WfxRow		header;

	wfx_dialect_options_read(&options, fcinfo, 1);
	InitMaterializedSRF(fcinfo, 0);
	mapping.result = (ReturnSetInfo *) fcinfo->resultinfo;
	read_header(wfx_reader_create(source, &options), &header);
	SPI_connect();
	MemoryContextSwitchTo(context);
	mapping.dictionary = wfx_dictionary_load(schema);
	mapping.target = open_target(schema, mapping.dictionary);
	mapping.dictionary = wfx_profile_choose(mapping.dictionary, mapping.target,
											trimmed_headers(&header), header.ncells);
	for (int i = 0; i < header.ncells; i++)
		explain(&mapping, &header, i);
	wfx_target_close(mapping.target);
	SPI_finish();
	wfx_source_close(source);
	return (Datum) 0;
}

/* wifox_import_mapping(path, delimiter, quote, escape, encoding) */
PGDLLEXPORT Datum
wifox_import_mapping(PG_FUNCTION_ARGS)
{
	wfx_call_begin(fcinfo, "path");
	return map_source(fcinfo, wfx_source_open_file(text_to_cstring(PG_GETARG_TEXT_PP(0))));
}

/* wifox_import_mapping_data(data, delimiter, quote, escape, encoding) */
PGDLLEXPORT Datum
wifox_import_mapping_data(PG_FUNCTION_ARGS)
{
	bytea	   *data;

	wfx_call_begin(fcinfo, "data");
	data = PG_GETARG_BYTEA_PP(0);
	return map_source(fcinfo, wfx_source_open_data(VARDATA_ANY(data), VARSIZE_ANY_EXHDR(data),
												   "upload.csv"));
}
