/* Losses of many ASes at once: which belong together, and what they share. */
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

#define PEERS 4u
#define CARRIER 65100u  /* before everybody */
#define PROVIDER 65200u /* before some */

/* AS n with its only prefix. */
static uint32_t
as(unsigned n)
{
	return 64500 + n;
}

static const char *
prefix_of(unsigned n)
{
	static char buf[32];

	snprintf(buf, sizeof(buf), "10.%u.0.0/16", n);
	return buf;
}

/* All peers carry AS n, from second on, one after the other. */
static void
carry(struct player *p, unsigned n, int second, uint32_t hop1, uint32_t hop2)
{
	for (unsigned i = 0; i < PEERS; i++) {
		uint32_t end[] = {as(n), hop1, hop2};

		play_announce_end(p, 0, i, AT(second), prefix_of(n), 0, end, 1,
		    hop1 == 0 ? 0 : 2);
	}
}

static void
lose(struct player *p, unsigned n, int second)
{
	for (unsigned i = 0; i < PEERS; i++)
		play_withdraw(p, 0, i, AT(second), prefix_of(n));
}

static void
begin(struct player *p)
{
	const struct state_params all = {.all = true, .each_as = true};

	play_begin(p, &all, 1);
	play_peers(p, 0, PEERS);
}

/* What came of it, with the data's end at that second. */
static struct outage_result *
end(struct player *p, int second)
{
	const struct outage_params params = outage_params_default();
	struct outage_result *r;
	struct timeline *t;

	play_message(p, 0, 0, AT(second), 0, 0);
	t = play_finish(p);
	assert_int_equal(outage_find(&r, t, &params), BLK_OK);
	timeline_free(t);
	return r;
}

static void
asns_are(const struct outage_event *e, unsigned from, unsigned n)
{
	assert_int_equal(e->asn_n, n);
	for (unsigned i = 0; i < n; i++)
		assert_int_equal(e->asns[i], as(from + i));
}

/* Six of a provider, at one a quarter of a minute; three are back at 2000. */
static void
the_nearest_common_hop_is_the_upstream(void **state)
{
	struct outage_result *r;
	const struct outage_event *e;
	struct player p;

	(void)state;
	begin(&p);
	for (unsigned n = 0; n < 9; n++)
		carry(&p, n, 10, n < 6 ? PROVIDER : 65300 + n, CARRIER);
	for (unsigned n = 0; n < 6; n++)
		lose(&p, n, 1000 + 15 * (int)n);
	for (unsigned n = 0; n < 6; n++)
		carry(&p, n, n < 3 ? 2000 + (int)n : 3000, PROVIDER, CARRIER);
	r = end(&p, 9000);
	assert_int_equal(r->event_n, 1);
	e = &r->events[0];
	assert_int_equal(e->id, 1);
	assert_int_equal(e->upstream, PROVIDER);
	asns_are(e, 0, 6);
	assert_true(e->start == AT(1000) && e->last == AT(1075));
	assert_true(e->end == AT(2002) && e->duration == AT(1002) - AT(0));
	assert_int_equal(e->prefixes_lost, 6);
	assert_int_equal(e->prefixes_total, 6);
	for (size_t i = 0; i < r->as_n; i++)
		for (size_t k = 0; k < r->ases[i].window_n; k++)
			assert_int_equal(r->ases[i].windows[k].event, 1);
	outage_free(r);
}

/* The carrier of two providers fails: three of one, four of the other. */
static void
what_two_providers_share_is_further_up(void **state)
{
	struct outage_result *r;
	struct player p;

	(void)state;
	begin(&p);
	for (unsigned n = 0; n < 7; n++)
		carry(&p, n, 10, PROVIDER + (n < 3), CARRIER);
	for (unsigned n = 0; n < 7; n++)
		lose(&p, n, 1000);
	r = end(&p, 9000);
	assert_int_equal(r->event_n, 1);
	assert_int_equal(r->events[0].upstream, CARRIER);
	asns_are(&r->events[0], 0, 7);
	assert_true(r->events[0].end == USEC_NONE);
	assert_true(r->events[0].duration == 8001 * USEC_PER_SEC);
	assert_true(r->events[0].duration == r->ases[0].windows[0].duration);
	outage_free(r);
}

