/*
 * allowed_values.c
 *		What may stand in a column, for messages about what may not.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_enum.h"
#include "lib/stringinfo.h"
#include "nodes/primnodes.h"
#include "optimizer/optimizer.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "allowed_values.h"

/* A message names so many values */
#define MAX_SHOWN 20

/* Append the nth value, as far as a message should name them */
static void
append_value(StringInfo list, int n, const char *value)
{
	if (n <= MAX_SHOWN)
		appendStringInfo(list, "%s\"%s\"", n > 1 ? ", " : "", value);
}

/* End the list of n values */
static char *
end_list(StringInfo list, int n)
{
	if (n > MAX_SHOWN)
		appendStringInfo(list, " and %d more", n - MAX_SHOWN);
	return psprintf("Allowed values: %s.", list->data);
}

/* The labels of an enum in their order */
char *
wfx_labels_of_enum(Oid enumtype)
{
	Relation	rel = table_open(EnumRelationId, AccessShareLock);
	Relation	index = index_open(EnumTypIdSortOrderIndexId, AccessShareLock);
	StringInfoData list;
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;
	int			n = 0;

	initStringInfo(&list);
	ScanKeyInit(&key, Anum_pg_enum_enumtypid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(enumtype));
	scan = systable_beginscan_ordered(rel, index, NULL, 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext_ordered(scan, ForwardScanDirection)))
		append_value(&list, ++n, NameStr(((Form_pg_enum) GETSTRUCT(tuple))->enumlabel));
	systable_endscan_ordered(scan);
	index_close(index, AccessShareLock);
	table_close(rel, AccessShareLock);
	return end_list(&list, n);
}

/* The expression of a check, constants folded; NULL if it is no check */
static Node *
check_expression(Oid constraint)
{
	HeapTuple	tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(constraint));
	Node	   *expression = NULL;
	bool		isnull = true;
	Datum		source = (Datum) 0;

	if (!HeapTupleIsValid(tuple))
		return NULL;
	if (((Form_pg_constraint) GETSTRUCT(tuple))->contype == CONSTRAINT_CHECK)
		source = SysCacheGetAttr(CONSTROID, tuple, Anum_pg_constraint_conbin, &isnull);
	if (!isnull)
		expression = eval_const_expressions(NULL, stringToNode(TextDatumGetCString(source)));
	ReleaseSysCache(tuple);
	return expression;
}

/* The array that a check compares with, if it asks whether the value is one of its elements */
static Const *
compared_array(Node *expression)
{
	ScalarArrayOpExpr *comparison = (ScalarArrayOpExpr *) expression;
	Const	   *array;

	if (expression == NULL || !IsA(expression, ScalarArrayOpExpr) || !comparison->useOr ||
		strcmp(get_opname(comparison->opno), "=") != 0)
		return NULL;
	array = lsecond(comparison->args);
	return IsA(array, Const) && !array->constisnull ? array : NULL;
}

/* The values of a check such as VALUE IN ('a', 'b') */
char *
wfx_values_of_check(Oid constraint)
{
	Const	   *array = compared_array(check_expression(constraint));
	ArrayIterator iterator;
	StringInfoData list;
	Oid			output;
	bool		isvarlena;
	Datum		value;
	bool		isnull;
	int			n = 0;

	if (array == NULL)
		return NULL;
	initStringInfo(&list);
	getTypeOutputInfo(get_element_type(array->consttype), &output, &isvarlena);
	iterator = array_create_iterator(DatumGetArrayTypeP(array->constvalue), 0, NULL);
	while (array_iterate(iterator, &value, &isnull))
		if (!isnull)
			append_value(&list, ++n, OidOutputFunctionCall(output, value));
	array_free_iterator(iterator);
	return end_list(&list, n);
}
