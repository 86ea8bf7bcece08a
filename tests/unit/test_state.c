#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/replay_build.h"

#include "state/session.h"

#define AS 64500u /* whom most tests watch */
#define OTHER 64999u
#define P "10.1.0.0/16"
#define Q "10.2.0.0/16"

/*
 * A whole RIB in [time, end] of a lane, in which the first `carry` of its peers
 * hold P from origin, and every peer has a table of size IPv4 prefixes.
 */
static void
rib(struct player *p, unsigned lane, usec_t time, usec_t end, unsigned carry,
    uint32_t origin, uint32_t size)
{
	struct event_entry e[PLAY_PEERS];
	struct event_size z[PLAY_PEERS];
	uint32_t n = p->lanes[lane].n;

	for (uint32_t i = 0; i < n; i++) {
		e[i] = entry(i, origin);
		z[i] = (struct event_size){.peer = i, .prefix_n = {size, 0}};
	}
	play_rib_begin(p, lane, time);
	if (carry > 0)
		play_rib_prefix(p, lane, time, P, e, carry);
	play_rib_end(p, lane, end, true, z, n);
}

/* --- what is watched --- */

static void
test_an_asn_watches_what_it_originates(void **state)
{
	struct player p;
	struct timeline *t;
	uint32_t set[] = {OTHER, AS}, none[] = {OTHER, OTHER + 1};

	(void)state;
	play_watch_as(&p, AS, 1);
	play_peers(&p, 0, 1);
	play_announce(&p, 0, 0, AT(0), P, AS);
	play_announce(&p, 0, 0, AT(1), Q, OTHER);
	play_announce_set(&p, 0, 0, AT(2), "10.3.0.0/16", 0, set, 2);
	play_announce_set(&p, 0, 0, AT(3), "10.4.0.0/16", 0, none, 2);
	play_announce_set(&p, 0, 0, AT(4), "10.5.0.0/16", 0, set, 0);
	t = play_finish(&p);
	assert_int_equal(t->watch_n, 1);
	assert_int_equal(t->watches[0].asn, AS);
	assert_false(t->watches[0].by_prefix);
	assert_int_equal(t->prefix_n, 2);
	assert_route(t, P, 0, AT(9), "up 64500");
	assert_route(t, "10.3.0.0/16", 0, AT(9), "up set 0");
	assert_int_equal(t->sets.numbers[0], AS);
	assert_int_equal(t->sets.numbers[1], OTHER);
	assert_true(t->start == AT(0));
	assert_true(t->end == AT(5));
	timeline_free(t);
}

/* How many prefixes are watched, of some that are all announced by AS. */
static size_t
watched_of(const struct state_params *params)
{
	static const char *const all[] = {
	    "10.0.0.0/8", P, "10.1.2.0/24", Q, "2001:db8::/32"};
	struct player p;
	struct timeline *t;
	size_t n;

	play_begin(&p, params, 1);
	play_peers(&p, 0, 1);
	for (unsigned i = 0; i < N_OF(all); i++)
		play_announce(&p, 0, 0, AT(i), all[i], AS);
	play_announce(&p, 0, 0, AT(9), "172.16.0.0/12", OTHER);
	t = play_finish(&p);
	n = t->prefix_n;
	assert_int_equal(
	    t->watch_n, params->asn_n > 0 ? params->asn_n : t->prefix_n);
	timeline_free(t);
	return n;
}

static void
test_prefixes_narrow_and_widen(void **state)
{
	uint32_t as = AS, stranger = OTHER;
	struct prefix p[] = {pfx(P), pfx("192.168.0.0/16")};
	struct state_params q = {.prefixes = p, .prefix_n = 2};

	(void)state;
	/* One that nobody names is watched as well. */
	assert_int_equal(watched_of(&q), 2);
	q.more_specific = true;
	assert_int_equal(watched_of(&q), 3);
	q.less_specific = true;
	assert_int_equal(watched_of(&q), 4);
	q.asns = &as;
	q.asn_n = 1;
	assert_int_equal(watched_of(&q), 3);
	q.more_specific = q.less_specific = false;
	assert_int_equal(watched_of(&q), 1);
	q.asns = &stranger;
	assert_int_equal(watched_of(&q), 0);
	q = (struct state_params){.asns = &as, .asn_n = 1};
	assert_int_equal(watched_of(&q), 5);
	q.skip_family[0] = true;
	assert_int_equal(watched_of(&q), 1);
	q.skip_family[0] = false;
	q.skip_family[1] = true;
	assert_int_equal(watched_of(&q), 4);
	/* Neither asks for everything. */
	q = (struct state_params){0};
	assert_int_equal(watched_of(&q), 6);
}

static void
test_equal_asns_are_watched_once(void **state)
{
	uint32_t asns[] = {64502, 64501, 64502, 64501};
	struct state_params q = {.asns = asns, .asn_n = 4};
	struct player p;
	struct timeline *t;

	(void)state;
	play_begin(&p, &q, 1);
	t = play_finish(&p);
	assert_int_equal(t->watch_n, 2);
	assert_int_equal(t->watches[0].asn, 64501);
	assert_int_equal(t->watches[1].asn, 64502);
	timeline_free(t);
}

static bool
wants_even(const struct ipaddr *addr, uint32_t asn, void *arg)
{
	unsigned *asked = arg;

	(void)addr;
	++*asked;
	return asn % 2 == 0;
}

static void
test_peers_that_are_not_wanted_take_no_part(void **state)
{
	uint32_t as = AS;
	unsigned asked = 0;
	struct state_params q = {
	    .asns = &as, .asn_n = 1, .peer_wanted = wants_even, .arg = &asked};
	struct player p;
	struct timeline *t;

	(void)state;
	play_begin(&p, &q, 1);
	play_peers(&p, 0, 3);
	rib(&p, 0, AT(0), AT(10), 3, AS, 100);
	for (unsigned i = 0; i < 3; i++) {
		play_withdraw(&p, 0, i, AT(100), P);
		play_down(&p, 0, i, AT(101));
	}
	t = play_finish(&p);
	assert_int_equal(asked, 3);
	assert_int_equal(t->session_n, 1);
	assert_int_equal(t->sessions[0].asn, 65002);
	assert_int_equal(t->collectors[0].session_resets, 1);
	assert_route(t, P, 0, AT(50), "up 64500");
	assert_route(t, P, 0, AT(100), "absent");
	timeline_free(t);
}

static void
test_the_collectors_own_routes_are_no_peer(void **state)
{
	struct player p;
	struct timeline *t;

	(void)state;
	play_watch_as(&p, AS, 1);
	play_peer(&p, 0, ip("0.0.0.0"), 0); /* FRR's */
	play_peer(&p, 0, ip("::"), 0);
	play_peer(&p, 0, ip("192.0.2.3"), 0); /* odd, but somebody */
	play_peer(&p, 0, ip("0.0.0.0"), 65004);
	rib(&p, 0, AT(0), AT(10), 4, AS, 100);
	t = play_finish(&p);
	assert_int_equal(t->session_n, 2);
	assert_int_equal(t->sessions[0].asn, 0);
	assert_int_equal(t->sessions[1].asn, 65004);
	/* the RIB's word on both at once */
	assert_int_equal(t->prefixes[0].log_n, 1);
	assert_true(timeline_concerns(t, t->prefixes[0].log, 0));
	assert_true(timeline_concerns(t, t->prefixes[0].log, 1));
	timeline_free(t);
}

