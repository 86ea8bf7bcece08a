/*
 * The networks of a claim are judged one by one; a claim on several holds if
 * it holds for each.  Moments that are not known are the ends of time, which
 * are compared like any other and never added to.
 */
#include "blackout/check.h"

#include <stdlib.h>

/* The ends of time. */
#define EVER_BEFORE (INT64_MIN + 1)
#define EVER_AFTER INT64_MAX

/* A change known so closely is taken at the second that is printed. */
#define EXACT (5 * USEC_PER_SEC)
/* Time without a verdict that hides no outage worth a claim. */
#define BLIND_MAX (60 * USEC_PER_SEC)
/* An outage that is total for such a share of its length is no partial one. */
#define WHOLE_SHARE 0.9
/* Below such a share of the claimed time, silence contradicts nothing. */
#define KNOWN_SHARE 0.5

struct range {
	usec_t from, to; /* both inclusive */
};

struct trial {
	const struct claim *claim;
	const struct check_evidence *evidence;
	usec_t slack;
	struct range span; /* the time claimed, with its tolerances */
	struct range core; /* without them */
	struct check_entity *out;
};

const char *
check_verdict_name(enum check_verdict verdict)
{
	static const char *const names[] = {
	    [CHECK_CONFIRMED] = "confirmed",
	    [CHECK_DIFFERS] = "differs",
	    [CHECK_CONTRADICTED] = "contradicted",
	    [CHECK_NOT_COVERED] = "not_covered",
	};

	return names[verdict];
}

const char *
check_reason_name(enum check_reason reason)
{
	static const char *const names[] = {
	    [CHECK_FITS] = "fits",
	    [CHECK_ENDS] = "ends",
	    [CHECK_PART] = "part",
	    [CHECK_WHOLE] = "whole",
	    [CHECK_COUNT] = "count",
	    [CHECK_UP] = "up",
	    [CHECK_DOWN] = "down",
	    [CHECK_NO_DATA] = "no_data",
	    [CHECK_PARTLY] = "partly",
	    [CHECK_COARSE] = "coarse",
	    [CHECK_NO_TIME] = "no_time",
	    [CHECK_NEVER_SEEN] = "never_seen",
	    [CHECK_FEW_PEERS] = "few_peers",
	    [CHECK_COUNTRY] = "country",
	    [CHECK_SEVERAL] = "several",
	};

	return names[reason];
}

/* --- ranges --- */

static usec_t
tolerance(const struct claim_bound *b, usec_t slack)
{
	return b->precision + slack;
}

static struct range
claimed_range(const struct claim_bound *b, usec_t slack)
{
	const usec_t t = tolerance(b, slack);

	return (struct range){
	    b->side == CLAIM_OR_LESS ? EVER_BEFORE : b->value - t,
	    b->side == CLAIM_OR_MORE ? EVER_AFTER : b->value + t};
}

/* How far apart two ranges lie; 0 if they touch. */
static usec_t
distance(struct range a, struct range b)
{
	if (a.to < b.from)
		return b.from - a.to;
	return b.to < a.from ? a.from - b.to : 0;
}

static bool
within(struct range inner, struct range outer)
{
	return inner.from >= outer.from && inner.to <= outer.to;
}

static struct range
seen_start(const struct outage_window *w)
{
	return (struct range){
	    w->start_known ? w->start_earliest : EVER_BEFORE, w->start};
}

static struct range
seen_end(const struct outage_window *w)
{
	return (struct range){
	    w->end_earliest, w->end != USEC_NONE ? w->end : EVER_AFTER};
}

/* From the first of two windows to the end of the last. */
static struct range
seen_duration(const struct outage_window *first, const struct outage_window *w)
{
	const struct range start = seen_start(first), end = seen_end(w);

	return (struct range){end.from - start.to,
	    start.from == EVER_BEFORE || end.to == EVER_AFTER
		? EVER_AFTER
		: end.to - start.from};
}

