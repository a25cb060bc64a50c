/*
 * view_column.h
 *		What does a column of a view show?
 */
#ifndef WFX_VIEW_COLUMN_H
#define WFX_VIEW_COLUMN_H

#include "utils/relcache.h"

/*
 * The column of a relation, perhaps another view, that a column of a view shows as it
 * is.  False: it is computed, or the view combines several queries.
 */
extern bool wfx_view_column(Relation view, AttrNumber attnum, Oid *relid, AttrNumber *base);

/*
 * The column of a table that a column is in the end, where the server itself passes on
 * what is written into the view.  A column of anything but such a view is itself.
 */
extern void wfx_written_column(Oid relid, AttrNumber attnum, Oid *table, AttrNumber *base);

#endif							/* WFX_VIEW_COLUMN_H */
