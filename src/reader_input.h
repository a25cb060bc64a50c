/*
 * reader_input.h
 *		From a source to the bytes that the scanner sees; reader.c only.
 */
#ifndef WFX_READER_INPUT_H
#define WFX_READER_INPUT_H

#include "reader.h"

extern void wfx_reader_init_input(WfxReader *reader);

/* Say what is wrong with the file as a whole; always false */
extern bool wfx_reader_fail(WfxReader *reader, const char *code, int sqlerrcode,
							const char *message, const char *hint);
extern bool wfx_reader_fail_not_csv(WfxReader *reader, const char *message, const char *hint);

/* Is the file within its limit, and text free of NUL bytes?  False: failure. */
extern bool wfx_reader_check_size(WfxReader *reader);
extern bool wfx_reader_check_nul(WfxReader *reader, const char *text, size_t len);

/* Read the head of the file as it is, then on in it, decoded if need be; false: failure */
extern void wfx_reader_head(WfxReader *reader);
extern bool wfx_reader_more(WfxReader *reader);

/* The offset in the file of a byte of buf that begins a character */
extern int64 wfx_reader_file_offset(WfxReader *reader, size_t at);

#endif							/* WFX_READER_INPUT_H */
