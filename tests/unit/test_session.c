#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/replay_build.h"

#include "blackout/bgp.h"
#include "state/session.h"

struct world {
	struct session_table s;
	struct timeline *t;
};

static int
setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	w->t = tl_new(2, AT(0), AT(HOURS(24)));
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	session_table_fini(&w->s);
	timeline_free(w->t);
	free(w);
	return 0;
}

static uint32_t
get(struct world *w, unsigned collector, const char *addr, uint32_t asn)
{
	struct ipaddr a = ip(addr);
	uint32_t id;

	assert_true(session_get(&w->s, w->t, collector, &a, asn, AT(0), &id));
	return id;
}

static void
word(struct world *w, uint32_t id, usec_t time, uint32_t announced)
{
	assert_true(session_word(&w->s, w->t, id, time));
	if (announced > 0)
		session_announced(&w->s.v[id], 0, time, announced);
}

/* The last entry of a session's log. */
static const struct tl_session_entry *
last_entry(const struct world *w, uint32_t id)
{
	const struct tl_session *s = &w->t->sessions[id];

	assert_true(s->log_n > 0);
	return &s->log[s->log_n - 1];
}

static void
assert_last(const struct world *w, uint32_t id, usec_t time,
    enum tl_session_change change)
{
	assert_int_equal(last_entry(w, id)->change, change);
	assert_true(last_entry(w, id)->time == time);
}

static void
test_a_session_is_collector_address_and_number(void **state)
{
	struct world *w = *state;
	uint32_t a = get(w, 0, "192.0.2.1", 64500);

	assert_int_equal(a, 0);
	assert_int_equal(get(w, 0, "192.0.2.1", 64501), 1);
	assert_int_equal(get(w, 0, "192.0.2.2", 64500), 2);
	assert_int_equal(get(w, 1, "192.0.2.1", 64500), 3);
	assert_int_equal(get(w, 0, "2001:db8::1", 64500), 4);
	assert_int_equal(get(w, 0, "192.0.2.1", 64500), a);
	assert_int_equal(w->s.n, 5);
	assert_int_equal(w->t->session_n, 5);
	/* Ordinals count within a collector. */
	assert_int_equal(w->s.v[2].ordinal, 2);
	assert_int_equal(w->s.v[3].ordinal, 0);
	assert_int_equal(w->s.v[4].ordinal, 3);
	assert_last(w, a, AT(0), TL_LIVE);
	assert_int_equal(w->t->sessions[a].log_n, 1);
}

static void
test_a_hidden_number_is_matched_by_address(void **state)
{
	struct world *w = *state;
	uint32_t a = get(w, 0, "192.0.2.1", BGP_AS_TRANS);
	uint32_t b = get(w, 0, "192.0.2.2", 4200000001);

	/* The true number is learnt, and then it tells sessions apart. */
	assert_int_equal(get(w, 0, "192.0.2.1", 4200000000), a);
	assert_int_equal(w->t->sessions[a].asn, 4200000000);
	assert_int_equal(get(w, 0, "192.0.2.1", BGP_AS_TRANS), a);
	assert_int_equal(w->t->sessions[a].asn, 4200000000);
	assert_int_not_equal(get(w, 0, "192.0.2.1", 64500), a);
	/* The other way round. */
	assert_int_equal(get(w, 0, "192.0.2.2", BGP_AS_TRANS), b);
	assert_int_equal(w->t->sessions[b].asn, 4200000001);
	assert_int_not_equal(get(w, 1, "192.0.2.2", BGP_AS_TRANS), b);
}

static void
test_many_sessions_are_told_apart(void **state)
{
	struct world *w = *state;
	char addr[32];

	/* alike but for one of address, number and collector */
	for (uint32_t i = 0; i < 3000; i++) {
		snprintf(addr, sizeof(addr), "10.0.%u.%u", i / 256, i % 256);
		assert_int_equal(get(w, 0, addr, 64500), 3 * i);
		assert_int_equal(get(w, 1, addr, 64500), 3 * i + 1);
		assert_int_equal(get(w, 0, "192.0.2.1", 1000 + i), 3 * i + 2);
		assert_int_equal(w->s.v[3 * i + 2].ordinal, 2 * i + 1);
	}
	for (uint32_t i = 3000; i-- > 0;) {
		snprintf(addr, sizeof(addr), "10.0.%u.%u", i / 256, i % 256);
		assert_int_equal(get(w, 0, addr, BGP_AS_TRANS), 3 * i);
		assert_int_equal(get(w, 1, addr, 64500), 3 * i + 1);
		assert_int_equal(get(w, 0, "192.0.2.1", 1000 + i), 3 * i + 2);
	}
	/* of several, the first is meant */
	assert_int_equal(get(w, 0, "192.0.2.1", BGP_AS_TRANS), 2);
	assert_int_equal(w->s.n, 9000);
}

