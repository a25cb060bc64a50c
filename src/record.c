/*
 * record.c
 *		The cells of a record become values of their columns' types.
 *
 * Most types are read without raising.  For those that are not, the conversion of
 * a batch runs in one subtransaction; a cell that raises ends it, becomes an
 * issue, and the conversion goes on behind that cell in a new one.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "active_content.h"
#include "advice.h"
#include "cell_memo.h"
#include "content.h"
#include "email.h"
#include "guard.h"
#include "record.h"
#include "report_cells.h"
#include "settings.h"
#include "structure.h"
#include "table_error.h"
#include "text.h"

/* Where the conversion of a batch stands: it survives an exception */
typedef struct Cursor
{
	int			record;
	int			item;			/* columns first, then parts */
} Cursor;

/* A copy of a text or NULL */
static const char *
copy_text(const char *text)
{
	return text ? pstrdup(text) : NULL;
}

/* Add a finding about a record; it is stored when the batch is done */
void
wfx_record_issue(WfxImport *import, WfxRecord *record, const WfxIssue *issue)
{
	MemoryContext old = MemoryContextSwitchTo(import->batch.context);
	WfxIssue   *copy = palloc(sizeof(WfxIssue));

	record->bad = true;
	*copy = *issue;
	copy->record = record->number;
	copy->line = record->row.line;
	copy->value = copy_text(issue->value);
	copy->message = copy_text(issue->message);
	copy->detail = copy_text(issue->detail);
	copy->hint = copy_text(issue->hint);
	copy->raw = record->issues == NIL ? record->row.raw : NULL;
	record->issues = lappend(record->issues, copy);
	MemoryContextSwitchTo(old);
}

/* Store the findings about the records of the batch, in file order */
void
wfx_records_report(WfxImport *import)
{
	for (int i = 0; i < import->batch.count; i++)
	{
		WfxRecord  *record = import->batch.records[i];
		ListCell   *cell;

		foreach(cell, record->issues)
		{
			bool		stored = wfx_issues_add(import->issues, lfirst(cell));

			if (foreach_current_index(cell) == 0 && (!stored || record->row.raw == NULL))
				import->unreported++;
		}
	}
}

/* Add a finding of the importer's own */
void
wfx_record_refuse(WfxImport *import, WfxRecord *record, const char *code, int sqlerrcode,
				  const char *column, const char *value, char *message, const char *hint)
{
	WfxIssue	issue = {0};

	issue.code = code;
	issue.sqlerrcode = sqlerrcode;
	issue.column = column;
	issue.value = value;
	issue.message = message;
	issue.hint = hint;
	wfx_record_issue(import, record, &issue);
}

/* The text of a cell, trimmed where that is the rule */
static const char *
cell_text(const WfxCell *cell, bool trimmed)
{
	if (trimmed)
		return wfx_trimmed(cell->text, cell->len);
	return cell->text[cell->len] == '\0' ? cell->text : pnstrdup(cell->text, cell->len);
}

/* Is it the marker that clears a column? */
static bool
is_clear_marker(const WfxImport *import, const WfxCell *cell)
{
	const char *marker = import->options->clear_marker;

	return marker != NULL && strcmp(wfx_trimmed(cell->text, cell->len), marker) == 0;
}

/* An e-mail address must be one */
static bool
check_email(WfxImport *import, WfxRecord *record, const char *header, const char *text)
{
	const char *utf8 = wfx_utf8(text);
	const char *problem = wfx_email_problem(utf8, strlen(utf8));

	if (problem == NULL)
		return true;
	wfx_record_refuse(import, record, "invalid_email", ERRCODE_INVALID_TEXT_REPRESENTATION,
					  header, text,
					  psprintf("this is not an e-mail address: %s", problem),
					  "Write one address, such as ann@example.com.");
	return false;
}

/* An apostrophe helps against spreadsheets, but not against browsers */
static const char *
content_hint(const char *text, bool is_email)
{
	const char *quoted = psprintf("'%s", text);

	if (is_email || wfx_active_content(quoted, strlen(quoted), false) != NULL)
		return "Remove it.";
	return "Remove it, or make it plain text by an apostrophe before it, in an error report by a second one.";
}

