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

#define ASNS_GATHERED 100000u /* before they are made distinct */
#define ORIGINS_MAX 256u      /* of one prefix at one session */

/* Whether any country that is watched has the AS. */
static bool
in_countries(const struct state *s, uint32_t asn)
{
	size_t lo = 0, hi = s->run_n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (s->runs[mid].last < asn)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < s->run_n && s->runs[lo].first <= asn;
}

static bool
asn_named(const struct state *s, uint32_t asn)
{
	return s->params.all || in_countries(s, asn) ||
	    bsearch(&asn, s->asns, s->params.asn_n, sizeof(*s->asns),
		compare_u32) != NULL;
}

bool
watch_origins_named(
    const struct state *s, const uint32_t *origins, unsigned origin_n)
{
	for (unsigned i = 0; i < origin_n; i++)
		if (asn_named(s, origins[i]))
			return true;
	return s->by_prefix;
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
		.session = TL_NUMBER(session),
		.origin = origin,
		.state = state,
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
	watch_turn(s, r, f->epoch);
	watch_touch(r, time);
	r->told = true;
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
	if (s->by_prefix && !timeline_add_watch(s->t, &w))
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
	if (p->all || p->country_n > 0)
		s->asn_sieve = UINT64_MAX;
	/* A prefix asked for by itself is judged even if nobody ever names
	   it. */
	for (size_t k = 0; s->by_prefix && k < p->prefix_n; k++)
		if (!watch_find_or_add(s, &p->prefixes[k],
			prefix_hash(&p->prefixes[k]), true, &i))
			return false;
	return true;
}

/* ASNs that the timeline names, gathered. */
struct asn_list {
	uint32_t *v;
	size_t n, cap;
};

/* Add the origins that an entry names and that are to be watched each. */
static bool
gather_origins(
    const struct state *s, const struct tl_entry *e, struct asn_list *l)
{
	const uint32_t *asns = &e->origin;
	uint32_t n = 1;

	if (e->state != TL_UP)
		return true;
	if (e->is_set)
		asns = timeline_run(&s->t->sets, e->origin, &n);
	else if (e->origin == TL_ORIGIN_NONE || e->origin == TL_ORIGIN_ASSUMED)
		return true;
	for (uint32_t i = 0; i < n; i++) {
		if (l->n > 0 && l->v[l->n - 1] == asns[i])
			continue;
		if (!s->params.all && !in_countries(s, asns[i]))
			continue;
		if (!vec_reserve(&l->v, l->n, &l->cap, sizeof(*l->v)))
			return false;
		l->v[l->n++] = asns[i];
	}
	return true;
}

static bool
add_each_as(struct state *s, struct asn_list *l)
{
	const struct timeline *t = s->t;
	size_t limit = ASNS_GATHERED;

	for (size_t i = 0; i < t->prefix_n; i++) {
		for (uint32_t k = 0; k < t->prefixes[i].log_n; k++)
			if (!gather_origins(s, &t->prefixes[i].log[k], l))
				return false;
		if (l->n < limit)
			continue;
		l->n = compare_sort_distinct_u32(l->v, l->n);
		limit = l->n * 2 + ASNS_GATHERED;
	}
	l->n = compare_sort_distinct_u32(l->v, l->n);
	for (size_t i = 0; i < l->n; i++) {
		const struct tl_watch w = {.asn = l->v[i]};

		/* those that were asked for by name are there */
		if (bsearch(&w.asn, s->asns, s->params.asn_n, sizeof(*s->asns),
			compare_u32) == NULL &&
		    !timeline_add_watch(s->t, &w))
			return false;
	}
	return true;
}

bool
watch_end(struct state *s)
{
	const struct state_params *p = &s->params;
	struct asn_list l = {0};
	bool ok = true;

	for (size_t i = 0; ok && i < p->country_n; i++) {
		const struct tl_watch w = {.country = p->countries[i]};

		ok = timeline_add_watch(s->t, &w);
	}
	if (ok && p->each_as)
		ok = add_each_as(s, &l);
	free(l.v);
	return ok;
}

