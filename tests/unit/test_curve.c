#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/replay_build.h"

#include "blackout/curve.h"

#define AS 64500u
#define OTHER 64999u
#define PEERS 4u
#define P "10.1.0.0/16"

static struct timeline *
day(void)
{
	struct timeline *t = tl_new(1, AT(0), AT(HOURS(24)));

	for (unsigned i = 0; i < PEERS; i++)
		tl_peer(t, 0, 65001 + i);
	return t;
}

static struct curve *
curves(const struct timeline *t)
{
	static struct outage_params standard;
	struct curve *c;

	standard = outage_params_default();
	assert_int_equal(curve_new(&c, t, &standard), BLK_OK);
	assert_int_equal(curve_entity_n(c), t->watch_n);
	return c;
}

static const struct curve_entity *
get(struct curve *c, size_t i)
{
	const struct curve_entity *e = NULL;

	assert_int_equal(curve_get(c, i, &e), BLK_OK);
	return e;
}

/* One word a step: "second verdict carrying/voting", "moved to" behind it. */
static const char *
text_of(const struct curve_prefix *p)
{
	static char text[512];
	size_t at = 0;

	text[0] = '\0';
	for (size_t i = 0; i < p->step_n; i++) {
		const struct curve_step *s = &p->steps[i];

		at += (size_t)snprintf(text + at, sizeof(text) - at,
		    "%s%d %s %u/%u", i > 0 ? ", " : "",
		    (int)((s->time - AT(0)) / USEC_PER_SEC),
		    curve_verdict_name(s->verdict), s->carrying, s->voting);
		if (s->moved)
			at += (size_t)snprintf(text + at, sizeof(text) - at,
			    " moved to %u", s->moved_to);
		assert_true(at < sizeof(text));
	}
	return text;
}

static void
done(struct curve *c, struct timeline *t)
{
	curve_free(c);
	timeline_free(t);
}

static void
test_steps_of_an_outage(void **state)
{
	struct timeline *t = day();
	struct curve *c;
	const struct curve_entity *e;

	(void)state;
	tl_watch_asn(t, AS);
	tl_all_up(t, P, 0, PEERS, AT(0), AS);
	tl_absent(t, P, 1, AT(100));
	tl_absent(t, P, 2, AT(100));
	tl_absent(t, P, 3, AT(103));
	tl_all_up(t, P, 1, 3, AT(900), AS);
	c = curves(t);
	e = get(c, 0);
	assert_false(e->by_prefix);
	assert_int_equal(e->asn, AS);
	assert_int_equal(e->prefix_n, 1);
	assert_true(
	    prefix_cmp(&e->prefixes[0].prefix, &t->prefixes[0].prefix) == 0);
	assert_string_equal(text_of(&e->prefixes[0]),
	    "0 up 4/4, 100 up 2/4, 103 down 1/4, 900 up 4/4");
	assert_true(curve_step_end(c, &e->prefixes[0], 0) == AT(100));
	assert_true(curve_step_end(c, &e->prefixes[0], 3) == AT(HOURS(24)));
	done(c, t);
}

static void
test_a_moved_prefix_says_where_to(void **state)
{
	struct timeline *t = day();
	struct curve *c;

	(void)state;
	tl_watch_asn(t, AS);
	tl_all_up(t, P, 0, PEERS, AT(0), AS);
	tl_all_up(t, P, 0, 3, AT(50), OTHER);
	tl_all_up(t, P, 0, 3, AT(80), AS);
	c = curves(t);
	assert_string_equal(text_of(&get(c, 0)->prefixes[0]),
	    "0 up 4/4, 50 down 1/4 moved to 64999, 80 up 4/4");
	done(c, t);
}

static void
test_too_few_votes_are_unknown(void **state)
{
	struct timeline *t = day();
	struct curve *c;

	(void)state;
	tl_watch_asn(t, AS);
	tl_all_up(t, P, 0, 2, AT(10), AS);
	tl_up(t, P, 2, AT(20), AS);
	c = curves(t);
	assert_string_equal(text_of(&get(c, 0)->prefixes[0]),
	    "0 unknown 0/0, 10 unknown 2/2, 20 up 3/3");
	done(c, t);
}

