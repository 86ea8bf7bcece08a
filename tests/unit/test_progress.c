#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/progress.h"

/* The line that says how far the reading is. */

static const struct progress known = {.files = 640, .bytes = 9400000};

static const char *
line(const struct progress *p, uint64_t files, uint64_t bytes, double seconds,
    unsigned columns)
{
	static char text[PROGRESS_LINE_LEN];

	progress_line(p, files, bytes, seconds, columns, text);
	return text;
}

static void
test_everything_known(void **state)
{
	(void)state;
	assert_string_equal(line(&known, 212, 3100000, 2.0, 100),
	    "212 of 640 files, 3.1 of 9.4 MB, 1.6 MB/s, 4s left");
	assert_string_equal(line(&known, 1, 1000, 10.0, 100),
	    "1 of 640 files, 0.0 of 9.4 MB, 0.0 MB/s, 1d02h left");
}

static void
test_no_guess_too_early_or_when_done(void **state)
{
	(void)state;
	assert_string_equal(line(&known, 212, 3100000, 0.5, 100),
	    "212 of 640 files, 3.1 of 9.4 MB, 6.2 MB/s");
	assert_string_equal(line(&known, 640, 9400000, 4.0, 100),
	    "640 of 640 files, 9.4 of 9.4 MB, 2.4 MB/s");
	assert_string_equal(line(&known, 0, 0, 100.0, 100),
	    "0 of 640 files, 0.0 of 9.4 MB, 0.0 MB/s");
}

static void
test_streams_have_no_end(void **state)
{
	static const struct progress stream = {.files = 1};

	(void)state;
	assert_string_equal(line(&stream, 0, 3100000, 2.0, 100),
	    "0 of 1 files, 3.1 MB, 1.6 MB/s");
	/* files that grow while they are read */
	assert_string_equal(line(&known, 3, 9500000, 2.0, 100),
	    "3 of 640 files, 9.5 MB, 4.8 MB/s");
}

static void
test_what_does_not_fit_is_left_out(void **state)
{
	(void)state;
	assert_string_equal(line(&known, 212, 3100000, 2.0, 49),
	    "212 of 640 files, 3.1 of 9.4 MB, 1.6 MB/s");
	assert_string_equal(
	    line(&known, 212, 3100000, 2.0, 17), "212 of 640 files");
	assert_string_equal(line(&known, 212, 3100000, 2.0, 3), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_everything_known),
	    cmocka_unit_test(test_no_guess_too_early_or_when_done),
	    cmocka_unit_test(test_streams_have_no_end),
	    cmocka_unit_test(test_what_does_not_fit_is_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
