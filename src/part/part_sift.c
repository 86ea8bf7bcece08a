#include "part/part_sift.h"

#include <stdlib.h>
#include <string.h>

#include "base/compare.h"
#include "base/vec.h"
#include "feed/batch.h"

static bool
copy_question(struct part_sift *s, const struct state_params *q)
{
	for (size_t i = 0; i < q->prefix_n; i++)
		if (!prefix_set_add(&s->named, &q->prefixes[i]))
			return false;
	for (size_t c = 0; c < q->country_n; c++)
		for (size_t i = 0; i < q->countries[c]->prefix_n; i++)
			if (!prefix_set_add(
				&s->space, &q->countries[c]->prefixes[i]))
				return false;
	s->asns = malloc((q->asn_n + 1) * sizeof(*s->asns));
	if (s->asns == NULL)
		return false;
	if (q->asn_n > 0)
		memcpy(s->asns, q->asns, q->asn_n * sizeof(*s->asns));
	s->asn_n = compare_sort_distinct_u32(s->asns, q->asn_n);
	return prefix_set_settle(&s->named) && prefix_set_settle(&s->space);
}

bool
part_sift_init(struct part_sift *s, const struct state_params *watch)
{
	*s = (struct part_sift){.watch = watch};
	s->fixed = watch->prefix_n > 0 || watch->all ||
	    (watch->asn_n == 0 && watch->country_n == 0);
	return copy_question(s, watch);
}

void
part_sift_fini(struct part_sift *s)
{
	prefix_set_fini(&s->named);
	prefix_set_fini(&s->space);
	prefix_map_fini(&s->mentioned);
	free(s->asns);
	free(s->flags);
}

void
part_sift_begin(struct part_sift *s)
{
	s->last = USEC_NONE;
}

/* Whether a prefix that the question names is this one. */
static bool
is_named(const struct part_sift *s, const struct prefix *p)
{
	const struct state_params *q = s->watch;

	if (q->prefix_n == 0)
		return true;
	return (q->more_specific ? prefix_set_has_around(&s->named, p)
				 : prefix_set_has(&s->named, p)) ||
	    (q->less_specific && prefix_set_has_inside(&s->named, p));
}

static bool
mention(struct part_sift *s, const struct prefix *p, uint32_t hash,
    uint32_t *out, bool *known)
{
	*out = prefix_map_find(&s->mentioned, p, hash);
	*known = *out != PREFIX_MAP_NONE;
	if (*known)
		return true;
	if (!vec_reserve(
		&s->flags, s->mentioned.n, &s->flag_cap, sizeof(*s->flags)) ||
	    prefix_map_add(&s->mentioned, p, hash, out) != BLK_OK)
		return false;
	s->flags[*out] = 0;
	return true;
}

bool
part_sift_also(struct part_sift *s, const struct prefix *p)
{
	uint32_t i;
	bool known;

	if (!mention(s, p, prefix_hash(p), &i, &known))
		return false;
	s->flags[i] |= PART_KEEP;
	return true;
}

/* Whether a route is kept; wanted: a network asked for originates it. */
static bool
keeps(struct part_sift *s, const struct prefix *p, uint32_t hash, bool wanted,
    bool *out)
{
	uint32_t i;
	bool known;

	*out = false;
	if (s->watch->skip_family[p->afi == AFI_IPV6])
		return true;
	if (s->fixed) {
		*out = is_named(s, p);
		return true;
	}
	if (s->space.n > 0 && prefix_set_has_around(&s->space, p)) {
		*out = true; /* as in every other part */
		return true;
	}
	if (!mention(s, p, hash, &i, &known))
		return false;
	if (wanted && (s->flags[i] & PART_KEEP) == 0)
		s->incomplete |= known;
	if (wanted)
		s->flags[i] |= PART_KEEP | PART_BY_ORIGIN;
	*out = (s->flags[i] & PART_KEEP) != 0;
	return true;
}

