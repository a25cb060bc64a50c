/*
 * seen.c
 *		Which keys did earlier records of the file name?
 *
 * Most keys come once.  So what is kept of them is small and quick: a hash and a place, in
 * a table in memory (seen_table.c).  Their values are written into a log (seen_log.c), where
 * they are read only if a hash comes again: a hit is always one of values, compared by the
 * key's own operator.  A table that has reached its share of maintenance_work_mem is
 * written out as a run: a temporary file in the order of hashes (seen_run.c).  A look-up asks
 * the table, and then searches the runs, the newest first, unless a filter over the runs of
 * the same time knows better.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "nodes/pg_list.h"

#include "seen.h"
#include "seen_filter.h"
#include "seen_log.h"
#include "seen_run.h"

/*
 * So many runs make a generation, and become one then.  The filter has a byte and a half for
 * each of their keys: one look-up of two hundred passes it in vain.
 */
#define MAX_RUNS		8

/* Bytes of the table, and of a filter: with less there are too many generations to be asked */
#define MIN_BUDGET		((Size) 128 * 1024)
#define MAX_BUDGET		((Size) 64 * 1024 * 1024)

/* Keys of the same time; the table has those of the newest generation */
typedef struct Generation
{
	WfxSeenLog *log;
	WfxSeenFilter *filter;		/* over the runs; NULL: there are none yet */
	WfxSeenRun *runs[MAX_RUNS];	/* the oldest first */
	int			nruns;
} Generation;

struct WfxSeen
{
	WfxKey	   *key;
	MemoryContext context;		/* of all that it has */
	ResourceOwner owner;		/* of its files, in whatever subtransaction they are made */
	Size		budget;			/* bytes of the table, and of a filter */
	WfxSeenTable *table;		/* the newest keys */
	List	   *generations;	/* the newest first */
};

/* The generation whose keys the table has */
static Generation *
newest(const WfxSeen *seen)
{
	return linitial(seen->generations);
}

/* Begin a generation */
static void
begin_generation(WfxSeen *seen)
{
	MemoryContext old = MemoryContextSwitchTo(seen->context);
	Generation *generation = palloc0(sizeof(Generation));

	generation->log = wfx_seen_log_create(seen->key, seen->budget / 4, seen->context, seen->owner);
	seen->generations = lcons(generation, seen->generations);
	MemoryContextSwitchTo(old);
}

/* An empty set, in the current memory context */
WfxSeen *
wfx_seen_create(WfxKey *key)
{
	WfxSeen    *seen = palloc0(sizeof(WfxSeen));

	seen->key = key;
	seen->context = CurrentMemoryContext;
	seen->owner = CurrentResourceOwner;
	/* three sets share the memory with the batch and with index entries */
	seen->budget = Min(Max((Size) maintenance_work_mem * 1024 / 16, MIN_BUDGET), MAX_BUDGET);
	seen->table = wfx_seen_table_create(seen->budget);
	begin_generation(seen);
	return seen;
}

/* Give back what generations have */
static void
remove_generations(WfxSeen *seen)
{
	ListCell   *cell;

	foreach(cell, seen->generations)
	{
		Generation *generation = lfirst(cell);

		for (int i = 0; i < generation->nruns; i++)
			wfx_seen_run_close(generation->runs[i]);
		if (generation->filter != NULL)
			wfx_seen_filter_free(generation->filter);
		wfx_seen_log_destroy(generation->log);
	}
	list_free_deep(seen->generations);
	seen->generations = NIL;
}

/* Forget all keys */
void
wfx_seen_clear(WfxSeen *seen)
{
	remove_generations(seen);
	wfx_seen_table_clear(seen->table);
	begin_generation(seen);
}

/* Give back what the set has */
void
wfx_seen_destroy(WfxSeen *seen)
{
	remove_generations(seen);
	wfx_seen_table_destroy(seen->table);
	pfree(seen);
}

/* Note which hashes are in runs */
static void
filter_items(WfxSeen *seen, Generation *generation, const WfxSeenItem *items, uint32 n)
{
	if (generation->filter == NULL)
	{
		MemoryContext old = MemoryContextSwitchTo(seen->context);

		generation->filter = wfx_seen_filter_create(seen->budget);
		MemoryContextSwitchTo(old);
	}
	for (uint32 i = 0; i < n; i++)
		wfx_seen_filter_add(generation->filter, WFX_SEEN_HASH(items[i]));
}

/* Move the table into a run */
static void
spill(WfxSeen *seen)
{
	Generation *generation = newest(seen);
	WfxSeenRun *run = wfx_seen_run_create(seen->context, seen->owner);
	uint32		n;
	const WfxSeenItem *items = wfx_seen_table_sort(seen->table, &n);

	Assert(generation->nruns < MAX_RUNS);
	wfx_seen_run_write(run, items, n);
	filter_items(seen, generation, items, n);
	wfx_seen_table_clear(seen->table);
	generation->runs[generation->nruns++] = run;
}

