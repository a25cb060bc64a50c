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
#include "catalog/pg_type.h"
#include "commands/comment.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "references.h"
#include "table_error.h"

/* The comment on a constraint of the table or of a column's domain, or NULL */
static char *
constraint_comment(const WfxImport *import, const ErrorData *error)
{
	Oid			constraint = InvalidOid;
	Oid			relid;

	if (error->constraint_name == NULL)
		return NULL;
	relid = error->table_name == NULL || error->schema_name == NULL ? InvalidOid :
		get_relname_relid(error->table_name, get_namespace_oid(error->schema_name, true));
	if (OidIsValid(relid))
		constraint = get_relation_constraint_oid(relid, error->constraint_name, true);
	for (int c = 0; c < import->columns->ncolumns && !OidIsValid(constraint); c++)
		constraint = get_domain_constraint_oid(import->columns->columns[c].type.typid,
											   error->constraint_name, true);
	return OidIsValid(constraint) ? GetComment(constraint, ConstraintRelationId, 0) : NULL;
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

/* The header of the column, or of the domain's column, that the error names; or NULL */
static const char *
column_header(const WfxImport *import, const ErrorData *error)
{
	for (int c = 0; c < import->columns->ncolumns; c++)
	{
		const WfxColumn *column = &import->columns->columns[c];

		if ((error->column_name != NULL && strcmp(column->name, error->column_name) == 0) ||
			(error->datatype_name != NULL && is_domain(&column->type, error->datatype_name)))
			return column->header;
	}
	return error->column_name;
}

/* Put an error into words: the comment on its constraint, or the server's own */
void
wfx_table_issue(const WfxImport *import, const ErrorData *error, WfxIssue *issue)
{
	char	   *comment = constraint_comment(import, error);
	const WfxColumn *reference = error->constraint_name != NULL ?
		wfx_reference_column(import, error->constraint_name) : NULL;

	MemSet(issue, 0, sizeof(WfxIssue));
	issue->code = reference ? reference->unknown_code : "constraint";
	issue->sqlerrcode = error->sqlerrcode;
	issue->column = reference ? reference->header : column_header(import, error);
	issue->message = comment ? comment : error->message;
	issue->detail = comment ? error->message : error->detail;
	issue->hint = error->hint;
}

/* Add the issue of an error that writing a record has raised */
void
wfx_table_error(WfxImport *import, WfxRecord *record, const ErrorData *error)
{
	WfxIssue	issue;

	wfx_table_issue(import, error, &issue);
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
