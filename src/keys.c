/*
 * keys.c
 *		How a client is found: by ID or by e-mail, through a unique index.
 *
 * The comparison is the index's own: its expression, operator class and
 * collation.  The same operator serves the look-up in the table and the
 * comparison of two records of one file.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/table.h"
#include "catalog/pg_am.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/typcache.h"

#include "keys.h"
#include "sql.h"

/* Is an expression lower(column)?  Then *collation says how it folds. */
static bool
is_lower_of(Node *expression, AttrNumber attnum, Oid *collation)
{
	FuncExpr   *call = (FuncExpr *) strip_implicit_coercions(expression);
	Node	   *arg;

	if (!IsA(call, FuncExpr) || call->funcid != F_LOWER_TEXT)
		return false;
	arg = linitial(call->args);
	while (IsA(arg, RelabelType) || IsA(arg, CollateExpr))
		arg = IsA(arg, RelabelType) ? (Node *) ((RelabelType *) arg)->arg :
			(Node *) ((CollateExpr *) arg)->arg;
	*collation = call->inputcollid;
	return IsA(arg, Var) && ((Var *) arg)->varattno == attnum;
}

/* Does an index make the column, or lower(column), findable and unique? */
static bool
qualifies(Relation index, AttrNumber attnum, bool may_fold, bool *lower, Oid *collation)
{
	Form_pg_index form = index->rd_index;

	*lower = false;
	if (!form->indisunique || !form->indisvalid || !form->indimmediate ||
		form->indnkeyatts != 1 || RelationGetIndexPredicate(index) != NIL)
		return false;
	if (form->indkey.values[0] == attnum)
		return true;
	*lower = true;
	return may_fold && form->indkey.values[0] == 0 &&
		is_lower_of(linitial(RelationGetIndexExpressions(index)), attnum, collation);
}

/*
 * The SQL of the comparison.  The collation is said on the batch's side, so the
 * table's side stays what the index holds.
 */
static char *
condition_sql(const WfxKey *key, Oid column_collation)
{
	const char *column = psprintf("t.%s", quote_identifier(key->column));

	if (key->lower && key->lower_collation != column_collation)
		column = psprintf("%s COLLATE %s", column, wfx_collation_sql(key->lower_collation));
	if (key->lower)
		column = psprintf("pg_catalog.lower(%s)", column);
	return psprintf("%s %s b.k%s%s", column, wfx_operator_sql(key->equals),
					OidIsValid(key->collation) ? " COLLATE " : "",
					OidIsValid(key->collation) ? wfx_collation_sql(key->collation) : "");
}

/* Fill what follows from type, operator and collation */
static void
finish(WfxKey *key, Relation rel)
{
	TypeCacheEntry *type = lookup_type_cache(key->type, TYPECACHE_HASH_PROC);
	Oid			column_collation;

	if (!OidIsValid(type->hash_proc))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_FUNCTION),
				 errmsg("could not identify a hash function for type %s of column \"%s\"",
						format_type_be(key->type), key->column)));
	fmgr_info(type->hash_proc, &key->hash_proc);
	fmgr_info(get_opcode(key->equals), &key->equal_proc);
	column_collation = TupleDescAttr(RelationGetDescr(rel), key->attnum - 1)->attcollation;
	key->condition = condition_sql(key, column_collation);
}

/* Begin a key: its column */
static void
start(WfxKey *key, Relation rel, AttrNumber attnum)
{
	MemSet(key, 0, sizeof(WfxKey));
	key->attnum = attnum;
	key->column = pstrdup(NameStr(TupleDescAttr(RelationGetDescr(rel), attnum - 1)->attname));
}

/* Is a comparison of texts under this collation sensitive to case? */
static bool
is_case_sensitive(Oid type, Oid collation)
{
	return OidIsValid(collation) && type != NAMEOID &&
		(type == TEXTOID || type == BPCHAROID) && get_collation_isdeterministic(collation);
}

