/*
 * values.h
 *		The text of a cell becomes a Datum of its column's type.
 */
#ifndef WFX_VALUES_H
#define WFX_VALUES_H

#include "fmgr.h"

typedef enum WfxDateOrder
{
	WFX_DATE_ISO,				/* ISO 8601 only */
	WFX_DATE_DMY,
	WFX_DATE_MDY,
	WFX_DATE_YMD
} WfxDateOrder;

typedef enum WfxTypeKind
{
	WFX_TYPE_TEXT,				/* text, varchar(n), char(n), name, "char"; other string types
								 * such as citext, whose input may raise */
	WFX_TYPE_BOOL,
	WFX_TYPE_INT,				/* int2, int4, int8 */
	WFX_TYPE_NUMERIC,
	WFX_TYPE_FLOAT,
	WFX_TYPE_MONEY,
	WFX_TYPE_DATE,
	WFX_TYPE_TIME,				/* with a zone or without */
	WFX_TYPE_TIMESTAMP,
	WFX_TYPE_TIMESTAMPTZ,
	WFX_TYPE_UUID,
	WFX_TYPE_INET,
	WFX_TYPE_JSONB,				/* json and jsonb */
	WFX_TYPE_ENUM,
	WFX_TYPE_ARRAY,
	WFX_TYPE_RANGE,
	WFX_TYPE_OTHER				/* through its input function, which may raise */
} WfxTypeKind;

/* What is needed to read one column's cells */
typedef struct WfxType
{
	Oid			typid;			/* the column's type, perhaps a domain */
	int32		typmod;
	Oid			base;			/* the type below the domain, else typid */
	int32		base_typmod;
	WfxTypeKind kind;
	FmgrInfo	in;				/* input function of base */
	Oid			ioparam;
	struct WfxType *element;	/* of an array or range, else NULL */
	char		delimiter;		/* between the elements of an array */
	bool		holds_text;		/* a value may hold any text */
	bool		follows_session;	/* of WFX_TYPE_OTHER: settings matter to its input */
	bool		reading;		/* what is raised now is about the cell's text */
	void	   *domain_extra;	/* cache of domain_check */
	MemoryContext context;		/* lives as long as the type is used */
} WfxType;

/* Why a cell was refused; texts live in CurrentMemoryContext */
typedef struct WfxReason
{
	const char *code;			/* "invalid_value", "ambiguous_date" */
	int			sqlerrcode;
	char	   *message;
	char	   *detail;			/* NULL: none */
	char	   *hint;			/* NULL: none */
} WfxReason;

extern void wfx_type_init(WfxType *type, Oid typid, int32 typmod, MemoryContext context);

/*
 * Read a cell.  False: *why says what is wrong.  The text is in the database's
 * encoding, and trimmed unless the kind is WFX_TYPE_TEXT.  The Datum lives in
 * CurrentMemoryContext.
 *
 * The kinds with a name do not raise for what a cell may hold.  WFX_TYPE_OTHER
 * may (before 16 always, later where the type's input function knows no soft
 * errors), the same within arrays and ranges, and so may the checks of a domain;
 * the caller catches that (guard.h).
 */
extern bool wfx_type_parse(WfxType *type, const char *text, WfxDateOrder order,
						   Datum *value, WfxReason *why);

/* The same for what is no cell of its own, an element or a default: it is trimmed like one */
extern bool wfx_element_parse(WfxType *type, const char *text, WfxDateOrder order,
							  Datum *value, WfxReason *why);

/* Is text white space, that of ASCII, from end to end? */
extern bool wfx_is_blank(const char *text, size_t len);

/* For the readers of single kinds: fill *why in, with code invalid_value, and return false */
extern bool wfx_refuse(WfxReason *why, int sqlerrcode, const char *hint,
					   const char *format,...) pg_attribute_printf(4, 5);

/* A cell's text as messages quote it: not too long */
extern char *wfx_excerpt(const char *text);

#endif							/* WFX_VALUES_H */
