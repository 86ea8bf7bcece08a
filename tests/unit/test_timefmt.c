#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "blackout/timefmt.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

/* Seconds as date(1) of GNU coreutils gives them. */
static const struct {
	const char *text;
	int64_t sec;
} known[] = {
    {"1970-01-01T00:00:00Z", 0},
    {"1969-12-31T23:59:59Z", -1},
    {"2000-02-29T12:34:56Z", 951827696},
    {"1999-12-31T23:59:59Z", 946684799},
    {"2014-12-22T16:15:07Z", 1419264907},
    {"2004-09-16T23:59:59Z", 1095379199},
    {"2038-01-19T03:14:08Z", INT64_C(2147483648)},
    {"2106-02-07T06:28:15Z", INT64_C(4294967295)},
    {"1900-03-01T00:00:00Z", INT64_C(-2203891200)},
    {"2100-02-28T00:00:00Z", INT64_C(4107456000)},
    {"2100-03-01T00:00:00Z", INT64_C(4107542400)},
    {"2400-02-29T00:00:00Z", INT64_C(13574563200)},
    {"1600-02-29T00:00:00Z", INT64_C(-11670998400)},
    {"0001-01-01T00:00:00Z", INT64_C(-62135596800)},
    {"0000-03-01T00:00:00Z", INT64_C(-62162035200)},
    {"9999-12-31T23:59:59Z", INT64_C(253402300799)},
};

static void
test_known_moments_both_ways(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(known); i++) {
		const usec_t t = known[i].sec * USEC_PER_SEC;
		char buf[TIMEFMT_STRLEN], table[TIMEFMT_STRLEN];
		usec_t back = USEC_NONE;

		assert_ptr_equal(timefmt_rfc3339(t, buf), buf);
		assert_string_equal(buf, known[i].text);
		assert_string_equal(
		    timefmt_rfc3339(t + 999999, buf), known[i].text);
		assert_string_not_equal(
		    timefmt_rfc3339(t - 1, buf), known[i].text);
		assert_ptr_equal(timefmt_table(t, table), table);
		assert_int_equal(strlen(table), 19);
		assert_memory_equal(table, known[i].text, 10);
		assert_int_equal(table[10], ' ');
		assert_memory_equal(table + 11, known[i].text + 11, 8);
		assert_int_equal(timefmt_parse(known[i].text, &back), BLK_OK);
		assert_true(back == t);
		assert_int_equal(timefmt_parse(table, &back), BLK_OK);
		assert_true(back == t);
	}
}

static int
is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Every day of 1600..2400, counted on the fingers. */
static void
test_every_day(void **state)
{
	static const int lengths[] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	/* 1600-02-29 is known; 59 days of that year come before it. */
	int64_t day = INT64_C(-11670998400) / 86400 - 59;

	(void)state;
	for (int y = 1600; y <= 2400; y++) {
		for (int m = 1; m <= 12; m++) {
			const int n = lengths[m - 1] + (m == 2 && is_leap(y));

			for (int d = 1; d <= n; d++, day++) {
				char want[48], buf[TIMEFMT_STRLEN];
				usec_t back = USEC_NONE;

				snprintf(want, sizeof(want),
				    "%04d-%02d-%02d 00:00:00", y, m, d);
				timefmt_table(day * 86400 * USEC_PER_SEC, buf);
				assert_string_equal(buf, want);
				want[10] = '\0';
				timefmt_parse(want, &back);
				assert_true(back == day * 86400 * USEC_PER_SEC);
				assert_true(timefmt_from_civil(y, m, d, 0, 0,
						0) == day * 86400);
			}
		}
	}
}

static void
test_random_moments_agree_with_libc(void **state)
{
	uint64_t seed = 42;

	(void)state;
	for (int i = 0; i < 100000; i++) {
		char want[64], buf[TIMEFMT_STRLEN];
		struct tm tm;
		time_t sec;

		seed = seed * UINT64_C(6364136223846793005) + 99991;
		/* The years 0000 to 9999. */
		sec = (int64_t)(seed >> 8) % INT64_C(315569520000) -
		    INT64_C(62167219200);
		assert_non_null(gmtime_r(&sec, &tm));
		snprintf(want, sizeof(want), "%04d-%02d-%02dT%02d:%02d:%02dZ",
		    tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
		    tm.tm_min, tm.tm_sec);
		timefmt_rfc3339(sec * USEC_PER_SEC, buf);
		assert_string_equal(buf, want);
	}
}

