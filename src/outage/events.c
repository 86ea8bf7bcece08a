/*
 * Losses of many ASes at once.
 *
 * Each hop that the lost paths of an AS have in common has a series of losses,
 * of all ASes behind it, and a burst is judged against the rate of its own
 * series: so a small provider's failure is seen in the noise of a busy day, and
 * a large carrier, which stands in paths of everybody, is not blamed for that
 * noise.  What no hop explains is looked at in the end as one series of all.
 */
#include "outage/events.h"

#include <stdlib.h>

#include "base/compare.h"
#include "base/vec.h"

/* Losses that begin within this are at once. */
#define EVENT_SPAN (120 * USEC_PER_SEC)
/* A burst is what lies so many standard deviations above chance. */
#define EVENT_SIGMAS 6.0

/* An AS that went down, at a moment that is known. */
struct loss {
	usec_t start;
	uint32_t as, window; /* indices in the result */
	uint32_t first, n;   /* links */
	bool used;           /* it is of some event */
};

/* A hop in at least half of the paths that a loss took away. */
struct link {
	uint32_t hop;
	uint32_t loss;
	uint32_t distance; /* mean, in hundredths: 100 is next to the origin */
};

struct finder {
	struct outage_result *r;
	const struct timeline *t;
	struct judge *judge;
	usec_t span;         /* of all the windows that could be found */
	struct loss *losses; /* by start */
	size_t loss_n, loss_cap;
	struct link *links; /* by loss */
	size_t link_n, link_cap;
	struct link *by_hop; /* the same, by hop, then by start */
	struct link *seen;   /* scratch: hops of the paths of one loss */
	size_t seen_n, seen_cap;
	struct link *shared; /* scratch: hops of the losses of a burst */
	size_t shared_n, shared_cap;
	size_t event_cap;
};

/* Losses at once: of links[0, n), which are by start. */
struct burst {
	const struct link *links;
	size_t n;
};

/* --- collecting --- */

static int
loss_cmp(const void *a, const void *b)
{
	const struct loss *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return x->as < y->as ? -1 : x->as > y->as;
}

static int
link_cmp(const void *a, const void *b)
{
	const struct link *x = a, *y = b;

	if (x->hop != y->hop)
		return x->hop < y->hop ? -1 : 1;
	return x->loss < y->loss ? -1 : x->loss > y->loss;
}

/* Windows whose start is known well enough; of an AS, one in each span. */
static bool
collect_losses(struct finder *f)
{
	for (size_t i = 0; i < f->r->as_n; i++) {
		const struct outage_as *a = &f->r->ases[i];
		usec_t last = USEC_NONE;

		if (a->country != NULL || a->by_prefix)
			continue;
		for (size_t k = 0; k < a->window_n; k++) {
			const struct outage_window *w = &a->windows[k];

			if (!w->start_known ||
			    w->start - w->start_earliest > EVENT_SPAN ||
			    (last != USEC_NONE && w->start - last < EVENT_SPAN))
				continue;
			if (!vec_reserve(&f->losses, f->loss_n, &f->loss_cap,
				sizeof(*f->losses)))
				return false;
			last = w->start;
			f->losses[f->loss_n++] = (struct loss){.start = last,
			    .as = (uint32_t)i,
			    .window = (uint32_t)k};
		}
	}
	if (f->loss_n > 0)
		qsort(f->losses, f->loss_n, sizeof(*f->losses), loss_cmp);
	return true;
}

/* Note the hops of a path that asn lost. */
static bool
see_path(struct finder *f, uint32_t path, uint32_t asn, unsigned *paths)
{
	uint32_t n;
	const uint32_t *run = timeline_run(&f->t->paths, path, &n);

	if (n <= 2 || run[0] != 0 || run[1] != asn)
		return true;
	++*paths;
	for (uint32_t i = 2; i < n; i++) {
		if (!vec_reserve(
			&f->seen, f->seen_n, &f->seen_cap, sizeof(*f->seen)))
			return false;
		f->seen[f->seen_n++] =
		    (struct link){.hop = run[i], .distance = 100 * (i - 1)};
	}
	return true;
}

/* The end of the run of one hop's links that begins at first, by hop, and how
   far away it is in the mean. */
static size_t
hop_run(const struct link *v, size_t n, size_t first, uint32_t *distance)
{
	uint64_t sum = 0;
	size_t end = first;

	for (; end < n && v[end].hop == v[first].hop; end++)
		sum += v[end].distance;
	*distance = (uint32_t)(sum / (end - first));
	return end;
}

/* Keep those hops that stand in half of the paths of a loss. */
static bool
keep_links(struct finder *f, uint32_t loss, unsigned paths)
{
	struct loss *l = &f->losses[loss];

	l->first = (uint32_t)f->link_n;
	if (f->seen_n > 0)
		qsort(f->seen, f->seen_n, sizeof(*f->seen), link_cmp);
	for (size_t i = 0, k; i < f->seen_n; i = k) {
		uint32_t distance;

		k = hop_run(f->seen, f->seen_n, i, &distance);
		if (2 * (k - i) < paths)
			continue;
		if (!vec_reserve(
			&f->links, f->link_n, &f->link_cap, sizeof(*f->links)))
			return false;
		f->links[f->link_n++] = (struct link){
		    .hop = f->seen[i].hop, .loss = loss, .distance = distance};
	}
	l->n = (uint32_t)f->link_n - l->first;
	return true;
}

