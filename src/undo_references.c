/*
 * undo_references.c
 *		A client that was created, and that any row references, is not deleted.
 *
 * Whatever the foreign key does on DELETE: a cascade would take along what others have
 * added since.  The rows are looked for as the caller.
 */
#include "postgres.h"

#include "access/sysattr.h"
#include "catalog/partition.h"
#include "catalog/pg_class.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rls.h"

#include "array_rows.h"
#include "compat.h"
#include "nls.h"
#include "rights.h"
#include "undo.h"

/* Does the last column of a foreign key hold a period? */
#if PG_VERSION_NUM >= 180000
#define HAS_PERIOD		"conperiod"
#else
#define HAS_PERIOD		"false"
#endif

/* A foreign key that references clients */
typedef struct Reference
{
	const char *name;
	Oid			referencing;
	Oid			referenced;		/* the clients table, its partition or parent */
	char		on_delete;
	int			ncolumns;
	AttrNumber *columns;		/* of the referencing table */
	AttrNumber *keys;			/* of the referenced one */
	Oid		   *operators;		/* key = column */
	bool		own;			/* the clients table references itself */
	const char *sql;			/* NULL: the constraint itself has to object */
} Reference;

/* An array of a constraint, copied */
static void *
copy_array(HeapTuple tuple, TupleDesc desc, int column, Size size, int *n)
{
	bool		isnull;
	ArrayType  *array = DatumGetArrayTypePCopy(SPI_getbinval(tuple, desc, column, &isnull));

	*n = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	return memcpy(palloc(size * (*n + 1)), ARR_DATA_PTR(array), size * *n);
}

/* A foreign key out of a row */
static Reference *
make_reference(HeapTuple tuple, TupleDesc desc)
{
	Reference  *reference = palloc0(sizeof(Reference));
	bool		isnull;
	int			n;

	reference->name = pstrdup(NameStr(*DatumGetName(SPI_getbinval(tuple, desc, 1, &isnull))));
	reference->referencing = DatumGetObjectId(SPI_getbinval(tuple, desc, 2, &isnull));
	reference->referenced = DatumGetObjectId(SPI_getbinval(tuple, desc, 3, &isnull));
	reference->on_delete = DatumGetChar(SPI_getbinval(tuple, desc, 4, &isnull));
	reference->columns = copy_array(tuple, desc, 5, sizeof(AttrNumber), &n);
	reference->keys = copy_array(tuple, desc, 6, sizeof(AttrNumber), &n);
	reference->operators = copy_array(tuple, desc, 7, sizeof(Oid), &n);
	/* a period is left out: so more is found, never less */
	reference->ncolumns = DatumGetBool(SPI_getbinval(tuple, desc, 8, &isnull)) ? n - 1 : n;
	return reference;
}

/* The foreign keys that reference one of these tables; those of partitions come with their parent's */
static List *
find_constraints(List *relids)
{
	Oid			type = OIDARRAYOID;
	Datum	   *elements = palloc(sizeof(Datum) * list_length(relids));
	MemoryContext context = CurrentMemoryContext;
	int			nestlevel = wfx_pin_search_path();
	List	   *references = NIL;
	ListCell   *cell;
	Datum		array;

	foreach(cell, relids)
		elements[foreach_current_index(cell)] = ObjectIdGetDatum(lfirst_oid(cell));
	array = PointerGetDatum(construct_array(elements, list_length(relids), OIDOID, sizeof(Oid),
											true, TYPALIGN_INT));
	if (SPI_execute_with_args("SELECT conname, conrelid, confrelid, confdeltype, conkey, confkey,"
							  " conpfeqop, " HAS_PERIOD
							  " FROM pg_constraint WHERE contype = 'f' AND conparentid = 0"
							  " AND confrelid = ANY ($1) ORDER BY conname, oid",
							  1, &type, &array, NULL, false, 0) != SPI_OK_SELECT)
		elog(ERROR, "could not read the constraints");
	wfx_unpin_search_path(nestlevel);
	MemoryContextSwitchTo(context);
	for (uint64 i = 0; i < SPI_processed; i++)
		references = lappend(references, make_reference(SPI_tuptable->vals[i],
														SPI_tuptable->tupdesc));
	SPI_freetuptable(SPI_tuptable);
	return references;
}

/* The clients table, and what clients may be referenced as: parents and partitions */
static List *
client_tables(const WfxUndo *undo)
{
	List	   *relids = find_all_inheritors(undo->target->relid, NoLock, NULL);

	if (undo->target->rel->rd_rel->relispartition)
		relids = list_concat(relids, get_partition_ancestors(undo->target->relid));
	return relids;
}

/* Does a DELETE change rows of the other table, instead of being refused? */
static bool
acts_on_delete(const Reference *reference)
{
	return reference->on_delete != FKCONSTR_ACTION_NOACTION &&
		reference->on_delete != FKCONSTR_ACTION_RESTRICT;
}

