/*
 * decide.c
 *		What becomes of a record: created, updated, unchanged, skipped, failed.
 *
 * Every record is about one client.  With a known ID it is the client of that ID,
 * and the e-mail cell is a new address at most; else it is whoever the e-mail
 * address means.  A client may be the subject of one record of a file only.
 */
#include "postgres.h"

#include "utils/lsyscache.h"

#include "decide.h"
#include "difference.h"
#include "guard.h"
#include "match.h"
#include "table_error.h"

/* The header of a column */
static const char *
key_header(const WfxImport *import, int column)
{
	return import->columns->columns[column].header;
}

/* A client's ID as a text */
static char *
id_text(const WfxImport *import, const WfxClient *client)
{
	Oid			output;
	bool		isvarlena;

	if (client->id_null)
		return pstrdup("(none)");
	getTypeOutputInfo(get_atttype(import->target->relid, import->target->id.attnum),
					  &output, &isvarlena);
	return OidOutputFunctionCall(output, client->id);
}

/*
 * Has the client of the record's ID the address of the record already?  While that stays so,
 * whoever names the address is led to the client, whose ID is remembered.
 */
static bool
has_address(const WfxImport *import, const WfxRecord *record)
{
	return record->by_id != NULL && record->by_email == record->by_id && !import->guarded;
}

/* Hash the keys of a record */
static void
hash_keys(const WfxImport *import, WfxRecord *record)
{
	if (record->hashed)
		return;
	if (record->has_id)
		record->id_hash = wfx_key_hash(&import->target->id, record->id_key);
	if (record->has_email)
		record->email_hash = wfx_key_hash(&import->target->email, record->email_key);
	record->hashed = true;
}

/* The line of the record that named a client's ID before, or 0 */
static int64
seen_client(WfxImport *import, const WfxClient *client)
{
	if (client == NULL || client->id_null)
		return 0;
	return wfx_seen_line(import->seen_ids, wfx_client_key(import, client));
}

/* The line of the record that named an e-mail address before, or 0 */
static int64
seen_email(WfxImport *import, const WfxRecord *record)
{
	int64		line;

	if (!record->has_email)
		return 0;
	line = wfx_seen_line_hashed(import->seen_emails, record->email_key, record->email_hash);
	if (line == 0 && import->target->email.both_cases)
		line = wfx_seen_line(import->seen_emails, record->email_lower);
	return line;
}

/* The same; it is remembered, unless there are two ways to write it */
static int64
name_email(WfxImport *import, const WfxRecord *record)
{
	if (!record->has_email || import->target->email.both_cases)
		return seen_email(import, record);
	return wfx_seen_add_hashed(import->seen_emails, record->email_key, record->email_hash,
							   record->row.line);
}

/* The first line that named a record's address, or the client who has it, or 0 */
static int64
first_line(WfxImport *import, const WfxRecord *record)
{
	int64		line = name_email(import, record);
	int64		client_line = seen_client(import, record->by_email);

	return line == 0 || (client_line > 0 && client_line < line) ? client_line : line;
}

/* The line of an earlier record about the same client, or 0; the ID is remembered, too */
static int64
earlier_line(WfxImport *import, WfxRecord *record)
{
	int64		by_email = record->by_id == NULL ? first_line(import, record) : 0;
	int64		by_id = 0;

	if (record->has_id)
		by_id = wfx_seen_add_hashed(import->seen_ids, record->id_key, record->id_hash,
									record->row.line);
	return by_id > 0 ? by_id : by_email;
}

/* Remember whom a record names, beside its ID */
static void
remember(WfxImport *import, WfxRecord *record)
{
	int64		line = record->row.line;

	if (record->has_email)
		wfx_seen_add_hashed(import->seen_emails, record->email_key, record->email_hash, line);
	if (record->by_id == NULL && record->by_email != NULL && !record->by_email->id_null)
		wfx_seen_add(import->seen_ids, wfx_client_key(import, record->by_email), line);
}

/*
 * Does the look-up rely on an address that an earlier record of the batch moves,
 * gives up or takes?
 */
