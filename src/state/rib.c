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
#include <string.h>

#include "base/compare.h"
#include "base/vec.h"
#include "state/replay.h"
#include "state/timeline_write.h"

#define ORIGINATED_MAX 256u /* peers whose times go into the median */

/* Whether something newer than the RIB is known of the route. */
static bool
beaten(const struct session *from, const struct session_family *f,
    const struct route *r, usec_t begin)
{
	usec_t limit = begin - RIB_BACKLOG;

	return (from->reset_time != USEC_NONE && from->reset_time >= limit) ||
	    (r->epoch == f->epoch && r->updated != 0 &&
		r->updated >= usec_floor_sec(limit));
}

/*
 * The RIB's first word about a route: remember in *before what was told of it,
 * and clear it.
 */
static bool
open_route(struct state *s, const struct replay_rib *rib, struct route *r,
    const struct session_family *f, struct replay_said *before)
{
	if (r->epoch != f->epoch) {
		before->state = session_route_default(f);
		watch_turn(s, r, f->epoch);
	} else if (!watch_told(s, r, before)) {
		return false;
	}
	r->rib = rib->mark & ROUTE_MARK_MAX;
	route_clear(r, &s->pool);
	return true;
}

/*
 * One entry of a RIB's prefix.  *before is what its route was before the RIB
 * spoke of it; left as it is if the RIB did so before.
 */
static bool
state_entry(struct state *s, const struct replay_rib *rib, uint32_t prefix,
    const struct event_batch *batch, const struct event_entry *e,
    uint32_t session, struct replay_said *before)
{
	unsigned family = replay_family(s->t->prefixes[prefix].prefix.afi);
	const struct session *from = &s->sessions.v[session];
	struct route *r = route_get(&s->routes[prefix], session);
	uint32_t path;

	if (r == NULL)
		return false;
	if (beaten(from, &from->family[family], r, rib->begin))
		return true;
	if (r->rib != rib->mark &&
	    !open_route(s, rib, r, &from->family[family], before))
		return false;
	return e->refused ||
	    (watch_path(s, event_entry_origins(batch, e), e->origin_n, e->hop_n,
		 &path) &&
		route_add(r, &s->pool, e->path_id, path));
}

/*
 * Write down what the entries of one RIB record made of a route.  Where nothing
 * was known before, that waits for the end of the RIB: else those who carry the
 * prefix would be heard minutes before those who do not.
 */
static bool
settle_entry(struct state *s, const struct replay_rib *rib, uint32_t prefix,
    uint32_t session, const struct replay_said *before, usec_t time)
{
	struct route *r = route_find(&s->routes[prefix], session);
	struct replay_said now;

	if (r == NULL || r->rib != rib->mark || before->state == TL_UNKNOWN)
		return true;
	if (!watch_says(s, r, &now))
		return false;
	r->differs = !watch_alike(before, &now);
	return watch_tell(s, prefix, r, before, 0, time);
}

