/*
 * keys.c
 *		How a client is found: by ID or by e-mail, through an index.
 *
 * The comparison is the index's own: its expression, operator class and
 * collation.  The same operator serves the look-up in the table and the
 * comparison of two records of one file.
 */
#include "postgres.h"

#include "access/stratnum.h"
#include "access/transam.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/typcache.h"
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

#include "key_index.h"
#include "keys.h"
#include "nls.h"
#include "sql.h"

/* SQL that compares a row of table t with a value */
char *
wfx_key_condition(const WfxKey *key, const char *value)
{
	return psprintf("%s %s%s", key->comparison, value, key->collate);
}

/*
 * Prepare the comparison.  The batch's side has the default collation, which gives way
 * to that of the table's side; so nothing but the table's own expression stands
 * there, which its index, or the server of a foreign table, can evaluate.  Where the
 * index compares by yet another collation, that is said.
 */
static void
finish(WfxKey *key, const char *expression, Oid expression_collation)
{
	TypeCacheEntry *type = lookup_type_cache(key->type, TYPECACHE_HASH_PROC);
	bool		same = key->collation == expression_collation;

	if (!OidIsValid(type->hash_proc))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_FUNCTION),
				 errmsg("could not identify a hash function for type %s of column \"%s\"",
						format_type_be(key->type), key->column),
				 errhint("Give the column a type such as text, bigint or uuid.")));
	get_typlenbyval(key->type, &key->typlen, &key->typbyval);
	fmgr_info(type->hash_proc, &key->hash_proc);
	fmgr_info(get_opcode(key->equals), &key->equal_proc);
	key->may_raise = key->equal_proc.fn_oid >= FirstNormalObjectId ||
		key->hash_proc.fn_oid >= FirstNormalObjectId ||
		OidIsValid(get_element_type(key->type)) || get_typtype(key->type) == TYPTYPE_RANGE ||
		get_typtype(key->type) == TYPTYPE_MULTIRANGE || get_typtype(key->type) == TYPTYPE_COMPOSITE;
	key->collate = same || !OidIsValid(key->collation) ? "" :
		psprintf(" COLLATE %s", wfx_collation_sql(key->collation));
	key->comparison = psprintf("%s%s %s", expression, key->collate, wfx_operator_sql(key->equals));
	key->condition = wfx_key_condition(key, "b.k");
}

/* Begin a key: its column */
static void
start(WfxKey *key, Relation rel, AttrNumber attnum)
{
	Form_pg_attribute att = TupleDescAttr(RelationGetDescr(rel), attnum - 1);

	MemSet(key, 0, sizeof(WfxKey));
	key->attnum = attnum;
	key->column = pstrdup(NameStr(att->attname));
	key->column_type = getBaseType(att->atttypid);
}

/* Does the comparison tell upper from lower case?  Of texts, that is. */
static bool
is_case_sensitive(WfxKey *key)
{
	if (key->type != TEXTOID && key->type != BPCHAROID)
		return false;
	return !wfx_key_equal(key, CStringGetTextDatum("a"), CStringGetTextDatum("A"));
}

/* Take over the comparison of an index */
static void
adopt(WfxKey *key, const WfxKeyIndex *found, bool may_fold)
{
	key->index = found->index;
	key->unique = found->unique;
	key->lower = found->lower;
	key->lower_collation = found->lower_collation;
	key->type = found->type;
	key->collation = found->collation;
	key->equals = get_opfamily_member(found->family, key->type, key->type, BTEqualStrategyNumber);
	if (!OidIsValid(key->equals))
		elog(ERROR, "missing operator %d(%u,%u) in opfamily %u",
			 BTEqualStrategyNumber, key->type, key->type, found->family);
	/* an index over any enum, array ... compares the column's own type */
	if (IsPolymorphicType(key->type))
		key->type = key->column_type;
	finish(key, found->expression, found->expression_collation);
	key->both_cases = may_fold && !key->lower && is_case_sensitive(key);
}

/* The key of a unique index */
bool
wfx_key_init(WfxKey *key, Relation rel, AttrNumber attnum, bool may_fold)
{
	WfxKeyIndex found;

	start(key, rel, attnum);
	if (!wfx_key_index_find(&found, rel, attnum, may_fold))
		return false;
	adopt(key, &found, may_fold);
	return true;
}

/* Compare by the column's type */
static void
compare_by_type(WfxKey *key, Oid collation)
{
	TypeCacheEntry *type;

	key->type = key->column_type == VARCHAROID ? TEXTOID : key->column_type;
	key->collation = collation;
	type = lookup_type_cache(key->type, TYPECACHE_EQ_OPR);
	key->equals = type->eq_opr;
	if (!OidIsValid(key->equals))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_FUNCTION),
				 errmsg("could not identify an equality operator for type %s of column \"%s\"",
						format_type_be(key->type), key->column),
				 errhint("Give the column a type such as text, bigint or uuid.")));
	finish(key, psprintf("t.%s", quote_identifier(key->column)), collation);
}

/* Compare by lower(column) */
static void
compare_folded(WfxKey *key, Oid collation)
{
	key->lower = true;
	key->lower_collation = key->collation = collation;
	key->type = TEXTOID;
	key->equals = lookup_type_cache(TEXTOID, TYPECACHE_EQ_OPR)->eq_opr;
	finish(key, psprintf("pg_catalog.lower(t.%s)", quote_identifier(key->column)), collation);
}

