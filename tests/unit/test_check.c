#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "blackout/check.h"

/*
 * An archive of one day, from 00:00 to 24:00, written down as windows by hand;
 * times are minutes of that day.
 */

#define MIN (60 * USEC_PER_SEC)
#define HOUR (60 * MIN)
#define SLACK MIN
#define WINDOWS_MAX 8

static struct outage_window windows[WINDOWS_MAX], parts[WINDOWS_MAX];
static struct outage_span known[4], dark;
static struct outage_as whole, part;
static struct claim claim;
static struct check_result result;
static struct check_entity entity;

static int
setup(void **state)
{
	(void)state;
	memset(&claim, 0, sizeof(claim));
	known[0] = (struct outage_span){0, 24 * HOUR, 24 * HOUR};
	whole = (struct outage_as){.asn = 131279,
	    .voting_max = 10,
	    .verdict = true,
	    .seen = true,
	    .known = known,
	    .known_n = 1,
	    .windows = windows};
	part = whole;
	part.windows = parts;
	return 0;
}

/* Out in [from, to), each edge known to the second. */
static struct outage_window
window(usec_t from, usec_t to)
{
	return (struct outage_window){.start = from,
	    .end = to,
	    .start_earliest = from - USEC_PER_SEC,
	    .end_earliest = to - USEC_PER_SEC,
	    .start_known = true,
	    .duration = to - from};
}

static struct outage_window *
out(usec_t from, usec_t to)
{
	windows[whole.window_n] = parts[part.window_n] = window(from, to);
	part.window_n++;
	return &windows[whole.window_n++];
}

static void
partly_out(usec_t from, usec_t to)
{
	parts[part.window_n++] = window(from, to);
}

static struct claim_bound
bound(usec_t value, usec_t precision)
{
	return (struct claim_bound){
	    .given = true, .value = value, .precision = precision};
}

static void
claims(enum claim_kind kind, usec_t start, usec_t end)
{
	claim = (struct claim){.kind = kind};
	if (start != USEC_NONE)
		claim.start = bound(start, MIN);
	if (end != USEC_NONE)
		claim.end = bound(end, MIN);
}

static void
gives(enum check_verdict verdict, enum check_reason reason)
{
	const struct check_evidence e = {&whole, &part};

	assert_int_equal(check_claim(&result, &claim, &e, 1, SLACK), BLK_OK);
	assert_int_equal(result.entity_n, 1);
	entity = result.entities[0];
	if (result.verdict != verdict || result.reason != reason)
		fail_msg("%s, %s", check_verdict_name(result.verdict),
		    check_reason_name(result.reason));
	assert_int_equal(entity.verdict, verdict);
	check_fini(&result);
}

static void
both_ends_fit(void **state)
{
	(void)state;
	out(10 * HOUR + 10 * USEC_PER_SEC, 11 * HOUR + 5 * USEC_PER_SEC);
	claims(CLAIM_OUTAGE, 10 * HOUR, 11 * HOUR);
	gives(CHECK_CONFIRMED, CHECK_FITS);
	assert_ptr_equal(entity.first, &windows[0]);
	assert_true(entity.start.difference == 10 * USEC_PER_SEC);
	assert_true(entity.end.difference == 5 * USEC_PER_SEC);
	assert_false(entity.start.at_least);
	/* The precision and the slack: two minutes in all. */
	claims(CLAIM_OUTAGE, 10 * HOUR - 110 * USEC_PER_SEC, 11 * HOUR);
	gives(CHECK_CONFIRMED, CHECK_FITS);
	claims(CLAIM_OUTAGE, 10 * HOUR - 111 * USEC_PER_SEC, 11 * HOUR);
	gives(CHECK_DIFFERS, CHECK_ENDS);
	claims(CLAIM_OUTAGE, 10 * HOUR, 11 * HOUR - 116 * USEC_PER_SEC);
	gives(CHECK_DIFFERS, CHECK_ENDS);
	assert_int_equal(entity.start.verdict, CHECK_CONFIRMED);
	assert_int_equal(entity.end.verdict, CHECK_DIFFERS);
	assert_true(entity.end.difference == 121 * USEC_PER_SEC);
}

