/*
 * heap_update.c
 *		Changes of known clients go straight to the table's storage.
 *
 * The rows are where the look-up has found them, as long as no trigger runs.  Clients
 * need not be locked before: whoever has changed one meanwhile is noticed, and the record
 * is left to those who lock and compare again.  Columns that foreign keys look at, on
 * either side, are left to UPDATE.
 */
#include "postgres.h"

#include "access/sysattr.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/pg_trigger.h"
#include "commands/trigger.h"
#include "executor/executor.h"
#include "executor/nodeModifyTable.h"
#include "miscadmin.h"
#include "rewrite/prs2lock.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "compat.h"
#include "heap_deferral.h"
#include "heap_index.h"
#include "heap_update.h"
#include "heap_writer.h"
#include "match.h"
#include "track.h"
#include "wal_ahead.h"
#include "writer.h"

/* Rows whose changes are taken over at once: slots for them are made for each batch */
#define ROWS_AT_ONCE	200

/* The index entries of fewer rows are not worth a sort */
#define MIN_SORTED_ROWS	10

/* The update of many rows in the same columns */
typedef struct Update
{
	WfxImport  *import;
	Relation	rel;
	EState	   *estate;
	ResultRelInfo *relation;
	Bitmapset  *written;		/* attributes */
	void	  **domain_caches;	/* by column of the import */
	int			ndropped;		/* columns that the table has no more */
	int		   *dropped;
	bool		deferred;		/* the entries wait for the end of the file */
	WfxIndexWindow *window;		/* NULL: they go in at once */
	WfxIndexEntries *entries;
	Oid			email_index;	/* its entries are keys of addresses, or InvalidOid */
	TupleTableSlot *old;		/* the row as it is: one of these two */
	TupleTableSlot *looked_up;
	TupleTableSlot *fetched;
	TupleDesc	desc;			/* of the slots */
	TupleTableSlot **slots;
	int			nslots;			/* made so far */
} Update;

/* Does a foreign key of another table reach for this one when it is updated? */
static bool
is_referenced(const Trigger *trigger)
{
	switch (trigger->tgfoid)
	{
		case F_RI_FKEY_CASCADE_UPD:
		case F_RI_FKEY_RESTRICT_UPD:
		case F_RI_FKEY_SETNULL_UPD:
		case F_RI_FKEY_SETDEFAULT_UPD:
		case F_RI_FKEY_NOACTION_UPD:
			return true;
		default:
			return false;
	}
}

/* Do triggers see an UPDATE, other than those of foreign keys? */
static bool
has_triggers(const TriggerDesc *triggers)
{
	for (int i = 0; triggers != NULL && i < triggers->numtriggers; i++)
	{
		const Trigger *trigger = &triggers->triggers[i];

		if (TRIGGER_FOR_UPDATE(trigger->tgtype) && trigger->tgenabled != TRIGGER_DISABLED &&
			trigger->tgfoid != F_RI_FKEY_CHECK_UPD && !is_referenced(trigger))
			return true;
	}
	return false;
}

/* Do rules? */
static bool
has_rules(Relation rel)
{
	for (int i = 0; rel->rd_rules != NULL && i < rel->rd_rules->numLocks; i++)
		if (rel->rd_rules->rules[i]->event == CMD_UPDATE)
			return true;
	return false;
}

/*
 * Could an UPDATE be done so?  Rows that the caller's own statement has written may wait for
 * their foreign keys to be checked at its end.  That does not happen to a version that is gone
 * by then; so the UPDATE of such a row has to ask for the check of its own.
 */
bool
wfx_heap_update_possible(const WfxImport *import)
{
	return import->target->has_addresses && !import->target->passes_on &&
		!has_triggers(import->target->rel->trigdesc) &&
		!has_rules(import->target->rel) &&
		!AfterTriggerPendingOnRel(import->target->relid);
}

/* The attributes that foreign keys look at: those of this table, and those that others may have */
static Bitmapset *
foreign_key_attributes(Relation rel)
{
	Bitmapset  *attributes = NULL;
	ListCell   *cell;

	foreach(cell, RelationGetFKeyList(rel))
	{
		const ForeignKeyCacheInfo *fkey = lfirst(cell);

		for (int i = 0; i < fkey->nkeys; i++)
			attributes = bms_add_member(attributes,
										fkey->conkey[i] - FirstLowInvalidHeapAttributeNumber);
	}
	for (int i = 0; rel->trigdesc != NULL && i < rel->trigdesc->numtriggers; i++)
		if (is_referenced(&rel->trigdesc->triggers[i]))
		{
			attributes = bms_add_members(attributes,
										 RelationGetIndexAttrBitmap(rel, INDEX_ATTR_BITMAP_KEY));
			break;
		}
	return wfx_target_add_sources(rel, attributes);
}

