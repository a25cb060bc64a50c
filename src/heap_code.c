/*
 * heap_code.c
 *		Which functions are called when a row is inserted?
 */
#include "postgres.h"

#include "access/genam.h"
#include "catalog/pg_type.h"
#include "nodes/execnodes.h"
#include "rewrite/rewriteHandler.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/typcache.h"

#include "compat.h"
#include "heap_code.h"

/* Is a function called that matters? */
static bool
calls(Node *node, void *matters)
{
	if (node == NULL)
		return false;
	if (check_functions_in_node(node, *(check_function_callback *) matters, NULL))
		return true;
	return wfx_walk(node, calls, matters);
}

/* The same of any expression */
bool
wfx_calls(Node *node, check_function_callback matters)
{
	return calls(node, &matters);
}

/* In a CHECK of a domain, or of one below it? */
bool
wfx_domain_calls(Form_pg_attribute att, check_function_callback matters)
{
	MemoryContext context;
	DomainConstraintRef *checks;
	bool		found = false;
	ListCell   *cell;

	if (get_typtype(att->atttypid) != TYPTYPE_DOMAIN)
		return false;
	context = AllocSetContextCreate(CurrentMemoryContext, "wifox_import domain",
									ALLOCSET_SMALL_SIZES);
	/* lives as long as the context, which releases it */
	checks = MemoryContextAlloc(context, sizeof(DomainConstraintRef));
	InitDomainConstraintRef(att->atttypid, checks, context, false);
	foreach(cell, checks->constraints)
		found |= wfx_calls((Node *) ((DomainConstraintState *) lfirst(cell))->check_expr, matters);
	MemoryContextDelete(context);
	return found;
}

/* In the default of a column, or in what generates it? */
bool
wfx_default_calls(Relation rel, AttrNumber attnum, check_function_callback matters)
{
	return wfx_calls(build_column_default(rel, attnum), matters);
}

/* In a CHECK constraint? */
bool
wfx_checks_call(Relation rel, check_function_callback matters)
{
	TupleConstr *constr = RelationGetDescr(rel)->constr;

	for (int i = 0; constr != NULL && i < constr->num_check; i++)
		if (wfx_calls(stringToNode(constr->check[i].ccbin), matters))
			return true;
	return false;
}

/* In an expression or the predicate of an index? */
bool
wfx_indexes_call(Relation rel, check_function_callback matters)
{
	bool		found = false;
	ListCell   *cell;

	foreach(cell, RelationGetIndexList(rel))
	{
		Relation	index = index_open(lfirst_oid(cell), AccessShareLock);

		found |= wfx_calls((Node *) RelationGetIndexExpressions(index), matters) ||
			wfx_calls((Node *) RelationGetIndexPredicate(index), matters);
		index_close(index, AccessShareLock);
	}
	return found;
}