static void
test_extremes_stay_in_bounds(void **state)
{
	char buf[TIMEFMT_STRLEN];

	(void)state;
	/* As GNU date has them. */
	assert_string_equal(
	    timefmt_rfc3339(INT64_MAX, buf), "294247-01-10T04:00:54Z");
	assert_string_equal(
	    timefmt_rfc3339(INT64_MIN, buf), "-290308-12-21T19:59:05Z");
	timefmt_table(INT64_MIN, buf);
	assert_string_equal(buf, "-290308-12-21 19:59:05");
}

static void
test_floor_sec(void **state)
{
	(void)state;
	assert_int_equal(usec_floor_sec(0), 0);
	assert_int_equal(usec_floor_sec(999999), 0);
	assert_int_equal(usec_floor_sec(1000000), 1);
	assert_true(usec_floor_sec(-1) == -1);
	assert_true(usec_floor_sec(-1000000) == -1);
	assert_true(usec_floor_sec(-1000001) == -2);
	assert_true(usec_floor_sec(INT64_MAX) == INT64_C(9223372036854));
	assert_true(usec_floor_sec(INT64_MIN) == INT64_C(-9223372036855));
}

static void
test_from_civil_carries(void **state)
{
	(void)state;
	assert_true(timefmt_from_civil(1970, 1, 1, 0, 0, 0) == 0);
	assert_true(timefmt_from_civil(2000, 2, 29, 12, 34, 56) == 951827696);
	assert_true(timefmt_from_civil(1999, 14, 29, 12, 34, 56) == 951827696);
	assert_true(timefmt_from_civil(2001, -10, 29, 12, 34, 56) == 951827696);
	assert_true(timefmt_from_civil(2000, 3, 0, 12, 34, 56) == 951827696);
	assert_true(timefmt_from_civil(2000, 2, 28, 36, 33, 116) == 951827696);
}

static void
test_parse_accepts(void **state)
{
	static const struct {
		const char *text;
		int64_t us;
	} cases[] = {
	    {"0", 0},
	    {"1419264907", INT64_C(1419264907000000)},
	    {"0001419264907", INT64_C(1419264907000000)},
	    {"9223372036854", INT64_C(9223372036854000000)},
	    {"2014-12-22", INT64_C(1419206400000000)},
	    {"2014-12-22 16:15", INT64_C(1419264900000000)},
	    {"2014-12-22 16:15:07", INT64_C(1419264907000000)},
	    {"2014-12-22T16:15:07Z", INT64_C(1419264907000000)},
	    {"2014-12-22t16:15:07z", INT64_C(1419264907000000)},
	    {"2014-12-22 16:15:07Z", INT64_C(1419264907000000)},
	    {"2014-12-22T16:15:07", INT64_C(1419264907000000)},
	    {"2014-12-22T16:15Z", INT64_C(1419264900000000)},
	    {"2014-12-22T17:15:07+01:00", INT64_C(1419264907000000)},
	    {"2014-12-22T10:45:07-05:30", INT64_C(1419264907000000)},
	    {"2014-12-23T00:45:07+08:30", INT64_C(1419264907000000)},
	    {"2014-12-22T16:15:07-00:00", INT64_C(1419264907000000)},
	    {"2014-12-22T16:15:07.5Z", INT64_C(1419264907500000)},
	    {"2014-12-22T16:15:07.000001Z", INT64_C(1419264907000001)},
	    {"2014-12-22T16:15:07.1234569+00:00", INT64_C(1419264907123456)},
	    {"1969-12-31T23:59:59.75Z", -250000},
	    /* RFC 3339 5.8; a leap second is the next day's first here. */
	    {"1985-04-12T23:20:50.52Z", INT64_C(482196050520000)},
	    {"1996-12-19T16:39:57-08:00", INT64_C(851042397000000)},
	    {"1990-12-31T23:59:60Z", INT64_C(662688000000000)},
	    {"1990-12-31T15:59:60-08:00", INT64_C(662688000000000)},
	    {"1937-01-01T12:00:27.87+00:20", INT64_C(-1041337172130000)},
	    {"2000-02-29", INT64_C(951782400000000)},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(cases); i++) {
		usec_t t = USEC_NONE;

		if (timefmt_parse(cases[i].text, &t) != BLK_OK)
			fail_msg("refused: %s", cases[i].text);
		if (t != cases[i].us)
			fail_msg("%s is not %lld", cases[i].text, (long long)t);
	}
}