bool
watch_path(struct state *s, const uint32_t *origins, unsigned origin_n,
    unsigned hop_n, uint32_t *out)
{
	uint32_t run[2 + EVENT_HOPS_MAX] = {0, TL_ORIGIN_NONE};
	uint32_t sorted[ORIGINS_MAX];

	if (hop_n > EVENT_HOPS_MAX)
		hop_n = EVENT_HOPS_MAX;
	memcpy(run + 2, origins + origin_n, hop_n * sizeof(*run));
	if (origin_n == 1)
		run[1] = origins[0];
	if (origin_n > 1) {
		if (origin_n > ORIGINS_MAX)
			origin_n = ORIGINS_MAX;
		memcpy(sorted, origins, origin_n * sizeof(*sorted));
		run[0] = 1;
		if (!timeline_intern_set(s->t, sorted, origin_n, &run[1]))
			return false;
	}
	return timeline_intern(&s->t->paths, run, 2 + hop_n, out);
}

static struct replay_said
said_by(const struct state *s, uint32_t path)
{
	uint32_t n;
	const uint32_t *run = timeline_run(&s->t->paths, path, &n);

	return (struct replay_said){
	    .state = TL_UP, .is_set = run[0] != 0, .origin = run[1]};
}

/* All origins of several paths that differ. */
static bool
unite(
    struct state *s, const uint32_t *paths, unsigned n, struct replay_said *out)
{
	uint32_t all[ORIGINS_MAX];
	uint32_t k = 0;

	for (unsigned i = 0; i < n; i++) {
		const struct replay_said one = said_by(s, paths[i]);
		const uint32_t *from = &one.origin;
		uint32_t m = 1;

		if (one.is_set)
			from = timeline_run(&s->t->sets, one.origin, &m);
		for (uint32_t j = 0; j < m && k < ORIGINS_MAX; j++)
			all[k++] = from[j];
	}
	out->is_set = true;
	return timeline_intern_set(s->t, all, k, &out->origin);
}

bool
watch_says(struct state *s, const struct route *r, struct replay_said *out)
{
	uint32_t paths[ROUTE_PATHS_MAX];
	unsigned n = route_paths(r, &s->pool, paths);

	*out = (struct replay_said){.state = TL_ABSENT};
	if (n == 0)
		return true;
	*out = said_by(s, paths[0]);
	for (unsigned i = 1; i < n; i++) {
		const struct replay_said other = said_by(s, paths[i]);

		if (!watch_alike(out, &other))
			return unite(s, paths, n, out);
	}
	return true;
}

bool
watch_told(struct state *s, const struct route *r, struct replay_said *out)
{
	*out = (struct replay_said){.state = TL_UNKNOWN};
	return !r->told || watch_says(s, r, out);
}

uint32_t
watch_lost(const struct state *s, const struct route *r)
{
	return r->many ? s->pool.v[r->path - 1].path + 1 : r->path;
}

bool
watch_tell(struct state *s, uint32_t prefix, struct route *r,
    const struct replay_said *before, uint32_t lost, usec_t time)
{
	struct replay_said now;

	if (!watch_says(s, r, &now))
		return false;
	r->told = true;
	if (watch_alike(before, &now))
		return true;
	return log_route(s, prefix, r->session, time, now.state,
	    now.state == TL_UP ? now.origin : lost, now.is_set);
}

void
watch_turn(struct state *s, struct route *r, uint32_t epoch)
{
	route_clear(r, &s->pool);
	r->epoch = (uint16_t)epoch;
	r->told = false;
}

/*
 * Where to keep first words of what nobody watches (see first_words.h); NULL:
 * those of this session are not needed.
 */
static inline struct first_words *
first_words_for(
    struct state *s, const struct session *from, const struct event *ev)
{
	unsigned family = replay_family(ev->afi);
	const struct session_family *f = &from->family[family];

	if (f->synced || !f->continued || s->params.refusing ||
	    s->params.skip_family[family])
		return NULL;
	return &s->collectors[from->collector].words[family];
}

/* Whether anybody may yet watch a prefix that nobody watches. */
static inline bool
may_be_watched(const struct state *s, const struct prefix *p, uint32_t hash)
{
	return !s->foretells ||
	    prefix_map_find(&s->foretold, p, hash) != PREFIX_MAP_NONE;
}

/* Keep the first word on a prefix that nobody watches, but may yet. */
static bool
note_first_word(const struct state *s, struct first_words *words,
    uint32_t session, const struct event *ev, const struct prefix *prefix,
    uint32_t hash)
{
	const struct session *from = &s->sessions.v[session];
	const struct first_word word = {.session = session,
	    .ordinal = from->ordinal,
	    .epoch = from->family[replay_family(ev->afi)].epoch,
	    .withdrawal = ev->type == EVENT_WITHDRAW,
	    .time = ev->time};

	return !may_be_watched(s, prefix, hash) ||
	    first_words_add(words, prefix, hash, &word);
}

