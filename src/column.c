/*
 * column.c
 *		One column of the table: its type, its defaults, its equality.
 */
#include "postgres.h"

#include "access/sysattr.h"
#include "access/table.h"
#include "access/transam.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "optimizer/optimizer.h"
#include "rewrite/rewriteHandler.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#include "columns.h"
#include "guard.h"
#include "nls.h"
#include "view_column.h"

/* White space counts only in texts that nobody compares */
static bool
is_trimmed(const WfxColumn *column)
{
	return column->type.kind != WFX_TYPE_TEXT || column->role != WFX_ROLE_NONE;
}

/* Is the equality of a type, and of what it is made of, the server's own? */
static bool
has_own_equality(Oid typid)
{
	Oid			element = get_element_type(getBaseType(typid));
	TypeCacheEntry *type = lookup_type_cache(typid, TYPECACHE_EQ_OPR);

	if (OidIsValid(element))
		return has_own_equality(element);
	return !OidIsValid(type->eq_opr) ||
		(get_opcode(type->eq_opr) < FirstNormalObjectId &&
		 (type->typtype == TYPTYPE_BASE || type->typtype == TYPTYPE_ENUM ||
		  type->typtype == TYPTYPE_DOMAIN));
}

/* Look up how values are compared and shown; some types have no equality */
static void
init_type(WfxColumn *column)
{
	TypeCacheEntry *type = lookup_type_cache(column->type.typid, TYPECACHE_EQ_OPR);
	Oid			output;
	bool		isvarlena;

	getTypeOutputInfo(column->type.typid, &output, &isvarlena);
	fmgr_info(output, &column->output);

	column->has_equal = OidIsValid(type->eq_opr);
	if (column->has_equal)
		fmgr_info(get_opcode(type->eq_opr), &column->equal);
	column->may_raise = !has_own_equality(column->type.typid);
	get_typlenbyval(column->type.typid, &column->typlen, &column->typbyval);
}

/* Read a literal; NULL, or the error that reading or a domain's check has raised */
static ErrorData *
read_literal(WfxType *type, const char *text, Datum *literal, bool *good, WfxReason *reason)
{
	ErrorData  *volatile error = NULL;
	WfxGuard	guard;

	wfx_guard_begin(&guard, "wifox_import default");
	PG_TRY();
	{
		*good = wfx_element_parse(type, text, WFX_DATE_ISO, literal, reason);
		wfx_guard_commit(&guard);
	}
	PG_CATCH();
	{
		error = type->reading ? wfx_guard_catch_input(&guard) : wfx_guard_catch(&guard);
	}
	PG_END_TRY();
	return error;
}

/*
 * The default of the dictionary: a literal, read like a cell, never an expression.
 * A shipped one does not suit every table; then the table's own counts.
 */
bool
wfx_default_literal(WfxType *type, const WfxEntry *entry, const char *name, Datum *literal)
{
	WfxReason	reason = {0};
	bool		good = false;
	ErrorData  *error = read_literal(type, entry->default_value, literal, &good, &reason);

	if (error != NULL)
	{
		reason.sqlerrcode = error->sqlerrcode;
		reason.message = error->message;
		reason.hint = error->hint;
	}
	if (!good && !entry->builtin)
		ereport(ERROR,
				(errcode(reason.sqlerrcode),
				 errmsg("default of column \"%s\" in wifox_import_columns is not valid: %s",
						name, reason.message),
				 reason.hint ? errhint("%s", reason.hint) : 0));
	return good;
}

/* The default of a view's column, else that of the table's column that it writes */
static Expr *
find_default(Relation rel, AttrNumber attnum)
{
	Expr	   *expression = (Expr *) build_column_default(rel, attnum);
	Oid			relid;
	AttrNumber	base;
	Relation	table;

	if (expression != NULL || rel->rd_rel->relkind != RELKIND_VIEW)
		return expression;
	wfx_written_column(RelationGetRelid(rel), attnum, &relid, &base);
	if (relid == RelationGetRelid(rel))
		return NULL;
	table = table_open(relid, AccessShareLock);
	expression = (Expr *) build_column_default(table, base);
	table_close(table, NoLock);
	return expression;
}

/* The default of the table */
static void
init_expression(WfxColumn *column, Relation rel, EState *estate)
{
	MemoryContext old = MemoryContextSwitchTo(estate->es_query_cxt);
	Expr	   *expression = find_default(rel, column->attnum);

	column->expression = expression;
	column->may_raise |= expression != NULL && !IsA(expression, Const) &&
		column->clears && column->not_null;
	MemoryContextSwitchTo(old);
}

/*
 * Evaluate the default of the table.  Not before it is needed does the user need the
 * right to call the functions in it.
 */
static bool
evaluate(const WfxColumns *columns, WfxColumn *column, Datum *value)
{
	ExprContext *context = GetPerTupleExprContext(columns->estate);
	bool		isnull;

	if (column->evaluator == NULL)
	{
		MemoryContext old = MemoryContextSwitchTo(columns->estate->es_query_cxt);

		column->evaluator = ExecInitExpr(expression_planner(column->expression), NULL);
		MemoryContextSwitchTo(old);
	}
	*value = ExecEvalExprSwitchContext(column->evaluator, context, &isnull);
	if (!isnull)
		*value = datumCopy(*value, column->typbyval, column->typlen);
	ResetExprContext(context);
	return !isnull;
}

