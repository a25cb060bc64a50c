/*
 * heap_writer.c
 *		New clients go straight to the table's storage, index entries in key order.
 *
 * What INSERT does for a table that heap_ladder.c admits: defaults, domains,
 * generated columns, NOT NULL and CHECK, foreign keys, rows, index entries.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/heapam.h"
#include "access/hio.h"
#include "access/sysattr.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/pg_trigger.h"
#include "commands/trigger.h"
#include "executor/executor.h"
#include "executor/nodeModifyTable.h"
#include "miscadmin.h"
#include "rewrite/rewriteHandler.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "buffer_map.h"
#include "compat.h"
#include "heap_deferral.h"
#include "heap_index.h"
#include "heap_ladder.h"
#include "heap_references.h"
#include "heap_ring.h"
#include "heap_update.h"
#include "heap_writer.h"
#include "nls.h"
#include "settings.h"
#include "track.h"
#include "wal_ahead.h"
#include "writer.h"

/* Rows that go into the table at once: slots for them are made for each batch */
#define ROWS_AT_ONCE	200

/* The index entries of fewer rows are not worth a sort */
#define MIN_SORTED_ROWS	10

/* One insertion of many rows */
typedef struct Insertion
{
	WfxImport  *import;
	Relation	rel;
	EState	   *estate;
	ResultRelInfo *relation;
	ExprState **defaults;		/* by attribute: of columns the import does not write */
	Oid		   *domains;		/* by attribute: to be checked, or InvalidOid */
	void	  **domain_caches;
	bool		has_generated;
	WfxIndexWindow *window;		/* of this insertion, or all; NULL: entries go in at once */
	WfxIndexEntries *entries;
	Oid			email_index;	/* its entries are the keys that records have, or InvalidOid */
	TupleDesc	desc;			/* of the slots */
	TupleTableSlot **slots;		/* rows on their way into the table */
	TupleTableSlot **values;	/* the same, not formed */
	int			nslots;			/* made so far */
	CommandId	cid;
} Insertion;

/* Which column of the import fills an attribute? */
int
wfx_heap_source(const WfxImport *import, AttrNumber attnum)
{
	for (int c = 0; c < import->columns->ncolumns; c++)
		if (import->columns->columns[c].attnum == attnum &&
			wfx_column_is_inserted(import->columns, c, import->target))
			return c;
	return -1;
}

/* Note which columns of the import fill the attributes */
static void
map_attributes(WfxHeapWriter *heap, const WfxImport *import)
{
	int			natts = RelationGetNumberOfAttributes(import->target->rel);

	heap->sources = palloc(sizeof(int) * (natts + 1));
	for (int i = 0; i < natts; i++)
	{
		heap->sources[i] = wfx_heap_source(import, i + 1);
		if (heap->sources[i] >= 0)
			heap->inserted = bms_add_member(heap->inserted,
											i + 1 - FirstLowInvalidHeapAttributeNumber);
	}
}

/* Does an UPDATE of clients run triggers, other than the checks of their foreign keys? */
static bool
triggers_update(const TriggerDesc *triggers)
{
	for (int i = 0; triggers != NULL && i < triggers->numtriggers; i++)
		if (TRIGGER_FOR_UPDATE(triggers->triggers[i].tgtype) &&
			triggers->triggers[i].tgfoid != F_RI_FKEY_CHECK_UPD)
			return true;
	return false;
}

/* Whoever has asked for heap insertion is told */
static void
say_obstacle(const WfxImport *import, const char *obstacle)
{
	ereport(wfx_writer == WFX_WRITER_HEAP ? NOTICE : DEBUG1,
			(errmsg("%s is written by INSERT: %s", import->target->name, obstacle)));
}

/* A heap writer in the current memory context, where the table allows it */
WfxHeapWriter *
wfx_heap_writer_create(WfxImport *import)
{
	const char *obstacle = wfx_heap_obstacle(import);
	WfxHeapWriter *heap;

	if (obstacle != NULL)
	{
		say_obstacle(import, obstacle);
		return NULL;
	}
	ereport(DEBUG1,
			(errmsg_internal("%s is written by heap insertion", import->target->name)));
	heap = palloc0(sizeof(WfxHeapWriter));
	heap->references = wfx_heap_references_create(import);
	heap->updates = wfx_heap_update_possible(import);
	heap->direct = wfx_heap_update_columns(import);
	heap->triggers_update = triggers_update(import->target->rel->trigdesc);
	map_attributes(heap, import);
	heap->deferral = wfx_heap_deferral_create(import);
	heap->ring = wfx_heap_ring_create(import->target->rel);
	heap->bulk = GetBulkInsertState();
	return heap;
}

/* The pin of an insertion is gone: it has ended, or it has raised and its subtransaction is no more */
static void
forget_pin(WfxHeapWriter *heap)
{
	heap->bulk->current_buf = InvalidBuffer;
}

