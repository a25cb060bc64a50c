/*
 * cell_memo.h
 *		Texts that many cells of a column have in common are judged and read once for a batch.
 */
#ifndef WFX_CELL_MEMO_H
#define WFX_CELL_MEMO_H

#include "columns.h"
#include "reader.h"

typedef struct WfxCellMemo WfxCellMemo;

/* For the columns of an import, in the current memory context */
extern WfxCellMemo *wfx_cell_memo_create(const WfxColumns *columns);

/* Forget everything: the batch that the texts and values belong to is over */
extern void wfx_cell_memo_clear(WfxCellMemo *memo);

/* The value that a column got from a cell with this text, or false */
extern bool wfx_cell_memo_find(WfxCellMemo *memo, int column, const WfxCell *cell, Datum *value);

/* A cell was read and nothing was wrong with it */
extern void wfx_cell_memo_keep(WfxCellMemo *memo, int column, const WfxCell *cell, Datum value);

#endif							/* WFX_CELL_MEMO_H */
