/*
 * call.c
 *		What the functions that SQL calls have in common.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_proc.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "call.h"
#include "nls.h"

/* The version of an extension in this database; NULL if it is not there */
static char *
extension_version(Oid extension)
{
	Relation	rel = table_open(ExtensionRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;
	char	   *version = NULL;
	bool		isnull = true;
	Datum		value = (Datum) 0;

	ScanKeyInit(&key, Anum_pg_extension_oid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(extension));
	scan = systable_beginscan(rel, ExtensionOidIndexId, true, NULL, 1, &key);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
		value = heap_getattr(tuple, Anum_pg_extension_extversion, RelationGetDescr(rel), &isnull);
	if (!isnull)
		version = TextDatumGetCString(value);
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	return version;
}

/*
 * The files of the server and the objects of the database are updated one after the other: between
 * the two, the arguments of a function need not be those that the library expects.
 */
static void
check_version(Oid function)
{
	Oid			extension = getExtensionOfObject(ProcedureRelationId, function);
	char	   *version = OidIsValid(extension) ? extension_version(extension) : NULL;

	if (version == NULL || strcmp(version, WFX_VERSION) == 0)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("the extension wifox_import is of version %s in this database, but its library is of version %s",
					version, WFX_VERSION),
			 errhint("Install the newer version on the server, connect again, and run ALTER EXTENSION wifox_import UPDATE.")));
}

/* Begin a call: the versions must fit, and the argument must be there */
void
wfx_call_begin(FunctionCallInfo fcinfo, const char *required)
{
	check_version(fcinfo->flinfo->fn_oid);
	if (required != NULL && PG_ARGISNULL(0))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s must not be NULL", required)));
}

/* The schema of the function that is called: the extension's */
char *
wfx_call_schema(FunctionCallInfo fcinfo)
{
	return get_namespace_name(get_func_namespace(fcinfo->flinfo->fn_oid));
}
