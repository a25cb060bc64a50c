/*
 * match.c
 *		Who is it?  Clients are looked up by ID and by e-mail, batch by batch.
 *
 * Each key looks the batch up in the table, through the key's index: directly where
 * heap_match.c can, else by one statement.  That is the caller's own SELECT: privileges
 * and row security apply.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/pg_class.h"
#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"

#include "guard.h"
#include "heap_deferral.h"
#include "heap_match.h"
#include "match.h"
#include "table_error.h"
#include "writable.h"

/* Columns of a result before those of the file */
#define RESULT_N		1
#define RESULT_ID		2
#define RESULT_EMAIL	3
#define RESULT_FIRST	4

struct WfxMatcher
{
	const char *by_id;
	const char *by_email;
	const char *lock;
	TupleDesc	id_desc;		/* of the batch's rows: n, k */
	TupleDesc	email_desc;
	bool		starts_empty;	/* there was nobody to find when the import began */
	Datum	   *values;			/* of a row of the table that is taken apart */
	bool	   *nulls;
};

/* The columns of the table that are compared */
static char *
select_list(const WfxImport *import)
{
	const WfxColumns *columns = import->columns;
	StringInfoData list;

	initStringInfo(&list);
	appendStringInfo(&list, "t.%s, t.%s", quote_identifier(import->target->id.column),
					 quote_identifier(import->target->email.column));
	for (int i = 0; i < columns->ncolumns; i++)
		if (columns->columns[i].in_file)
			appendStringInfo(&list, ", t.%s", quote_identifier(columns->columns[i].name));
	return list.data;
}

/* The statement that looks clients up by a key */
static char *
match_sql(const WfxImport *import, const WfxKey *key)
{
	return wfx_lookup_sql("b.n, t.*", select_list(import), import->target->relid,
						  key->condition, "");
}

/* The one that locks them as well, and says where they are */
static char *
lock_sql(const WfxImport *import)
{
	const WfxTarget *target = import->target;
	bool		lockable = wfx_writable_directly(target->rel);
	char	   *list = select_list(import);

	return wfx_lookup_sql("b.n, t.*", target->has_addresses ?
						  psprintf("%s, t.ctid AS row_address", list) : list, target->relid,
						  target->id.condition, lockable ? " FOR NO KEY UPDATE OF t" : "");
}

/*
 * Is the table empty, and will a unique index tell whom the application inserts from now
 * on?  A serializable transaction must have looked.
 */
static bool
starts_empty(const WfxTarget *target)
{
	return target->rel->rd_rel->relkind == RELKIND_RELATION && !target->passes_on &&
		target->id.unique && target->email.unique && !target->email.both_cases &&
		!IsolationIsSerializable() && RelationGetNumberOfBlocks(target->rel) == 0;
}

/*
 * Prepare the statements, in the current memory context.  A view that its triggers
 * write is not locked: what can be locked of it is not known.
 */
struct WfxMatcher *
wfx_matcher_create(const WfxImport *import)
{
	struct WfxMatcher *matcher = palloc0(sizeof(struct WfxMatcher));
	const WfxTarget *target = import->target;

	matcher->by_id = match_sql(import, &target->id);
	matcher->by_email = match_sql(import, &target->email);
	matcher->lock = lock_sql(import);
	matcher->id_desc = wfx_key_rows_desc(&target->id);
	matcher->email_desc = wfx_key_rows_desc(&target->email);
	matcher->starts_empty = starts_empty(target);
	matcher->values = palloc(sizeof(Datum) * RelationGetNumberOfAttributes(target->rel));
	matcher->nulls = palloc(sizeof(bool) * RelationGetNumberOfAttributes(target->rel));
	return matcher;
}

/* Copy a column of a result into the current memory context */
static Datum
copy_value(HeapTuple tuple, TupleDesc desc, int column, bool *isnull)
{
	Form_pg_attribute att = TupleDescAttr(desc, column - 1);
	Datum		value = SPI_getbinval(tuple, desc, column, isnull);

	if (*isnull)
		return (Datum) 0;
	if (att->attlen == -1)
		return PointerGetDatum(PG_DETOAST_DATUM_COPY(value));
	return datumCopy(value, att->attbyval, att->attlen);
}

