#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/replay_build.h"

#include "state/first_words.h"

/* Session n has ordinal n. */
static void
note_prefix(struct first_words *w, const struct prefix *p, unsigned session,
    bool withdrawal, usec_t time)
{
	const struct first_word word = {.session = session,
	    .ordinal = session,
	    .epoch = 1,
	    .withdrawal = withdrawal,
	    .time = time};
	const struct event_route r = {
	    .hash = prefix_hash(p), .afi = p->afi, .len = p->len};
	struct event_addr addr;
	const struct event_batch b = {.addrs = &addr, .addr_n = 1};

	memcpy(addr.bytes, p->bytes, sizeof(addr.bytes));
	assert_true((first_words_may_pass(w, session) &&
			first_words_pass(
			    w, &b, &r, UINT64_C(1) << session, withdrawal)) ||
	    first_words_add(w, p, prefix_hash(p), &word));
}

static void
note(struct first_words *w, const char *prefix, unsigned session,
    bool withdrawal, usec_t time)
{
	struct prefix p = pfx(prefix);

	note_prefix(w, &p, session, withdrawal, time);
}

static const struct first_withdrawal *
first_of(const struct first_words *w, const char *prefix)
{
	struct prefix p = pfx(prefix);

	return first_words_of(w, &p, prefix_hash(&p));
}

static bool
spoke(const struct first_words *w, const char *prefix, unsigned ordinal)
{
	struct prefix p = pfx(prefix);

	return first_words_spoke(w, &p, prefix_hash(&p), ordinal);
}

/* The time of the session's withdrawal, or USEC_NONE; it stands once. */
static usec_t
time_of(const struct first_words *w, const char *prefix, uint32_t session)
{
	usec_t time = USEC_NONE;

	for (const struct first_withdrawal *f = first_of(w, prefix); f != NULL;
	     f = first_words_next(w, f)) {
		if (f->session != session)
			continue;
		assert_true(time == USEC_NONE);
		time = f->time;
	}
	return time;
}

static void
test_only_the_first_word_counts(void **state)
{
	struct first_words_total total = {0};
	struct first_words w = {.total = &total};

	(void)state;
	note(&w, "10.0.0.0/8", 1, true, AT(1));
	note(&w, "10.0.0.0/8", 1, true, AT(2));
	note(&w, "10.0.0.0/8", 2, false, AT(3));
	note(&w, "10.0.0.0/8", 2, true, AT(4));
	note(&w, "10.0.0.0/8", 3, true, AT(5));
	note(&w, "10.0.0.0/8", 3, false, AT(6));
	assert_true(time_of(&w, "10.0.0.0/8", 1) == AT(1));
	assert_true(time_of(&w, "10.0.0.0/8", 2) == USEC_NONE);
	assert_true(time_of(&w, "10.0.0.0/8", 3) == AT(5));
	for (unsigned s = 1; s <= 3; s++)
		assert_true(spoke(&w, "10.0.0.0/8", s));
	assert_false(spoke(&w, "10.0.0.0/8", 4));
	assert_false(spoke(&w, "10.0.0.0/9", 1));
	assert_null(first_of(&w, "10.0.0.0/9"));
	first_words_fini(&w);
}

/* Prefixes that are alike but in one respect, the hash among them. */
static void
test_prefixes_are_told_apart(void **state)
{
	/* the words of both make the same sum: see prefix_hash */
	struct prefix a = pfx("2001:db8::/64"), b = pfx("f6e9:f300:0:1::/64");
	struct first_words_total total = {0};
	struct first_words w = {.total = &total};

	(void)state;
	assert_int_equal(prefix_hash(&a), prefix_hash(&b));
	note_prefix(&w, &a, 1, true, AT(1));
	note_prefix(&w, &b, 2, true, AT(2));
	note(&w, "10.0.0.0/8", 3, true, AT(3));
	note(&w, "10.0.0.0/9", 4, true, AT(4));
	note(&w, "a00::/8", 5, true, AT(5));
	assert_true(time_of(&w, "2001:db8::/64", 1) == AT(1));
	assert_true(time_of(&w, "2001:db8::/64", 2) == USEC_NONE);
	assert_true(time_of(&w, "f6e9:f300:0:1::/64", 2) == AT(2));
	assert_true(time_of(&w, "10.0.0.0/8", 3) == AT(3));
	assert_true(time_of(&w, "10.0.0.0/8", 4) == USEC_NONE);
	assert_true(time_of(&w, "10.0.0.0/9", 4) == AT(4));
	assert_true(time_of(&w, "a00::/8", 5) == AT(5));
	assert_int_equal(total.prefix_n, 5);
	first_words_fini(&w);
}

