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

/* Bytes at the start of a file that no text has */
typedef struct WfxSignature
{
	const char *bytes;
	size_t		len;
	const char *kind;
} WfxSignature;

#define lengthof(array) (sizeof(array) / sizeof((array)[0]))
#define SIGNATURE(bytes, kind) {bytes, sizeof(bytes) - 1, kind}

static const WfxSignature signatures[] = {
	SIGNATURE("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "an old Office document (.xls, .doc)"),
	SIGNATURE("%PDF-", "a PDF document"),
	SIGNATURE("{\\rtf", "an RTF document"),
	SIGNATURE("\x1F\x8B", "a gzip archive"),
	SIGNATURE("\xFD" "7zXZ\0", "an xz archive"),
	SIGNATURE("\x28\xB5\x2F\xFD", "a zstd archive"),
	SIGNATURE("7z\xBC\xAF\x27\x1C", "a 7z archive"),
	SIGNATURE("Rar!\x1A\x07", "a RAR archive"),
	SIGNATURE("\x89PNG\r\n\x1A\n", "a PNG image"),
	SIGNATURE("\xFF\xD8\xFF", "a JPEG image"),
	SIGNATURE("GIF87a", "a GIF image"),
	SIGNATURE("GIF89a", "a GIF image"),
	SIGNATURE("II*\0", "a TIFF image"),
	SIGNATURE("MM\0*", "a TIFF image"),
	SIGNATURE("\0\0\1\0", "an icon"),
	SIGNATURE("\x7F" "ELF", "an ELF program"),
	SIGNATURE("\xFE\xED\xFA\xCE", "a Mach-O program"),
	SIGNATURE("\xFE\xED\xFA\xCF", "a Mach-O program"),
	SIGNATURE("\xCE\xFA\xED\xFE", "a Mach-O program"),
	SIGNATURE("\xCF\xFA\xED\xFE", "a Mach-O program"),
	SIGNATURE("\xCA\xFE\xBA\xBE", "a Mach-O program or Java class"),
	SIGNATURE("\xFF\xFE\0\0", "UTF-32 text"),
	SIGNATURE("\0\0\xFE\xFF", "UTF-32 text")
};

/* What a zip archive is, by a name in it; the telling ones first */
static const WfxSignature zip_entries[] = {
	SIGNATURE("xl/", "an Excel workbook (.xlsx)"),
	SIGNATURE("word/", "a Word document (.docx)"),
	SIGNATURE("ppt/", "a PowerPoint document (.pptx)"),
	SIGNATURE("mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
			  "an OpenDocument spreadsheet (.ods)"),
	SIGNATURE("mimetypeapplication/vnd.oasis.opendocument", "an OpenDocument document"),
	SIGNATURE("[Content_Types].xml", "an Office document (.xlsx, .docx)")
};

/* The ASCII lower case of c */
static char
to_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

/* Is this an ASCII letter? */
static bool
is_letter(char c)
{
	return to_lower(c) >= 'a' && to_lower(c) <= 'z';
}

/* Is this white space? */
static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Does the text start with these bytes? */
static bool
starts_with(const char *s, const char *end, const char *bytes, size_t len)
{
	return (size_t) (end - s) >= len && memcmp(s, bytes, len) == 0;
}

/* Does the text start with this lower-case word, in any case? */
static bool
starts_with_word(const char *s, const char *end, const char *word)
{
	size_t		len = strlen(word);

	if ((size_t) (end - s) < len)
		return false;
	for (size_t i = 0; i < len; i++)
	{
		if (to_lower(s[i]) != word[i])
			return false;
	}
	return true;
}

/* The first byte that is no white space */
static const char *
skip_space(const char *s, const char *end)
{
	while (s < end && is_space(*s))
		s++;
	return s;
}

/* Does another cell follow?  Then what came before was one, too. */
static bool
at_delimiter(const char *s, const char *end)
{
	while (s < end && *s == ' ')
		s++;
	return s < end && strchr(",;\t|", *s) != NULL && *s != '\0';
}

/* Tell office documents from other zip archives, by the names of their entries */
static const char *
zip_kind(const char *head, const char *end)
{
	enum
	{
		HEADER = 30				/* an entry's header, its name follows */
	};
	size_t		best = lengthof(zip_entries);

	for (const char *s = head; end - s > HEADER; s++)
	{
		if (!starts_with(s, end, "PK\3\4", 4))
			continue;
		for (size_t i = 0; i < best; i++)
		{
			if (starts_with(s + HEADER, end, zip_entries[i].bytes, zip_entries[i].len))
				best = i;
		}
	}
	return best < lengthof(zip_entries) ? zip_entries[best].kind : "a zip archive";
}

/* Formats whose mark alone could start a CSV's header: "MZ", "BM", "RIFF" */
static const char *
binary_kind(const char *head, size_t len)
{
	const char *end = head + len;

	if (starts_with(head, end, "PK\3\4", 4))
		return zip_kind(head, end);
	if (starts_with(head, end, "PK\5\6", 4) || starts_with(head, end, "PK\7\x08", 4))
		return "a zip archive";
	if (starts_with(head, end, "RIFF", 4) && len >= 12 && memcmp(head + 8, "WEBP", 4) == 0)
		return "a WebP image";
	/* The header of a bitmap has four reserved bytes, that of a program many. */
	if (starts_with(head, end, "BM", 2) && len >= 10 && memcmp(head + 6, "\0\0\0\0", 4) == 0)
		return "a BMP image";
	if (starts_with(head, end, "MZ", 2) && memchr(head, '\0', len < 64 ? len : 64) != NULL)
		return "a Windows program";
	/* The block size of bzip2 is any digit. */
	if (len >= 10 && memcmp(head, "BZh", 3) == 0 && memcmp(head + 4, "1AY&SY", 6) == 0)
		return "a bzip2 archive";
	for (size_t i = 0; i < lengthof(signatures); i++)
	{
		if (starts_with(head, end, signatures[i].bytes, signatures[i].len))
			return signatures[i].kind;
	}
	return NULL;
}

/* The start of the line behind s, NULL if there is none */
static const char *
next_line(const char *s, const char *end)
{
	while (s < end && *s != '\r' && *s != '\n')
		s++;
	s = skip_space(s, end);
	return s < end ? s : NULL;
}

/* Is this a line of SYLK: a record's type and ";" or the final "E"? */
static bool
is_sylk_record(const char *s, const char *end)
{
	static const char *const types[] = {"B;", "C;", "F;", "O;", "P;", "W;", "NN;", "NE;", "NL;"};

	for (size_t i = 0; i < lengthof(types); i++)
	{
		if (starts_with(s, end, types[i], strlen(types[i])))
			return true;
	}
	return *s == 'E' && (s + 1 == end || is_space(s[1]));
}

/*
 * SYLK starts "ID;P", the program's name in capitals, and ";N;E" perhaps.  A
 * header "ID;Phone" or "ID;PHONE" does too: the line below tells.
 */
static bool
is_sylk(const char *s, const char *end)
{
	const char *name;
	const char *line;
	bool		flags = false;

	if (!starts_with(s, end, "ID;P", 4))
		return false;
	name = s += 4;
	while (s < end && ((*s >= 'A' && *s <= 'Z') || (*s >= '0' && *s <= '9')))
		s++;
	while (starts_with(s, end, ";N", 2) || starts_with(s, end, ";E", 2))
	{
		s += starts_with(s, end, ";ND", 3) ? 3 : 2;
		flags = true;
	}
	if (s < end && !is_space(*s))
		return false;
	line = next_line(s, end);
	if (line != NULL)
		return is_sylk_record(line, end);
	return flags || s == name || starts_with(name, end, "WXL", 3);
}

/* Does a tag's name end here as a tag's does: ">", "/>" or an attribute? */
static bool
is_tag_end(const char *s, const char *end)
{
	if (s < end && (*s == '>' || *s == '/'))
		return true;
	if (s == end || !is_space(*s))
		return false;
	s = skip_space(s, end);
	while (s < end && (is_letter(*s) || *s == '-' || *s == ':' || *s == '_'))
		s++;
	s = skip_space(s, end);
	return s < end && (*s == '=' || *s == '>' || *s == '/');
}

/* Does an element close in the text, "</" or "/>"? */
static bool
has_closing_tag(const char *s, const char *end)
{
	while (s + 1 < end)
	{
		s = memchr(s, '/', end - s);
		if (s == NULL)
			return false;
		if (s[-1] == '<' || (s + 1 < end && s[1] == '>'))
			return true;
		s++;
	}
	return false;
}

/* What document a "<" at s opens; "<TICKER>,<DATE>" is the header of a CSV */
static const char *
markup_kind(const char *s, const char *end)
{
	static const char *const html[] = {"html", "head", "body", "table", "meta", "style", "div"};
	const char *name = s + 1;
	const char *close;

	if (starts_with_word(s, end, "<!doctype html"))
		return "an HTML document";
	if (starts_with_word(s, end, "<?xml") || starts_with_word(s, end, "<!doctype"))
		return "an XML document";
	if (starts_with_word(s, end, "<!--"))
		return "an HTML or XML document";
	if (name == end || !is_letter(*name))
		return NULL;
	while (name < end && (is_letter(*name) || (*name >= '0' && *name <= '9') ||
						  strchr("-_:.", *name) != NULL) && *name != '\0')
		name++;
	if (!is_tag_end(name, end))
		return NULL;
	close = memchr(name, '>', end - name);
	if (close != NULL && at_delimiter(close + 1, end))
		return NULL;
	for (size_t i = 0; i < lengthof(html); i++)
	{
		if (starts_with_word(s + 1, name, html[i]) && strlen(html[i]) == (size_t) (name - s - 1))
			return "an HTML document";
	}
	return has_closing_tag(name, end) ? "an XML document" : NULL;
}

/* The byte behind the JSON string at s, NULL if it never closes */
static const char *
json_string_end(const char *s, const char *end)
{
	for (s++; s < end; s++)
	{
		if (*s == '"')
			return s + 1;
		if (*s == '\\')
			s++;
	}
	return NULL;
}

/* Is the text at s, all of it, a JSON document's closing bracket? */
static bool
is_last_bracket(const char *s, const char *end)
{
	return skip_space(s + 1, end) == end;
}

/* Does the brace at s open a JSON object?  "{id},{name}" is a header. */
static bool
is_json_object(const char *s, const char *end)
{
	s = skip_space(s + 1, end);
	if (s == end)
		return false;
	if (*s == '}')
		return is_last_bracket(s, end);
	if (*s != '"')
		return false;
	s = json_string_end(s, end);
	if (s == NULL)
		return false;
	s = skip_space(s, end);
	return s < end && *s == ':';
}

/* Does the bracket at s open a JSON array?  "[id],[name]" and "[1],[2]" are headers. */
static bool
is_json_array(const char *s, const char *end)
{
	while (s < end && *s == '[')
		s = skip_space(s + 1, end);
	if (s == end)
		return false;
	if (*s == '{')
		return is_json_object(s, end);
	if (*s == '"')
		s = json_string_end(s, end);
	else
	{
		while (s < end && ((*s >= '0' && *s <= '9') || *s == '-' || *s == '.'))
			s++;
	}
	if (s == NULL)
		return false;
	s = skip_space(s, end);
	if (s < end && *s == ']')
		return is_last_bracket(s, end);
	return s < end && *s == ',';
}

/* Documents of text that are no CSV */
static const char *
document_kind(const char *s, const char *end)
{
	if (starts_with(s, end, "#!", 2))
		return "a script";
	s = skip_space(s, end);
	if (s == end)
		return NULL;
	if (*s == '<')
		return markup_kind(s, end);
	if ((*s == '{' && is_json_object(s, end)) || (*s == '[' && is_json_array(s, end)))
		return "a JSON document";
	return NULL;
}

/* Judge UTF-16 by its ASCII characters: in documents, markup is of these */
static const char *
utf16_document_kind(const char *head, size_t len)
{
	char		text[1024];
	size_t		count = 0;
	size_t		low = (unsigned char) head[0] == 0xFF ? 0 : 1;

	for (size_t i = 2; i + 1 < len && count < sizeof(text); i += 2)
		text[count++] = head[i + 1 - low] == '\0' ? head[i + low] : '?';
	return document_kind(text, text + count);
}

/* Tell UTF-16 without its mark from binary data: every other byte is NUL */
static const char *
nul_kind(const char *head, size_t len)
{
	size_t		nuls[2] = {0, 0};

	if (memchr(head, '\0', len) == NULL)
		return NULL;
	for (size_t i = 0; i < len; i++)
		nuls[i % 2] += head[i] == '\0';
	if (len > 1 && ((nuls[0] == 0 && nuls[1] > len * 3 / 8) ||
					(nuls[1] == 0 && nuls[0] > len * 3 / 8)))
		return "UTF-16 text without a byte order mark";
	return "binary data (it has NUL bytes)";
}

const char *
wfx_not_csv_content(const char *head, size_t len)
{
	const char *end = head + len;
	const char *kind;

	if (len == 0)
		return NULL;
	kind = binary_kind(head, len);
	if (kind != NULL)
		return kind;
	if (starts_with(head, end, "\xFF\xFE", 2) || starts_with(head, end, "\xFE\xFF", 2))
		return utf16_document_kind(head, len);
	if (is_sylk(head, end))
		return "a SYLK spreadsheet";
	if (starts_with(head, end, "\xEF\xBB\xBF", 3))
		kind = document_kind(head + 3, end);
	else
		kind = document_kind(head, end);
	return kind != NULL ? kind : nul_kind(head, len);
}

const char *
wfx_not_csv_name(const char *name)
{
	size_t		len = strlen(name);

	if (len < 4 || !starts_with_word(name + len - 4, name + len, ".csv"))
		return "its name does not end in .csv";
	return NULL;
}
