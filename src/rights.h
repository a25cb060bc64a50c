/*
 * rights.h
 *		May the caller do with the clients table what the import is going to do?
 */
#ifndef WFX_RIGHTS_H
#define WFX_RIGHTS_H

#include "columns.h"
#include "target.h"

/* May the user do with the table, or some of its columns, what the mode does?  ERROR if not. */
extern void wfx_rights_check_table(Oid relid, WfxMode mode);

/* May the user read and write these columns?  ERROR if not. */
extern void wfx_rights_check_columns(const WfxColumns *columns, const WfxTarget *target,
									 WfxMode mode);

/* May the user do this with the table, or with a column of it at least?  ERROR if not. */
extern void wfx_rights_check(Oid relid, AclMode right);

/* May the user do this with a column?  ERROR if not. */
extern void wfx_rights_check_column(const WfxTarget *target, const char *name, AttrNumber attnum,
									AclMode right);

/* Has the user a right to a column, or to the table as a whole? */
extern bool wfx_rights_has_column(Oid relid, AttrNumber attnum, AclMode right);

#endif							/* WFX_RIGHTS_H */