/* The last moment known out. */
static usec_t
last_down(const struct outage_window *w)
{
	return w->end != USEC_NONE ? w->end : w->end_earliest + USEC_PER_SEC;
}

/* --- the time claimed --- */

/* Start and end as claimed, of which a duration may make up for one. */
static void
claimed_ends(const struct claim *c, bool *has_start, usec_t *start,
    bool *has_end, usec_t *end)
{
	*has_start = c->start.given;
	*start = c->start.value;
	*has_end = c->end.given;
	*end = c->end.value;
	if (!c->duration.given)
		return;
	if (c->start.given && !c->end.given) {
		*has_end = true;
		*end = c->start.value + c->duration.value;
	} else if (c->end.given && !c->start.given) {
		*has_start = true;
		*start = c->end.value - c->duration.value;
	}
}

/* The tolerance of both ends of the time claimed. */
static void
end_tolerances(
    const struct claim *c, usec_t slack, usec_t *at_start, usec_t *at_end)
{
	*at_start = c->start.given ? tolerance(&c->start, slack)
				   : tolerance(&c->end, slack);
	*at_end = c->end.given ? tolerance(&c->end, slack) : *at_start;
	if (c->duration.given && !c->end.given)
		*at_end += c->duration.precision;
	if (c->duration.given && !c->start.given)
		*at_start += c->duration.precision;
}

/* Where an outage must lie, in part, to be the one claimed. */
static struct range
claimed_span(const struct claim *c, usec_t slack)
{
	bool has_start, has_end;
	usec_t start, end, before, after;

	claimed_ends(c, &has_start, &start, &has_end, &end);
	if (!has_start && !has_end)
		return (struct range){EVER_BEFORE, EVER_AFTER};
	end_tolerances(c, slack, &before, &after);
	if (!has_end)
		end = start;
	if (!has_start)
		start = end;
	if (!has_start || !has_end) {
		before += CHECK_REACH;
		after += CHECK_REACH;
	}
	return (struct range){start - before, end + after};
}

/*
 * What the claim says for sure: between its ends without their tolerances; of
 * one end, the time around it.
 */
static struct range
claimed_core(const struct claim *c, usec_t slack)
{
	bool has_start, has_end;
	usec_t start, end, before, after;

	claimed_ends(c, &has_start, &start, &has_end, &end);
	end_tolerances(c, slack, &before, &after);
	if (!has_end)
		return (struct range){start - before, start + before};
	if (!has_start)
		return (struct range){end - after, end + after};
	if (start + before < end - after)
		return (struct range){start + before, end - after};
	return (struct range){start, end};
}

/* --- what is known of it --- */

static usec_t
known_time(const struct outage_as *as, struct range r)
{
	usec_t sum = 0;

	for (size_t i = 0; i < as->known_n; i++) {
		const struct outage_span *s = &as->known[i];
		const usec_t from = s->start > r.from ? s->start : r.from;
		const usec_t to = s->end < r.to ? s->end : r.to;

		sum += to > from ? to - from : 0;
	}
	return sum;
}

/* Outages may hide in r, of which too little is known. */
static bool
is_blind(const struct trial *t, struct range r)
{
	return r.from < r.to &&
	    r.to - r.from - known_time(t->out->as, r) > BLIND_MAX;
}

static bool
touches(const struct outage_window *w, struct range r)
{
	return w->start <= r.to && last_down(w) > r.from;
}

static void
settle(struct trial *t, enum check_verdict verdict, enum check_reason reason)
{
	t->out->verdict = verdict;
	t->out->reason = reason;
}

/* The archive cannot tell: why not? */
static enum check_reason
blind_reason(const struct check_entity *e)
{
	if (e->as->voting_max == 0)
		return CHECK_NEVER_SEEN;
	if (!e->as->verdict)
		return CHECK_FEW_PEERS;
	if (!e->as->seen)
		return CHECK_NEVER_SEEN;
	return e->known == 0 ? CHECK_NO_DATA : CHECK_PARTLY;
}

