/*
 * writable.h
 *		Can clients be written into this relation at all?
 */
#ifndef WFX_WRITABLE_H
#define WFX_WRITABLE_H

#include "nodes/bitmapset.h"
#include "utils/relcache.h"

#include "options.h"

/* Is it of a kind that clients can be written into?  An ERROR says what would be. */
extern void wfx_writable_check_kind(Relation rel);

/* Will it take what the import is going to write?  An ERROR says what is missing. */
extern void wfx_writable_check(Relation rel, WfxMode mode);

/* Does the server write into it without triggers, and lock its rows? */
extern bool wfx_writable_directly(Relation rel);

/* The columns of a view that cannot be written, by their offset from the first system column */
extern Bitmapset *wfx_writable_not(Relation rel);

#endif							/* WFX_WRITABLE_H */
