#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/replay_build.h"

#include "outage/entity.h"

#define AS 64500u
#define OTHER 64999u
#define PEERS 4u

/* A day with four peers, all of which carry what is put up. */
static struct timeline *
day(void)
{
	struct timeline *t = tl_new(1, AT(0), AT(HOURS(24)));

	for (unsigned i = 0; i < PEERS; i++)
		tl_peer(t, 0, 65001 + i);
	tl_watch_asn(t, AS);
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

static void
moved(struct timeline *t, const char *prefix, int second)
{
	tl_all_up(t, prefix, 0, PEERS, AT(second), OTHER);
}

/* A judged entity and what it was judged with. */
struct trial {
	struct outage_params params;
	struct judge *judge;
	struct entity e;
};

static void
judge_with(struct trial *x, const struct timeline *t,
    const struct outage_params *params)
{
	x->params = *params;
	assert_int_equal(judge_new(&x->judge, t, &x->params), BLK_OK);
	assert_int_equal(
	    entity_judge(&x->e, x->judge, t, &x->params, &t->watches[0]),
	    BLK_OK);
}

static void
judge(struct trial *x, const struct timeline *t)
{
	struct outage_params standard = outage_params_default();

	judge_with(x, t, &standard);
}

static void
done(struct trial *x, struct timeline *t)
{
	entity_fini(&x->e);
	judge_free(x->judge);
	timeline_free(t);
}

static struct entity_step
at(const struct trial *x, int second)
{
	struct entity_step now = {.verdict = VERDICT_UNKNOWN};

	for (size_t i = 0; i < x->e.step_n && x->e.steps[i].time <= AT(second);
	     i++)
		now = x->e.steps[i];
	return now;
}

#define assert_counts(x, second, l, of)                                        \
	do {                                                                   \
		assert_int_equal(at(x, second).lost, l);                       \
		assert_int_equal(at(x, second).total, of);                     \
	} while (0)

static bool
in_baseline(const struct trial *x, const char *prefix)
{
	struct prefix p = pfx(prefix);

	for (size_t i = 0; i < x->e.member_n; i++)
		if (prefix_cmp(&x->e.prefixes[i], &p) == 0)
			return x->e.members[i].baseline;
	return false;
}

/* --- the baseline --- */

static void
test_an_hour_in_all_makes_a_prefix_ones_own(void **state)
{
	struct timeline *t = day();
	struct trial x;

	(void)state;
	up(t, "10.0.0.0/16", 0);
	up(t, "10.1.0.0/16", 0); /* 3600 s in two parts */
	down(t, "10.1.0.0/16", 1800);
	up(t, "10.1.0.0/16", 40000);
	down(t, "10.1.0.0/16", 41800);
	up(t, "10.2.0.0/16", 0); /* and one second less */
	down(t, "10.2.0.0/16", 1800);
	up(t, "10.2.0.0/16", 40000);
	down(t, "10.2.0.0/16", 41799);
	judge(&x, t);
	assert_true(in_baseline(&x, "10.0.0.0/16"));
	assert_true(in_baseline(&x, "10.1.0.0/16"));
	assert_false(in_baseline(&x, "10.2.0.0/16"));
	assert_counts(&x, 50000, 1, 2);
	done(&x, t);
}

/* Five hours of data: half an hour is enough. */
static void
test_a_tenth_of_short_data(void **state)
{
	struct timeline *t = day();
	struct trial x;

	(void)state;
	t->end = AT(HOURS(5));
	up(t, "10.0.0.0/16", 0);
	up(t, "10.1.0.0/16", 0);
	down(t, "10.1.0.0/16", 1800);
	up(t, "10.2.0.0/16", 0);
	down(t, "10.2.0.0/16", 1799);
	judge(&x, t);
	assert_true(in_baseline(&x, "10.1.0.0/16"));
	assert_false(in_baseline(&x, "10.2.0.0/16"));
	done(&x, t);
}

/* Ten minutes of foreign prefixes must not be an outage when they end. */
static void
test_a_leak_is_not_lost(void **state)
{
	struct timeline *t = day();
	struct trial x;

	(void)state;
	up(t, "10.0.0.0/16", 0);
	for (unsigned i = 1; i <= 9; i++) {
		char text[32];

		snprintf(text, sizeof(text), "10.%u.0.0/16", i);
		up(t, text, 10000);
		down(t, text, 10600);
	}
	judge(&x, t);
	assert_counts(&x, 10300, 0, 1);
	assert_counts(&x, 20000, 0, 1);
	assert_int_equal(at(&x, 20000).verdict, VERDICT_UP);
	done(&x, t);
}

/* A RIB tells that it was there long before the data. */
static void
test_originated_time_counts(void **state)
{
	struct timeline *t = day();
	struct trial x;

	(void)state;
	up(t, "10.0.0.0/16", 0);
	down(t, "10.0.0.0/16", 600);
	up(t, "10.1.0.0/16", 0);
	down(t, "10.1.0.0/16", 600);
	timeline_note_originated(t, tl_prefix(t, "10.0.0.0/16"), AS,
	    (uint32_t)(AT(-3000) / USEC_PER_SEC));
	timeline_note_originated(t, tl_prefix(t, "10.1.0.0/16"), AS,
	    (uint32_t)(AT(-2999) / USEC_PER_SEC));
	judge(&x, t);
	assert_true(in_baseline(&x, "10.0.0.0/16"));
	assert_false(in_baseline(&x, "10.1.0.0/16"));
	assert_counts(&x, 600, 1, 1);
	done(&x, t);
}

/* Unknown time counts if the prefix was visible before it and after it. */
static void
test_visible_across_a_gap(void **state)
{
	struct timeline *t = day();
	struct trial x;

	(void)state;
	up(t, "10.0.0.0/16", 0);
	down(t, "10.0.0.0/16", 4600);
	up(t, "10.1.0.0/16", 0);
	down(t, "10.1.0.0/16", 3700);
	for (uint32_t s = 0; s < PEERS; s++)
		tl_session_log(t, s, AT(600), TL_RESET, 0, 0);
	up(t, "10.0.0.0/16", 4000);
	judge(&x, t);
	assert_true(in_baseline(&x, "10.0.0.0/16"));
	assert_false(in_baseline(&x, "10.1.0.0/16"));
	done(&x, t);
}

static void
test_a_prefix_belongs_from_when_it_is_first_visible(void **state)
{
	struct timeline *t = day();
	struct trial x;

	(void)state;
	for (uint32_t s = 0; s < PEERS; s++)
		tl_session_log(t, s, AT(0), TL_SIZE, 0, 1000);
	t->collectors[0].has_rib[0] = true;
	up(t, "10.0.0.0/16", 0);
	down(t, "10.1.0.0/16", 0);                 /* nobody carries it yet */
	tl_up(t, "10.1.0.0/16", 0, AT(20000), AS); /* the first of all */
	up(t, "10.1.0.0/16", 30000);
	judge(&x, t);
	assert_counts(&x, 10000, 0, 1);
	assert_counts(&x, 20000, 0, 1);
	assert_counts(&x, 30000, 0, 2);
	done(&x, t);
}

/* ... but if the data open while one peer still holds it, it is lost. */
static void
test_the_data_open_in_an_outage(void **state)
{
	struct timeline *t = day();
	struct trial x;

	(void)state;
	for (uint32_t s = 0; s < PEERS; s++)
		tl_session_log(t, s, AT(0), TL_SIZE, 0, 1000);
	t->collectors[0].has_rib[0] = true;
	tl_up(t, "10.0.0.0/16", 0, AT(0), AS);
	tl_all_absent(t, "10.0.0.0/16", 1, PEERS - 1, AT(0));
	up(t, "10.0.0.0/16", 20000);
	judge(&x, t);
	assert_counts(&x, 0, 1, 1);
	assert_int_equal(at(&x, 0).verdict, VERDICT_DOWN);
	assert_counts(&x, 20000, 0, 1);
	done(&x, t);
}

/* --- what is lost --- */

static void
test_what_moved_is_not_lost(void **state)
{
	struct timeline *t = day();
	struct trial x;

	(void)state;
	up(t, "10.0.0.0/16", 0);
	moved(t, "10.0.0.0/16", 20000);
	down(t, "10.0.0.0/16", 30000);
	judge(&x, t);
	assert_counts(&x, 20000, 0, 1);
	assert_counts(&x, 30000, 1, 1);
	assert_int_equal(x.e.stretch_n, 2);
	assert_int_equal(x.e.stretches[0].kind, OUTAGE_MOVED);
	assert_int_equal(x.e.stretches[0].moved_to, OTHER);
	assert_true(x.e.stretches[0].start == AT(20000));
	assert_true(x.e.stretches[0].end == AT(30000));
	assert_int_equal(x.e.stretches[1].kind, OUTAGE_WITHDRAWN);
	assert_int_equal(x.e.stretches[1].moved_to, 0);
	assert_true(x.e.stretches[1].end == USEC_NONE);
	done(&x, t);
}

/* An aggregation and back; the aggregate need not be of the baseline. */
static void
test_what_is_covered_is_not_lost(void **state)
{
	struct timeline *t = day();
	struct trial x;

	(void)state;
	up(t, "10.0.0.0/24", 0);
	up(t, "10.0.1.0/24", 0);
	up(t, "10.0.0.0/23", 20000);
	down(t, "10.0.0.0/24", 20100);
	down(t, "10.0.1.0/24", 20100);
	down(t, "10.0.0.0/23", 20300); /* now they are gone */
	up(t, "10.0.0.0/24", 20400);
	up(t, "10.0.1.0/24", 20400);
	judge(&x, t);
	assert_counts(&x, 20100, 0, 2);
	assert_counts(&x, 20300, 2, 2);
	assert_counts(&x, 20400, 0, 2);
	assert_int_equal(x.e.stretches[0].kind, OUTAGE_COVERED);
	done(&x, t);
}

static void
test_a_deaggregation_needs_all_parts(void **state)
{
	struct timeline *t = day();
	struct trial x;

	(void)state;
	up(t, "10.0.0.0/23", 0);
	up(t, "10.0.0.0/24", 20000);
	down(t, "10.0.0.0/23", 20100);
	up(t, "10.0.1.0/24", 20200);
	down(t, "10.0.0.0/24", 20300);
	judge(&x, t);
	assert_true(in_baseline(&x, "10.0.1.0/24"));
	assert_counts(&x, 20099, 0, 1);
	assert_counts(&x, 20100, 1, 1);
	assert_counts(&x, 20200, 0, 2);
	assert_counts(&x, 20300, 1, 2);
	done(&x, t);
}

static void
test_a_prefix_by_itself_is_not_covered(void **state)
{
	struct timeline *t = tl_new(1, AT(0), AT(HOURS(24)));
	struct trial x;

	(void)state;
	for (unsigned i = 0; i < PEERS; i++)
		tl_peer(t, 0, 65001 + i);
	tl_watch_prefix(t, "10.0.0.0/24");
	up(t, "10.0.0.0/23", 0);
	up(t, "10.0.0.0/24", 0);
	moved(t, "10.0.0.0/24", 10000);
	down(t, "10.0.0.0/24", 20000);
	judge(&x, t);
	assert_int_equal(x.e.member_n, 1);
	assert_counts(&x, 10000, 0, 1);
	assert_counts(&x, 20000, 1, 1);
	done(&x, t);
}

/* --- the entity's verdicts --- */

static void
test_loss_is_a_share_of_prefixes(void **state)
{
	static const char *const all[] = {
	    "10.0.0.0/16", "10.1.0.0/16", "10.2.0.0/16", "2001:db8::/32"};
	struct timeline *t = day();
	struct outage_params q = outage_params_default();
	struct trial x;

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		up(t, all[i], 0);
		down(t, all[i], 10000 + (int)i * 1000);
	}
	judge(&x, t);
	assert_int_equal(at(&x, 0).verdict, VERDICT_UP);
	assert_int_equal(at(&x, 10000).verdict, VERDICT_UP);
	assert_int_equal(at(&x, 11000).verdict, VERDICT_DOWN);
	assert_true(at(&x, 11000).loss == 0.5);
	assert_int_equal(at(&x, 12000).blackout, VERDICT_UP);
	assert_int_equal(at(&x, 13000).blackout, VERDICT_DOWN);
	/* Each family by itself. */
	assert_int_equal(at(&x, 10000).family[0], VERDICT_UP);
	assert_int_equal(at(&x, 11000).family[0], VERDICT_DOWN);
	assert_int_equal(at(&x, 12000).family[1], VERDICT_UP);
	assert_int_equal(at(&x, 13000).family[1], VERDICT_DOWN);
	entity_fini(&x.e);
	judge_free(x.judge);
	q.loss = 0.75;
	judge_with(&x, t, &q);
	assert_int_equal(at(&x, 11000).verdict, VERDICT_UP);
	assert_int_equal(at(&x, 12000).verdict, VERDICT_DOWN);
	done(&x, t);
}

