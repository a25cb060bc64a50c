/*
 * settings.h
 *		The wifox_import.* configuration parameters (wifox_import.c defines them).
 */
#ifndef WFX_SETTINGS_H
#define WFX_SETTINGS_H

extern int	wfx_max_records;	/* records per file, 0: no limit */
extern int	wfx_max_file_size;	/* kB, 0: no limit */
extern int	wfx_max_field_size; /* kB */
extern int	wfx_max_errors;		/* error rows kept per import */
extern char *wfx_directory;		/* where roles without pg_read_server_files may
								 * read */
extern bool wfx_reject_active_content;
extern bool wfx_track_changes;	/* keep what the undo needs */
extern char *wfx_clients_table;
extern char *wfx_notify_channel;

/* How clients are written */
typedef enum WfxWriterSetting
{
	WFX_WRITER_AUTO,
	WFX_WRITER_SQL,
	WFX_WRITER_HEAP
} WfxWriterSetting;

extern int	wfx_writer;

#define WFX_DEFAULT_CLIENTS_TABLE	"clients"

/* PostgreSQL's own limit on a table's columns; a file with more is refused */
#define WFX_MAX_COLUMNS		1600

#endif							/* WFX_SETTINGS_H */