/* Nothing that a spreadsheet or a browser would execute gets in; kind is NULL, or says what it is */
static bool
check_content(WfxImport *import, WfxRecord *record, const char *header, const char *text,
			  bool is_email, const char *kind)
{
	if (kind == NULL)
		return true;
	wfx_record_refuse(import, record, "forbidden_content", ERRCODE_DATA_EXCEPTION,
					  header, text, psprintf("the cell holds %s", kind), content_hint(text, is_email));
	return false;
}

/* Read a text as a value of a type; false: an issue was added */
static bool
parse_value(WfxImport *import, WfxRecord *record, WfxType *type, const char *header,
			const char *text, Datum *value)
{
	WfxReason	reason = {0};
	WfxIssue	issue = {0};

	if (wfx_type_parse(type, text, import->options->date_order, value, &reason))
		return true;
	issue.code = reason.code;
	issue.sqlerrcode = reason.sqlerrcode;
	issue.column = header;
	issue.value = text;
	issue.message = reason.message;
	issue.detail = reason.detail;
	issue.hint = reason.hint ? reason.hint : wfx_advice(reason.sqlerrcode, type);
	wfx_record_issue(import, record, &issue);
	return false;
}

/* Judge and read the text of a cell; false: an issue was added */
static bool
read_value(WfxImport *import, WfxRecord *record, WfxType *type, const char *header,
		   const char *text, bool is_email, Datum *value)
{
	bool		judged = wfx_reject_active_content && type->holds_text;

	if (judged && !check_content(import, record, header, text, is_email,
								 wfx_content_of_cell(text, is_email)))
		return false;
	if (!parse_value(import, record, type, header, text, value))
		return false;
	return !judged || check_content(import, record, header, text, is_email,
									wfx_content_of_value(type, text, *value));
}

/* Read one whole cell; false: an issue was added */
static bool
convert_cell(WfxImport *import, WfxRecord *record, WfxColumn *column, int field,
			 const WfxCell *cell, Datum *value)
{
	const char *header = import->columns->headers[field];
	bool		is_email = column->role == WFX_ROLE_EMAIL;
	const char *text = cell_text(cell, column->trimmed);

	import->field = field;
	if (is_email && !check_email(import, record, header, text))
		return false;
	return read_value(import, record, &column->type, header, text, is_email, value);
}

/* The state of a cell before it is read */
static WfxState
cell_state(const WfxImport *import, const WfxCell *cell)
{
	if (wfx_cell_is_blank(cell))
		return WFX_EMPTY;
	return is_clear_marker(import, cell) ? WFX_CLEARED : WFX_GIVEN;
}

/* ID and e-mail address cannot be cleared */
static bool
check_clearing(WfxImport *import, WfxRecord *record, const WfxColumn *column, int field)
{
	if (column->role != WFX_ROLE_ID && column->role != WFX_ROLE_EMAIL)
		return true;
	wfx_record_refuse(import, record, "invalid_value", ERRCODE_DATA_EXCEPTION,
					  import->columns->headers[field], record->row.cells[field].text,
					  pstrdup("the ID and the e-mail address of a client cannot be cleared"),
					  "Leave the cell empty to keep the value.");
	return false;
}

/* Two headers fill the same place, and their cells differ */
static void
refuse_conflict(WfxImport *import, WfxRecord *record, int field, const char *other)
{
	wfx_record_refuse(import, record, "conflicting_cells", ERRCODE_DATA_EXCEPTION,
					  import->columns->headers[field], record->row.cells[field].text,
					  psprintf("the cell disagrees with the one in column \"%s\"", other),
					  "Both fill the same column; make them equal, or empty one.");
}

/* A second header of the same column must agree with the first */
static void
check_agreement(WfxImport *import, WfxRecord *record, WfxColumn *column, int c, int field,
				WfxState state, Datum value)
{
	if (record->states[c] != state ||
		(state == WFX_GIVEN && !wfx_column_equal(column, record->values[c], value)))
		refuse_conflict(import, record, field, column->header);
}

