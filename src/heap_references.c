/*
 * heap_references.c
 *		What the foreign keys of the clients table guarantee, value by value.
 *
 * The question is the one that the server's trigger asks, as the owner of the
 * referenced table and with the constraint's operator.  Only keys are taken for
 * which that is all: one column, checked at once, by a trigger that is enabled.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_operator.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "rewrite/rewriteHandler.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "guard.h"
#include "heap_references.h"
#include "heap_writer.h"
#include "nls.h"
#include "seen.h"
#include "writer.h"

typedef struct HeapReference
{
	const ForeignKeyCacheInfo *fkey;
	int			column;			/* of the import */
	WfxKey		key;			/* of the referenced table */
	WfxSeen    *locked;			/* values whose rows are there, and locked */
	bool		missing;		/* there was a value whose row is not there */
	Oid			owner;			/* of the referenced table */
	const char *sql;
	SPIPlanPtr	plan;
} HeapReference;

/* Is the constraint's trigger one that fires for every new row at once? */
static bool
is_enforced_at_once(Relation rel, Oid constraint)
{
	for (int i = 0; rel->trigdesc != NULL && i < rel->trigdesc->numtriggers; i++)
	{
		const Trigger *trigger = &rel->trigdesc->triggers[i];

		if (trigger->tgconstraint == constraint && trigger->tgfoid == F_RI_FKEY_CHECK_INS)
			return trigger->tgenabled == TRIGGER_FIRES_ON_ORIGIN && !trigger->tgdeferrable;
	}
	return false;
}

/* Is the value of a new client known without asking twice for a default? */
static bool
is_value_known(const WfxColumns *columns, int c)
{
	const WfxColumn *column = &columns->columns[c];

	return column->has_literal || column->expression == NULL ||
		IsA(column->expression, Const);
}

/* Can a table be asked for a value of the referencing column, by one index look-up? */
static bool
can_ask(const ForeignKeyCacheInfo *fkey, const WfxColumn *column, WfxKey *key)
{
	Relation	rel = table_open(fkey->confrelid, AccessShareLock);
	Oid			left;
	Oid			right;
	bool		can;

	op_input_types(fkey->conpfeqop[0], &left, &right);
	can = rel->rd_rel->relkind == RELKIND_RELATION && fkey->confrelid != fkey->conrelid &&
		left == right && left == getBaseType(column->type.typid) &&
		wfx_key_init(key, rel, fkey->confkey[0], false) &&
		key->collation == column->collation;
	table_close(rel, AccessShareLock);
	return can;
}

/* NULL, or what is special about a foreign key */
static const char *
judge(const WfxImport *import, const ForeignKeyCacheInfo *fkey)
{
	Relation	rel = import->target->rel;
	int			column;
	WfxKey		key;

	if (fkey->nkeys != 1 || !is_enforced_at_once(rel, fkey->conoid))
		return "it has a foreign key of several columns, or a deferrable or disabled one";
	column = wfx_heap_source(import, fkey->conkey[0]);
	/* the default may also be that of a domain, or the next number of an identity column */
	if (column < 0)
		return build_column_default(rel, fkey->conkey[0]) != NULL ?
			"it has a foreign key over a default" : NULL;
	if (!is_value_known(import->columns, column))
		return "it has a foreign key over a default";
	if (!can_ask(fkey, &import->columns->columns[column], &key))
		return "it has a foreign key to another kind of table or type";
	return NULL;
}

/* NULL, or why the server's own triggers have to check */
const char *
wfx_heap_reference_obstacle(const WfxImport *import)
{
	ListCell   *cell;

	if (SessionReplicationRole != SESSION_REPLICATION_ROLE_ORIGIN)
		return "session_replication_role is set";
	foreach(cell, RelationGetFKeyList(import->target->rel))
	{
		const char *obstacle = judge(import, lfirst(cell));

		if (obstacle != NULL)
			return obstacle;
	}
	return NULL;
}

/* The name of a column */
static const char *
column_sql(Oid relid, AttrNumber attnum)
{
	return quote_identifier(get_attname(relid, attnum, false));
}

