/*
 * references.c
 *		Cells that hold the ID of a row of another table: project, desk.
 *
 * The foreign key guarantees that such a row is there.  Asking for the distinct
 * values of a batch beforehand only tells sooner, and in better words.  Where the
 * caller may not read the other table, the constraint alone speaks.
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "parser/parse_coerce.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/rls.h"

#include "compat.h"
#include "guard.h"
#include "references.h"
#include "rights.h"

typedef struct WfxReference
{
	int			column;			/* of the import */
	const char *constraint;
	WfxKey		key;			/* of the other table */
	const char *sql;			/* NULL: the constraint alone checks */
	TupleDesc	desc;
} Reference;

/* The foreign key of a column alone, or NULL */
static ForeignKeyCacheInfo *
find_foreign_key(const WfxImport *import, AttrNumber attnum)
{
	ListCell   *cell;

	foreach(cell, RelationGetFKeyList(import->target->rel))
	{
		ForeignKeyCacheInfo *key = lfirst(cell);

		if (key->nkeys == 1 && key->conkey[0] == attnum)
			return key;
	}
	return NULL;
}

/* May the caller see every row of the other table? */
static bool
is_readable(Oid relid, AttrNumber attnum)
{
	if (!wfx_has_schema_right(get_rel_namespace(relid), ACL_USAGE) ||
		check_enable_rls(relid, InvalidOid, true) == RLS_ENABLED)
		return false;
	return wfx_rights_has_column(relid, attnum, ACL_SELECT);
}

/* Prepare the question which values the other table has */
static void
prepare_check(const WfxImport *import, Reference *reference, const ForeignKeyCacheInfo *fkey)
{
	Relation	rel = table_open(fkey->confrelid, AccessShareLock);
	Oid			type = getBaseType(import->columns->columns[reference->column].type.typid);

	if (is_readable(fkey->confrelid, fkey->confkey[0]) &&
		wfx_key_init(&reference->key, rel, fkey->confkey[0], false) &&
		IsBinaryCoercible(type, reference->key.type))
	{
		reference->sql = wfx_lookup_sql("b.n", "1", fkey->confrelid, reference->key.condition, "");
		reference->desc = CreateTemplateTupleDesc(2);
		TupleDescInitEntry(reference->desc, 1, "n", INT4OID, -1, 0);
		wfx_key_describe(&reference->key, reference->desc, 2);
	}
	table_close(rel, NoLock);
}

/* Find the foreign keys of the columns that are references */
List *
wfx_references_create(const WfxImport *import)
{
	List	   *references = NIL;

	for (int c = 0; c < import->columns->ncolumns; c++)
	{
		WfxColumn  *column = &import->columns->columns[c];
		ForeignKeyCacheInfo *fkey;
		Reference  *reference;

		if (column->role != WFX_ROLE_REFERENCE ||
			(fkey = find_foreign_key(import, column->attnum)) == NULL)
			continue;
		reference = palloc0(sizeof(Reference));
		reference->column = c;
		reference->constraint = get_constraint_name(fkey->conoid);
		prepare_check(import, reference, fkey);
		references = lappend(references, reference);
	}
	return references;
}

/* Give a value its number */
static int
number_value(WfxSeen *numbers, WfxBatchRows *rows, Datum value, int *n)
{
	Datum		values[2] = {Int32GetDatum(*n + 1), value};
	bool		nulls[2] = {false, false};
	int			number = wfx_seen_line(numbers, value);

	if (number > 0)
		return number;
	wfx_seen_replace(numbers, value, ++*n);
	wfx_batch_rows_put(rows, values, nulls);
	return *n;
}

/*
 * The distinct values of the batch are numbered from 1, and put into rows.  Returns how
 * many there are; number gets by record which one it has, or 0.
 */
static int
collect_values(WfxImport *import, Reference *reference, WfxSeen *numbers, WfxBatchRows *rows,
			   int *number)
{
	const WfxColumn *column = &import->columns->columns[reference->column];
	Datum		last = (Datum) 0;	/* clients in a row often have the same */
	int			last_number = 0;
	int			n = 0;

	for (int i = 0; i < import->batch.count; i++)
	{
		WfxRecord  *record = import->batch.records[i];
		Datum		value = record->values[reference->column];

		if (record->unreadable || record->states[reference->column] != WFX_GIVEN)
			continue;
		if (last_number == 0 || !datumIsEqual(last, value, column->typbyval, column->typlen))
		{
			last_number = number_value(numbers, rows, value, &n);
			last = value;
		}
		number[i] = last_number;
	}
	return n;
}

/* Which of the values does the other table have? */
static bool *
find_known(WfxImport *import, Reference *reference, WfxBatchRows *rows, int n)
{
	bool	   *known = palloc0(sizeof(bool) * (n + 1));
	MemoryContext old = CurrentMemoryContext;

	wfx_statement_run(import->statements, reference->sql, rows);
	MemoryContextSwitchTo(old);
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		bool		isnull;

		known[DatumGetInt32(SPI_getbinval(SPI_tuptable->vals[i], SPI_tuptable->tupdesc,
										  1, &isnull))] = true;
	}
	SPI_freetuptable(SPI_tuptable);
	return known;
}

/* The record names a row that is not there */
static void
refuse(WfxImport *import, WfxRecord *record, WfxColumn *column)
{
	char	   *value = wfx_column_text(column, record->values[column - import->columns->columns]);

	wfx_record_refuse(import, record, column->unknown_code, ERRCODE_FOREIGN_KEY_VIOLATION,
					  column->header, value,
					  psprintf("there is no %s with the ID \"%s\"",
							   column->unknown_code + strlen("unknown_"), value),
					  "Give the ID, not the name, of one that exists.");
}

/* Check one column of the batch */
static void
check(WfxImport *import, Reference *reference)
{
	WfxSeen    *numbers = wfx_seen_create(&reference->key);
	WfxBatchRows *rows = wfx_batch_rows_create(reference->desc);
	int		   *number = palloc0(sizeof(int) * (import->batch.count + 1));
	int			n = collect_values(import, reference, numbers, rows, number);
	bool	   *known = n > 0 ? find_known(import, reference, rows, n) : NULL;

	for (int i = 0; i < import->batch.count && n > 0; i++)
		if (number[i] > 0 && !known[number[i]])
			refuse(import, import->batch.records[i], &import->columns->columns[reference->column]);
	wfx_batch_rows_destroy(rows);
	wfx_seen_destroy(numbers);
}

/* The same in a subtransaction: operators of a user's type may raise, and then nothing is told */
static void
check_guarded(WfxImport *import, Reference *reference)
{
	WfxGuard	guard;

	wfx_guard_begin(&guard, "wifox_import references");
	PG_TRY();
	{
		check(import, reference);
		wfx_guard_commit(&guard);
	}
	PG_CATCH();
	{
		FreeErrorData(wfx_guard_catch(&guard));
	}
	PG_END_TRY();
}

/* Check the references of the batch */
void
wfx_references_check(WfxImport *import)
{
	ListCell   *cell;

	foreach(cell, import->references)
	{
		Reference  *reference = lfirst(cell);

		if (reference->sql != NULL && reference->key.may_raise)
			check_guarded(import, reference);
		else if (reference->sql != NULL)
			check(import, reference);
	}
}

/* The column whose foreign key has this name */
const WfxColumn *
wfx_reference_column(const WfxImport *import, const char *constraint)
{
	ListCell   *cell;

	foreach(cell, import->references)
	{
		Reference  *reference = lfirst(cell);

		if (strcmp(reference->constraint, constraint) == 0)
			return &import->columns->columns[reference->column];
	}
	return NULL;
}
