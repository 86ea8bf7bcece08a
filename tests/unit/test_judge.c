#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/replay_build.h"

#include "outage/judge.h"

#define AS 64500u
#define OTHER 64999u
#define P "10.1.0.0/16"

static const struct tl_watch watch_as = {.asn = AS};

/* A timeline of n peers of as many ASNs, without RIBs, for a day. */
static struct timeline *
plain(unsigned n)
{
	struct timeline *t = tl_new(1, AT(0), AT(HOURS(24)));

	for (unsigned i = 0; i < n; i++)
		tl_peer(t, 0, 65001 + i);
	return t;
}

/* The same, where the first RIB tells of a table of that size at once. */
static struct timeline *
with_rib(unsigned n, uint32_t size)
{
	struct timeline *t = plain(n);

	t->collectors[0].has_rib[0] = true;
	for (uint32_t s = 0; s < n; s++)
		tl_session_log(t, s, AT(0), TL_SIZE, 0, size);
	return t;
}

static struct judge_steps
steps_of(const struct timeline *t, const struct tl_watch *w,
    const struct outage_params *params)
{
	struct outage_params standard = outage_params_default();
	struct judge_steps steps = {0};
	struct judge *j;

	assert_int_equal(
	    judge_new(&j, t, params != NULL ? params : &standard), BLK_OK);
	assert_int_equal(judge_prefix(j, 0, w, &steps), BLK_OK);
	judge_free(j);
	for (size_t i = 1; i < steps.n; i++)
		assert_true(steps.v[i - 1].time < steps.v[i].time);
	return steps;
}

/* The step that holds at time; an unknown one before the first. */
static struct judge_step
step_at(const struct judge_steps *steps, usec_t time)
{
	struct judge_step now = {.verdict = VERDICT_UNKNOWN};

	for (size_t i = 0; i < steps->n && steps->v[i].time <= time; i++)
		now = steps->v[i];
	return now;
}

static void
check_at(const struct timeline *t, const struct tl_watch *w,
    const struct outage_params *params, int second, const char *expect)
{
	static const char *const words[] = {"unknown", "up", "down"};
	struct judge_steps steps = steps_of(t, w, params);
	struct judge_step now = step_at(&steps, AT(second));
	char text[64];

	snprintf(text, sizeof(text), "%s%s %u/%u", now.moved ? "moved " : "",
	    words[now.verdict], now.carrying, now.voting);
	free(steps.v);
	assert_string_equal(text, expect);
}

/* expect: "up 3/4", "down 0/4", "moved down 0/4", "unknown 1/2" */
#define at_as(t, second, expect) check_at(t, &watch_as, NULL, second, expect)

static void
test_fewer_than_half_is_down(void **state)
{
	struct timeline *t = plain(4);

	(void)state;
	tl_all_up(t, P, 0, 4, AT(0), AS);
	tl_absent(t, P, 0, AT(1000));
	tl_absent(t, P, 1, AT(2000));
	tl_absent(t, P, 2, AT(3000));
	tl_up(t, P, 0, AT(4000), AS);
	at_as(t, 0, "up 4/4");
	at_as(t, 2000, "up 2/4");
	at_as(t, 2999, "up 2/4");
	at_as(t, 3000, "down 1/4");
	at_as(t, 4000, "up 2/4");
	timeline_free(t);
}

static void
test_the_share_is_a_parameter(void **state)
{
	struct timeline *t = plain(4);
	struct outage_params q = outage_params_default();

	(void)state;
	tl_all_up(t, P, 0, 4, AT(0), AS);
	tl_all_absent(t, P, 0, 3, AT(1000));
	q.visibility = 0.25;
	check_at(t, &watch_as, &q, 1000, "up 1/4");
	q.visibility = 0.26;
	check_at(t, &watch_as, &q, 1000, "down 1/4");
	q.visibility = 1;
	check_at(t, &watch_as, &q, 999, "up 4/4");
	timeline_free(t);
}

/* Five sessions of one ASN are one voice, and any of them carries for it. */
static void
test_asns_vote_not_sessions(void **state)
{
	struct timeline *t = plain(2);

	(void)state;
	for (unsigned i = 0; i < 5; i++)
		tl_peer(t, 0, 65003);
	tl_all_up(t, P, 0, 7, AT(0), AS);
	tl_all_absent(t, P, 2, 4, AT(1000));
	tl_all_absent(t, P, 0, 2, AT(2000));
	tl_absent(t, P, 6, AT(3000));
	at_as(t, 0, "up 3/3");
	at_as(t, 1000, "up 3/3");
	at_as(t, 2000, "down 1/3");
	at_as(t, 3000, "down 0/3");
	timeline_free(t);
}

