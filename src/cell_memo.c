/*
 * cell_memo.c
 *		Texts that many cells of a column have in common are judged and read once for a batch.
 *
 * Types, states, names of desks and given names come over and over.  What the server's
 * own types make of a text depends on nothing but the text, as long as a batch lasts.
 */
#include "postgres.h"

#include "access/transam.h"

#include "cell_memo.h"

#define SLOT_BITS		6
#define SLOTS			(1 << SLOT_BITS)	/* texts of a column */
#define MAX_TEXT		32		/* bytes; longer ones do not come again */

/* A column in which fewer than every eighth of so many cells was found is given up */
#define CELLS_ON_TRIAL	256
#define MIN_SHARE		8

typedef struct KnownText
{
	const char *text;			/* in the batch; NULL: none */
	int			len;
	Datum		value;
} KnownText;

typedef struct ColumnMemo
{
	bool		used;
	int			asked;
	int			found;
	KnownText	known[SLOTS];
} ColumnMemo;

struct WfxCellMemo
{
	int			ncolumns;
	ColumnMemo *columns;
};

/* Does the text alone decide what a column gets from it? */
static bool
suits(const WfxColumn *column)
{
	const WfxType *type = &column->type;

	if (column->role == WFX_ROLE_ID || column->role == WFX_ROLE_EMAIL ||
		type->typid != type->base || type->base >= FirstNormalObjectId)
		return false;
	switch (type->kind)
	{
		case WFX_TYPE_TEXT:
		case WFX_TYPE_BOOL:
		case WFX_TYPE_INT:
		case WFX_TYPE_NUMERIC:
		case WFX_TYPE_FLOAT:
		case WFX_TYPE_DATE:
		case WFX_TYPE_TIME:
		case WFX_TYPE_TIMESTAMP:
		case WFX_TYPE_TIMESTAMPTZ:
			return true;
		default:
			return false;
	}
}

/* A memo of nothing */
WfxCellMemo *
wfx_cell_memo_create(const WfxColumns *columns)
{
	WfxCellMemo *memo = palloc(sizeof(WfxCellMemo));

	memo->ncolumns = columns->ncolumns;
	memo->columns = palloc0(sizeof(ColumnMemo) * (columns->ncolumns + 1));
	for (int c = 0; c < columns->ncolumns; c++)
		memo->columns[c].used = suits(&columns->columns[c]);
	return memo;
}

/* Forget everything */
void
wfx_cell_memo_clear(WfxCellMemo *memo)
{
	for (int c = 0; c < memo->ncolumns; c++)
		if (memo->columns[c].used)
			MemSet(memo->columns[c].known, 0, sizeof(memo->columns[c].known));
}

/* Where would a text be known?  Those that differ in the middle only give way to each other. */
static KnownText *
slot_of(ColumnMemo *column, const WfxCell *cell)
{
	const char *end = cell->text + cell->len;
	uint64		first = (unsigned char) cell->text[0] << 8 | (unsigned char) cell->text[cell->len / 2];
	uint64		last = (unsigned char) end[-1];

	if (cell->len >= (int) sizeof(uint64))
	{
		memcpy(&first, cell->text, sizeof(uint64));
		memcpy(&last, end - sizeof(uint64), sizeof(uint64));
	}
	else if (cell->len >= (int) sizeof(uint32))
	{
		memcpy(&first, cell->text, sizeof(uint32));
		memcpy(&last, end - sizeof(uint32), sizeof(uint32));
	}
	return &column->known[(first * UINT64CONST(0x9E3779B97F4A7C15) ^
						   last * UINT64CONST(0xD6E8FEB86659FD93)) >> (64 - SLOT_BITS)];
}

/* Is it worth asking? */
static bool
is_used(ColumnMemo *column)
{
	if (column->used && ++column->asked == CELLS_ON_TRIAL)
	{
		column->used = column->found >= CELLS_ON_TRIAL / MIN_SHARE;
		column->asked = column->found = 0;
	}
	return column->used;
}

/* What did the column get from this text? */
bool
wfx_cell_memo_find(WfxCellMemo *memo, int column, const WfxCell *cell, Datum *value)
{
	const KnownText *known;

	if (cell->len == 0 || cell->len > MAX_TEXT || !is_used(&memo->columns[column]))
		return false;
	known = slot_of(&memo->columns[column], cell);
	if (known->text == NULL || known->len != cell->len ||
		memcmp(known->text, cell->text, cell->len) != 0)
		return false;
	memo->columns[column].found++;
	*value = known->value;
	return true;
}

/* Keep it; a text that was known before gives way */
void
wfx_cell_memo_keep(WfxCellMemo *memo, int column, const WfxCell *cell, Datum value)
{
	KnownText  *known;

	if (cell->len == 0 || cell->len > MAX_TEXT || !memo->columns[column].used)
		return;
	known = slot_of(&memo->columns[column], cell);
	known->text = cell->text;
	known->len = cell->len;
	known->value = value;
}
