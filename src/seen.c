/*
 * seen.c
 *		Which keys did earlier records of the file name?
 *
 * New keys live in a hash table.  When that reaches its share of
 * maintenance_work_mem it is written out as a run: a temporary file with the keys in
 * the order of their hashes (seen_run.c).  A look-up asks the hash table, and then searches
 * the runs, the newest first, unless a filter over the runs of the same time knows better.
 * So that runs stay few, some of the same age are merged into one.  A hit is always one of
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
#define MAX_LEVELS		12

/* So many runs, one after the other, share a filter: those that become one of level 2 */
#define FILTERED_RUNS	(MERGED_RUNS * MERGED_RUNS)

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

/* Keys on disk: what was spilled from the first to the last time */
typedef struct Run
{
	WfxSeenRun *items;
	int			first;
	int			last;
} Run;

/* Runs that came of as many merges; the newest first */
typedef struct Level
{
	Run			runs[MERGED_RUNS];
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
	int			spills;			/* so far */
	List	   *filters;		/* over FILTERED_RUNS spills each; the oldest first */
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
			wfx_seen_run_close(seen->levels[level].runs[i].items);
		seen->levels[level].nruns = 0;
	}
	seen->nlevels = seen->spills = 0;
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

/* Note that a key is spilled: one byte for each makes one search of thirty one in vain */
static void
add_to_filter(WfxSeen *seen, uint32 hash)
{
	if (seen->spills == list_length(seen->filters) * FILTERED_RUNS)
		seen->filters = lappend(seen->filters,
								wfx_seen_filter_create(Min(seen->budget, MAX_FILTER)));
	wfx_seen_filter_add(llast(seen->filters), hash);
}

/* May a key be in a run? */
static bool
may_have(const WfxSeen *seen, const Run *run, uint32 hash)
{
	for (int i = run->first / FILTERED_RUNS; i <= run->last / FILTERED_RUNS; i++)
		if (wfx_seen_filter_passes(list_nth(seen->filters, i), hash))
			return true;
	return false;
}

/* Write the hash table as a run */
static Run
write_run(WfxSeen *seen)
{
	Run			run = {wfx_seen_run_create(), seen->spills, seen->spills};
	SortedEntry *entries = sorted_entries(seen);

	for (int64 i = 0; i < seen->table->members; i++)
	{
		Datum		value = entries[i].entry->value;
		WfxSeenItem item = {.hash = entries[i].hash, .line = entries[i].entry->line};

		CHECK_FOR_INTERRUPTS();
		item.len = seen->typbyval ? sizeof(Datum) : datumGetSize(value, false, seen->typlen);
		item.bytes = seen->typbyval ? (char *) &value : DatumGetPointer(value);
		wfx_seen_run_write(run.items, &item);
		add_to_filter(seen, item.hash);
	}
	seen->spills++;
	return run;
}

/* Make one run of those of a level, which is empty then */
static Run
merge_level(Level *level)
{
	WfxSeenRun *items[MERGED_RUNS];
	Run			merged = {NULL, level->runs[level->nruns - 1].first, level->runs[0].last};

	for (int i = 0; i < level->nruns; i++)
		items[i] = level->runs[i].items;
	merged.items = wfx_seen_run_merge(items, level->nruns);
	for (int i = 0; i < level->nruns; i++)
		wfx_seen_run_close(items[i]);
	level->nruns = 0;
	return merged;
}

/* Add a run to a level; those of one that is full then become one of the next */
static void
add_run(WfxSeen *seen, Run run, int n)
{
	Level	   *level = &seen->levels[n];

	memmove(&level->runs[1], &level->runs[0], sizeof(Run) * level->nruns);
	level->runs[0] = run;
	level->nruns++;
	seen->nlevels = Max(seen->nlevels, n + 1);
	if (level->nruns < MERGED_RUNS)
		return;
	Assert(n + 1 < MAX_LEVELS);
	add_run(seen, merge_level(level), n + 1);
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

		CHECK_FOR_INTERRUPTS();
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
			const Run  *run = &seen->levels[level].runs[i];
			int64		line = may_have(seen, run, hash) ?
				find_in_run(seen, run->items, hash, value) : 0;

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
	return find_in_runs(seen, hash, value);
}

/* Remember a key, unless it is known */
int64
wfx_seen_add(WfxSeen *seen, Datum value, int64 line)
{
	uint32		hash = wfx_key_hash(seen->key, value);
	SeenEntry  *entry = enter(seen, value, hash);
	int64		earlier;

	if (entry->line > 0)
		return entry->line;
	earlier = find_in_runs(seen, hash, value);
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
