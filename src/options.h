/*
 * options.h
 *		The options of a call.
 */
#ifndef WFX_OPTIONS_H
#define WFX_OPTIONS_H

#include "fmgr.h"
#include "lib/stringinfo.h"

#include "values.h"

typedef enum WfxMode
{
	WFX_MODE_UPSERT,
	WFX_MODE_CREATE,			/* known clients are skipped */
	WFX_MODE_UPDATE				/* unknown clients are skipped */
} WfxMode;

typedef enum WfxOnError
{
	WFX_ON_ERROR_REPORT,		/* any error leaves every client as it was */
	WFX_ON_ERROR_SKIP,			/* good records are imported */
	WFX_ON_ERROR_RAISE			/* as report, but by an exception */
} WfxOnError;

#define WFX_ENCODING_AUTO	(-1)
#define WFX_DELIMITER_AUTO	'\0'
#define WFX_NO_REJECT_LIMIT	(-1)

/* How a file is written */
typedef struct WfxDialectOptions
{
	char		delimiter;		/* or WFX_DELIMITER_AUTO */
	char		quote;			/* '\0': no quoting */
	char		escape;
	int			encoding;		/* or WFX_ENCODING_AUTO */
} WfxDialectOptions;

typedef struct WfxOptions
{
	WfxMode		mode;
	WfxOnError	on_error;
	bool		dry_run;
	bool		blank_clears;
	char	   *clear_marker;	/* NULL: none */
	bool		ignore_unknown_columns;
	bool		last_duplicate_wins;
	WfxDialectOptions dialect;
	WfxDateOrder date_order;
	int64		reject_limit;	/* or WFX_NO_REJECT_LIMIT */
} WfxOptions;

/* Read how a file is written from argument number first on */
extern void wfx_dialect_options_read(WfxDialectOptions *dialect, FunctionCallInfo fcinfo, int first);

/* Read the options from argument number first on, in the order of the SQL functions */
extern void wfx_options_read(WfxOptions *options, FunctionCallInfo fcinfo, int first);

extern const char *wfx_mode_name(WfxMode mode);
extern const char *wfx_on_error_name(WfxOnError on_error);

/* Append the options as members of a JSON object, for the history */
extern void wfx_options_to_json(const WfxOptions *options, StringInfo out);

#endif							/* WFX_OPTIONS_H */
