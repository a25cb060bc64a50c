/*
 * entry_arena.c
 *		Index entries in memory, sorted by the bytes of their text.
 *
 * The server's sort compares the first eight bytes of a key, and then whole keys, wherever in
 * memory they are.  Addresses and names have many of those bytes in common.  So here eight
 * bytes after the other are fetched, each once, for those entries only that are equal so far.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "port/pg_bswap.h"
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

#include "entry_arena.h"
#include "large_memory.h"

/* Bytes that are compared at once */
#define STEP	sizeof(uint64)

/* An arena begins small, as most files are, and grows up to its limit */
#define FIRST_BYTES	((Size) 64 * 1024)
#define GROWTH		4

/* An entry is found by where it begins, in units of its alignment */
#define MAX_BYTES	((Size) 1024 * 1024 * 1024)

typedef struct SortItem
{
	uint64		prefix;			/* the bytes of the key that are compared now */
	uint32		place;			/* of the entry */
} SortItem;

struct WfxEntryArena
{
	MemoryContext context;
	TupleDesc	desc;			/* of the index */
	bool		packs;			/* its short texts have short headers */
	char	   *memory;			/* entries grow from the one end, */
	Size		size;
	Size		limit;			/* of size */
	Size		used;			/* by entries */
	SortItem   *end;			/* and items from the other one */
	uint32		count;
	uint32		taken;
};

#define ST_SORT sort_items
#define ST_ELEMENT_TYPE SortItem
#define ST_COMPARE(a, b) \
	((a)->prefix != (b)->prefix ? ((a)->prefix < (b)->prefix ? -1 : 1) : \
	 ((a)->place > (b)->place) - ((a)->place < (b)->place))
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* The bytes of a key; a compressed text is not in its order, which costs time only */
const char *
wfx_entry_key(IndexTuple entry, Size *len)
{
	char	   *text = (char *) entry + MAXALIGN(sizeof(IndexTupleData));

	*len = 0;
	if (IndexTupleHasNulls(entry))
		return text;
	*len = VARSIZE_ANY_EXHDR(text);
	return VARDATA_ANY(text);
}

/* The first bytes as a number; where there are fewer, it is that of the least text */
uint64
wfx_entry_prefix(const char *key, Size len)
{
	uint64		prefix = 0;

	memcpy(&prefix, key, Min(len, STEP));
	return pg_ntoh64(prefix);
}

/* Memory for entries that are still none */
static void
allocate(WfxEntryArena *arena, Size size)
{
	arena->size = TYPEALIGN_DOWN(sizeof(SortItem), size);
	arena->memory = wfx_large_alloc(arena->context, arena->size);
	arena->end = (SortItem *) (arena->memory + arena->size);
}

/* No entries */
WfxEntryArena *
wfx_entry_arena_create(Relation index, Size bytes)
{
	WfxEntryArena *arena = palloc0(sizeof(WfxEntryArena));

	arena->context = CurrentMemoryContext;
	arena->desc = RelationGetDescr(index);
	arena->packs = TupleDescAttr(arena->desc, 0)->attstorage != TYPSTORAGE_PLAIN;
	arena->limit = Min(bytes, MAX_BYTES);
	allocate(arena, Min(arena->limit, FIRST_BYTES));
	return arena;
}

/* Give the memory back */
void
wfx_entry_arena_free(WfxEntryArena *arena)
{
	wfx_large_free(arena->memory);
	pfree(arena);
}

/* The items, the last entry first until they are sorted */
static SortItem *
items(const WfxEntryArena *arena)
{
	return arena->end - arena->count;
}

/* Where the entry of an item is */
static IndexTuple
entry_at(const WfxEntryArena *arena, const SortItem *item)
{
	return (IndexTuple) (arena->memory + (Size) item->place * MAXIMUM_ALIGNOF);
}

/* Is there room for an entry of so many bytes, and its item? */
static bool
has_room(const WfxEntryArena *arena, Size size)
{
	return arena->used + MAXALIGN(size) + sizeof(SortItem) * ((Size) arena->count + 1) <= arena->size;
}

/* Grow; false: that is all */
static bool
grow(WfxEntryArena *arena)
{
	SortItem   *old_items = items(arena);
	char	   *old_memory = arena->memory;
	Size		size = Min(arena->size * GROWTH, arena->limit);

	if (size < arena->size + FIRST_BYTES)
		return false;
	allocate(arena, size);
	memcpy(arena->memory, old_memory, arena->used);
	memcpy(items(arena), old_items, sizeof(SortItem) * arena->count);
	wfx_large_free(old_memory);
	return true;
}

