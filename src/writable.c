/*
 * writable.c
 *		Can clients be written into this relation at all?
 *
 * The server would refuse the first statement that tries.  Said here, nothing has
 * happened yet, and the hint can speak of imports.
 */
#include "postgres.h"

#include "access/sysattr.h"
#include "access/table.h"
#include "catalog/catalog.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "rewrite/rewriteHandler.h"
#include "utils/rel.h"

#include "nls.h"
#include "writable.h"

/* Is it of a kind that clients can be written into? */
void
wfx_writable_check_kind(Relation rel)
{
	switch (rel->rd_rel->relkind)
	{
		case RELKIND_RELATION:
		case RELKIND_PARTITIONED_TABLE:
		case RELKIND_VIEW:
		case RELKIND_FOREIGN_TABLE:
			break;
		default:
			ereport(ERROR,
					(errcode(ERRCODE_WRONG_OBJECT_TYPE),
					 errmsg("cannot import clients into \"%s\"", RelationGetRelationName(rel)),
					 errdetail_relkind_not_supported(rel->rd_rel->relkind),
					 errhint("Set wifox_import.clients_table to a table, a view or a foreign table.")));
	}
	if (IsSystemRelation(rel))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied: \"%s\" is a system catalog",
						RelationGetRelationName(rel))));
}

/* The import writes what the view or the foreign table cannot take */
static void
fail_not_updatable(Relation rel, bool insert)
{
	const char *command = insert ? "INSERT" : "UPDATE";
	const char *mode = insert ? "update" : "create";
	bool		view = rel->rd_rel->relkind == RELKIND_VIEW;

	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 insert ? errmsg("\"%s\" takes no new clients", RelationGetRelationName(rel)) :
			 errmsg("clients of \"%s\" cannot be updated", RelationGetRelationName(rel)),
			 view ?
			 errdetail("The view is not updatable, and has no INSTEAD OF %s trigger.", command) :
			 errdetail("The server of the foreign table allows no %s.", command),
			 view ?
			 errhint("Create such a trigger, or import with mode => '%s'.", mode) :
			 errhint("Allow it, or import with mode => '%s'.", mode)));
}

/*
 * An UPDATE of a published table must be able to name the row to subscribers.  The
 * server's own message says what to do about it.
 */
static void
check_replica_identity(Relation rel)
{
	ListCell   *cell;

	foreach(cell, find_all_inheritors(RelationGetRelid(rel), AccessShareLock, NULL))
	{
		Relation	table = table_open(lfirst_oid(cell), NoLock);

		if (table->rd_rel->relkind == RELKIND_RELATION)
			CheckCmdReplicaIdentity(table, CMD_UPDATE);
		table_close(table, NoLock);
	}
}

/* Will the relation take what the import is going to write? */
void
wfx_writable_check(Relation rel, WfxMode mode)
{
	char		relkind = rel->rd_rel->relkind;

	if (relkind == RELKIND_VIEW || relkind == RELKIND_FOREIGN_TABLE)
	{
		int			events = relation_is_updatable(RelationGetRelid(rel), NIL, true, NULL);

		if (mode != WFX_MODE_UPDATE && (events & (1 << CMD_INSERT)) == 0)
			fail_not_updatable(rel, true);
		if (mode != WFX_MODE_CREATE && (events & (1 << CMD_UPDATE)) == 0)
			fail_not_updatable(rel, false);
	}
	else if (mode != WFX_MODE_CREATE)
		check_replica_identity(rel);
}

/* Does the server write into the relation, or into the table below a view, by itself? */
bool
wfx_writable_directly(Relation rel)
{
	int			needed = (1 << CMD_INSERT) | (1 << CMD_UPDATE);

	return rel->rd_rel->relkind != RELKIND_VIEW ||
		(relation_is_updatable(RelationGetRelid(rel), NIL, false, NULL) & needed) == needed;
}

/* The columns of a view that cannot be written */
Bitmapset *
wfx_writable_not(Relation rel)
{
	int			writes = (1 << CMD_INSERT) | (1 << CMD_UPDATE);
	Bitmapset  *columns = NULL;

	if (rel->rd_rel->relkind != RELKIND_VIEW)
		return NULL;
	for (int attnum = 1; attnum <= RelationGetNumberOfAttributes(rel); attnum++)
	{
		int			member = attnum - FirstLowInvalidHeapAttributeNumber;
		Bitmapset  *column = bms_make_singleton(member);

		CHECK_FOR_INTERRUPTS();
		if ((relation_is_updatable(RelationGetRelid(rel), NIL, true, column) & writes) == 0)
			columns = bms_add_member(columns, member);
		bms_free(column);
	}
	return columns;
}