/* Ten prefixes, three of them lost, and a share that has no binary form. */
static void
test_a_share_is_reached_exactly(void **state)
{
	struct timeline *t = day();
	struct outage_params q = outage_params_default();
	struct trial x;

	(void)state;
	for (unsigned i = 0; i < 10; i++) {
		char text[32];

		snprintf(text, sizeof(text), "10.%u.0.0/16", i);
		up(t, text, 0);
		if (i < 3)
			down(t, text, 10000);
	}
	q.loss = 0.1 + 0.2; /* a little above 0.3 */
	judge_with(&x, t, &q);
	assert_int_equal(at(&x, 10000).verdict, VERDICT_DOWN);
	done(&x, t);
}

/* What is unknown may be lost or not. */
static void
test_unknown_members_leave_doubt(void **state)
{
	struct timeline *t = day();
	struct trial x;

	(void)state;
	up(t, "10.0.0.0/16", 0);
	up(t, "2001:db8::/32", 0);
	up(t, "2001:db9::/32", 0);
	for (uint32_t s = 0; s < PEERS; s++)
		tl_session_log(t, s, AT(20000), TL_RESET, 0, 0);
	down(t, "2001:db8::/32", 20000);
	down(t, "2001:db9::/32", 30000);
	judge(&x, t);
	assert_counts(&x, 20000, 1, 3);
	assert_int_equal(at(&x, 20000).verdict, VERDICT_UNKNOWN);
	assert_int_equal(at(&x, 20000).family[0], VERDICT_UNKNOWN);
	assert_int_equal(at(&x, 20000).family[1], VERDICT_DOWN);
	assert_int_equal(at(&x, 30000).verdict, VERDICT_DOWN);
	assert_int_equal(at(&x, 30000).blackout, VERDICT_UNKNOWN);
	done(&x, t);
}

