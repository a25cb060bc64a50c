/*
 * seen.c
 *		Which keys did earlier records of the file name?
 *
 * New keys live in a hash table.  When that reaches its share of
 * maintenance_work_mem it is written out as a run: a temporary file with the keys,
 * followed by their places in the order of their hashes.  A look-up asks the hash
 * table, then the Bloom filter over all runs, and only then searches the runs.  A
 * hit is always one of values, compared by the key's own operator.
 */
#include "postgres.h"

#include "lib/bloomfilter.h"
#include "miscadmin.h"
#include "storage/buffile.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/resowner.h"

#include "nls.h"
#include "seen.h"

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

/* Where a key of a run is */
typedef struct RunPlace
{
	uint32		hash;
	int32		len;			/* bytes of the value */
	int64		offset;			/* where they start */
	int64		line;
} RunPlace;

typedef struct Run
{
	BufFile    *file;
	int64		count;
	int64		places;			/* offset of the first RunPlace */
} Run;

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
	List	   *runs;			/* the newest first */
	bloom_filter *filter;		/* over all runs; NULL without one */
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
	/* two sets share the memory with the batch */
	seen->budget = Max((Size) maintenance_work_mem * 1024 / 4, (Size) 1024 * 1024);
	get_typlenbyval(key->type, &seen->typlen, &seen->typbyval);
	return seen;
}

/* Close the temporary files */
void
wfx_seen_destroy(WfxSeen *seen)
{
	ListCell   *cell;

	foreach(cell, seen->runs)
		BufFileClose(((Run *) lfirst(cell))->file);
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

/* The bytes of a value */
static const void *
value_bytes(const WfxSeen *seen, const Datum *value, int32 *len)
{
	*len = datumGetSize(*value, seen->typbyval, seen->typlen);
	return seen->typbyval ? (const void *) value : DatumGetPointer(*value);
}

/* The filter over all runs, sized for many of them */
static void
add_to_filter(WfxSeen *seen, uint32 hash)
{
	if (seen->filter == NULL)
	{
		MemoryContext old = MemoryContextSwitchTo(seen->context);

		seen->filter = bloom_create(16 * seen->table->members, seen->budget / 1024 / 2, 0);
		MemoryContextSwitchTo(old);
	}
	bloom_add_element(seen->filter, (unsigned char *) &hash, sizeof(hash));
}

/* Write the values of a run, and then where they are */
static void
write_run(WfxSeen *seen, Run *run, SeenEntry **entries)
{
	RunPlace   *places = MemoryContextAllocHuge(seen->recent, sizeof(RunPlace) * (run->count + 1));
	int64		offset = 0;

	for (int64 i = 0; i < run->count; i++)
	{
		const void *bytes;

		CHECK_FOR_INTERRUPTS();
		bytes = value_bytes(seen, &entries[i]->key.value, &places[i].len);
		places[i].hash = entries[i]->hash;
		places[i].line = entries[i]->line;
		places[i].offset = offset;
		BufFileWrite(run->file, (void *) bytes, places[i].len);
		offset += places[i].len;
		add_to_filter(seen, entries[i]->hash);
	}
	run->places = offset;
	BufFileWrite(run->file, places, sizeof(RunPlace) * run->count);
}

/* Move the hash table into a new run */
static void
spill(WfxSeen *seen)
{
	MemoryContext old = MemoryContextSwitchTo(seen->context);
	ResourceOwner owner = CurrentResourceOwner;
	Run		   *run = palloc(sizeof(Run));

	/* the file outlives the subtransaction in which it may be needed */
	CurrentResourceOwner = seen->owner;
	run->file = BufFileCreateTemp(false);
	CurrentResourceOwner = owner;
	run->count = seen->table->members;
	write_run(seen, run, sorted_entries(seen));
	seen->runs = lcons(run, seen->runs);
	MemoryContextReset(seen->recent);
	seen->table = keyset_create(seen->recent, 1024, NULL);
	MemoryContextSwitchTo(old);
}

/* Read a piece of a run */
static void
read_at(Run *run, int64 offset, void *to, size_t len)
{
	if (BufFileSeek(run->file, 0, offset, SEEK_SET) != 0 ||
		BufFileRead(run->file, to, len) != len)
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("could not read a temporary file of the import: %m")));
}

/* Read the place of the n-th key */
static RunPlace
read_place(Run *run, int64 n)
{
	RunPlace	place;

	read_at(run, run->places + n * (int64) sizeof(RunPlace), &place, sizeof(place));
	return place;
}

/* The first key of a run whose hash is not smaller */
static int64
lower_bound(Run *run, uint32 hash)
{
	int64		low = 0;
	int64		high = run->count;

	while (low < high)
	{
		int64		middle = low + (high - low) / 2;

		if (read_place(run, middle).hash < hash)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Is the key at this place the one that is looked for? */
static bool
is_at(WfxSeen *seen, Run *run, const RunPlace *place, Datum value)
{
	Datum		stored = (Datum) 0;
	char	   *bytes = seen->typbyval ? (char *) &stored : palloc(place->len);
	bool		equal;

	read_at(run, place->offset, bytes, place->len);
	if (!seen->typbyval)
		stored = PointerGetDatum(bytes);
	equal = wfx_key_equal(seen->key, stored, value);
	if (!seen->typbyval)
		pfree(bytes);
	return equal;
}

/* Look a key up in one run */
static int64
find_in_run(WfxSeen *seen, Run *run, uint32 hash, Datum value)
{
	for (int64 i = lower_bound(run, hash); i < run->count; i++)
	{
		RunPlace	place = read_place(run, i);

		if (place.hash != hash)
			break;
		if (is_at(seen, run, &place, value))
			return place.line;
	}
	return 0;
}

/* Look a key up whose hash is known */
static int64
find(WfxSeen *seen, Datum value, uint32 hash)
{
	SeenKey		key = {seen, value};
	SeenEntry  *entry = keyset_lookup_hash(seen->table, key, hash);
	ListCell   *cell;

	if (entry != NULL)
		return entry->line;
	if (seen->filter == NULL ||
		bloom_lacks_element(seen->filter, (unsigned char *) &hash, sizeof(hash)))
		return 0;
	foreach(cell, seen->runs)
	{
		int64		line = find_in_run(seen, lfirst(cell), hash, value);

		if (line > 0)
			return line;
	}
	return 0;
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
	if (seen->table->members == 0 && seen->runs == NIL)
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
