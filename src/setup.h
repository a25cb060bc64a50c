/*
 * setup.h
 *		The tables for those who have none: clients, projects, desks.
 */
#ifndef WFX_SETUP_H
#define WFX_SETUP_H

/* Make them in a schema; returns the clients table */
extern Oid	wfx_setup_create(const char *schema);

/* The first import finds no clients table: make it, unless somebody else just has */
extern Oid	wfx_setup_first_import(const char *schema);

#endif							/* WFX_SETUP_H */