static void
test_weight_by_addresses(void **state)
{
	struct timeline *t = day();
	struct outage_params q = outage_params_default();
	struct trial x;

	(void)state;
	up(t, "10.0.0.0/22", 0);
	up(t, "10.0.0.0/24", 0); /* inside: adds nothing */
	up(t, "10.1.0.0/24", 0);
	up(t, "10.1.1.0/24", 0);
	down(t, "10.1.0.0/24", 10000);
	down(t, "10.1.1.0/24", 10000);
	down(t, "10.0.0.0/22", 20000);
	down(t, "10.0.0.0/24", 30000);
	q.weight = OUTAGE_BY_ADDRESSES;
	judge_with(&x, t, &q);
	/* 2 of 6, though 2 of 4 prefixes. */
	assert_counts(&x, 10000, 2, 4);
	assert_int_equal(at(&x, 10000).verdict, VERDICT_UP);
	assert_true(at(&x, 10000).loss > 0.333 && at(&x, 10000).loss < 0.334);
	/* 5 of 6: the /24 inside still holds. */
	assert_true(at(&x, 20000).loss > 0.833 && at(&x, 20000).loss < 0.834);
	assert_int_equal(at(&x, 20000).verdict, VERDICT_DOWN);
	assert_int_equal(at(&x, 20000).blackout, VERDICT_UP);
	assert_int_equal(at(&x, 30000).blackout, VERDICT_DOWN);
	done(&x, t);
}