static bool
in_countries(const struct part_sift *s, uint32_t asn)
{
	for (size_t i = 0; i < s->watch->country_n; i++)
		if (delegated_has_asn(s->watch->countries[i], asn))
			return true;
	return false;
}

static bool
wants(const struct part_sift *s, const uint32_t *asns, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (bsearch(&asns[i], s->asns, s->asn_n, sizeof(*s->asns),
			compare_u32) != NULL ||
		    in_countries(s, asns[i]))
			return true;
	return false;
}

static struct event *
copy_event(struct part_sift *s, struct event_batch *to, const struct event *ev)
{
	struct event *e = batch_add_event(to);

	if (e == NULL)
		return NULL;
	*e = *ev;
	s->last = ev->time;
	return e;
}

/* Of an event of b, copied as e, what its message says in all. */
static bool
copy_told(struct event_batch *to, const struct event_batch *b,
    const struct event *ev, struct event *e)
{
	struct event_message m;

	if (!event_is_message(ev))
		return true;
	m = event_message(b, ev);
	return batch_tell_message(to, e, &m);
}

/* The message without its routes. */
static bool
copy_message(struct part_sift *s, const struct event_batch *b,
    const struct event *ev, struct event_batch *to)
{
	struct event *e = copy_event(s, to, ev);

	if (e == NULL || !copy_told(to, b, ev, e))
		return false;
	e->type = EVENT_MESSAGE;
	e->afi = AFI_NONE;
	e->origin_n = e->hop_n = 0;
	e->routes.first = e->routes.n = e->routes.origin = 0;
	return true;
}

/*
 * An announcement or withdrawal, with the routes that are kept.  Where there
 * are none, it goes; but the message that it begins is told.
 */
static bool
sift_routes(struct part_sift *s, const struct event_batch *b,
    const struct event *ev, struct event_batch *to)
{
	bool wanted = ev->type == EVENT_ANNOUNCE &&
	    wants(s, event_origins(b, ev), ev->origin_n);
	uint32_t first = to->route_n;
	struct event *e;

	for (uint32_t i = 0; i < ev->routes.n; i++) {
		const struct event_route *r = &b->routes[ev->routes.first + i];
		const struct prefix p = event_prefix(b, r);
		bool keep;

		if (!keeps(s, &p, r->hash, wanted, &keep) ||
		    (keep && !batch_add_route(to, &p, r->path_id, r->hash)))
			return false;
	}
	if (to->route_n == first)
		return !event_is_message(ev) || copy_message(s, b, ev, to);
	e = copy_event(s, to, ev);
	if (e == NULL || !copy_told(to, b, ev, e))
		return false;
	e->routes.first = first;
	e->routes.n = to->route_n - first;
	return ev->type != EVENT_ANNOUNCE ||
	    batch_add_origins(to, event_origins(b, ev),
		(uint32_t)ev->origin_n + ev->hop_n, &e->routes.origin);
}

static bool
copy_entries(struct event_batch *to, const struct event_batch *b,
    const struct event *ev, struct event *e)
{
	const struct event_route *r = &b->routes[ev->rib.route];
	const struct prefix p = event_prefix(b, r);

	e->rib.route = to->route_n;
	e->rib.first = to->entry_n;
	if (!batch_add_route(to, &p, 0, r->hash))
		return false;
	for (uint32_t i = 0; i < ev->rib.n; i++) {
		const struct event_entry *x = &b->entries[ev->rib.first + i];
		struct event_entry *room = batch_add_entry(to);

		if (room == NULL)
			return false;
		*room = *x;
		if (!batch_add_origins(to, event_entry_origins(b, x),
			(uint32_t)x->origin_n + x->hop_n, &room->origin))
			return false;
	}
	return true;
}

