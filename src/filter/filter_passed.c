/*
 * Two hashes with linear probing: peers by number, and routes.  Routes come
 * and go, so that a free slot is closed by moving up those behind it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "blackout/filter.h"

#define SLOTS_FIRST 256u

struct peer {
	struct ipaddr addr;
	uint32_t asn;
	unsigned collector;
};

struct slot {
	struct filter_route route;
	bool used;
};

struct filter_passed {
	struct slot *slots;
	uint32_t slot_n; /* a power of two, or 0 */
	uint32_t n;
	uint64_t forgotten;
	struct peer *peers;
	size_t peer_n, peer_cap;
	uint32_t *peer_slots; /* number + 1; 0: free */
	uint32_t peer_slot_n; /* a power of two, or 0 */
	uint32_t last;        /* the peer found last */
};

enum blk_status
filter_passed_new(struct filter_passed **out)
{
	struct filter_passed *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return BLK_ENOMEM;
	*out = p;
	return BLK_OK;
}

void
filter_passed_free(struct filter_passed *p)
{
	if (p == NULL)
		return;
	free(p->slots);
	free(p->peers);
	free(p->peer_slots);
	free(p);
}

/* --- peers --- */

static bool
is_peer(const struct peer *p, unsigned collector, const struct ipaddr *addr,
    uint32_t asn)
{
	return p->asn == asn && p->collector == collector &&
	    ipaddr_cmp(&p->addr, addr) == 0;
}

static uint32_t
hash_peer(unsigned collector, const struct ipaddr *addr, uint32_t asn)
{
	struct prefix host = {.afi = addr->afi};

	memcpy(host.bytes, addr->bytes, sizeof(host.bytes));
	return prefix_hash(&host) ^ (asn + collector * UINT32_C(0x9e3779b1));
}

/* The slot of a peer, or the free one where it belongs. */
static uint32_t
find_peer(const struct filter_passed *p, unsigned collector,
    const struct ipaddr *addr, uint32_t asn)
{
	const uint32_t mask = p->peer_slot_n - 1;
	uint32_t i = hash_peer(collector, addr, asn) & mask;

	while (p->peer_slots[i] != 0 &&
	    !is_peer(&p->peers[p->peer_slots[i] - 1], collector, addr, asn))
		i = (i + 1) & mask;
	return i;
}

static bool
grow_peers(struct filter_passed *p)
{
	const uint32_t n =
	    p->peer_slot_n == 0 ? SLOTS_FIRST : p->peer_slot_n * 2;
	uint32_t *slots = calloc(n, sizeof(*slots));

	if (slots == NULL)
		return false;
	free(p->peer_slots);
	p->peer_slots = slots;
	p->peer_slot_n = n;
	for (size_t i = 0; i < p->peer_n; i++) {
		const struct peer *q = &p->peers[i];

		slots[find_peer(p, q->collector, &q->addr, q->asn)] =
		    (uint32_t)i + 1;
	}
	return true;
}

enum blk_status
filter_passed_peer(struct filter_passed *p, unsigned collector,
    const struct ipaddr *addr, uint32_t asn, uint32_t *out)
{
	uint32_t i;

	*out = p->last;
	if (p->peer_n > 0 && is_peer(&p->peers[p->last], collector, addr, asn))
		return BLK_OK;
	if (p->peer_n * 2 >= p->peer_slot_n && !grow_peers(p))
		return BLK_ENOMEM;
	i = find_peer(p, collector, addr, asn);
	if (p->peer_slots[i] == 0) {
		if (!vec_reserve(
			&p->peers, p->peer_n, &p->peer_cap, sizeof(*p->peers)))
			return BLK_ENOMEM;
		p->peers[p->peer_n++] = (struct peer){*addr, asn, collector};
		p->peer_slots[i] = (uint32_t)p->peer_n;
	}
	*out = p->last = p->peer_slots[i] - 1;
	return BLK_OK;
}

/* --- routes --- */

static bool
same_route(const struct filter_route *a, const struct filter_route *b)
{
	return a->peer == b->peer && a->path_id == b->path_id &&
	    a->kind == b->kind && prefix_cmp(&a->prefix, &b->prefix) == 0;
}

static uint32_t
home(const struct filter_passed *p, const struct filter_route *r)
{
	uint32_t h = prefix_hash(&r->prefix) + r->peer * UINT32_C(0x9e3779b1) +
	    r->path_id + r->kind;

	h = (h ^ h >> 15) * UINT32_C(0x85ebca6b);
	return (h ^ h >> 16) & (p->slot_n - 1);
}

/* The slot of a route, or the free one where it belongs. */
static uint32_t
find(const struct filter_passed *p, const struct filter_route *r)
{
	uint32_t i = home(p, r);

	while (p->slots[i].used && !same_route(&p->slots[i].route, r))
		i = (i + 1) & (p->slot_n - 1);
	return i;
}

static bool
grow(struct filter_passed *p)
{
	struct slot *old = p->slots;
	const uint32_t old_n = p->slot_n;
	const uint32_t n = old_n == 0 ? SLOTS_FIRST : old_n * 2;
	struct slot *slots = calloc(n, sizeof(*slots));

	if (slots == NULL)
		return false;
	p->slots = slots;
	p->slot_n = n;
	for (uint32_t i = 0; i < old_n; i++)
		if (old[i].used)
			slots[find(p, &old[i].route)] = old[i];
	free(old);
	return true;
}

/* Free slot i, and let those move up that stand behind it for want of it. */
static void
empty_slot(struct filter_passed *p, uint32_t i)
{
	const uint32_t mask = p->slot_n - 1;

	for (uint32_t k = (i + 1) & mask; p->slots[k].used;
	     k = (k + 1) & mask) {
		const uint32_t from = home(p, &p->slots[k].route);

		if (((k - from) & mask) < ((k - i) & mask))
			continue; /* it would stand before its home */
		p->slots[i] = p->slots[k];
		i = k;
	}
	p->slots[i].used = false;
	p->n--;
}

bool
filter_passed_take(struct filter_passed *p, const struct filter_route *r)
{
	uint32_t i;

	if (p->n == 0)
		return false;
	i = find(p, r);
	if (!p->slots[i].used)
		return false;
	empty_slot(p, i);
	return true;
}

enum blk_status
filter_passed_note(
    struct filter_passed *p, const struct filter_route *r, bool passed)
{
	uint32_t i;

	if (!passed) {
		filter_passed_take(p, r);
		return BLK_OK;
	}
	/* a quarter stays free, so that searches are short */
	if (p->n >= p->slot_n / 4 * 3 && !grow(p))
		return BLK_ENOMEM;
	i = find(p, r);
	if (p->slots[i].used)
		return BLK_OK;
	if (p->n == FILTER_PASSED_MAX) {
		p->forgotten++;
		return BLK_OK;
	}
	p->slots[i] = (struct slot){*r, true};
	p->n++;
	return BLK_OK;
}

uint64_t
filter_passed_forgotten(const struct filter_passed *p)
{
	return p->forgotten;
}
