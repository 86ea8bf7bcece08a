#ifndef STATE_PREFIX_MAP_H
#define STATE_PREFIX_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "blackout/prefix.h"
#include "blackout/status.h"

/*
 * Prefixes numbered in the order of their arrival: 0, 1, 2 ...  Open addressing
 * with linear probing; nothing is ever removed but all at once.
 */
struct prefix_map {
	struct prefix *keys; /* by number */
	uint32_t n;
	size_t key_cap;
	uint32_t *slots; /* number + 1; 0: empty */
	uint32_t slot_n; /* power of two, or 0 */
};

#define PREFIX_MAP_NONE UINT32_MAX

void prefix_map_fini(struct prefix_map *m);

/* Forget every prefix and keep the memory. */
void prefix_map_clear(struct prefix_map *m);

/* The number of p, or PREFIX_MAP_NONE. */
uint32_t prefix_map_find(const struct prefix_map *m, const struct prefix *p);

/* The number of p, which is added if it is new (then *out == m->n - 1). */
enum blk_status prefix_map_add(
    struct prefix_map *m, const struct prefix *p, uint32_t *out);

#endif
