/*
 * array_rows.c
 *		The rows of a batch as arrays, for statements that Citus hands to other nodes.
 *
 * A transition table is known to this session only.  A parameter goes wherever the
 * statement goes: every column of the batch is an array, and a WITH query makes rows
 * of them under the name of the batch.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "executor/tuptable.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "array_rows.h"
#include "forms.h"

/* A column of the batch */
typedef struct ArrayColumn
{
	Oid			type;
	Oid			element;		/* text, where there are no arrays of the type */
	FmgrInfo	output;			/* to text */
	ArrayBuildState *array;
} ArrayColumn;

/* Does a statement take its rows as arrays? */
bool
wfx_takes_array_rows(const char *sql)
{
	return strncmp(sql, WFX_ARRAY_ROWS, strlen(WFX_ARRAY_ROWS)) == 0;
}

/* The columns of the batch.  An array of arrays would come apart: those are sent as texts. */
static ArrayColumn *
make_columns(TupleDesc desc)
{
	ArrayColumn *columns = palloc0(sizeof(ArrayColumn) * desc->natts);

	for (int i = 0; i < desc->natts; i++)
	{
		ArrayColumn *column = &columns[i];
		Oid			output;
		bool		varlena;

		column->type = column->element = TupleDescAttr(desc, i)->atttypid;
		if (OidIsValid(get_array_type(column->type)))
			continue;
		column->element = TEXTOID;
		getTypeOutputInfo(column->type, &output, &varlena);
		fmgr_info(output, &column->output);
	}
	return columns;
}

/* Add a value to its column's array */
static void
add_value(ArrayColumn *column, Datum value, bool isnull)
{
	if (!isnull && column->element != column->type)
		value = CStringGetTextDatum(OutputFunctionCall(&column->output, value));
	column->array = accumArrayResult(column->array, value, isnull, column->element,
									 CurrentMemoryContext);
}

/* Read the rows into the arrays */
static void
fill_columns(ArrayColumn *columns, WfxBatchRows *rows)
{
	TupleTableSlot *slot = MakeSingleTupleTableSlot(rows->desc, &TTSOpsMinimalTuple);
	int			nestlevel = wfx_forms_enter();

	while (tuplestore_gettupleslot(rows->store, true, false, slot))
	{
		CHECK_FOR_INTERRUPTS();
		slot_getallattrs(slot);
		for (int i = 0; i < rows->desc->natts; i++)
			add_value(&columns[i], slot->tts_values[i], slot->tts_isnull[i]);
	}
	wfx_forms_leave(nestlevel);
	ExecDropSingleTupleTableSlot(slot);
}

/* The statement behind the WITH query that makes rows of the arrays */
static char *
with_rows(const char *sql, const ArrayColumn *columns, TupleDesc desc)
{
	StringInfoData arrays;
	StringInfoData names;
	StringInfoData list;

	initStringInfo(&arrays);
	initStringInfo(&names);
	initStringInfo(&list);
	for (int i = 0; i < desc->natts; i++)
	{
		const char *separator = i > 0 ? ", " : "";
		const char *name = quote_identifier(NameStr(TupleDescAttr(desc, i)->attname));

		appendStringInfo(&arrays, "%spg_catalog.unnest($%d)", separator, i + 1);
		appendStringInfo(&names, "%s%s", separator, name);
		appendStringInfo(&list, "%su.%s", separator, name);
		if (columns[i].element != columns[i].type)
			appendStringInfo(&list, "::%s AS %s",
							 format_type_extended(columns[i].type, -1, FORMAT_TYPE_FORCE_QUALIFY),
							 name);
	}
	return psprintf("WITH " WFX_BATCH_NAME " AS (SELECT %s FROM ROWS FROM (%s) AS u (%s)) %s",
					list.data, arrays.data, names.data, sql + strlen(WFX_ARRAY_ROWS));
}

/* Run a statement */
void
wfx_array_rows_run(const char *sql, WfxBatchRows *rows)
{
	int			n = rows->desc->natts;
	ArrayColumn *columns = make_columns(rows->desc);
	Oid		   *types = palloc(sizeof(Oid) * n);
	Datum	   *values = palloc(sizeof(Datum) * n);
	int			rc;

	fill_columns(columns, rows);
	for (int i = 0; i < n; i++)
	{
		types[i] = get_array_type(columns[i].element);
		values[i] = columns[i].array == NULL ?
			PointerGetDatum(construct_empty_array(columns[i].element)) :
			makeArrayResult(columns[i].array, CurrentMemoryContext);
	}
	rc = SPI_execute_with_args(with_rows(sql, columns, rows->desc), n, types, values, NULL, false, 0);
	if (rc < 0)
		elog(ERROR, "SPI_execute_with_args failed: %s", SPI_result_code_string(rc));
}
