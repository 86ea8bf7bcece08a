#ifndef TESTS_SUPPORT_REPLAY_BUILD_H
#define TESTS_SUPPORT_REPLAY_BUILD_H

/*
 * Events and timelines as intent, for tests of src/state and src/outage.
 *
 * A player feeds a state event by event: play_announce(&p, 0, peer, AT(5), ...)
 * and so on; each call is one run of one batch.  Lane 0 is collector 0, lane 1
 * is collector 1 ...; play_lane opens another lane of a collector, as a RIB
 * file beside the updates is.  Peers have a number of their own in each lane.
 *
 * A timeline is built with tl_* and read with tl_at, which follows what
 * timeline.h says of logs and nothing else.
 *
 * Include after cmocka.h.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blackout/mrt.h"
#include "blackout/state.h"
#include "state/timeline_write.h"

/* Seconds after a moment that begins a slot of five minutes. */
#define AT(seconds) ((INT64_C(1419000000) + (int64_t)(seconds)) * USEC_PER_SEC)
#define HOURS(n) ((n)*3600)
#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

static inline struct prefix
pfx(const char *text)
{
	struct prefix p;

	if (prefix_parse(text, &p) != BLK_OK)
		fail_msg("no prefix: %s", text);
	return p;
}

static inline struct ipaddr
ip(const char *text)
{
	struct ipaddr a;

	if (ipaddr_parse(text, &a) != BLK_OK)
		fail_msg("no address: %s", text);
	return a;
}

/* 192.0.2.n */
static inline struct ipaddr
ip_n(unsigned n)
{
	struct ipaddr a = ip("192.0.2.0");

	a.bytes[3] = (uint8_t)n;
	return a;
}

/* --- events --- */

#define PLAY_LANES 32u
#define PLAY_PEERS 128u

struct play_peers {
	unsigned collector;
	struct event_peer v[PLAY_PEERS];
	uint32_t n, told;
};

struct player {
	struct state *state;
	struct play_peers lanes[PLAY_LANES];
	unsigned lane_n;
};

static inline void
play_begin(struct player *p, const struct state_params *params, unsigned n)
{
	*p = (struct player){.lane_n = n};
	for (unsigned i = 0; i < n; i++)
		p->lanes[i].collector = i;
	assert_int_equal(state_new(&p->state, params, n), BLK_OK);
}

/* Another lane of a collector. */
static inline unsigned
play_lane(struct player *p, unsigned collector)
{
	assert_true(p->lane_n < PLAY_LANES);
	p->lanes[p->lane_n].collector = collector;
	return p->lane_n++;
}

/* A new peer of a lane, told with its next run. */
static inline uint32_t
play_peer(struct player *p, unsigned lane, struct ipaddr addr, uint32_t asn)
{
	struct play_peers *l = &p->lanes[lane];

	assert_true(l->n < PLAY_PEERS);
	l->v[l->n] = (struct event_peer){.addr = addr, .asn = asn};
	return l->n++;
}

/* A run of the events of batch, which needs no peers yet. */
static inline void
play_batch(struct player *p, unsigned lane, struct event_batch *batch)
{
	struct play_peers *l = &p->lanes[lane];
	struct feed_run run = {.collector = l->collector,
	    .lane = lane,
	    .batch = batch,
	    .n = batch->event_n};

	batch->peers = &l->v[l->told];
	batch->peer_base = l->told;
	batch->peer_n = l->n - l->told;
	l->told = l->n;
	assert_int_equal(state_apply(p->state, &run), BLK_OK);
}

static inline void
play_event(struct player *p, unsigned lane, struct event ev)
{
	struct event_batch batch = {.events = &ev, .event_n = 1};

	play_batch(p, lane, &batch);
}

/* A message with that many announcements by family; no routes. */
static inline void
play_message(struct player *p, unsigned lane, uint32_t peer, usec_t time,
    uint32_t ipv4_n, uint32_t ipv6_n)
{
	struct event_message message = {.announce_n = {ipv4_n, ipv6_n}};
	struct event ev = {.time = time,
	    .type = EVENT_MESSAGE,
	    .peer = peer,
	    .routes = {.message = EVENT_TOLD}};
	struct event_batch batch = {
	    .events = &ev, .event_n = 1, .messages = &message, .message_n = 1};

	play_batch(p, lane, &batch);
}

/* The only route of a batch, and what is its address if it is IPv6. */
struct played_route {
	struct event_route route;
	struct event_addr addr;
};