static void
nothing_there(void **state)
{
	(void)state;
	out(10 * HOUR, 11 * HOUR);
	out(20 * HOUR, 21 * HOUR);
	claims(CLAIM_OUTAGE, 14 * HOUR, 15 * HOUR);
	gives(CHECK_CONTRADICTED, CHECK_UP);
	assert_null(entity.first);
	assert_ptr_equal(entity.nearest, &windows[0]);
	assert_true(entity.known == entity.claimed);
	/* A claim that misses the outage by minutes is wrong as well. */
	claims(CLAIM_OUTAGE, 11 * HOUR + 3 * MIN, 12 * HOUR);
	gives(CHECK_CONTRADICTED, CHECK_UP);
	claims(CLAIM_OUTAGE, 11 * HOUR + MIN, 12 * HOUR);
	gives(CHECK_DIFFERS, CHECK_ENDS);
}

/* A claim of one bound means the outage whose bound is nearest. */
static void
one_bound(void **state)
{
	(void)state;
	out(10 * HOUR, 11 * HOUR);
	out(12 * HOUR, 13 * HOUR);
	claims(CLAIM_OUTAGE, 10 * HOUR + MIN, USEC_NONE);
	gives(CHECK_CONFIRMED, CHECK_FITS);
	claims(CLAIM_OUTAGE, 9 * HOUR + 30 * MIN, USEC_NONE);
	gives(CHECK_DIFFERS, CHECK_ENDS);
	assert_true(entity.start.difference == 30 * MIN);
	claims(CLAIM_OUTAGE, 11 * HOUR + 45 * MIN, USEC_NONE);
	gives(CHECK_DIFFERS, CHECK_ENDS);
	assert_ptr_equal(entity.first, &windows[1]);
	claims(CLAIM_OUTAGE, USEC_NONE, 13 * HOUR + 5 * MIN);
	gives(CHECK_DIFFERS, CHECK_ENDS);
	assert_true(entity.end.difference == -5 * MIN);
	claims(CLAIM_OUTAGE, 15 * HOUR, USEC_NONE);
	gives(CHECK_CONTRADICTED, CHECK_UP);
	claims(CLAIM_OUTAGE, USEC_NONE, 8 * HOUR);
	gives(CHECK_CONTRADICTED, CHECK_UP);
	/* In the middle of a long one it is the one meant. */
	out(15 * HOUR, 23 * HOUR);
	claims(CLAIM_OUTAGE, USEC_NONE, 19 * HOUR);
	gives(CHECK_DIFFERS, CHECK_ENDS);
	assert_true(entity.end.difference == 4 * HOUR);
}

static void
or_later_or_longer(void **state)
{
	(void)state;
	out(10 * HOUR, 12 * HOUR);
	claims(CLAIM_OUTAGE, 10 * HOUR, 11 * HOUR);
	claim.end.side = CLAIM_OR_MORE;
	gives(CHECK_CONFIRMED, CHECK_FITS);
	claim.end.value = 12 * HOUR + 3 * MIN;
	gives(CHECK_DIFFERS, CHECK_ENDS);
	claim.end.side = CLAIM_OR_LESS;
	gives(CHECK_CONFIRMED, CHECK_FITS);
	claims(CLAIM_OUTAGE, 10 * HOUR, USEC_NONE);
	claim.duration = bound(5 * HOUR, MIN);
	claim.duration.side = CLAIM_OR_MORE;
	gives(CHECK_DIFFERS, CHECK_ENDS);
	assert_int_equal(entity.start.verdict, CHECK_CONFIRMED);
	assert_int_equal(entity.duration.verdict, CHECK_DIFFERS);
	assert_true(entity.duration.difference == -3 * HOUR);
	claim.duration.value = HOUR;
	gives(CHECK_CONFIRMED, CHECK_FITS);
	claims(CLAIM_OUTAGE, 11 * HOUR, 12 * HOUR);
	claim.start.side = CLAIM_OR_LESS;
	gives(CHECK_CONFIRMED, CHECK_FITS);
}

