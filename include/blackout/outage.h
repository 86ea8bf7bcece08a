#ifndef BLACKOUT_OUTAGE_H
#define BLACKOUT_OUTAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "blackout/prefix.h"
#include "blackout/status.h"
#include "blackout/timeline.h"

/*
 * From timelines to outage windows: pure code without input, output or clock.
 *
 * A window [start, end) has bounds that are known as intervals: start is the
 * first moment known to be down, start_earliest the last second known to be
 * up; end is the first moment known to be up again, end_earliest the last
 * second known to be down.
 */

enum outage_weight {
	OUTAGE_BY_PREFIXES,
	OUTAGE_BY_ADDRESSES, /* union of address space, IPv4 in /24s and IPv6
				in /48s */
};

struct outage_params {
	double visibility;   /* a prefix is down below this share of voters */
	double loss;         /* an AS is out from this share of prefixes on */
	double full_feed;    /* of the largest table, to have a vote */
	unsigned min_peers;  /* voting ASNs for a verdict */
	usec_t min_duration; /* shorter windows are counted, not listed */
	usec_t merge_gap;    /* windows closer than this are joined */
	usec_t retire;       /* 0: never */
	enum outage_weight weight;
	usec_t start, end; /* report windows that touch [start, end); or
			      USEC_NONE */
	bool eventful; /* leave out entities of which nothing is to be told */
};

/* The defaults of every parameter. */
struct outage_params outage_params_default(void);

enum outage_kind {
	OUTAGE_WITHDRAWN,
	OUTAGE_MOVED,   /* the quorum carries it from another origin */
	OUTAGE_COVERED, /* the AS holds its space by other prefixes */
};
const char *outage_kind_name(enum outage_kind kind);

/* A stretch [start, end) of one prefix below the quorum, of one kind. */
struct outage_prefix {
	struct prefix prefix;
	enum outage_kind kind;
	usec_t start, end; /* end is USEC_NONE while ongoing */
	double visibility_min;
	uint32_t moved_to; /* MOVED: the origin that most carry; else 0 */
};

/* A stretch [start, end); end is USEC_NONE while ongoing. */
struct outage_span {
	usec_t start, end;
	usec_t duration; /* to the end of what is known, if ongoing */
};

struct outage_window {
	usec_t start;
	usec_t end;            /* USEC_NONE: ongoing at the end of the data */
	usec_t duration;       /* to end_earliest + 1 s, if ongoing */
	usec_t start_earliest; /* USEC_NONE: not known (!start_known) */
	usec_t end_earliest;
	bool start_known;              /* false: the data open inside it */
	usec_t unknown;                /* time inside it without a verdict */
	double loss;                   /* the largest share lost */
	unsigned prefixes_lost;        /* the largest number lost at a time */
	unsigned prefixes_total;       /* of the baseline, at most */
	struct outage_span *blackouts; /* everything lost */
	size_t blackout_n;
	unsigned voting;         /* ASNs, at most */
	unsigned still_carrying; /* ASNs that carry one of them throughout */
	struct ipaddr *stuck;    /* their peers, sorted */
	size_t stuck_n;
	struct outage_prefix *prefixes; /* by start, prefix */
	size_t prefix_n;
	unsigned *collectors; /* indices whose peers voted, sorted */
	size_t collector_n;
	size_t event; /* id of the event that it is part of, or 0 */
};

/* One family of an AS that was wholly or mostly lost while others may live. */
struct outage_family {
	enum afi afi;
	unsigned prefix_n;             /* of the baseline */
	struct outage_span *blackouts; /* at least the share loss was lost */
	size_t blackout_n;
};

/* One watched entity: see struct tl_watch. */
struct outage_as {
	size_t entity; /* its number among all that were judged: curve.h */
	const struct delegated_country *country; /* borrowed; or NULL */
	uint32_t asn; /* of the AS; of a prefix: the usual origin, or 0 */
	bool by_prefix;
	struct prefix prefix;    /* by_prefix */
	struct prefix *baseline; /* sorted */
	size_t baseline_n;
	double availability;     /* 0..1; 1 where nothing was ever seen */
	bool seen;               /* it was visible at some time */
	usec_t first_visible;    /* USEC_NONE if !seen */
	unsigned filtered_short; /* windows below min_duration */
	unsigned voting_max;     /* most voting ASNs at any time */
	bool verdict;            /* at some time there were min_peers voters */
	struct outage_span *known; /* stretches with a verdict on it: up or
				      out; what lies between is not known */
	size_t known_n;
	struct outage_window *windows; /* by start */
	size_t window_n;
	struct outage_family families[2]; /* IPv4, IPv6; prefix_n may be 0 */
	struct outage_prefix *partial;    /* not lost, or outside any window */
	size_t partial_n;
};

/* A window of an entity, by their indices. */
struct outage_row {
	size_t as, window;
};

enum outage_sort {
	OUTAGE_SORT_ASN,  /* by entity, as in outage_result; then by start */
	OUTAGE_SORT_SIZE, /* most prefixes lost first; the longest of equals */
	OUTAGE_SORT_START,
	OUTAGE_SORT_DURATION, /* longest first */
};
/* "asn", "size" and so on.  BLK_EUSAGE: it is none, *out is unchanged. */
enum blk_status outage_sort_parse(const char *name, enum outage_sort *out);
const char *outage_sort_name(enum outage_sort sort);

/* So many ASes at least make an event. */
#define OUTAGE_EVENT_ASES 5u

/*
 * Many ASes that went down within two minutes, more than chance brings:
 * windows of ASes whose start is known as well as that.  Of upstreams it is
 * known only if hops were told (feed_options).
 */
struct outage_event {
	size_t id;          /* from 1, by start */
	usec_t start, last; /* the first and the last window of them begins */
	usec_t end; /* at least half of them were back; USEC_NONE: not yet */
	usec_t duration; /* to end, or to the end of the data */
	uint32_t *asns;  /* sorted */
	size_t asn_n;
	/* The AS nearest before the origins that stood in half of the paths
	   that peers lost, of each of them; 0: there is none. */
	uint32_t upstream;
	unsigned prefixes_lost, prefixes_total; /* of their windows */
};

struct outage_result {
	/* Countries by name, then ASes by number, then prefixes. */
	struct outage_as *ases;
	size_t as_n;
	/* All windows in the order in which they are to be told: the first
	   row_n of row_total. */
	struct outage_row *rows;
	size_t row_n, row_total;
	/* By start, or the largest first: see outage_arrange. */
	struct outage_event *events;
	size_t event_n;
	size_t quiet_n;      /* left out, for nothing is to be told of them */
	size_t quiet_seen_n; /* of these: with a verdict at some time */
};

/*
 * Judge every watched entity of t.  BLK_ENOMEM; on BLK_OK the caller owns
 * *out.
 */
enum blk_status outage_find(struct outage_result **out, struct timeline *t,
    const struct outage_params *params);
void outage_free(struct outage_result *r);

/*
 * Put the windows of r in another order, and tell only so many; limit 0: all.
 * Events come by start, or the largest first if windows do, always all.
 * outage_find leaves them in that of OUTAGE_SORT_ASN.  BLK_ENOMEM: they stay
 * as they are.
 */
enum blk_status outage_arrange(
    struct outage_result *r, enum outage_sort sort, size_t limit);

#endif
