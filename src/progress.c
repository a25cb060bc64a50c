/*
 * progress.c
 *		How far an import is: shown to other sessions, and said every few seconds.
 */
#include "postgres.h"

#include "commands/progress.h"

#include "heap_deferral.h"
#include "nls.h"
#include "progress.h"
#include "progress_slot.h"

/* How much of the work the first of two readings is, and index entries made at the end */
#define SURVEY_DONE		(WFX_ALL_DONE * 3 / 10)
#define INDEX_DONE		(WFX_ALL_DONE * 3 / 10)

typedef struct WfxProgress
{
	WfxSlot    *slot;
	bool		surveying;		/* this is the first of two readings */
	int64		records;		/* of this reading */
	int64		bytes;			/* of all readings */
	int64		done;			/* of WFX_ALL_DONE */
} WfxProgress;

/* Show an import that begins */
void
wfx_progress_start(WfxImport *import)
{
	const WfxSource *source = import->reader->source;
	int			readings = import->options->last_duplicate_wins ? 2 : 1;

	import->progress = palloc0(sizeof(WfxProgress));
	import->progress->slot = wfx_slot_start(import->target->relid, source->fd >= 0 ?
											PROGRESS_COPY_TYPE_FILE : PROGRESS_COPY_TYPE_CALLBACK,
											source->size * readings);
}

/* Say how far the import is, if that was not said for some seconds */
static void
notice(WfxImport *import)
{
	WfxProgress *progress = import->progress;

	if (!wfx_slot_notice_due(progress->slot))
		return;
	ereport(NOTICE,
			(progress->surveying ?
			 errmsg("Looking for duplicates in %s: %d %% (%lld records)",
					import->reader->source->name, (int) (progress->done / 100),
					(long long) progress->records) :
			 errmsg("Processing %s: %d %% (%lld records)",
					import->reader->source->name, (int) (progress->done / 100),
					(long long) progress->records)));
}

/* The share of a file that was read, in parts of whole; it may have grown meanwhile */
static int64
share_read(const WfxReader *reader, int64 whole)
{
	double		total = Max(reader->source->size, 1);

	return whole * Min(wfx_reader_position(reader) / total, 1.0);
}

/* Show an import that goes on */
static void
show(WfxImport *import, int64 bytes)
{
	const int64 *counts = import->counts;
	WfxShown	shown = {
		.done = import->progress->done,
		.bytes = bytes,
		.good = counts[WFX_CREATED] + counts[WFX_UPDATED] + counts[WFX_UNCHANGED],
		.skipped = counts[WFX_SKIPPED],
		.failed = counts[WFX_FAILED]
	};

	wfx_slot_show(import->progress->slot, &shown);
	notice(import);
}

/* How much of the work is left for the end of the file? */
static int64
indexes_done(const WfxImport *import)
{
	return import->heap != NULL && wfx_heap_is_deferring(import) ? INDEX_DONE : 0;
}

/* A part of the first of two readings is done */
void
wfx_progress_surveyed(WfxImport *import, const WfxReader *reader, int64 records)
{
	WfxProgress *progress = import->progress;

	progress->surveying = true;
	progress->records = records;
	progress->done = share_read(reader, SURVEY_DONE);
	show(import, wfx_reader_position(reader));
}

/* A batch is done */
void
wfx_progress_batch(WfxImport *import)
{
	WfxProgress *progress = import->progress;
	int64		bytes = wfx_reader_position(import->reader);
	int64		before = 0;

	if (import->options->last_duplicate_wins)
	{
		before = SURVEY_DONE;
		bytes += import->reader->source->size;
	}
	progress->surveying = false;
	progress->records = import->records;
	progress->done = before +
		share_read(import->reader, WFX_ALL_DONE - before - indexes_done(import));
	progress->bytes = bytes;
	show(import, bytes);
}

/* Index entries were made that had waited for the end of the file */
void
wfx_progress_indexed(WfxImport *import, int64 done, int64 total)
{
	WfxProgress *progress = import->progress;

	if (wfx_reader_position(import->reader) >= import->reader->source->size)
		progress->done = WFX_ALL_DONE - INDEX_DONE + INDEX_DONE * done / Max(total, 1);
	show(import, progress->bytes);
}

/* Something is done within a batch */
void
wfx_progress_tick(WfxImport *import)
{
	wfx_slot_refresh(import->progress->slot);
	notice(import);
}

/* The import has ended */
void
wfx_progress_end(WfxImport *import)
{
	wfx_slot_end(import->progress->slot);
}