static void
test_parse_refuses(void **state)
{
	static const char *const bad[] = {"", " ", "x", "-1", "+1", "1.5",
	    "1419264907 ", " 1419264907", "9223372036855",
	    "18446744073709551617", "2014-12", "2014-1-22", "2014-12-2",
	    "14-12-22", "20141-12-22", "2014-00-22", "2014-13-22", "2014-12-00",
	    "2014-12-32", "2014-11-31", "2014-02-29", "1900-02-29",
	    "2100-02-29", "2000-02-30", "2014/12/22", "2014-12-22 ",
	    "2014-12-22T", "2014-12-22Z", "2014-12-22x16:15",
	    "2014-12-22  16:15", "2014-12-22 16",
	    "2014-12-22 16:", "2014-12-22 1:15", "2014-12-22 16:1",
	    "2014-12-22 24:00", "2014-12-22 16:60",
	    "2014-12-22 16:15:", "2014-12-22 16:15:7", "2014-12-22 16:15:61",
	    "2014-12-22 16:15:60", "1990-12-31T23:59:60-08:00",
	    "2014-12-22 16:15.5", "2014-12-22T16:15:07.",
	    "2014-12-22T16:15:07.Z", "2014-12-22T16:15:07,5Z",
	    "2014-12-22T16:15:07ZZ", "2014-12-22T16:15:07+",
	    "2014-12-22T16:15:07+1", "2014-12-22T16:15:07+0100",
	    "2014-12-22T16:15:07+24:00", "2014-12-22T16:15:07+01:60",
	    "2014-12-22T16:15:07+01:00Z", "2014-12-22T16:15:07 Z",
	    "2014-12-22 -6:15", "2014-12--2"};

	(void)state;
	for (size_t i = 0; i < N_OF(bad); i++) {
		usec_t t = 12345;

		if (timefmt_parse(bad[i], &t) != BLK_EUSAGE)
			fail_msg("taken for a time: \"%s\"", bad[i]);
		assert_int_equal(t, 12345);
	}
}

static void
test_duration_text(void **state)
{
	static const struct {
		int64_t sec;
		const char *text;
	} cases[] = {
	    {0, "0s"},
	    {47, "47s"},
	    {59, "59s"},
	    {60, "1m00s"},
	    {31 * 60 + 4, "31m04s"},
	    {3599, "59m59s"},
	    {3600, "1h00m"},
	    {34265, "9h31m"},
	    {86399, "23h59m"},
	    {86400, "1d00h"},
	    {3 * 86400 + 4 * 3600 + 3599, "3d04h"},
	    {365 * 86400, "365d00h"},
	    {-47, "-47s"},
	    {-34265, "-9h31m"},
	};
	char buf[TIMEFMT_STRLEN];

	(void)state;
	for (size_t i = 0; i < N_OF(cases); i++) {
		const usec_t d = cases[i].sec * USEC_PER_SEC;

		assert_ptr_equal(timefmt_duration(d, buf), buf);
		assert_string_equal(buf, cases[i].text);
		timefmt_duration(d < 0 ? d - 999999 : d + 999999, buf);
		assert_string_equal(buf, cases[i].text);
	}
	assert_string_equal(timefmt_duration(-1, buf), "0s");
	assert_string_equal(timefmt_duration(INT64_MAX, buf), "106751991d04h");
	assert_string_equal(timefmt_duration(INT64_MIN, buf), "-106751991d04h");
}

static void
test_parse_duration(void **state)
{
	static const struct {
		const char *text;
		int64_t sec;
	} cases[] = {
	    {"0", 0},
	    {"90", 90},
	    {"90s", 90},
	    {"15m", 900},
	    {"8h", 28800},
	    {"2d", 172800},
	    {"1h30m", 5400},
	    {"9h31m05s", 34265},
	    {"1d1s", 86401},
	    {"3d04h", 273600},
	    {"100m", 6000},
	    {"0d0h0m0s", 0},
	    {"9223372036854", INT64_C(9223372036854)},
	    {"106751991d", INT64_C(9223372022400)},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(cases); i++) {
		usec_t d = USEC_NONE;

		if (timefmt_parse_duration(cases[i].text, &d) != BLK_OK)
			fail_msg("refused: %s", cases[i].text);
		assert_true(d == cases[i].sec * USEC_PER_SEC);
	}
}

