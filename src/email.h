/*
 * email.h
 *		Is this an e-mail address that mail systems take?  Pure C.
 */
#ifndef WFX_EMAIL_H
#define WFX_EMAIL_H

#include <stddef.h>

/*
 * NULL if the trimmed address is acceptable, else the reason as the end of a
 * sentence: "it has no @".  Bytes above 127 count as letters.
 */
extern const char *wfx_email_problem(const char *address, size_t len);

#endif							/* WFX_EMAIL_H */
