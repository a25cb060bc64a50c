/*
 * seen.c
 *		Which keys did earlier records of the file name?
 *
 * New keys live in a hash table.  When that reaches its share of
 * maintenance_work_mem it is written out as a run: a temporary file with the keys in
 * the order of their hashes (seen_run.c).  A look-up asks the hash table, then the Bloom
 * filters over all runs, and only then searches the runs, the newest first.  So that
 * those stay few, some of the same age are merged into one.  A hit is always one of
 * values, compared by the key's own operator.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/resowner.h"

#include "seen.h"
#include "seen_filter.h"
#include "seen_run.h"

/* So many runs of a level become one of the next */
#define MERGED_RUNS		8
#define MAX_LEVELS		16

typedef struct SeenEntry
{
	Datum		value;
	uint32		hash;
	char		status;
	int64		line;
} SeenEntry;

#define SH_PREFIX			keyset
#define SH_ELEMENT_TYPE		SeenEntry
#define SH_KEY_TYPE			Datum
#define SH_KEY				value
#define SH_HASH_KEY(tb, k)	wfx_key_hash((tb)->private_data, k)
#define SH_EQUAL(tb, a, b)	wfx_key_equal((tb)->private_data, a, b)
#define SH_STORE_HASH
#define SH_GET_HASH(tb, e)	(e)->hash
#define SH_SCOPE			static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

/* An entry on its way into a run */
typedef struct SortedEntry
{
	uint32		hash;
	const SeenEntry *entry;
} SortedEntry;

#define ST_SORT				sort_entries
#define ST_ELEMENT_TYPE		SortedEntry
#define ST_COMPARE(a, b)	((a)->hash < (b)->hash ? -1 : (a)->hash > (b)->hash)
#define ST_SCOPE			static
#define ST_DECLARE
#define ST_DEFINE
#include "lib/sort_template.h"

/* Bytes of values that are allocated at once */
#define BLOCK_BYTES		(32 * 1024)

/* Bytes of a filter; the next keys get another one */
#define MAX_FILTER		((Size) 64 * 1024 * 1024)

/* Runs that came of as many merges; the newest first */
typedef struct Level
{
	WfxSeenRun *runs[MERGED_RUNS];
	int			nruns;
} Level;

struct WfxSeen
{
	WfxKey	   *key;
	MemoryContext context;		/* as long as the import */
	MemoryContext recent;		/* the hash table and its values */
	char	   *block;			/* where the next value goes, */
	Size		room;			/* and how many bytes are left */
	ResourceOwner owner;		/* of temporary files */
	keyset_hash *table;
	Size		budget;
	bool		typbyval;
	int16		typlen;
	Level		levels[MAX_LEVELS];	/* the newest first */
	int			nlevels;
	List	   *filters;		/* over all runs; the newest first */
};

/* An empty hash table */
static void
reset_table(WfxSeen *seen)
{
	MemoryContextReset(seen->recent);
	seen->table = keyset_create(seen->recent, 1024, seen->key);
	seen->room = 0;
}

/* An empty set, in the current memory context */
WfxSeen *
wfx_seen_create(WfxKey *key)
{
	WfxSeen    *seen = palloc0(sizeof(WfxSeen));

	seen->key = key;
	seen->context = CurrentMemoryContext;
	seen->owner = CurrentResourceOwner;
	seen->recent = AllocSetContextCreate(CurrentMemoryContext, "wifox_import seen keys",
										 ALLOCSET_DEFAULT_SIZES);
	reset_table(seen);
	/* three sets share the memory with the batch and with index entries */
	seen->budget = Max((Size) maintenance_work_mem * 1024 / 16, (Size) 1024 * 1024);
	get_typlenbyval(key->type, &seen->typlen, &seen->typbyval);
	return seen;
}

