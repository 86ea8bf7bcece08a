#ifndef OUTAGE_VOTERS_H
#define OUTAGE_VOTERS_H

#include "blackout/curve.h"
#include "outage/judge.h"

/*
 * How many ASNs have a vote at each collector: those that vote on any of the
 * timeline's prefixes of a family, told from the sessions without judging each
 * prefix.
 */
struct voters;

/* Those of a family; j and t are borrowed.  BLK_ENOMEM. */
enum blk_status voters_new(struct voters **out, const struct judge *j,
    const struct timeline *t, unsigned family);
void voters_free(struct voters *v);

/*
 * The steps of a collector (index), by time, each different from the one
 * before; lent until the next call.  BLK_ENOMEM.
 */
enum blk_status voters_get(struct voters *v, unsigned collector,
    const struct curve_voters_step **out, size_t *n);

#endif
