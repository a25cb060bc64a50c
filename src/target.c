/*
 * target.c
 *		The table that clients are imported into.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/sysattr.h"
#include "access/relation.h"
#include "catalog/catalog.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "optimizer/optimizer.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/varlena.h"

#include "compat.h"
#include "settings.h"
#include "sql.h"
#include "target.h"

/* A relation of a schema that the current user may use */
static Oid
find_in_schema(const char *relname, Oid schema)
{
	if (!OidIsValid(schema) || !wfx_has_schema_right(schema, ACL_USAGE))
		return InvalidOid;
	return get_relname_relid(relname, schema);
}

/*
 * An unqualified name: the extension's schema first, then search_path.  Temporary
 * tables are left out, or anybody's temporary table would stand before the real
 * one.
 */
static Oid
find_unqualified(const char *relname, const char *schema)
{
	Oid			relid = find_in_schema(relname, get_namespace_oid(schema, true));
	List	   *path = fetch_search_path(false);
	ListCell   *cell;

	foreach(cell, path)
	{
		Oid			nspid = lfirst_oid(cell);

		if (!OidIsValid(relid) && !isAnyTempNamespace(nspid))
			relid = find_in_schema(relname, nspid);
	}
	return relid;
}

/* The table that wifox_import.clients_table names */
Oid
wfx_target_find(const char *schema)
{
	List	   *names = textToQualifiedNameList(cstring_to_text(wfx_clients_table));

	if (list_length(names) == 1)
		return find_unqualified(strVal(linitial(names)), schema);
	return RangeVarGetRelid(makeRangeVarFromNameList(names), NoLock, true);
}

/* Say that the table which wifox_import.clients_table names is not there */
void
wfx_target_missing(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_TABLE),
			 errmsg("relation %s does not exist", wfx_clients_table),
			 strcmp(wfx_clients_table, WFX_DEFAULT_CLIENTS_TABLE) == 0 ?
			 errhint("Set wifox_import.clients_table, or call wifox_import_create_clients_table().") :
			 errhint("Set wifox_import.clients_table to the table of your clients.")));
}

/* Can clients be written into a relation of this kind? */
static void
check_kind(Relation rel)
{
	switch (rel->rd_rel->relkind)
	{
		case RELKIND_RELATION:
		case RELKIND_PARTITIONED_TABLE:
		case RELKIND_VIEW:
		case RELKIND_FOREIGN_TABLE:
			break;
		default:
			ereport(ERROR,
					(errcode(ERRCODE_WRONG_OBJECT_TYPE),
					 errmsg("cannot import clients into \"%s\"", RelationGetRelationName(rel)),
					 errdetail_relkind_not_supported(rel->rd_rel->relkind)));
	}
	if (IsSystemRelation(rel))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied: \"%s\" is a system catalog",
						RelationGetRelationName(rel))));
}

/* The column of a role; the table must have it */
static AttrNumber
role_attribute(const WfxTarget *target, const WfxDictionary *dictionary, WfxRole role,
			   const char *what)
{
	const WfxEntry *entry = wfx_dictionary_role(dictionary, role);
	AttrNumber	attnum = entry && entry->target ? get_attnum(target->relid, entry->target) : 0;

	if (attnum <= 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("table %s has no column for the %s of a client", target->name, what),
				 entry && entry->target ?
				 errdetail("wifox_import_columns says that it is \"%s\".", entry->target) : 0,
				 errhint("Set target_column of the row with type '%s' in wifox_import_columns.",
						 role == WFX_ROLE_ID ? "id" : "email")));
	return attnum;
}

/* Is this a table on which the server enforces unique indexes as a whole? */
static bool
is_ordinary(Relation rel)
{
	return rel->rd_rel->relkind == RELKIND_RELATION && !rel->rd_rel->relhassubclass;
}

/* Without an index every look-up would read the whole table: refuse, and say how */
static void
fail_no_index(const WfxTarget *target, const char *column, const char *expression)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("table %s has no unique index on \"%s\"", target->name, column),
			 errdetail("The index must be valid, immediate, not partial, and have no other key column."),
			 errhint("CREATE UNIQUE INDEX ON %s (%s);", target->sql_name, expression)));
}

/*
 * Does the index on the e-mail address hold for all rows?  That of an inheritance
 * parent says nothing about the children.
 */
static bool
is_unique_enforced(const WfxTarget *target)
{
	return OidIsValid(target->email.index) &&
		(is_ordinary(target->rel) || target->rel->rd_rel->relkind == RELKIND_PARTITIONED_TABLE);
}

/* Find the key of the ID of a table, or of a relation that cannot have unique indexes */
static void
find_id_key(WfxTarget *target, AttrNumber id)
{
	if (wfx_key_init(&target->id, target->rel, id, false))
		return;
	if (is_ordinary(target->rel))
		fail_no_index(target, target->id.column, quote_identifier(target->id.column));
	wfx_key_init_without_index(&target->id, target->rel, id, false);
}

