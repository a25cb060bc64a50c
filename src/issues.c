/*
 * issues.c
 *		What is wrong with a file, as values.
 *
 * The findings live in a tuplestore that belongs to the resource owner of the
 * caller's transaction: it outlives the subtransaction of a refused import and
 * spills to disk instead of growing in memory.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/tupdesc.h"
#include "catalog/pg_type.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

#include "compat.h"
#include "issues.h"
#include "text.h"

#define ISSUE_NATTS		10
#define VALUE_BYTES		500		/* of a cell, enough to recognise it */

struct WfxIssues
{
	MemoryContext context;		/* as long as the import */
	MemoryContext row;			/* one finding at a time */
	ResourceOwner owner;
	TupleDesc	desc;
	TupleTableSlot *slot;
	Tuplestorestate *store;
	int64		limit;			/* most findings kept */
	int64		kept;
};

/* The row type of the store: the members of WfxIssue in their order */
static TupleDesc
issue_desc(void)
{
	TupleDesc	desc = CreateTemplateTupleDesc(ISSUE_NATTS);

	TupleDescInitEntry(desc, 1, "record", INT8OID, -1, 0);
	TupleDescInitEntry(desc, 2, "line", INT8OID, -1, 0);
	TupleDescInitEntry(desc, 3, "column_name", TEXTOID, -1, 0);
	TupleDescInitEntry(desc, 4, "value", TEXTOID, -1, 0);
	TupleDescInitEntry(desc, 5, "code", TEXTOID, -1, 0);
	TupleDescInitEntry(desc, 6, "sqlerrcode", INT4OID, -1, 0);
	TupleDescInitEntry(desc, 7, "message", TEXTOID, -1, 0);
	TupleDescInitEntry(desc, 8, "detail", TEXTOID, -1, 0);
	TupleDescInitEntry(desc, 9, "hint", TEXTOID, -1, 0);
	TupleDescInitEntry(desc, 10, "raw", TEXTOID, -1, 0);
	TupleDescFinalize(desc);
	return desc;
}

/* Open an empty store under the resource owner of the caller's transaction */
static void
open_store(WfxIssues *issues)
{
	ResourceOwner owner = CurrentResourceOwner;
	MemoryContext old = MemoryContextSwitchTo(issues->context);

	CurrentResourceOwner = issues->owner;
	issues->store = tuplestore_begin_heap(false, false, work_mem);
	CurrentResourceOwner = owner;
	MemoryContextSwitchTo(old);
}

/* A collection that keeps at most limit findings, in the current context */
WfxIssues *
wfx_issues_create(int64 limit)
{
	WfxIssues  *issues = palloc0(sizeof(WfxIssues));

	issues->context = CurrentMemoryContext;
	issues->row = AllocSetContextCreate(CurrentMemoryContext, "wifox_import issue",
										ALLOCSET_SMALL_SIZES);
	issues->owner = CurrentResourceOwner;
	issues->desc = issue_desc();
	issues->slot = MakeSingleTupleTableSlot(issues->desc, &TTSOpsMinimalTuple);
	issues->limit = limit;
	open_store(issues);
	return issues;
}

/* Store a text or NULL */
static void
put_text(Datum *values, bool *nulls, int i, const char *text)
{
	nulls[i] = (text == NULL);
	values[i] = nulls[i] ? (Datum) 0 : CStringGetTextDatum(text);
}

/* Add a finding; false: the limit is reached */
bool
wfx_issues_add(WfxIssues *issues, const WfxIssue *issue)
{
	Datum		values[ISSUE_NATTS];
	bool		nulls[ISSUE_NATTS] = {false};
	MemoryContext old;

	if (issues->kept >= issues->limit)
		return false;
	old = MemoryContextSwitchTo(issues->row);
	values[0] = Int64GetDatum(issue->record);
	values[1] = Int64GetDatum(issue->line);
	put_text(values, nulls, 2, issue->column);
	put_text(values, nulls, 3, issue->value ? wfx_cut(issue->value, VALUE_BYTES) : NULL);
	put_text(values, nulls, 4, issue->code);
	values[5] = Int32GetDatum(issue->sqlerrcode);
	put_text(values, nulls, 6, issue->message);
	put_text(values, nulls, 7, issue->detail);
	put_text(values, nulls, 8, issue->hint);
	put_text(values, nulls, 9, issue->raw);
	tuplestore_putvalues(issues->store, issues->desc, values, nulls);
	issues->kept++;
	MemoryContextSwitchTo(old);
	MemoryContextReset(issues->row);
	return true;
}

/* Forget all findings: one about the whole file replaces them */
void
wfx_issues_clear(WfxIssues *issues)
{
	tuplestore_end(issues->store);
	open_store(issues);
	issues->kept = 0;
}

/* Give the store back */
void
wfx_issues_destroy(WfxIssues *issues)
{
	ExecDropSingleTupleTableSlot(issues->slot);
	tuplestore_end(issues->store);
	MemoryContextDelete(issues->row);
	pfree(issues);
}

/* Start reading */
void
wfx_issues_rewind(WfxIssues *issues)
{
	tuplestore_rescan(issues->store);
}

/* Read a text or NULL into the row's context */
static char *
get_text(TupleTableSlot *slot, int i)
{
	return slot->tts_isnull[i] ? NULL : TextDatumGetCString(slot->tts_values[i]);
}

/* Read the next finding */
bool
wfx_issues_next(WfxIssues *issues, WfxIssue *issue)
{
	TupleTableSlot *slot = issues->slot;
	MemoryContext old = MemoryContextSwitchTo(issues->context);
	bool		found;

	/* a tuple that comes from disk belongs to the slot until the next one */
	found = tuplestore_gettupleslot(issues->store, true, false, slot);
	MemoryContextReset(issues->row);
	if (!found)
	{
		MemoryContextSwitchTo(old);
		return false;
	}
	slot_getallattrs(slot);
	MemoryContextSwitchTo(issues->row);
	issue->record = DatumGetInt64(slot->tts_values[0]);
	issue->line = DatumGetInt64(slot->tts_values[1]);
	issue->column = get_text(slot, 2);
	issue->value = get_text(slot, 3);
	issue->code = get_text(slot, 4);
	issue->sqlerrcode = DatumGetInt32(slot->tts_values[5]);
	issue->message = get_text(slot, 6);
	issue->detail = get_text(slot, 7);
	issue->hint = get_text(slot, 8);
	issue->raw = get_text(slot, 9);
	MemoryContextSwitchTo(old);
	return true;
}
