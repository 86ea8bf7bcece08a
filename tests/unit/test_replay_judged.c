/*
 * Rules that need the replay and the judgement together, each with the case
 * in which breaking it made or hid an outage.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "blackout/outage.h"
#include "support/replay_build.h"

#define AS 64500u
#define P "10.1.0.0/16"
#define Q "10.2.0.0/16"

static void
rib(struct player *p, unsigned lane, usec_t time, usec_t end, unsigned carry,
    uint32_t size, unsigned of)
{
	struct event_entry e[PLAY_PEERS];
	struct event_size z[PLAY_PEERS];
	for (uint32_t i = 0; i < of; i++) {
		e[i] = entry(i, AS);
		z[i] = (struct event_size){i, {size, 0}};
	}
	play_rib_begin(p, lane, time);
	if (carry)
		play_rib_prefix(p, lane, time, P, e, carry);
	play_rib_end(p, lane, end, true, z, of);
}

static void
test_a_session_missing_from_a_rib_withdraws_nothing(void **s)
{
	(void)s;
	struct player p;
	struct timeline *t;
	unsigned r;
	play_watch_as(&p, AS, 1);
	r = play_lane(&p, 0);
	play_peers(&p, 0, 4);
	play_peers(&p, r, 4);
	rib(&p, r, AT(0), AT(10), 4, 100, 4);
	for (unsigned i = 0; i < 4; i++)
		play_message(&p, 0, i, AT(7190), 1, 0);
	rib(&p, r, AT(7200), AT(7210), 2, 100, 2);
	t = play_finish(&p);
	assert_route(t, P, 3, AT(8000), "up 64500");
	timeline_free(t);
}

static void
test_a_session_dead_before_a_gap_transfers_nothing_after_it(void **s)
{
	(void)s;
	struct player p;
	struct timeline *t;
	play_watch_as(&p, AS, 1);
	play_peers(&p, 0, 4);
	rib(&p, 0, AT(0), AT(10), 4, 100, 4);
	for (unsigned i = 0; i < 4; i++)
		play_down(&p, 0, i, AT(1000));
	play_gap(&p, 0, AT(1001), AT(9000));
	/* ordinary churn afterwards */
	for (int k = 9000; k < 9000 + 7200; k += 20)
		for (unsigned i = 0; i < 4; i++)
			play_message(
			    &p, 0, i, AT(k + (int)i), k < 9600 ? 20 : 1, 0);
	t = play_finish(&p);
	tl_watch_asn(t, AS);
	assert_route(t, P, 3, AT(16000), "unknown");
	timeline_free(t);
}

static void
test_a_reset_comes_after_the_rib_that_shows_the_table(void **s)
{
	(void)s;
	struct player p;
	struct timeline *t;
	play_watch_as(&p, AS, 1);
	play_peers(&p, 0, 2);
	rib(&p, 0, AT(0), AT(90), 2, 100, 2);
	play_announce(&p, 0, 0, AT(1000), Q, AS);
	play_message(&p, 0, 0, AT(1001), 90, 0);
	play_end_of_rib(&p, 0, 0, AT(1010), AFI_IPV4);
	t = play_finish(&p);
	assert_route(t, P, 0, AT(1010), "absent");
	timeline_free(t);
}

static void
test_a_gap_begins_after_what_was_said_last(void **s)
{
	(void)s;
	struct player p;
	struct timeline *t;
	play_watch_as(&p, AS, 1);
	play_peers(&p, 0, 2);
	rib(&p, 0, AT(0), AT(10), 2, 100, 2);
	play_withdraw(&p, 0, 0, AT(500), P);
	play_gap(&p, 0, AT(500), AT(900));
	t = play_finish(&p);
	assert_route(t, P, 0, AT(600), "unknown");
	timeline_free(t);
}

static void
test_an_unreadable_message_comes_after_what_was_read(void **s)
{
	(void)s;
	struct player p;
	struct timeline *t;
	play_watch_as(&p, AS, 1);
	play_peers(&p, 0, 2);
	rib(&p, 0, AT(0), AT(10), 2, 100, 2);
	play_announce(&p, 0, 0, AT(500), P, AS + 1);
	play_unsure(&p, 0, 0, AT(500));
	t = play_finish(&p);
	assert_route(t, P, 0, AT(600), "unknown");
	timeline_free(t);
}