/* --- no RIB --- */

static void
test_a_first_withdrawal_tells_what_was_before(void **state)
{
	struct player p;
	struct timeline *t;

	(void)state;
	play_watch_as(&p, AS, 1);
	play_peers(&p, 0, 3);
	play_message(&p, 0, 2, AT(0), 0, 0);
	play_announce(&p, 0, 0, AT(5), P, AS);
	play_withdraw(&p, 0, 1, AT(100), P);
	play_withdraw(&p, 0, 1, AT(200), P); /* says it again */
	play_withdraw(&p, 0, 0, AT(300), P);
	t = play_finish(&p);
	/* An announcement says nothing of before. */
	assert_route(t, P, 0, AT(4), "unknown");
	assert_route(t, P, 0, AT(5), "up 64500");
	assert_route(t, P, 0, AT(299), "up 64500");
	assert_route(t, P, 0, AT(300), "absent");
	assert_route(t, P, 1, AT(0), "up assumed");
	assert_route(t, P, 1, AT(99), "up assumed");
	assert_route(t, P, 1, AT(100), "absent");
	assert_route(t, P, 1, AT(999), "absent");
	/* Who said nothing of it, of him nothing is known. */
	assert_route(t, P, 2, AT(300), "unknown");
	timeline_free(t);
}

/* The outage comes before anything tells whose prefix it is. */
static void
test_what_was_said_before_the_watch_is_recalled(void **state)
{
	struct player p;
	struct timeline *t;

	(void)state;
	play_watch_as(&p, AS, 2);
	play_peers(&p, 0, 4);
	play_peers(&p, 1, 1);
	play_message(&p, 0, 0, AT(0), 0, 0);
	play_message(&p, 1, 0, AT(0), 0, 0);
	play_withdraw(&p, 0, 0, AT(100), P);
	play_withdraw(&p, 0, 1, AT(101), P);
	play_withdraw(&p, 1, 0, AT(102), P);
	/* Its first word was another origin: no guess is made of before. */
	play_announce(&p, 0, 2, AT(90), P, OTHER);
	play_withdraw(&p, 0, 2, AT(103), P);
	/* And now it is told. */
	play_announce(&p, 0, 0, AT(500), P, AS);
	play_withdraw(&p, 0, 2, AT(510), P);
	play_withdraw(&p, 0, 3, AT(520), P);
	t = play_finish(&p);
	assert_route(t, P, 0, AT(99), "up assumed");
	assert_route(t, P, 0, AT(100), "absent");
	assert_route(t, P, 0, AT(500), "up 64500");
	assert_route(t, P, 1, AT(0), "up assumed");
	assert_route(t, P, 1, AT(101), "absent");
	assert_route(t, P, 2, AT(95), "unknown");
	assert_route(t, P, 2, AT(510), "absent");
	assert_route(t, P, 3, AT(519), "up assumed");
	assert_route(t, P, 3, AT(520), "absent");
	/* The other collector's first peer comes next. */
	assert_route(t, P, 4, AT(101), "up assumed");
	assert_route(t, P, 4, AT(102), "absent");
	assert_int_equal(t->first_words_forgotten, 0);
	timeline_free(t);
}

/* Their hashes are the same, whatever they are of: see prefix_hash. */
static void
test_prefixes_of_one_hash_are_told_apart(void **state)
{
	static const char a[] = "2001:db8::/64", other[] = "f6e9:f300:0:1::/64";
	const struct prefix p = pfx(a), q = pfx(other);
	struct player play;
	struct timeline *t;

	(void)state;
	assert_int_equal(prefix_hash(&p), prefix_hash(&q));
	play_watch_as(&play, AS, 1);
	play_peers(&play, 0, 3);
	play_message(&play, 0, 0, AT(0), 0, 0);
	play_withdraw(&play, 0, 1, AT(50), other);
	play_announce(&play, 0, 0, AT(100), a, AS);
	play_withdraw(&play, 0, 0, AT(200), other);
	play_withdraw(&play, 0, 2, AT(201), other);
	play_announce(&play, 0, 0, AT(300), other, OTHER);
	t = play_finish(&play);
	assert_int_equal(t->prefix_n, 1);
	assert_route(t, a, 0, AT(100), "up 64500");
	assert_route(t, a, 0, AT(999), "up 64500");
	assert_route(t, a, 1, AT(60), "unknown");
	assert_route(t, a, 2, AT(999), "unknown");
	timeline_free(t);
}

static void
test_words_before_a_gap_are_not_recalled(void **state)
{
	struct player p;
	struct timeline *t;

	(void)state;
	play_watch_as(&p, AS, 1);
	play_peers(&p, 0, 2);
	play_message(&p, 0, 0, AT(0), 0, 0);
	play_withdraw(&p, 0, 1, AT(100), P);
	play_gap(&p, 0, AT(200), AT(300));
	play_announce(&p, 0, 0, AT(400), P, AS);
	play_withdraw(&p, 0, 1, AT(500), P);
	t = play_finish(&p);
	assert_route(t, P, 1, AT(150), "unknown");
	/* After it, a first word tells again, but not of before it. */
	assert_route(t, P, 1, AT(299), "unknown");
	assert_route(t, P, 1, AT(300), "up assumed");
	assert_route(t, P, 1, AT(500), "absent");
	timeline_free(t);
}

/* A session that is new has carried nothing before its first word. */
static void
test_in_a_transfer_nothing_is_assumed(void **state)
{
	struct player p;
	struct timeline *t;

	(void)state;
	play_watch_as(&p, AS, 1);
	play_peers(&p, 0, 2);
	play_announce(&p, 0, 0, AT(0), P, AS);
	play_up(&p, 0, 1, AT(100));
	play_withdraw(&p, 0, 1, AT(150), P);
	t = play_finish(&p);
	assert_route(t, P, 1, AT(149), "unknown");
	assert_route(t, P, 1, AT(150), "absent");
	timeline_free(t);
}

static void
test_an_older_epoch_is_not_recalled(void **state)
{
	struct player p;
	struct timeline *t;

	(void)state;
	play_watch_as(&p, AS, 1);
	play_peers(&p, 0, 2);
	play_message(&p, 0, 0, AT(0), 0, 0);
	play_withdraw(&p, 0, 1, AT(100), P);
	play_unsure(&p, 0, 1, AT(200));
	play_announce(&p, 0, 0, AT(300), P, AS);
	t = play_finish(&p);
	assert_route(t, P, 1, AT(250), "unknown");
	assert_route(t, P, 1, AT(350), "unknown");
	timeline_free(t);
}

