/*
 * From judged entities to the result: windows are found, joined, filtered and
 * furnished with their details here.
 */
#include "blackout/outage.h"

#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "outage/entity.h"
#include "outage/events.h"
#include "outage/members.h"

/* Prefixes of one window that are looked through for peers that kept them. */
#define STUCK_PREFIXES_MAX 256u
/* Origins of a prefix that are considered for the usual one. */
#define ORIGINS_COUNTED 64u

struct outage_params
outage_params_default(void)
{
	return (struct outage_params){.visibility = 0.5,
	    .loss = 0.5,
	    .full_feed = 0.75,
	    .min_peers = 3,
	    .min_duration = 60 * USEC_PER_SEC,
	    .start = USEC_NONE,
	    .end = USEC_NONE};
}

const char *
outage_kind_name(enum outage_kind kind)
{
	static const char *const names[] = {
	    [OUTAGE_WITHDRAWN] = "withdrawn",
	    [OUTAGE_MOVED] = "moved",
	    [OUTAGE_COVERED] = "covered",
	};

	return names[kind];
}

static void
window_fini(struct outage_window *w)
{
	free(w->blackouts);
	free(w->stuck);
	free(w->prefixes);
	free(w->collectors);
}

static void
as_fini(struct outage_as *a)
{
	for (size_t i = 0; i < a->window_n; i++)
		window_fini(&a->windows[i]);
	free(a->windows);
	free(a->baseline);
	free(a->known);
	free(a->families[0].blackouts);
	free(a->families[1].blackouts);
	free(a->partial);
}

void
outage_free(struct outage_result *r)
{
	if (r == NULL)
		return;
	for (size_t i = 0; i < r->as_n; i++)
		as_fini(&r->ases[i]);
	events_free(r);
	free(r->ases);
	free(r->rows);
	free(r);
}

/* --- spans of one of the entity's verdicts --- */

enum course {
	COURSE_ENTITY,
	COURSE_BLACKOUT,
	COURSE_IPV4,
	COURSE_IPV6,
};

static enum verdict
verdict_at(const struct entity_step *s, enum course course)
{
	switch (course) {
	case COURSE_ENTITY:
		return s->verdict;
	case COURSE_BLACKOUT:
		return s->blackout;
	case COURSE_IPV4:
		return s->family[0];
	case COURSE_IPV6:
		return s->family[1];
	}
	return VERDICT_UNKNOWN;
}

static bool
find_spans(const struct entity *e, enum course course, struct span_list *out)
{
	struct span_builder b;

	span_begin(&b, out);
	for (size_t i = 0; i < e->step_n; i++)
		if (!span_feed(
			&b, e->steps[i].time, verdict_at(&e->steps[i], course)))
			return false;
	return span_end(&b, e->t->end);
}

static usec_t
end_or(usec_t end, usec_t otherwise)
{
	return end != USEC_NONE ? end : otherwise;
}

/* Whether [a, a_end) and [b, b_end) share a moment. */
static bool
overlap(usec_t a, usec_t a_end, usec_t b, usec_t b_end)
{
	return a < b_end && b < a_end;
}

static bool
asked_for(const struct entity *e, usec_t start, usec_t end)
{
	usec_t from = e->params->start, until = e->params->end;

	return (from == USEC_NONE || end_or(end, e->t->end) > from) &&
	    (until == USEC_NONE || start < until);
}

/* Copy the spans that touch [start, end) and are long enough. */
static bool
copy_spans(const struct entity *e, const struct span_list *l, usec_t start,
    usec_t end, usec_t min, struct outage_span **out, size_t *n)
{
	*n = 0;
	*out = calloc(l->n + 1, sizeof(**out));
	if (*out == NULL)
		return false;
	for (size_t i = 0; i < l->n; i++) {
		const struct span *s = &l->v[i];
		usec_t length = span_duration(s);

		if (length >= min &&
		    overlap(start, end, s->start, end_or(s->end, e->t->end)))
			(*out)[(*n)++] = (struct outage_span){.start = s->start,
			    .end = s->end,
			    .duration = length};
	}
	return true;
}

/* --- the details of a window --- */

