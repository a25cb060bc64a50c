/*
 * seen_table.c
 *		The keys that were named last, in memory.
 *
 * Most keys are looked up once, in vain, and added then.  What that touches decides how
 * long it takes: one place of an array of numbers, which is small enough for the
 * processor's caches, and the end of two others.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "nodes/pg_list.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "seen_table.h"

#define MIN_KEYS		256

/* Bytes of values that are allocated at once */
#define BLOCK_BYTES		(32 * 1024)

/* How far ahead keys and their values are fetched for a walk */
#define AHEAD			8

struct WfxSeenTable
{
	WfxKey	   *key;
	bool		typbyval;
	int16		typlen;
	MemoryContext context;
	MemoryContext large;		/* values that do not fit into a block */
	uint32		nkeys;
	uint32		maxkeys;		/* a power of two; there are twice as many slots */
	WfxSeenKey *keys;			/* in the order in which they came */
	uint32	   *slots;			/* number of a key, from 1; 0: none */
	List	   *blocks;			/* of values; some may wait for keys to come */
	int			nblocks;		/* so many are in use, */
	Size		used;			/* and so much of the last one */
	Size		value_bytes;
};

/* Note in which place a key is looked for first, or behind it */
static void
take_slot(WfxSeenTable *table, uint32 n)
{
	uint32		mask = 2 * table->maxkeys - 1;
	uint32		slot = table->keys[n].hash & mask;

	while (table->slots[slot] != 0)
		slot = (slot + 1) & mask;
	table->slots[slot] = n + 1;
}

