/*
 * changes.c
 *		What an import has changed, as values: what the undo needs.
 *
 * The changes of an import that fails are thrown away; those of a dry run stay.  So
 * they are collected beside the clients, and written when the outcome is known.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"

#include "changes.h"
#include "compat.h"

/* An empty collection */
WfxBatchRows *
wfx_changes_create(void)
{
	TupleDesc	desc = CreateTemplateTupleDesc(WFX_CHANGE_NATTS);

	TupleDescInitEntry(desc, 1, "import_id", INT8OID, -1, 0);
	TupleDescInitEntry(desc, 2, "record", INT8OID, -1, 0);
	TupleDescInitEntry(desc, 3, "line", INT8OID, -1, 0);
	TupleDescInitEntry(desc, 4, "action", TEXTOID, -1, 0);
	TupleDescInitEntry(desc, 5, "client_id", TEXTOID, -1, 0);
	TupleDescInitEntry(desc, 6, "before", JSONBOID, -1, 0);
	TupleDescInitEntry(desc, 7, "after", JSONBOID, -1, 0);
	TupleDescInitEntry(desc, 8, "row_hash", INT8OID, -1, 0);
	return wfx_batch_rows_create(desc);
}

/* Add a change */
void
wfx_changes_add(WfxBatchRows *changes, const WfxChange *change)
{
	Datum		values[WFX_CHANGE_NATTS];
	bool		nulls[WFX_CHANGE_NATTS] = {false};

	values[0] = Int64GetDatum(0);
	values[1] = Int64GetDatum(change->record);
	values[2] = Int64GetDatum(change->line);
	values[3] = CStringGetTextDatum(change->created ? "created" : "updated");
	values[4] = CStringGetTextDatum(change->client_id);
	values[5] = change->before;
	nulls[5] = change->before == (Datum) 0;
	values[6] = change->after;
	nulls[6] = change->after == (Datum) 0;
	values[7] = Int64GetDatum((int64) change->row_hash);
	nulls[7] = !change->created;
	wfx_batch_rows_put(changes, values, nulls);
	pfree(DatumGetPointer(values[3]));
	pfree(DatumGetPointer(values[4]));
}

/* A text as a JSON value */
static void
set_json(JsonbValue *json, const char *text)
{
	json->type = text ? jbvString : jbvNull;
	if (text == NULL)
		return;
	json->val.string.val = unconstify(char *, text);
	json->val.string.len = strlen(text);
}

/* An object of texts and NULLs */
Datum
wfx_changes_object(const char **names, char **texts, int n)
{
	WfxJsonState state = {0};

	wfx_push_json(&state, WJB_BEGIN_OBJECT, NULL);
	for (int i = 0; i < n; i++)
	{
		JsonbValue	json;

		set_json(&json, names[i]);
		wfx_push_json(&state, WJB_KEY, &json);
		set_json(&json, texts[i]);
		wfx_push_json(&state, WJB_VALUE, &json);
	}
	wfx_push_json(&state, WJB_END_OBJECT, NULL);
	return JsonbPGetDatum(JsonbValueToJsonb(state.result));
}
