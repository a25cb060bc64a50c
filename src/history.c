/*
 * history.c
 *		The evidence of an import: wifox_imports, wifox_import_errors, wifox_import_changes.
 *
 * The tables belong to the owner of the extension, and nobody else may write
 * them.  Everything is computed before, as the caller; what is written as the owner
 * are finished values of built-in types, with search_path pinned.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

#include "changes_write.h"
#include "history.h"
#include "nls.h"
#include "text.h"
#include "track.h"

/* Who the caller was, while the owner writes */
typedef struct OwnerScope
{
	Oid			user;
	int			security;
	int			nestlevel;
} OwnerScope;

/* Act as the owner of the history */
static void
enter_owner(OwnerScope *scope, Oid relid)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	Oid			owner;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for relation %u", relid);
	owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
	ReleaseSysCache(tuple);
	GetUserIdAndSecContext(&scope->user, &scope->security);
	SetUserIdAndSecContext(owner, scope->security | SECURITY_LOCAL_USERID_CHANGE |
						   SECURITY_RESTRICTED_OPERATION);
	scope->nestlevel = wfx_pin_search_path();
}

/* Act as the caller again; after an error the (sub)transaction's end does it */
static void
leave_owner(OwnerScope *scope)
{
	wfx_unpin_search_path(scope->nestlevel);
	SetUserIdAndSecContext(scope->user, scope->security);
}

/* A table of the extension */
Oid
wfx_history_table(const char *schema, const char *name)
{
	Oid			relid = get_relname_relid(name, get_namespace_oid(schema, false));

	if (!OidIsValid(relid))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation \"%s.%s\" does not exist", schema, name),
				 errhint("The extension must not be dropped while it imports.")));
	return relid;
}

/* The arguments of a statement */
typedef struct Args
{
	int			n;
	Oid			types[24];
	Datum		values[24];
	char		nulls[25];
} Args;

/* Add an argument */
static void
put(Args *args, Oid type, Datum value)
{
	args->types[args->n] = type;
	args->values[args->n] = value;
	args->nulls[args->n++] = ' ';
}

/* Add a text, or NULL */
static void
put_text(Args *args, const char *text)
{
	put(args, TEXTOID, text ? CStringGetTextDatum(text) : (Datum) 0);
	if (text == NULL)
		args->nulls[args->n - 1] = 'n';
}

/* The options that have no column of their own, and how the file was read */
static char *
options_json(const WfxImport *import)
{
	StringInfoData json;
	char		delimiter[2] = {import->reader->delimiter, '\0'};

	initStringInfo(&json);
	appendStringInfoChar(&json, '{');
	wfx_options_to_json(import->options, &json);
	wfx_append_json_member(&json, "delimiter", *delimiter != '\0' ? delimiter : NULL);
	wfx_append_json_member(&json, "encoding", import->reader->encoding_name);
	wfx_append_json_member(&json, "header", import->header_raw);
	if (import->columns != NULL && import->columns->profile != NULL)
		wfx_append_json_member(&json, "profile", import->columns->profile);
	wfx_track_describe(import, &json);
	appendStringInfoChar(&json, '}');
	return json.data;
}

/* Fill in what an import itself says */
void
wfx_history_describe(const WfxImport *import, WfxHistory *history)
{
	history->file_name = import->reader->source->name;
	history->file_bytes = import->reader->source->size;
	history->mode = wfx_mode_name(import->options->mode);
	history->on_error = wfx_on_error_name(import->options->on_error);
	history->dry_run = import->options->dry_run;
	history->options = options_json(import);
	history->target = import->target ? import->target->sql_name : NULL;
}

/* The file's columns of wifox_imports */
static void
put_file(Args *args, const WfxHistory *history)
{
	bytea	   *digest = palloc(VARHDRSZ + sizeof(history->sha256));

	SET_VARSIZE(digest, VARHDRSZ + sizeof(history->sha256));
	memcpy(VARDATA(digest), history->sha256, sizeof(history->sha256));
	put_text(args, history->file_name);
	put(args, INT8OID, Int64GetDatum(history->file_bytes));
	put(args, BYTEAOID, PointerGetDatum(digest));
	if (!history->has_sha256)
		args->nulls[args->n - 1] = 'n';
}

/* The counts, in the order of the columns */
static void
put_counts(Args *args, const WfxHistory *history)
{
	put(args, INT8OID, Int64GetDatum(history->records));
	put(args, INT8OID, Int64GetDatum(history->counts[WFX_CREATED]));
	put(args, INT8OID, Int64GetDatum(history->counts[WFX_UPDATED]));
	put(args, INT8OID, Int64GetDatum(history->counts[WFX_UNCHANGED]));
	put(args, INT8OID, Int64GetDatum(history->counts[WFX_SKIPPED]));
	put(args, INT8OID, Int64GetDatum(history->counts[WFX_FAILED]));
}

/* Everything about the import, computed as the caller */
static void
put_import(Args *args, const WfxHistory *history)
{
	put(args, INT8OID, Int64GetDatum(history->parent_id));
	if (history->parent_id == 0)
		args->nulls[args->n - 1] = 'n';
	put_text(args, history->status);
	put_text(args, history->message);
	put_file(args, history);
	put_counts(args, history);
	put_text(args, history->mode);
	put_text(args, history->on_error);
	put(args, BOOLOID, BoolGetDatum(history->dry_run));
	put_text(args, history->options);
	put_text(args, history->target);
	put(args, TIMESTAMPTZOID, TimestampTzGetDatum(history->started_at));
	put(args, TIMESTAMPTZOID, TimestampTzGetDatum(GetCurrentTimestamp()));
	put_text(args, history->imported_by);
	put_text(args, GetUserNameFromId(GetSessionUserId(), false));
}