/* Can the user read the referencing rows?  ERROR if not. */
static void
check_rights(const Reference *reference)
{
	Oid			relid = reference->referencing;
	Oid			schema = get_rel_namespace(relid);

	if (!wfx_has_schema_right(schema, ACL_USAGE))
		aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_SCHEMA, get_namespace_name(schema));
	for (int i = 0; i < reference->ncolumns; i++)
		if (!wfx_rights_has_column(relid, reference->columns[i], ACL_SELECT))
			ereport(ERROR,
					(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
					 errmsg("permission denied for column \"%s\" of table \"%s\"",
							get_attname(relid, reference->columns[i], false), get_rel_name(relid)),
					 errdetail("Its rows may reference clients, by the constraint \"%s\".",
							   reference->name)));
}

/*
 * Does row security hide referencing rows?  Then the constraint itself has to refuse
 * the DELETE; ERROR if it would act on those rows instead.
 */
static bool
is_hidden(const Reference *reference)
{
	Oid			relid = reference->referencing;

	if (check_enable_rls(relid, InvalidOid, true) != RLS_ENABLED)
		return false;
	if (acts_on_delete(reference))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("row security of table \"%s\" may hide rows that reference clients",
						get_rel_name(relid)),
				 errdetail("The constraint \"%s\" would change them when a client is deleted.",
						   reference->name)));
	return true;
}

/* Append the comparison of a key with the column that references it */
static void
append_comparison(StringInfo sql, const Reference *reference, int i)
{
	Oid			key_type;
	Oid			type;
	int32		typmod;
	Oid			key_collation;
	Oid			collation;
	char	   *key = psprintf("c.f%d", i + 1);
	char	   *column;

	get_atttypetypmodcoll(reference->referenced, reference->keys[i], &key_type, &typmod,
						  &key_collation);
	get_atttypetypmodcoll(reference->referencing, reference->columns[i], &type, &typmod,
						  &collation);
	column = psprintf("t.%s", quote_identifier(get_attname(reference->referencing,
														   reference->columns[i], false)));
	/* that of the column, if that makes no difference: its index has it */
	if (OidIsValid(key_collation) && OidIsValid(collation) && key_collation != collation)
		key = psprintf("(%s COLLATE %s)", key,
					   wfx_collation_sql(get_collation_isdeterministic(key_collation) &&
										 get_collation_isdeterministic(collation) ?
										 collation : key_collation));
	generate_operator_clause(sql, key, key_type, reference->operators[i], column, type);
}

/*
 * The statement that finds the clients of the batch that are referenced.  A client
 * that references nobody but itself is not.
 */
static char *
reference_sql(const WfxUndo *undo, const Reference *reference)
{
	const WfxTarget *target = undo->target;
	bool		citus = target->citus != WFX_CITUS_NOT ||
		wfx_citus(reference->referencing) != WFX_CITUS_NOT;
	StringInfoData keys;
	StringInfoData conditions;

	initStringInfo(&keys);
	initStringInfo(&conditions);
	for (int i = 0; i < reference->ncolumns; i++)
	{
		const char *key = get_attname(reference->referenced, reference->keys[i], false);

		wfx_rights_check_column(target, key, get_attnum(target->relid, key), ACL_SELECT);
		appendStringInfo(&keys, "%st.%s AS f%d", i > 0 ? ", " : "", quote_identifier(key), i + 1);
		if (i > 0)
			appendStringInfoString(&conditions, " AND ");
		append_comparison(&conditions, reference, i);
	}
	if (reference->own)
		appendStringInfo(&conditions, " AND (%s) IS NOT TRUE", target->id.condition);
	return psprintf("%sSELECT b.n FROM " WFX_BATCH_NAME " b"
					" CROSS JOIN LATERAL (SELECT %s FROM %s t WHERE %s%s) c"
					" CROSS JOIN LATERAL (SELECT FROM %s t WHERE %s%s) r",
					citus ? WFX_ARRAY_ROWS : "", keys.data, target->sql_name,
					target->id.condition, citus ? "" : " OFFSET 0",
					wfx_relation_sql(reference->referencing), conditions.data,
					citus ? "" : " LIMIT 1");
}

/* The tables below a view */
static List *
tables_below(Oid view)
{
	Oid			type = OIDOID;
	Datum		value = ObjectIdGetDatum(view);
	MemoryContext context = CurrentMemoryContext;
	int			nestlevel = wfx_pin_search_path();
	List	   *relids = NIL;

	if (SPI_execute_with_args("WITH RECURSIVE below (relid) AS (SELECT $1 UNION"
							  " SELECT d.refobjid FROM below b JOIN pg_rewrite r ON r.ev_class = b.relid"
							  " JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass"
							  " AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass)"
							  " SELECT relid FROM below",
							  1, &type, &value, NULL, false, 0) != SPI_OK_SELECT)
		elog(ERROR, "could not read the dependencies");
	wfx_unpin_search_path(nestlevel);
	MemoryContextSwitchTo(context);
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		bool		isnull;

		relids = lappend_oid(relids, DatumGetObjectId(SPI_getbinval(SPI_tuptable->vals[i],
																	SPI_tuptable->tupdesc, 1,
																	&isnull)));
	}
	SPI_freetuptable(SPI_tuptable);
	return relids;
}

