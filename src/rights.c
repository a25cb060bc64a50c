/*
 * rights.c
 *		May the caller do with the clients table what the import is going to do?
 *
 * The statements check it again; here it is said before anything happens.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"

#include "rights.h"

/* May the user do this with the table, or with a column of it at least? */
void
wfx_rights_check(Oid relid, AclMode right)
{
	AclResult	result = pg_class_aclcheck(relid, GetUserId(), right);

	/* which columns are meant, is known when the header is */
	if (result != ACLCHECK_OK)
		result = pg_attribute_aclcheck_all(relid, GetUserId(), right, ACLMASK_ANY);
	if (result != ACLCHECK_OK)
		aclcheck_error(result, get_relkind_objtype(get_rel_relkind(relid)), get_rel_name(relid));
}

/* Check the rights before anything happens */
void
wfx_rights_check_table(Oid relid, WfxMode mode)
{
	wfx_rights_check(relid, ACL_SELECT);
	if (mode != WFX_MODE_UPDATE)
		wfx_rights_check(relid, ACL_INSERT);
	if (mode != WFX_MODE_CREATE)
		wfx_rights_check(relid, ACL_UPDATE);
}

/* Has the user a right to a column, or to the table as a whole? */
bool
wfx_rights_has_column(Oid relid, AttrNumber attnum, AclMode right)
{
	return pg_class_aclcheck(relid, GetUserId(), right) == ACLCHECK_OK ||
		pg_attribute_aclcheck(relid, attnum, GetUserId(), right) == ACLCHECK_OK;
}

/* ERROR if the user lacks that right */
void
wfx_rights_check_column(const WfxTarget *target, const char *name, AttrNumber attnum,
						AclMode right)
{
	if (wfx_rights_has_column(target->relid, attnum, right))
		return;
	aclcheck_error_col(ACLCHECK_NO_PRIV, get_relkind_objtype(target->rel->rd_rel->relkind),
					   RelationGetRelationName(target->rel), name);
}

/* May the user read what the look-ups read? */
static void
check_lookups(const WfxColumns *columns, const WfxTarget *target, WfxMode mode)
{
	wfx_rights_check_column(target, target->id.column, target->id.attnum, ACL_SELECT);
	wfx_rights_check_column(target, target->email.column, target->email.attnum, ACL_SELECT);
	/* which of the names that new clients could be given are free? */
	if (mode != WFX_MODE_UPDATE && columns->username >= 0 && target->has_username_key)
		wfx_rights_check_column(target, target->username_key.column, target->username, ACL_SELECT);
}

/* May the user read and write these columns? */
void
wfx_rights_check_columns(const WfxColumns *columns, const WfxTarget *target, WfxMode mode)
{
	check_lookups(columns, target, mode);
	for (int c = 0; c < columns->ncolumns; c++)
	{
		const WfxColumn *column = &columns->columns[c];

		if (column->in_file)
			wfx_rights_check_column(target, column->name, column->attnum, ACL_SELECT);
		if (mode != WFX_MODE_UPDATE && wfx_column_is_inserted(columns, c, target))
			wfx_rights_check_column(target, column->name, column->attnum, ACL_INSERT);
		/* the address of a client changes only if the ID says who it is */
		if (c == columns->email && (columns->id < 0 || !columns->columns[columns->id].in_file))
			continue;
		if (mode != WFX_MODE_CREATE && column->in_file && c != columns->id)
			wfx_rights_check_column(target, column->name, column->attnum, ACL_UPDATE);
	}
}
