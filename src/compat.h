/*
 * compat.h
 *		What differs between the supported versions of PostgreSQL.
 */
#ifndef WFX_COMPAT_H
#define WFX_COMPAT_H

#if PG_VERSION_NUM < 150000
#error "wifox_import needs PostgreSQL 15 or later"
#endif

#include "access/genam.h"
#include "access/heapam.h"
#include "access/nbtree.h"
#include "access/tableam.h"
#include "access/xloginsert.h"
#include "catalog/pg_namespace.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "nodes/params.h"
#include "nodes/parsenodes.h"
#include "parser/parse_relation.h"
#include "tcop/tcopprot.h"
#include "utils/acl.h"
#include "utils/jsonb.h"
#include "utils/snapmgr.h"

/* May the current user do this in a schema? */
static inline bool
wfx_has_schema_right(Oid schema, AclMode right)
{
#if PG_VERSION_NUM >= 160000
	return object_aclcheck(NamespaceRelationId, schema, GetUserId(), right) == ACLCHECK_OK;
#else
	return pg_namespace_aclcheck(schema, GetUserId(), right) == ACLCHECK_OK;
#endif
}

/* Call a function for every part of an expression, until one call returns true */
static inline bool
wfx_walk(Node *node, bool (*walker) (Node *, void *), void *context)
{
#if PG_VERSION_NUM >= 160000
	return expression_tree_walker(node, walker, context);
#else
	return expression_tree_walker(node, (bool (*) ()) (void *) walker, context);
#endif
}

/* Plan a statement without parameters */
static inline PlannedStmt *
wfx_plan(Query *query, const char *sql)
{
#if PG_VERSION_NUM >= 190000
	return pg_plan_query(query, sql, 0, NULL, NULL);
#else
	return pg_plan_query(query, sql, 0, NULL);
#endif
}

/* Begin to look up one key after the other */
static inline IndexScanDesc
wfx_index_beginscan(Relation rel, Relation index, Snapshot snapshot)
{
#if PG_VERSION_NUM >= 190000
	return index_beginscan(rel, index, snapshot, NULL, 1, 0, 0);
#elif PG_VERSION_NUM >= 180000
	return index_beginscan(rel, index, snapshot, NULL, 1, 0);
#else
	return index_beginscan(rel, index, snapshot, 1, 0);
#endif
}

/*
 * Check that the current user may insert or update these columns, and make the table the
 * first one of the executor's; columns as in a bitmapset of the server.
 */
static inline void
wfx_check_write(EState *estate, RangeTblEntry *rte, CmdType command, Bitmapset *columns)
{
	List	   *tables = list_make1(rte);
	bool		insert = command == CMD_INSERT;
#if PG_VERSION_NUM >= 160000
	List	   *rights = NIL;
	RTEPermissionInfo *right = addRTEPermissionInfo(&rights, rte);

	right->requiredPerms = insert ? ACL_INSERT : ACL_UPDATE;
	right->insertedCols = insert ? columns : NULL;
	right->updatedCols = insert ? NULL : columns;
	(void) ExecCheckPermissions(tables, rights, true);
#if PG_VERSION_NUM >= 180000
	ExecInitRangeTable(estate, tables, rights, bms_make_singleton(1));
#else
	ExecInitRangeTable(estate, tables, rights);
#endif
#else
	rte->requiredPerms = insert ? ACL_INSERT : ACL_UPDATE;
	rte->insertedCols = insert ? columns : NULL;
	rte->updatedCols = insert ? NULL : columns;
	(void) ExecCheckRTPerms(tables, true);
	ExecInitRangeTable(estate, tables);
#endif
}

/*
 * Replace a row, unless somebody else has changed it; whoever is about to is waited for.
 * *indexes: those need an entry of it; *summarizing: only those that summarize do.
 */
