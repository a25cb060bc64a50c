/*
 * undo.c
 *		The undo of an import.
 *
 * What the import changed is read from wifox_import_changes, batch by batch, later
 * records first:
 *
 *		load ──► compare ──► references ──► write
 *		changes	 as it was	  referenced?	 delete, restore
 *
 * A client that changed since, is referenced, or that the table does not let go, is
 * kept as it is and listed.  All of it runs with the caller's rights.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "commands/progress.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"
#include "utils/varlena.h"

#include "history.h"
#include "lock.h"
#include "nls.h"
#include "notices.h"
#include "pace.h"
#include "rights.h"
#include "settings.h"
#include "undo.h"

/* A client stays as it is */
void
wfx_undo_keep(WfxUndo *undo, WfxUndoChange *change, const WfxIssue *reason)
{
	WfxIssue	issue = *reason;

	issue.record = change->record;
	issue.line = change->line;
	change->kept = true;
	undo->kept++;
	if (!wfx_issues_add(undo->issues, &issue))
		undo->unlisted++;
}

/* The table that the clients were imported into */
static Oid
find_table(const WfxUndo *undo)
{
	List	   *names = textToQualifiedNameList(cstring_to_text(undo->target_name));
	Oid			relid = RangeVarGetRelid(makeRangeVarFromNameList(names), NoLock, true);

	if (!OidIsValid(relid))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("import %lld cannot be undone: table %s does not exist any more",
						(long long) undo->import_id, undo->target_name),
				 errhint("If it was renamed, rename it back.")));
	return relid;
}

/* May the user do with the table what the undo does?  Locking a row takes the right to UPDATE. */
static void
check_rights(const WfxUndo *undo, Oid relid)
{
	wfx_rights_check(relid, ACL_SELECT);
	wfx_rights_check(relid, ACL_UPDATE);
	if (undo->ncreated > 0)
		wfx_rights_check(relid, ACL_DELETE);
}

/* Find the table and take the lock of its imports, as these do */
static Oid
lock_table(WfxUndo *undo)
{
	Oid			locked = InvalidOid;
	Oid			relid;

	while ((relid = find_table(undo)) != locked)
	{
		check_rights(undo, relid);
		wfx_lock_imports(relid);
		locked = relid;
	}
	wfx_remember_import(relid, "undo an import into", undo->context);
	return relid;
}

/* Import, rights, table, lock: what must hold before a client is looked at */
static void
pass_gate(WfxUndo *undo)
{
	Oid			relid;

	PreventCommandIfReadOnly("wifox_import_undo()");
	PreventCommandDuringRecovery("wifox_import_undo()");
	PreventCommandIfParallelMode("wifox_import_undo()");
	wfx_undo_load(undo);
	relid = lock_table(undo);
	if (wfx_history_is_undone(undo->schema, undo->import_id))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("import %lld cannot be undone: it has been undone already",
						(long long) undo->import_id)));
	undo->target = wfx_target_open_by_id(relid, undo->id_column, RowExclusiveLock);
	wfx_undo_prepare_columns(undo);
	if (undo->ncreated > 0)
		wfx_undo_find_references(undo);
}

/* The share of the changes that was looked at, in parts of whole */
static int64
share_done(const WfxUndo *undo, int64 whole)
{
	return whole * ((double) undo->done / Max(undo->ncreated + undo->nupdated, 1));
}

/* Show that it goes on, and say how far it is if that was not said for some seconds */
void
wfx_undo_tick(WfxUndo *undo)
{
	wfx_slot_refresh(undo->slot);
	if (wfx_slot_notice_due(undo->slot))
		ereport(NOTICE,
				(errmsg("Undoing import %lld: %d %% (%lld clients)", (long long) undo->import_id,
						(int) share_done(undo, 100), (long long) undo->done)));
}

/* A batch is done */
static void
show_batch(WfxUndo *undo)
{
	WfxShown	shown = {
		.done = share_done(undo, WFX_ALL_DONE),
		.good = undo->deleted + undo->restored,
		.skipped = undo->kept
	};

	wfx_slot_show(undo->slot, &shown);
	wfx_undo_tick(undo);
}

/* Undo the changes, batch by batch */
static void
undo_changes(WfxUndo *undo)
{
	MemoryContext old = CurrentMemoryContext;
	Portal		portal;
	WfxPace		pace;

	undo->slot = wfx_slot_start(undo->target->relid, PROGRESS_COPY_TYPE_CALLBACK, 0);
	undo->limit = wfx_pace_start(&pace);
	portal = wfx_undo_open_changes(undo);
	while (wfx_undo_read_batch(undo, portal))
	{
		TimestampTz started = GetCurrentTimestamp();

		wfx_undo_compare(undo);
		wfx_undo_write(undo);
		undo->done += undo->nchanges;
		undo->limit = wfx_pace_next(&pace, WFX_BATCH_RECORDS, started);
		show_batch(undo);
	}
	SPI_cursor_close(portal);
	wfx_slot_end(undo->slot);
	MemoryContextSwitchTo(old);
}

