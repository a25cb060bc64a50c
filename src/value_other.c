/*
 * value_other.c
 *		Types that only their input function can read.
 */
#include "postgres.h"

#include "access/transam.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/xml.h"
#if PG_VERSION_NUM >= 160000
#include "nodes/miscnodes.h"
#endif

#include "sql.h"
#include "value_kinds.h"

/* The order that input functions guess by, where they guess */
static void
pin_date_order(WfxDateOrder order)
{
	static const struct
	{
		int			order;
		const char *style;
	}			wanted[] =
	{
		[WFX_DATE_ISO] = {DATEORDER_YMD, "ISO, YMD"},
		[WFX_DATE_DMY] = {DATEORDER_DMY, "ISO, DMY"},
		[WFX_DATE_MDY] = {DATEORDER_MDY, "ISO, MDY"},
		[WFX_DATE_YMD] = {DATEORDER_YMD, "ISO, YMD"}
	};

	if (DateOrder != wanted[order].order)
		wfx_set_local("datestyle", wanted[order].style);
}

/*
 * Some input functions follow the session, and types that hold others do: a file
 * must mean the same whoever imports it.  What is at the wanted value already
 * costs nothing.
 */
static void
pin_settings(const WfxType *type, WfxDateOrder order)
{
	bool		compound = type->base != INTERVALOID && type->base != XMLOID;

	if (compound)
		pin_date_order(order);
	if (type->base != XMLOID && IntervalStyle != INTSTYLE_POSTGRES)
		wfx_set_local("intervalstyle", "postgres");
	if (type->base != INTERVALOID && xmloption != XMLOPTION_CONTENT)
		wfx_set_local("xmloption", "content");
	if (compound && !Array_nulls)
		wfx_set_local("array_nulls", "on");
}

/* Ask the input function, softly where the server can */
static bool
call_input(WfxType *type, const char *text, Datum *value, WfxReason *why)
{
#if PG_VERSION_NUM >= 160000
	ErrorSaveContext saved = {.type = T_ErrorSaveContext, .details_wanted = true};

	if (InputFunctionCallSafe(&type->in, pstrdup(text), type->ioparam,
							  type->base_typmod, (Node *) &saved, value))
		return true;
	(void) wfx_refuse(why, saved.error_data->sqlerrcode, saved.error_data->hint,
					  "%s", saved.error_data->message);
	why->detail = saved.error_data->detail;
	return false;
#else
	(void) why;
	return wfx_accept_text(type, text, value);
#endif
}

/* May a setting of the session change what the input function makes of a text? */
bool
wfx_follows_session(Oid base)
{
	/* of the server's own simple types that come here, these two do */
	if (base < FirstUnpinnedObjectId && get_typtype(base) == TYPTYPE_BASE)
		return base == INTERVALOID || base == XMLOID;
	return true;
}

/* Read what no other reader knows; an error that is raised takes the settings back, too */
bool
wfx_other_parse(WfxType *type, const char *text, WfxDateOrder order, Datum *value, WfxReason *why)
{
	int			nestlevel;
	bool		good;

	if (!type->follows_session)
		return call_input(type, text, value, why);
	nestlevel = NewGUCNestLevel();
	pin_settings(type, order);
	good = call_input(type, text, value, why);
	AtEOXact_GUC(true, nestlevel);
	return good;
}
