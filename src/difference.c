/*
 * difference.c
 *		What does a record change in a client?
 *
 * A column that the file lacks and a blank cell leave the client as it is, unless
 * blank cells are to clear.  Values are compared by their type's equality; the
 * e-mail address by its key, so that a difference in case is none.
 */
#include "postgres.h"

#include "difference.h"
#include "habit.h"
#include "parts.h"

/* Room for what is written */
static void
allocate(const WfxColumns *columns, WfxRecord *record)
{
	int			n = columns->ncolumns + 1;

	if (record->write == NULL)
	{
		record->write = palloc(sizeof(bool) * n);
		record->new_values = palloc(sizeof(Datum) * n);
		record->new_nulls = palloc(sizeof(bool) * n);
	}
	memset(record->write, 0, sizeof(bool) * n);
	memset(record->new_values, 0, sizeof(Datum) * n);
	memset(record->new_nulls, true, sizeof(bool) * n);
}

/* Does a cell say nothing, to those who know how its program writes cells? */
static bool
is_blank(const WfxImport *import, const WfxRecord *record, int field)
{
	WfxCell		cell = wfx_habit_read(import->columns->habits[field], &record->row.cells[field]);

	return wfx_cell_is_blank(&cell);
}

/* Was a cell of the column given, but refused? */
bool
wfx_record_cell_refused(const WfxImport *import, const WfxRecord *record, const WfxColumn *column)
{
	if (record->states[column - import->columns->columns] != WFX_EMPTY)
		return false;
	for (int i = 0; i < column->nfields; i++)
		if (!is_blank(import, record, column->fields[i]))
			return true;
	return false;
}

/* Was the cell of a part given, but refused? */
bool
wfx_record_part_refused(const WfxImport *import, const WfxRecord *record, const WfxPart *part,
						int p)
{
	return part->field >= 0 && record->part_states[p] == WFX_EMPTY &&
		!is_blank(import, record, part->field);
}

/* What a cleared column becomes: NULL, or the default where NULL cannot be */
static bool
cleared_value(WfxImport *import, WfxRecord *record, WfxColumn *column, Datum *value, bool *isnull)
{
	*isnull = true;
	if (!column->not_null)
		return true;
	*isnull = !wfx_column_default(import->columns, column, value);
	if (!*isnull)
		return true;
	wfx_record_refuse(import, record, "missing_required", ERRCODE_NOT_NULL_VIOLATION,
					  column->header, NULL,
					  psprintf("column \"%s\" cannot be empty and has no default", column->header),
					  "Fill the cell.");
	return false;
}

/*
 * The value that a column of a known client is to have; false: it stays as it
 * is, or an issue was added.
 */
static bool
wanted_value(WfxImport *import, WfxRecord *record, int c, Datum *value, bool *isnull)
{
	WfxColumn  *column = &import->columns->columns[c];
	bool		given = true;

	*value = record->client->values[c];
	*isnull = record->client->nulls[c];
	switch (record->states[c])
	{
		case WFX_GIVEN:
			*value = record->values[c];
			*isnull = false;
			break;
		case WFX_CLEARED:
			*isnull = true;
			break;
		case WFX_EMPTY:
			given = column->clears && !wfx_record_cell_refused(import, record, column);
			if (given && !cleared_value(import, record, column, value, isnull))
				return false;
			break;
		case WFX_ABSENT:
			given = false;
			break;
	}
	if (column->nparts > 0 && wfx_parts_given(import, record, c))
		return wfx_parts_merge(import, record, c, true, value, isnull);
	return given;
}

/* Is the value another one than the client has? */
static bool
differs(WfxImport *import, const WfxRecord *record, int c, Datum value, bool isnull)
{
	WfxKey	   *email = &import->target->email;
	Datum		old = record->client->values[c];
	bool		old_null = record->client->nulls[c];

	if (isnull || old_null)
		return isnull != old_null;
	if (wfx_column_equal(&import->columns->columns[c], old, value))
		return false;
	if (c != import->columns->email)
		return true;
	old = wfx_key_of(email, old);
	value = wfx_key_of(email, value);
	if (email->both_cases)
	{
		old = wfx_key_lower(email, old);
		value = wfx_key_lower(email, value);
	}
	return !wfx_key_equal(email, old, value);
}

/* Compare the record with its client */
bool
wfx_difference(WfxImport *import, WfxRecord *record)
{
	bool		any = false;

	allocate(import->columns, record);
	for (int c = 0; c < import->columns->ncolumns; c++)
	{
		Datum		value;
		bool		isnull;

		import->column = c;
		if (!import->columns->columns[c].in_file || c == import->columns->id ||
			!wanted_value(import, record, c, &value, &isnull) ||
			!differs(import, record, c, value, isnull))
			continue;
		record->write[c] = any = true;
		record->new_values[c] = value;
		record->new_nulls[c] = isnull;
	}
	return any;
}

/* What the file says about a new client */
void
wfx_fill_new(WfxImport *import, WfxRecord *record)
{
	WfxColumns *columns = import->columns;

	allocate(columns, record);
	for (int c = 0; c < columns->ncolumns; c++)
	{
		if (record->states[c] == WFX_GIVEN)
		{
			record->new_values[c] = record->values[c];
			record->new_nulls[c] = false;
		}
		if (columns->columns[c].nparts > 0)
			(void) wfx_parts_merge(import, record, c, false, &record->new_values[c],
								   &record->new_nulls[c]);
	}
}
