#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "report/course.h"

/* Runs of columns: what is worst in a column is what is drawn. */

static const struct columns ten = {0, 1000, 10}; /* of 100 each */

/* The runs as text: a letter for each column, '.' where there is none. */
static const char *
picture(const struct course *x)
{
	static const char letters[] = "nAMHFE?G";
	static char text[64];

	memset(text, '.', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	for (size_t i = 0; i < x->n; i++) {
		const struct run *r = &x->runs[i];

		assert_true(r->from < r->to && r->to < sizeof(text));
		assert_true(i == 0 || x->runs[i - 1].to <= r->from);
		assert_true(i == 0 || x->runs[i - 1].to < r->from ||
		    x->runs[i - 1].shade != r->shade);
		for (uint32_t c = r->from; c < r->to; c++)
			text[c] = letters[r->shade];
	}
	for (size_t n = sizeof(text) - 1; n > 0 && text[n - 1] == '.'; n--)
		text[n - 1] = '\0';
	return text;
}

static void
test_spans_fill_their_columns(void **state)
{
	struct course x = {0};

	(void)state;
	assert_true(course_add(&x, &ten, 0, 300, SHADE_ALL));
	assert_true(course_add(&x, &ten, 300, 500, SHADE_GONE));
	assert_true(course_add(&x, &ten, 500, 1000, SHADE_MOST));
	assert_string_equal(picture(&x), "AAAGGMMMMM");
	course_fini(&x);
}

static void
test_the_worst_has_the_column(void **state)
{
	struct course x = {0};

	(void)state;
	/* gone for an instant, inside what is there */
	assert_true(course_add(&x, &ten, 0, 340, SHADE_ALL));
	assert_true(course_add(&x, &ten, 340, 350, SHADE_GONE));
	assert_true(course_add(&x, &ten, 350, 360, SHADE_ALL));
	assert_true(course_add(&x, &ten, 360, 370, SHADE_UNKNOWN));
	assert_true(course_add(&x, &ten, 370, 650, SHADE_ALL));
	/* and once more over an edge */
	assert_true(course_add(&x, &ten, 650, 720, SHADE_GONE));
	assert_true(course_add(&x, &ten, 720, 730, SHADE_HALF));
	assert_true(course_add(&x, &ten, 730, 1000, SHADE_ALL));
	assert_string_equal(picture(&x), "AAAGAAGGAA");
	course_fini(&x);
}

static void
test_what_is_outside_is_left_out(void **state)
{
	struct course x = {0};

	(void)state;
	assert_true(course_add(&x, &ten, -500, -1, SHADE_GONE));
	assert_true(course_add(&x, &ten, -5, 100, SHADE_ALL));
	assert_true(course_add(&x, &ten, 100, 100, SHADE_GONE));
	assert_true(course_add(&x, &ten, 999, 5000, SHADE_GONE));
	assert_true(course_add(&x, &ten, 1000, 5000, SHADE_ALL));
	assert_string_equal(picture(&x), "A........G");
	course_fini(&x);
}

static void
test_fewer_columns(void **state)
{
	struct course x = {0}, y = {0};

	(void)state;
	assert_true(course_add(&x, &ten, 0, 100, SHADE_ALL));
	assert_true(course_add(&x, &ten, 100, 200, SHADE_GONE));
	assert_true(course_add(&x, &ten, 200, 500, SHADE_MOST));
	assert_true(course_add(&x, &ten, 500, 600, SHADE_UNKNOWN));
	assert_true(course_add(&x, &ten, 600, 1000, SHADE_ALL));
	assert_string_equal(picture(&x), "AGMMM?AAAA");
	assert_true(course_coarser(&y, &x, 2, false));
	assert_string_equal(picture(&y), "GM?AA");
	assert_true(course_coarser(&y, &x, 3, true));
	assert_string_equal(picture(&y), "G?AA");
	assert_true(course_coarser(&y, &x, 1, false));
	assert_int_equal(course_cmp(&x, &y), 0);
	assert_true(course_coarser(&y, &x, 1, true));
	assert_int_not_equal(course_cmp(&x, &y), 0);
	assert_int_equal(course_cmp(&x, &y), -course_cmp(&y, &x));
	course_fini(&x);
	course_fini(&y);
}

static void
test_shades_of_shares(void **state)
{
	(void)state;
	assert_int_equal(shade_of(38, 38), SHADE_ALL);
	assert_int_equal(shade_of(19, 20), SHADE_ALL);
	assert_int_equal(shade_of(18, 20), SHADE_MOST);
	assert_int_equal(shade_of(3, 4), SHADE_MOST);
	assert_int_equal(shade_of(74, 100), SHADE_HALF);
	assert_int_equal(shade_of(1, 2), SHADE_HALF);
	assert_int_equal(shade_of(49, 100), SHADE_FEW);
	assert_int_equal(shade_of(0, 0), SHADE_FEW);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_spans_fill_their_columns),
	    cmocka_unit_test(test_the_worst_has_the_column),
	    cmocka_unit_test(test_what_is_outside_is_left_out),
	    cmocka_unit_test(test_fewer_columns),
	    cmocka_unit_test(test_shades_of_shares),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