static void
fill_extremes(const struct entity *e, struct outage_window *w, usec_t end)
{
	for (size_t i = 0; i < e->step_n; i++) {
		const struct entity_step *s = &e->steps[i];
		usec_t until =
		    i + 1 < e->step_n ? e->steps[i + 1].time : e->t->end;

		if (!overlap(w->start, end, s->time, until))
			continue;
		w->loss = s->loss > w->loss ? s->loss : w->loss;
		if (s->lost > w->prefixes_lost)
			w->prefixes_lost = s->lost;
		if (s->total > w->prefixes_total)
			w->prefixes_total = s->total;
	}
}

static int
stretch_cmp(const void *a, const void *b)
{
	const struct outage_prefix *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return prefix_cmp(&x->prefix, &y->prefix);
}

/* The stretch with its bounds in whole seconds, as they are told. */
static struct outage_prefix
in_seconds(const struct outage_prefix *p)
{
	struct outage_prefix told = *p;

	told.start = span_second(p->start);
	if (p->end != USEC_NONE)
		told.end = span_second(p->end);
	return told;
}

static bool
fill_prefixes(const struct entity *e, struct outage_window *w, usec_t end)
{
	w->prefixes = calloc(e->stretch_n + 1, sizeof(*w->prefixes));
	if (w->prefixes == NULL)
		return false;
	for (size_t i = 0; i < e->stretch_n; i++) {
		const struct outage_prefix *p = &e->stretches[i];

		if (overlap(
			w->start, end, p->start, end_or(p->end, e->t->end)) &&
		    end_or(p->end, e->t->end) > p->start)
			w->prefixes[w->prefix_n++] = in_seconds(p);
	}
	if (w->prefix_n > 0)
		qsort(w->prefixes, w->prefix_n, sizeof(*w->prefixes),
		    stretch_cmp);
	return true;
}

static int
ipaddr_qcmp(const void *a, const void *b)
{
	return ipaddr_cmp(a, b);
}

static void
fill_stuck(const struct timeline *t, struct outage_window *w,
    const struct judge_facts *facts)
{
	size_t kept = 0;

	for (size_t s = 0; s < t->session_n; s++) {
		bool seen = false;

		if (!facts->stuck[s])
			continue;
		w->stuck[w->stuck_n++] = t->sessions[s].addr;
		for (size_t o = 0; o < s; o++)
			seen |= facts->stuck[o] &&
			    t->sessions[o].asn == t->sessions[s].asn;
		w->still_carrying += !seen;
	}
	if (w->stuck_n > 0)
		qsort(w->stuck, w->stuck_n, sizeof(*w->stuck), ipaddr_qcmp);
	for (size_t i = 0; i < w->stuck_n; i++)
		if (i == 0 || ipaddr_cmp(&w->stuck[i], &w->stuck[kept - 1]))
			w->stuck[kept++] = w->stuck[i];
	w->stuck_n = kept;
}

/* --- who kept one of the lost prefixes, and who voted --- */

/* A stretch that is to be looked at, and of which member. */
struct look {
	struct judge_stretch stretch;
	const struct member *member;
};

struct looks {
	struct look *v;
	size_t n, cap;
};

static int
look_cmp(const void *a, const void *b)
{
	const struct look *x = a, *y = b;

	if (x->member != y->member)
		return x->member < y->member ? -1 : 1;
	if (x->stretch.from != y->stretch.from)
		return x->stretch.from < y->stretch.from ? -1 : 1;
	return 0;
}

/* The stretches of a window, of no more than STUCK_PREFIXES_MAX prefixes. */
static bool
add_looks(const struct entity *e, const struct outage_window *w,
    struct judge_facts *facts, struct looks *out)
{
	usec_t end = end_or(w->end, e->t->end);
	unsigned looked = 0;

	for (size_t i = 0; i < w->prefix_n && looked < STUCK_PREFIXES_MAX;
	     i++) {
		const struct outage_prefix *p = &w->prefixes[i];
		usec_t until = end_or(p->end, e->t->end);
		const struct member *m = entity_member(e, &p->prefix);

		if (p->kind != OUTAGE_WITHDRAWN || m == NULL)
			continue;
		looked++;
		if (!vec_reserve(&out->v, out->n, &out->cap, sizeof(*out->v)))
			return false;
		out->v[out->n++] = (struct look){.member = m,
		    .stretch = {
			.from = p->start > w->start ? p->start : w->start,
			.until = until < end ? until : end,
			.facts = facts}};
	}
	return true;
}

