/*
 * run.c
 *		What happens to a file.
 *
 * The gate comes first: rights, the table and its indexes, the lock that lets
 * imports into one table run one after the other.  Then the file is processed
 * (process.c) in one subtransaction, which is committed, or rolled back if the import
 * is refused or only checked.  The history, the issues and the changes are written
 * behind it, so that the evidence stays.
 */
#include "postgres.h"

#include "access/xact.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "changes.h"
#include "earlier.h"
#include "guard.h"
#include "history.h"
#include "lock.h"
#include "notices.h"
#include "process.h"
#include "progress.h"
#include "rights.h"
#include "run.h"
#include "settings.h"
#include "setup.h"
#include "survey.h"
#include "writable.h"

/* The table that clients go into; the default one is made if it is not there */
static Oid
find_table(const char *schema)
{
	Oid			relid = wfx_target_find(schema);

	if (OidIsValid(relid))
		return relid;
	if (strcmp(wfx_clients_table, WFX_DEFAULT_CLIENTS_TABLE) != 0)
		wfx_target_missing();
	return wfx_setup_first_import(schema);
}

/*
 * Find the table, and take the lock of its imports: not before the caller's rights
 * are checked.  While it waited for a lock the name may have come to mean another
 * table, or none.
 */
static Oid
lock_table(WfxImport *import)
{
	Oid			locked = InvalidOid;
	Oid			relid;

	while ((relid = find_table(import->schema)) != locked)
	{
		if (OidIsValid(locked))
			UnlockRelationOid(locked, RowExclusiveLock);
		wfx_rights_check_table(relid, import->options->mode);
		wfx_lock_imports(relid);
		LockRelationOid(relid, RowExclusiveLock);
		locked = relid;
	}
	wfx_remember_import(relid, "import into", import->context);
	return relid;
}

/* Rights, table, keys, lock: what must hold before a record is read */
static void
pass_gate(WfxImport *import)
{
	Oid			relid;

	PreventCommandIfReadOnly("wifox_import_clients()");
	PreventCommandDuringRecovery("wifox_import_clients()");
	PreventCommandIfParallelMode("wifox_import_clients()");
	relid = lock_table(import);
	import->dictionary = wfx_dictionary_load(import->schema);
	import->target = wfx_target_open(relid, import->dictionary, RowExclusiveLock);
	wfx_writable_check(import->target->rel, import->options->mode);
}

/* Do the errors found refuse the whole import? */
static bool
is_refused(const WfxImport *import)
{
	int64		failed = import->counts[WFX_FAILED];
	int64		limit = import->options->reject_limit;

	if (failed == 0)
		return false;
	if (import->options->on_error != WFX_ON_ERROR_SKIP || failed == import->records)
		return true;
	return limit != WFX_NO_REJECT_LIMIT && failed > limit;
}

/* The word for the outcome */
static const char *
outcome(const WfxImport *import, bool file_ok)
{
	if (!file_ok || is_refused(import))
		return "failed";
	if (import->options->dry_run)
		return "checked";
	return import->counts[WFX_FAILED] > 0 ? "partial" : "imported";
}

/* A refused import changed nothing: its good records count as skipped */
static void
settle_counts(const WfxImport *import, WfxHistory *history)
{
	memcpy(history->counts, import->counts, sizeof(history->counts));
	history->records = import->records;
	if (strcmp(history->status, "failed") != 0)
		return;
	history->counts[WFX_SKIPPED] = import->records - import->counts[WFX_FAILED];
	history->counts[WFX_CREATED] = 0;
	history->counts[WFX_UPDATED] = 0;
	history->counts[WFX_UNCHANGED] = 0;
}

/* Run the pipeline in its subtransaction, and keep or undo what it did */
static void
run_pipeline(WfxImport *import, WfxHistory *history)
{
	volatile bool ok = false;
	WfxGuard	guard;

	wfx_guard_begin(&guard, "wifox_import run");
	PG_TRY();
	{
		ok = wfx_process(import);
	}
	PG_CATCH();
	{
		wfx_guard_rethrow(&guard);
	}
	PG_END_TRY();
	history->status = outcome(import, ok);
	if (strcmp(history->status, "failed") == 0 || import->options->dry_run)
		wfx_guard_rollback(&guard);
	else
		wfx_guard_commit(&guard);
	settle_counts(import, history);
	history->message = wfx_summary(history, ok ? NULL : &import->reader->failure);
}

/* An import in a memory context of its own */
static WfxImport *
make_import(WfxSource *source, const WfxOptions *options, const char *schema)
{
	WfxImport  *import = palloc0(sizeof(WfxImport));

	import->context = CurrentMemoryContext;
	import->options = options;
	import->schema = schema;
	import->reader = wfx_reader_create(source, &options->dialect);
	import->issues = wfx_issues_create(wfx_max_errors);
	import->changes = wfx_changes_create();
	import->statements = wfx_statements_create();
	import->batch.context = GenerationContextCreate(CurrentMemoryContext, "wifox_import batch",
												  ALLOCSET_DEFAULT_SIZES);
	return import;
}

/* Import a source */
HeapTuple
wfx_run(WfxSource *source, const WfxOptions *options, const char *schema)
{
	MemoryContext old = CurrentMemoryContext;
	MemoryContext context = AllocSetContextCreate(old, "wifox_import run", ALLOCSET_DEFAULT_SIZES);
	WfxHistory	history = {0};
	WfxImport  *import;
	HeapTuple	tuple;

	SPI_connect();
	MemoryContextSwitchTo(context);
	history.started_at = GetCurrentTimestamp();
	history.imported_by = GetUserNameFromId(GetUserId(), false);
	import = make_import(source, options, schema);
	pass_gate(import);
	wfx_notice_start(import);
	wfx_progress_start(import);
	run_pipeline(import, &history);
	wfx_source_check_unchanged(source);
	history.has_sha256 = wfx_source_sha256(source, history.sha256);
	if (history.has_sha256)
	{
		wfx_survey_check(import, history.sha256);
		wfx_notice_same_file(import, history.sha256);
	}
	history.parent_id = wfx_find_parent(import);
	if (options->on_error == WFX_ON_ERROR_RAISE && strcmp(history.status, "failed") == 0)
		wfx_raise_errors(import, &history);
	wfx_history_describe(import, &history);
	tuple = wfx_history_add(schema, &history, import->issues,
							strcmp(history.status, "failed") == 0 ? NULL : import->changes,
							import->statements);
	wfx_progress_end(import);
	wfx_notice_end(import, &history);
	wfx_target_close(import->target);
	wfx_issues_destroy(import->issues);
	wfx_batch_rows_destroy(import->changes);
	SPI_finish();
	MemoryContextSwitchTo(old);
	MemoryContextDelete(context);
	return tuple;
}