/* The paths that peers gave up when an AS went down. */
static bool
link_loss(struct finder *f, uint32_t loss)
{
	const struct loss *l = &f->losses[loss];
	const uint32_t asn = f->r->ases[l->as].asn;
	const struct tl_watch watch = {.asn = asn};
	const uint32_t *members;
	unsigned paths = 0;
	size_t n;

	f->seen_n = 0;
	if (judge_members(f->judge, &watch, &members, &n) != BLK_OK)
		return false;
	for (size_t i = 0; i < n; i++) {
		const struct tl_prefix *p = &f->t->prefixes[members[i]];

		for (uint32_t k = 0; k < p->log_n; k++) {
			const struct tl_entry *e = &p->log[k];

			if (e->state == TL_ABSENT && e->origin > 0 &&
			    e->time > l->start - EVENT_SPAN &&
			    e->time < l->start + EVENT_SPAN &&
			    !see_path(f, e->origin - 1, asn, &paths))
				return false;
		}
	}
	return keep_links(f, loss, paths);
}

static bool
collect_links(struct finder *f)
{
	for (size_t i = 0; i < f->loss_n; i++)
		if (!link_loss(f, (uint32_t)i))
			return false;
	/* every loss has a place in the series of all as well */
	f->by_hop = calloc(f->link_n + f->loss_n + 1, sizeof(*f->by_hop));
	if (f->by_hop == NULL)
		return false;
	for (size_t i = 0; i < f->link_n; i++)
		f->by_hop[i] = f->links[i];
	if (f->link_n > 0)
		qsort(f->by_hop, f->link_n, sizeof(*f->by_hop), link_cmp);
	for (size_t i = 0; i < f->loss_n; i++)
		f->by_hop[f->link_n + i] = (struct link){.loss = (uint32_t)i};
	return true;
}

/* --- bursts --- */

/* Whether n losses of a series of that many are more than chance brings. */
static bool
is_burst(const struct finder *f, size_t n, size_t series)
{
	const double rest = (double)(series - n);
	usec_t span = f->span - EVENT_SPAN;
	double expected, above;

	if (span < EVENT_SPAN)
		span = EVENT_SPAN;
	expected = rest * (double)EVENT_SPAN / (double)span;
	above = (double)n - expected;
	return n >= OUTAGE_EVENT_ASES && above > 0 &&
	    above * above >= EVENT_SIGMAS * EVENT_SIGMAS * expected;
}

/* The largest burst of a series that is not used yet, if it beats *best. */
static void
find_burst(const struct finder *f, const struct link *series, size_t n,
    struct burst *best, size_t *best_n)
{
	size_t in = 0, k = 0;

	for (size_t i = 0; i < n; i++) {
		const struct loss *from = &f->losses[series[i].loss];

		for (; k < n &&
		     f->losses[series[k].loss].start - from->start < EVENT_SPAN;
		     k++)
			in += !f->losses[series[k].loss].used;
		if (in > *best_n && !from->used && is_burst(f, in, n)) {
			*best = (struct burst){&series[i], k - i};
			*best_n = in;
		}
		in -= !from->used;
	}
}

/* The largest burst of all hops. */
static bool
largest_burst(const struct finder *f, struct burst *out)
{
	size_t n = 0;

	for (size_t i = 0, k; i < f->link_n; i = k) {
		for (k = i;
		     k < f->link_n && f->by_hop[k].hop == f->by_hop[i].hop; k++)
			;
		find_burst(f, &f->by_hop[i], k - i, out, &n);
	}
	return n > 0;
}

/*
 * The hop nearest to the origins that three quarters of a burst share.  False:
 * out of memory.
 */
static bool
nearest_hop(struct finder *f, const struct burst *b, uint32_t *hop)
{
	size_t all = 0, best_n = 0;
	uint32_t best = UINT32_MAX;

	f->shared_n = 0;
	for (size_t i = 0; i < b->n; i++) {
		const struct loss *l = &f->losses[b->links[i].loss];

		if (l->used)
			continue;
		all++;
		if (!vec_reserve_many(&f->shared, f->shared_n, l->n,
			&f->shared_cap, sizeof(*f->shared)))
			return false;
		for (uint32_t k = 0; k < l->n; k++)
			f->shared[f->shared_n++] = f->links[l->first + k];
	}
	qsort(f->shared, f->shared_n, sizeof(*f->shared), link_cmp);
	for (size_t i = 0, k; i < f->shared_n; i = k) {
		uint32_t distance;

		k = hop_run(f->shared, f->shared_n, i, &distance);
		if (k - i < OUTAGE_EVENT_ASES || 4 * (k - i) < 3 * all ||
		    distance > best || (distance == best && k - i <= best_n))
			continue;
		best = distance;
		best_n = k - i;
		*hop = f->shared[i].hop;
	}
	return true;
}

