/*
 * heap_code.h
 *		Which functions are called when a row is inserted?
 */
#ifndef WFX_HEAP_CODE_H
#define WFX_HEAP_CODE_H

#include "nodes/nodeFuncs.h"
#include "utils/rel.h"

/* Does an expression, or NULL, call a function that matters? */
extern bool wfx_calls(Node *node, check_function_callback matters);

/* Does a CHECK of a column's domain, or of one below it? */
extern bool wfx_domain_calls(Form_pg_attribute att, check_function_callback matters);

/* Does the default of a column, or the expression that generates it? */
extern bool wfx_default_calls(Relation rel, AttrNumber attnum, check_function_callback matters);

/* Does a CHECK constraint? */
extern bool wfx_checks_call(Relation rel, check_function_callback matters);

/* Does an expression or the predicate of an index? */
extern bool wfx_indexes_call(Relation rel, check_function_callback matters);

#endif							/* WFX_HEAP_CODE_H */
