#ifndef BLACKOUT_STATE_H
#define BLACKOUT_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "blackout/event.h"
#include "blackout/feed.h"
#include "blackout/status.h"
#include "blackout/timeline.h"

/*
 * The route state of every session and watched prefix, replayed from events
 * and written down as a timeline.  No input or output, no clock, no bytes.
 *
 * A session is live or not; a route is up, absent or unknown (timeline.h).
 * The rules that keep a collector's own trouble from looking like an outage
 * are all here: see state.c.
 */

struct state_params {
	/* What to watch: ASes, countries, everybody; or prefixes.  prefixes
	   with any of the others: only those prefixes of them. */
	const uint32_t *asns;
	size_t asn_n;
	const struct delegated_country *const *countries; /* borrowed until
						the timeline is freed */
	size_t country_n;
	bool all; /* every origin */
	/* Watch every AS by itself that originates anything: of all, or of
	   countries. */
	bool each_as;
	const struct prefix *prefixes;
	size_t prefix_n;
	bool more_specific; /* also every prefix inside one of prefixes */
	bool less_specific; /* also every prefix around one of prefixes */
	/* Peers that take part: NULL for all.  arg is passed through. */
	bool (*peer_wanted)(const struct ipaddr *addr, uint32_t asn, void *arg);
	void *arg;
	bool skip_family[2]; /* leave out IPv4, IPv6 */
	/*
	 * The prefixes that are watched at some time, as a timeline of the very
	 * same events told: first words (see timeline.h) are kept of these
	 * alone.  NULL: not known yet, and they are kept of all, while there
	 * is room.  Only state_new needs it.
	 */
	const struct tl_prefix *watched;
	size_t watched_n;
	/* Some routes were refused: a withdrawal does not tell whether the
	   route before it was one that counts. */
	bool refusing;
};

/*
 * Whether it is asked about ASes in numbers, so that what they had in common
 * matters: feed_options.hops is to be set then.
 */
bool state_asks_hops(const struct state_params *params);

struct state;

/* A state for collector_n collectors.  BLK_ENOMEM. */
enum blk_status state_new(
    struct state **out, const struct state_params *params, size_t collector_n);
void state_free(struct state *s);

/*
 * Replay a stretch of events.  Order matters within a collector.  BLK_ENOMEM;
 * BLK_ELIMIT: there are more than 65,534 peers.
 */
enum blk_status state_apply(struct state *s, const struct feed_run *run);

/*
 * No more events: settle what is still open and hand over the timeline, which
 * the caller then owns.  BLK_ENOMEM.
 */
enum blk_status state_finish(struct state *s, struct timeline **out);

#endif