static void
test_too_few_voters_have_no_verdict(void **state)
{
	struct timeline *t = plain(3);
	struct outage_params q = outage_params_default();

	(void)state;
	tl_all_up(t, P, 0, 3, AT(0), AS);
	tl_session_log(t, 0, AT(1000), TL_DEAD, 0, 0);
	tl_all_absent(t, P, 1, 2, AT(2000));
	at_as(t, 0, "up 3/3");
	at_as(t, 1000, "unknown 2/2");
	at_as(t, 2000, "unknown 0/2");
	q.min_peers = 2;
	check_at(t, &watch_as, &q, 2000, "down 0/2");
	timeline_free(t);

	/* Nobody at all is no verdict, whatever is asked for. */
	t = plain(3);
	tl_all_up(t, P, 0, 3, AT(500), AS);
	q.min_peers = 0;
	check_at(t, &watch_as, &q, 499, "unknown 0/0");
	check_at(t, &watch_as, &q, 500, "up 3/3");
	timeline_free(t);
}

static void
test_only_live_sessions_vote(void **state)
{
	struct timeline *t = plain(4);

	(void)state;
	tl_all_up(t, P, 0, 4, AT(0), AS);
	tl_session_log(t, 3, AT(1000), TL_DEAD, 0, 0);
	tl_session_log(t, 3, AT(2000), TL_LIVE, 0, 0);
	at_as(t, 999, "up 4/4");
	at_as(t, 1000, "up 3/3");
	at_as(t, 2000, "up 4/4"); /* its routes were kept in mind */
	timeline_free(t);
}

static void
test_reset_and_sync(void **state)
{
	struct timeline *t = with_rib(4, 100);

	(void)state;
	tl_all_up(t, P, 0, 4, AT(0), AS);
	tl_session_log(t, 3, AT(1000), TL_RESET, 1, 0); /* the other family */
	tl_session_log(t, 3, AT(2000), TL_RESET, 0, 0);
	tl_session_log(t, 2, AT(2000), TL_SYNC, 0, 0);
	tl_session_log(t, 3, AT(3000), TL_SYNC, 0, 0);
	at_as(t, 1000, "up 4/4");
	at_as(t, 2000, "up 3/3");
	at_as(t, 3000, "up 3/4"); /* what was known stays */
	timeline_free(t);
}

/* At equal times session entries come first. */
static void
test_a_route_stated_with_the_reset_is_known(void **state)
{
	struct timeline *t = plain(3);

	(void)state;
	tl_all_up(t, P, 0, 3, AT(0), AS);
	tl_up(t, P, 0, AT(1000), AS);
	tl_session_log(t, 0, AT(1000), TL_RESET, 0, 0);
	at_as(t, 1000, "up 3/3");
	timeline_free(t);
}

/* Silence is noticed late: logs are not written in order. */
static void
test_entries_in_the_past(void **state)
{
	struct timeline *t = plain(3);

	(void)state;
	tl_all_absent(t, P, 0, 3, AT(5000));
	tl_all_up(t, P, 0, 3, AT(1000), AS);
	tl_session_log(t, 0, AT(4000), TL_LIVE, 0, 0);
	tl_session_log(t, 0, AT(3000), TL_DEAD, 0, 0);
	at_as(t, 999, "unknown 0/0");
	at_as(t, 1000, "up 3/3");
	at_as(t, 3000, "unknown 2/2");
	at_as(t, 4000, "up 3/3");
	at_as(t, 5000, "down 0/3");
	timeline_free(t);
}

/* Of one moment the last word written counts, wherever it stands. */
static void
test_order_within_a_moment(void **state)
{
	struct timeline *t = plain(3);

	(void)state;
	tl_all_absent(t, P, 0, 3, AT(5000));
	tl_up(t, P, 0, AT(9000), AS);
	tl_all_up(t, P, 0, 3, AT(5000), AS);
	tl_up(t, P, 0, AT(9000), AS);
	at_as(t, 5000, "up 3/3");
	timeline_free(t);
}

