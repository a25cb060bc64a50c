/*
 * heap_ladder.c
 *		Can new clients be written straight to the table's storage?
 *
 * Every rung proves one thing that INSERT would do and the heap writer does not.
 * When in doubt, INSERT it is: a table of a distributed extension looks like an
 * empty ordinary one, and rows put into its storage would be lost.  So the planner
 * is asked how it would insert, which such extensions answer in their own way.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/tableam.h"
#include "access/transam.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_trigger.h"
#include "commands/trigger.h"
#include "nodes/plannodes.h"
#include "rewrite/prs2lock.h"
#include "rewrite/rewriteHandler.h"
#include "tcop/tcopprot.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/rls.h"

#include "citus.h"
#include "compat.h"
#include "heap_code.h"
#include "heap_ladder.h"
#include "heap_references.h"
#include "heap_writer.h"
#include "settings.h"

/* What the relation itself is */
static const char *
storage_obstacle(Relation rel)
{
	if (rel->rd_rel->relkind != RELKIND_RELATION || rel->rd_rel->relispartition)
		return "it is no ordinary table";
	if (wfx_citus(RelationGetRelid(rel)) != WFX_CITUS_NOT)
		return "Citus stores its rows elsewhere";
	if (RELATION_IS_OTHER_TEMP(rel))
		return "it is a temporary table of another session";
	if (rel->rd_tableam != GetHeapamTableAmRoutine())
		return "it has another access method than heap";
	if (check_enable_rls(RelationGetRelid(rel), InvalidOid, true) == RLS_ENABLED)
		return "row security applies";
	return NULL;
}

/* Does a trigger fire for inserted rows, or for the statement? */
static bool
fires_for_insert(const Trigger *trigger)
{
	return TRIGGER_FOR_INSERT(trigger->tgtype) && trigger->tgenabled != TRIGGER_DISABLED;
}

/* Triggers other than those of foreign keys, which heap_references.c judges */
static const char *
trigger_obstacle(Relation rel)
{
	for (int i = 0; rel->trigdesc != NULL && i < rel->trigdesc->numtriggers; i++)
	{
		const Trigger *trigger = &rel->trigdesc->triggers[i];

		if (fires_for_insert(trigger) && trigger->tgfoid != F_RI_FKEY_CHECK_INS)
			return "it has triggers for INSERT";
	}
	return NULL;
}

/* Indexes whose entries are more than entries */
static const char *
index_obstacle(Relation rel)
{
	List	   *indexes = RelationGetIndexList(rel);
	const char *obstacle = NULL;
	ListCell   *cell;

	foreach(cell, indexes)
	{
		Relation	index = index_open(lfirst_oid(cell), AccessShareLock);

		if (index->rd_index->indisexclusion)
			obstacle = "it has an exclusion constraint";
		else if (!index->rd_index->indimmediate)
			obstacle = "it has a deferrable unique constraint";
		index_close(index, AccessShareLock);
	}
	list_free(indexes);
	return obstacle;
}

/* Rules turn an INSERT into something else */
static const char *
rule_obstacle(Relation rel)
{
	for (int i = 0; rel->rd_rules != NULL && i < rel->rd_rules->numLocks; i++)
		if (rel->rd_rules->rules[i]->event == CMD_INSERT)
			return "it has rules for INSERT";
	return NULL;
}

/* Is this a function of users that may read the table, and see rows of its own statement? */
static bool
is_volatile_user_function(Oid function, void *context)
{
	return function >= FirstNormalObjectId && func_volatile(function) == PROVOLATILE_VOLATILE;
}

/* Does a column that the file does not fill, or a column's domain? */
static bool
column_calls_user_code(const WfxImport *import, Form_pg_attribute att)
{
	return wfx_domain_calls(att, is_volatile_user_function) ||
		(att->attgenerated == '\0' && wfx_heap_source(import, att->attnum) < 0 &&
		 wfx_default_calls(import->target->rel, att->attnum, is_volatile_user_function));
}

/*
 * Code of users that could tell whether earlier clients of the file are in the table
 * by now.  Row after row they are, with INSERT.
 */