/* Look at all of them, each member's together. */
static bool
look_at(struct entity *e, struct looks *l)
{
	struct judge_stretch *v = calloc(l->n + 1, sizeof(*v));
	bool ok = v != NULL;

	if (ok && l->n > 0)
		qsort(l->v, l->n, sizeof(*l->v), look_cmp);
	for (size_t i = 0, k; ok && i < l->n; i = k) {
		for (k = i; k < l->n && l->v[k].member == l->v[i].member; k++)
			v[k - i] = l->v[k].stretch;
		ok = judge_stretches(e->judge, l->v[i].member->prefix, e->watch,
			 v, k - i) == BLK_OK;
	}
	free(v);
	return ok;
}

static bool
fill_peers_of(const struct timeline *t, struct outage_window *w,
    const struct judge_facts *facts)
{
	w->stuck = calloc(t->session_n + 1, sizeof(*w->stuck));
	w->collectors = calloc(t->collector_n + 1, sizeof(*w->collectors));
	if (w->stuck == NULL || w->collectors == NULL)
		return false;
	fill_stuck(t, w, facts);
	w->voting = facts->voting;
	for (unsigned c = 0; c < t->collector_n; c++)
		if (facts->collectors[c])
			w->collectors[w->collector_n++] = c;
	return true;
}

/* Of all windows at once, so that each prefix is swept over once. */
static bool
fill_peers(struct entity *e, struct outage_as *a)
{
	const size_t sessions = e->t->session_n + 1;
	const size_t collectors = e->t->collector_n + 1;
	bool *flags = calloc(a->window_n, sessions + collectors);
	struct judge_facts *facts = calloc(a->window_n, sizeof(*facts));
	struct looks looks = {0};
	bool ok = flags != NULL && facts != NULL;

	for (size_t i = 0; ok && i < a->window_n; i++) {
		facts[i].stuck = flags + i * (sessions + collectors);
		facts[i].collectors = facts[i].stuck + sessions;
		ok = add_looks(e, &a->windows[i], &facts[i], &looks);
	}
	ok = ok && look_at(e, &looks);
	for (size_t i = 0; ok && i < a->window_n; i++)
		ok = fill_peers_of(e->t, &a->windows[i], &facts[i]);
	free(flags);
	free(facts);
	free(looks.v);
	return ok;
}

/* --- a window's other details --- */

static bool
fill_window(struct entity *e, struct outage_window *w, const struct span *s,
    const struct span_list *blackouts)
{
	usec_t end = end_or(s->end, e->t->end);

	*w = (struct outage_window){.start = s->start,
	    .end = s->end,
	    .duration = span_duration(s),
	    .start_earliest = s->start_earliest,
	    .end_earliest = s->end_earliest,
	    .start_known = s->start_earliest != USEC_NONE,
	    .unknown = span_second(s->unknown)};
	fill_extremes(e, w, end);
	return fill_prefixes(e, w, end) &&
	    copy_spans(
		e, blackouts, w->start, end, 1, &w->blackouts, &w->blackout_n);
}

/* --- one entity --- */

static bool
add_windows(struct entity *e, struct outage_as *a, const struct span_list *l,
    const struct span_list *blackouts)
{
	a->windows = calloc(l->n + 1, sizeof(*a->windows));
	if (a->windows == NULL)
		return false;
	for (size_t i = 0; i < l->n; i++) {
		const struct span *s = &l->v[i];

		if (!asked_for(e, s->start, s->end))
			continue;
		if (span_duration(s) < e->params->min_duration) {
			a->filtered_short++;
			continue;
		}
		if (!fill_window(e, &a->windows[a->window_n++], s, blackouts))
			return false;
	}
	return a->window_n == 0 || fill_peers(e, a);
}

static bool
find_windows(struct entity *e, struct outage_as *a)
{
	struct span_list spans = {0}, blackouts = {0};
	bool ok = find_spans(e, COURSE_ENTITY, &spans) &&
	    find_spans(e, COURSE_BLACKOUT, &blackouts);

	if (ok)
		span_join(&spans, e->params->merge_gap);
	ok = ok && add_windows(e, a, &spans, &blackouts);
	free(spans.v);
	free(blackouts.v);
	return ok;
}

