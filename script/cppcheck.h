/*
 * cppcheck.h
 *		The server's macros that look like statements, for cppcheck, which does not read its headers.
 */
#define foreach(cell, list)	for (ListCell *cell = first(list); cell != NULL; cell = next(cell))
#define PG_TRY()			try()
#define PG_CATCH()			caught()
#define PG_FINALLY()		caught()
#define PG_END_TRY()		caught()
#define PG_FUNCTION_INFO_V1(name)	extern int pg_finfo_##name
#define PGDLLEXPORT