/* A length rests on two bounds, and has twice the slack. */
static void
lengths(void **state)
{
	(void)state;
	out(10 * HOUR, 10 * HOUR + 30 * MIN);
	claims(CLAIM_OUTAGE, 10 * HOUR, USEC_NONE);
	claim.duration = bound(33 * MIN + USEC_PER_SEC, MIN);
	gives(CHECK_DIFFERS, CHECK_ENDS);
	claim.duration = bound(33 * MIN, MIN);
	gives(CHECK_CONFIRMED, CHECK_FITS);
	/* It makes up for a missing bound: 60 minutes until 10:30. */
	claims(CLAIM_OUTAGE, USEC_NONE, 10 * HOUR + 30 * MIN);
	claim.duration = bound(60 * MIN, MIN);
	gives(CHECK_DIFFERS, CHECK_ENDS);
	/* An outage in the middle of the time claimed is held against it. */
	whole.window_n = part.window_n = 0;
	out(13 * HOUR, 14 * HOUR);
	claims(CLAIM_OUTAGE, 10 * HOUR, USEC_NONE);
	claim.duration = bound(5 * HOUR, MIN);
	gives(CHECK_DIFFERS, CHECK_ENDS);
	assert_true(entity.claimed == 5 * HOUR - 5 * MIN);
	claims(CLAIM_OUTAGE, USEC_NONE, 17 * HOUR);
	claim.duration = bound(5 * HOUR, MIN);
	gives(CHECK_DIFFERS, CHECK_ENDS);
	claims(CLAIM_OUTAGE, USEC_NONE, 12 * HOUR + 30 * MIN);
	claim.duration = bound(5 * HOUR, MIN);
	gives(CHECK_CONTRADICTED, CHECK_UP);
	whole.window_n = part.window_n = 0;
	out(10 * HOUR, 10 * HOUR + 30 * MIN);
	/* Alone, without a time, it can be confirmed only. */
	claims(CLAIM_OUTAGE, USEC_NONE, USEC_NONE);
	claim.duration = bound(31 * MIN, MIN);
	gives(CHECK_CONFIRMED, CHECK_FITS);
	claim.duration = bound(3 * HOUR, MIN);
	gives(CHECK_NOT_COVERED, CHECK_NO_TIME);
	whole.window_n = part.window_n = 0;
	gives(CHECK_NOT_COVERED, CHECK_NO_TIME);
}

static void
the_best_of_several(void **state)
{
	(void)state;
	out(10 * HOUR, 10 * HOUR + 5 * MIN);
	out(10 * HOUR + 30 * MIN, 14 * HOUR);
	out(15 * HOUR, 15 * HOUR + 2 * MIN);
	claims(CLAIM_OUTAGE, 10 * HOUR + 30 * MIN, 14 * HOUR);
	gives(CHECK_CONFIRMED, CHECK_FITS);
	claims(CLAIM_OUTAGE, 10 * HOUR, 10 * HOUR + 5 * MIN);
	gives(CHECK_CONFIRMED, CHECK_FITS);
	/* From the first to the last is no outage: it was there between. */
	claims(CLAIM_OUTAGE, 10 * HOUR, 15 * HOUR + 2 * MIN);
	gives(CHECK_DIFFERS, CHECK_ENDS);
	/* To the day they fit alike: the longest is meant. */
	claims(CLAIM_OUTAGE, 12 * HOUR, USEC_NONE);
	claim.start.precision = 12 * HOUR;
	gives(CHECK_CONFIRMED, CHECK_FITS);
	assert_ptr_equal(entity.first, &windows[1]);
}