/*
 * Which rows of a view a foreign key of a table below it means, is not known.  Where
 * such a constraint refuses a DELETE, it speaks for itself.
 */
static void
check_view(const WfxUndo *undo)
{
	List	   *references = find_constraints(tables_below(undo->target->relid));
	ListCell   *cell;

	foreach(cell, references)
	{
		const Reference *reference = lfirst(cell);

		if (acts_on_delete(reference))
			ereport(ERROR,
					(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					 errmsg("import %lld cannot be undone: clients of the view %s may be referenced by \"%s\"",
							(long long) undo->import_id, undo->target->name, get_rel_name(reference->referencing)),
					 errdetail("The constraint \"%s\" would change those rows when a client is deleted.",
							   reference->name)));
	}
}

/* Find the foreign keys that reference clients */
void
wfx_undo_find_references(WfxUndo *undo)
{
	List	   *tables;
	ListCell   *cell;

	if (undo->target->rel->rd_rel->relkind == RELKIND_VIEW)
	{
		check_view(undo);
		return;
	}
	tables = client_tables(undo);
	undo->references = find_constraints(tables);
	foreach(cell, undo->references)
	{
		Reference  *reference = lfirst(cell);

		reference->own = list_member_oid(tables, reference->referencing);
		check_rights(reference);
		if (!is_hidden(reference))
			reference->sql = reference_sql(undo, reference);
	}
}

/* Does the clients table reference itself? */
bool
wfx_undo_references_itself(const WfxUndo *undo)
{
	ListCell   *cell;

	foreach(cell, undo->references)
		if (((const Reference *) lfirst(cell))->own)
			return true;
	return false;
}

/* Keep a client that is referenced */
static void
keep_referenced(WfxUndo *undo, WfxUndoChange *change, const Reference *reference)
{
	WfxIssue	reason = {.code = "referenced", .sqlerrcode = ERRCODE_FOREIGN_KEY_VIOLATION};

	reason.message = psprintf("client %s is referenced by table %s", change->client_id,
							  wfx_relation_sql(reference->referencing));
	reason.detail = psprintf("The constraint is \"%s\".", reference->name);
	reason.hint = "It stays as it is. Delete what references it before it.";
	wfx_undo_keep(undo, change, &reason);
}

/* Find the clients that rows of a foreign key reference; by[] says so */
static void
find_referenced(WfxUndo *undo, const Reference *reference, WfxUndoChange **changes, int n,
				const Reference **by)
{
	WfxBatchRows *rows = wfx_batch_rows_create(wfx_key_rows_desc(&undo->target->id));
	MemoryContext old = CurrentMemoryContext;

	for (int i = 0; i < n; i++)
		if (by[i] == NULL)
			wfx_key_rows_put(rows, i, changes[i]->key);
	if (rows->count > 0)
	{
		wfx_statement_run(undo->statements, reference->sql, rows);
		MemoryContextSwitchTo(old);
		for (uint64 i = 0; i < SPI_processed; i++)
		{
			bool		isnull;

			by[DatumGetInt32(SPI_getbinval(SPI_tuptable->vals[i], SPI_tuptable->tupdesc,
										   1, &isnull))] = reference;
		}
		SPI_freetuptable(SPI_tuptable);
	}
	wfx_batch_rows_destroy(rows);
}

/* Which of the clients are referenced?  own: by the clients table itself, or by others? */
static void
find_all(WfxUndo *undo, bool own, WfxUndoChange **changes, int n, const Reference **by)
{
	ListCell   *cell;

	foreach(cell, undo->references)
	{
		const Reference *reference = lfirst(cell);

		if (reference->own == own && reference->sql != NULL)
			find_referenced(undo, reference, changes, n, by);
	}
}

/* Keep the clients that are referenced; those that only clients reference are left in self */
void
wfx_undo_check_references(WfxUndo *undo, WfxUndoChange **changes, int n, WfxUndoChange **self,
						  int *nself)
{
	const Reference **by = palloc0(sizeof(Reference *) * (n + 1));
	bool	   *others = palloc0(sizeof(bool) * (n + 1));

	find_all(undo, false, changes, n, by);
	for (int i = 0; i < n; i++)
		others[i] = by[i] != NULL;
	find_all(undo, true, changes, n, by);
	for (int i = 0; i < n; i++)
	{
		if (by[i] == NULL)
			continue;
		if (others[i] || self == NULL)
			keep_referenced(undo, changes[i], by[i]);
		else
			self[(*nself)++] = changes[i];
	}
	pfree(by);
	pfree(others);
}
