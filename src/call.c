/*
 * call.c
 *		What the functions that SQL calls have in common.
 */
#include "postgres.h"

#include "utils/lsyscache.h"

#include "call.h"
#include "nls.h"

/* The schema of the function that is called: the extension's */
char *
wfx_call_schema(FunctionCallInfo fcinfo)
{
	return get_namespace_name(get_func_namespace(fcinfo->flinfo->fn_oid));
}

/* An argument without which there is nothing to do */
void
wfx_call_require(FunctionCallInfo fcinfo, int arg, const char *name)
{
	if (PG_ARGISNULL(arg))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s must not be NULL", name)));
}
