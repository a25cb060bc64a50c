/*
 * heap_index.c
 *		The index entries of rows that were just written.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/sysattr.h"
#include "catalog/index.h"
#include "catalog/pg_am.h"
#include "executor/executor.h"
#include "optimizer/optimizer.h"
#include "utils/rel.h"

#include "compat.h"
#include "heap_index.h"

struct WfxIndexEntries
{
	ResultRelInfo *relation;
	EState	   *estate;
	WfxIndexWindow *window;		/* of B-trees, or NULL */
	ExprState **predicates;		/* by index; NULL: every row has an entry */
	bool	   *again;			/* by index: an update has not changed what it looks at */
};

/* Prepare for the entries of rows */
WfxIndexEntries *
wfx_index_entries_create(ResultRelInfo *relation, EState *estate, WfxIndexWindow *window)
{
	WfxIndexEntries *entries = palloc0(sizeof(WfxIndexEntries));

	entries->relation = relation;
	entries->estate = estate;
	entries->window = window;
	entries->predicates = palloc0(sizeof(ExprState *) * (relation->ri_NumIndices + 1));
	entries->again = palloc0(sizeof(bool) * (relation->ri_NumIndices + 1));
	for (int i = 0; i < relation->ri_NumIndices; i++)
	{
		IndexInfo  *info = relation->ri_IndexRelationInfo[i];

		if (info->ii_Predicate != NIL)
			entries->predicates[i] = ExecPrepareQual(info->ii_Predicate, estate);
	}
	return entries;
}

/* Does an index look at none of these attributes, and has had an entry of the row before? */
static bool
is_unchanged(const IndexInfo *info, Bitmapset *written)
{
	Bitmapset  *attributes = NULL;

	for (int i = 0; i < info->ii_NumIndexKeyAttrs; i++)
		if (info->ii_IndexAttrNumbers[i] != 0)
			attributes = bms_add_member(attributes, info->ii_IndexAttrNumbers[i] -
										FirstLowInvalidHeapAttributeNumber);
	pull_varattnos((Node *) info->ii_Expressions, 1, &attributes);
	pull_varattnos((Node *) info->ii_Predicate, 1, &attributes);
	return !bms_overlap(attributes, written) &&
		!bms_is_member(-FirstLowInvalidHeapAttributeNumber, attributes);
}

/* Attributes that were written, and those that may follow from them */
static Bitmapset *
changed_attributes(Relation rel, const Bitmapset *written)
{
	TupleDesc	desc = RelationGetDescr(rel);
	Bitmapset  *changed = bms_copy(written);

	for (int i = 0; i < desc->natts; i++)
		if (TupleDescAttr(desc, i)->attgenerated != '\0')
			changed = bms_add_member(changed, i + 1 - FirstLowInvalidHeapAttributeNumber);
	return changed;
}

/* The rows are updates */
void
wfx_index_entries_updated(WfxIndexEntries *entries, Bitmapset *written)
{
	Bitmapset  *changed = changed_attributes(entries->relation->ri_RelationDesc, written);

	/* an index that is still being built need not know who else has the key */
	for (int i = 0; i < entries->relation->ri_NumIndices; i++)
		entries->again[i] = entries->relation->ri_IndexRelationDescs[i]->rd_index->indisvalid &&
			is_unchanged(entries->relation->ri_IndexRelationInfo[i], changed);
}

/* Put an entry into an index, or on its way there */
static void
insert_entry(const WfxIndexEntries *entries, int i, Datum *values, bool *nulls, ItemPointer tid)
{
	Relation	index = entries->relation->ri_IndexRelationDescs[i];

	if (entries->window != NULL && index->rd_rel->relam == BTREE_AM_OID)
		wfx_index_window_add(entries->window, RelationGetRelid(index), entries->again[i], values,
							 nulls, tid);
	else
		(void) index_insert(index, values, nulls, tid, entries->relation->ri_RelationDesc,
							index->rd_index->indisunique ? UNIQUE_CHECK_YES : UNIQUE_CHECK_NO,
							entries->again[i], entries->relation->ri_IndexRelationInfo[i]);
}

/* Take the entries of a row; of one index the key is known */
static void
add(WfxIndexEntries *entries, TupleTableSlot *slot, bool only_summarizing, Oid known, Datum key)
{
	ExprContext *context = GetPerTupleExprContext(entries->estate);
	Datum		values[INDEX_MAX_KEYS];
	bool		nulls[INDEX_MAX_KEYS];

	context->ecxt_scantuple = slot;
	for (int i = 0; i < entries->relation->ri_NumIndices; i++)
	{
		IndexInfo  *info = entries->relation->ri_IndexRelationInfo[i];

		if (!info->ii_ReadyForInserts || (only_summarizing && !wfx_index_summarizes(info)) ||
			(entries->predicates[i] != NULL && !ExecQual(entries->predicates[i], context)))
			continue;
		values[0] = key;
		nulls[0] = false;
		if (RelationGetRelid(entries->relation->ri_IndexRelationDescs[i]) != known)
			FormIndexDatum(info, slot, entries->estate, values, nulls);
		insert_entry(entries, i, values, nulls, &slot->tts_tid);
	}
}

/* Take the entries of a new row */
void
wfx_index_entries_add(WfxIndexEntries *entries, TupleTableSlot *slot, Oid known, Datum key)
{
	add(entries, slot, false, known, key);
}

/* Take those of a row that was updated */
void
wfx_index_entries_update(WfxIndexEntries *entries, TupleTableSlot *slot, bool only_summarizing,
						 Oid known, Datum key)
{
	add(entries, slot, only_summarizing, known, key);
}