static bool
find_families(struct entity *e, struct outage_as *a)
{
	usec_t from = end_or(e->params->start, e->t->start);
	usec_t until = end_or(e->params->end, e->t->end);

	for (unsigned f = 0; f < 2; f++) {
		struct outage_family *x = &a->families[f];
		struct span_list l = {0};
		bool ok;

		x->afi = f == 0 ? AFI_IPV4 : AFI_IPV6;
		for (size_t i = 0; i < a->baseline_n; i++)
			x->prefix_n += a->baseline[i].afi == x->afi;
		ok = find_spans(e, f == 0 ? COURSE_IPV4 : COURSE_IPV6, &l);
		if (ok)
			span_join(&l, e->params->merge_gap);
		ok = ok &&
		    copy_spans(e, &l, from, until, e->params->min_duration,
			&x->blackouts, &x->blackout_n);
		free(l.v);
		if (!ok)
			return false;
	}
	return true;
}

static bool
in_a_window(const struct entity *e, const struct outage_as *a,
    const struct outage_prefix *p)
{
	for (size_t i = 0; i < a->window_n; i++)
		if (overlap(p->start, end_or(p->end, e->t->end),
			a->windows[i].start,
			end_or(a->windows[i].end, e->t->end)))
			return true;
	return false;
}

static bool
find_partial(const struct entity *e, struct outage_as *a)
{
	a->partial = calloc(e->stretch_n + 1, sizeof(*a->partial));
	if (a->partial == NULL)
		return false;
	for (size_t i = 0; i < e->stretch_n; i++) {
		const struct outage_prefix *p = &e->stretches[i];
		usec_t length = end_or(p->end, e->t->end) - p->start;

		if (length > 0 && asked_for(e, p->start, p->end) &&
		    (p->end == USEC_NONE ||
			length >= e->params->min_duration) &&
		    !in_a_window(e, a, p))
			a->partial[a->partial_n++] = in_seconds(p);
	}
	if (a->partial_n > 0)
		qsort(
		    a->partial, a->partial_n, sizeof(*a->partial), stretch_cmp);
	return true;
}

static bool
fill_baseline(const struct entity *e, struct outage_as *a)
{
	usec_t known = 0, lost = 0;

	a->baseline = calloc(e->member_n + 1, sizeof(*a->baseline));
	if (a->baseline == NULL)
		return false;
	a->first_visible = USEC_NONE;
	for (size_t i = 0; i < e->member_n; i++) {
		const struct member *m = &e->members[i];

		known += m->known_time;
		lost += m->lost_time;
		if (m->baseline)
			a->baseline[a->baseline_n++] = e->prefixes[i];
		for (size_t k = 0; k < m->steps.n; k++) {
			const struct judge_step *s = &m->steps.v[k];

			if (s->voting > a->voting_max)
				a->voting_max = s->voting;
			a->verdict |= s->verdict != VERDICT_UNKNOWN;
			if (s->verdict == VERDICT_UP &&
			    (a->first_visible == USEC_NONE ||
				s->time < a->first_visible))
				a->first_visible = s->time;
		}
	}
	a->seen = a->first_visible != USEC_NONE;
	a->availability = known > 0 ? 1 - (double)lost / (double)known : 1;
	return true;
}

static bool
fill_known(const struct entity *e, struct outage_as *a)
{
	a->known = calloc(e->step_n + 1, sizeof(*a->known));
	if (a->known == NULL)
		return false;
	for (size_t i = 0; i < e->step_n; i++) {
		const struct entity_step *s = &e->steps[i];
		const usec_t until =
		    i + 1 < e->step_n ? e->steps[i + 1].time : e->t->end;
		struct outage_span *last =
		    a->known_n > 0 ? &a->known[a->known_n - 1] : NULL;

		if (s->verdict == VERDICT_UNKNOWN || until <= s->time)
			continue;
		if (last == NULL || last->end < s->time) {
			last = &a->known[a->known_n++];
			last->start = s->time;
		}
		last->end = until;
		last->duration = until - last->start;
	}
	return true;
}

/* How many sessions an entry is about. */
static size_t
weight_of(const struct timeline *t, const struct tl_entry *e)
{
	uint32_t n = 1;

	if (e->is_group)
		(void)timeline_run(&t->groups, e->session, &n);
	return n;
}

