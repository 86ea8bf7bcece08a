#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above */
#include <cmocka.h>

#include "feed/repeats.h"

/* Which records of a moment another file has told already. */

#define T0 (1000000000 * USEC_PER_SEC)

static struct repeats r;

static int
begin(void **state)
{
	(void)state;
	r = (struct repeats){0};
	return 0;
}

static int
end(void **state)
{
	(void)state;
	repeats_fini(&r);
	return 0;
}

static bool
note(usec_t time, uint64_t mark, size_t file)
{
	bool is = false;

	assert_true(repeats_note(&r, time, mark, file, &is));
	return is;
}

static void
a_file_alone_repeats_nothing(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 5; i++)
		assert_false(note(T0, 7, 1));
}

static void
another_file_repeats_it(void **state)
{
	(void)state;
	assert_false(note(T0, 7, 1));
	assert_true(note(T0, 7, 2));
	assert_false(note(T0, 8, 2));
	assert_true(note(T0, 8, 1));
}

/* Of equal records as many count as the file has that has most. */
static void
as_many_as_the_other_gave(void **state)
{
	(void)state;
	assert_false(note(T0, 7, 1));
	assert_false(note(T0, 7, 1));
	assert_true(note(T0, 7, 2));
	assert_true(note(T0, 7, 2));
	assert_false(note(T0, 7, 2));
	/* a third file is held against the second now, which gave three */
	for (unsigned i = 0; i < 3; i++)
		assert_true(note(T0, 7, 3));
	assert_false(note(T0, 7, 3));
	/* and the first one is held against the third */
	assert_true(note(T0, 7, 1));
	assert_true(note(T0, 7, 1));
	assert_false(note(T0, 7, 1));
}

static void
in_turn(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		assert_false(note(T0, 7, 1));
		assert_true(note(T0, 7, 2));
	}
}

static void
each_moment_by_itself(void **state)
{
	(void)state;
	assert_false(note(T0, 7, 1));
	assert_false(note(T0 + 1, 7, 2));
	assert_true(note(T0 + 1, 7, 1));
	assert_false(note(T0 + USEC_PER_SEC, 7, 1));
}

/* Marks that meet in the table, and more of them than it began with. */
static void
many_marks(void **state)
{
	const uint64_t step[] = {1, 256, 4096, UINT64_C(1) << 32};

	(void)state;
	for (unsigned k = 0; k < 4; k++) {
		usec_t time = T0 + k;

		for (uint64_t i = 1; i <= 3000; i++)
			assert_false(note(time, i * step[k], 1));
		for (uint64_t i = 1; i <= 3000; i++)
			assert_true(note(time, i * step[k], 2));
		for (uint64_t i = 3001; i <= 3100; i++)
			assert_false(note(time, i * step[k], 2));
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_file_alone_repeats_nothing),
	    TEST(another_file_repeats_it),
	    TEST(as_many_as_the_other_gave),
	    TEST(in_turn),
	    TEST(each_moment_by_itself),
	    TEST(many_marks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
