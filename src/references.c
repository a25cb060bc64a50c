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

/* So many values that the other table has are kept in mind: most files have a few */
#define MAX_KNOWN		64

typedef struct WfxReference
{
	int			column;			/* of the import */
	const char *constraint;
	WfxKey		key;			/* of the other table */
	const char *sql;			/* NULL: the constraint alone checks */
	TupleDesc	desc;
	MemoryContext context;		/* as long as the import */
	Datum		known[MAX_KNOWN];	/* values that the other table had when it was asked */
	int			nknown;
} Reference;

/* The distinct values of a batch, numbered from 1 */
typedef struct Values
{
	WfxSeen    *numbers;
	WfxBatchRows *rows;			/* those that have to be asked for */
	Datum	   *values;			/* by number */
	bool	   *known;			/* by number: the other table has it */
	int			n;
} Values;

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
		reference->context = CurrentMemoryContext;
		reference->constraint = get_constraint_name(fkey->conoid);
		prepare_check(import, reference, fkey);
		references = lappend(references, reference);
	}
	return references;
}

/* Did the other table have a value before?  Should it be gone, the constraint will tell. */
static bool
is_known(const Reference *reference, Datum value)
{
	for (int i = 0; i < reference->nknown; i++)
		if (wfx_same_bytes(reference->known[i], value, reference->key.typbyval,
						   reference->key.typlen))
			return true;
	return false;
}

/* Give a value its number */
static int
number_value(Reference *reference, Values *values, Datum value)
{
	int			number = wfx_seen_add(values->numbers, value, values->n + 1);
	Datum		row[2] = {Int32GetDatum(values->n + 1), value};
	bool		nulls[2] = {false, false};

	if (number > 0)
		return number;
	values->n++;
	values->values[values->n] = value;
	values->known[values->n] = is_known(reference, value);
	if (!values->known[values->n])
		wfx_batch_rows_put(values->rows, row, nulls);
	return values->n;
}

/* Number the distinct values of the batch; number gets by record which one it has, or 0 */
static void
collect_values(WfxImport *import, Reference *reference, Values *values, int *number)
{
	const WfxColumn *column = &import->columns->columns[reference->column];
	Datum		last = (Datum) 0;	/* clients in a row often have the same */
	int			last_number = 0;

	for (int i = 0; i < import->batch.count; i++)
	{
		WfxRecord  *record = import->batch.records[i];
		Datum		value = record->values[reference->column];

		if (record->unreadable || record->states[reference->column] != WFX_GIVEN)
			continue;
		if (last_number == 0 || !datumIsEqual(last, value, column->typbyval, column->typlen))
		{
			last_number = number_value(reference, values, value);
			last = value;
		}
		number[i] = last_number;
	}
}

/* Keep in mind that the other table has a value, where the constraint is one that holds at once */
static void
keep_known(const WfxImport *import, Reference *reference, Datum value)
{
	MemoryContext old = MemoryContextSwitchTo(reference->context);

	if (import->heap != NULL && reference->nknown < MAX_KNOWN)
		reference->known[reference->nknown++] = datumCopy(value, reference->key.typbyval,
														  reference->key.typlen);
	MemoryContextSwitchTo(old);
}

/* Which of the values does the other table have? */
static void
find_known(WfxImport *import, Reference *reference, Values *values)
{
	MemoryContext old = CurrentMemoryContext;

	if (values->rows->count == 0)
		return;
	wfx_statement_run(import->statements, reference->sql, values->rows);
	MemoryContextSwitchTo(old);
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		bool		isnull;
		int			number = DatumGetInt32(SPI_getbinval(SPI_tuptable->vals[i],
														 SPI_tuptable->tupdesc, 1, &isnull));

		values->known[number] = true;
		keep_known(import, reference, values->values[number]);
	}
	SPI_freetuptable(SPI_tuptable);
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
	int			count = import->batch.count;
	int		   *number = palloc0(sizeof(int) * (count + 1));
	Values		values = {
		.numbers = wfx_seen_create(&reference->key),
		.rows = wfx_batch_rows_create(reference->desc),
		.values = palloc(sizeof(Datum) * (count + 1)),
		.known = palloc0(sizeof(bool) * (count + 1))
	};

	collect_values(import, reference, &values, number);
	find_known(import, reference, &values);
	for (int i = 0; i < count; i++)
		if (number[i] > 0 && !values.known[number[i]])
			refuse(import, import->batch.records[i], &import->columns->columns[reference->column]);
	wfx_batch_rows_destroy(values.rows);
	wfx_seen_destroy(values.numbers);
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
