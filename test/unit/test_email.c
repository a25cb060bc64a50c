/*
 * test_email.c
 *		Addresses that are accepted, and the reasons why others are not.
 */
#include "email.h"
#include "unit.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define lengthof(array) (sizeof(array) / sizeof((array)[0]))
#define DIGITS "1234567890"
#define FIFTY DIGITS DIGITS DIGITS DIGITS DIGITS

/* reason: NULL for an acceptable address */
typedef struct EmailCase
{
	const char *address;
	const char *reason;
} EmailCase;

static const char blank[] = "it has a blank inside";
static const char control[] = "it has a control character inside";
static const char local_char[] = "a character before its @ is not allowed there";
static const char domain_char[] = "a character of its domain is not allowed there";
static const char literal[] = "it has an IP address in place of a domain";
static const char look_alike[] = "it has a look-alike of a plain character inside";
static const char invisible[] = "it has an invisible character inside";
static const char long_label[] = "a label of its domain is longer than 63 characters";

static const EmailCase cases[] = {
	{"mia@example.org", NULL},
	{"MIA.Berg@Example.ORG", NULL},
	{"m@e.de", NULL},
	{"mia+list@mail.example.org", NULL},
	{"m_b-1%2@ex-ample.co.uk", NULL},
	{"o'hara@example.ie", NULL},
	{"a!#$%&'*+-/=?^_`{|}~z@example.org", NULL},
	{"007@1a.museum", NULL},
	{"mia@xn--mnchen-3ya.example", NULL},
	{"mia@a--b.example", NULL},
	{"mia@m\xC3\xBCnchen.example", NULL},
	{"\xD0\xBC\xD0\xB8\xD1\x8F@\xD0\xBF\xD0\xBE\xD1\x87\xD1\x82.\xD1\x80\xD1\x84", NULL},
	{"m\xFCller@example.org", NULL},	/* Latin-1, not UTF-8 */
	{"mia@host.test", NULL},

	{"", "it is empty"},
	{"mia", "it has no @"},
	{"mia at example.org", "it has no @"},
	{"mia\xEF\xBC\xA0" "example.org", "it has no @"},
	{"@example.org", "nothing stands before its @"},
	{"mia@", "nothing stands after its @"},
	{"@", "nothing stands before its @"},
	{"mia@@example.org", "it has more than one @"},
	{"mia@home@example.org", "it has more than one @"},
	{"mia@example.org;leo@example.org", "it is more than one address"},
	{"mia@example.org,leo@example.org", "it is more than one address"},

	{".mia@example.org", "it starts with a dot"},
	{"mia.@example.org", "a dot stands before its @"},
	{"mia..berg@example.org", "it has two dots in a row"},
	{"mia berg@example.org", blank},
	{"mia\tberg@example.org", blank},
	{"mia@exam ple.org", blank},
	{"mia@example.org\n", blank},
	{"mia\xC2\xA0" "berg@example.org", blank},
	{"mia\x01@example.org", control},
	{"mia@example.org\x7F", control},
	{"mia\\berg@example.org", local_char},
	{"(home)mia@example.org", local_char},
	{"mailto:mia@example.org", local_char},
	{"mi\"a\"@example.org", local_char},
	{"mia@example.org(home)", domain_char},
	{"mia@example_org.de", domain_char},
	{"mia@example,org", domain_char},
	{"<mia@example.org>", "it has angle brackets, only the bare address can be taken"},
	{"mia@example.org>", "it has angle brackets, only the bare address can be taken"},
	{"mia\xE2\x80\x8B@example.org", invisible},
	{"mia@example.org\xE2\x80\xAE", invisible},
	{"mia@example\xEF\xBC\x8Eorg", look_alike},
	{"\xEF\xAC\x81@example.org", look_alike},
	{"mia\xEE\x80\x80@example.org", "it has a code inside that stands for no character"},
	{"\xCC\x80mia@example.org", "it starts with an accent that has no letter"},
	{"mia@\xCC\x80x.org", "a label of its domain starts with an accent that has no letter"},

	{"\"mia berg\"@example.org", NULL},
	{"\"mia@home\"@example.org", NULL},
	{"\"mia..b\"@example.org", NULL},
	{"\"m\\\"i\\\\a\"@example.org", NULL},
	{"\"\"@example.org", "nothing stands between its quotes"},
	{"\"mia@example.org", "its quote is never closed"},
	{"\"mia\\\"@example.org", "its quote is never closed"},
	{"\"", "its quote is never closed"},
	{"\"mia\\", "its quote is never closed"},
	{"\"mia\"", "it has no @"},
	{"\"mia\"berg@example.org", "its quoted part does not reach its @"},
	{"\"mia\".berg@example.org", "its quoted part does not reach its @"},
	{"\"Mia Berg\" <mia@example.org>", blank},
	{"\"mia\nberg\"@example.org", control},
	{"\"mia\\\nberg\"@example.org", control},
	{"\"mia\\\xC3\xBC\"@example.org", "a backslash stands before a character beyond ASCII"},

	{"mia@localhost", "its domain has no dot"},
	{"mia@.example.org", "a label of its domain is empty"},
	{"mia@example..org", "a label of its domain is empty"},
	{"mia@example.org.", "it ends in a dot"},
	{"mia@.", "a label of its domain is empty"},
	{"mia@-example.org", "a label of its domain starts with a hyphen"},
	{"mia@example-.org", "a label of its domain ends in a hyphen"},
	{"mia@example.org-", "a label of its domain ends in a hyphen"},
	{"mia@ab--cd.org", "a label of its domain has hyphens in third and fourth place"},
	{"mia@xn--9.org", "a label of its domain that starts with xn-- stands for no name"},
	{"mia@192.168.7.7", "its domain ends in a number"},
	{"mia@example.7", "its domain ends in a number"},
	{"mia@example.x-7", "its domain ends in a hyphen and a number"},
	{"mia@[192.168.7.7]", literal},
	{"mia@[IPv6:2001:db8::7]", literal},

	/* what doc/errors.md says about kinds of addresses */
	{"\xD1\x8E\xD0\xB7\xD0\xB5\xD1\x80@example.com", NULL},
	{"ann@b\xC3\xBC" "cher.example", NULL},
	{"\"Ann Lee\"@example.com", NULL},
	{"\"a..b@c\"@example.com", NULL},
	{"\"a\a\"@example.com", control},
	{"ann.\"lee\"@example.com", local_char},
	{"ann(at home)@example.com", local_char},
	{"ann @ example.com", blank},
	{"Ann <ann@example.com>", blank},
	{"ann@io", "its domain has no dot"},
	{"ann@192.0.2.1", "its domain ends in a number"},
	{"ann@[192.0.2.1]", literal},
	{"ann\xEF\xBC\xA0" "example.com", "it has no @"},
	{"ann@host.test", NULL},
	{"ann@printer.local", NULL},

	{FIFTY "12345678901234@example.org", NULL},
	{FIFTY "123456789012345@example.org", "the part before its @ is longer than 64 bytes"},
	{"mia@" FIFTY "1234567890123.org", NULL},
	{"mia@" FIFTY "12345678901234.org", long_label},
	{"mia@\xC3\xBC" FIFTY "12.org", NULL},
	{"mia@\xE4\xB8\xAD" FIFTY "123456.org", long_label},
	{"a23@" FIFTY "." FIFTY "." FIFTY "." FIFTY "." DIGITS DIGITS DIGITS "123456789012.org", NULL},
	{"a23@" FIFTY "." FIFTY "." FIFTY "." FIFTY "." DIGITS DIGITS DIGITS "1234567890123.org",
	"it is longer than 254 bytes"},
	{"a23@" FIFTY "." FIFTY "." FIFTY "." FIFTY "." DIGITS DIGITS DIGITS "12345678\xC3\xBC.org",
	"it is longer than 254 bytes as it travels"}
};

