#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above */
#include <cmocka.h>

#include "feed/reorder.h"

/* A burst may not pile up; test_lane.c has the rest, from the file on. */

#define T0 (1000000000 * USEC_PER_SEC)

static struct reorder r;

static struct taken {
	usec_t last;
	uint64_t event_n, late_n;
	size_t queue_max;
} taken;

static int
begin(void **state)
{
	(void)state;
	reorder_init(&r);
	taken = (struct taken){.last = USEC_NONE};
	return 0;
}

static int
end(void **state)
{
	(void)state;
	reorder_fini(&r);
	return 0;
}

static void
take_all(void)
{
	struct lane_batch *b;

	if (r.queue_n > taken.queue_max)
		taken.queue_max = r.queue_n;
	while ((b = reorder_take(&r)) != NULL) {
		for (uint32_t i = 0; i < b->ev.event_n; i++) {
			assert_true(b->ev.events[i].time >= taken.last);
			taken.last = b->ev.events[i].time;
			taken.event_n++;
			taken.late_n += b->ev.events[i].peer;
		}
		reorder_give_back(&r, b);
	}
}

/* late: the event's mark. */
static void
add(usec_t time, uint32_t late)
{
	assert_true(reorder_begin(&r, time));
	reorder_add(&r, EVENT_MESSAGE)->peer = late;
	assert_int_equal(reorder_end(&r), BLK_OK);
	take_all();
}

static void
finish(void)
{
	assert_int_equal(reorder_finish(&r), BLK_OK);
	take_all();
}

/* Half a million records in ten seconds, each hundredth two seconds late. */
static void
a_burst(void **state)
{
	const uint64_t n = 500000;

	(void)state;
	for (uint64_t i = 0; i < n; i++) {
		bool late = i % 100 == 50 && i > 100000;

		add(T0 + (usec_t)i * 20 - late * 2 * USEC_PER_SEC, late);
	}
	finish();
	assert_int_equal(taken.event_n, n);
	assert_int_equal(taken.late_n, 4000);
	assert_in_range(
	    taken.queue_max, REORDER_QUEUE_MAX, REORDER_QUEUE_MAX + 1);
	/* the queue holds 2.6 seconds of it */
	assert_int_equal(r.disorder_n, 0);
}

/* As many records, but in minutes: what waits is half a minute of them. */
static void
no_burst(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 500000; i++)
		add(T0 + (usec_t)i * 1000, 0);
	finish();
	assert_int_equal(taken.event_n, 500000);
	assert_in_range(taken.queue_max, 30, 32);
}

/* The queue is full of what lies ahead of the clock: nobody goes before it. */
static void
not_before_the_clock(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 10; i++)
		add(T0 + i, 0);
	for (unsigned i = 0; i < 400000; i++)
		add(T0 + 10 + (i % 4 == 0) * 300 * USEC_PER_SEC, 0);
	add(T0 + 20, 1);
	assert_int_equal(r.disorder_n, 0);
	finish();
	assert_int_equal(taken.event_n, 400011);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_burst),
	    TEST(no_burst),
	    TEST(not_before_the_clock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
