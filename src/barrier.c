/*
 * barrier.c
 *		Row security must not keep look-ups from their index.
 *
 * The planner lets no function see a row before the policies have, unless it is
 * marked LEAKPROOF, which lower() and the equality of citext or numeric are not.
 * So "lower(email) = ..." under row security would read the whole table for every
 * record.  But the conditions of our own look-ups are the expression of an index
 * and its operator, which cannot tell anybody what they saw: they may come first.
 * The policies apply to what they find, as ever.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "optimizer/planner.h"
#include "parser/parsetree.h"
#include "utils/syscache.h"

#include "barrier.h"
#include "compat.h"
#include "sql.h"

static planner_hook_type next_planner = NULL;
static const char *own_sql = NULL;	/* the statement that is ours, or NULL */

/*
 * A look-up in one table under row security: its condition comes before the policies.
 * In a view that is a security barrier: it is taken for one that is none.
 */
static void
put_condition_first(Query *query)
{
	FromExpr   *from = query->jointree;
	RangeTblEntry *rte;

	if (list_length(from->fromlist) != 1 || !IsA(linitial(from->fromlist), RangeTblRef))
		return;
	rte = rt_fetch(linitial_node(RangeTblRef, from->fromlist)->rtindex, query->rtable);
	if (rte->rtekind == RTE_SUBQUERY)
		rte->security_barrier = false;
	if (rte->rtekind != RTE_RELATION || rte->securityQuals == NIL || from->quals == NULL)
		return;
	rte->securityQuals = lcons(from->quals, rte->securityQuals);
	from->quals = NULL;
}

/* Does a query read the rows of a batch?  That of a view or a policy cannot. */
static bool
reads_batch(const Query *query)
{
	ListCell   *cell;

	foreach(cell, query->rtable)
	{
		RangeTblEntry *rte = lfirst(cell);

		if (rte->rtekind == RTE_NAMEDTUPLESTORE && strcmp(rte->enrname, WFX_BATCH_NAME) == 0)
			return true;
	}
	return false;
}

/* The look-ups of a query, beside the rows of the batch or in its sub-selects (wfx_lookup_sql) */
static void
pass(Query *query)
{
	bool		ours = reads_batch(query);
	ListCell   *cell;

	check_stack_depth();
	foreach(cell, query->rtable)
	{
		RangeTblEntry *rte = lfirst(cell);

		if (rte->rtekind != RTE_SUBQUERY)
			continue;
		if (ours && rte->lateral)
			put_condition_first(rte->subquery);
		else
			pass(rte->subquery);
	}
}

/* Has a query nothing in it but what we wrote?  What a rule makes of it has. */
static bool
is_pure(const Query *query)
{
	HeapTuple	tuple;
	bool		pure;

	if (query->commandType == CMD_SELECT)
		return true;
	if (query->commandType != CMD_UPDATE)
		return false;
	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(rt_fetch(query->resultRelation,
															  query->rtable)->relid));
	pure = HeapTupleIsValid(tuple) && !((Form_pg_class) GETSTRUCT(tuple))->relhasrules;
	if (HeapTupleIsValid(tuple))
		ReleaseSysCache(tuple);
	return pure;
}

/* Plan a statement */
static PlannedStmt *
plan(WFX_PLANNER_PARAMETERS)
{
	if (own_sql != NULL && sql != NULL && strcmp(sql, own_sql) == 0 && is_pure(query))
		pass(query);
	if (next_planner != NULL)
		return next_planner(WFX_PLANNER_ARGUMENTS);
	return standard_planner(WFX_PLANNER_ARGUMENTS);
}

/* Watch the planner */
void
wfx_barrier_init(void)
{
	next_planner = planner_hook;
	planner_hook = plan;
}

/* From here on, statements with this text are ours */
const char *
wfx_barrier_pass(const char *sql)
{
	const char *before = own_sql;

	own_sql = sql;
	return before;
}
