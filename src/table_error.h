/*
 * table_error.h
 *		What the table itself refuses, in words for the one who wrote the file.
 */
#ifndef WFX_TABLE_ERROR_H
#define WFX_TABLE_ERROR_H

#include "import.h"

/*
 * Put an error of the table, or of a domain, into words; the column it is about, or NULL.
 * type is that of the cell, or NULL if no cell is to blame.
 */
extern const WfxColumn *wfx_table_issue(const WfxImport *import, const ErrorData *error,
										const WfxType *type, WfxIssue *issue);

/* Add the issue of an error that writing a record has raised */
extern void wfx_table_error(WfxImport *import, WfxRecord *record, const ErrorData *error);

/* Is it a unique violation of the index that serves a key? */
extern bool wfx_table_error_of_key(const ErrorData *error, const WfxKey *key);

#endif							/* WFX_TABLE_ERROR_H */
