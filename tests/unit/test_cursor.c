#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "blackout/cursor.h"

static const uint8_t bytes[] = {
    0x01, 0xff, 0x02, 0x80, 0x00, 0x00, 0x01, 0xaa, 0xbb};

static void
test_reads_in_order_and_big_endian(void **state)
{
	struct cursor c = cur_from(bytes, sizeof(bytes));

	(void)state;
	assert_int_equal(cur_left(&c), 9);
	assert_int_equal(cur_u8(&c), 1);
	assert_int_equal(cur_be16(&c), 65282);
	assert_int_equal(cur_be32(&c), UINT32_C(2147483649));
	assert_int_equal(cur_peek(&c), 0xaa);
	assert_int_equal(cur_left(&c), 2);
	assert_false(cur_done(&c));
	assert_ptr_equal(cur_bytes(&c, 2), bytes + 7);
	assert_true(cur_done(&c));
	assert_true(cur_ok(&c));
	assert_int_equal(cur_peek(&c), 0);
	assert_true(cur_ok(&c));
}

/* Each getter, one byte short of what it needs, on storage of that size. */
static void
test_short_reads_fail_and_read_nothing(void **state)
{
	struct cursor c;

	(void)state;
	c = cur_from(bytes, 0);
	assert_int_equal(cur_u8(&c), 0);
	assert_false(cur_ok(&c));
	c = cur_from(bytes, 1);
	assert_int_equal(cur_be16(&c), 0);
	assert_false(cur_ok(&c));
	c = cur_from(bytes, 3);
	assert_int_equal(cur_be32(&c), 0);
	assert_false(cur_ok(&c));
	c = cur_from(bytes, 8);
	assert_null(cur_bytes(&c, 9));
	assert_false(cur_ok(&c));
	c = cur_from(bytes, 8);
	cur_skip(&c, 9);
	assert_false(cur_ok(&c));
	c = cur_from(bytes, 8);
	assert_null(cur_bytes(&c, SIZE_MAX));
	assert_false(cur_ok(&c));
}

/* Whatever is left, on storage of that size: the rest reads as 0. */
static void
test_peeks_at_what_there_is(void **state)
{
	static const uint8_t wire[] = {
	    0xf1, 0x02, 0xe3, 0x04, 0xd5, 0x06, 0xc7, 0x08, 0xb9};

	(void)state;
	for (size_t n = 0; n <= sizeof(wire); n++) {
		uint8_t *held = malloc(n > 0 ? n : 1);
		struct cursor c;
		uint64_t want = 0;

		assert_non_null(held);
		memcpy(held, wire, n);
		c = cur_from(held, n);
		for (size_t i = 0; i < 8; i++)
			want = want << 8 | (i < n ? wire[i] : 0);
		assert_true(cur_peek_be64(&c) == want);
		assert_true(cur_peek_be32(&c) == want >> 32);
		assert_int_equal(cur_left(&c), n);
		cur_fail(&c);
		assert_true(cur_peek_be64(&c) == 0);
		free(held);
	}
}

static void
test_failure_is_sticky(void **state)
{
	struct cursor c = cur_from(bytes, 3), sub;

	(void)state;
	(void)cur_be32(&c);
	assert_int_equal(cur_left(&c), 0);
	assert_int_equal(cur_u8(&c), 0);
	assert_int_equal(cur_be16(&c), 0);
	assert_int_equal(cur_peek(&c), 0);
	assert_null(cur_bytes(&c, 1));
	cur_skip(&c, 0);
	sub = cur_sub(&c, 0);
	assert_false(cur_ok(&sub));
	assert_false(cur_ok(&c));
	assert_false(cur_done(&c));
}

static void
test_skip(void **state)
{
	struct cursor c = cur_from(bytes, sizeof(bytes));

	(void)state;
	cur_skip(&c, 7);
	assert_int_equal(cur_u8(&c), 0xaa);
	cur_skip(&c, 1);
	assert_true(cur_done(&c));
	cur_skip(&c, 0);
	assert_true(cur_done(&c));
}

static void
test_sub_is_bounded_and_skipped_whole(void **state)
{
	struct cursor c = cur_from(bytes, sizeof(bytes));
	struct cursor sub = cur_sub(&c, 3);

	(void)state;
	assert_int_equal(cur_left(&c), 6);
	assert_int_equal(cur_left(&sub), 3);
	assert_int_equal(cur_be16(&sub), 511);
	(void)cur_be16(&sub);
	assert_false(cur_ok(&sub));
	assert_true(cur_ok(&c));
	assert_int_equal(cur_u8(&c), 0x80);
}

static void
test_sub_of_too_much_fails_both(void **state)
{
	struct cursor c = cur_from(bytes, 4);
	struct cursor sub = cur_sub(&c, 5);

	(void)state;
	assert_false(cur_ok(&c));
	assert_false(cur_ok(&sub));
	assert_int_equal(cur_left(&sub), 0);
}

static void
test_empty(void **state)
{
	struct cursor c = cur_empty(), sub;

	(void)state;
	assert_true(cur_done(&c));
	sub = cur_sub(&c, 0);
	assert_true(cur_done(&sub));
	cur_skip(&c, 0);
	assert_true(cur_done(&c));
	assert_int_equal(cur_u8(&c), 0);
	assert_false(cur_ok(&c));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_reads_in_order_and_big_endian),
	    cmocka_unit_test(test_short_reads_fail_and_read_nothing),
	    cmocka_unit_test(test_peeks_at_what_there_is),
	    cmocka_unit_test(test_failure_is_sticky),
	    cmocka_unit_test(test_skip),
	    cmocka_unit_test(test_sub_is_bounded_and_skipped_whole),
	    cmocka_unit_test(test_sub_of_too_much_fails_both),
	    cmocka_unit_test(test_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
