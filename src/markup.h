/*
 * markup.h
 *		Would a browser execute this cell?  Pure C.
 */
#ifndef WFX_MARKUP_H
#define WFX_MARKUP_H

#include <stddef.h>

/* NULL if the cell is harmless, else what it is: "a script tag", "an event handler" */
extern const char *wfx_find_markup(const char *cell, size_t len);

#endif							/* WFX_MARKUP_H */
