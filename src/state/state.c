/*
 * The replay: events in, timeline out.
 *
 * A collector's events are applied in time order; those of different
 * collectors meet only in the timeline, so that parts of the data may be
 * replayed apart.  Each event is handed to the file that knows its meaning:
 * watch.c, rib.c or liveness.c.
 */
#include "blackout/state.h"

#include <stdlib.h>
#include <string.h>

#include "base/compare.h"
#include "base/vec.h"
#include "state/replay.h"
#include "state/timeline_write.h"

#define SWEEP_EVERY (60 * USEC_PER_SEC)
#define HOPS_ASES_MIN 5u /* fewer ASes have little in common */

static int
run_cmp(const void *a, const void *b)
{
	const struct delegated_run *x = a, *y = b;

	return x->first < y->first ? -1 : x->first > y->first;
}

/* The numbers of all countries together; those of two may overlap. */
static bool
copy_countries(struct state *s, const struct state_params *p)
{
	size_t cap = 0, kept = 0;

	for (size_t c = 0; c < p->country_n; c++) {
		const struct delegated_country *x = p->countries[c];

		if (!vec_reserve_many(&s->runs, s->run_n, x->run_n + 1, &cap,
			sizeof(*s->runs)))
			return false;
		for (size_t i = 0; i < x->run_n; i++)
			s->runs[s->run_n++] = x->asns[i];
		for (size_t i = 0; i < x->prefix_n; i++)
			if (!prefix_set_add(&s->space, &x->prefixes[i]))
				return false;
	}
	if (s->run_n > 0)
		qsort(s->runs, s->run_n, sizeof(*s->runs), run_cmp);
	for (size_t i = 0; i < s->run_n; i++) {
		struct delegated_run *last = &s->runs[kept > 0 ? kept - 1 : 0];

		if (kept == 0 || s->runs[i].first > last->last)
			s->runs[kept++] = s->runs[i];
		else if (s->runs[i].last > last->last)
			last->last = s->runs[i].last;
	}
	s->run_n = kept;
	return prefix_set_settle(&s->space);
}

static bool
copy_params(struct state *s, const struct state_params *p)
{
	s->params = *p;
	s->asns = malloc((p->asn_n + 1) * sizeof(*s->asns));
	if (s->asns == NULL)
		return false;
	if (p->asn_n > 0)
		memcpy(s->asns, p->asns, p->asn_n * sizeof(*s->asns));
	s->params.asn_n = compare_sort_distinct_u32(s->asns, p->asn_n);
	s->params.asns = s->asns;
	for (size_t i = 0; i < p->prefix_n; i++)
		if (!prefix_set_add(&s->prefixes, &p->prefixes[i]))
			return false;
	if (!prefix_set_settle(&s->prefixes))
		return false;
	s->params.prefixes = s->prefixes.all;
	s->params.prefix_n = s->prefixes.n;
	s->by_prefix = p->asn_n == 0 && p->country_n == 0 && !p->all;
	return copy_countries(s, p);
}

static bool
copy_watched(struct state *s, const struct state_params *p)
{
	uint32_t i;

	s->foretells = p->watched != NULL;
	s->params.watched = NULL; /* which lives no longer than this call */
	for (size_t k = 0; k < p->watched_n; k++) {
		const struct prefix *x = &p->watched[k].prefix;

		if (prefix_map_add(&s->foretold, x, prefix_hash(x), &i) !=
		    BLK_OK)
			return false;
	}
	return true;
}

/* Epochs of a session's family begin anew: no route is of a new one yet. */
static void
forget_epochs(void *arg, uint32_t session, unsigned family)
{
	struct state *s = arg;

	for (uint32_t i = 0; i < s->watched.n; i++) {
		struct route *r = route_find(&s->routes[i], session);

		if (r != NULL &&
		    replay_family(s->watched.keys[i].afi) == family)
			watch_turn(s, r, 0);
	}
}

bool
state_asks_hops(const struct state_params *params)
{
	return params->each_as || params->asn_n >= HOPS_ASES_MIN;
}

