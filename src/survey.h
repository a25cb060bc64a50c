/*
 * survey.h
 *		duplicates => 'last': which records does a later one of the file replace?
 */
#ifndef WFX_SURVEY_H
#define WFX_SURVEY_H

#include "import.h"

/*
 * Read the whole file once for the clients it names.  What is wrong with it is
 * left to the import itself.
 */
extern void wfx_survey(WfxImport *import);

/* Is there a later record about the same client? */
extern bool wfx_survey_replaced(const WfxImport *import, int64 record);

/* ERROR if the file is not the one that was surveyed any more */
extern void wfx_survey_check(const WfxImport *import, const uint8 *sha256);

#endif							/* WFX_SURVEY_H */
