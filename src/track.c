/*
 * track.c
 *		What does an import change?  Clients as they are stored, before and after.
 *
 * Triggers and defaults may store something else than what the file says.  So the
 * writer's statements return what they have stored.  Where they cannot, or where
 * that would take more rights than the import itself, the clients are looked up
 * behind them; those that are not visible then are not tracked.
 */
#include "postgres.h"

#include "catalog/pg_class.h"
#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/json.h"
#include "utils/memutils.h"
#include "utils/rls.h"

#include "changes.h"
#include "forms.h"
#include "match.h"
#include "rights.h"
#include "settings.h"
#include "text.h"
#include "track.h"
#include "writer.h"

/* Columns of a look-up's result before those of the import */
#define LOOKUP_N		1
#define LOOKUP_ID		2
#define LOOKUP_FIRST	3

struct WfxTracker
{
	WfxForm		id;
	WfxForm    *forms;			/* by column of the import */
	bool	   *readable;		/* the user may read it */
	bool	   *created;		/* it is tracked of new clients */
	bool		returning;		/* the statements return what they store */
	const char *by_id;			/* look-ups behind them */
	const char *by_email;
	MemoryContext row;			/* one client at a time */
	char	  **texts;			/* its text forms by column */
	const char **names;			/* members of a JSON object */
	char	  **members;
	WfxChange  *fresh;			/* of the write that is going on */
	int			nfresh;
	bool		returned;		/* its statements have returned them */
};

/* A client as it is stored: a row of a result, or of the table */
typedef struct Stored
{
	HeapTuple	tuple;
	TupleDesc	desc;
	int			position;		/* of the next column: the ID, then those of a mask */
	TupleTableSlot *slot;		/* NULL: it is a row of a result */
} Stored;

/* Has the relation rules for what is written to it, beside the one that makes it a view? */
static bool
has_rules(Relation rel)
{
	for (int i = 0; rel->rd_rules != NULL && i < rel->rd_rules->numLocks; i++)
		if (rel->rd_rules->rules[i]->event != CMD_SELECT)
			return true;
	return false;
}

/*
 * Can statements return what they store?  Under row security the rows that are
 * returned would have to be visible, too.  What a view returns is its trigger's word.
 * Shards return rows in any order.
 */
static bool
can_return(const WfxTarget *target)
{
	char		kind = target->rel->rd_rel->relkind;

	return (kind == RELKIND_RELATION || kind == RELKIND_PARTITIONED_TABLE) &&
		target->citus == WFX_CITUS_NOT && !has_rules(target->rel) &&
		check_enable_rls(target->relid, InvalidOid, true) != RLS_ENABLED;
}

/* The columns for which a mask is set, behind the ID */
static char *
column_list(const WfxImport *import, const bool *mask)
{
	StringInfoData list;

	initStringInfo(&list);
	appendStringInfo(&list, "t.%s", quote_identifier(import->target->id.column));
	for (int c = 0; c < import->columns->ncolumns; c++)
		if (mask[c])
			appendStringInfo(&list, ", t.%s", quote_identifier(import->columns->columns[c].name));
	return list.data;
}

/* The statement that looks clients up by a key */
static char *
lookup_sql(const WfxImport *import, const WfxKey *key, const bool *readable)
{
	return wfx_lookup_sql("b.n, t.*", column_list(import, readable), import->target->relid,
						  key->condition, "");
}

/* Prepare the columns */
static void
init_columns(struct WfxTracker *tracker, const WfxImport *import)
{
	const WfxTarget *target = import->target;
	int			n = import->columns->ncolumns + 1;

	wfx_form_init(&tracker->id, target->rel, target->id.attnum);
	tracker->forms = palloc0(sizeof(WfxForm) * n);
	tracker->readable = palloc0(sizeof(bool) * n);
	tracker->created = palloc0(sizeof(bool) * n);
	tracker->texts = palloc0(sizeof(char *) * n);
	tracker->names = palloc(sizeof(char *) * n);
	tracker->members = palloc(sizeof(char *) * n);
	for (int c = 0; c < import->columns->ncolumns; c++)
	{
		AttrNumber	attnum = import->columns->columns[c].attnum;

		wfx_form_init(&tracker->forms[c], target->rel, attnum);
		tracker->readable[c] = wfx_rights_has_column(target->relid, attnum, ACL_SELECT);
		tracker->created[c] = tracker->readable[c] && wfx_column_is_inserted(import->columns, c, import->target);
	}
}

