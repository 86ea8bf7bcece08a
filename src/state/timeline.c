/*
 * The timeline as a container: what it owns and how it grows.  What its
 * entries mean is said in timeline.h; who writes them is state.c.
 */
#include "blackout/timeline.h"

#include <stdlib.h>
#include <string.h>

#include "base/compare.h"
#include "base/vec.h"
#include "state/timeline_write.h"

struct timeline *
timeline_new(size_t collector_n)
{
	struct timeline *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->start = t->end = USEC_NONE;
	t->collectors = calloc(collector_n + 1, sizeof(*t->collectors));
	if (t->collectors == NULL) {
		free(t);
		return NULL;
	}
	t->collector_n = collector_n;
	return t;
}

static void
runs_fini(struct tl_runs *r)
{
	free(r->numbers);
	free(r->v);
	free(r->slots);
}

void
timeline_free(struct timeline *t)
{
	if (t == NULL)
		return;
	for (size_t i = 0; i < t->session_n; i++)
		free(t->sessions[i].log);
	for (size_t i = 0; i < t->prefix_n; i++) {
		free(t->prefixes[i].log);
		free(t->prefixes[i].originated);
	}
	for (size_t i = 0; i < t->collector_n; i++)
		free(t->collectors[i].gaps);
	free(t->watches);
	free(t->sessions);
	free(t->prefixes);
	runs_fini(&t->sets);
	runs_fini(&t->groups);
	runs_fini(&t->paths);
	free(t->collectors);
	free(t);
}

bool
timeline_add_watch(struct timeline *t, const struct tl_watch *watch)
{
	if (!vec_reserve(
		&t->watches, t->watch_n, &t->watch_cap, sizeof(*t->watches)))
		return false;
	t->watches[t->watch_n++] = *watch;
	return true;
}

bool
timeline_add_session(struct timeline *t, unsigned collector,
    const struct ipaddr *addr, uint32_t asn)
{
	if (!vec_reserve(&t->sessions, t->session_n, &t->session_cap,
		sizeof(*t->sessions)))
		return false;
	t->sessions[t->session_n++] = (struct tl_session){
	    .collector = collector, .addr = *addr, .asn = asn};
	return true;
}

bool
timeline_add_prefix(struct timeline *t, const struct prefix *prefix)
{
	if (!vec_reserve(&t->prefixes, t->prefix_n, &t->prefix_cap,
		sizeof(*t->prefixes)))
		return false;
	t->prefixes[t->prefix_n++] = (struct tl_prefix){.prefix = *prefix};
	return true;
}

bool
timeline_add_gap(struct timeline *t, unsigned collector, usec_t start,
    usec_t end, enum gap_reason reason)
{
	struct tl_collector *c = &t->collectors[collector];

	if (!vec_reserve(&c->gaps, c->gap_n, &c->gap_cap, sizeof(*c->gaps)))
		return false;
	c->gaps[c->gap_n++] =
	    (struct tl_gap){.start = start, .end = end, .reason = reason};
	return true;
}

bool
timeline_log_session(
    struct timeline *t, uint32_t session, struct tl_session_entry entry)
{
	struct tl_session *s = &t->sessions[session];

	if (!vec_reserve(&s->log, s->log_n, &s->log_cap, sizeof(*s->log)))
		return false;
	s->log[s->log_n++] = entry;
	return true;
}

bool
timeline_concerns(
    const struct timeline *t, const struct tl_entry *e, uint32_t session)
{
	const uint32_t *sessions;
	uint32_t n;

	if (!e->is_group)
		return e->session == session;
	sessions = timeline_run(&t->groups, e->session, &n);
	for (uint32_t i = 0; i < n; i++)
		if (sessions[i] == session)
			return true;
	return false;
}

/*
 * Make room for one more of n elements, where there are very many arrays of
 * very few: by a half each time.  False: out of memory, or too many.
 */
static bool
reserve_small(void *vp, uint32_t n, uint32_t *cap, size_t size)
{
	uint32_t want = n < 2 ? n + 1 : n + n / 2;
	void *p;

	if (n < *cap)
		return true;
	if (want < n)
		return false;
	memcpy(&p, vp, sizeof(p));
	p = realloc(p, want * size);
	if (p == NULL)
		return false;
	memcpy(vp, &p, sizeof(p));
	*cap = want;
	return true;
}

bool
timeline_log_prefix(struct timeline *t, uint32_t prefix, struct tl_entry entry)
{
	struct tl_prefix *p = &t->prefixes[prefix];

	if (!reserve_small(&p->log, p->log_n, &p->log_cap, sizeof(*p->log)))
		return false;
	p->log[p->log_n++] = entry;
	return true;
}

bool
timeline_note_originated(
    struct timeline *t, uint32_t prefix, uint32_t origin, uint32_t second)
{
	struct tl_prefix *p = &t->prefixes[prefix];

