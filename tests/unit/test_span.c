#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/replay_build.h"

#include "outage/span.h"

#define STEP 100 /* seconds of each letter of a course */

/*
 * The windows of a course: one letter for each STEP seconds from AT(0) on, U
 * up, D down, ? unknown.  extra is added to every time, in microseconds.
 */
static struct span_list
spans_of(const char *course, usec_t extra)
{
	struct span_list l = {0};
	struct span_builder b;
	size_t n = strlen(course);

	span_begin(&b, &l);
	for (size_t i = 0; i < n; i++) {
		enum verdict v = course[i] == 'U' ? VERDICT_UP
		    : course[i] == 'D'            ? VERDICT_DOWN
						  : VERDICT_UNKNOWN;

		assert_true(span_feed(&b, AT(i * STEP) + extra, v));
	}
	assert_true(span_end(&b, AT(n * STEP) + extra));
	return l;
}

/* In units of STEP; NONE where there is no such moment. */
#define NONE (-1)
struct expect {
	const char *course;
	int start, end, start_after, end_after, unknown;
};

/* The second before the moment k steps from the start. */
static usec_t
second_before(int k)
{
	return k == NONE ? USEC_NONE : AT(k * STEP - 1);
}

/*
 * start_after: where the last UP before it ends, so that start_earliest is the
 * second before; end_after: the same of the last DOWN.
 */
static void
test_one_window(void **state)
{
	static const struct expect all[] = {
	    {"UDU", 1, 2, 1, 2, 0},
	    {"UUDDU", 2, 4, 2, 4, 0},
	    {"U?DU", 2, 3, 1, 3, 0}, /* the start lies in the unknown */
	    {"UD?U", 1, 3, 1, 2, 1}, /* and the end */
	    {"U?D?U", 2, 4, 1, 3, 1},
	    {"UD?DU", 1, 4, 1, 4, 1}, /* one window, not two */
	    {"UD??D?U", 1, 6, 1, 5, 3},
	    {"DU", 0, 1, NONE, 1, 0}, /* the data open inside */
	    {"?DU", 1, 2, NONE, 2, 0},
	    {"?D?U", 1, 3, NONE, 2, 1},
	    {"UD", 1, NONE, 1, 2, 0}, /* and close */
	    {"U?D", 2, NONE, 1, 3, 0},
	    {"UD?", 1, NONE, 1, 2, 0}, /* what is unknown is not in it */
	    {"UD?D?", 1, NONE, 1, 4, 1},
	    {"D", 0, NONE, NONE, 1, 0},
	    {"?D?", 1, NONE, NONE, 2, 0},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(all); i++) {
		const struct expect *x = &all[i];
		struct span_list l = spans_of(x->course, 0);

		if (l.n != 1)
			fail_msg("%s: %zu windows", x->course, l.n);
		if (l.v[0].start != AT(x->start * STEP) ||
		    l.v[0].end !=
			(x->end == NONE ? USEC_NONE : AT(x->end * STEP)) ||
		    l.v[0].start_earliest != second_before(x->start_after) ||
		    l.v[0].end_earliest != second_before(x->end_after) ||
		    l.v[0].unknown != x->unknown * STEP * USEC_PER_SEC)
			fail_msg("%s: wrong bounds", x->course);
		free(l.v);
	}
}

static void
test_no_window(void **state)
{
	static const char *const all[] = {
	    "", "U", "?", "U?U", "?U?", "U?", "U??U?"};

	(void)state;
	for (size_t i = 0; i < N_OF(all); i++) {
		struct span_list l = spans_of(all[i], 0);

		if (l.n != 0)
			fail_msg("%s: a window", all[i]);
		free(l.v);
	}
}

static void
test_two_windows(void **state)
{
	struct span_list l = spans_of("UDU?DU", 0);

	(void)state;
	assert_int_equal(l.n, 2);
	assert_true(l.v[0].start == AT(100) && l.v[0].end == AT(200));
	assert_true(l.v[1].start == AT(400) && l.v[1].end == AT(500));
	assert_true(l.v[1].start_earliest == AT(299));
	assert_true(l.v[1].unknown == 0);
	free(l.v);
}

