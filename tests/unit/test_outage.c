#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/replay_build.h"

#include "blackout/outage.h"

#define AS 64500u
#define OTHER 64999u
#define PEERS 4u
#define SECONDS(n) ((n)*USEC_PER_SEC)

/* A day with four peers, two of each of two collectors. */
static struct timeline *
day(void)
{
	struct timeline *t = tl_new(2, AT(0), AT(HOURS(24)));

	for (unsigned i = 0; i < PEERS; i++)
		tl_peer(t, i / 2, 65001 + i);
	return t;
}

static void
up(struct timeline *t, const char *prefix, int second)
{
	tl_all_up(t, prefix, 0, PEERS, AT(second), AS);
}

static void
down(struct timeline *t, const char *prefix, int second)
{
	tl_all_absent(t, prefix, 0, PEERS, AT(second));
}

/* AS with one prefix that is up from the start of the data. */
static struct timeline *
day_of_one(void)
{
	struct timeline *t = day();

	tl_watch_asn(t, AS);
	up(t, "10.0.0.0/16", 0);
	return t;
}

static void
outage(struct timeline *t, int from, int until)
{
	down(t, "10.0.0.0/16", from);
	up(t, "10.0.0.0/16", until);
}

static struct outage_result *
find_with(struct timeline *t, const struct outage_params *params)
{
	struct outage_result *r;

	assert_int_equal(outage_find(&r, t, params), BLK_OK);
	assert_int_equal(r->as_n, t->watch_n);
	return r;
}

static struct outage_result *
find(struct timeline *t)
{
	struct outage_params standard = outage_params_default();

	return find_with(t, &standard);
}

static void
test_defaults_are_those_of_the_contract(void **state)
{
	struct outage_params q = outage_params_default();

	(void)state;
	assert_true(q.visibility == 0.5);
	assert_true(q.loss == 0.5);
	assert_true(q.full_feed == 0.75);
	assert_int_equal(q.min_peers, 3);
	assert_true(q.min_duration == SECONDS(60));
	assert_true(q.merge_gap == 0);
	assert_true(q.retire == 0);
	assert_int_equal(q.weight, OUTAGE_BY_PREFIXES);
	assert_true(q.start == USEC_NONE && q.end == USEC_NONE);
	assert_string_equal(outage_kind_name(OUTAGE_WITHDRAWN), "withdrawn");
	assert_string_equal(outage_kind_name(OUTAGE_MOVED), "moved");
	assert_string_equal(outage_kind_name(OUTAGE_COVERED), "covered");
}

static void
test_one_outage_in_full(void **state)
{
	struct timeline *t = day_of_one();
	struct outage_result *r;
	const struct outage_as *a;
	const struct outage_window *w;

	(void)state;
	outage(t, 40000, 50000);
	r = find(t);
	a = &r->ases[0];
	assert_int_equal(a->asn, AS);
	assert_false(a->by_prefix);
	assert_int_equal(a->baseline_n, 1);
	assert_true(a->seen && a->verdict);
	assert_true(a->first_visible == AT(0));
	assert_int_equal(a->voting_max, 4);
	assert_int_equal(a->filtered_short, 0);
	assert_int_equal(a->partial_n, 0);
	assert_true(a->availability == 1 - 10000.0 / HOURS(24));
	assert_int_equal(a->known_n, 1); /* up and out alike */
	assert_true(a->known[0].duration == SECONDS(HOURS(24)));
	assert_int_equal(a->window_n, 1);
	w = &a->windows[0];
	assert_true(w->start == AT(40000) && w->end == AT(50000));
	assert_true(w->duration == SECONDS(10000));
	assert_true(w->start_known && w->start_earliest == AT(39999));
	assert_true(w->end_earliest == AT(49999));
	assert_true(w->unknown == 0);
	assert_true(w->loss == 1);
	assert_int_equal(w->prefixes_lost, 1);
	assert_int_equal(w->prefixes_total, 1);
	assert_int_equal(w->blackout_n, 1);
	assert_true(w->blackouts[0].start == AT(40000));
	assert_true(w->blackouts[0].end == AT(50000));
	assert_true(w->blackouts[0].duration == SECONDS(10000));
	assert_int_equal(w->voting, 4);
	assert_int_equal(w->still_carrying, 0);
	assert_int_equal(w->stuck_n, 0);
	assert_int_equal(w->prefix_n, 1);
	assert_int_equal(w->prefixes[0].kind, OUTAGE_WITHDRAWN);
	assert_true(w->prefixes[0].start == AT(40000));
	assert_true(w->prefixes[0].end == AT(50000));
	assert_true(w->prefixes[0].visibility_min == 0);
	assert_int_equal(w->collector_n, 2);
	assert_int_equal(w->collectors[0], 0);
	assert_int_equal(w->collectors[1], 1);
	outage_free(r);
	timeline_free(t);
}