static inline struct played_route
play_route(const char *prefix, uint32_t path_id)
{
	struct prefix x = pfx(prefix);
	struct cursor c = cur_from(x.bytes, sizeof(x.bytes));
	struct played_route r = {
	    .route = {.hash = prefix_hash(&x),
		.path_id = path_id,
		.addr = x.afi == AFI_IPV4 ? cur_be32(&c) : 0,
		.afi = x.afi,
		.len = x.len}};

	memcpy(r.addr.bytes, x.bytes, sizeof(x.bytes));
	return r;
}

/* A batch of an event and that route. */
static inline struct event_batch
play_batch_of(struct event *ev, struct played_route *x)
{
	return (struct event_batch){.events = ev,
	    .event_n = 1,
	    .routes = &x->route,
	    .route_n = 1,
	    .addrs = &x->addr,
	    .addr_n = 1};
}

/*
 * An announcement, as the only one of its message, with several origins, and
 * hops behind them.
 */
static inline void
play_announce_end(struct player *p, unsigned lane, uint32_t peer, usec_t time,
    const char *prefix, uint32_t path_id, uint32_t *asns, uint8_t n,
    uint8_t hop_n)
{
	struct played_route x = play_route(prefix, path_id);
	struct event ev = {.time = time,
	    .type = EVENT_ANNOUNCE,
	    .peer = peer,
	    .afi = x.route.afi,
	    .origin_n = n,
	    .hop_n = hop_n,
	    .routes = {.n = 1,
		.origin = n + hop_n == 1 ? asns[0] : 0,
		.message = EVENT_WHOLE}};
	struct event_batch batch = play_batch_of(&ev, &x);

	batch.origins = asns;
	batch.origin_n = (uint32_t)n + hop_n;
	play_batch(p, lane, &batch);
}

static inline void
play_announce_set(struct player *p, unsigned lane, uint32_t peer, usec_t time,
    const char *prefix, uint32_t path_id, uint32_t *origins, uint8_t n)
{
	play_announce_end(p, lane, peer, time, prefix, path_id, origins, n, 0);
}

static inline void
play_announce_path(struct player *p, unsigned lane, uint32_t peer, usec_t time,
    const char *prefix, uint32_t path_id, uint32_t origin)
{
	play_announce_set(p, lane, peer, time, prefix, path_id, &origin, 1);
}

static inline void
play_announce(struct player *p, unsigned lane, uint32_t peer, usec_t time,
    const char *prefix, uint32_t origin)
{
	play_announce_set(p, lane, peer, time, prefix, 0, &origin, 1);
}

/* A route that is withdrawn or refused, as the only one of its message. */
static inline void
play_no_route(struct player *p, enum event_type type, unsigned lane,
    uint32_t peer, usec_t time, const char *prefix, uint32_t path_id)
{
	struct played_route x = play_route(prefix, path_id);
	struct event ev = {.time = time,
	    .type = (uint8_t)type,
	    .peer = peer,
	    .afi = x.route.afi,
	    .routes = {.n = 1, .message = EVENT_WHOLE}};
	struct event_batch batch = play_batch_of(&ev, &x);

	play_batch(p, lane, &batch);
}

static inline void
play_withdraw_path(struct player *p, unsigned lane, uint32_t peer, usec_t time,
    const char *prefix, uint32_t path_id)
{
	play_no_route(p, EVENT_WITHDRAW, lane, peer, time, prefix, path_id);
}

static inline void
play_refuse_path(struct player *p, unsigned lane, uint32_t peer, usec_t time,
    const char *prefix, uint32_t path_id)
{
	play_no_route(p, EVENT_REFUSE, lane, peer, time, prefix, path_id);
}

static inline void
play_refuse(struct player *p, unsigned lane, uint32_t peer, usec_t time,
    const char *prefix)
{
	play_refuse_path(p, lane, peer, time, prefix, 0);
}

static inline void
play_withdraw(struct player *p, unsigned lane, uint32_t peer, usec_t time,
    const char *prefix)
{
	play_withdraw_path(p, lane, peer, time, prefix, 0);
}

static inline void
play_end_of_rib(
    struct player *p, unsigned lane, uint32_t peer, usec_t time, enum afi afi)
{
	play_message(p, lane, peer, time, 0, 0);
	play_event(p, lane,
	    (struct event){.time = time,
		.type = EVENT_END_OF_RIB,
		.peer = peer,
		.afi = (uint8_t)afi});
}

/* A player that watches the AS asn. */
static inline void
play_watch_as(struct player *p, uint32_t asn, unsigned collector_n)
{
	struct state_params params = {.asns = &asn, .asn_n = 1};

	play_begin(p, &params, collector_n);
}

