/*
 * dictionary.h
 *		wifox_import_columns: which header means which column.
 */
#ifndef WFX_DICTIONARY_H
#define WFX_DICTIONARY_H

#include "habit.h"

/* What the dictionary's "type" says beyond the column's own type */
typedef enum WfxRole
{
	WFX_ROLE_NONE,
	WFX_ROLE_ID,				/* the client's ID */
	WFX_ROLE_EMAIL,				/* the client's e-mail address */
	WFX_ROLE_USERNAME,			/* generated when absent */
	WFX_ROLE_REFERENCE,			/* the ID of a row of another table */
	WFX_ROLE_KEYWORD			/* a short text that is trimmed */
} WfxRole;

/* What a leaf of a jsonb value becomes */
typedef enum WfxLeaf
{
	WFX_LEAF_STRING,
	WFX_LEAF_BOOLEAN,
	WFX_LEAF_NUMBER
} WfxLeaf;

typedef enum WfxBlank
{
	WFX_BLANK_CALL,				/* as the call says */
	WFX_BLANK_KEEP,
	WFX_BLANK_CLEAR
} WfxBlank;

#define WFX_ANY_KEY		"*"		/* last element of a path: the rest of the header */
#define WFX_ANY_INDEX	"#"		/* the same, a number */

typedef struct WfxEntry
{
	char	   *header;
	int			position;		/* among the rows as they were written */
	int			nnames;			/* header and aliases ... */
	char	  **names;			/* ... in normal form */
	char	   *target;			/* column of the clients table */
	bool		left_out;		/* of a profile: the column is known, but not imported */
	bool		mark;			/* of a profile: no header without it is one of its own */
	int			npath;			/* 0: the whole column */
	char	  **path;
	WfxRole		role;
	WfxLeaf		leaf;
	WfxHabit	habit;			/* how the cells are written */
	bool		required;		/* to create a client */
	char	   *default_value;	/* for creating, or NULL */
	WfxBlank	blank;
	bool		builtin;		/* shipped, and never changed */
} WfxEntry;

/* The rows of one profile */
typedef struct WfxDictionary
{
	const char *profile;		/* NULL: the rows that count for every file */
	int			nentries;
	WfxEntry   *entries;
	int			nown;			/* those of the profile come first */
	int			nprofiles;		/* beside the rows that count for every file ... */
	struct WfxDictionary *profiles; /* ... those for the exports of other programs */
} WfxDictionary;

/* Load the dictionary in the extension's schema, into the current memory context */
extern WfxDictionary *wfx_dictionary_load(const char *schema);

/* Does the last step of an entry's path stand for any key or index? */
extern bool wfx_entry_has_wildcard(const WfxEntry *entry);

/* Case, spaces, _, - and . do not count in a header */
extern char *wfx_normal_header(const char *header);

/* The entry that gives a role to a column, or NULL */
extern const WfxEntry *wfx_dictionary_role(const WfxDictionary *dictionary, WfxRole role);

/* The entry of a header; its whole name must fit */
extern const WfxEntry *wfx_dictionary_find(const WfxDictionary *dictionary, const char *normal);

/* The entry whose wildcard fits a header; *rest is the part under the wildcard */
extern const WfxEntry *wfx_dictionary_find_wildcard(const WfxDictionary *dictionary,
													const char *header, const char **rest);

#endif							/* WFX_DICTIONARY_H */