/* Edges that are known to hours, as from RIBs alone. */
static void
wide_edges(void **state)
{
	struct outage_window *w = out(12 * HOUR, 18 * HOUR);

	(void)state;
	w->start_earliest = 10 * HOUR;
	w->end_earliest = 16 * HOUR;
	claims(CLAIM_OUTAGE, 11 * HOUR, 17 * HOUR);
	gives(CHECK_NOT_COVERED, CHECK_COARSE);
	claims(CLAIM_OUTAGE, 9 * HOUR, 17 * HOUR);
	gives(CHECK_DIFFERS, CHECK_ENDS);
	assert_int_equal(entity.start.verdict, CHECK_DIFFERS);
	assert_int_equal(entity.end.verdict, CHECK_NOT_COVERED);
	claims(CLAIM_OUTAGE, 11 * HOUR, USEC_NONE);
	claim.start.precision = HOUR;
	gives(CHECK_CONFIRMED, CHECK_FITS);
}

static void
cut_by_the_data(void **state)
{
	struct outage_window *w = out(0, 2 * HOUR);

	(void)state;
	w->start_known = false;
	w->start_earliest = USEC_NONE;
	/* The end is there; the start lies before the data. */
	claims(CLAIM_OUTAGE, -HOUR, 2 * HOUR);
	gives(CHECK_NOT_COVERED, CHECK_COARSE);
	assert_int_equal(entity.end.verdict, CHECK_CONFIRMED);
	/* But it was out at 00:00, and so did not begin at 01:00. */
	claims(CLAIM_OUTAGE, HOUR, 2 * HOUR);
	gives(CHECK_DIFFERS, CHECK_ENDS);
	assert_true(entity.start.at_least);
	claims(CLAIM_OUTAGE, HOUR, 2 * HOUR);
	claim.start.side = CLAIM_OR_LESS;
	gives(CHECK_CONFIRMED, CHECK_FITS);
	w = out(22 * HOUR, 24 * HOUR);
	w->end = USEC_NONE;
	claims(CLAIM_OUTAGE, 22 * HOUR, 25 * HOUR);
	gives(CHECK_NOT_COVERED, CHECK_COARSE);
	claims(CLAIM_OUTAGE, 22 * HOUR, 23 * HOUR);
	gives(CHECK_DIFFERS, CHECK_ENDS);
	assert_true(entity.end.at_least);
	assert_true(entity.end.difference == HOUR);
	claims(CLAIM_OUTAGE, 22 * HOUR, 23 * HOUR);
	claim.end.side = CLAIM_OR_MORE;
	gives(CHECK_CONFIRMED, CHECK_FITS);
	/* What comes after the data is not the outage they end with. */
	claims(CLAIM_OUTAGE, 30 * HOUR, 31 * HOUR);
	gives(CHECK_NOT_COVERED, CHECK_NO_DATA);
}

static void
gaps(void **state)
{
	(void)state;
	/* known: 0-6 and 12-24 */
	known[0].end = 6 * HOUR;
	known[1] = (struct outage_span){12 * HOUR, 24 * HOUR, 12 * HOUR};
	whole.known_n = part.known_n = 2;
	claims(CLAIM_OUTAGE, 7 * HOUR, 8 * HOUR);
	gives(CHECK_NOT_COVERED, CHECK_NO_DATA);
	assert_true(entity.known == 0);
	/* A quarter of it was up: the rest may hide an outage. */
	claims(CLAIM_OUTAGE, 5 * HOUR, 9 * HOUR);
	gives(CHECK_NOT_COVERED, CHECK_PARTLY);
	/* Most of it was up, and so it was not out all the time. */
	claims(CLAIM_OUTAGE, 2 * HOUR, 7 * HOUR);
	gives(CHECK_CONTRADICTED, CHECK_UP);
	/* A negative control must be known all the time. */
	claims(CLAIM_NONE, 2 * HOUR, 7 * HOUR);
	gives(CHECK_NOT_COVERED, CHECK_PARTLY);
	claims(CLAIM_NONE, 7 * HOUR, 8 * HOUR);
	gives(CHECK_NOT_COVERED, CHECK_NO_DATA);
	claims(CLAIM_NONE, 13 * HOUR, 20 * HOUR);
	gives(CHECK_CONFIRMED, CHECK_FITS);
	/* An outage of which next to nothing is known. */
	out(5 * HOUR, 13 * HOUR)->unknown = 6 * HOUR;
	claims(CLAIM_OUTAGE, 5 * HOUR, 13 * HOUR);
	gives(CHECK_NOT_COVERED, CHECK_PARTLY);
	/* Its start may be known all the same. */
	claims(CLAIM_OUTAGE, 5 * HOUR, USEC_NONE);
	gives(CHECK_CONFIRMED, CHECK_FITS);
	claims(CLAIM_OUTAGE, 5 * HOUR, 13 * HOUR);
	windows[0].unknown = 4 * HOUR;
	gives(CHECK_CONFIRMED, CHECK_FITS);
}

