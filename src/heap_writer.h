/*
 * heap_writer.h
 *		New clients go straight to the table's storage, index entries in key order.
 */
#ifndef WFX_HEAP_WRITER_H
#define WFX_HEAP_WRITER_H

#include "nodes/execnodes.h"

#include "import.h"

typedef struct WfxHeapWriter
{
	List	   *references;		/* heap_references.c */
	int		   *sources;		/* by attribute: the column of the import, or -1 */
	Bitmapset  *inserted;		/* those attributes, for the check of rights */
	bool		updates;		/* known clients may be updated there, too */
	bool	   *direct;			/* by column of the import: it may be written so */
	bool		triggers_update;	/* an UPDATE runs triggers other than foreign keys' checks */
	struct WfxDeferral *deferral;	/* heap_deferral.c; NULL: every write makes its entries */
	struct WfxHeapRing *ring;	/* heap_ring.c, for look-ups; may be NULL */
	struct BulkInsertStateData *bulk;	/* a ring of buffers for pages of new clients */
} WfxHeapWriter;

/* The column of the import that fills an attribute of new clients, or -1 */
extern int	wfx_heap_source(const WfxImport *import, AttrNumber attnum);

/* NULL where INSERT has to do it; the reason is shown */
extern WfxHeapWriter *wfx_heap_writer_create(WfxImport *import);
extern void wfx_heap_writer_free(WfxHeapWriter *heap);

/* The executor's view of the table; the user must have the rights of the command */
extern ResultRelInfo *wfx_heap_open(EState *estate, Relation rel, CmdType command,
									Bitmapset *columns);

/* The index whose entries are the keys that wfx_key_of() makes of addresses, or InvalidOid */
extern Oid	wfx_heap_email_index(const WfxImport *import);

/* A slot for a row; many of them share a description that nobody need keep track of */
extern TupleTableSlot *wfx_heap_slot(Relation rel, TupleDesc desc);

/*
 * What has to be done before and after clients are written, outside of the subtransaction
 * of the write; nothing where INSERT writes new clients.
 */
extern void wfx_heap_before_insert(WfxImport *import, WfxRecord **records, int n);
extern void wfx_heap_after_update(WfxImport *import);

/* All that was inserted is rolled back, with what was locked */
extern void wfx_heap_start_over(WfxImport *import);

/* Insert new clients; all of them, or an ERROR */
extern uint64 wfx_heap_insert(WfxImport *import, WfxRecord **records, int n);

#endif							/* WFX_HEAP_WRITER_H */
