/*
 * table_error.c
 *		What the table itself refuses, in words for the one who wrote the file.
 *
 * A comment on the violated constraint is the message, if there is one; so
 * administrators word the errors of their tables themselves.
 */
#include "postgres.h"

#include "catalog/pg_constraint.h"
#include "commands/comment.h"
#include "utils/lsyscache.h"

#include "references.h"
#include "table_error.h"

/* The comment on a constraint of the table or of a column's domain, or NULL */
static char *
constraint_comment(const WfxImport *import, const ErrorData *error)
{
	Oid			constraint = InvalidOid;

	if (error->constraint_name == NULL)
		return NULL;
	if (error->table_name != NULL)
		constraint = get_relation_constraint_oid(import->target->relid,
												 error->constraint_name, true);
	for (int c = 0; c < import->columns->ncolumns && !OidIsValid(constraint); c++)
		constraint = get_domain_constraint_oid(import->columns->columns[c].type.typid,
											   error->constraint_name, true);
	return OidIsValid(constraint) ? GetComment(constraint, ConstraintRelationId, 0) : NULL;
}

/* The header of the column that the error names, or the name itself */
static const char *
column_header(const WfxImport *import, const char *name)
{
	for (int c = 0; c < import->columns->ncolumns && name != NULL; c++)
		if (strcmp(import->columns->columns[c].name, name) == 0)
			return import->columns->columns[c].header;
	return name;
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
	issue->column = reference ? reference->header : column_header(import, error->column_name);
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
	char	   *index = get_rel_name(key->index);

	return error->sqlerrcode == ERRCODE_UNIQUE_VIOLATION && index != NULL &&
		error->constraint_name != NULL && strcmp(error->constraint_name, index) == 0;
}
