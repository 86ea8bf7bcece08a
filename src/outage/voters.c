/*
 * A session votes from the moment its word on some prefix is known: its table
 * was synced, or it stated one of the prefixes, since its last reset.  Whether
 * it may vote at all is told by its collector: where that has a RIB, by a full
 * feed; where it has none, only on prefixes that the session has carried.
 */
#include "outage/voters.h"

#include <stdlib.h>
#include <string.h>

#include "base/vec.h"

/* A session of the collector, while time goes on. */
struct voter {
	bool live, away, full, known;
};

/* The resets of a session: after each it may become known once. */
struct epochs {
	size_t first, n; /* in voters.resets */
};

/* A moment from which on a session's word is known. */
struct word {
	usec_t time;
	uint32_t session;
};

struct voters {
	const struct timeline *t;
	const struct changes *changes;
	const uint32_t *asns; /* by session */
	unsigned family;
	bool any_origin; /* some watch means a prefix from whatever origin */
	struct epochs *epochs; /* by session */
	usec_t *resets;
	/* The first word known of an epoch, which has the place of the reset
	   that begins it, and one more before the first; INT64_MAX: none. */
	usec_t *known;
	usec_t *carried; /* by session: a prefix, since when; or INT64_MAX */
	usec_t *carried_any;
	struct word *words; /* by time */
	size_t word_n;
	/* The sweep of a collector. */
	unsigned collector;
	struct voter *voters; /* by session */
	uint32_t *ballots;    /* by ASN: sessions that vote */
	uint32_t voting;
	struct curve_voters_step *steps;
	size_t step_n, step_cap;
};

void
voters_free(struct voters *x)
{
	if (x == NULL)
		return;
	free(x->epochs);
	free(x->resets);
	free(x->known);
	free(x->carried);
	free(x->carried_any);
	free(x->words);
	free(x->voters);
	free(x->ballots);
	free(x->steps);
	free(x);
}

static bool
has_rib(const struct voters *x, uint32_t session)
{
	return x->t->collectors[x->t->sessions[session].collector]
	    .has_rib[x->family];
}

/* --- since when something is known of a session --- */

/* Resets by session, each session's by time. */
static void
list_resets(struct voters *x)
{
	size_t first = 0;

	for (size_t i = 0; i < x->changes->n; i++)
		if (x->changes->v[i].kind == CHANGE_RESET)
			x->epochs[x->changes->v[i].session].n++;
	for (size_t s = 0; s < x->t->session_n; s++) {
		x->epochs[s].first = first;
		first += x->epochs[s].n;
		x->epochs[s].n = 0;
	}
	for (size_t i = 0; i < x->changes->n; i++) {
		const struct change *c = &x->changes->v[i];
		struct epochs *e = &x->epochs[c->session];

		if (c->kind == CHANGE_RESET)
			x->resets[e->first + e->n++] = c->time;
	}
}

static bool
prepare(struct voters *x)
{
	const size_t n = x->t->session_n + 1, m = x->changes->n + n;

	x->epochs = calloc(n, sizeof(*x->epochs));
	x->resets = malloc(m * sizeof(*x->resets));
	x->known = malloc(m * sizeof(*x->known));
	x->carried = malloc(n * sizeof(*x->carried));
	x->carried_any = malloc(n * sizeof(*x->carried_any));
	x->voters = calloc(n, sizeof(*x->voters));
	x->ballots = calloc(n, sizeof(*x->ballots));
	if (x->epochs == NULL || x->resets == NULL || x->known == NULL ||
	    x->carried == NULL || x->carried_any == NULL || x->voters == NULL ||
	    x->ballots == NULL)
		return false;
	for (size_t i = 0; i < m; i++)
		x->known[i] = INT64_MAX;
	for (size_t s = 0; s < n; s++)
		x->carried[s] = x->carried_any[s] = INT64_MAX;
	for (size_t i = 0; i < x->t->watch_n; i++)
		x->any_origin |= x->t->watches[i].by_prefix ||
		    x->t->watches[i].country != NULL;
	list_resets(x);
	return true;
}

