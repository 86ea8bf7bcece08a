#ifndef BLACKOUT_TIMELINE_H
#define BLACKOUT_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "blackout/delegated.h"
#include "blackout/event.h"
#include "blackout/prefix.h"
#include "blackout/status.h"
#include "blackout/timefmt.h"

/*
 * What was known of the watched prefixes, session by session: logs of changes
 * that are written by the state engine and judged by the outage module.
 *
 * Two kinds of log share the work, so that an event that concerns a whole
 * session costs one entry and not one per prefix: the session's own log, and
 * each prefix's.  At equal times session entries come before prefix entries,
 * and entries of one log apply in the order in which they were written.
 * Entries may be written with times in the past: silence is noticed late.
 */

/* What happens to a session; see enum tl_session_change for the meaning. */
enum tl_session_change {
	TL_LIVE,  /* it is up, or known to have been */
	TL_DEAD,  /* nothing is known of it; its routes are kept in mind */
	TL_AWAY,  /* nothing is known of its whole collector: a gap begins */
	TL_BACK,  /* the gap ends */
	TL_RESET, /* every route of the family becomes unknown */
	TL_SYNC,  /* routes of the family that are unknown become absent */
	TL_SIZE,  /* the table holds that many prefixes of the family */
};

struct tl_session_entry {
	usec_t time;
	uint8_t change; /* enum tl_session_change */
	uint8_t family; /* 0 IPv4, 1 IPv6; SIZE, SYNC and RESET only */
	uint32_t size;  /* SIZE */
};

/* A session of a collector with a peer. */
struct tl_session {
	unsigned collector;
	struct ipaddr addr;
	uint32_t asn;
	struct tl_session_entry *log;
	size_t log_n, log_cap;
};

enum tl_route {
	TL_UNKNOWN,
	TL_UP,     /* carried, from origin */
	TL_ABSENT, /* known not to be carried: withdrawn, or not in a RIB */
};

/* Sessions and groups of a timeline are numbered below this. */
#define TL_NUMBER_MAX (UINT32_C(1) << 24)
#define TL_NUMBER(n) ((n) & (TL_NUMBER_MAX - 1))

/* An origin: an ASN; or one of these; or, where is_set, an index in sets. */
#define TL_ORIGIN_NONE 0u /* no origin known */
#define TL_ORIGIN_ASSUMED                                                      \
	0xffffffffu /* whoever is watched: a peer whose                        \
		       first word was a withdrawal */

/* Kept small, for there may be one for every route of a table. */
struct tl_entry {
	usec_t time;
	uint32_t origin; /* UP: the origin; ABSENT: 1 + the index in paths of
			    the path it had before, or 0 */
	unsigned int session : 24; /* or an index in groups if is_group */
	unsigned int state : 2;    /* enum tl_route */
	unsigned int is_set : 1;
	unsigned int is_group : 1; /* the same of several sessions */
};

/* Since when half of its peers held the prefix from origin, as RIBs tell. */
struct tl_originated {
	uint32_t origin;
	uint32_t second; /* Unix time */
};

struct tl_prefix {
	struct prefix prefix;
	uint32_t log_n, log_cap;
	uint32_t originated_n, originated_cap;
	struct tl_entry *log;
	struct tl_originated *originated; /* one for each origin RIBs tell */
};

/*
 * Runs of numbers that occur again and again, each kept once: numbered in the
 * order of their arrival.
 */
struct tl_runs {
	uint32_t *numbers; /* of all runs */
	size_t number_n, number_cap;
	struct tl_run {
		size_t first;
		uint32_t n, hash;
	} * v;
	size_t n, cap;
	uint32_t *slots; /* index + 1 in v; 0: empty */
	size_t slot_n;   /* power of two, or 0 */
};

struct tl_gap {
	usec_t start, end;
	enum gap_reason reason;
};

struct tl_collector {
	bool has_rib[2]; /* a whole RIB of the family is in the data */
	uint64_t session_resets;
	uint64_t rib_mismatches;
	uint64_t stale_sessions; /* silences taken for a dead session */
	struct tl_gap *gaps;
	size_t gap_n, gap_cap;
};

/*
 * An AS, or some prefixes of an AS; or a prefix whoever originates it; or a
 * country: the prefixes in its space whoever originates them, and those that
 * its ASes originate elsewhere.
 */
struct tl_watch {
	const struct delegated_country *country; /* borrowed; or NULL */
	bool by_prefix;
	uint32_t asn;         /* !by_prefix, no country */
	struct prefix prefix; /* by_prefix */
};

struct timeline {
	usec_t start, end; /* first and last moment of the data, half-open */
	struct tl_watch *watches;
	size_t watch_n, watch_cap;
	struct tl_session *sessions;
	size_t session_n, session_cap;
	struct tl_prefix *prefixes;
	size_t prefix_n, prefix_cap;
	/* Several origins of one prefix at one session, by AS_SETs or ADD-PATH:
	   ASNs, ascending. */
	struct tl_runs sets;
	struct tl_runs groups; /* sessions, ascending */
	/* Ends of AS paths: is_set (0, 1), origin, then the hops before it,
	   nearest first, if they were asked for (EVENT_HOPS_MAX). */
	struct tl_runs paths;
	struct tl_collector *collectors; /* as many as the archive has */
	size_t collector_n;
	/*
	 * Without a RIB, what sessions say of a prefix before it is watched may
	 * tell what they carried at first.  That is remembered up to a limit:
	 * how often it was forgotten.  Not 0: what follows may be less exact
	 * than the data; to replay all again with state_params.watched helps.
	 */
	uint64_t first_words_forgotten;
};

void timeline_free(struct timeline *t);

/* Whether an entry is about a session. */
bool timeline_concerns(
    const struct timeline *t, const struct tl_entry *e, uint32_t session);

/* The numbers of run i, which is there, and how many. */
static inline const uint32_t *
timeline_run(const struct tl_runs *r, size_t i, uint32_t *n)
{
	*n = r->v[i].n;
	return &r->numbers[r->v[i].first];
}

/*
 * Since when a prefix (index) was held, at the earliest a RIB tells: from
 * origin, or from any if it is TL_ORIGIN_NONE.  USEC_NONE: no RIB tells.
 */
usec_t timeline_originated(
    const struct timeline *t, size_t prefix, uint32_t origin);

/* Full-feed sessions of a collector's last known tables, for coverage. */
unsigned timeline_peers(const struct timeline *t, unsigned collector);
unsigned timeline_full_feeds(const struct timeline *t, unsigned collector,
    unsigned family, double full_feed);

#endif
