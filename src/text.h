/*
 * text.h
 *		Small helpers for texts in the database's encoding.
 */
#ifndef WFX_TEXT_H
#define WFX_TEXT_H

#include "lib/stringinfo.h"

/* A copy of text without white space at both ends */
extern char *wfx_trim(const char *text, int len);

/* The same; where there is none, and the text ends there, it is the text itself */
extern const char *wfx_trimmed(const char *text, int len);

/* A copy of text, at most maxbytes long, cut between two characters */
extern char *wfx_cut(const char *text, int maxbytes);

/* The text in UTF-8, as far as the database's encoding has a way there */
extern const char *wfx_utf8(const char *text);

/* Append "key": "value", or null, to a JSON object that is being written */
extern void wfx_append_json_member(StringInfo json, const char *key, const char *value);

#endif							/* WFX_TEXT_H */
