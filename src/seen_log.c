/*
 * seen_log.c
 *		The keys of earlier records in the order in which they came: values, and lines.
 *
 * Hardly any is ever read: only when the hash of a later key is the same.  So they are
 * written once, at the end, and looked for nowhere else.
 */
#include "postgres.h"

#include "utils/datum.h"

#include "seen_log.h"

/* Bytes to begin with */
#define MIN_MEMORY		1024

/* Places count these bytes, from 1 on */
#define PLACE_BYTES		8

/* No key is added to a log of this size, whose places are numbers of 32 bits all the same */
#define FULL_BYTES		((int64) 16 * 1024 * 1024 * 1024)

/* What stands before the bytes of a value */
typedef struct EntryHead
{
	int64		line;
	int64		len;
} EntryHead;

struct WfxSeenLog
{
	MemoryContext context;
	ResourceOwner owner;		/* of the file */
	const WfxKey *key;			/* what its keys are like */
	BufFile    *file;			/* NULL: there is none yet */
	int64		filed;			/* bytes in it */
	char	   *memory;			/* what comes behind them */
	Size		used;
	Size		room;
	Size		max_room;
	char	   *bytes;			/* of a value that was read from the file */
	Size		bytes_room;
};

/* An empty log */
WfxSeenLog *
wfx_seen_log_create(const WfxKey *key, Size memory, MemoryContext context, ResourceOwner owner)
{
	WfxSeenLog *log = MemoryContextAllocZero(context, sizeof(WfxSeenLog));

	log->context = context;
	log->owner = owner;
	log->key = key;
	log->max_room = Max(memory, MIN_MEMORY);
	log->room = MIN_MEMORY;
	log->memory = MemoryContextAlloc(context, log->room);
	return log;
}

/* Give back the room for a value of the file */
static void
forget_bytes(WfxSeenLog *log)
{
	if (log->bytes != NULL)
		pfree(log->bytes);
	log->bytes = NULL;
	log->bytes_room = 0;
}

/* Remove it */
void
wfx_seen_log_destroy(WfxSeenLog *log)
{
	if (log->file != NULL)
		BufFileClose(log->file);
	if (log->memory != NULL)
		pfree(log->memory);
	forget_bytes(log);
	pfree(log);
}

/* Bytes that were added */
static int64
log_size(const WfxSeenLog *log)
{
	return log->filed + log->used;
}

/* Can no more be added? */
bool
wfx_seen_log_is_full(const WfxSeenLog *log)
{
	return log_size(log) >= FULL_BYTES;
}

/* Append to the file */
static void
file_bytes(WfxSeenLog *log, const void *bytes, Size len)
{
	if (log->file == NULL)
		log->file = wfx_temp_file_create(log->context, log->owner);
	wfx_temp_file_append(log->file, log->filed, bytes, len);
	log->filed += len;
}

/* Move what is in memory into the file */
static void
file_memory(WfxSeenLog *log)
{
	if (log->used > 0)
		file_bytes(log, log->memory, log->used);
	log->used = 0;
}

/* Nothing will be added any more */
void
wfx_seen_log_finish(WfxSeenLog *log)
{
	file_memory(log);
	pfree(log->memory);
	log->memory = NULL;
	forget_bytes(log);
}

/* Make room for some bytes; false: there cannot be as much */
static bool
make_room(WfxSeenLog *log, Size size)
{
	if (log->used + size <= log->room)
		return true;
	if (log->used + size > log->max_room)
		file_memory(log);
	if (size > log->max_room)
		return false;
	while (log->used + size > log->room)
		log->room = Min(log->room * 2, log->max_room);
	log->memory = repalloc_huge(log->memory, log->room);
	return true;
}

/* The bytes of a value */
static const char *
value_bytes(const WfxSeenLog *log, const Datum *value, Size *len)
{
	*len = log->key->typbyval ? sizeof(Datum) : datumGetSize(*value, false, log->key->typlen);
	return log->key->typbyval ? (const char *) value : DatumGetPointer(*value);
}

/* Add a key */
uint32
wfx_seen_log_add(WfxSeenLog *log, Datum value, int64 line)
{
	uint32		place = log_size(log) / PLACE_BYTES + 1;
	Size		len;
	const char *bytes = value_bytes(log, &value, &len);
	EntryHead	head = {line, len};
	static const char fill[PLACE_BYTES];

	if (make_room(log, sizeof(head) + TYPEALIGN(PLACE_BYTES, len)))
	{
		memcpy(log->memory + log->used, &head, sizeof(head));
		memcpy(log->memory + log->used + sizeof(head), bytes, len);
		log->used += sizeof(head) + TYPEALIGN(PLACE_BYTES, len);
		return place;
	}
	file_bytes(log, &head, sizeof(head));
	file_bytes(log, bytes, len);
	file_bytes(log, fill, TYPEALIGN(PLACE_BYTES, len) - len);
	return place;
}

/* Read the bytes of a value from the file */
static char *
read_bytes(WfxSeenLog *log, int64 offset, Size len)
{
	if (len > log->bytes_room)
	{
		forget_bytes(log);
		log->bytes = MemoryContextAllocHuge(log->context, len);
		log->bytes_room = len;
	}
	wfx_temp_file_read(log->file, offset, log->bytes, len);
	return log->bytes;
}

/* The key at a place */
WfxSeenKey
wfx_seen_log_get(WfxSeenLog *log, uint32 place)
{
	int64		offset = ((int64) place - 1) * PLACE_BYTES;
	EntryHead	head;
	WfxSeenKey	key;
	char	   *bytes;

	if (offset >= log->filed)
	{
		bytes = log->memory + (offset - log->filed);
		memcpy(&head, bytes, sizeof(head));
		bytes += sizeof(head);
	}
	else
	{
		wfx_temp_file_read(log->file, offset, &head, sizeof(head));
		bytes = read_bytes(log, offset + sizeof(head), head.len);
	}
	key.line = head.line;
	key.value = PointerGetDatum(bytes);
	if (log->key->typbyval)
		memcpy(&key.value, bytes, sizeof(Datum));
	return key;
}