	for (size_t i = 0; i < p->originated_n; i++) {
		struct tl_originated *o = &p->originated[i];

		if (o->origin == origin) {
			o->second = second < o->second ? second : o->second;
			return true;
		}
	}
	if (!reserve_small(&p->originated, p->originated_n, &p->originated_cap,
		sizeof(*p->originated)))
		return false;
	p->originated[p->originated_n++] =
	    (struct tl_originated){.origin = origin, .second = second};
	return true;
}

usec_t
timeline_originated(const struct timeline *t, size_t prefix, uint32_t origin)
{
	const struct tl_prefix *p = &t->prefixes[prefix];
	usec_t first = USEC_NONE;

	for (size_t i = 0; i < p->originated_n; i++) {
		const struct tl_originated *o = &p->originated[i];

		usec_t time = (usec_t)o->second * USEC_PER_SEC;

		if ((origin == TL_ORIGIN_NONE || o->origin == origin) &&
		    (first == USEC_NONE || time < first))
			first = time;
	}
	return first;
}

static uint32_t
hash_numbers(const uint32_t *v, uint32_t n)
{
	uint32_t h = n;

	for (uint32_t i = 0; i < n; i++) {
		h = (h ^ v[i]) * UINT32_C(0x9e3779b1);
		h ^= h >> 15;
	}
	return h;
}

/* Where the run stands or belongs; there are empty slots. */
static size_t
find_slot(const struct tl_runs *r, const uint32_t *v, uint32_t n, uint32_t hash)
{
	size_t mask = r->slot_n - 1, i = hash & mask;

	for (; r->slots[i] != 0; i = (i + 1) & mask) {
		const struct tl_run *x = &r->v[r->slots[i] - 1];

		if (x->hash == hash && x->n == n &&
		    memcmp(&r->numbers[x->first], v, n * sizeof(*v)) == 0)
			break;
	}
	return i;
}

static bool
widen_slots(struct tl_runs *r)
{
	size_t slot_n = r->slot_n == 0 ? 64 : r->slot_n * 2;
	uint32_t *slots = calloc(slot_n, sizeof(*slots));

	if (slots == NULL)
		return false;
	for (size_t k = 0; k < r->n; k++) {
		size_t i = r->v[k].hash & (slot_n - 1);

		while (slots[i] != 0)
			i = (i + 1) & (slot_n - 1);
		slots[i] = (uint32_t)k + 1;
	}
	free(r->slots);
	r->slots = slots;
	r->slot_n = slot_n;
	return true;
}

bool
timeline_intern(
    struct tl_runs *r, const uint32_t *numbers, uint32_t n, uint32_t *out)
{
	const uint32_t hash = hash_numbers(numbers, n);
	size_t at;

	if (r->n * 2 >= r->slot_n && !widen_slots(r))
		return false;
	at = find_slot(r, numbers, n, hash);
	if (r->slots[at] == 0) {
		if (r->n >= TL_NUMBER_MAX ||
		    !vec_reserve(&r->v, r->n, &r->cap, sizeof(*r->v)) ||
		    !vec_reserve_many(&r->numbers, r->number_n, n,
			&r->number_cap, sizeof(*r->numbers)))
			return false;
		memcpy(r->numbers + r->number_n, numbers, n * sizeof(*numbers));
		r->v[r->n] =
		    (struct tl_run){.first = r->number_n, .n = n, .hash = hash};
		r->number_n += n;
		r->slots[at] = (uint32_t)++r->n;
	}
	*out = r->slots[at] - 1;
	return true;
}

bool
timeline_intern_set(
    struct timeline *t, uint32_t *asns, uint32_t n, uint32_t *out)
{
	n = (uint32_t)compare_sort_distinct_u32(asns, n);
	return timeline_intern(&t->sets, asns, n, out);
}

unsigned
timeline_peers(const struct timeline *t, unsigned collector)
{
	unsigned n = 0;

	for (size_t i = 0; i < t->session_n; i++)
		n += t->sessions[i].collector == collector;
	return n;
}

/* The last table size a RIB told of a session; 0 if none did. */
static uint32_t
last_size(const struct tl_session *s, unsigned family)
{
	uint32_t size = 0;
	usec_t at = USEC_NONE;

	for (size_t i = 0; i < s->log_n; i++) {
		const struct tl_session_entry *e = &s->log[i];

		if (e->change == TL_SIZE && e->family == family &&
		    e->time >= at) {
			at = e->time;
			size = e->size;
		}
	}
	return size;
}

unsigned
timeline_full_feeds(const struct timeline *t, unsigned collector,
    unsigned family, double full_feed)
{
	uint32_t largest = 0;
	unsigned n = 0;

	for (size_t i = 0; i < t->session_n; i++) {
		uint32_t size = last_size(&t->sessions[i], family);

		largest = size > largest ? size : largest;
	}
	for (size_t i = 0; i < t->session_n; i++) {
		uint32_t size = last_size(&t->sessions[i], family);

		n += t->sessions[i].collector == collector && size > 0 &&
		    size >= full_feed * largest;
	}
	return n;
}