static void
test_short_windows_are_counted(void **state)
{
	struct timeline *t = day_of_one();
	struct outage_params q = outage_params_default();
	struct outage_result *r;

	(void)state;
	outage(t, 40000, 40059);
	outage(t, 50000, 50060);
	r = find(t);
	assert_int_equal(r->ases[0].filtered_short, 1);
	assert_int_equal(r->ases[0].window_n, 1);
	assert_true(r->ases[0].windows[0].start == AT(50000));
	assert_int_equal(r->ases[0].partial_n, 0);
	outage_free(r);
	q.min_duration = 0;
	r = find_with(t, &q);
	assert_int_equal(r->ases[0].filtered_short, 0);
	assert_int_equal(r->ases[0].window_n, 2);
	outage_free(r);
	timeline_free(t);
}

static void
test_near_windows_are_joined(void **state)
{
	struct timeline *t = day_of_one();
	struct outage_params q = outage_params_default();
	struct outage_result *r;
	const struct outage_window *w;

	(void)state;
	/* Each too short by itself: joined first, and then measured. */
	outage(t, 40000, 40040);
	outage(t, 40100, 40140);
	outage(t, 40200, 40240);
	q.merge_gap = SECONDS(60);
	r = find_with(t, &q);
	assert_int_equal(r->ases[0].window_n, 0);
	assert_int_equal(r->ases[0].filtered_short, 3);
	outage_free(r);
	q.merge_gap = SECONDS(61);
	r = find_with(t, &q);
	assert_int_equal(r->ases[0].window_n, 1);
	assert_int_equal(r->ases[0].filtered_short, 0);
	w = &r->ases[0].windows[0];
	assert_true(w->start == AT(40000) && w->end == AT(40240));
	assert_int_equal(w->blackout_n, 3);
	assert_int_equal(w->prefix_n, 3);
	outage_free(r);
	timeline_free(t);
}

static void
test_the_data_end_in_an_outage(void **state)
{
	struct timeline *t = day_of_one();
	struct outage_result *r;
	const struct outage_window *w;

	(void)state;
	down(t, "10.0.0.0/16", 80000);
	r = find(t);
	assert_int_equal(r->ases[0].window_n, 1);
	w = &r->ases[0].windows[0];
	assert_true(w->start == AT(80000) && w->end == USEC_NONE);
	assert_true(w->end_earliest == AT(HOURS(24) - 1));
	assert_true(w->duration == SECONDS(HOURS(24) - 80000));
	assert_int_equal(w->blackout_n, 1);
	assert_true(w->blackouts[0].end == USEC_NONE);
	assert_true(w->prefixes[0].end == USEC_NONE);
	outage_free(r);
	timeline_free(t);
}

static void
test_the_data_begin_in_an_outage(void **state)
{
	struct timeline *t = day();
	struct outage_result *r;
	const struct outage_window *w;

	(void)state;
	tl_watch_asn(t, AS);
	/* One peer is stuck with it: so the prefix is known to be theirs. */
	for (uint32_t s = 0; s < PEERS; s++)
		tl_session_log(t, s, AT(0), TL_SIZE, 0, 1000);
	t->collectors[0].has_rib[0] = t->collectors[1].has_rib[0] = true;
	tl_all_absent(t, "10.0.0.0/16", 0, 3, AT(5));
	tl_up(t, "10.0.0.0/16", 3, AT(5), AS);
	up(t, "10.0.0.0/16", 40000);
	r = find(t);
	assert_int_equal(r->ases[0].window_n, 1);
	w = &r->ases[0].windows[0];
	assert_false(w->start_known);
	assert_true(w->start_earliest == USEC_NONE);
	assert_true(w->start == AT(5) && w->end == AT(40000));
	assert_int_equal(w->stuck_n, 1);
	assert_int_equal(ipaddr_cmp(&w->stuck[0], &t->sessions[3].addr), 0);
	outage_free(r);
	timeline_free(t);
}

