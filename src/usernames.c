/*
 * usernames.c
 *		Names for new clients that bring none.
 *
 * The name is the local part of the e-mail address in lower case, or the first of
 * name2, name3 ... that is free: neither in the table nor given to an earlier
 * record.  New clients with one local part form a group.  A group asks the table
 * for windows of candidates that grow fourfold, and what a window showed is
 * remembered for the rest of the file: 100,000 info@ addresses take a number of
 * look-ups that grows with their number, not with its square.
 */
#include "postgres.h"

#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/formatting.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"

#include "heap_match.h"
#include "key_order.h"
#include "match.h"
#include "usernames.h"

#define NAME_BYTES		320		/* an e-mail address is no longer */
#define MAX_WINDOW		4096
#define MAX_GROUPS		100000	/* local parts remembered */
#define AHEAD			8		/* names that are fetched ahead of the one looked up */

/* New clients with the same local part */
typedef struct NameGroup
{
	char		base[NAME_BYTES];	/* hash key */
	int64		next;			/* number to try next; 1 is the base itself */
	int			window;			/* candidates asked for in this round */
	bool	   *used;			/* by candidate: the table has it */
	List	   *waiting;		/* WfxRecord in file order */
} NameGroup;

struct WfxUsernames
{
	const char *sql;			/* which candidates does the table have? */
	TupleDesc	desc;
	WfxType		type;			/* of a name: that below a domain, which the table checks */
	WfxKey		key;			/* by which names are compared */
	MemoryContext context;		/* of the groups */
	HTAB	   *groups;
	WfxSeen    *taken;			/* names, with the records that took them first */
	bool		clash;			/* one was given that was taken before */
};

/* An empty hash table */
static void
reset_groups(struct WfxUsernames *names)
{
	HASHCTL		control = {0};

	MemoryContextReset(names->context);
	control.keysize = NAME_BYTES;
	control.hcxt = names->context;
	control.entrysize = sizeof(NameGroup);
	names->groups = hash_create("wifox_import name groups", 64, &control,
								HASH_ELEM | HASH_STRINGS | HASH_CONTEXT);
}

/* Prepare the look-up in the table */
static void
init_look_up(struct WfxUsernames *names, const WfxTarget *target)
{
	names->key = target->username_key;
	names->sql = wfx_lookup_sql("b.g, b.c", "1", target->relid, names->key.condition, "");
	names->desc = CreateTemplateTupleDesc(3);
	TupleDescInitEntry(names->desc, 1, "g", INT4OID, -1, 0);
	TupleDescInitEntry(names->desc, 2, "c", INT4OID, -1, 0);
	wfx_key_describe(&names->key, names->desc, 3);
}

/* Prepare, in the current memory context; NULL: nobody can be given a name */
struct WfxUsernames *
wfx_usernames_create(const WfxImport *import)
{
	const WfxColumns *columns = import->columns;
	const WfxType *type = columns->username < 0 ? NULL : &columns->columns[columns->username].type;
	struct WfxUsernames *names;

	if (type == NULL || type->kind != WFX_TYPE_TEXT)
		return NULL;
	names = palloc0(sizeof(struct WfxUsernames));
	names->context = AllocSetContextCreate(CurrentMemoryContext, "wifox_import usernames",
										   ALLOCSET_DEFAULT_SIZES);
	reset_groups(names);
	wfx_type_init(&names->type, type->base, type->base_typmod, CurrentMemoryContext);
	if (import->target->has_username_key)
		init_look_up(names, import->target);
	else
		wfx_key_init_by_type(&names->key, import->target->rel, import->target->username);
	names->taken = wfx_seen_create(&names->key);
	return names;
}

/* Give back what it takes */
void
wfx_usernames_free(struct WfxUsernames *names)
{
	wfx_seen_destroy(names->taken);
	MemoryContextDelete(names->context);
}

/* The local part of the record's e-mail address in lower case */
static void
base_name(const WfxImport *import, const WfxRecord *record, char *base)
{
	WfxColumn  *email = &import->columns->columns[import->columns->email];
	char	   *text;
	char	   *at;

	text = wfx_column_text(email, record->values[import->columns->email]);
	at = strrchr(text, '@');
	if (at != NULL)
		*at = '\0';
	strlcpy(base, str_tolower(text, strlen(text), DEFAULT_COLLATION_OID), NAME_BYTES - 20);
}

