/*
 * undo.h
 *		The undo of an import: what its parts share.
 */
#ifndef WFX_UNDO_H
#define WFX_UNDO_H

#include "access/htup.h"

#include "forms.h"
#include "issues.h"
#include "progress_slot.h"
#include "sql.h"
#include "target.h"

/* A column that the import wrote */
typedef struct WfxUndoColumn
{
	const char *name;
	WfxForm    *form;			/* NULL: the table has it no more */
	bool		unique;			/* a unique index has it */
} WfxUndoColumn;

/* Those of the clients that it created, or updated */
typedef struct WfxUndoColumns
{
	int			n;
	WfxUndoColumn *columns;
	const char *sql;			/* looks clients up and locks them */
} WfxUndoColumns;

/* A row of wifox_import_changes, on its way back */
typedef struct WfxUndoChange
{
	int64		record;
	int64		line;
	bool		created;
	const char *client_id;
	Datum		key;
	uint64		row_hash;		/* of a created client */
	bool	   *changed;		/* by updated column */
	const char **before;
	const char **after;
	int			found;			/* clients with this ID */
	const char *difference;		/* what changed since, or NULL */
	const char *difference_column;
	bool		kept;
} WfxUndoChange;

typedef struct WfxUndo
{
	const char *schema;			/* the extension's */
	int64		import_id;
	MemoryContext context;		/* as long as the undo */

	/* the import */
	const char *status;
	const char *file_name;
	int64		file_bytes;
	bytea	   *file_sha256;	/* or NULL */
	const char *target_name;
	const char *id_column;
	int64		written;		/* clients created and updated */
	int64		ncreated;		/* changes that were recorded */
	int64		nupdated;

	WfxTarget  *target;
	WfxForm		id;
	WfxUndoColumns created;
	WfxUndoColumns updated;
	List	   *references;		/* undo_references.c */
	WfxStatements *statements;
	WfxIssues  *issues;
	WfxSlot    *slot;

	/* a batch of changes, later records first */
	MemoryContext batch;
	int			limit;			/* most changes that it takes now */
	int			nchanges;
	WfxUndoChange **changes;

	int64		done;			/* changes that were looked at */
	int64		deleted;
	int64		restored;
	int64		kept;
	int64		unlisted;		/* kept, but too many to be listed */
} WfxUndo;

/* Undo an import; returns the row of the undo in wifox_imports, in the caller's memory */
extern HeapTuple wfx_undo_run(int64 import_id, const char *schema);

/* Something is done within a batch: show how far the undo is */
extern void wfx_undo_tick(WfxUndo *undo);

/* A client stays as it is, for this reason */
extern void wfx_undo_keep(WfxUndo *undo, WfxUndoChange *change, const WfxIssue *reason);

/* Load the import, and sum its changes up (undo_load.c); ERROR if it cannot be undone */
extern void wfx_undo_load(WfxUndo *undo);

/* Prepare the columns, when the table is open; checks the rights to them */
extern void wfx_undo_prepare_columns(WfxUndo *undo);

/* Read the changes batch by batch; false: there are no more */
extern Portal wfx_undo_open_changes(WfxUndo *undo);
extern bool wfx_undo_read_batch(WfxUndo *undo, Portal portal);

/* Look the clients of the batch up, and keep those that changed (undo_compare.c) */
extern void wfx_undo_compare(WfxUndo *undo);

/* The foreign keys that reference clients (undo_references.c); checks the rights to them */
extern void wfx_undo_find_references(WfxUndo *undo);

/*
 * Which of the clients are referenced?  Those by other tables are kept, those by the
 * clients table itself are left in self, which has room for n; *nself says how many.
 */
extern void wfx_undo_check_references(WfxUndo *undo, WfxUndoChange **changes, int n,
									  WfxUndoChange **self, int *nself);
extern bool wfx_undo_references_itself(const WfxUndo *undo);

/* Delete and restore clients of the batch (undo_write.c) */
extern void wfx_undo_write(WfxUndo *undo);

#endif							/* WFX_UNDO_H */
