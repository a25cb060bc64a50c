/*
 * active_content.h
 *		Would a spreadsheet or a browser execute this cell?  Pure C.
 */
#ifndef WFX_ACTIVE_CONTENT_H
#define WFX_ACTIVE_CONTENT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * NULL if the cell is harmless, else what it is: "a formula", "a script".
 * is_email: the cell is a valid address in an e-mail column.
 */
extern const char *wfx_active_content(const char *cell, size_t len, bool is_email);

/* Would a spreadsheet take this cell for a formula?  (^'*\s*[=+@\t\r-]) */
extern bool wfx_runs_in_spreadsheet(const char *cell, size_t len);

#endif							/* WFX_ACTIVE_CONTENT_H */
