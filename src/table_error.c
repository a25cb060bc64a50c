/*
 * table_error.c
 *		What the table itself refuses, in words for the one who wrote the file.
 *
 * A comment on the violated constraint is the message, if there is one; so
 * administrators word the errors of their tables themselves.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/partition.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_index.h"
#include "catalog/pg_type.h"
#include "commands/comment.h"
#include "utils/array.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "advice.h"
#include "allowed_values.h"
#include "references.h"
#include "table_error.h"

/* The table that the error names, or InvalidOid */
static Oid
named_table(const ErrorData *error)
{
	if (error->table_name == NULL || error->schema_name == NULL)
		return InvalidOid;
	return get_relname_relid(error->table_name, get_namespace_oid(error->schema_name, true));
}

/* The type below a domain, one step; InvalidOid below any other type */
static Oid
domain_base(Oid type)
{
	HeapTuple	tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
	Oid			base = InvalidOid;

	if (!HeapTupleIsValid(tuple))
		return InvalidOid;
	base = ((Form_pg_type) GETSTRUCT(tuple))->typbasetype;
	ReleaseSysCache(tuple);
	return base;
}

/* The constraint of a domain, or of one below it */
static Oid
find_domain_constraint(Oid schema, const ErrorData *error)
{
	Oid			type = GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid,
									   CStringGetDatum(error->datatype_name),
									   ObjectIdGetDatum(schema));
	Oid			constraint = InvalidOid;

	while (OidIsValid(type) && !OidIsValid(constraint))
	{
		constraint = get_domain_constraint_oid(type, error->constraint_name, true);
		type = domain_base(type);
	}
	return constraint;
}

/* The constraint of a table or a domain that an error names */
static Oid
find_constraint(const ErrorData *error)
{
	Oid			schema;
	Oid			table;

	if (error->constraint_name == NULL || error->schema_name == NULL)
		return InvalidOid;
	schema = get_namespace_oid(error->schema_name, true);
	if (error->datatype_name != NULL)
		return find_domain_constraint(schema, error);
	table = error->table_name ? get_relname_relid(error->table_name, schema) : InvalidOid;
	return OidIsValid(table) ?
		get_relation_constraint_oid(table, error->constraint_name, true) : InvalidOid;
}

/* The only column that a constraint is about, or 0 */
static AttrNumber
only_column(Oid constraint)
{
	HeapTuple	tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(constraint));
	AttrNumber	attnum = 0;
	Datum		key;
	bool		isnull;

	if (!HeapTupleIsValid(tuple))
		return 0;
	key = SysCacheGetAttr(CONSTROID, tuple, Anum_pg_constraint_conkey, &isnull);
	if (!isnull && ArrayGetNItems(ARR_NDIM(DatumGetArrayTypeP(key)),
								  ARR_DIMS(DatumGetArrayTypeP(key))) == 1)
		attnum = *(int16 *) ARR_DATA_PTR(DatumGetArrayTypeP(key));
	ReleaseSysCache(tuple);
	return attnum;
}

/* The only column of a unique index that is no constraint, or 0 */
static AttrNumber
only_index_column(Oid index)
{
	HeapTuple	tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
	AttrNumber	attnum = 0;
	Form_pg_index form;

	if (!HeapTupleIsValid(tuple))
		return 0;
	form = (Form_pg_index) GETSTRUCT(tuple);
	if (form->indnkeyatts == 1)
		attnum = form->indkey.values[0];
	ReleaseSysCache(tuple);
	return attnum;
}

/* The name of the only column that the violated constraint or index is about, or NULL */
static const char *
only_column_name(const ErrorData *error, Oid constraint)
{
	Oid			relid = named_table(error);
	AttrNumber	attnum = 0;

	if (!OidIsValid(relid) || error->constraint_name == NULL)
		return NULL;
	if (OidIsValid(constraint))
		attnum = only_column(constraint);
	else
		attnum = only_index_column(get_relname_relid(error->constraint_name,
													 get_rel_namespace(relid)));
	return attnum > 0 ? get_attname(relid, attnum, true) : NULL;
}

/* Is a type a domain of this name? */
static bool
is_domain(const WfxType *type, const char *name)
{
	HeapTuple	tuple;
	bool		found;

	if (type->typid == type->base)
		return false;
	tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type->typid));
	found = HeapTupleIsValid(tuple) &&
		strcmp(NameStr(((Form_pg_type) GETSTRUCT(tuple))->typname), name) == 0;
	if (HeapTupleIsValid(tuple))
		ReleaseSysCache(tuple);
	return found;
}

/* The column of the import that the error is about, or NULL */
static const WfxColumn *
blamed_column(const WfxImport *import, const ErrorData *error, Oid constraint)
{
	const char *name = error->column_name ? error->column_name :
		only_column_name(error, constraint);

	for (int c = 0; c < import->columns->ncolumns; c++)
	{
		const WfxColumn *column = &import->columns->columns[c];

		if ((name != NULL && strcmp(column->name, name) == 0) ||
			(error->datatype_name != NULL && is_domain(&column->type, error->datatype_name)))
			return column;
	}
	return NULL;
}

/* Say which values a check allows, where there is a place for it */
static void
name_allowed_values(WfxIssue *issue, Oid constraint)
{
	if (issue->detail == NULL)
		issue->detail = wfx_values_of_check(constraint);
	else if (issue->hint == NULL)
		issue->hint = wfx_values_of_check(constraint);
}

/*
 * Put an error into words: the comment on its constraint, or the server's own.  Returns
 * the column that it is about, or NULL.
 */
const WfxColumn *
wfx_table_issue(const WfxImport *import, const ErrorData *error, const WfxType *type,
				WfxIssue *issue)
{
	Oid			constraint = find_constraint(error);
	char	   *comment = OidIsValid(constraint) ?
		GetComment(constraint, ConstraintRelationId, 0) : NULL;
	const WfxColumn *reference = error->constraint_name != NULL ?
		wfx_reference_column(import, error->constraint_name) : NULL;
	const WfxColumn *column = reference ? reference : blamed_column(import, error, constraint);

	MemSet(issue, 0, sizeof(WfxIssue));
	issue->code = reference ? reference->unknown_code : "constraint";
	issue->sqlerrcode = error->sqlerrcode;
	issue->column = column ? column->header : error->column_name;
	issue->message = comment ? comment : error->message;
	issue->detail = comment ? error->message : error->detail;
	issue->hint = error->hint;
	if (OidIsValid(constraint))
		name_allowed_values(issue, constraint);
	if (issue->hint == NULL)
		issue->hint = wfx_advice(error->sqlerrcode, type);
	return column;
}

/* Add the issue of an error that writing a record has raised */
void
wfx_table_error(WfxImport *import, WfxRecord *record, const ErrorData *error)
{
	WfxIssue	issue;
	const WfxColumn *column = wfx_table_issue(import, error, NULL, &issue);

	if (column != NULL && column->nfields == 1)
		issue.value = record->row.cells[column->fields[0]].text;
	wfx_record_issue(import, record, &issue);
}

/* Is it a unique violation of the index that serves a key? */
bool
wfx_table_error_of_key(const ErrorData *error, const WfxKey *key)
{
	Oid			index;

	if (error->sqlerrcode != ERRCODE_UNIQUE_VIOLATION || error->constraint_name == NULL ||
		error->schema_name == NULL)
		return false;
	index = get_relname_relid(error->constraint_name,
							  get_namespace_oid(error->schema_name, true));
	if (!OidIsValid(index))
		return false;
	return index == key->index || list_member_oid(get_partition_ancestors(index), key->index);
}