/* Prepare one foreign key; NULL if no new client has a value there */
static HeapReference *
create_reference(const WfxImport *import, ForeignKeyCacheInfo *fkey)
{
	int			column = wfx_heap_source(import, fkey->conkey[0]);
	HeapReference *reference;
	Relation	rel;

	if (column < 0)
		return NULL;
	reference = palloc0(sizeof(HeapReference));
	rel = table_open(fkey->confrelid, AccessShareLock);
	reference->fkey = copyObject(fkey);
	reference->column = column;
	(void) can_ask(fkey, &import->columns->columns[column], &reference->key);
	reference->locked = wfx_seen_create(&reference->key);
	reference->owner = rel->rd_rel->relowner;
	reference->sql = psprintf("SELECT 1 FROM ONLY %s x WHERE x.%s %s $1 FOR KEY SHARE OF x",
							  wfx_relation_sql(fkey->confrelid),
							  column_sql(fkey->confrelid, fkey->confkey[0]),
							  wfx_operator_sql(fkey->conpfeqop[0]));
	table_close(rel, NoLock);
	return reference;
}

/* The foreign key that a trigger checks, or NULL */
static ForeignKeyCacheInfo *
find_fkey(Relation rel, const Trigger *trigger)
{
	ListCell   *cell;

	foreach(cell, RelationGetFKeyList(rel))
	{
		ForeignKeyCacheInfo *fkey = lfirst(cell);

		if (trigger->tgfoid == F_RI_FKEY_CHECK_INS && trigger->tgconstraint == fkey->conoid)
			return fkey;
	}
	return NULL;
}

/* The foreign keys of the table, in the order of their triggers: the first to fail has the word */
List *
wfx_heap_references_create(const WfxImport *import)
{
	Relation	rel = import->target->rel;
	List	   *references = NIL;

	for (int i = 0; rel->trigdesc != NULL && i < rel->trigdesc->numtriggers; i++)
	{
		ForeignKeyCacheInfo *fkey = find_fkey(rel, &rel->trigdesc->triggers[i]);
		HeapReference *reference = fkey != NULL ? create_reference(import, fkey) : NULL;

		if (reference != NULL)
			references = lappend(references, reference);
	}
	return references;
}

/* Ask for a row, and lock it, as the owner of its table */
static bool
lock_row(HeapReference *reference, Oid type, Datum value)
{
	int			nestlevel = wfx_pin_search_path();
	Oid			user;
	int			context;
	int			rc;

	GetUserIdAndSecContext(&user, &context);
	SetUserIdAndSecContext(reference->owner,
						   context | SECURITY_LOCAL_USERID_CHANGE | SECURITY_NOFORCE_RLS);
	if (reference->plan == NULL)
	{
		reference->plan = SPI_prepare(reference->sql, 1, &type);
		if (reference->plan == NULL)
			elog(ERROR, "SPI_prepare failed: %s", SPI_result_code_string(SPI_result));
	}
	rc = SPI_execute_plan(reference->plan, &value, NULL, false, 1);
	if (rc != SPI_OK_SELECT)
		elog(ERROR, "SPI_execute_plan failed: %s", SPI_result_code_string(rc));
	SPI_freetuptable(SPI_tuptable);
	SetUserIdAndSecContext(user, context);
	wfx_unpin_search_path(nestlevel);
	return SPI_processed > 0;
}

/* A value whose row is not locked yet? */
static bool
is_new(WfxImport *import, HeapReference *reference, const WfxRecord *record, Datum *value)
{
	bool		isnull;

	*value = wfx_new_value(import, record, reference->column, &isnull);
	return !isnull && wfx_seen_line(reference->locked, *value) == 0;
}

/* Does a new client bring such a value? */
static bool
has_new(WfxImport *import, HeapReference *reference, WfxRecord **records, int n)
{
	const WfxColumn *column = &import->columns->columns[reference->column];
	Datum		last = (Datum) 0;	/* clients in a row often have the same */
	bool		has_last = false;

	for (int i = 0; i < n; i++)
	{
		bool		isnull;
		Datum		value = wfx_new_value(import, records[i], reference->column, &isnull);

		if (isnull || (has_last && datumIsEqual(last, value, column->typbyval, column->typlen)))
			continue;
		if (wfx_seen_line(reference->locked, value) == 0)
			return true;
		last = value;
		has_last = true;
	}
	return false;
}

