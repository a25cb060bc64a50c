/*
 * file_kind.h
 *		What is this file, if it is no CSV?  Pure C, judged by content.
 */
#ifndef WFX_FILE_KIND_H
#define WFX_FILE_KIND_H

#include <stddef.h>

/*
 * NULL if the head of the file may be a CSV, else what it is, as in
 * "this is an Excel workbook (.xlsx)".  head: its first bytes, 4 kB are enough.
 */
extern const char *wfx_not_csv_content(const char *head, size_t len);

/* NULL if the name ends in .csv (any case), else the reason */
extern const char *wfx_not_csv_name(const char *name);

#endif							/* WFX_FILE_KIND_H */