/* Close the temporary files */
static void
close_runs(WfxSeen *seen)
{
	ListCell   *cell;

	for (int level = 0; level < seen->nlevels; level++)
	{
		for (int i = 0; i < seen->levels[level].nruns; i++)
			wfx_seen_run_close(seen->levels[level].runs[i]);
		seen->levels[level].nruns = 0;
	}
	seen->nlevels = 0;
	foreach(cell, seen->filters)
		wfx_seen_filter_free(lfirst(cell));
	list_free(seen->filters);
	seen->filters = NIL;
}

/* Forget all keys */
void
wfx_seen_clear(WfxSeen *seen)
{
	close_runs(seen);
	reset_table(seen);
}

/* Give back what the set has */
void
wfx_seen_destroy(WfxSeen *seen)
{
	close_runs(seen);
	MemoryContextDelete(seen->recent);
	pfree(seen);
}

/* The entries of the hash table in the order of their hashes */
static SortedEntry *
sorted_entries(WfxSeen *seen)
{
	SortedEntry *entries = MemoryContextAllocHuge(seen->recent,
												  sizeof(SortedEntry) * (seen->table->members + 1));
	const SeenEntry *entry;
	keyset_iterator iterator;
	int64		n = 0;

	keyset_start_iterate(seen->table, &iterator);
	while ((entry = keyset_iterate(seen->table, &iterator)) != NULL)
	{
		entries[n].hash = entry->hash;
		entries[n++].entry = entry;
	}
	sort_entries(entries, n);
	return entries;
}

/* Note that a key is in a run: one byte for each makes one look-up of thirty a search in vain */
static void
add_to_filter(WfxSeen *seen, uint32 hash)
{
	if (seen->filters != NIL && wfx_seen_filter_add(linitial(seen->filters), hash))
		return;
	seen->filters = lcons(wfx_seen_filter_create(Min(seen->budget, MAX_FILTER)), seen->filters);
	(void) wfx_seen_filter_add(linitial(seen->filters), hash);
}

/* May a key be in a run? */
static bool
passes_filter(const WfxSeen *seen, uint32 hash)
{
	ListCell   *cell;

	foreach(cell, seen->filters)
		if (wfx_seen_filter_passes(lfirst(cell), hash))
			return true;
	return false;
}

/* Write the hash table as a run */
static WfxSeenRun *
write_run(WfxSeen *seen)
{
	WfxSeenRun *run = wfx_seen_run_create();
	SortedEntry *entries = sorted_entries(seen);

	for (int64 i = 0; i < seen->table->members; i++)
	{
		Datum		value = entries[i].entry->value;
		WfxSeenItem item = {.hash = entries[i].hash, .line = entries[i].entry->line};

		CHECK_FOR_INTERRUPTS();
		item.len = seen->typbyval ? sizeof(Datum) : datumGetSize(value, false, seen->typlen);
		item.bytes = seen->typbyval ? (char *) &value : DatumGetPointer(value);
		wfx_seen_run_write(run, &item);
		add_to_filter(seen, item.hash);
	}
	return run;
}

/* Add a run to a level; those of a full one become one of the next */
static void
add_run(WfxSeen *seen, WfxSeenRun *run, int n)
{
	Level	   *level = &seen->levels[n];

	if (level->nruns == MERGED_RUNS && n + 1 < MAX_LEVELS)
	{
		add_run(seen, wfx_seen_run_merge(level->runs, level->nruns), n + 1);
		for (int i = 0; i < level->nruns; i++)
			wfx_seen_run_close(level->runs[i]);
		level->nruns = 0;
	}
	memmove(&level->runs[1], &level->runs[0], sizeof(WfxSeenRun *) * level->nruns);
	level->runs[0] = run;
	level->nruns++;
	seen->nlevels = Max(seen->nlevels, n + 1);
}

