/*
 * temp_file.h
 *		Temporary files of the server, for what an import has to remember.
 */
#ifndef WFX_TEMP_FILE_H
#define WFX_TEMP_FILE_H

#include "postgres.h"

#include "storage/buffile.h"
#include "utils/resowner.h"

/*
 * An empty file, which is gone with its owner at the latest: that of the import, where the
 * file is created in a subtransaction which it has to outlive.
 */
extern BufFile *wfx_temp_file_create(MemoryContext context, ResourceOwner owner);

/* Read len bytes from an offset on */
extern void wfx_temp_file_read(BufFile *file, int64 offset, void *to, Size len);

/* Append bytes, wherever the file was read last; size is its own */
extern void wfx_temp_file_append(BufFile *file, int64 size, const void *bytes, Size len);

#endif							/* WFX_TEMP_FILE_H */