/* One outage found is no proof against another where nothing is known. */
static void
what_may_hide(void **state)
{
	(void)state;
	/* Known: 0-8, 10-11, 13-24; out at 10:30, and at 13:30. */
	known[0].end = 8 * HOUR;
	known[1] = (struct outage_span){10 * HOUR, 11 * HOUR, HOUR};
	known[2] = (struct outage_span){13 * HOUR, 24 * HOUR, 11 * HOUR};
	whole.known_n = part.known_n = 3;
	out(10 * HOUR + 30 * MIN, 13 * HOUR + 30 * MIN)->unknown = 2 * HOUR;
	/* It may have come back and gone again at 12. */
	claims(CLAIM_OUTAGE, 12 * HOUR, USEC_NONE);
	gives(CHECK_NOT_COVERED, CHECK_COARSE);
	assert_true(entity.start.blind);
	claims(CLAIM_OUTAGE, 12 * HOUR, 13 * HOUR + 30 * MIN);
	gives(CHECK_NOT_COVERED, CHECK_COARSE);
	claims(CLAIM_OUTAGE, USEC_NONE, 12 * HOUR);
	gives(CHECK_NOT_COVERED, CHECK_COARSE);
	assert_true(entity.end.blind);
	/* But it did not go at 10:50, nor come back at 13:20. */
	claims(CLAIM_OUTAGE, 10 * HOUR + 50 * MIN, USEC_NONE);
	gives(CHECK_DIFFERS, CHECK_ENDS);
	assert_false(entity.start.blind);
	claims(CLAIM_OUTAGE, USEC_NONE, 13 * HOUR + 20 * MIN);
	gives(CHECK_DIFFERS, CHECK_ENDS);
	/* One may have begun at 9:50; none that lasted until 13:30 did. */
	claims(CLAIM_OUTAGE, 9 * HOUR + 50 * MIN, USEC_NONE);
	gives(CHECK_NOT_COVERED, CHECK_COARSE);
	claims(CLAIM_OUTAGE, 9 * HOUR + 50 * MIN, 13 * HOUR + 30 * MIN);
	gives(CHECK_DIFFERS, CHECK_ENDS);
	/* Its length is three hours at most, and may be less. */
	claims(CLAIM_OUTAGE, 10 * HOUR + 30 * MIN, USEC_NONE);
	claim.duration = bound(HOUR, MIN);
	gives(CHECK_NOT_COVERED, CHECK_COARSE);
	assert_true(entity.duration.blind);
	claim.duration = bound(4 * HOUR, MIN);
	gives(CHECK_DIFFERS, CHECK_ENDS);
	/* Nobody knows of the time between. */
	claims(CLAIM_NONE, 11 * HOUR + 10 * MIN, 12 * HOUR + 50 * MIN);
	gives(CHECK_NOT_COVERED, CHECK_NO_DATA);
	claims(CLAIM_NONE, 10 * HOUR + 50 * MIN, 12 * HOUR + 50 * MIN);
	gives(CHECK_CONTRADICTED, CHECK_DOWN);
	/* After the one that is known, another may have ended unseen. */
	known[2].start = 18 * HOUR;
	windows[0] = window(10 * HOUR + 30 * MIN, 10 * HOUR + 50 * MIN);
	/* So may one have been later, and longer, in the unknown. */
	claims(CLAIM_OUTAGE, 11 * HOUR + 20 * MIN, USEC_NONE);
	gives(CHECK_NOT_COVERED, CHECK_COARSE);
	claims(CLAIM_OUTAGE, 11 * HOUR + 20 * MIN, USEC_NONE);
	claim.duration = bound(2 * HOUR, MIN);
	claim.start.precision = 40 * MIN;
	gives(CHECK_NOT_COVERED, CHECK_COARSE);
	assert_true(entity.duration.blind);
	claims(CLAIM_OUTAGE, USEC_NONE, 11 * HOUR + 30 * MIN);
	gives(CHECK_NOT_COVERED, CHECK_COARSE);
	claims(CLAIM_OUTAGE, 10 * HOUR + 30 * MIN, 11 * HOUR + 30 * MIN);
	gives(CHECK_DIFFERS, CHECK_ENDS);
}

