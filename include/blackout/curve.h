#ifndef BLACKOUT_CURVE_H
#define BLACKOUT_CURVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "blackout/outage.h"
#include "blackout/prefix.h"
#include "blackout/status.h"
#include "blackout/timeline.h"

/*
 * The curves behind the windows: how many ASNs could have carried each prefix
 * of a watched entity, and how many did, over time.  They are the very votes
 * that outage_find judges by, asked for one entity at a time, so that memory
 * is that of one entity's steps however many are watched.  Pure code without
 * input, output or clock.
 *
 * A curve is a step function: a step holds from its time until that of the
 * next one, the last until the timeline's end.  Before the first one nothing
 * is known.  Times are those of the records, in microseconds, and not rounded;
 * silence and gaps are known late, so that a step may lie where no record does.
 */

enum curve_verdict {
	CURVE_UNKNOWN, /* too few votes, or those unheard might turn them */
	CURVE_UP,
	CURVE_DOWN, /* below the quorum */
};
const char *curve_verdict_name(enum curve_verdict verdict);

/* From time on, until the next step. */
struct curve_step {
	usec_t time;
	uint32_t voting;   /* ASNs with a vote; carrying <= voting */
	uint32_t carrying; /* of these: from the watched origin */
	/*
	 * The voters carry it below the quorum from the watched origin, but not
	 * below it from any.  The verdict may still be UNKNOWN.
	 */
	bool moved;
	uint32_t moved_to; /* moved: the origin most carry; 0: no single one */
	enum curve_verdict verdict;
};

/* A prefix that some peer ever carried as the watch means it. */
struct curve_prefix {
	struct prefix prefix;
	/* By time, none of equal time, each different from the one before.
	   There may be none: nothing is known. */
	struct curve_step *steps;
	size_t step_n;
	/*
	 * What its place in the baseline rests on: the time it was visible in
	 * all, of that needed in its family; since when RIBs say that half of
	 * its peers held it, which counts until it is first seen; and since
	 * when it may be missed.  USEC_NONE: no RIB tells; never.
	 */
	usec_t visible, needed, originated, since;
};

/* From time on, until the next step. */
struct curve_voters_step {
	usec_t time;
	uint32_t voting; /* ASNs */
};

/* A watched entity. */
struct curve_entity {
	bool by_prefix;
	uint32_t asn;                  /* !by_prefix */
	struct prefix prefix;          /* by_prefix */
	struct curve_prefix *prefixes; /* sorted, distinct */
	size_t prefix_n;
};

struct curve;

/*
 * Prepare the curves of t under params (visibility, full_feed and min_peers
 * are of use; the others shape windows alone).  Both are borrowed until
 * curve_free, and t must not change until then.  BLK_ENOMEM.
 */
enum blk_status curve_new(struct curve **out, const struct timeline *t,
    const struct outage_params *params);
void curve_free(struct curve *c);

/* How many entities there are: as many as t has watches. */
size_t curve_entity_n(const struct curve *c);

/*
 * Entity i, in the order of outage_find's result: i is outage_as.entity.  *out
 * is lent until the next call or curve_free; to look at one again, ask again.
 * BLK_END: there is no such i, *out is unchanged.  BLK_ENOMEM: *out is
 * unchanged, and what was lent before is gone.
 */
enum blk_status curve_get(
    struct curve *c, size_t i, const struct curve_entity **out);

/*
 * How many ASNs vote at a collector (index in the timeline), in family (0 IPv4,
 * 1 IPv6): whose session is live and heard, whose word on some prefix is known
 * since its last reset, and who, where the collector has a RIB of the family,
 * have a full feed; where it has none, who have carried that prefix.  No more
 * of them vote on any one prefix.  *steps is lent until the next call or
 * curve_free.  BLK_ENOMEM.
 */
enum blk_status curve_voters(struct curve *c, unsigned collector,
    unsigned family, const struct curve_voters_step **steps, size_t *n);

/* The end of step i of p: that of t for the last one. */
usec_t curve_step_end(
    const struct curve *c, const struct curve_prefix *p, size_t i);

#endif
