#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <zlib.h>

#include "io/source_priv.h"

/*
 * zlib's codec and ISA-L's say the same of the same files.  Where ISA-L is not
 * built in, there is one codec, and test_source.c tests it.
 */

#define PLAIN_MAX 900000u
#define RAW_MAX 920000u
#define SMALL_MAX 60000u

/* More than ISA-L's codec ever decodes at once. */
#define ROOM_MAX 300000u

static uint32_t
next_random(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint32_t)(*seed >> 33);
}

/* n bytes of one of some kinds: noise, few letters, repeats. */
static void
fill(uint8_t *p, size_t n, unsigned kind, uint64_t *seed)
{
	for (size_t i = 0; i < n; i++) {
		const uint64_t r = next_random(seed);

		if (kind == 0)
			p[i] = (uint8_t)r;
		else if (kind == 1)
			p[i] = (uint8_t)((r & 15) * 17);
		else if (kind == 2)
			p[i] = (uint8_t) "aaaaaaab"[r & 7];
		else
			p[i] = i < 50 || i % 50 > 40 ? r & 63 : p[i - 50];
	}
}

static size_t
compress_gzip(
    const uint8_t *plain, size_t n, uint64_t *seed, uint8_t *raw, size_t cap)
{
	const int level = 1 + (int)(next_random(seed) % 9);
	const int strategy =
	    next_random(seed) % 4 ? Z_DEFAULT_STRATEGY : Z_FIXED;
	uint8_t extra[] = "extra", name[] = "updates.20141222.1615";
	gz_header head = {.extra = extra,
	    .extra_len = sizeof(extra),
	    .name = name,
	    .comment = name,
	    .hcrc = 1};
	z_stream z = {.next_in = NULL};

	assert_int_equal(
	    deflateInit2(&z, level, Z_DEFLATED, 31, 8, strategy), Z_OK);
	if (next_random(seed) % 2)
		deflateSetHeader(&z, &head);
	z.next_in = (uint8_t *)(uintptr_t)plain;
	z.avail_in = (uInt)n;
	z.next_out = raw;
	z.avail_out = (uInt)cap;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	n = cap - z.avail_out;
	deflateEnd(&z);
	return n;
}

struct outcome {
	enum blk_status last;
	const char *problem;
	size_t n;
	uint8_t bytes[PLAIN_MAX * 3];
};

/* The room that is given in turn, ended by 0. */
static void
decode(const struct source_codec *codec, const uint8_t *buf, size_t len,
    const size_t *rooms, struct outcome *o)
{
	struct source_raw raw;
	void *state = NULL;
	size_t i = 0;

	source_raw_init_memory(&raw, buf, len);
	assert_int_equal(codec->open(&state, 1), BLK_OK);
	o->n = 0;
	do {
		struct source_out out = {
		    .buf = o->bytes + o->n, .cap = rooms[i]};

		assert_true(o->n + rooms[i] <= sizeof(o->bytes));
		o->last = codec->read(state, &raw, &out);
		o->n += out.got;
		o->problem = out.problem != NULL ? out.problem : "";
		i = rooms[i + 1] != 0 ? i + 1 : 0;
	} while (o->last == BLK_OK);
	codec->close(state);
}

#ifdef BLACKOUT_ISAL

static struct outcome by_zlib, by_isal, again;

/* Decode by both; the bytes are the same as far as both give any. */
static void
decode_both(const uint8_t *raw, size_t n)
{
	static const size_t some[] = {10000, 0};
	static const size_t rooms[][8] = {
	    {17, 0},
	    {ROOM_MAX, 0},
	    {ROOM_MAX, 1, 100000, 20000, ROOM_MAX, 50000, 0},
	    {40000, 40000, 17, 70000, 0},
	};
	size_t common;

	decode(&source_gzip_codec, raw, n, some, &by_zlib);
	decode(&source_gzip_isal_codec, raw, n, some, &by_isal);
	common = by_zlib.n < by_isal.n ? by_zlib.n : by_isal.n;
	assert_int_equal(by_isal.last, by_zlib.last);
	assert_memory_equal(by_isal.bytes, by_zlib.bytes, common);
	/* And how they are read makes no difference. */
	for (size_t i = 0; i < sizeof(rooms) / sizeof(rooms[0]); i++) {
		decode(&source_gzip_isal_codec, raw, n, rooms[i], &again);
		assert_int_equal(again.last, by_isal.last);
		assert_int_equal(again.n, by_isal.n);
		assert_memory_equal(again.bytes, by_isal.bytes, by_isal.n);
		assert_string_equal(again.problem, by_isal.problem);
	}
}

