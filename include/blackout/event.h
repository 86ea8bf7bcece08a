#ifndef BLACKOUT_EVENT_H
#define BLACKOUT_EVENT_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "blackout/prefix.h"
#include "blackout/timefmt.h"

/*
 * The waist of the program: what the records of an archive say, without their
 * bytes.  Below it code knows bytes and no routing state; above it code knows
 * events and no bytes.
 *
 * Events travel in batches.  A batch belongs to one file, which the rest of
 * the program calls a lane: events of a lane are in time order, and name peers
 * by their index in that lane.  An event borrows from its batch only by index.
 */

enum event_type {
	/* Begins a message by itself: it says no routes, or a part has left
	   out the first of them. */
	EVENT_MESSAGE,
	/* The next three begin a message where routes.message says so. */
	EVENT_ANNOUNCE, /* routes of one family, with the same origins */
	EVENT_WITHDRAW, /* routes of one family */
	EVENT_REFUSE, /* announced by a route that is not wanted; as WITHDRAW */
	EVENT_END_OF_RIB, /* RFC 4724, 2; of one family */
	EVENT_STATE,      /* session left or entered Established */
	/*
	 * A message of this peer could not be read at all: what it carried may
	 * have changed.
	 */
	EVENT_PEER_UNSURE,
	/* From here on, events are of no single peer. */
	/* A RIB: begin, its prefixes, end.  Other types never lie between. */
	EVENT_RIB_BEGIN,
	EVENT_RIB_PREFIX, /* prefix, and entries of the batch */
	EVENT_RIB_END,    /* table sizes in the batch */
	/*
	 * Nothing is known of the collector in [gap.from, time): given when the
	 * next thing after it is known.  Made by the feed, never by a lane.
	 */
	EVENT_GAP,
	/* A record that says nothing: only where records are marked, and for
	   the feed alone. */
	EVENT_NOTHING,
};

enum gap_reason {
	GAP_MISSING_FILE, /* no file holds that time */
	GAP_NO_UPDATES,   /* nothing but RIBs there */
	GAP_DAMAGED_FILE,
	GAP_SILENT, /* files are there, but the collector says nothing */
};

/* No origin is known: an empty or unreadable AS path. */
#define EVENT_NO_ORIGIN 0u

/* ASes before the origin that are told, where they are asked for. */
#define EVENT_HOPS_MAX 3u

/* The place of a routes event in its message: see routes.message. */
#define EVENT_GOES_ON 0u /* it is not the first */
#define EVENT_WHOLE 1u   /* the only one, and it is not marked */
#define EVENT_TOLD 2u    /* the first of those that batch->messages tells of */

/* There are as many as records, and threads hand them on: they are small. */
struct event {
	usec_t time;
	uint8_t type;     /* enum event_type */
	uint8_t afi;      /* END_OF_RIB; events with prefixes: theirs */
	uint8_t origin_n; /* ANNOUNCE: how many; 0 for none */
	uint8_t hop_n;    /* ANNOUNCE: hops told; 0 if there are no origins */
	uint32_t peer;    /* index in the lane; unused in RIB_* and GAP */
	union {
		struct { /* MESSAGE, ANNOUNCE, WITHDRAW, REFUSE */
			/* batch->routes[first, first + n); n > 0, but for
			   MESSAGE */
			uint32_t first, n;
			uint32_t origin; /* ANNOUNCE: for event_origins */
			/* EVENT_GOES_ON, EVENT_WHOLE, or an index in
			   batch->messages + EVENT_TOLD: for event_message */
			uint32_t message;
		} routes;
		struct {               /* STATE: enum mrt_fsm_state */
			uint64_t mark; /* as in struct event_message */
			uint16_t from, to;
		} state;
		struct { /* NOTHING */
			uint64_t mark;
		} nothing;
		/*
		 * RIB_PREFIX: batch->entries[first, first + n), n > 0, of the
		 * prefix of batch->routes[route].  A peer may stand in them
		 * more than once (ADD-PATH); a prefix has one such event,
		 * unless its records lie apart.
		 */
		struct {
			uint32_t route;
			uint32_t first, n;
		} rib;
		struct { /* RIB_END: batch->sizes[first, first + n) */
			uint32_t first, n;
			/* No damage from begin to end: absences mean absence.
			 */
			bool complete;
		} rib_end;
		struct { /* GAP */
			usec_t from;
			uint8_t reason; /* enum gap_reason */
		} gap;
	};
};

/* What a message says in all, by family: [0] IPv4, [1] IPv6. */
struct event_message {
	uint32_t announce_n[2]; /* NLRI in it, also those that are refused */
	uint32_t withdraw_n[2];
	uint64_t mark; /* of its record's bytes, or 0 */
};

/* Whether it begins a message, of which event_message then tells. */
static inline bool
event_is_message(const struct event *ev)
{
	return ev->type <= EVENT_REFUSE && ev->routes.message != EVENT_GOES_ON;
}

/* Whether it is the first event of a message or a change of state. */
static inline bool
event_begins(const struct event *ev)
{
	return event_is_message(ev) || ev->type == EVENT_STATE;
}

