/*
 * file_kind.h
 *		What is this file, if it is no CSV?  Pure C, judged by content.
 */
#ifndef WFX_FILE_KIND_H
#define WFX_FILE_KIND_H

#include <stddef.h>

/* A kind of file that is no CSV, as in "this is an Excel workbook (.xlsx)" */
typedef struct WfxFileKind
{
	const char *what;
	const char *hint;			/* what to do about it, a sentence */
} WfxFileKind;

/*
 * NULL if the head of the file may be a CSV, else what it is.  head: its first
 * bytes; 4 kB are enough, but more of them tell office documents apart.
 */
extern const WfxFileKind *wfx_not_csv_content(const char *head, size_t len);

/* NULL if the name ends in .csv (any case), else the reason */
extern const char *wfx_not_csv_name(const char *name);

/* What to do about most of them */
#define WFX_HINT_SAVE_AS_CSV "Only CSV files can be imported; save the list as CSV."
#define WFX_HINT_WORKBOOK "Open it in a spreadsheet program and save it as CSV."
#define WFX_HINT_ARCHIVE "Unpack it and import the CSV file in it."
#define WFX_HINT_RECODE "Save it as CSV in UTF-8."

#endif							/* WFX_FILE_KIND_H */