/* Time goes on within a RIB as well: one prefix of each moment is kept. */
static bool
sift_rib_prefix(struct part_sift *s, const struct event_batch *b,
    const struct event *ev, bool always, struct event_batch *to)
{
	const struct event_route *r = &b->routes[ev->rib.route];
	const struct prefix p = event_prefix(b, r);
	bool wanted = false, keep;
	struct event *e;

	for (uint32_t i = 0; i < ev->rib.n && !wanted && !s->fixed; i++) {
		const struct event_entry *x = &b->entries[ev->rib.first + i];

		wanted = !x->refused &&
		    wants(s, event_entry_origins(b, x), x->origin_n);
	}
	if (!keeps(s, &p, r->hash, wanted, &keep))
		return false;
	if (!keep && !always && ev->time == s->last)
		return true;
	e = copy_event(s, to, ev);
	return e != NULL && copy_entries(to, b, ev, e);
}

static bool
copy_sizes(struct event_batch *to, const struct event_batch *b,
    const struct event *ev, struct event *e)
{
	e->rib_end.first = to->size_n;
	for (uint32_t i = 0; i < ev->rib_end.n; i++) {
		struct event_size *room = batch_add_size(to);

		if (room == NULL)
			return false;
		*room = b->sizes[ev->rib_end.first + i];
	}
	return true;
}

static bool
sift_event(struct part_sift *s, const struct event_batch *b,
    const struct event *ev, bool always, struct event_batch *to)
{
	struct event *e;

	switch ((enum event_type)ev->type) {
	case EVENT_MESSAGE:
		return copy_message(s, b, ev, to);
	case EVENT_ANNOUNCE:
	case EVENT_WITHDRAW:
	case EVENT_REFUSE:
		return sift_routes(s, b, ev, to);
	case EVENT_RIB_PREFIX:
		return sift_rib_prefix(s, b, ev, always, to);
	case EVENT_RIB_END:
		e = copy_event(s, to, ev);
		return e != NULL && copy_sizes(to, b, ev, e);
	default:
		return copy_event(s, to, ev) != NULL;
	}
}

/* Append what a batch tells beside its events. */
static bool
copy_head(const struct lane_batch *from, struct lane_batch *to)
{
	if (to->ev.peer_n == 0)
		to->ev.peer_base = from->ev.peer_base;
	for (uint32_t i = 0; i < from->ev.peer_n; i++)
		if (!batch_add_peer(&to->ev, &from->ev.peers[i]))
			return false;
	if ((from->hole_n > 0 &&
		!vec_reserve_many(&to->holes, to->hole_n, from->hole_n,
		    &to->hole_cap, sizeof(*to->holes))) ||
	    (from->doubt_n > 0 &&
		!vec_reserve_many(&to->doubts, to->doubt_n, from->doubt_n,
		    &to->doubt_cap, sizeof(*to->doubts))))
		return false;
	for (size_t i = 0; i < from->hole_n; i++)
		to->holes[to->hole_n++] = from->holes[i];
	for (size_t i = 0; i < from->doubt_n; i++)
		to->doubts[to->doubt_n++] = from->doubts[i];
	return true;
}

bool
part_sift_batch(
    struct part_sift *s, const struct lane_batch *from, struct lane_batch *to)
{
	/* Holes and doubts must not wait: they go with some event. */
	bool always = from->hole_n > 0 || from->doubt_n > 0;

	if (!copy_head(from, to))
		return false;
	for (uint32_t i = 0; i < from->ev.event_n; i++)
		if (!sift_event(s, &from->ev, &from->ev.events[i],
			always && i == 0, &to->ev))
			return false;
	return true;
}

bool
part_sift_list(const struct part_sift *s, unsigned mask, unsigned value,
    struct part_list *out)
{
	for (uint32_t i = 0; i < s->mentioned.n; i++)
		if ((s->flags[i] & mask) == value &&
		    !part_list_add(out, &s->mentioned.keys[i]))
			return false;
	part_list_sort(out);
	return true;
}
