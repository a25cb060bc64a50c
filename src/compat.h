/*
 * compat.h
 *		What differs between the supported versions of PostgreSQL.
 */
#ifndef WFX_COMPAT_H
#define WFX_COMPAT_H

#if PG_VERSION_NUM < 150000
#error "wifox_import needs PostgreSQL 15 or later"
#endif

#include "catalog/pg_namespace.h"
#include "miscadmin.h"
#include "utils/acl.h"

/* May the current user use a schema? */
static inline bool
wfx_has_schema_usage(Oid schema)
{
#if PG_VERSION_NUM >= 160000
	return object_aclcheck(NamespaceRelationId, schema, GetUserId(), ACL_USAGE) == ACLCHECK_OK;
#else
	return pg_namespace_aclcheck(schema, GetUserId(), ACL_USAGE) == ACLCHECK_OK;
#endif
}

#endif							/* WFX_COMPAT_H */
