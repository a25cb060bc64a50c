/*
 * heap_index.c
 *		The index entries of rows that were just inserted, in key order.
 *
 * Most of the cost of any load is to find the leaf page of one entry after the
 * other, all over the index.  In key order neighbours share their pages.  The
 * server's own index sort does it, and spills where memory is short.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/itup.h"
#include "access/sysattr.h"
#include "catalog/index.h"
#include "catalog/pg_am.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "optimizer/optimizer.h"
#include "utils/rel.h"
#include "utils/tuplesort.h"

#include "compat.h"
#include "heap_index.h"

/* Sorts are not started for fewer rows */
#define MIN_SORTED_ROWS		10

struct WfxIndexEntries
{
	ResultRelInfo *relation;
	EState	   *estate;
	Tuplesortstate **sorts;		/* by index; NULL: entries go in at once */
	ExprState **predicates;		/* by index; NULL: every row has an entry */
	bool	   *unchanged;		/* by index: an update has not changed what it looks at */
};

/* What kind of uniqueness does an index guard? */
static IndexUniqueCheck
unique_check(Relation index)
{
	return index->rd_index->indisunique ? UNIQUE_CHECK_YES : UNIQUE_CHECK_NO;
}

/* Begin the sort for one index, with its share of the memory */
static Tuplesortstate *
begin_sort(const ResultRelInfo *relation, Relation index)
{
	int			memory = maintenance_work_mem / Max(relation->ri_NumIndices, 1);

	/* the order is all that is wanted: doubles are found when they are inserted */
	return tuplesort_begin_index_btree(relation->ri_RelationDesc, index, false, false,
									   Max(memory, work_mem), NULL, TUPLESORT_NONE);
}

/* Prepare for the entries of n rows */
WfxIndexEntries *
wfx_index_entries_create(ResultRelInfo *relation, EState *estate, int n)
{
	WfxIndexEntries *entries = palloc0(sizeof(WfxIndexEntries));

	entries->relation = relation;
	entries->estate = estate;
	entries->sorts = palloc0(sizeof(Tuplesortstate *) * (relation->ri_NumIndices + 1));
	entries->predicates = palloc0(sizeof(ExprState *) * (relation->ri_NumIndices + 1));
	entries->unchanged = palloc0(sizeof(bool) * (relation->ri_NumIndices + 1));
	for (int i = 0; i < relation->ri_NumIndices; i++)
	{
		Relation	index = relation->ri_IndexRelationDescs[i];
		IndexInfo  *info = relation->ri_IndexRelationInfo[i];

		if (info->ii_Predicate != NIL)
			entries->predicates[i] = ExecPrepareQual(info->ii_Predicate, estate);
		if (n >= MIN_SORTED_ROWS && index->rd_rel->relam == BTREE_AM_OID)
			entries->sorts[i] = begin_sort(relation, index);
	}
	return entries;
}

/* Does an index look at none of these attributes? */
static bool
is_unchanged(const IndexInfo *info, Bitmapset *written)
{
	Bitmapset  *attributes = NULL;

	for (int i = 0; i < info->ii_NumIndexKeyAttrs; i++)
		if (info->ii_IndexAttrNumbers[i] != 0)
			attributes = bms_add_member(attributes, info->ii_IndexAttrNumbers[i] -
										FirstLowInvalidHeapAttributeNumber);
	pull_varattnos((Node *) info->ii_Expressions, 1, &attributes);
	return !bms_overlap(attributes, written);
}

/* The rows are updates */
void
wfx_index_entries_updated(WfxIndexEntries *entries, Bitmapset *written)
{
	for (int i = 0; i < entries->relation->ri_NumIndices; i++)
		entries->unchanged[i] = is_unchanged(entries->relation->ri_IndexRelationInfo[i], written);
}

/* Put an entry into an index */
static void
insert_entry(const WfxIndexEntries *entries, int i, Datum *values, bool *nulls, ItemPointer tid)
{
	Relation	index = entries->relation->ri_IndexRelationDescs[i];

	(void) index_insert(index, values, nulls, tid, entries->relation->ri_RelationDesc,
						unique_check(index), entries->unchanged[i], entries->relation->ri_IndexRelationInfo[i]);
}

/* Take the entries of a row */
void
wfx_index_entries_add(WfxIndexEntries *entries, TupleTableSlot *slot, bool only_summarizing)
{
	ExprContext *context = GetPerTupleExprContext(entries->estate);
	Datum		values[INDEX_MAX_KEYS];
	bool		nulls[INDEX_MAX_KEYS];

	context->ecxt_scantuple = slot;
	for (int i = 0; i < entries->relation->ri_NumIndices; i++)
	{
		Relation	index = entries->relation->ri_IndexRelationDescs[i];
		IndexInfo  *info = entries->relation->ri_IndexRelationInfo[i];

		if (!info->ii_ReadyForInserts || (only_summarizing && !wfx_index_summarizes(info)) ||
			(entries->predicates[i] != NULL && !ExecQual(entries->predicates[i], context)))
			continue;
		FormIndexDatum(info, slot, entries->estate, values, nulls);
		if (entries->sorts[i] != NULL)
			tuplesort_putindextuplevalues(entries->sorts[i], index, &slot->tts_tid, values, nulls);
		else
			insert_entry(entries, i, values, nulls, &slot->tts_tid);
	}
}

/* Put the sorted entries of one index into it */
static void
insert_sorted(WfxIndexEntries *entries, int i)
{
	TupleDesc	desc = RelationGetDescr(entries->relation->ri_IndexRelationDescs[i]);
	Tuplesortstate *sort = entries->sorts[i];
	IndexTuple	tuple;

	tuplesort_performsort(sort);
	while ((tuple = tuplesort_getindextuple(sort, true)) != NULL)
	{
		Datum		values[INDEX_MAX_KEYS];
		bool		nulls[INDEX_MAX_KEYS];

		CHECK_FOR_INTERRUPTS();
		index_deform_tuple(tuple, desc, values, nulls);
		insert_entry(entries, i, values, nulls, &tuple->t_tid);
		ResetPerTupleExprContext(entries->estate);
	}
	tuplesort_end(sort);
}

/* Put the entries into the indexes, one index after the other */
void
wfx_index_entries_insert(WfxIndexEntries *entries)
{
	for (int i = 0; i < entries->relation->ri_NumIndices; i++)
		if (entries->sorts[i] != NULL)
			insert_sorted(entries, i);
}
