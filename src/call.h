/*
 * call.h
 *		What the functions that SQL calls have in common.
 */
#ifndef WFX_CALL_H
#define WFX_CALL_H

#include "fmgr.h"

/*
 * Begin a call: ERROR if the function belongs to an extension of another version than
 * this library, or if its first argument, where that is named here, is NULL.
 */
extern void wfx_call_begin(FunctionCallInfo fcinfo, const char *required);

/* The schema of the function that is called: the extension's */
extern char *wfx_call_schema(FunctionCallInfo fcinfo);

#endif							/* WFX_CALL_H */