static void
test_parse_duration_refuses(void **state)
{
	static const char *const bad[] = {"", " ", "s", "m", "-1", "+1", "1.5h",
	    "90 s", " 90", "90 ", "1w", "1H", "1h30", "30m1h", "1h1h", "1m1m",
	    "1ms", "1hm", "h1", "1h-30m", "1h 30m", "0x10", "9223372036855",
	    "9223372036855s", "106751992d", "106751991d5h",
	    "99999999999999999999", "99999999999999999999d"};

	(void)state;
	for (size_t i = 0; i < N_OF(bad); i++) {
		usec_t d = 12345;

		if (timefmt_parse_duration(bad[i], &d) != BLK_EUSAGE)
			fail_msg("taken for a duration: \"%s\"", bad[i]);
		assert_int_equal(d, 12345);
	}
}

static void
test_parse_zoned(void **state)
{
	static const struct {
		const char *text, *utc;
		int ahead;
	} cases[] = {
	    {"2014-12-22T16:15Z", "2014-12-22T16:15:00Z", 0},
	    {"2014-12-23T01:15+09:00", "2014-12-22T16:15:00Z", 32400},
	    {"2014-12-22T11:15:07-05:00", "2014-12-22T16:15:07Z", -18000},
	    {"2017-07-30 05:23+08:30", "2017-07-29T20:53:00Z", 30600},
	    {"2014-12-22T16:15:07.5z", "2014-12-22T16:15:07Z", 0},
	    {"2014-12-22T16:15+14:00", "2014-12-22T02:15:00Z", 50400},
	};
	static const char *const bad[] = {"", "2014-12-22", "1419264907",
	    "2014-12-22T16:15", "2014-12-22 16:15:07", "2014-12-22T16:15+9",
	    "2014-12-22T16:15 Z", "2014-12-22Z", "Z", "2014-13-22T16:15Z",
	    "2014-12-22T16:15+14:01", "2014-12-22T16:15-19:00"};

	(void)state;
	for (size_t i = 0; i < N_OF(cases); i++) {
		char buf[TIMEFMT_STRLEN];
		int ahead = 1;
		usec_t t;

		assert_int_equal(
		    timefmt_parse_zoned(cases[i].text, &t, &ahead), BLK_OK);
		assert_string_equal(timefmt_rfc3339(t, buf), cases[i].utc);
		assert_int_equal(ahead, cases[i].ahead);
	}
	for (size_t i = 0; i < N_OF(bad); i++) {
		usec_t t = 12345;
		int ahead = 54321;

		if (timefmt_parse_zoned(bad[i], &t, &ahead) != BLK_EUSAGE)
			fail_msg("taken for a time: \"%s\"", bad[i]);
		assert_int_equal(t, 12345);
		assert_int_equal(ahead, 54321);
	}
}

static void
test_parse_offset(void **state)
{
	static const char *const bad[] = {"", "Z", "9", "+9", "09:00", "+0900",
	    "+09:00 ", "+09:60", "+14:01", "-14:01", "+9:00"};
	int ahead = 0;

	(void)state;
	assert_int_equal(timefmt_parse_offset("+09:00", &ahead), BLK_OK);
	assert_int_equal(ahead, 32400);
	assert_int_equal(timefmt_parse_offset("-03:30", &ahead), BLK_OK);
	assert_int_equal(ahead, -12600);
	assert_int_equal(timefmt_parse_offset("+14:00", &ahead), BLK_OK);
	assert_int_equal(ahead, 50400);
	for (size_t i = 0; i < N_OF(bad); i++) {
		if (timefmt_parse_offset(bad[i], &ahead) != BLK_EUSAGE)
			fail_msg("taken for an offset: \"%s\"", bad[i]);
		assert_int_equal(ahead, 50400);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_known_moments_both_ways),
	    cmocka_unit_test(test_every_day),
	    cmocka_unit_test(test_random_moments_agree_with_libc),
	    cmocka_unit_test(test_extremes_stay_in_bounds),
	    cmocka_unit_test(test_floor_sec),
	    cmocka_unit_test(test_from_civil_carries),
	    cmocka_unit_test(test_parse_accepts),
	    cmocka_unit_test(test_parse_refuses),
	    cmocka_unit_test(test_parse_zoned),
	    cmocka_unit_test(test_parse_offset),
	    cmocka_unit_test(test_duration_text),
	    cmocka_unit_test(test_parse_duration),
	    cmocka_unit_test(test_parse_duration_refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
