/*
 * lock.h
 *		Imports into one table run one after the other.
 */
#ifndef WFX_LOCK_H
#define WFX_LOCK_H

/*
 * Take the lock of the imports into a table, until the transaction ends.  It
 * conflicts with nothing but itself: the application and VACUUM go on.
 */
extern void wfx_lock_imports(Oid relid);

/*
 * Remember, as long as the memory context lives, that this session imports into a
 * table, or undoes that; ERROR if it does already.  action is what the message says
 * cannot be done: "import into".
 */
extern void wfx_remember_import(Oid relid, const char *action, MemoryContext context);

/* Take the lock under which the default tables are made */
extern void wfx_lock_setup(Oid namespace);

#endif							/* WFX_LOCK_H */
