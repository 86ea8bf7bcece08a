#ifndef STATE_PREFIX_MAP_H
#define STATE_PREFIX_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "blackout/prefix.h"
#include "blackout/status.h"

/*
 * Prefixes numbered in the order of their arrival: 0, 1, 2 ...  Open addressing
 * with linear probing; nothing is ever removed.
 */
struct prefix_map {
	struct prefix *keys; /* by number */
	uint32_t n;
	size_t key_cap;
	struct prefix_slot {
		uint32_t hash;
		uint32_t id; /* number + 1; 0: empty */
	} * slots;
	uint32_t slot_n; /* power of two, or 0 */
};

#define PREFIX_MAP_NONE UINT32_MAX

void prefix_map_fini(struct prefix_map *m);

/* In all of these, hash is prefix_hash(p). */

/* The first slot from i on that has that hash or is empty; m holds any. */
static inline uint32_t
prefix_map_seek(const struct prefix_map *m, uint32_t i, uint32_t hash)
{
	const uint32_t mask = m->slot_n - 1;

	for (i &= mask; m->slots[i].id != 0 && m->slots[i].hash != hash;)
		i = (i + 1) & mask;
	return i;
}

/* The number of p, or PREFIX_MAP_NONE. */
static inline uint32_t
prefix_map_find(
    const struct prefix_map *m, const struct prefix *p, uint32_t hash)
{
	uint32_t i;

	if (m->n == 0)
		return PREFIX_MAP_NONE;
	i = prefix_map_seek(m, hash, hash);
	while (m->slots[i].id != 0 &&
	    !prefix_equal(&m->keys[m->slots[i].id - 1], p))
		i = prefix_map_seek(m, i + 1, hash);
	/* an empty slot holds 0, and 0 - 1 is PREFIX_MAP_NONE */
	return m->slots[i].id - 1;
}

/* Whether any prefix in it has that hash: hardly ever, where few are in it. */
static inline bool
prefix_map_has_hash(const struct prefix_map *m, uint32_t hash)
{
	return m->n > 0 && m->slots[prefix_map_seek(m, hash, hash)].id != 0;
}

/* The number of p, which is added if it is new (then *out == m->n - 1). */
enum blk_status prefix_map_add(
    struct prefix_map *m, const struct prefix *p, uint32_t hash, uint32_t *out);

#endif