static void
test_an_added_path_withdrawn_first_leaves_doubt(void **state)
{
	struct player p;
	struct timeline *t;

	(void)state;
	play_watch_as(&p, AS, 1);
	play_peers(&p, 0, 2);
	play_announce(&p, 0, 0, AT(0), P, AS);
	play_withdraw_path(&p, 0, 1, AT(100), P, 7);
	play_withdraw_path(&p, 0, 1, AT(200), P, 8);
	t = play_finish(&p);
	assert_route(t, P, 1, AT(99), "up assumed");
	assert_route(t, P, 1, AT(100), "unknown");
	assert_route(t, P, 1, AT(200), "unknown");
	timeline_free(t);
}

static void
test_paths_and_sets_at_one_session(void **state)
{
	struct player p;
	struct timeline *t;
	const uint32_t *asns;
	uint32_t n;
	uint32_t set[] = {OTHER, AS};
	struct tl_now now;

	(void)state;
	play_watch_as(&p, AS, 1);
	play_peers(&p, 0, 1);
	play_announce_path(&p, 0, 0, AT(0), P, 1, AS);
	play_announce_path(&p, 0, 0, AT(10), P, 2, AS);
	play_announce_path(&p, 0, 0, AT(20), P, 3, OTHER);
	play_withdraw_path(&p, 0, 0, AT(30), P, 3);
	play_withdraw_path(&p, 0, 0, AT(40), P, 1);
	play_withdraw_path(&p, 0, 0, AT(50), P, 2);
	play_announce_set(&p, 0, 0, AT(60), P, 0, set, 2);
	t = play_finish(&p);
	assert_route(t, P, 0, AT(15), "up 64500");
	now = tl_at(t, P, 0, AT(25));
	assert_int_equal(now.route, TL_UP);
	assert_true(now.is_set);
	asns = timeline_run(&t->sets, now.origin, &n);
	assert_int_equal(n, 2);
	assert_int_equal(asns[0], AS);
	assert_int_equal(asns[1], OTHER);
	assert_route(t, P, 0, AT(30), "up 64500");
	assert_route(t, P, 0, AT(49), "up 64500");
	assert_route(t, P, 0, AT(50), "absent");
	/* The same set from elsewhere has the same number. */
	assert_route(t, P, 0, AT(60), "up set 0");
	assert_int_equal(t->sets.n, 1);
	/* What is no news is not written: 0, 20, 30, 50, 60. */
	assert_int_equal(t->prefixes[0].log_n, 5);
	timeline_free(t);
}

/* --- RIBs --- */

static void
test_a_rib_speaks_for_all_at_its_end(void **state)
{
	struct player p;
	struct timeline *t;

	(void)state;
	play_watch_as(&p, AS, 1);
	play_peers(&p, 0, 3);
	rib(&p, 0, AT(0), AT(90), 2, AS, 100);
	t = play_finish(&p);
	for (uint32_t s = 0; s < 3; s++)
		assert_route(t, P, s, AT(89), "unknown");
	assert_route(t, P, 0, AT(90), "up 64500");
	assert_route(t, P, 1, AT(90), "up 64500");
	assert_route(t, P, 2, AT(90), "absent");
	assert_true(t->collectors[0].has_rib[0]);
	assert_false(t->collectors[0].has_rib[1]);
	assert_int_equal(t->collectors[0].rib_mismatches, 0);
	timeline_free(t);
}

/* A withdrawal in a family that a RIB made known is not a first word. */
static void
test_after_a_rib_nothing_is_assumed(void **state)
{
	struct player p;
	struct timeline *t;

	(void)state;
	play_watch_as(&p, AS, 1);
	play_peers(&p, 0, 2);
	rib(&p, 0, AT(0), AT(10), 1, AS, 100);
	play_withdraw(&p, 0, 1, AT(100), P);
	play_withdraw(&p, 0, 0, AT(100), Q);
	play_announce(&p, 0, 1, AT(200), Q, AS);
	t = play_finish(&p);
	assert_route(t, P, 1, AT(50), "absent");
	assert_route(t, P, 1, AT(100), "absent");
	assert_route(t, Q, 0, AT(50), "absent");
	assert_route(t, Q, 0, AT(250), "absent");
	timeline_free(t);
}

static void
test_an_update_beats_a_rib_from_a_minute_before_it(void **state)
{
	struct player p;
	struct timeline *t;
	unsigned r;
	usec_t begin = AT(7200);

	(void)state;
	play_watch_as(&p, AS, 1);
	r = play_lane(&p, 0);
	play_peers(&p, 0, 4);
	play_peers(&p, r, 4);
	rib(&p, r, AT(0), AT(10), 4, AS, 100);
	play_withdraw(&p, 0, 0, begin - RIB_BACKLOG - 1, P); /* too early */
	play_withdraw(&p, 0, 1, begin - RIB_BACKLOG, P);
	play_withdraw(&p, 0, 2, begin - 1, P);
	rib(&p, r, begin, begin + 30 * USEC_PER_SEC, 4, AS, 100);
	t = play_finish(&p);
	assert_route(t, P, 0, begin - 1, "absent");
	assert_route(t, P, 0, begin, "up 64500");
	assert_route(t, P, 1, AT(8000), "absent");
	assert_route(t, P, 2, AT(8000), "absent");
	assert_route(t, P, 3, AT(8000), "up 64500");
	assert_int_equal(t->collectors[0].rib_mismatches, 1);
	timeline_free(t);
}

/* The same for what a RIB leaves out. */
static void
test_a_rib_corrects_both_ways(void **state)
{
	struct player p;
	struct timeline *t;
	unsigned r;
	usec_t begin = AT(7200), end = AT(7290);

	(void)state;
	play_watch_as(&p, AS, 1);
	r = play_lane(&p, 0);
	play_peers(&p, 0, 4);
	play_peers(&p, r, 4);
	rib(&p, r, AT(0), AT(10), 1, AS, 100);
	play_announce(&p, 0, 2, begin - RIB_BACKLOG - 1, P, AS);
	play_announce(&p, 0, 3, begin - RIB_BACKLOG, P, AS);
	/* It shows 0 and 1: 1 was absent, 2 should not be there. */
	rib(&p, r, begin, end, 2, AS, 100);
	t = play_finish(&p);
	assert_route(t, P, 0, AT(8000), "up 64500");
	assert_route(t, P, 1, begin - 1, "absent");
	assert_route(t, P, 1, AT(8000), "up 64500");
	assert_route(t, P, 2, end - 1, "up 64500");
	assert_route(t, P, 2, end, "absent");
	assert_route(t, P, 3, AT(8000), "up 64500");
	assert_int_equal(t->collectors[0].rib_mismatches, 2);
	timeline_free(t);
}

