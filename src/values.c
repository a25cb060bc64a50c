/*
 * values.c
 *		The text of a cell becomes a Datum of its column's type.
 *
 * A bad cell is a finding, not an error, and it is found millions of times in a
 * bad file.  So every common type is checked here before its input function
 * runs, with the same messages on every major version; what passes the check
 * makes the input function neither raise nor guess.
 */
#include "postgres.h"

#include <ctype.h>
#include <sys/socket.h>

#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/inet.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/uuid.h"
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

#include "allowed_values.h"
#include "text.h"
#include "value_date.h"
#include "value_kinds.h"
#include "values.h"

/* A message quotes so much of a cell */
#define EXCERPT_BYTES 60

/* Fill *why in; false, so that a reader can return it */
bool
wfx_refuse(WfxReason *why, int sqlerrcode, const char *hint, const char *format,...)
{
	StringInfoData message;

	initStringInfo(&message);
	for (;;)
	{
		va_list		args;
		int			needed;

		va_start(args, format);
		needed = appendStringInfoVA(&message, format, args);
		va_end(args);
		if (needed == 0)
			break;
		enlargeStringInfo(&message, needed);
	}
	why->code = "invalid_value";
	why->sqlerrcode = sqlerrcode;
	why->message = message.data;
	why->detail = NULL;
	why->hint = hint ? pstrdup(hint) : NULL;
	return false;
}

/* A cell's text as messages quote it */
char *
wfx_excerpt(const char *text)
{
	return wfx_cut(text, EXCERPT_BYTES);
}

/* Is text white space from end to end? */
bool
wfx_is_blank(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (text[i] != ' ' && (text[i] < '\t' || text[i] > '\r'))
			return false;
	return true;
}

/* The category of a type */
static char
category_of(Oid type)
{
	char		category;
	bool		preferred;

	get_type_category_preferred(type, &category, &preferred);
	return category;
}

/* How is a base type read? */
static WfxTypeKind
find_kind(Oid base, Oid input)
{
	switch (base)
	{
		case BOOLOID:
			return WFX_TYPE_BOOL;
		case INT2OID:
		case INT4OID:
		case INT8OID:
			return WFX_TYPE_INT;
		case NUMERICOID:
			return WFX_TYPE_NUMERIC;
		case FLOAT4OID:
		case FLOAT8OID:
			return WFX_TYPE_FLOAT;
		case MONEYOID:
			return WFX_TYPE_MONEY;
		case DATEOID:
			return WFX_TYPE_DATE;
		case TIMEOID:
		case TIMETZOID:
			return WFX_TYPE_TIME;
		case TIMESTAMPOID:
			return WFX_TYPE_TIMESTAMP;
		case TIMESTAMPTZOID:
			return WFX_TYPE_TIMESTAMPTZ;
		case UUIDOID:
			return WFX_TYPE_UUID;
		case INETOID:
		case CIDROID:
			return WFX_TYPE_INET;
		case JSONOID:
		case JSONBOID:
			return WFX_TYPE_JSONB;
		case CHAROID:
			return WFX_TYPE_TEXT;
	}
	if (type_is_enum(base))
		return WFX_TYPE_ENUM;
	if (input == F_ARRAY_IN)
		return WFX_TYPE_ARRAY;
	if (input == F_RANGE_IN)
		return WFX_TYPE_RANGE;
	return category_of(base) == TYPCATEGORY_STRING ? WFX_TYPE_TEXT : WFX_TYPE_OTHER;
}

/* Learn how the elements of an array or the bounds of a range are read */
static void
init_element(WfxType *type)
{
	bool		array = type->kind == WFX_TYPE_ARRAY;
	Oid			element = array ? get_element_type(type->base) : get_range_subtype(type->base);
	int16		len;
	bool		byval;
	char		align;
	Oid			ioparam;
	Oid			input;

	type->element = MemoryContextAlloc(type->context, sizeof(WfxType));
	wfx_type_init(type->element, element, array ? type->base_typmod : -1, type->context);
	get_type_io_data(element, IOFunc_input, &len, &byval, &align, &type->delimiter,
					 &ioparam, &input);
}

/* May a value hold any text, such as one that a spreadsheet or a browser executes? */
static bool
may_hold_text(const WfxType *type)
{
	if (type->element != NULL)
		return type->element->holds_text;
	if (type->kind == WFX_TYPE_OTHER)
		return strchr("BDEGINTV", category_of(type->base)) == NULL;
	return type->kind == WFX_TYPE_TEXT || type->kind == WFX_TYPE_JSONB;
}

