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

#include "lib/bloomfilter.h"
#include "miscadmin.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/resowner.h"

#include "seen.h"
#include "seen_run.h"

/* So many runs of a level become one of the next */
#define MERGED_RUNS		8
#define MAX_LEVELS		16

typedef struct SeenKey
{
	WfxSeen    *seen;
	Datum		value;
} SeenKey;

typedef struct SeenEntry
{
	SeenKey		key;
	uint32		hash;
	char		status;
	int64		line;
} SeenEntry;

static inline uint32 seen_hash(SeenKey key);
static inline bool seen_equal(SeenKey a, SeenKey b);

#define SH_PREFIX			keyset
#define SH_ELEMENT_TYPE		SeenEntry
#define SH_KEY_TYPE			SeenKey
#define SH_KEY				key
#define SH_HASH_KEY(tb, k)	seen_hash(k)
#define SH_EQUAL(tb, a, b)	seen_equal(a, b)
#define SH_STORE_HASH
#define SH_GET_HASH(tb, e)	(e)->hash
#define SH_SCOPE			static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

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
	ResourceOwner owner;		/* of temporary files */
	keyset_hash *table;
	Size		budget;
	bool		typbyval;
	int16		typlen;
	Level		levels[MAX_LEVELS];	/* the newest first */
	int			nlevels;
	List	   *filters;		/* over all runs; the newest first */
	int64		unfiltered;		/* keys for which the newest has room */
};

/* A key's hash, for the hash table */
static inline uint32
seen_hash(SeenKey key)
{
	return wfx_key_hash(key.seen->key, key.value);
}

/* Are two keys the same? */
static inline bool
seen_equal(SeenKey a, SeenKey b)
{
	return wfx_key_equal(a.seen->key, a.value, b.value);
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
	seen->table = keyset_create(seen->recent, 1024, NULL);
	/* three sets share the memory with the batch and with index entries */
	seen->budget = Max((Size) maintenance_work_mem * 1024 / 16, (Size) 1024 * 1024);
	get_typlenbyval(key->type, &seen->typlen, &seen->typbyval);
	return seen;
}

/* Close the temporary files */
void
wfx_seen_destroy(WfxSeen *seen)
{
	ListCell   *cell;

	for (int level = 0; level < seen->nlevels; level++)
		for (int i = 0; i < seen->levels[level].nruns; i++)
			wfx_seen_run_close(seen->levels[level].runs[i]);
	foreach(cell, seen->filters)
		bloom_free(lfirst(cell));
	MemoryContextDelete(seen->recent);
	pfree(seen);
}

/* Order by hash */
static int
compare_entries(const void *a, const void *b)
{
	uint32		x = (*(SeenEntry *const *) a)->hash;
	uint32		y = (*(SeenEntry *const *) b)->hash;

	return x < y ? -1 : x > y ? 1 : 0;
}

/* The entries of the hash table in the order of their hashes */
static SeenEntry **
sorted_entries(WfxSeen *seen)
{
	SeenEntry **entries = MemoryContextAllocHuge(seen->recent,
												 sizeof(SeenEntry *) * (seen->table->members + 1));
	SeenEntry  *entry;
	keyset_iterator iterator;
	int64		n = 0;

	keyset_start_iterate(seen->table, &iterator);
	while ((entry = keyset_iterate(seen->table, &iterator)) != NULL)
		entries[n++] = entry;
	qsort(entries, n, sizeof(SeenEntry *), compare_entries);
	return entries;
}

/* Note that a key is in a run: one byte for each makes one look-up of fifty a search in vain */
static void
add_to_filter(WfxSeen *seen, uint32 hash)
{
	if (seen->unfiltered == 0)
	{
		seen->unfiltered = seen->budget;
		seen->filters = lcons(bloom_create(seen->unfiltered, seen->budget / 1024, 0),
							  seen->filters);
	}
	seen->unfiltered--;
	bloom_add_element(linitial(seen->filters), (unsigned char *) &hash, sizeof(hash));
}

/* May a key be in a run? */
static bool
passes_filter(const WfxSeen *seen, uint32 hash)
{
	ListCell   *cell;

	foreach(cell, seen->filters)
		if (!bloom_lacks_element(lfirst(cell), (unsigned char *) &hash, sizeof(hash)))
			return true;
	return false;
}

/* Write the hash table as a run */
static WfxSeenRun *
write_run(WfxSeen *seen)
{
	WfxSeenRun *run = wfx_seen_run_create();
	SeenEntry **entries = sorted_entries(seen);

	for (int64 i = 0; i < seen->table->members; i++)
	{
		Datum		value = entries[i]->key.value;
		WfxSeenItem item = {.hash = entries[i]->hash, .line = entries[i]->line};

		CHECK_FOR_INTERRUPTS();
		item.len = datumGetSize(value, seen->typbyval, seen->typlen);
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
	MemoryContextReset(seen->recent);
	seen->table = keyset_create(seen->recent, 1024, NULL);
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

/* Look a key up whose hash is known */
static int64
find(WfxSeen *seen, Datum value, uint32 hash)
{
	SeenKey		key = {seen, value};
	SeenEntry  *entry = keyset_lookup_hash(seen->table, key, hash);

	if (entry != NULL)
		return entry->line;
	return passes_filter(seen, hash) ? find_in_runs(seen, hash, value) : 0;
}

/* Remember a key whose hash is known */
static void
put(WfxSeen *seen, Datum value, uint32 hash, int64 line)
{
	SeenKey		key = {seen, value};
	SeenEntry  *entry;
	MemoryContext old = MemoryContextSwitchTo(seen->recent);
	bool		found;

	entry = keyset_insert_hash(seen->table, key, hash, &found);
	if (!found)
		entry->key.value = datumCopy(value, seen->typbyval, seen->typlen);
	entry->line = line;
	MemoryContextSwitchTo(old);
	if (MemoryContextMemAllocated(seen->recent, false) > seen->budget)
		spill(seen);
}

/* The line on which a key was named first */
int64
wfx_seen_line(WfxSeen *seen, Datum value)
{
	if (seen->table->members == 0 && seen->nlevels == 0)
		return 0;
	return find(seen, value, wfx_key_hash(seen->key, value));
}

/* Remember a key, unless it is known */
void
wfx_seen_add(WfxSeen *seen, Datum value, int64 line)
{
	uint32		hash = wfx_key_hash(seen->key, value);

	if (find(seen, value, hash) == 0)
		put(seen, value, hash, line);
}

/* Remember a key with a line, whether it is known or not */
void
wfx_seen_replace(WfxSeen *seen, Datum value, int64 line)
{
	put(seen, value, wfx_key_hash(seen->key, value), line);
}
