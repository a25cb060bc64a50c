/*
 * examples.c
 *		Cells that a column takes, for the template.
 *
 * Several are tried, the most telling first, until the type of the column takes one.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_enum.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/catcache.h"
#include "utils/syscache.h"

#include "examples.h"
#include "guard.h"

/* A header of the dictionary as it is shipped, and what may stand under it */
typedef struct Example
{
	const char *header;
	const char *cell;
} Example;

static const Example shipped[] = {
	{"username", "ann.example"},
	{"firstName", "Ann"},
	{"middleName", "Marie"},
	{"lastName", "Example"},
	{"phone", "+49 30 901820"},
	{"Additional phone", "+49 151 23456789"},
	{"created", "2024-01-31 09:30:00+00"},
	{"Updated at", "2024-02-29 16:45:00+00"},
	{"processedDate", "2024-02-01 08:00:00+00"},
	{"First transaction date", "2024-02-02 10:15:00+00"},
	{"Last login date", "2024-02-28 21:05:00+00"},
	{"Last password change date", "2024-01-31 09:35:00+00"},
	{"Date Of Birth", "1990-05-17"},
	{"Billing address", "Main Street 1, 2nd floor"},
	{"billing.city", "Berlin"},
	{"billing.region", "Berlin"},
	{"billing.postcode", "10115"},
	{"billing.country", "Germany"},
	{"State", "new"},
	{"Verification level", "basic"},
	{"Company fee group", "standard"},
	{"allowToCreateAsset", "false"},
	{"lifestyle.smoking", "no"},
	{"lifestyle.drinking", "sometimes"},
	{"lifestyle.hasChildren", "true"},
	{"lifestyle.wantsChildren", "false"},
	{"lifestyle.lookingFor", "friends"},
	{"lifestyle.relationshipStatus", "single"},
	{"lifestyle.interests.#", "travel"},
	{"agreements.*", "accepted"},
	{"height", "172"},
	{"educationLevel", "master"},
	{"religion", "none"},
	{"bio", "Likes \"long\" walks"},
	{"Comments", "Met at the fair"},
	{"Meta", "{\"source\": \"fair\"}"},
	{"UID", "u-1001"},
	{"External ID", "ext-1001"},
	{"AffiliateID", "aff-7"},
	{"Passport", "C01X00T47"},
	{"Registration IP", "192.0.2.10"},
	{"Registration origin", "website"},
	{"tradingGroups.#", "gold"}
};

/* By the kind of the type; further ones are tried behind them */
static const char *const by_kind[] = {
	[WFX_TYPE_TEXT] = "example",
	[WFX_TYPE_BOOL] = "true",
	[WFX_TYPE_INT] = "42",
	[WFX_TYPE_NUMERIC] = "1.5",
	[WFX_TYPE_FLOAT] = "1.5",
	[WFX_TYPE_MONEY] = "1.50",
	[WFX_TYPE_DATE] = "2024-01-31",
	[WFX_TYPE_TIME] = "09:30",
	[WFX_TYPE_TIMESTAMP] = "2024-01-31 09:30:00",
	[WFX_TYPE_TIMESTAMPTZ] = "2024-01-31 09:30:00+00",
	[WFX_TYPE_UUID] = "00000000-0000-4000-8000-000000001001",
	[WFX_TYPE_INET] = "192.0.2.10",
	[WFX_TYPE_JSONB] = "{\"key\": \"value\"}",
	[WFX_TYPE_ENUM] = NULL,		/* its first label */
	[WFX_TYPE_ARRAY] = "{}",
	[WFX_TYPE_RANGE] = "empty",
	[WFX_TYPE_OTHER] = NULL
};

static const char *const further[] = {"1", "A", "0.5", "09:30", "{}"};

/* Does the type take the cell?  Its input function and its domain may raise. */
static bool
takes(WfxType *type, const char *cell)
{
	volatile bool taken = false;
	WfxReason	reason;
	WfxGuard	guard;
	Datum		value;

	wfx_guard_begin(&guard, "wifox_import example");
	PG_TRY();
	{
		taken = wfx_type_parse(type, cell, WFX_DATE_ISO, &value, &reason);
		wfx_guard_commit(&guard);
	}
	PG_CATCH();
	{
		(void) wfx_guard_catch(&guard);
	}
	PG_END_TRY();
	return taken;
}

/* The example of a shipped header, or NULL */
static const char *
shipped_example(const char *header)
{
	for (size_t i = 0; i < lengthof(shipped); i++)
		if (strcmp(shipped[i].header, header) == 0)
			return shipped[i].cell;
	return NULL;
}

/* The first label of an enum, or NULL */
static const char *
first_label(const WfxType *type)
{
	CatCList   *list = SearchSysCacheList1(ENUMTYPOIDNAME, ObjectIdGetDatum(type->base));
	const char *label = NULL;
	float4		lowest = 0;

	for (int i = 0; i < list->n_members; i++)
	{
		Form_pg_enum member = (Form_pg_enum) GETSTRUCT(&list->members[i]->tuple);

		if (label != NULL && member->enumsortorder > lowest)
			continue;
		lowest = member->enumsortorder;
		label = pstrdup(NameStr(member->enumlabel));
	}
	ReleaseSysCacheList(list);
	return label;
}

/* What the dictionary says about the column, or NULL */
static const char *
dictionary_example(const WfxEntry *entry)
{
	if (entry == NULL)
		return NULL;
	if (entry->role == WFX_ROLE_ID)
		return "C-1001";
	if (entry->role == WFX_ROLE_EMAIL)
		return "ann@example.com";
	if (entry->default_value != NULL)
		return entry->default_value;
	return shipped_example(entry->header);
}

/* An example of a cell */
const char *
wfx_example(const WfxEntry *entry, WfxType *type)
{
	const char *cell = dictionary_example(entry);

	if (type == NULL)
		return cell ? cell : by_kind[WFX_TYPE_TEXT];
	if (cell != NULL && takes(type, cell))
		return cell;
	cell = type->kind == WFX_TYPE_ENUM ? first_label(type) : by_kind[type->kind];
	if (cell != NULL && takes(type, cell))
		return cell;
	for (size_t i = 0; i < lengthof(further); i++)
		if (takes(type, further[i]))
			return further[i];
	return "";
}
