/*
 * A hash of prefixes that is read far more often than it grows: most events
 * ask for prefixes nobody watches, and are answered by one probe.
 */
#include "state/prefix_map.h"

#include <stdlib.h>
#include <string.h>

#include "base/pages.h"
#include "base/vec.h"

static size_t
slot_bytes(const struct prefix_map *m)
{
	return m->slot_n * sizeof(*m->slots);
}

void
prefix_map_fini(struct prefix_map *m)
{
	free(m->keys);
	pages_free(m->slots, slot_bytes(m));
	*m = (struct prefix_map){0};
}

static void
fill_slot(struct prefix_map *m, uint32_t hash, uint32_t id)
{
	uint32_t mask = m->slot_n - 1, i = hash & mask;

	while (m->slots[i].id != 0)
		i = (i + 1) & mask;
	m->slots[i] = (struct prefix_slot){hash, id};
}

static enum blk_status
rehash(struct prefix_map *m)
{
	const struct prefix_map old = *m;

	m->slot_n = old.slot_n == 0 ? 64 : old.slot_n * 2;
	m->slots = pages_new(slot_bytes(m));
	if (m->slots == NULL) {
		*m = old;
		return BLK_ENOMEM;
	}
	for (uint32_t i = 0; i < old.slot_n; i++)
		if (old.slots[i].id != 0)
			fill_slot(m, old.slots[i].hash, old.slots[i].id);
	pages_free(old.slots, slot_bytes(&old));
	return BLK_OK;
}

enum blk_status
prefix_map_add(
    struct prefix_map *m, const struct prefix *p, uint32_t hash, uint32_t *out)
{
	uint32_t i = prefix_map_find(m, p, hash);

	if (i != PREFIX_MAP_NONE) {
		*out = i;
		return BLK_OK;
	}
	if (m->n >= INT32_MAX)
		return BLK_ELIMIT;
	if ((uint64_t)m->n * 2 >= m->slot_n && rehash(m) != BLK_OK)
		return BLK_ENOMEM;
	if (!vec_reserve(&m->keys, m->n, &m->key_cap, sizeof(*m->keys)))
		return BLK_ENOMEM;
	m->keys[m->n] = *p;
	fill_slot(m, hash, m->n + 1);
	*out = m->n++;
	return BLK_OK;
}
