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
static const char mail[] = "an e-mail";
static const char cards[] = "a file of contacts or appointments (vCard, iCalendar)";
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
	{HEAD("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0R\0W\0o\0r\0k\0b\0o\0o\0k\0\0\0"),
	"an Excel workbook (.xls)"},
	{HEAD("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0B\0o\0o\0k\0\0\0"), "an Excel workbook (.xls)"},
	{HEAD("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t\0"),
	"a Word document (.doc)"},
	{HEAD("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0"),
	"an Office document with a password (.xlsx, .docx)"},
	{HEAD("\x09\x08\x10\0\0\6\5\0"), "an old Excel worksheet (.xls)"},
	{HEAD("\x09\4\6\0\0\4\x10\0"), "an old Excel worksheet (.xls)"},
	{HEAD("%PDF-1.7\n"), "a PDF document"},
	{HEAD("{\\rtf1\\ansi"), "an RTF document"},
	{HEAD("\x1F\x8B\x08"), "a gzip archive"},
	{HEAD("BZh61AY&SY"), "a bzip2 archive"},
	{HEAD("BZh9\x17\x72\x45\x38\x50\x90\0\0\0\0"), "a bzip2 archive"},
	{HEAD("\x1F\x9D\x90"), "a compressed file (.Z)"},
	{HEAD("\x04\x22\x4D\x18\x64"), "an lz4 archive"},
	{HEAD("LZIP\1\x0C"), "an lzip archive"},
	{HEAD("MSCF\0\0\0\0"), "a cabinet archive"},
	{HEAD("PAR1\x15\4\x15\x10"), "a Parquet file"},
	{HEAD("ARROW1\0\0"), "an Arrow file"},
	{HEAD("FEA1\0\0\0\0"), "a Feather file"},
	{HEAD("ORC\x0A\0\3"), "an ORC file"},
	{HEAD("Obj\1\4\x16" "avro.schema"), "an Avro file"},
	{HEAD("SQLite format 3\0\x10\0"), "an SQLite database"},
	{HEAD("\0\1\0\0Standard ACE DB\0"), "an Access database"},
	{HEAD("PGDMP\1\x0E\0\4\x08"), "a PostgreSQL dump"},
	{HEAD("PGCOPY\n\xFF\r\n\0\0\0\0\0"), "a binary COPY file"},
	{HEAD("\0asm\1\0\0\0"), "a WebAssembly program"},
	{HEAD("\xFD" "7zXZ\0"), "an xz archive"},
	{HEAD("\x28\xB5\x2F\xFD"), "a zstd archive"},
	{HEAD("7z\xBC\xAF\x27\x1C"), "a 7z archive"},
	{HEAD("Rar!\x1A\x07"), "a RAR archive"},
	{HEAD("\x89PNG\r\n\x1A\n"), "a PNG image"},
	{HEAD("\xFF\xD8\xFF\xE0"), "a JPEG image"},
	{HEAD("GIF89a\1\0"), "a GIF image"},
	{HEAD("GIF89a"), "a GIF image"},
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
	{HEAD("#!/usr/bin/awk -F, -f\n"), "a script"},
	{HEAD("\n#! python3\n"), "a script"},
	{HEAD("<?php\necho 1, 2;\n"), "a script"},
	{HEAD("<?=1?>"), "a script"},
	{HEAD("<%@ page language=\"java\" %>"), "a script"},
	{HEAD("\xEF\xBB\xBF#! /usr/bin/env perl"), "a script"},

	{HEAD("<!DOCTYPE html>\n<html>"), html},
	{HEAD("\xEF\xBB\xBF \r\n<HTML lang=de>"), html},
	{HEAD("<html>"), html},
	{HEAD("<table border=1><tr><td>ID"), html},
	{HEAD("<?xml version=\"1.0\"?>"), xml},
	{HEAD("<!DOCTYPE note SYSTEM \"x\">"), xml},
	{HEAD("<?pi data?>\n<root/>"), xml},
	{HEAD("<n0:doc xmlns:n0=\"\">\n<n0:e1></n0:e1>"), xml},
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
	{HEAD("[\n[\"a\"],[\"b\"]\n]\n"), json},
	{HEAD("[[1],\n [2]]"), json},
	{HEAD("[\n {\n },\n {\"id\": 1}]"), json},
	{HEAD("\xFF\xFE<\0h\0t\0m\0l\0>\0"), html},
	{HEAD("\xFE\xFF\0{\0\"\0a\0\"\0:"), json},

	{HEAD("ID;PWXL;N;E\r\nP;PGeneral\r\n"), sylk},
	{HEAD("ID;PWXL;N;E"), sylk},
	{HEAD("ID;PWXL;ND;E\n"), sylk},
	{HEAD("ID;PCALCOOO32\nB;X3;Y2\n"), sylk},
	{HEAD("ID;P\nC;Y1;X1;K\"a\"\n"), sylk},
	{HEAD("ID;P\nE\n"), sylk},
	{HEAD("ID;P"), sylk},

	{HEAD("\xEF\xBB\xBF ID;PWXL;N;E\r\nP;PGeneral\r\n"), sylk},
	{HEAD("\xFF\xFEI\0D\0;\0P\0\n\0B\0;\0Y\0" "2\0"), sylk},
	{HEAD("TABLE\r\n0,1\r\n\"EXCEL\"\r\n"), "a DIF spreadsheet"},

	{HEAD("\xEF\xBB\xBF\r\n%PDF-1.4 \n"), "a PDF document"},
	{HEAD("%PDF-2.0"), "a PDF document"},
	{HEAD("  {\\rtf1"), "an RTF document"},
	{HEAD("%!PS-Adobe-3.0 EPSF-3.0\n"), "a PostScript document"},
	{HEAD("From: a@b.c\nTo: b@b.c\n"), mail},
	{HEAD("Received: from x\r\n\tby y; Mon, 1 Jan 2024\r\nReceived-SPF: pass\r\n"), mail},
	{HEAD("X-Priority: 1\nsubject:\n"), mail},
	{HEAD("MIME-Version: 1.0\nContent-Type: multipart/related\n"), mail},
	{HEAD("From ann@example.com Mon Jan  1 00:00:00 2024\nReturn-Path: <a@b.c>\nDate: x\n"), mail},
	{HEAD("BEGIN:VCARD\r\nVERSION:3.0\r\n"), cards},
	{HEAD("begin:vcalendar\n"), cards},
	{HEAD("--\n-- PostgreSQL database dump\n--\n"), "an SQL dump"},
	{HEAD("-- MySQL dump 10.13\n"), "an SQL dump"},

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

	{HEAD("ID;PIN\nP;555\n"), NULL},
	{HEAD("ID;PIN\nE;1\n"), NULL},
	{HEAD("ID;PHONE;E\n1;2;3\n"), NULL},
	{HEAD("TABLE,0,1\n"), NULL},
	{HEAD("TABLE\n0,1\n"), NULL},

	{HEAD("%PDF,%PNG\n"), NULL},
	{HEAD("%PDF-share,email\n"), NULL},
	{HEAD("%PDF-1.4,%PDF-1.7\n"), NULL},
	{HEAD("{\\rtf1;email\n"), NULL},
	{HEAD("GIF89a,width,height\n1,2,3\n"), NULL},
	{HEAD("GIF87a\temail\n"), NULL},
	{HEAD("RIFF,id,WEBP,email\n"), NULL},
	{HEAD("PAR1,PAR2,email\n"), NULL},
	{HEAD("ORC,FEA1,MSCF,MZ\n"), NULL},
	{HEAD("ORCID,email\n"), NULL},
	{HEAD("MZ\n1\n"), NULL},
	{HEAD("PGDMP;LZIP;Obj;ARROW1\n"), NULL},
	{HEAD("SQLite format 3,email\n"), NULL},
	{HEAD("BZh91AY,email\n"), NULL},
	{HEAD("7z,Rar!,email\n"), NULL},
	{HEAD("#!,email\n"), NULL},
	{HEAD("#!id,email\n"), NULL},
	{HEAD("#! nr;email\n"), NULL},
	{HEAD("#!\n1\n"), NULL},
	{HEAD("From,To,Date\n1,2,3\n"), NULL},
	{HEAD("From: ,To: ,Date: \nx,y,z\n"), NULL},
	{HEAD("From:To:Subject\nTo:From:x\n"), NULL},
	{HEAD("From: To: Subject\nann: bob: x\n"), NULL},
	{HEAD("From email,To email\nfrom: x,y\n"), NULL},
	{HEAD("Subject\nDate: today\n"), NULL},
	{HEAD("E-mail: ,First-Name: \nx,y\n"), NULL},
	{HEAD("BEGIN:VCARD,email\n"), NULL},
	{HEAD("begin,end\n"), NULL},
	{HEAD("--,email\n"), NULL},
	{HEAD("-- email\n-- x\n"), NULL},
	{HEAD("<?>,email\n"), NULL},
	{HEAD("<%>,<script>\n"), NULL},

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
	{HEAD("[[id]],[[name]]\n"), NULL},
	{HEAD("[[1]],[[2]]\n"), NULL},
	{HEAD("[,email\n"), NULL},
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
	const WfxFileKind *kind;

	if (len > 0)
		memcpy(copy, head, len);
	kind = wfx_not_csv_content(copy, len);
	free(copy);
	return kind != NULL ? kind->what : NULL;
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