static void
test_peers_that_come_later_cast_no_doubt_on_earlier(void **s)
{
	(void)s;
	struct player p;
	struct timeline *t;
	struct outage_result *r;
	struct outage_params q = outage_params_default();
	play_watch_as(&p, AS, 1);
	unsigned l2 = play_lane(&p, 0);
	play_peers(&p, 0, 4);
	play_peers(&p, l2, 10);
	rib(&p, 0, AT(0), AT(10), 4, 100, 4);
	for (unsigned i = 0; i < 4; i++)
		play_withdraw(&p, 0, i, AT(20000), P);
	for (unsigned i = 0; i < 4; i++)
		play_announce(&p, 0, i, AT(30000), P, AS);
	rib(&p, l2, AT(80000), AT(80010), 10, 100, 10);
	t = play_finish(&p);
	outage_find(&r, t, &q);
	assert_int_equal(r->ases[0].window_n, 1);
	outage_free(r);
	timeline_free(t);
}

static void
test_a_later_table_is_no_yardstick_before(void **s)
{
	(void)s;
	struct player p;
	struct timeline *t;
	struct outage_result *r;
	struct outage_params q = outage_params_default();
	play_watch_as(&p, AS, 1);
	unsigned l2 = play_lane(&p, 0);
	play_peers(&p, 0, 4);
	play_peers(&p, l2, 5);
	rib(&p, 0, AT(0), AT(10), 4, 100, 4);
	for (unsigned i = 0; i < 4; i++)
		play_withdraw(&p, 0, i, AT(20000), P);
	for (unsigned i = 0; i < 4; i++)
		play_announce(&p, 0, i, AT(30000), P, AS);
	rib(&p, l2, AT(80000), AT(80010), 5, 140, 5);
	t = play_finish(&p);
	t->sessions[4].log[1].size = 140;

	outage_find(&r, t, &q);
	assert_int_equal(r->ases[0].window_n, 1);
	outage_free(r);
	timeline_free(t);
}

static void
test_a_lost_table_is_no_yardstick_any_more(void **s)
{
	(void)s;
	struct player p;
	struct timeline *t;
	struct outage_result *r;
	struct outage_params q = outage_params_default();
	struct event_entry e[5];
	struct event_size z[5];
	play_watch_as(&p, AS, 1);
	play_peers(&p, 0, 5);
	for (uint32_t i = 0; i < 5; i++) {
		e[i] = entry(i, AS);
		z[i] = (struct event_size){i, {i == 4 ? 200 : 100, 0}};
	}
	play_rib_begin(&p, 0, AT(0));
	play_rib_prefix(&p, 0, AT(0), P, e, 5);
	play_rib_end(&p, 0, AT(10), true, z, 5);
	play_rib_begin(&p, 0, AT(7200));
	play_rib_prefix(&p, 0, AT(7200), P, e, 4);
	play_rib_end(&p, 0, AT(7210), true, z, 4);
	for (unsigned i = 0; i < 4; i++)
		play_withdraw(&p, 0, i, AT(20000), P);
	for (unsigned i = 0; i < 4; i++)
		play_announce(&p, 0, i, AT(30000), P, AS);
	t = play_finish(&p);
	outage_find(&r, t, &q);
	assert_int_equal(r->ases[0].window_n, 1);
	outage_free(r);
	timeline_free(t);
}

static void
test_originated_times_belong_to_their_origin(void **s)
{
	(void)s;
	struct player p;
	struct timeline *t;
	struct outage_result *r;
	struct outage_params q = outage_params_default();
	uint32_t asns[] = {AS, 64600};
	struct state_params sp = {.asns = asns, .asn_n = 2};
	struct event_entry e[4];
	struct event_size z[4];
	play_begin(&p, &sp, 1);
	play_peers(&p, 0, 4);
	play_rib_begin(&p, 0, AT(0));
	for (uint32_t i = 0; i < 4; i++) {
		e[i] = entry(i, 64600);
		e[i].originated = 1400000000;
		z[i] = (struct event_size){i, {100, 0}};
	}
	play_rib_prefix(&p, 0, AT(0), P, e, 4);
	play_rib_prefix(&p, 0, AT(0), "10.3.0.0/16", e, 4);
	play_rib_prefix(&p, 0, AT(0), "10.4.0.0/16", e, 4);
	for (uint32_t i = 0; i < 4; i++)
		e[i].origin = AS;
	play_rib_prefix(&p, 0, AT(0), Q, e, 4);
	play_rib_end(&p, 0, AT(10), true, z, 4);
	const char *leak[] = {P, "10.3.0.0/16", "10.4.0.0/16"};
	for (int k = 0; k < 3; k++)
		for (unsigned i = 0; i < 4; i++)
			play_announce(&p, 0, i, AT(20000), leak[k], AS);
	for (int k = 0; k < 3; k++)
		for (unsigned i = 0; i < 4; i++)
			play_announce(&p, 0, i, AT(20600), leak[k], 64600);
	for (unsigned i = 0; i < 4; i++)
		play_withdraw(&p, 0, i, AT(30000), Q);
	for (unsigned i = 0; i < 4; i++)
		play_announce(&p, 0, i, AT(40000), Q, AS);
	for (unsigned i = 0; i < 4; i++)
		play_message(&p, 0, i, AT(80000), 1, 0);
	t = play_finish(&p);
	outage_find(&r, t, &q);
	assert_int_equal(r->ases[0].baseline_n, 1);
	assert_int_equal(r->ases[0].window_n, 1);
	outage_free(r);
	timeline_free(t);
}

