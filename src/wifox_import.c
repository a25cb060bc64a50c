/*
 * wifox_import.c
 *		The loadable module: magic block and configuration parameters.
 */
#include "postgres.h"

#include <limits.h>

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/guc.h"

#include "barrier.h"
#include "nls.h"
#include "settings.h"

PG_MODULE_MAGIC;

int			wfx_max_records = 5000;
int			wfx_max_file_size = 1024 * 1024;
int			wfx_max_field_size = 1024;
int			wfx_max_errors = 10000;
char	   *wfx_directory = NULL;
bool		wfx_reject_active_content = true;
bool		wfx_track_changes = true;
char	   *wfx_clients_table = NULL;
char	   *wfx_notify_channel = NULL;
int			wfx_writer = WFX_WRITER_AUTO;

static int	active_content = 0;

static const struct config_enum_entry active_content_options[] = {
	{"reject", 0, false},
	{"allow", 1, false},
	{NULL, 0, false}
};

static const struct config_enum_entry writer_options[] = {
	{"auto", WFX_WRITER_AUTO, false},
	{"sql", WFX_WRITER_SQL, false},
	{"heap", WFX_WRITER_HEAP, false},
	{NULL, 0, false}
};

extern PGDLLEXPORT void _PG_init(void);

/* wifox_import.active_content is read as a boolean elsewhere */
static void
assign_active_content(int newval, void *extra)
{
	wfx_reject_active_content = (newval == 0);
}

/* A directory must be absolute: it is a border, not a convenience */
static bool
check_directory(char **newval, void **extra, GucSource source)
{
	if (*newval == NULL || **newval == '\0' || is_absolute_path(*newval))
		return true;
	GUC_check_errdetail("The directory must be an absolute path.");
	return false;
}

/* A channel name is an identifier of the server */
static bool
check_channel(char **newval, void **extra, GucSource source)
{
	if (*newval == NULL || strlen(*newval) < NAMEDATALEN)
		return true;
	GUC_check_errdetail("A channel name has at most %d bytes.", NAMEDATALEN - 1);
	return false;
}

/* What limits a file; only a superuser, or who was granted SET, changes them */
static void
define_limits(void)
{
	DefineCustomIntVariable("wifox_import.max_records",
							"Most records that one file may have.",
							"A file with more changes nothing. 0 means no limit.",
							&wfx_max_records, 5000, 0, INT_MAX,
							PGC_SUSET, 0, NULL, NULL, NULL);
	DefineCustomIntVariable("wifox_import.max_file_size",
							"Largest file that is read.",
							"A larger file changes nothing. 0 means no limit.",
							&wfx_max_file_size, 1024 * 1024, 0, INT_MAX,
							PGC_SUSET, GUC_UNIT_KB, NULL, NULL, NULL);
	DefineCustomIntVariable("wifox_import.max_field_size",
							"Largest field of a record.",
							"A record with a larger field is an error.",
							&wfx_max_field_size, 1024, 1, 64 * 1024,
							PGC_SUSET, GUC_UNIT_KB, NULL, NULL, NULL);
	DefineCustomIntVariable("wifox_import.max_errors",
							"Most error rows that one import keeps.",
							"Counts stay exact beyond it.",
							&wfx_max_errors, 10000, 0, INT_MAX,
							PGC_SUSET, 0, NULL, NULL, NULL);
}

/* What a file may hold, where it may lie, and what is kept of an import */
static void
define_policy(void)
{
	DefineCustomStringVariable("wifox_import.directory",
							   "Where roles without pg_read_server_files may read files.",
							   "Relative paths are resolved below it. Empty means nowhere.",
							   &wfx_directory, "",
							   PGC_SUSET, 0, check_directory, NULL, NULL);
	DefineCustomEnumVariable("wifox_import.active_content",
							 "What becomes of cells that a spreadsheet or browser would execute.",
							 "reject: they are errors. allow: they are imported as any other.",
							 &active_content, 0, active_content_options,
							 PGC_SUSET, 0, NULL, assign_active_content, NULL);
	DefineCustomBoolVariable("wifox_import.track_changes",
							 "Whether imports keep what they change in wifox_import_changes.",
							 "An import without it cannot be undone.",
							 &wfx_track_changes, true,
							 PGC_SUSET, 0, NULL, NULL, NULL);
}

/* What every user may choose */
static void
define_user_settings(void)
{
	DefineCustomStringVariable("wifox_import.clients_table",
							   "The table that clients are imported into.",
							   "An unqualified name is looked up in the extension's schema, then in search_path.",
							   &wfx_clients_table, WFX_DEFAULT_CLIENTS_TABLE,
							   PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomStringVariable("wifox_import.notify_channel",
							   "The channel that is notified when an import commits.",
							   "Empty means no notification.",
							   &wfx_notify_channel, "wifox_import",
							   PGC_USERSET, 0, check_channel, NULL, NULL);
	DefineCustomEnumVariable("wifox_import.writer",
							 "How clients are written: by INSERT and UPDATE, or straight to the table's storage.",
							 "auto and heap take the storage wherever that does the same; heap says why not.",
							 &wfx_writer, WFX_WRITER_AUTO, writer_options,
							 PGC_USERSET, 0, NULL, NULL, NULL);
}

/* Called by the server when it loads the library */
void
_PG_init(void)
{
	pg_bindtextdomain(TEXTDOMAIN);
	define_limits();
	define_policy();
	define_user_settings();
	MarkGUCPrefixReserved("wifox_import");
	wfx_barrier_init();
}