/* The candidate with a number; 1 is the base itself */
static char *
candidate(const char *base, int64 number)
{
	return number == 1 ? pstrdup(base) : psprintf("%s" INT64_FORMAT, base, number);
}

/* Did an earlier record of the file take a name? */
static bool
is_taken(struct WfxUsernames *names, Datum name, int64 record)
{
	int64		first = wfx_seen_line(names->taken, wfx_key_of(&names->key, name));

	return first > 0 && first < record;
}

/* Note that a name is taken from a record on */
static void
take_name(struct WfxUsernames *names, Datum name, int64 record)
{
	wfx_seen_add(names->taken, wfx_key_of(&names->key, name), record);
}

/* Does a record bring its name? */
static bool
has_name(const WfxImport *import, const WfxRecord *record)
{
	return record->states[import->columns->username] == WFX_GIVEN;
}

/* A name that a record brings itself */
typedef struct GivenName
{
	Datum		key;
	uint32		hash;
	int64		record;
} GivenName;

/* The names that records bring themselves */
static GivenName *
given_names(const WfxImport *import, WfxRecord **records, int n, int *count)
{
	WfxKey	   *key = &import->usernames->key;
	GivenName  *given = palloc(sizeof(GivenName) * (n + 1));

	*count = 0;
	for (int i = 0; i < n; i++)
	{
		GivenName  *name = &given[*count];

		if (!has_name(import, records[i]))
			continue;
		name->key = wfx_key_of(key, records[i]->values[import->columns->username]);
		name->hash = wfx_key_hash(key, name->key);
		name->record = records[i]->number;
		(*count)++;
	}
	return given;
}

/* They are taken from there on */
static void
note_given(const WfxImport *import, WfxRecord **records, int n)
{
	struct WfxUsernames *names = import->usernames;
	int			count;
	GivenName  *given = given_names(import, records, n, &count);

	for (int i = 0; i < count; i++)
	{
		int64		first;

		if (i + AHEAD < count)
			wfx_seen_prefetch(names->taken, given[i + AHEAD].hash);
		first = wfx_seen_add_hashed(names->taken, given[i].key, given[i].hash, given[i].record);
		names->clash |= first > 0 && first < given[i].record;
	}
	pfree(given);
}

/* Does this record need a name? */
static bool
needs_name(const WfxImport *import, const WfxRecord *record)
{
	return record->verdict == WFX_CREATED && record->has_email && !has_name(import, record);
}

/* Put a record into its group; a new group is added to the list */
static void
add_to_group(WfxImport *import, WfxRecord *record, List **groups)
{
	char		base[NAME_BYTES] = {0};
	NameGroup  *group;
	bool		found;

	base_name(import, record, base);
	group = hash_search(import->usernames->groups, base, HASH_ENTER, &found);
	if (!found)
	{
		group->next = 1;
		group->waiting = NIL;
	}
	if (group->waiting == NIL)
		*groups = lappend(*groups, group);
	group->waiting = lappend(group->waiting, record);
}

/* Ask the table which candidates of the groups it has */
static void
probe(WfxImport *import, List *groups)
{
	struct WfxUsernames *names = import->usernames;
	WfxBatchRows *rows;
	MemoryContext old = CurrentMemoryContext;
	ListCell   *cell;

	rows = names->sql != NULL ? wfx_batch_rows_create(names->desc) : NULL;
	foreach(cell, groups)
	{
		NameGroup  *group = lfirst(cell);

		group->used = palloc0(sizeof(bool) * group->window);
		for (int i = 0; i < group->window && rows != NULL; i++)
		{
			Datum		values[3];
			bool		nulls[3] = {false, false, false};
			WfxReason	reason;

			values[0] = Int32GetDatum(foreach_current_index(cell));
			values[1] = Int32GetDatum(i);
			if (!wfx_type_parse(&names->type, candidate(group->base, group->next + i),
								WFX_DATE_ISO, &values[2], &reason))
				continue;		/* refused when it is given */
			values[2] = wfx_key_of(&names->key, values[2]);
			wfx_batch_rows_put(rows, values, nulls);
		}
	}
	if (rows == NULL)
		return;
	wfx_statement_run(import->statements, names->sql, rows);
	MemoryContextSwitchTo(old);
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		bool		isnull;
		int			g = DatumGetInt32(SPI_getbinval(SPI_tuptable->vals[i], SPI_tuptable->tupdesc,
													1, &isnull));
		int			c = DatumGetInt32(SPI_getbinval(SPI_tuptable->vals[i], SPI_tuptable->tupdesc,
													2, &isnull));

		((NameGroup *) list_nth(groups, g))->used[c] = true;
	}
	SPI_freetuptable(SPI_tuptable);
	wfx_batch_rows_destroy(rows);
}