/* Give back what lives outside of memory contexts */
void
wfx_heap_writer_free(WfxHeapWriter *heap)
{
	wfx_heap_references_free(heap->references);
	forget_pin(heap);
	FreeBulkInsertState(heap->bulk);
}

/* New clients are about to be written */
void
wfx_heap_before_insert(WfxImport *import, WfxRecord **records, int n)
{
	if (import->heap == NULL)
		return;
	wfx_heap_references_lock(import, records, n);
	wfx_heap_deferral_prepare(import, records, n);
}

/* Clients were updated by statements */
void
wfx_heap_after_update(WfxImport *import)
{
	if (import->heap != NULL)
		wfx_heap_references_updated(import);
}

/* The rows are gone, and the locks of what they reference */
void
wfx_heap_start_over(WfxImport *import)
{
	wfx_heap_references_forget(import);
}

/* The default of a column that the import does not write */
static ExprState *
prepare_default(Insertion *insertion, int i)
{
	Expr	   *expr = (Expr *) build_column_default(insertion->rel, i + 1);

	return expr != NULL ? ExecPrepareExpr(expr, insertion->estate) : NULL;
}

/* What the attributes need beside their values */
static void
prepare_attributes(Insertion *insertion)
{
	TupleDesc	desc = RelationGetDescr(insertion->rel);

	insertion->defaults = palloc0(sizeof(ExprState *) * (desc->natts + 1));
	insertion->domains = palloc0(sizeof(Oid) * (desc->natts + 1));
	insertion->domain_caches = palloc0(sizeof(void *) * (desc->natts + 1));
	insertion->has_generated = desc->constr != NULL && desc->constr->has_generated_stored;
	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute att = TupleDescAttr(desc, i);

		if (att->attisdropped || att->attgenerated != '\0')
			continue;
		if (insertion->import->heap->sources[i] < 0)
			insertion->defaults[i] = prepare_default(insertion, i);
		if (get_typtype(att->atttypid) == TYPTYPE_DOMAIN)
			insertion->domains[i] = att->atttypid;
	}
}

/* The executor's view of the table; the user must have the rights of the command */
ResultRelInfo *
wfx_heap_open(EState *estate, Relation rel, CmdType command, Bitmapset *columns)
{
	ResultRelInfo *relation = makeNode(ResultRelInfo);
	RangeTblEntry *rte = makeNode(RangeTblEntry);

	rte->rtekind = RTE_RELATION;
	rte->relid = RelationGetRelid(rel);
	rte->relkind = rel->rd_rel->relkind;
	rte->rellockmode = RowExclusiveLock;
	wfx_check_write(estate, rte, command, columns);
	InitResultRelInfo(relation, rel, 1, NULL, 0);
	ExecOpenIndices(relation, false);
	return relation;
}

/*
 * A slot for a row.  The relation's own description is counted for every slot, which
 * slows down whatever else counts it while there are many.
 */
TupleTableSlot *
wfx_heap_slot(Relation rel, TupleDesc desc)
{
	return MakeSingleTupleTableSlot(desc, table_slot_callbacks(rel));
}

/*
 * The index whose entries are the keys by which clients are looked up: the server would
 * make them once more, and in more steps.
 */
Oid
wfx_heap_email_index(const WfxImport *import)
{
	Oid			relid = import->target->email.index;
	Relation	index = index_open(relid, AccessShareLock);
	bool		same = import->target->email.lower &&
		IndexRelationGetNumberOfAttributes(index) == 1;

	index_close(index, NoLock);
	return same ? relid : InvalidOid;
}

/* Prepare to insert n rows */
static Insertion *
begin_insertion(WfxImport *import, int n)
{
	Insertion  *insertion = palloc0(sizeof(Insertion));

	insertion->import = import;
	insertion->rel = import->target->rel;
	insertion->cid = GetCurrentCommandId(true);
	insertion->estate = CreateExecutorState();
	insertion->estate->es_output_cid = insertion->cid;
	insertion->relation = wfx_heap_open(insertion->estate, insertion->rel, CMD_INSERT,
										import->heap->inserted);
	prepare_attributes(insertion);
	if (wfx_heap_is_deferred(import))
		insertion->window = wfx_heap_deferral_write(import);
	else if (n >= MIN_SORTED_ROWS)
		insertion->window = wfx_index_window_create(insertion->rel, maintenance_work_mem / 2);
	insertion->entries = wfx_index_entries_create(insertion->relation, insertion->estate,
												  insertion->window);
	insertion->email_index = wfx_heap_email_index(import);
	insertion->desc = CreateTupleDescCopy(RelationGetDescr(insertion->rel));
	insertion->slots = palloc0(sizeof(TupleTableSlot *) * Min(n, ROWS_AT_ONCE));
	insertion->values = palloc0(sizeof(TupleTableSlot *) * Min(n, ROWS_AT_ONCE));
	forget_pin(import->heap);
	return insertion;
}

