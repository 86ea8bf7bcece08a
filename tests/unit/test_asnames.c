#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "blackout/asnames.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))
#define LOST "\xef\xbf\xbd" /* U+FFFD */

static char error[ASNAMES_ERROR_LEN];

static enum blk_status
read_text(struct asnames *a, const char *text)
{
	struct source *s = NULL;
	enum blk_status status;

	assert_int_equal(source_open_memory(&s, text, strlen(text)), BLK_OK);
	status = asnames_read(a, s, error);
	source_free(s);
	return status;
}

static struct asnames *
of(const char *text)
{
	struct asnames *a = NULL;

	assert_int_equal(asnames_new(&a), BLK_OK);
	assert_int_equal(read_text(a, text), BLK_OK);
	assert_string_equal(error, "");
	asnames_settle(a);
	return a;
}

static void
both_forms(void **state)
{
	static const struct {
		uint32_t asn;
		const char *name, *country;
	} rows[] = {
	    {0, "-Reserved AS-", "ZZ"},
	    {1, "LVLT-1 - Level 3 Parent, LLC", "US"},
	    {7, "no country, us", ""},
	    {8, "KP", ""},
	    {9, "a, KP", ""},
	    {10, "tabs and spaces", "DE"},
	    {65546, "asdot", ""},
	    {131279, "STAR-KP", ""},
	    {4294967295, "last", ""},
	};
	struct asnames *a = of("\xef\xbb\xbf# list\r\n"
			       "0 -Reserved AS-, ZZ\r\n"
			       "AS1 LVLT-1 - Level 3 Parent, LLC, US\n"
			       "7 no country, us\n"
			       "8 KP\n"
			       "9|a, KP\n"
			       "10\ttabs\tand spaces , DE \n"
			       "\n"
			       "1.10|asdot\n"
			       "as131279 | STAR-KP | Ryugyong-dong | KP\n"
			       "11\n"
			       "12|\n"
			       "13| |x\n"
			       "4294967295|last");

	(void)state;
	assert_int_equal(asnames_count(a), N_OF(rows));
	for (size_t i = 0; i < N_OF(rows); i++) {
		assert_string_equal(asnames_find(a, rows[i].asn), rows[i].name);
		assert_string_equal(
		    asnames_country(a, rows[i].asn), rows[i].country);
	}
	assert_null(asnames_find(a, 2));
	assert_null(asnames_find(a, 11));
	assert_null(asnames_find(a, 12));
	assert_string_equal(asnames_country(a, 2), "");
	asnames_free(a);
	asnames_free(NULL);
}

static void
an_empty_list(void **state)
{
	struct asnames *a = of("");

	(void)state;
	assert_int_equal(asnames_count(a), 0);
	assert_null(asnames_find(a, 1));
	asnames_free(a);
}

/* A list of one's own, read after the large one, corrects it. */
static void
the_last_name_counts(void **state)
{
	struct asnames *a = NULL;

	(void)state;
	assert_int_equal(asnames_new(&a), BLK_OK);
	assert_int_equal(read_text(a, "2 b, BB\n1 a, AA\n1 c, CC\n"), BLK_OK);
	assert_int_equal(read_text(a, "2|d\n3|e\n"), BLK_OK);
	asnames_settle(a);
	assert_int_equal(asnames_count(a), 3);
	assert_string_equal(asnames_find(a, 1), "c");
	assert_string_equal(asnames_country(a, 1), "CC");
	assert_string_equal(asnames_find(a, 2), "d");
	assert_string_equal(asnames_country(a, 2), "");
	assert_string_equal(asnames_find(a, 3), "e");
	asnames_free(a);
}

static void
names_are_safe_to_print(void **state)
{
	static const struct {
		const char *text, *name;
	} rows[] = {
	    {"T\xc3\xa9l\xc3\xa9"
	     "com \xe4\xb8\xad \xf0\x9f\x8c\x8d",
		"T\xc3\xa9l\xc3\xa9"
		"com \xe4\xb8\xad \xf0\x9f\x8c\x8d"},
	    {"T\xe9l\xe9"
	     "com",
		"T" LOST "l" LOST "com"},
	    {"\xff\xfe", LOST LOST},
	    {"a\xc3", "a" LOST},
	    {"\xed\xa0\x80", LOST LOST LOST},
	    {"a\xe2\x80\xae"
	     "b",
		"a" LOST "b"},
	    {"a\xe2\x80\xa8"
	     "b",
		"a" LOST "b"},
	    {"a\xe2\x81\xa6"
	     "b",
		"a" LOST "b"},
	    {"a\xd8\x9c"
	     "b",
		"a" LOST "b"},
	    {"a\\x1b", "a\\x1b"},
	};
	char text[256];

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct asnames *a;

		snprintf(text, sizeof(text), "5|%s\n", rows[i].text);
		a = of(text);
		assert_string_equal(asnames_find(a, 5), rows[i].name);
		asnames_free(a);
	}
}

