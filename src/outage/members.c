#include "outage/members.h"

#include <stdlib.h>
#include <string.h>

#include "base/compare.h"
#include "base/vec.h"

void
members_fini(struct members *m)
{
	free(m->sorted);
	free(m->by_origin);
	free(m->found);
	*m = (struct members){0};
}

/* --- building --- */

/* Sort keys that carry their number. */
struct keyed {
	struct prefix prefix;
	uint32_t i;
};

static int
keyed_cmp(const void *a, const void *b)
{
	const struct keyed *x = a, *y = b;

	return prefix_cmp(&x->prefix, &y->prefix);
}

static bool
sort_prefixes(struct members *m)
{
	const struct timeline *t = m->t;
	struct keyed *keys = malloc((t->prefix_n + 1) * sizeof(*keys));

	m->sorted = malloc((t->prefix_n + 1) * sizeof(*m->sorted));
	if (keys == NULL || m->sorted == NULL) {
		free(keys);
		return false;
	}
	for (size_t i = 0; i < t->prefix_n; i++)
		keys[i] = (struct keyed){t->prefixes[i].prefix, (uint32_t)i};
	if (t->prefix_n > 0)
		qsort(keys, t->prefix_n, sizeof(*keys), keyed_cmp);
	for (size_t i = 0; i < t->prefix_n; i++)
		m->sorted[i] = keys[i].i;
	free(keys);
	return true;
}

/* Origins of one prefix, distinct; mostly there is one. */
static bool
add_origin(struct members *m, size_t first, uint32_t asn, uint32_t rank)
{
	for (size_t i = first; i < m->by_origin_n; i++)
		if (m->by_origin[i].asn == asn)
			return true;
	if (!vec_reserve(&m->by_origin, m->by_origin_n, &m->by_origin_cap,
		sizeof(*m->by_origin)))
		return false;
	m->by_origin[m->by_origin_n++] = (struct members_of){asn, rank};
	return true;
}

static bool
add_origins(struct members *m, uint32_t rank)
{
	const struct timeline *t = m->t;
	const struct tl_prefix *p = &t->prefixes[m->sorted[rank]];
	const size_t first = m->by_origin_n;
	uint32_t last = TL_ORIGIN_ASSUMED;

	for (uint32_t i = 0; i < p->log_n; i++) {
		const struct tl_entry *e = &p->log[i];
		const uint32_t *asns = &e->origin;
		uint32_t n = 1;

		if (e->state != TL_UP || (!e->is_set && e->origin == last) ||
		    (!e->is_set && e->origin == TL_ORIGIN_ASSUMED))
			continue;
		if (e->is_set)
			asns = timeline_run(&t->sets, e->origin, &n);
		else
			last = e->origin;
		for (uint32_t k = 0; k < n; k++)
			if (!add_origin(m, first, asns[k], rank))
				return false;
	}
	return true;
}

static int
origin_cmp(const void *a, const void *b)
{
	const struct members_of *x = a, *y = b;

	if (x->asn != y->asn)
		return x->asn < y->asn ? -1 : 1;
	return x->rank < y->rank ? -1 : x->rank > y->rank;
}

bool
members_init(struct members *m, const struct timeline *t)
{
	*m = (struct members){.t = t};
	if (!sort_prefixes(m))
		return false;
	for (uint32_t i = 0; i < t->prefix_n; i++)
		if (!add_origins(m, i))
			return false;
	if (m->by_origin_n > 0)
		qsort(m->by_origin, m->by_origin_n, sizeof(*m->by_origin),
		    origin_cmp);
	return true;
}

/* --- asking --- */

static bool
found(struct members *m, uint32_t rank)
{
	if (!vec_reserve(
		&m->found, m->found_n, &m->found_cap, sizeof(*m->found)))
		return false;
	m->found[m->found_n++] = rank;
	return true;
}

