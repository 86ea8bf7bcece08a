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

/* The number of p, or PREFIX_MAP_NONE. */
static inline uint32_t
prefix_map_find(
    const struct prefix_map *m, const struct prefix *p, uint32_t hash)
{
	uint32_t mask = m->slot_n - 1, i = hash & mask;

	if (m->n == 0)
		return PREFIX_MAP_NONE;
	while (m->slots[i].id != 0 &&
	    (m->slots[i].hash != hash ||
		!prefix_equal(&m->keys[m->slots[i].id - 1], p)))
		i = (i + 1) & mask;
	/* an empty slot holds 0, and 0 - 1 is PREFIX_MAP_NONE */
	return m->slots[i].id - 1;
}

/* Whether any prefix in it has that hash: hardly ever, where few are in it. */
static inline bool
prefix_map_has_hash(const struct prefix_map *m, uint32_t hash)
{
	uint32_t mask = m->slot_n - 1, i = hash & mask;

	if (m->n == 0)
		return false;
	while (m->slots[i].id != 0 && m->slots[i].hash != hash)
		i = (i + 1) & mask;
	return m->slots[i].id != 0;
}

/* The number of p, which is added if it is new (then *out == m->n - 1). */
enum blk_status prefix_map_add(
    struct prefix_map *m, const struct prefix *p, uint32_t hash, uint32_t *out);

#endif
