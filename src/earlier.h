/*
 * earlier.h
 *		Earlier imports that an import has to do with.
 */
#ifndef WFX_EARLIER_H
#define WFX_EARLIER_H

#include "import.h"

/* Say so if the same file was imported into the table before */
extern void wfx_notice_same_file(const WfxImport *import, const uint8 *sha256);

/* The import whose error report this file is, or 0 */
extern int64 wfx_find_parent(const WfxImport *import);

#endif							/* WFX_EARLIER_H */
