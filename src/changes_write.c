/*
 * changes_write.c
 *		The changes of an import go into wifox_import_changes.
 *
 * There may be as many of them as records.  Where the table is as the extension has
 * made it they go straight into its storage, else by INSERT.
 */
#include "postgres.h"

#include "access/heapam.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "utils/rel.h"

#include "changes.h"
#include "changes_write.h"
#include "heap_index.h"
#include "wal_ahead.h"

/* Rows that go into the table at once */
#define ROWS_AT_ONCE	500

/* One insertion of many rows */
typedef struct Insertion
{
	Relation	rel;
	EState	   *estate;
	ResultRelInfo *relation;
	WfxIndexEntries *entries;
	bool		by_page;		/* one entry of a page serves all of its rows */
	BlockNumber page;			/* the last one that has entries */
	BulkInsertState bulk;
	TupleTableSlot *slots[ROWS_AT_ONCE];
	int			nslots;			/* made so far */
} Insertion;

/* Has the table the columns of the collection, no others, and none was dropped? */
static bool
has_columns(Relation rel, TupleDesc desc)
{
	TupleDesc	columns = RelationGetDescr(rel);

	if (columns->natts != desc->natts)
		return false;
	for (int i = 0; i < desc->natts; i++)
		if (TupleDescAttr(columns, i)->attisdropped ||
			TupleDescAttr(columns, i)->atttypid != TupleDescAttr(desc, i)->atttypid)
			return false;
	return true;
}

/*
 * Can rows go straight into the storage?  What they are made of satisfies the table's
 * own constraints.
 */
static bool
is_plain(Relation rel, TupleDesc desc)
{
	return rel->rd_rel->relkind == RELKIND_RELATION && !rel->rd_rel->relispartition &&
		rel->rd_tableam == GetHeapamTableAmRoutine() && !rel->rd_rel->relforcerowsecurity &&
		rel->trigdesc == NULL && rel->rd_rules == NULL &&
		has_columns(rel, desc);
}

/* Are all indexes BRIN over the import's number?  All rows of a page have the same. */
static bool
indexes_pages(const ResultRelInfo *relation)
{
	for (int i = 0; i < relation->ri_NumIndices; i++)
	{
		Relation	index = relation->ri_IndexRelationDescs[i];

		if (index->rd_rel->relam != BRIN_AM_OID || index->rd_index->indnatts != 1 ||
			index->rd_index->indkey.values[0] != 1 ||
			relation->ri_IndexRelationInfo[i]->ii_Predicate != NIL)
			return false;
	}
	return true;
}

/* Prepare to insert rows */
static Insertion *
begin_insertion(Relation rel)
{
	Insertion  *insertion = palloc0(sizeof(Insertion));

	insertion->rel = rel;
	insertion->estate = CreateExecutorState();
	insertion->relation = makeNode(ResultRelInfo);
	InitResultRelInfo(insertion->relation, rel, 1, NULL, 0);
	ExecOpenIndices(insertion->relation, false);
	insertion->entries = wfx_index_entries_create(insertion->relation, insertion->estate, NULL);
	insertion->by_page = indexes_pages(insertion->relation);
	insertion->page = InvalidBlockNumber;
	insertion->bulk = GetBulkInsertState();
	return insertion;
}

/* Close it */
static void
end_insertion(Insertion *insertion)
{
	FreeBulkInsertState(insertion->bulk);
	table_finish_bulk_insert(insertion->rel, 0);
	for (int i = 0; i < insertion->nslots; i++)
		ExecDropSingleTupleTableSlot(insertion->slots[i]);
	ExecCloseIndices(insertion->relation);
	FreeExecutorState(insertion->estate);
}

/*
 * Make a row of a change.  It has been formed already, but for the import's number: the first
 * column is never NULL, and stands where the values begin.
 */
static void
fill_slot(TupleTableSlot *slot, TupleTableSlot *change, int64 import_id)
{
	HeapTuple	row = ExecCopySlotHeapTuple(change);

	memcpy((char *) row->t_data + row->t_data->t_hoff, &import_id, sizeof(import_id));
	ExecStoreHeapTuple(row, slot, true);
}

/* Put the rows into the table, and their entries into its indexes */
static void
insert_rows(Insertion *insertion, int n)
{
	/* it takes memory for each call, and gives nothing back */
	MemoryContext old = MemoryContextSwitchTo(GetPerTupleMemoryContext(insertion->estate));

	table_multi_insert(insertion->rel, insertion->slots, n, GetCurrentCommandId(true), 0,
					   insertion->bulk);
	MemoryContextSwitchTo(old);
	wfx_wal_ahead();
	ResetPerTupleExprContext(insertion->estate);
	for (int i = 0; i < n; i++)
	{
		TupleTableSlot *slot = insertion->slots[i];
		BlockNumber page = ItemPointerGetBlockNumber(&slot->tts_tid);

		if (insertion->by_page && page == insertion->page)
			continue;
		wfx_index_entries_add(insertion->entries, slot, InvalidOid, (Datum) 0);
		ResetPerTupleExprContext(insertion->estate);
		insertion->page = page;
	}
}

/* Insert the rows straight into the table's storage */
static void
insert_directly(WfxBatchRows *changes, Relation rel, int64 import_id)
{
	TupleTableSlot *change = MakeSingleTupleTableSlot(changes->desc, &TTSOpsMinimalTuple);
	TupleDesc	desc = CreateTupleDescCopy(RelationGetDescr(rel));
	Insertion  *insertion = begin_insertion(rel);
	int			n = 0;

	while (tuplestore_gettupleslot(changes->store, true, false, change))
	{
		CHECK_FOR_INTERRUPTS();
		if (n == insertion->nslots)
			insertion->slots[insertion->nslots++] =
				MakeSingleTupleTableSlot(desc, &TTSOpsHeapTuple);
		fill_slot(insertion->slots[n++], change, import_id);
		if (n < ROWS_AT_ONCE)
			continue;
		insert_rows(insertion, n);
		n = 0;
	}
	insert_rows(insertion, n);
	end_insertion(insertion);
	ExecDropSingleTupleTableSlot(change);
	CommandCounterIncrement();
}

/* Insert the rows by a statement */
static void
insert_by_statement(WfxBatchRows *changes, WfxStatements *statements, Oid table, int64 import_id)
{
	wfx_statement_run(statements,
					  psprintf("INSERT INTO %s (import_id, record, line, action, client_id,"
							   " before, after, row_hash)"
							   " SELECT " INT64_FORMAT ", b.record, b.line, b.action, b.client_id,"
							   " b.before, b.after, b.row_hash FROM " WFX_BATCH_NAME " b",
							   wfx_relation_sql(table), import_id),
					  changes);
}

/* Write the changes */
void
wfx_changes_write(WfxBatchRows *changes, WfxStatements *statements, Oid table, int64 import_id)
{
	Relation	rel;

	if (changes->count == 0)
		return;
	rel = table_open(table, RowExclusiveLock);
	if (is_plain(rel, changes->desc))
		insert_directly(changes, rel, import_id);
	else
		insert_by_statement(changes, statements, table, import_id);
	table_close(rel, NoLock);
}
