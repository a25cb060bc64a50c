/*
 * source.c
 *		Where the bytes come from: a file of the server, or data in the call.
 *
 * After an ERROR the descriptor goes with the memory context of the call, and
 * the digest with its resource owner.
 */
#include "postgres.h"

#include <sys/stat.h>
#include <unistd.h>

#include "miscadmin.h"
#include "storage/fd.h"

#include "file_access.h"
#include "nls.h"
#include "source.h"

/* Close the file, once */
static void
close_file(void *arg)
{
	WfxSource  *source = arg;

	if (!source->reserved)
		return;
	if (source->fd >= 0)
		close(source->fd);
	ReleaseExternalFD();
	source->fd = -1;
	source->reserved = false;
}

/* A source that is cleaned up with the current memory context */
static WfxSource *
make_source(const char *name)
{
	WfxSource  *source = palloc0(sizeof(WfxSource));

	source->name = name;
	source->fd = -1;
	source->cleanup.func = close_file;
	source->cleanup.arg = source;
	MemoryContextRegisterResetCallback(CurrentMemoryContext, &source->cleanup);
	return source;
}

/* Take a digest of what is read from here on */
void
wfx_source_start_digest(WfxSource *source)
{
	source->digest = pg_cryptohash_create(PG_SHA256);
	if (source->digest == NULL || pg_cryptohash_init(source->digest) < 0)
		elog(ERROR, "could not initialize SHA-256 context");
}

/* The last component of a path; uploads may come from any system */
const char *
wfx_base_name(const char *path)
{
	const char *base = path;

	for (const char *p = path; *p != '\0'; p++)
		if (*p == '/' || *p == '\\')
			base = p + 1;
	return base;
}

/* What the server says about the open file */
static void
stat_file(const WfxSource *source, struct stat *st)
{
	if (fstat(source->fd, st) < 0)
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("could not stat file \"%s\": %m", source->name)));
}

/* Open a file of the server; ERROR if that cannot or must not be */
WfxSource *
wfx_source_open_file(const char *path)
{
	WfxSource  *source = make_source(pstrdup(wfx_base_name(path)));
	struct stat st;

	/* the server needs descriptors, too: no session may take too many for files */
	source->reserved = AcquireExternalFD();
	if (!source->reserved)
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("could not open file \"%s\" for reading: %m", path)));
	source->fd = wfx_open_server_file(path);
	stat_file(source, &st);
	source->size = st.st_size;
	source->modified = st.st_mtime;
	return source;
}

/* The bytes of a file, from the call itself; data must live as long as the source */
WfxSource *
wfx_source_open_data(const char *data, size_t len, const char *name)
{
	WfxSource  *source = make_source(pstrdup(wfx_base_name(name)));

	source->data = data;
	source->size = len;
	return source;
}

/* The same bytes once more; the descriptor stays the first source's */
WfxSource *
wfx_source_again(const WfxSource *source)
{
	WfxSource  *again = make_source(source->name);

	again->data = source->data;
	again->size = source->size;
	again->fd = source->fd;
	return again;
}

/* Back to the beginning */
void
wfx_source_rewind(WfxSource *source)
{
	source->position = 0;
	source->at_end = false;
	if (source->digest != NULL && pg_cryptohash_init(source->digest) < 0)
		elog(ERROR, "could not initialize SHA-256 context");
}

/* Somebody writes the file */
void
wfx_source_raise_changed(const WfxSource *source)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_IN_USE),
			 errmsg("file \"%s\" changed while it was read", source->name),
			 errhint("Import it again when it is complete.")));
}

/* A file that was read to its end must be what it was when it was opened */
void
wfx_source_check_unchanged(const WfxSource *source)
{
	struct stat st;

	if (source->fd < 0 || !source->at_end)
		return;
	stat_file(source, &st);
	if (st.st_size != source->size || st.st_mtime != source->modified)
		wfx_source_raise_changed(source);
}

/* Read from the file; a signal is no end of it */
static size_t
read_file(WfxSource *source, char *buffer, size_t max)
{
	ssize_t		n;

	do
	{
		CHECK_FOR_INTERRUPTS();
		n = pread(source->fd, buffer, max, source->position);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("could not read file \"%s\": %m", source->name)));
	return n;
}

/* Copy from the data */
static size_t
read_data(WfxSource *source, char *buffer, size_t max)
{
	size_t		n = Min(max, (size_t) (source->size - source->position));

	memcpy(buffer, source->data + source->position, n);
	return n;
}

/* Read the next bytes and take them into the digest */
size_t
wfx_source_read(WfxSource *source, char *buffer, size_t max)
{
	size_t		n;

	if (source->at_end)
		return 0;
	n = source->fd >= 0 ? read_file(source, buffer, max) : read_data(source, buffer, max);
	if (n == 0)
		source->at_end = true;
	else if (source->digest != NULL &&
			 pg_cryptohash_update(source->digest, (const uint8 *) buffer, n) < 0)
		elog(ERROR, "could not update SHA-256 context");
	source->position += n;
	return n;
}

/* Finish the digest */
bool
wfx_source_sha256(WfxSource *source, uint8 *digest)
{
	if (!source->at_end || source->digest == NULL)
		return false;
	if (pg_cryptohash_final(source->digest, digest, PG_SHA256_DIGEST_LENGTH) < 0)
		elog(ERROR, "could not finalize SHA-256 context");
	return true;
}

/* Give back the file and the digest */
void
wfx_source_close(WfxSource *source)
{
	close_file(source);
	if (source->digest != NULL)
		pg_cryptohash_free(source->digest);
	source->digest = NULL;
}