static void
test_unknown_addresses_leave_doubt(void **state)
{
	struct timeline *t = day();
	struct outage_params q = outage_params_default();
	struct trial x;

	(void)state;
	up(t, "10.0.0.0/24", 0);
	up(t, "10.1.0.0/24", 0);
	up(t, "10.2.0.0/23", 0);
	for (uint32_t s = 0; s < PEERS; s++)
		tl_session_log(t, s, AT(20000), TL_RESET, 0, 0);
	down(t, "10.0.0.0/24", 20000);
	up(t, "10.1.0.0/24", 20000);
	up(t, "10.2.0.0/23", 30000);
	q.weight = OUTAGE_BY_ADDRESSES;
	judge_with(&x, t, &q);
	/* One of four is lost, and two more may be. */
	assert_true(at(&x, 20000).loss == 0.25);
	assert_int_equal(at(&x, 20000).verdict, VERDICT_UNKNOWN);
	assert_int_equal(at(&x, 20000).blackout, VERDICT_UP);
	assert_int_equal(at(&x, 30000).verdict, VERDICT_UP);
	done(&x, t);
}

/* --- stretches and time --- */

static void
test_a_stretch_keeps_its_lowest_visibility(void **state)
{
	struct timeline *t = day();
	struct trial x;
	const struct outage_prefix *s;

	(void)state;
	up(t, "10.0.0.0/16", 0);
	tl_all_absent(t, "10.0.0.0/16", 0, 3, AT(20000));
	tl_absent(t, "10.0.0.0/16", 3, AT(21000));
	tl_up(t, "10.0.0.0/16", 3, AT(22000), AS);
	up(t, "10.0.0.0/16", 23000);
	judge(&x, t);
	assert_int_equal(x.e.stretch_n, 1);
	s = &x.e.stretches[0];
	assert_true(s->start == AT(20000) && s->end == AT(23000));
	assert_true(s->visibility_min == 0);
	done(&x, t);
}