/* Where the row is, in the last column of a statement that locks it */
static ItemPointerData
read_address(HeapTuple tuple, TupleDesc desc, int column)
{
	bool		isnull;

	return *(ItemPointer) DatumGetPointer(SPI_getbinval(tuple, desc, column, &isnull));
}

/* A client without values */
static WfxClient *
empty_client(const WfxColumns *columns)
{
	WfxClient  *client = palloc0(sizeof(WfxClient) +
								 (sizeof(Datum) + sizeof(bool)) * columns->ncolumns);

	client->values = (Datum *) (client + 1);
	client->nulls = (bool *) (client->values + columns->ncolumns);
	return client;
}

/* A client out of a row of a result */
static WfxClient *
make_client(const WfxImport *import, HeapTuple tuple, TupleDesc desc)
{
	const WfxColumns *columns = import->columns;
	WfxClient  *client = empty_client(columns);
	int			column = RESULT_FIRST;

	client->id = copy_value(tuple, desc, RESULT_ID, &client->id_null);
	client->email = copy_value(tuple, desc, RESULT_EMAIL, &client->email_null);
	for (int i = 0; i < columns->ncolumns; i++)
		if (columns->columns[i].in_file)
			client->values[i] = copy_value(tuple, desc, column++, &client->nulls[i]);
	if (column <= desc->natts)
		client->address = read_address(tuple, desc, column);
	return client;
}

/* A value of a row of the table that is whole: neither compressed nor elsewhere */
static Datum
whole_value(const TupleTableSlot *slot, AttrNumber attnum, const Datum *values,
			const bool *nulls, bool *isnull)
{
	Datum		value = values[attnum - 1];

	*isnull = nulls[attnum - 1];
	if (!*isnull && TupleDescAttr(slot->tts_tupleDescriptor, attnum - 1)->attlen == -1 &&
		VARATT_IS_EXTENDED(DatumGetPointer(value)) && !VARATT_IS_SHORT(DatumGetPointer(value)))
		return PointerGetDatum(PG_DETOAST_DATUM(value));
	return value;
}

/* A client out of a row of the table, which is copied as a whole */
static WfxClient *
copy_client(const WfxImport *import, TupleTableSlot *slot)
{
	const WfxColumns *columns = import->columns;
	WfxClient  *client = empty_client(columns);
	TupleDesc	desc = slot->tts_tupleDescriptor;
	Datum	   *values = import->matcher->values;
	bool	   *nulls = import->matcher->nulls;

	client->row = ExecCopySlotHeapTuple(slot);
	heap_deform_tuple(client->row, desc, values, nulls);
	client->id = whole_value(slot, import->target->id.attnum, values, nulls, &client->id_null);
	client->email = whole_value(slot, import->target->email.attnum, values, nulls,
								&client->email_null);
	for (int i = 0; i < columns->ncolumns; i++)
		if (columns->columns[i].in_file)
			client->values[i] = whole_value(slot, columns->columns[i].attnum, values, nulls,
											&client->nulls[i]);
	client->address = slot->tts_tid;
	return client;
}

/* The key of a client's ID */
Datum
wfx_client_key(const WfxImport *import, const WfxClient *client)
{
	return wfx_key_of(&import->target->id, client->id);
}

/* Are these the same client? */
bool
wfx_same_client(const WfxImport *import, const WfxClient *a, const WfxClient *b)
{
	if (a->id_null || b->id_null)
		return a->id_null && b->id_null;
	return wfx_key_equal(&import->target->id, wfx_client_key(import, a), wfx_client_key(import, b));
}

typedef void (*TakeClient) (WfxImport *import, WfxRecord *record, WfxClient *client);
typedef void (*LookUp) (WfxImport *import, WfxRecord **records, int n);

/* A client was found by its ID */
static void
take_by_id(WfxImport *import, WfxRecord *record, WfxClient *client)
{
	record->ambiguous_id |= record->by_id != NULL;
	record->by_id = client;
}

