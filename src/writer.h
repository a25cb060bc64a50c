/*
 * writer.h
 *		Clients are written by statements of the caller, many at a time.
 */
#ifndef WFX_WRITER_H
#define WFX_WRITER_H

#include "import.h"

extern struct WfxWriter *wfx_writer_create(const WfxImport *import);

/* Insert new clients; returns how many rows the table took.  It may raise. */
extern uint64 wfx_writer_insert(WfxImport *import, WfxRecord **records, int n);

/* Update known clients, all of them in the same columns; likewise */
extern uint64 wfx_writer_update(WfxImport *import, WfxRecord **records, int n);

#endif							/* WFX_WRITER_H */
