/*
 * reader.h
 *		From a source to records of cells in the database's encoding.
 */
#ifndef WFX_READER_H
#define WFX_READER_H

#include "csv_scan.h"
#include "encoding.h"
#include "issues.h"
#include "options.h"
#include "source.h"

/* A cell, NUL-terminated, in the database's encoding */
typedef struct WfxCell
{
	char	   *text;
	int			len;
	bool		quoted;
} WfxCell;

/* Why a record comes without its cells */
typedef enum WfxLoss
{
	WFX_LOST_NOTHING,
	WFX_LOST_TO_SIZE,			/* it does not fit into the memory for one record */
	WFX_LOST_TO_WIDTH			/* it has more cells than are ever counted */
} WfxLoss;

/* A record as it stands in the file */
typedef struct WfxRow
{
	int64		line;			/* physical line on which it starts */
	int64		last_line;		/* and the one on which it ends */
	WfxLoss		loss;			/* if any: no cells, no raw */
	int			ncells;
	WfxCell    *cells;
	char	   *raw;			/* the whole record, verbatim, or NULL */
	WfxCsvProblem problem;
	int			problem_field;
	int64		problem_line;
	int64		bad_byte;		/* offset in the file of the first one, or -1 */
	bool		untranslatable; /* it is a sound character there */
	int			bad_field;		/* the field that holds it, or -1 */
} WfxRow;

typedef enum WfxReadStatus
{
	WFX_READ_ROW,
	WFX_READ_END,
	WFX_READ_FAILED				/* reader->failure says why */
} WfxReadStatus;

typedef struct WfxReader
{
	/* what the caller reads */
	WfxSource  *source;
	WfxIssue	failure;		/* what is wrong with the file as a whole */
	char		delimiter;
	char		rival;			/* another delimiter that fits as well, or '\0' */
	const char *encoding_name;

	/*
	 * What the caller may set before wfx_reader_open: take any file, and hand out
	 * what is odd about it instead of refusing it.
	 */
	bool		lenient;

	/* private */
	const WfxDialectOptions *options;
	MemoryContext context;
	WfxEncoding encoding;
	WfxCsvScan	scan;
	WfxLoss		loss;			/* of the current record */
	StringInfoData undecoded;	/* read, but still in the file's encoding */
	char	   *buf;			/* what the scanner sees */
	size_t		size;
	size_t		start;			/* of the current record */
	size_t		len;
	size_t		known;			/* a byte of buf whose offset in the file is known */
	int64		known_offset;
	bool		eof;
	StringInfoData text;		/* the cells of one record */
	char	   *scratch;		/* one cell without its escapes */
	size_t		scratch_size;
} WfxReader;

/* Open a source: judge what kind of file it is, how it is written; false: failure */
extern WfxReader *wfx_reader_create(WfxSource *source, const WfxDialectOptions *options);
extern bool wfx_reader_open(WfxReader *reader);

/*
 * Read the next record that is no blank line, into the current context.  A lenient
 * reader takes only empty lines for blank ones.
 */
extern WfxReadStatus wfx_reader_next(WfxReader *reader, WfxRow *row);

/*
 * How many bytes of the source are done with.  What waits in memory is counted in
 * the encoding that it has there.
 */
static inline int64
wfx_reader_position(const WfxReader *reader)
{
	int64		waiting = (int64) (reader->len - reader->start) + reader->undecoded.len;

	return Max(reader->source->position - waiting, 0);
}

/* What is wrong with a record without cells */
extern char *wfx_loss_message(WfxLoss loss);

/* For callers that cannot go on without the file: throw what is wrong with it */
extern void wfx_reader_raise(const WfxReader *reader) __attribute__((noreturn));

/* Is a cell blank? */
extern bool wfx_cell_is_blank(const WfxCell *cell);

#endif							/* WFX_READER_H */