/* A client was found by its e-mail address, as written or in lower case */
static void
take_by_email(WfxImport *import, WfxRecord *record, WfxClient *client)
{
	record->ambiguous_email |= record->by_email != NULL &&
		!(import->target->email.both_cases && wfx_same_client(import, record->by_email, client));
	record->by_email = client;
}

/* A client was locked, and is as it is now */
static void
take_locked(WfxImport *import, WfxRecord *record, WfxClient *client)
{
	record->client = client;
	record->locked = true;
	record->outrun = false;
}

/* Run a statement over the batch's rows, and hand its clients to their records */
static void
run(WfxImport *import, const char *sql, WfxBatchRows *rows, WfxRecord **records, TakeClient take)
{
	if (rows->count > 0)
	{
		MemoryContext old = CurrentMemoryContext;

		wfx_statement_run(import->statements, sql, rows);
		MemoryContextSwitchTo(old);
		for (uint64 i = 0; i < SPI_processed; i++)
		{
			HeapTuple	row = SPI_tuptable->vals[i];
			TupleDesc	desc = SPI_tuptable->tupdesc;
			bool		isnull;
			int			n = DatumGetInt32(SPI_getbinval(row, desc, RESULT_N, &isnull));

			CHECK_FOR_INTERRUPTS();
			take(import, records[n], make_client(import, row, desc));
		}
		SPI_freetuptable(SPI_tuptable);
	}
	wfx_batch_rows_destroy(rows);
}

/* Where the rows go that are found in an index */
typedef struct Taking
{
	WfxImport  *import;
	WfxRecord **records;
	TakeClient	take;
} Taking;

/* A row was found in an index */
static void
take_slot(void *state, int n, TupleTableSlot *slot)
{
	Taking	   *taking = state;

	taking->take(taking->import, taking->records[n], copy_client(taking->import, slot));
}

/* Look keys up, in the index itself if possible */
static void
look_keys_up(WfxImport *import, const WfxKey *key, WfxKeyOrder *order, const char *sql,
			 TupleDesc desc, WfxRecord **records, TakeClient take)
{
	Taking		taking = {import, records, take};
	WfxBatchRows *rows;

	if (wfx_key_order_count(order) == 0)
		return;
	if (wfx_heap_match_possible(import, key))
	{
		wfx_heap_match(import, key, order, take_slot, &taking);
		return;
	}
	rows = wfx_batch_rows_create(desc);
	wfx_key_order_put(order, rows);
	run(import, sql, rows, records, take);
}

/* Look clients up by their IDs */
static void
match_ids(WfxImport *import, WfxRecord **records, int n)
{
	const WfxKey *key = &import->target->id;
	WfxKeyOrder *order = wfx_key_order_create(key, n);

	for (int i = 0; i < n; i++)
	{
		records[i]->by_id = NULL;
		records[i]->ambiguous_id = false;
		if (records[i]->has_id)
			wfx_key_order_add(order, i, records[i]->id_key);
	}
	look_keys_up(import, key, order, import->matcher->by_id, import->matcher->id_desc, records,
				 take_by_id);
}

/* Has the client that was found by its ID this e-mail address?  Then no other one has. */
static bool
has_same_email(WfxImport *import, const WfxRecord *record)
{
	WfxKey	   *key = &import->target->email;
	const WfxClient *client = record->by_id;

	return client != NULL && !record->ambiguous_id && !client->email_null &&
		key->unique && !key->both_cases && !key->may_raise &&
		wfx_key_equal(key, wfx_key_of(key, client->email), record->email_key);
}

/* Look clients up by their e-mail addresses */
static void
match_emails(WfxImport *import, WfxRecord **records, int n)
{
	WfxKey	   *key = &import->target->email;
	WfxKeyOrder *order = wfx_key_order_create(key, 2 * n);

	for (int i = 0; i < n; i++)
	{
		WfxRecord  *record = records[i];

		record->by_email = NULL;
		record->ambiguous_email = false;
		if (!record->has_email)
			continue;
		if (has_same_email(import, record))
		{
			record->by_email = record->by_id;
			continue;
		}
		wfx_key_order_add(order, i, record->email_key);
		if (key->both_cases && !wfx_key_equal(key, record->email_key, record->email_lower))
			wfx_key_order_add(order, i, record->email_lower);
	}
	look_keys_up(import, key, order, import->matcher->by_email, import->matcher->email_desc, records,
				 take_by_email);
}

