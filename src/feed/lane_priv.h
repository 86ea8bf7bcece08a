#ifndef LANE_PRIV_H
#define LANE_PRIV_H

#include "blackout/bgp.h"
#include "blackout/mrt.h"
#include "feed/lane.h"
#include "feed/peerset.h"
#include "feed/records.h"

/*
 * The insides of a lane, shared by lane.c (the file), lane_message.c (updates
 * and states) and lane_rib.c (tables).
 */

#define LANE_LOCALS_MAX 64u
#define LANE_HEADS_BITS 8u
#define LANE_HEADS (1u << LANE_HEADS_BITS)
#define LANE_HEADS_NEAR 4u

/* How often a peer stands in the open RIB, and in which prefix last. */
struct lane_count {
	uint32_t n[2]; /* IPv4, IPv6 */
	uint32_t serial;
};

struct lane_rib {
	struct mrt_peer_table table;
	bool has_table;
	uint32_t *peers; /* lane's number of each peer of table, once asked */
	size_t peer_cap;
	usec_t table_time; /* of the table that began it */
	usec_t last_time;  /* of its last record */
	bool pending;      /* a table was read, but no route of it yet */
	bool open;         /* EVENT_RIB_BEGIN was given */
	bool dropped;      /* it goes back in time: pass over it */
	bool complete;
	bool has_prefix;           /* an EVENT_RIB_PREFIX is being filled */
	struct event_batch *batch; /* which holds it, as its last event */
	struct prefix prefix;
	uint32_t serial;           /* of prefix */
	struct lane_count *counts; /* by peer of the lane */
	size_t count_n, count_cap;
};

/* What stands before messages tells whose they are, and repeats itself. */
struct lane_head {
	uint8_t len; /* of bytes; 0: none is known */
	uint8_t bytes[MRT_HEAD_MAX];
	bool as4, addpath; /* as in struct mrt_message */
	uint16_t subtype;
	uint32_t peer;
};

struct lane {
	struct records in;
	struct reorder order;
	struct peerset peers;
	struct lane_head
	    heads[LANE_HEADS]; /* each near its place, or forgotten */
	size_t peers_told;
	struct lane_facts facts;
	struct lane_rib rib;
	struct ipaddr locals[LANE_LOCALS_MAX]; /* the collector's addresses */
	size_t local_n;
	struct lane_doubt *doubts; /* by peer; [doubt_told, doubt_n) untold */
	size_t doubt_told, doubt_n, doubt_cap;
	struct lane_hole *holes; /* not yet told */
	size_t hole_n, hole_cap;
	struct feed_kind *kinds;
	size_t kind_n, kind_cap;
	struct feed_kind *kind; /* of the last record, in kinds */
	usec_t last_time; /* of the last sound record, no stray; or USEC_NONE */
	struct lane_options opt;
	bool picky;        /* its filter asks for attributes */
	bool plain;        /* nothing but routes and origins is asked for */
	bool hole_open;    /* bytes were lost since that record */
	bool hole_was_rib; /* ... in the midst of a RIB */
};

/* Count damage met in rec. */
enum blk_status lane_count_damage(
    struct lane *l, enum damage_kind kind, const struct mrt_record *rec);

/* What was known of the collector is lost for [from, until). */
enum blk_status lane_add_hole(struct lane *l, usec_t from, usec_t until);

/* A record of type 5, 16 or 17.  BLK_ENOMEM. */
enum blk_status lane_message_read(struct lane *l, const struct mrt_record *rec);

/* A record of type 12 or 13.  BLK_ENOMEM. */
enum blk_status lane_rib_read(struct lane *l, const struct mrt_record *rec);

/* Something else follows: end the RIB, if one is open. */
enum blk_status lane_rib_close(struct lane *l);

/* A damage concerns the RIB that is being read. */
void lane_rib_spoil(struct lane *l);

/* What is known by now of a peer that only states have named. */
void lane_message_settle(const struct lane *l, struct lane_doubt *d);

static inline bool
lane_rib_active(const struct lane *l)
{
	return l->rib.open || l->rib.pending || l->rib.dropped;
}

void lane_rib_fini(struct lane *l);

/* The end of an AS path: its distinct origins, then hops if asked for. */
#define LANE_ORIGINS_MAX 64u
struct lane_path_end {
	uint32_t asns[LANE_ORIGINS_MAX + EVENT_HOPS_MAX];
	uint8_t origin_n, hop_n;
};

/* That of an attribute block, where a path is anything but one sequence, or
   hops are asked for. */
void lane_path_end_walk(const struct lane *l, const struct bgp_attrs *attrs,
    struct lane_path_end *out);

/* That of an attribute block. */
static inline void
lane_path_end_read(const struct lane *l, const struct bgp_attrs *attrs,
    struct lane_path_end *out)
{
	if (l->opt.hops || !bgp_origin_is_last(attrs)) {
		lane_path_end_walk(l, attrs, out);
		return;
	}
	out->asns[0] = attrs->last;
	out->origin_n = 1;
	out->hop_n = 0;
}

#endif
