/*
 * dialect.h
 *		Which delimiter does this file use?  Pure C.
 */
#ifndef WFX_DIALECT_H
#define WFX_DIALECT_H

#include <stdbool.h>
#include <stddef.h>

typedef enum WfxDialectStatus
{
	WFX_DIALECT_FOUND,
	WFX_DIALECT_AMBIGUOUS		/* the sample does not tell which of two */
} WfxDialectStatus;

typedef struct WfxDialect
{
	char		delimiter;		/* ambiguous: the likelier of the two */
	char		rival;			/* ambiguous: the other one; else '\0' */
	size_t		skip;			/* bytes of a leading "sep=;" line with its line end, 0
								 * without one; the header is then on line 2 */
} WfxDialect;

/*
 * Find the delimiter among comma, semicolon, tab and pipe from the header and
 * the first records in sample (whole says that the sample is the whole file).
 * The sample is without a byte order mark; some kilobytes are enough.  A first
 * line sep=X decides, X being any ASCII character but the quote or a line end,
 * and the whole line may stand in quotes.  A sample with a single column is
 * comma.
 */
extern WfxDialectStatus wfx_dialect_detect(const char *sample, size_t len, bool whole,
										   char quote, char escape, WfxDialect *out);

#endif							/* WFX_DIALECT_H */
