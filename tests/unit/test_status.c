#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "blackout/status.h"

static const enum blk_status all[] = {BLK_OK, BLK_END, BLK_ETRUNC, BLK_EBAD,
    BLK_EUNSUP, BLK_ELIMIT, BLK_EIO, BLK_ENOMEM, BLK_EUSAGE};

#define ALL_N (sizeof(all) / sizeof(all[0]))

static void
test_every_status_has_its_own_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < ALL_N; i++) {
		const char *text = blk_strstatus(all[i]);

		assert_non_null(text);
		assert_true(strlen(text) > 3);
		assert_true(text[strlen(text) - 1] != '.');
		assert_string_not_equal(text, "unknown status");
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(text, blk_strstatus(all[k]));
	}
}

static void
test_other_numbers_have_a_text_too(void **state)
{
	static const int others[] = {2, 3, 1000, -8, -9, -1000};

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_string_equal(blk_strstatus((enum blk_status)others[i]),
		    "unknown status");
}

/* Callers write "status < 0": the signs are part of the interface. */
static void
test_signs(void **state)
{
	(void)state;
	assert_int_equal(BLK_OK, 0);
	assert_int_equal(BLK_END, 1);
	for (size_t i = 2; i < ALL_N; i++)
		assert_true(all[i] < 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_every_status_has_its_own_text),
	    cmocka_unit_test(test_other_numbers_have_a_text_too),
	    cmocka_unit_test(test_signs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
