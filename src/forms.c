/*
 * forms.c
 *		The text forms of stored values: the same in every session.
 *
 * They are what the types' own output functions make under fixed settings.  A cast,
 * to JSON for instance, could be a user's function, and would lose distinctions.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"

#include "forms.h"
#include "sql.h"

/* What output functions look at, and input functions for what those have made */
static const char *const settings[][2] = {
	{"search_path", "pg_catalog, pg_temp"},
	{"DateStyle", "ISO, YMD"},
	{"IntervalStyle", "postgres"},
	{"TimeZone", "UTC"},
	{"extra_float_digits", "3"},
	{"bytea_output", "hex"},
	{"lc_monetary", "C"},
	{"array_nulls", "on"}
};

/* Prepare a column */
void
wfx_form_init(WfxForm *form, Relation rel, AttrNumber attnum)
{
	Form_pg_attribute att = TupleDescAttr(RelationGetDescr(rel), attnum - 1);
	Oid			output;
	bool		isvarlena;

	form->attnum = attnum;
	form->name = pstrdup(NameStr(att->attname));
	form->collation = att->attcollation;
	wfx_type_init(&form->type, att->atttypid, att->atttypmod, CurrentMemoryContext);
	getTypeOutputInfo(att->atttypid, &output, &isvarlena);
	fmgr_info(output, &form->output);
}

/* Fix the settings */
int
wfx_forms_enter(void)
{
	int			nestlevel = NewGUCNestLevel();

	for (int i = 0; i < (int) lengthof(settings); i++)
		wfx_set_local(settings[i][0], settings[i][1]);
	return nestlevel;
}

/* Back to the caller's settings */
void
wfx_forms_leave(int nestlevel)
{
	AtEOXact_GUC(true, nestlevel);
}

/* The text form of a value */
char *
wfx_form_text(WfxForm *form, Datum value, bool isnull)
{
	return isnull ? NULL : OutputFunctionCall(&form->output, value);
}

/* The value that has this text form */
Datum
wfx_form_value(WfxForm *form, char *text)
{
	return InputFunctionCall(&form->type.in, text, form->type.ioparam, form->type.base_typmod);
}

/* Are two text forms the same? */
bool
wfx_forms_equal(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return strcmp(a, b) == 0;
}

/* Add a text to a hash; its length counts */
static uint64
hash_text(uint64 hash, const char *text, size_t len)
{
	return hash_bytes_extended((const unsigned char *) text, len, hash);
}

/* Add a text form to a hash; NULL is no text */
uint64
wfx_forms_hash(uint64 hash, const char *text)
{
	return text == NULL ? hash_combine64(hash, 1) : hash_text(hash, text, strlen(text));
}

/* Add that of a value; a text is its own */
uint64
wfx_form_hash(WfxForm *form, uint64 hash, Datum value, bool isnull)
{
	text	   *plain;

	if (isnull || (form->output.fn_oid != F_TEXTOUT && form->output.fn_oid != F_VARCHAROUT))
		return wfx_forms_hash(hash, wfx_form_text(form, value, isnull));
	plain = DatumGetTextPP(value);
	return hash_text(hash, VARDATA_ANY(plain), VARSIZE_ANY_EXHDR(plain));
}
