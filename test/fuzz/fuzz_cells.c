/*
 * fuzz_cells.c
 *		What judges a cell or the head of a file looks at its bytes only, whatever they are.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "active_content.h"
#include "email.h"
#include "file_kind.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char	   *cell = malloc(size + (size == 0));
	char	   *name = malloc(size + 1);

	memcpy(cell, data, size);
	memcpy(name, data, size);
	name[size] = '\0';
	(void) wfx_email_problem(cell, size);
	/* what is active stays so whether the address is valid or not, but for formulas */
	if (wfx_active_content(cell, size, false) == NULL && wfx_active_content(cell, size, true) != NULL)
		abort();
	(void) wfx_runs_in_spreadsheet(cell, size);
	(void) wfx_not_csv_content(cell, size);
	(void) wfx_not_csv_name(name);
	free(cell);
	free(name);
	return 0;
}
