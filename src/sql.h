/*
 * sql.h
 *		Statements over the records of a batch.
 *
 * The batch is a transition table: statements name it wifox_batch, and the
 * server's planner, privileges, row security, triggers and constraints apply as
 * for any statement of the caller.
 */
#ifndef WFX_SQL_H
#define WFX_SQL_H

#include "access/tupdesc.h"
#include "executor/spi.h"
#include "utils/tuplestore.h"

#define WFX_BATCH_NAME	"wifox_batch"

/* The rows of a batch that one statement works on */
typedef struct WfxBatchRows
{
	TupleDesc	desc;
	Tuplestorestate *store;
	int64		count;
} WfxBatchRows;

/* The plans of one import, as long as the SPI connection that they are made in */
typedef struct WfxStatements WfxStatements;

extern WfxStatements *wfx_statements_create(void);

extern WfxBatchRows *wfx_batch_rows_create(TupleDesc desc);
extern void wfx_batch_rows_put(WfxBatchRows *rows, Datum *values, bool *nulls);
extern void wfx_batch_rows_clear(WfxBatchRows *rows);
extern void wfx_batch_rows_destroy(WfxBatchRows *rows);

/*
 * A statement that looks the rows of the batch (b) up in a table (t), one after the
 * other: a plain join would leave it to the statistics which of the two is read
 * for every row of the other, and those of a table that has just grown are wrong.
 * list is what it selects, columns what it takes from the table.  Rows of Citus cannot
 * be locked so, and stay unlocked.
 */
extern char *wfx_lookup_sql(const char *list, const char *columns, Oid table,
							const char *condition, const char *locking);

/*
 * Run a statement in the current SPI connection; results are in SPI_processed and
 * SPI_tuptable.  The plan reaches tables through their indexes wherever it can.
 */
extern void wfx_statement_run(WfxStatements *statements, const char *sql, WfxBatchRows *rows);

/* The same for a query whose result may be large: take() gets some rows at a time */
extern void wfx_statement_each(WfxStatements *statements, const char *sql, WfxBatchRows *rows,
							   void (*take) (void *state, SPITupleTable *result, uint64 n),
							   void *state);

/* Set a parameter until the nest level of NewGUCNestLevel() ends */
extern void wfx_set_local(const char *name, const char *value);

/*
 * Run a statement of the extension's own: search_path is pinned, so that no
 * object of a user can be captured.
 */
extern int	wfx_pin_search_path(void);
extern void wfx_unpin_search_path(int nestlevel);

/* "schema"."name" of a relation, type or collation; OPERATOR(schema.=) */
extern char *wfx_relation_sql(Oid relid);
extern char *wfx_collation_sql(Oid collation);
extern char *wfx_operator_sql(Oid operator);

#endif							/* WFX_SQL_H */