/* Half a second past the full one: windows have whole seconds. */
static void
test_bounds_are_whole_seconds(void **state)
{
	struct span_list l = spans_of("UDU", USEC_PER_SEC / 2);

	(void)state;
	assert_int_equal(l.n, 1);
	assert_true(l.v[0].start == AT(100));
	assert_true(l.v[0].end == AT(200));
	/* The last whole second, so never after the bound it goes with. */
	assert_true(l.v[0].start_earliest == AT(99));
	assert_true(l.v[0].end_earliest == AT(199));
	free(l.v);
	assert_true(span_second(AT(5) + 999999) == AT(5));
	assert_true(span_second(AT(5)) == AT(5));
	assert_true(span_second(-1) == -USEC_PER_SEC);
}

static void
test_duration(void **state)
{
	struct span_list l = spans_of("UDUD?", 0);

	(void)state;
	assert_int_equal(l.n, 2);
	assert_true(span_duration(&l.v[0]) == 100 * USEC_PER_SEC);
	/* Ongoing: to the last moment known down. */
	assert_true(l.v[1].end == USEC_NONE);
	assert_true(span_duration(&l.v[1]) == 100 * USEC_PER_SEC);
	free(l.v);
}

static void
test_join(void **state)
{
	/* Gaps of 100, 100 and 200 seconds. */
	static const char course[] = "UD?DUDUDUUD";
	struct span_list l = spans_of(course, 0);

	(void)state;
	assert_int_equal(l.n, 4);
	span_join(&l, 0);
	assert_int_equal(l.n, 4);
	span_join(&l, 100 * USEC_PER_SEC); /* closer than that */
	assert_int_equal(l.n, 4);
	span_join(&l, 101 * USEC_PER_SEC);
	assert_int_equal(l.n, 2);
	assert_true(l.v[0].start == AT(100));
	assert_true(l.v[0].end == AT(800));
	assert_true(l.v[0].start_earliest == AT(99));
	assert_true(l.v[0].end_earliest == AT(799));
	assert_true(l.v[0].unknown == 100 * USEC_PER_SEC);
	span_join(&l, 1000 * USEC_PER_SEC);
	assert_int_equal(l.n, 1);
	assert_true(l.v[0].end == USEC_NONE);
	assert_true(l.v[0].end_earliest == AT(1099));
	assert_true(span_duration(&l.v[0]) == 1000 * USEC_PER_SEC);
	free(l.v);
}

/*
 * Every course of seven letters against the definition: a window is a longest
 * run that begins and ends with D and holds no U.
 */
static void
test_all_courses(void **state)
{
	(void)state;
	for (unsigned code = 0; code < 2187; code++) {
		char course[8] = {0};
		struct span_list l;
		size_t n = 0, i = 0;

		for (unsigned k = 0, c = code; k < 7; k++, c /= 3)
			course[k] = "UD?"[c % 3];
		l = spans_of(course, 0);
		while (i < 7) {
			size_t from = i, down = i;

			if (course[i] != 'D') {
				i++;
				continue;
			}
			for (; i < 7 && course[i] != 'U'; i++)
				if (course[i] == 'D')
					down = i;
			if (n >= l.n || l.v[n].start != AT(from * STEP) ||
			    l.v[n].end != (i < 7 ? AT(i * STEP) : USEC_NONE) ||
			    l.v[n].end_earliest != AT((down + 1) * STEP - 1))
				fail_msg("%s, window %zu", course, n);
			n++;
		}
		if (n != l.n)
			fail_msg("%s: %zu windows", course, l.n);
		free(l.v);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_one_window),
	    cmocka_unit_test(test_no_window),
	    cmocka_unit_test(test_two_windows),
	    cmocka_unit_test(test_bounds_are_whole_seconds),
	    cmocka_unit_test(test_duration),
	    cmocka_unit_test(test_join),
	    cmocka_unit_test(test_all_courses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
