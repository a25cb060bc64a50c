/*
 * heap_order.c
 *		In which order are the entries of an index sorted?
 *
 * In that of the index.  Where its collation compares bytes, although the server does not
 * know it, they are sorted as under "C": without asking the C library about each pair, and
 * by their first bytes alone in most cases.  Only speed depends on it, since every entry
 * that goes into a page is compared with its neighbours there as the index compares.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_database.h"
#include "catalog/pg_index.h"
#include "catalog/pg_opfamily.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "heap_order.h"

/* The names under which C libraries know the order of bytes in UTF-8 */
static const char *const bytewise_names[] = {"C.UTF-8", "C.UTF8", "C.utf-8", "C.utf8"};

/* Is this the name of a locale of the C library that compares bytes? */
static bool
is_bytewise_name(char provider, const char *name)
{
	if (provider != COLLPROVIDER_LIBC || name == NULL)
		return false;
	for (size_t i = 0; i < lengthof(bytewise_names); i++)
		if (strcmp(name, bytewise_names[i]) == 0)
			return true;
	return false;
}

/* A text column of a catalog's row; NULL where it is NULL */
static char *
catalog_text(int cache, HeapTuple tuple, AttrNumber attnum)
{
	bool		isnull;
	Datum		value = SysCacheGetAttr(cache, tuple, attnum, &isnull);

	return isnull ? NULL : TextDatumGetCString(value);
}

/* Does a collation compare bytes, other than "C", which the server knows?  The default is the database's. */
static bool
is_bytewise(Oid collation)
{
	bool		is_default = collation == DEFAULT_COLLATION_OID;
	int			cache = is_default ? DATABASEOID : COLLOID;
	HeapTuple	tuple = SearchSysCache1(cache, ObjectIdGetDatum(is_default ? MyDatabaseId : collation));
	bool		result;

	if (!HeapTupleIsValid(tuple))
		return false;
	if (is_default)
		result = is_bytewise_name(((Form_pg_database) GETSTRUCT(tuple))->datlocprovider,
								  catalog_text(cache, tuple, Anum_pg_database_datcollate));
	else
		result = is_bytewise_name(((Form_pg_collation) GETSTRUCT(tuple))->collprovider,
								  catalog_text(cache, tuple, Anum_pg_collation_collcollate));
	ReleaseSysCache(tuple);
	return result;
}

/* Is the order of an index that of the bytes of its only column? */
bool
wfx_heap_order_is_bytes(Relation index)
{
	Oid			collation = index->rd_indcollation[0];

	return IndexRelationGetNumberOfAttributes(index) == 1 &&
		(index->rd_indoption[0] & INDOPTION_DESC) == 0 &&
		index->rd_opfamily[0] == TEXT_BTREE_FAM_OID && index->rd_opcintype[0] == TEXTOID &&
		(collation == C_COLLATION_OID || is_bytewise(collation));
}

/* The index as a sort is to see it */
Relation
wfx_heap_order(Relation index)
{
	Relation	ordered = palloc(sizeof(RelationData));
	int			nkeys = IndexRelationGetNumberOfKeyAttributes(index);

	memcpy(ordered, index, sizeof(RelationData));
	ordered->rd_indcollation = palloc(sizeof(Oid) * nkeys);
	for (int i = 0; i < nkeys; i++)
		ordered->rd_indcollation[i] = is_bytewise(index->rd_indcollation[i]) ?
			C_COLLATION_OID : index->rd_indcollation[i];
	return ordered;
}

/* Give it back */
void
wfx_heap_order_free(Relation ordered)
{
	pfree(ordered->rd_indcollation);
	pfree(ordered);
}