static const struct outage_window *
nearest(const struct outage_as *as, struct range r)
{
	const struct outage_window *best = NULL;
	usec_t least = EVER_AFTER;

	for (size_t i = 0; i < as->window_n; i++) {
		const struct outage_window *w = &as->windows[i];
		const usec_t d =
		    distance((struct range){w->start, last_down(w)}, r);

		if (d < least) {
			least = d;
			best = w;
		}
	}
	return best;
}

/* Enough of the time claimed to speak against the claim. */
static bool
is_known(const struct check_entity *e)
{
	return e->known > 0 &&
	    (double)e->known >= KNOWN_SHARE * (double)e->claimed;
}

/* No outage is there: was it up, or is that not known? */
static void
judge_absence(struct trial *t)
{
	struct check_entity *e = t->out;

	e->nearest = nearest(e->as, t->core);
	if (is_known(e))
		settle(t, CHECK_CONTRADICTED, CHECK_UP);
	else
		settle(t, CHECK_NOT_COVERED, blind_reason(e));
}

/* Some of what is known in r is that it was out, in w. */
static bool
known_out(const struct trial *t, const struct outage_window *w, struct range r)
{
	const struct range both = {w->start > r.from ? w->start : r.from,
	    last_down(w) < r.to ? last_down(w) : r.to};

	return touches(w, r) && known_time(t->out->as, both) > 0;
}

/* --- bounds --- */

/* told: the second that is printed as observed, within seen. */
static void
hold(struct check_bound *out, const struct claim_bound *b, usec_t slack,
    struct range seen, usec_t told)
{
	const struct range c = claimed_range(b, slack);

	if (!b->given)
		return;
	out->claimed = true;
	out->at_least = seen.from == EVER_BEFORE || seen.to == EVER_AFTER;
	out->difference = told - b->value;
	if (!out->at_least && seen.to - seen.from <= EXACT)
		seen.from = seen.to = told;
	out->verdict = within(seen, c) ? CHECK_CONFIRMED
	    : distance(seen, c) > 0    ? CHECK_DIFFERS
				       : CHECK_NOT_COVERED;
}

static void
hold_bounds(struct trial *t, const struct outage_window *first,
    const struct outage_window *last)
{
	const struct claim *c = t->claim;
	struct check_entity *e = t->out;

	e->first = first;
	e->last = last;
	hold(&e->start, &c->start, t->slack, seen_start(first), first->start);
	hold(&e->end, &c->end, t->slack, seen_end(last), last_down(last));
	/* A length rests on two bounds, and is as unsure as both. */
	hold(&e->duration, &c->duration, 2 * t->slack,
	    seen_duration(first, last), last_down(last) - first->start);
}

static bool
any_bound(const struct check_entity *e, enum check_verdict verdict)
{
	return (e->start.claimed && e->start.verdict == verdict) ||
	    (e->end.claimed && e->end.verdict == verdict) ||
	    (e->duration.claimed && e->duration.verdict == verdict);
}

/* All bounds are held: what follows, where nothing else speaks against it? */
static void
settle_bounds(struct trial *t)
{
	if (any_bound(t->out, CHECK_DIFFERS))
		settle(t, CHECK_DIFFERS, CHECK_ENDS);
	else if (any_bound(t->out, CHECK_NOT_COVERED))
		settle(t, CHECK_NOT_COVERED, CHECK_COARSE);
	else
		settle(t, CHECK_CONFIRMED, CHECK_FITS);
}

/* --- outages and parts --- */

/* It is claimed to have been out for a time, and not only at one end. */
static bool
claims_time(const struct claim *c)
{
	return c->duration.given || (c->start.given && c->end.given);
}

