/*
 * forms.h
 *		The text forms of stored values: the same in every session.
 */
#ifndef WFX_FORMS_H
#define WFX_FORMS_H

#include "utils/rel.h"

#include "values.h"

/* A column whose values are shown and read */
typedef struct WfxForm
{
	AttrNumber	attnum;
	const char *name;
	WfxType		type;
	Oid			collation;
	FmgrInfo	output;
} WfxForm;

/* Prepare a column, in the current memory context */
extern void wfx_form_init(WfxForm *form, Relation rel, AttrNumber attnum);

/*
 * Between these two the settings that text forms depend on are fixed.  No statement
 * may run meanwhile: triggers would see them.
 */
extern int	wfx_forms_enter(void);
extern void wfx_forms_leave(int nestlevel);

/* The text form of a value; NULL for NULL */
extern char *wfx_form_text(WfxForm *form, Datum value, bool isnull);

/* The value of the base type that has this text form; it may raise */
extern Datum wfx_form_value(WfxForm *form, char *text);

/* Are two text forms, or NULLs, the same? */
extern bool wfx_forms_equal(const char *a, const char *b);

/* Add a text form, or NULL, to the hash of a row, which starts with 0 */
extern uint64 wfx_forms_hash(uint64 hash, const char *text);

/* The same with the text form of a value */
extern uint64 wfx_form_hash(WfxForm *form, uint64 hash, Datum value, bool isnull);

#endif							/* WFX_FORMS_H */
