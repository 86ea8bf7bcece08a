#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* cmocka.h needs those above */
#include <cmocka.h>

#include "report/rows_queue.h"

/* Lines that are put into the order of their times. */

static struct rows_queue q;

static int
setup(void **state)
{
	(void)state;
	q = (struct rows_queue){0};
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	rows_queue_fini(&q);
	return 0;
}

static void
add(usec_t time, const char *text)
{
	assert_int_equal(
	    rows_queue_add(&q, time, NULL, 0, text, strlen(text)), BLK_OK);
}

/* The earliest piece is text; drop it. */
static void
assert_next(usec_t time, const char *text)
{
	const struct rows_piece *p = rows_queue_first(&q);

	assert_non_null(p);
	assert_int_equal(p->time, time);
	assert_int_equal(p->n, strlen(text));
	assert_memory_equal(rows_queue_text(&q, p), text, p->n);
	rows_queue_pop(&q);
}

static void
pieces_come_by_time(void **state)
{
	(void)state;
	assert_null(rows_queue_first(&q));
	add(5, "five\n");
	add(3, "three\n");
	add(9, "nine\n");
	add(4, "four\n");
	assert_next(3, "three\n");
	add(1, "one\n");
	assert_next(1, "one\n");
	assert_next(4, "four\n");
	assert_next(5, "five\n");
	assert_next(9, "nine\n");
	assert_null(rows_queue_first(&q));
	add(2, "two\n");
	assert_next(2, "two\n");
}

static void
equal_times_keep_their_order(void **state)
{
	char text[16];

	(void)state;
	for (unsigned i = 0; i < 100; i++) {
		snprintf(text, sizeof(text), "%u", i);
		add(i % 3, text);
	}
	for (unsigned time = 0; time < 3; time++) {
		for (unsigned i = time; i < 100; i += 3) {
			snprintf(text, sizeof(text), "%u", i);
			assert_next(time, text);
		}
	}
}

static void
a_head_stands_before_the_text(void **state)
{
	(void)state;
	assert_int_equal(rows_queue_add(&q, 2, "\1\2", 2, "two", 3), BLK_OK);
	assert_int_equal(rows_queue_add(&q, 1, "\3\4", 2, NULL, 0), BLK_OK);
	assert_next(1, "\3\4");
	assert_next(2, "\1\2two");
	assert_int_equal(q.live, 0);
}

static void
full_when_enough_is_kept_back(void **state)
{
	char *text = calloc(1, ROWS_QUEUE_AHEAD);

	(void)state;
	assert_non_null(text);
	assert_false(rows_queue_full(&q));
	assert_int_equal(
	    rows_queue_add(&q, 1, NULL, 0, text, ROWS_QUEUE_AHEAD - 1), BLK_OK);
	assert_false(rows_queue_full(&q));
	add(2, "x");
	assert_true(rows_queue_full(&q));
	rows_queue_pop(&q);
	assert_false(rows_queue_full(&q));
	free(text);
}

/*
 * Against a plain sort, with texts of all lengths, so that they are moved to
 * the other buffer many times; and the room does not grow without end.
 */
static void
long_runs(void **state)
{
	usec_t last = -1;
	uint32_t seed = 1;
	char text[400];

	(void)state;
	for (unsigned i = 0; i < 200000; i++) {
		unsigned n;

		seed = seed * 1664525 + 1013904223;
		n = 1 + seed / 65536 % 300;
		memset(text, 'a' + (int)(i % 26), n);
		assert_int_equal(
		    rows_queue_add(&q, i + seed / 7 % 50, NULL, 0, text, n),
		    BLK_OK);
		while (q.live > 100000) {
			const struct rows_piece *p = rows_queue_first(&q);
			const char *t = rows_queue_text(&q, p);

			assert_true(p->time >= last);
			last = p->time;
			for (size_t k = 1; k < p->n; k++)
				assert_true(t[k] == t[0]);
			rows_queue_pop(&q);
		}
	}
	assert_true(q.text_cap <= 400000);
	assert_true(last > 199000);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(pieces_come_by_time),
	    TEST(equal_times_keep_their_order),
	    TEST(a_head_stands_before_the_text),
	    TEST(full_when_enough_is_kept_back),
	    TEST(long_runs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
