/*
 * buffer_map.h
 *		The system maps the server's buffers into this process, many at a time.
 */
#ifndef WFX_BUFFER_MAP_H
#define WFX_BUFFER_MAP_H

#include "storage/buf.h"

/* A page was read into a buffer; those around it will be used next */
extern void wfx_buffer_map(Buffer buffer);

#endif							/* WFX_BUFFER_MAP_H */
