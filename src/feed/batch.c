#include "feed/batch.h"

#include <stdlib.h>
#include <string.h>

#include "base/vec.h"

_Static_assert(sizeof(struct event) == 32, "two events fill a cache line");

/* Room for more elements of an array whose capacity is 32 bits wide. */
static bool
reserve(void *vp, uint32_t n, uint32_t more, uint32_t *cap, size_t size)
{
	size_t wide = *cap;

	if (more <= *cap - n)
		return true;
	if (more > UINT32_MAX / 2 - n ||
	    !vec_reserve_many(vp, n, more, &wide, size))
		return false;
	*cap = wide < UINT32_MAX ? (uint32_t)wide : UINT32_MAX;
	return true;
}

void
batch_fini(struct event_batch *b)
{
	free(b->events);
	free(b->routes);
	free(b->addrs);
	free(b->messages);
	free(b->entries);
	free(b->sizes);
	free(b->origins);
	free(b->peers);
	*b = (struct event_batch){0};
}

void
batch_clear(struct event_batch *b)
{
	b->event_n = 0;
	b->route_n = 0;
	b->addr_n = 0;
	b->message_n = 0;
	b->entry_n = 0;
	b->size_n = 0;
	b->origin_n = 0;
	b->peer_base = 0;
	b->peer_n = 0;
}

bool
batch_grow_events(struct event_batch *b, uint32_t n)
{
	return reserve(
	    &b->events, b->event_n, n, &b->event_cap, sizeof(*b->events));
}

bool
batch_grow_routes(struct event_batch *b, uint32_t n)
{
	return reserve(
	    &b->routes, b->route_n, n, &b->route_cap, sizeof(*b->routes));
}

bool
batch_grow_addrs(struct event_batch *b, uint32_t n)
{
	return reserve(
	    &b->addrs, b->addr_n, n, &b->addr_cap, sizeof(*b->addrs));
}

static uint32_t
add_addr(struct event_batch *b, const uint8_t bytes[16])
{
	memcpy(b->addrs[b->addr_n].bytes, bytes, 16);
	return b->addr_n++;
}

bool
batch_add_route(struct event_batch *b, const struct prefix *prefix,
    uint32_t path_id, uint32_t hash)
{
	const bool ipv6 = prefix->afi == AFI_IPV6;
	struct event_route *r = batch_reserve_routes(b, 1);
	struct cursor c = cur_from(prefix->bytes, sizeof(prefix->bytes));

	if (r == NULL || (ipv6 && !batch_grow_addrs(b, 1)))
		return false;
	*r = (struct event_route){.hash = hash,
	    .path_id = path_id,
	    .addr = ipv6 ? add_addr(b, prefix->bytes) : cur_be32(&c),
	    .afi = prefix->afi,
	    .len = prefix->len};
	b->route_n++;
	return true;
}

bool
batch_tell_message(struct event_batch *b, struct event *ev,
    const struct event_message *message)
{
	if (!reserve(&b->messages, b->message_n, 1, &b->message_cap,
		sizeof(*b->messages)))
		return false;
	b->messages[b->message_n] = *message;
	ev->routes.message = EVENT_TOLD + b->message_n++;
	return true;
}

struct event *
batch_insert_events(struct event_batch *b, uint32_t at, uint32_t n)
{
	if (!batch_grow_events(b, n))
		return NULL;
	memmove(b->events + at + n, b->events + at,
	    (b->event_n - at) * sizeof(*b->events));
	b->event_n += n;
	return b->events + at;
}

bool
batch_move_lists(
    struct event_batch *to, const struct event_batch *from, struct event *e)
{
	const uint32_t first = to->route_n, addr_n = to->addr_n;
	struct event_message message;

	if (e->type > EVENT_REFUSE)
		return true;
	if (e->routes.message >= EVENT_TOLD) {
		message = event_message(from, e);
		if (!batch_tell_message(to, e, &message))
			return false;
	}
	if (!batch_add_origins(to, event_origins(from, e),
		(uint32_t)e->origin_n + e->hop_n, &e->routes.origin))
		return false;
	for (uint32_t i = 0; i < e->routes.n; i++) {
		const struct event_route *r =
		    &from->routes[e->routes.first + i];
		const struct prefix p = event_prefix(from, r);

		if (!batch_add_route(to, &p, r->path_id, r->hash)) {
			to->route_n = first;
			to->addr_n = addr_n;
			return false;
		}
	}
	e->routes.first = first;
	return true;
}

struct event_entry *
batch_add_entry(struct event_batch *b)
{
	if (!reserve(
		&b->entries, b->entry_n, 1, &b->entry_cap, sizeof(*b->entries)))
		return NULL;
	return &b->entries[b->entry_n++];
}

struct event_size *
batch_add_size(struct event_batch *b)
{
	struct event_size *e;

	if (!reserve(&b->sizes, b->size_n, 1, &b->size_cap, sizeof(*b->sizes)))
		return NULL;
	e = &b->sizes[b->size_n++];
	memset(e, 0, sizeof(*e));
	return e;
}

bool
batch_add_run(
    struct event_batch *b, const uint32_t *asns, uint32_t n, uint32_t *first)
{
	if (!reserve(&b->origins, b->origin_n, n, &b->origin_cap,
		sizeof(*b->origins)))
		return false;
	*first = b->origin_n;
	memcpy(b->origins + b->origin_n, asns, n * sizeof(*asns));
	b->origin_n += n;
	return true;
}

bool
batch_add_peer(struct event_batch *b, const struct event_peer *peer)
{
	if (!reserve(&b->peers, b->peer_n, 1, &b->peer_cap, sizeof(*b->peers)))
		return false;
	b->peers[b->peer_n++] = *peer;
	return true;
}
