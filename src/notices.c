/*
 * notices.c
 *		What an import says while it runs and when it ends.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "commands/async.h"
#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "nls.h"
#include "notices.h"
#include "settings.h"

/* Errors that the exception of on_error => 'raise' lists */
#define RAISED_ERRORS	10

/* The constraints of the table that are checked when the transaction ends, or NULL */
static char *
deferred_constraints(const WfxImport *import)
{
	Oid			type = OIDOID;
	Datum		value = ObjectIdGetDatum(import->target->relid);
	int			nestlevel = wfx_pin_search_path();
	MemoryContext context = CurrentMemoryContext;
	char	   *names;

	if (SPI_execute_with_args("SELECT string_agg(quote_ident(conname), ', ' ORDER BY conname)"
							  " FROM pg_constraint WHERE conrelid = $1 AND condeferred",
							  1, &type, &value, NULL, false, 1) != SPI_OK_SELECT)
		elog(ERROR, "could not read the constraints");
	names = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
	if (names != NULL)
		names = MemoryContextStrdup(context, names);
	SPI_freetuptable(SPI_tuptable);
	MemoryContextSwitchTo(context);
	wfx_unpin_search_path(nestlevel);
	return names;
}

/* The file is about to be read */
void
wfx_notice_start(const WfxImport *import)
{
	char	   *deferred = deferred_constraints(import);

	ereport(NOTICE, (errmsg("Processing %s", import->reader->source->name)));
	if (deferred != NULL)
		ereport(NOTICE,
				(errmsg("Initially deferred constraints: %s", deferred),
				 errdetail("The transaction checks them at its end, not the import.")));
}

/* Records that end as clients which are as the file says */
static int64
count_good(const WfxHistory *history)
{
	return history->counts[WFX_CREATED] + history->counts[WFX_UPDATED] +
		history->counts[WFX_UNCHANGED];
}

/* The sentences that sum an import up; its language is up to who fills the counts in */
static const char *const failed_file = gettext_noop("Import failed: %s, no client was changed");
static const char *const failed_records =
gettext_noop("Import failed: %lld of %lld records have errors, no client was changed");
static const char *const checked_records =
gettext_noop("Check finished: %lld of %lld records can be imported, no client was changed");
static const char *const partly_imported =
gettext_noop("Client(s) imported partially: %lld of %lld clients were imported");
static const char *const all_imported =
gettext_noop("Client(s) imported successfully: %lld clients were imported");

/* Which of them is it, and what is it about?  The second count is that of all records. */
static const char *
summary_format(const WfxHistory *history, const WfxIssue *file_failure, int64 *count)
{
	*count = count_good(history);
	if (strcmp(history->status, "failed") == 0)
	{
		*count = history->counts[WFX_FAILED];
		return file_failure != NULL ? failed_file : failed_records;
	}
	if (strcmp(history->status, "checked") == 0)
		return checked_records;
	return strcmp(history->status, "partial") == 0 ? partly_imported : all_imported;
}

/* Sum the import up in one sentence, in English or in the language of the session */
static char *
summary(const WfxHistory *history, const WfxIssue *file_failure, bool translated)
{
	int64		count;
	const char *format = summary_format(history, file_failure, &count);

	if (translated)
		format = wfx_translate(format);
	if (file_failure != NULL)
		return psprintf(format, file_failure->message);
	return psprintf(format, (long long) count, (long long) history->records);
}

/* Sum the import up in one sentence, for the history */
char *
wfx_summary(const WfxHistory *history, const WfxIssue *file_failure)
{
	return summary(history, file_failure, false);
}

/* The same in the language of the session */
static char *
translated_summary(const WfxImport *import, const WfxHistory *history)
{
	bool		file_failed = strcmp(history->status, "failed") == 0 &&
		history->counts[WFX_FAILED] == 0;

	return summary(history, file_failed ? &import->reader->failure : NULL, true);
}