static void
test_prefixes_have_chains_of_their_own(void **state)
{
	struct first_words_total total = {0};
	struct first_words w = {.total = &total};
	unsigned n = 0;

	(void)state;
	for (unsigned s = 0; s < 100; s++) {
		note(&w, "10.0.0.0/8", s, true, AT(s));
		note(&w, "2001:db8::/32", s, true, AT(1000 + s));
	}
	for (const struct first_withdrawal *f = first_of(&w, "2001:db8::/32");
	     f != NULL; f = first_words_next(&w, f), n++)
		assert_true(f->time == AT(1000 + f->session));
	assert_int_equal(n, 100);
	first_words_fini(&w);
}

/* Ordinals that share a bit position of different words, and the limit. */
static void
test_sessions_are_told_apart_up_to_the_limit(void **state)
{
	struct first_words_total total = {0};
	struct first_words w = {.total = &total};

	(void)state;
	note(&w, "10.0.0.0/8", 1, true, AT(1));
	assert_false(spoke(&w, "10.0.0.0/8", 33));
	assert_false(spoke(&w, "10.0.0.0/8", 65));
	note(&w, "10.0.0.0/8", 65, true, AT(2));
	note(&w, "10.0.0.0/8", FIRST_WORDS_SESSIONS - 1, true, AT(3));
	assert_int_equal(w.forgotten, 0);
	note(&w, "10.0.0.0/8", FIRST_WORDS_SESSIONS, true, AT(4));
	assert_int_equal(w.forgotten, 1);
	assert_true(time_of(&w, "10.0.0.0/8", 65) == AT(2));
	assert_true(
	    time_of(&w, "10.0.0.0/8", FIRST_WORDS_SESSIONS - 1) == AT(3));
	assert_true(
	    time_of(&w, "10.0.0.0/8", FIRST_WORDS_SESSIONS) == USEC_NONE);
	assert_false(spoke(&w, "10.0.0.0/8", FIRST_WORDS_SESSIONS));
	first_words_fini(&w);
}

static struct prefix
nth(uint32_t n)
{
	uint8_t a[4] = {(uint8_t)(n >> 24), (uint8_t)(n >> 16),
	    (uint8_t)(n >> 8), (uint8_t)n};

	return prefix_make(AFI_IPV4, a, 32);
}

static void
test_the_newest_are_forgotten_and_counted(void **state)
{
	struct first_words_total total = {0};
	struct first_words w = {.total = &total};
	struct prefix last = nth(FIRST_WORDS_PREFIXES - 1);
	struct prefix beyond = nth(FIRST_WORDS_PREFIXES);
	uint64_t noted = 0;

	(void)state;
	for (uint32_t i = 0; i <= FIRST_WORDS_PREFIXES; i++) {
		struct prefix p = nth(i);

		note_prefix(&w, &p, 0, true, AT(i));
	}
	assert_int_equal(w.forgotten, 1);
	assert_non_null(first_words_of(&w, &last, prefix_hash(&last)));
	assert_null(first_words_of(&w, &beyond, prefix_hash(&beyond)));
	assert_false(first_words_spoke(&w, &beyond, prefix_hash(&beyond), 0));
	/* The known prefixes still take words, up to the other limit. */
	for (uint32_t i = 0; i < FIRST_WORDS_PREFIXES; i++) {
		struct prefix p = nth(i);

		note_prefix(&w, &p, 1, true, AT(i));
	}
	noted = w.withdrawal_n;
	assert_int_equal(noted, FIRST_WORDS_MAX);
	assert_int_equal(w.forgotten,
	    1 + 2 * (uint64_t)FIRST_WORDS_PREFIXES - FIRST_WORDS_MAX);
	/* A withdrawal that is not kept was still a word. */
	assert_true(first_words_spoke(&w, &last, prefix_hash(&last), 1));
	first_words_fini(&w);
}