/* Lock the clients that are about to be updated, and read them again */
static void
lock(WfxImport *import, WfxRecord **records, int n)
{
	WfxBatchRows *rows = wfx_batch_rows_create(import->matcher->id_desc);

	for (int i = 0; i < n; i++)
		wfx_key_rows_put(rows, i, wfx_client_key(import, records[i]->meant));
	run(import, import->matcher->lock, rows, records, take_locked);
}

/* Look records up in a subtransaction of their own; the error, or NULL */
static ErrorData *
try_once(WfxImport *import, WfxRecord **records, int n, LookUp look_up)
{
	ErrorData  *volatile error = NULL;
	WfxGuard	guard;

	wfx_guard_begin(&guard, "wifox_import match");
	PG_TRY();
	{
		look_up(import, records, n);
		wfx_guard_commit(&guard);
	}
	PG_CATCH();
	{
		error = wfx_guard_catch_locking(&guard);
	}
	PG_END_TRY();
	return error;
}

/* The same, again if it was the victim of a deadlock */
static ErrorData *
try_look_up(WfxImport *import, WfxRecord **records, int n, LookUp look_up)
{
	ErrorData  *error;
	int			tries = 0;

	do
		error = try_once(import, records, n, look_up);
	while (wfx_guard_try_again(error, &tries));
	/* a right or an object that is missing is missing for all records */
	if (error != NULL && ERRCODE_TO_CATEGORY(error->sqlerrcode) ==
		ERRCODE_SYNTAX_ERROR_OR_ACCESS_RULE_VIOLATION)
		ReThrowError(error);
	return error;
}

/*
 * Look records up.  That runs code of users: the operators of a type, row security,
 * what is in a view.  The record at which it raises is found by halving.
 */
static void
look_up_guarded(WfxImport *import, WfxRecord **records, int n, LookUp look_up)
{
	ErrorData  *error;

	CHECK_FOR_INTERRUPTS();
	if (n == 0 || (error = try_look_up(import, records, n, look_up)) == NULL)
		return;
	if (n > 1)
	{
		look_up_guarded(import, records, n / 2, look_up);
		look_up_guarded(import, records + n / 2, n - n / 2, look_up);
		return;
	}
	records[0]->unmatched = true;
	records[0]->by_id = records[0]->by_email = NULL;
	wfx_table_error(import, records[0], error);
}

/*
 * Can there be others in the table than those of earlier records?  The few that the
 * application has inserted since it was empty cannot be created; then they are looked up.
 */
bool
wfx_match_is_worthwhile(const WfxImport *import)
{
	return !import->matcher->starts_empty || import->heap == NULL ||
		import->options->mode == WFX_MODE_UPDATE;
}

/* Look up the clients that records name */
static void
match(WfxImport *import, WfxRecord **records, int n)
{
	for (int i = 0; i < n; i++)
		records[i]->unmatched = records[i]->locked = records[i]->outrun = false;
	look_up_guarded(import, records, n, match_ids);
	look_up_guarded(import, records, n, match_emails);
}

/*
 * Look up the clients that the batch names.  Whoever names those of earlier records is
 * refused anyway.
 */
void
wfx_match_batch(WfxImport *import)
{
	if (wfx_match_is_worthwhile(import))
		match(import, import->batch.records, import->batch.count);
}

/* Look up the clients that records name, those of earlier records, too */
void
wfx_match(WfxImport *import, WfxRecord **records, int n)
{
	wfx_heap_deferral_flush(import);
	match(import, records, n);
}

/* Lock the clients that are about to be updated, and read them again */
void
wfx_match_lock(WfxImport *import, WfxRecord **records, int n)
{
	for (int i = 0; i < n; i++)
	{
		records[i]->meant = records[i]->client;
		records[i]->client = NULL;
	}
	look_up_guarded(import, records, n, lock);
}