/* An outage that is known is not the one claimed if that may be unseen. */
static void
never_seen_up(void **state)
{
	(void)state;
	/* Known: 0-8, 11-24; out at 11:05. */
	known[0].end = 8 * HOUR;
	known[1] = (struct outage_span){11 * HOUR, 24 * HOUR, 13 * HOUR};
	whole.known_n = part.known_n = 2;
	out(11 * HOUR + 5 * MIN, 13 * HOUR);
	claims(CLAIM_OUTAGE, 8 * HOUR + 30 * MIN, 10 * HOUR + 30 * MIN);
	claim.end.precision = 40 * MIN;
	gives(CHECK_NOT_COVERED, CHECK_COARSE);
	assert_true(entity.start.blind);
	assert_true(entity.end.blind);
	/* At 9 it was there, so it was not out from 8:30 on. */
	known[0].end = 9 * HOUR;
	gives(CHECK_DIFFERS, CHECK_ENDS);
	assert_false(entity.start.blind);
	/* It came back, and from then on nothing is known. */
	known[0].end = 11 * HOUR;
	whole.known_n = part.known_n = 1;
	windows[0] = window(10 * HOUR, 11 * HOUR);
	claims(CLAIM_OUTAGE, 10 * HOUR, USEC_NONE);
	claim.duration = bound(3 * HOUR, MIN);
	gives(CHECK_NOT_COVERED, CHECK_COARSE);
	assert_true(entity.duration.blind);
	known[0].end += 10 * USEC_PER_SEC;
	gives(CHECK_DIFFERS, CHECK_ENDS);
}

static void
unknown_networks(void **state)
{
	(void)state;
	known[0].end = 0;
	whole.known_n = part.known_n = 0;
	whole.seen = whole.verdict = false;
	whole.voting_max = 0;
	claims(CLAIM_OUTAGE, 7 * HOUR, 8 * HOUR);
	gives(CHECK_NOT_COVERED, CHECK_NEVER_SEEN);
	claims(CLAIM_NONE, 7 * HOUR, 8 * HOUR);
	gives(CHECK_NOT_COVERED, CHECK_NEVER_SEEN);
	whole.voting_max = 2;
	gives(CHECK_NOT_COVERED, CHECK_FEW_PEERS);
}

static void
negative_controls(void **state)
{
	(void)state;
	claims(CLAIM_NONE, 2 * HOUR, 20 * HOUR);
	gives(CHECK_CONFIRMED, CHECK_FITS);
	out(10 * HOUR, 10 * HOUR + 2 * MIN);
	gives(CHECK_CONTRADICTED, CHECK_DOWN);
	assert_ptr_equal(entity.first, &windows[0]);
	/* An outage at the claimed edge is within its tolerance. */
	claims(CLAIM_NONE, 10 * HOUR + MIN, 20 * HOUR);
	gives(CHECK_CONFIRMED, CHECK_FITS);
	claims(CLAIM_NONE, 2 * HOUR, 10 * HOUR + MIN);
	gives(CHECK_CONFIRMED, CHECK_FITS);
	/* The loss of a part is no outage. */
	whole.window_n = 0;
	claims(CLAIM_NONE, 2 * HOUR, 20 * HOUR);
	gives(CHECK_CONFIRMED, CHECK_FITS);
}

