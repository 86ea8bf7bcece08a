#ifndef BLACKOUT_INFO_H
#define BLACKOUT_INFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "blackout/archive.h"
#include "blackout/event.h"
#include "blackout/feed.h"
#include "blackout/status.h"

/*
 * What is in an archive, counted from its events: who spoke, how large their
 * tables are, what is missing.  As events come from the feed, order is
 * repaired and what stands in two files counts once.  What can be told of
 * bytes and records is told by the feed itself (feed_files, feed_collectors,
 * feed_damage).
 *
 * Arrays of two are by family: [0] IPv4, [1] IPv6.
 */

/* What a peer said, or all of a file, or all of a collector. */
struct info_words {
	uint64_t messages;     /* of BGP: UPDATEs, KEEPALIVEs ... */
	uint64_t announced[2]; /* prefixes in them */
	uint64_t withdrawn[2];
	uint64_t states; /* changes of a session's state */
	uint64_t ups;    /* of these, into Established */
	uint64_t downs;  /* out of it */
};

struct info_peer {
	unsigned collector; /* index in the archive */
	struct ipaddr addr;
	uint32_t asn;
	struct info_words words;
	/* Prefixes in the RIB that info_collector.tables tells of; 0 if it
	   does not list the peer. */
	uint32_t table[2];
	bool full_feed[2]; /* false where tables is not INFO_TABLES_WHOLE */
	/* Its first and its last sign of life: a message, a state change, or
	   routes in a RIB.  USEC_NONE: it is only named. */
	usec_t first, last;
};

/* The same index as in the archive. */
struct info_file {
	struct info_words words;
	uint32_t peer_n; /* peers it names */
};

/* A RIB with at least one route. */
struct info_rib {
	unsigned collector;
	unsigned file;
	usec_t time; /* of its beginning */
	bool whole;  /* no damage in it */
	uint32_t peer_n;
	/* Records of one prefix that lie apart count twice. */
	uint32_t prefix_n[2];
};

/* Where sizes of tables come from: the last RIB with that family. */
enum info_tables {
	INFO_TABLES_NONE,  /* there is none */
	INFO_TABLES_PART,  /* it is damaged, and so are all others */
	INFO_TABLES_WHOLE, /* the last one without damage */
};

struct info_gap {
	usec_t start, end;
	enum gap_reason reason;
};

struct info_collector {
	struct info_words words;
	uint32_t peer_n;
	enum info_tables tables[2];
	uint32_t largest[2]; /* of the tables */
	uint32_t full_feed_n[2];
	usec_t rib_cadence;    /* usual distance of RIBs; USEC_NONE: fewer than
				  three, or no rhythm */
	struct info_gap *gaps; /* in order of time */
	size_t gap_n, gap_cap;
};

struct info {
	struct info_collector *collectors; /* one per archive collector */
	size_t collector_n;
	struct info_file *files;
	size_t file_n;
	struct info_peer *peers; /* by collector, address, ASN */
	size_t peer_n;
	struct info_rib *ribs; /* by collector, time, file */
	size_t rib_n, rib_cap;
};

void info_free(struct info *info);

struct info_count;

/* A count for what a feed tells of the archive.  BLK_ENOMEM. */
enum blk_status info_count_new(
    struct info_count **out, const struct archive *a);
void info_count_free(struct info_count *c);

/* Count a stretch of events.  BLK_ENOMEM. */
enum blk_status info_count_apply(
    struct info_count *c, const struct feed_run *run);

/*
 * No more events: hand over what was counted, which the caller then owns; c
 * is of no more use.
 * full_feed: a table is that of a full feed if it has this share of the
 * largest one at any collector.  BLK_ENOMEM.
 */
enum blk_status info_count_finish(
    struct info_count *c, double full_feed, struct info **out);

#endif
