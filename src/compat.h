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

/* May the current user do this in a schema? */
static inline bool
wfx_has_schema_right(Oid schema, AclMode right)
{
#if PG_VERSION_NUM >= 160000
	return object_aclcheck(NamespaceRelationId, schema, GetUserId(), right) == ACLCHECK_OK;
#else
	return pg_namespace_aclcheck(schema, GetUserId(), right) == ACLCHECK_OK;
#endif
}

#endif							/* WFX_COMPAT_H */