static void
doubt(struct check_bound *b, bool blind)
{
	if (!b->claimed || b->verdict != CHECK_DIFFERS || !blind)
		return;
	b->verdict = CHECK_NOT_COVERED;
	b->blind = true;
}

/* For some of the time claimed it is known to have been there. */
static bool
was_there(const struct trial *t)
{
	const struct outage_as *as = t->claim->kind == CLAIM_PARTIAL
	    ? t->evidence->part
	    : t->evidence->whole;
	usec_t up = known_time(as, t->core);

	for (size_t i = 0; i < as->window_n; i++) {
		const struct outage_window *w = &as->windows[i];
		const usec_t end = last_down(w);

		up -= known_time(as,
		    (struct range){
			w->start > t->core.from ? w->start : t->core.from,
			end < t->core.to ? end : t->core.to});
	}
	return up > 0;
}

/*
 * Whether a start that differs might be that of another outage than the one
 * claimed, which lies where nothing is known.  Against a claim that it was out
 * for some time it is enough that it was there in that time.
 */
static bool
start_may_hide(const struct trial *t, const struct outage_window *w)
{
	const struct claim_bound *b = &t->claim->start;
	const usec_t room = tolerance(b, t->slack);
	const struct range seen = seen_start(w);

	if (seen.to < b->value)
		return is_blind(t, (struct range){seen.to, b->value + room});
	if (claims_time(t->claim))
		return !was_there(t);
	return is_blind(t, (struct range){b->value - room, seen.from});
}

/* The same of an end. */
static bool
end_may_hide(const struct trial *t, const struct outage_window *w)
{
	const struct claim_bound *b = &t->claim->end;
	const usec_t room = tolerance(b, t->slack);
	const struct range seen = seen_end(w);

	if (seen.from > b->value)
		return is_blind(t, (struct range){b->value - room, seen.from});
	if (claims_time(t->claim))
		return !was_there(t);
	return is_blind(t, (struct range){seen.to, b->value + room});
}

/*
 * The same of a length: a window with unknown time in it may be two, and each
 * of them shorter.
 */
static bool
length_may_hide(const struct trial *t, const struct outage_window *w)
{
	return t->out->duration.difference > 0 ? w->unknown > BLIND_MAX
					       : !was_there(t);
}

/* How badly a window fits what is claimed: the sum of what is too much. */
static usec_t
misfit(const struct trial *t, const struct outage_window *w)
{
	const struct claim *c = t->claim;
	usec_t sum = 0;

	if (c->start.given)
		sum +=
		    distance(seen_start(w), claimed_range(&c->start, t->slack));
	if (c->end.given)
		sum += distance(seen_end(w), claimed_range(&c->end, t->slack));
	if (c->duration.given)
		sum += distance(seen_duration(w, w),
		    claimed_range(&c->duration, 2 * t->slack));
	return sum;
}

static const struct outage_window *
best_fit(const struct trial *t, const struct outage_as *as)
{
	const struct outage_window *best = NULL;
	usec_t least = EVER_AFTER;

	for (size_t i = 0; i < as->window_n; i++) {
		const struct outage_window *w = &as->windows[i];
		const usec_t m = misfit(t, w);

		if (!touches(w, t->span))
			continue;
		/* Of those that fit alike, the longest made the news. */
		if (m < least ||
		    (m == least && best != NULL &&
			w->duration > best->duration)) {
			least = m;
			best = w;
		}
	}
	return best;
}

/* All of the network is gone for nearly all of the window. */
static bool
is_whole(const struct outage_window *w)
{
	const usec_t end = last_down(w);
	usec_t dark = 0;

	for (size_t i = 0; i < w->blackout_n; i++) {
		const struct outage_span *b = &w->blackouts[i];
		const usec_t b_end = b->end != USEC_NONE ? b->end : end;
		const usec_t from = b->start > w->start ? b->start : w->start;
		const usec_t to = b_end < end ? b_end : end;

		dark += to > from ? to - from : 0;
	}
	return (double)dark >= WHOLE_SHARE * (double)(end - w->start);
}