/* What one has taken, another has not; until it is given back. */
static void
test_the_limit_is_shared(void **state)
{
	struct first_words_total total = {.prefix_n = FIRST_WORDS_PREFIXES - 2,
	    .withdrawal_n = FIRST_WORDS_MAX - 2};
	struct first_words w = {.total = &total}, other = {.total = &total};

	(void)state;
	note(&w, "10.0.0.0/8", 1, true, AT(1));
	note(&w, "11.0.0.0/8", 1, true, AT(1));
	note(&other, "10.0.0.0/8", 1, true, AT(1));
	assert_false(spoke(&other, "10.0.0.0/8", 1));
	assert_int_equal(other.forgotten, 1);
	first_words_clear(&w);
	note(&other, "10.0.0.0/8", 1, true, AT(2));
	assert_true(time_of(&other, "10.0.0.0/8", 1) == AT(2));
	first_words_fini(&w);
	first_words_fini(&other);
}

static void
test_clear_forgets_all(void **state)
{
	struct first_words_total total = {0};
	struct first_words w = {.total = &total};

	(void)state;
	note(&w, "10.0.0.0/8", 1, true, AT(1));
	first_words_clear(&w);
	assert_null(first_of(&w, "10.0.0.0/8"));
	assert_false(spoke(&w, "10.0.0.0/8", 1));
	note(&w, "11.0.0.0/8", 2, true, AT(2));
	assert_false(spoke(&w, "11.0.0.0/8", 1));
	note(&w, "10.0.0.0/8", 2, true, AT(3));
	assert_true(time_of(&w, "10.0.0.0/8", 2) == AT(3));
	assert_true(time_of(&w, "10.0.0.0/8", 1) == USEC_NONE);
	first_words_fini(&w);
}

/* What is kept of sessions beyond the first 64, once one of them spoke. */
static void
test_later_sessions_say_nothing_of_other_prefixes(void **state)
{
	struct first_words_total total = {0};
	struct first_words w = {.total = &total};
	char text[PREFIX_STRLEN];

	(void)state;
	note(&w, "10.0.0.0/8", 70, false, AT(1));
	for (unsigned i = 0; i < 200; i++) {
		snprintf(text, sizeof(text), "11.%u.0.0/16", i);
		note(&w, text, 1, false, AT(2));
		assert_false(spoke(&w, text, 70));
	}
	note(&w, "11.199.0.0/16", 71, false, AT(3));
	assert_true(spoke(&w, "11.199.0.0/16", 71));
	assert_true(spoke(&w, "10.0.0.0/8", 70));
	assert_false(spoke(&w, "11.199.0.0/16", 70));
	first_words_clear(&w);
	note(&w, "12.0.0.0/8", 1, false, AT(4));
	assert_false(spoke(&w, "12.0.0.0/8", 70));
	note(&w, "12.0.0.0/8", 72, false, AT(4));
	assert_false(spoke(&w, "12.0.0.0/8", 70));
	first_words_fini(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_only_the_first_word_counts),
	    cmocka_unit_test(test_prefixes_are_told_apart),
	    cmocka_unit_test(test_prefixes_have_chains_of_their_own),
	    cmocka_unit_test(test_sessions_are_told_apart_up_to_the_limit),
	    cmocka_unit_test(test_the_newest_are_forgotten_and_counted),
	    cmocka_unit_test(test_the_limit_is_shared),
	    cmocka_unit_test(test_clear_forgets_all),
	    cmocka_unit_test(test_later_sessions_say_nothing_of_other_prefixes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