/* Give a record its name; false: an earlier one has it */
static bool
give(WfxImport *import, WfxRecord *record, const char *name)
{
	int			username = import->columns->username;
	WfxReason	reason;
	Datum		value;

	if (wfx_type_parse(&import->usernames->type, name, WFX_DATE_ISO, &value, &reason))
	{
		if (is_taken(import->usernames, value, record->number))
			return false;
		take_name(import->usernames, value, record->number);
		record->generated_name = true;
		record->new_values[username] = value;
		record->new_nulls[username] = false;
		return true;
	}
	record->generated_name = false;
	record->new_nulls[username] = true;
	wfx_record_refuse(import, record, reason.code, reason.sqlerrcode,
					  import->columns->columns[username].header, name, reason.message,
					  "Give a username.");
	record->verdict = WFX_FAILED;
	return true;
}

/* Hand the free candidates of a group's window to its records, in file order */
static void
hand_out(WfxImport *import, NameGroup *group)
{
	for (int i = 0; i < group->window && group->waiting != NIL; i++, group->next++)
	{
		CHECK_FOR_INTERRUPTS();
		if (!group->used[i] &&
			give(import, linitial(group->waiting), candidate(group->base, group->next)))
			group->waiting = list_delete_first(group->waiting);
	}
	pfree(group->used);
}

/* Find names for all records of the groups, round by round */
static void
serve(WfxImport *import, List *groups)
{
	for (int factor = 1; groups != NIL; factor = Min(factor * 4, MAX_WINDOW))
	{
		List	   *rest = NIL;
		ListCell   *cell;

		foreach(cell, groups)
		{
			NameGroup  *group = lfirst(cell);

			group->window = Min(list_length(group->waiting) * factor, MAX_WINDOW);
		}
		probe(import, groups);
		foreach(cell, groups)
		{
			NameGroup  *group = lfirst(cell);

			hand_out(import, group);
			if (group->waiting != NIL)
				rest = lappend(rest, group);
		}
		groups = rest;
	}
}

/* Give a name to every new client that has none */
void
wfx_usernames_assign(WfxImport *import, WfxRecord **records, int n)
{
	struct WfxUsernames *names = import->usernames;
	List	   *groups = NIL;

	if (names == NULL)
		return;
	names->clash = false;
	if (hash_get_num_entries(names->groups) > MAX_GROUPS)
		reset_groups(names);
	note_given(import, records, n);
	for (int i = 0; i < n; i++)
		if (needs_name(import, records[i]))
			add_to_group(import, records[i], &groups);
	serve(import, groups);
}

/* The table has a name */
static void
note_used(void *state, int n, TupleTableSlot *slot)
{
	*(bool *) state = false;
}

/* Does the table lack the names that new clients bring? */
static bool
lacks_given(WfxImport *import, WfxRecord **records, int n)
{
	struct WfxUsernames *names = import->usernames;
	WfxKeyOrder *order = wfx_key_order_create(&names->key, n);
	bool		lacks = true;

	for (int i = 0; i < n; i++)
		if (has_name(import, records[i]))
			wfx_key_order_add(order, i,
							  wfx_key_of(&names->key, records[i]->values[import->columns->username]));
	wfx_heap_match(import, &names->key, order, note_used, &lacks);
	return lacks;
}

/* Are the names free that new clients have or were given last? */
bool
wfx_usernames_are_free(WfxImport *import, WfxRecord **records, int n)
{
	struct WfxUsernames *names = import->usernames;

	if (!import->target->has_username_key)
		return true;
	if (names == NULL || names->clash)
		return false;
	if (!wfx_match_is_worthwhile(import))
		return true;
	return wfx_heap_match_possible(import, &names->key) && lacks_given(import, records, n);
}
