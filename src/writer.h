/*
 * writer.h
 *		Clients are written by statements of the caller, many at a time.
 */
#ifndef WFX_WRITER_H
#define WFX_WRITER_H

#include "import.h"

extern struct WfxWriter *wfx_writer_create(const WfxImport *import);

/* What every statement that writes to the target begins with */
extern const char *wfx_writer_mark(const WfxTarget *target);

/*
 * What follows the SET of an UPDATE (keyword FROM) or the table of a DELETE (USING) of
 * the caller that writes to the rows (t) that the batch's keys k name.  *value is a
 * format that makes the name of a batch's column the value that it has there.
 */
extern char *wfx_writer_rows(const WfxTarget *target, const char *keyword, const char **value);

/* How many rows the batch may have for such a statement, if n are to be written */
extern int	wfx_writer_step(const WfxTarget *target, int n);

/* The value of a column of a new client; a blank one takes its default */
extern Datum wfx_new_value(const WfxImport *import, const WfxRecord *record, int c, bool *isnull);

/* Insert new clients; returns how many rows the table took.  It may raise. */
extern uint64 wfx_writer_insert(WfxImport *import, WfxRecord **records, int n);

/* Does an update change a column of a further unique index, such as the username's? */
extern bool wfx_writes_unique(const WfxImport *import, const WfxRecord *record);

/* Update known clients, all of them in the same columns; likewise */
extern uint64 wfx_writer_update(WfxImport *import, WfxRecord **records, int n);

#endif							/* WFX_WRITER_H */
