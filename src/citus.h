/*
 * citus.h
 *		Tables whose rows Citus stores elsewhere.
 */
#ifndef WFX_CITUS_H
#define WFX_CITUS_H

#include "postgres_ext.h"

typedef enum WfxCitus
{
	WFX_CITUS_NOT,				/* no table of Citus */
	WFX_CITUS_WHOLE,			/* all rows in one shard, or the same ones on every node */
	WFX_CITUS_SHARDED			/* indexes see one shard only */
} WfxCitus;

/* What is a relation to Citus? */
extern WfxCitus wfx_citus(Oid relid);

#endif							/* WFX_CITUS_H */