static void
is_known(const struct outage_as *a, size_t i, int from, int until)
{
	assert_true(i < a->known_n);
	assert_true(a->known[i].start == AT(from));
	assert_true(a->known[i].end == AT(until));
	assert_true(a->known[i].duration == SECONDS(until - from));
}

/* Across a gap in all collectors the bounds are intervals. */
static void
test_bounds_across_a_gap(void **state)
{
	struct timeline *t = day_of_one();
	struct outage_result *r;
	const struct outage_window *w;

	(void)state;
	for (uint32_t s = 0; s < PEERS; s++) {
		tl_session_log(t, s, AT(20000), TL_RESET, 0, 0);
		tl_session_log(t, s, AT(20000), TL_AWAY, 0, 0);
		tl_session_log(t, s, AT(30000), TL_BACK, 0, 0);
	}
	down(t, "10.0.0.0/16", 30000);
	for (uint32_t s = 0; s < PEERS; s++)
		tl_session_log(t, s, AT(40000), TL_RESET, 0, 0);
	down(t, "10.0.0.0/16", 41000); /* unknown inside it */
	for (uint32_t s = 0; s < PEERS; s++)
		tl_session_log(t, s, AT(50000), TL_RESET, 0, 0);
	up(t, "10.0.0.0/16", 55000);
	r = find(t);
	assert_int_equal(r->ases[0].window_n, 1);
	w = &r->ases[0].windows[0];
	assert_true(w->start == AT(30000));
	assert_true(w->start_earliest == AT(19999));
	assert_true(w->end == AT(55000));
	assert_true(w->end_earliest == AT(49999));
	assert_true(w->unknown == SECONDS(1000 + 5000));
	is_known(&r->ases[0], 0, 0, 20000);
	is_known(&r->ases[0], 1, 30000, 40000);
	is_known(&r->ases[0], 2, 41000, 50000);
	is_known(&r->ases[0], 3, 55000, HOURS(24));
	assert_int_equal(r->ases[0].known_n, 4);
	outage_free(r);
	timeline_free(t);
}

/* A gap with the prefix up on both sides is no outage. */
static void
test_a_gap_is_no_outage(void **state)
{
	struct timeline *t = day_of_one();
	struct outage_result *r;

	(void)state;
	for (uint32_t s = 0; s < PEERS; s++)
		tl_session_log(t, s, AT(20000), TL_RESET, 0, 0);
	up(t, "10.0.0.0/16", 40000);
	r = find(t);
	assert_int_equal(r->ases[0].window_n, 0);
	assert_int_equal(r->ases[0].filtered_short, 0);
	assert_true(r->ases[0].availability == 1);
	outage_free(r);
	timeline_free(t);
}

static void
test_the_question_chooses_windows(void **state)
{
	struct timeline *t = day_of_one();
	struct outage_params q = outage_params_default();
	struct outage_result *r;

	(void)state;
	outage(t, 20000, 20010); /* short */
	outage(t, 30000, 40000);
	outage(t, 50000, 60000);
	q.start = AT(40000); /* both half-open: they only touch */
	q.end = AT(50000);
	r = find_with(t, &q);
	assert_int_equal(r->ases[0].window_n, 0);
	assert_int_equal(r->ases[0].filtered_short, 0);
	outage_free(r);
	q.start--;
	q.end++;
	r = find_with(t, &q);
	assert_int_equal(r->ases[0].window_n, 2);
	/* With their true bounds. */
	assert_true(r->ases[0].windows[0].start == AT(30000));
	assert_true(r->ases[0].windows[1].end == AT(60000));
	outage_free(r);
	timeline_free(t);
}