/* Find that of the e-mail address */
static void
find_email_key(WfxTarget *target, AttrNumber email)
{
	const char *email_name = quote_identifier(get_attname(target->relid, email, false));

	if (!wfx_key_init(&target->email, target->rel, email, true))
	{
		if (is_ordinary(target->rel))
			fail_no_index(target, target->email.column, psprintf("lower(%s)", email_name));
		wfx_key_init_without_index(&target->email, target->rel, email, true);
	}
	if (!is_unique_enforced(target))
		ereport(WARNING,
				(errmsg("the server does not enforce in %s that e-mail addresses are unique",
						target->name),
				 errdetail("An address that the application inserts during the import may come twice.")));
	if (target->email.both_cases)
		ereport(NOTICE,
				(errmsg("e-mail addresses of %s differ in case", target->name),
				 errhint("CREATE UNIQUE INDEX ON %s (lower(%s));", target->sql_name, email_name)));
}

/* The columns that an index looks at: its keys, expressions and predicate */
static Bitmapset *
index_attributes(Relation index, Bitmapset *attributes)
{
	Form_pg_index form = index->rd_index;

	for (int i = 0; i < form->indnkeyatts; i++)
		if (form->indkey.values[i] != 0)
			attributes = bms_add_member(attributes, form->indkey.values[i] -
										FirstLowInvalidHeapAttributeNumber);
	pull_varattnos((Node *) RelationGetIndexExpressions(index), 1, &attributes);
	pull_varattnos((Node *) RelationGetIndexPredicate(index), 1, &attributes);
	return attributes;
}

/* The columns in which two clients may be in each other's way */
static Bitmapset *
unique_attributes(Relation rel)
{
	Bitmapset  *attributes = NULL;
	ListCell   *cell;

	foreach(cell, RelationGetIndexList(rel))
	{
		Relation	index = index_open(lfirst_oid(cell), AccessShareLock);

		if (index->rd_index->indisunique || index->rd_index->indisexclusion)
			attributes = index_attributes(index, attributes);
		index_close(index, AccessShareLock);
	}
	return attributes;
}

/* Can statements of the current user say where a row is? */
static bool
has_addresses(Relation rel)
{
	return (rel->rd_rel->relkind == RELKIND_RELATION ||
			rel->rd_rel->relkind == RELKIND_PARTITIONED_TABLE) &&
		pg_class_aclcheck(RelationGetRelid(rel), GetUserId(), ACL_SELECT) == ACLCHECK_OK;
}

/* Open a table, whatever it is used for */
static WfxTarget *
open_table(Oid relid, LOCKMODE lockmode)
{
	WfxTarget  *target = palloc0(sizeof(WfxTarget));

	target->relid = relid;
	target->rel = relation_open(relid, lockmode);
	check_kind(target->rel);
	target->sql_name = wfx_relation_sql(relid);
	target->name = psprintf("\"%s\"", RelationGetRelationName(target->rel));
	target->unique_attributes = unique_attributes(target->rel);
	target->has_addresses = has_addresses(target->rel);
	return target;
}

/* Open the table for an import */
WfxTarget *
wfx_target_open(Oid relid, const WfxDictionary *dictionary, LOCKMODE lockmode)
{
	WfxTarget  *target = open_table(relid, lockmode);
	const WfxEntry *username = wfx_dictionary_role(dictionary, WFX_ROLE_USERNAME);
	AttrNumber	id = role_attribute(target, dictionary, WFX_ROLE_ID, "ID");

	find_id_key(target, id);
	find_email_key(target, role_attribute(target, dictionary, WFX_ROLE_EMAIL, "e-mail address"));
	if (username != NULL && username->target != NULL)
		target->username = wfx_target_attribute(target, username->target);
	if (target->username > 0)
		target->has_username_key = wfx_key_init(&target->username_key, target->rel,
												target->username, true);
	target->id_always =
		TupleDescAttr(RelationGetDescr(target->rel), id - 1)->attidentity == ATTRIBUTE_IDENTITY_ALWAYS;
	return target;
}

/* Open the table to find clients by their IDs alone */
WfxTarget *
wfx_target_open_by_id(Oid relid, const char *id_column, LOCKMODE lockmode)
{
	WfxTarget  *target = open_table(relid, lockmode);
	AttrNumber	id = get_attnum(relid, id_column);

	if (id <= 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("table %s has no column \"%s\"", target->name, id_column),
				 errdetail("It held the IDs of the clients.")));
	find_id_key(target, id);
	return target;
}

/* Close the table; the lock stays until the transaction ends */
void
wfx_target_close(WfxTarget *target)
{
	relation_close(target->rel, NoLock);
	target->rel = NULL;
}

/* Find a column that can be written */
AttrNumber
wfx_target_attribute(const WfxTarget *target, const char *column)
{
	TupleDesc	desc = RelationGetDescr(target->rel);

	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute att = TupleDescAttr(desc, i);

		if (!att->attisdropped && att->attgenerated == '\0' &&
			strcmp(NameStr(att->attname), column) == 0)
			return att->attnum;
	}
	return 0;
}
