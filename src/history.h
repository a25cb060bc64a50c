/*
 * history.h
 *		The evidence of an import: wifox_imports, wifox_import_errors, wifox_import_changes.
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
	int64		parent_id;		/* the import that this one follows up or undoes, or 0 */
	const char *status;			/* imported, partial, failed, checked, undone */
	const char *message;
	const char *file_name;
	int64		file_bytes;
	bool		has_sha256;
	uint8		sha256[32];
	int64		counts[WFX_NVERDICTS];
	int64		records;
	const char *mode;
	const char *on_error;
	bool		dry_run;
	const char *options;		/* JSON */
	const char *target;			/* or NULL */
	TimestampTz started_at;
	const char *imported_by;	/* the current user at the start */
	int64		id;				/* set by wfx_history_add */
} WfxHistory;

/* A table of the extension; ERROR if it was dropped in the meantime */
extern Oid	wfx_history_table(const char *schema, const char *name);

/* Fill in what an import itself says about the file and the options */
extern void wfx_history_describe(const WfxImport *import, WfxHistory *history);

/*
 * Add the row of an import, its errors and its changes (or NULL), in the current SPI
 * connection, and return it as a row of wifox_imports in the upper executor's memory.
 */
extern HeapTuple wfx_history_add(const char *schema, WfxHistory *history, WfxIssues *issues,
								 WfxBatchRows *changes, WfxStatements *statements);

/* Was an import undone, whoever did it? */
extern bool wfx_history_is_undone(const char *schema, int64 import_id);

#endif							/* WFX_HISTORY_H */
