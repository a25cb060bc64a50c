/*
 * heap_walk.c
 *		Keys that are close together are found by walking along the index.
 *
 * Files often name clients in the order of their IDs, or all of them.  To look for every
 * key from the root of the index takes ten times as long as to go on from the last one.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/nbtree.h"
#include "access/relscan.h"
#include "access/stratnum.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/pg_index.h"
#include "miscadmin.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"

#include "buffer_map.h"
#include "compat.h"
#include "heap_walk.h"

/* Entries between two keys, before it is better to search */
#define MAX_STEPS		8

/* Every so many keys it is asked whether walking pays: if not every fourth was a search */
#define KEYS_ON_TRIAL	64

typedef struct Walk
{
	Relation	index;
	WfxHeapRing *ring;
	IndexScanDesc scan;
	ScanKeyData from;			/* entries from a key on */
	FmgrInfo   *compare;
	bool		there;			/* the scan stands at an entry, */
	int			order;			/* which comes before, with or behind the key */
	bool		started;
	Datum		last;			/* key that was looked for */
	int			keys;			/* on trial, */
	int			searches;		/* and how many of them had to be searched for */
} Walk;

/* The operator that a walk starts with; invalid where the index cannot be walked along so */
static Oid
start_operator(Relation index)
{
	Oid			type = index->rd_opcintype[0];

	if (IsolationIsSerializable() || (index->rd_indoption[0] & INDOPTION_DESC) != 0 ||
		TupleDescAttr(RelationGetDescr(index), 0)->atttypid != type)
		return InvalidOid;
	return get_opfamily_member(index->rd_opfamily[0], type, type, BTGreaterEqualStrategyNumber);
}

/* Compare two keys as the index does */
static int
compare(const Walk *walk, Datum a, Datum b)
{
	return DatumGetInt32(FunctionCall2Coll(walk->compare, walk->index->rd_indcollation[0], a, b));
}

/* Compare the entry at which the scan stands with a key */
static int
compare_entry(const Walk *walk, Datum key)
{
	TupleDesc	desc = RelationGetDescr(walk->index);
	Form_pg_attribute att = TupleDescAttr(desc, 0);
	bool		isnull;
	Datum		entry = index_getattr(walk->scan->xs_itup, 1, desc, &isnull);

	if (isnull)
		return 1;
	return wfx_same_bytes(entry, key, att->attbyval, att->attlen) ? 0 : compare(walk, entry, key);
}

/* Go to the next entry */
static void
advance(Walk *walk, Datum key)
{
	walk->there = index_getnext_tid(walk->scan, ForwardScanDirection) != NULL;
	if (walk->there)
		wfx_buffer_map(((BTScanOpaque) walk->scan->opaque)->currPos.buf);
	walk->order = walk->there ? compare_entry(walk, key) : 1;
}

/* Search for the first entry that is not less than a key */
static void
search(Walk *walk, Datum key)
{
	walk->from.sk_argument = key;
	index_rescan(walk->scan, &walk->from, 1, NULL, 0);
	walk->started = true;
	walk->searches++;
	advance(walk, key);
}

/* Go there on foot; false: that is too far */
static bool
walk_to(Walk *walk, Datum key)
{
	if (walk->there)
		walk->order = compare_entry(walk, key);
	for (int steps = 0; walk->order < 0; steps++)
	{
		if (steps == MAX_STEPS)
			return false;
		advance(walk, key);
	}
	return true;
}

/* Go to the first entry that is not less than a key */
static void
go_to(Walk *walk, Datum key)
{
	/* the order of the keys need not be that of the index: one before the last is behind us */
	if (!walk->started || !walk_to(walk, key) ||
		(walk->order > 0 && compare(walk, key, walk->last) <= 0))
		search(walk, key);
	walk->last = key;
}

/* Find the row of the key at which the scan stands: versions that are no more have entries, too */
static bool
find_row(Walk *walk, Datum key, TupleTableSlot *slot)
{
	for (; walk->order == 0; advance(walk, key))
	{
		CHECK_FOR_INTERRUPTS();
		wfx_heap_ring_read(walk->ring, walk->scan->heapRelation,
						   ItemPointerGetBlockNumber(&walk->scan->xs_heaptid));
		if (index_fetch_heap(walk->scan, slot))
		{
			wfx_buffer_map(((BufferHeapTupleTableSlot *) slot)->buffer);
			return true;
		}
	}
	return false;
}

/* Does it pay to go on like this? */
static bool
pays(Walk *walk)
{
	bool		result;

	if (++walk->keys < KEYS_ON_TRIAL)
		return true;
	result = walk->searches <= KEYS_ON_TRIAL / 4;
	walk->keys = walk->searches = 0;
	return result;
}

/* Look keys up as long as it pays */
void
wfx_heap_walk(Relation rel, Relation index, WfxHeapRing *ring, WfxKeyOrder *order,
			  TupleTableSlot *slot, void (*take) (void *state, int n, TupleTableSlot *slot), void *state)
{
	Oid			operator = start_operator(index);
	const WfxOrderedKey *next;
	Walk		walk = {.index = index, .ring = ring};

	if (!OidIsValid(operator) || wfx_key_order_count(order) < KEYS_ON_TRIAL)
		return;
	walk.compare = index_getprocinfo(index, 1, BTORDER_PROC);
	ScanKeyEntryInitialize(&walk.from, 0, 1, BTGreaterEqualStrategyNumber,
						   index->rd_opcintype[0], index->rd_indcollation[0],
						   get_opcode(operator), (Datum) 0);
	walk.scan = wfx_index_beginscan(rel, index, GetActiveSnapshot());
	walk.scan->xs_want_itup = true;
	while (pays(&walk) && (next = wfx_key_order_next(order)) != NULL)
	{
		CHECK_FOR_INTERRUPTS();
		go_to(&walk, next->key);
		if (find_row(&walk, next->key, slot))
			take(state, next->n, slot);
	}
	index_endscan(walk.scan);
}
