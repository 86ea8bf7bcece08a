#ifndef PART_SIFT_H
#define PART_SIFT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/prefix_set.h"
#include "blackout/state.h"
#include "feed/reorder.h"
#include "part/part_list.h"
#include "state/prefix_map.h"

/*
 * What of a lane's events is kept: all but the routes of prefixes that are not
 * watched.  Where the question names prefixes, these are, and where it is of
 * every network, all; where it names networks or countries alone, those in a
 * country's space, and those that one of them originates here at any time;
 * which the latter are is only known at the end.  A prefix that was mentioned,
 * and left out, before it came to be watched makes the sifting incomplete: then
 * all must be sifted again, which is complete the second time.
 */
struct part_sift {
	const struct state_params *watch;
	struct prefix_set named; /* prefixes of the question */
	struct prefix_set space; /* of the countries of the question */
	uint32_t *asns;          /* of the question, sorted */
	size_t asn_n;
	bool fixed;                  /* all is known beforehand */
	struct prefix_map mentioned; /* !fixed */
	uint8_t *flags;              /* of each: enum part_flag */
	size_t flag_cap;
	bool incomplete;
	usec_t last; /* time of the last event kept of the lane */
};

enum part_flag {
	PART_KEEP = 1,      /* of it everything is kept */
	PART_BY_ORIGIN = 2, /* ... since a network asked for originates it */
};

/* False: out of memory; so all below.  watch is borrowed. */
bool part_sift_init(struct part_sift *s, const struct state_params *watch);
void part_sift_fini(struct part_sift *s);

/* Keep a prefix as if it were watched. */
bool part_sift_also(struct part_sift *s, const struct prefix *p);

/* A lane begins. */
void part_sift_begin(struct part_sift *s);

/*
 * Append what is kept of from to to, which need not be empty: what no event
 * was kept for (peers above all) waits in it for the next batch.
 */
bool part_sift_batch(
    struct part_sift *s, const struct lane_batch *from, struct lane_batch *to);

/* The prefixes mentioned whose flags & mask is value, sorted. */
bool part_sift_list(const struct part_sift *s, unsigned mask, unsigned value,
    struct part_list *out);

#endif