/* n peers of a lane, 192.0.2.1 of AS 65001 and so on. */
static inline void
play_peers(struct player *p, unsigned lane, unsigned n)
{
	for (unsigned i = 1; i <= n; i++)
		play_peer(p, lane, ip_n(i), 65000 + i);
}

static inline void
play_state(struct player *p, unsigned lane, uint32_t peer, usec_t time,
    enum mrt_fsm_state from, enum mrt_fsm_state to)
{
	play_event(p, lane,
	    (struct event){.time = time,
		.type = EVENT_STATE,
		.peer = peer,
		.state = {.from = (uint16_t)from, .to = (uint16_t)to}});
}

static inline void
play_down(struct player *p, unsigned lane, uint32_t peer, usec_t time)
{
	play_state(p, lane, peer, time, MRT_FSM_ESTABLISHED, MRT_FSM_IDLE);
}

static inline void
play_up(struct player *p, unsigned lane, uint32_t peer, usec_t time)
{
	play_state(
	    p, lane, peer, time, MRT_FSM_OPEN_CONFIRM, MRT_FSM_ESTABLISHED);
}

static inline void
play_unsure(struct player *p, unsigned lane, uint32_t peer, usec_t time)
{
	play_event(p, lane,
	    (struct event){
		.time = time, .type = EVENT_PEER_UNSURE, .peer = peer});
}

static inline void
play_gap(struct player *p, unsigned lane, usec_t from, usec_t until)
{
	play_event(p, lane,
	    (struct event){.time = until,
		.type = EVENT_GAP,
		.gap = {from, GAP_MISSING_FILE}});
}

static inline void
play_rib_begin(struct player *p, unsigned lane, usec_t time)
{
	play_event(
	    p, lane, (struct event){.time = time, .type = EVENT_RIB_BEGIN});
}

static inline struct event_entry
entry(uint32_t peer, uint32_t origin)
{
	return (struct event_entry){
	    .peer = peer, .origin = origin, .origin_n = 1};
}

static inline void
play_rib_prefix(struct player *p, unsigned lane, usec_t time,
    const char *prefix, struct event_entry *entries, uint32_t n)
{
	struct played_route x = play_route(prefix, 0);
	struct event ev = {.time = time,
	    .type = EVENT_RIB_PREFIX,
	    .afi = x.route.afi,
	    .rib = {.n = n}};
	struct event_batch batch = play_batch_of(&ev, &x);

	batch.entries = entries;
	batch.entry_n = n;
	play_batch(p, lane, &batch);
}

static inline void
play_rib_end(struct player *p, unsigned lane, usec_t time, bool complete,
    struct event_size *sizes, uint32_t n)
{
	struct event ev = {.time = time,
	    .type = EVENT_RIB_END,
	    .rib_end = {.complete = complete, .n = n}};
	struct event_batch batch = {
	    .events = &ev, .event_n = 1, .sizes = sizes, .size_n = n};

	play_batch(p, lane, &batch);
}

static inline struct timeline *
play_finish(struct player *p)
{
	struct timeline *t;

	assert_int_equal(state_finish(p->state, &t), BLK_OK);
	state_free(p->state);
	p->state = NULL;
	return t;
}

/* --- reading a timeline --- */

struct tl_now {
	bool live;
	enum tl_route route;
	uint32_t origin;
	bool is_set;
};

/* What holds at time, after everything of that moment. */
static inline struct tl_now
tl_at(
    const struct timeline *t, const char *prefix, uint32_t session, usec_t time)
{
	struct prefix x = pfx(prefix);
	const struct tl_session *s = &t->sessions[session];
	const struct tl_prefix *p = NULL;
	struct tl_now now = {.route = TL_UNKNOWN};
	usec_t at = USEC_NONE;

	assert_true(session < t->session_n);
	for (size_t i = 0; i < t->prefix_n; i++)
		if (prefix_cmp(&t->prefixes[i].prefix, &x) == 0)
			p = &t->prefixes[i];
	/* Moment by moment: session entries first, each log in its order. */
	for (;;) {
		usec_t next = INT64_MAX;

		for (size_t i = 0; i < s->log_n; i++)
			if (s->log[i].time > at && s->log[i].time < next)
				next = s->log[i].time;
		for (size_t i = 0; p != NULL && i < p->log_n; i++)
			if (timeline_concerns(t, &p->log[i], session) &&
			    p->log[i].time > at && p->log[i].time < next)
				next = p->log[i].time;
		if (next == INT64_MAX || next > time)
			return now;
		at = next;
		for (size_t i = 0; i < s->log_n; i++) {
			const struct tl_session_entry *e = &s->log[i];
			bool mine = e->family == (x.afi == AFI_IPV6);

			if (e->time != at)
				continue;
			if (e->change == TL_LIVE || e->change == TL_DEAD)
				now.live = e->change == TL_LIVE;
			else if (mine && e->change == TL_RESET)
				now.route = TL_UNKNOWN;
			else if (mine && e->change == TL_SYNC &&
			    now.route == TL_UNKNOWN)
				now.route = TL_ABSENT;
		}
		for (size_t i = 0; p != NULL && i < p->log_n; i++) {
			const struct tl_entry *e = &p->log[i];

			if (!timeline_concerns(t, e, session) || e->time != at)
				continue;
			now.route = e->state;
			now.origin = e->origin;
			now.is_set = e->is_set;
		}
	}
}

