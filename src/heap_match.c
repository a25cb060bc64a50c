/*
 * heap_match.c
 *		Clients of a table that the heap writer writes are looked up in its indexes directly.
 *
 * A statement would do the same, and spend as much again on passing rows around.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/stratnum.h"
#include "access/tableam.h"
#include "access/transam.h"
#include "catalog/pg_am.h"
#include "miscadmin.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "buffer_map.h"
#include "compat.h"
#include "heap_match.h"
#include "heap_walk.h"
#include "heap_writer.h"
#include "rights.h"

/* Can every snapshot rely on an index?  It may have been made of rows with another history. */
static bool
is_usable(Relation index)
{
	return index->rd_index->indisvalid &&
		(!index->rd_index->indcheckxmin ||
		 TransactionIdPrecedes(HeapTupleHeaderGetXmin(index->rd_indextuple->t_data),
							   TransactionXmin));
}

/* The ladder has shown that the table is ordinary, and that no row security applies */
bool
wfx_heap_match_possible(const WfxImport *import, const WfxKey *key)
{
	Relation	index;
	bool		possible;

	if (import->heap == NULL || !OidIsValid(key->index) || !key->unique)
		return false;
	index = index_open(key->index, AccessShareLock);
	possible = is_usable(index) && index->rd_index->indrelid == import->target->relid &&
		index->rd_rel->relam == BTREE_AM_OID && index->rd_opcintype[0] == key->type;
	index_close(index, NoLock);
	return possible;
}

/* The condition of a look-up, but for the value */
static void
init_condition(ScanKey condition, Relation index, StrategyNumber strategy, Oid operator)
{
	ScanKeyEntryInitialize(condition, 0, 1, strategy, index->rd_opcintype[0],
						   index->rd_indcollation[0], get_opcode(operator), (Datum) 0);
}

/* Look one key up */
static void
look_up(IndexScanDesc scan, ScanKey condition, TupleTableSlot *slot, const WfxOrderedKey *key,
		void (*take) (void *state, int n, TupleTableSlot *slot), void *state)
{
	condition->sk_argument = key->key;
	index_rescan(scan, condition, 1, NULL, 0);
	while (index_getnext_slot(scan, ForwardScanDirection, slot))
	{
		wfx_buffer_map(((BufferHeapTupleTableSlot *) slot)->buffer);
		take(state, key->n, slot);
	}
}

/* Look up the keys that are left, one by one */
static void
look_all_up(Relation rel, Relation index, const WfxKey *key, WfxKeyOrder *order,
			TupleTableSlot *slot, void (*take) (void *state, int n, TupleTableSlot *slot),
			void *state)
{
	IndexScanDesc scan = wfx_index_beginscan(rel, index, GetActiveSnapshot());
	const WfxOrderedKey *next;
	ScanKeyData condition;

	init_condition(&condition, index, BTEqualStrategyNumber, key->equals);
	while ((next = wfx_key_order_next(order)) != NULL)
	{
		CHECK_FOR_INTERRUPTS();
		look_up(scan, &condition, slot, next, take, state);
	}
	index_endscan(scan);
}

/* Look keys up */
void
wfx_heap_match(WfxImport *import, const WfxKey *key, WfxKeyOrder *order,
			   void (*take) (void *state, int n, TupleTableSlot *slot), void *state)
{
	Relation	rel = import->target->rel;
	Relation	index = index_open(key->index, AccessShareLock);
	TupleTableSlot *slot = table_slot_create(rel, NULL);

	/* they may have been revoked meanwhile */
	wfx_rights_check_columns(import->columns, import->target, import->options->mode);
	PushActiveSnapshot(GetTransactionSnapshot());
	wfx_key_order_sort(order);
	wfx_heap_ring_begin(import->heap->ring, import);
	wfx_heap_walk(rel, index, import->heap->ring, order, slot, take, state);
	wfx_heap_ring_end(import->heap->ring);
	look_all_up(rel, index, key, order, slot, take, state);
	PopActiveSnapshot();
	ExecDropSingleTupleTableSlot(slot);
	index_close(index, NoLock);
}
