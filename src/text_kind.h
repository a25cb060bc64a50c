/*
 * text_kind.h
 *		Which kind of document is this text?  Pure C.
 */
#ifndef WFX_TEXT_KIND_H
#define WFX_TEXT_KIND_H

#include "file_kind.h"

/* NULL if the text, in any encoding that holds ASCII, may be a CSV, else what it is */
extern const WfxFileKind *wfx_text_kind(const char *text, const char *end);

#endif							/* WFX_TEXT_KIND_H */
