/*
 * keys.h
 *		How a client is found: by ID or by e-mail, through an index.
 */
#ifndef WFX_KEYS_H
#define WFX_KEYS_H

#include "access/tupdesc.h"
#include "fmgr.h"
#include "utils/relcache.h"

#include "sql.h"

typedef struct WfxKey
{
	AttrNumber	attnum;			/* the column */
	const char *column;			/* its name */
	Oid			index;			/* the index that serves it, if one is known */
	bool		unique;			/* the server sees to it that no two rows share it */
	bool		lower;			/* the key is lower(column) ... */
	Oid			lower_collation;	/* ... folded by this collation */
	Oid			column_type;	/* below domains */
	bool		both_cases;		/* probe as written, and in lower case */
	Oid			type;			/* what is compared: the type, ... */
	int16		typlen;
	bool		typbyval;
	Oid			collation;		/* ... the collation, ... */
	Oid			equals;			/* ... and the operator */
	bool		may_raise;		/* comparing runs code of a user */
	const char *comparison;		/* SQL: column of table t and operator ... */
	const char *collate;		/* ... and what stands behind the other operand */
	const char *condition;		/* the same with column k of the batch b */
	FmgrInfo	hash_proc;
	FmgrInfo	equal_proc;
} WfxKey;

/* Find the unique index for a column and prepare its key; false: none qualifies */
extern bool wfx_key_init(WfxKey *key, Relation rel, AttrNumber attnum, bool may_fold);

/*
 * The same for a relation that cannot have the index that ordinary tables need, by
 * whatever index finds its rows; false: there is none, and the key is that of the
 * column's type.
 */
extern bool wfx_key_init_below(WfxKey *key, Relation rel, AttrNumber attnum, bool may_fold);

/* The key of the column's type, where no index is needed */
extern void wfx_key_init_by_type(WfxKey *key, Relation rel, AttrNumber attnum);

/* SQL that compares a row of table t with a value */
extern char *wfx_key_condition(const WfxKey *key, const char *value);

/* Describe a column of rows that holds such keys */
extern void wfx_key_describe(const WfxKey *key, TupleDesc desc, AttrNumber attnum);

/* Rows of a number n and a key k for a look-up */
extern TupleDesc wfx_key_rows_desc(const WfxKey *key);
extern void wfx_key_rows_put(WfxBatchRows *rows, int n, Datum key);

/* The key of a value of the column */
extern Datum wfx_key_of(const WfxKey *key, Datum value);

/* The lower-case form of a key (both_cases) */
extern Datum wfx_key_lower(const WfxKey *key, Datum value);

/* Have two values the same bytes?  Compressed ones and those that are elsewhere never have. */
extern bool wfx_same_bytes(Datum a, Datum b, bool typbyval, int16 typlen);

extern bool wfx_key_equal(WfxKey *key, Datum a, Datum b);

/* An equality that is code of a user, and may raise; it can be called again after that */
extern bool wfx_equal_by_user(FmgrInfo *function, Oid collation, Datum a, Datum b);

extern uint32 wfx_key_hash(WfxKey *key, Datum value);

#endif							/* WFX_KEYS_H */
