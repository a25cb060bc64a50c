/*
 * email.c
 *		Is this an e-mail address that mail systems take?
 *
 * The grammar is RFC 5321's mailbox with the letters of RFC 6531, less what no
 * client list means: comments, folded lines, dotted quoted words, addresses of
 * machines in brackets, domains without a dot.
 */
#include "email.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define MAX_ADDRESS 254			/* RFC 5321's path of 256, less its brackets */
#define MAX_LOCAL_PART 64
#define MAX_LABEL 63

/* Characters that no address may hold, first and last in UTF-8 of one length */
typedef struct WfxForbidden
{
	const char *first;
	const char *last;
	const char *reason;
} WfxForbidden;

static const char blank_inside[] = "it has a blank inside";
static const char control_inside[] = "it has a control character inside";
static const char invisible_inside[] = "it has an invisible character inside";
static const char look_alike[] = "it has a look-alike of a plain character inside";
static const char no_character[] = "it has a code inside that stands for no character";

static const WfxForbidden forbidden[] = {
	{"\xC2\x80", "\xC2\x9F", control_inside},
	{"\xC2\xA0", "\xC2\xA0", blank_inside},
	{"\xC2\xAD", "\xC2\xAD", invisible_inside}, /* soft hyphen */
	{"\xCD\xBE", "\xCD\xBE", look_alike},	/* Greek question mark */
	{"\xD8\x9C", "\xD8\x9C", invisible_inside}, /* Arabic letter mark */
	{"\xE1\x9A\x80", "\xE1\x9A\x80", blank_inside},
	{"\xE1\xA0\x8E", "\xE1\xA0\x8E", invisible_inside},
	{"\xE1\xBF\xAF", "\xE1\xBF\xAF", look_alike},	/* Greek varia */
	{"\xE2\x80\x80", "\xE2\x80\x8A", blank_inside},
	{"\xE2\x80\x8B", "\xE2\x80\x8F", invisible_inside}, /* zero width, direction */
	{"\xE2\x80\xA4", "\xE2\x80\xA4", look_alike},	/* one dot leader */
	{"\xE2\x80\xA8", "\xE2\x80\xA9", blank_inside}, /* line, paragraph separator */
	{"\xE2\x80\xAA", "\xE2\x80\xAE", invisible_inside}, /* overrides of direction */
	{"\xE2\x80\xAF", "\xE2\x80\xAF", blank_inside},
	{"\xE2\x81\x9F", "\xE2\x81\x9F", blank_inside},
	{"\xE2\x81\xA0", "\xE2\x81\xAF", invisible_inside}, /* joiners, isolates */
	{"\xE2\x92\x88", "\xE2\x92\x9B", look_alike},	/* digit with full stop */
	{"\xE3\x80\x80", "\xE3\x80\x80", blank_inside},
	{"\xE3\x80\x82", "\xE3\x80\x82", look_alike},	/* ideographic full stop */
	{"\xEE\x80\x80", "\xEF\xA3\xBF", no_character}, /* private use */
	{"\xEF\xAC\x80", "\xEF\xAD\x8F", look_alike},	/* ligatures, presentation forms */
	{"\xEF\xB7\x90", "\xEF\xB7\xAF", no_character},
	{"\xEF\xB9\x90", "\xEF\xB9\xAF", look_alike},	/* small forms */
	{"\xEF\xBB\xBF", "\xEF\xBB\xBF", invisible_inside}, /* byte order mark */
	{"\xEF\xBC\x81", "\xEF\xBD\xA1", look_alike},	/* full-width forms */
	{"\xEF\xBF\xB9", "\xEF\xBF\xBC", invisible_inside},
	{"\xEF\xBF\xBD", "\xEF\xBF\xBF", no_character},
	{"\xF3\xB0\x80\x80", "\xF4\x8F\xBF\xBF", no_character}	/* private planes */
};

/* Is this an ASCII letter? */
static bool
is_letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* Is this an ASCII digit? */
static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Is this a byte of a character beyond ASCII? */
static bool
is_high(char c)
{
	return (unsigned char) c > 127;
}

/* Is this an ASCII control character? */
static bool
is_control(char c)
{
	return (unsigned char) c < ' ' || c == 127;
}

