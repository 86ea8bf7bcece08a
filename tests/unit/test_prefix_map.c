#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "state/prefix_map.h"

#define MANY 200000u

/* A prefix of its own for every n: both families, many lengths. */
static struct prefix
nth(uint32_t n)
{
	uint8_t a[16] = {0};
	unsigned len = n % 3 == 0 ? 32 : 24;

	a[0] = (uint8_t)(n >> 16);
	a[1] = (uint8_t)(n >> 8);
	a[2] = (uint8_t)n;
	return prefix_make(n % 2 == 0 ? AFI_IPV4 : AFI_IPV6, a, len);
}

static void
test_empty(void **state)
{
	struct prefix_map m = {0};
	struct prefix p = nth(0);

	(void)state;
	assert_int_equal(
	    prefix_map_find(&m, &p, prefix_hash(&p)), PREFIX_MAP_NONE);
	prefix_map_fini(&m);
}

static void
test_many_are_numbered_as_they_come(void **state)
{
	struct prefix_map m = {0};
	uint32_t at;

	(void)state;
	for (uint32_t i = 0; i < MANY; i++) {
		struct prefix p = nth(i);

		assert_int_equal(
		    prefix_map_find(&m, &p, prefix_hash(&p)), PREFIX_MAP_NONE);
		assert_int_equal(
		    prefix_map_add(&m, &p, prefix_hash(&p), &at), BLK_OK);
		assert_int_equal(at, i);
	}
	assert_int_equal(m.n, MANY);
	for (uint32_t i = 0; i < MANY; i++) {
		struct prefix p = nth(i);

		assert_int_equal(prefix_map_find(&m, &p, prefix_hash(&p)), i);
		assert_int_equal(
		    prefix_map_add(&m, &p, prefix_hash(&p), &at), BLK_OK);
		assert_int_equal(at, i);
		assert_int_equal(prefix_cmp(&m.keys[i], &p), 0);
	}
	assert_int_equal(m.n, MANY);
	prefix_map_fini(&m);
}

/* The same bytes with another length or family are another prefix. */
static void
test_every_part_counts(void **state)
{
	static const uint8_t a[16] = {10, 1};
	struct prefix_map m = {0};
	uint32_t at, n = 0;

	(void)state;
	for (unsigned len = 16; len <= 32; len++) {
		struct prefix v4 = prefix_make(AFI_IPV4, a, len);
		struct prefix v6 = prefix_make(AFI_IPV6, a, len);

		assert_int_equal(
		    prefix_map_add(&m, &v4, prefix_hash(&v4), &at), BLK_OK);
		assert_int_equal(at, n++);
		assert_int_equal(
		    prefix_map_add(&m, &v6, prefix_hash(&v6), &at), BLK_OK);
		assert_int_equal(at, n++);
	}
	prefix_map_fini(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_empty),
	    cmocka_unit_test(test_many_are_numbered_as_they_come),
	    cmocka_unit_test(test_every_part_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