static void
test_a_new_session_is_live_and_unknown(void **state)
{
	struct world *w = *state;
	uint32_t a = get(w, 0, "192.0.2.1", 64500);
	struct session *s = &w->s.v[a];

	assert_true(s->live);
	for (unsigned f = 0; f < 2; f++) {
		assert_true(s->family[f].epoch > 0);
		assert_true(s->family[f].epoch_start == AT(0));
		assert_true(s->family[f].continued);
		assert_false(s->family[f].synced);
		assert_int_equal(
		    session_route_default(&s->family[f]), TL_UNKNOWN);
	}
}

static void
test_reset_and_sync(void **state)
{
	struct world *w = *state;
	uint32_t a = get(w, 0, "192.0.2.1", 64500);
	struct session *s = &w->s.v[a];
	uint32_t epoch = s->family[1].epoch, other = s->family[0].epoch;

	assert_true(session_sync(&w->s, w->t, a, 1, AT(5)));
	assert_last(w, a, AT(5), TL_SYNC);
	assert_int_equal(last_entry(w, a)->family, 1);
	assert_int_equal(session_route_default(&s->family[1]), TL_ABSENT);
	assert_int_equal(session_route_default(&s->family[0]), TL_UNKNOWN);
	/* It is known already. */
	assert_true(session_sync(&w->s, w->t, a, 1, AT(6)));
	assert_last(w, a, AT(5), TL_SYNC);

	session_transfer_begin(s, 1, AT(7), 0);
	assert_true(session_reset(&w->s, w->t, a, 1, AT(8), AT(9), false));
	assert_last(w, a, AT(8), TL_RESET);
	assert_int_not_equal(s->family[1].epoch, epoch);
	assert_int_equal(s->family[0].epoch, other);
	assert_true(s->family[1].epoch_start == AT(9));
	assert_false(s->family[1].continued);
	assert_false(s->family[1].synced);
	assert_false(s->family[1].transfer.active);
}

static void
test_live_is_written_once(void **state)
{
	struct world *w = *state;
	uint32_t a = get(w, 0, "192.0.2.1", 64500);

	assert_true(session_set_live(&w->s, w->t, a, true, AT(1)));
	assert_int_equal(w->t->sessions[a].log_n, 1);
	assert_true(session_set_live(&w->s, w->t, a, false, AT(2)));
	assert_last(w, a, AT(2), TL_DEAD);
	assert_true(session_set_live(&w->s, w->t, a, false, AT(3)));
	assert_last(w, a, AT(2), TL_DEAD);
	assert_true(session_set_live(&w->s, w->t, a, true, AT(4)));
	assert_last(w, a, AT(4), TL_LIVE);
}

/* Speak every step seconds in [from, until). */
static void
chatter(struct world *w, uint32_t id, int from, int until, int step)
{
	for (int i = from; i < until; i += step)
		word(w, id, AT(i), 1);
}

static void
test_silence_is_stale_by_habit(void **state)
{
	struct world *w = *state;
	uint32_t a = get(w, 0, "192.0.2.1", 64500);
	uint32_t b = get(w, 0, "192.0.2.2", 64501);
	struct session *s;
	int last = 7190;

	/* Every ten seconds for two hours: the habit explains a minute, but no
	   silence below 15 minutes counts. */
	chatter(w, a, 0, HOURS(2), 10);
	s = &w->s.v[a];
	assert_false(session_is_stale(s, AT(last + 15 * 60)));
	assert_true(session_is_stale(s, AT(last + 15 * 60) + 1));
	/* Every five minutes: six times that, after enough words. */
	chatter(w, b, 0, 101 * 300, 300);
	last = 100 * 300;
	s = &w->s.v[b];
	assert_false(session_is_stale(s, AT(last + 30 * 60)));
	assert_true(session_is_stale(s, AT(last + 30 * 60) + 1));
}

