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
	for (size_t i = 0; i < t->set_n; i++)
		free(t->sets[i].asns);
	for (size_t i = 0; i < t->collector_n; i++)
		free(t->collectors[i].gaps);
	free(t->watches);
	free(t->sessions);
	free(t->prefixes);
	free(t->sets);
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
timeline_log_prefix(struct timeline *t, uint32_t prefix, struct tl_entry entry)
{
	struct tl_prefix *p = &t->prefixes[prefix];

	if (!vec_reserve(&p->log, p->log_n, &p->log_cap, sizeof(*p->log)))
		return false;
	p->log[p->log_n++] = entry;
	return true;
}

bool
timeline_note_originated(
    struct timeline *t, uint32_t prefix, uint32_t origin, usec_t time)
{
	struct tl_prefix *p = &t->prefixes[prefix];

	for (size_t i = 0; i < p->originated_n; i++) {
		struct tl_originated *o = &p->originated[i];

		if (o->origin == origin) {
			o->time = time < o->time ? time : o->time;
			return true;
		}
	}
	if (!vec_reserve(&p->originated, p->originated_n, &p->originated_cap,
		sizeof(*p->originated)))
		return false;
	p->originated[p->originated_n++] =
	    (struct tl_originated){.origin = origin, .time = time};
	return true;
}

usec_t
timeline_originated(const struct timeline *t, size_t prefix, uint32_t origin)
{
	const struct tl_prefix *p = &t->prefixes[prefix];
	usec_t first = USEC_NONE;

	for (size_t i = 0; i < p->originated_n; i++) {
		const struct tl_originated *o = &p->originated[i];

		if ((origin == TL_ORIGIN_NONE || o->origin == origin) &&
		    (first == USEC_NONE || o->time < first))
			first = o->time;
	}
	return first;
}

bool
timeline_intern_set(
    struct timeline *t, uint32_t *asns, uint32_t n, uint32_t *out)
{
	struct tl_set set;

	/* Sets are few: they come from AS_SETs and prefixes of many homes. */
	n = (uint32_t)compare_sort_distinct_u32(asns, n);
	for (size_t i = 0; i < t->set_n; i++) {
		if (t->sets[i].n == n &&
		    memcmp(t->sets[i].asns, asns, n * sizeof(*asns)) == 0) {
			*out = (uint32_t)i;
			return true;
		}
	}
	set = (struct tl_set){.asns = malloc(n * sizeof(*asns)), .n = n};
	if (set.asns == NULL)
		return false;
	if (!vec_reserve(&t->sets, t->set_n, &t->set_cap, sizeof(*t->sets))) {
		free(set.asns);
		return false;
	}
	memcpy(set.asns, asns, n * sizeof(*asns));
	*out = (uint32_t)t->set_n;
	t->sets[t->set_n++] = set;
	return true;
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
