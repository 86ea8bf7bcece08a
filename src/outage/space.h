#ifndef OUTAGE_SPACE_H
#define OUTAGE_SPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "blackout/prefix.h"
#include "blackout/status.h"

/*
 * Address space as a sorted list of nested prefixes: which are inside which,
 * what covers what, and how large a union is.
 */
struct space {
	const struct prefix *prefixes; /* sorted by prefix_cmp, distinct */
	size_t n;
	size_t *parent; /* the nearest one around it; SPACE_NONE: none */
	size_t *end;    /* those inside it are (i, end[i]) */
};

#define SPACE_NONE SIZE_MAX

/* prefixes is borrowed.  BLK_ENOMEM. */
enum blk_status space_init(
    struct space *s, const struct prefix *prefixes, size_t n);
void space_fini(struct space *s);

/*
 * Whether the whole of prefix i is held by others: by one around it, or by
 * several inside it together.  held says of each prefix whether it counts.
 */
bool space_covered(const struct space *s, size_t i, const bool *held);

/*
 * The union of the prefixes that count, of one family: in /24s (AFI_IPV4) or
 * /48s (AFI_IPV6).
 */
double space_union(const struct space *s, enum afi afi, const bool *counts);

#endif