/* Move the hash table into a new run */
static void
spill(WfxSeen *seen)
{
	MemoryContext old = MemoryContextSwitchTo(seen->context);
	ResourceOwner owner = CurrentResourceOwner;

	/* the file outlives the subtransaction in which it may be needed */
	CurrentResourceOwner = seen->owner;
	add_run(seen, write_run(seen), 0);
	CurrentResourceOwner = owner;
	reset_table(seen);
	MemoryContextSwitchTo(old);
}

/* Look a key up in one run */
static int64
find_in_run(WfxSeen *seen, WfxSeenRun *run, uint32 hash, Datum value)
{
	const WfxSeenItem *item;

	wfx_seen_run_seek(run, hash);
	while ((item = wfx_seen_run_next(run)) != NULL && item->hash == hash)
	{
		Datum		stored = PointerGetDatum(item->bytes);

		if (seen->typbyval)
			memcpy(&stored, item->bytes, sizeof(Datum));
		if (wfx_key_equal(seen->key, stored, value))
			return item->line;
	}
	return 0;
}

/* Look a key up in all runs, the newest first */
static int64
find_in_runs(WfxSeen *seen, uint32 hash, Datum value)
{
	for (int level = 0; level < seen->nlevels; level++)
		for (int i = 0; i < seen->levels[level].nruns; i++)
		{
			int64		line = find_in_run(seen, seen->levels[level].runs[i], hash, value);

			if (line > 0)
				return line;
		}
	return 0;
}

/* A copy of a value beside the hash table */
static Datum
copy_value(WfxSeen *seen, Datum value)
{
	Size		size;
	char	   *copy;

	if (seen->typbyval)
		return value;
	size = datumGetSize(value, false, seen->typlen);
	if (size > BLOCK_BYTES / 8)
		copy = MemoryContextAlloc(seen->recent, size);
	else
	{
		if (MAXALIGN(size) > seen->room)
		{
			seen->block = MemoryContextAlloc(seen->recent, BLOCK_BYTES);
			seen->room = BLOCK_BYTES;
		}
		copy = seen->block;
		seen->block += MAXALIGN(size);
		seen->room -= MAXALIGN(size);
	}
	memcpy(copy, DatumGetPointer(value), size);
	return PointerGetDatum(copy);
}

/* The entry of a key in the hash table, which may be new; it has a line if it is not */
static SeenEntry *
enter(WfxSeen *seen, Datum value, uint32 hash)
{
	SeenEntry  *entry;
	bool		found;

	entry = keyset_insert_hash(seen->table, value, hash, &found);
	if (!found)
	{
		entry->line = 0;
		entry->value = copy_value(seen, value);
	}
	return entry;
}

/* Write a run when memory is short */
static void
keep_budget(WfxSeen *seen)
{
	if (MemoryContextMemAllocated(seen->recent, false) > seen->budget)
		spill(seen);
}

/* The line on which a key was named first */
int64
wfx_seen_line(WfxSeen *seen, Datum value)
{
	const SeenEntry *entry;
	uint32		hash;

	if (seen->table->members == 0 && seen->nlevels == 0)
		return 0;
	hash = wfx_key_hash(seen->key, value);
	entry = keyset_lookup_hash(seen->table, value, hash);
	if (entry != NULL)
		return entry->line;
	return passes_filter(seen, hash) ? find_in_runs(seen, hash, value) : 0;
}

/* Remember a key, unless it is known */
int64
wfx_seen_add(WfxSeen *seen, Datum value, int64 line)
{
	uint32		hash = wfx_key_hash(seen->key, value);
	int64		earlier = passes_filter(seen, hash) ? find_in_runs(seen, hash, value) : 0;
	SeenEntry  *entry = enter(seen, value, hash);

	if (entry->line > 0)
		return entry->line;
	entry->line = earlier > 0 ? earlier : line;
	keep_budget(seen);
	return earlier;
}

/* Remember a key with a line, whether it is known or not */
void
wfx_seen_replace(WfxSeen *seen, Datum value, int64 line)
{
	enter(seen, value, wfx_key_hash(seen->key, value))->line = line;
	keep_budget(seen);
}