/* Learn how a column's cells are read; context keeps what is learnt */
void
wfx_type_init(WfxType *type, Oid typid, int32 typmod, MemoryContext context)
{
	Oid			input;

	memset(type, 0, sizeof(WfxType));
	type->typid = typid;
	type->typmod = typmod;
	type->base_typmod = typmod;
	type->base = getBaseTypeAndTypmod(typid, &type->base_typmod);
	getTypeInputInfo(type->base, &input, &type->ioparam);
	fmgr_info_cxt(input, &type->in, context);
	type->kind = find_kind(type->base, input);
	type->context = context;
	if (type->kind == WFX_TYPE_ARRAY || type->kind == WFX_TYPE_RANGE)
		init_element(type);
	type->holds_text = may_hold_text(type);
	type->follows_session = type->kind == WFX_TYPE_OTHER && wfx_follows_session(type->base);
}

/* Make the Datum of a text that is known to be good */
bool
wfx_accept_text(WfxType *type, const char *text, Datum *value)
{
	*value = InputFunctionCall(&type->in, pstrdup(text), type->ioparam,
							   type->base_typmod);
	return true;
}

/*
 * Read a text.  The surplus of varchar(n) and char(n) may be blanks, which are
 * cut as the standard has it.  A name or "char" would be cut silently, so its
 * length is checked too.
 */
static bool
parse_text(WfxType *type, const char *text, WfxDateOrder order, Datum *value, WfxReason *why)
{
	size_t		len = strlen(text);
	size_t		bytes = type->base == NAMEOID ? NAMEDATALEN - 1 : 1;

	if ((type->base == NAMEOID || type->base == CHAROID) && len > bytes)
		return wfx_refuse(why, ERRCODE_STRING_DATA_RIGHT_TRUNCATION, NULL,
						  "value is too long: %zu bytes, at most %zu are allowed", len, bytes);
	if ((type->base == VARCHAROID || type->base == BPCHAROID) && type->base_typmod >= VARHDRSZ)
	{
		int			limit = type->base_typmod - VARHDRSZ;
		const char *surplus = text + pg_mbcharcliplen(text, len, limit);

		if (surplus[strspn(surplus, " ")] != '\0')
			return wfx_refuse(why, ERRCODE_STRING_DATA_RIGHT_TRUNCATION, NULL,
							  "value is too long: %d characters, at most %d are allowed",
							  pg_mbstrlen_with_len(text, len), limit);
	}
	if (type->base == TEXTOID)
	{
		/* what its input function does */
		*value = PointerGetDatum(cstring_to_text_with_len(text, len));
		return true;
	}
	return wfx_other_parse(type, text, order, value, why);
}

/* Read a boolean: whole words or their first letters, of any case */
static bool
parse_bool_cell(const char *text, Datum *value, WfxReason *why)
{
	static const char *const words[][2] =
	{
		{"false", "true"}, {"no", "yes"}, {"f", "t"}, {"n", "y"}, {"0", "1"}, {"off", "on"}
	};

	for (size_t i = 0; i < lengthof(words); i++)
		for (int truth = 0; truth < 2; truth++)
			if (pg_strcasecmp(text, words[i][truth]) == 0)
			{
				*value = BoolGetDatum(truth == 1);
				return true;
			}
	return wfx_refuse(why, ERRCODE_INVALID_TEXT_REPRESENTATION, "Write true or false.",
					  "\"%s\" is not a boolean", wfx_excerpt(text));
}

/* Has text the digits of a UUID, a hyphen allowed after every fourth of them? */
static bool
is_uuid_body(const char *text, size_t len)
{
	const char *end = text + len;

	for (int i = 0; i < UUID_LEN * 2; i++)
	{
		if (i > 0 && i % 4 == 0 && text < end && *text == '-')
			text++;
		if (text == end || !isxdigit((unsigned char) *text++))
			return false;
	}
	return text == end;
}

/* Read a UUID in the forms that the server takes, braces included */
static bool
parse_uuid(WfxType *type, const char *text, Datum *value, WfxReason *why)
{
	size_t		len = strlen(text);
	bool		braces = len >= 2 && text[0] == '{' && text[len - 1] == '}';

	if (!is_uuid_body(text + braces, len - 2 * braces))
		return wfx_refuse(why, ERRCODE_INVALID_TEXT_REPRESENTATION,
						  "Write 32 hexadecimal digits, as in "
						  "123e4567-e89b-12d3-a456-426614174000.",
						  "\"%s\" is not a UUID", wfx_excerpt(text));
	return wfx_accept_text(type, text, value);
}

