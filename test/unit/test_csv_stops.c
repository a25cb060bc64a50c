/*
 * test_csv_stops.c
 *		All engines find the same stops, and look at no byte behind the buffer.
 */
#include <stdlib.h>
#include <string.h>

#include "csv_stops.h"
#include "unit.h"

static const WfxStopNeedles needles = {{'\r', ';', '"', '\\', '\n'}};
static const char *const names[] = {"scalar", "sse2", "avx2"};

/* The plain truth about a buffer */
static int
find_plainly(const char *buf, size_t len, uint16_t *stops)
{
	int			n = 0;
	size_t		i;

	for (i = 0; i < len; i++)
		if (memchr(needles.bytes, buf[i], WFX_STOPS_NEEDLES) != NULL)
			stops[n++] = (uint16_t) i;
	return n;
}

/* A buffer of exactly so many bytes; every so often a needle or a byte that is nearly one */
static char *
make_buffer(size_t len, int seed, int rare)
{
	static const char alphabet[] = ";\"\\\r\n:!]\f\v\x8d\x8a";
	char	   *buf = malloc(len);
	size_t		i;

	srand(seed);
	for (i = 0; i < len; i++)
		buf[i] = rand() % rare == 0 ? alphabet[rand() % (sizeof(alphabet) - 1)] : (char) rand();
	return buf;
}

/* Does an engine agree with the truth over buffers of one kind? */
static void
test_engine(WfxStopsEngine engine, int rare)
{
	WfxStopsFinder find = wfx_stops_finder(engine);
	uint16_t	stops[WFX_STOPS_ROOM];
	uint16_t	expected[WFX_STOPS_ROOM];
	size_t		len;
	int			wrong = 0;

	if (find == NULL)
	{
		ok(true, "%s: this processor has it not # SKIP", names[engine]);
		return;
	}
	for (len = 0; len <= WFX_STOPS_CHUNK; len += len < 300 ? 1 : 73)
	{
		char	   *buf = make_buffer(len, (int) len, rare);
		int			n = find_plainly(buf, len, expected);

		wrong += find(&needles, buf, len, stops) != n ||
			memcmp(stops, expected, n * sizeof(uint16_t)) != 0;
		free(buf);
	}
	ok(wrong == 0, "%s: one byte of %d matters", names[engine], rare);
}

/* A full chunk of nothing but stops is the most there can be */
static void
test_full(WfxStopsEngine engine)
{
	WfxStopsFinder find = wfx_stops_finder(engine);
	uint16_t   *stops = malloc(WFX_STOPS_ROOM * sizeof(uint16_t));
	char	   *buf = malloc(WFX_STOPS_CHUNK);

	memset(buf, '\n', WFX_STOPS_CHUNK);
	ok(find == NULL || (find(&needles, buf, WFX_STOPS_CHUNK, stops) == WFX_STOPS_CHUNK &&
						stops[WFX_STOPS_CHUNK - 1] == WFX_STOPS_CHUNK - 1),
	   "%s: a chunk full of stops", names[engine]);
	free(stops);
	free(buf);
}

int
main(void)
{
	int			engine;

	for (engine = WFX_STOPS_SCALAR; engine <= WFX_STOPS_AVX2; engine++)
	{
		test_engine((WfxStopsEngine) engine, 1);
		test_engine((WfxStopsEngine) engine, 10);
		test_engine((WfxStopsEngine) engine, 1000);
		test_full((WfxStopsEngine) engine);
	}
	ok(wfx_stops_finder(WFX_STOPS_FASTEST) != NULL, "every processor has some engine");
	return done_testing();
}