/* Prepare for an import, in the current memory context */
struct WfxTracker *
wfx_tracker_create(const WfxImport *import)
{
	struct WfxTracker *tracker;

	if (!wfx_track_changes)
		return NULL;
	tracker = palloc0(sizeof(struct WfxTracker));
	init_columns(tracker, import);
	tracker->returning = can_return(import->target);
	tracker->by_id = lookup_sql(import, &import->target->id, tracker->readable);
	tracker->by_email = lookup_sql(import, &import->target->email, tracker->readable);
	tracker->row = AllocSetContextCreate(CurrentMemoryContext, "wifox_import change",
										 ALLOCSET_DEFAULT_SIZES);
	return tracker;
}

/* What an INSERT returns: in the order of its rows, the ID and what was written */
const char *
wfx_track_returning_created(const WfxImport *import)
{
	const struct WfxTracker *tracker = import->tracker;

	if (tracker == NULL || !tracker->returning)
		return "";
	return psprintf(" RETURNING %s", column_list(import, tracker->created));
}

/* What an UPDATE returns: the record's number, the ID and what was written */
const char *
wfx_track_returning_updated(const WfxImport *import, const WfxRecord *record, const char *value)
{
	const struct WfxTracker *tracker = import->tracker;

	if (tracker == NULL || !tracker->returning)
		return "";
	return psprintf(" RETURNING %s, %s", psprintf(value, "n"), column_list(import, record->write));
}

/* The next column of a client */
static Datum
next_value(Stored *stored, const WfxForm *form, bool *isnull)
{
	if (stored->slot != NULL)
		return slot_getattr(stored->slot, form->attnum, isnull);
	return SPI_getbinval(stored->tuple, stored->desc, stored->position++, isnull);
}

/* Make the text forms of a client's columns, those of a mask */
static void
read_texts(struct WfxTracker *tracker, int ncolumns, const bool *mask, Stored *stored)
{
	for (int c = 0; c < ncolumns; c++)
	{
		bool		isnull;
		Datum		value;

		if (!mask[c])
			continue;
		value = next_value(stored, &tracker->forms[c], &isnull);
		tracker->texts[c] = wfx_form_text(&tracker->forms[c], value, isnull);
	}
}

/* Begin the change of a record; NULL: the client has no ID */
static WfxChange *
start_change(struct WfxTracker *tracker, const WfxRecord *record, Stored *stored)
{
	WfxChange  *change = &tracker->fresh[tracker->nfresh];
	bool		isnull;
	Datum		id = next_value(stored, &tracker->id, &isnull);

	if (isnull)
		return NULL;
	MemSet(change, 0, sizeof(WfxChange));
	change->record = record->number;
	change->line = record->row.line;
	change->client_id = wfx_form_text(&tracker->id, id, false);
	tracker->nfresh++;
	return change;
}

/* A JSON object of the first members, in the memory of the write */
static Datum
make_object(struct WfxTracker *tracker, int n, MemoryContext context)
{
	Datum		object = wfx_changes_object(tracker->names, tracker->members, n);
	MemoryContext old = MemoryContextSwitchTo(context);

	object = datumCopy(object, false, -1);
	MemoryContextSwitchTo(old);
	return object;
}

/* Everything that was written to a new client */
static Datum
all_written(WfxImport *import, MemoryContext context)
{
	struct WfxTracker *tracker = import->tracker;
	int			n = 0;

	for (int c = 0; c < import->columns->ncolumns; c++)
	{
		if (!tracker->created[c])
			continue;
		tracker->names[n] = tracker->forms[c].name;
		tracker->members[n++] = tracker->texts[c];
	}
	return make_object(tracker, n, context);
}