/* How many routes ahead memory is asked for, by whatever event they are of. */
#define AHEAD 16u

/* Before which route of a batch there is another one AHEAD. */
static inline uint32_t
soon_until(const struct event_batch *batch)
{
	return batch->route_n > AHEAD ? batch->route_n - AHEAD : 0;
}

/* Whether the word on a prefix need not be kept, or was noted as no first. */
static inline bool
pass_word(const struct state *s, const struct first_words *words,
    const struct event_batch *batch, const struct event_route *r,
    unsigned ordinal, bool withdrawal)
{
	return words == NULL ||
	    (s->foretells && !prefix_map_has_hash(&s->foretold, r->hash)) ||
	    (first_words_may_pass(words, ordinal) &&
		first_words_pass(
		    words, batch, r, UINT64_C(1) << ordinal, withdrawal));
}

static bool
in_space(const struct state *s, const struct event_batch *batch,
    const struct event_route *r)
{
	const struct prefix p = event_prefix(batch, r);

	return watch_space_wanted(s, &p);
}

/* As skim, where words are kept on all prefixes, and nothing else matters. */
static inline uint32_t
skim_words(const struct prefix_map *watched, const struct event *ev,
    const struct event_batch *batch, uint32_t i,
    const struct first_words *words, uint64_t bit)
{
	const struct first_words w = *words;
	const uint32_t end = ev->routes.first + ev->routes.n;
	const bool withdrawal = ev->type == EVENT_WITHDRAW;
	const uint32_t soon = soon_until(batch);

	for (; i < end; i++) {
		const struct event_route *r = &batch->routes[i];

		if (i < soon)
			first_words_soon(&w, r[AHEAD].hash);
		if (prefix_map_has_hash(watched, r->hash) ||
		    !first_words_pass(&w, batch, r, bit, withdrawal))
			break;
	}
	return i;
}

/*
 * Go through the routes from k on as long as all that is to be done is to note
 * that the session spoke of them: most are not watched, nor are they first
 * words, as their hashes tell.  wanted: they are to be watched.  Which is the
 * next to be looked at?
 */
static inline uint32_t
skim(const struct state *s, const struct event *ev,
    const struct event_batch *batch, uint32_t k, bool wanted,
    const struct first_words *words, unsigned ordinal)
{
	const uint32_t first = ev->routes.first, end = first + ev->routes.n;
	const uint32_t soon = soon_until(batch);
	const bool ask = words != NULL && first_words_may_pass(words, ordinal);
	uint32_t i = first + k;

	if (wanted)
		return k;
	if (ask && s->space.n == 0 && !s->foretells)
		return skim_words(&s->watched, ev, batch, i, words,
			   UINT64_C(1) << ordinal) -
		    first;
	for (; i < end; i++) {
		const struct event_route *r = &batch->routes[i];

		if (ask && i < soon)
			first_words_soon(words, r[AHEAD].hash);
		if (prefix_map_has_hash(&s->watched, r->hash) ||
		    (s->space.n > 0 && in_space(s, batch, r)) ||
		    !pass_word(s, words, batch, r, ordinal,
			ev->type == EVENT_WITHDRAW))
			break;
	}
	return i - first;
}

static bool
announce(struct state *s, uint32_t session, const struct event *ev,
    uint32_t prefix, uint32_t path_id, uint32_t path)
{
	const struct session_family *f =
	    &s->sessions.v[session].family[replay_family(ev->afi)];
	struct route *r = route_get(&s->routes[prefix], session);
	struct replay_said before;

	if (r == NULL)
		return false;
	if (r->epoch != f->epoch)
		watch_turn(s, r, f->epoch);
	watch_touch(r, ev->time);
	return watch_told(s, r, &before) &&
	    route_announce(r, &s->pool, path_id, path) &&
	    watch_tell(s, prefix, r, &before, 0, ev->time);
}

/*
 * The routes from k on, of which the first is to be looked at.  Apart, to keep
 * the way of most events short.
 */