/* Unknown time neither ends a stretch nor is known or lost. */
static void
test_time_is_attributed(void **state)
{
	struct timeline *t = day();
	struct trial x;

	(void)state;
	up(t, "10.0.0.0/16", 1000);
	down(t, "10.0.0.0/16", 20000);
	for (uint32_t s = 0; s < PEERS; s++)
		tl_session_log(t, s, AT(30000), TL_RESET, 0, 0);
	down(t, "10.0.0.0/16", 40000);
	up(t, "10.0.0.0/16", 50000);
	judge(&x, t);
	assert_int_equal(x.e.stretch_n, 1);
	assert_true(x.e.stretches[0].start == AT(20000));
	assert_true(x.e.stretches[0].end == AT(50000));
	assert_true(x.e.members[0].lost_time == 20000 * USEC_PER_SEC);
	assert_true(x.e.members[0].known_time ==
	    (HOURS(24) - 1000 - 10000) * USEC_PER_SEC);
	done(&x, t);
}

/* A gap that is told after the last record does not lengthen the data. */
static void
test_nothing_counts_past_the_end(void **state)
{
	struct timeline *t = day();
	struct trial x;

	(void)state;
	up(t, "10.0.0.0/16", 0);
	for (uint32_t s = 0; s < PEERS; s++)
		tl_session_log(t, s, AT(HOURS(24) + 100), TL_RESET, 0, 0);
	judge(&x, t);
	assert_true(x.e.members[0].known_time == HOURS(24) * USEC_PER_SEC);
	assert_int_equal(x.e.step_n, 1);
	done(&x, t);
}

