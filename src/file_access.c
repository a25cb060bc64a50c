/*
 * file_access.c
 *		Who may read which file of the server.
 *
 * A role without pg_read_server_files is kept below wifox_import.directory twice:
 * by the words of the path, before the file system is asked anything, and by
 * walking it component by component without following a link.  Everything that
 * leads outside gets one and the same message, so nobody learns what is there.
 */
#include "postgres.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "catalog/pg_authid.h"
#include "miscadmin.h"
#include "utils/acl.h"

#include "file_access.h"
#include "settings.h"

/* The one answer to every path outside of the directory */
static void
refuse(const char *path)
{
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg("permission denied to read file \"%s\"", path),
			 errdetail("Only roles with privileges of the \"pg_read_server_files\" role may read every file; other roles may read files below wifox_import.directory."),
			 errhint("wifox_import_clients_data() takes the bytes of a file and needs no right to server files.")));
}

/* An answer about a file that the role may know of */
static void
fail(const char *path)
{
	ereport(ERROR,
			(errcode_for_file_access(),
			 errmsg("could not open file \"%s\" for reading: %m", path)));
}

/* Does a path have a component that leads upwards? */
static bool
has_parent_reference(const char *path)
{
	for (const char *p = path; (p = strstr(p, "..")) != NULL; p += 2)
		if ((p == path || p[-1] == '/') && (p[2] == '\0' || p[2] == '/'))
			return true;
	return false;
}

/* Is a directory set? */
static bool
has_directory(void)
{
	return wfx_directory != NULL && *wfx_directory != '\0';
}

/*
 * The part of path below wifox_import.directory, by its words alone; NULL when
 * it lies outside.
 */
static const char *
below_directory(const char *path)
{
	char	   *directory;
	size_t		len;

	if (!has_directory() || has_parent_reference(path))
		return NULL;
	if (!is_absolute_path(path))
		return path;
	directory = pstrdup(wfx_directory);
	canonicalize_path(directory);
	len = strlen(directory);
	if (strncmp(path, directory, len) != 0)
		return NULL;
	if (len > 0 && directory[len - 1] == '/')	/* the root directory */
		return path + len;
	return path[len] == '/' ? path + len + 1 : NULL;
}

/* Open one component below a directory, and close that; no link is followed */
static int
step(int dir, const char *name, int flags)
{
	int			fd = openat(dir, name, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	int			save_errno = errno;

	close(dir);
	errno = save_errno;
	return fd;
}

/* Walk from the directory to the file; -1 and errno where it ends */
static int
walk(const char *below)
{
	char	   *rest = pstrdup(below);
	int			fd = open(wfx_directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	for (;;)
	{
		char	   *slash;

		while (*rest == '/')
			rest++;
		if (fd < 0 || (slash = strchr(rest, '/')) == NULL)
			break;
		*slash = '\0';
		fd = step(fd, rest, O_RDONLY | O_DIRECTORY);
		rest = slash + 1;
	}
	if (fd < 0 || *rest == '\0')
		return fd;
	return step(fd, rest, O_RDONLY);
}

/* Open a file for a role that is bound to the directory */
static int
open_below_directory(const char *path)
{
	const char *below = below_directory(path);
	int			fd;

	if (below == NULL)
		refuse(path);
	fd = walk(below);
	/* a link (ELOOP, or ENOTDIR in the middle of the path) may lead outside */
	if (fd < 0 && (errno == ELOOP || errno == ENOTDIR))
		refuse(path);
	if (fd < 0)
		fail(path);
	return fd;
}

/* Open any file: O_NONBLOCK, or a FIFO would hang the session */
static int
open_anywhere(const char *path)
{
	const char *full = path;
	int			fd;

	if (!is_absolute_path(path) && has_directory())
		full = psprintf("%s/%s", wfx_directory, path);
	fd = open(full, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		fail(path);
	return fd;
}

/* Only regular files have an end */
static void
check_regular(int fd, const char *path)
{
	struct stat st;
	int			rc = fstat(fd, &st);

	if (rc == 0 && S_ISREG(st.st_mode))
		return;
	close(fd);
	if (rc == 0 && S_ISDIR(st.st_mode))
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("\"%s\" is a directory", path)));
	ereport(ERROR,
			(errcode(ERRCODE_WRONG_OBJECT_TYPE),
			 errmsg("\"%s\" is not a regular file", path)));
}

/* Open a file for the current user */
int
wfx_open_server_file(const char *path)
{
	int			fd;

	if (has_privs_of_role(GetUserId(), ROLE_PG_READ_SERVER_FILES))
		fd = open_anywhere(path);
	else
		fd = open_below_directory(path);
	check_regular(fd, path);
	return fd;
}
