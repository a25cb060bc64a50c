/*
 * unit.h
 *		A TAP printer for tests that need no server.
 */
#ifndef WFX_UNIT_H
#define WFX_UNIT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

static int	unit_count = 0;
static int	unit_failed = 0;

/* Report one test; the name is a printf format */
__attribute__((format(printf, 2, 3))) static bool
ok(bool passed, const char *name, ...)
{
	va_list		args;

	printf("%sok %d - ", passed ? "" : "not ", ++unit_count);
	va_start(args, name);
	vprintf(name, args);
	va_end(args);
	putchar('\n');
	if (!passed)
		unit_failed++;
	return passed;
}

/* Print the plan; the program's exit code */
static int
done_testing(void)
{
	printf("1..%d\n", unit_count);
	return unit_failed ? 1 : 0;
}

#endif							/* WFX_UNIT_H */