static const char *
user_code_obstacle(const WfxImport *import)
{
	TupleDesc	desc = RelationGetDescr(import->target->rel);

	for (int i = 0; i < desc->natts; i++)
		if (!TupleDescAttr(desc, i)->attisdropped &&
			column_calls_user_code(import, TupleDescAttr(desc, i)))
			return "a default or a domain calls a volatile function";
	return wfx_checks_call(import->target->rel, is_volatile_user_function) ?
		"a CHECK constraint calls a volatile function" : NULL;
}

/* Values that only the server may make: it refuses others when it rewrites a statement */
static const char *
identity_obstacle(const WfxImport *import)
{
	const WfxColumns *columns = import->columns;
	TupleDesc	desc = RelationGetDescr(import->target->rel);

	for (int c = 0; c < columns->ncolumns; c++)
		if (c != columns->id && TupleDescAttr(desc, columns->columns[c].attnum - 1)->attidentity ==
			ATTRIBUTE_IDENTITY_ALWAYS)
			return "the file has a column that is GENERATED ALWAYS AS IDENTITY";
	return NULL;
}

/* An INSERT with a value for every column, so that no default is looked at */
static char *
insert_sql(const WfxTarget *target)
{
	TupleDesc	desc = RelationGetDescr(target->rel);
	StringInfoData names;
	StringInfoData values;

	initStringInfo(&names);
	initStringInfo(&values);
	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute att = TupleDescAttr(desc, i);

		if (att->attisdropped || att->attgenerated != '\0' ||
			att->attidentity == ATTRIBUTE_IDENTITY_ALWAYS)
			continue;
		appendStringInfo(&names, "%s%s", names.len > 0 ? ", " : "",
						 quote_identifier(NameStr(att->attname)));
		appendStringInfo(&values, "%sNULL", values.len > 0 ? ", " : "");
	}
	return psprintf("INSERT INTO %s (%s) VALUES (%s)", target->sql_name, names.data, values.data);
}

/* How would the server insert?  Extensions that store rows elsewhere show here. */
static const char *
plan_obstacle(const WfxTarget *target)
{
	char	   *sql = insert_sql(target);
	RawStmt    *statement = linitial_node(RawStmt, pg_parse_query(sql));
	List	   *queries = pg_analyze_and_rewrite_fixedparams(statement, sql, NULL, 0, NULL);
	PlannedStmt *plan = wfx_plan(linitial_node(Query, queries), sql);

	if (!IsA(plan->planTree, ModifyTable) || plan->hasModifyingCTE ||
		list_length(((ModifyTable *) plan->planTree)->resultRelations) != 1)
		return "an extension has its own way to insert";
	return NULL;
}

/* Does somebody keep a record of statements who must not miss any?  Empty and "none" are no. */
static bool
is_set(const char *setting)
{
	const char *value = GetConfigOption(setting, true, false);

	return value != NULL && *value != '\0' && pg_strcasecmp(value, "none") != 0;
}

/* What is written without a statement would not be in an audit */
static const char *
audit_obstacle(void)
{
	return is_set("pgaudit.log") || is_set("pgaudit.role") ? "pgaudit logs statements" : NULL;
}

/* The first reason against the heap writer, or NULL */
const char *
wfx_heap_obstacle(const WfxImport *import)
{
	Relation	rel = import->target->rel;
	const char *obstacle;

	if (wfx_writer == WFX_WRITER_SQL)
		return "wifox_import.writer says so";
	if ((obstacle = audit_obstacle()) != NULL ||
		(obstacle = storage_obstacle(rel)) != NULL ||
		(obstacle = index_obstacle(rel)) != NULL ||
		(obstacle = trigger_obstacle(rel)) != NULL ||
		(obstacle = rule_obstacle(rel)) != NULL ||
		(obstacle = user_code_obstacle(import)) != NULL ||
		(obstacle = identity_obstacle(import)) != NULL ||
		(obstacle = plan_obstacle(import->target)) != NULL)
		return obstacle;
	return wfx_heap_reference_obstacle(import);
}
