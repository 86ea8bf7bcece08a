/*
 * Which prefixes are watched, and what updates say of them.
 *
 * A prefix is watched from the moment the question names it, or one of the
 * origins asked for announces it.  What sessions said before that moment is
 * made up for where it matters: see first_words.h.
 */
#include <stdlib.h>
#include <string.h>

#include "base/compare.h"
#include "base/vec.h"
#include "state/replay.h"
#include "state/timeline_write.h"

#define ORIGINS_MAX 256u /* of one prefix at one session */

/* Sieved first: hardly any of millions of numbers is wanted. */
static bool
asn_wanted(const struct state *s, uint32_t asn)
{
	return (s->asn_sieve >> watch_sieve_bit(asn) & 1) != 0 &&
	    bsearch(&asn, s->asns, s->params.asn_n, sizeof(*s->asns),
		compare_u32) != NULL;
}

bool
watch_origins_wanted(
    const struct state *s, const uint32_t *origins, unsigned origin_n)
{
	if (s->params.asn_n == 0)
		return true;
	for (unsigned i = 0; i < origin_n; i++)
		if (asn_wanted(s, origins[i]))
			return true;
	return false;
}

static bool
prefix_wanted(const struct state *s, const struct prefix *p)
{
	const struct state_params *q = &s->params;

	if (q->skip_family[replay_family(p->afi)])
		return false;
	if (q->prefix_n == 0)
		return true;
	return (q->more_specific ? prefix_set_has_around(&s->prefixes, p)
				 : prefix_set_has(&s->prefixes, p)) ||
	    (q->less_specific && prefix_set_has_inside(&s->prefixes, p));
}

static bool
log_route(struct state *s, uint32_t prefix, uint32_t session, usec_t time,
    enum tl_route state, uint32_t origin, bool is_set)
{
	return timeline_log_prefix(s->t, prefix,
	    (struct tl_entry){.time = time,
		.session = session,
		.origin = origin,
		.state = (uint8_t)state,
		.is_set = is_set});
}

/*
 * A session's first word about a prefix in this epoch is a withdrawal: it
 * carried the prefix until then, since the epoch began.
 */
static bool
log_first_withdrawal(struct state *s, uint32_t prefix, struct route *r,
    const struct session_family *f, usec_t time)
{
	watch_turn(r, f->epoch);
	r->updated = time;
	r->logged = TL_ABSENT;
	return log_route(s, prefix, r->session, f->epoch_start, TL_UP,
		   TL_ORIGIN_ASSUMED, false) &&
	    log_route(s, prefix, r->session, time, TL_ABSENT, 0, false);
}

/* Make up for what sessions said before the prefix was watched. */
static bool
recall(struct state *s, uint32_t prefix)
{
	const struct prefix *p = &s->watched.keys[prefix];
	unsigned family = replay_family(p->afi);

	for (size_t c = 0; c < s->collector_n; c++) {
		const struct first_words *w = &s->collectors[c].words[family];
		const struct first_withdrawal *f =
		    first_words_of(w, p, prefix_hash(p));

		for (; f != NULL; f = first_words_next(w, f)) {
			struct session_family *sf =
			    &s->sessions.v[f->session].family[family];
			struct route *r;

			if (f->epoch != sf->epoch)
				continue;
			r = route_get(&s->routes[prefix], f->session);
			if (r == NULL ||
			    !log_first_withdrawal(s, prefix, r, sf, f->time))
				return false;
		}
	}
	return true;
}

static bool
add(struct state *s, const struct prefix *p, uint32_t hash, uint32_t *out)
{
	struct tl_watch w = {.by_prefix = true, .prefix = *p};

	if (!vec_reserve(
		&s->routes, s->watched.n, &s->route_cap, sizeof(*s->routes)))
		return false;
	if (s->params.asn_n == 0 && !timeline_add_watch(s->t, &w))
		return false;
	if (!timeline_add_prefix(s->t, p) ||
	    prefix_map_add(&s->watched, p, hash, out) != BLK_OK)
		return false;
	s->routes[*out] = (struct route_list){0};
	return recall(s, *out);
}

bool
watch_add(struct state *s, const struct prefix *p, uint32_t hash, uint32_t *out)
{
	return !prefix_wanted(s, p) || add(s, p, hash, out);
}

bool
watch_begin(struct state *s)
{
	const struct state_params *p = &s->params;
	uint32_t i;

	for (size_t k = 0; k < p->asn_n; k++) {
		struct tl_watch w = {.asn = s->asns[k]};

		if (!timeline_add_watch(s->t, &w))
			return false;
		s->asn_sieve |= UINT64_C(1) << watch_sieve_bit(s->asns[k]);
	}
	/* A prefix asked for by itself is judged even if nobody ever names
	   it. */
	for (size_t k = 0; p->asn_n == 0 && k < p->prefix_n; k++)
		if (!watch_find_or_add(s, &p->prefixes[k],
			prefix_hash(&p->prefixes[k]), true, &i))
			return false;
	return true;
}

