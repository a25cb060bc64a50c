/*
 * record.h
 *		The cells of a record become values of their columns' types.
 */
#ifndef WFX_RECORD_H
#define WFX_RECORD_H

#include "import.h"

/* Convert all records of the batch; what is wrong with a cell becomes an issue */
extern void wfx_records_convert(WfxImport *import);

#endif							/* WFX_RECORD_H */
