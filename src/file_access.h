/*
 * file_access.h
 *		Who may read which file of the server.
 */
#ifndef WFX_FILE_ACCESS_H
#define WFX_FILE_ACCESS_H

/*
 * Open a file for the current user and return its descriptor; an ERROR says why
 * not.  Members of pg_read_server_files may open any file, everybody else only
 * what lies below wifox_import.directory.
 */
extern int	wfx_open_server_file(const char *path);

#endif							/* WFX_FILE_ACCESS_H */
