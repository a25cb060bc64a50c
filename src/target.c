/*
 * target.c
 *		The table that clients are imported into.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/sysattr.h"
#include "access/relation.h"
#include "catalog/index.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "miscadmin.h"
#include "optimizer/optimizer.h"
#include "rewrite/rewriteHandler.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/varlena.h"

#include "compat.h"
#include "nls.h"
#include "settings.h"
#include "sql.h"
#include "target.h"
#include "view_column.h"
#include "writable.h"

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

/* Has a table partitions or child tables now?  The mark of it may be out of date. */
static bool
has_children(Relation rel)
{
	return rel->rd_rel->relhassubclass &&
		find_inheritance_children(RelationGetRelid(rel), NoLock) != NIL;
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
	return rel->rd_rel->relkind == RELKIND_RELATION && !has_children(rel) &&
		wfx_citus(RelationGetRelid(rel)) != WFX_CITUS_SHARDED;
}

/* Without an index every look-up would read the whole table: refuse, and say how */
static void
fail_no_index(const WfxTarget *target, const WfxKey *key, const char *expression)
{
	bool		ordinary = is_ordinary(target->rel);

	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 ordinary ? errmsg("table %s has no unique index on \"%s\"", target->name, key->column) :
			 errmsg("table %s has no index on \"%s\"", target->name, key->column),
			 ordinary ?
			 errdetail("The index must be valid, immediate, not partial, and have no other key column.") :
			 errdetail("The index must be a valid B-tree, not partial, that starts with this column."),
			 errhint("CREATE %sINDEX ON %s (%s);", ordinary ? "UNIQUE " : "", target->sql_name,
					 expression)));
}

/*
 * Find a key.  An ordinary table must have a unique index; where that cannot be, some
 * index must find the rows, unless there is no telling, as of a foreign table.
 */
static void
find_key(WfxTarget *target, WfxKey *key, AttrNumber attnum, bool may_fold)
{
	const char *column = quote_identifier(get_attname(target->relid, attnum, false));
	char		relkind = target->rel->rd_rel->relkind;
	bool		found = is_ordinary(target->rel) ?
		wfx_key_init(key, target->rel, attnum, may_fold) :
		wfx_key_init_below(key, target->rel, attnum, may_fold);

	if (!found && (relkind == RELKIND_RELATION || relkind == RELKIND_PARTITIONED_TABLE))
		fail_no_index(target, key, may_fold ? psprintf("lower(%s)", column) : column);
}

/* An index that compares as written does not find an address that is written otherwise */
static void
recommend_index(const WfxTarget *target)
{
	Oid			table = IndexGetRelation(target->email.index, false);
	HeapTuple	tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(target->email.index));
	AttrNumber	attnum;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for index %u", target->email.index);
	attnum = ((Form_pg_index) GETSTRUCT(tuple))->indkey.values[0];
	ReleaseSysCache(tuple);
	ereport(NOTICE,
			(errmsg("e-mail addresses of %s differ in case", target->name),
			 errhint("CREATE %sINDEX ON %s (lower(%s));",
					 get_rel_relkind(table) == RELKIND_RELATION &&
					 wfx_citus(table) != WFX_CITUS_SHARDED ? "UNIQUE " : "",
					 wfx_relation_sql(table), quote_identifier(get_attname(table, attnum, false)))));
}

/* Find the key of the e-mail address, and say what the server does not see to */
static void
find_email_key(WfxTarget *target, AttrNumber email)
{
	find_key(target, &target->email, email, true);
	if (!target->email.unique)
		ereport(WARNING,
				(errmsg("the server does not enforce in %s that e-mail addresses are unique",
						target->name),
				 errdetail("An address that the application inserts during the import may come twice.")));
	if (target->email.both_cases)
		recommend_index(target);
}