/* The key of whatever index finds the rows of a relation */
bool
wfx_key_init_below(WfxKey *key, Relation rel, AttrNumber attnum, bool may_fold)
{
	Oid			collation = TupleDescAttr(RelationGetDescr(rel), attnum - 1)->attcollation;
	WfxKeyIndex found;

	start(key, rel, attnum);
	if (wfx_key_index_find_below(&found, rel, attnum, may_fold))
	{
		adopt(key, &found, may_fold);
		return true;
	}
	compare_by_type(key, collation);
	if (may_fold && is_case_sensitive(key))
		compare_folded(key, collation);
	return false;
}

/* The key of the column's type */
void
wfx_key_init_by_type(WfxKey *key, Relation rel, AttrNumber attnum)
{
	start(key, rel, attnum);
	compare_by_type(key, TupleDescAttr(RelationGetDescr(rel), attnum - 1)->attcollation);
}

/* Describe a column of rows that holds keys; condition calls it k */
void
wfx_key_describe(const WfxKey *key, TupleDesc desc, AttrNumber attnum)
{
	TupleDescInitEntry(desc, attnum, "k", key->type, -1, 0);
	TupleDescInitEntryCollation(desc, attnum,
								OidIsValid(key->collation) ? DEFAULT_COLLATION_OID : InvalidOid);
}

/* A value of the column as a text: char(n) without the blanks that fill it */
static Datum
column_text(const WfxKey *key, Datum value)
{
	if (key->column_type == BPCHAROID)
		return DirectFunctionCall1(rtrim1, value);
	if (key->column_type == NAMEOID)
		return DirectFunctionCall1(name_text, value);
	return value;
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

/* Is a text in lower case under any collation?  ASCII without capitals is, and most addresses. */
static bool
is_plainly_lower(const text *value)
{
	const char *p = VARDATA_ANY(value);
	const char *end = p + VARSIZE_ANY_EXHDR(value);

	for (; p < end; p++)
		if (IS_HIGHBIT_SET(*p) || (*p >= 'A' && *p <= 'Z'))
			return false;
	return true;
}

/* The lower case of a text; the text itself if that is the same */
static Datum
fold(Datum value, Oid collation)
{
	text	   *plain = DatumGetTextPP(value);

	if (is_plainly_lower(plain))
		return PointerGetDatum(plain);
	return DirectFunctionCall1Coll(lower, collation, PointerGetDatum(plain));
}

/* The key of a value */
Datum
wfx_key_of(const WfxKey *key, Datum value)
{
	if (!key->lower)
		return value;
	return fold(column_text(key, value), key->lower_collation);
}

/* The lower-case form of a key that is compared with case */
Datum
wfx_key_lower(const WfxKey *key, Datum value)
{
	return fold(value, key->collation);
}

/*
 * Compare by a function of users.  When one in SQL raises, it keeps what the subtransaction
 * takes back, and would go on with that: the next call has to begin anew.
 */
bool
wfx_equal_by_user(FmgrInfo *function, Oid collation, Datum a, Datum b)
{
	volatile Datum equal = (Datum) 0;

	PG_TRY();
	{
		equal = FunctionCall2Coll(function, collation, a, b);
	}
	PG_CATCH();
	{
		function->fn_extra = NULL;
		PG_RE_THROW();
	}
	PG_END_TRY();
	return DatumGetBool(equal);
}

/* Have two values the same bytes?  False if one of them is compressed or elsewhere. */
bool
wfx_same_bytes(Datum a, Datum b, bool typbyval, int16 typlen)
{
	const struct varlena *x = (const struct varlena *) DatumGetPointer(a);
	const struct varlena *y = (const struct varlena *) DatumGetPointer(b);

	if (typbyval)
		return a == b;
	if (typlen > 0)
		return memcmp(x, y, typlen) == 0;
	if (typlen != -1 || VARATT_IS_EXTERNAL(x) || VARATT_IS_COMPRESSED(x) ||
		VARATT_IS_EXTERNAL(y) || VARATT_IS_COMPRESSED(y))
		return false;
	return VARSIZE_ANY_EXHDR(x) == VARSIZE_ANY_EXHDR(y) &&
		memcmp(VARDATA_ANY(x), VARDATA_ANY(y), VARSIZE_ANY_EXHDR(x)) == 0;
}

/* Are two keys the same?  Those with the same bytes are in any case. */
bool
wfx_key_equal(WfxKey *key, Datum a, Datum b)
{
	if (key->may_raise)
		return wfx_equal_by_user(&key->equal_proc, key->collation, a, b);
	if (wfx_same_bytes(a, b, key->typbyval, key->typlen))
		return true;
	return DatumGetBool(FunctionCall2Coll(&key->equal_proc, key->collation, a, b));
}

/* A key's hash, all bits of which are of use whatever the type's own function makes */
uint32
wfx_key_hash(WfxKey *key, Datum value)
{
	return murmurhash32(DatumGetUInt32(FunctionCall1Coll(&key->hash_proc, key->collation, value)));
}
