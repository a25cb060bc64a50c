/*
 * sql.c
 *		Statements over the records of a batch.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_operator.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/plancache.h"
#include "utils/queryenvironment.h"
#include "utils/syscache.h"

#include "array_rows.h"
#include "barrier.h"
#include "citus.h"
#include "compat.h"
#include "sql.h"

/* Rows of a large result at a time */
#define FETCH_ROWS		100

/* More plans than this are forgotten, those that were not used for long first */
#define MAX_PLANS		64

typedef struct Statement
{
	char	   *sql;
	SPIPlanPtr	plan;
} Statement;

struct WfxStatements
{
	MemoryContext context;
	EphemeralNamedRelationData batch;	/* what the statement works on */
	List	   *plans;			/* of Statement, the last used first */
};

/* An empty cache in the current memory context */
WfxStatements *
wfx_statements_create(void)
{
	WfxStatements *statements = palloc0(sizeof(WfxStatements));

	statements->context = CurrentMemoryContext;
	return statements;
}

/* Rows of a batch for a statement, in the current memory context */
WfxBatchRows *
wfx_batch_rows_create(TupleDesc desc)
{
	WfxBatchRows *rows = palloc0(sizeof(WfxBatchRows));

	TupleDescFinalize(desc);
	rows->desc = desc;
	rows->store = tuplestore_begin_heap(false, false, work_mem);
	return rows;
}

/* Add a row */
void
wfx_batch_rows_put(WfxBatchRows *rows, Datum *values, bool *nulls)
{
	tuplestore_putvalues(rows->store, rows->desc, values, nulls);
	rows->count++;
}

/* Forget the rows */
void
wfx_batch_rows_clear(WfxBatchRows *rows)
{
	tuplestore_clear(rows->store);
	rows->count = 0;
}

/* Give back the rows */
void
wfx_batch_rows_destroy(WfxBatchRows *rows)
{
	tuplestore_end(rows->store);
	pfree(rows);
}

/*
 * Make the rows visible to statements, under their name.  The server keeps what
 * it is given here as long as the SPI connection, so it must live as long, even
 * if a statement fails.
 */
static void
register_rows(WfxStatements *statements, WfxBatchRows *rows)
{
	MemoryContext old = MemoryContextSwitchTo(statements->context);
	EphemeralNamedRelation enr = &statements->batch;

	/* a statement that failed has left its rows behind */
	(void) SPI_unregister_relation(WFX_BATCH_NAME);
	enr->md.name = WFX_BATCH_NAME;
	enr->md.reliddesc = InvalidOid;
	enr->md.tupdesc = rows->desc;
	enr->md.enrtype = ENR_NAMED_TUPLESTORE;
	enr->md.enrtuples = rows->count;
	enr->reldata = rows->store;
	if (SPI_register_relation(enr) != SPI_OK_REL_REGISTER)
		elog(ERROR, "could not register the rows of a batch");
	MemoryContextSwitchTo(old);
}

