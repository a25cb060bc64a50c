/*
 * import.h
 *		A running import: what its stages share, and a record on its way through.
 */
#ifndef WFX_IMPORT_H
#define WFX_IMPORT_H

#include "storage/itemptr.h"

#include "columns.h"
#include "dictionary.h"
#include "issues.h"
#include "options.h"
#include "reader.h"
#include "seen.h"
#include "sql.h"
#include "target.h"

/* What a cell says */
typedef enum WfxState
{
	WFX_ABSENT,					/* the file has no such column */
	WFX_EMPTY,					/* it is blank */
	WFX_CLEARED,				/* it holds the clear marker */
	WFX_GIVEN					/* it has a value */
} WfxState;

typedef enum WfxVerdict
{
	WFX_UNDECIDED,
	WFX_CREATED,
	WFX_UPDATED,
	WFX_UNCHANGED,
	WFX_SKIPPED,
	WFX_FAILED,
	WFX_NVERDICTS
} WfxVerdict;

/* A client as the table has it: the columns of the file, ID and e-mail */
typedef struct WfxClient
{
	Datum		id;
	bool		id_null;
	Datum		email;
	bool		email_null;
	Datum	   *values;			/* by column of the import; only those in the file */
	bool	   *nulls;
	ItemPointerData address;	/* of the row; invalid where it is not known */
	HeapTuple	row;			/* as it was there when it was looked up; may be NULL */
} WfxClient;

typedef struct WfxRecord
{
	int64		number;			/* from 1 */
	WfxRow		row;			/* as it stands in the file */
	bool		bad;			/* an issue was found */
	bool		unreadable;		/* its cells cannot be trusted */

	/* converted */
	WfxState   *states;			/* by column */
	Datum	   *values;
	WfxState   *part_states;	/* by part */
	Datum	   *part_values;
	bool		has_id;			/* a usable ID was given */
	bool		has_email;		/* a usable e-mail address was given */
	Datum		id_key;
	Datum		email_key;
	Datum		email_lower;	/* the second probe, if the key needs one */
	bool		hashed;			/* these are known: */
	uint32		id_hash;
	uint32		email_hash;

	/* matched */
	WfxClient  *by_id;
	WfxClient  *by_email;
	bool		ambiguous_id;	/* it fits several clients */
	bool		ambiguous_email;
	bool		unmatched;		/* the look-up raised */
	bool		looked_again;	/* since an earlier record of the batch was
								 * written */

	/* decided */
	WfxVerdict	verdict;
	WfxClient  *client;			/* the one to update */
	WfxClient  *meant;			/* the same, while it is being locked */
	bool		locked;			/* it was, so nobody else changes it */
	bool		outrun;			/* somebody else had changed it when it was to be updated */
	bool		generated_name; /* the username is ours */
	bool	   *write;			/* by column: it is in the statement */
	Datum	   *new_values;		/* by column: what is written */
	bool	   *new_nulls;
	List	   *issues;			/* of WfxIssue, in the batch's memory */
	int			attempts;		/* to match and write it anew */
} WfxRecord;

/* The records that are handled together */
typedef struct WfxBatch
{
	MemoryContext context;		/* reset for the next batch */
	int			limit;			/* most records that it takes now */
	int			count;
	WfxRecord **records;		/* in file order */
} WfxBatch;

struct WfxCellMemo;
struct WfxSurvey;
struct WfxUsernames;
struct WfxMatcher;
struct WfxProgress;
struct WfxTracker;
struct WfxWriter;
struct WfxHeapWriter;

typedef struct WfxImport
{
	const WfxOptions *options;
	const char *schema;			/* the extension's */
	MemoryContext context;		/* as long as the import */
	WfxReader  *reader;
	WfxDictionary *dictionary;
	WfxTarget  *target;
	WfxColumns *columns;
	struct WfxCellMemo *memo;
	WfxIssues  *issues;
	WfxStatements *statements;
	WfxSeen    *seen_ids;		/* of the file so far */
	WfxSeen    *seen_emails;
	WfxSeen    *moved;			/* clients of the batch whose e-mail changes */
	struct WfxUsernames *usernames;
	struct WfxSurvey *survey;	/* duplicates => 'last' only */
	int			field;			/* being converted */
	int			column;			/* being compared, or -1 */
	bool		guarded;		/* comparing runs code of a user, which may raise */
	bool		surveying;		/* issues do not count yet */
	WfxBatch	batch;
	List	   *pending;		/* of WfxRecord: decided, not yet written */
	const char *header_raw;		/* for the error report */
	struct WfxMatcher *matcher;
	struct WfxTracker *tracker; /* NULL: changes are not tracked */
	WfxBatchRows *changes;		/* changes.c */
	struct WfxWriter *writer;
	struct WfxHeapWriter *heap; /* NULL: INSERT writes new clients */
	List	   *references;		/* references.c */
	struct WfxProgress *progress;
	int64		records;
	int64		unreported;		/* bad records without any issue stored */
	int64		counts[WFX_NVERDICTS];
} WfxImport;

/* Add a finding about a record */
extern void wfx_record_issue(WfxImport *import, WfxRecord *record, const WfxIssue *issue);

/* Store the findings about the records of the batch, in file order */
extern void wfx_records_report(WfxImport *import);

/* A finding of the importer's own; column may be NULL */
extern void wfx_record_refuse(WfxImport *import, WfxRecord *record, const char *code,
							  int sqlerrcode, const char *column, const char *value,
							  char *message, const char *hint);

#endif							/* WFX_IMPORT_H */