static void
test_another_origin_in_a_rib_is_a_mismatch(void **state)
{
	struct player p;
	struct timeline *t;

	(void)state;
	play_watch_as(&p, AS, 1);
	play_peers(&p, 0, 2);
	rib(&p, 0, AT(0), AT(10), 2, AS, 100);
	rib(&p, 0, AT(7200), AT(7210), 2, AS, 100);
	rib(&p, 0, AT(14400), AT(14410), 2, OTHER, 100);
	t = play_finish(&p);
	assert_route(t, P, 1, AT(14399), "up 64500");
	assert_route(t, P, 1, AT(14400), "up 64999");
	assert_int_equal(t->collectors[0].rib_mismatches, 2);
	timeline_free(t);
}

/* Updates of another file lie between the RIB's records. */
static void
test_an_update_while_the_rib_is_read(void **state)
{
	struct player p;
	struct timeline *t;
	struct event_entry e[] = {entry(0, AS), entry(1, AS)};
	struct event_size z[] = {{0, {100, 0}}, {1, {100, 0}}};
	unsigned r;

	(void)state;
	play_watch_as(&p, AS, 1);
	r = play_lane(&p, 0);
	play_peers(&p, 0, 2);
	play_peers(&p, r, 2);
	play_rib_begin(&p, r, AT(0));
	play_rib_prefix(&p, r, AT(0), P, e, 2);
	play_withdraw(&p, 0, 0, AT(20), P);
	play_rib_end(&p, r, AT(60), true, z, 2);
	play_rib_begin(&p, r, AT(7200));
	play_withdraw(&p, 0, 1, AT(7205), P);
	play_rib_prefix(&p, r, AT(7210), P, e, 2);
	play_announce(&p, 0, 0, AT(7220), P, AS);
	play_rib_end(&p, r, AT(7260), true, z, 2);
	t = play_finish(&p);
	assert_route(t, P, 0, AT(20), "absent");
	assert_route(t, P, 0, AT(60), "absent");
	assert_route(t, P, 1, AT(59), "unknown");
	assert_route(t, P, 1, AT(60), "up 64500");
	assert_route(t, P, 1, AT(7205), "absent");
	assert_route(t, P, 1, AT(7260), "absent");
	assert_route(t, P, 0, AT(7260), "up 64500");
	timeline_free(t);
}

/* The RIB was right when it was written, and so was the peer after it. */
static void
test_a_change_behind_the_record_is_no_mismatch(void **state)
{
	struct player p;
	struct timeline *t;
	struct event_entry e[] = {entry(0, AS)};
	struct event_size z[] = {{0, {100, 0}}};
	unsigned r;

	(void)state;
	play_watch_as(&p, AS, 1);
	r = play_lane(&p, 0);
	play_peers(&p, 0, 1);
	play_peers(&p, r, 1);
	rib(&p, r, AT(0), AT(10), 1, AS, 100);
	play_rib_begin(&p, r, AT(7200));
	play_rib_prefix(&p, r, AT(7200), P, e, 1);
	play_withdraw(&p, 0, 0, AT(7230), P);
	play_rib_end(&p, r, AT(7260), true, z, 1);
	t = play_finish(&p);
	assert_int_equal(t->collectors[0].rib_mismatches, 0);
	assert_route(t, P, 0, AT(7229), "up 64500");
	assert_route(t, P, 0, AT(7260), "absent");
	timeline_free(t);
}

/* A peer that no RIB ever showed does not get lost by another one. */
static void
test_a_peer_without_a_table_is_not_missing(void **state)
{
	struct player p;
	struct timeline *t;
	unsigned r;

	(void)state;
	play_watch_as(&p, AS, 1);
	r = play_lane(&p, 0);
	play_peers(&p, 0, 2);
	play_peers(&p, r, 1);
	play_announce(&p, 0, 1, AT(100), P, AS);
	rib(&p, r, AT(7200), AT(7210), 1, AS, 100);
	t = play_finish(&p);
	assert_route(t, P, 1, AT(8000), "up 64500");
	timeline_free(t);
}

static void
test_a_rib_that_is_cut_withdraws_nothing(void **state)
{
	struct player p;
	struct timeline *t;
	struct event_entry e[] = {entry(0, AS), entry(1, AS)};
	struct event_size z[] = {{0, {50, 0}}, {1, {50, 0}}};

	(void)state;
	play_watch_as(&p, AS, 1);
	play_peers(&p, 0, 3);
	play_rib_begin(&p, 0, AT(0));
	play_rib_prefix(&p, 0, AT(0), P, e, 2);
	play_rib_end(&p, 0, AT(10), false, z, 2);
	/* What it states counts; what it leaves out is unknown. */
	play_message(&p, 0, 0, AT(20), 0, 0);
	rib(&p, 0, AT(7200), AT(7210), 2, AS, 100);
	play_announce(&p, 0, 2, AT(7300), P, AS);
	play_rib_begin(&p, 0, AT(14400));
	play_rib_prefix(&p, 0, AT(14400), P, e, 1);
	play_rib_end(&p, 0, AT(14410), false, z, 1);
	t = play_finish(&p);
	assert_route(t, P, 0, AT(10), "up 64500");
	assert_route(t, P, 2, AT(7209), "unknown");
	assert_route(t, P, 2, AT(7210), "absent");
	for (uint32_t s = 0; s < 3; s++)
		assert_route(t, P, s, AT(14410), "up 64500");
	assert_int_equal(t->collectors[0].rib_mismatches, 0);
	timeline_free(t);
}

static void
test_a_cut_rib_alone_is_no_rib(void **state)
{
	struct player p;
	struct timeline *t;
	struct event_size z[] = {{0, {50, 0}}};

	(void)state;
	play_watch_as(&p, AS, 1);
	play_peers(&p, 0, 1);
	play_rib_begin(&p, 0, AT(0));
	play_rib_end(&p, 0, AT(10), false, z, 1);
	t = play_finish(&p);
	assert_false(t->collectors[0].has_rib[0]);
	timeline_free(t);
}

/* A peer that had a table and is not in the RIB is gone since its last word. */
static void
test_a_peer_missing_from_a_rib_is_gone(void **state)
{
	struct player p;
	struct timeline *t;
	struct event_entry e[] = {entry(0, AS)};
	struct event_size z[] = {{0, {100, 0}}};
	unsigned r;

	(void)state;
	play_watch_as(&p, AS, 1);
	r = play_lane(&p, 0);
	play_peers(&p, 0, 3);
	play_peers(&p, r, 3);
	rib(&p, r, AT(0), AT(10), 3, AS, 100);
	play_message(&p, 0, 1, AT(3000), 1, 0);
	play_rib_begin(&p, r, AT(7200));
	play_rib_prefix(&p, r, AT(7200), P, e, 1);
	play_rib_end(&p, r, AT(7210), true, z, 1);
	/* It comes back with a word: nothing is known until it says more. */
	play_message(&p, 0, 1, AT(8000), 0, 0);
	t = play_finish(&p);
	assert_route(t, P, 0, AT(9000), "up 64500");
	assert_route(t, P, 1, AT(3000), "up 64500");
	assert_route(t, P, 1, AT(3001), "dead");
	assert_route(t, P, 1, AT(8000), "unknown");
	/* It never spoke: the first RIB was its last word. */
	assert_route(t, P, 2, AT(100), "dead");
	timeline_free(t);
}