/* Four of seven return without their routes: the judge doubts, nobody else. */
static void
test_steps_that_look_alike_are_one(void **state)
{
	struct timeline *t = tl_new(1, AT(0), AT(HOURS(24)));
	struct curve *c;

	(void)state;
	for (unsigned i = 0; i < 7; i++)
		tl_peer(t, 0, 65001 + i);
	tl_watch_asn(t, AS);
	tl_all_up(t, P, 0, 7, AT(0), AS);
	for (uint32_t s = 3; s < 7; s++) {
		tl_session_log(t, s, AT(100), TL_DEAD, 0, 0);
		tl_session_log(t, s, AT(100), TL_RESET, 0, 0);
		tl_session_log(t, s, AT(200), TL_LIVE, 0, 0);
	}
	tl_all_up(t, P, 3, 4, AT(900), AS);
	c = curves(t);
	assert_string_equal(text_of(&get(c, 0)->prefixes[0]),
	    "0 up 7/7, 100 up 3/3, 900 up 7/7");
	done(c, t);
}

static void
test_entities_and_prefixes_are_in_order(void **state)
{
	struct timeline *t = day();
	struct curve *c;
	const struct curve_entity *e;

	(void)state;
	tl_watch_asn(t, OTHER);
	tl_watch_asn(t, AS);
	tl_watch_asn(t, 64700);
	tl_all_up(t, "10.3.0.0/16", 0, PEERS, AT(0), AS);
	tl_all_up(t, "10.2.0.0/16", 0, PEERS, AT(0), OTHER);
	tl_all_up(t, P, 0, PEERS, AT(0), AS);
	tl_all_up(t, P, 0, PEERS, AT(60), OTHER);
	c = curves(t);
	e = get(c, 0);
	assert_int_equal(e->asn, AS);
	assert_int_equal(e->prefix_n, 2);
	assert_true(
	    prefix_cmp(&e->prefixes[0].prefix, &e->prefixes[1].prefix) < 0);
	assert_string_equal(
	    text_of(&e->prefixes[0]), "0 up 4/4, 60 down 0/4 moved to 64999");
	e = get(c, 1);
	assert_int_equal(e->asn, 64700);
	assert_int_equal(e->prefix_n, 0);
	e = get(c, 2);
	assert_int_equal(e->asn, OTHER);
	assert_int_equal(e->prefix_n, 2);
	assert_string_equal(
	    text_of(&e->prefixes[0]), "0 down 0/4 moved to 64500, 60 up 4/4");
	assert_int_equal(curve_get(c, 3, &e), BLK_END);
	assert_int_equal(e->asn, OTHER);
	/* Again, and backwards. */
	assert_int_equal(get(c, 0)->asn, AS);
	done(c, t);
}

static void
test_a_prefix_has_no_wrong_origin(void **state)
{
	struct timeline *t = day();
	struct prefix p = pfx(P);
	struct curve *c;
	const struct curve_entity *e;

	(void)state;
	tl_watch_prefix(t, P);
	tl_all_up(t, P, 0, PEERS, AT(0), AS);
	tl_all_up(t, P, 0, PEERS, AT(60), OTHER);
	c = curves(t);
	e = get(c, 0);
	assert_true(e->by_prefix && prefix_cmp(&e->prefix, &p) == 0);
	assert_int_equal(e->asn, 0);
	assert_string_equal(text_of(&e->prefixes[0]), "0 up 4/4");
	done(c, t);
}

/* "second voting" of each step of a collector. */
static const char *
voters_of(struct curve *c, unsigned collector, unsigned family)
{
	static char text[512];
	const struct curve_voters_step *v;
	size_t n, at = 0;

	assert_int_equal(curve_voters(c, collector, family, &v, &n), BLK_OK);
	text[0] = '\0';
	for (size_t i = 0; i < n; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%d %u",
		    i > 0 ? ", " : "",
		    (int)((v[i].time - AT(0)) / USEC_PER_SEC), v[i].voting);
	assert_true(at < sizeof(text));
	return text;
}

static void
test_who_votes_without_ribs(void **state)
{
	struct timeline *t = day();
	struct curve *c;

	(void)state;
	tl_watch_asn(t, AS);
	tl_all_up(t, P, 0, 2, AT(10), AS);
	/* known to be absent: no vote, until it carried that prefix */
	tl_absent(t, P, 2, AT(20));
	tl_up(t, "2001:db8::/32", 2, AT(30), AS);
	tl_session_log(t, 1, AT(35), TL_SYNC, 1, 0); /* it carried none */
	tl_up(t, P, 2, AT(40), AS);
	tl_session_log(t, 0, AT(50), TL_RESET, 0, 0);
	tl_absent(t, P, 0, AT(50)); /* said after it */
	tl_session_log(t, 1, AT(60), TL_DEAD, 0, 0);
	tl_session_log(t, 2, AT(70), TL_RESET, 0, 0);
	tl_session_log(t, 2, AT(80), TL_SYNC, 0, 0);
	tl_session_log(t, 2, AT(90), TL_SYNC, 0, 0);
	tl_session_log(t, 2, AT(90), TL_RESET, 0, 0);
	tl_session_log(t, 0, AT(100), TL_AWAY, 0, 0);
	tl_session_log(t, 0, AT(110), TL_BACK, 0, 0);
	c = curves(t);
	assert_string_equal(voters_of(c, 0, 0),
	    "0 0, 10 2, 40 3, 60 2, 70 1, 80 2, 90 1, 100 0, 110 1");
	assert_string_equal(voters_of(c, 0, 1), "0 0, 30 1");
	done(c, t);
}

