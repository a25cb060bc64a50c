/*
 * text.h
 *		Small helpers for texts in the database's encoding.
 */
#ifndef WFX_TEXT_H
#define WFX_TEXT_H

/* A copy of text without white space at both ends */
extern char *wfx_trim(const char *text, int len);

/* A copy of text, at most maxbytes long, cut between two characters */
extern char *wfx_cut(const char *text, int maxbytes);

#endif							/* WFX_TEXT_H */
