/*
 * guard.h
 *		Internal subtransactions: the only place where an exception is caught.
 */
#ifndef WFX_GUARD_H
#define WFX_GUARD_H

#include "utils/resowner.h"

/* A running subtransaction and what to restore behind it */
typedef struct WfxGuard
{
	MemoryContext context;
	ResourceOwner owner;
} WfxGuard;

extern void wfx_guard_begin(WfxGuard *guard, const char *name);
extern void wfx_guard_commit(WfxGuard *guard);
extern void wfx_guard_rollback(WfxGuard *guard);

/*
 * For PG_CATCH: roll the subtransaction back and return the error, allocated in
 * the guard's context.  An error that is not the record's (out of memory,
 * cancelled, serialization failure ...) is thrown on.
 */
extern ErrorData *wfx_guard_catch(WfxGuard *guard);

/*
 * The same for the input function of a type.  It sees nothing but the text, so
 * its limits and what it calls an internal error are the text's fault.
 */
extern ErrorData *wfx_guard_catch_input(WfxGuard *guard);

/*
 * The same where many records take locks.  A deadlock is returned, too, and asked to be
 * tried again: what the subtransaction held is free now, so the others have gone on.
 */
extern ErrorData *wfx_guard_catch_locking(WfxGuard *guard);

/*
 * Is the error, if there is one, a deadlock that is worth another try?  The tries are
 * counted; after the last one the deadlock is thrown on.
 */
extern bool wfx_guard_try_again(ErrorData *error, int *tries);

/*
 * For PG_CATCH: roll the subtransaction back and throw the error on.  Whoever
 * opened a subtransaction must end it: the server would leave the session in it.
 */
extern void wfx_guard_rethrow(WfxGuard *guard);

#endif							/* WFX_GUARD_H */