static void
test_a_habit_needs_words_and_time(void **state)
{
	struct world *w = *state;
	uint32_t few = get(w, 0, "192.0.2.1", 64500);
	uint32_t brief = get(w, 0, "192.0.2.2", 64501);
	uint32_t none = get(w, 0, "192.0.2.3", 64502);
	uint32_t same = get(w, 0, "192.0.2.4", 64503);

	/* 99 words in 49 minutes; one more is enough. */
	chatter(w, few, 0, 99 * 30, 30);
	assert_false(session_is_stale(&w->s.v[few], AT(HOURS(20))));
	word(w, few, AT(99 * 30), 1);
	assert_true(session_is_stale(&w->s.v[few], AT(HOURS(20))));
	/* Many words in less than 30 minutes. */
	chatter(w, brief, 0, 1800, 1);
	assert_false(session_is_stale(&w->s.v[brief], AT(HOURS(20))));
	word(w, brief, AT(1800), 1);
	assert_true(session_is_stale(&w->s.v[brief], AT(HOURS(20))));
	/* Words of one second count once. */
	for (int i = 0; i < 200; i++)
		word(w, same, AT(i < 150 ? 0 : 1800) + i, 1);
	assert_int_equal(w->s.v[same].words, 2);
	assert_false(session_is_stale(&w->s.v[same], AT(HOURS(20))));
	assert_false(session_is_stale(&w->s.v[none], AT(HOURS(20))));
}

static void
test_a_stale_session_wakes_up(void **state)
{
	struct world *w = *state;
	uint32_t a = get(w, 0, "192.0.2.1", 64500);
	struct session *s;
	uint32_t epoch;

	chatter(w, a, 0, 3600, 10);
	s = &w->s.v[a];
	epoch = s->family[0].epoch;
	assert_true(session_set_live(&w->s, w->t, a, false, AT(3591)));
	s->stale = true;
	assert_false(session_is_stale(s, AT(HOURS(3))));
	/* Its routes count again: no new epoch. */
	word(w, a, AT(HOURS(3)), 1);
	assert_last(w, a, AT(HOURS(3)), TL_LIVE);
	assert_int_equal(s->family[0].epoch, epoch);
	assert_false(s->stale);
	/* The silence is a habit once no transfer followed it. */
	chatter(w, a, HOURS(3) + 10, HOURS(3) + 600, 10);
	assert_true(s->longest_silence == 10 * USEC_PER_SEC);
	chatter(w, a, HOURS(3) + 600, HOURS(3) + 700, 10);
	assert_true(s->longest_silence == (HOURS(3) - 3590) * USEC_PER_SEC);
}

static void
test_a_word_of_a_dead_session_begins_anew(void **state)
{
	struct world *w = *state;
	uint32_t a = get(w, 0, "192.0.2.1", 64500);
	struct session *s = &w->s.v[a];
	uint32_t epoch[2] = {s->family[0].epoch, s->family[1].epoch};

	word(w, a, AT(1), 1);
	assert_true(session_set_live(&w->s, w->t, a, false, AT(2)));
	word(w, a, AT(50), 1);
	assert_true(s->live);
	assert_last(w, a, AT(50), TL_LIVE);
	assert_true(s->reset_time == AT(50));
	for (unsigned f = 0; f < 2; f++) {
		assert_int_not_equal(s->family[f].epoch, epoch[f]);
		assert_true(s->family[f].epoch_start == AT(50));
		assert_false(s->family[f].continued);
		assert_true(s->family[f].transfer.active);
	}
}

static void
test_silences_are_kept_while_they_may_tell(void **state)
{
	struct world *w = *state;
	uint32_t a = get(w, 0, "192.0.2.1", 64500);
	struct session *s = &w->s.v[a];

	word(w, a, AT(0), 1);
	assert_true(s->silence.end == USEC_NONE);
	word(w, a, AT(1), 1); /* too short to tell */
	assert_true(s->silence.end == USEC_NONE);
	word(w, a, AT(6), 1);
	assert_true(s->silence.start == AT(1) && s->silence.end == AT(6));
	word(w, a, AT(9), 1); /* shorter than the last */
	assert_true(s->silence.end == AT(6));
	word(w, a, AT(17), 1); /* longer */
	assert_true(s->silence.start == AT(9) && s->silence.end == AT(17));
	assert_int_equal(s->family[0].since_silence, 5);
	word(w, a, AT(47), 7);
	assert_true(s->silence.start == AT(17) && s->silence.end == AT(47));
	assert_int_equal(s->family[0].since_silence, 7);
	/* 29 s is below RESET_SILENCE: neither kept nor counted from. */
	word(w, a, AT(76), 1);
	assert_true(s->silence.end == AT(47));
	assert_int_equal(s->family[0].since_silence, 8);
	/* After BURST_WINDOW it tells nothing any more. */
	chatter(w, a, 77, 47 + 602, 1);
	word(w, a, AT(47 + 610), 1);
	assert_true(s->silence.end == AT(47 + 610));
}

