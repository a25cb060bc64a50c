/*
 * heap_references.h
 *		What the foreign keys of the clients table guarantee, value by value.
 *
 * The server checks and locks the referenced row for every row that is
 * inserted.  Clients name the same few over and over: here each distinct value
 * is checked and locked once for an import, which comes to the same.
 */
#ifndef WFX_HEAP_REFERENCES_H
#define WFX_HEAP_REFERENCES_H

#include "import.h"

/* NULL, or why the server's own triggers have to do it */
extern const char *wfx_heap_reference_obstacle(const WfxImport *import);

/* The foreign keys of the table, prepared in the current memory context */
extern List *wfx_heap_references_create(const WfxImport *import);

/*
 * Lock the rows that new clients will reference.  It must not be undone as long as
 * any of those is there, so it is done before their own subtransaction begins.
 */
extern void wfx_heap_references_lock(WfxImport *import, WfxRecord **records, int n);

/* Within it: an ERROR 23503 if a row that was inserted references one that is not there */
extern void wfx_heap_references_check(WfxImport *import, WfxRecord **records, int n);

/* Clients were updated, by statements */
extern void wfx_heap_references_updated(WfxImport *import);

/* They are rolled back */
extern void wfx_heap_references_forget(WfxImport *import);

extern void wfx_heap_references_free(List *references);

#endif							/* WFX_HEAP_REFERENCES_H */