static void
test_a_rib_revives_a_peer_that_was_taken_for_dead(void **state)
{
	struct player p;
	struct timeline *t;
	struct event_size z[] = {{0, {100, 0}}};
	struct event_entry e[] = {entry(0, AS)};

	(void)state;
	play_watch_as(&p, AS, 1);
	play_peers(&p, 0, 2);
	rib(&p, 0, AT(0), AT(10), 2, AS, 100);
	play_message(&p, 0, 1, AT(3000), 1, 0);
	play_rib_begin(&p, 0, AT(7200));
	play_rib_prefix(&p, 0, AT(7200), P, e, 1);
	play_rib_end(&p, 0, AT(7210), true, z, 1);
	rib(&p, 0, AT(14400), AT(14410), 1, AS, 100);
	t = play_finish(&p);
	assert_route(t, P, 1, AT(7300), "dead");
	assert_route(t, P, 1, AT(14410), "absent");
	timeline_free(t);
}

static void
test_the_median_of_originated_times(void **state)
{
	struct player p;
	struct timeline *t;
	struct event_entry e[4];
	uint32_t at0 = (uint32_t)(AT(0) / USEC_PER_SEC);

	(void)state;
	play_watch_as(&p, AS, 1);
	play_peers(&p, 0, 4);
	for (uint32_t i = 0; i < 4; i++)
		e[i] = entry(i, AS);
	e[0].originated = 1; /* a single old route */
	e[1].originated = at0 - 50;
	e[2].originated = at0 - 100;
	e[3].originated = at0 + 1000000; /* a clock that is wrong */
	play_rib_begin(&p, 0, AT(0));
	play_rib_prefix(&p, 0, AT(0), P, e, 4);
	play_rib_prefix(&p, 0, AT(0), Q, &e[3], 1);
	t = play_finish(&p);
	assert_true(timeline_originated(t, tl_prefix(t, P), AS) == AT(-100));
	assert_true(timeline_originated(t, tl_prefix(t, Q), AS) == USEC_NONE);
	timeline_free(t);
}

/* --- sessions that come and go --- */

static void
test_state_changes_make_routes_unknown(void **state)
{
	struct player p;
	struct timeline *t;

	(void)state;
	play_watch_as(&p, AS, 1);
	play_peers(&p, 0, 2);
	rib(&p, 0, AT(0), AT(10), 2, AS, 100);
	/* The losing half of a collision says nothing. */
	play_state(&p, 0, 0, AT(50), MRT_FSM_OPEN_SENT, MRT_FSM_IDLE);
	play_down(&p, 0, 0, AT(100));
	play_up(&p, 0, 0, AT(200));
	play_announce(&p, 0, 0, AT(210), P, AS);
	t = play_finish(&p);
	assert_route(t, P, 0, AT(99), "up 64500");
	assert_route(t, P, 0, AT(100), "dead");
	assert_route(t, P, 0, AT(200), "unknown");
	assert_route(t, P, 0, AT(209), "unknown");
	assert_route(t, P, 0, AT(210), "up 64500");
	assert_route(t, P, 1, AT(210), "up 64500");
	assert_int_equal(t->collectors[0].session_resets, 1);
	timeline_free(t);
}

/* What is not said in the transfer is absent once it is over. */
static void
test_end_of_rib_ends_a_transfer(void **state)
{
	struct player p;
	struct timeline *t;

	(void)state;
	play_watch_as(&p, AS, 1);
	play_peers(&p, 0, 1);
	rib(&p, 0, AT(0), AT(10), 1, AS, 100);
	play_down(&p, 0, 0, AT(100));
	play_up(&p, 0, 0, AT(200));
	play_announce(&p, 0, 0, AT(205), Q, AS);
	play_end_of_rib(&p, 0, 0, AT(210), AFI_IPV6); /* the other family */
	play_end_of_rib(&p, 0, 0, AT(220), AFI_IPV4);
	t = play_finish(&p);
	assert_route(t, P, 0, AT(219), "unknown");
	assert_route(t, P, 0, AT(220), "absent");
	assert_route(t, Q, 0, AT(220), "up 64500");
	timeline_free(t);
}

static void
test_a_transfer_without_end_of_rib_dries_up(void **state)
{
	struct player p;
	struct timeline *t;

	(void)state;
	play_watch_as(&p, AS, 1);
	play_peers(&p, 0, 2);
	rib(&p, 0, AT(0), AT(10), 2, AS, 100);
	play_down(&p, 0, 0, AT(60));
	play_up(&p, 0, 0, AT(120));
	for (int i = 0; i < 100; i++)
		play_message(&p, 0, 0, AT(130 + i), 1, 0);
	for (int i = 240; i < 900; i += 10)
		play_message(&p, 0, 1, AT(i), 1, 0);
	t = play_finish(&p);
	/* Not before TRANSFER_MIN, and within a sweep after it. */
	assert_route(t, P, 0, AT(120 + 299), "unknown");
	assert_route(t, P, 0, AT(120 + 420), "absent");
	timeline_free(t);
}

/*
 * RouteViews has no state and no End-of-RIB: after a silence of so many seconds
 * the peer announces P and so many prefixes more, of a table of 100; Q it had
 * announced long before.
 */
static struct timeline *
burst(int silence, unsigned n)
{
	struct player p;
	int back = 1000 + silence;

	play_watch_as(&p, AS, 1);
	play_peers(&p, 0, 2);
	rib(&p, 0, AT(0), AT(10), 2, AS, 100);
	for (int i = 20; i <= 1000; i += 10)
		play_message(&p, 0, 0, AT(i), 0, 0);
	play_announce(&p, 0, 0, AT(1000), Q, AS);
	play_announce(&p, 0, 0, AT(back), P, AS);
	for (unsigned i = 0; i < n; i++)
		play_message(&p, 0, 0, AT(back + 1), 1, 0);
	for (int i = back + 2; i < 2500; i += 20)
		play_message(&p, 0, 1, AT(i), 1, 0);
	play_announce(&p, 0, 0, AT(2510), Q, AS);
	return play_finish(&p);
}

static void
test_a_burst_after_silence_is_a_reset(void **state)
{
	struct timeline *t = burst(40, 79);

	(void)state;
	assert_int_equal(t->collectors[0].session_resets, 1);
	/* Unknown from behind the last word on, absent after the transfer. */
	assert_route(t, Q, 0, AT(1000), "up 64500");
	assert_route(t, Q, 0, AT(1001), "unknown");
	assert_route(t, Q, 0, AT(1300), "unknown");
	assert_route(t, Q, 0, AT(2400), "absent");
	assert_route(t, Q, 0, AT(2510), "up 64500");
	/* What was said again since stays known. */
	assert_route(t, P, 0, AT(1000), "up 64500");
	assert_route(t, P, 0, AT(1001), "unknown");
	assert_route(t, P, 0, AT(1040), "up 64500");
	assert_route(t, P, 0, AT(2400), "up 64500");
	assert_route(t, Q, 1, AT(2400), "absent");
	assert_route(t, P, 1, AT(2400), "up 64500");
	timeline_free(t);
}