/* The first prefix that does not sort before p. */
static size_t
first_prefix(const struct members *m, const struct prefix *p)
{
	size_t lo = 0, hi = m->t->prefix_n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (prefix_cmp(&m->t->prefixes[m->sorted[mid]].prefix, p) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* The first of what was originated by asn, or by whom comes next. */
static size_t
first_origin(const struct members *m, uint32_t asn)
{
	size_t lo = 0, hi = m->by_origin_n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (m->by_origin[mid].asn < asn)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Those from the ASes first to last. */
static bool
find_origins(struct members *m, uint32_t first, uint32_t last)
{
	for (size_t i = first_origin(m, first);
	     i < m->by_origin_n && m->by_origin[i].asn <= last; i++)
		if (!found(m, m->by_origin[i].rank))
			return false;
	return true;
}

static bool
was_carried(const struct tl_prefix *p)
{
	for (uint32_t i = 0; i < p->log_n; i++)
		if (p->log[i].state == TL_UP &&
		    (p->log[i].is_set || p->log[i].origin != TL_ORIGIN_ASSUMED))
			return true;
	return false;
}

/* Those inside of p.  Prefixes sort before what lies inside of them. */
static bool
find_inside(struct members *m, const struct prefix *p)
{
	for (size_t i = first_prefix(m, p); i < m->t->prefix_n; i++) {
		const struct tl_prefix *x = &m->t->prefixes[m->sorted[i]];

		if (!prefix_contains(p, &x->prefix))
			break;
		if (was_carried(x) && !found(m, (uint32_t)i))
			return false;
	}
	return true;
}

static bool
find_country(struct members *m, const struct delegated_country *c)
{
	for (size_t i = 0; i < c->run_n; i++)
		if (!find_origins(m, c->asns[i].first, c->asns[i].last))
			return false;
	for (size_t i = 0; i < c->prefix_n; i++)
		if (!find_inside(m, &c->prefixes[i]))
			return false;
	m->found_n = compare_sort_distinct_u32(m->found, m->found_n);
	return true;
}

static bool
find_prefix(struct members *m, const struct prefix *p)
{
	size_t i = first_prefix(m, p);

	return i >= m->t->prefix_n ||
	    prefix_cmp(&m->t->prefixes[m->sorted[i]].prefix, p) != 0 ||
	    found(m, (uint32_t)i);
}

bool
members_of(struct members *m, const struct tl_watch *watch,
    const uint32_t **out, size_t *n)
{
	bool ok;

	m->found_n = 0;
	if (watch->country != NULL)
		ok = find_country(m, watch->country);
	else if (watch->by_prefix)
		ok = find_prefix(m, &watch->prefix);
	else
		ok = find_origins(m, watch->asn, watch->asn);
	/* from ranks to indices */
	for (size_t i = 0; ok && i < m->found_n; i++)
		m->found[i] = m->sorted[m->found[i]];
	*out = m->found;
	*n = m->found_n;
	return ok;
}

/* --- the order of watches --- */

static int
kind_of(const struct tl_watch *w)
{
	return w->country != NULL ? 0 : w->by_prefix ? 2 : 1;
}

int
members_watch_cmp(const struct tl_watch *a, const struct tl_watch *b)
{
	if (kind_of(a) != kind_of(b))
		return kind_of(a) < kind_of(b) ? -1 : 1;
	if (a->country != NULL)
		return strcmp(a->country->name, b->country->name);
	if (!a->by_prefix && a->asn != b->asn)
		return a->asn < b->asn ? -1 : 1;
	return prefix_cmp(&a->prefix, &b->prefix);
}

static int
watch_qcmp(const void *a, const void *b)
{
	return members_watch_cmp(*(const struct tl_watch *const *)a,
	    *(const struct tl_watch *const *)b);
}

const struct tl_watch **
members_watches(const struct timeline *t)
{
	const struct tl_watch **v = calloc(t->watch_n + 1, sizeof(*v));

	for (size_t i = 0; v != NULL && i < t->watch_n; i++)
		v[i] = &t->watches[i];
	if (v != NULL && t->watch_n > 0)
		qsort(v, t->watch_n, sizeof(*v), watch_qcmp);
	return v;
}
