/*
 * seen.c
 *		Which keys did earlier records of the file name?
 *
 * New keys live in a hash table (seen_table.c).  When that reaches its share of
 * maintenance_work_mem it is written out as a run: a temporary file with the keys in
 * the order of their hashes (seen_run.c).  A look-up asks the hash table, and then searches
 * the runs, the newest first, unless a filter over the runs of the same time knows better.
 * So that runs stay few, some of the same age are merged into one.  A hit is always one of
 * values, compared by the key's own operator.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/lsyscache.h"
#include "utils/resowner.h"

#include "seen.h"
#include "seen_filter.h"
#include "seen_run.h"
#include "seen_table.h"

/* So many runs, one after the other, share a filter */
#define FILTERED_RUNS	64

/*
 * The most runs of a level, which then become one of the next.  A filter that is half empty
 * lets hardly any look-up pass in vain, and many runs do no harm; later they had better be
 * few, and one for the whole filter in the end.
 */
#define MAX_RUNS		(FILTERED_RUNS / 2)
#define MERGED_RUNS		8
#define MAX_LEVELS		6

/* Bytes of the keys in memory, which are numbered by 32 bits */
#define MAX_BUDGET		((Size) 1024 * 1024 * 1024)

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
	Run			runs[MAX_RUNS];
	int			nruns;
} Level;

struct WfxSeen
{
	WfxKey	   *key;
	MemoryContext context;		/* as long as the import */
	ResourceOwner owner;		/* of temporary files */
	WfxSeenTable *table;		/* the newest keys */
	Size		budget;			/* of it */
	bool		typbyval;
	Level		levels[MAX_LEVELS];	/* the newest first */
	int			nlevels;
	int			spills;			/* so far */
	List	   *filters;		/* over FILTERED_RUNS spills each; the oldest first */
};

/* An empty set, in the current memory context */
WfxSeen *
wfx_seen_create(WfxKey *key)
{
	WfxSeen    *seen = palloc0(sizeof(WfxSeen));

	seen->key = key;
	seen->context = CurrentMemoryContext;
	seen->owner = CurrentResourceOwner;
	seen->table = wfx_seen_table_create(key);
	/* three sets share the memory with the batch and with index entries */
	seen->budget = Min((Size) maintenance_work_mem * 1024 / 16, MAX_BUDGET);
	seen->typbyval = get_typbyval(key->type);
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
	wfx_seen_table_clear(seen->table);
}

/* Give back what the set has */
void
wfx_seen_destroy(WfxSeen *seen)
{
	close_runs(seen);
	wfx_seen_table_destroy(seen->table);
	pfree(seen);
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

/* A run that is being written */
typedef struct RunWriter
{
	WfxSeen    *seen;
	WfxSeenRun *items;
} RunWriter;

/* Write a key */
static void
write_key(void *state, const WfxSeenKey *key, char *bytes, int32 len)
{
	RunWriter  *writer = state;
	WfxSeenItem item = {.hash = key->hash, .len = len, .line = key->line, .bytes = bytes};

	wfx_seen_run_write(writer->items, &item);
	add_to_filter(writer->seen, key->hash);
}

/* Write the table as a run */
static Run
write_run(WfxSeen *seen)
{
	RunWriter	writer = {seen, wfx_seen_run_create()};
	Run			run = {writer.items, seen->spills, seen->spills};

	wfx_seen_table_walk(seen->table, write_key, &writer);
	seen->spills++;
	return run;
}

/* Make one run of those of a level, which is empty then */
static Run
merge_level(Level *level)
{
	WfxSeenRun *items[MAX_RUNS];
	Run			merged = {NULL, level->runs[level->nruns - 1].first, level->runs[0].last};

	for (int i = 0; i < level->nruns; i++)
		items[i] = level->runs[i].items;
	merged.items = wfx_seen_run_merge(items, level->nruns);
	for (int i = 0; i < level->nruns; i++)
		wfx_seen_run_close(items[i]);
	level->nruns = 0;
	return merged;
}

/* Shall the runs of a level be merged? */
static bool
is_full(const WfxSeen *seen, int n)
{
	int			nruns = seen->levels[n].nruns;
	int			filtered = (seen->spills - 1) % FILTERED_RUNS + 1;	/* by the last filter */

	if (n == 0)
		return nruns == (filtered <= MAX_RUNS ? MAX_RUNS : MERGED_RUNS);
	return n == 1 ? filtered == FILTERED_RUNS : nruns == MAX_RUNS;
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
	if (!is_full(seen, n))
		return;
	Assert(n + 1 < MAX_LEVELS);
	add_run(seen, merge_level(level), n + 1);
}

/* Move the table into a new run */
static void
spill(WfxSeen *seen)
{
	MemoryContext old = MemoryContextSwitchTo(seen->context);
	ResourceOwner owner = CurrentResourceOwner;

	/* the file outlives the subtransaction in which it may be needed */
	CurrentResourceOwner = seen->owner;
	add_run(seen, write_run(seen), 0);
	CurrentResourceOwner = owner;
	wfx_seen_table_clear(seen->table);
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

/* Remember a key that the table does not have; write a run when memory is short */
static void
remember(WfxSeen *seen, Datum value, uint32 hash, int64 line)
{
	wfx_seen_table_add(seen->table, value, hash, line);
	if (wfx_seen_table_bytes(seen->table) > seen->budget)
		spill(seen);
}

/* Fetch what a look-up will look at first */
void
wfx_seen_prefetch(const WfxSeen *seen, uint32 hash)
{
	ListCell   *cell;

	wfx_seen_table_prefetch(seen->table, hash);
	foreach(cell, seen->filters)
		wfx_seen_filter_prefetch(lfirst(cell), hash);
}

/* The line on which a key was named first */
int64
wfx_seen_line_hashed(WfxSeen *seen, Datum value, uint32 hash)
{
	const WfxSeenKey *known = wfx_seen_table_find(seen->table, value, hash);

	return known != NULL ? known->line : find_in_runs(seen, hash, value);
}

/* Likewise */
int64
wfx_seen_line(WfxSeen *seen, Datum value)
{
	if (wfx_seen_table_count(seen->table) == 0 && seen->nlevels == 0)
		return 0;
	return wfx_seen_line_hashed(seen, value, wfx_key_hash(seen->key, value));
}

/* Remember a key, unless it is known */
int64
wfx_seen_add_hashed(WfxSeen *seen, Datum value, uint32 hash, int64 line)
{
	int64		earlier = wfx_seen_line_hashed(seen, value, hash);

	if (earlier == 0)
		remember(seen, value, hash, line);
	return earlier;
}

/* Likewise */
int64
wfx_seen_add(WfxSeen *seen, Datum value, int64 line)
{
	return wfx_seen_add_hashed(seen, value, wfx_key_hash(seen->key, value), line);
}

/* Remember a key with a line, whether it is known or not */
void
wfx_seen_replace(WfxSeen *seen, Datum value, int64 line)
{
	uint32		hash = wfx_key_hash(seen->key, value);
	WfxSeenKey *known = wfx_seen_table_find(seen->table, value, hash);

	if (known != NULL)
		known->line = line;
	else
		remember(seen, value, hash, line);
}