/* Is a bit set in the address behind its first bits? */
static bool
has_host_bits(const unsigned char *address, int bits, int maxbits)
{
	for (int i = bits; i < maxbits; i++)
		if (address[i / 8] & (0x80 >> (i % 8)))
			return true;
	return false;
}

/* Read an IP address or, for cidr, a network */
static bool
parse_inet(WfxType *type, const char *text, Datum *value, WfxReason *why)
{
	bool		v6 = strchr(text, ':') != NULL;
	bool		network = type->base == CIDROID;
	int			maxbits = v6 ? 128 : 32;
	unsigned char address[16] = {0};
	int			bits;

	bits = pg_inet_net_pton(v6 ? PGSQL_AF_INET6 : PGSQL_AF_INET, text, address,
							network ? maxbits / 8 : -1);
	if (bits < 0 || bits > maxbits)
		return wfx_refuse(why, ERRCODE_INVALID_TEXT_REPRESENTATION,
						  network ? "Write networks as 192.0.2.0/24 or 2001:db8::/32." :
						  "Write addresses as 192.0.2.1 or 2001:db8::1.",
						  "\"%s\" is not an IP %s", wfx_excerpt(text),
						  network ? "network" : "address");
	if (network && has_host_bits(address, bits, maxbits))
		return wfx_refuse(why, ERRCODE_INVALID_TEXT_REPRESENTATION, NULL,
						  "\"%s\" is not an IP network: it has bits set behind its mask",
						  wfx_excerpt(text));
	return wfx_accept_text(type, text, value);
}

/* Read an enum: the label, letter by letter */
static bool
parse_enum(WfxType *type, const char *text, Datum *value, WfxReason *why)
{
	if (strlen(text) < NAMEDATALEN &&
		SearchSysCacheExists2(ENUMTYPOIDNAME, ObjectIdGetDatum(type->base),
							  CStringGetDatum(text)))
		return wfx_accept_text(type, text, value);
	(void) wfx_refuse(why, ERRCODE_INVALID_TEXT_REPRESENTATION, NULL,
					  "\"%s\" is not a value of %s", wfx_excerpt(text),
					  format_type_be(type->base));
	why->detail = wfx_labels_of_enum(type->base);
	return false;
}

/* Read a cell as the type below any domain */
static bool
parse_base(WfxType *type, const char *text, WfxDateOrder order, Datum *value, WfxReason *why)
{
	switch (type->kind)
	{
		case WFX_TYPE_TEXT:
			return parse_text(type, text, order, value, why);
		case WFX_TYPE_BOOL:
			return parse_bool_cell(text, value, why);
		case WFX_TYPE_INT:
			return wfx_int_parse(type, text, value, why);
		case WFX_TYPE_NUMERIC:
			return wfx_numeric_parse(type, text, value, why);
		case WFX_TYPE_FLOAT:
			return wfx_float_parse(type, text, value, why);
		case WFX_TYPE_MONEY:
			return wfx_money_parse(type, text, value, why);
		case WFX_TYPE_DATE:
		case WFX_TYPE_TIME:
		case WFX_TYPE_TIMESTAMP:
		case WFX_TYPE_TIMESTAMPTZ:
			return wfx_date_parse(type, text, order, value, why);
		case WFX_TYPE_UUID:
			return parse_uuid(type, text, value, why);
		case WFX_TYPE_INET:
			return parse_inet(type, text, value, why);
		case WFX_TYPE_JSONB:
			return wfx_json_parse(type, text, value, why);
		case WFX_TYPE_ENUM:
			return parse_enum(type, text, value, why);
		case WFX_TYPE_ARRAY:
			return wfx_array_parse(type, text, order, value, why);
		case WFX_TYPE_RANGE:
			return wfx_range_parse(type, text, order, value, why);
		case WFX_TYPE_OTHER:
			return wfx_other_parse(type, text, order, value, why);
	}
	pg_unreachable();
}

/* Read what is no cell of its own, trimmed as a cell would be */
bool
wfx_element_parse(WfxType *type, const char *text, WfxDateOrder order, Datum *value, WfxReason *why)
{
	if (type->kind != WFX_TYPE_TEXT)
		text = wfx_trim(text, strlen(text));
	return wfx_type_parse(type, text, order, value, why);
}

/* Read a cell; a domain's own checks come last, and may raise */
bool
wfx_type_parse(WfxType *type, const char *text, WfxDateOrder order,
			   Datum *value, WfxReason *why)
{
	bool		good;

	type->reading = true;
	good = parse_base(type, text, order, value, why);
	type->reading = false;
	if (!good)
		return false;
	if (type->typid != type->base)
		domain_check(*value, false, type->typid, &type->domain_extra, type->context);
	return true;
}