/* Set a parameter until the nest level ends */
void
wfx_set_local(const char *name, const char *value)
{
	(void) set_config_option(name, value, PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
}

/* Put a statement at the head of the list */
static void
remember(WfxStatements *statements, Statement *statement)
{
	MemoryContext old = MemoryContextSwitchTo(statements->context);

	statements->plans = lcons(statement, statements->plans);
	MemoryContextSwitchTo(old);
}

/*
 * Prepare a statement.  Its plan belongs to the SPI connection, and goes with it
 * even if the import ends in an error.
 */
static SPIPlanPtr
prepare(WfxStatements *statements, const char *sql)
{
	MemoryContext old = MemoryContextSwitchTo(statements->context);
	Statement  *statement = palloc0(sizeof(Statement));

	statement->sql = pstrdup(sql);
	statement->plan = SPI_prepare(sql, 0, NULL);
	if (statement->plan == NULL)
		elog(ERROR, "SPI_prepare failed: %s", SPI_result_code_string(SPI_result));
	MemoryContextSwitchTo(old);
	remember(statements, statement);
	return statement->plan;
}

/* Find a statement prepared, or prepare it */
static SPIPlanPtr
find_statement(WfxStatements *statements, const char *sql)
{
	ListCell   *cell;

	foreach(cell, statements->plans)
	{
		Statement  *statement = lfirst(cell);

		if (strcmp(statement->sql, sql) != 0)
			continue;
		/* what was used last is forgotten last */
		statements->plans = list_delete_cell(statements->plans, cell);
		remember(statements, statement);
		return statement->plan;
	}
	return prepare(statements, sql);
}

/*
 * A statement with its plan made.  Planning prefers nested loops into indexes:
 * with all other ways disabled the cost estimate says nothing any more, so it must
 * not start the JIT compiler either.  The parameters are back to the caller's
 * values before anything is executed, since triggers would see them.
 */
static SPIPlanPtr
planned_statement(WfxStatements *statements, const char *sql)
{
	int			nestlevel = NewGUCNestLevel();
	SPIPlanPtr	plan;
	CachedPlan *cached;

	wfx_set_local("enable_nestloop", "on");
	wfx_set_local("enable_indexscan", "on");
	wfx_set_local("enable_seqscan", "off");
	wfx_set_local("enable_bitmapscan", "off");
	wfx_set_local("enable_hashjoin", "off");
	wfx_set_local("enable_mergejoin", "off");
	wfx_set_local("jit", "off");
	plan = find_statement(statements, sql);
	cached = SPI_plan_get_cached_plan(plan);
	if (cached != NULL)
		ReleaseCachedPlan(cached, NULL);
	AtEOXact_GUC(true, nestlevel);
	return plan;
}

/* Forget the plans that were not used for long */
static void
forget_old(WfxStatements *statements)
{
	while (list_length(statements->plans) > MAX_PLANS)
	{
		Statement  *last = llast(statements->plans);

		SPI_freeplan(last->plan);
		pfree(last->sql);
		pfree(last);
		statements->plans = list_delete_last(statements->plans);
	}
}

/* Run a statement over the rows of a batch */
void
wfx_statement_run(WfxStatements *statements, const char *sql, WfxBatchRows *rows)
{
	volatile int rc = 0;
	const char *before;

	if (wfx_takes_array_rows(sql))
	{
		wfx_array_rows_run(sql, rows);
		return;
	}
	register_rows(statements, rows);
	forget_old(statements);
	before = wfx_barrier_pass(sql);
	PG_TRY();
	{
		rc = SPI_execute_plan(planned_statement(statements, sql), NULL, NULL, false, 0);
	}
	PG_FINALLY();
	{
		(void) wfx_barrier_pass(before);
	}
	PG_END_TRY();
	if (rc < 0)
		elog(ERROR, "SPI_execute_plan failed: %s", SPI_result_code_string(rc));
	(void) SPI_unregister_relation(WFX_BATCH_NAME);
}

/* Run a query over the rows of a batch, and hand its result over piece by piece */
void
wfx_statement_each(WfxStatements *statements, const char *sql, WfxBatchRows *rows,
				   void (*take) (void *state, SPITupleTable *result, uint64 n), void *state)
{
	MemoryContext context = CurrentMemoryContext;
	Portal		portal;
	uint64		n;

	if (wfx_takes_array_rows(sql))
	{
		wfx_array_rows_run(sql, rows);
		MemoryContextSwitchTo(context);
		take(state, SPI_tuptable, SPI_processed);
		SPI_freetuptable(SPI_tuptable);
		return;
	}
	register_rows(statements, rows);
	forget_old(statements);
	portal = SPI_cursor_open(NULL, planned_statement(statements, sql), NULL, NULL, false);
	do
	{
		SPITupleTable *result;

		CHECK_FOR_INTERRUPTS();
		SPI_cursor_fetch(portal, true, FETCH_ROWS);
		n = SPI_processed;
		result = SPI_tuptable;
		MemoryContextSwitchTo(context);
		take(state, result, n);
		SPI_freetuptable(result);
	} while (n == FETCH_ROWS);
	SPI_cursor_close(portal);
	(void) SPI_unregister_relation(WFX_BATCH_NAME);
	MemoryContextSwitchTo(context);
}

/*
 * A statement that looks the rows of the batch up in a table.  OFFSET 0, like a
 * locking clause, keeps the planner from turning the sub-select into a join.  Citus
 * must turn it into one, to send it to the shards.
 */
char *
wfx_lookup_sql(const char *list, const char *columns, Oid table,
			   const char *condition, const char *locking)
{
	bool		citus = wfx_citus(table) != WFX_CITUS_NOT;

	return psprintf("%sSELECT %s FROM " WFX_BATCH_NAME " b CROSS JOIN LATERAL"
					" (SELECT %s FROM %s t WHERE %s%s%s) t",
					citus ? WFX_ARRAY_ROWS : "", list, columns, wfx_relation_sql(table), condition,
					citus ? "" : " OFFSET 0", citus ? "" : locking);
}

/* Nothing but the server's own objects is found from here on */
int
wfx_pin_search_path(void)
{
	int			nestlevel = NewGUCNestLevel();

	wfx_set_local("search_path", "pg_catalog, pg_temp");
	return nestlevel;
}

/* Back to the caller's search_path */
void
wfx_unpin_search_path(int nestlevel)
{
	AtEOXact_GUC(true, nestlevel);
}

/* The name of a relation, whatever search_path is */
char *
wfx_relation_sql(Oid relid)
{
	return quote_qualified_identifier(get_namespace_name(get_rel_namespace(relid)),
									  get_rel_name(relid));
}

/* The name of a collation, whatever search_path is */
char *
wfx_collation_sql(Oid collation)
{
	HeapTuple	tuple = SearchSysCache1(COLLOID, ObjectIdGetDatum(collation));
	Form_pg_collation form;
	char	   *name;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for collation %u", collation);
	form = (Form_pg_collation) GETSTRUCT(tuple);
	name = quote_qualified_identifier(get_namespace_name(form->collnamespace),
									  NameStr(form->collname));
	ReleaseSysCache(tuple);
	return name;
}

/* The name of an operator, whatever search_path is */
char *
wfx_operator_sql(Oid operator)
{
	HeapTuple	tuple = SearchSysCache1(OPEROID, ObjectIdGetDatum(operator));
	Form_pg_operator form;
	char	   *name;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for operator %u", operator);
	form = (Form_pg_operator) GETSTRUCT(tuple);
	name = psprintf("OPERATOR(%s.%s)",
					quote_identifier(get_namespace_name(form->oprnamespace)),
					NameStr(form->oprname));
	ReleaseSysCache(tuple);
	return name;
}
