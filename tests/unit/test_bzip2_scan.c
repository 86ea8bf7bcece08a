#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above */
#include <cmocka.h>

#include <string.h>

#include "io/bzip2_priv.h"

/*
 * The search for magic numbers, against one that compares the bits at every
 * place.  Nothing else would notice that it misses some: a file whose blocks
 * are not found is decoded all the same, only by one thread.
 */

#define WINDOW_LEN 256u
#define FILE_LEN 700u /* goes around the window more than twice */

static uint32_t seed = 1;

static uint32_t
next_random(void)
{
	seed = seed * 1664525u + 1013904223u;
	return seed >> 8;
}

static unsigned
bit_of(const uint8_t *file, uint64_t at)
{
	return file[at / 8] >> (7 - at % 8) & 1;
}

static void
plant(uint8_t *file, uint64_t at, uint64_t magic)
{
	for (unsigned i = 0; i < 48; i++) {
		const uint8_t mask = (uint8_t)(0x80 >> (at + i) % 8);

		if ((magic >> (47 - i) & 1) != 0)
			file[(at + i) / 8] |= mask;
		else
			file[(at + i) / 8] &= (uint8_t)~mask;
	}
}

/* The first place from `at` on where one starts; or the end. */
static uint64_t
slow_next(const uint8_t *file, uint64_t at)
{
	for (; at + 48 <= FILE_LEN * 8; at++) {
		uint64_t bits = 0;

		for (unsigned i = 0; i < 48; i++)
			bits = bits << 1 | bit_of(file, at + i);
		if (bits == BZIP2_BLOCK_MAGIC || bits == BZIP2_END_MAGIC)
			return at;
	}
	return FILE_LEN * 8;
}

/* Go through the file as a reader does: more bytes whenever none are found. */
static void
compare(const uint8_t *file)
{
	static uint8_t buf[WINDOW_LEN];
	const struct bzip2_window w = {buf, sizeof(buf)};
	struct bzip2_scan scan;
	uint64_t place = 0, loaded = 0, from = 0;

	bzip2_scan_init(&scan);
	memset(buf, 0x31, sizeof(buf));
	for (;;) {
		const uint64_t before = place;
		size_t n = next_random() % 40;

		if (bzip2_scan_next(&scan, &w, &place, loaded)) {
			assert_int_equal(place, slow_next(file, from));
			from = ++place;
			continue;
		}
		assert_true(place >= before);
		assert_true(place <= loaded * 8);
		/* one may begin in the last six bytes, and no more wait */
		assert_true(place + 48 >= loaded * 8);
		if (loaded == FILE_LEN)
			break;
		for (; n > 0 && loaded < FILE_LEN; n--, loaded++)
			buf[loaded % WINDOW_LEN] = file[loaded];
	}
	/* where a magic number ends with the file, seven bytes may lack one */
	assert_true(slow_next(file, from) + 56 > FILE_LEN * 8);
}

static void
at_every_bit(void **state)
{
	static uint8_t file[FILE_LEN];

	(void)state;
	for (unsigned at = 0; at < 64; at++) {
		for (size_t i = 0; i < FILE_LEN; i++)
			file[i] = (uint8_t)next_random();
		plant(file, at, BZIP2_BLOCK_MAGIC);
		plant(file, at + 300, BZIP2_END_MAGIC);
		/* one behind the other, as in an empty stream */
		plant(file, at + 2000, BZIP2_BLOCK_MAGIC);
		plant(file, at + 2048, BZIP2_END_MAGIC);
		plant(file, FILE_LEN * 8 - 56 - at, BZIP2_BLOCK_MAGIC);
		compare(file);
	}
}

/* A search may begin wherever one does, also inside a byte. */
static void
from_every_bit(void **state)
{
	static uint8_t file[WINDOW_LEN];
	const struct bzip2_window w = {file, sizeof(file)};
	struct bzip2_scan scan;

	(void)state;
	bzip2_scan_init(&scan);
	for (uint64_t at = 0; at < 64; at++) {
		memset(file, 0, sizeof(file));
		plant(file, at, BZIP2_BLOCK_MAGIC);
		for (uint64_t from = at < 9 ? 0 : at - 9; from <= at; from++) {
			uint64_t place = from;

			assert_true(
			    bzip2_scan_next(&scan, &w, &place, sizeof(file)));
			assert_int_equal(place, at);
		}
	}
}

/* What looks like one for most of its bits is none. */
static void
near_misses(void **state)
{
	static uint8_t file[FILE_LEN];

	(void)state;
	for (unsigned bit = 0; bit < 48; bit++) {
		memset(file, 0, sizeof(file));
		for (unsigned at = 0; at < FILE_LEN * 8 - 100; at += 97)
			plant(file, at,
			    (at % 2 != 0 ? BZIP2_BLOCK_MAGIC
					 : BZIP2_END_MAGIC) ^
				(uint64_t)(at % 3 != 0) << bit);
		compare(file);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(at_every_bit),
	    cmocka_unit_test(from_every_bit),
	    cmocka_unit_test(near_misses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
