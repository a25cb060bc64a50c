/*
 * file_kind.c
 *		What is this file, if it is no CSV?
 *
 * Judged by what the file starts with, never by its name alone.  A CSV may
 * start with any text, so a mark made of plain letters counts only together
 * with what such a file goes on with.
 */
#include "file_kind.h"

#include <stdbool.h>
#include <string.h>

#include "text_kind.h"

/* How a kind of file starts */
typedef struct WfxSignature
{
	const char *bytes;
	size_t		len;
	WfxFileKind kind;
} WfxSignature;

#define lengthof(array) (sizeof(array) / sizeof((array)[0]))
#define SIGNATURE(bytes, what, hint) {bytes, sizeof(bytes) - 1, {what, hint}}
#define BINARY(bytes, what) SIGNATURE(bytes, what, WFX_HINT_SAVE_AS_CSV)
#define ARCHIVE(bytes, what) SIGNATURE(bytes, what, WFX_HINT_ARCHIVE)
#define WORKBOOK(bytes, what) SIGNATURE(bytes, what, WFX_HINT_WORKBOOK)
#define ENCODING(bytes, what) SIGNATURE(bytes, what, WFX_HINT_RECODE)

/* Bytes that no text has */
static const WfxSignature marks[] = {
	ARCHIVE("PK\5\6", "a zip archive"),
	ARCHIVE("PK\7\x08", "a zip archive"),
	ARCHIVE("\x1F\x8B", "a gzip archive"),
	ARCHIVE("\x1F\x9D", "a compressed file (.Z)"),
	ARCHIVE("\xFD" "7zXZ\0", "an xz archive"),
	ARCHIVE("\x28\xB5\x2F\xFD", "a zstd archive"),
	ARCHIVE("\x04\x22\x4D\x18", "an lz4 archive"),
	ARCHIVE("LZIP\1", "an lzip archive"),
	ARCHIVE("7z\xBC\xAF\x27\x1C", "a 7z archive"),
	ARCHIVE("Rar!\x1A\x07", "a RAR archive"),
	WORKBOOK("\x09\0\4\0", "an old Excel worksheet (.xls)"),
	WORKBOOK("\x09\2\6\0", "an old Excel worksheet (.xls)"),
	WORKBOOK("\x09\4\6\0", "an old Excel worksheet (.xls)"),
	WORKBOOK("\x09\x08\x08\0", "an old Excel worksheet (.xls)"),
	WORKBOOK("\x09\x08\x10\0", "an old Excel worksheet (.xls)"),
	BINARY("\x89PNG\r\n\x1A\n", "a PNG image"),
	BINARY("\xFF\xD8\xFF", "a JPEG image"),
	BINARY("II*\0", "a TIFF image"),
	BINARY("MM\0*", "a TIFF image"),
	BINARY("\0\0\1\0", "an icon"),
	BINARY("\x7F" "ELF", "an ELF program"),
	BINARY("\xFE\xED\xFA\xCE", "a Mach-O program"),
	BINARY("\xFE\xED\xFA\xCF", "a Mach-O program"),
	BINARY("\xCE\xFA\xED\xFE", "a Mach-O program"),
	BINARY("\xCF\xFA\xED\xFE", "a Mach-O program"),
	BINARY("\xCA\xFE\xBA\xBE", "a Mach-O program or Java class"),
	BINARY("\0asm", "a WebAssembly program"),
	BINARY("SQLite format 3\0", "an SQLite database"),
	BINARY("\0\1\0\0Standard ", "an Access database"),
	BINARY("Obj\1", "an Avro file"),
	BINARY("ARROW1\0\0", "an Arrow file"),
	BINARY("PGDMP\1", "a PostgreSQL dump"),
	BINARY("PGCOPY\n\xFF\r\n\0", "a binary COPY file"),
	ENCODING("\xFF\xFE\0\0", "UTF-32 text"),
	ENCODING("\0\0\xFE\xFF", "UTF-32 text")
};