/* The hash of what was stored of a new client, of a row that has the columns of a mask */
static void
hash_created(struct WfxTracker *tracker, int ncolumns, const bool *mask, Stored *stored,
			 WfxChange *change)
{
	for (int c = 0; c < ncolumns; c++)
	{
		bool		isnull;
		Datum		value;

		if (!mask[c])
			continue;
		value = next_value(stored, &tracker->forms[c], &isnull);
		if (tracker->created[c])
			change->row_hash = wfx_form_hash(&tracker->forms[c], change->row_hash, value, isnull);
	}
}

/* What was stored of a new client; a dry run shows it */
static void
describe_created(WfxImport *import, WfxChange *change, Stored *stored, const bool *mask,
				 MemoryContext context)
{
	struct WfxTracker *tracker = import->tracker;
	int			ncolumns = import->columns->ncolumns;
	Stored		shown = *stored;

	change->created = true;
	hash_created(tracker, ncolumns, mask, stored, change);
	if (!import->options->dry_run)
		return;
	read_texts(tracker, ncolumns, mask, &shown);
	change->after = all_written(import, context);
}

/* The columns in which a client was changed, as they were and as they are */
static void
describe_updated(WfxImport *import, const WfxRecord *record, WfxChange *change,
				 MemoryContext context)
{
	struct WfxTracker *tracker = import->tracker;
	char	  **before = palloc(sizeof(char *) * (import->columns->ncolumns + 1));
	int			n = 0;

	for (int c = 0; c < import->columns->ncolumns; c++)
	{
		if (!record->write[c])
			continue;
		before[n] = wfx_form_text(&tracker->forms[c], record->client->values[c],
								  record->client->nulls[c]);
		if (wfx_forms_equal(before[n], tracker->texts[c]))
			continue;			/* a trigger has kept it */
		tracker->names[n] = tracker->forms[c].name;
		tracker->members[n++] = tracker->texts[c];
	}
	change->after = make_object(tracker, n, context);
	memcpy(tracker->members, before, sizeof(char *) * n);
	change->before = make_object(tracker, n, context);
}

/* A client was created or updated; the columns of a mask are known of it */
static void
note_change(WfxImport *import, const WfxRecord *record, Stored *stored, const bool *mask)
{
	struct WfxTracker *tracker = import->tracker;
	MemoryContext context = CurrentMemoryContext;
	WfxChange  *change = start_change(tracker, record, stored);

	if (change == NULL)
		return;
	MemoryContextSwitchTo(tracker->row);
	if (record->verdict == WFX_CREATED)
		describe_created(import, change, stored, mask, context);
	else
	{
		read_texts(tracker, import->columns->ncolumns, mask, stored);
		describe_updated(import, record, change, context);
	}
	MemoryContextSwitchTo(context);
	MemoryContextReset(tracker->row);
}

/*
 * Take over the result of the last statement.  Its rows are numbered like their
 * records, or stand in the same order; only the first of a record counts.
 */
static void
take_result(WfxImport *import, WfxRecord **records, int n, bool numbered, const bool *mask)
{
	SPITupleTable *result = SPI_tuptable;
	uint64		nrows = SPI_processed;
	bool	   *taken = palloc0(sizeof(bool) * n);
	int			nestlevel = wfx_forms_enter();

	for (uint64 i = 0; i < nrows; i++)
	{
		Stored		stored = {
			.tuple = result->vals[i],
			.desc = result->tupdesc,
			.position = numbered ? 2 : 1
		};
		bool		isnull;
		int			r = numbered ?
			DatumGetInt32(SPI_getbinval(stored.tuple, stored.desc, 1, &isnull)) : (int) i;

		CHECK_FOR_INTERRUPTS();
		if (!taken[r])
			note_change(import, records[r], &stored, mask);
		taken[r] = true;
	}
	wfx_forms_leave(nestlevel);
	SPI_freetuptable(result);
	pfree(taken);
}

/* Look clients up that were written, and take over what is found */
static void
look_up(WfxImport *import, const char *sql, WfxBatchRows *rows, WfxRecord **records, int n)
{
	MemoryContext old = CurrentMemoryContext;

	if (rows->count > 0)
	{
		wfx_statement_run(import->statements, sql, rows);
		MemoryContextSwitchTo(old);
		take_result(import, records, n, true, import->tracker->readable);
	}
	wfx_batch_rows_destroy(rows);
}