/* Find the index, if there is one, that says which usernames are taken */
static bool
find_username_key(WfxTarget *target)
{
	return is_ordinary(target->rel) ?
		wfx_key_init(&target->username_key, target->rel, target->username, true) :
		wfx_key_init_below(&target->username_key, target->rel, target->username, true);
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

/* Add the columns from which generated ones among them follow */
Bitmapset *
wfx_target_add_sources(Relation rel, Bitmapset *attributes)
{
	TupleDesc	desc = RelationGetDescr(rel);
	Bitmapset  *sources = NULL;

	for (int i = 0; i < desc->natts; i++)
		if (TupleDescAttr(desc, i)->attgenerated != '\0' &&
			bms_is_member(i + 1 - FirstLowInvalidHeapAttributeNumber, attributes))
			pull_varattnos(build_column_default(rel, i + 1), 1, &sources);
	return bms_add_members(attributes, sources);
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
	return wfx_target_add_sources(rel, attributes);
}

/* Is a partition or a child table on another server? */
static bool
has_foreign_children(Relation rel)
{
	ListCell   *cell;

	foreach(cell, find_all_inheritors(RelationGetRelid(rel), NoLock, NULL))
		if (get_rel_relkind(lfirst_oid(cell)) == RELKIND_FOREIGN_TABLE)
			return true;
	return false;
}

/* Can statements of the current user say where a row is, and reach it there? */
static bool
has_addresses(Relation rel)
{
	return (rel->rd_rel->relkind == RELKIND_RELATION ||
			rel->rd_rel->relkind == RELKIND_PARTITIONED_TABLE) &&
		pg_class_aclcheck(RelationGetRelid(rel), GetUserId(), ACL_SELECT) == ACLCHECK_OK &&
		!has_foreign_children(rel);
}

/* Does the server alone make the values of a column, be it below a view? */
static bool
is_generated_always(Oid relid, AttrNumber attnum)
{
	HeapTuple	tuple;
	bool		always;

	wfx_written_column(relid, attnum, &relid, &attnum);
	tuple = SearchSysCache2(ATTNUM, ObjectIdGetDatum(relid), Int16GetDatum(attnum));
	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for attribute %d of relation %u", attnum, relid);
	always = ((Form_pg_attribute) GETSTRUCT(tuple))->attidentity == ATTRIBUTE_IDENTITY_ALWAYS;
	ReleaseSysCache(tuple);
	return always;
}

/* Open a table, whatever it is used for */
static WfxTarget *
open_table(Oid relid, LOCKMODE lockmode)
{
	WfxTarget  *target = palloc0(sizeof(WfxTarget));

	target->relid = relid;
	target->rel = relation_open(relid, lockmode);
	wfx_writable_check_kind(target->rel);
	target->sql_name = wfx_relation_sql(relid);
	target->name = psprintf("\"%s\"", RelationGetRelationName(target->rel));
	target->unique_attributes = unique_attributes(target->rel);
	target->passes_on = target->rel->rd_rel->relkind == RELKIND_VIEW || has_children(target->rel);
	target->citus = wfx_citus(relid);
	target->has_addresses = target->citus == WFX_CITUS_NOT && has_addresses(target->rel);
	return target;
}

/* Open the table for an import */
WfxTarget *
wfx_target_open(Oid relid, const WfxDictionary *dictionary, LOCKMODE lockmode)
{
	WfxTarget  *target = open_table(relid, lockmode);
	const WfxEntry *username = wfx_dictionary_role(dictionary, WFX_ROLE_USERNAME);
	AttrNumber	id = role_attribute(target, dictionary, WFX_ROLE_ID, "ID");

	target->read_only = wfx_writable_not(target->rel);
	find_key(target, &target->id, id, false);
	find_email_key(target, role_attribute(target, dictionary, WFX_ROLE_EMAIL, "e-mail address"));
	if (username != NULL && username->target != NULL)
		target->username = wfx_target_attribute(target, username->target);
	if (target->username > 0)
		target->has_username_key = find_username_key(target);
	target->id_always = is_generated_always(relid, id);
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
	find_key(target, &target->id, id, false);
	return target;
}

/* Close the table; the lock stays until the transaction ends */
void
wfx_target_close(WfxTarget *target)
{
	relation_close(target->rel, NoLock);
	target->rel = NULL;
}

/* Can a column be written?  Clients are found by some that cannot. */
static bool
is_importable(const WfxTarget *target, Form_pg_attribute att)
{
	return !att->attisdropped && att->attgenerated == '\0' &&
		(att->attnum == target->id.attnum || att->attnum == target->email.attnum ||
		 !bms_is_member(att->attnum - FirstLowInvalidHeapAttributeNumber, target->read_only));
}

/* Find a column that can be imported */
AttrNumber
wfx_target_attribute(const WfxTarget *target, const char *column)
{
	TupleDesc	desc = RelationGetDescr(target->rel);

	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute att = TupleDescAttr(desc, i);

		if (is_importable(target, att) && strcmp(NameStr(att->attname), column) == 0)
			return att->attnum;
	}
	return 0;
}
