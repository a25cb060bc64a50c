/*
 * test_file_kind.c
 *		Files that are refused by name, and the CSVs that look like them.
 */
#include "file_kind.h"
#include "unit.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define lengthof(array) (sizeof(array) / sizeof((array)[0]))
#define HEAD(bytes) bytes, sizeof(bytes) - 1

/* An entry of a zip archive: 26 bytes of header, the name's length, no extra field */
#define ENTRY(size, name) "PK\3\4\24\0\0\0\0\0zzzzzzzzzzzzzzzz" size "\0\0\0" name

/* kind: NULL for what may be a CSV */
typedef struct HeadCase
{
	const char *head;
	size_t		len;
	const char *kind;
} HeadCase;

static const char xlsx[] = "an Excel workbook (.xlsx)";
static const char html[] = "an HTML document";
static const char xml[] = "an XML document";
static const char json[] = "a JSON document";
static const char sylk[] = "a SYLK spreadsheet";
static const char macho[] = "a Mach-O program";
static const char binary[] = "binary data (it has NUL bytes)";
static const char utf16[] = "UTF-16 text without a byte order mark";

static const HeadCase refused[] = {
	{HEAD(ENTRY("\23", "[Content_Types].xml") "data" ENTRY("\17", "xl/workbook.xml")), xlsx},
	{HEAD(ENTRY("\17", "xl/workbook.xml")), xlsx},
	{HEAD(ENTRY("\23", "[Content_Types].xml") "data" ENTRY("\21", "word/document.xml")),
	"a Word document (.docx)"},
	{HEAD(ENTRY("\24", "ppt/presentation.xml")), "a PowerPoint document (.pptx)"},
	{HEAD(ENTRY("\23", "[Content_Types].xml")), "an Office document (.xlsx, .docx)"},
	{HEAD(ENTRY("\10", "mimetype" "application/vnd.oasis.opendocument.spreadsheet")),
	"an OpenDocument spreadsheet (.ods)"},
	{HEAD(ENTRY("\10", "mimetype" "application/vnd.oasis.opendocument.text")),
	"an OpenDocument document"},
	{HEAD(ENTRY("\13", "clients.csv")), "a zip archive"},
	{HEAD("PK\3\4"), "a zip archive"},
	{HEAD("PK\5\6\0\0\0\0"), "a zip archive"},
	{HEAD("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), "an old Office document (.xls, .doc)"},
	{HEAD("%PDF-1.7\n"), "a PDF document"},
	{HEAD("{\\rtf1\\ansi"), "an RTF document"},
	{HEAD("\x1F\x8B\x08"), "a gzip archive"},
	{HEAD("BZh61AY&SY"), "a bzip2 archive"},
	{HEAD("\xFD" "7zXZ\0"), "an xz archive"},
	{HEAD("\x28\xB5\x2F\xFD"), "a zstd archive"},
	{HEAD("7z\xBC\xAF\x27\x1C"), "a 7z archive"},
	{HEAD("Rar!\x1A\x07"), "a RAR archive"},
	{HEAD("\x89PNG\r\n\x1A\n"), "a PNG image"},
	{HEAD("\xFF\xD8\xFF\xE0"), "a JPEG image"},
	{HEAD("GIF89a\1\0"), "a GIF image"},
	{HEAD("BM\x36\x10\0\0\0\0\0\0\x36"), "a BMP image"},
	{HEAD("II*\0\x08"), "a TIFF image"},
	{HEAD("MM\0*"), "a TIFF image"},
	{HEAD("RIFF\x10\0\0\0WEBPVP8 "), "a WebP image"},
	{HEAD("\0\0\1\0\1\0"), "an icon"},
	{HEAD("\x7F" "ELF\2\1"), "an ELF program"},
	{HEAD("MZ\x90\0\3\0\0\0"), "a Windows program"},
	{HEAD("\xCF\xFA\xED\xFE\7"), macho},
	{HEAD("\xFE\xED\xFA\xCF\7"), macho},
	{HEAD("\xFF\xFE\0\0a\0\0\0"), "UTF-32 text"},
	{HEAD("#!/bin/sh\n"), "a script"},
	{HEAD("\xEF\xBB\xBF#! /usr/bin/env perl"), "a script"},

	{HEAD("<!DOCTYPE html>\n<html>"), html},
	{HEAD("\xEF\xBB\xBF \r\n<HTML lang=de>"), html},
	{HEAD("<html>"), html},
	{HEAD("<table border=1><tr><td>ID"), html},
	{HEAD("<?xml version=\"1.0\"?>"), xml},
	{HEAD("<!DOCTYPE note SYSTEM \"x\">"), xml},
	{HEAD("<!-- saved --><x>"), "an HTML or XML document"},
	{HEAD("<clients>\n <client id=\"1\"/>\n"), xml},
	{HEAD("<c:list xmlns:c=\"x\"><c:id>1</c:id>"), xml},
	{HEAD("{\"id\": 1, \"email\""), json},
	{HEAD("\xEF\xBB\xBF\n{ \"a\\\"b\" : [] }"), json},
	{HEAD("{}\n"), json},
	{HEAD("[{\"id\":1},"), json},
	{HEAD("[ [1, 2], [3, 4] ]"), json},
	{HEAD("[\"id\",\"email\"]\n"), json},
	{HEAD("[1.5, 2]"), json},
	{HEAD("[]"), json},
	{HEAD("\xFF\xFE<\0h\0t\0m\0l\0>\0"), html},
	{HEAD("\xFE\xFF\0{\0\"\0a\0\"\0:"), json},

	{HEAD("ID;PWXL;N;E\r\nP;PGeneral\r\n"), sylk},
	{HEAD("ID;PWXL;N;E"), sylk},
	{HEAD("ID;PWXL;ND;E\n"), sylk},
	{HEAD("ID;PCALCOOO32\nB;X3;Y2\n"), sylk},
	{HEAD("ID;P\nC;Y1;X1;K\"a\"\n"), sylk},
	{HEAD("ID;P\nE\n"), sylk},
	{HEAD("ID;P"), sylk},

	{HEAD("id,na\0me\n"), binary},
	{HEAD("\0"), binary},
	{HEAD("id,email\n1,a@b.c\n\0"), binary},
	{HEAD("i\0d\0,\0a\0\n\0"), utf16},
	{HEAD("\0i\0d\0,\0a\0\n"), utf16}
};

static const HeadCase accepted[] = {
	{HEAD(""), NULL},
	{HEAD("\n\n"), NULL},
	{HEAD("id"), NULL},
	{HEAD("ID,email\r\n1,a@b.c\r\n"), NULL},
	{HEAD("\xEF\xBB\xBFID;email\n"), NULL},
	{HEAD("\xEF\xBB\xBF"), NULL},
	{HEAD("\xFF\xFEi\0d\0,\0a\0"), NULL},
	{HEAD("\xFE\xFF\0i\0d\0,\0a"), NULL},
	{HEAD("\xFF\xFE"), NULL},
	{HEAD("\xFF\xFEi"), NULL},
	{HEAD("sep=;\nid;email\n"), NULL},
	{HEAD("\"id\",\"email\"\n"), NULL},
	{HEAD("#id,email\n"), NULL},
	{HEAD("MZ,BM,PK\n1,2,3\n"), NULL},
	{HEAD("BM;email\n1;a@b.c\n"), NULL},
	{HEAD("PK,email\n"), NULL},
	{HEAD("RIFF,WEBP,email\n"), NULL},
	{HEAD("II*,MM,BZh,7z,Rar!\n"), NULL},
	{HEAD("GIF,PDF\n"), NULL},
	{HEAD("Gr\xF6\xDF" "e,Stra\xDF" "e\n"), NULL},

	{HEAD("ID;Phone;email\n1;2;3\n"), NULL},
	{HEAD("ID;Project\n1;default\n"), NULL},
	{HEAD("ID;PHONE;EMAIL\n1;2;3\n"), NULL},
	{HEAD("ID;PHONE\n1;555\n"), NULL},
	{HEAD("ID;PHONE\n"), NULL},
	{HEAD("ID;P\n1;2\n"), NULL},
	{HEAD("ID;P;email\n"), NULL},
	{HEAD("ID;PIN;Name\nEve;1;2\n"), NULL},
	{HEAD("ID;PIN\nEve;1\n"), NULL},
	{HEAD("ID,Phone\n"), NULL},

	{HEAD("<TICKER>,<DATE>\nX,20200101\n"), NULL},
	{HEAD("<html>;<body>\n1;2\n"), NULL},
	{HEAD("<id>\n1\n2\n"), NULL},
	{HEAD("<18,18-30,>30\n1,2,3\n"), NULL},
	{HEAD("<under 18,18-30,>30\n1,2,3\n"), NULL},
	{HEAD("<,>\n"), NULL},
	{HEAD("<"), NULL},
	{HEAD("{id},{name}\n"), NULL},
	{HEAD("{\"id\",\"name\"}\n"), NULL},
	{HEAD("{},a\n"), NULL},
	{HEAD("{"), NULL},
	{HEAD("[id],[first name]\n1,2\n"), NULL},
	{HEAD("[1],[2]\n"), NULL},
	{HEAD("[\"id\"],[\"name\"]\n"), NULL},
	{HEAD("[id]\n1\n"), NULL},
	{HEAD("["), NULL}
};

static const struct
{
	const char *name;
	bool		good;
}			names[] = {
	{"clients.csv", true},
	{"CLIENTS.CSV", true},
	{"a b.2024.Csv", true},
	{".csv", true},
	{"clients.xlsx", false},
	{"clients.csv.gz", false},
	{"clients.csv ", false},
	{"clients_csv", false},
	{"csv", false},
	{"", false}
};

/* Judge a copy of exactly its size, so that a read beyond it is seen */
static const char *
judge(const char *head, size_t len)
{
	char	   *copy = malloc(len);
	const char *kind;

	if (len > 0)
		memcpy(copy, head, len);
	kind = wfx_not_csv_content(copy, len);
	free(copy);
	return kind;
}

/* Try one table */
static void
check_heads(const char *name, const HeadCase *cases, size_t count)
{
	for (size_t i = 0; i < count; i++)
	{
		const char *want = cases[i].kind;
		const char *kind = judge(cases[i].head, cases[i].len);
		bool		same = kind == want || (kind && want && strcmp(kind, want) == 0);

		if (!ok(same, "%s %zu is %s", name, i + 1, want ? want : "a CSV"))
			printf("# got: %s\n", kind ? kind : "a CSV");
	}
}

/* Cut every head at every length: none of the cuts may read beyond its end */
static bool
survives_cuts(const HeadCase *cases, size_t count)
{
	for (size_t i = 0; i < count; i++)
	{
		for (size_t len = 0; len < cases[i].len; len++)
			(void) judge(cases[i].head, len);
	}
	return true;
}

/* The same random number in every run */
static uint32_t
next_random(void)
{
	static uint32_t state = 2463534242U;

	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}

/* Change and cut heads at random; what has a NUL byte and no mark is never a CSV */
static bool
survives_random(int rounds)
{
	for (int i = 0; i < rounds; i++)
	{
		const HeadCase *one = &refused[next_random() % lengthof(refused)];
		char		head[256];
		size_t		len = one->len;

		memcpy(head, one->head, len);
		for (uint32_t n = next_random() % 4; n > 0; n--)
			head[next_random() % len] = (char) next_random();
		len = next_random() % (len + 1);
		if (judge(head, len) == NULL && len > 1 && memchr(head, '\0', len) != NULL &&
			memcmp(head, "\xFF\xFE", 2) != 0 && memcmp(head, "\xFE\xFF", 2) != 0)
			return false;
	}
	return true;
}

/* No header of plain words is refused, whatever its first one is */
static bool
accepts_random_headers(int rounds)
{
	for (int i = 0; i < rounds; i++)
	{
		char		head[64];
		size_t		len = 0;

		for (uint32_t cells = 2 + next_random() % 4; cells > 0; cells--)
		{
			for (uint32_t n = 1 + next_random() % 8; n > 0; n--)
				head[len++] = "ABIDMPZabdimpz#-_ "[next_random() % 18];
			head[len++] = ",;\t|"[i % 4];
		}
		head[len - 1] = '\n';
		if (judge(head, len) != NULL)
		{
			printf("# refused: %.*s", (int) len, head);
			return false;
		}
	}
	return true;
}

int
main(void)
{
	check_heads("refused", refused, lengthof(refused));
	check_heads("accepted", accepted, lengthof(accepted));
	for (size_t i = 0; i < lengthof(names); i++)
		ok((wfx_not_csv_name(names[i].name) == NULL) == names[i].good, "name \"%s\" is %s",
		   names[i].name, names[i].good ? "good" : "refused");
	ok(survives_cuts(refused, lengthof(refused)), "refused heads, cut");
	ok(survives_cuts(accepted, lengthof(accepted)), "accepted heads, cut");
	ok(survives_random(200000), "heads changed at random");
	ok(accepts_random_headers(100000), "random headers");
	return done_testing();
}