/*
 * A prefix that is announced or withdrawn, or stands in a RIB: see
 * event_prefix.  There are more of them than of anything else, so that they are
 * small.
 */
struct event_route {
	uint32_t hash;    /* of the prefix; taken where threads are at work */
	uint32_t path_id; /* 0 in a RIB: see struct event_entry */
	uint32_t addr;    /* IPv4: as a number; IPv6: index in batch->addrs */
	uint8_t afi, len;
};

/* An IPv6 address; bits beyond the length of its prefix are 0. */
struct event_addr {
	uint8_t bytes[16];
};

/* A peer's route in a RIB. */
struct event_entry {
	uint32_t peer; /* index in the lane */
	uint32_t path_id;
	uint32_t originated; /* Unix seconds */
	uint32_t origin;     /* these three as in struct event */
	uint8_t origin_n, hop_n;
	bool refused; /* it is not wanted */
};

/*
 * How many distinct prefixes a peer has in a RIB, [0] IPv4, [1] IPv6.  Peers
 * with none are left out: a RIB may list those whose sessions are down.
 */
struct event_size {
	uint32_t peer; /* index in the lane */
	uint32_t prefix_n[2];
};

/* A peer of a lane, told before the first event that names it. */
struct event_peer {
	struct ipaddr addr;
	/* BGP_AS_TRANS where a 2-byte record hides a 4-byte number */
	uint32_t asn;
};

/*
 * A batch takes no further record when it holds so many events or routes; late
 * ones may come to lie in a full one.  A few of its arrays fit a core's cache.
 */
#define EVENT_BATCH_MAX 1024u

struct event_batch {
	struct event *events;
	uint32_t event_n;
	struct event_route *routes;
	uint32_t route_n;
	struct event_addr *addrs;
	uint32_t addr_n;
	struct event_message *messages;
	uint32_t message_n;
	struct event_entry *entries;
	uint32_t entry_n;
	struct event_size *sizes;
	uint32_t size_n;
	/* Ends of AS paths: origin_n origins, then hop_n distinct ASes before
	   them, the nearest first. */
	uint32_t *origins;
	uint32_t origin_n;
	/* Peers [peer_base, peer_base + peer_n) of the lane begin here. */
	struct event_peer *peers;
	uint32_t peer_base;
	uint32_t peer_n;
	/* Room in each array, for whoever fills the batch. */
	uint32_t event_cap, route_cap, addr_cap, message_cap, entry_cap,
	    size_cap, origin_cap, peer_cap;
};

/* The address of an IPv6 route, or NULL. */
static inline const struct event_addr *
event_ipv6(const struct event_batch *b, const struct event_route *r)
{
	return r->afi == AFI_IPV6 ? &b->addrs[r->addr] : NULL;
}

static inline struct prefix
event_prefix(const struct event_batch *b, const struct event_route *r)
{
	struct prefix p = {.afi = r->afi, .len = r->len};
	const struct event_addr *ipv6 = event_ipv6(b, r);

	if (ipv6 != NULL)
		memcpy(p.bytes, ipv6->bytes, sizeof(p.bytes));
	else
		prefix_set_ipv4(&p, r->addr, r->len);
	return p;
}

/* Of an event that begins a message: what that says in all. */
static inline struct event_message
event_message(const struct event_batch *b, const struct event *ev)
{
	struct event_message m = {.mark = 0};
	const unsigned family = ev->afi == AFI_IPV6;

	if (ev->routes.message >= EVENT_TOLD)
		return b->messages[ev->routes.message - EVENT_TOLD];
	if (ev->type == EVENT_WITHDRAW)
		m.withdraw_n[family] = ev->routes.n;
	else
		m.announce_n[family] = ev->routes.n;
	return m;
}

/* Only how many routes of a family it announces. */
static inline uint32_t
event_announced(
    const struct event_batch *b, const struct event *ev, unsigned family)
{
	if (ev->routes.message >= EVENT_TOLD)
		return event_message(b, ev).announce_n[family];
	return ev->type != EVENT_WITHDRAW && family == (ev->afi == AFI_IPV6)
	    ? ev->routes.n
	    : 0;
}

/*
 * The end of an AS path as it lies in the batch: n ASNs, of origins and hops
 * together.  A single one stands in *origin itself, of more that is an index.
 */
static inline const uint32_t *
event_path_end(const struct event_batch *b, const uint32_t *origin, unsigned n)
{
	return n > 1 ? &b->origins[*origin] : origin;
}

/* The origins of an ANNOUNCE, and behind them its hops. */
static inline const uint32_t *
event_origins(const struct event_batch *b, const struct event *ev)
{
	return event_path_end(
	    b, &ev->routes.origin, (unsigned)ev->origin_n + ev->hop_n);
}

/* The same of a peer's route in a RIB. */
static inline const uint32_t *
event_entry_origins(const struct event_batch *b, const struct event_entry *e)
{
	return event_path_end(b, &e->origin, (unsigned)e->origin_n + e->hop_n);
}

#endif
