/*
 * encoding.h
 *		From the file's encoding to the database's, without raising.
 *
 * Two doors.  Encodings whose multi-byte characters never hold an ASCII byte are
 * scanned as they are, and every record is verified and converted after the
 * scan.  All others (UTF-16, and the client-only encodings) are turned into UTF-8
 * chunk by chunk before the scan; what is bad there becomes a byte that no
 * UTF-8 text has, so that it is found in its record behind the scan.
 */
#ifndef WFX_ENCODING_H
#define WFX_ENCODING_H

#include "lib/stringinfo.h"

typedef enum WfxDoor
{
	WFX_DOOR_RAW,				/* scan the bytes as they are */
	WFX_DOOR_UTF16LE,
	WFX_DOOR_UTF16BE,
	WFX_DOOR_CONVERT			/* through a conversion of the server */
} WfxDoor;

typedef struct WfxEncoding
{
	WfxDoor		door;
	int			file;			/* the file's encoding (of WFX_DOOR_CONVERT) */
	int			scanned;		/* the encoding of what the scanner sees */
	size_t		bom;			/* bytes of the byte order mark */
	Oid			to_utf8;		/* conversion function of WFX_DOOR_CONVERT */
	Oid			to_database;	/* conversion function behind the scan, if any */
	bool		cut;			/* the file ended inside of a UTF-16 character */
} WfxEncoding;

/*
 * Choose the way from the byte order mark at the head of the file, or else from
 * declared (an encoding, or -1 for automatic).  False: the server has no conversion; *problem says so.
 */
extern bool wfx_encoding_init(WfxEncoding *encoding, int declared, const char *head,
							  size_t len, const char **problem);

/*
 * Before the scan: append the UTF-8 of a chunk to out and return how many bytes
 * of it were taken.  A character that the chunk cuts is left for the next one.
 */
extern size_t wfx_encoding_decode(WfxEncoding *encoding, const char *chunk, size_t len,
								  bool eof, StringInfo out);

/*
 * Behind the scan: append a piece of a record to out, in the database's
 * encoding.  Bytes that it cannot hold appear as \xNN.  Returns the offset of the first
 * of them, or -1.
 */
extern int64 wfx_encoding_append(const WfxEncoding *encoding, const char *text, size_t len,
								 StringInfo out);

/* Does text begin with a sound character of the encoding that is scanned? */
extern bool wfx_encoding_is_sound(const WfxEncoding *encoding, const char *text, size_t len);

#endif							/* WFX_ENCODING_H */
