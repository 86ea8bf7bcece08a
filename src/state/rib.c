/*
 * What RIBs say.
 *
 * A RIB is a picture of a past moment: an update from RIB_BACKLOG before it, or
 * later, beats it, because collectors write RIBs while updates still wait in
 * their queues.  What a RIB states is applied as it is read; what it leaves
 * out, only once it is known to be whole: a RIB that is cut off must not
 * withdraw the rest.
 *
 * Every RIB after the first is also a check of the replay: where it
 * contradicts a route that was known, the route is corrected and counted.
 */
#include <stdlib.h>

#include "base/compare.h"
#include "state/replay.h"
#include "state/timeline_write.h"

#define ORIGINATED_MAX 256u /* peers whose times go into the median */

void
rib_begin(struct state *s, struct replay_lane *lane, usec_t time)
{
	lane->rib.serial = ++s->rib_serial;
	lane->rib.begin = time;
}

/* Whether something newer than the RIB is known of the route. */
static bool
beaten(const struct session *from, const struct session_family *f,
    const struct route *r, usec_t begin)
{
	usec_t limit = begin - RIB_BACKLOG;

	return (from->reset_time != USEC_NONE && from->reset_time >= limit) ||
	    (r->epoch == f->epoch && r->updated != USEC_NONE &&
		r->updated >= limit);
}

/* The RIB's first word about a route: remember what it was, and clear it. */
static void
open_route(struct state *s, const struct replay_rib *rib, struct route *r,
    unsigned family)
{
	struct session *from = &s->sessions.v[r->session];
	struct session_family *f = &from->family[family];

	r->rib = rib->serial;
	r->rib_late = beaten(from, f, r, rib->begin);
	if (r->rib_late)
		return;
	if (r->epoch == f->epoch) {
		r->before = r->logged;
		r->before_origin = r->logged_origin;
		r->before_is_set = r->logged_is_set;
	} else {
		r->before = (uint8_t)session_route_default(f);
		watch_turn(r, f->epoch);
	}
	route_clear(r);
}

static bool
state_entry(struct state *s, const struct replay_rib *rib, uint32_t prefix,
    const struct event_batch *batch, const struct event_entry *e,
    uint32_t session)
{
	unsigned family = replay_family(s->t->prefixes[prefix].prefix.afi);
	const uint32_t *origins = watch_origins(batch, &e->origin, e->origin_n);
	struct route *r = route_get(&s->routes[prefix], session);
	struct route_path path;

	if (r == NULL ||
	    !watch_path(s, e->path_id, origins, e->origin_n, &path))
		return false;
	path.anonymous = e->path_id == 0;
	if (r->rib != rib->serial)
		open_route(s, rib, r, family);
	if (r->rib_late)
		return true;
	r->rib_open = true;
	return e->refused || route_add(r, &path);
}

/*
 * Write down what the entries of one RIB record made of a route.  Where nothing
 * was known before, that waits for the end of the RIB: else those who carry the
 * prefix would be heard minutes before those who do not.
 */
static bool
settle_entry(struct state *s, uint32_t prefix, uint32_t session, usec_t time)
{
	struct route *r = route_find(&s->routes[prefix], session);

	if (r == NULL || !r->rib_open)
		return true;
	r->rib_open = false;
	return r->before == TL_UNKNOWN || watch_log(s, prefix, r, time);
}

/* The median of the times since when peers hold a prefix from origin. */
static usec_t
median_originated(
    const struct event *ev, const struct event_batch *batch, uint32_t origin)
{
	uint32_t at[ORIGINATED_MAX];
	unsigned n = 0;

	for (uint32_t i = 0; i < ev->rib.n && n < ORIGINATED_MAX; i++) {
		const struct event_entry *e =
		    &batch->entries[ev->rib.first + i];

		if (!e->refused && e->origin_n == 1 && e->origin == origin &&
		    e->originated > 0 &&
		    (usec_t)e->originated * USEC_PER_SEC <= ev->time)
			at[n++] = e->originated;
	}
	if (n == 0)
		return USEC_NONE;
	qsort(at, n, sizeof(*at), compare_u32);
	return (usec_t)at[n / 2] * USEC_PER_SEC;
}

/*
 * The time since when half of those who hold the prefix from an origin do so:
 * for the baseline, which must not rest on a single peer's old route.
 */
