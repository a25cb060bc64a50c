/*
 * guard.c
 *		Internal subtransactions: the only place where an exception is caught.
 */
#include "postgres.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "storage/latch.h"
#include "utils/memutils.h"
#include "utils/wait_event.h"

#include "guard.h"
#include "nls.h"

/* How often a deadlock's victim tries again */
#define MAX_RETRIES		3

/* How long it waits before, the first time */
#define PAUSE_MILLISECONDS	500

/* Open a subtransaction; the memory context stays the caller's */
void
wfx_guard_begin(WfxGuard *guard, const char *name)
{
	guard->context = CurrentMemoryContext;
	guard->owner = CurrentResourceOwner;
	BeginInternalSubTransaction(name);
	MemoryContextSwitchTo(guard->context);
}

/* Come back to where the subtransaction was opened */
static void
restore(WfxGuard *guard)
{
	MemoryContextSwitchTo(guard->context);
	CurrentResourceOwner = guard->owner;
}

/* Keep what the subtransaction did */
void
wfx_guard_commit(WfxGuard *guard)
{
	ReleaseCurrentSubTransaction();
	restore(guard);
}

/* Undo what the subtransaction did */
void
wfx_guard_rollback(WfxGuard *guard)
{
	RollbackAndReleaseCurrentSubTransaction();
	restore(guard);
}

/*
 * Errors that no record can be blamed for: transaction state, rollback,
 * resources, limits, object state, operator intervention, system and internal
 * errors, and a failed plpgsql ASSERT.
 */
static bool
is_beyond_record(int sqlerrcode)
{
	switch (ERRCODE_TO_CATEGORY(sqlerrcode))
	{
		case MAKE_SQLSTATE('2', '5', '0', '0', '0'):
		case MAKE_SQLSTATE('4', '0', '0', '0', '0'):
		case MAKE_SQLSTATE('5', '3', '0', '0', '0'):
		case MAKE_SQLSTATE('5', '4', '0', '0', '0'):
		case MAKE_SQLSTATE('5', '5', '0', '0', '0'):
		case MAKE_SQLSTATE('5', '7', '0', '0', '0'):
		case MAKE_SQLSTATE('5', '8', '0', '0', '0'):
		case MAKE_SQLSTATE('X', 'X', '0', '0', '0'):
			return true;
		default:
			return sqlerrcode == ERRCODE_ASSERT_FAILURE;
	}
}

/* Take over the error that ended the subtransaction */
static ErrorData *
take_error(WfxGuard *guard)
{
	ErrorData  *error;

	MemoryContextSwitchTo(guard->context);
	error = CopyErrorData();
	FlushErrorState();
	wfx_guard_rollback(guard);
	return error;
}

/* Return the error that ended the subtransaction, or throw it on */
ErrorData *
wfx_guard_catch(WfxGuard *guard)
{
	ErrorData  *error = take_error(guard);

	if (is_beyond_record(error->sqlerrcode))
		ReThrowError(error);
	return error;
}

/* Return the error of an input function, or throw it on */
ErrorData *
wfx_guard_catch_input(WfxGuard *guard)
{
	ErrorData  *error = take_error(guard);

	if (is_beyond_record(error->sqlerrcode) && error->sqlerrcode != ERRCODE_INTERNAL_ERROR &&
		ERRCODE_TO_CATEGORY(error->sqlerrcode) != ERRCODE_PROGRAM_LIMIT_EXCEEDED)
		ReThrowError(error);
	return error;
}

/* Return the error of what takes locks, a deadlock included, or throw it on */
ErrorData *
wfx_guard_catch_locking(WfxGuard *guard)
{
	ErrorData  *error = take_error(guard);

	if (is_beyond_record(error->sqlerrcode) && error->sqlerrcode != ERRCODE_T_R_DEADLOCK_DETECTED)
		ReThrowError(error);
	return error;
}

/* Let those go first who have waited for us: on a busy machine it takes them a moment to wake up */
static void
give_way(long milliseconds)
{
	(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, milliseconds,
					 PG_WAIT_EXTENSION);
	ResetLatch(MyLatch);
	CHECK_FOR_INTERRUPTS();
}

/* Is it a deadlock that is worth another try? */
bool
wfx_guard_try_again(ErrorData *error, int *tries)
{
	if (error == NULL || error->sqlerrcode != ERRCODE_T_R_DEADLOCK_DETECTED)
		return false;
	CHECK_FOR_INTERRUPTS();
	if (++*tries > MAX_RETRIES)
		ReThrowError(error);
	ereport(DEBUG1,
			(errmsg_internal("trying again after a deadlock: %s", error->detail)));
	give_way(*tries * PAUSE_MILLISECONDS);
	return true;
}

/* Throw the error on */
void
wfx_guard_rethrow(WfxGuard *guard)
{
	ReThrowError(take_error(guard));
}