static bool
is_behind(const struct finder *f, const struct loss *l, uint32_t hop)
{
	for (uint32_t i = 0; i < l->n; i++)
		if (f->links[l->first + i].hop == hop)
			return true;
	return hop == 0;
}

/* --- events --- */

static int
end_cmp(const void *a, const void *b)
{
	const usec_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* When at least half of them were back; USEC_NONE: they were not. */
static usec_t
half_back(usec_t *ends, size_t n, usec_t never)
{
	qsort(ends, n, sizeof(*ends), end_cmp);
	return ends[(n - 1) / 2] == never ? USEC_NONE : ends[(n - 1) / 2];
}

/* Make an event of the losses of a burst that are behind hop, or of all (0). */
static bool
add_event(struct finder *f, const struct burst *b, uint32_t hop)
{
	struct outage_result *r = f->r;
	const usec_t never = f->t->end + 1;
	usec_t *ends = calloc(b->n, sizeof(*ends));
	struct outage_event *e;

	if (ends == NULL ||
	    !vec_reserve(
		&r->events, r->event_n, &f->event_cap, sizeof(*r->events))) {
		free(ends);
		return false;
	}
	e = &r->events[r->event_n];
	*e = (struct outage_event){
	    .upstream = hop, .asns = calloc(b->n, sizeof(*e->asns))};
	if (e->asns == NULL) {
		free(ends);
		return false;
	}
	e->id = ++r->event_n;
	for (size_t i = 0; i < b->n; i++) {
		struct loss *l = &f->losses[b->links[i].loss];
		struct outage_window *w = &r->ases[l->as].windows[l->window];

		if (l->used || !is_behind(f, l, hop))
			continue;
		l->used = true;
		w->event = e->id;
		if (e->asn_n == 0)
			e->start = l->start;
		e->last = l->start;
		ends[e->asn_n] = w->end == USEC_NONE ? never : w->end;
		e->asns[e->asn_n++] = r->ases[l->as].asn;
		e->prefixes_lost += w->prefixes_lost;
		e->prefixes_total += w->prefixes_total;
	}
	e->end = half_back(ends, e->asn_n, never);
	e->duration = (e->end == USEC_NONE ? f->t->end : e->end) - e->start;
	qsort(e->asns, e->asn_n, sizeof(*e->asns), compare_u32);
	free(ends);
	return true;
}

static bool
add_events(struct finder *f)
{
	const struct link *all = f->by_hop + f->link_n;
	struct burst b;
	size_t n = 0;

	while (largest_burst(f, &b)) {
		uint32_t hop = b.links->hop;

		if (!nearest_hop(f, &b, &hop) || !add_event(f, &b, hop))
			return false;
	}
	for (; find_burst(f, all, f->loss_n, &b, &n), n > 0; n = 0)
		if (!add_event(f, &b, 0))
			return false;
	return true;
}

static int
event_cmp(const void *a, const void *b)
{
	const struct outage_event *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return x->id < y->id ? -1 : 1;
}

/* Number them by their start. */
static bool
number_events(struct outage_result *r)
{
	size_t *now = calloc(r->event_n + 1, sizeof(*now));

	if (now == NULL)
		return false;
	if (r->event_n > 0)
		qsort(r->events, r->event_n, sizeof(*r->events), event_cmp);
	for (size_t i = 0; i < r->event_n; i++) {
		now[r->events[i].id] = i + 1;
		r->events[i].id = i + 1;
	}
	for (size_t i = 0; i < r->as_n; i++)
		for (size_t k = 0; k < r->ases[i].window_n; k++)
			r->ases[i].windows[k].event =
			    now[r->ases[i].windows[k].event];
	free(now);
	return true;
}

/* The time in which windows could begin. */
static usec_t
asked_span(const struct timeline *t, const struct outage_params *p)
{
	usec_t from = t->start, until = t->end;

	if (p->start != USEC_NONE && p->start > from)
		from = p->start;
	if (p->end != USEC_NONE && p->end < until)
		until = p->end;
	return until > from ? until - from : 0;
}

enum blk_status
events_find(struct outage_result *r, const struct timeline *t, struct judge *j,
    const struct outage_params *params)
{
	struct finder f = {
	    .r = r, .t = t, .judge = j, .span = asked_span(t, params)};
	bool ok = collect_losses(&f);

	if (ok && f.loss_n >= OUTAGE_EVENT_ASES)
		ok = collect_links(&f) && add_events(&f) && number_events(r);
	free(f.losses);
	free(f.links);
	free(f.by_hop);
	free(f.seen);
	free(f.shared);
	return ok ? BLK_OK : BLK_ENOMEM;
}

void
events_free(struct outage_result *r)
{
	for (size_t i = 0; i < r->event_n; i++)
		free(r->events[i].asns);
	free(r->events);
}
