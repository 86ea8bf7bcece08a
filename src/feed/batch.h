#ifndef BATCH_H
#define BATCH_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "blackout/event.h"

/*
 * Filling event batches (event.h).  Their arrays grow and are kept, so that a
 * batch that goes round needs no memory after its first rounds.  All adders
 * return NULL or false when out of memory, and have then changed nothing.
 */

void batch_fini(struct event_batch *b);

/* Empty it; its room stays. */
void batch_clear(struct event_batch *b);

/* Have room for n more; false: out of memory. */
bool batch_grow_events(struct event_batch *b, uint32_t n);
bool batch_grow_routes(struct event_batch *b, uint32_t n);
bool batch_grow_addrs(struct event_batch *b, uint32_t n);

/* One more route, whose prefix has that hash. */
bool batch_add_route(struct event_batch *b, const struct prefix *prefix,
    uint32_t path_id, uint32_t hash);

/* Have batch->messages tell of ev, the first event of a message. */
bool batch_tell_message(struct event_batch *b, struct event *ev,
    const struct event_message *message);

/* One more event, zeroed. */
static inline struct event *
batch_add_event(struct event_batch *b)
{
	struct event *e;

	if (b->event_n == b->event_cap && !batch_grow_events(b, 1))
		return NULL;
	e = &b->events[b->event_n++];
	memset(e, 0, sizeof(*e));
	return e;
}

/* Make room for n events at index at, moving later ones up; not zeroed. */
struct event *batch_insert_events(
    struct event_batch *b, uint32_t at, uint32_t n);

/*
 * Room for n routes behind those there are, to be written there; they count
 * once route_n is raised.
 */
static inline struct event_route *
batch_reserve_routes(struct event_batch *b, uint32_t n)
{
	return n <= b->route_cap - b->route_n || batch_grow_routes(b, n)
	    ? b->routes + b->route_n
	    : NULL;
}

/* The same for the addresses of n IPv6 routes: they count by addr_n. */
static inline struct event_addr *
batch_reserve_addrs(struct event_batch *b, uint32_t n)
{
	return n <= b->addr_cap - b->addr_n || batch_grow_addrs(b, n)
	    ? b->addrs + b->addr_n
	    : NULL;
}

/*
 * Copy what an event of a message refers to, its routes, origins and what the
 * message says in all, from one batch to the end of another, and make it refer
 * to that.
 */
bool batch_move_lists(
    struct event_batch *to, const struct event_batch *from, struct event *e);

/* One more entry, not zeroed. */
struct event_entry *batch_add_entry(struct event_batch *b);
struct event_size *batch_add_size(struct event_batch *b);

/* Copy n ASNs in; *first is the index of the first. */
bool batch_add_run(
    struct event_batch *b, const uint32_t *asns, uint32_t n, uint32_t *first);

/* Copy n ASNs in, unless *origin can hold them (event_path_end). */
static inline bool
batch_add_origins(
    struct event_batch *b, const uint32_t *asns, uint32_t n, uint32_t *origin)
{
	if (n > 1)
		return batch_add_run(b, asns, n, origin);
	*origin = n == 1 ? asns[0] : EVENT_NO_ORIGIN;
	return true;
}

bool batch_add_peer(struct event_batch *b, const struct event_peer *peer);

#endif