/* What holds for no time at all is no step. */
static void
test_a_flap_within_a_moment(void **state)
{
	struct timeline *t = plain(3);
	struct judge_steps steps;

	(void)state;
	tl_all_up(t, P, 0, 3, AT(0), AS);
	tl_all_absent(t, P, 0, 3, AT(1000));
	tl_all_up(t, P, 0, 3, AT(1000), AS);
	tl_all_absent(t, P, 0, 3, AT(2000));
	tl_all_up(t, P, 0, 3, AT(2000) + 1, AS);
	steps = steps_of(t, &watch_as, NULL);
	assert_int_equal(steps.n, 3);
	assert_true(steps.v[0].time == AT(0));
	assert_true(steps.v[1].time == AT(2000));
	assert_true(steps.v[2].time == AT(2000) + 1);
	free(steps.v);
	timeline_free(t);
}

/* --- who is entitled --- */

static void
test_partial_feeds_do_not_vote(void **state)
{
	struct timeline *t = plain(5);
	struct outage_params q = outage_params_default();

	(void)state;
	t->collectors[0].has_rib[0] = true;
	for (uint32_t s = 0; s < 5; s++)
		tl_session_log(t, s, AT(0), TL_SIZE, 0,
		    s < 3       ? 1000
			: s < 4 ? 750
				: 749);
	tl_all_up(t, P, 0, 5, AT(0), AS);
	at_as(t, 0, "up 4/4");
	q.full_feed = 0.5;
	check_at(t, &watch_as, &q, 0, "up 5/5");
	q.full_feed = 1;
	check_at(t, &watch_as, &q, 0, "up 3/3");
	timeline_free(t);
}

/* The largest table is another one at another time. */
static void
test_full_feeds_change_with_time(void **state)
{
	struct timeline *t = with_rib(4, 1000);

	(void)state;
	tl_all_up(t, P, 0, 4, AT(0), AS);
	tl_session_log(t, 0, AT(1000), TL_SIZE, 0, 700);
	tl_session_log(t, 0, AT(2000), TL_SIZE, 0, 1000);
	/* Now 1000 is too little for three of them. */
	tl_session_log(t, 0, AT(3000), TL_SIZE, 0, 1400);
	/* Of the other family. */
	tl_session_log(t, 1, AT(2500), TL_SIZE, 1, 9999);
	at_as(t, 999, "up 4/4");
	at_as(t, 1000, "up 3/3");
	at_as(t, 2000, "up 4/4");
	at_as(t, 2999, "up 4/4");
	at_as(t, 3000, "unknown 1/1");
	timeline_free(t);
}

/* A table that only a later RIB shows was there before it. */
static void
test_the_first_rib_speaks_for_the_time_before(void **state)
{
	struct timeline *t = plain(3);

	(void)state;
	t->collectors[0].has_rib[0] = true;
	tl_all_up(t, P, 0, 3, AT(10), AS);
	for (uint32_t s = 0; s < 3; s++)
		tl_session_log(t, s, AT(7200), TL_SIZE, 0, 1000);
	at_as(t, 10, "up 3/3");
	timeline_free(t);
}

/* Without a RIB, who has carried the prefix has a vote on it, from then on. */
static void
test_without_a_rib_carriers_vote(void **state)
{
	struct timeline *t = plain(5);

	(void)state;
	tl_all_up(t, P, 0, 3, AT(0), AS);
	tl_absent(t, P, 3, AT(10)); /* says that it has none, as always */
	tl_up(t, P, 4, AT(1000), OTHER);
	at_as(t, 10, "up 3/3");
	at_as(t, 1000, "up 3/4");
	timeline_free(t);
}

/* Collectors of both kinds side by side. */
static void
test_each_collector_by_its_own_rule(void **state)
{
	struct timeline *t = tl_new(2, AT(0), AT(HOURS(24)));

	(void)state;
	for (unsigned i = 0; i < 6; i++)
		tl_peer(t, i / 3, 65001 + i);
	t->collectors[0].has_rib[0] = true;
	tl_session_log(t, 0, AT(0), TL_SIZE, 0, 1000);
	tl_session_log(t, 1, AT(0), TL_SIZE, 0, 1000);
	/* 2 has no table; 5 never carried anything. */
	tl_all_up(t, P, 0, 5, AT(0), AS);
	tl_absent(t, P, 5, AT(0));
	at_as(t, 0, "up 4/4");
	timeline_free(t);
}

/*
 * After a reset of most: a loss that few voters show is no verdict, as those
 * who are silent may carry the prefix still.
 */
