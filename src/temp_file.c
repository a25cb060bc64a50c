/*
 * temp_file.c
 *		Temporary files of the server, for what an import has to remember.
 */
#include "postgres.h"

#include "nls.h"
#include "temp_file.h"

/* An empty file */
BufFile *
wfx_temp_file_create(MemoryContext context, ResourceOwner owner)
{
	MemoryContext old_context = MemoryContextSwitchTo(context);
	ResourceOwner old_owner = CurrentResourceOwner;
	BufFile    *file;

	CurrentResourceOwner = owner;
	file = BufFileCreateTemp(false);
	CurrentResourceOwner = old_owner;
	MemoryContextSwitchTo(old_context);
	return file;
}

/* There is nothing to read where something was written */
static void
cannot_read(void)
{
	ereport(ERROR,
			(errcode_for_file_access(),
			 errmsg("could not read a temporary file of the import: %m")));
}

/* Go to an offset */
static void
go_to(BufFile *file, int64 offset)
{
	if (BufFileSeek(file, 0, offset, SEEK_SET) != 0)
		cannot_read();
}

/* Read from an offset on */
void
wfx_temp_file_read(BufFile *file, int64 offset, void *to, Size len)
{
	go_to(file, offset);
	if (BufFileRead(file, to, len) != len)
		cannot_read();
}

/* Write behind what is there */
void
wfx_temp_file_append(BufFile *file, int64 size, const void *bytes, Size len)
{
	go_to(file, size);
	BufFileWrite(file, unconstify(void *, bytes), len);
}
