/*
 * nls.h
 *		Messages in the language of the session.  For every file that calls ereport().
 */
#ifndef WFX_NLS_H
#define WFX_NLS_H

/* ereport() looks its messages up here, instead of in the server's own catalog */
#undef TEXTDOMAIN
#define TEXTDOMAIN PG_TEXTDOMAIN("wifox_import")

/*
 * A text in the language of the session, for those that ereport() does not see.  What is kept in
 * tables stays English: it is the same for all who read it.
 */
#define wfx_translate(text) dgettext(TEXTDOMAIN, text)

#endif							/* WFX_NLS_H */