static void
test_a_few_do_not_speak_for_all(void **state)
{
	struct timeline *t = with_rib(10, 1000);

	(void)state;
	tl_all_up(t, P, 0, 10, AT(0), AS);
	for (uint32_t s = 0; s < 10; s++)
		tl_session_log(t, s, AT(10000), TL_RESET, 0, 0);
	tl_all_absent(t, P, 0, 3, AT(20000));
	tl_all_absent(t, P, 3, 5, AT(30000));
	at_as(t, 9999, "up 10/10");
	at_as(t, 10000, "unknown 0/0");
	at_as(t, 20000, "unknown 0/3");
	at_as(t, 30000, "down 0/8");
	timeline_free(t);
}

static void
test_a_collector_in_a_gap_has_no_voice(void **state)
{
	struct timeline *t = tl_new(2, AT(0), AT(HOURS(24)));

	(void)state;
	for (unsigned i = 0; i < 6; i++)
		tl_peer(t, i / 3, 65001 + i);
	tl_all_up(t, P, 0, 6, AT(0), AS);
	for (uint32_t s = 0; s < 3; s++) {
		tl_session_log(t, s, AT(10000), TL_RESET, 0, 0);
		tl_session_log(t, s, AT(10000), TL_AWAY, 0, 0);
		tl_session_log(t, s, AT(20000), TL_BACK, 0, 0);
	}
	at_as(t, 10000, "up 3/3");
	tl_all_absent(t, P, 3, 3, AT(15000));
	at_as(t, 15000, "down 0/3");
	timeline_free(t);
}

/* --- origins --- */

static void
test_moved_to_another_origin(void **state)
{
	struct timeline *t = plain(4);
	struct judge_steps steps;

	(void)state;
	tl_all_up(t, P, 0, 4, AT(0), AS);
	tl_all_up(t, P, 0, 2, AT(1000), OTHER);
	tl_up(t, P, 2, AT(2000), OTHER - 1);
	tl_absent(t, P, 3, AT(3000));
	tl_absent(t, P, 2, AT(4000));
	tl_absent(t, P, 1, AT(5000));
	at_as(t, 1000, "up 2/4");
	at_as(t, 2000, "moved down 1/4");
	at_as(t, 3000, "moved down 0/4");
	at_as(t, 4000, "moved down 0/4");
	at_as(t, 5000, "down 0/4");
	steps = steps_of(t, &watch_as, NULL);
	assert_int_equal(step_at(&steps, AT(2000)).moved_to, OTHER);
	assert_int_equal(step_at(&steps, AT(5000)).moved_to, 0);
	free(steps.v);
	timeline_free(t);
}

/* Half of them carry it in all, from two origins: it was not withdrawn. */
static void
test_a_quorum_of_two_origins(void **state)
{
	struct timeline *t = plain(4);

	(void)state;
	tl_all_up(t, P, 0, 4, AT(0), AS);
	tl_up(t, P, 0, AT(1000), OTHER);
	tl_all_absent(t, P, 1, 2, AT(1000));
	tl_absent(t, P, 0, AT(2000));
	at_as(t, 1000, "moved down 1/4");
	at_as(t, 2000, "down 1/4");
	timeline_free(t);
}

static void
test_of_equal_new_origins_the_smallest(void **state)
{
	struct timeline *t = plain(4);
	struct judge_steps steps;

	(void)state;
	tl_all_up(t, P, 0, 4, AT(0), AS);
	tl_all_up(t, P, 0, 2, AT(1000), OTHER);
	tl_all_up(t, P, 2, 2, AT(1000), OTHER - 1);
	/* In between it is back, so that the question is asked anew. */
	tl_all_up(t, P, 0, 4, AT(10000), AS);
	tl_all_up(t, P, 0, 2, AT(20000), OTHER - 1);
	tl_all_up(t, P, 2, 2, AT(20000), OTHER);
	steps = steps_of(t, &watch_as, NULL);
	assert_true(step_at(&steps, AT(1000)).moved);
	assert_int_equal(step_at(&steps, AT(1000)).moved_to, OTHER - 1);
	assert_int_equal(step_at(&steps, AT(20000)).moved_to, OTHER - 1);
	free(steps.v);
	timeline_free(t);
}

static void
up_set(
    struct timeline *t, uint32_t session, usec_t time, uint32_t a, uint32_t b)
{
	uint32_t asns[] = {a, b}, set;