struct origin_count {
	uint32_t asn;
	size_t n;
};

static void
count_origin(struct origin_count *v, unsigned *n, uint32_t asn, size_t weight)
{
	unsigned i = 0;

	while (i < *n && v[i].asn != asn)
		i++;
	if (i == ORIGINS_COUNTED)
		return;
	if (i == *n)
		v[(*n)++] = (struct origin_count){.asn = asn};
	v[i].n += weight;
}

/*
 * The origin that a prefix was carried from most often; the smallest of equals;
 * 0 if none is known.
 */
static uint32_t
usual_origin(const struct entity *e)
{
	struct origin_count v[ORIGINS_COUNTED], best = {0};
	const struct tl_prefix *p;
	unsigned n = 0;

	if (e->member_n == 0)
		return 0;
	p = &e->t->prefixes[e->members[0].prefix];
	for (uint32_t i = 0; i < p->log_n; i++)
		if (p->log[i].state == TL_UP && !p->log[i].is_set &&
		    p->log[i].origin != TL_ORIGIN_ASSUMED)
			count_origin(v, &n, p->log[i].origin,
			    weight_of(e->t, &p->log[i]));
	for (unsigned i = 0; i < n; i++)
		if (v[i].n > best.n ||
		    (v[i].n == best.n && v[i].asn < best.asn))
			best = v[i];
	return best.asn;
}

static enum blk_status
fill_as(struct outage_as *a, struct judge *j, const struct timeline *t,
    const struct outage_params *params, const struct tl_watch *watch)
{
	struct entity e;
	enum blk_status status = entity_judge(&e, j, t, params, watch);

	a->country = watch->country;
	a->by_prefix = watch->by_prefix;
	a->asn = watch->asn;
	a->prefix = watch->prefix;
	if (status == BLK_OK && watch->by_prefix)
		a->asn = usual_origin(&e);
	if (status == BLK_OK &&
	    !(fill_baseline(&e, a) && fill_known(&e, a) &&
		find_windows(&e, a) && find_families(&e, a) &&
		find_partial(&e, a)))
		status = BLK_ENOMEM;
	entity_fini(&e);
	return status;
}

/* Whether there is anything to tell of it that is no steady state. */
static bool
eventful(const struct outage_as *a)
{
	return a->window_n > 0 || a->partial_n > 0 || a->filtered_short > 0 ||
	    a->families[0].blackout_n > 0 || a->families[1].blackout_n > 0;
}

static enum blk_status
add_as(struct outage_result *r, size_t *cap, size_t entity, struct judge *j,
    const struct timeline *t, const struct outage_params *params,
    const struct tl_watch *watch)
{
	struct outage_as *a;
	enum blk_status status;

	if (!vec_reserve(&r->ases, r->as_n, cap, sizeof(*r->ases)))
		return BLK_ENOMEM;
	a = &r->ases[r->as_n++];
	*a = (struct outage_as){.entity = entity};
	status = fill_as(a, j, t, params, watch);
	if (status == BLK_OK && params->eventful && !eventful(a)) {
		as_fini(a);
		r->as_n--;
		r->quiet_n++;
		r->quiet_seen_n += a->verdict;
	}
	return status;
}

enum blk_status
outage_find(struct outage_result **out, struct timeline *t,
    const struct outage_params *params)
{
	struct outage_result *r = calloc(1, sizeof(*r));
	const struct tl_watch **watches;
	struct judge *j = NULL;
	enum blk_status status;
	size_t cap = 0;

	if (r == NULL)
		return BLK_ENOMEM;
	watches = members_watches(t);
	status = watches != NULL ? judge_new(&j, t, params) : BLK_ENOMEM;
	for (size_t i = 0; status == BLK_OK && i < t->watch_n; i++)
		status = add_as(r, &cap, i, j, t, params, watches[i]);
	if (status == BLK_OK)
		status = events_find(r, t, j, params);
	judge_free(j);
	free(watches);
	if (status == BLK_OK)
		status = outage_arrange(r, OUTAGE_SORT_ASN, 0);
	if (status == BLK_OK)
		*out = r;
	else
		outage_free(r);
	return status;
}
