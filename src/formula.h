/*
 * formula.h
 *		Does a formula follow a sign, or prose?  Pure C.
 */
#ifndef WFX_FORMULA_H
#define WFX_FORMULA_H

#include "cell_cursor.h"

/* Is rest, behind the sign (+, - or @), what a spreadsheet evaluates? */
extern bool wfx_is_formula(WfxRest rest, char sign);

#endif							/* WFX_FORMULA_H */