	assert_true(timeline_intern_set(t, asns, 2, &set));
	assert_true(timeline_log_prefix(t, 0,
	    (struct tl_entry){.time = time,
		.session = TL_NUMBER(session),
		.state = TL_UP,
		.is_set = true,
		.origin = set}));
}

static void
test_a_set_carries_for_each_member(void **state)
{
	struct timeline *t = plain(4);
	struct tl_watch other = {.asn = OTHER}, none = {.asn = 1};

	(void)state;
	tl_all_up(t, P, 0, 4, AT(0), AS);
	for (uint32_t s = 0; s < 4; s++)
		up_set(t, s, AT(1000), OTHER, AS);
	for (uint32_t s = 0; s < 4; s++)
		up_set(t, s, AT(2000), OTHER, 1);
	at_as(t, 1000, "up 4/4");
	at_as(t, 2000, "moved down 0/4");
	check_at(t, &other, NULL, 2000, "up 4/4");
	check_at(t, &none, NULL, 1000, "moved down 0/4");
	check_at(t, &none, NULL, 2000, "up 4/4");
	timeline_free(t);
}

static void
test_assumed_routes_count(void **state)
{
	struct timeline *t = plain(3);

	(void)state;
	tl_all_up(t, P, 0, 3, AT(0), TL_ORIGIN_ASSUMED);
	tl_all_absent(t, P, 0, 3, AT(1000));
	at_as(t, 0, "up 3/3");
	at_as(t, 1000, "down 0/3");
	/* But alone they do not make the prefix anybody's. */
	assert_false(judge_concerns(t, 0, &watch_as));
	timeline_free(t);
}

/* An empty path tells that there is a route, not whose it is. */
static void
test_a_route_without_origin(void **state)
{
	struct timeline *t = plain(4);
	struct tl_watch by_prefix = {.by_prefix = true, .prefix = pfx(P)};

	(void)state;
	tl_all_up(t, P, 0, 4, AT(0), AS);
	tl_up(t, P, 0, AT(1000), TL_ORIGIN_NONE);
	tl_absent(t, P, 0, AT(2000));
	at_as(t, 1000, "up 3/3");
	at_as(t, 2000, "up 3/4");
	check_at(t, &by_prefix, NULL, 1000, "up 4/4");
	timeline_free(t);
}

static void
test_a_prefix_by_itself_has_any_origin(void **state)
{
	struct timeline *t = plain(3);
	struct tl_watch w = {.by_prefix = true, .prefix = pfx(P)};

	(void)state;
	tl_all_up(t, P, 0, 3, AT(0), AS);
	tl_all_up(t, P, 0, 3, AT(1000), OTHER);
	up_set(t, 0, AT(1500), 1, 2);
	tl_all_absent(t, P, 0, 3, AT(2000));
	check_at(t, &w, NULL, 1000, "up 3/3");
	check_at(t, &w, NULL, 1500, "up 3/3");
	check_at(t, &w, NULL, 2000, "down 0/3");
	timeline_free(t);
}

static void
test_which_prefixes_concern_a_watch(void **state)
{
	struct timeline *t = plain(2);
	struct tl_watch other = {.asn = OTHER};
	struct tl_watch by_p = {.by_prefix = true, .prefix = pfx(P)};
	struct tl_watch by_q = {.by_prefix = true, .prefix = pfx("10.0.0.0/8")};
	uint32_t q = tl_prefix(t, P);

	(void)state;
	assert_false(judge_concerns(t, q, &watch_as));
	assert_true(judge_concerns(t, q, &by_p));
	assert_false(judge_concerns(t, q, &by_q));
	tl_up(t, P, 0, AT(0), OTHER);
	assert_false(judge_concerns(t, q, &watch_as));
	assert_true(judge_concerns(t, q, &other));
	up_set(t, 1, AT(1), AS, 1);
	assert_true(judge_concerns(t, q, &watch_as));
	timeline_free(t);
}

static enum blk_status
look(struct judge *j, usec_t from, usec_t until, struct judge_facts *facts)
{
	struct judge_stretch x = {from, until, facts, NULL, false};

	return judge_stretches(j, 0, &watch_as, &x, 1);
}

/* --- who kept it --- */

