/*
 * issues.h
 *		What is wrong with a file, as values.
 *
 * Stages add issues; history.c stores them; nobody raises them.
 */
#ifndef WFX_ISSUES_H
#define WFX_ISSUES_H

#include "utils/tuplestore.h"

/* One finding.  record 0: it concerns the file as a whole. */
typedef struct WfxIssue
{
	int64		record;			/* from 1 */
	int64		line;			/* physical line, 0: none */
	const char *column;			/* the header as it stands in the file, or NULL */
	const char *value;			/* the cell, cut by wfx_issues_add; or NULL */
	const char *code;			/* doc/errors.md */
	int			sqlerrcode;
	const char *message;
	const char *detail;
	const char *hint;
	const char *raw;			/* the record as it stood; once per record */
} WfxIssue;

typedef struct WfxIssues WfxIssues;

extern WfxIssues *wfx_issues_create(int64 limit);
extern void wfx_issues_destroy(WfxIssues *issues);

/* Add a finding; false: the limit is reached */
extern bool wfx_issues_add(WfxIssues *issues, const WfxIssue *issue);
extern void wfx_issues_clear(WfxIssues *issues);

/*
 * Read the findings kept, in the order they were added.  The texts of *issue
 * live until the next call; false at the end.
 */
extern void wfx_issues_rewind(WfxIssues *issues);
extern bool wfx_issues_next(WfxIssues *issues, WfxIssue *issue);

#endif							/* WFX_ISSUES_H */