/* Make room for twice as many keys, or for the first ones */
static void
enlarge(WfxSeenTable *table)
{
	table->maxkeys = table->maxkeys == 0 ? MIN_KEYS : table->maxkeys * 2;
	if (table->keys == NULL)
		table->keys = MemoryContextAlloc(table->context, sizeof(WfxSeenKey) * table->maxkeys);
	else
	{
		table->keys = repalloc_huge(table->keys, sizeof(WfxSeenKey) * table->maxkeys);
		pfree(table->slots);
	}
	table->slots = MemoryContextAllocExtended(table->context, sizeof(uint32) * 2 * table->maxkeys,
											  MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	for (uint32 n = 0; n < table->nkeys; n++)
		take_slot(table, n);
}

/* An empty table */
WfxSeenTable *
wfx_seen_table_create(WfxKey *key)
{
	WfxSeenTable *table = palloc0(sizeof(WfxSeenTable));

	table->key = key;
	table->context = AllocSetContextCreate(CurrentMemoryContext, "wifox_import seen keys",
										   ALLOCSET_DEFAULT_SIZES);
	table->large = AllocSetContextCreate(table->context, "wifox_import large seen keys",
										 ALLOCSET_SMALL_SIZES);
	get_typlenbyval(key->type, &table->typlen, &table->typbyval);
	enlarge(table);
	return table;
}

/* Give its memory back */
void
wfx_seen_table_destroy(WfxSeenTable *table)
{
	MemoryContextDelete(table->context);
	pfree(table);
}

/* Forget all keys */
void
wfx_seen_table_clear(WfxSeenTable *table)
{
	memset(table->slots, 0, sizeof(uint32) * 2 * table->maxkeys);
	MemoryContextReset(table->large);
	table->nkeys = 0;
	table->nblocks = 0;
	table->used = table->value_bytes = 0;
}

/* How many keys are there? */
uint32
wfx_seen_table_count(const WfxSeenTable *table)
{
	return table->nkeys;
}

/* What do they take? */
Size
wfx_seen_table_bytes(const WfxSeenTable *table)
{
	return table->value_bytes + sizeof(WfxSeenKey) * table->nkeys +
		sizeof(uint32) * 2 * table->maxkeys;
}

/* Fetch the place of a hash */
void
wfx_seen_table_prefetch(const WfxSeenTable *table, uint32 hash)
{
	__builtin_prefetch(&table->slots[hash & (2 * table->maxkeys - 1)]);
}

/* Find a key */
WfxSeenKey *
wfx_seen_table_find(WfxSeenTable *table, Datum value, uint32 hash)
{
	uint32		mask = 2 * table->maxkeys - 1;

	for (uint32 slot = hash & mask; table->slots[slot] != 0; slot = (slot + 1) & mask)
	{
		WfxSeenKey *key = &table->keys[table->slots[slot] - 1];

		if (key->hash == hash && wfx_key_equal(table->key, key->value, value))
			return key;
	}
	return NULL;
}

/* Go on to the next block, which may be there from before the table was cleared */
static void
next_block(WfxSeenTable *table)
{
	MemoryContext old = MemoryContextSwitchTo(table->context);

	if (table->nblocks == list_length(table->blocks))
		table->blocks = lappend(table->blocks, palloc(BLOCK_BYTES));
	table->nblocks++;
	table->used = 0;
	MemoryContextSwitchTo(old);
}

/* Room for the bytes of a value */
static char *
allocate(WfxSeenTable *table, Size size)
{
	if (size > BLOCK_BYTES / 8)
		return MemoryContextAlloc(table->large, size);
	if (table->nblocks == 0 || table->used + size > BLOCK_BYTES)
		next_block(table);
	table->used += size;
	return (char *) list_nth(table->blocks, table->nblocks - 1) + table->used - size;
}

/* A copy of a value */
static Datum
copy_value(WfxSeenTable *table, Datum value)
{
	Size		size;
	char	   *copy;

	if (table->typbyval)
		return value;
	size = datumGetSize(value, false, table->typlen);
	copy = allocate(table, MAXALIGN(size));
	table->value_bytes += MAXALIGN(size);
	memcpy(copy, DatumGetPointer(value), size);
	return PointerGetDatum(copy);
}

/* Add a key */
void
wfx_seen_table_add(WfxSeenTable *table, Datum value, uint32 hash, int64 line)
{
	WfxSeenKey *key;

	if (table->nkeys == table->maxkeys)
		enlarge(table);
	key = &table->keys[table->nkeys];
	key->value = copy_value(table, value);
	key->line = line;
	key->hash = hash;
	take_slot(table, table->nkeys++);
}

/* Sort numbers by their upper halves, byte by byte; spare is of the same size */
static void
sort_by_hash(uint64 *items, uint64 *spare, uint32 n)
{
	for (int shift = 32; shift < 64; shift += 8)
	{
		uint32		starts[257] = {0};
		uint64	   *sorted = spare;

		for (uint32 i = 0; i < n; i++)
			starts[(items[i] >> shift & 255) + 1]++;
		for (int byte = 0; byte < 256; byte++)
			starts[byte + 1] += starts[byte];
		for (uint32 i = 0; i < n; i++)
			sorted[starts[items[i] >> shift & 255]++] = items[i];
		spare = items;
		items = sorted;
	}
}

/* The numbers of the keys in the order of their hashes, below the hashes themselves */
static uint64 *
sorted_keys(WfxSeenTable *table)
{
	uint64	   *items = MemoryContextAllocHuge(table->context,
											   sizeof(uint64) * 2 * (table->nkeys + 1));

	for (uint32 n = 0; n < table->nkeys; n++)
		items[n] = (uint64) table->keys[n].hash << 32 | n;
	sort_by_hash(items, items + table->nkeys, table->nkeys);
	return items;
}

/* Fetch what a walk will come to: a key, and some places before it its value */
static void
fetch_ahead(const WfxSeenTable *table, const uint64 *items, uint32 at)
{
	if (at + 2 * AHEAD < table->nkeys)
		__builtin_prefetch(&table->keys[(uint32) items[at + 2 * AHEAD]]);
	if (at + AHEAD < table->nkeys && !table->typbyval)
		__builtin_prefetch(DatumGetPointer(table->keys[(uint32) items[at + AHEAD]].value));
}

/* Show the keys in the order of their hashes */
void
wfx_seen_table_walk(WfxSeenTable *table,
					void (*show) (void *state, const WfxSeenKey *key, char *bytes, int32 len),
					void *state)
{
	uint64	   *items = sorted_keys(table);

	for (uint32 i = 0; i < table->nkeys; i++)
	{
		WfxSeenKey *key = &table->keys[(uint32) items[i]];

		CHECK_FOR_INTERRUPTS();
		fetch_ahead(table, items, i);
		if (table->typbyval)
			show(state, key, (char *) &key->value, sizeof(Datum));
		else
			show(state, key, DatumGetPointer(key->value),
				 datumGetSize(key->value, false, table->typlen));
	}
	pfree(items);
}
