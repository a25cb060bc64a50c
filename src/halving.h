/*
 * halving.h
 *		Rows are written many at a time; those that the table refuses are found by halving.
 */
#ifndef WFX_HALVING_H
#define WFX_HALVING_H

#include "postgres.h"

/* How items are written; all functions get the state */
typedef struct WfxHalving
{
	void	   *state;
	MemoryContext context;		/* outlives all attempts */
	bool		unguarded;		/* the caller rolls everything back if one is refused */

	/* Write items, in a subtransaction of theirs.  False: not all were taken. */
	bool		(*write) (void *state, void **items, int n);

	/* They stay written; what write() has allocated is still there */
	void		(*keep) (void *state, void **items, int n);

	/* An item alone cannot be written; error is NULL where it was not taken */
	void		(*refuse) (void *state, void *item, const ErrorData *error);

	/* Can two items be written by one statement? */
	bool		(*alike) (void *state, const void *a, const void *b);
} WfxHalving;

/* Write items that are all alike */
extern void wfx_write_alike(const WfxHalving *halving, void **items, int n);

/* Write items, those that are alike together, in the order of the first of them */
extern void wfx_write_groups(const WfxHalving *halving, void **items, int n);

#endif							/* WFX_HALVING_H */