static __attribute__((noinline)) bool
announce_from(struct state *s, uint32_t session, const struct event *ev,
    const struct event_batch *batch, uint32_t k, bool wanted)
{
	const struct session *from = &s->sessions.v[session];
	const struct event_route *routes = &batch->routes[ev->routes.first];
	const uint32_t *origins = event_origins(batch, ev);
	struct first_words *words = first_words_for(s, from, ev);
	uint32_t path = ROUTE_PATH_MAX;

	for (; k < ev->routes.n;
	     k = skim(s, ev, batch, k, wanted, words, from->ordinal)) {
		const struct event_route *route = &routes[k++];
		const struct prefix p = event_prefix(batch, route);
		uint32_t i;

		if (!watch_find_or_add(s, &p, route->hash, wanted, &i))
			return false;
		if (i == PREFIX_MAP_NONE) {
			if (words != NULL &&
			    !note_first_word(
				s, words, session, ev, &p, route->hash))
				return false;
			continue;
		}
		if (path == ROUTE_PATH_MAX &&
		    !watch_path(s, origins, ev->origin_n, ev->hop_n, &path))
			return false;
		if (!announce(s, session, ev, i, route->path_id, path))
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
	    !first_words_spoke(
		w, &s->watched.keys[prefix], route->hash, from->ordinal);
	struct replay_said before;

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
	watch_turn(s, r, f->epoch);
	watch_touch(r, ev->time);
	r->told = f->synced;
	return watch_told(s, r, &before) &&
	    watch_tell(s, prefix, r, &before, 0, ev->time);
}

/* A path is no longer there, or no longer counts. */
static bool
take_away(struct state *s, const struct event *ev, uint32_t prefix,
    struct route *r, uint32_t path_id)
{
	const uint32_t lost = watch_lost(s, r);
	struct replay_said before;

	watch_touch(r, ev->time);
	if (!watch_told(s, r, &before))
		return false;
	route_withdraw(r, &s->pool, path_id);
	return watch_tell(s, prefix, r, &before, lost, ev->time);
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
	return take_away(s, ev, prefix, r, route->path_id);
}

/* As announce_from. */
static __attribute__((noinline)) bool
withdraw_from(struct state *s, uint32_t session, const struct event *ev,
    const struct event_batch *batch, uint32_t k, bool wanted)
{
	const struct session *from = &s->sessions.v[session];
	const struct event_route *routes = &batch->routes[ev->routes.first];
	struct first_words *words = first_words_for(s, from, ev);

	for (; k < ev->routes.n;
	     k = skim(s, ev, batch, k, wanted, words, from->ordinal)) {
		const struct event_route *route = &routes[k++];
		const struct prefix p = event_prefix(batch, route);
		uint32_t i;

		if (!watch_find_or_add(s, &p, route->hash, wanted, &i))
			return false;
		if (i != PREFIX_MAP_NONE) {
			if (!withdraw(s, session, ev, i, route))
				return false;
		} else if (words != NULL &&
		    !note_first_word(s, words, session, ev, &p, route->hash)) {
			return false;
		}
	}
	return true;
}

bool
watch_routes(struct state *s, uint32_t session, const struct event *ev,
    const struct event_batch *batch)
{
	const struct session *from = &s->sessions.v[session];
	const bool wanted =
	    watch_origins_wanted(s, event_origins(batch, ev), ev->origin_n);
	const uint32_t k = skim(s, ev, batch, 0, wanted,
	    first_words_for(s, from, ev), from->ordinal);

	if (k == ev->routes.n)
		return true;
	return ev->type == EVENT_ANNOUNCE
	    ? announce_from(s, session, ev, batch, k, wanted)
	    : withdraw_from(s, session, ev, batch, k, wanted);
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
		watch_turn(s, r, f->epoch);
		r->told = f->synced;
	}
	if (route->path_id == 0 || r->told)
		return take_away(s, ev, prefix, r, route->path_id);
	watch_touch(r, ev->time);
	route_withdraw(r, &s->pool, route->path_id);
	return true;
}

/* Where routes may be refused, no first words are kept. */
bool
watch_refuse(struct state *s, uint32_t session, const struct event *ev,
    const struct event_batch *batch)
{
	const struct event_route *routes = &batch->routes[ev->routes.first];
	bool wanted = watch_origins_wanted(s, NULL, 0);

	for (uint32_t k = 0; k < ev->routes.n; k++) {
		const struct prefix p = event_prefix(batch, &routes[k]);
		uint32_t i;

		if (!watch_find_or_add(s, &p, routes[k].hash, wanted, &i) ||
		    (i != PREFIX_MAP_NONE &&
			!refuse(s, session, ev, i, &routes[k])))
			return false;
	}
	return true;
}