static void
test_less_than_that_is_no_reset(void **state)
{
	struct timeline *t;

	(void)state;
	t = burst(40, 78); /* 79 of 100 */
	assert_int_equal(t->collectors[0].session_resets, 0);
	assert_route(t, Q, 0, AT(2400), "up 64500");
	timeline_free(t);
	t = burst(29, 99);
	assert_int_equal(t->collectors[0].session_resets, 0);
	assert_route(t, Q, 0, AT(2400), "up 64500");
	timeline_free(t);
	t = burst(30, 99);
	assert_int_equal(t->collectors[0].session_resets, 1);
	timeline_free(t);
}

/* End-of-RIB behind a burst: a reset that nobody announced. */
static void
test_end_of_rib_behind_a_burst(void **state)
{
	struct player p;
	struct timeline *t;

	(void)state;
	play_watch_as(&p, AS, 1);
	play_peers(&p, 0, 1);
	rib(&p, 0, AT(0), AT(10), 1, AS, 100);
	for (int i = 20; i <= 1000; i++)
		play_message(&p, 0, 0, AT(i), 0, 0);
	play_announce(&p, 0, 0, AT(1005), Q, AS);
	play_message(&p, 0, 0, AT(1006), 49, 0);
	play_end_of_rib(&p, 0, 0, AT(1010), AFI_IPV4);
	t = play_finish(&p);
	assert_int_equal(t->collectors[0].session_resets, 1);
	assert_route(t, P, 0, AT(1000), "up 64500");
	assert_route(t, P, 0, AT(1001), "unknown");
	assert_route(t, P, 0, AT(1010), "absent");
	assert_route(t, Q, 0, AT(1010), "up 64500");
	timeline_free(t);
}

/* Some daemons send End-of-RIB at other times: alone it means nothing. */
static void
test_end_of_rib_without_a_burst(void **state)
{
	struct player p;
	struct timeline *t;

	(void)state;
	play_watch_as(&p, AS, 1);
	play_peers(&p, 0, 1);
	rib(&p, 0, AT(0), AT(10), 1, AS, 100);
	play_message(&p, 0, 0, AT(1000), 48, 0); /* and one: below half */
	play_announce(&p, 0, 0, AT(1005), Q, AS);
	play_end_of_rib(&p, 0, 0, AT(1010), AFI_IPV4);
	t = play_finish(&p);
	assert_int_equal(t->collectors[0].session_resets, 0);
	assert_route(t, P, 0, AT(1010), "up 64500");
	timeline_free(t);
}

static void
test_a_silent_peer_is_dead_since_its_last_word(void **state)
{
	struct player p;
	struct timeline *t;
	int last = 3590;

	(void)state;
	play_watch_as(&p, AS, 1);
	play_peers(&p, 0, 2);
	rib(&p, 0, AT(0), AT(5), 2, AS, 100);
	for (int i = 10; i < HOURS(2); i += 10) {
		if (i <= last)
			play_message(&p, 0, 0, AT(i), 0, 0);
		play_message(&p, 0, 1, AT(i), 0, 0);
	}
	/* It had only been quiet. */
	play_message(&p, 0, 0, AT(HOURS(2)), 0, 0);
	t = play_finish(&p);
	assert_int_equal(t->collectors[0].stale_sessions, 1);
	assert_int_equal(t->collectors[0].session_resets, 0);
	assert_route(t, P, 0, AT(last), "up 64500");
	assert_route(t, P, 0, AT(last + 1), "dead");
	assert_route(t, P, 0, AT(HOURS(2) - 1), "dead");
	assert_route(t, P, 0, AT(HOURS(2)), "up 64500");
	assert_route(t, P, 1, AT(HOURS(2)), "up 64500");
	timeline_free(t);
}

/* --- what makes routes unknown without a reset --- */

static void
test_a_gap_makes_its_collector_unknown(void **state)
{
	struct player p;
	struct timeline *t;

	(void)state;
	play_watch_as(&p, AS, 2);
	play_peers(&p, 0, 2);
	play_peers(&p, 1, 1);
	rib(&p, 0, AT(0), AT(10), 1, AS, 100);
	rib(&p, 1, AT(0), AT(10), 1, AS, 100);
	play_gap(&p, 0, AT(100), AT(400));
	play_withdraw(&p, 0, 1, AT(500), P); /* its first word since */
	rib(&p, 0, AT(7200), AT(7210), 1, AS, 100);
	t = play_finish(&p);
	assert_route(t, P, 0, AT(99), "up 64500");
	assert_route(t, P, 0, AT(101), "unknown");
	assert_route(t, P, 0, AT(7209), "unknown");
	assert_route(t, P, 0, AT(7210), "up 64500");
	assert_route(t, P, 1, AT(99), "absent");
	assert_route(t, P, 1, AT(101), "unknown");
	assert_route(t, P, 1, AT(399), "unknown");
	assert_route(t, P, 1, AT(400), "up assumed");
	assert_route(t, P, 1, AT(500), "absent");
	assert_route(t, P, 2, AT(200), "up 64500");
	assert_int_equal(t->collectors[0].gap_n, 1);
	assert_true(t->collectors[0].gaps[0].start == AT(100));
	assert_true(t->collectors[0].gaps[0].end == AT(400));
	assert_int_equal(t->collectors[1].gap_n, 0);
	assert_int_equal(t->collectors[0].rib_mismatches, 0);
	timeline_free(t);
}

static void
test_an_unreadable_message_makes_its_peer_unsure(void **state)
{
	struct player p;
	struct timeline *t;

	(void)state;
	play_watch_as(&p, AS, 1);
	play_peers(&p, 0, 2);
	rib(&p, 0, AT(0), AT(10), 2, AS, 100);
	play_unsure(&p, 0, 0, AT(100));
	play_announce(&p, 0, 0, AT(200), P, AS);
	t = play_finish(&p);
	assert_route(t, P, 0, AT(99), "up 64500");
	assert_route(t, P, 0, AT(101), "unknown");
	assert_route(t, P, 0, AT(200), "up 64500");
	assert_route(t, P, 1, AT(100), "up 64500");
	assert_int_equal(t->collectors[0].session_resets, 0);
	timeline_free(t);
}

/* It goes on as it was: a first word after it tells what was before. */
static void
test_an_unsure_peer_is_no_new_one(void **state)
{
	struct player p;
	struct timeline *t;

	(void)state;
	play_watch_as(&p, AS, 1);
	play_peers(&p, 0, 1);
	play_announce(&p, 0, 0, AT(0), P, AS);
	play_unsure(&p, 0, 0, AT(100));
	play_withdraw(&p, 0, 0, AT(200), P);
	t = play_finish(&p);
	assert_route(t, P, 0, AT(99), "up 64500");
	assert_route(t, P, 0, AT(101), "up assumed");
	assert_route(t, P, 0, AT(200), "absent");
	timeline_free(t);
}

