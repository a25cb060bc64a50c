/*
 * process.c
 *		A file, from its header to its last record.
 *
 *		reader ──► record ──► references ──► match ──► decide ──► writer
 *		 cells	   values	   known IDs	  who?	   outcome	  rows
 *		   └─────────┴────────────┴──────────┴─────────┴──────────┴──► issues
 *
 * batch by batch, so that memory hardly grows with the file.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "apply.h"
#include "cell_memo.h"
#include "decide.h"
#include "guard.h"
#include "heap_deferral.h"
#include "heap_writer.h"
#include "match.h"
#include "nls.h"
#include "pace.h"
#include "process.h"
#include "progress.h"
#include "record.h"
#include "references.h"
#include "rights.h"
#include "settings.h"
#include "survey.h"
#include "track.h"
#include "usernames.h"
#include "writer.h"

/* A batch ends with whichever comes first; cells and columns count by what is kept of each */
#define BATCH_TEXT		(8 * 1024 * 1024)
#define BATCH_BYTES		(32 * 1024 * 1024)
#define COLUMN_BYTES	(sizeof(WfxState) + 3 * sizeof(Datum) + 3 * sizeof(bool))

/* A finding about the file as a whole replaces all others */
static void
fail_file(WfxImport *import)
{
	WfxIssue   *failure = &import->reader->failure;

	wfx_issues_clear(import->issues);
	(void) wfx_issues_add(import->issues, failure);
	import->records = import->unreported = 0;
	MemSet(import->counts, 0, sizeof(import->counts));
}

/* Begin to remember what records name */
static void
start_memory(WfxImport *import)
{
	import->usernames = wfx_usernames_create(import);
	import->seen_ids = wfx_seen_create(&import->target->id);
	import->seen_emails = wfx_seen_create(&import->target->email);
}

/* Forget it */
static void
end_memory(WfxImport *import)
{
	if (import->usernames != NULL)
		wfx_usernames_free(import->usernames);
	if (import->seen_ids != NULL)
		wfx_seen_destroy(import->seen_ids);
	if (import->seen_emails != NULL)
		wfx_seen_destroy(import->seen_emails);
	import->usernames = NULL;
	import->seen_ids = import->seen_emails = NULL;
}

/* Read the header and prepare the stages behind it; false: the file is refused */
static bool
read_header(WfxImport *import)
{
	WfxReader  *reader = import->reader;
	WfxRow		header;

	if (!wfx_reader_open(reader))
		return false;
	switch (wfx_reader_next(reader, &header))
	{
		case WFX_READ_FAILED:
			return false;
		case WFX_READ_END:
			reader->failure.code = "not_csv";
			reader->failure.sqlerrcode = ERRCODE_BAD_COPY_FILE_FORMAT;
			reader->failure.message = "this file has no header";
			reader->failure.hint = "The first line must name the columns.";
			return false;
		case WFX_READ_ROW:
			break;
	}
	import->header_raw = header.raw;
	import->columns = wfx_columns_bind(&header, import->dictionary, import->target,
									   import->options, &reader->failure);
	if (import->columns == NULL)
		return false;
	import->memo = wfx_cell_memo_create(import->columns);
	wfx_rights_check_columns(import->columns, import->target, import->options->mode);
	import->references = wfx_references_create(import);
	import->matcher = wfx_matcher_create(import);
	import->tracker = wfx_tracker_create(import);
	import->writer = wfx_writer_create(import);
	import->heap = wfx_heap_writer_create(import);
	start_memory(import);
	import->guarded = wfx_decide_may_raise(import);
	if (import->options->last_duplicate_wins)
		wfx_survey(import);
	return true;
}

/* One record too many refuses the file */
static bool
check_record_count(WfxImport *import, const WfxRow *row)
{
	WfxIssue   *failure = &import->reader->failure;

	if (wfx_max_records == 0 || import->records <= wfx_max_records)
		return true;
	MemSet(failure, 0, sizeof(WfxIssue));
	failure->line = row->line;
	failure->code = "too_many_records";
	failure->sqlerrcode = ERRCODE_PROGRAM_LIMIT_EXCEEDED;
	failure->message = psprintf("this file has more than %d records", wfx_max_records);
	failure->hint = "Split the file, or ask an administrator to raise wifox_import.max_records.";
	return false;
}

