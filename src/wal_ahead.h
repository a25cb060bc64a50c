/*
 * wal_ahead.h
 *		The server's WAL writer is told that there is something to write.
 */
#ifndef WFX_WAL_AHEAD_H
#define WFX_WAL_AHEAD_H

/* Some rows or entries were logged */
extern void wfx_wal_ahead(void);

#endif							/* WFX_WAL_AHEAD_H */
