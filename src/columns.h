/*
 * columns.h
 *		What the columns of this file are, and which columns of the table they fill.
 */
#ifndef WFX_COLUMNS_H
#define WFX_COLUMNS_H

#include "nodes/execnodes.h"

#include "dictionary.h"
#include "issues.h"
#include "options.h"
#include "reader.h"
#include "target.h"
#include "values.h"

/* A header that fills a part of a jsonb value or an element of an array */
typedef struct WfxPart
{
	int			field;			/* position in the file, from 0; -1: the file lacks it */
	const char *header;
	int			column;			/* which of the columns it belongs to */
	bool		json;			/* of a jsonb value, else of an array */
	int			npath;
	char	  **path;			/* keys and indexes, the wildcard resolved */
	bool		indexed;		/* the last step is an index */
	WfxLeaf		leaf;
	WfxType		type;			/* how the cell is read */
	bool		required;		/* to create a client */
	bool		has_literal;	/* default of the dictionary */
	Datum		literal;
	int			twin;			/* an earlier part of the same place, or -1 */
} WfxPart;

/* A column of the table that the import writes */
typedef struct WfxColumn
{
	AttrNumber	attnum;
	const char *name;
	const char *header;			/* as it stands in the file, or in the dictionary */
	WfxType		type;
	WfxRole		role;
	const char *unknown_code;	/* of a reference: "unknown_project" */
	bool		in_file;
	bool		trimmed;		/* white space around the cell does not count */
	bool		clears;			/* a blank cell clears on update */
	bool		not_null;
	bool		unique;			/* a unique index has it, and it is no match key */
	bool		required;		/* to create a client */
	int			nfields;		/* whole cells: several if headers share it */
	int		   *fields;
	int			nparts;
	bool		has_literal;	/* default of the dictionary */
	Datum		literal;
	Expr	   *expression;		/* default of the table, or NULL */
	ExprState  *evaluator;		/* of the expression, once it was needed */
	bool		has_equal;
	bool		may_raise;		/* comparing, or clearing, runs code of a user */
	FmgrInfo	equal;
	FmgrInfo	output;
	Oid			collation;
	int16		typlen;
	bool		typbyval;
} WfxColumn;

typedef struct WfxColumns
{
	int			nheaders;
	char	  **headers;		/* trimmed */
	bool	   *unnamed;		/* by header: must be empty */
	WfxHabit   *habits;			/* by header: how its cells are written */
	const char *profile;		/* that the header fits, or NULL */
	int			nneeded;		/* headers up to the last one with a name */
	int			ncolumns;		/* in the file and with defaults */
	WfxColumn  *columns;
	int			nparts;
	WfxPart    *parts;
	int			id;				/* index of the ID's column; -1: not written */
	int			email;
	int			username;
	bool		from_report;	/* the header of an error report */
	EState	   *estate;			/* of the default expressions */
} WfxColumns;

/*
 * Bind the header of a file.  NULL: *failure says what is wrong with it.  The header of
 * an error report loses its apostrophes.
 */
extern WfxColumns *wfx_columns_bind(WfxRow *header, const WfxDictionary *dictionary,
									const WfxTarget *target, const WfxOptions *options,
									WfxIssue *failure);
extern void wfx_columns_free(WfxColumns *columns);

/* Has a header more columns than any table?  False: *failure says so. */
extern bool wfx_header_fits(const WfxRow *header, WfxIssue *failure);

/* Has a new client a value where the cell is blank? */
extern bool wfx_column_has_default(const WfxColumn *column);

/* Is a column part of every INSERT? */
extern bool wfx_column_is_inserted(const WfxColumns *columns, int c, const WfxTarget *target);

/* The value of a column for a new client whose cell is blank; false: NULL */
extern bool wfx_column_default(const WfxColumns *columns, WfxColumn *column, Datum *value);

/* Are two values of a column equal? */
extern bool wfx_column_equal(WfxColumn *column, Datum a, Datum b);

/* The text form of a value */
extern char *wfx_column_text(WfxColumn *column, Datum value);

/* Read a default of the dictionary; false: a shipped one that does not suit the type (column.c) */
extern bool wfx_default_literal(WfxType *type, const WfxEntry *entry, const char *name,
								Datum *literal);

/* Prepare a part of a column; rest is what the header has under a wildcard (part.c) */
extern void wfx_part_init(WfxPart *part, const WfxColumns *columns, int column,
						  const WfxEntry *entry, const char *rest, const char *header, int field);

/* Which of the parts before this one leads to the same place?  -1: none */
extern int	wfx_part_find(const WfxColumns *columns, const WfxPart *part);

/* What the column holds for a value that was read from a cell */
extern Datum wfx_part_leaf(const WfxPart *part, Datum value);

/* Are two such values the same? */
extern bool wfx_part_equal(const WfxPart *part, Datum a, Datum b);

/* Prepare a column of the table (column.c); entry may be NULL */
extern void wfx_column_init(WfxColumn *column, AttrNumber attnum, const char *header,
							const WfxEntry *entry, const WfxTarget *target,
							const WfxOptions *options, EState *estate);

#endif							/* WFX_COLUMNS_H */
