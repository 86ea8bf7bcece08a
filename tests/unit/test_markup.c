#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/markup.h"
#include "report/measure.h"

/* Text in pictures and pages: how it is written, and how wide it is. */

#define BAD "\xef\xbf\xbd"

static char *
written(const char *s)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	markup_text(out, s);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void
expect(const char *s, const char *wanted)
{
	char *text = written(s);

	assert_string_equal(text, wanted);
	free(text);
}

static void
test_text_stays_text(void **state)
{
	(void)state;
	expect("rrc00", "rrc00");
	expect("<b>&\"'", "&lt;b&gt;&amp;&quot;&#39;");
	expect("]]>", "]]&gt;");
	expect("Zürich €", "Zürich €");
	expect("", "");
}

static void
test_what_is_no_text_is_replaced(void **state)
{
	(void)state;
	expect("a\x1b[31m", "a" BAD "[31m");
	expect("a\nb\x7f", "a" BAD "b" BAD);
	expect("\xff\xc3", BAD BAD);
	expect("\xc2\x9b", BAD);         /* a C1 control */
	expect("\xef\xbf\xbe", BAD);     /* U+FFFE */
	expect("\xf0\x9f\xbf\xbf", BAD); /* U+1FFFF */
	expect("\xe2\x80\xae", BAD);     /* turns the direction */
	expect("\xed\xa0\x80", BAD BAD BAD);
}

static void
test_numbers_are_short(void **state)
{
	static const struct {
		double x;
		const char *text;
	} cases[] = {{0, "0"}, {1, "1"}, {-0.001, "0"}, {1.5, "1.5"},
	    {12.345, "12.35"}, {100, "100"}, {99.999, "100"}, {-2.5, "-2.5"}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *text = NULL;
		size_t len = 0;
		FILE *out = open_memstream(&text, &len);

		assert_non_null(out);
		markup_number(out, cases[i].x);
		assert_int_equal(fclose(out), 0);
		assert_string_equal(text, cases[i].text);
		free(text);
	}
}

static void
test_lines_end_at_spaces(void **state)
{
	(void)state;
	/* room for some ten letters */
	assert_int_equal(measure_line("short", 10, 64), 5);
	assert_int_equal(measure_line("four five six", 10, 64), 10);
	assert_int_equal(measure_line("abcdeghknopqsuvz", 10, 64), 10);
	assert_int_equal(measure_line("ab cdefghijklmnop", 10, 64), 3);
	assert_int_equal(measure_line("WWW", 10, 1), 1);
	assert_int_equal(measure_line("\xc3\xbc\xc3\xbc", 10, 1), 2);
	assert_int_equal(measure_line("", 10, 64), 0);
}

static void
test_what_fits_is_whole_characters(void **state)
{
	const char *s = "\xc3\xbc\xc3\xbc\xc3\xbc";

	(void)state;
	for (double room = 0; room < 40; room += 1) {
		const size_t n = measure_fit(s, 10, room);

		assert_int_equal(n % 2, 0);
		assert_true(n == 6 || measure_text(s, 10) > room);
	}
	assert_int_equal(measure_fit(s, 10, 40), 6);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_text_stays_text),
	    cmocka_unit_test(test_what_is_no_text_is_replaced),
	    cmocka_unit_test(test_numbers_are_short),
	    cmocka_unit_test(test_lines_end_at_spaces),
	    cmocka_unit_test(test_what_fits_is_whole_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