static bool
is_outdated(WfxImport *import, const WfxRecord *record)
{
	if (record->looked_again || !record->has_email)
		return false;
	if (record->by_email != NULL)
		return !record->by_email->id_null &&
			wfx_seen_line(import->moved, wfx_client_key(import, record->by_email)) > 0;
	return record->by_id != NULL && seen_email(import, record) > 0;
}

/* An issue about who the client is */
static void
refuse_key(WfxImport *import, WfxRecord *record, const char *code, int sqlerrcode,
		   int column, char *message, const char *hint)
{
	wfx_record_refuse(import, record, code, sqlerrcode,
					  column >= 0 ? key_header(import, column) : NULL,
					  column >= 0 && import->columns->columns[column].nfields > 0 ?
					  record->row.cells[import->columns->columns[column].fields[0]].text : NULL,
					  message, hint);
}

/* An earlier record is about the same client */
static void
refuse_duplicate(WfxImport *import, WfxRecord *record, int64 line)
{
	refuse_key(import, record, "duplicate_in_file", ERRCODE_UNIQUE_VIOLATION,
			   record->has_email ? import->columns->email : import->columns->id,
			   psprintf("this client stands already in line " INT64_FORMAT, line),
			   "Keep one record for each client.");
}

/* The key fits several clients of the table */
static void
refuse_ambiguous(WfxImport *import, WfxRecord *record)
{
	refuse_key(import, record, "ambiguous_key", ERRCODE_CARDINALITY_VIOLATION,
			   record->has_email ? import->columns->email : import->columns->id,
			   pstrdup("several clients have this ID or e-mail address"),
			   "Give the ID and leave the e-mail address empty, or remove the doubles from the table.");
}

/*
 * Find out who the client is: record->client, or NULL for a new one.  False: an
 * issue was added.
 */
static bool
resolve(WfxImport *import, WfxRecord *record)
{
	WfxColumns *columns = import->columns;

	record->client = record->by_id != NULL ? record->by_id : record->by_email;
	if (record->ambiguous_id || record->ambiguous_email)
		refuse_ambiguous(import, record);
	else if (record->by_id != NULL && record->by_email != NULL &&
			 !wfx_same_client(import, record->by_id, record->by_email))
		refuse_key(import, record, "email_taken", ERRCODE_UNIQUE_VIOLATION, columns->email,
				   psprintf("the e-mail address of client %s cannot become that of client %s",
							id_text(import, record->by_email), id_text(import, record->by_id)),
				   "Correct the ID or the e-mail address: two clients cannot share one.");
	else if (record->has_id && record->by_id == NULL && record->by_email != NULL)
		refuse_key(import, record, "id_mismatch", ERRCODE_UNIQUE_VIOLATION, columns->id,
				   psprintf("the e-mail address belongs to client %s, and the ID is unknown",
							id_text(import, record->by_email)),
				   "Correct the ID, or leave it empty to update the client.");
	else if (record->client != NULL && record->client->id_null)
		refuse_key(import, record, "constraint", ERRCODE_NOT_NULL_VIOLATION, columns->email,
				   pstrdup("the client with this e-mail address has no ID in the table"),
				   "Who administers the table must give it one.");
	else
		return true;
	return false;
}

/* Was a cell of the ID or the e-mail address refused? */
static bool
is_key_refused(const WfxImport *import, const WfxRecord *record)
{
	const WfxColumns *columns = import->columns;

	return (columns->id >= 0 &&
			wfx_record_cell_refused(import, record, &columns->columns[columns->id])) ||
		(columns->email >= 0 &&
		 wfx_record_cell_refused(import, record, &columns->columns[columns->email]));
}

/* Has the record a usable key? */
static bool
check_key(WfxImport *import, WfxRecord *record)
{
	WfxColumns *columns = import->columns;

	if (record->has_id || record->has_email)
		return true;
	if (!is_key_refused(import, record))
		refuse_key(import, record, "missing_key", ERRCODE_NOT_NULL_VIOLATION,
				   columns->email >= 0 && columns->columns[columns->email].in_file ?
				   columns->email : columns->id,
				   pstrdup("the record has neither an ID nor an e-mail address"),
				   "Give one of them.");
	return false;
}

