/*
 * key_index.c
 *		Which index finds the rows of a relation by a column?
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/relation.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "key_index.h"
#include "sql.h"
#include "view_column.h"

/* What is looked for */
typedef struct Search
{
	const char *column;			/* of the relation that statements name */
	bool		may_fold;
	bool		unique_only;
} Search;

static bool find_below(const Search *search, WfxKeyIndex *found, Oid relid, AttrNumber attnum);

/* Do all rows have an entry, and do equal keys raise at once? */
static bool
is_unique(Relation index)
{
	Form_pg_index form = index->rd_index;

	return form->indisunique && form->indimmediate && form->indnkeyatts == 1;
}

/*
 * The SQL of an expression over nothing but the column: casts that change no
 * character, and collations.  NULL: it is something else.
 */
static char *
column_sql(Node *node, AttrNumber attnum, const char *column)
{
	Node	   *arg;
	char	   *sql;

	if (IsA(node, Var))
		return ((Var *) node)->varattno == attnum ?
			psprintf("t.%s", quote_identifier(column)) : NULL;
	if (IsA(node, RelabelType))
		arg = (Node *) ((RelabelType *) node)->arg;
	else if (IsA(node, FuncExpr) && (((FuncExpr *) node)->funcid == F_TEXT_BPCHAR ||
									 ((FuncExpr *) node)->funcid == F_TEXT_NAME))
		arg = linitial(((FuncExpr *) node)->args);
	else
		return NULL;
	sql = column_sql(arg, attnum, column);
	if (sql != NULL && exprType(node) != exprType(arg))
		sql = psprintf("(%s)::%s", sql, format_type_extended(exprType(node), exprTypmod(node),
															  FORMAT_TYPE_TYPEMOD_GIVEN |
															  FORMAT_TYPE_FORCE_QUALIFY));
	if (sql != NULL && IsA(node, RelabelType) && exprCollation(node) != exprCollation(arg))
		sql = psprintf("%s COLLATE %s", sql, wfx_collation_sql(exprCollation(node)));
	return sql;
}

/* Is the key of an index lower(column)?  Then say how it folds. */
static bool
is_folded(Relation index, AttrNumber attnum, const Search *search, WfxKeyIndex *candidate)
{
	List	   *expressions = RelationGetIndexExpressions(index);
	FuncExpr   *call = expressions == NIL || index->rd_index->indkey.values[0] != 0 ? NULL :
		(FuncExpr *) strip_implicit_coercions(linitial(expressions));
	char	   *argument;

	if (call == NULL || !IsA(call, FuncExpr) || call->funcid != F_LOWER_TEXT)
		return false;
	argument = column_sql(linitial(call->args), attnum, search->column);
	if (argument == NULL)
		return false;
	candidate->lower = true;
	candidate->lower_collation = call->inputcollid;
	candidate->expression = psprintf("pg_catalog.lower(%s)", argument);
	candidate->expression_collation = call->inputcollid;
	return true;
}

/* Is the key of an index the column itself? */
static bool
is_plain(Relation index, AttrNumber attnum, const Search *search, WfxKeyIndex *candidate)
{
	Oid			type;
	int32		typmod;

	if (index->rd_index->indkey.values[0] != attnum)
		return false;
	candidate->expression = psprintf("t.%s", quote_identifier(search->column));
	get_atttypetypmodcoll(index->rd_index->indrelid, attnum, &type, &typmod,
						  &candidate->expression_collation);
	return true;
}

/* Does an index find rows by the column? */
static bool
serves(Relation index, AttrNumber attnum, const Search *search, WfxKeyIndex *candidate)
{
	MemSet(candidate, 0, sizeof(WfxKeyIndex));
	if (index->rd_rel->relam != BTREE_AM_OID || !index->rd_index->indisvalid ||
		RelationGetIndexPredicate(index) != NIL ||
		(search->unique_only && !is_unique(index)) ||
		(!is_plain(index, attnum, search, candidate) &&
		 !(search->may_fold && is_folded(index, attnum, search, candidate))))
		return false;
	candidate->index = RelationGetRelid(index);
	candidate->unique = is_unique(index);
	candidate->family = index->rd_opfamily[0];
	candidate->type = index->rd_opcintype[0];
	candidate->collation = index->rd_indcollation[0];
	return true;
}

