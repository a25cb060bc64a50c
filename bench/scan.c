/*
 * scan.c
 *		How fast the CSV scanner alone reads a file.
 *
 *		scan [--engine scalar|sse2|avx2] FILE
 *
 * The file is read in pieces of 256 kB, as the extension reads it, and the length
 * of every field is taken.  Prints bytes, records, fields, the sum of the
 * lengths and the seconds, all on one line.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "csv_scan.h"

#define PIECE		(256 * 1024)
#define MAX_FIELDS	2000

/* The part of the file that is in memory */
typedef struct Window
{
	int			fd;
	char	   *data;
	size_t		size;
	size_t		start;			/* of the current record */
	size_t		len;
	bool		eof;
	long long	bytes;
} Window;

/* What was found */
typedef struct Totals
{
	long long	records;
	long long	fields;
	long long	lengths;
} Totals;

/* Give up */
static void
die(const char *what)
{
	perror(what);
	exit(2);
}

/* Drop the records that are done with, and read on */
static void
read_more(Window *window)
{
	ssize_t		n;

	window->len -= window->start;
	memmove(window->data, window->data + window->start, window->len);
	window->start = 0;
	if (window->size - window->len < PIECE)
	{
		window->size += 4 * PIECE;
		window->data = realloc(window->data, window->size);
		if (window->data == NULL)
			die("realloc");
	}
	n = read(window->fd, window->data + window->len, PIECE);
	if (n < 0)
		die("read");
	window->len += n;
	window->bytes += n;
	window->eof = n == 0;
}

/* Take the length of every field */
static void
add_record(Totals *totals, const WfxCsvScan *scan)
{
	totals->records++;
	totals->fields += scan->record.nfields;
	for (int i = 0; i < scan->record.nfields; i++)
		totals->lengths += scan->fields[i].len;
}

/* Read the whole file */
static Totals
read_all(Window *window, WfxCsvScan *scan)
{
	Totals		totals = {0};

	for (;;)
	{
		switch (wfx_csv_next(scan, window->data + window->start, window->len - window->start,
							 window->eof))
		{
			case WFX_CSV_RECORD:
				add_record(&totals, scan);
				window->start += scan->consumed;
				break;
			case WFX_CSV_MORE:
				read_more(window);
				break;
			case WFX_CSV_FIELDS:
				fputs("too many fields\n", stderr);
				exit(2);
			case WFX_CSV_END:
				return totals;
		}
	}
}

/* Use the engine of that name, if the processor has it */
static void
use_engine(WfxCsvScan *scan, const char *name)
{
	static const char *const names[] = {"scalar", "sse2", "avx2"};

	for (int i = 0; i < 3; i++)
		if (strcmp(name, names[i]) == 0 && wfx_stops_use(&scan->stops, (WfxStopsEngine) i))
			return;
	fprintf(stderr, "no engine %s\n", name);
	exit(2);
}

int
main(int argc, char **argv)
{
	static WfxCsvField fields[MAX_FIELDS];
	Window		window = {0};
	Totals		totals;
	WfxCsvScan	scan;
	struct timespec from;
	struct timespec to;

	if (argc != 2 && !(argc == 4 && strcmp(argv[1], "--engine") == 0))
		return fputs("usage: scan [--engine scalar|sse2|avx2] FILE\n", stderr), 2;
	wfx_csv_init(&scan, ',', '"', '"', fields, MAX_FIELDS);
	if (argc == 4)
		use_engine(&scan, argv[2]);
	window.fd = open(argv[argc - 1], O_RDONLY);
	if (window.fd < 0)
		die(argv[argc - 1]);
	clock_gettime(CLOCK_MONOTONIC, &from);
	totals = read_all(&window, &scan);
	clock_gettime(CLOCK_MONOTONIC, &to);
	printf("%lld %lld %lld %lld %.4f\n", window.bytes, totals.records, totals.fields,
		   totals.lengths, to.tv_sec - from.tv_sec + (to.tv_nsec - from.tv_nsec) / 1e9);
	return 0;
}