/* A new client lacks a value */
static void
refuse_missing(WfxImport *import, WfxRecord *record, const char *header)
{
	wfx_record_refuse(import, record, "missing_required", ERRCODE_NOT_NULL_VIOLATION, header, NULL,
					  psprintf("a new client needs a value in column \"%s\"", header),
					  "Fill the cell, or give the ID of a client that exists.");
}

/* Has a part that must have a value none? */
static bool
is_part_missing(const WfxImport *import, const WfxRecord *record, int p)
{
	const WfxPart *part = &import->columns->parts[p];

	return part->required && !part->has_literal && part->twin < 0 &&
		record->part_states[p] != WFX_GIVEN && record->states[part->column] != WFX_GIVEN &&
		!wfx_record_part_refused(import, record, part, p);
}

/* Does a new client have what it must have? */
static void
check_required(WfxImport *import, WfxRecord *record)
{
	const WfxColumns *columns = import->columns;

	for (int c = 0; c < columns->ncolumns; c++)
		if (columns->columns[c].required && record->states[c] != WFX_GIVEN &&
			!wfx_record_cell_refused(import, record, &columns->columns[c]))
			refuse_missing(import, record, columns->columns[c].header);
	for (int p = 0; p < columns->nparts; p++)
		if (is_part_missing(import, record, p))
			refuse_missing(import, record, columns->parts[p].header);
}

/* A client that nobody knows */
static void
decide_new(WfxImport *import, WfxRecord *record)
{
	if (import->options->mode == WFX_MODE_UPDATE)
	{
		record->verdict = WFX_SKIPPED;
		return;
	}
	check_required(import, record);
	wfx_fill_new(import, record);
	if (record->has_id && import->target->id_always)
		refuse_key(import, record, "id_not_allowed", ERRCODE_GENERATED_ALWAYS,
				   import->columns->id,
				   pstrdup("the table generates the IDs of new clients itself"),
				   "Leave the ID of new clients empty.");
	record->verdict = WFX_CREATED;
}

/* A client that is in the table */
static void
decide_known(WfxImport *import, WfxRecord *record)
{
	if (import->options->mode == WFX_MODE_CREATE)
		record->verdict = WFX_SKIPPED;
	else
		record->verdict = wfx_difference(import, record) ? WFX_UPDATED : WFX_UNCHANGED;
}

/* Decide who the client is and what is to be written */
static void
decide_client(WfxImport *import, WfxRecord *record)
{
	if (!record->unmatched && resolve(import, record))
	{
		if (record->client != NULL)
			decide_known(import, record);
		else
			decide_new(import, record);
	}
	if (record->bad)
		record->verdict = WFX_FAILED;
}

/* Decide a record after a new look-up */
static bool
decide_again(WfxImport *import, WfxRecord *record)
{
	remember(import, record);
	decide_client(import, record);
	return true;
}

/* Remember whose e-mail address is about to change */
static void
note_move(WfxImport *import, const WfxRecord *record)
{
	int			email = import->columns->email;

	if (record->verdict == WFX_UPDATED && email >= 0 && record->write[email])
		wfx_seen_add(import->moved, wfx_client_key(import, record->client), record->row.line);
}

/* Decide a record of which nothing else is known to be wrong */
static void
decide_named(WfxImport *import, WfxRecord *record)
{
	int64		line = earlier_line(import, record);

	if (line > 0)
		refuse_duplicate(import, record, line);
	if (!has_address(import, record))
		remember(import, record);
	if (line > 0)
		record->verdict = WFX_FAILED;
	else
		decide_client(import, record);
	if (has_address(import, record) && record->verdict != WFX_UNCHANGED)
		remember(import, record);
	note_move(import, record);
}