/* Close it */
static void
end_insertion(Insertion *insertion)
{
	ReleaseBulkInsertStatePin(insertion->import->heap->bulk);
	table_finish_bulk_insert(insertion->rel, 0);
	for (int i = 0; i < insertion->nslots; i++)
	{
		ExecDropSingleTupleTableSlot(insertion->slots[i]);
		ExecDropSingleTupleTableSlot(insertion->values[i]);
	}
	ExecCloseIndices(insertion->relation);
	FreeExecutorState(insertion->estate);
	CommandCounterIncrement();
}

/* The value of an attribute of a new client */
static Datum
attribute_value(Insertion *insertion, const WfxRecord *record, int i, bool *isnull)
{
	int			source = insertion->import->heap->sources[i];

	if (source >= 0)
		return wfx_new_value(insertion->import, record, source, isnull);
	*isnull = true;
	if (insertion->defaults[i] == NULL)
		return (Datum) 0;
	return ExecEvalExprSwitchContext(insertion->defaults[i],
									 GetPerTupleExprContext(insertion->estate), isnull);
}

/* Fill a slot with a new client */
static void
fill_slot(Insertion *insertion, const WfxRecord *record, TupleTableSlot *slot)
{
	ExecClearTuple(slot);
	for (int i = 0; i < slot->tts_tupleDescriptor->natts; i++)
	{
		slot->tts_values[i] = attribute_value(insertion, record, i, &slot->tts_isnull[i]);
		if (OidIsValid(insertion->domains[i]))
			domain_check(slot->tts_values[i], slot->tts_isnull[i], insertion->domains[i],
						 &insertion->domain_caches[i], insertion->estate->es_query_cxt);
	}
	ExecStoreVirtualTuple(slot);
	slot->tts_tableOid = RelationGetRelid(insertion->rel);
}

/* Make the values of a new client, and see that the table's constraints hold */
static void
make_values(Insertion *insertion, const WfxRecord *record, TupleTableSlot *slot)
{
	fill_slot(insertion, record, slot);
	if (insertion->has_generated)
		ExecComputeStoredGenerated(insertion->relation, insertion->estate, slot, CMD_INSERT);
	if (insertion->rel->rd_att->constr != NULL)
		ExecConstraints(insertion->relation, slot, insertion->estate);
}

/* Make the row of the n-th new client */
static void
make_row(Insertion *insertion, const WfxRecord *record, int n)
{
	if (n == insertion->nslots)
	{
		insertion->slots[n] = wfx_heap_slot(insertion->rel, insertion->desc);
		insertion->values[n] = MakeSingleTupleTableSlot(insertion->desc, &TTSOpsVirtual);
		insertion->nslots++;
	}
	make_values(insertion, record, insertion->values[n]);
	ExecCopySlot(insertion->slots[n], insertion->values[n]);
	insertion->slots[n]->tts_tableOid = RelationGetRelid(insertion->rel);
}

/*
 * Insert a few rows, and take their index entries.  Values stay in the memory of
 * expressions until then, so that no row need be taken apart again.
 */
static void
insert_rows(Insertion *insertion, WfxRecord **records, int n)
{
	for (int i = 0; i < n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		make_row(insertion, records[i], i);
	}
	table_multi_insert(insertion->rel, insertion->slots, n, insertion->cid, 0,
					   insertion->import->heap->bulk);
	wfx_buffer_map(insertion->import->heap->bulk->current_buf);
	wfx_wal_ahead();
	for (int i = 0; i < n; i++)
	{
		insertion->values[i]->tts_tid = insertion->slots[i]->tts_tid;
		wfx_index_entries_add(insertion->entries, insertion->values[i],
							  records[i]->has_email ? insertion->email_index : InvalidOid,
							  records[i]->email_key);
	}
	wfx_track_stored(insertion->import, records, insertion->values, n);
	ResetPerTupleExprContext(insertion->estate);
}

/* Insert new clients */
uint64
wfx_heap_insert(WfxImport *import, WfxRecord **records, int n)
{
	Insertion  *insertion;

	/* defaults and expressions of indexes are user code, which may ask the database */
	PushActiveSnapshot(GetTransactionSnapshot());
	insertion = begin_insertion(import, n);
	wfx_track_start(import, n);
	for (int from = 0; from < n; from += ROWS_AT_ONCE)
		insert_rows(insertion, records + from, Min(n - from, ROWS_AT_ONCE));
	if (insertion->window != NULL && !wfx_heap_is_deferred(import))
	{
		wfx_index_window_flush(insertion->window, NULL, NULL);
		wfx_index_window_free(insertion->window);
	}
	wfx_heap_references_check(import, records, n);
	PopActiveSnapshot();
	end_insertion(insertion);
	if (wfx_heap_is_deferred(import))
		wfx_heap_deferral_written(import);
	return n;
}
