/*
 * heap_leaf.h
 *		Entries of a B-tree go in, leaf page by leaf page.
 */
#ifndef WFX_HEAP_LEAF_H
#define WFX_HEAP_LEAF_H

#include "access/genam.h"
#include "utils/rel.h"

/* Entries in the order of their index, each at the next aligned place behind the one before */
typedef struct WfxEntryRun
{
	char	   *next;			/* the first one */
	char	   *end;			/* behind the last one */
} WfxEntryRun;

/*
 * Put the first entries, as many as plainly belong there, into their leaf page, and take
 * them off the run.  Returns how many; *plain is false if the entry that is then the first
 * one needs what only the server's own way of inserting has: a split, a look at the table.
 * Memory is left in the current context.
 */
extern int	wfx_leaf_insert(Relation table, Relation index, IndexUniqueCheck check,
							WfxEntryRun *run, bool *plain);

#endif							/* WFX_HEAP_LEAF_H */
