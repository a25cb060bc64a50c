/*
 * source.h
 *		Where the bytes come from: a file of the server, or data in the call.
 */
#ifndef WFX_SOURCE_H
#define WFX_SOURCE_H

#include "common/cryptohash.h"
#include "common/sha2.h"

typedef struct WfxSource
{
	const char *name;			/* the file's name without its folders */
	int64		size;			/* in bytes, when it was opened */
	int64		position;		/* bytes read */
	int			fd;				/* -1: data */
	bool		reserved;		/* the descriptor is this source's own */
	time_t		modified;		/* the file, when it was opened */
	const char *data;
	pg_cryptohash_ctx *digest;	/* of all bytes read, or NULL */
	bool		at_end;
	MemoryContextCallback cleanup;
} WfxSource;

extern WfxSource *wfx_source_open_file(const char *path);
extern WfxSource *wfx_source_open_data(const char *data, size_t len, const char *name);

/* The last component of a path, whichever way its separators lean */
extern const char *wfx_base_name(const char *path);

/* The same bytes from their beginning, through the same descriptor */
extern WfxSource *wfx_source_again(const WfxSource *source);

/*
 * ERROR if a file that was read to its end was written meanwhile: what was read may
 * be half of it.
 */
extern void wfx_source_check_unchanged(const WfxSource *source);
extern void wfx_source_raise_changed(const WfxSource *source);

/*
 * Take a digest of what is read from here on; it lives in the current memory
 * context, or until the source is closed.
 */
extern void wfx_source_start_digest(WfxSource *source);

/* Back to the first byte, and to a new digest */
extern void wfx_source_rewind(WfxSource *source);

/* Read up to max bytes; 0 at the end */
extern size_t wfx_source_read(WfxSource *source, char *buffer, size_t max);

/* The SHA-256 of a source that was read to its end; false otherwise */
extern bool wfx_source_sha256(WfxSource *source, uint8 *digest);
extern void wfx_source_close(WfxSource *source);

#endif							/* WFX_SOURCE_H */