static void
parts_and_wholes(void **state)
{
	(void)state;
	partly_out(10 * HOUR, 11 * HOUR);
	claims(CLAIM_PARTIAL, 10 * HOUR, 11 * HOUR);
	gives(CHECK_CONFIRMED, CHECK_FITS);
	assert_ptr_equal(entity.first, &parts[0]);
	claims(CLAIM_PARTIAL, 10 * HOUR, 12 * HOUR);
	gives(CHECK_DIFFERS, CHECK_ENDS);
	claims(CLAIM_OUTAGE, 10 * HOUR, 11 * HOUR);
	gives(CHECK_DIFFERS, CHECK_PART);
	claims(CLAIM_PARTIAL, 15 * HOUR, 16 * HOUR);
	gives(CHECK_CONTRADICTED, CHECK_UP);
	/* All of it for 54 of 60 minutes; then for 53. */
	dark = (struct outage_span){
	    10 * HOUR + 3 * MIN, 10 * HOUR + 57 * MIN, 54 * MIN};
	parts[0].blackouts = &dark;
	parts[0].blackout_n = 1;
	claims(CLAIM_PARTIAL, 10 * HOUR, 11 * HOUR);
	gives(CHECK_DIFFERS, CHECK_WHOLE);
	gives(CHECK_DIFFERS, CHECK_WHOLE);
	known[0].start = 12 * HOUR; /* it is not known how much was lost */
	gives(CHECK_NOT_COVERED, CHECK_NO_DATA);
	claims(CLAIM_OUTAGE, 10 * HOUR, 11 * HOUR);
	gives(CHECK_NOT_COVERED, CHECK_NO_DATA);
	known[0].start = 0;
	claims(CLAIM_PARTIAL, 10 * HOUR, 11 * HOUR);
	dark.end -= MIN;
	gives(CHECK_CONFIRMED, CHECK_FITS);
}

static void
flaps(void **state)
{
	(void)state;
	claims(CLAIM_FLAPPING, 9 * HOUR, 12 * HOUR);
	claim.start.precision = claim.end.precision = 45 * MIN;
	gives(CHECK_CONTRADICTED, CHECK_UP);
	out(9 * HOUR + 30 * MIN, 9 * HOUR + 33 * MIN);
	gives(CHECK_DIFFERS, CHECK_COUNT);
	assert_int_equal(entity.window_n, 1);
	out(10 * HOUR, 10 * HOUR + 3 * MIN);
	out(11 * HOUR + 50 * MIN, 11 * HOUR + 53 * MIN);
	gives(CHECK_CONFIRMED, CHECK_FITS);
	assert_int_equal(entity.window_n, 3);
	claim.count = 3;
	gives(CHECK_CONFIRMED, CHECK_FITS);
	claim.count = 4;
	gives(CHECK_DIFFERS, CHECK_COUNT);
	/* The long outage that ends the flapping is no flap. */
	out(12 * HOUR, 20 * HOUR);
	claim.count = 0;
	gives(CHECK_CONFIRMED, CHECK_FITS);
	assert_int_equal(entity.window_n, 3);
	/* One long outage is none either. */
	whole.window_n = 0;
	out(8 * HOUR, 20 * HOUR);
	gives(CHECK_DIFFERS, CHECK_COUNT);
	assert_int_equal(entity.window_n, 0);
	/* Where little is known, more flaps may hide. */
	whole.window_n = 0;
	out(9 * HOUR + 30 * MIN, 9 * HOUR + 33 * MIN);
	known[0].end = 10 * HOUR;
	gives(CHECK_NOT_COVERED, CHECK_PARTLY);
	claim.count = 4;
	gives(CHECK_NOT_COVERED, CHECK_PARTLY);
	/* Bounds that are claimed closely are held. */
	known[0].end = 24 * HOUR;
	claim.count = 0;
	out(10 * HOUR, 10 * HOUR + 3 * MIN);
	claim.start.precision = MIN;
	claim.end.precision = 2 * HOUR;
	gives(CHECK_DIFFERS, CHECK_ENDS);
	assert_true(entity.start.difference == 30 * MIN);
	/* But where the data begin later, the first may not be the first. */
	known[0].start = 9 * HOUR + 10 * MIN;
	gives(CHECK_NOT_COVERED, CHECK_COARSE);
	known[0].start = 0;
	claim.start.precision = 45 * MIN;
	claim.end.precision = MIN;
	gives(CHECK_DIFFERS, CHECK_ENDS);
	known[0].end = 11 * HOUR;
	gives(CHECK_NOT_COVERED, CHECK_COARSE);
	/* Of a flap that goes on where the data end, and one before them. */
	windows[0].start_known = false;
	windows[1].end = USEC_NONE;
	claim.end.precision = 45 * MIN;
	gives(CHECK_NOT_COVERED, CHECK_COARSE);
	assert_true(entity.start.at_least);
	assert_true(entity.end.at_least);
}