/* Two files of a collector name the same peers in other orders. */
static void
test_lanes_number_peers_on_their_own(void **state)
{
	struct player p;
	struct timeline *t;
	unsigned r;

	(void)state;
	play_watch_as(&p, AS, 1);
	r = play_lane(&p, 0);
	play_peer(&p, 0, ip_n(1), 65001);
	play_peer(&p, 0, ip_n(2), 65002);
	play_peer(&p, r, ip_n(2), 65002);
	play_peer(&p, r, ip_n(1), 65001);
	play_announce(&p, 0, 0, AT(0), P, AS);
	play_announce(&p, r, 0, AT(1), Q, AS);
	play_withdraw(&p, r, 1, AT(2), P);
	t = play_finish(&p);
	assert_int_equal(t->session_n, 2);
	assert_route(t, P, 0, AT(0), "up 64500");
	assert_route(t, P, 0, AT(2), "absent");
	assert_route(t, Q, 1, AT(2), "up 64500");
	timeline_free(t);
}

/* --- routes that are refused --- */

/* A player that watches AS, of whose routes some are refused. */
static void
play_refusing(struct player *p, unsigned peer_n)
{
	uint32_t asn = AS;
	struct state_params q = {.asns = &asn, .asn_n = 1, .refusing = true};

	play_begin(p, &q, 1);
	play_peers(p, 0, peer_n);
	play_message(p, 0, 0, AT(0), 0, 0);
}

static void
test_a_refused_route_replaces_the_one_before(void **state)
{
	struct player p;
	struct timeline *t;

	(void)state;
	play_refusing(&p, 2);
	play_announce(&p, 0, 0, AT(10), P, AS);
	play_refuse(&p, 0, 0, AT(20), P);
	play_refuse(&p, 0, 0, AT(25), P);
	play_announce(&p, 0, 0, AT(30), P, AS);
	/* known not to carry it: its route is another one */
	play_refuse(&p, 0, 1, AT(40), P);
	play_withdraw(&p, 0, 1, AT(50), P);
	t = play_finish(&p);
	assert_int_equal(t->prefix_n, 1);
	assert_route(t, P, 0, AT(19), "up 64500");
	assert_route(t, P, 0, AT(20), "absent");
	assert_route(t, P, 0, AT(29), "absent");
	assert_route(t, P, 0, AT(30), "up 64500");
	assert_route(t, P, 1, AT(39), "unknown");
	assert_route(t, P, 1, AT(40), "absent");
	assert_route(t, P, 1, AT(60), "absent");
	timeline_free(t);
}

static void
test_a_refused_route_makes_nothing_watched(void **state)
{
	struct player p;
	struct timeline *t;
	struct event_entry e[] = {entry(0, AS)};

	(void)state;
	play_refusing(&p, 1);
	play_refuse(&p, 0, 0, AT(10), P);
	e[0].refused = true;
	play_rib_begin(&p, 0, AT(20));
	play_rib_prefix(&p, 0, AT(20), Q, e, 1);
	play_rib_end(&p, 0, AT(30), true, NULL, 0);
	t = play_finish(&p);
	assert_int_equal(t->prefix_n, 0);
	timeline_free(t);
}

/* What was withdrawn may have been a route that is refused. */
static void
test_where_routes_are_refused_a_first_withdrawal_tells_nothing(void **state)
{
	struct player p;
	struct timeline *t;

	(void)state;
	play_refusing(&p, 4);
	play_withdraw(&p, 0, 1, AT(5), P); /* not watched yet */
	play_announce(&p, 0, 0, AT(10), P, AS);
	play_withdraw(&p, 0, 2, AT(20), P);
	play_withdraw_path(&p, 0, 3, AT(20), P, 7);
	t = play_finish(&p);
	assert_route(t, P, 1, AT(4), "unknown");
	assert_route(t, P, 2, AT(19), "unknown");
	assert_route(t, P, 2, AT(20), "absent");
	assert_route(t, P, 3, AT(19), "unknown");
	timeline_free(t);
}

static void
test_one_path_of_several_is_refused(void **state)
{
	struct player p;
	struct timeline *t;

	(void)state;
	play_refusing(&p, 2);
	play_announce_path(&p, 0, 0, AT(10), P, 1, AS);
	play_announce_path(&p, 0, 0, AT(20), P, 2, AS);
	play_refuse_path(&p, 0, 0, AT(30), P, 1);
	play_refuse_path(&p, 0, 0, AT(40), P, 2);
	/* the other may have others */
	play_refuse_path(&p, 0, 1, AT(50), P, 1);
	play_announce_path(&p, 0, 1, AT(60), P, 2, AS);
	t = play_finish(&p);
	assert_route(t, P, 0, AT(35), "up 64500");
	assert_route(t, P, 0, AT(40), "absent");
	assert_route(t, P, 1, AT(50), "unknown");
	assert_route(t, P, 1, AT(60), "up 64500");
	timeline_free(t);
}

/* Entries of a RIB, of which those in the bits of refused are. */
static void
rib_of_three(
    struct player *p, usec_t time, usec_t end, unsigned refused, bool whole)
{
	struct event_entry e[] = {entry(0, AS), entry(1, AS), entry(2, AS)};
	struct event_size z[3];

	for (uint32_t i = 0; i < 3; i++) {
		e[i].refused = (refused >> i & 1) != 0;
		e[i].originated =
		    (uint32_t)(AT(-1000 * (int)(i + 1)) / USEC_PER_SEC);
		z[i] = (struct event_size){.peer = i, .prefix_n = {9, 0}};
	}
	play_rib_begin(p, 0, time);
	play_rib_prefix(p, 0, time, P, e, 3);
	play_rib_end(p, 0, end, whole, z, 3);
}

static void
test_refused_entries_of_a_rib_are_absent(void **state)
{
	struct player p;
	struct timeline *t;

	(void)state;
	play_refusing(&p, 3);
	rib_of_three(&p, AT(100), AT(120), 2, true);
	rib_of_three(&p, AT(8000), AT(8020), 4, true);
	/* also one that is cut says what it says */
	rib_of_three(&p, AT(16000), AT(16020), 1, false);
	t = play_finish(&p);
	assert_route(t, P, 0, AT(120), "up 64500");
	assert_route(t, P, 1, AT(120), "absent");
	assert_route(t, P, 2, AT(120), "up 64500");
	assert_route(t, P, 0, AT(8020), "up 64500");
	assert_route(t, P, 1, AT(8020), "up 64500");
	assert_route(t, P, 2, AT(8020), "absent");
	assert_route(t, P, 0, AT(16020), "absent");
	assert_route(t, P, 1, AT(16020), "up 64500");
	assert_route(t, P, 2, AT(16020), "up 64500");
	assert_int_equal(t->collectors[0].rib_mismatches, 2 + 2);
	timeline_free(t);
}

