/*
 * call.h
 *		What the functions that SQL calls have in common.
 */
#ifndef WFX_CALL_H
#define WFX_CALL_H

#include "fmgr.h"

/* The schema of the function that is called: the extension's */
extern char *wfx_call_schema(FunctionCallInfo fcinfo);

/* An argument without which there is nothing to do; ERROR if it is NULL */
extern void wfx_call_require(FunctionCallInfo fcinfo, int arg, const char *name);

#endif							/* WFX_CALL_H */