/* Which columns of the import may be written so? */
bool *
wfx_heap_update_columns(const WfxImport *import)
{
	const WfxColumns *columns = import->columns;
	Bitmapset  *others = foreign_key_attributes(import->target->rel);
	bool	   *direct = palloc0(sizeof(bool) * (columns->ncolumns + 1));

	for (int c = 0; c < columns->ncolumns; c++)
		direct[c] = !bms_is_member(columns->columns[c].attnum - FirstLowInvalidHeapAttributeNumber,
								   others);
	return direct;
}

/* Can a record's columns be written so, to the row that was found? */
bool
wfx_heap_update_suits(const WfxImport *import, const WfxRecord *record)
{
	if (import->heap == NULL || !import->heap->updates ||
		!ItemPointerIsValid(&record->client->address))
		return false;
	for (int c = 0; c < import->columns->ncolumns; c++)
		if (record->write[c] && !import->heap->direct[c])
			return false;
	return true;
}

/* The attributes that a record changes */
static Bitmapset *
written_attributes(const WfxImport *import, const WfxRecord *record)
{
	Bitmapset  *attributes = NULL;

	for (int c = 0; c < import->columns->ncolumns; c++)
		if (record->write[c])
			attributes = bms_add_member(attributes, import->columns->columns[c].attnum -
										FirstLowInvalidHeapAttributeNumber);
	return attributes;
}

/*
 * Where do the index entries of n rows like this one wait?  Those of a username do not:
 * who has the name may give it up in a later record.
 */
static void
choose_window(Update *update, const WfxRecord *record, int n)
{
	WfxImport  *import = update->import;
	bool		deferring = wfx_heap_is_deferring(import);

	update->deferred = deferring && !wfx_writes_unique(import, record);
	if (deferring && !update->deferred)
		wfx_heap_deferral_flush(import);
	if (deferring)
		update->window = wfx_heap_deferral_write(import);
	if (!update->deferred)
		update->window = n < MIN_SORTED_ROWS ? NULL :
			wfx_index_window_create(update->rel, maintenance_work_mem / 2);
}

/* Note the columns that were dropped: rows of before may still hold their values */
static void
note_dropped(Update *update)
{
	update->dropped = palloc(sizeof(int) * (update->desc->natts + 1));
	for (int i = 0; i < update->desc->natts; i++)
		if (TupleDescAttr(update->desc, i)->attisdropped)
			update->dropped[update->ndropped++] = i;
}

/* Prepare to update n rows like this one */
static Update *
begin_update(WfxImport *import, const WfxRecord *record, int n)
{
	Update	   *update = palloc0(sizeof(Update));

	update->import = import;
	update->rel = import->target->rel;
	update->estate = CreateExecutorState();
	update->estate->es_output_cid = GetCurrentCommandId(true);
	update->written = written_attributes(import, record);
	update->relation = wfx_heap_open(update->estate, update->rel, CMD_UPDATE, update->written);
	update->domain_caches = palloc0(sizeof(void *) * (import->columns->ncolumns + 1));
	choose_window(update, record, n);
	update->entries = wfx_index_entries_create(update->relation, update->estate, update->window);
	wfx_index_entries_updated(update->entries, update->written);
	update->email_index = wfx_heap_email_index(import);
	update->desc = CreateTupleDescCopy(RelationGetDescr(update->rel));
	/* the relation's own description knows what rows lack that are older than their columns */
	update->looked_up = MakeSingleTupleTableSlot(RelationGetDescr(update->rel), &TTSOpsHeapTuple);
	update->fetched = table_slot_create(update->rel, NULL);
	note_dropped(update);
	update->slots = palloc0(sizeof(TupleTableSlot *) * Min(n, ROWS_AT_ONCE));
	return update;
}

/* Close it */
static void
end_update(Update *update)
{
	if (update->window != NULL && !update->deferred)
	{
		wfx_index_window_flush(update->window, NULL, NULL);
		wfx_index_window_free(update->window);
	}
	PopActiveSnapshot();
	ExecDropSingleTupleTableSlot(update->looked_up);
	ExecDropSingleTupleTableSlot(update->fetched);
	for (int i = 0; i < update->nslots; i++)
		ExecDropSingleTupleTableSlot(update->slots[i]);
	ExecCloseIndices(update->relation);
	FreeExecutorState(update->estate);
	CommandCounterIncrement();
}