/* Does a blank cell clear the column of a known client? */
static bool
clears_when_blank(const WfxColumn *column, const WfxEntry *entry, const WfxOptions *options)
{
	if (column->role == WFX_ROLE_ID || column->role == WFX_ROLE_EMAIL ||
		column->role == WFX_ROLE_USERNAME)
		return false;
	if (entry != NULL && entry->blank != WFX_BLANK_CALL)
		return entry->blank == WFX_BLANK_CLEAR;
	return options->blank_clears;
}

/* Is a column part of a unique index other than those that find clients? */
static bool
is_unique(const WfxTarget *target, AttrNumber attnum)
{
	return attnum != target->id.attnum && attnum != target->email.attnum &&
		bms_is_member(attnum - FirstLowInvalidHeapAttributeNumber, target->unique_attributes);
}

/* Can the column hold a generated ID? */
static bool
takes_uuid(const WfxColumn *column)
{
	return column->type.base == UUIDOID || column->type.base == TEXTOID ||
		column->type.base == VARCHAROID;
}

/* Prepare a column of the table */
void
wfx_column_init(WfxColumn *column, AttrNumber attnum, const char *header, const WfxEntry *entry,
				const WfxTarget *target, const WfxOptions *options, EState *estate)
{
	Form_pg_attribute att = TupleDescAttr(RelationGetDescr(target->rel), attnum - 1);

	MemSet(column, 0, sizeof(WfxColumn));
	column->attnum = attnum;
	column->name = pstrdup(NameStr(att->attname));
	column->header = header;
	column->collation = att->attcollation;
	column->not_null = att->attnotnull;
	column->unique = is_unique(target, attnum);
	wfx_type_init(&column->type, att->atttypid, att->atttypmod, CurrentMemoryContext);
	if (entry != NULL)
	{
		column->role = entry->role;
		column->required = entry->required;
		column->unknown_code = psprintf("unknown_%s", wfx_normal_header(entry->header));
	}
	column->trimmed = is_trimmed(column);
	column->clears = clears_when_blank(column, entry, options);
	init_type(column);
	if (entry != NULL && entry->npath == 0 && entry->default_value != NULL)
		column->has_literal = wfx_default_literal(&column->type, entry, column->name,
												  &column->literal);
	if (!column->has_literal)
		init_expression(column, target->rel, estate);
}

/* Has a new client a value where the cell is blank? */
bool
wfx_column_has_default(const WfxColumn *column)
{
	return column->has_literal || column->expression != NULL ||
		(column->role == WFX_ROLE_ID && takes_uuid(column));
}

/*
 * Is a column part of every INSERT?  An ID that nothing gives is left to the table,
 * as that below a view.
 */
bool
wfx_column_is_inserted(const WfxColumns *columns, int c, const WfxTarget *target)
{
	const WfxColumn *column = &columns->columns[c];

	if (c != columns->id)
		return true;
	return !target->id_always && (column->in_file || wfx_column_has_default(column));
}

/* A new random UUID as a value of the ID's type */
static bool
generate_id(WfxColumn *column, Datum *value)
{
	LOCAL_FCINFO(fcinfo, 0);
	WfxReason	reason;

	if (!takes_uuid(column))
		return false;
	InitFunctionCallInfoData(*fcinfo, NULL, 0, InvalidOid, NULL, NULL);
	*value = gen_random_uuid(fcinfo);
	if (column->type.base != UUIDOID &&
		!wfx_type_parse(&column->type, DatumGetCString(DirectFunctionCall1(uuid_out, *value)),
						WFX_DATE_ISO, value, &reason))
		ereport(ERROR,
				(errcode(reason.sqlerrcode),
				 errmsg("no ID can be generated: %s", reason.message),
				 errhint("Give column \"%s\" a default.", column->name)));
	return true;
}

/* The value for a new client whose cell is blank: dictionary, table, NULL */
bool
wfx_column_default(const WfxColumns *columns, WfxColumn *column, Datum *value)
{
	if (column->has_literal)
	{
		*value = column->literal;
		return true;
	}
	if (column->expression != NULL)
		return evaluate(columns, column, value);
	return column->role == WFX_ROLE_ID && generate_id(column, value);
}

/* Compare by the type's equality, which holds for the same bytes; without one, by the bytes */
bool
wfx_column_equal(WfxColumn *column, Datum a, Datum b)
{
	if (!column->may_raise && wfx_same_bytes(a, b, column->typbyval, column->typlen))
		return true;
	if (column->has_equal && column->may_raise)
		return wfx_equal_by_user(&column->equal, column->collation, a, b);
	if (column->has_equal)
		return DatumGetBool(FunctionCall2Coll(&column->equal, column->collation, a, b));
	return datum_image_eq(a, b, column->typbyval, column->typlen);
}

/* The text form of a value */
char *
wfx_column_text(WfxColumn *column, Datum value)
{
	return OutputFunctionCall(&column->output, value);
}