/* Words that other files start with, as the first column of a CSV */
static const char *const marked[] = {
	"PK", "BM", "II*", "MM", "MM*", "MZ", "ID", "%PDF", "%PDF-", "%PDF-1.7", "GIF87a", "GIF89a", "RIFF",
	"PAR1", "FEA1", "ORC", "MSCF", "PGDMP", "PGCOPY", "Obj", "ARROW1", "SQLite format 3", "BZh9", "7z", "Rar!",
	"LZIP", "{\\rtf1", "{id}", "{\"id\"}", "[id]", "[1]", "[[1]]", "[", "[]", "[\"id\"]", "<id>", "<html>", "<?>", "<%>", "<!>", "#!",
	"#!id", "#id", "%!PS", "%!PS-Adobe-3.0", "From", "From:", "From: ", "To: ", "Subject:", "Date: ", "X-Id: ",
	"BEGIN:VCARD", "TABLE", "--", "-- id", "\x7F", "\xFF", "\xFE", "\xCA\xFE", "\x89PNG", "ustar", "@", "="
};

/* Put a cell of random letters behind the head */
static size_t
add_cell(char *head, size_t len)
{
	for (uint32_t n = 1 + next_random() % 8; n > 0; n--)
		head[len++] = "ABIDMPZabdimpz#-_ "[next_random() % 18];
	return len;
}

/* No header of several words is refused, whatever its first one is, nor with a record below it */
static bool
accepts_random_headers(int rounds)
{
	for (int i = 0; i < rounds; i++)
	{
		char		head[512];
		size_t		len = 0;
		char		delimiter = ",;\t|"[next_random() % 4];

		for (uint32_t lines = 1 + next_random() % 4; lines > 0; lines--)
		{
			if (next_random() % 4 > 0)
			{
				const char *word = marked[next_random() % lengthof(marked)];

				memcpy(head + len, word, strlen(word));
				len += strlen(word);
			}
			else
				len = add_cell(head, len);
			for (uint32_t cells = 1 + next_random() % 4; cells > 0; cells--)
			{
				head[len++] = delimiter;
				len = add_cell(head, len);
			}
			head[len++] = '\n';
		}
		if (judge(head, len) != NULL)
		{
			printf("# refused as %s: %.*s", judge(head, len), (int) len, head);
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
	ok(accepts_random_headers(300000), "random headers");
	return done_testing();
}