/* Make one run of those of the newest generation, to which nothing is added any more */
static void
finish_generation(WfxSeen *seen)
{
	Generation *generation = newest(seen);
	WfxSeenRun *merged = wfx_seen_run_create(seen->context, seen->owner);

	wfx_seen_run_merge(generation->runs, generation->nruns, merged);
	for (int i = 0; i < generation->nruns; i++)
		wfx_seen_run_close(generation->runs[i]);
	generation->runs[0] = merged;
	generation->nruns = 1;
	wfx_seen_log_finish(generation->log);
}

/* Make room for more keys */
static void
make_room(WfxSeen *seen)
{
	bool		log_is_full = wfx_seen_log_is_full(newest(seen)->log);

	if (!log_is_full && !wfx_seen_table_is_full(seen->table))
		return;
	spill(seen);
	if (!log_is_full && newest(seen)->nruns < MAX_RUNS)
		return;
	finish_generation(seen);
	begin_generation(seen);
}

/* The line of the key at a place, if it is this one; else 0 */
static int64
line_if_same(WfxSeen *seen, WfxSeenLog *log, WfxSeenItem item, Datum value)
{
	WfxSeenKey	key = wfx_seen_log_get(log, WFX_SEEN_PLACE(item));

	return wfx_key_equal(seen->key, key.value, value) ? key.line : 0;
}

/* Look a key up in one run; the last one that was added counts */
static int64
find_in_run(WfxSeen *seen, const Generation *generation, WfxSeenRun *run, uint32 hash, Datum value)
{
	int64		found = 0;
	WfxSeenItem item;

	wfx_seen_run_seek(run, hash);
	while ((item = wfx_seen_run_next(run)) != 0 && WFX_SEEN_HASH(item) == hash)
	{
		int64		line = line_if_same(seen, generation->log, item, value);

		CHECK_FOR_INTERRUPTS();
		if (line != 0)
			found = line;
	}
	return found;
}

/* Look a key up in all runs, the newest first */
static int64
find_in_runs(WfxSeen *seen, uint32 hash, Datum value)
{
	ListCell   *cell;

	foreach(cell, seen->generations)
	{
		const Generation *generation = lfirst(cell);
		int64		line = 0;

		if (generation->filter == NULL || !wfx_seen_filter_passes(generation->filter, hash))
			continue;
		for (int i = generation->nruns - 1; i >= 0 && line == 0; i--)
			line = find_in_run(seen, generation, generation->runs[i], hash, value);
		if (line != 0)
			return line;
	}
	return 0;
}

/* Look a key up in the table; its item, or NULL */
static WfxSeenItem *
find_in_table(WfxSeen *seen, uint32 hash, Datum value, int64 *line)
{
	WfxSeenItem *item = NULL;

	while ((item = wfx_seen_table_next(seen->table, hash, item)) != NULL)
	{
		CHECK_FOR_INTERRUPTS();
		if ((*line = line_if_same(seen, newest(seen)->log, *item, value)) != 0)
			break;
	}
	return item;
}

/* Remember a key that the table does not have */
static void
remember(WfxSeen *seen, Datum value, uint32 hash, int64 line)
{
	uint32		place;

	make_room(seen);
	place = wfx_seen_log_add(newest(seen)->log, value, line);
	wfx_seen_table_add(seen->table, WFX_SEEN_ITEM(hash, place));
}

/* Fetch what a look-up will look at first */
void
wfx_seen_prefetch(const WfxSeen *seen, uint32 hash)
{
	ListCell   *cell;

	wfx_seen_table_prefetch(seen->table, hash);
	foreach(cell, seen->generations)
	{
		const Generation *generation = lfirst(cell);

		if (generation->filter != NULL)
			wfx_seen_filter_prefetch(generation->filter, hash);
	}
}

/* The line on which a key was named first */
int64
wfx_seen_line_hashed(WfxSeen *seen, Datum value, uint32 hash)
{
	int64		line;

	return find_in_table(seen, hash, value, &line) != NULL ? line : find_in_runs(seen, hash, value);
}

/* Likewise */
int64
wfx_seen_line(WfxSeen *seen, Datum value)
{
	if (wfx_seen_table_is_empty(seen->table) && newest(seen)->nruns == 0 &&
		list_length(seen->generations) == 1)
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
	int64		earlier;
	WfxSeenItem *item;

	make_room(seen);
	item = find_in_table(seen, hash, value, &earlier);
	if (item == NULL)
		remember(seen, value, hash, line);
	else
		*item = WFX_SEEN_ITEM(hash, wfx_seen_log_add(newest(seen)->log, value, line));
}
