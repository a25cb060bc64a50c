/*
 * citus.c
 *		Tables whose rows Citus stores elsewhere.
 *
 * To the server such a table is an ordinary one that is empty.  The catalog of Citus
 * tells; where Citus is not installed, there is none.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_namespace.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "citus.h"

/* How a row of the catalog says that the table is not split by a column */
#define METHOD_NONE		'n'

/* The table as a row of the catalog describes it */
static WfxCitus
read_method(Relation catalog, HeapTuple tuple)
{
	AttrNumber	attnum = get_attnum(RelationGetRelid(catalog), "partmethod");
	bool		isnull = true;
	Datum		method = attnum <= 0 ? (Datum) 0 :
		heap_getattr(tuple, attnum, RelationGetDescr(catalog), &isnull);

	return !isnull && DatumGetChar(method) == METHOD_NONE ? WFX_CITUS_WHOLE : WFX_CITUS_SHARDED;
}

/* What is a relation to Citus? */
WfxCitus
wfx_citus(Oid relid)
{
	Oid			catalog_id = get_relname_relid("pg_dist_partition", PG_CATALOG_NAMESPACE);
	AttrNumber	attnum = OidIsValid(catalog_id) ? get_attnum(catalog_id, "logicalrelid") : 0;
	WfxCitus	result = WFX_CITUS_NOT;
	Relation	catalog;
	SysScanDesc scan;
	ScanKeyData key;
	HeapTuple	tuple;

	if (attnum <= 0)
		return WFX_CITUS_NOT;
	catalog = table_open(catalog_id, AccessShareLock);
	ScanKeyInit(&key, attnum, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relid));
	scan = systable_beginscan(catalog, InvalidOid, false, NULL, 1, &key);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
		result = read_method(catalog, tuple);
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return result;
}
