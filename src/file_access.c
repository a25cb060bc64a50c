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
#include "nls.h"
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
	char	   *words;
	char	   *directory;
	size_t		len;

	if (!has_directory() || has_parent_reference(path))
		return NULL;
	words = pstrdup(path);
	canonicalize_path(words);
	if (!is_absolute_path(words))
		return words;
	directory = pstrdup(wfx_directory);
	canonicalize_path(directory);
	len = strlen(directory);
	if (strncmp(words, directory, len) != 0)
		return NULL;
	if (directory[len - 1] == '/')	/* the root directory */
		return words + len;
	return words[len] == '/' ? words + len + 1 : NULL;
}

/* What keeps a file from being read, or NULL: only regular files have an end */
static const char *
kind_problem(mode_t mode)
{
	if (S_ISREG(mode))
		return NULL;
	return S_ISDIR(mode) ? "is a directory" : "is not a regular file";
}

/*
 * Open a regular file in a folder.  -1: *problem is what it is, or errno says why.
 * It is looked at before, since merely opening a device or a FIFO has effects, and
 * again when it is open, since it may have been replaced.  Should it be a FIFO then,
 * O_NONBLOCK keeps the session from waiting for its other end.
 */
static int
open_regular(int dir, const char *name, int nofollow, const char **problem)
{
	struct stat st;
	int			fd;

	if (fstatat(dir, name, &st, nofollow ? AT_SYMLINK_NOFOLLOW : 0) < 0)
		return -1;
	errno = ELOOP;
	if (S_ISLNK(st.st_mode))
		return -1;
	*problem = kind_problem(st.st_mode);
	if (*problem != NULL)
		return -1;
	fd = openat(dir, name, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | nofollow);
	if (fd >= 0 && fstat(fd, &st) == 0 && (*problem = kind_problem(st.st_mode)) == NULL)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

/* Open the directory itself */
static int
open_directory(void)
{
	int			fd = open(wfx_directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("could not open directory \"%s\": %m", wfx_directory),
				 errdetail("The setting wifox_import.directory names it.")));
	return fd;
}

/* Close a folder, and keep errno */
static void
close_folder(int dir)
{
	int			save_errno = errno;

	close(dir);
	errno = save_errno;
}

/* Walk from the directory to the file, and follow no link */
static int
walk(const char *below, const char **problem)
{
	char	   *rest = pstrdup(below);
	char	   *slash;
	int			dir = open_directory();
	int			fd;

	while (dir >= 0 && (slash = strchr(rest, '/')) != NULL)
	{
		int			next;

		*slash = '\0';
		next = openat(dir, rest, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		close_folder(dir);
		dir = next;
		rest = slash + 1;
	}
	if (dir < 0)
		return -1;
	fd = open_regular(dir, rest, O_NOFOLLOW, problem);
	close_folder(dir);
	return fd;
}

/* Open a file for a role that is bound to the directory */
static int
open_below_directory(const char *path, const char **problem)
{
	const char *below = below_directory(path);
	int			fd;

	if (below == NULL)
		refuse(path);
	fd = walk(below, problem);
	/* a link (ELOOP, or ENOTDIR in the middle of the path) may lead outside */
	if (fd < 0 && *problem == NULL && (errno == ELOOP || errno == ENOTDIR))
		refuse(path);
	return fd;
}

/* Open any file */
static int
open_anywhere(const char *path, const char **problem)
{
	const char *full = path;

	if (!is_absolute_path(path) && has_directory())
		full = psprintf("%s/%s", wfx_directory, path);
	return open_regular(AT_FDCWD, full, 0, problem);
}

/* Open a file for the current user */
int
wfx_open_server_file(const char *path)
{
	const char *problem = NULL;
	int			fd;

	if (has_privs_of_role(GetUserId(), ROLE_PG_READ_SERVER_FILES))
		fd = open_anywhere(path, &problem);
	else
		fd = open_below_directory(path, &problem);
	if (problem != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("\"%s\" %s", path, problem)));
	if (fd < 0)
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("could not open file \"%s\" for reading: %m", path)));
	return fd;
}
