/*
 * progress_slot.c
 *		What other sessions see of a running import or undo.
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

#include "progress_slot.h"

/* Parameters: COPY's own, those that it does not use, and the mark */
#define PARAM_FAILED	6		/* since 17: tuples skipped because they are malformed */
#define PARAM_MARK		17
#define PARAM_STARTED	18
#define PARAM_DONE		19
#define MARK			7824504

#define NOTICE_MILLISECONDS	5000

struct WfxSlot
{
	bool		guest;			/* it shows a command that has called us */
	ProgressCommandType command;	/* what it shows */
	Oid			relid;
	int64		params[PGSTAT_NUM_PROGRESS_PARAM];
	TimestampTz noticed;
};

/* Does the session's slot show nothing? */
static bool
is_empty(void)
{
	return MyBEEntry == NULL || MyBEEntry->st_progress_command == PROGRESS_COMMAND_INVALID;
}

/* Let it show what is known of the command */
static void
fill(const WfxSlot *slot)
{
	int			indexes[PGSTAT_NUM_PROGRESS_PARAM];

	for (int i = 0; i < PGSTAT_NUM_PROGRESS_PARAM; i++)
		indexes[i] = i;
	if (is_empty())
		pgstat_progress_start_command(slot->command, slot->relid);
	pgstat_progress_update_multi_param(PGSTAT_NUM_PROGRESS_PARAM, indexes, slot->params);
}

/* Remember what it shows of a command that has called us */
static void
remember_caller(WfxSlot *slot)
{
	slot->guest = true;
	slot->command = MyBEEntry->st_progress_command;
	slot->relid = MyBEEntry->st_progress_command_target;
	memcpy(slot->params, MyBEEntry->st_progress_param, sizeof(slot->params));
}

/* Show what begins, unless the slot is taken by a COPY or an import */
WfxSlot *
wfx_slot_start(Oid relid, int64 type, int64 bytes)
{
	WfxSlot    *slot = palloc0(sizeof(WfxSlot));

	slot->noticed = GetCurrentTimestamp();
	if (!is_empty())
	{
		remember_caller(slot);
		return slot;
	}
	slot->command = PROGRESS_COMMAND_COPY;
	slot->relid = relid;
	slot->params[PROGRESS_COPY_COMMAND] = PROGRESS_COPY_COMMAND_FROM;
	slot->params[PROGRESS_COPY_TYPE] = type;
	slot->params[PROGRESS_COPY_BYTES_TOTAL] = bytes;
	slot->params[PARAM_MARK] = MARK;
	slot->params[PARAM_STARTED] = slot->noticed;
	fill(slot);
	return slot;
}

/* Show how far it is */
void
wfx_slot_show(WfxSlot *slot, const WfxShown *shown)
{
	if (slot->guest)
		return;
	slot->params[PROGRESS_COPY_BYTES_PROCESSED] = shown->bytes;
	slot->params[PROGRESS_COPY_TUPLES_PROCESSED] = shown->good;
	slot->params[PROGRESS_COPY_TUPLES_EXCLUDED] = shown->skipped;
	slot->params[PARAM_FAILED] = shown->failed;
	slot->params[PARAM_DONE] = shown->done;
	fill(slot);
}

/* Show it again if the server has forgotten it */
void
wfx_slot_refresh(WfxSlot *slot)
{
	if (is_empty())
		fill(slot);
}

/* Leave the slot as it was */
void
wfx_slot_end(WfxSlot *slot)
{
	if (!slot->guest)
		pgstat_progress_end_command();
	else
		wfx_slot_refresh(slot);
}

/* Was nothing said for some seconds? */
bool
wfx_slot_notice_due(WfxSlot *slot)
{
	TimestampTz now = GetCurrentTimestamp();

	if (!TimestampDifferenceExceeds(slot->noticed, now, NOTICE_MILLISECONDS))
		return false;
	slot->noticed = now;
	return true;
}