static void
test_refused_entries_tell_no_age(void **state)
{
	struct player p;
	struct timeline *t;

	(void)state;
	play_refusing(&p, 3);
	rib_of_three(&p, AT(100), AT(120), 2, true);
	t = play_finish(&p);
	/* the median of -3000 and -1000; with -2000 it would be that */
	assert_true(timeline_originated(t, 0, AS) == AT(-1000));
	timeline_free(t);
}

/* Route and RIB agree that it is a refused one. */
static void
test_a_refused_entry_is_no_mismatch(void **state)
{
	struct player p;
	struct timeline *t;

	(void)state;
	play_refusing(&p, 3);
	rib_of_three(&p, AT(100), AT(120), 0, true);
	play_refuse(&p, 0, 1, AT(1000), P);
	play_withdraw(&p, 0, 2, AT(1000), P);
	rib_of_three(&p, AT(8000), AT(8020), 6, true);
	t = play_finish(&p);
	assert_route(t, P, 1, AT(1000), "absent");
	assert_route(t, P, 1, AT(8020), "absent");
	assert_route(t, P, 2, AT(8020), "absent");
	assert_int_equal(t->collectors[0].rib_mismatches, 0);
	timeline_free(t);
}

/* What was known is that nothing is carried, whoever carried it once. */
static void
test_a_refused_entry_after_a_reset_is_no_mismatch(void **state)
{
	struct player p;
	struct timeline *t;

	(void)state;
	play_refusing(&p, 3);
	rib_of_three(&p, AT(100), AT(120), 0, true);
	rib_of_three(&p, AT(8000), AT(8020), 0, true);
	play_down(&p, 0, 1, AT(9000));
	play_up(&p, 0, 1, AT(9010));
	play_end_of_rib(&p, 0, 1, AT(9400), AFI_IPV4);
	rib_of_three(&p, AT(16000), AT(16020), 2, true);
	t = play_finish(&p);
	assert_route(t, P, 1, AT(15000), "absent");
	assert_route(t, P, 1, AT(16020), "absent");
	assert_int_equal(t->collectors[0].rib_mismatches, 0);
	timeline_free(t);
}

/* One entry of two paths is refused: the other one holds the prefix up. */
static void
test_one_entry_of_several_is_refused(void **state)
{
	struct event_entry e[] = {entry(0, AS), entry(0, AS)};
	struct event_size z = {.peer = 0, .prefix_n = {9, 0}};
	struct player p;
	struct timeline *t;

	(void)state;
	play_refusing(&p, 1);
	e[0].path_id = 1;
	e[1].path_id = 2;
	e[1].refused = true;
	play_rib_begin(&p, 0, AT(100));
	play_rib_prefix(&p, 0, AT(100), P, e, 2);
	play_rib_end(&p, 0, AT(120), true, &z, 1);
	play_refuse_path(&p, 0, 0, AT(500), P, 1);
	t = play_finish(&p);
	assert_route(t, P, 0, AT(120), "up 64500");
	assert_route(t, P, 0, AT(500), "absent");
	timeline_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_an_asn_watches_what_it_originates),
	    cmocka_unit_test(test_prefixes_narrow_and_widen),
	    cmocka_unit_test(test_equal_asns_are_watched_once),
	    cmocka_unit_test(test_peers_that_are_not_wanted_take_no_part),
	    cmocka_unit_test(test_the_collectors_own_routes_are_no_peer),
	    cmocka_unit_test(test_a_first_withdrawal_tells_what_was_before),
	    cmocka_unit_test(test_what_was_said_before_the_watch_is_recalled),
	    cmocka_unit_test(test_prefixes_of_one_hash_are_told_apart),
	    cmocka_unit_test(test_words_before_a_gap_are_not_recalled),
	    cmocka_unit_test(test_in_a_transfer_nothing_is_assumed),
	    cmocka_unit_test(test_an_older_epoch_is_not_recalled),
	    cmocka_unit_test(test_an_added_path_withdrawn_first_leaves_doubt),
	    cmocka_unit_test(test_paths_and_sets_at_one_session),
	    cmocka_unit_test(test_a_rib_speaks_for_all_at_its_end),
	    cmocka_unit_test(test_after_a_rib_nothing_is_assumed),
	    cmocka_unit_test(
		test_an_update_beats_a_rib_from_a_minute_before_it),
	    cmocka_unit_test(test_a_rib_corrects_both_ways),
	    cmocka_unit_test(test_another_origin_in_a_rib_is_a_mismatch),
	    cmocka_unit_test(test_an_update_while_the_rib_is_read),
	    cmocka_unit_test(test_a_change_behind_the_record_is_no_mismatch),
	    cmocka_unit_test(test_a_peer_without_a_table_is_not_missing),
	    cmocka_unit_test(test_a_rib_that_is_cut_withdraws_nothing),
	    cmocka_unit_test(test_a_cut_rib_alone_is_no_rib),
	    cmocka_unit_test(test_a_peer_missing_from_a_rib_is_gone),
	    cmocka_unit_test(test_a_rib_revives_a_peer_that_was_taken_for_dead),
	    cmocka_unit_test(test_the_median_of_originated_times),
	    cmocka_unit_test(test_state_changes_make_routes_unknown),
	    cmocka_unit_test(test_end_of_rib_ends_a_transfer),
	    cmocka_unit_test(test_a_transfer_without_end_of_rib_dries_up),
	    cmocka_unit_test(test_a_burst_after_silence_is_a_reset),
	    cmocka_unit_test(test_less_than_that_is_no_reset),
	    cmocka_unit_test(test_end_of_rib_behind_a_burst),
	    cmocka_unit_test(test_end_of_rib_without_a_burst),
	    cmocka_unit_test(test_a_silent_peer_is_dead_since_its_last_word),
	    cmocka_unit_test(test_a_gap_makes_its_collector_unknown),
	    cmocka_unit_test(test_an_unreadable_message_makes_its_peer_unsure),
	    cmocka_unit_test(test_an_unsure_peer_is_no_new_one),
	    cmocka_unit_test(test_lanes_number_peers_on_their_own),
	    cmocka_unit_test(test_a_refused_route_replaces_the_one_before),
	    cmocka_unit_test(test_a_refused_route_makes_nothing_watched),
	    cmocka_unit_test(
		test_where_routes_are_refused_a_first_withdrawal_tells_nothing),
	    cmocka_unit_test(test_one_path_of_several_is_refused),
	    cmocka_unit_test(test_refused_entries_of_a_rib_are_absent),
	    cmocka_unit_test(test_refused_entries_tell_no_age),
	    cmocka_unit_test(test_a_refused_entry_is_no_mismatch),
	    cmocka_unit_test(test_a_refused_entry_after_a_reset_is_no_mismatch),
	    cmocka_unit_test(test_one_entry_of_several_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