enum blk_status
state_new(
    struct state **out, const struct state_params *params, size_t collector_n)
{
	struct state *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return BLK_ENOMEM;
	s->collectors = calloc(collector_n + 1, sizeof(*s->collectors));
	s->collector_n = collector_n;
	s->sessions.renumbered = forget_epochs;
	s->sessions.arg = s;
	s->t = timeline_new(collector_n);
	if (s->collectors == NULL || s->t == NULL || !copy_params(s, params) ||
	    !copy_watched(s, params) || !watch_begin(s)) {
		state_free(s);
		return BLK_ENOMEM;
	}
	for (size_t i = 0; i < collector_n; i++)
		for (unsigned f = 0; f < 2; f++)
			s->collectors[i].words[f].total = &s->words;
	*out = s;
	return BLK_OK;
}

void
state_free(struct state *s)
{
	if (s == NULL)
		return;
	for (uint32_t i = 0; i < s->watched.n; i++)
		route_list_fini(&s->routes[i]);
	for (size_t i = 0; i < s->lane_n; i++)
		free(s->lanes[i].sessions);
	for (size_t i = 0; i < s->collector_n && s->collectors != NULL; i++)
		for (unsigned f = 0; f < 2; f++)
			first_words_fini(&s->collectors[i].words[f]);
	free(s->routes);
	free(s->lanes);
	free(s->collectors);
	free(s->asns);
	prefix_set_fini(&s->prefixes);
	prefix_set_fini(&s->space);
	free(s->runs);
	prefix_map_fini(&s->watched);
	prefix_map_fini(&s->foretold);
	route_pool_fini(&s->pool);
	free(s->scratch.before);
	free(s->scratch.sessions);
	free(s->scratch.sizes);
	session_table_fini(&s->sessions);
	timeline_free(s->t);
	free(s);
}

static bool
unspecified(const struct ipaddr *a)
{
	static const uint8_t zero[sizeof(a->bytes)];

	return memcmp(a->bytes, zero, sizeof(zero)) == 0;
}

static bool
add_peer(struct state *s, unsigned collector, struct replay_lane *lane,
    const struct event_peer *p)
{
	const struct replay_collector *c = &s->collectors[collector];
	const struct state_params *q = &s->params;
	uint32_t session = REPLAY_NO_SESSION;
	/* FRR lists its own routes as peer 0.0.0.0 of AS 0. */
	bool skip = (p->asn == 0 && unspecified(&p->addr)) ||
	    (q->peer_wanted != NULL &&
		!q->peer_wanted(&p->addr, p->asn, q->arg));

	if (!skip &&
	    !session_get(&s->sessions, s->t, collector, &p->addr, p->asn,
		c->whole_rib ? c->last_word : c->epoch_start, &session))
		return false;
	if (!vec_reserve(&lane->sessions, lane->session_n, &lane->session_cap,
		sizeof(*lane->sessions)))
		return false;
	lane->sessions[lane->session_n++] = session;
	return true;
}

/* The lane of a run, with the peers its batch tells of. */
static bool
enter_lane(
    struct state *s, const struct feed_run *run, struct replay_lane **out)
{
	const struct event_batch *b = run->batch;
	struct replay_lane *lane;

	while (s->lane_n <= run->lane) {
		if (!vec_reserve(
			&s->lanes, s->lane_n, &s->lane_cap, sizeof(*s->lanes)))
			return false;
		s->lanes[s->lane_n++] = (struct replay_lane){0};
	}
	*out = lane = &s->lanes[run->lane];
	lane->collector = run->collector;
	for (uint32_t i = 0; i < b->peer_n; i++)
		if (b->peer_base + i == lane->session_n &&
		    !add_peer(s, run->collector, lane, &b->peers[i]))
			return false;
	return true;
}

/* What a peer says beside the routes: see liveness.c. */
static bool
hear_peer(struct state *s, uint32_t session, const struct event *ev,
    const struct event_batch *batch)
{
	if (event_is_message(ev))
		return liveness_message(s, session, ev, batch);
	switch ((enum event_type)ev->type) {
	case EVENT_END_OF_RIB:
		return liveness_end_of_rib(s, session, ev);
	case EVENT_STATE:
		return liveness_state(s, session, ev);
	case EVENT_PEER_UNSURE:
		return liveness_unsure(s, session, ev->time);
	default:
		return true;
	}
}

