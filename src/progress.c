/*
 * progress.c
 *		How far an import is: pg_stat_progress_copy, and a NOTICE every few seconds.
 *
 * A session has one slot for the command whose progress it shows, and the server
 * knows no commands of extensions: an import shows itself as COPY FROM.  A mark in
 * a parameter that COPY does not use tells it from a real one, and others hold what
 * COPY cannot say; view wifox_import_progress reads them.
 */
#include "postgres.h"

#include "commands/progress.h"
#include "miscadmin.h"
#include "utils/backend_progress.h"
#include "utils/backend_status.h"
#include "utils/timestamp.h"

#include "progress.h"

/* Parameters: COPY's own, those that it does not use, and the mark */
#define PARAM_FAILED	6		/* since 17: tuples skipped because they are malformed */
#define PARAM_MARK		17
#define PARAM_STARTED	18
#define PARAM_DONE		19		/* hundredths of a percent */
#define MARK			7824504

#define ALL_DONE		10000

/* How much of the work the first of two readings is, in hundredths of a percent */
#define SURVEY_DONE		3000

#define NOTICE_MILLISECONDS	5000

typedef struct WfxProgress
{
	bool		guest;			/* the slot shows a command that called the import */
	ProgressCommandType command;	/* what the slot shows */
	Oid			relid;
	int64		params[PGSTAT_NUM_PROGRESS_PARAM];
	bool		surveying;		/* this is the first of two readings */
	int64		records;		/* of this reading */
	int64		done;			/* hundredths of a percent */
	TimestampTz noticed;
} WfxProgress;

/* Does the slot show nothing? */
static bool
is_slot_empty(void)
{
	return MyBEEntry == NULL || MyBEEntry->st_progress_command == PROGRESS_COMMAND_INVALID;
}

/* Let the slot show what is known of the command */
static void
fill_slot(const WfxProgress *progress)
{
	int			indexes[PGSTAT_NUM_PROGRESS_PARAM];

	for (int i = 0; i < PGSTAT_NUM_PROGRESS_PARAM; i++)
		indexes[i] = i;
	if (is_slot_empty())
		pgstat_progress_start_command(progress->command, progress->relid);
	pgstat_progress_update_multi_param(PGSTAT_NUM_PROGRESS_PARAM, indexes, progress->params);
}

/* Remember what the slot shows of a command that called the import */
static void
remember_caller(WfxProgress *progress)
{
	progress->guest = true;
	progress->command = MyBEEntry->st_progress_command;
	progress->relid = MyBEEntry->st_progress_command_target;
	memcpy(progress->params, MyBEEntry->st_progress_param, sizeof(progress->params));
}

/* Show an import that begins, unless the slot is taken by a COPY or another import */
void
wfx_progress_start(WfxImport *import)
{
	WfxProgress *progress = palloc0(sizeof(WfxProgress));
	int			readings = import->options->last_duplicate_wins ? 2 : 1;

	import->progress = progress;
	progress->noticed = GetCurrentTimestamp();
	if (!is_slot_empty())
	{
		remember_caller(progress);
		return;
	}
	progress->command = PROGRESS_COMMAND_COPY;
	progress->relid = import->target->relid;
	progress->params[PROGRESS_COPY_COMMAND] = PROGRESS_COPY_COMMAND_FROM;
	progress->params[PROGRESS_COPY_TYPE] = import->reader->source->fd >= 0 ?
		PROGRESS_COPY_TYPE_FILE : PROGRESS_COPY_TYPE_CALLBACK;
	progress->params[PROGRESS_COPY_BYTES_TOTAL] = import->reader->source->size * readings;
	progress->params[PARAM_MARK] = MARK;
	progress->params[PARAM_STARTED] = progress->noticed;
	fill_slot(progress);
}

/* Say how far the import is, if that was not said for some seconds */
static void
notice(WfxImport *import)
{
	WfxProgress *progress = import->progress;
	TimestampTz now = GetCurrentTimestamp();

	if (!TimestampDifferenceExceeds(progress->noticed, now, NOTICE_MILLISECONDS))
		return;
	progress->noticed = now;
	ereport(NOTICE,
			(errmsg(progress->surveying ?
					"Looking for duplicates in %s: %d %% (" INT64_FORMAT " records)" :
					"Processing %s: %d %% (" INT64_FORMAT " records)",
					import->reader->source->name, (int) (progress->done / 100),
					progress->records)));
}

/* The share of a file that was read, in parts of whole; it may have grown meanwhile */
static int64
share_read(const WfxReader *reader, int64 whole)
{
	double		total = Max(reader->source->size, 1);

	return whole * Min(wfx_reader_position(reader) / total, 1.0);
}

/* What the slot shows of an import that goes on */
static void
update(WfxProgress *progress, int64 bytes, const int64 *counts)
{
	int64	   *params = progress->params;

	params[PROGRESS_COPY_BYTES_PROCESSED] = bytes;
	params[PROGRESS_COPY_TUPLES_PROCESSED] =
		counts[WFX_CREATED] + counts[WFX_UPDATED] + counts[WFX_UNCHANGED];
	params[PROGRESS_COPY_TUPLES_EXCLUDED] = counts[WFX_SKIPPED];
	params[PARAM_FAILED] = counts[WFX_FAILED];
	params[PARAM_DONE] = progress->done;
	fill_slot(progress);
}

/* A part of the first of two readings is done */
void
wfx_progress_surveyed(WfxImport *import, const WfxReader *reader, int64 records)
{
	WfxProgress *progress = import->progress;

	progress->surveying = true;
	progress->records = records;
	progress->done = share_read(reader, SURVEY_DONE);
	if (!progress->guest)
		update(progress, wfx_reader_position(reader), import->counts);
	wfx_progress_tick(import);
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
	progress->done = before + share_read(import->reader, ALL_DONE - before);
	if (!progress->guest)
		update(progress, bytes, import->counts);
	wfx_progress_tick(import);
}

/* Something is done within a batch */
void
wfx_progress_tick(WfxImport *import)
{
	if (is_slot_empty())
		fill_slot(import->progress);
	notice(import);
}

/* The import has ended: the slot is empty again, or its caller's */
void
wfx_progress_end(WfxImport *import)
{
	if (!import->progress->guest)
		pgstat_progress_end_command();
	else if (is_slot_empty())
		fill_slot(import->progress);
}
