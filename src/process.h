/*
 * process.h
 *		A file, from its header to its last record.
 */
#ifndef WFX_PROCESS_H
#define WFX_PROCESS_H

#include "import.h"

/*
 * Do everything up to the decision whether it stays, in a subtransaction of the caller's.
 * False: the file as a whole is refused.
 */
extern bool wfx_process(WfxImport *import);

#endif							/* WFX_PROCESS_H */
