/*
 * survey.c
 *		duplicates => 'last': which records does a later one of the file replace?
 *
 * The file is read twice from one descriptor.  This first reading converts nothing
 * but the keys and remembers, for every key, the newest record that names it; when
 * another record does, the older one is marked as replaced.  One bit a record is
 * all that stays.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "guard.h"
#include "match.h"
#include "progress.h"
#include "record.h"
#include "survey.h"

#define SURVEY_BATCH	10000

typedef struct WfxSurvey
{
	WfxSeen    *ids;			/* key -> newest record that names it */
	WfxSeen    *emails;
	uint8	   *replaced;		/* a bit for each record */
	Size		size;
	bool		has_sha256;
	uint8		sha256[PG_SHA256_DIGEST_LENGTH];
} WfxSurvey;

/* Mark a record as replaced */
static void
mark(WfxImport *import, int64 record)
{
	WfxSurvey  *survey = import->survey;
	Size		byte = record / 8;

	if (byte >= survey->size)
	{
		Size		size = (byte + 1) * 2;

		survey->replaced = survey->replaced ? repalloc_huge(survey->replaced, size) :
			MemoryContextAllocHuge(import->context, size);
		memset(survey->replaced + survey->size, 0, size - survey->size);
		survey->size = size;
	}
	survey->replaced[byte] |= 1 << (record % 8);
}

/* A record names a key: whoever named it before is replaced */
static void
replace_earlier(WfxImport *import, WfxSeen *seen, Datum key, int64 record)
{
	int64		earlier = wfx_seen_line(seen, key);

	if (earlier > 0 && earlier != record)
		mark(import, earlier);
}

/* The key of the client that the e-mail address means, where it tells who the client is */
static bool
subject_key(const WfxImport *import, const WfxRecord *record, Datum *key)
{
	if (record->by_id != NULL || record->by_email == NULL || record->by_email->id_null)
		return false;
	*key = wfx_client_key(import, record->by_email);
	return true;
}

/* Take a record into account: it replaces earlier ones, and then names its client itself */
static void
survey_record(WfxImport *import, const WfxRecord *record)
{
	WfxSurvey  *survey = import->survey;
	Datum		key;

	if (record->has_id)
		replace_earlier(import, survey->ids, record->id_key, record->number);
	if (subject_key(import, record, &key))
		replace_earlier(import, survey->ids, key, record->number);
	if (record->has_email && record->by_id == NULL)
	{
		replace_earlier(import, survey->emails, record->email_key, record->number);
		if (import->target->email.both_cases)
			replace_earlier(import, survey->emails, record->email_lower, record->number);
	}
	if (record->has_id)
		wfx_seen_replace(survey->ids, record->id_key, record->number);
	if (subject_key(import, record, &key))
		wfx_seen_replace(survey->ids, key, record->number);
	if (record->has_email)
		wfx_seen_replace(survey->emails, record->email_key, record->number);
}

/*
 * The same in a subtransaction, where comparing runs code of a user.  If that raises,
 * it does so again when the record is imported, and is told there.
 */
static void
survey_guarded(WfxImport *import, const WfxRecord *record)
{
	WfxGuard	guard;

	wfx_guard_begin(&guard, "wifox_import survey");
	PG_TRY();
	{
		survey_record(import, record);
		wfx_guard_commit(&guard);
	}
	PG_CATCH();
	{
		FreeErrorData(wfx_guard_catch(&guard));
	}
	PG_END_TRY();
}

/* Read a batch of records; false at the end of the file, or where it is refused */
static bool
read_batch(WfxImport *import, WfxReader *reader, int64 *records)
{
	WfxBatch   *batch = &import->batch;
	WfxReadStatus status = WFX_READ_ROW;

	batch->count = 0;
	batch->records = palloc(sizeof(WfxRecord *) * SURVEY_BATCH);
	while (batch->count < SURVEY_BATCH)
	{
		WfxRecord  *record = palloc0(sizeof(WfxRecord));

		CHECK_FOR_INTERRUPTS();
		status = wfx_reader_next(reader, &record->row);
		if (status != WFX_READ_ROW)
			break;
		record->number = ++*records;
		batch->records[batch->count++] = record;
	}
	return status == WFX_READ_ROW;
}

/* Survey all records behind the header */
static void
survey_records(WfxImport *import, WfxReader *reader)
{
	int64		records = 0;
	bool		more = true;

	while (more)
	{
		MemoryContextReset(import->batch.context);
		more = read_batch(import, reader, &records);
		wfx_records_convert(import);
		wfx_match(import, import->batch.records, import->batch.count);
		for (int i = 0; i < import->batch.count; i++)
		{
			if (import->guarded)
				survey_guarded(import, import->batch.records[i]);
			else
				survey_record(import, import->batch.records[i]);
		}
		wfx_progress_surveyed(import, reader, records);
	}
}

/* Read the whole file once for the clients it names */
void
wfx_survey(WfxImport *import)
{
	WfxSurvey  *survey = palloc0(sizeof(WfxSurvey));
	WfxSource  *source = wfx_source_again(import->reader->source);
	WfxReader  *reader = wfx_reader_create(source, &import->options->dialect);
	MemoryContext old;
	WfxRow		header;

	wfx_source_start_digest(source);
	import->survey = survey;
	import->surveying = true;
	survey->ids = wfx_seen_create(&import->target->id);
	survey->emails = wfx_seen_create(&import->target->email);
	old = MemoryContextSwitchTo(import->batch.context);
	if (wfx_reader_open(reader) && wfx_reader_next(reader, &header) == WFX_READ_ROW)
		survey_records(import, reader);
	MemoryContextSwitchTo(old);
	survey->has_sha256 = wfx_source_sha256(source, survey->sha256);
	wfx_source_close(source);
	wfx_seen_destroy(survey->ids);
	wfx_seen_destroy(survey->emails);
	import->surveying = false;
}

/* Is there a later record about the same client? */
bool
wfx_survey_replaced(const WfxImport *import, int64 record)
{
	const WfxSurvey *survey = import->survey;

	return survey != NULL && (Size) (record / 8) < survey->size &&
		(survey->replaced[record / 8] & (1 << (record % 8))) != 0;
}

/* The second reading must have seen what the first one saw */
void
wfx_survey_check(const WfxImport *import, const uint8 *sha256)
{
	const WfxSurvey *survey = import->survey;

	if (survey != NULL && survey->has_sha256 &&
		memcmp(survey->sha256, sha256, sizeof(survey->sha256)) != 0)
		wfx_source_raise_changed(import->reader->source);
}