/* Add the row of the import; its tuple is returned in the upper executor's memory */
static HeapTuple
add_import(const char *table, Args *args)
{
	char	   *sql = psprintf("INSERT INTO %s (parent_id, status, message, file_name, file_bytes, file_sha256,"
							   " records, created, updated, unchanged, skipped, failed,"
							   " mode, on_error, dry_run, options, target, started_at, finished_at,"
							   " imported_by, session_user_name, client_addr)"
							   " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,"
							   " $15, $16::pg_catalog.jsonb, $17, $18, $19, $20, $21, inet_client_addr())"
							   " RETURNING *", table);

	if (SPI_execute_with_args(sql, args->n, args->types, args->values, args->nulls,
							  false, 0) != SPI_OK_INSERT_RETURNING || SPI_processed != 1)
		elog(ERROR, "could not add a row to %s", table);
	return SPI_copytuple(SPI_tuptable->vals[0]);
}

/* The arguments of one error */
static void
put_issue(Args *args, int64 id, const WfxIssue *issue)
{
	args->n = 0;
	put(args, INT8OID, Int64GetDatum(id));
	put(args, INT8OID, Int64GetDatum(issue->record));
	if (issue->record == 0)
		args->nulls[args->n - 1] = 'n';
	put(args, INT8OID, Int64GetDatum(issue->line));
	if (issue->line == 0)
		args->nulls[args->n - 1] = 'n';
	put_text(args, issue->column);
	put_text(args, issue->value);
	put_text(args, issue->code);
	put_text(args, issue->message);
	put_text(args, unpack_sql_state(issue->sqlerrcode));
	put_text(args, issue->detail);
	put_text(args, issue->hint);
	put_text(args, issue->raw);
}

/* Add the errors */
static void
add_errors(WfxIssues *issues, const char *table, int64 id)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext,
												  "wifox_import error row",
												  ALLOCSET_DEFAULT_SIZES);
	MemoryContext old;
	SPIPlanPtr	plan = NULL;
	WfxIssue	issue;
	Args		args;
	char	   *sql = psprintf("INSERT INTO %s (import_id, record, line, column_name, value, code,"
							   " message, sqlstate, detail, hint, raw)"
							   " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)", table);

	old = MemoryContextSwitchTo(context);
	wfx_issues_rewind(issues);
	while (wfx_issues_next(issues, &issue))
	{
		CHECK_FOR_INTERRUPTS();
		put_issue(&args, id, &issue);
		if (plan == NULL)
			plan = SPI_prepare(sql, args.n, args.types);
		if (plan == NULL || SPI_execute_plan(plan, args.values, args.nulls, false, 0) != SPI_OK_INSERT)
			elog(ERROR, "could not add a row to %s", table);
		MemoryContextReset(context);
	}
	MemoryContextSwitchTo(old);
	MemoryContextDelete(context);
}

/* Add the row of an import, its errors and its changes */
HeapTuple
wfx_history_add(const char *schema, WfxHistory *history, WfxIssues *issues, WfxBatchRows *changes,
				WfxStatements *statements)
{
	Oid			imports = wfx_history_table(schema, "wifox_imports");
	char	   *errors = wfx_relation_sql(wfx_history_table(schema, "wifox_import_errors"));
	Oid			tracked = wfx_history_table(schema, "wifox_import_changes");
	MemoryContext old = CurrentMemoryContext;
	OwnerScope	scope;
	Args		args = {0};
	HeapTuple	tuple;
	bool		isnull;

	put_import(&args, history);
	enter_owner(&scope, imports);
	tuple = add_import(wfx_relation_sql(imports), &args);
	history->id = DatumGetInt64(SPI_getbinval(tuple, SPI_tuptable->tupdesc,
											  SPI_fnumber(SPI_tuptable->tupdesc, "id"), &isnull));
	MemoryContextSwitchTo(old);
	add_errors(issues, errors, history->id);
	if (changes != NULL)
		wfx_changes_write(changes, statements, tracked, history->id);
	leave_owner(&scope);
	MemoryContextSwitchTo(old);
	return tuple;
}

/* Was an import undone?  Row security may hide that from the caller. */
bool
wfx_history_is_undone(const char *schema, int64 import_id)
{
	Oid			imports = wfx_history_table(schema, "wifox_imports");
	MemoryContext old = CurrentMemoryContext;
	Oid			type = INT8OID;
	Datum		value = Int64GetDatum(import_id);
	OwnerScope	scope;
	bool		undone;

	enter_owner(&scope, imports);
	if (SPI_execute_with_args(psprintf("SELECT FROM %s WHERE parent_id = $1 AND status = 'undone'",
									   wfx_relation_sql(imports)),
							  1, &type, &value, NULL, false, 1) != SPI_OK_SELECT)
		elog(ERROR, "could not read the history");
	undone = SPI_processed > 0;
	leave_owner(&scope);
	MemoryContextSwitchTo(old);
	return undone;
}