/* The place in known of the epoch that holds at time. */
static usec_t *
epoch_at(const struct voters *x, uint32_t session, usec_t time)
{
	const struct epochs *e = &x->epochs[session];
	size_t lo = 0, hi = e->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (x->resets[e->first + mid] <= time)
			lo = mid + 1;
		else
			hi = mid;
	}
	return &x->known[e->first + session + lo];
}

static void
note_known(const struct voters *x, uint32_t session, usec_t time)
{
	usec_t *at = epoch_at(x, session, time);

	if (time < *at)
		*at = time;
}

typedef void visit_fn(
    struct voters *x, const struct tl_entry *e, uint32_t session);

/* Each entry of a prefix's log, session by session. */
static void
visit_log(struct voters *x, const struct tl_prefix *p, visit_fn *visit)
{
	for (uint32_t i = 0; i < p->log_n; i++) {
		const struct tl_entry *e = &p->log[i];
		const uint32_t one = e->session, *sessions = &one;
		uint32_t n = 1;

		if (e->is_group)
			sessions = timeline_run(&x->t->groups, one, &n);
		for (uint32_t k = 0; k < n; k++)
			visit(x, e, sessions[k]);
	}
}

static void
note_carried(struct voters *x, const struct tl_entry *e, uint32_t session)
{
	if (e->state != TL_UP)
		return;
	if (e->time < x->carried[session])
		x->carried[session] = e->time;
	if (e->time < x->carried_any[session])
		x->carried_any[session] = e->time;
}

static void
note_word(struct voters *x, const struct tl_entry *e, uint32_t session)
{
	const bool no_origin = e->state == TL_UP && !e->is_set &&
	    e->origin == TL_ORIGIN_NONE && !x->any_origin;

	if (e->state != TL_UNKNOWN && !no_origin &&
	    (has_rib(x, session) || e->time >= x->carried[session]))
		note_known(x, session, e->time);
}

static void
forget_carried(struct voters *x, const struct tl_entry *e, uint32_t session)
{
	(void)e;
	x->carried[session] = INT64_MAX;
}

static void
note_words(struct voters *x)
{
	for (size_t i = 0; i < x->t->prefix_n; i++) {
		const struct tl_prefix *p = &x->t->prefixes[i];

		if ((p->prefix.afi == AFI_IPV6) != x->family)
			continue;
		visit_log(x, p, note_carried);
		visit_log(x, p, note_word);
		visit_log(x, p, forget_carried);
	}
}

/* Of one moment, only what comes after a reset is of the new epoch. */
static void
note_syncs(struct voters *x)
{
	uint32_t *resets = x->ballots; /* so far, by session */

	for (size_t i = 0; i < x->changes->n; i++) {
		const struct change *c = &x->changes->v[i];
		usec_t *at = &x->known[x->epochs[c->session].first +
		    c->session + resets[c->session]];

		resets[c->session] += c->kind == CHANGE_RESET;
		if (c->kind == CHANGE_SYNC && c->time < *at &&
		    (has_rib(x, c->session) ||
			x->carried_any[c->session] <= c->time))
			*at = c->time;
	}
}

static int
word_cmp(const void *a, const void *b)
{
	const struct word *x = a, *y = b;

	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	return x->session < y->session ? -1 : x->session > y->session;
}

static bool
list_words(struct voters *x)
{
	size_t n = x->changes->n + x->t->session_n + 1;

	x->words = malloc(n * sizeof(*x->words));
	if (x->words == NULL)
		return false;
	for (uint32_t s = 0; s < x->t->session_n; s++) {
		const struct epochs *e = &x->epochs[s];
		const usec_t *known = &x->known[e->first + s];

		for (size_t i = 0; i <= e->n; i++)
			if (known[i] != INT64_MAX)
				x->words[x->word_n++] =
				    (struct word){known[i], s};
	}
	if (x->word_n > 0)
		qsort(x->words, x->word_n, sizeof(*x->words), word_cmp);
	return true;
}

