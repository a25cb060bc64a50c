/*
 * notices.h
 *		What an import says while it runs and when it ends.
 */
#ifndef WFX_NOTICES_H
#define WFX_NOTICES_H

#include "history.h"

/* The file is about to be read; constraints that are checked later are named */
extern void wfx_notice_start(const WfxImport *import);

/* The sentence that sums the import up; it is the history's message, too */
extern char *wfx_summary(const WfxHistory *history, const WfxIssue *file_failure);

/* The import has ended: the summary with its details and hint, and the notification */
extern void wfx_notice_end(const WfxImport *import, const WfxHistory *history);

/* Tell those who listen, when the transaction commits */
extern void wfx_notify(const WfxHistory *history);

/* on_error => 'raise': the import ends in an exception */
extern void wfx_raise_errors(WfxImport *import, const WfxHistory *history);

#endif							/* WFX_NOTICES_H */
