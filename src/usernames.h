/*
 * usernames.h
 *		Names for new clients that bring none.
 */
#ifndef WFX_USERNAMES_H
#define WFX_USERNAMES_H

#include "import.h"

/* NULL if there are no names to be given; they are compared as the table's index does */
extern struct WfxUsernames *wfx_usernames_create(const WfxImport *import);
extern void wfx_usernames_free(struct WfxUsernames *names);

/* Give a name to every new client among the records that has none, in file order */
extern void wfx_usernames_assign(WfxImport *import, WfxRecord **records, int n);

/*
 * Are the names of new clients free, those that they bring and those just assigned?  False
 * if the table, or an earlier record, has one of them, or if nobody can say.
 */
extern bool wfx_usernames_are_free(WfxImport *import, WfxRecord **records, int n);

#endif							/* WFX_USERNAMES_H */
