/*
 * A hash of prefixes that is read far more often than it grows: most events
 * ask for prefixes nobody watches, and are answered by one probe.
 */
#include "state/prefix_map.h"

#include <stdlib.h>
#include <string.h>

#include "base/vec.h"

void
prefix_map_fini(struct prefix_map *m)
{
	free(m->keys);
	free(m->slots);
	*m = (struct prefix_map){0};
}

void
prefix_map_clear(struct prefix_map *m)
{
	m->n = 0;
	if (m->slot_n > 0)
		memset(m->slots, 0, m->slot_n * sizeof(*m->slots));
}

static bool
same(const struct prefix *a, const struct prefix *b)
{
	return a->len == b->len && a->afi == b->afi &&
	    memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

/* The slot that holds p, or the empty one where it belongs. */
static uint32_t
slot_of(const struct prefix_map *m, const struct prefix *p)
{
	uint32_t mask = m->slot_n - 1;
	uint32_t i = (uint32_t)prefix_hash(p) & mask;

	while (m->slots[i] != 0 && !same(&m->keys[m->slots[i] - 1], p))
		i = (i + 1) & mask;
	return i;
}

uint32_t
prefix_map_find(const struct prefix_map *m, const struct prefix *p)
{
	if (m->n == 0)
		return PREFIX_MAP_NONE;
	/* An empty slot holds 0, and 0 - 1 is PREFIX_MAP_NONE. */
	return m->slots[slot_of(m, p)] - 1;
}

static enum blk_status
rehash(struct prefix_map *m)
{
	uint32_t old_n = m->slot_n;
	uint32_t *old = m->slots;

	m->slot_n = old_n == 0 ? 64 : old_n * 2;
	m->slots = calloc(m->slot_n, sizeof(*m->slots));
	if (m->slots == NULL) {
		m->slots = old;
		m->slot_n = old_n;
		return BLK_ENOMEM;
	}
	free(old);
	for (uint32_t i = 0; i < m->n; i++)
		m->slots[slot_of(m, &m->keys[i])] = i + 1;
	return BLK_OK;
}

enum blk_status
prefix_map_add(struct prefix_map *m, const struct prefix *p, uint32_t *out)
{
	uint32_t i = prefix_map_find(m, p);

	if (i != PREFIX_MAP_NONE) {
		*out = i;
		return BLK_OK;
	}
	if (m->n >= INT32_MAX)
		return BLK_ELIMIT;
	if ((uint64_t)m->n * 4 >= (uint64_t)m->slot_n * 3 &&
	    rehash(m) != BLK_OK)
		return BLK_ENOMEM;
	if (!vec_reserve(&m->keys, m->n, &m->key_cap, sizeof(*m->keys)))
		return BLK_ENOMEM;
	m->slots[slot_of(m, p)] = m->n + 1;
	m->keys[m->n] = *p;
	*out = m->n++;
	return BLK_OK;
}