enum blk_status
voters_new(struct voters **out, const struct judge *j, const struct timeline *t,
    unsigned family)
{
	struct voters *x = calloc(1, sizeof(*x));

	if (x == NULL)
		return BLK_ENOMEM;
	x->t = t;
	x->changes = judge_changes(j, family);
	x->asns = judge_asns(j);
	x->family = family;
	if (!prepare(x)) {
		voters_free(x);
		return BLK_ENOMEM;
	}
	note_words(x);
	note_syncs(x);
	if (!list_words(x)) {
		voters_free(x);
		return BLK_ENOMEM;
	}
	*out = x;
	return BLK_OK;
}

/* --- the sweep --- */

static bool
is_here(const struct voters *x, uint32_t session)
{
	return x->t->sessions[session].collector == x->collector;
}

/* Take a session out of the count (by -1) or put it in (by +1). */
static void
count(struct voters *x, uint32_t session, int by)
{
	const struct voter *v = &x->voters[session];
	uint32_t *ballot = &x->ballots[x->asns[session]];

	if (!v->live || v->away || !v->known ||
	    (has_rib(x, session) && !v->full))
		return;
	x->voting -= *ballot > 0;
	*ballot += (uint32_t)by;
	x->voting += *ballot > 0;
}

static void
apply(struct voter *v, enum change_kind kind)
{
	switch (kind) {
	case CHANGE_LIVE:
	case CHANGE_DEAD:
		v->live = kind == CHANGE_LIVE;
		break;
	case CHANGE_AWAY:
	case CHANGE_BACK:
		v->away = kind == CHANGE_AWAY;
		break;
	case CHANGE_RESET:
		v->known = false;
		break;
	case CHANGE_SYNC: /* is a word */
		break;
	case CHANGE_FULL:
	case CHANGE_PARTIAL:
		v->full = kind == CHANGE_FULL;
		break;
	}
}

static void
apply_change(struct voters *x, const struct change *c)
{
	if (!is_here(x, c->session))
		return;
	count(x, c->session, -1);
	apply(&x->voters[c->session], (enum change_kind)c->kind);
	count(x, c->session, 1);
}

static void
apply_word(struct voters *x, const struct word *w)
{
	if (!is_here(x, w->session))
		return;
	count(x, w->session, -1);
	x->voters[w->session].known = true;
	count(x, w->session, 1);
}

static bool
add_step(struct voters *x, usec_t time)
{
	if (time == USEC_NONE ||
	    (x->step_n > 0 && x->steps[x->step_n - 1].voting == x->voting))
		return true;
	if (!vec_reserve(&x->steps, x->step_n, &x->step_cap, sizeof(*x->steps)))
		return false;
	x->steps[x->step_n++] = (struct curve_voters_step){time, x->voting};
	return true;
}

/* What happens to sessions comes before what they say at the same time. */
static bool
sweep(struct voters *x)
{
	const struct change *c = x->changes->v;
	const struct word *w = x->words;
	size_t a = 0, b = 0, n = x->changes->n;

	while (a < n || b < x->word_n) {
		usec_t time =
		    b == x->word_n || (a < n && c[a].time <= w[b].time)
		    ? c[a].time
		    : w[b].time;

		while (a < n && c[a].time == time)
			apply_change(x, &c[a++]);
		while (b < x->word_n && w[b].time == time)
			apply_word(x, &w[b++]);
		if (!add_step(x, time))
			return false;
	}
	return true;
}

enum blk_status
voters_get(struct voters *v, unsigned collector,
    const struct curve_voters_step **out, size_t *n)
{
	const size_t session_n = v->t->session_n + 1;

	memset(v->voters, 0, session_n * sizeof(*v->voters));
	memset(v->ballots, 0, session_n * sizeof(*v->ballots));
	v->voting = 0;
	v->step_n = 0;
	v->collector = collector;
	if (!sweep(v))
		return BLK_ENOMEM;
	*out = v->steps;
	*n = v->step_n;
	return BLK_OK;
}