const uint32_t *
watch_origins(
    const struct event_batch *batch, const uint32_t *origin, unsigned origin_n)
{
	return origin_n > 1 ? &batch->origins[*origin] : origin;
}

bool
watch_path(struct state *s, uint32_t id, const uint32_t *origins,
    unsigned origin_n, struct route_path *out)
{
	uint32_t sorted[ORIGINS_MAX];

	*out = (struct route_path){.id = id, .origin = TL_ORIGIN_NONE};
	if (origin_n == 1)
		out->origin = origins[0];
	if (origin_n <= 1)
		return true;
	if (origin_n > ORIGINS_MAX)
		origin_n = ORIGINS_MAX;
	memcpy(sorted, origins, origin_n * sizeof(*sorted));
	out->is_set = true;
	return timeline_intern_set(s->t, sorted, origin_n, &out->origin);
}

bool
watch_said(struct state *s, const struct route *r, enum tl_route *state,
    uint32_t *origin, bool *is_set)
{
	const struct route_path *p = route_paths(r);
	uint32_t all[ORIGINS_MAX];
	unsigned n = 0;
	bool alike = true;

	*state = r->path_n > 0 ? TL_UP : TL_ABSENT;
	*origin = r->path_n > 0 ? p[0].origin : 0;
	*is_set = r->path_n > 0 && p[0].is_set;
	for (unsigned i = 1; i < r->path_n; i++)
		alike &= p[i].origin == *origin && p[i].is_set == *is_set;
	if (alike)
		return true;
	for (unsigned i = 0; i < r->path_n; i++) {
		const uint32_t *from = &p[i].origin;
		uint32_t m = 1;

		if (p[i].is_set) {
			from = s->t->sets[p[i].origin].asns;
			m = s->t->sets[p[i].origin].n;
		}
		for (uint32_t j = 0; j < m && n < ORIGINS_MAX; j++)
			all[n++] = from[j];
	}
	*is_set = true;
	return timeline_intern_set(s->t, all, n, origin);
}

bool
watch_log(struct state *s, uint32_t prefix, struct route *r, usec_t time)
{
	enum tl_route state;
	uint32_t origin;
	bool is_set;

	if (!watch_said(s, r, &state, &origin, &is_set))
		return false;
	if (r->logged == state &&
	    (state != TL_UP ||
		(r->logged_origin == origin && r->logged_is_set == is_set)))
		return true;
	r->logged = (uint8_t)state;
	r->logged_origin = origin;
	r->logged_is_set = is_set;
	return log_route(s, prefix, r->session, time, state, origin, is_set);
}

void
watch_turn(struct route *r, uint32_t epoch)
{
	route_clear(r);
	r->epoch = epoch;
	r->logged = TL_UNKNOWN;
}

/*
 * Where to keep first words of what nobody watches (see first_words.h); NULL:
 * those of this session are not needed.
 */
static struct first_words *
first_words_for(struct state *s, uint32_t session, const struct event *ev,
    struct first_word *word)
{
	unsigned family = replay_family(ev->afi);
	const struct session *from = &s->sessions.v[session];
	const struct session_family *f = &from->family[family];

	if (f->synced || !f->continued || s->params.refusing ||
	    s->params.skip_family[family])
		return NULL;
	*word = (struct first_word){.session = session,
	    .ordinal = from->ordinal,
	    .epoch = f->epoch,
	    .withdrawal = ev->type == EVENT_WITHDRAW,
	    .time = ev->time};
	return &s->collectors[from->collector].words[family];
}

static bool
announce(struct state *s, uint32_t session, const struct event *ev,
    uint32_t prefix, const struct route_path *path)
{
	const struct session_family *f =
	    &s->sessions.v[session].family[replay_family(ev->afi)];
	struct route *r = route_get(&s->routes[prefix], session);

	if (r == NULL)
		return false;
	if (r->epoch != f->epoch)
		watch_turn(r, f->epoch);
	r->updated = ev->time;
	return route_announce(r, path) && watch_log(s, prefix, r, ev->time);
}

