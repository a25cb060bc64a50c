/*
 * changes_write.h
 *		The changes of an import go into wifox_import_changes.
 */
#ifndef WFX_CHANGES_WRITE_H
#define WFX_CHANGES_WRITE_H

#include "sql.h"

/* Write them, as the table's owner, for the import of this number */
extern void wfx_changes_write(WfxBatchRows *changes, WfxStatements *statements,
							  Oid table, int64 import_id);

#endif							/* WFX_CHANGES_WRITE_H */