/* Fill a slot: the row as it is, but for what the record changes */
static void
fill_slot(Update *update, const WfxRecord *record, TupleTableSlot *slot)
{
	const WfxColumns *columns = update->import->columns;
	int			natts = slot->tts_tupleDescriptor->natts;

	ExecClearTuple(slot);
	slot_getallattrs(update->old);
	memcpy(slot->tts_values, update->old->tts_values, sizeof(Datum) * natts);
	memcpy(slot->tts_isnull, update->old->tts_isnull, sizeof(bool) * natts);
	for (int i = 0; i < update->ndropped; i++)
		slot->tts_isnull[update->dropped[i]] = true;
	for (int c = 0; c < columns->ncolumns; c++)
	{
		const WfxColumn *column = &columns->columns[c];

		if (!record->write[c])
			continue;
		slot->tts_values[column->attnum - 1] = record->new_values[c];
		slot->tts_isnull[column->attnum - 1] = record->new_nulls[c];
		if (column->type.typid != column->type.base)	/* a domain */
			domain_check(record->new_values[c], record->new_nulls[c], column->type.typid,
						 &update->domain_caches[c], update->estate->es_query_cxt);
	}
	ExecStoreVirtualTuple(slot);
	slot->tts_tableOid = RelationGetRelid(update->rel);
}

/*
 * Have the row at hand: as it was looked up, for if it has changed since then, its update will
 * notice.  Else it is read.  It cannot have made room for another one, as the snapshot of the
 * caller's statement still sees it; but a child table that has just been made could have lent
 * its address to the lock.
 */
static bool
fetch_row(Update *update, const WfxClient *client)
{
	ItemPointerData address = client->address;
	WfxImport  *import = update->import;
	bool		isnull = true;
	Datum		id = (Datum) 0;

	update->old = client->row != NULL ? update->looked_up : update->fetched;
	if (client->row != NULL)
	{
		ExecStoreHeapTuple(client->row, update->old, false);
		return true;
	}
	if (table_tuple_fetch_row_version(update->rel, &address, SnapshotAny, update->old))
		id = slot_getattr(update->old, import->target->id.attnum, &isnull);
	return !isnull && wfx_key_equal(&import->target->id, wfx_key_of(&import->target->id, id),
									wfx_client_key(import, client));
}

/* Make the new row, and see that the table's constraints hold */
static void
make_row(Update *update, const WfxRecord *record, TupleTableSlot *slot)
{
	const TupleConstr *constr = RelationGetDescr(update->rel)->constr;

	fill_slot(update, record, slot);
	if (constr != NULL && constr->has_generated_stored)
		ExecComputeStoredGenerated(update->relation, update->estate, slot, CMD_UPDATE);
	if (constr != NULL)
		ExecConstraints(update->relation, slot, update->estate);
	ExecMaterializeSlot(slot);
}

/* Take the index entries of a new row; that of its address is made as for a look-up */
static void
add_entries(Update *update, TupleTableSlot *slot, bool only_summarizing)
{
	WfxKey	   *key = &update->import->target->email;
	bool		isnull = true;
	Datum		email = (Datum) 0;

	if (OidIsValid(update->email_index))
		email = slot_getattr(slot, key->attnum, &isnull);
	wfx_index_entries_update(update->entries, slot, only_summarizing,
							 isnull ? InvalidOid : update->email_index,
							 isnull ? (Datum) 0 : wfx_key_of(key, email));
}

/* Update one row, and take its index entries; false: somebody else was faster */
static bool
update_row(Update *update, WfxRecord *record, TupleTableSlot *slot)
{
	ItemPointerData address = record->client->address;
	bool		indexes;
	bool		summarizing;

	record->outrun = !fetch_row(update, record->client);
	if (!record->outrun)
	{
		make_row(update, record, slot);
		record->outrun = wfx_update_row(update->rel, &address, slot, &indexes,
										&summarizing) != TM_Ok;
	}
	if (record->outrun && record->locked)
		elog(ERROR, "could not update a row that was locked");
	if (!record->outrun && indexes)
		add_entries(update, slot, summarizing);
	ExecClearTuple(update->old);
	ResetPerTupleExprContext(update->estate);
	return !record->outrun;
}

/* Update a few rows */
static void
update_rows(Update *update, WfxRecord **records, int n)
{
	WfxRecord **updated = palloc(sizeof(WfxRecord *) * n);
	int			nupdated = 0;

	for (int i = 0; i < n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (nupdated == update->nslots)
			update->slots[update->nslots++] = wfx_heap_slot(update->rel, update->desc);
		if (update_row(update, records[i], update->slots[nupdated]))
			updated[nupdated++] = records[i];
	}
	wfx_wal_ahead();
	wfx_track_stored(update->import, updated, update->slots, nupdated);
	if (update->deferred)
		wfx_heap_deferral_updated(update->import, updated, nupdated);
	pfree(updated);
}

/* Update clients */
void
wfx_heap_update(WfxImport *import, WfxRecord **records, int n)
{
	Update	   *update;

	/* constraints and expressions of indexes are user code, which may ask the database */
	PushActiveSnapshot(GetTransactionSnapshot());
	update = begin_update(import, records[0], n);
	wfx_track_start(import, n);
	for (int from = 0; from < n; from += ROWS_AT_ONCE)
		update_rows(update, records + from, Min(n - from, ROWS_AT_ONCE));
	end_update(update);
	if (wfx_heap_is_deferring(import))
		wfx_heap_deferral_written(import);
}