/* Is one index better than another?  First by what it compares, then by what it enforces. */
static bool
is_better(const WfxKeyIndex *candidate, const WfxKeyIndex *found)
{
	if (!OidIsValid(found->index))
		return true;
	if (candidate->lower != found->lower)
		return candidate->lower;
	return candidate->unique && !found->unique;
}

/* The best index of a relation itself */
static bool
find_own(const Search *search, WfxKeyIndex *found, Relation rel, AttrNumber attnum)
{
	ListCell   *cell;

	MemSet(found, 0, sizeof(WfxKeyIndex));
	foreach(cell, RelationGetIndexList(rel))
	{
		Relation	index = index_open(lfirst_oid(cell), AccessShareLock);
		WfxKeyIndex candidate;

		if (serves(index, attnum, search, &candidate) && is_better(&candidate, found))
			*found = candidate;
		index_close(index, AccessShareLock);
	}
	return OidIsValid(found->index);
}

/* A unique index of the relation itself */
bool
wfx_key_index_find(WfxKeyIndex *found, Relation rel, AttrNumber attnum, bool may_fold)
{
	Search		search = {NameStr(TupleDescAttr(RelationGetDescr(rel), attnum - 1)->attname),
		may_fold, true};

	return find_own(&search, found, rel, attnum);
}

/* An index of a partition or a child table; it says nothing about the others */
static bool
find_in_children(const Search *search, WfxKeyIndex *found, Relation rel, AttrNumber attnum)
{
	const char *column = NameStr(TupleDescAttr(RelationGetDescr(rel), attnum - 1)->attname);
	ListCell   *cell;

	if (!rel->rd_rel->relhassubclass)
		return false;
	foreach(cell, find_inheritance_children(RelationGetRelid(rel), AccessShareLock))
	{
		if (find_below(search, found, lfirst_oid(cell), get_attnum(lfirst_oid(cell), column)))
		{
			found->unique = false;
			return true;
		}
	}
	return false;
}

/* An index of the table whose column a view shows, whether it shows all its rows or not */
static bool
find_under_view(const Search *search, WfxKeyIndex *found, Relation view, AttrNumber attnum)
{
	Oid			relid;
	AttrNumber	base;

	return wfx_view_column(view, attnum, &relid, &base) &&
		find_below(search, found, relid, base);
}

/* An index of a relation, or of what is below it */
static bool
find_below(const Search *search, WfxKeyIndex *found, Oid relid, AttrNumber attnum)
{
	Relation	rel;
	bool		ok = false;

	check_stack_depth();
	if (attnum <= 0)
		return false;
	rel = relation_open(relid, AccessShareLock);
	if (rel->rd_rel->relkind == RELKIND_VIEW)
		ok = find_under_view(search, found, rel, attnum);
	else if (rel->rd_rel->relkind == RELKIND_RELATION ||
			 rel->rd_rel->relkind == RELKIND_PARTITIONED_TABLE)
		ok = find_own(search, found, rel, attnum) || find_in_children(search, found, rel, attnum);
	/* the index of an inheritance parent says nothing about the children */
	if (ok && rel->rd_rel->relkind == RELKIND_RELATION && rel->rd_rel->relhassubclass)
		found->unique = false;
	relation_close(rel, NoLock);
	return ok;
}

/* Whatever finds the rows of a relation */
bool
wfx_key_index_find_below(WfxKeyIndex *found, Relation rel, AttrNumber attnum, bool may_fold)
{
	Search		search = {NameStr(TupleDescAttr(RelationGetDescr(rel), attnum - 1)->attname),
		may_fold, false};

	MemSet(found, 0, sizeof(WfxKeyIndex));
	return find_below(&search, found, RelationGetRelid(rel), attnum);
}