/* Two prefixes go one after the other: half is lost, then all. */
static void
test_blackouts_inside_a_window(void **state)
{
	struct timeline *t = day_of_one();
	struct outage_result *r;
	const struct outage_window *w;

	(void)state;
	up(t, "10.1.0.0/16", 0);
	down(t, "10.1.0.0/16", 30000);
	outage(t, 31000, 32000);
	outage(t, 33000, 34000);
	up(t, "10.1.0.0/16", 35000);
	r = find(t);
	assert_int_equal(r->ases[0].window_n, 1);
	w = &r->ases[0].windows[0];
	assert_true(w->start == AT(30000) && w->end == AT(35000));
	assert_true(w->loss == 1);
	assert_int_equal(w->prefixes_lost, 2);
	assert_int_equal(w->prefixes_total, 2);
	assert_int_equal(w->blackout_n, 2);
	assert_true(w->blackouts[0].start == AT(31000));
	assert_true(w->blackouts[0].end == AT(32000));
	assert_true(w->blackouts[1].start == AT(33000));
	assert_int_equal(w->prefix_n, 3);
	assert_true(w->prefixes[0].start == AT(30000));
	assert_true(w->prefixes[1].start == AT(31000));
	assert_true(w->prefixes[2].start == AT(33000));
	outage_free(r);
	timeline_free(t);
}

/* One of three is not half: it is told as partial. */
static void
test_less_than_the_share_is_partial(void **state)
{
	struct timeline *t = day_of_one();
	struct outage_result *r;
	const struct outage_as *a;

	(void)state;
	up(t, "10.1.0.0/16", 0);
	up(t, "10.2.0.0/16", 0);
	outage(t, 30000, 40000);
	tl_all_up(t, "10.1.0.0/16", 0, PEERS, AT(50000), OTHER);
	up(t, "10.1.0.0/16", 50059); /* shorter than a window may be */
	tl_all_up(t, "10.2.0.0/16", 0, PEERS, AT(60000), OTHER);
	r = find(t);
	a = &r->ases[0];
	assert_int_equal(a->window_n, 0);
	assert_int_equal(a->partial_n, 2);
	assert_int_equal(a->partial[0].kind, OUTAGE_WITHDRAWN);
	assert_true(a->partial[0].start == AT(30000));
	assert_true(a->partial[0].end == AT(40000));
	assert_int_equal(a->partial[1].kind, OUTAGE_MOVED);
	assert_int_equal(a->partial[1].moved_to, OTHER);
	assert_true(a->partial[1].end == USEC_NONE);
	outage_free(r);
	timeline_free(t);
}

static void
test_a_move_of_all_is_no_outage(void **state)
{
	struct timeline *t = day_of_one();
	struct outage_result *r;

	(void)state;
	tl_all_up(t, "10.0.0.0/16", 0, PEERS, AT(40000), OTHER);
	r = find(t);
	assert_int_equal(r->ases[0].window_n, 0);
	assert_int_equal(r->ases[0].partial_n, 1);
	assert_true(r->ases[0].availability == 1);
	outage_free(r);
	timeline_free(t);
}

/* IPv6 is gone and IPv4 lives on: no outage, but told of the family. */
static void
test_families(void **state)
{
	struct timeline *t = day_of_one();
	struct outage_result *r;
	const struct outage_family *f;

	(void)state;
	up(t, "10.1.0.0/16", 0);
	up(t, "2001:db8::/32", 0);
	down(t, "2001:db8::/32", 30000);
	up(t, "2001:db8::/32", 40000);
	down(t, "2001:db8::/32", 50000);
	up(t, "2001:db8::/32", 50059);
	r = find(t);
	assert_int_equal(r->ases[0].window_n, 0);
	f = r->ases[0].families;
	assert_int_equal(f[0].afi, AFI_IPV4);
	assert_int_equal(f[0].prefix_n, 2);
	assert_int_equal(f[0].blackout_n, 0);
	assert_int_equal(f[1].afi, AFI_IPV6);
	assert_int_equal(f[1].prefix_n, 1);
	assert_int_equal(f[1].blackout_n, 1);
	assert_true(f[1].blackouts[0].start == AT(30000));
	assert_true(f[1].blackouts[0].end == AT(40000));
	outage_free(r);
	timeline_free(t);
}

