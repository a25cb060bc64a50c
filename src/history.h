/*
 * history.h
 *		The evidence of an import: wifox_imports and wifox_import_errors.
 */
#ifndef WFX_HISTORY_H
#define WFX_HISTORY_H

#include "access/htup.h"
#include "access/tupdesc.h"
#include "utils/timestamp.h"

#include "import.h"

/* One row of wifox_imports */
typedef struct WfxHistory
{
	int64		parent_id;		/* the import that this one follows up, or 0 */
	const char *status;			/* imported, partial, failed, checked */
	const char *message;
	int64		counts[WFX_NVERDICTS];
	int64		records;
	TimestampTz started_at;
	const char *imported_by;	/* the current user at the start */
	bool		has_sha256;
	uint8		sha256[32];
	int64		id;				/* set by wfx_history_add */
} WfxHistory;

/* A table of the extension; ERROR if it was dropped in the meantime */
extern Oid	wfx_history_table(const WfxImport *import, const char *name);

/*
 * Add the row of an import and its errors, in the current SPI connection, and
 * return it as a row of wifox_imports in the upper executor's memory.
 */
extern HeapTuple wfx_history_add(WfxImport *import, WfxHistory *history);

#endif							/* WFX_HISTORY_H */