/* Plain letters, which count only where nothing follows, or nothing that is text */
static const WfxSignature words[] = {
	BINARY("GIF87a", "a GIF image"),
	BINARY("GIF89a", "a GIF image"),
	BINARY("PAR1", "a Parquet file"),
	BINARY("FEA1", "a Feather file"),
	BINARY("ORC", "an ORC file"),
	ARCHIVE("MSCF", "a cabinet archive"),
	BINARY("MZ", "a Windows program")
};

/* What a zip archive is, by a name in it; the telling ones first */
static const WfxSignature zip_entries[] = {
	WORKBOOK("xl/", "an Excel workbook (.xlsx)"),
	BINARY("word/", "a Word document (.docx)"),
	BINARY("ppt/", "a PowerPoint document (.pptx)"),
	WORKBOOK("mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
			 "an OpenDocument spreadsheet (.ods)"),
	BINARY("mimetypeapplication/vnd.oasis.opendocument", "an OpenDocument document"),
	BINARY("[Content_Types].xml", "an Office document (.xlsx, .docx)"),
	ARCHIVE("", "a zip archive")
};

/* What an OLE file is, by the name of a stream in it; every other byte is NUL */
static const WfxSignature ole_streams[] = {
	WORKBOOK("W\0o\0r\0k\0b\0o\0o\0k\0\0", "an Excel workbook (.xls)"),
	WORKBOOK("B\0o\0o\0k\0\0", "an Excel workbook (.xls)"),
	WORKBOOK("E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0",
			 "an Office document with a password (.xlsx, .docx)"),
	BINARY("W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t\0", "a Word document (.doc)"),
	BINARY("", "an old Office document (.xls, .doc)")
};

/* Does the text start with these bytes? */
static bool
starts_with(const char *s, const char *end, const char *bytes, size_t len)
{
	return (size_t) (end - s) >= len && memcmp(s, bytes, len) == 0;
}

/* The first of the signatures that the bytes at s start with, or NULL */
static const WfxSignature *
find_signature(const char *s, const char *end, const WfxSignature *signatures, size_t count)
{
	for (size_t i = 0; i < count; i++)
	{
		if (starts_with(s, end, signatures[i].bytes, signatures[i].len))
			return &signatures[i];
	}
	return NULL;
}

/* The first of the signatures that stands at one of many places; the last one is always found */
static const WfxFileKind *
best_signature(const char *head, const char *end, const char *place, size_t place_len,
			   size_t offset, const WfxSignature *signatures, size_t count)
{
	const WfxSignature *best = &signatures[count - 1];

	for (const char *s = head; (size_t) (end - s) > offset; s++)
	{
		const WfxSignature *found;

		if (!starts_with(s, end, place, place_len))
			continue;
		found = find_signature(s + offset, end, signatures, best - signatures);
		if (found != NULL)
			best = found;
	}
	return &best->kind;
}

/* Tell office documents from other zip archives, by the names of their entries */
static const WfxFileKind *
zip_kind(const char *head, const char *end)
{
	enum
	{
		HEADER = 30				/* an entry's header, its name follows */
	};

	return best_signature(head, end, "PK\3\4", 4, HEADER, zip_entries, lengthof(zip_entries));
}

/* Tell old office documents from one another, by their streams */
static const WfxFileKind *
ole_kind(const char *head, const char *end)
{
	return best_signature(head, end, "", 0, 0, ole_streams, lengthof(ole_streams));
}

/* Are there bytes at the start that no text has? */
static bool
has_controls(const char *head, const char *end)
{
	enum
	{
		ENOUGH = 64
	};

	for (const char *s = head; s < end && s < head + ENOUGH; s++)
	{
		if ((unsigned char) *s < '\t')
			return true;
	}
	return false;
}