static void
test_who_carried_it_all_the_time(void **state)
{
	struct timeline *t = tl_new(3, AT(0), AT(HOURS(24)));
	struct outage_params q = outage_params_default();
	bool stuck[8] = {false}, collectors[3] = {false};
	struct judge_facts facts = {stuck, collectors, 0};
	struct judge *j;

	(void)state;
	for (unsigned i = 0; i < 7; i++)
		tl_peer(t, i == 6, 65001 + i);
	tl_peer(t, 2, 65099); /* never carried it: has no vote */
	tl_all_up(t, P, 0, 7, AT(0), AS);
	tl_all_absent(t, P, 2, 5, AT(1000));
	tl_absent(t, P, 1, AT(1500)); /* not to the end */
	tl_up(t, P, 2, AT(1600), AS); /* not from the start */
	tl_all_up(t, P, 3, 4, AT(2000), AS);
	tl_absent(t, P, 0, AT(2000)); /* past the stretch */
	assert_int_equal(judge_new(&j, t, &q), BLK_OK);
	assert_int_equal(look(j, AT(1000), AT(2000), &facts), BLK_OK);
	for (unsigned s = 0; s < 8; s++)
		assert_int_equal(stuck[s], s == 0);
	assert_int_equal(facts.voting, 7);
	assert_true(collectors[0] && collectors[1]);
	assert_false(collectors[2]);
	/* Facts add up. */
	assert_int_equal(look(j, AT(1600), AT(2000), &facts), BLK_OK);
	assert_true(stuck[0] && stuck[2]);
	assert_false(stuck[1]);
	judge_free(j);
	timeline_free(t);
}

/* A stretch in which nothing changes is judged by the state before it. */
static void
test_a_stretch_without_a_change(void **state)
{
	struct timeline *t = plain(3);
	struct outage_params q = outage_params_default();
	bool stuck[3] = {false}, collectors[1] = {false};
	struct judge_facts facts = {stuck, collectors, 0};
	struct judge *j;

	(void)state;
	tl_all_up(t, P, 0, 3, AT(0), AS);
	tl_absent(t, P, 0, AT(1000));
	assert_int_equal(judge_new(&j, t, &q), BLK_OK);
	assert_int_equal(look(j, AT(2000), AT(3000), &facts), BLK_OK);
	assert_false(stuck[0]);
	assert_true(stuck[1] && stuck[2]);
	assert_int_equal(facts.voting, 3);
	judge_free(j);
	timeline_free(t);
}

static void
test_nothing_to_judge(void **state)
{
	struct timeline *t = plain(0);
	struct judge_steps steps;

	(void)state;
	tl_prefix(t, P);
	steps = steps_of(t, &watch_as, NULL);
	assert_int_equal(steps.n, 0);
	free(steps.v);
	timeline_free(t);
	judge_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_fewer_than_half_is_down),
	    cmocka_unit_test(test_the_share_is_a_parameter),
	    cmocka_unit_test(test_asns_vote_not_sessions),
	    cmocka_unit_test(test_too_few_voters_have_no_verdict),
	    cmocka_unit_test(test_only_live_sessions_vote),
	    cmocka_unit_test(test_reset_and_sync),
	    cmocka_unit_test(test_a_route_stated_with_the_reset_is_known),
	    cmocka_unit_test(test_entries_in_the_past),
	    cmocka_unit_test(test_order_within_a_moment),
	    cmocka_unit_test(test_a_flap_within_a_moment),
	    cmocka_unit_test(test_partial_feeds_do_not_vote),
	    cmocka_unit_test(test_full_feeds_change_with_time),
	    cmocka_unit_test(test_the_first_rib_speaks_for_the_time_before),
	    cmocka_unit_test(test_without_a_rib_carriers_vote),
	    cmocka_unit_test(test_each_collector_by_its_own_rule),
	    cmocka_unit_test(test_a_few_do_not_speak_for_all),
	    cmocka_unit_test(test_a_collector_in_a_gap_has_no_voice),
	    cmocka_unit_test(test_moved_to_another_origin),
	    cmocka_unit_test(test_a_quorum_of_two_origins),
	    cmocka_unit_test(test_of_equal_new_origins_the_smallest),
	    cmocka_unit_test(test_a_set_carries_for_each_member),
	    cmocka_unit_test(test_assumed_routes_count),
	    cmocka_unit_test(test_a_route_without_origin),
	    cmocka_unit_test(test_a_prefix_by_itself_has_any_origin),
	    cmocka_unit_test(test_which_prefixes_concern_a_watch),
	    cmocka_unit_test(test_who_carried_it_all_the_time),
	    cmocka_unit_test(test_a_stretch_without_a_change),
	    cmocka_unit_test(test_nothing_to_judge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
