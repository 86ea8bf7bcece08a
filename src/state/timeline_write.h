#ifndef STATE_TIMELINE_WRITE_H
#define STATE_TIMELINE_WRITE_H

#include "blackout/timeline.h"

/*
 * Writing a timeline.  Every function returns false when memory is short, and
 * has then changed nothing.
 */

/* An empty timeline for collector_n collectors; NULL: out of memory. */
struct timeline *timeline_new(size_t collector_n);

bool timeline_add_watch(struct timeline *t, const struct tl_watch *watch);

/* The new session's index is t->session_n - 1. */
bool timeline_add_session(struct timeline *t, unsigned collector,
    const struct ipaddr *addr, uint32_t asn);

/* The new prefix's index is t->prefix_n - 1. */
bool timeline_add_prefix(struct timeline *t, const struct prefix *prefix);

bool timeline_add_gap(struct timeline *t, unsigned collector, usec_t start,
    usec_t end, enum gap_reason reason);

bool timeline_log_session(
    struct timeline *t, uint32_t session, struct tl_session_entry entry);

bool timeline_log_prefix(
    struct timeline *t, uint32_t prefix, struct tl_entry entry);

/* A RIB says since when the prefix was held from origin: keep the earliest. */
bool timeline_note_originated(
    struct timeline *t, uint32_t prefix, uint32_t origin, uint32_t second);

/* The index in *out of the run of these numbers, which is added if it is new.
 */
bool timeline_intern(
    struct tl_runs *r, const uint32_t *numbers, uint32_t n, uint32_t *out);

/*
 * The index in *out of the set of these ASNs, which are sorted in place and
 * made distinct.
 */
bool timeline_intern_set(
    struct timeline *t, uint32_t *asns, uint32_t n, uint32_t *out);

#endif
