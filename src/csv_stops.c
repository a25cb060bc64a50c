/*
 * csv_stops.c
 *		Where the bytes are that mean something to the CSV scanner.
 *
 * SSE2 belongs to every x86-64 processor.  AVX2 is compiled in beside it, for
 * itself, and chosen at run time.
 *
 * A block of 64 bytes becomes a word of 64 bits, one for each byte that is a
 * stop, and the word becomes offsets.
 */
#include "csv_stops.h"

#if defined(__x86_64__) && defined(__GNUC__)
#define HAVE_VECTORS
#include <immintrin.h>
#endif

/* Byte by byte, from some offset on */
static int
find_from(const WfxStopNeedles *needles, const char *buf, size_t from, size_t len,
		  uint16_t *stops)
{
	bool		is_stop[256] = {false};
	int			n = 0;

	for (int i = 0; i < WFX_STOPS_NEEDLES; i++)
		is_stop[(uint8_t) needles->bytes[i]] = true;
	for (size_t i = from; i < len; i++)
	{
		stops[n] = (uint16_t) i;
		n += is_stop[(uint8_t) buf[i]];
	}
	return n;
}

/* Byte by byte */
static int
find_scalar(const WfxStopNeedles *needles, const char *buf, size_t len, uint16_t *stops)
{
	return find_from(needles, buf, 0, len, stops);
}

#ifdef HAVE_VECTORS

#define BLOCK	64
#define WITH_AVX2 __attribute__((target("avx2,bmi,popcnt")))

/* The stops among 16 bytes */
static inline uint64_t
word_of_16(const __m128i *needles, const char *buf)
{
	__m128i		bytes = _mm_loadu_si128((const __m128i *) buf);
	__m128i		line_end = _mm_or_si128(_mm_cmpeq_epi8(bytes, needles[0]),
										_mm_cmpeq_epi8(bytes, needles[1]));
	__m128i		quote = _mm_or_si128(_mm_cmpeq_epi8(bytes, needles[2]),
									 _mm_cmpeq_epi8(bytes, needles[3]));
	__m128i		rest = _mm_cmpeq_epi8(bytes, needles[4]);

	return (uint32_t) _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(line_end, quote), rest));
}

/* 16 bytes at once */
static int
find_sse2(const WfxStopNeedles *needles, const char *buf, size_t len, uint16_t *stops)
{
	__m128i		vectors[WFX_STOPS_NEEDLES];
	uint16_t   *next = stops;
	size_t		from;

	for (int i = 0; i < WFX_STOPS_NEEDLES; i++)
		vectors[i] = _mm_set1_epi8(needles->bytes[i]);
	for (from = 0; from + BLOCK <= len; from += BLOCK)
	{
		uint64_t	word = word_of_16(vectors, buf + from) |
			word_of_16(vectors, buf + from + 16) << 16 |
			word_of_16(vectors, buf + from + 32) << 32 |
			word_of_16(vectors, buf + from + 48) << 48;

		for (; word != 0; word &= word - 1)
			*next++ = (uint16_t) (from + __builtin_ctzll(word));
	}
	return (int) (next - stops) + find_from(needles, buf, from, len, next);
}

/* The stops among 32 bytes */
WITH_AVX2 static inline uint64_t
word_of_32(const __m256i *needles, const char *buf)
{
	__m256i		bytes = _mm256_loadu_si256((const __m256i *) buf);
	__m256i		line_end = _mm256_or_si256(_mm256_cmpeq_epi8(bytes, needles[0]),
										   _mm256_cmpeq_epi8(bytes, needles[1]));
	__m256i		quote = _mm256_or_si256(_mm256_cmpeq_epi8(bytes, needles[2]),
										_mm256_cmpeq_epi8(bytes, needles[3]));
	__m256i		rest = _mm256_cmpeq_epi8(bytes, needles[4]);

	return (uint32_t) _mm256_movemask_epi8(_mm256_or_si256(_mm256_or_si256(line_end, quote), rest));
}

/*
 * Write the offsets of a word, eight at a time: how many there are is hard to
 * foretell for a processor, so it is not asked more often than need be.
 */
WITH_AVX2 static inline void
write_offsets(uint64_t word, size_t from, uint16_t *next)
{
	do
	{
#pragma GCC unroll 8
		for (int i = 0; i < 8; i++)
		{
			next[i] = (uint16_t) (from + _tzcnt_u64(word));
			word &= word - 1;
		}
		next += 8;
	} while (word != 0);
}

/* 32 bytes at once */
WITH_AVX2 static int
find_avx2(const WfxStopNeedles *needles, const char *buf, size_t len, uint16_t *stops)
{
	__m256i		vectors[WFX_STOPS_NEEDLES];
	uint16_t   *next = stops;
	size_t		from;

	for (int i = 0; i < WFX_STOPS_NEEDLES; i++)
		vectors[i] = _mm256_set1_epi8(needles->bytes[i]);
	for (from = 0; from + BLOCK <= len; from += BLOCK)
	{
		uint64_t	word = word_of_32(vectors, buf + from) |
			word_of_32(vectors, buf + from + 32) << 32;

		write_offsets(word, from, next);
		next += _mm_popcnt_u64(word);
	}
	return (int) (next - stops) + find_from(needles, buf, from, len, next);
}

/* Has the processor what WITH_AVX2 asks for? */
static bool
have_avx2(void)
{
	return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
		__builtin_cpu_supports("popcnt");
}

#endif							/* HAVE_VECTORS */

/* The finder of an engine, or NULL */
WfxStopsFinder
wfx_stops_finder(WfxStopsEngine engine)
{
#ifdef HAVE_VECTORS
	if (engine >= WFX_STOPS_AVX2 && have_avx2())
		return find_avx2;
	if (engine == WFX_STOPS_SSE2 || engine == WFX_STOPS_FASTEST)
		return find_sse2;
#else
	if (engine == WFX_STOPS_FASTEST)
		return find_scalar;
#endif
	return engine == WFX_STOPS_SCALAR ? find_scalar : NULL;
}

/* Choose the engine */
bool
wfx_stops_use(WfxStops *stops, WfxStopsEngine engine)
{
	WfxStopsFinder finder = wfx_stops_finder(engine);

	if (finder != NULL)
		stops->finder = finder;
	return finder != NULL;
}

/* Find the stops in the next chunk that has any */
bool
wfx_stops_find(WfxStops *stops, const char *buf, size_t len)
{
	do
	{
		size_t		n = len - stops->searched;

		if (n == 0)
			return false;
		if (n > WFX_STOPS_CHUNK)
			n = WFX_STOPS_CHUNK;
		stops->chunk = stops->searched;
		stops->count = stops->finder(&stops->needles, buf + stops->chunk, n, stops->list);
		stops->next = 0;
		stops->searched += n;
	} while (stops->count == 0);
	return true;
}