/* The median of the times since when peers hold a prefix from origin; or 0. */
static uint32_t
median_originated(
    const struct event *ev, const struct event_batch *batch, uint32_t origin)
{
	uint32_t at[ORIGINATED_MAX];
	unsigned n = 0;

	for (uint32_t i = 0; i < ev->rib.n && n < ORIGINATED_MAX; i++) {
		const struct event_entry *e =
		    &batch->entries[ev->rib.first + i];

		if (!e->refused && e->origin_n == 1 &&
		    *event_entry_origins(batch, e) == origin &&
		    e->originated > 0 &&
		    (usec_t)e->originated * USEC_PER_SEC <= ev->time)
			at[n++] = e->originated;
	}
	if (n == 0)
		return 0;
	qsort(at, n, sizeof(*at), compare_u32);
	return at[n / 2];
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
		const uint32_t *origins = event_entry_origins(batch, e);
		uint32_t at;

		if (e->origin_n != 1 || *origins == last)
			continue;
		last = *origins;
		at = median_originated(ev, batch, last);
		if (at != 0 &&
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
	const struct event_route *r = &batch->routes[ev->rib.route];
	const struct prefix p = event_prefix(batch, r);
	bool wanted = false;

	*out = prefix_map_find(&s->watched, &p, r->hash);
	if (*out != PREFIX_MAP_NONE)
		return true;
	for (uint32_t i = 0; i < ev->rib.n && !wanted; i++)
		wanted = !e[i].refused &&
		    watch_origins_wanted(
			s, event_entry_origins(batch, &e[i]), e[i].origin_n);
	return watch_find_or_add(s, &p, r->hash, wanted, out);
}

bool
rib_prefix(struct state *s, struct replay_lane *lane, const struct event *ev,
    const struct event_batch *batch)
{
	const struct event_entry *e = &batch->entries[ev->rib.first];
	struct replay_scratch *x = &s->scratch;
	uint32_t prefix;

	if (!find(s, ev, batch, &prefix))
		return false;
	if (prefix == PREFIX_MAP_NONE || lane->rib.serial == 0)
		return true;
	if (!vec_reserve_many(
		&x->before, 0, ev->rib.n, &x->before_cap, sizeof(*x->before)) ||
	    (s->routes[prefix].n == 0 &&
		!route_list_reserve(&s->routes[prefix], ev->rib.n)))
		return false;
	for (uint32_t i = 0; i < ev->rib.n; i++) {
		uint32_t from = lane->sessions[e[i].peer];

		x->before[i] = (struct replay_said){.state = TL_UNKNOWN};
		if (from != REPLAY_NO_SESSION &&
		    !state_entry(s, &lane->rib, prefix, batch, &e[i], from,
			&x->before[i]))
			return false;
	}
	for (uint32_t i = 0; i < ev->rib.n; i++) {
		uint32_t from = lane->sessions[e[i].peer];

		if (from != REPLAY_NO_SESSION &&
		    !settle_entry(
			s, &lane->rib, prefix, from, &x->before[i], ev->time))
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

/*
 * Write down those of a RIB's routes of a prefix about which nothing was known
 * before: what all say alike, at once.
 */
static bool
tell_stated(struct state *s, uint32_t prefix, const uint32_t *sessions,
    uint32_t n, const struct replay_said *said, usec_t end)
{
	struct tl_entry e = {.time = end,
	    .origin = said->origin,
	    .session = TL_NUMBER(sessions[0]),
	    .state = said->state,
	    .is_set = said->is_set};
	uint32_t group;

	if (n > 1) {
		if (!timeline_intern(&s->t->groups, sessions, n, &group))
			return false;
		e.session = TL_NUMBER(group);
		e.is_group = true;
	}
	return timeline_log_prefix(s->t, prefix, e);
}

/* The same for all of them, origin by origin. */
static bool
tell_all_stated(struct state *s, uint32_t prefix, uint32_t n, usec_t end)
{
	const struct route_list *l = &s->routes[prefix];
	uint32_t *left = s->scratch.sessions, *alike = left + n;

	while (n > 0) {
		struct replay_said said, other;
		uint32_t alike_n = 0, left_n = 0;

		if (!watch_says(s, route_find(l, left[0]), &said))
			return false;
		for (uint32_t i = 0; i < n; i++) {
			if (!watch_says(s, route_find(l, left[i]), &other))
				return false;
			if (watch_alike(&said, &other))
				alike[alike_n++] = left[i];
			else
				left[left_n++] = left[i];
		}
		if (!tell_stated(s, prefix, alike, alike_n, &said, end))
			return false;
		n = left_n;
	}
	return true;
}

/* A RIB that ends. */
struct ending {
	const struct replay_rib *rib;
	unsigned collector;
	bool whole[2]; /* by family: it may also tell by what it leaves out */
	usec_t end;
};

/*
 * Settle a route at the end of a RIB.  *stated: it is told of anew, and remains
 * to be written down.
 */
static bool
settle_route(struct state *s, uint32_t prefix, struct route *r,
    const struct ending *x, bool *stated)
{
	unsigned family = replay_family(s->t->prefixes[prefix].prefix.afi);
	const struct session *from = &s->sessions.v[r->session];
	const struct session_family *f = &from->family[family];
	uint64_t *mismatches = &s->t->collectors[x->collector].rib_mismatches;
	const bool here = r->rib == x->rib->mark, differs = r->differs;
	uint32_t lost = 0;
	struct replay_said before;

	*stated = false;
	if (here) {
		r->rib = 0;
		r->differs = false;
		if (r->epoch != f->epoch)
			return true;
		/* An update while the RIB was read is no contradiction. */
		*mismatches += differs && !beaten(from, f, r, x->rib->begin);
		*stated = !r->told;
		r->told = true;
		return true;
	}
	if (!x->whole[family] || f->table_rib != x->rib->serial ||
	    r->epoch != f->epoch || !r->told || r->path == 0 ||
	    beaten(from, f, r, x->rib->begin))
		return true;
	++*mismatches;
	lost = watch_lost(s, r);
	if (!watch_told(s, r, &before))
		return false;
	route_clear(r, &s->pool);
	return watch_tell(s, prefix, r, &before, lost, x->end);
}

static bool
settle_prefix(struct state *s, uint32_t prefix, const struct ending *x)
{
	struct route_list *l = &s->routes[prefix];
	struct replay_scratch *k = &s->scratch;
	uint32_t n = 0;
	bool stated;

	/* room for those stated, and for those of them that say alike */
	if (!vec_reserve_many(&k->sessions, 0, (size_t)l->n * 2,
		&k->session_cap, sizeof(*k->sessions)))
		return false;
	for (uint32_t i = 0; i < l->n; i++) {
		struct route *r = &l->v[i];

		if (s->sessions.v[r->session].collector != x->collector)
			continue;
		if (!settle_route(s, prefix, r, x, &stated))
			return false;
		if (stated)
			k->sessions[n++] = r->session;
	}
	return n == 0 || tell_all_stated(s, prefix, n, x->end);
}

static bool
settle(struct state *s, struct replay_lane *lane, const struct ending *x)
{
	for (uint32_t i = 0; i < s->watched.n; i++)
		if (!settle_prefix(s, i, x))
			return false;
	s->collectors[x->collector].marks &= ~(1u << x->rib->mark);
	lane->rib.serial = lane->rib.mark = 0;
	return true;
}

/* A RIB that is cut off: it tells nothing by what it leaves out. */
static bool
abandon(struct state *s, struct replay_lane *lane, usec_t time)
{
	const struct replay_rib rib = lane->rib;
	const struct ending x = {
	    .rib = &rib, .collector = lane->collector, .end = time};

	return settle(s, lane, &x);
}

/* The lane of a collector whose open RIB began first; NULL: none is open. */
static struct replay_lane *
oldest_open(struct state *s, unsigned collector)
{
	struct replay_lane *oldest = NULL;

	for (size_t i = 0; i < s->lane_n; i++) {
		struct replay_lane *l = &s->lanes[i];

		if (l->collector == collector && l->rib.serial != 0 &&
		    (oldest == NULL || l->rib.serial < oldest->rib.serial))
			oldest = l;
	}
	return oldest;
}

bool
rib_begin(struct state *s, struct replay_lane *lane, usec_t time)
{
	unsigned *marks = &s->collectors[lane->collector].marks;
	const unsigned all = (1u << (ROUTE_MARK_MAX + 1)) - 2;
	uint32_t mark = 1;

	if (lane->rib.serial != 0 && !abandon(s, lane, time))
		return false;
	if (*marks == all && !abandon(s, oldest_open(s, lane->collector), time))
		return false;
	while ((*marks >> mark & 1) != 0)
		mark++;
	*marks |= 1u << mark;
	lane->rib = (struct replay_rib){
	    .serial = ++s->rib_serial, .mark = mark, .begin = time};
	return true;
}

/* The sizes of all sessions' tables in a RIB, by session, into scratch. */
static bool
collect_sizes(struct state *s, const struct replay_lane *lane,
    const struct event *ev, const struct event_batch *batch)
{
	struct replay_scratch *x = &s->scratch;

	if (!vec_reserve_many(
		&x->sizes, 0, s->sessions.n, &x->size_cap, sizeof(*x->sizes)))
		return false;
	memset(x->sizes, 0, s->sessions.n * sizeof(*x->sizes));
	for (uint32_t i = 0; i < ev->rib_end.n; i++) {
		const struct event_size *z =
		    &batch->sizes[ev->rib_end.first + i];
		uint32_t session = lane->sessions[z->peer];

		/* a peer that is listed twice has the table told first */
		for (unsigned f = 0; session != REPLAY_NO_SESSION && f < 2; f++)
			if (x->sizes[session][f] == 0)
				x->sizes[session][f] = z->prefix_n[f];
	}
	return true;
}

static bool
apply_sizes(struct state *s, const struct ending *x)
{
	for (uint32_t i = 0; i < s->sessions.n; i++) {
		if (s->sessions.v[i].collector != x->collector)
			continue;
		for (unsigned f = 0; f < 2; f++) {
			uint32_t n = s->scratch.sizes[i][f];

			if (!x->whole[f])
				continue;
			if (n > 0 ? !know_table(s, i, f, n, x->rib, x->end)
				  : !lose_table(s, i, f, x->rib))
				return false;
		}
	}
	return true;
}

bool
rib_end(struct state *s, struct replay_lane *lane, const struct event *ev,
    const struct event_batch *batch)
{
	const struct replay_rib rib = lane->rib;
	struct ending x = {
	    .rib = &rib, .collector = lane->collector, .end = ev->time};

	if (rib.serial == 0)
		return true;
	for (uint32_t i = 0; ev->rib_end.complete && i < ev->rib_end.n; i++)
		for (unsigned f = 0; f < 2; f++)
			x.whole[f] |=
			    batch->sizes[ev->rib_end.first + i].prefix_n[f] > 0;
	for (unsigned f = 0; f < 2; f++) {
		s->t->collectors[x.collector].has_rib[f] |= x.whole[f];
		s->collectors[x.collector].whole_rib |= x.whole[f];
	}
	return collect_sizes(s, lane, ev, batch) && apply_sizes(s, &x) &&
	    settle(s, lane, &x);
}