/* Judge a copy of exactly its size, so that a read beyond it is seen */
static const char *
problem(const char *address, size_t len)
{
	char	   *copy = malloc(len);
	const char *reason;

	if (len > 0)
		memcpy(copy, address, len);
	reason = wfx_email_problem(copy, len);
	free(copy);
	return reason;
}

/* Did the judgement come out as the case says? */
static bool
same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
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

/* Judge addresses put together at random; an accepted one holds what all must */
static bool
survives_random(int rounds)
{
	static const char pool[] = "aZ0@@..-\"\\ <[xn-\xC3\xBC\xE2\x80\x8B\xF4\xFF";

	for (int i = 0; i < rounds; i++)
	{
		char		address[300];
		size_t		len = next_random() % (i % 50 == 0 ? sizeof(address) : 24);

		for (size_t j = 0; j < len; j++)
			address[j] = pool[next_random() % (sizeof(pool) - 1)];
		if (problem(address, len) == NULL &&
			(len > 254 || memchr(address, '@', len) == NULL || memchr(address, '.', len) == NULL))
			return false;
	}
	return true;
}

int
main(void)
{
	for (size_t i = 0; i < lengthof(cases); i++)
	{
		const char *reason = problem(cases[i].address, strlen(cases[i].address));

		if (!ok(same(reason, cases[i].reason), "case %zu is %s", i + 1,
				cases[i].reason ? cases[i].reason : "accepted"))
			printf("# got: %s\n", reason ? reason : "accepted");
	}
	ok(!same(problem("mia\0@example.org", 16), NULL), "a NUL byte is refused");
	ok(survives_random(200000), "random addresses");
	return done_testing();
}
