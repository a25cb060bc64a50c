/*
 * target.h
 *		The table that clients are imported into.
 */
#ifndef WFX_TARGET_H
#define WFX_TARGET_H

#include "nodes/bitmapset.h"
#include "utils/rel.h"

#include "citus.h"
#include "dictionary.h"
#include "keys.h"
#include "options.h"

typedef struct WfxTarget
{
	Oid			relid;
	Relation	rel;			/* open until wfx_target_close */
	const char *sql_name;		/* schema-qualified and quoted */
	const char *name;			/* for messages */
	WfxKey		id;
	WfxKey		email;
	AttrNumber	username;		/* 0: the table has no such column */
	bool		has_username_key;	/* an index says which are taken */
	WfxKey		username_key;
	Bitmapset  *unique_attributes;	/* of unique and exclusion constraints */
	Bitmapset  *read_only;		/* columns that a view only computes */
	bool		passes_on;		/* its triggers may put rows into other tables */
	WfxCitus	citus;
	bool		has_addresses;	/* rows have a ctid, and the user may read it */
	bool		id_always;		/* GENERATED ALWAYS AS IDENTITY */
} WfxTarget;

/* The table that wifox_import.clients_table names, or InvalidOid */
extern Oid	wfx_target_find(const char *schema);

/* Say that there is no such table */
extern void wfx_target_missing(void);

/* Open it and see that it can be imported into; an ERROR says what is missing */
extern WfxTarget *wfx_target_open(Oid relid, const WfxDictionary *dictionary, LOCKMODE lockmode);

/* The same for what finds clients by their IDs alone: only the key of the ID is set */
extern WfxTarget *wfx_target_open_by_id(Oid relid, const char *id_column, LOCKMODE lockmode);
extern void wfx_target_close(WfxTarget *target);

/* Add to a set of attributes the columns from which generated ones among them follow */
extern Bitmapset *wfx_target_add_sources(Relation rel, Bitmapset *attributes);

/* The attribute of a column that can be imported, or 0 */
extern AttrNumber wfx_target_attribute(const WfxTarget *target, const char *column);

#endif							/* WFX_TARGET_H */