static void
wrong_lines_are_named(void **state)
{
	static const struct {
		const char *line, *problem;
	} rows[] = {
	    {"asn|name", "'asn|name': an AS number and a name are needed"},
	    {"STAR-KP 131279",
		"'STAR-KP 131279': an AS number and a name are needed"},
	    {"AS|x", "'AS|x': an AS number and a name are needed"},
	    {"1x y", "'1x y': an AS number and a name are needed"},
	    {"4294967296|x",
		"'4294967296|x': an AS number and a name are needed"},
	    {"<html>\x1b", "'<html>?': an AS number and a name are needed"},
	    {"1|\x1b[2J", "has a control character in a name"},
	    {"1|a\rb", "has a control character in a name"},
	    {"1|a\x7f", "has a control character in a name"},
	    {"1 a\xc2\x9b", "has a control character in a name"},
	};
	char text[256], expected[256];

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct asnames *a = NULL;

		assert_int_equal(asnames_new(&a), BLK_OK);
		snprintf(text, sizeof(text), "1|a\n%s\n", rows[i].line);
		snprintf(
		    expected, sizeof(expected), "line 2: %s", rows[i].problem);
		assert_int_equal(read_text(a, text), BLK_EBAD);
		assert_string_equal(error, expected);
		asnames_free(a);
	}
}

static void
lines_are_limited(void **state)
{
	struct asnames *a = NULL;
	char text[ASNAMES_LINE_MAX + 2];

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text, "1|", 2);
	text[ASNAMES_LINE_MAX] = '\0';
	a = of(text);
	assert_int_equal(strlen(asnames_find(a, 1)), ASNAMES_LINE_MAX - 2);
	asnames_free(a);
	text[ASNAMES_LINE_MAX] = 'x';
	text[ASNAMES_LINE_MAX + 1] = '\0';
	assert_int_equal(asnames_new(&a), BLK_OK);
	assert_int_equal(read_text(a, text), BLK_ELIMIT);
	asnames_free(a);
}

static void
many_names(void **state)
{
	enum { N = 100000 };
	const size_t cap = N * 32u;
	char *text = malloc(cap), name[32];
	struct asnames *a;
	size_t n = 0;

	(void)state;
	assert_non_null(text);
	for (uint32_t i = N; i-- > 0;)
		n += (size_t)snprintf(text + n, cap - n, "%lu NAME-%lu, KP\n",
		    (unsigned long)i * 3, (unsigned long)i);
	a = of(text);
	assert_int_equal(asnames_count(a), N);
	for (uint32_t i = 0; i < N; i++) {
		snprintf(name, sizeof(name), "NAME-%lu", (unsigned long)i);
		assert_string_equal(asnames_find(a, 3 * i), name);
		assert_null(asnames_find(a, 3 * i + 1));
	}
	asnames_free(a);
	free(text);
}

static void
paths(void **state)
{
	struct asnames *a = NULL;

	(void)state;
	assert_int_equal(asnames_new(&a), BLK_OK);
	assert_int_equal(asnames_read_file(a, TEST_SOURCE_DIR, error), BLK_EIO);
	assert_string_equal(error, "Is a directory");
	asnames_free(a);
	assert_int_equal(asnames_new(&a), BLK_OK);
	assert_int_equal(asnames_read_file(a,
			     TEST_SOURCE_DIR "/../testdata/asnames.txt", error),
	    BLK_OK);
	asnames_settle(a);
	assert_string_equal(asnames_find(a, 131279), "STAR-KP Ryugyong-dong");
	assert_string_equal(asnames_country(a, 131279), "KP");
	asnames_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(both_forms),
	    cmocka_unit_test(an_empty_list),
	    cmocka_unit_test(the_last_name_counts),
	    cmocka_unit_test(names_are_safe_to_print),
	    cmocka_unit_test(wrong_lines_are_named),
	    cmocka_unit_test(lines_are_limited),
	    cmocka_unit_test(many_names),
	    cmocka_unit_test(paths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
