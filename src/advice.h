/*
 * advice.h
 *		What to do about an error that brings no hint of its own.
 */
#ifndef WFX_ADVICE_H
#define WFX_ADVICE_H

#include "values.h"

/* type is that of the cell, or NULL if no cell is to blame */
extern const char *wfx_advice(int sqlerrcode, const WfxType *type);

#endif							/* WFX_ADVICE_H */
