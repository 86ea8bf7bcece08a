#include "feed/peerset.h"

#include <stdlib.h>
#include <string.h>

#include "base/vec.h"

void
peerset_fini(struct peerset *s)
{
	free(s->peers);
	free(s->slots);
	*s = (struct peerset){0};
}

static bool
is_peer(const struct peerset_peer *p, const struct ipaddr *addr, uint32_t asn)
{
	return p->id.asn == asn && ipaddr_equal(&p->id.addr, addr);
}

static uint64_t
hash_peer(const struct ipaddr *addr, uint32_t asn)
{
	uint32_t part[4];
	uint64_t h = asn;

	/* as narrow as ipaddr_equal reads them, and for the same reason */
	for (unsigned i = 0; i < 4; i++)
		memcpy(&part[i], addr->bytes + i * sizeof(part[i]),
		    sizeof(part[i]));
	h = (h << 32 ^ part[0]) * UINT64_C(0x9e3779b97f4a7c15);
	h ^= (uint64_t)part[1] << 32 ^ part[2];
	h = (h ^ h >> 32 ^ (uint64_t)part[3] << 24) *
	    UINT64_C(0xd6e8feb86659fd93);
	return h ^ h >> 32;
}

/* The slot that holds the peer, or the free one where it belongs. */
static size_t
find_slot(const struct peerset *s, const struct ipaddr *addr, uint32_t asn)
{
	size_t i = (size_t)hash_peer(addr, asn) & (s->slot_n - 1);

	while (s->slots[i] != PEERSET_NONE &&
	    !is_peer(&s->peers[s->slots[i]], addr, asn))
		i = (i + 1) & (s->slot_n - 1);
	return i;
}

static bool
grow_slots(struct peerset *s)
{
	size_t slot_n = s->slot_n > 0 ? s->slot_n * 2 : 64;
	uint32_t *slots = calloc(slot_n, sizeof(*slots));

	if (slots == NULL)
		return false;
	free(s->slots);
	s->slots = slots;
	s->slot_n = slot_n;
	for (size_t i = 0; i < slot_n; i++)
		slots[i] = PEERSET_NONE;
	for (size_t i = 0; i < s->n; i++) {
		if (s->peers[i].apart)
			continue;
		slots[find_slot(s, &s->peers[i].id.addr, s->peers[i].id.asn)] =
		    (uint32_t)i;
	}
	return true;
}

uint32_t
peerset_get(struct peerset *s, const struct ipaddr *addr, uint32_t asn)
{
	size_t slot;

	if (s->last < s->n && !s->peers[s->last].apart &&
	    is_peer(&s->peers[s->last], addr, asn))
		return s->last;
	if (s->n * 2 >= s->slot_n && !grow_slots(s))
		return PEERSET_NONE;
	slot = find_slot(s, addr, asn);
	if (s->slots[slot] == PEERSET_NONE) {
		if (s->n >= PEERSET_NONE ||
		    !vec_reserve(&s->peers, s->n, &s->cap, sizeof(*s->peers)))
			return PEERSET_NONE;
		s->peers[s->n] =
		    (struct peerset_peer){.id = {.addr = *addr, .asn = asn}};
		s->slots[slot] = (uint32_t)s->n++;
	}
	s->last = s->slots[slot];
	return s->last;
}

uint32_t
peerset_by_addr(const struct peerset *s, const struct ipaddr *addr)
{
	for (size_t i = s->n; i-- > 0;)
		if (!s->peers[i].apart &&
		    memcmp(&s->peers[i].id.addr, addr, sizeof(*addr)) == 0)
			return (uint32_t)i;
	return PEERSET_NONE;
}

uint32_t
peerset_add_apart(struct peerset *s, const struct event_peer *id)
{
	if (s->n >= PEERSET_NONE ||
	    !vec_reserve(&s->peers, s->n, &s->cap, sizeof(*s->peers)))
		return PEERSET_NONE;
	s->peers[s->n] = (struct peerset_peer){.id = *id, .apart = true};
	return (uint32_t)s->n++;
}