bool
watch_announce(struct state *s, uint32_t session, const struct event *ev,
    const struct event_batch *batch)
{
	const struct event_route *routes = &batch->routes[ev->routes.first];
	const uint32_t *origins =
	    watch_origins(batch, &ev->routes.origin, ev->origin_n);
	bool wanted = watch_origins_wanted(s, origins, ev->origin_n);
	struct first_word word;
	struct first_words *words = first_words_for(s, session, ev, &word);

	for (uint32_t k = 0; k < ev->routes.n; k++) {
		const struct event_route *route = &routes[k];
		struct route_path path;
		uint32_t i;

		if (!watch_find_or_add(
			s, &route->prefix, route->hash, wanted, &i))
			return false;
		if (i == PREFIX_MAP_NONE) {
			if (words != NULL &&
			    !first_words_note(
				words, &route->prefix, route->hash, &word))
				return false;
			continue;
		}
		if (!watch_path(
			s, route->path_id, origins, ev->origin_n, &path) ||
		    !announce(s, session, ev, i, &path))
			return false;
	}
	return true;
}

/* A withdrawal of a route that was not stated in this epoch yet. */
static bool
withdraw_unstated(struct state *s, uint32_t prefix, struct route *r,
    const struct event *ev, const struct event_route *route)
{
	unsigned family = replay_family(ev->afi);
	const struct session *from = &s->sessions.v[r->session];
	const struct session_family *f = &from->family[family];
	const struct first_words *w =
	    &s->collectors[from->collector].words[family];
	bool first = !f->synced && f->continued && !s->params.refusing &&
	    !first_words_spoke(w, &route->prefix, route->hash, from->ordinal);

	if (first && route->path_id == 0)
		return log_first_withdrawal(s, prefix, r, f, ev->time);
	if (first) {
		/* One path of several: until now the peer had it, and whether
		   it has another one cannot be told. */
		return log_route(s, prefix, r->session, f->epoch_start, TL_UP,
			   TL_ORIGIN_ASSUMED, false) &&
		    log_route(
			s, prefix, r->session, ev->time, TL_UNKNOWN, 0, false);
	}
	watch_turn(r, f->epoch);
	r->updated = ev->time;
	if (f->synced)
		r->logged = TL_ABSENT;
	return watch_log(s, prefix, r, ev->time);
}

static bool
withdraw(struct state *s, uint32_t session, const struct event *ev,
    uint32_t prefix, const struct event_route *route)
{
	const struct session_family *f =
	    &s->sessions.v[session].family[replay_family(ev->afi)];
	struct route *r = route_get(&s->routes[prefix], session);

	if (r == NULL)
		return false;
	if (r->epoch != f->epoch)
		return withdraw_unstated(s, prefix, r, ev, route);
	r->updated = ev->time;
	route_withdraw(r, route->path_id);
	return watch_log(s, prefix, r, ev->time);
}

bool
watch_withdraw(struct state *s, uint32_t session, const struct event *ev,
    const struct event_batch *batch)
{
	const struct event_route *routes = &batch->routes[ev->routes.first];
	bool wanted = watch_origins_wanted(s, NULL, 0);
	struct first_word word;
	struct first_words *words = first_words_for(s, session, ev, &word);

	for (uint32_t k = 0; k < ev->routes.n; k++) {
		const struct event_route *route = &routes[k];
		uint32_t i;

		if (!watch_find_or_add(
			s, &route->prefix, route->hash, wanted, &i))
			return false;
		if (i != PREFIX_MAP_NONE) {
			if (!withdraw(s, session, ev, i, route))
				return false;
		} else if (words != NULL &&
		    !first_words_note(
			words, &route->prefix, route->hash, &word)) {
			return false;
		}
	}
	return true;
}

/*
 * The peer carries the prefix by a route that does not count: what it announced
 * before is replaced.  One path of several leaves open what the others are.
 */
static bool
refuse(struct state *s, uint32_t session, const struct event *ev,
    uint32_t prefix, const struct event_route *route)
{
	const struct session_family *f =
	    &s->sessions.v[session].family[replay_family(ev->afi)];
	struct route *r = route_get(&s->routes[prefix], session);

	if (r == NULL)
		return false;
	if (r->epoch != f->epoch) {
		watch_turn(r, f->epoch);
		r->logged = (uint8_t)session_route_default(f);
	}
	r->updated = ev->time;
	route_withdraw(r, route->path_id);
	if (route->path_id != 0 && r->logged == TL_UNKNOWN)
		return true;
	return watch_log(s, prefix, r, ev->time);
}

/* Where routes may be refused, no first words are kept. */
bool
watch_refuse(struct state *s, uint32_t session, const struct event *ev,
    const struct event_batch *batch)
{
	const struct event_route *routes = &batch->routes[ev->routes.first];
	bool wanted = watch_origins_wanted(s, NULL, 0);

	for (uint32_t k = 0; k < ev->routes.n; k++) {
		uint32_t i;

		if (!watch_find_or_add(
			s, &routes[k].prefix, routes[k].hash, wanted, &i) ||
		    (i != PREFIX_MAP_NONE &&
			!refuse(s, session, ev, i, &routes[k])))
			return false;
	}
	return true;
}