static void
test_retire(void **state)
{
	struct timeline *t = day();
	struct outage_params q = outage_params_default();
	struct trial x;

	(void)state;
	up(t, "10.0.0.0/16", 0);
	up(t, "10.1.0.0/16", 0); /* away for 10000 s */
	down(t, "10.1.0.0/16", 20000);
	up(t, "10.1.0.0/16", 30000);
	up(t, "10.2.0.0/16", 0); /* for good */
	down(t, "10.2.0.0/16", 20000);
	judge(&x, t);
	assert_counts(&x, 25000, 2, 3);
	entity_fini(&x.e);
	judge_free(x.judge);
	q.retire = 10000 * USEC_PER_SEC; /* not longer than that */
	judge_with(&x, t, &q);
	assert_counts(&x, 25000, 1, 2);
	assert_counts(&x, 35000, 0, 2);
	assert_int_equal(at(&x, 25000).verdict, VERDICT_DOWN);
	entity_fini(&x.e);
	judge_free(x.judge);
	q.retire = 9999 * USEC_PER_SEC;
	judge_with(&x, t, &q);
	assert_counts(&x, 25000, 0, 1);
	assert_counts(&x, 30000, 0, 2); /* it is back, and counts again */
	done(&x, t);
}

/* Nothing is retired while the AS itself is gone. */
static void
test_an_outage_retires_nothing(void **state)
{
	struct timeline *t = day();
	struct outage_params q = outage_params_default();
	struct trial x;

	(void)state;
	up(t, "10.0.0.0/16", 0);
	up(t, "10.1.0.0/16", 0);
	down(t, "10.0.0.0/16", 20000);
	down(t, "10.1.0.0/16", 20000);
	up(t, "10.0.0.0/16", 80000);
	q.retire = 3600 * USEC_PER_SEC;
	judge_with(&x, t, &q);
	assert_counts(&x, 70000, 2, 2);
	assert_counts(&x, 80000, 1, 2);
	done(&x, t);
}

static void
test_an_entity_that_was_never_seen(void **state)
{
	struct timeline *t = day();
	struct trial x;

	(void)state;
	tl_up(t, "10.0.0.0/16", 0, AT(0), OTHER);
	judge(&x, t);
	assert_int_equal(x.e.member_n, 0);
	assert_int_equal(x.e.step_n, 0);
	done(&x, t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_an_hour_in_all_makes_a_prefix_ones_own),
	    cmocka_unit_test(test_a_tenth_of_short_data),
	    cmocka_unit_test(test_a_leak_is_not_lost),
	    cmocka_unit_test(test_originated_time_counts),
	    cmocka_unit_test(test_visible_across_a_gap),
	    cmocka_unit_test(
		test_a_prefix_belongs_from_when_it_is_first_visible),
	    cmocka_unit_test(test_the_data_open_in_an_outage),
	    cmocka_unit_test(test_what_moved_is_not_lost),
	    cmocka_unit_test(test_what_is_covered_is_not_lost),
	    cmocka_unit_test(test_a_deaggregation_needs_all_parts),
	    cmocka_unit_test(test_a_prefix_by_itself_is_not_covered),
	    cmocka_unit_test(test_loss_is_a_share_of_prefixes),
	    cmocka_unit_test(test_a_share_is_reached_exactly),
	    cmocka_unit_test(test_unknown_members_leave_doubt),
	    cmocka_unit_test(test_weight_by_addresses),
	    cmocka_unit_test(test_unknown_addresses_leave_doubt),
	    cmocka_unit_test(test_a_stretch_keeps_its_lowest_visibility),
	    cmocka_unit_test(test_time_is_attributed),
	    cmocka_unit_test(test_nothing_counts_past_the_end),
	    cmocka_unit_test(test_retire),
	    cmocka_unit_test(test_an_outage_retires_nothing),
	    cmocka_unit_test(test_an_entity_that_was_never_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