/* A claim on several networks holds if it holds for each. */
static void
several_networks(void **state)
{
	static struct outage_as as[3];
	static struct outage_window w;
	struct check_evidence e[3];
	static const struct {
		bool out[3], blind[3];
		enum check_verdict verdict;
		enum check_reason reason;
		size_t shown;
	} cases[] = {
	    {{1, 1, 1}, {0}, CHECK_CONFIRMED, CHECK_FITS, 0},
	    {{0, 0, 0}, {0}, CHECK_CONTRADICTED, CHECK_UP, 0},
	    {{1, 0, 1}, {0}, CHECK_DIFFERS, CHECK_SEVERAL, 1},
	    {{1, 1, 0}, {0, 0, 1}, CHECK_NOT_COVERED, CHECK_SEVERAL, 2},
	    {{0, 0, 0}, {0, 0, 1}, CHECK_CONTRADICTED, CHECK_SEVERAL, 0},
	    {{0, 0, 0}, {1, 1, 1}, CHECK_NOT_COVERED, CHECK_NO_DATA, 0},
	};

	(void)state;
	w = window(10 * HOUR, 11 * HOUR);
	claims(CLAIM_OUTAGE, 10 * HOUR, 11 * HOUR);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (size_t k = 0; k < 3; k++) {
			as[k] = whole;
			as[k].windows = &w;
			as[k].window_n = cases[i].out[k];
			as[k].known_n = cases[i].blind[k] ? 0 : 1;
			e[k] = (struct check_evidence){&as[k], &as[k]};
		}
		assert_int_equal(
		    check_claim(&result, &claim, e, 3, SLACK), BLK_OK);
		assert_int_equal(result.verdict, cases[i].verdict);
		assert_int_equal(result.reason, cases[i].reason);
		assert_int_equal(result.shown, cases[i].shown);
		check_fini(&result);
	}
}

static void
a_country_is_not_known(void **state)
{
	(void)state;
	claims(CLAIM_OUTAGE, 10 * HOUR, 11 * HOUR);
	assert_int_equal(check_claim(&result, &claim, NULL, 0, SLACK), BLK_OK);
	assert_int_equal(result.verdict, CHECK_NOT_COVERED);
	assert_int_equal(result.reason, CHECK_COUNTRY);
	check_fini(&result);
}

#define TEST(f) cmocka_unit_test_setup(f, setup)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(both_ends_fit),
	    TEST(nothing_there),
	    TEST(one_bound),
	    TEST(or_later_or_longer),
	    TEST(lengths),
	    TEST(the_best_of_several),
	    TEST(wide_edges),
	    TEST(cut_by_the_data),
	    TEST(gaps),
	    TEST(what_may_hide),
	    TEST(never_seen_up),
	    TEST(unknown_networks),
	    TEST(negative_controls),
	    TEST(parts_and_wholes),
	    TEST(flaps),
	    TEST(several_networks),
	    TEST(a_country_is_not_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