/* How many of eight behind a carrier are told as an event of whom. */
static size_t
count_behind(unsigned of_provider, uint32_t upstream)
{
	struct outage_result *r;
	struct player p;
	size_t n;

	begin(&p);
	for (unsigned k = 0; k < 8; k++)
		carry(
		    &p, k, 10, k < of_provider ? PROVIDER : 65300 + k, CARRIER);
	for (unsigned k = 0; k < 8; k++)
		lose(&p, k, 1000);
	r = end(&p, 9000);
	assert_int_equal(r->event_n, 1);
	assert_int_equal(r->events[0].upstream, upstream);
	n = r->events[0].asn_n;
	outage_free(r);
	return n;
}

static void
three_quarters_make_it_the_nearer_one(void **state)
{
	(void)state;
	assert_int_equal(count_behind(5, CARRIER), 8);
	assert_int_equal(count_behind(6, PROVIDER), 6);
}

/* A hop in one of four paths, and one in paths of long ago. */
static void
a_hop_of_few_paths_is_no_upstream(void **state)
{
	struct outage_result *r;
	struct player p;

	(void)state;
	begin(&p);
	for (unsigned n = 0; n < 6; n++) {
		carry(&p, n, 10, PROVIDER, CARRIER);
		lose(&p, n, 500 + 100 * (int)n);
		carry(&p, n, 530 + 100 * (int)n, 65300 + n, 65400 + n);
	}
	for (unsigned n = 0; n < 6; n++) {
		uint32_t few[] = {as(n), 65500, 65501};

		play_announce_end(
		    &p, 0, 0, AT(3000), prefix_of(n), 0, few, 1, 2);
	}
	for (unsigned n = 0; n < 6; n++)
		lose(&p, n, 5000);
	r = end(&p, 9000);
	assert_int_equal(r->event_n, 1);
	assert_int_equal(r->events[0].upstream, 0);
	outage_free(r);
}

/* Two providers without anything in common fail in the same minute. */
static void
two_events_at_once_are_told_apart(void **state)
{
	struct outage_result *r;
	struct player p;

	(void)state;
	begin(&p);
	for (unsigned n = 0; n < 12; n++)
		carry(&p, n, 10, PROVIDER + n / 6, CARRIER + 10 + n / 6);
	for (unsigned n = 0; n < 12; n++)
		lose(&p, n, 1000 + (int)n);
	r = end(&p, 9000);
	assert_int_equal(r->event_n, 2);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(r->events[i].id, i + 1);
		assert_int_equal(r->events[i].upstream, PROVIDER + i);
		asns_are(&r->events[i], 6 * i, 6);
	}
	outage_free(r);
}

/* Six at once that share nothing, or of which nothing was told. */
static void
without_a_common_hop_there_is_no_upstream(void **state)
{
	struct outage_result *r;
	struct player p;

	(void)state;
	for (unsigned told = 0; told < 2; told++) {
		begin(&p);
		for (unsigned n = 0; n < 6; n++)
			carry(&p, n, 10, told ? 65300 + n : 0, 65400 + n);
		for (unsigned n = 0; n < 6; n++)
			lose(&p, n, 1000 + 23 * (int)n);
		r = end(&p, 9000);
		assert_int_equal(r->event_n, 1);
		assert_int_equal(r->events[0].upstream, 0);
		asns_are(&r->events[0], 0, 6);
		outage_free(r);
	}
}

static size_t
count_events(unsigned n, int step)
{
	struct outage_result *r;
	struct player p;
	size_t events;

	begin(&p);
	for (unsigned k = 0; k < n; k++)
		carry(&p, k, 10, PROVIDER, CARRIER);
	for (unsigned k = 0; k < n; k++)
		lose(&p, k, 1000 + step * (int)k);
	r = end(&p, 9000);
	events = r->event_n;
	outage_free(r);
	return events;
}

static void
few_ases_are_none(void **state)
{
	(void)state;
	assert_int_equal(count_events(OUTAGE_EVENT_ASES - 1, 1), 0);
	assert_int_equal(count_events(OUTAGE_EVENT_ASES, 1), 1);
}

