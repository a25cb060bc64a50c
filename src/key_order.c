/*
 * key_order.c
 *		Keys of a look-up, in the order in which an index has them.
 *
 * Neighbours in an index share its pages, so looking them up one after the other is
 * faster.  Only speed depends on it: bytes are compared, not what a collation makes of
 * them.
 */
#include "postgres.h"

#include "port/pg_bswap.h"

#include "key_order.h"

struct WfxKeyOrder
{
	const WfxKey *key;			/* what they are like */
	int			count;
	int			taken;
	WfxOrderedKey *keys;
};

/* Room for n keys */
WfxKeyOrder *
wfx_key_order_create(const WfxKey *key, int n)
{
	WfxKeyOrder *order = palloc0(sizeof(WfxKeyOrder));

	order->key = key;
	order->keys = palloc(sizeof(WfxOrderedKey) * (n + 1));
	return order;
}

/* The bytes of a key that is passed by reference */
static const char *
key_bytes(const WfxKeyOrder *order, Datum key, Size *len)
{
	if (order->key->typlen == -1)
	{
		*len = VARSIZE_ANY_EXHDR(DatumGetPointer(key));
		return VARDATA_ANY(DatumGetPointer(key));
	}
	*len = order->key->typlen == -2 ? strlen(DatumGetCString(key)) : (Size) order->key->typlen;
	return DatumGetPointer(key);
}

/* The first bytes of a key as a number of the same order */
static uint64
key_prefix(const WfxKeyOrder *order, Datum key)
{
	uint64		prefix = 0;
	const char *bytes;
	Size		len;

	if (order->key->typbyval)
		return (uint64) key ^ (UINT64CONST(1) << 63);
	bytes = key_bytes(order, key, &len);
	memcpy(&prefix, bytes, Min(len, sizeof(prefix)));
	return pg_ntoh64(prefix);
}

/* Add a key */
void
wfx_key_order_add(WfxKeyOrder *order, int n, Datum key)
{
	WfxOrderedKey *added = &order->keys[order->count++];

	added->prefix = key_prefix(order, key);
	added->key = key;
	added->n = n;
}

/* Which of two keys comes first? */
static int
compare(const void *a, const void *b, void *arg)
{
	const WfxKeyOrder *order = arg;
	const WfxOrderedKey *left = a;
	const WfxOrderedKey *right = b;
	Size		left_len;
	Size		right_len;
	const char *left_bytes;
	const char *right_bytes;
	int			result;

	if (left->prefix != right->prefix || order->key->typbyval)
		return left->prefix < right->prefix ? -1 : left->prefix > right->prefix;
	left_bytes = key_bytes(order, left->key, &left_len);
	right_bytes = key_bytes(order, right->key, &right_len);
	result = memcmp(left_bytes, right_bytes, Min(left_len, right_len));
	return result != 0 ? result : (left_len > right_len) - (left_len < right_len);
}

/* Put the keys in order */
void
wfx_key_order_sort(WfxKeyOrder *order)
{
	qsort_arg(order->keys, order->count, sizeof(WfxOrderedKey), compare, order);
}

/* The next key */
const WfxOrderedKey *
wfx_key_order_next(WfxKeyOrder *order)
{
	return order->taken < order->count ? &order->keys[order->taken++] : NULL;
}

/* How many keys there are */
int
wfx_key_order_count(const WfxKeyOrder *order)
{
	return order->count;
}

/* Put the keys into rows */
void
wfx_key_order_put(WfxKeyOrder *order, WfxBatchRows *rows)
{
	const WfxOrderedKey *next;

	wfx_key_order_sort(order);
	while ((next = wfx_key_order_next(order)) != NULL)
		wfx_key_rows_put(rows, next->n, next->key);
}