/* A stuck route does not hide the outage, and its peer is named. */
static void
test_stuck_peers(void **state)
{
	struct timeline *t = day_of_one();
	struct outage_result *r;
	const struct outage_window *w;
	uint32_t s;

	(void)state;
	/* A second session of the stuck ASN, and one that lets go later. */
	s = tl_peer(t, 1, 65004);
	tl_up(t, "10.0.0.0/16", s, AT(0), AS);
	s = tl_peer(t, 1, 65005);
	tl_up(t, "10.0.0.0/16", s, AT(0), AS);
	tl_absent(t, "10.0.0.0/16", s, AT(41000));
	s = tl_peer(t, 1, 65006);
	tl_up(t, "10.0.0.0/16", s, AT(0), AS);
	tl_absent(t, "10.0.0.0/16", s, AT(40000));
	tl_all_absent(t, "10.0.0.0/16", 0, 3, AT(40000));
	tl_all_up(t, "10.0.0.0/16", 0, 3, AT(50000), AS);
	r = find(t);
	assert_int_equal(r->ases[0].window_n, 1);
	w = &r->ases[0].windows[0];
	assert_true(w->start == AT(40000) && w->end == AT(50000));
	assert_int_equal(w->voting, 6);
	assert_int_equal(w->still_carrying, 1);
	assert_int_equal(w->stuck_n, 2);
	assert_int_equal(ipaddr_cmp(&w->stuck[0], &t->sessions[3].addr), 0);
	assert_int_equal(ipaddr_cmp(&w->stuck[1], &t->sessions[4].addr), 0);
	assert_true(w->prefixes[0].visibility_min > 0.16 &&
	    w->prefixes[0].visibility_min < 0.17);
	outage_free(r);
	timeline_free(t);
}

/* Who keeps a prefix that moved is not stuck: the move may be the error. */
static void
test_a_moved_prefix_sticks_to_nobody(void **state)
{
	struct timeline *t = day_of_one();
	struct outage_result *r;
	const struct outage_window *w;

	(void)state;
	up(t, "10.1.0.0/16", 0);
	tl_all_up(t, "10.1.0.0/16", 0, 3, AT(39000), OTHER);
	outage(t, 40000, 50000);
	r = find(t);
	assert_int_equal(r->ases[0].window_n, 1);
	w = &r->ases[0].windows[0];
	assert_true(w->start == AT(40000));
	assert_int_equal(w->prefix_n, 2);
	assert_int_equal(w->prefixes[0].kind, OUTAGE_MOVED);
	assert_int_equal(w->stuck_n, 0);
	assert_int_equal(w->still_carrying, 0);
	outage_free(r);
	timeline_free(t);
}

/* However short it is, what the data end in may go on. */
static void
test_a_partial_loss_at_the_end(void **state)
{
	struct timeline *t = day_of_one();
	struct outage_result *r;

	(void)state;
	up(t, "10.1.0.0/16", 0);
	up(t, "10.2.0.0/16", 0);
	down(t, "10.2.0.0/16", HOURS(24) - 30);
	r = find(t);
	assert_int_equal(r->ases[0].window_n, 0);
	assert_int_equal(r->ases[0].partial_n, 1);
	assert_true(r->ases[0].partial[0].end == USEC_NONE);
	outage_free(r);
	timeline_free(t);
}

/* Only the collector whose peers voted is named. */
static void
test_collectors_of_a_window(void **state)
{
	struct timeline *t = tl_new(3, AT(0), AT(HOURS(24)));
	struct outage_result *r;

	(void)state;
	for (unsigned i = 0; i < 5; i++)
		tl_peer(t, i < 3 ? 1 : 2, 65001 + i);
	tl_watch_asn(t, AS);
	tl_all_up(t, "10.0.0.0/16", 0, 3, AT(0), AS);
	tl_all_absent(t, "10.0.0.0/16", 0, 5, AT(40000));
	r = find(t);
	assert_int_equal(r->ases[0].windows[0].collector_n, 1);
	assert_int_equal(r->ases[0].windows[0].collectors[0], 1);
	assert_int_equal(r->ases[0].windows[0].voting, 3);
	outage_free(r);
	timeline_free(t);
}

static void
test_prefixes_by_themselves(void **state)
{
	struct timeline *t = day();
	struct outage_result *r;

	(void)state;
	tl_watch_prefix(t, "10.1.0.0/16");
	tl_watch_prefix(t, "10.0.0.0/16");
	tl_watch_prefix(t, "192.168.0.0/16"); /* never seen */
	tl_prefix(t, "192.168.0.0/16");
	tl_all_up(t, "10.1.0.0/16", 0, PEERS, AT(0), OTHER);
	tl_up(t, "10.0.0.0/16", 0, AT(0), OTHER);
	up(t, "10.0.0.0/16", 0);
	outage(t, 40000, 50000);
	r = find(t);
	assert_int_equal(r->ases[0].prefix.bytes[1], 0);
	assert_int_equal(r->ases[1].prefix.bytes[1], 1);
	assert_true(r->ases[0].by_prefix);
	/* The usual origin goes with it. */
	assert_int_equal(r->ases[0].asn, AS);
	assert_int_equal(r->ases[1].asn, OTHER);
	assert_int_equal(r->ases[2].asn, 0);
	assert_int_equal(r->ases[0].window_n, 1);
	assert_int_equal(r->ases[1].window_n, 0);
	assert_int_equal(r->ases[2].window_n, 0);
	assert_true(r->ases[1].seen);
	assert_false(r->ases[2].seen || r->ases[2].verdict);
	assert_true(r->ases[2].first_visible == USEC_NONE);
	outage_free(r);
	timeline_free(t);
}