/* Is there something to lock? */
static bool
have_new(WfxImport *import, WfxRecord **records, int n)
{
	ListCell   *cell;

	foreach(cell, import->heap->references)
		if (has_new(import, lfirst(cell), records, n))
			return true;
	return false;
}

/* Lock what one foreign key references */
static void
lock_references(WfxImport *import, HeapReference *reference, WfxRecord **records, int n)
{
	Oid			type = getBaseType(import->columns->columns[reference->column].type.typid);

	for (int i = 0; i < n; i++)
	{
		Datum		value;

		if (!is_new(import, reference, records[i], &value))
			continue;
		CHECK_FOR_INTERRUPTS();
		if (lock_row(reference, type, value))
			wfx_seen_add(reference->locked, value, 1);
		else
			reference->missing = true;
	}
}

/* Lock what all of them reference, in a subtransaction; the deadlock that was in the way, or NULL */
static ErrorData *
try_lock(WfxImport *import, WfxRecord **records, int n)
{
	ErrorData  *volatile error = NULL;
	WfxGuard	guard;
	ListCell   *cell;

	wfx_guard_begin(&guard, "wifox_import references");
	PG_TRY();
	{
		foreach(cell, import->heap->references)
			lock_references(import, lfirst(cell), records, n);
		wfx_guard_commit(&guard);
	}
	PG_CATCH();
	{
		error = wfx_guard_catch_locking(&guard);
	}
	PG_END_TRY();
	if (error != NULL && error->sqlerrcode != ERRCODE_T_R_DEADLOCK_DETECTED)
		ReThrowError(error);
	return error;
}

/* Nothing is locked any more, or who knows */
void
wfx_heap_references_forget(WfxImport *import)
{
	ListCell   *cell;

	foreach(cell, import->heap->references)
	{
		HeapReference *reference = lfirst(cell);

		wfx_seen_clear(reference->locked);
		reference->missing = true;
	}
}

/* Lock the rows that new clients will reference */
void
wfx_heap_references_lock(WfxImport *import, WfxRecord **records, int n)
{
	ErrorData  *error;
	int			tries = 0;

	if (!have_new(import, records, n))
		return;
	do
		if ((error = try_lock(import, records, n)) != NULL)
			wfx_heap_references_forget(import);
	while (wfx_guard_try_again(error, &tries));
}

/* The server's own words for a row that is not there */
static void
raise_missing(const WfxImport *import, const HeapReference *reference, Datum value)
{
	Relation	rel = import->target->rel;
	const ForeignKeyCacheInfo *fkey = reference->fkey;
	const char *name = get_constraint_name(fkey->conoid);

	ereport(ERROR,
			(errcode(ERRCODE_FOREIGN_KEY_VIOLATION),
			 errmsg("insert or update on table \"%s\" violates foreign key constraint \"%s\"",
					RelationGetRelationName(rel), name),
			 errdetail("Key (%s)=(%s) is not present in table \"%s\".",
					   get_attname(fkey->conrelid, fkey->conkey[0], false),
					   wfx_column_text(&import->columns->columns[reference->column], value),
					   get_rel_name(fkey->confrelid)),
			 errtableconstraint(rel, name)));
}

/* Does a new client reference a row that is not there? */
static void
check_reference(WfxImport *import, HeapReference *reference, const WfxRecord *record)
{
	Datum		value;

	if (is_new(import, reference, record, &value))
		raise_missing(import, reference, value);
}

/* Are the rows there that new clients reference? */
void
wfx_heap_references_check(WfxImport *import, WfxRecord **records, int n)
{
	ListCell   *cell;

	foreach(cell, import->heap->references)
	{
		HeapReference *reference = lfirst(cell);

		for (int i = 0; reference->missing && i < n; i++)
			check_reference(import, reference, records[i]);
	}
}

/* Clients were updated: if that runs triggers, they may have deleted rows that were locked */
void
wfx_heap_references_updated(WfxImport *import)
{
	if (import->heap->triggers_update)
		wfx_heap_references_forget(import);
}

/* Give back what lives outside of memory contexts */
void
wfx_heap_references_free(List *references)
{
	ListCell   *cell;

	foreach(cell, references)
		wfx_seen_destroy(((HeapReference *) lfirst(cell))->locked);
}