/* Take over the comparison of an index */
static void
adopt_index(WfxKey *key, Relation index, bool lower, Oid lower_collation)
{
	Oid			family = index->rd_opfamily[0];

	key->index = RelationGetRelid(index);
	key->lower = lower;
	key->lower_collation = lower_collation;
	key->type = index->rd_opcintype[0];
	key->collation = index->rd_indcollation[0];
	key->equals = get_opfamily_member(family, key->type, key->type, BTEqualStrategyNumber);
	if (!OidIsValid(key->equals))
		elog(ERROR, "missing operator %d(%u,%u) in opfamily %u",
			 BTEqualStrategyNumber, key->type, key->type, family);
	/* an index over any enum, array ... compares the column's own type */
	if (IsPolymorphicType(key->type))
		key->type = getBaseType(get_atttype(index->rd_index->indrelid, key->attnum));
}

/* Find the index for a column; one on lower() is better than a plain one */
bool
wfx_key_init(WfxKey *key, Relation rel, AttrNumber attnum, bool may_fold)
{
	List	   *indexes = RelationGetIndexList(rel);
	ListCell   *cell;

	start(key, rel, attnum);
	foreach(cell, indexes)
	{
		Relation	index = index_open(lfirst_oid(cell), AccessShareLock);
		Oid			collation = InvalidOid;
		bool		lower;

		if (index->rd_rel->relam == BTREE_AM_OID &&
			qualifies(index, attnum, may_fold, &lower, &collation) &&
			(!OidIsValid(key->index) || lower))
			adopt_index(key, index, lower, collation);
		index_close(index, AccessShareLock);
	}
	if (!OidIsValid(key->index))
		return false;
	key->both_cases = may_fold && !key->lower && is_case_sensitive(key->type, key->collation);
	finish(key, rel);
	return true;
}

/* Compare by the column's type, or by lower(column) */
void
wfx_key_init_without_index(WfxKey *key, Relation rel, AttrNumber attnum, bool fold)
{
	Form_pg_attribute att = TupleDescAttr(RelationGetDescr(rel), attnum - 1);
	TypeCacheEntry *type;

	start(key, rel, attnum);
	key->collation = att->attcollation;
	key->type = getBaseType(att->atttypid);
	if (key->type == VARCHAROID)
		key->type = TEXTOID;
	key->lower = fold && is_case_sensitive(key->type, key->collation);
	if (key->lower)
		key->type = TEXTOID;
	key->lower_collation = att->attcollation;
	type = lookup_type_cache(key->type, TYPECACHE_EQ_OPR);
	key->equals = type->eq_opr;
	if (!OidIsValid(key->equals))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_FUNCTION),
				 errmsg("could not identify an equality operator for type %s of column \"%s\"",
						format_type_be(key->type), key->column)));
	finish(key, rel);
}

/* Describe a column of rows that holds keys; condition calls it k */
void
wfx_key_describe(const WfxKey *key, TupleDesc desc, AttrNumber attnum)
{
	TupleDescInitEntry(desc, attnum, "k", key->type, -1, 0);
	TupleDescInitEntryCollation(desc, attnum, key->collation);
}

/* Rows of keys: their number, and the key */
TupleDesc
wfx_key_rows_desc(const WfxKey *key)
{
	TupleDesc	desc = CreateTemplateTupleDesc(2);

	TupleDescInitEntry(desc, 1, "n", INT4OID, -1, 0);
	wfx_key_describe(key, desc, 2);
	return desc;
}

/* Add a key to such rows */
void
wfx_key_rows_put(WfxBatchRows *rows, int n, Datum key)
{
	Datum		values[2] = {Int32GetDatum(n), key};
	bool		nulls[2] = {false, false};

	wfx_batch_rows_put(rows, values, nulls);
}

/* The key of a value */
Datum
wfx_key_of(const WfxKey *key, Datum value)
{
	if (!key->lower)
		return value;
	return DirectFunctionCall1Coll(lower, key->lower_collation, value);
}

/* The lower-case form of a key that is compared with case */
Datum
wfx_key_lower(const WfxKey *key, Datum value)
{
	return DirectFunctionCall1Coll(lower, key->collation, value);
}

/* Are two keys the same? */
bool
wfx_key_equal(WfxKey *key, Datum a, Datum b)
{
	return DatumGetBool(FunctionCall2Coll(&key->equal_proc, key->collation, a, b));
}

/* A key's hash */
uint32
wfx_key_hash(WfxKey *key, Datum value)
{
	return DatumGetUInt32(FunctionCall1Coll(&key->hash_proc, key->collation, value));
}