/* All was lost where a part is claimed, or a part where all is. */
static enum check_reason
wrong_extent(const struct trial *t, const struct outage_window *w, bool whole)
{
	if (t->claim->kind == CLAIM_OUTAGE)
		return whole ? CHECK_FITS : CHECK_PART;
	return is_whole(w) ? CHECK_WHOLE : CHECK_FITS;
}

/* Of the time claimed it must be known how much was lost. */
static void
settle_extent(
    struct trial *t, const struct outage_window *w, enum check_reason extent)
{
	if (extent == CHECK_PART ? is_known(t->out) : known_out(t, w, t->core))
		settle(t, CHECK_DIFFERS, extent);
	else
		settle(t, CHECK_NOT_COVERED, blind_reason(t->out));
}

static void
judge_window(struct trial *t)
{
	const struct outage_window *w = NULL;
	enum check_reason extent;
	bool whole;

	if (t->claim->kind == CLAIM_OUTAGE)
		w = best_fit(t, t->evidence->whole);
	whole = w != NULL;
	if (w == NULL)
		w = best_fit(t, t->evidence->part);
	if (w == NULL) {
		judge_absence(t);
		return;
	}
	extent = wrong_extent(t, w, whole);
	t->out->window_n = 1;
	hold_bounds(t, w, w);
	doubt(&t->out->start, start_may_hide(t, w));
	doubt(&t->out->end, end_may_hide(t, w));
	doubt(&t->out->duration, length_may_hide(t, w));
	settle_bounds(t);
	if (extent != CHECK_FITS)
		settle_extent(t, w, extent);
	else if (t->out->verdict == CHECK_CONFIRMED && claims_time(t->claim) &&
	    w->unknown > last_down(w) - w->start - w->unknown)
		settle(t, CHECK_NOT_COVERED, CHECK_PARTLY);
}

/* Only a length is claimed: without a time nothing can speak against it. */
static void
judge_length(struct trial *t)
{
	judge_window(t);
	if (t->out->verdict == CHECK_CONFIRMED)
		return;
	settle(t, CHECK_NOT_COVERED, CHECK_NO_TIME);
}

/* --- flapping --- */

/*
 * The first outage found is the first there was only if no other can hide
 * where the claim has it, or between; and so for the last.
 */
static void
hold_flaps(struct trial *t)
{
	struct check_entity *e = t->out;
	const struct claim_bound *start = &t->claim->start;
	const struct claim_bound *end = &t->claim->end;

	hold_bounds(t, e->first, e->last);
	doubt(&e->start,
	    is_blind(t,
		(struct range){start->value - tolerance(start, t->slack),
		    seen_start(e->first).from}));
	doubt(&e->end,
	    is_blind(t,
		(struct range){seen_end(e->last).to,
		    end->value + tolerance(end, t->slack)}));
}

static void
judge_flapping(struct trial *t)
{
	const struct outage_as *as = t->evidence->whole;
	const unsigned wanted = t->claim->count;
	struct check_entity *e = t->out;
	const struct outage_window *touched = NULL;
	bool blind;

	for (size_t i = 0; i < as->window_n; i++) {
		const struct outage_window *w = &as->windows[i];

		if (touches(w, t->span))
			touched = w;
		/* One that reaches beyond the span is none of its flaps. */
		if (w->start < t->span.from || last_down(w) > t->span.to)
			continue;
		if (e->window_n++ == 0)
			e->first = w;
		e->last = w;
	}
	blind = is_blind(t, t->span);
	if (touched == NULL) {
		judge_absence(t);
		return;
	}
	if (e->window_n == 0) {
		e->first = e->last = touched;
	} else {
		hold_flaps(t);
		settle_bounds(t);
	}
	if (e->window_n >= 2 && (wanted == 0 || e->window_n == wanted))
		return;
	/* Others may lie where nothing is known. */
	if (blind && (wanted == 0 || e->window_n < wanted))
		settle(t, CHECK_NOT_COVERED, CHECK_PARTLY);
	else
		settle(t, CHECK_DIFFERS, CHECK_COUNT);
}