/* All that an event says but the routes of updates; *session is whose. */
static bool
hear(struct state *s, const struct feed_run *run, struct replay_lane *lane,
    const struct event *ev, uint32_t *session)
{
	*session = REPLAY_NO_SESSION;
	if (ev->type < EVENT_RIB_BEGIN) { /* of a peer */
		*session = lane->sessions[ev->peer];
		return *session == REPLAY_NO_SESSION ||
		    hear_peer(s, *session, ev, run->batch);
	}
	switch ((enum event_type)ev->type) {
	case EVENT_RIB_BEGIN:
		return rib_begin(s, lane, ev->time);
	case EVENT_RIB_PREFIX:
		return rib_prefix(s, lane, ev, run->batch);
	case EVENT_RIB_END:
		return rib_end(s, lane, ev, run->batch);
	case EVENT_GAP:
		return liveness_gap(s, run->collector, ev);
	default:
		return true;
	}
}

static bool
take_routes(struct state *s, uint32_t session, const struct event *ev,
    const struct event_batch *batch)
{
	if (session == REPLAY_NO_SESSION)
		return true;
	switch ((enum event_type)ev->type) {
	case EVENT_ANNOUNCE:
	case EVENT_WITHDRAW:
		return watch_routes(s, session, ev, batch);
	case EVENT_REFUSE:
		return watch_refuse(s, session, ev, batch);
	default:
		return true;
	}
}

/* Something of the collector is said at time. */
static void
advance(struct state *s, struct replay_collector *c, usec_t time)
{
	if (!c->started) {
		c->started = true;
		c->epoch_start = c->last_sweep = time;
		if (s->t->start == USEC_NONE || time < s->t->start)
			s->t->start = time;
	}
	c->last_word = time;
	if (s->t->end == USEC_NONE || time >= s->t->end)
		s->t->end = time + USEC_PER_SEC;
}

/* The collector's clock goes on to ev; false: it has come to it already. */
static bool
advance_to(struct state *s, struct replay_collector *c, const struct event *ev)
{
	if (ev->type == EVENT_GAP || (c->started && ev->time <= c->last_word))
		return false;
	advance(s, c, ev->time);
	return true;
}

/*
 * The clock went on: now and then, look for who fell silent.  Whoever spoke now
 * did not, but what was said now is said after that.
 */
static bool
sweep(struct state *s, struct replay_collector *c, unsigned collector)
{
	if (c->last_word - c->last_sweep < SWEEP_EVERY)
		return true;
	c->last_sweep = c->last_word;
	return liveness_sweep(s, collector);
}

enum blk_status
state_apply(struct state *s, const struct feed_run *run)
{
	struct replay_collector *c = &s->collectors[run->collector];
	const struct event *const all = run->batch->events;
	struct replay_lane *lane;
	uint32_t session;
	bool later = run->n > 0 && advance_to(s, c, &all[run->first]);

	if (!enter_lane(s, run, &lane))
		return s->sessions.full ? BLK_ELIMIT : BLK_ENOMEM;
	for (uint32_t i = 0; i < run->n; i++) {
		const struct event *const ev = &all[run->first + i];

		later |= advance_to(s, c, ev);
		if (!hear(s, run, lane, ev, &session) ||
		    (later && !sweep(s, c, run->collector)) ||
		    !take_routes(s, session, ev, run->batch))
			return BLK_ENOMEM;
		later = false;
	}
	return BLK_OK;
}

enum blk_status
state_finish(struct state *s, struct timeline **out)
{
	for (unsigned c = 0; c < s->collector_n; c++) {
		if (s->collectors[c].started && !liveness_sweep(s, c))
			return BLK_ENOMEM;
		for (unsigned f = 0; f < 2; f++)
			s->t->first_words_forgotten +=
			    s->collectors[c].words[f].forgotten;
	}
	if (!watch_end(s))
		return BLK_ENOMEM;
	*out = s->t;
	s->t = NULL;
	return BLK_OK;
}
