/*
 * reader_input.c
 *		From a source to the bytes that the scanner sees.
 *
 *		source ──► undecoded ──► buf
 *
 * Without a decoding in front of the scanner, bytes are read into buf at once.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "file_kind.h"
#include "reader_input.h"
#include "settings.h"

#define HEAD_SIZE		(64 * 1024)

/* Give the reader its buffers, in the current memory context */
void
wfx_reader_init_input(WfxReader *reader)
{
	reader->size = 4 * HEAD_SIZE;
	reader->buf = palloc(reader->size);
	initStringInfo(&reader->undecoded);
}

/* Say what is wrong with the file as a whole; always false */
bool
wfx_reader_fail(WfxReader *reader, const char *code, int sqlerrcode, const char *message, const char *hint)
{
	MemSet(&reader->failure, 0, sizeof(WfxIssue));
	reader->failure.code = code;
	reader->failure.sqlerrcode = sqlerrcode;
	reader->failure.message = message;
	reader->failure.hint = hint;
	return false;
}

/* This is no CSV; always false */
bool
wfx_reader_fail_not_csv(WfxReader *reader, const char *message, const char *hint)
{
	return wfx_reader_fail(reader, "not_csv", ERRCODE_BAD_COPY_FILE_FORMAT, message, hint);
}

/* Is the file within wifox_import.max_file_size? */
bool
wfx_reader_check_size(WfxReader *reader)
{
	int64		limit = (int64) wfx_max_file_size * 1024;

	if (limit == 0 || Max(reader->source->size, reader->source->position) <= limit)
		return true;
	return wfx_reader_fail(reader, "file_too_large", ERRCODE_PROGRAM_LIMIT_EXCEEDED,
				psprintf("this file is larger than %d kB", wfx_max_file_size),
				"Split the file, or ask an administrator to raise wifox_import.max_file_size.");
}

/* NUL cannot be in a text; UTF-16 is checked behind its decoding */
bool
wfx_reader_check_nul(WfxReader *reader, const char *text, size_t len)
{
	if (reader->lenient || memchr(text, '\0', len) == NULL)
		return true;
	return wfx_reader_fail_not_csv(reader, "this file holds NUL bytes, as binary files do",
								   WFX_HINT_SAVE_AS_CSV);
}

/* Make room behind the data: drop what was used, or grow */
static void
make_room(WfxReader *reader, size_t room)
{
	size_t		used = reader->len - reader->start;

	if (reader->start > 0)
	{
		memmove(reader->buf, reader->buf + reader->start, used);
		reader->start = 0;
		reader->len = used;
	}
	while (reader->size - reader->len < room)
	{
		reader->size *= 2;
		reader->buf = repalloc_huge(reader->buf, reader->size);
	}
}

/* Read and decode; what a chunk cuts in two stays undecoded until the next one */
static bool
read_decoded(WfxReader *reader)
{
	StringInfo	in = &reader->undecoded;
	WfxChunk	chunk;
	size_t		n;

	enlargeStringInfo(in, HEAD_SIZE);
	n = wfx_source_read(reader->source, in->data + in->len, HEAD_SIZE);
	in->len += n;
	reader->eof = (n == 0);
	make_room(reader, in->len * WFX_CHUNK_GROWTH);
	chunk = wfx_encoding_decode(&reader->encoding, in->data, in->len, reader->eof,
								reader->buf + reader->len);
	memmove(in->data, in->data + chunk.taken, in->len - chunk.taken);
	in->len -= chunk.taken;
	reader->len += chunk.written;
	if (chunk.cut && reader->encoding.door != WFX_DOOR_MASKED && !reader->lenient)
		return wfx_reader_fail(reader, "bad_byte", ERRCODE_CHARACTER_NOT_IN_REPERTOIRE,
					"this UTF-16 file ends in the middle of a character",
					"The file was cut; get it once more from where it came.");
	return true;
}

/* Read as it is */
static bool
read_raw(WfxReader *reader)
{
	size_t		n;

	make_room(reader, HEAD_SIZE);
	n = wfx_source_read(reader->source, reader->buf + reader->len,
						reader->size - reader->len);
	reader->len += n;
	reader->eof = (n == 0);
	return true;
}

/* Bring more bytes into buf; false: failure */
bool
wfx_reader_more(WfxReader *reader)
{
	size_t		old_len = reader->len - reader->start;
	bool		ok;

	CHECK_FOR_INTERRUPTS();
	if (reader->encoding.door == WFX_DOOR_RAW)
		ok = read_raw(reader);
	else
		ok = read_decoded(reader);
	reader->known = reader->len;
	reader->known_offset = reader->source->position - reader->undecoded.len;
	return ok && wfx_reader_check_size(reader) &&
		wfx_reader_check_nul(reader, reader->buf + reader->start + old_len,
				  reader->len - reader->start - old_len);
}

/* The offset in the file of a byte of buf that begins a character */
int64
wfx_reader_file_offset(WfxReader *reader, size_t at)
{
	const WfxEncoding *encoding = &reader->encoding;

	if (at >= reader->known)
		reader->known_offset += wfx_encoding_file_length(encoding, reader->buf + reader->known,
														 at - reader->known);
	else
		reader->known_offset -= wfx_encoding_file_length(encoding, reader->buf + at,
														 reader->known - at);
	reader->known = at;
	return reader->known_offset;
}

/* Read the head of the file: what its kind, encoding and dialect are judged by */
void
wfx_reader_head(WfxReader *reader)
{
	size_t		n;

	do
	{
		n = wfx_source_read(reader->source, reader->buf + reader->len, HEAD_SIZE - reader->len);
		reader->len += n;
	} while (n > 0 && reader->len < HEAD_SIZE);
	reader->eof = (n == 0);
}
