#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/replay_build.h"

static void
test_new_is_empty(void **state)
{
	struct timeline *t = timeline_new(3);

	(void)state;
	assert_non_null(t);
	assert_true(t->start == USEC_NONE && t->end == USEC_NONE);
	assert_int_equal(t->collector_n, 3);
	assert_int_equal(timeline_peers(t, 0), 0);
	assert_int_equal(timeline_full_feeds(t, 0, 0, 0.75), 0);
	timeline_free(t);
	timeline_free(NULL);
}

static void
test_logs_keep_their_order(void **state)
{
	struct timeline *t = tl_new(1, AT(0), AT(100));
	uint32_t s = tl_peer(t, 0, 64500);

	(void)state;
	/* Also when the times do not. */
	for (int i = 99; i > 0; i--) {
		tl_up(t, "10.0.0.0/8", s, AT(i), 64500);
		tl_session_log(t, s, AT(i), TL_RESET, 1, 0);
	}
	assert_int_equal(t->prefixes[0].log_n, 99);
	assert_int_equal(t->sessions[s].log_n, 100);
	for (int i = 0; i < 99; i++) {
		assert_true(t->prefixes[0].log[i].time == AT(99 - i));
		assert_true(t->sessions[s].log[i + 1].time == AT(99 - i));
	}
	assert_true(timeline_originated(t, 0, TL_ORIGIN_NONE) == USEC_NONE);
	timeline_free(t);
}

static void
test_gaps_belong_to_a_collector(void **state)
{
	struct timeline *t = timeline_new(2);

	(void)state;
	for (int i = 0; i < 20; i++)
		assert_true(timeline_add_gap(
		    t, 1, AT(i * 10), AT(i * 10 + 5), GAP_DAMAGED_FILE));
	assert_int_equal(t->collectors[0].gap_n, 0);
	assert_int_equal(t->collectors[1].gap_n, 20);
	assert_true(t->collectors[1].gaps[19].start == AT(190));
	assert_true(t->collectors[1].gaps[19].end == AT(195));
	assert_int_equal(t->collectors[1].gaps[19].reason, GAP_DAMAGED_FILE);
	timeline_free(t);
}

static uint32_t
intern(struct timeline *t, const uint32_t *asns, uint32_t n)
{
	uint32_t copy[8], out;

	memcpy(copy, asns, n * sizeof(*asns));
	assert_true(timeline_intern_set(t, copy, n, &out));
	return out;
}

static void
test_equal_sets_are_one(void **state)
{
	struct timeline *t = timeline_new(0);
	uint32_t ab[] = {64501, 64502}, ba[] = {64502, 64501};
	uint32_t aba[] = {64501, 64502, 64501}, a[] = {64501};
	uint32_t abc[] = {4200000000, 64502, 64501};
	uint32_t first = intern(t, ab, 2), n;

	(void)state;
	assert_int_equal(intern(t, ba, 2), first);
	assert_int_equal(intern(t, aba, 3), first);
	assert_int_not_equal(intern(t, a, 1), first);
	assert_int_not_equal(intern(t, abc, 3), first);
	assert_int_equal(t->sets.n, 3);
	assert_ptr_equal(timeline_run(&t->sets, first, &n), t->sets.numbers);
	assert_int_equal(n, 2);
	assert_int_equal(t->sets.numbers[0], 64501);
	assert_int_equal(t->sets.numbers[1], 64502);
	timeline_free(t);
}

/* The last known size counts, against the largest of all collectors. */
static void
test_full_feeds_for_coverage(void **state)
{
	struct timeline *t = tl_new(2, AT(0), AT(100));
	uint32_t s[5];

	(void)state;
	for (unsigned i = 0; i < 5; i++)
		s[i] = tl_peer(t, i < 3 ? 0 : 1, 64500 + i);
	tl_session_log(t, s[0], AT(1), TL_SIZE, 0, 1000);
	tl_session_log(t, s[1], AT(1), TL_SIZE, 0, 750);
	tl_session_log(t, s[2], AT(1), TL_SIZE, 0, 749);
	tl_session_log(t, s[3], AT(1), TL_SIZE, 0, 100000);
	tl_session_log(t, s[3], AT(2), TL_SIZE, 0, 900);
	/* Of the other family. */
	tl_session_log(t, s[4], AT(2), TL_SIZE, 1, 500);
	assert_int_equal(timeline_peers(t, 0), 3);
	assert_int_equal(timeline_peers(t, 1), 2);
	assert_int_equal(timeline_full_feeds(t, 0, 0, 0.75), 2);
	assert_int_equal(timeline_full_feeds(t, 0, 0, 0.5), 3);
	assert_int_equal(timeline_full_feeds(t, 1, 0, 0.75), 1);
	assert_int_equal(timeline_full_feeds(t, 1, 1, 0.75), 1);
	assert_int_equal(timeline_full_feeds(t, 0, 1, 0.75), 0);
	timeline_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_new_is_empty),
	    cmocka_unit_test(test_logs_keep_their_order),
	    cmocka_unit_test(test_gaps_belong_to_a_collector),
	    cmocka_unit_test(test_equal_sets_are_one),
	    cmocka_unit_test(test_full_feeds_for_coverage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
