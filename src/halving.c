/*
 * halving.c
 *		Rows are written many at a time; those that the table refuses are found by halving.
 *
 * A write runs in a subtransaction.  If it fails, its halves are written, and theirs,
 * until the row that the table refuses is alone.  Where nothing is refused, one
 * subtransaction serves all.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "guard.h"
#include "halving.h"

/*
 * Write items in a subtransaction.  False: nothing is written; *error says why, or is
 * NULL where the table took some of them only.
 */
static bool
try_once(const WfxHalving *halving, void **items, int n, ErrorData **error)
{
	MemoryContext attempt = AllocSetContextCreate(halving->context, "wifox_import write",
												  ALLOCSET_DEFAULT_SIZES);
	volatile bool done = false;
	WfxGuard	guard;

	*error = NULL;
	wfx_guard_begin(&guard, "wifox_import write");
	PG_TRY();
	{
		MemoryContextSwitchTo(attempt);
		done = halving->write(halving->state, items, n);
		MemoryContextSwitchTo(guard.context);
		if (done)
			wfx_guard_commit(&guard);
		else
			wfx_guard_rollback(&guard);
	}
	PG_CATCH();
	{
		*error = wfx_guard_catch_locking(&guard);
	}
	PG_END_TRY();
	if (done)
		halving->keep(halving->state, items, n);
	MemoryContextDelete(attempt);
	return done;
}

/* The same, again if it was the victim of a deadlock */
static bool
try_write(const WfxHalving *halving, void **items, int n, ErrorData **error)
{
	int			tries = 0;
	bool		done;

	do
		done = try_once(halving, items, n, error);
	while (wfx_guard_try_again(*error, &tries));
	return done;
}

/* Write items for a caller who would roll back more than that */
static void
write_unguarded(const WfxHalving *halving, void **items, int n)
{
	MemoryContext context = AllocSetContextCreate(halving->context, "wifox_import write",
												  ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);

	(void) halving->write(halving->state, items, n);
	MemoryContextSwitchTo(old);
	halving->keep(halving->state, items, n);
	MemoryContextDelete(context);
}

/* Write items that are all alike; what cannot be written is found by halving */
void
wfx_write_alike(const WfxHalving *halving, void **items, int n)
{
	ErrorData  *error;
	int			half = n / 2;

	CHECK_FOR_INTERRUPTS();
	if (n == 0)
		return;
	if (halving->unguarded)
		write_unguarded(halving, items, n);
	else if (try_write(halving, items, n, &error))
		return;
	else if (n > 1)
	{
		wfx_write_alike(halving, items, half);
		wfx_write_alike(halving, items + half, n - half);
	}
	else
		halving->refuse(halving->state, items[0], error);
}

/* Write items, those that are alike together; items is used up */
void
wfx_write_groups(const WfxHalving *halving, void **items, int n)
{
	void	  **group = palloc(sizeof(void *) * (n + 1));

	for (int i = 0; i < n; i++)
	{
		int			size = 0;

		CHECK_FOR_INTERRUPTS();
		if (items[i] == NULL)
			continue;
		group[size++] = items[i];
		for (int j = i + 1; j < n; j++)
			if (items[j] != NULL && halving->alike(halving->state, items[i], items[j]))
			{
				group[size++] = items[j];
				items[j] = NULL;
			}
		wfx_write_alike(halving, group, size);
	}
	pfree(group);
}
