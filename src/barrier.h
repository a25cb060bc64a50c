/*
 * barrier.h
 *		Row security must not keep look-ups from their index.
 */
#ifndef WFX_BARRIER_H
#define WFX_BARRIER_H

/* Watch the planner; once, when the library is loaded */
extern void wfx_barrier_init(void);

/*
 * From here on, statements with this text are ours.  Returns the text that was so
 * before, which is to be set again in the end.
 */
extern const char *wfx_barrier_pass(const char *sql);

#endif							/* WFX_BARRIER_H */
