/*
 * profile.h
 *		The header of which program's export is this?
 */
#ifndef WFX_PROFILE_H
#define WFX_PROFILE_H

#include "dictionary.h"
#include "target.h"

/*
 * The dictionary for a file with these headers.  Where they fit a profile, its entries
 * come before those that count for every file, and the result has its name.
 */
extern const WfxDictionary *wfx_profile_choose(const WfxDictionary *dictionary,
											   const WfxTarget *target,
											   char *const *headers, int nheaders);

/* Does an entry of what was chosen belong to the profile? */
extern bool wfx_entry_of_profile(const WfxDictionary *dictionary, const WfxEntry *entry);

#endif							/* WFX_PROFILE_H */