/* Is this a blank to the eye? */
static bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* May this stand in an unquoted local part?  (RFC 5322's atext) */
static bool
is_atom_character(char c)
{
	return is_letter(c) || is_digit(c) || is_high(c) ||
		(c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

/* Does a character from first to last stand at s? */
static bool
stands_between(const char *s, size_t len, const char *first, const char *last)
{
	size_t		size = strlen(first);

	/* The order of UTF-8 bytes is the order of code points. */
	return len >= size && memcmp(s, first, size) >= 0 && memcmp(s, last, size) <= 0;
}

/* A mark that needs a letter before it cannot come first */
static bool
starts_with_mark(const char *s, size_t len)
{
	return stands_between(s, len, "\xCC\x80", "\xCD\xAF");
}

/* Find characters beyond ASCII that are no letters */
static const char *
forbidden_problem(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
	{
		if (!is_high(s[i]))
			continue;
		for (size_t j = 0; j < sizeof(forbidden) / sizeof(forbidden[0]); j++)
		{
			if (stands_between(s + i, len - i, forbidden[j].first, forbidden[j].last))
				return forbidden[j].reason;
		}
	}
	return NULL;
}

/* What is wrong with a character that has no place where it stands */
static const char *
misplaced_character(char c, const char *otherwise)
{
	if (is_blank(c))
		return blank_inside;
	if (is_control(c))
		return control_inside;
	if (c == '<' || c == '>')
		return "it has angle brackets, only the bare address can be taken";
	return otherwise;
}

/* The length of the quoted local part at the start, 0 if it never closes */
static size_t
quoted_length(const char *s, size_t len)
{
	for (size_t i = 1; i < len; i++)
	{
		if (s[i] == '"')
			return i + 1;
		if (s[i] == '\\')
			i++;
	}
	return 0;
}

/* Check what stands between the quotes of a quoted local part */
static const char *
quoted_problem(const char *s, size_t len)
{
	if (len == 0)
		return "nothing stands between its quotes";
	for (size_t i = 0; i < len; i++)
	{
		if (s[i] == '\\')
		{
			i++;
			if (is_high(s[i]))
				return "a backslash stands before a character beyond ASCII";
		}
		/* A blank is what the quotes are for; a line end is not. */
		if (is_control(s[i]))
			return control_inside;
	}
	return NULL;
}

/* Check an unquoted local part */
static const char *
dot_atom_problem(const char *s, size_t len)
{
	if (s[0] == '.')
		return "it starts with a dot";
	if (s[len - 1] == '.')
		return "a dot stands before its @";
	for (size_t i = 0; i < len; i++)
	{
		if (s[i] == '.')
		{
			if (s[i + 1] == '.')
				return "it has two dots in a row";
		}
		else if (!is_atom_character(s[i]))
			return misplaced_character(s[i], "a character before its @ is not allowed there");
	}
	return NULL;
}

/* Check what stands before the @ */
static const char *
local_part_problem(const char *s, size_t len)
{
	if (len == 0)
		return "nothing stands before its @";
	if (len > MAX_LOCAL_PART)
		return "the part before its @ is longer than 64 bytes";
	if (starts_with_mark(s, len))
		return "it starts with an accent that has no letter";
	if (s[0] == '"')
		return quoted_problem(s + 1, len - 2);
	return dot_atom_problem(s, len);
}

/* The code point at s, and its length; a byte that is no UTF-8 stands for itself */
static uint32_t
code_point(const char *s, size_t len, size_t *size)
{
	unsigned char first = (unsigned char) s[0];
	uint32_t	code;

	*size = first < 0xC2 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
	if (*size == 1 || *size > len)
	{
		*size = 1;
		return first;
	}
	code = first & (0x7F >> *size);
	for (size_t i = 1; i < *size; i++)
	{
		if ((s[i] & 0xC0) != 0x80)
		{
			*size = 1;
			return first;
		}
		code = code << 6 | (s[i] & 0x3F);
	}
	return code;
}

/* How many Punycode digits one number takes, and the bias after it (RFC 3492) */
static size_t
punycode_digits(uint32_t delta, uint32_t handled, bool first, uint32_t *bias)
{
	uint32_t	q = delta;
	uint32_t	k;
	size_t		digits = 1;

	for (k = 36;; k += 36)
	{
		uint32_t	t = k <= *bias ? 1 : k >= *bias + 26 ? 26 : k - *bias;

		if (q < t)
			break;
		q = (q - t) / (36 - t);
		digits++;
	}
	delta /= first ? 700 : 2;
	delta += delta / handled;
	for (k = 0; delta > 35 * 26 / 2; k += 36)
		delta /= 35;
	*bias = k + 36 * delta / (delta + 38);
	return digits;
}

/* The length of the Punycode that writes the characters beyond ASCII */
static size_t
punycode_length(const uint32_t *codes, size_t count, size_t ascii)
{
	size_t		length = 0;
	uint32_t	handled = ascii;
	uint32_t	bias = 72;
	uint32_t	delta = 0;
	uint32_t	next = 128;

	while (handled < count)
	{
		uint32_t	least = UINT32_MAX;

		for (size_t i = 0; i < count; i++)
		{
			if (codes[i] >= next && codes[i] < least)
				least = codes[i];
		}
		delta += (least - next) * (handled + 1);
		for (size_t i = 0; i < count; i++)
		{
			if (codes[i] < least)
				delta++;
			if (codes[i] != least)
				continue;
			length += punycode_digits(delta, handled + 1, handled == ascii, &bias);
			delta = 0;
			handled++;
		}
		delta++;
		next = least + 1;
	}
	return length;
}

/* Are all characters ASCII? */
static bool
is_ascii(const char *s, size_t len)
{
	bool		high = false;

	for (size_t i = 0; i < len; i++)
		high |= is_high(s[i]);
	return !high;
}

/* The length that a label has in the DNS, where other letters travel as xn-- */
static size_t
dns_length(const char *s, size_t len)
{
	uint32_t	codes[MAX_ADDRESS];
	size_t		count = 0;
	size_t		ascii = 0;
	size_t		size;

	/* Longer ones fail anyway, and their arithmetic could overflow. */
	if (len > MAX_ADDRESS || is_ascii(s, len))
		return len;
	for (size_t i = 0; i < len; i += size)
	{
		codes[count] = code_point(s + i, len - i, &size);
		if (codes[count++] < 128)
			ascii++;
	}
	return strlen("xn--") + ascii + (ascii > 0 ? 1 : 0) + punycode_length(codes, count, ascii);
}

/* The length of a whole domain in the DNS */
static size_t
dns_domain_length(const char *s, size_t len)
{
	const char *end = s + len;
	size_t		length = 0;

	for (;;)
	{
		const char *dot = memchr(s, '.', end - s);

		if (dot == NULL)
			return length + dns_length(s, end - s);
		length += dns_length(s, dot - s) + 1;
		s = dot + 1;
	}
}

/* Check hyphens in third and fourth place, which DNS reserves for xn-- */
static const char *
prefix_problem(const char *s, size_t len)
{
	if (len < 4 || s[2] != '-' || s[3] != '-')
		return NULL;
	if ((s[0] != 'x' && s[0] != 'X') || (s[1] != 'n' && s[1] != 'N'))
		return "a label of its domain has hyphens in third and fourth place";
	/* The last digit of a Punycode number is below 26, thus a letter. */
	if (len == 4 || !is_letter(s[len - 1]))
		return "a label of its domain that starts with xn-- stands for no name";
	return NULL;
}

/* Check one label of the domain */
static const char *
label_problem(const char *s, size_t len)
{
	if (len == 0)
		return "a label of its domain is empty";
	if (dns_length(s, len) > MAX_LABEL)
		return "a label of its domain is longer than 63 characters";
	if (s[0] == '-')
		return "a label of its domain starts with a hyphen";
	if (s[len - 1] == '-')
		return "a label of its domain ends in a hyphen";
	if (starts_with_mark(s, len))
		return "a label of its domain starts with an accent that has no letter";
	for (size_t i = 0; i < len; i++)
	{
		if (!is_letter(s[i]) && !is_digit(s[i]) && !is_high(s[i]) && s[i] != '-')
			return misplaced_character(s[i], "a character of its domain is not allowed there");
	}
	return prefix_problem(s, len);
}

/* Check the label that stands last: no top-level domain looks like a number */
static const char *
last_label_problem(const char *s, size_t len)
{
	size_t		digits = 0;
	bool		hyphen = memchr(s, '-', len) != NULL;

	while (digits < len && is_digit(s[len - 1 - digits]))
		digits++;
	if (digits == len)
		return "its domain ends in a number";
	if (hyphen && digits > 0)
		return "its domain ends in a hyphen and a number";
	return NULL;
}

/* Check what stands after the @ */
static const char *
domain_problem(const char *s, size_t len)
{
	const char *end = s + len;
	const char *label = s;
	const char *dot;

	if (len == 0)
		return "nothing stands after its @";
	/* Mail to a machine by its number is for testing, never a client's. */
	if (s[0] == '[')
		return "it has an IP address in place of a domain";
	while ((dot = memchr(label, '.', end - label)) != NULL)
	{
		const char *reason = label_problem(label, dot - label);

		if (reason != NULL)
			return reason;
		label = dot + 1;
	}
	if (label == end)
		return "it ends in a dot";
	if (label_problem(label, end - label) != NULL)
		return label_problem(label, end - label);
	if (label == s)
		return "its domain has no dot";
	return last_label_problem(label, end - label);
}

/* What two @ mean: two addresses, or one that is spoiled */
static const char *
second_at_problem(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
	{
		if (s[i] == ',' || s[i] == ';')
			return "it is more than one address";
	}
	return "it has more than one @";
}

const char *
wfx_email_problem(const char *address, size_t len)
{
	size_t		local = 0;
	const char *at;
	const char *reason;

	if (len == 0)
		return "it is empty";
	if (address[0] == '"')
	{
		local = quoted_length(address, len);
		if (local == 0)
			return "its quote is never closed";
	}
	at = memchr(address + local, '@', len - local);
	if (at == NULL)
		return "it has no @";
	if (local > 0 && at != address + local)
		return misplaced_character(address[local], "its quoted part does not reach its @");
	local = at - address;
	if (memchr(at + 1, '@', len - local - 1) != NULL)
		return second_at_problem(address, len);
	if (len > MAX_ADDRESS)
		return "it is longer than 254 bytes";
	reason = forbidden_problem(address, len);
	if (reason == NULL)
		reason = local_part_problem(address, local);
	if (reason == NULL)
		reason = domain_problem(at + 1, len - local - 1);
	if (reason == NULL && local + 1 + dns_domain_length(at + 1, len - local - 1) > MAX_ADDRESS)
		reason = "it is longer than 254 bytes as it travels";
	return reason;
}