/* The words for a route's state, so that a failure can be read. */
static inline const char *
tl_word(struct tl_now now)
{
	static char text[2][32];
	static unsigned turn;
	char *out = text[turn ^= 1];

	if (!now.live)
		return "dead";
	if (now.route != TL_UP)
		return now.route == TL_ABSENT ? "absent" : "unknown";
	if (!now.is_set && now.origin == TL_ORIGIN_ASSUMED)
		return "up assumed";
	snprintf(out, sizeof(text[0]), "up %s%u", now.is_set ? "set " : "",
	    now.origin);
	return out;
}

/* expect: "dead", "unknown", "absent", "up 64500", "up assumed", "up set 0" */
#define assert_route(t, prefix, session, time, expect)                         \
	assert_string_equal(tl_word(tl_at(t, prefix, session, time)), expect)

/* --- writing a timeline --- */

static inline struct timeline *
tl_new(size_t collector_n, usec_t start, usec_t end)
{
	struct timeline *t = timeline_new(collector_n);

	assert_non_null(t);
	t->start = start;
	t->end = end;
	return t;
}

static inline void
tl_watch_asn(struct timeline *t, uint32_t asn)
{
	struct tl_watch w = {.asn = asn};

	assert_true(timeline_add_watch(t, &w));
}

static inline void
tl_watch_prefix(struct timeline *t, const char *prefix)
{
	struct tl_watch w = {.by_prefix = true, .prefix = pfx(prefix)};

	assert_true(timeline_add_watch(t, &w));
}

static inline void
tl_session_log(struct timeline *t, uint32_t session, usec_t time,
    enum tl_session_change change, unsigned family, uint32_t size)
{
	assert_true(timeline_log_session(t, session,
	    (struct tl_session_entry){.time = time,
		.change = (uint8_t)change,
		.family = (uint8_t)family,
		.size = size}));
}

/* A session that is live from the start of the data. */
static inline uint32_t
tl_peer(struct timeline *t, unsigned collector, uint32_t asn)
{
	uint32_t i = (uint32_t)t->session_n;
	struct ipaddr addr = ip_n(i + 1);

	assert_true(timeline_add_session(t, collector, &addr, asn));
	tl_session_log(t, i, t->start, TL_LIVE, 0, 0);
	return i;
}

/* The number of the prefix, which is added if it is new. */
static inline uint32_t
tl_prefix(struct timeline *t, const char *text)
{
	struct prefix p = pfx(text);

	for (size_t i = 0; i < t->prefix_n; i++)
		if (prefix_cmp(&t->prefixes[i].prefix, &p) == 0)
			return (uint32_t)i;
	assert_true(timeline_add_prefix(t, &p));
	return (uint32_t)t->prefix_n - 1;
}

static inline void
tl_up(struct timeline *t, const char *prefix, uint32_t session, usec_t time,
    uint32_t origin)
{
	assert_true(timeline_log_prefix(t, tl_prefix(t, prefix),
	    (struct tl_entry){.time = time,
		.session = TL_NUMBER(session),
		.state = TL_UP,
		.origin = origin}));
}

static inline void
tl_absent(struct timeline *t, const char *prefix, uint32_t session, usec_t time)
{
	assert_true(timeline_log_prefix(t, tl_prefix(t, prefix),
	    (struct tl_entry){.time = time,
		.session = TL_NUMBER(session),
		.state = TL_ABSENT}));
}

/* The same of the sessions [first, first + n). */
static inline void
tl_all_up(struct timeline *t, const char *prefix, uint32_t first, uint32_t n,
    usec_t time, uint32_t origin)
{
	for (uint32_t s = first; s < first + n; s++)
		tl_up(t, prefix, s, time, origin);
}

static inline void
tl_all_absent(struct timeline *t, const char *prefix, uint32_t first,
    uint32_t n, usec_t time)
{
	for (uint32_t s = first; s < first + n; s++)
		tl_absent(t, prefix, s, time);
}

#endif
