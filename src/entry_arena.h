/*
 * entry_arena.h
 *		Index entries in memory, sorted by the bytes of their text.
 */
#ifndef WFX_ENTRY_ARENA_H
#define WFX_ENTRY_ARENA_H

#include "access/itup.h"
#include "utils/rel.h"

typedef struct WfxEntryArena WfxEntryArena;

/* The key of an entry, and how long it is; that of NULL is empty */
extern const char *wfx_entry_key(IndexTuple entry, Size *len);

/* The first bytes of what is left of a key, as a number of the same order */
extern uint64 wfx_entry_prefix(const char *key, Size len);

/* For entries of an index that has one column of text, in the current memory context */
extern WfxEntryArena *wfx_entry_arena_create(Relation index, Size bytes);
extern void wfx_entry_arena_free(WfxEntryArena *arena);

/* Add an entry; false if there is no room */
extern bool wfx_entry_arena_add(WfxEntryArena *arena, Datum *values, bool *nulls,
								ItemPointer tid);

/* Sort what is there; then each of the entries, once; NULL: there are no more */
extern void wfx_entry_arena_sort(WfxEntryArena *arena);
extern IndexTuple wfx_entry_arena_next(WfxEntryArena *arena);

/* Forget all entries */
extern void wfx_entry_arena_clear(WfxEntryArena *arena);

#endif							/* WFX_ENTRY_ARENA_H */
