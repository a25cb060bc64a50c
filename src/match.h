/*
 * match.h
 *		Who is it?  Clients are looked up by ID and by e-mail, batch by batch.
 */
#ifndef WFX_MATCH_H
#define WFX_MATCH_H

#include "import.h"

extern struct WfxMatcher *wfx_matcher_create(const WfxImport *import);

/* The key of a client's ID, which must not be NULL */
extern Datum wfx_client_key(const WfxImport *import, const WfxClient *client);

/* Are these the same client of the table? */
extern bool wfx_same_client(const WfxImport *import, const WfxClient *a, const WfxClient *b);

/* Look up the clients that records name; their by_id and by_email are set */
extern void wfx_match(WfxImport *import, WfxRecord **records, int n);

/* The same for the batch, whose records are fresh: nobody was looked up yet */
extern void wfx_match_batch(WfxImport *import);

/* Can there be anybody in the table whom the file has not made? */
extern bool wfx_match_is_worthwhile(const WfxImport *import);

/*
 * Lock the clients that records are about to update and read them again;
 * record->client becomes NULL where the client is gone.
 */
extern void wfx_match_lock(WfxImport *import, WfxRecord **records, int n);

#endif							/* WFX_MATCH_H */
