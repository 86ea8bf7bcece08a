#ifndef OUTAGE_MEMBERS_H
#define OUTAGE_MEMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "blackout/timeline.h"

/*
 * Which prefixes of a timeline belong to whom: an index by origin and by
 * prefix, so that nobody walks over a whole table for each AS.
 */
struct members {
	const struct timeline *t;
	uint32_t *sorted; /* all prefixes (indices), as prefix_cmp sorts */
	struct members_of {
		uint32_t asn;
		uint32_t rank; /* in sorted */
	} * by_origin;         /* sorted, distinct: who ever was its origin */
	size_t by_origin_n, by_origin_cap;
	uint32_t *found; /* the latest answer */
	size_t found_n, found_cap;
};

/* An index of t, which must not change meanwhile.  False: out of memory;
   members_fini is then still to be called. */
bool members_init(struct members *m, const struct timeline *t);
void members_fini(struct members *m);

/*
 * The prefixes (indices) that some session ever carried as watch means it, as
 * prefix_cmp sorts them; lent until the next call.  A prefix watched by itself
 * is there even if nobody ever carried it.  False: out of memory.
 */
bool members_of(struct members *m, const struct tl_watch *watch,
    const uint32_t **out, size_t *n);

/* The order in which entities are told: countries, then ASes, then prefixes. */
int members_watch_cmp(const struct tl_watch *a, const struct tl_watch *b);

/* The watches of t in that order; the caller frees it.  NULL: out of memory. */
const struct tl_watch **members_watches(const struct timeline *t);

#endif
