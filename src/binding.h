/*
 * binding.h
 *		What does a header mean?
 */
#ifndef WFX_BINDING_H
#define WFX_BINDING_H

#include "dictionary.h"
#include "target.h"

typedef struct WfxBinding
{
	AttrNumber	attnum;			/* the column of the table */
	const WfxEntry *entry;		/* NULL: the header is the column's own name */
	const char *rest;			/* the part of the header under a wildcard */
} WfxBinding;

/* Find the meaning of a header; false: it has none */
extern bool wfx_binding_find(WfxBinding *binding, const WfxDictionary *dictionary,
							 const WfxTarget *target, const char *header);

/* Where an entry of the dictionary leads; false: the table has no such column */
extern bool wfx_binding_follow(WfxBinding *binding, const WfxTarget *target,
							   const WfxEntry *entry);

/* The known header that is closest to an unknown one, or NULL */
extern const char *wfx_closest_header(const WfxDictionary *dictionary, const WfxTarget *target,
									  const char *header);

/* The entry that describes a whole column, or NULL */
extern const WfxEntry *wfx_entry_of_column(const WfxDictionary *dictionary, const char *column);

#endif							/* WFX_BINDING_H */