static void
test_ases_are_in_order(void **state)
{
	struct timeline *t = day();
	struct outage_result *r;

	(void)state;
	tl_watch_asn(t, 4200000000);
	tl_watch_asn(t, AS);
	tl_watch_asn(t, 7);
	up(t, "10.0.0.0/16", 0);
	r = find(t);
	assert_int_equal(r->ases[0].asn, 7);
	assert_int_equal(r->ases[1].asn, AS);
	assert_int_equal(r->ases[2].asn, 4200000000);
	assert_false(r->ases[0].seen);
	assert_true(r->ases[0].availability == 1);
	assert_true(r->ases[1].seen);
	outage_free(r);
	timeline_free(t);
	outage_free(NULL);
}

static void
test_too_few_peers_are_told(void **state)
{
	struct timeline *t = tl_new(1, AT(0), AT(HOURS(24)));
	struct outage_result *r;

	(void)state;
	tl_peer(t, 0, 65001);
	tl_peer(t, 0, 65002);
	tl_watch_asn(t, AS);
	tl_all_up(t, "10.0.0.0/16", 0, 2, AT(0), AS);
	tl_all_absent(t, "10.0.0.0/16", 0, 2, AT(40000));
	r = find(t);
	assert_false(r->ases[0].verdict);
	assert_false(r->ases[0].seen);
	assert_int_equal(r->ases[0].voting_max, 2);
	assert_int_equal(r->ases[0].window_n, 0);
	outage_free(r);
	timeline_free(t);
}

/* Four outages of four hours each in a day of data: repeats are no habit. */
static void
test_repeats_do_not_become_normal(void **state)
{
	struct timeline *t = day_of_one();
	struct outage_result *r;

	(void)state;
	for (int i = 0; i < 4; i++)
		outage(t, HOURS(6) * i + HOURS(1), HOURS(6) * i + HOURS(5));
	r = find(t);
	assert_int_equal(r->ases[0].window_n, 4);
	for (int i = 0; i < 4; i++)
		assert_true(
		    r->ases[0].windows[i].duration == SECONDS(HOURS(4)));
	assert_true(
	    r->ases[0].availability > 0.333 && r->ases[0].availability < 0.334);
	outage_free(r);
	timeline_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_defaults_are_those_of_the_contract),
	    cmocka_unit_test(test_one_outage_in_full),
	    cmocka_unit_test(test_short_windows_are_counted),
	    cmocka_unit_test(test_near_windows_are_joined),
	    cmocka_unit_test(test_the_data_end_in_an_outage),
	    cmocka_unit_test(test_the_data_begin_in_an_outage),
	    cmocka_unit_test(test_bounds_across_a_gap),
	    cmocka_unit_test(test_a_gap_is_no_outage),
	    cmocka_unit_test(test_the_question_chooses_windows),
	    cmocka_unit_test(test_blackouts_inside_a_window),
	    cmocka_unit_test(test_less_than_the_share_is_partial),
	    cmocka_unit_test(test_a_move_of_all_is_no_outage),
	    cmocka_unit_test(test_families),
	    cmocka_unit_test(test_stuck_peers),
	    cmocka_unit_test(test_a_moved_prefix_sticks_to_nobody),
	    cmocka_unit_test(test_a_partial_loss_at_the_end),
	    cmocka_unit_test(test_collectors_of_a_window),
	    cmocka_unit_test(test_prefixes_by_themselves),
	    cmocka_unit_test(test_ases_are_in_order),
	    cmocka_unit_test(test_too_few_peers_are_told),
	    cmocka_unit_test(test_repeats_do_not_become_normal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
