/*
 * wal_ahead.c
 *		The server's WAL writer is told that there is something to write.
 *
 * Left alone it wakes up five times a second, and finds the WAL's buffers full; by then
 * whoever logs has to write them, page by page, before there is room for more.  A commit
 * that does not wait for the disk wakes it up; the same call does it here, every now and
 * then, so that it writes many pages at once, beside the import.
 */
#include "postgres.h"

#include "access/xlog.h"

#include "wal_ahead.h"

/* Bytes that are worth waking somebody up, a fraction of the smallest buffers that the server chooses */
#define ENOUGH_BYTES	(256 * 1024)

/*
 * Wake the WAL writer, if there is enough to do since the last time.  It may not be asked for
 * more than what was logged: the end of the last record of this transaction is, the place of
 * the next one need not be.
 */
void
wfx_wal_ahead(void)
{
	static XLogRecPtr last = InvalidXLogRecPtr;

	if (XactLastRecEnd >= last && XactLastRecEnd - last < ENOUGH_BYTES)
		return;
	last = XactLastRecEnd;
	if (!XLogRecPtrIsInvalid(last))
		XLogSetAsyncXactLSN(last);
}
