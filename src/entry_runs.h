/*
 * entry_runs.h
 *		Sorted index entries in temporary files, and their merge.
 */
#ifndef WFX_ENTRY_RUNS_H
#define WFX_ENTRY_RUNS_H

#include "access/itup.h"
#include "utils/resowner.h"

typedef struct WfxEntryRuns WfxEntryRuns;

/* No runs, in the current memory context; files belong to an owner */
extern WfxEntryRuns *wfx_entry_runs_create(ResourceOwner owner);
extern void wfx_entry_runs_free(WfxEntryRuns *runs);

/* Begin a run; append an entry to it, which is not less than the one before */
extern void wfx_entry_runs_begin(WfxEntryRuns *runs);
extern void wfx_entry_runs_write(WfxEntryRuns *runs, IndexTuple entry);

/*
 * Merge them in so much memory, or 8 kB for each: that is more only if they hold more than a
 * hundred times the memory in which they were sorted.  Then each of the entries, once; NULL: there are no
 * more.
 */
extern void wfx_entry_runs_open(WfxEntryRuns *runs, Size bytes);
extern IndexTuple wfx_entry_runs_next(WfxEntryRuns *runs);

#endif							/* WFX_ENTRY_RUNS_H */
