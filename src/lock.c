/*
 * lock.c
 *		Imports into one table run one after the other.
 *
 * The lock is one of the server's object locks, on an object that nobody else
 * locks: the extension class, with the OID of the table, or of the schema.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "storage/lock.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "lock.h"
#include "nls.h"
#include "sql.h"

/*
 * Imports of this session that are running: one may be called from another's trigger.
 * One that ended in an error may be remembered as long as its memory lives.
 */
typedef struct RunningImport
{
	Oid			relid;
	SubTransactionId subid;		/* it runs as long as this does, at most */
	struct RunningImport *outer;
	MemoryContextCallback callback;
} RunningImport;

static RunningImport *running = NULL;

/* An import has ended, and its memory goes */
static void
forget_running(void *arg)
{
	RunningImport **link = &running;

	while (*link != NULL && *link != arg)
		link = &(*link)->outer;
	if (*link != NULL)
		*link = (*link)->outer;
}

/* Remember that this session imports into a table */
void
wfx_remember_import(Oid relid, const char *action, MemoryContext context)
{
	RunningImport *import;

	for (import = running; import != NULL; import = import->outer)
		if (import->relid == relid && SubTransactionIsActive(import->subid))
			ereport(ERROR,
					(errcode(ERRCODE_OBJECT_IN_USE),
					 errmsg("cannot %s \"%s\" while an import into it is running in this session",
							action, get_rel_name(relid)),
					 errhint("A trigger of the table must not import into it.")));
	import = MemoryContextAllocZero(context, sizeof(RunningImport));
	import->relid = relid;
	import->subid = GetCurrentSubTransactionId();
	import->outer = running;
	import->callback.func = forget_running;
	import->callback.arg = import;
	MemoryContextRegisterResetCallback(context, &import->callback);
	running = import;
}

/* Who holds the lock?  0 if nobody does any more. */
static int
find_holder(Oid objid)
{
	Oid			types[2] = {OIDOID, OIDOID};
	Datum		values[2] = {ObjectIdGetDatum(ExtensionRelationId), ObjectIdGetDatum(objid)};
	int			nestlevel = wfx_pin_search_path();
	MemoryContext old = CurrentMemoryContext;
	bool		isnull = true;
	int			pid = 0;

	SPI_execute_with_args("SELECT pid FROM pg_locks WHERE locktype = 'object' AND granted"
						  " AND classid = $1 AND objid = $2 AND objsubid = 0 AND database ="
						  " (SELECT oid FROM pg_database WHERE datname = current_database())",
						  2, types, values, NULL, false, 1);
	if (SPI_processed == 1)
		pid = DatumGetInt32(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
	MemoryContextSwitchTo(old);
	wfx_unpin_search_path(nestlevel);
	return isnull ? 0 : pid;
}

/* Take the lock; whom it waits for is said before */
static void
lock_object(Oid objid, const char *what)
{
	LOCKTAG		tag;
	int			holder;

	SET_LOCKTAG_OBJECT(tag, MyDatabaseId, ExtensionRelationId, objid, 0);
	if (LockAcquire(&tag, ExclusiveLock, false, true) == LOCKACQUIRE_NOT_AVAIL)
	{
		holder = find_holder(objid);
		if (holder != 0)
			ereport(NOTICE,
					(errmsg("Waiting for process %d, which is %s", holder, what)));
		(void) LockAcquire(&tag, ExclusiveLock, false, false);
	}
	AcceptInvalidationMessages();
}

/* Take the lock of the imports into a table */
void
wfx_lock_imports(Oid relid)
{
	lock_object(relid, psprintf("importing into \"%s\"", get_rel_name(relid)));
}

/* Take the lock under which the default tables are made */
void
wfx_lock_setup(Oid namespace)
{
	lock_object(namespace, "creating the clients table");
}