/* One of four goes down twice. */
static void
an_as_counts_once(void **state)
{
	struct outage_result *r;
	struct player p;

	(void)state;
	begin(&p);
	for (unsigned n = 0; n < OUTAGE_EVENT_ASES - 1; n++)
		carry(&p, n, 10, PROVIDER, CARRIER);
	for (unsigned n = 0; n < OUTAGE_EVENT_ASES - 1; n++)
		lose(&p, n, 1000);
	carry(&p, 0, 1061, PROVIDER, CARRIER);
	lose(&p, 0, 1070);
	r = end(&p, 9000);
	assert_int_equal(r->row_n, OUTAGE_EVENT_ASES);
	assert_int_equal(r->event_n, 0);
	outage_free(r);
}

/* The fifth follows the first within two minutes, or just not. */
static void
losses_one_after_the_other_are_none(void **state)
{
	(void)state;
	assert_int_equal(count_events(5, 29), 1);
	assert_int_equal(count_events(5, 30), 0);
}

/* Somebody behind the carrier goes down every 20 seconds, all day. */
static void
what_happens_all_the_time_is_none(void **state)
{
	struct outage_result *r;
	struct player p;

	(void)state;
	begin(&p);
	for (unsigned n = 0; n < 40; n++)
		carry(&p, n, 10, 65300 + n, CARRIER);
	for (unsigned k = 0; k < 400; k++) {
		if (k >= 20)
			carry(&p, (k + 20) % 40, 1000 + 20 * (int)k,
			    65300 + (k + 20) % 40, CARRIER);
		lose(&p, k % 40, 1000 + 20 * (int)k);
	}
	r = end(&p, 9000);
	assert_true(r->row_n > 300);
	assert_int_equal(r->event_n, 0);
	outage_free(r);
}

/* What was lost while nobody looked was not lost at once. */
static void
what_a_gap_hides_is_none(void **state)
{
	struct event_size z[PEERS];
	struct outage_result *r;
	struct player p;

	(void)state;
	begin(&p);
	play_lane(&p, 0);
	play_peers(&p, 1, PEERS);
	for (unsigned n = 0; n < 7; n++)
		carry(&p, n, 10, PROVIDER, CARRIER);
	play_gap(&p, 0, AT(8000), AT(9000));
	for (uint32_t i = 0; i < PEERS; i++)
		z[i] = (struct event_size){i, {100, 0}};
	play_rib_begin(&p, 1, AT(9001));
	play_rib_end(&p, 1, AT(9002), true, z, PEERS);
	r = end(&p, 18000);
	assert_int_equal(r->row_n, 7);
	assert_int_equal(r->event_n, 0);
	outage_free(r);
}

/* Events are told the largest first where outages are. */
static void
the_largest_comes_first(void **state)
{
	struct outage_result *r;
	struct player p;

	(void)state;
	begin(&p);
	for (unsigned n = 0; n < 12; n++)
		carry(&p, n, 10, PROVIDER + (n >= 5), CARRIER + (n >= 5));
	for (unsigned n = 0; n < 12; n++)
		lose(&p, n, n < 5 ? 1000 : 4000);
	r = end(&p, 9000);
	assert_int_equal(r->event_n, 2);
	asns_are(&r->events[0], 0, 5);
	assert_int_equal(outage_arrange(r, OUTAGE_SORT_SIZE, 1), BLK_OK);
	assert_int_equal(r->event_n, 2);
	assert_int_equal(r->events[0].id, 2);
	asns_are(&r->events[0], 5, 7);
	outage_free(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_nearest_common_hop_is_the_upstream),
	    cmocka_unit_test(what_two_providers_share_is_further_up),
	    cmocka_unit_test(three_quarters_make_it_the_nearer_one),
	    cmocka_unit_test(a_hop_of_few_paths_is_no_upstream),
	    cmocka_unit_test(two_events_at_once_are_told_apart),
	    cmocka_unit_test(without_a_common_hop_there_is_no_upstream),
	    cmocka_unit_test(few_ases_are_none),
	    cmocka_unit_test(an_as_counts_once),
	    cmocka_unit_test(losses_one_after_the_other_are_none),
	    cmocka_unit_test(what_happens_all_the_time_is_none),
	    cmocka_unit_test(what_a_gap_hides_is_none),
	    cmocka_unit_test(the_largest_comes_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
