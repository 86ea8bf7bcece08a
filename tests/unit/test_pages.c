#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/pages.h"

static const size_t sizes[] = {1, 63, 64, 4097, ((size_t)2 << 20) - 1,
    (size_t)2 << 20, ((size_t)2 << 20) + 1, (size_t)16 << 20};

/* Zero also where memory was in use before. */
static void
test_memory_is_zero_and_can_be_written(void **state)
{
	(void)state;
	for (unsigned round = 0; round < 3; round++)
		for (unsigned i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
			uint8_t *p = pages_new(sizes[i]), any = 0;

			assert_non_null(p);
			assert_int_equal((uintptr_t)p % 64, 0);
			for (size_t k = 0; k < sizes[i]; k++)
				any |= p[k];
			assert_int_equal(any, 0);
			memset(p, 0xff, sizes[i]);
			pages_free(p, sizes[i]);
		}
}

static void
test_what_was_not_given_is_not_freed(void **state)
{
	(void)state;
	pages_free(NULL, 0);
	pages_free(NULL, (size_t)16 << 20);
}

static void
test_more_than_there_is(void **state)
{
	(void)state;
	assert_null(pages_new(SIZE_MAX - 4095));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_memory_is_zero_and_can_be_written),
	    cmocka_unit_test(test_what_was_not_given_is_not_freed),
	    cmocka_unit_test(test_more_than_there_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