/* Formats whose mark is not all at the start */
static const WfxFileKind *
scattered_kind(const char *head, const char *end)
{
	static const WfxFileKind webp = {"a WebP image", WFX_HINT_SAVE_AS_CSV};
	static const WfxFileKind bmp = {"a BMP image", WFX_HINT_SAVE_AS_CSV};
	static const WfxFileKind bzip2 = {"a bzip2 archive", WFX_HINT_ARCHIVE};
	static const WfxFileKind tar = {"a tar archive", WFX_HINT_ARCHIVE};
	size_t		len = end - head;

	/* The size of a picture is below 128 MB, so the highest of its bytes is no letter's. */
	if (len >= 12 && memcmp(head, "RIFF", 4) == 0 && memcmp(head + 8, "WEBP", 4) == 0 &&
		(unsigned char) head[7] < '\t')
		return &webp;
	/* The header of a bitmap has four reserved bytes. */
	if (len >= 10 && memcmp(head, "BM", 2) == 0 && memcmp(head + 6, "\0\0\0\0", 4) == 0)
		return &bmp;
	/* The block size of bzip2 is any digit; then a block follows, or the end of an empty file. */
	if (len >= 10 && memcmp(head, "BZh", 3) == 0 &&
		(memcmp(head + 4, "1AY&SY", 6) == 0 || memcmp(head + 4, "\x17\x72\x45\x38\x50\x90", 6) == 0))
		return &bzip2;
	/* The names and numbers before the mark of tar are filled up with NUL. */
	if (len >= 262 && memcmp(head + 257, "ustar", 5) == 0 && memchr(head, '\0', 257) != NULL)
		return &tar;
	return NULL;
}

/* Formats that are no text */
static const WfxFileKind *
binary_kind(const char *head, const char *end)
{
	const WfxSignature *found;

	if (starts_with(head, end, "PK\3\4", 4))
		return zip_kind(head, end);
	if (starts_with(head, end, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8))
		return ole_kind(head, end);
	found = find_signature(head, end, marks, lengthof(marks));
	if (found != NULL)
		return &found->kind;
	found = find_signature(head, end, words, lengthof(words));
	if (found != NULL && (has_controls(head, end) || found->len == (size_t) (end - head)))
		return &found->kind;
	return scattered_kind(head, end);
}

/* Judge UTF-16 by its ASCII characters: in documents, markup is of these */
static const WfxFileKind *
utf16_kind(const char *head, size_t len)
{
	char		text[1024];
	size_t		count = 0;
	size_t		low = (unsigned char) head[0] == 0xFF ? 0 : 1;

	for (size_t i = 2; i + 1 < len && count < sizeof(text); i += 2)
		text[count++] = head[i + 1 - low] == '\0' ? head[i + low] : '?';
	return wfx_text_kind(text, text + count);
}

/* Tell UTF-16 without its mark from binary data: every other byte is NUL */
static const WfxFileKind *
nul_kind(const char *head, size_t len)
{
	static const WfxFileKind utf16 = {"UTF-16 text without a byte order mark", WFX_HINT_RECODE};
	static const WfxFileKind binary = {"binary data (it has NUL bytes)", WFX_HINT_SAVE_AS_CSV};
	size_t		nuls[2] = {0, 0};

	if (memchr(head, '\0', len) == NULL)
		return NULL;
	for (size_t i = 0; i < len; i++)
		nuls[i % 2] += head[i] == '\0';
	if (len > 1 && ((nuls[0] == 0 && nuls[1] > len * 3 / 8) ||
					(nuls[1] == 0 && nuls[0] > len * 3 / 8)))
		return &utf16;
	return &binary;
}

const WfxFileKind *
wfx_not_csv_content(const char *head, size_t len)
{
	const char *end = head + len;
	const WfxFileKind *kind;

	if (len == 0)
		return NULL;
	kind = binary_kind(head, end);
	if (kind != NULL)
		return kind;
	if (starts_with(head, end, "\xFF\xFE", 2) || starts_with(head, end, "\xFE\xFF", 2))
		return utf16_kind(head, len);
	kind = wfx_text_kind(starts_with(head, end, "\xEF\xBB\xBF", 3) ? head + 3 : head, end);
	return kind != NULL ? kind : nul_kind(head, len);
}

const char *
wfx_not_csv_name(const char *name)
{
	size_t		len = strlen(name);
	const char *suffix = len < 4 ? "" : name + len - 4;

	/* ASCII letters differ in one bit from the other case */
	if (*suffix == '.' && (suffix[1] | 0x20) == 'c' && (suffix[2] | 0x20) == 's' &&
		(suffix[3] | 0x20) == 'v')
		return NULL;
	return "its name does not end in .csv";
}
