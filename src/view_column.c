/*
 * view_column.c
 *		What does a column of a view show?
 */
#include "postgres.h"

#include "access/relation.h"
#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteHandler.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "view_column.h"
#include "writable.h"

/* The column of a relation that a column of a query is, through joins and sub-selects */
static bool
trace(Query *query, AttrNumber attnum, Oid *relid, AttrNumber *base)
{
	TargetEntry *entry = get_tle_by_resno(query->targetList, attnum);
	Node	   *node = entry ? (Node *) entry->expr : NULL;

	check_stack_depth();
	while (node != NULL && IsA(node, Var) && ((Var *) node)->varlevelsup == 0 &&
		   ((Var *) node)->varattno > 0 && query->setOperations == NULL)
	{
		RangeTblEntry *rte = rt_fetch(((Var *) node)->varno, query->rtable);

		*base = ((Var *) node)->varattno;
		*relid = rte->relid;
		if (rte->rtekind == RTE_RELATION)
			return true;
		if (rte->rtekind == RTE_SUBQUERY)
			return trace(rte->subquery, *base, relid, base);
		if (rte->rtekind != RTE_JOIN)
			return false;
		node = list_nth(rte->joinaliasvars, *base - 1);
	}
	return false;
}

/* The column of a relation that a column of a view shows */
bool
wfx_view_column(Relation view, AttrNumber attnum, Oid *relid, AttrNumber *base)
{
	return trace(get_view_query(view), attnum, relid, base);
}

/* The column of a table that is written in the end */
void
wfx_written_column(Oid relid, AttrNumber attnum, Oid *table, AttrNumber *base)
{
	Relation	rel;

	check_stack_depth();
	*table = relid;
	*base = attnum;
	if (get_rel_relkind(relid) != RELKIND_VIEW)
		return;
	rel = relation_open(relid, AccessShareLock);
	if (wfx_writable_directly(rel) && wfx_view_column(rel, attnum, &relid, &attnum))
		wfx_written_column(relid, attnum, table, base);
	relation_close(rel, NoLock);
}