/* --- none --- */

static void
judge_none(struct trial *t)
{
	const struct outage_as *as = t->evidence->whole;
	struct check_entity *e = t->out;

	for (size_t i = 0; i < as->window_n; i++) {
		const struct outage_window *w = &as->windows[i];

		if (!known_out(t, w, t->core))
			continue;
		if (e->window_n++ == 0)
			e->first = w;
		e->last = w;
	}
	if (e->window_n > 0)
		settle(t, CHECK_CONTRADICTED, CHECK_DOWN);
	else if (e->known > 0 && !is_blind(t, t->core))
		settle(t, CHECK_CONFIRMED, CHECK_FITS);
	else
		settle(t, CHECK_NOT_COVERED, blind_reason(e));
}

/* --- a claim --- */

static void
judge_entity(struct trial *t)
{
	const struct claim *c = t->claim;

	*t->out = (struct check_entity){.as = t->evidence->whole};
	if (c->start.given || c->end.given) {
		t->out->claimed = t->core.to - t->core.from;
		t->out->known = known_time(t->out->as, t->core);
	}
	switch (c->kind) {
	case CLAIM_OUTAGE:
	case CLAIM_PARTIAL:
		if (c->start.given || c->end.given)
			judge_window(t);
		else
			judge_length(t);
		break;
	case CLAIM_FLAPPING:
		judge_flapping(t);
		break;
	case CLAIM_NONE:
		judge_none(t);
		break;
	}
}

/* Which of the networks stands for all: the worst news first. */
static unsigned
weight(enum check_verdict verdict)
{
	static const unsigned weights[] = {
	    [CHECK_CONFIRMED] = 0,
	    [CHECK_NOT_COVERED] = 1,
	    [CHECK_DIFFERS] = 2,
	    [CHECK_CONTRADICTED] = 3,
	};

	return weights[verdict];
}

/* What the networks' verdicts make of the claim on all of them. */
static void
combine(struct check_result *r)
{
	bool has[CHECK_VERDICTS] = {false};

	for (size_t i = 0; i < r->entity_n; i++) {
		has[r->entities[i].verdict] = true;
		if (weight(r->entities[i].verdict) >
		    weight(r->entities[r->shown].verdict))
			r->shown = i;
	}
	r->verdict = r->entities[r->shown].verdict;
	r->reason = r->entities[r->shown].reason;
	if (has[CHECK_CONTRADICTED] &&
	    (has[CHECK_CONFIRMED] || has[CHECK_DIFFERS]))
		r->verdict = CHECK_DIFFERS;
	for (size_t i = 0; i < r->entity_n; i++)
		if (r->entities[i].verdict != r->entities[r->shown].verdict)
			r->reason = CHECK_SEVERAL;
}

enum blk_status
check_claim(struct check_result *out, const struct claim *claim,
    const struct check_evidence *evidence, size_t n, usec_t slack)
{
	struct trial t = {.claim = claim, .slack = slack};

	*out = (struct check_result){
	    .verdict = CHECK_NOT_COVERED, .reason = CHECK_COUNTRY};
	if (n == 0)
		return BLK_OK;
	out->entities = calloc(n, sizeof(*out->entities));
	if (out->entities == NULL)
		return BLK_ENOMEM;
	t.span = claimed_span(claim, slack);
	t.core = claimed_core(claim, slack);
	for (size_t i = 0; i < n; i++) {
		t.evidence = &evidence[i];
		t.out = &out->entities[out->entity_n++];
		judge_entity(&t);
	}
	combine(out);
	return BLK_OK;
}

void
check_fini(struct check_result *r)
{
	free(r->entities);
	*r = (struct check_result){0};
}
