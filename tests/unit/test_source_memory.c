#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above */
#include <cmocka.h>

#include <stdlib.h>

#include "io/source_priv.h"

/* test_source_rest.c reads files with it. */

static void
blocks_go_round(void **state)
{
	struct source_memory *m;
	void *small, *large, *other;

	(void)state;
	assert_int_equal(source_memory_new(&m, 1000), BLK_OK);
	small = source_memory_take(m, 100);
	large = source_memory_take(m, 500);
	assert_non_null(small);
	assert_non_null(large);
	source_memory_give(m, small, 100);
	source_memory_give(m, large, 500);
	source_memory_give(m, NULL, 100);
	/* a size is a size: what fits in a larger one does not get it */
	other = source_memory_take(m, 400);
	assert_ptr_not_equal(other, large);
	assert_ptr_equal(source_memory_take(m, 500), large);
	assert_ptr_equal(source_memory_take(m, 100), small);
	free(other);
	free(small);
	source_memory_give(m, large, 500);
	source_memory_free(m);
}

/* No more than so many bytes are kept, and no more than some blocks. */
static void
only_so_much_is_kept(void **state)
{
	struct source_memory *m;
	uint8_t *all[200], *p;

	(void)state;
	assert_int_equal(source_memory_new(&m, 1000), BLK_OK);
	for (size_t i = 0; i < 3; i++)
		assert_non_null(all[i] = source_memory_take(m, 400));
	p = source_memory_take(m, 1001);
	source_memory_give(m, p, 1001);
	for (size_t i = 0; i < 3; i++)
		source_memory_give(m, all[i], 400);
	assert_ptr_equal(source_memory_take(m, 400), all[1]);
	assert_ptr_equal(source_memory_take(m, 400), all[0]);
	source_memory_give(m, all[0], 400);
	source_memory_give(m, all[1], 400);
	source_memory_free(m);
	assert_int_equal(source_memory_new(&m, 1 << 20), BLK_OK);
	for (size_t i = 0; i < 200; i++)
		assert_non_null(all[i] = source_memory_take(m, 10));
	for (size_t i = 0; i < 200; i++)
		source_memory_give(m, all[i], 10);
	source_memory_free(m);
}

static void
without_one(void **state)
{
	uint8_t *p = source_memory_take(NULL, 10);

	(void)state;
	assert_non_null(p);
	p[9] = 1;
	source_memory_give(NULL, p, 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(blocks_go_round),
	    cmocka_unit_test(only_so_much_is_kept),
	    cmocka_unit_test(without_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
