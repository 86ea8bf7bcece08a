#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above */
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "io/pack.h"

/* Bytes go in and come out again, in whatever portions. */

#define BYTES_N 400000u

static uint8_t bytes[BYTES_N], back[BYTES_N];

static uint32_t
next_random(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint32_t)(*seed >> 33);
}

static void
fill(unsigned letters, uint64_t seed)
{
	for (size_t i = 0; i < BYTES_N; i++)
		bytes[i] = (uint8_t)(next_random(&seed) % letters);
}

static size_t
packed_bytes(const struct pack *p)
{
	size_t n = 0;

	for (size_t i = p->at; i < p->n; i++)
		n += p->pieces[i].n;
	return n;
}

/* Take all but `leave` bytes, in portions of up to cap. */
static size_t
take(struct pack *p, size_t at, size_t until, size_t cap, uint64_t *seed)
{
	while (at < until) {
		size_t want = 1 + next_random(seed) % cap, got = 0;

		if (want > until - at)
			want = until - at;
		assert_false(pack_is_empty(p));
		assert_int_equal(pack_take(p, back + at, want, &got), BLK_OK);
		assert_in_range(got, 1, want);
		at += got;
		if (next_random(seed) % 3 == 0)
			pack_rest(p);
	}
	return at;
}

static void
check(size_t n, size_t cap, uint64_t seed)
{
	struct pack p = {.pieces = NULL};
	size_t in = 0, at = 0;

	memset(back, 0, n);
	while (in < n) {
		size_t more = 1 + next_random(&seed) % n;

		if (more > n - in)
			more = n - in;
		assert_true(pack_put(&p, bytes + in, more));
		in += more;
		at = take(&p, at, at + (in - at) / 2, cap, &seed);
	}
	take(&p, at, n, cap, &seed);
	assert_true(pack_is_empty(&p));
	assert_memory_equal(back, bytes, n);
	pack_fini(&p);
}

static void
all_comes_back(void **state)
{
	(void)state;
	for (unsigned letters = 2; letters <= 256; letters += 127) {
		fill(letters, letters);
		for (size_t n = 1; n <= BYTES_N; n = n * 3 + n % 7) {
			check(n, n, n);
			check(n, 1000, n);
		}
	}
}

static void
it_is_packed(void **state)
{
	struct pack p = {.pieces = NULL};

	(void)state;
	fill(2, 1);
	assert_true(pack_put(&p, bytes, BYTES_N));
	assert_in_range(packed_bytes(&p), 1, BYTES_N / 3);
	pack_fini(&p);
	/* noise does not become larger */
	fill(256, 1);
	assert_true(pack_put(&p, bytes, BYTES_N));
	assert_int_equal(packed_bytes(&p), BYTES_N);
	pack_fini(&p);
}

static void
nothing(void **state)
{
	struct pack p = {.pieces = NULL};

	(void)state;
	assert_true(pack_put(&p, bytes, 0));
	assert_true(pack_is_empty(&p));
	pack_rest(&p);
	pack_fini(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(all_comes_back),
	    cmocka_unit_test(it_is_packed),
	    cmocka_unit_test(nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
