/*
 * encoding.h
 *		From the file's encoding to the database's, without raising.
 *
 * Encodings whose multi-byte characters never hold an ASCII byte are scanned as
 * they are.  All others are made safe for the scanner, chunk by chunk: UTF-16
 * becomes UTF-8 (utf16.h), the rest get masks on such bytes (multibyte.h).  Behind
 * the scan every record is verified and converted.  What is bad is found there, and
 * nothing in front of it loses a byte, so that bad bytes and their places are
 * the file's own.
 */
#ifndef WFX_ENCODING_H
#define WFX_ENCODING_H

#include "lib/stringinfo.h"

#include "chunk.h"
#include "multibyte.h"

typedef enum WfxDoor
{
	WFX_DOOR_RAW,				/* scan the bytes as they are */
	WFX_DOOR_UTF16LE,
	WFX_DOOR_UTF16BE,
	WFX_DOOR_MASKED
} WfxDoor;

/* A conversion of the server */
typedef struct WfxConversion
{
	Oid			proc;
	int			from;
	int			to;
} WfxConversion;

typedef struct WfxEncoding
{
	const char *name;			/* of the file's encoding */
	WfxDoor		door;
	size_t		bom;			/* bytes of the byte order mark */

	/* private */
	int			text;			/* encoding of what is behind the door, without masks */
	WfxMultibyte masked;		/* of WFX_DOOR_MASKED */
	int			nconversions;	/* 0: the text is verified only */
	WfxConversion conversions[2];	/* the second one is from UTF-8 */
	StringInfoData unmasked;	/* a text without its masks */
	StringInfoData between;		/* a text between two conversions */
} WfxEncoding;

/* The first byte of a text that cannot be had in the database's encoding */
typedef struct WfxBadByte
{
	int64		offset;			/* in bytes of the file, or -1 */
	bool		untranslatable; /* it begins a sound character, which the
								 * database's encoding lacks */
} WfxBadByte;

/*
 * Choose the way from the byte order mark at the head of the file, or else from
 * declared (an encoding, or -1 for automatic).  False: the server has no conversion;
 * *problem says so.  What it needs is in the current memory context.
 */
extern bool wfx_encoding_init(WfxEncoding *encoding, int declared, const char *head,
							  size_t len, const char **problem);

/*
 * Before the scan, unless the door is WFX_DOOR_RAW: make a chunk safe for the scanner.
 * out holds len * WFX_CHUNK_GROWTH bytes.
 */
extern WfxChunk wfx_encoding_decode(WfxEncoding *encoding, const char *chunk, size_t len,
									bool eof, char *out);

/* How many bytes of the file a text that the scanner sees was */
extern int64 wfx_encoding_file_length(const WfxEncoding *encoding, const char *text, size_t len);

/*
 * Is a text sound, and the same in the database's encoding?  Most records are.  False may also
 * mean that only wfx_encoding_append() can tell.
 */
extern bool wfx_encoding_is_plain(const WfxEncoding *encoding, const char *text, size_t len);

/*
 * Behind the scan: append a piece of a record to out, in the database's
 * encoding.  Bytes of the file that it cannot hold appear as \xNN.
 */
extern WfxBadByte wfx_encoding_append(WfxEncoding *encoding, const char *text, size_t len,
									  StringInfo out);

#endif							/* WFX_ENCODING_H */