/* What does a cell say?  One that is refused counts as empty. */
static WfxState
read_cell(WfxImport *import, WfxRecord *record, int c, int field, Datum *value)
{
	WfxColumn  *column = &import->columns->columns[c];
	WfxCell		cell = wfx_habit_read(import->columns->habits[field], &record->row.cells[field]);
	WfxState	state;

	if (wfx_cell_memo_find(import->memo, c, &cell, value))
		return WFX_GIVEN;
	state = cell_state(import, &cell);
	if (state == WFX_CLEARED && !check_clearing(import, record, column, field))
		return WFX_EMPTY;
	if (state == WFX_GIVEN)
	{
		if (!convert_cell(import, record, column, field, &cell, value))
			return WFX_EMPTY;
		wfx_cell_memo_keep(import->memo, c, &cell, *value);
	}
	return state;
}

/* Convert what the file says about one column */
static void
convert_column(WfxImport *import, WfxRecord *record, int c)
{
	WfxColumn  *column = &import->columns->columns[c];

	record->states[c] = column->nfields > 0 ? WFX_EMPTY : WFX_ABSENT;
	for (int i = 0; i < column->nfields; i++)
	{
		int			field = column->fields[i];
		Datum		value = (Datum) 0;
		WfxState	state = read_cell(import, record, c, field, &value);

		if (state == WFX_EMPTY)
			continue;
		if (record->states[c] != WFX_EMPTY)
			check_agreement(import, record, column, c, field, state, value);
		else
		{
			record->states[c] = state;
			record->values[c] = value;
		}
	}
}

/* A part that another header fills, too: both cells must agree, unless one is blank */
static void
settle_twin(WfxImport *import, WfxRecord *record, int p)
{
	WfxPart    *part = &import->columns->parts[p];
	WfxPart    *first = &import->columns->parts[part->twin];
	WfxState	state = record->part_states[p];

	record->part_states[p] = WFX_ABSENT;
	if (state == WFX_EMPTY)
		return;
	if (record->part_states[part->twin] == WFX_EMPTY)
	{
		record->part_states[part->twin] = state;
		record->part_values[part->twin] = record->part_values[p];
	}
	else if (record->part_states[part->twin] != state ||
			 (state == WFX_GIVEN && !wfx_part_equal(part, record->part_values[part->twin],
													record->part_values[p])))
		refuse_conflict(import, record, part->field, first->header);
}

/* Convert the cell of a part */
static void
convert_part(WfxImport *import, WfxRecord *record, int p)
{
	WfxPart    *part = &import->columns->parts[p];
	WfxCell		cell;
	Datum		value;
	const char *text;

	if (part->field < 0)
		return;
	import->field = part->field;
	cell = wfx_habit_read(import->columns->habits[part->field], &record->row.cells[part->field]);
	record->part_states[p] = cell_state(import, &cell);
	if (record->part_states[p] == WFX_GIVEN)
	{
		text = cell_text(&cell, part->type.kind != WFX_TYPE_TEXT);
		if (read_value(import, record, &part->type, part->header, text, false, &value))
			record->part_values[p] = wfx_part_leaf(part, value);
		else
			record->part_states[p] = WFX_EMPTY;
	}
	if (part->twin >= 0)
		settle_twin(import, record, p);
}

/* The keys by which the client is looked up */
static void
make_keys(WfxImport *import, WfxRecord *record)
{
	WfxColumns *columns = import->columns;
	WfxKey	   *email = &import->target->email;

	if (columns->id >= 0 && record->states[columns->id] == WFX_GIVEN)
	{
		record->has_id = true;
		record->id_key = wfx_key_of(&import->target->id, record->values[columns->id]);
	}
	if (columns->email >= 0 && record->states[columns->email] == WFX_GIVEN)
	{
		record->has_email = true;
		record->email_key = wfx_key_of(email, record->values[columns->email]);
		if (email->both_cases)
			record->email_lower = wfx_key_lower(email, record->email_key);
	}
}

