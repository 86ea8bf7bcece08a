#ifndef STATE_REPLAY_H
#define STATE_REPLAY_H

#include "base/prefix_set.h"
#include "blackout/delegated.h"
#include "blackout/state.h"
#include "state/first_words.h"
#include "state/prefix_map.h"
#include "state/route.h"
#include "state/session.h"

/*
 * The insides of struct state, shared by the files that replay events:
 * watch.c (which prefixes, and what updates say of them), rib.c (what RIBs
 * say), liveness.c (resets, silences, gaps) and state.c (who is called when).
 * Functions that can run out of memory return false.
 */

#define REPLAY_NO_SESSION UINT32_MAX

struct replay_rib {
	uint32_t serial; /* 0: none is open */
	uint32_t mark;   /* of the routes it states: 1 to ROUTE_MARK_MAX */
	usec_t begin;
};

struct replay_lane {
	unsigned collector;
	uint32_t *sessions; /* by peer of the lane; or REPLAY_NO_SESSION */
	size_t session_n, session_cap;
	struct replay_rib rib;
};

struct replay_collector {
	bool started;
	usec_t epoch_start; /* start of its data, or end of its last gap */
	bool whole_rib;     /* one was read: who comes later is new */
	usec_t last_word;
	usec_t last_sweep;
	unsigned marks;              /* bits: marks of open RIBs */
	struct first_words words[2]; /* by family */
};

/* What a route says: UP with an origin as in struct tl_entry, or ABSENT; or
   UNKNOWN if that is not written in the timeline. */
struct replay_said {
	enum tl_route state;
	bool is_set;
	uint32_t origin;
};

struct state {
	struct state_params params; /* arrays owned */
	uint32_t *asns;             /* sorted */
	uint64_t asn_sieve; /* what may be among them: watch_sieve_bit */
	struct prefix_set prefixes;
	struct delegated_run *runs; /* ASNs of countries, sorted */
	size_t run_n;
	struct prefix_set space; /* of countries */
	bool by_prefix;          /* nothing but prefixes is asked for */
	struct timeline *t;
	struct session_table sessions;
	struct prefix_map watched;
	struct route_list *routes; /* by watched prefix */
	size_t route_cap;
	struct route_pool pool;
	struct replay_scratch {
		struct replay_said *before; /* by entry of a RIB's prefix */
		uint32_t *sessions;
		uint32_t (*sizes)[2]; /* by session */
		size_t before_cap, session_cap, size_cap;
	} scratch;
	struct replay_lane *lanes;
	size_t lane_n, lane_cap;
	struct replay_collector *collectors;
	size_t collector_n;
	struct first_words_total words;
	bool foretells; /* state_params.watched was given: */
	struct prefix_map foretold;
	uint32_t rib_serial;
};

static inline unsigned
replay_family(unsigned afi)
{
	return afi == AFI_IPV6;
}

/* --- watch.c --- */

/* Add the watches that the question itself names. */
bool watch_begin(struct state *s);

/* Add those that only the data could tell. */
bool watch_end(struct state *s);

/* Which bit of state.asn_sieve stands for a number. */
static inline unsigned
watch_sieve_bit(uint32_t asn)
{
	return asn * UINT32_C(0x9e3779b1) >> 26;
}

/* Whether a route with these origins makes its prefix watched. */
bool watch_origins_named(
    const struct state *s, const uint32_t *origins, unsigned origin_n);

/* The same, sieved first: hardly any of millions of origins is wanted. */
static inline bool
watch_origins_wanted(
    const struct state *s, const uint32_t *origins, unsigned origin_n)
{
	for (unsigned i = 0; i < origin_n; i++)
		if ((s->asn_sieve >> watch_sieve_bit(origins[i]) & 1) != 0)
			return watch_origins_named(s, origins, origin_n);
	return s->by_prefix;
}

/* Whether the prefix is watched whoever originates it, for its country. */
static inline bool
watch_space_wanted(const struct state *s, const struct prefix *p)
{
	return s->space.n > 0 && prefix_set_has_around(&s->space, p);
}

/* Watch a prefix if the question has nothing against it; sets *out then. */
bool watch_add(
    struct state *s, const struct prefix *p, uint32_t hash, uint32_t *out);

/*
 * The number of a watched prefix, which it becomes if wanted origins or the
 * question make it so; PREFIX_MAP_NONE: nobody watches it.
 */
static inline bool
watch_find_or_add(struct state *s, const struct prefix *p, uint32_t hash,
    bool origins_wanted, uint32_t *out)
{
	*out = prefix_map_find(&s->watched, p, hash);
	return *out != PREFIX_MAP_NONE ||
	    (!origins_wanted && !watch_space_wanted(s, p)) ||
	    watch_add(s, p, hash, out);
}

/* The routes of an ANNOUNCE or a WITHDRAW. */
bool watch_routes(struct state *s, uint32_t session, const struct event *ev,
    const struct event_batch *batch);
bool watch_refuse(struct state *s, uint32_t session, const struct event *ev,
    const struct event_batch *batch);

/* The index in *out of a path with these origins, and hops behind them. */
bool watch_path(struct state *s, const uint32_t *origins, unsigned origin_n,
    unsigned hop_n, uint32_t *out);

/* What a route says now, whether or not that is told. */
bool watch_says(
    struct state *s, const struct route *r, struct replay_said *out);

/* The same as far as it is written in the timeline. */
bool watch_told(
    struct state *s, const struct route *r, struct replay_said *out);

static inline bool
watch_alike(const struct replay_said *a, const struct replay_said *b)
{
	return a->state == b->state &&
	    (a->state != TL_UP ||
		(a->origin == b->origin && a->is_set == b->is_set));
}

/*
 * Write what a route says to the timeline, if it is not what was told before.
 * lost: the path it had, as in tl_entry, if there is none now.
 */
bool watch_tell(struct state *s, uint32_t prefix, struct route *r,
    const struct replay_said *before, uint32_t lost, usec_t time);

/* The path that a route has, as the origin of an ABSENT entry tells it. */
uint32_t watch_lost(const struct state *s, const struct route *r);

/* Turn a route to a new epoch of its session, with no path. */
void watch_turn(struct state *s, struct route *r, uint32_t epoch);

/* An update speaks of the route at time. */
static inline void
watch_touch(struct route *r, usec_t time)
{
	int64_t second = usec_floor_sec(time);

	r->updated = second <= 0  ? 1
	    : second > UINT32_MAX ? UINT32_MAX
				  : (uint32_t)second;
}

/* --- rib.c --- */

bool rib_begin(struct state *s, struct replay_lane *lane, usec_t time);
bool rib_prefix(struct state *s, struct replay_lane *lane,
    const struct event *ev, const struct event_batch *batch);
bool rib_end(struct state *s, struct replay_lane *lane, const struct event *ev,
    const struct event_batch *batch);

/* --- liveness.c --- */

bool liveness_message(struct state *s, uint32_t session, const struct event *ev,
    const struct event_batch *batch);
bool liveness_state(struct state *s, uint32_t session, const struct event *ev);
bool liveness_end_of_rib(
    struct state *s, uint32_t session, const struct event *ev);
bool liveness_unsure(struct state *s, uint32_t session, usec_t time);
bool liveness_gap(struct state *s, unsigned collector, const struct event *ev);

/* Look for sessions that are silent or whose transfer is over. */
bool liveness_sweep(struct state *s, unsigned collector);

#endif
