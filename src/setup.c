/*
 * setup.c
 *		The tables for those who have none: clients, projects, desks.
 *
 * They are made by the caller, who owns them; they are no members of the
 * extension, so dropping that leaves them alone.
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "compat.h"
#include "lock.h"
#include "nls.h"
#include "setup.h"
#include "sql.h"
#include "target.h"

/*
 * %1$s: the schema.  The list of columns is that of the dictionary.  Event triggers
 * are user code, so search_path is the caller's, and every name is qualified.
 */
static const char *const create_clients =
"CREATE TABLE %1$s.clients ("
"	id pg_catalog.text COLLATE pg_catalog.\"C\" PRIMARY KEY DEFAULT pg_catalog.gen_random_uuid()::pg_catalog.text,"
"	username pg_catalog.text NOT NULL UNIQUE,"
"	first_name pg_catalog.text NOT NULL,"
"	middle_name pg_catalog.text,"
"	last_name pg_catalog.text,"
"	email pg_catalog.text NOT NULL,"
"	phone pg_catalog.text,"
"	additional_phone pg_catalog.text,"
"	project_id pg_catalog.text NOT NULL DEFAULT 'default' REFERENCES %1$s.projects,"
"	desk_id pg_catalog.text NOT NULL DEFAULT 'default' REFERENCES %1$s.desks,"
"	type pg_catalog.text NOT NULL DEFAULT 'personal',"
"	active pg_catalog.bool NOT NULL DEFAULT true,"
"	created_at pg_catalog.timestamptz NOT NULL DEFAULT pg_catalog.now(),"
"	updated_at pg_catalog.timestamptz,"
"	processed_date pg_catalog.timestamptz,"
"	first_transaction_date pg_catalog.timestamptz,"
"	last_login_date pg_catalog.timestamptz,"
"	last_password_change_date pg_catalog.timestamptz,"
"	date_of_birth pg_catalog.date,"
"	billing_address pg_catalog.text,"
"	billing_city pg_catalog.text,"
"	billing_region pg_catalog.text,"
"	billing_postcode pg_catalog.text,"
"	billing_country pg_catalog.text,"
"	state pg_catalog.text,"
"	verification_level pg_catalog.text,"
"	company_fee_group pg_catalog.text,"
"	allow_to_create_asset pg_catalog.bool,"
"	lifestyle pg_catalog.jsonb,"
"	agreements pg_catalog.jsonb,"
"	height pg_catalog.numeric,"
"	education_level pg_catalog.text,"
"	religion pg_catalog.text,"
"	bio pg_catalog.text,"
"	comments pg_catalog.text,"
"	meta pg_catalog.jsonb,"
"	uid pg_catalog.text,"
"	external_id pg_catalog.text,"
"	affiliate_id pg_catalog.text,"
"	passport pg_catalog.text,"
"	registration_ip pg_catalog.inet,"
"	registration_origin pg_catalog.text,"
"	trading_groups pg_catalog.text[]);"
"CREATE UNIQUE INDEX clients_email_key ON %1$s.clients (pg_catalog.lower(email));"
"COMMENT ON TABLE %1$s.clients IS 'Clients, imported by wifox_import_clients()';"
"COMMENT ON CONSTRAINT clients_username_key ON %1$s.clients IS"
"	'another client has this username';";

/* %1$s: the schema, %2$s: the table */
static const char *const create_referenced =
"CREATE TABLE %1$s.%2$s (id pg_catalog.text PRIMARY KEY, name pg_catalog.text);"
"COMMENT ON TABLE %1$s.%2$s IS 'The %2$s that clients belong to';";

/* What clients belong to unless their file says otherwise; triggers may see it */
static const char *const add_default =
"INSERT INTO %1$s.%2$s (id, name) SELECT 'default', 'Default' WHERE NOT EXISTS"
" (SELECT FROM %1$s.%2$s WHERE id OPERATOR(pg_catalog.=) 'default'::pg_catalog.text);";

/* Run statements as the caller */
static void
execute(const char *sql)
{
	int			rc = SPI_execute(sql, false, 0);

	if (rc < 0)
		elog(ERROR, "SPI_execute failed: %s", SPI_result_code_string(rc));
}

/* Has a relation a column of type text? */
static bool
has_text_column(Oid relid, const char *column)
{
	AttrNumber	attnum = get_attnum(relid, column);

	return attnum > 0 && get_atttype(relid, attnum) == TEXTOID;
}

/* Is the ID of a table unique, so that clients can refer to it? */
static bool
has_unique_id(Oid relid)
{
	Relation	rel = table_open(relid, AccessShareLock);
	WfxKey		key;
	bool		found = wfx_key_init(&key, rel, get_attnum(relid, "id"), false);

	table_close(rel, NoLock);
	return found;
}

/*
 * A table that is there already must be of the shape that clients refer to.  False:
 * it is not there.
 */
static bool
check_referenced(Oid namespace, const char *name)
{
	Oid			relid = get_relname_relid(name, namespace);

	if (!OidIsValid(relid))
		return false;
	if (get_rel_relkind(relid) != RELKIND_RELATION ||
		!has_text_column(relid, "id") || !has_text_column(relid, "name") ||
		!has_unique_id(relid))
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("relation \"%s\" exists and is not a table (id text PRIMARY KEY, name text)", name),
				 errdetail("The clients table refers to it."),
				 errhint("Rename it, or set wifox_import.clients_table to a table of your own.")));
	return true;
}

/* Make a table that clients refer to, unless it is there */
static void
create_missing(const char *schema, const char *name, bool exists, StringInfo made)
{
	if (exists)
		return;
	execute(psprintf(create_referenced, schema, name));
	appendStringInfo(made, ", %s", name);
}

/* Make the tables that are missing; their names are appended to made */
static Oid
create_tables(const char *schema, StringInfo made)
{
	Oid			namespace = get_namespace_oid(schema, false);
	const char *name = quote_identifier(schema);
	bool		projects;
	bool		desks;

	if (OidIsValid(get_relname_relid("clients", namespace)))
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_TABLE),
				 errmsg("relation \"clients\" already exists in schema \"%s\"", schema)));
	projects = check_referenced(namespace, "projects");
	desks = check_referenced(namespace, "desks");
	appendStringInfoString(made, "clients");
	create_missing(name, "projects", projects, made);
	create_missing(name, "desks", desks, made);
	execute(psprintf(create_clients, name));
	execute(psprintf(add_default, name, "projects"));
	execute(psprintf(add_default, name, "desks"));
	return get_relname_relid("clients", namespace);
}

/* Take the lock under which the tables are made; who may not make them does not get it */
static void
lock_schema(const char *schema)
{
	Oid			namespace = get_namespace_oid(schema, false);

	if (!wfx_has_schema_right(namespace, ACL_CREATE))
		aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_SCHEMA, schema);
	wfx_lock_setup(namespace);
}

/* Make the tables in a schema */
Oid
wfx_setup_create(const char *schema)
{
	StringInfoData made;

	initStringInfo(&made);
	lock_schema(schema);
	return create_tables(schema, &made);
}

/* Make the tables for the first import */
Oid
wfx_setup_first_import(const char *schema)
{
	StringInfoData made;
	Oid			relid;

	lock_schema(schema);
	relid = wfx_target_find(schema);
	if (OidIsValid(relid))
		return relid;
	initStringInfo(&made);
	relid = create_tables(schema, &made);
	ereport(NOTICE,
			(errmsg("Created in schema \"%s\": %s", schema, made.data)));
	return relid;
}
