#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/vec.h"

static void
test_grows_and_keeps_what_is_there(void **state)
{
	uint32_t *v = NULL;
	size_t n = 0, cap = 0;

	(void)state;
	for (uint32_t i = 0; i < 10000; i++) {
		assert_true(vec_reserve(&v, n, &cap, sizeof(*v)));
		assert_true(cap > n);
		v[n++] = i;
	}
	for (uint32_t i = 0; i < 10000; i++)
		assert_int_equal(v[i], i);
	/* Geometric: ten thousand elements are not ten thousand moves. */
	assert_true(cap >= 10000 && cap < 40000);
	free(v);
}

static void
test_room_that_is_there_is_not_made_again(void **state)
{
	char *v = NULL, *before;
	size_t cap = 0, cap_before;

	(void)state;
	assert_true(vec_reserve(&v, 0, &cap, 1));
	before = v;
	cap_before = cap;
	for (size_t n = 0; n < cap_before; n++)
		assert_true(vec_reserve(&v, n, &cap, 1));
	assert_ptr_equal(v, before);
	assert_int_equal(cap, cap_before);
	free(v);
}

static void
test_many_at_once(void **state)
{
	uint64_t *v = NULL;
	size_t cap = 0;

	(void)state;
	/* Nothing more is wanted: nothing is made. */
	assert_true(vec_reserve_many(&v, 0, 0, &cap, sizeof(*v)));
	assert_null(v);
	assert_true(vec_reserve_many(&v, 0, 1000, &cap, sizeof(*v)));
	assert_true(cap >= 1000);
	memset(v, 0x5a, 1000 * sizeof(*v));
	assert_true(vec_reserve_many(&v, 1000, 1, &cap, sizeof(*v)));
	assert_true(cap >= 1001);
	v[1000] = 0;
	assert_true(v[999] == UINT64_C(0x5a5a5a5a5a5a5a5a));
	free(v);
}

static void
test_sizes_past_memory_change_nothing(void **state)
{
	uint64_t *v = NULL, *before;
	size_t cap = 0, cap_before;

	(void)state;
	assert_true(vec_reserve(&v, 0, &cap, sizeof(*v)));
	before = v;
	cap_before = cap;
	/* n + more, the doubling, and cap * size each pass SIZE_MAX. */
	assert_false(vec_reserve_many(&v, 2, SIZE_MAX - 1, &cap, 1));
	assert_false(vec_reserve_many(&v, 1, SIZE_MAX / 2 + 5, &cap, 1));
	assert_false(vec_reserve_many(&v, 0, SIZE_MAX / 4, &cap, sizeof(*v)));
	assert_ptr_equal(v, before);
	assert_int_equal(cap, cap_before);
	free(v);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_grows_and_keeps_what_is_there),
	    cmocka_unit_test(test_room_that_is_there_is_not_made_again),
	    cmocka_unit_test(test_many_at_once),
	    cmocka_unit_test(test_sizes_past_memory_change_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
