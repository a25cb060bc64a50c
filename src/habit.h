/*
 * habit.h
 *		How other programs write the cells of their exports.
 */
#ifndef WFX_HABIT_H
#define WFX_HABIT_H

#include "reader.h"

typedef enum WfxHabit
{
	WFX_HABIT_NONE,
	WFX_HABIT_FIRST,			/* several values in one cell; the first counts */
	WFX_HABIT_DATE				/* a date that is none, or has no year, is blank */
} WfxHabit;

/* What a cell says to those who do not know the habit; its text may end behind its length */
extern WfxCell wfx_habit_read(WfxHabit habit, const WfxCell *cell);

#endif							/* WFX_HABIT_H */