static bool
note_originated(struct state *s, uint32_t prefix, const struct event *ev,
    const struct event_batch *batch)
{
	uint32_t last = TL_ORIGIN_NONE;

	for (uint32_t i = 0; i < ev->rib.n; i++) {
		const struct event_entry *e =
		    &batch->entries[ev->rib.first + i];
		usec_t at;

		if (e->origin_n != 1 || e->origin == last)
			continue;
		last = e->origin;
		at = median_originated(ev, batch, last);
		if (at != USEC_NONE &&
		    !timeline_note_originated(s->t, prefix, last, at))
			return false;
	}
	return true;
}

/* The number of the prefix, which any of its entries may make watched. */
static bool
find(struct state *s, const struct event *ev, const struct event_batch *batch,
    uint32_t *out)
{
	const struct event_entry *e = &batch->entries[ev->rib.first];
	bool wanted = false;

	*out = prefix_map_find(&s->watched, &ev->rib.prefix, ev->rib.hash);
	if (*out != PREFIX_MAP_NONE)
		return true;
	for (uint32_t i = 0; i < ev->rib.n && !wanted; i++)
		wanted = !e[i].refused &&
		    watch_origins_wanted(s,
			watch_origins(batch, &e[i].origin, e[i].origin_n),
			e[i].origin_n);
	return watch_find_or_add(s, &ev->rib.prefix, ev->rib.hash, wanted, out);
}

bool
rib_prefix(struct state *s, struct replay_lane *lane, const struct event *ev,
    const struct event_batch *batch)
{
	const struct event_entry *e = &batch->entries[ev->rib.first];
	uint32_t prefix;

	if (!find(s, ev, batch, &prefix))
		return false;
	if (prefix == PREFIX_MAP_NONE)
		return true;
	for (uint32_t i = 0; i < ev->rib.n; i++) {
		uint32_t from = lane->sessions[e[i].peer];

		if (from != REPLAY_NO_SESSION &&
		    !state_entry(s, &lane->rib, prefix, batch, &e[i], from))
			return false;
	}
	for (uint32_t i = 0; i < ev->rib.n; i++) {
		uint32_t from = lane->sessions[e[i].peer];

		if (from != REPLAY_NO_SESSION &&
		    !settle_entry(s, prefix, from, ev->time))
			return false;
	}
	return note_originated(s, prefix, ev, batch);
}

static bool
log_size(struct state *s, uint32_t session, unsigned family, uint32_t size,
    usec_t time)
{
	return timeline_log_session(s->t, session,
	    (struct tl_session_entry){.time = time,
		.change = TL_SIZE,
		.family = (uint8_t)family,
		.size = size});
}

/* A whole RIB shows a table of this size: the peer is there, and known. */
static bool
know_table(struct state *s, uint32_t session, unsigned family, uint32_t size,
    const struct replay_rib *rib, usec_t end)
{
	struct session *from = &s->sessions.v[session];
	struct session_family *f = &from->family[family];

	if (from->reset_time != USEC_NONE &&
	    from->reset_time >= rib->begin - RIB_BACKLOG)
		return true;
	if (!session_set_live(&s->sessions, s->t, session, true, rib->begin))
		return false;
	if (from->last_word == USEC_NONE || from->last_word < rib->begin)
		from->last_word = rib->begin;
	f->table = size;
	f->table_rib = rib->serial;
	f->table_end = end;
	return log_size(s, session, family, size, rib->begin) &&
	    session_sync(&s->sessions, s->t, session, family, end);
}

/*
 * A peer that had a table and is not in the RIB: the session is gone, and was
 * since its last word, unless that is too fresh for the RIB.
 */
static bool
lose_table(struct state *s, uint32_t session, unsigned family,
    const struct replay_rib *rib)
{
	struct session *from = &s->sessions.v[session];
	struct session_family *f = &from->family[family];
	usec_t at = session_last_known(from, family);

	if (f->table == 0 || from->last_word >= rib->begin - RIB_BACKLOG)
		return true;
	f->table = 0;
	if (!log_size(s, session, family, 0, rib->begin))
		return false;
	/* A session that is known to be down went when that was said. */
	if (!from->live && !from->stale)
		return true;
	if (!session_reset(&s->sessions, s->t, session, family, at, at, false))
		return false;
	if (from->family[!family].table > 0)
		return true;
	return session_set_live(&s->sessions, s->t, session, false, at);
}