/* What has become of it; the history keeps it in English */
static const char *const undone_format =
gettext_noop("Import %lld undone: %lld clients deleted or restored, %lld kept");

/* Fill in that sentence */
static char *
undone_text(const WfxUndo *undo, const char *format)
{
	return psprintf(format, (long long) undo->import_id,
					(long long) undo->deleted + (long long) undo->restored,
					(long long) undo->kept);
}

/* The row of the undo in the history */
static HeapTuple
add_history(WfxUndo *undo, WfxHistory *history)
{
	history->parent_id = undo->import_id;
	history->status = "undone";
	history->message = undone_text(undo, undone_format);
	history->file_name = undo->file_name;
	history->file_bytes = undo->file_bytes;
	history->has_sha256 = undo->file_sha256 != NULL &&
		VARSIZE_ANY_EXHDR(undo->file_sha256) == sizeof(history->sha256);
	if (history->has_sha256)
		memcpy(history->sha256, VARDATA_ANY(undo->file_sha256), sizeof(history->sha256));
	history->records = undo->ncreated + undo->nupdated;
	history->counts[WFX_UPDATED] = undo->deleted + undo->restored;
	history->counts[WFX_SKIPPED] = undo->kept;
	history->mode = "undo";
	history->on_error = "skip";
	history->options = "{}";
	history->target = undo->target_name;
	return wfx_history_add(undo->schema, history, undo->issues, NULL, undo->statements);
}

/* Say what has become of it */
static void
notice_end(const WfxUndo *undo, const WfxHistory *history)
{
	int64		unrecorded = undo->written - undo->ncreated - undo->nupdated;

	if (unrecorded > 0)
		ereport(NOTICE,
				(errmsg("Clients of import %lld that were not recorded stay as they are: %lld",
						(long long) undo->import_id, (long long) unrecorded),
				 errdetail("Row security hid them from the import.")));
	if (undo->unlisted > 0)
		ereport(NOTICE,
				(errmsg("Kept clients that are not listed: %lld", (long long) undo->unlisted),
				 errdetail("At most %d are (wifox_import.max_errors).", wfx_max_errors)));
	ereport(NOTICE,
			(errmsg("%s", undone_text(undo, wfx_translate(undone_format))),
			 errdetail("%lld deleted, %lld restored, %lld kept.", (long long) undo->deleted,
					   (long long) undo->restored, (long long) undo->kept),
			 undo->kept > 0 ?
			 errhint("SELECT * FROM %s.wifox_import_errors WHERE import_id = %lld;",
					 quote_identifier(undo->schema), (long long) history->id) : 0));
	wfx_notify(history);
}

/* An undo in a memory context of its own */
static WfxUndo *
make_undo(int64 import_id, const char *schema)
{
	WfxUndo    *undo = palloc0(sizeof(WfxUndo));

	undo->schema = schema;
	undo->import_id = import_id;
	undo->context = CurrentMemoryContext;
	undo->statements = wfx_statements_create();
	undo->issues = wfx_issues_create(wfx_max_errors);
	undo->batch = AllocSetContextCreate(CurrentMemoryContext, "wifox_import undo batch",
										ALLOCSET_DEFAULT_SIZES);
	return undo;
}

/* Undo an import */
HeapTuple
wfx_undo_run(int64 import_id, const char *schema)
{
	MemoryContext old = CurrentMemoryContext;
	MemoryContext context = AllocSetContextCreate(old, "wifox_import undo", ALLOCSET_DEFAULT_SIZES);
	WfxHistory	history = {0};
	WfxUndo    *undo;
	HeapTuple	tuple;

	SPI_connect();
	MemoryContextSwitchTo(context);
	history.started_at = GetCurrentTimestamp();
	history.imported_by = GetUserNameFromId(GetUserId(), false);
	undo = make_undo(import_id, schema);
	pass_gate(undo);
	ereport(NOTICE, (errmsg("Undoing import %lld (%s)", (long long) import_id, undo->file_name)));
	undo_changes(undo);
	tuple = add_history(undo, &history);
	notice_end(undo, &history);
	wfx_target_close(undo->target);
	wfx_issues_destroy(undo->issues);
	SPI_finish();
	MemoryContextSwitchTo(old);
	MemoryContextDelete(context);
	return tuple;
}