static inline TM_Result
wfx_update_row(Relation rel, ItemPointer address, TupleTableSlot *slot, bool *indexes,
			   bool *summarizing)
{
	CommandId	cid = GetCurrentCommandId(true);
	TM_FailureData failure;
	LockTupleMode mode;
	TM_Result	result;
#if PG_VERSION_NUM >= 160000
	TU_UpdateIndexes which = TU_None;

#if PG_VERSION_NUM >= 190000
	result = table_tuple_update(rel, address, slot, cid, 0, GetActiveSnapshot(), InvalidSnapshot,
								true, &failure, &mode, &which);
#else
	result = table_tuple_update(rel, address, slot, cid, GetActiveSnapshot(), InvalidSnapshot,
								true, &failure, &mode, &which);
#endif
	*indexes = which != TU_None;
	*summarizing = which == TU_Summarizing;
#else
	*indexes = *summarizing = false;
	result = table_tuple_update(rel, address, slot, cid, GetActiveSnapshot(), InvalidSnapshot,
								true, &failure, &mode, indexes);
#endif
	return result;
}

/* Has an index an entry for many rows, as BRIN has? */
static inline bool
wfx_index_summarizes(const IndexInfo *info)
{
#if PG_VERSION_NUM >= 160000
	return info->ii_Summarizing;
#else
	return false;
#endif
}

/* Clear a page of versions that nobody sees any more, if it is time */
static inline void
wfx_heap_prune(Relation rel, Buffer buffer)
{
	/* those that are being developed want to know more, and are not supported yet */
#if PG_VERSION_NUM < 190000
	heap_page_prune_opt(rel, buffer);
#endif
}

/* Find and lock the leaf page that a new key belongs to */
static inline void
wfx_bt_search(Relation rel, Relation index, BTScanInsert key, Buffer *buffer)
{
#if PG_VERSION_NUM >= 190000
	(void) _bt_search(index, rel, key, buffer, BT_WRITE, true);
#elif PG_VERSION_NUM >= 170000
	(void) _bt_search(index, rel, key, buffer, BT_WRITE);
#elif PG_VERSION_NUM >= 160000
	(void) _bt_search(index, rel, key, buffer, BT_WRITE, NULL);
#else
	(void) _bt_search(index, key, buffer, BT_WRITE, NULL);
#endif
}

/* The size of the largest item of a B-tree */
#if PG_VERSION_NUM >= 180000
#define WFX_MAX_INDEX_ITEM(page)	BTMaxItemSize
#else
#define WFX_MAX_INDEX_ITEM(page)	BTMaxItemSize(page)
#endif

/* A changed page that is not logged: where that matters, its LSN changes, too */
static inline void
wfx_set_fake_lsn(Relation index, Page page)
{
#if PG_VERSION_NUM >= 190000
	XLogRecPtr	lsn = XLogGetFakeLSN(index);

	PageSetLSN(page, lsn);
#endif
}

/* A jsonb value in the making */
#if PG_VERSION_NUM >= 190000
typedef JsonbInState WfxJsonState;
#else
typedef struct WfxJsonState
{
	JsonbParseState *stack;
	JsonbValue *result;			/* the value, when it is complete */
} WfxJsonState;
#endif

/* Add a piece of it */
static inline void
wfx_push_json(WfxJsonState *state, JsonbIteratorToken token, JsonbValue *value)
{
#if PG_VERSION_NUM >= 190000
	pushJsonbValue(state, token, value);
#else
	state->result = pushJsonbValue(&state->stack, token, value);
#endif
}

/* What the planner is called with, as parameters and as arguments */
#if PG_VERSION_NUM >= 190000
#define WFX_PLANNER_PARAMETERS	Query *query, const char *sql, int options, ParamListInfo params, \
	struct ExplainState *explain
#define WFX_PLANNER_ARGUMENTS	query, sql, options, params, explain
#else
#define WFX_PLANNER_PARAMETERS	Query *query, const char *sql, int options, ParamListInfo params
#define WFX_PLANNER_ARGUMENTS	query, sql, options, params
#endif

/* Before a description of rows is used, newer servers want to know that it is complete */
#if PG_VERSION_NUM < 190000
#define TupleDescFinalize(desc) ((void) (desc))
#endif

#endif							/* WFX_COMPAT_H */
