/*
 * run.h
 *		What happens to a file.
 */
#ifndef WFX_RUN_H
#define WFX_RUN_H

#include "access/htup.h"

#include "options.h"
#include "source.h"

/*
 * Import a source with the options of the call.  schema is the extension's.
 * Returns the row of wifox_imports in the caller's memory.
 */
extern HeapTuple wfx_run(WfxSource *source, const WfxOptions *options, const char *schema);

#endif							/* WFX_RUN_H */