/* The counts in words */
static char *
count_words(const WfxHistory *history)
{
	StringInfoData words;

	initStringInfo(&words);
	appendStringInfo(&words, wfx_translate("%lld created, %lld updated, %lld unchanged"),
					 (long long) history->counts[WFX_CREATED],
					 (long long) history->counts[WFX_UPDATED],
					 (long long) history->counts[WFX_UNCHANGED]);
	if (history->counts[WFX_SKIPPED] > 0)
		appendStringInfo(&words, wfx_translate(", %lld skipped"),
						 (long long) history->counts[WFX_SKIPPED]);
	if (history->counts[WFX_FAILED] > 0)
		appendStringInfo(&words, wfx_translate(", %lld failed"),
						 (long long) history->counts[WFX_FAILED]);
	appendStringInfoChar(&words, '.');
	return words.data;
}

/* Tell those who listen.  No cell, path or file name: every role can listen. */
void
wfx_notify(const WfxHistory *history)
{
	char	   *payload;

	if (wfx_notify_channel == NULL || *wfx_notify_channel == '\0')
		return;
	payload = psprintf("{\"id\": " INT64_FORMAT ", \"status\": \"%s\", \"records\": " INT64_FORMAT
					   ", \"created\": " INT64_FORMAT ", \"updated\": " INT64_FORMAT
					   ", \"unchanged\": " INT64_FORMAT ", \"skipped\": " INT64_FORMAT
					   ", \"failed\": " INT64_FORMAT "}",
					   history->id, history->status, history->records,
					   history->counts[WFX_CREATED], history->counts[WFX_UPDATED],
					   history->counts[WFX_UNCHANGED], history->counts[WFX_SKIPPED],
					   history->counts[WFX_FAILED]);
	Async_Notify(wfx_notify_channel, payload);
}

/* What to do next: about the file as a whole, or the statement that shows its bad records */
static const char *
next_step(const WfxImport *import, const WfxHistory *history)
{
	if (history->records == 0)
		return import->reader->failure.hint;
	if (history->counts[WFX_FAILED] == 0)
		return NULL;
	return psprintf("SELECT * FROM %s.wifox_import_error_report(" INT64_FORMAT ");",
					quote_identifier(import->schema), history->id);
}

/* Not all errors are stored */
static void
notice_dropped(const WfxImport *import)
{
	int64		dropped = import->unreported;

	if (dropped > 0)
		ereport(NOTICE,
				(errmsg_plural("The error report lacks %lld record",
							   "The error report lacks %lld records",
							   dropped, (long long) dropped),
				 errdetail("At most %d errors of an import are stored (wifox_import.max_errors), and no record that is too large.",
						   wfx_max_errors)));
}

/* The import has ended */
void
wfx_notice_end(const WfxImport *import, const WfxHistory *history)
{
	bool		failed = strcmp(history->status, "failed") == 0;
	const char *hint = next_step(import, history);

	notice_dropped(import);
	ereport(NOTICE,
			(errmsg("%s", translated_summary(import, history)),
			 failed ? 0 : errdetail("%s", count_words(history)),
			 hint ? errhint("%s", hint) : 0));
	wfx_notify(history);
}

/* The first errors, one a line */
static char *
list_errors(WfxImport *import)
{
	StringInfoData list;
	WfxIssue	issue;
	int			n = 0;

	initStringInfo(&list);
	wfx_issues_rewind(import->issues);
	while (n < RAISED_ERRORS && wfx_issues_next(import->issues, &issue))
	{
		if (n++ > 0)
			appendStringInfoChar(&list, '\n');
		if (issue.line > 0)
			appendStringInfo(&list, "line " INT64_FORMAT ", ", issue.line);
		if (issue.column != NULL)
			appendStringInfo(&list, "%s, ", issue.column);
		appendStringInfo(&list, "%s: %s", issue.code, issue.message);
	}
	return list.data;
}

/* End in an exception that a handler can tell from a bad option */
void
wfx_raise_errors(WfxImport *import, const WfxHistory *history)
{
	ereport(ERROR,
			(errcode(ERRCODE_BAD_COPY_FILE_FORMAT),
			 errmsg("%s", translated_summary(import, history)),
			 errdetail("%s", list_errors(import))));
}