static void
test_exactly_the_share_is_enough(void **s)
{
	(void)s;
	struct timeline *t = tl_new(1, AT(0), AT(86400));
	struct outage_result *r;
	struct outage_params q = outage_params_default();
	for (unsigned i = 0; i < 20; i++)
		tl_peer(t, 0, 65001 + i);
	tl_watch_asn(t, AS);
	tl_all_up(t, P, 0, 20, AT(0), AS);
	tl_all_absent(t, P, 0, 9, AT(10000));
	q.visibility = 0.55;
	outage_find(&r, t, &q);
	assert_int_equal(r->ases[0].window_n, 0);
	outage_free(r);
	timeline_free(t);
}

static void
test_a_retired_prefix_returns_to_the_microsecond(void **s)
{
	(void)s;
	struct timeline *t = tl_new(1, AT(0), AT(86400));
	struct outage_result *r;
	struct outage_params q = outage_params_default();
	for (unsigned i = 0; i < 4; i++)
		tl_peer(t, 0, 65001 + i);
	tl_watch_asn(t, AS);
	tl_all_up(t, Q, 0, 4, AT(0), AS);
	tl_all_up(t, P, 0, 4, AT(0), AS);
	tl_all_absent(t, P, 0, 4, AT(20000));
	tl_all_up(t, P, 0, 4, AT(40000) + 500000, AS);
	q.retire = 3600 * USEC_PER_SEC;
	outage_find(&r, t, &q);
	assert_int_equal(r->ases[0].filtered_short, 0);
	outage_free(r);
	timeline_free(t);
}

static void
test_a_session_known_down_keeps_its_time_of_death(void **s)
{
	(void)s;
	struct player p;
	struct timeline *t;
	play_watch_as(&p, AS, 1);
	play_peers(&p, 0, 4);
	rib(&p, 0, AT(0), AT(10), 4, 100, 4);
	play_message(&p, 0, 3, AT(100), 1, 0);
	play_down(&p, 0, 3, AT(3000));
	rib(&p, 0, AT(7200), AT(7210), 3, 100, 3);
	t = play_finish(&p);
	assert_route(t, P, 3, AT(2000), "up 64500");
	timeline_free(t);
}

static void
test_a_late_leak_without_ribs_is_no_baseline(void **st)
{
	(void)st;
	struct timeline *t = tl_new(1, AT(0), AT(86400));
	struct outage_result *r;
	struct outage_params q = outage_params_default();
	for (unsigned i = 0; i < 4; i++)
		tl_peer(t, 0, 65001 + i);
	tl_watch_asn(t, AS);
	tl_all_up(t, Q, 0, 4, AT(0), AS);
	for (int k = 0; k < 9; k++) {
		char b[32];
		snprintf(b, sizeof(b), "10.9.%d.0/24", k);
		tl_all_up(t, b, 0, 4, AT(82000), AS);
		tl_all_absent(t, b, 0, 4, AT(82600));
	}
	outage_find(&r, t, &q);
	assert_int_equal(r->ases[0].window_n, 0);
	outage_free(r);
	timeline_free(t);
}
/* Ten peers carry P; then nothing is known for a while. */
static void
ten_peers_and_a_gap(struct player *p, bool lost_before)
{
	play_watch_as(p, AS, 1);
	play_peers(p, 0, 10);
	rib(p, 0, AT(0), AT(10), 10, 100, 10);
	for (unsigned i = 0; lost_before && i < 10; i++)
		play_withdraw(p, 0, i, AT(20000), P);
	play_gap(p, 0, AT(30000), AT(30900));
}