/* Of a file that ends early ISA-L gives two bytes less at most. */
static void
check_cut(const uint8_t *raw, size_t n)
{
	decode_both(raw, n);
	assert_string_equal(by_isal.problem, by_zlib.problem);
	assert_true(by_isal.n <= by_zlib.n && by_isal.n + 2 >= by_zlib.n);
}

static void
check_flip(const uint8_t *raw, size_t n)
{
	decode_both(raw, n);
	if (by_zlib.last == BLK_END || by_zlib.last == BLK_ETRUNC) {
		assert_true(by_isal.n + 2 >= by_zlib.n);
	} else {
		assert_true(by_isal.n + 300 >= by_zlib.n);
	}
}

/* A file of n bytes, in so many ways. */
static void
cut_and_flip(size_t n, unsigned kind, unsigned ways, uint64_t *seed)
{
	static uint8_t plain[PLAIN_MAX], raw[RAW_MAX];
	size_t len;

	fill(plain, n, kind, seed);
	len = compress_gzip(plain, n, seed, raw, sizeof(raw));
	decode_both(raw, len);
	assert_int_equal(by_isal.last, BLK_END);
	assert_int_equal(by_isal.n, n);
	for (; ways > 0; ways--) {
		const size_t at = 2 + next_random(seed) % (len - 2);
		const unsigned bit = 1u << next_random(seed) % 8;

		check_cut(raw, at);
		raw[at] ^= (uint8_t)bit;
		check_flip(raw, len);
		raw[at] ^= (uint8_t)bit;
	}
}

static void
test_same_of_cut_and_flipped_files(void **state)
{
	uint64_t seed = 1952;

	(void)state;
	for (unsigned i = 0; i < 120; i++) {
		const size_t max = i % 10 == 0 ? SMALL_MAX - 1 : 3000;

		cut_and_flip(next_random(&seed) % max + 1, i % 4, 20, &seed);
	}
}

/* So large that as much is decoded at once as ever is. */
static void
test_same_of_large_files(void **state)
{
	uint64_t seed = 1996;

	(void)state;
	for (unsigned i = 0; i < 8; i++)
		cut_and_flip(
		    PLAIN_MAX - next_random(&seed) % 400000, i % 4, 3, &seed);
}

/* Headers and trailers are read by code of ours: every bit of them. */
static void
test_same_of_headers_and_trailers(void **state)
{
	static uint8_t plain[20], raw[SMALL_MAX];

	(void)state;
	for (uint64_t i = 0; i < 8; i++) {
		uint64_t seed = i;
		size_t len;

		fill(plain, sizeof(plain), 0, &seed);
		len = compress_gzip(
		    plain, sizeof(plain), &seed, raw, sizeof(raw));
		for (size_t at = 2; at < len; at++) {
			decode_both(raw, at);
			for (unsigned bit = 0; bit < 8; bit++) {
				raw[at] ^= (uint8_t)(1u << bit);
				decode_both(raw, len);
				raw[at] ^= (uint8_t)(1u << bit);
			}
		}
	}
}

#endif

static void
test_noise_is_refused(void **state)
{
	static const size_t room[] = {5000, 0};
	static struct outcome o;
	uint8_t raw[64] = {0x1f, 0x8b};
	uint64_t seed = 3;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		fill(raw + 2 + i % 9, sizeof(raw) - 11, 0, &seed);
		decode(&source_gzip_codec, raw, sizeof(raw), room, &o);
		assert_true(o.last < 0);
	}
	assert_int_equal(
	    compress_gzip(raw, 0, &seed, o.bytes, sizeof(o.bytes)) > 0, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#ifdef BLACKOUT_ISAL
	    cmocka_unit_test(test_same_of_cut_and_flipped_files),
	    cmocka_unit_test(test_same_of_large_files),
	    cmocka_unit_test(test_same_of_headers_and_trailers),
#endif
	    cmocka_unit_test(test_noise_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
