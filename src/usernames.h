/*
 * usernames.h
 *		Names for new clients that bring none.
 */
#ifndef WFX_USERNAMES_H
#define WFX_USERNAMES_H

#include "import.h"

extern struct WfxUsernames *wfx_usernames_create(const WfxImport *import);

/* Give a name to every new client among the records that has none, in file order */
extern void wfx_usernames_assign(WfxImport *import, WfxRecord **records, int n);

#endif							/* WFX_USERNAMES_H */
