/*
 * array_rows.h
 *		The rows of a batch as arrays, for statements that Citus hands to other nodes.
 */
#ifndef WFX_ARRAY_ROWS_H
#define WFX_ARRAY_ROWS_H

#include "sql.h"

/* A statement that begins so takes its rows as arrays */
#define WFX_ARRAY_ROWS	"/* rows as arrays */ "

extern bool wfx_takes_array_rows(const char *sql);

/* Run it in the current SPI connection, as wfx_statement_run does */
extern void wfx_array_rows_run(const char *sql, WfxBatchRows *rows);

#endif							/* WFX_ARRAY_ROWS_H */