/* Fill the batch; the file may end in it (*more), or be refused (false) */
static bool
read_batch(WfxImport *import, bool *more)
{
	WfxBatch   *batch = &import->batch;
	Size		text = 0;
	Size		bytes = 0;

	batch->count = 0;
	batch->records = palloc(sizeof(WfxRecord *) * batch->limit);
	while (batch->count < batch->limit && text < BATCH_TEXT && bytes < BATCH_BYTES)
	{
		WfxRecord  *record = palloc0(sizeof(WfxRecord));

		CHECK_FOR_INTERRUPTS();
		switch (wfx_reader_next(import->reader, &record->row))
		{
			case WFX_READ_FAILED:
				return false;
			case WFX_READ_END:
				*more = false;
				return true;
			case WFX_READ_ROW:
				break;
		}
		record->number = ++import->records;
		if (!check_record_count(import, &record->row))
			return false;
		text += record->row.raw ? strlen(record->row.raw) : 0;
		bytes += sizeof(WfxRecord) + record->row.ncells * sizeof(WfxCell) +
			import->columns->ncolumns * COLUMN_BYTES;
		if (wfx_survey_replaced(import, record->number))
			import->counts[WFX_SKIPPED]++;
		else
			batch->records[batch->count++] = record;
	}
	return true;
}

/*
 * The most records of a batch.  Statements and sorts want many; where index entries wait
 * for the end of the file anyway, what is passed over again and again had better be near.
 */
static int
most_records(const WfxImport *import)
{
	return wfx_heap_is_deferring(import) ? WFX_CACHED_RECORDS : WFX_BATCH_RECORDS;
}

/* Do everything up to the decision whether it stays; false: the file is refused */
static bool
process_records(WfxImport *import)
{
	MemoryContext old = MemoryContextSwitchTo(import->batch.context);
	bool		more = true;
	bool		ok = true;
	WfxPace		pace;

	import->batch.limit = wfx_pace_start(&pace);
	while (more)
	{
		TimestampTz started = GetCurrentTimestamp();

		MemoryContextReset(import->batch.context);
		ok = read_batch(import, &more);
		if (!ok)
			break;
		wfx_records_convert(import);
		wfx_apply_batch(import);
		wfx_progress_batch(import);
		import->batch.limit = wfx_pace_next(&pace, most_records(import), started);
	}
	MemoryContextSwitchTo(old);
	return ok;
}

/*
 * The same with index entries that wait for the end of the file, in a subtransaction.
 * False: the table refuses one of them or of the rows, and nothing is written.
 */
static bool
process_deferred(WfxImport *import, bool *ok)
{
	ErrorData  *volatile error = NULL;
	int			tries = 0;
	WfxGuard	guard;

	wfx_guard_begin(&guard, "wifox_import records");
	PG_TRY();
	{
		wfx_heap_deferral_begin(import);
		*ok = process_records(import);
		if (*ok)
		{
			/* index entries are merged in the memory that this gives back */
			MemoryContextReset(import->batch.context);
			end_memory(import);
			wfx_heap_deferral_flush(import);
		}
		wfx_heap_deferral_end(import);
		wfx_guard_commit(&guard);
	}
	PG_CATCH();
	{
		error = wfx_guard_catch_locking(&guard);
	}
	PG_END_TRY();
	if (error == NULL)
		return true;
	if (!wfx_heap_deferral_abandon(import))
		ReThrowError(error);
	ereport(DEBUG1,
			(errmsg_internal("importing once more, batch by batch: %s", error->message)));
	/* after a deadlock the others go first */
	(void) wfx_guard_try_again(error, &tries);
	return false;
}

/* Forget all records, and go back to the first one */
static bool
start_over(WfxImport *import)
{
	MemoryContext old = MemoryContextSwitchTo(import->context);
	WfxSource  *source = import->reader->source;
	WfxRow		header;
	bool		ok;

	end_memory(import);
	start_memory(import);
	wfx_track_start(import, 0);
	wfx_heap_start_over(import);
	wfx_issues_clear(import->issues);
	wfx_batch_rows_clear(import->changes);
	import->pending = NIL;
	import->records = import->unreported = 0;
	MemSet(import->counts, 0, sizeof(import->counts));
	wfx_source_rewind(source);
	import->reader = wfx_reader_create(source, &import->options->dialect);
	ok = wfx_reader_open(import->reader) &&
		wfx_reader_next(import->reader, &header) == WFX_READ_ROW;
	MemoryContextSwitchTo(old);
	return ok;
}

/* Header and records; false: the file is refused */
static bool
process_file(WfxImport *import)
{
	bool		ok = false;

	if (!read_header(import))
		return false;
	if (import->heap == NULL || import->heap->deferral == NULL)
		return process_records(import);
	if (process_deferred(import, &ok))
		return ok;
	return start_over(import) && process_records(import);
}

/* Give back what belongs to the subtransaction, before it ends */
static void
end_stages(WfxImport *import)
{
	end_memory(import);
	if (import->heap != NULL)
		wfx_heap_writer_free(import->heap);
	if (import->columns != NULL)
		wfx_columns_free(import->columns);
}

/* Process the file */
bool
wfx_process(WfxImport *import)
{
	bool		ok = process_file(import);

	if (!ok)
		fail_file(import);
	end_stages(import);
	return ok;
}