static void
assert_window(struct player *p, usec_t start, usec_t end)
{
	struct outage_params q = outage_params_default();
	struct timeline *t = play_finish(p);
	struct outage_result *r;

	assert_int_equal(outage_find(&r, t, &q), BLK_OK);
	assert_int_equal(r->ases[0].window_n, 1);
	assert_true(r->ases[0].windows[0].start == start);
	assert_true(r->ases[0].windows[0].end == end);
	outage_free(r);
	timeline_free(t);
}

/* Three of ten say first that it is back; a RIB soon shows that it is not. */
static void
test_a_return_of_the_first_to_speak_does_not_end_it(void **s)
{
	struct player p;

	(void)s;
	ten_peers_and_a_gap(&p, true);
	for (unsigned i = 0; i < 3; i++)
		play_announce(&p, 0, i, AT(31000), P, AS);
	rib(&p, 0, AT(31200), AT(31201), 3, 100, 10);
	play_message(&p, 0, 0, AT(40000), 1, 0);
	assert_window(&p, AT(20000), USEC_NONE);
}

/* The same, but nobody contradicts them while routes converge. */
static void
test_a_return_that_lasts_ends_it(void **s)
{
	struct player p;

	(void)s;
	ten_peers_and_a_gap(&p, true);
	for (unsigned i = 0; i < 3; i++)
		play_announce(&p, 0, i, AT(31000), P, AS);
	play_message(&p, 0, 0, AT(40000), 1, 0);
	assert_window(&p, AT(20000), AT(31000));
}

/* Five withdraw; within five minutes a RIB shows that the silent lack it. */
static void
test_a_doubt_that_becomes_certain_soon_is_the_start(void **s)
{
	struct player p;

	(void)s;
	ten_peers_and_a_gap(&p, false);
	for (unsigned i = 0; i < 5; i++)
		play_withdraw(&p, 0, i, AT(40000), P);
	rib(&p, 0, AT(40200), AT(40201), 0, 100, 10);
	play_message(&p, 0, 0, AT(45000), 1, 0);
	assert_window(&p, AT(40000), USEC_NONE);
}

/* The RIB comes later: when it began is not known before. */
static void
test_a_doubt_that_becomes_certain_late_is_not(void **s)
{
	struct player p;

	(void)s;
	ten_peers_and_a_gap(&p, false);
	for (unsigned i = 0; i < 5; i++)
		play_withdraw(&p, 0, i, AT(40000), P);
	rib(&p, 0, AT(40400), AT(40401), 0, 100, 10);
	play_message(&p, 0, 0, AT(45000), 1, 0);
	assert_window(&p, AT(40401), USEC_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_a_return_of_the_first_to_speak_does_not_end_it),
	    cmocka_unit_test(test_a_return_that_lasts_ends_it),
	    cmocka_unit_test(
		test_a_doubt_that_becomes_certain_soon_is_the_start),
	    cmocka_unit_test(test_a_doubt_that_becomes_certain_late_is_not),
	    cmocka_unit_test(
		test_a_session_missing_from_a_rib_withdraws_nothing),
	    cmocka_unit_test(
		test_a_session_dead_before_a_gap_transfers_nothing_after_it),
	    cmocka_unit_test(
		test_a_reset_comes_after_the_rib_that_shows_the_table),
	    cmocka_unit_test(test_a_gap_begins_after_what_was_said_last),
	    cmocka_unit_test(
		test_an_unreadable_message_comes_after_what_was_read),
	    cmocka_unit_test(
		test_peers_that_come_later_cast_no_doubt_on_earlier),
	    cmocka_unit_test(test_a_later_table_is_no_yardstick_before),
	    cmocka_unit_test(test_a_lost_table_is_no_yardstick_any_more),
	    cmocka_unit_test(test_originated_times_belong_to_their_origin),
	    cmocka_unit_test(test_exactly_the_share_is_enough),
	    cmocka_unit_test(test_a_retired_prefix_returns_to_the_microsecond),
	    cmocka_unit_test(test_a_session_known_down_keeps_its_time_of_death),
	    cmocka_unit_test(test_a_late_leak_without_ribs_is_no_baseline)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