/* Room for an entry of so many bytes, or NULL */
static IndexTuple
make_room(WfxEntryArena *arena, Size size)
{
	SortItem   *item;

	if (!has_room(arena, size) && !(grow(arena) && has_room(arena, size)))
		return NULL;
	item = items(arena) - 1;
	item->place = arena->used / MAXIMUM_ALIGNOF;
	arena->used += MAXALIGN(size);
	arena->count++;
	return entry_at(arena, item);
}

/* The key of the last entry is there */
static void
note_prefix(WfxEntryArena *arena)
{
	SortItem   *item = items(arena);
	Size		len;
	const char *key = wfx_entry_key(entry_at(arena, item), &len);

	item->prefix = wfx_entry_prefix(key, len);
}

/* Is it a short text, as most are, that may have a short header? */
static bool
is_short(const WfxEntryArena *arena, const struct varlena *text)
{
	if (VARATT_IS_SHORT(text))
		return !VARATT_IS_EXTERNAL(text);
	return arena->packs && VARATT_CAN_MAKE_SHORT(text);
}

/* Put an entry of a short text into its place; what index_form_tuple() would make */
static bool
add_short(WfxEntryArena *arena, const struct varlena *text, ItemPointer tid)
{
	Size		len = VARSIZE_ANY_EXHDR(text);
	Size		size = MAXALIGN(MAXALIGN(sizeof(IndexTupleData)) + len + VARHDRSZ_SHORT);
	IndexTuple	entry = make_room(arena, size);
	char	   *data;

	if (entry == NULL)
		return false;
	entry->t_tid = *tid;
	entry->t_info = size | INDEX_VAR_MASK;
	/* the bytes that align the next one */
	memset((char *) entry + size - MAXIMUM_ALIGNOF, 0, MAXIMUM_ALIGNOF);
	data = (char *) entry + MAXALIGN(sizeof(IndexTupleData));
	SET_VARSIZE_SHORT(data, len + VARHDRSZ_SHORT);
	memcpy(data + VARHDRSZ_SHORT, VARDATA_ANY(text), len);
	return true;
}

/* Put any other entry into its place */
static bool
add_formed(WfxEntryArena *arena, Datum *values, bool *nulls, ItemPointer tid)
{
	IndexTuple	formed = index_form_tuple(arena->desc, values, nulls);
	IndexTuple	entry = make_room(arena, IndexTupleSize(formed));

	if (entry != NULL)
	{
		memcpy(entry, formed, IndexTupleSize(formed));
		entry->t_tid = *tid;
	}
	pfree(formed);
	return entry != NULL;
}

/* Add an entry */
bool
wfx_entry_arena_add(WfxEntryArena *arena, Datum *values, bool *nulls, ItemPointer tid)
{
	bool		added;

	if (!nulls[0] && is_short(arena, (struct varlena *) DatumGetPointer(values[0])))
		added = add_short(arena, (struct varlena *) DatumGetPointer(values[0]), tid);
	else
		added = add_formed(arena, values, nulls, tid);
	if (added)
		note_prefix(arena);
	return added;
}

/* Fetch the next bytes of the keys of n items; false: none of them has any */
static bool
fetch(const WfxEntryArena *arena, SortItem *item, uint32 n, Size depth)
{
	bool		found = false;

	for (uint32 i = 0; i < n; i++)
	{
		Size		len;
		const char *key = wfx_entry_key(entry_at(arena, &item[i]), &len);

		item[i].prefix = len > depth ? wfx_entry_prefix(key + depth, len - depth) : 0;
		found |= len > depth;
	}
	return found;
}

/*
 * Sort n items by what is behind the first bytes of their keys, which are equal.  Texts are
 * at most as long as an entry can be, which bounds how deep this goes.
 */
static void
sort_deeper(const WfxEntryArena *arena, SortItem *item, uint32 n, Size depth)
{
	uint32		start = 0;

	CHECK_FOR_INTERRUPTS();
	if (depth > 0 && !fetch(arena, item, n, depth))
		return;
	sort_items(item, n);
	for (uint32 i = 1; i <= n; i++)
	{
		if (i < n && item[i].prefix == item[start].prefix)
			continue;
		if (i - start > 1)
			sort_deeper(arena, item + start, i - start, depth + STEP);
		start = i;
	}
}

/* Sort the entries; those that are equal remain in the order in which they were added */
void
wfx_entry_arena_sort(WfxEntryArena *arena)
{
	sort_deeper(arena, items(arena), arena->count, 0);
	arena->taken = 0;
}

/* The next entry */
IndexTuple
wfx_entry_arena_next(WfxEntryArena *arena)
{
	return arena->taken < arena->count ? entry_at(arena, items(arena) + arena->taken++) : NULL;
}

/* Forget all entries */
void
wfx_entry_arena_clear(WfxEntryArena *arena)
{
	arena->used = 0;
	arena->count = arena->taken = 0;
}
