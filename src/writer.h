/*
 * writer.h
 *		Clients are written by statements of the caller, many at a time.
 */
#ifndef WFX_WRITER_H
#define WFX_WRITER_H

#include "import.h"

extern struct WfxWriter *wfx_writer_create(const WfxImport *import);

/*
 * FROM and WHERE of a statement of the caller that writes to the rows (t) that the
 * batch's keys k name; *source is what the batch's columns are called in it.
 */
extern char *wfx_writer_rows(const WfxTarget *target, const char **source);

/* Insert new clients; returns how many rows the table took.  It may raise. */
extern uint64 wfx_writer_insert(WfxImport *import, WfxRecord **records, int n);

/* Update known clients, all of them in the same columns; likewise */
extern uint64 wfx_writer_update(WfxImport *import, WfxRecord **records, int n);

#endif							/* WFX_WRITER_H */
