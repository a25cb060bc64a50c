/*
 * seen_table.c
 *		The hashes of the keys that were named last, in memory, each with a place.
 *
 * Most keys are looked up once, in vain, and added then.  How long that takes is decided by
 * how much memory it touches: one place here, and hardly more.  Since the upper bits of a hash
 * choose where it stands, the table is in order already, but for neighbours.
 */
#include "postgres.h"

#include "port/pg_bitutils.h"

#include "large_memory.h"
#include "seen_table.h"

/* Small sets are many: one for each batch and reference */
#define MIN_BITS		8
#define MAX_BITS		24

struct WfxSeenTable
{
	MemoryContext context;
	int			bits;			/* of a hash, which choose where it stands */
	int			max_bits;
	uint32		count;
	WfxSeenItem *items;			/* 0: none */
};

static int	compare(const WfxSeenItem *a, const WfxSeenItem *b);

#define ST_SORT sort_items
#define ST_ELEMENT_TYPE WfxSeenItem
#define ST_COMPARE(a, b) compare(a, b)
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* The order of items */
static int
compare(const WfxSeenItem *a, const WfxSeenItem *b)
{
	return *a < *b ? -1 : *a > *b;
}

/* How many places hashes can choose; those behind them take what finds no place before */
static uint32
chosen(const WfxSeenTable *table)
{
	return (uint32) 1 << table->bits;
}

/* How many places there are; the one behind them is always free */
static uint32
places(const WfxSeenTable *table)
{
	return chosen(table) + chosen(table) / 8;
}

/* Where a hash stands, or behind it */
static uint32
position(const WfxSeenTable *table, uint32 hash)
{
	return hash >> (32 - table->bits);
}

/* Items without any */
static WfxSeenItem *
allocate(const WfxSeenTable *table)
{
	return wfx_large_alloc_zero(table->context, sizeof(WfxSeenItem) * (places(table) + 1));
}

/* An empty table */
WfxSeenTable *
wfx_seen_table_create(Size memory)
{
	WfxSeenTable *table = palloc0(sizeof(WfxSeenTable));

	table->context = CurrentMemoryContext;
	table->bits = MIN_BITS;
	table->max_bits = Min(Max(pg_leftmost_one_pos64(Max(memory / sizeof(WfxSeenItem), 1)),
							  MIN_BITS), MAX_BITS);
	table->items = allocate(table);
	return table;
}

/* Give its memory back */
void
wfx_seen_table_destroy(WfxSeenTable *table)
{
	wfx_large_free(table->items);
	pfree(table);
}

/* Forget all hashes */
void
wfx_seen_table_clear(WfxSeenTable *table)
{
	memset(table->items, 0, sizeof(WfxSeenItem) * places(table));
	table->count = 0;
}

/* Is there nothing to be found? */
bool
wfx_seen_table_is_empty(const WfxSeenTable *table)
{
	return table->count == 0;
}

/* Are five of eight places taken, or the last one?  Look-ups get longer then. */
static bool
is_crowded(const WfxSeenTable *table)
{
	return table->count >= chosen(table) / 8 * 5 || table->items[places(table) - 1] != 0;
}

/* Is there no room for one more? */
bool
wfx_seen_table_is_full(const WfxSeenTable *table)
{
	return is_crowded(table) && table->bits == table->max_bits;
}

/* Fetch the place of a hash */
void
wfx_seen_table_prefetch(const WfxSeenTable *table, uint32 hash)
{
	__builtin_prefetch(&table->items[position(table, hash)]);
}

/* The next item with a hash */
WfxSeenItem *
wfx_seen_table_next(WfxSeenTable *table, uint32 hash, WfxSeenItem *after)
{
	WfxSeenItem *item = after == NULL ? &table->items[position(table, hash)] : after + 1;

	for (; *item != 0; item++)
		if (WFX_SEEN_HASH(*item) == hash)
			return item;
	return NULL;
}

/* Put an item into the first place that is free */
static void
put(WfxSeenTable *table, WfxSeenItem item)
{
	WfxSeenItem *place = &table->items[position(table, WFX_SEEN_HASH(item))];

	while (*place != 0)
		place++;
	*place = item;
}

/* Make room for twice as many */
static void
enlarge(WfxSeenTable *table)
{
	WfxSeenItem *items = table->items;
	uint32		n = places(table);

	table->bits++;
	table->items = allocate(table);
	for (uint32 i = 0; i < n; i++)
		if (items[i] != 0)
			put(table, items[i]);
	wfx_large_free(items);
}

/* Add an item */
void
wfx_seen_table_add(WfxSeenTable *table, WfxSeenItem item)
{
	Assert(!wfx_seen_table_is_full(table));
	if (is_crowded(table))
		enlarge(table);
	put(table, item);
	table->count++;
}

/* Leave no places free: each row of items without one between them is sorted for itself */
static void
close_up(WfxSeenTable *table)
{
	WfxSeenItem *items = table->items;
	uint32		n = 0;
	uint32		start = 0;		/* of the row */

	for (uint32 i = 0; i <= places(table); i++)
	{
		if (items[i] != 0)
			items[n++] = items[i];
		else if (start < n)
		{
			sort_items(items + start, n - start);
			start = n;
		}
	}
}

/* The items in their order */
const WfxSeenItem *
wfx_seen_table_sort(WfxSeenTable *table, uint32 *n)
{
	close_up(table);
	*n = table->count;
	return table->items;
}