/* Look new clients up: by the ID that the file gave, else by their address */
static void
look_up_created(WfxImport *import, WfxRecord **records, int n)
{
	WfxBatchRows *ids = wfx_batch_rows_create(wfx_key_rows_desc(&import->target->id));
	WfxBatchRows *emails = wfx_batch_rows_create(wfx_key_rows_desc(&import->target->email));

	for (int i = 0; i < n; i++)
	{
		if (records[i]->has_id)
			wfx_key_rows_put(ids, i, records[i]->id_key);
		else if (records[i]->has_email)
			wfx_key_rows_put(emails, i, records[i]->email_key);
	}
	look_up(import, import->tracker->by_id, ids, records, n);
	look_up(import, import->tracker->by_email, emails, records, n);
}

/* Look updated clients up */
static void
look_up_updated(WfxImport *import, WfxRecord **records, int n)
{
	WfxBatchRows *ids = wfx_batch_rows_create(wfx_key_rows_desc(&import->target->id));

	for (int i = 0; i < n; i++)
		wfx_key_rows_put(ids, i, wfx_client_key(import, records[i]->client));
	look_up(import, import->tracker->by_id, ids, records, n);
}

/* A write begins; its changes live in its memory */
void
wfx_track_start(WfxImport *import, int n)
{
	struct WfxTracker *tracker = import->tracker;

	if (tracker == NULL)
		return;
	tracker->fresh = palloc(sizeof(WfxChange) * n);
	tracker->nfresh = 0;
	tracker->returned = false;
}

/* The last statement has written records; new ones stand in their order */
void
wfx_track_returned(WfxImport *import, WfxRecord **records, int n)
{
	struct WfxTracker *tracker = import->tracker;
	bool		created = records[0]->verdict == WFX_CREATED;

	if (tracker == NULL || !tracker->returning)
		return;
	take_result(import, records, n, !created, created ? tracker->created : records[0]->write);
	tracker->returned = true;
}

/* Clients were stored as these rows; so none of them need be returned, or looked up */
void
wfx_track_stored(WfxImport *import, WfxRecord **records, TupleTableSlot **slots, int n)
{
	struct WfxTracker *tracker = import->tracker;
	int			nestlevel;

	if (tracker == NULL)
		return;
	nestlevel = wfx_forms_enter();
	for (int i = 0; i < n; i++)
	{
		Stored		stored = {.slot = slots[i]};

		CHECK_FOR_INTERRUPTS();
		note_change(import, records[i], &stored,
					records[i]->verdict == WFX_CREATED ? tracker->created : records[i]->write);
	}
	wfx_forms_leave(nestlevel);
}

/* All records of the write are written */
void
wfx_track_finish(WfxImport *import, WfxRecord **records, int n)
{
	struct WfxTracker *tracker = import->tracker;

	if (tracker == NULL || tracker->returned)
		return;
	if (records[0]->verdict == WFX_CREATED)
		look_up_created(import, records, n);
	else
		look_up_updated(import, records, n);
}

/* What was taken over last is committed */
void
wfx_track_keep(WfxImport *import)
{
	struct WfxTracker *tracker = import->tracker;

	for (int i = 0; tracker != NULL && i < tracker->nfresh; i++)
		wfx_changes_add(import->changes, &tracker->fresh[i]);
}

/* Append to the options what the undo needs to know */
void
wfx_track_describe(const WfxImport *import, StringInfo json)
{
	const struct WfxTracker *tracker = import->tracker;
	bool		first = true;

	if (tracker == NULL)
		return;
	wfx_append_json_member(json, "id_column", tracker->id.name);
	appendStringInfoString(json, ", \"written_columns\": [");
	for (int c = 0; c < import->columns->ncolumns; c++)
	{
		if (!tracker->created[c])
			continue;
		appendStringInfoString(json, first ? "" : ", ");
		escape_json(json, tracker->forms[c].name);
		first = false;
	}
	appendStringInfoChar(json, ']');
}
