/*
 * lock.h
 *		Imports into one table run one after the other.
 */
#ifndef WFX_LOCK_H
#define WFX_LOCK_H

/*
 * Take the lock of the imports into a table, until the transaction ends.  It
 * conflicts with nothing but itself: the application and VACUUM go on.  ERROR
 * if this session is importing into the table already; that is remembered as long
 * as the memory context lives.
 */
extern void wfx_lock_imports(Oid relid, MemoryContext context);

/* Take the lock under which the default tables are made */
extern void wfx_lock_setup(Oid namespace);

#endif							/* WFX_LOCK_H */
