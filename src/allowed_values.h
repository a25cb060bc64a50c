/*
 * allowed_values.h
 *		What may stand in a column, for messages about what may not.
 */
#ifndef WFX_ALLOWED_VALUES_H
#define WFX_ALLOWED_VALUES_H

/* The labels of an enum in their order: "Allowed values: ..." */
extern char *wfx_labels_of_enum(Oid enumtype);

/* The values of a check such as VALUE IN ('a', 'b'), likewise; NULL for other checks */
extern char *wfx_values_of_check(Oid constraint);

#endif							/* WFX_ALLOWED_VALUES_H */
