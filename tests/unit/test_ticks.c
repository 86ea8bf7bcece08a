#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "report/ticks.h"

/* Round moments along an axis. */

static usec_t
at(const char *text)
{
	usec_t t = USEC_NONE;

	assert_int_equal(timefmt_parse(text, &t), BLK_OK);
	return t;
}

/* The labels of the ticks in a span, joined by '|'. */
static const char *
labels(const char *from, const char *to, unsigned max)
{
	const struct ticks k = ticks_choose(at(from), at(to), max);
	static char all[1024];
	char buf[TIMEFMT_STRLEN];
	unsigned n = 0;

	all[0] = '\0';
	for (usec_t t = ticks_from(&k, at(from)); t < at(to);
	     t = ticks_from(&k, t + 1)) {
		strcat(all, n++ > 0 ? "|" : "");
		strcat(all, ticks_label(&k, t, buf));
	}
	assert_in_range(n, 0, max);
	return all;
}

static void
test_steps_suit_the_span(void **state)
{
	(void)state;
	assert_string_equal(
	    labels("2014-12-21T16:00:07Z", "2014-12-27T14:06:37Z", 8),
	    "22 Dec|23 Dec|24 Dec|25 Dec|26 Dec|27 Dec");
	assert_string_equal(
	    labels("2008-02-24T18:07:21Z", "2008-02-25T00:13:08Z", 8),
	    "19:00|20:00|21:00|22:00|23:00|25 Feb");
	assert_string_equal(
	    labels("2021-01-01T23:59:30Z", "2021-01-02T00:00:25Z", 4),
	    "23:59:30|23:59:45|2 Jan|00:00:15");
	assert_string_equal(labels("2014-11-20", "2015-02-10", 4),
	    "Dec 2014|Jan 2015|Feb 2015");
	assert_string_equal(
	    labels("2014-06-20", "2017-02-10", 4), "2015|2016|2017");
	assert_string_equal(
	    labels("1999-06-20", "2026-02-10", 4), "2000|2010|2020");
}

static void
test_weeks_begin_on_mondays(void **state)
{
	(void)state;
	assert_string_equal(labels("2014-12-01T00:00:01Z", "2014-12-30", 5),
	    "8 Dec|15 Dec|22 Dec|29 Dec");
}

static void
test_first_tick_is_not_before(void **state)
{
	const struct ticks k = {900, 0};

	(void)state;
	assert_int_equal(ticks_from(&k, at("2014-12-22T16:15:00Z")),
	    at("2014-12-22T16:15:00Z"));
	assert_int_equal(ticks_from(&k, at("2014-12-22T16:15:00Z") + 1),
	    at("2014-12-22T16:30:00Z"));
	assert_int_equal(ticks_from(&k, at("1969-12-31T23:50:00Z")),
	    at("1970-01-01T00:00:00Z"));
}

static void
test_dates(void **state)
{
	char buf[TIMEFMT_STRLEN];

	(void)state;
	assert_string_equal(
	    ticks_day(at("2014-02-01T23:59:59Z"), true, buf), "1 Feb 2014");
	assert_string_equal(ticks_day(at("2014-12-31"), false, buf), "31 Dec");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_steps_suit_the_span),
	    cmocka_unit_test(test_weeks_begin_on_mondays),
	    cmocka_unit_test(test_first_tick_is_not_before),
	    cmocka_unit_test(test_dates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