/* Room for what is converted */
static void
allocate(const WfxColumns *columns, WfxRecord *record)
{
	int			n = columns->ncolumns + columns->nparts;

	record->values = palloc0((sizeof(Datum) + sizeof(WfxState)) * (n + 1));
	record->part_values = record->values + columns->ncolumns;
	record->states = (WfxState *) (record->part_values + columns->nparts + 1);
	record->part_states = record->states + columns->ncolumns;
}

/* Is a column or part to be converted?  A survey wants the keys only. */
static bool
is_wanted(const WfxImport *import, int item)
{
	return !import->surveying || item == import->columns->id || item == import->columns->email;
}

/* Convert from the cursor to the end of the batch; it may raise anywhere */
static void
convert_from(WfxImport *import, Cursor *cursor)
{
	int			ncolumns = import->columns->ncolumns;
	int			nitems = ncolumns + import->columns->nparts;

	for (; cursor->record < import->batch.count; cursor->record++, cursor->item = 0)
	{
		WfxRecord  *record = import->batch.records[cursor->record];

		CHECK_FOR_INTERRUPTS();
		if (record->states == NULL)
		{
			allocate(import->columns, record);
			if (import->columns->from_report)
				wfx_take_off_apostrophes(&record->row);
			if (!wfx_check_structure(import, record))
				continue;
		}
		while (cursor->item < nitems)
		{
			int			item = cursor->item++;

			if (!is_wanted(import, item))
				continue;
			if (item < ncolumns)
				convert_column(import, record, item);
			else
				convert_part(import, record, item - ncolumns);
		}
		make_keys(import, record);
	}
}

/* The type of the column or part at the cursor; NULL before the first one */
static WfxType *
current_type(const WfxImport *import, const Cursor *cursor)
{
	WfxColumns *columns = import->columns;
	int			item = cursor->item - 1;

	if (item < 0)
		return NULL;
	if (item < columns->ncolumns)
		return &columns->columns[item].type;
	return &columns->parts[item - columns->ncolumns].type;
}

/* Take over the error that a cell has raised; what its text is to blame for, is its own */
static ErrorData *
catch_raised(WfxImport *import, const Cursor *cursor, WfxGuard *guard)
{
	WfxType    *type = current_type(import, cursor);
	bool		reading = type != NULL && type->reading;

	if (reading)
		type->reading = false;
	return reading ? wfx_guard_catch_input(guard) : wfx_guard_catch(guard);
}

/* The cell that raised becomes an issue */
static void
report_raised(WfxImport *import, Cursor *cursor, const ErrorData *error)
{
	WfxColumns *columns = import->columns;
	WfxRecord  *record = import->batch.records[cursor->record];
	int			item = cursor->item - 1;
	const WfxType *type;
	WfxIssue	issue = {0};

	if (item < columns->ncolumns)
	{
		record->states[item] = WFX_EMPTY;
		type = &columns->columns[item].type;
	}
	else
	{
		record->part_states[item - columns->ncolumns] = WFX_EMPTY;
		type = &columns->parts[item - columns->ncolumns].type;
	}
	(void) wfx_table_issue(import, error, type, &issue);
	if (ERRCODE_TO_CATEGORY(error->sqlerrcode) != ERRCODE_INTEGRITY_CONSTRAINT_VIOLATION)
		issue.code = "invalid_value";
	issue.column = columns->headers[import->field];
	issue.value = record->row.cells[import->field].text;
	wfx_record_issue(import, record, &issue);
}

/* Convert from the cursor on until the end of the batch, or until a cell raises */
static void
convert_guarded(WfxImport *import, Cursor *cursor)
{
	WfxGuard	guard;

	wfx_guard_begin(&guard, "wifox_import convert");
	PG_TRY();
	{
		convert_from(import, cursor);
		wfx_guard_commit(&guard);
	}
	PG_CATCH();
	{
		report_raised(import, cursor, catch_raised(import, cursor, &guard));
	}
	PG_END_TRY();
}

/* Convert all records of the batch */
void
wfx_records_convert(WfxImport *import)
{
	Cursor		cursor = {0, 0};

	wfx_cell_memo_clear(import->memo);
	while (cursor.record < import->batch.count)
		convert_guarded(import, &cursor);
}
