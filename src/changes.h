/*
 * changes.h
 *		What an import has changed, as values: what the undo needs.
 */
#ifndef WFX_CHANGES_H
#define WFX_CHANGES_H

#include "sql.h"

/* Columns of a change: those of the table, but the import's number, which comes first, is 0 yet */
#define WFX_CHANGE_NATTS	8

/* What a record did to its client */
typedef struct WfxChange
{
	int64		record;			/* from 1 */
	int64		line;
	bool		created;
	const char *client_id;		/* its text form */
	Datum		before;			/* jsonb, 0: NULL */
	Datum		after;
	uint64		row_hash;		/* of a client that was created */
} WfxChange;

/*
 * An empty collection.  It belongs to the current resource owner: made outside of a
 * subtransaction, it outlives that.
 */
extern WfxBatchRows *wfx_changes_create(void);
extern void wfx_changes_add(WfxBatchRows *changes, const WfxChange *change);

/* An object of texts and NULLs as jsonb */
extern Datum wfx_changes_object(const char **names, char **texts, int n);

#endif							/* WFX_CHANGES_H */