static void
test_a_burst_is_the_last_minutes(void **state)
{
	struct world *w = *state;
	uint32_t a = get(w, 0, "192.0.2.1", 64500);
	struct session *s = &w->s.v[a];

	assert_int_equal(session_burst(s, 0, AT(0)), 0);
	word(w, a, AT(10), 3);
	word(w, a, AT(290), 4);
	assert_true(session_word(&w->s, w->t, a, AT(290)));
	session_announced(s, 1, AT(290), 1000);
	assert_int_equal(session_burst(s, 0, AT(299)), 7);
	assert_int_equal(session_burst(s, 1, AT(299)), 1000);
	word(w, a, AT(300), 5);
	assert_int_equal(session_burst(s, 0, AT(300)), 12);
	/* The slot after holds only the one before. */
	assert_int_equal(session_burst(s, 0, AT(600)), 5);
	assert_int_equal(session_burst(s, 0, AT(900)), 0);
	word(w, a, AT(1500), 6);
	assert_int_equal(session_burst(s, 0, AT(1500)), 6);
}

/* A thousand in three minutes, and then a trickle. */
static void
test_a_transfer_is_over_when_it_dries_up(void **state)
{
	struct world *w = *state;
	uint32_t a = get(w, 0, "192.0.2.1", 64500);
	struct session *s = &w->s.v[a];

	assert_false(session_transfer_over(s, 0, AT(HOURS(9))));
	session_transfer_begin(s, 0, AT(0), 0);
	/* Nothing came: nobody knows whether anything will. */
	assert_false(session_transfer_over(s, 0, AT(HOURS(9))));
	for (int i = 0; i < 180; i++)
		word(w, a, AT(i), 6);
	assert_false(session_transfer_over(s, 0, AT(299)));
	assert_true(session_transfer_over(s, 0, AT(300)));
	/* 60 in the last two minutes are more than 5 % of 1140. */
	word(w, a, AT(290), 60);
	assert_false(session_transfer_over(s, 0, AT(300)));
	/* A small minute behind a large one is not the end yet. */
	word(w, a, AT(301), 1);
	assert_false(session_transfer_over(s, 0, AT(302)));
	word(w, a, AT(361), 1);
	assert_true(session_transfer_over(s, 0, AT(362)));
	/* Nor is there any doubt after minutes without a word. */
	word(w, a, AT(370), 600);
	assert_false(session_transfer_over(s, 0, AT(370)));
	assert_true(session_transfer_over(s, 0, AT(480)));
	/* The other family has a transfer of its own. */
	assert_false(session_transfer_over(s, 1, AT(480)));
}

/*
 * A session that came up, or was shown by a RIB, in the very second of its
 * first word: that is its first word all the same.
 */
static void
test_first_word_in_the_second_of_the_reset(void **state)
{
	struct world *w = *state;
	uint32_t id = get(w, 0, "192.0.2.1", 64500);
	struct session *s = &w->s.v[id];

	s->last_word = AT(5);
	word(w, id, AT(5), 1);
	assert_true(s->first_word == AT(5));
	word(w, id, AT(5), 1);
	word(w, id, AT(1000), 1);
	assert_true(s->first_word == AT(5));
	assert_int_equal(s->words, 1);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(test_a_session_is_collector_address_and_number),
	    T(test_a_hidden_number_is_matched_by_address),
	    T(test_many_sessions_are_told_apart),
	    T(test_a_new_session_is_live_and_unknown),
	    T(test_reset_and_sync),
	    T(test_live_is_written_once),
	    T(test_silence_is_stale_by_habit),
	    T(test_a_habit_needs_words_and_time),
	    T(test_a_stale_session_wakes_up),
	    T(test_a_word_of_a_dead_session_begins_anew),
	    T(test_silences_are_kept_while_they_may_tell),
	    T(test_a_burst_is_the_last_minutes),
	    T(test_a_transfer_is_over_when_it_dries_up),
	    T(test_first_word_in_the_second_of_the_reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