/* Compare a route that the RIB states with what was known before it. */
static bool
contradicted(const struct route *r)
{
	if (r->before == TL_UNKNOWN || r->before != r->logged)
		return r->before != TL_UNKNOWN;
	return r->logged == TL_UP &&
	    (r->before_origin != r->logged_origin ||
		r->before_is_set != r->logged_is_set);
}

/*
 * Settle a route at the end of a RIB.  whole: the RIB may also tell by what it
 * leaves out.
 */
static bool
settle_route(struct state *s, uint32_t prefix, struct route *r,
    const struct replay_rib *rib, bool whole, usec_t end)
{
	unsigned family = replay_family(s->t->prefixes[prefix].prefix.afi);
	struct session *from = &s->sessions.v[r->session];
	struct session_family *f = &from->family[family];
	uint64_t *mismatches =
	    &s->t->collectors[from->collector].rib_mismatches;

	if (r->rib == rib->serial) {
		if (r->rib_late || r->epoch != f->epoch)
			return true;
		/* An update while the RIB was read is no contradiction. */
		*mismatches +=
		    contradicted(r) && !beaten(from, f, r, rib->begin);
		return watch_log(s, prefix, r, end);
	}
	if (!whole || f->table_rib != rib->serial || r->epoch != f->epoch ||
	    r->logged != TL_UP || beaten(from, f, r, rib->begin))
		return true;
	++*mismatches;
	route_clear(r);
	return watch_log(s, prefix, r, end);
}

static bool
settle_routes(struct state *s, unsigned collector, const struct replay_rib *rib,
    const bool whole[2], usec_t end)
{
	for (uint32_t i = 0; i < s->watched.n; i++) {
		struct route_list *l = &s->routes[i];
		bool w = whole[replay_family(s->watched.keys[i].afi)];

		for (size_t k = 0; k < l->n; k++)
			if (s->sessions.v[l->v[k].session].collector ==
				collector &&
			    !settle_route(s, i, &l->v[k], rib, w, end))
				return false;
	}
	return true;
}

/* The size of a session's table in this RIB. */
static uint32_t
size_of(const struct replay_lane *lane, const struct event *ev,
    const struct event_batch *batch, uint32_t session, unsigned family)
{
	for (uint32_t i = 0; i < ev->rib_end.n; i++) {
		const struct event_size *z =
		    &batch->sizes[ev->rib_end.first + i];

		if (lane->sessions[z->peer] == session)
			return z->prefix_n[family];
	}
	return 0;
}

static bool
apply_sizes(struct state *s, unsigned collector, const struct replay_lane *lane,
    const struct replay_rib *rib, const struct event *ev,
    const struct event_batch *batch, const bool whole[2])
{
	for (uint32_t i = 0; i < s->sessions.n; i++) {
		if (s->sessions.v[i].collector != collector)
			continue;
		for (unsigned f = 0; f < 2; f++) {
			uint32_t n = size_of(lane, ev, batch, i, f);

			if (!whole[f])
				continue;
			if (n > 0 ? !know_table(s, i, f, n, rib, ev->time)
				  : !lose_table(s, i, f, rib))
				return false;
		}
	}
	return true;
}

bool
rib_end(struct state *s, unsigned collector, struct replay_lane *lane,
    const struct event *ev, const struct event_batch *batch)
{
	struct replay_rib rib = lane->rib;
	bool whole[2] = {false, false};

	lane->rib.serial = 0;
	if (rib.serial == 0)
		return true;
	for (uint32_t i = 0; ev->rib_end.complete && i < ev->rib_end.n; i++)
		for (unsigned f = 0; f < 2; f++)
			whole[f] |=
			    batch->sizes[ev->rib_end.first + i].prefix_n[f] > 0;
	for (unsigned f = 0; f < 2; f++) {
		s->t->collectors[collector].has_rib[f] |= whole[f];
		s->collectors[collector].whole_rib |= whole[f];
	}
	return apply_sizes(s, collector, lane, &rib, ev, batch, whole) &&
	    settle_routes(s, collector, &rib, whole, ev->time);
}
