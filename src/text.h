/*
 * text.h
 *		Small helpers for texts in the database's encoding.
 */
#ifndef WFX_TEXT_H
#define WFX_TEXT_H

#include "lib/stringinfo.h"

/* A copy of text without white space at both ends */
extern char *wfx_trim(const char *text, int len);

/* A copy of text, at most maxbytes long, cut between two characters */
extern char *wfx_cut(const char *text, int maxbytes);

/* Append "key": "value", or null, to a JSON object that is being written */
extern void wfx_append_json_member(StringInfo json, const char *key, const char *value);

#endif							/* WFX_TEXT_H */