/* Decide a record; false: look it up again */
static bool
decide_record(WfxImport *import, WfxRecord *record)
{
	hash_keys(import, record);
	if (record->unreadable)
		record->verdict = WFX_FAILED;
	else if (is_outdated(import, record))
		return false;
	else if (!check_key(import, record))
	{
		/* a bad address is nobody's: the client would be new */
		if (is_key_refused(import, record) && import->options->mode != WFX_MODE_UPDATE)
			check_required(import, record);
		record->verdict = WFX_FAILED;
	}
	else
		decide_named(import, record);
	return true;
}

/* Is the locked client still the one that the record means? */
static bool
still_meant(WfxImport *import, const WfxRecord *record)
{
	WfxKey	   *key = &import->target->email;
	Datum		now;

	if (record->by_id != NULL)
		return true;
	if (record->client->email_null)
		return false;
	now = wfx_key_of(key, record->client->email);
	return wfx_key_equal(key, now, record->email_key) ||
		(key->both_cases && wfx_key_equal(key, now, record->email_lower));
}

/* Decide a record whose client was locked and read again; false: match it anew */
static bool
decide_locked(WfxImport *import, WfxRecord *record)
{
	if (record->unmatched)
		record->verdict = WFX_FAILED;
	else if (record->client == NULL || !still_meant(import, record))
		return false;
	else
		decide_known(import, record);
	if (record->bad)
		record->verdict = WFX_FAILED;
	return true;
}

/* Comparing has raised, as the look-up may have done before */
static void
blame(WfxImport *import, WfxRecord *record, const ErrorData *error)
{
	WfxIssue	issue;

	record->verdict = WFX_FAILED;
	if (record->unmatched)
		return;
	wfx_table_issue(import, error, NULL, &issue);
	if (issue.column == NULL && import->column >= 0)
		issue.column = key_header(import, import->column);
	wfx_record_issue(import, record, &issue);
}

/*
 * Decide in a subtransaction where that runs code of a user: operators of a type, or
 * a default for a blank cell.
 */
static bool
guarded(WfxImport *import, WfxRecord *record, bool (*decide) (WfxImport *, WfxRecord *))
{
	volatile bool decided = true;
	WfxGuard	guard;

	import->column = -1;
	if (!import->guarded)
		return decide(import, record);
	wfx_guard_begin(&guard, "wifox_import decide");
	PG_TRY();
	{
		decided = decide(import, record);
		wfx_guard_commit(&guard);
	}
	PG_CATCH();
	{
		blame(import, record, wfx_guard_catch(&guard));
	}
	PG_END_TRY();
	return decided;
}

/* A record will be decided soon: have what its keys are looked up in at hand */
void
wfx_decide_prepare(WfxImport *import, WfxRecord *record)
{
	/* of clients who are updated, the address that they keep is remembered, too */
	bool		updates = import->counts[WFX_UPDATED] > import->counts[WFX_UNCHANGED];

	if (import->guarded)
		return;
	hash_keys(import, record);
	if (record->has_id)
		wfx_seen_prefetch(import->seen_ids, record->id_hash);
	if (record->has_email && (updates || !has_address(import, record)))
		wfx_seen_prefetch(import->seen_emails, record->email_hash);
}

/* Decide a record */
bool
wfx_decide(WfxImport *import, WfxRecord *record)
{
	return guarded(import, record, decide_record);
}

/* Decide a record again after a new look-up */
void
wfx_decide_again(WfxImport *import, WfxRecord *record)
{
	(void) guarded(import, record, decide_again);
}

/* Decide a record again after its client was locked */
bool
wfx_decide_locked(WfxImport *import, WfxRecord *record)
{
	return guarded(import, record, decide_locked);
}

/* May deciding run code of a user? */
bool
wfx_decide_may_raise(const WfxImport *import)
{
	if (import->target->id.may_raise || import->target->email.may_raise)
		return true;
	for (int c = 0; c < import->columns->ncolumns; c++)
		if (import->columns->columns[c].in_file && import->columns->columns[c].may_raise)
			return true;
	return false;
}
