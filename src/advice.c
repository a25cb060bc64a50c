/*
 * advice.c
 *		What to do about an error that brings no hint of its own.
 *
 * The server's messages, and those of the table's owner, speak to whoever wrote the
 * statement.  Here it is somebody with a file, who is to know what to do next.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "advice.h"

typedef struct Advice
{
	int			sqlerrcode;
	const char *text;
} Advice;

static const Advice list[] = {
	{ERRCODE_STRING_DATA_RIGHT_TRUNCATION, "Shorten the text."},
	{ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, "Write a number that the column can hold."},
	{ERRCODE_DATETIME_FIELD_OVERFLOW, "Write a day and a time that exist."},
	{ERRCODE_INVALID_TIME_ZONE_DISPLACEMENT_VALUE, "Write the zone as Z, +02:00 or -05:30."},
	{ERRCODE_UNTRANSLATABLE_CHARACTER, "Remove this character."},
	{ERRCODE_NOT_NULL_VIOLATION, "Fill the cell, or add the column to the file."},
	{ERRCODE_UNIQUE_VIOLATION, "Only one client can have this value: correct the cell, or that client."},
	{ERRCODE_EXCLUSION_VIOLATION, "Another client is in the way: correct the record, or that client."},
	{ERRCODE_FOREIGN_KEY_VIOLATION, "Give the ID, not the name, of one that exists."},
	{ERRCODE_CHECK_VIOLATION, "Correct the value; who administers the table knows what it allows."},
	{ERRCODE_INSUFFICIENT_PRIVILEGE, "Who administers the table can tell, or change, what you may do."}
};

/* What cells of a type look like */
static const char *
type_advice(const WfxType *type)
{
	switch (type->kind)
	{
		case WFX_TYPE_ENUM:
			return "Write one of the allowed values, letter by letter.";
		case WFX_TYPE_INET:
			return "Write networks as 192.0.2.0/24 or 2001:db8::/32.";
		case WFX_TYPE_JSONB:
			return "Write JSON, such as {\"key\": \"value\"} or [1, 2].";
		default:
			return psprintf("Write a value of type %s.", format_type_be(type->base));
	}
}

/* What to do about an error that brings no hint of its own */
const char *
wfx_advice(int sqlerrcode, const WfxType *type)
{
	for (size_t i = 0; i < lengthof(list); i++)
		if (list[i].sqlerrcode == sqlerrcode)
			return list[i].text;
	if (type != NULL)
		return type_advice(type);
	return "The table refuses the record; who administers it knows why.";
}