static void
test_who_votes_with_ribs(void **state)
{
	static const uint32_t sizes[] = {100, 80, 60, 100};
	struct timeline *t = tl_new(2, AT(0), AT(HOURS(24)));
	struct curve *c;

	(void)state;
	tl_watch_asn(t, AS);
	for (unsigned i = 0; i < N_OF(sizes); i++)
		tl_peer(t, 0, 65001 + i % 3); /* two sessions of one ASN */
	tl_peer(t, 1, 65001);
	t->collectors[0].has_rib[0] = true;
	for (uint32_t s = 0; s < N_OF(sizes); s++) {
		tl_session_log(t, s, AT(10), TL_SIZE, 0, sizes[s]);
		tl_session_log(t, s, AT(20), TL_SYNC, 0, 0);
	}
	tl_all_up(t, P, 0, 5, AT(15), AS);
	tl_session_log(t, 0, AT(30), TL_DEAD, 0, 0); /* the other one lives */
	tl_session_log(t, 3, AT(40), TL_RESET, 0, 0);
	tl_session_log(t, 2, AT(50), TL_SIZE, 0, 76);
	tl_session_log(t, 4, AT(60), TL_DEAD, 0, 0);
	c = curves(t);
	assert_string_equal(voters_of(c, 0, 0), "0 0, 15 2, 40 1, 50 2");
	assert_string_equal(voters_of(c, 1, 0), "0 0, 15 1, 60 0");
	done(c, t);
}

/* A tenth of a short span; without RIBs, since anybody spoke of it. */
static void
test_what_a_baseline_rests_on(void **state)
{
	struct timeline *t = tl_new(1, AT(0), AT(HOURS(5)));
	const struct curve_prefix *p;
	struct curve *c;

	(void)state;
	for (unsigned i = 0; i < 3; i++)
		tl_peer(t, 0, 65001 + i);
	tl_watch_asn(t, AS);
	t->collectors[0].has_rib[0] = true;
	for (uint32_t s = 0; s < 3; s++) {
		tl_session_log(t, s, AT(0), TL_SIZE, 0, 100);
		tl_session_log(t, s, AT(600), TL_SYNC, 0, 0);
	}
	tl_all_up(t, P, 0, 3, AT(600), AS);
	tl_all_absent(t, P, 0, 3, AT(1000));
	tl_all_up(t, "2001:db8::/32", 0, 3, AT(HOURS(3)), AS);
	assert_true(timeline_note_originated(
	    t, tl_prefix(t, P), AS, (uint32_t)usec_floor_sec(AT(-50))));
	c = curves(t);
	p = get(c, 0)->prefixes;
	assert_true(p[0].needed == 1800 * USEC_PER_SEC);
	assert_true(p[0].visible == 400 * USEC_PER_SEC);
	assert_true(p[0].originated == AT(-50));
	assert_true(p[0].since == AT(600));
	assert_true(p[1].needed == 1740 * USEC_PER_SEC);
	assert_true(p[1].visible == HOURS(2) * USEC_PER_SEC);
	assert_true(p[1].originated == USEC_NONE);
	assert_true(p[1].since == AT(HOURS(3)));
	done(c, t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_steps_of_an_outage),
	    cmocka_unit_test(test_a_moved_prefix_says_where_to),
	    cmocka_unit_test(test_too_few_votes_are_unknown),
	    cmocka_unit_test(test_steps_that_look_alike_are_one),
	    cmocka_unit_test(test_entities_and_prefixes_are_in_order),
	    cmocka_unit_test(test_a_prefix_has_no_wrong_origin),
	    cmocka_unit_test(test_who_votes_without_ribs),
	    cmocka_unit_test(test_who_votes_with_ribs),
	    cmocka_unit_test(test_what_a_baseline_rests_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
