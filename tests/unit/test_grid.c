#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
/* cmocka.h needs the four above */
#include <cmocka.h>

#include "report/grid.h"

/* Cells in columns. */

static struct grid g;

static int
setup(void **state)
{
	(void)state;
	g = (struct grid){0};
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	grid_fini(&g);
	return 0;
}

static void
row(const char *a, const char *b, const char *c)
{
	g.column_n = 3;
	grid_cell(&g, "%s", a);
	grid_cell(&g, "%s", b);
	grid_cell(&g, "%s", c);
}

static void
assert_printed(bool colour, const char *want)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	assert_non_null(f);
	assert_int_equal(grid_print(&g, f, colour), BLK_OK);
	fclose(f);
	assert_string_equal(text, want);
	free(text);
}

static void
widest_cells(void **state)
{
	(void)state;
	row("AS", "LONGER HEADER", "NOTE");
	row("AS131279", "x", "a note that is never padded");
	row("AS1", "y", "");
	assert_printed(false,
	    "AS        LONGER HEADER  NOTE\n"
	    "AS131279  x              a note that is never padded\n"
	    "AS1       y\n");
}

static void
numbers_to_the_right(void **state)
{
	(void)state;
	g.right = 1u << 1;
	row("A", "N", "C");
	row("", "1234", "");
	row("b", "5", "c");
	assert_printed(false, "A     N  C\n   1234\nb     5  c\n");
}

static void
columns_left_out(void **state)
{
	(void)state;
	row("A", "PREFIX", "NOTE");
	row("a", "", "");
	row("b", "", "");
	assert_printed(false, "A  NOTE\na\nb\n");
}

/* Characters count, not bytes. */
static void
characters(void **state)
{
	(void)state;
	row("A", "B", "C");
	row("\303\244\303\266", "1", "2");
	row("xyz", "1", "2");
	assert_printed(
	    false, "A    B  C\n\303\244\303\266   1  2\nxyz  1  2\n");
}

static void
header_in_bold(void **state)
{
	(void)state;
	row("A", "B", "C");
	row("a", "b", "c");
	assert_printed(true, "\033[1mA  B  C\033[0m\na  b  c\n");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(widest_cells),
	    TEST(numbers_to_the_right),
	    TEST(columns_left_out),
	    TEST(characters),
	    TEST(header_in_bold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
