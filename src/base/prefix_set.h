#ifndef BASE_PREFIX_SET_H
#define BASE_PREFIX_SET_H

#include <stdbool.h>
#include <stddef.h>

#include "blackout/prefix.h"

/*
 * A set of prefixes that is filled once and then asked what is in it, around a
 * prefix, or inside it: each is a binary search.  All zero is an empty set.
 */
struct prefix_set {
	struct prefix *all; /* sorted and distinct, once settled */
	size_t n, cap;
	struct prefix *outer; /* those that lie in no other one */
	size_t outer_n;
};

void prefix_set_fini(struct prefix_set *s);

/* One more prefix; it may be there already.  False: out of memory. */
bool prefix_set_add(struct prefix_set *s, const struct prefix *p);

/*
 * To be called when all are added, and before anything is asked; after it the
 * set may be asked by several threads at once.  False: out of memory.
 */
bool prefix_set_settle(struct prefix_set *s);

bool prefix_set_has(const struct prefix_set *s, const struct prefix *p);

/* Whether p, or a less specific prefix around it, is in the set. */
bool prefix_set_has_around(const struct prefix_set *s, const struct prefix *p);

/* Whether p, or a more specific prefix inside it, is in the set. */
bool prefix_set_has_inside(const struct prefix_set *s, const struct prefix *p);

#endif
