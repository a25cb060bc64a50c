/*
 * fuzz_csv_scan.c
 *		The scanner reads any bytes, and reads them alike however they are cut, and by
 *		every engine.
 *
 * The first two bytes of the input choose the dialect and the size of the chunks.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "csv_scan.h"
#include "dialect.h"

#define MAX_FIELDS	16

/* What a reading comes to: a checksum of all records, fields and problems */
typedef struct Digest
{
	uint64_t	value;
	long		records;
} Digest;

/* Take a number into the checksum */
static void
mix(Digest *digest, uint64_t value)
{
	digest->value = (digest->value ^ value) * 1099511628211u;
}

/* Take a record into the checksum; every slice must lie in the buffer */
static void
mix_record(Digest *digest, const WfxCsvScan *scan, const char *buf, size_t len)
{
	const WfxCsvRecord *record = &scan->record;

	if (record->start + record->len > len || scan->consumed > len || record->nfields < 1)
		abort();
	mix(digest, record->line);
	mix(digest, record->problem);
	mix(digest, record->problem_line);
	for (int i = 0; i < record->nfields; i++)
	{
		const WfxCsvField *field = &scan->fields[i];
		char	   *text = malloc(field->len + 1);
		size_t		n;

		if (field->start + field->len > len)
			abort();
		n = wfx_csv_unescape(scan, buf, field, text);
		if (n > field->len)
			abort();
		mix(digest, n);
		for (size_t j = 0; j < n; j++)
			mix(digest, (unsigned char) text[j]);
		free(text);
	}
	digest->records++;
}

/* Give the scanner a larger array of fields */
static int
grow(WfxCsvScan *scan, int max)
{
	WfxCsvField *fields = calloc(max * 2, sizeof(WfxCsvField));

	memcpy(fields, scan->fields, max * sizeof(WfxCsvField));
	free(scan->fields);
	wfx_csv_more_fields(scan, fields, max * 2);
	return max * 2;
}

/* Read all records, chunk bytes at a time, from buffers of exactly the bytes there are */
static Digest
read_all(const char *data, size_t size, size_t chunk, WfxStopsEngine engine, const char *dialect)
{
	Digest		digest = {14695981039346656037u, 0};
	WfxCsvScan	scan;
	size_t		from = 0;
	size_t		to = 0;
	int			max = MAX_FIELDS;

	wfx_csv_init(&scan, dialect[0], dialect[1], dialect[2], calloc(max, sizeof(WfxCsvField)), max);
	(void) wfx_stops_use(&scan.stops, engine);
	for (;;)
	{
		size_t		len = to - from;
		char	   *buf = malloc(len + (len == 0));
		WfxCsvStatus status;

		memcpy(buf, data + from, len);
		status = wfx_csv_next(&scan, buf, len, to == size);
		if (status == WFX_CSV_RECORD)
		{
			mix_record(&digest, &scan, buf, len);
			from += scan.consumed;
		}
		free(buf);
		if (status == WFX_CSV_FIELDS)
			max = grow(&scan, max);
		if (status == WFX_CSV_END)
			break;
		if (status == WFX_CSV_MORE)
			to = size - to < chunk ? size : to + chunk;
	}
	free(scan.fields);
	return digest;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char dialects[][3] = {
		{',', '"', '"'}, {';', '"', '"'}, {'\t', '"', '\\'}, {',', '\'', '\''}, {',', '\0', '\0'}
	};
	const char *dialect;
	WfxDialect	found;
	Digest		whole;
	Digest		cut;

	if (size < 2 || size > 3 * WFX_STOPS_CHUNK)
		return 0;
	dialect = dialects[data[0] % 5];
	whole = read_all((const char *) data + 2, size - 2, size, WFX_STOPS_FASTEST, dialect);
	cut = read_all((const char *) data + 2, size - 2, data[1] % 101 + 1,
				   (WfxStopsEngine) (data[1] % 3), dialect);
	if (whole.value != cut.value || whole.records != cut.records)
		abort();
	(void) wfx_dialect_detect((const char *) data + 2, size - 2, data[1] % 2, dialect[1],
							  dialect[2], &found);
	return 0;
}
