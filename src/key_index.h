/*
 * key_index.h
 *		Which index finds the rows of a relation by a column?
 */
#ifndef WFX_KEY_INDEX_H
#define WFX_KEY_INDEX_H

#include "utils/relcache.h"

/* An index that finds rows by a column, and what it compares */
typedef struct WfxKeyIndex
{
	Oid			index;
	bool		unique;			/* no two rows of the relation have the same key */
	bool		lower;			/* the key is lower(column) ... */
	Oid			lower_collation;	/* ... folded by this collation */
	const char *expression;		/* SQL of the key, if the column is t.column */
	Oid			expression_collation;
	Oid			family;			/* how keys are compared */
	Oid			type;
	Oid			collation;
} WfxKeyIndex;

/*
 * A unique index of the relation itself: valid, immediate, not partial, with no
 * other key column.  With may_fold one on lower(column) is better than a plain one.
 */
extern bool wfx_key_index_find(WfxKeyIndex *found, Relation rel, AttrNumber attnum, bool may_fold);

/*
 * For relations that cannot have such an index: any that finds the rows, be it one
 * of a partition, of a child table, or of the table below a view.
 */
extern bool wfx_key_index_find_below(WfxKeyIndex *found, Relation rel, AttrNumber attnum,
									 bool may_fold);

#endif							/* WFX_KEY_INDEX_H */
