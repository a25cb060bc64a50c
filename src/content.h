/*
 * content.h
 *		Would a spreadsheet or a browser execute what a cell or a value holds?
 */
#ifndef WFX_CONTENT_H
#define WFX_CONTENT_H

#include "values.h"

/* What a cell would execute, if it is something: "a formula", "a script tag" */
extern const char *wfx_content_of_cell(const char *text, bool is_email);

/* What a text within the value of a cell would execute: a string of JSON, an element of an array */
extern const char *wfx_content_of_value(const WfxType *type, const char *text, Datum value);

#endif							/* WFX_CONTENT_H */
