#ifndef BLACKOUT_BGP_H
#define BLACKOUT_BGP_H

#include <stdbool.h>
#include <stdint.h>

#include "blackout/cursor.h"
#include "blackout/prefix.h"
#include "blackout/status.h"

/*
 * BGP-4 messages (RFC 4271) and their path attributes, decoded from bytes that
 * the caller lends.  Everything returned is a value or a cursor into those
 * bytes; nothing is allocated and no routing state is kept.
 */

enum bgp_msg_type {
	BGP_OPEN = 1,
	BGP_UPDATE = 2,
	BGP_NOTIFICATION = 3,
	BGP_KEEPALIVE = 4,
	BGP_ROUTE_REFRESH = 5,
};

enum bgp_attr_type {
	BGP_ATTR_ORIGIN = 1,
	BGP_ATTR_AS_PATH = 2,
	BGP_ATTR_NEXT_HOP = 3,
	BGP_ATTR_MULTI_EXIT_DISC = 4,
	BGP_ATTR_LOCAL_PREF = 5,
	BGP_ATTR_ATOMIC_AGGREGATE = 6,
	BGP_ATTR_AGGREGATOR = 7,
	BGP_ATTR_COMMUNITIES = 8,
	BGP_ATTR_MP_REACH_NLRI = 14,
	BGP_ATTR_MP_UNREACH_NLRI = 15,
	BGP_ATTR_AS4_PATH = 17,
	BGP_ATTR_AS4_AGGREGATOR = 18,
	BGP_ATTR_LARGE_COMMUNITIES = 32,
	BGP_ATTR_MAX = 33, /* types from here on are not told apart */
};

enum bgp_segment_type {
	BGP_AS_SET = 1,
	BGP_AS_SEQUENCE = 2,
	BGP_AS_CONFED_SEQUENCE = 3,
	BGP_AS_CONFED_SET = 4,
};

#define BGP_AS_TRANS 23456u
#define SAFI_UNICAST 1

/* How the bytes of a message are to be read; set by the record around it. */
struct bgp_options {
	bool as4;      /* AS_PATH and AGGREGATOR hold 4-byte AS numbers */
	bool addpath;  /* NLRI carry a path identifier (RFC 7911) */
	bool rib_form; /* attributes of a RIB entry: MP_REACH_NLRI may be the
			  abbreviated form of RFC 6396, 4.3.4 */
	bool cut;      /* the record holds less than the message says, as
			  bgp_header_read found */
};

/*
 * One path attribute block, walked once.  Attributes of interest are kept as
 * cursors over their values; present has bit n for type n, and bit
 * BGP_ATTR_MAX for any other.  The first of two equal types wins (RFC 7606, 3
 * g).  A value is only there where present says so: the others hold whatever
 * was in memory.
 */
struct bgp_attrs {
	uint64_t present;
	struct cursor value[BGP_ATTR_MAX + 1];
	bool as4;       /* the width in which AS_PATH is really written */
	bool truncated; /* the block ended inside an attribute */
	bool malformed; /* AS_PATH is no path, in either width */
	/* AS_PATH is a single AS_SEQUENCE, as most are, which ends with last.
	 */
	bool sequence;
	uint32_t last;
};

/* One UPDATE, split into its parts. */
struct bgp_update {
	struct cursor withdrawn; /* IPv4 NLRI (RFC 4271, 4.3) */
	struct cursor nlri;      /* IPv4 NLRI */
	struct bgp_attrs attrs;
	bool truncated; /* the message was cut off inside the record: the
			   cursors hold what is there, and the last NLRI of
			   the last one may be torn */
};

/* MP_REACH_NLRI or MP_UNREACH_NLRI (RFC 4760). */
struct bgp_mp {
	uint16_t afi;
	uint8_t safi;
	struct cursor next_hop; /* 0, 4, 16, 32 ... bytes; empty in UNREACH */
	struct cursor nlri;
};

struct bgp_nlri {
	uint32_t path_id; /* 0 where there is none */
	struct prefix prefix;
};

/*
 * Read the 19-byte header of a BGP message from msg: its type, and the body in
 * *body, bounded by the length field or, if the record holds less than the
 * message says, by what is there (*truncated).  BLK_EBAD if the length field is
 * below 19; BLK_ETRUNC if not even the header is there.  The marker is not
 * checked (archives hold odd ones).
 */
enum blk_status bgp_header_read(struct cursor msg, enum bgp_msg_type *type,
    struct cursor *body, bool *truncated);

/*
 * Split the body of an UPDATE.  A body that is known to be cut off (opt->cut)
 * yields what is there: BLK_OK with truncated set.  BLK_EBAD: a length field
 * of a whole body points past its end, so that nothing can be told (RFC 7606,
 * 3 a); out is unchanged.
 */
enum blk_status bgp_update_read(
    struct cursor body, const struct bgp_options *opt, struct bgp_update *out);

/*
 * An UPDATE whose routes are of one family, and whose path, if any, is one
 * AS_SEQUENCE.  Those of IPv6 are unicast and lie in MP_UNREACH_NLRI and
 * MP_REACH_NLRI.
 */
struct bgp_plain {
	struct cursor withdrawn, nlri; /* not looked into; not both are empty */
	uint32_t origin; /* 0: without a path, which withdrawals may lack */
};

/*
 * Read a message, header and all, that is such an UPDATE, as most are; for
 * whoever asks for its routes and their origin and nothing else.  as4: its AS
 * numbers are 4 bytes wide.  False: it is none, or something about it is odd,
 * if only a next hop that is neither 16 nor 32 bytes long: see bgp_header_read,
 * bgp_update_read and bgp_mp_reach; *out is then of no use.
 */
bool bgp_plain_ipv4(struct cursor msg, bool as4, struct bgp_plain *out);
bool bgp_plain_ipv6(struct cursor msg, bool as4, struct bgp_plain *out);

/*
 * Walk an attribute block.  Never fails: damage is in truncated / malformed,
 * and what was read before it is kept.  If AS_PATH does not fit the declared
 * width but fits the other one exactly, that one is used (out->as4).
 */
void bgp_attrs_read(
    struct cursor block, const struct bgp_options *opt, struct bgp_attrs *out);

static inline bool
bgp_attrs_has(const struct bgp_attrs *a, enum bgp_attr_type type)
{
	return (a->present >> type & 1) != 0;
}

/*
 * Split MP_REACH_NLRI of a message (opt->rib_form: also the abbreviated form;
 * then afi is 0 and nlri is empty).  BLK_END if there is none; BLK_EBAD if its
 * lengths do not fit or its next hop has a length that no next hop has.
 */
enum blk_status bgp_mp_reach(const struct bgp_attrs *a,
    const struct bgp_options *opt, struct bgp_mp *out);

/* Split MP_UNREACH_NLRI.  BLK_END if there is none; BLK_EBAD. */
enum blk_status bgp_mp_unreach(const struct bgp_attrs *a, struct bgp_mp *out);

/*
 * The address of the next hop: the global one where there are two, and what
 * follows a route distinguisher.  False: there is none.
 */
bool bgp_mp_next_hop(const struct bgp_mp *mp, struct ipaddr *out);

/*
 * Take the next NLRI off block.  BLK_END: no more.  BLK_EBAD: a length that no
 * prefix of afi has; BLK_ETRUNC: the block ends inside an NLRI; block has then
 * failed.  Bits beyond the prefix length are cleared.
 */
enum blk_status bgp_nlri_next(
    struct cursor *block, enum afi afi, bool addpath, struct bgp_nlri *out);

/*
 * Whether every NLRI of block can be read in the given way, to the last byte,
 * and makes sense: without path identifiers, a second default route does not,
 * being how path identifiers read.  Used to tell ADD-PATH NLRI in records
 * whose type denies it.
 */
bool bgp_nlri_sane(struct cursor block, enum afi afi, bool addpath);

/*
 * How a peer writes its NLRI, as far as its blocks have shown: how many of
 * them could be read in one way only.  Zero: nothing is known of it.
 */
struct bgp_nlri_habit {
	uint8_t plain_n, addpath_n;
};

/*
 * Tell in which way a block of NLRI is written (*addpath): as its record
 * declares, if that can be read and the peer has no other habit; else the other
 * way.  Routers have written path identifiers into records that deny them;
 * those of 2^24 and above are believed once a peer has the habit.
 * False: it can be read in neither way, as when its end is torn off; *addpath
 * is then what the peer does most.
 */
bool bgp_nlri_choose(struct bgp_nlri_habit *h, struct cursor block,
    enum afi afi, bool declared, bool *addpath);

/*
 * The AS path as one walk over segments: AS_PATH with AS4_PATH merged in as
 * RFC 6793, 4.2.3 says (only where AS_PATH is written in 2 bytes).
 */
struct bgp_aspath {
	struct cursor old;  /* AS_PATH */
	struct cursor new4; /* AS4_PATH, or empty */
	bool as4;           /* width of old */
	uint32_t keep;      /* hops of old before new4 takes over */
};

/* A run of hops of one segment.  asn: read with bgp_segment_asn. */
struct bgp_segment {
	uint8_t type;  /* enum bgp_segment_type */
	uint8_t width; /* 2 or 4 bytes a hop */
	struct cursor asns;
};

/*
 * Prepare the path of a.  BLK_END: there is no AS_PATH.  BLK_EBAD: its bytes
 * are no path in either width.
 */
enum blk_status bgp_aspath_read(
    const struct bgp_attrs *a, struct bgp_aspath *out);

/* The next segment of the merged path.  BLK_END: no more. */
enum blk_status bgp_aspath_next(
    struct bgp_aspath *path, struct bgp_segment *out);

/* Take the next ASN off a segment; 0 when cur_left(&seg->asns) is 0. */
uint32_t bgp_segment_asn(struct bgp_segment *seg);

/* Whether the only origin is a->last, as of most paths. */
static inline bool
bgp_origin_is_last(const struct bgp_attrs *a)
{
	return a->sequence && !bgp_attrs_has(a, BGP_ATTR_AS4_PATH);
}

/*
 * The origin: the last AS of the last segment that is no confederation
 * segment; all members, if it is an AS_SET.  Empty segments do not count.
 * Writes up to cap of them to asns and returns how many there are (0: none, or
 * the path cannot be read).
 */
unsigned bgp_origins_walk(
    const struct bgp_attrs *a, uint32_t *asns, unsigned cap);

static inline unsigned
bgp_origins(const struct bgp_attrs *a, uint32_t *asns, unsigned cap)
{
	if (!bgp_origin_is_last(a) || cap == 0)
		return bgp_origins_walk(a, asns, cap);
	asns[0] = a->last;
	return 1;
}

/*
 * The ASes before the origins, nearest first, each once where it stands several
 * times in a row: at most cap and BGP_HOPS_MAX.  AS_SETs that are not the end
 * of the path, and confederations, are passed over.  How many are there?
 */
#define BGP_HOPS_MAX 8u
unsigned bgp_hops(const struct bgp_attrs *a, uint32_t *asns, unsigned cap);

/*
 * Both of a block whose AS numbers are 4 bytes wide, without reading what
 * follows AS_PATH: the origin, then hops, together at most cap, which is not 0;
 * if the path is a single AS_SEQUENCE, as most are.  How many are there?
 * 0: bgp_attrs_read, bgp_origins and bgp_hops must tell.
 */
unsigned bgp_end_of_as4(struct cursor block, uint32_t *asns, unsigned cap);

#define BGP_ASPATH_STRLEN 8000u /* longest text of a path, with its NUL */

/*
 * The text of the path as bgpdump prints it: "1 2 {3,4}", a confederation's
 * sequence as "(1 2)", its set as "[3,4]".  What would not fit is cut off
 * behind a hop, and the text ends in "...".  "" where there is no path, or it
 * cannot be read.  Returns the length without the NUL.
 */
size_t bgp_aspath_format(
    const struct bgp_attrs *a, char buf[BGP_ASPATH_STRLEN]);

/*
 * The values of single attributes.  BLK_END: there is no such attribute;
 * BLK_EBAD: it has a length, or a value, that it cannot have.  *out is
 * unchanged in both cases.
 */
enum bgp_origin_code {
	BGP_ORIGIN_IGP = 0,
	BGP_ORIGIN_EGP = 1,
	BGP_ORIGIN_INCOMPLETE = 2,
};
enum blk_status bgp_origin_read(
    const struct bgp_attrs *a, enum bgp_origin_code *out);
/* NEXT_HOP, of classic IPv4 routes. */
enum blk_status bgp_next_hop_read(
    const struct bgp_attrs *a, struct ipaddr *out);
/* MULTI_EXIT_DISC, LOCAL_PREF */
enum blk_status bgp_med_read(const struct bgp_attrs *a, uint32_t *out);
enum blk_status bgp_local_pref_read(const struct bgp_attrs *a, uint32_t *out);

struct bgp_aggregator {
	uint32_t asn;
	struct ipaddr addr;
};

/*
 * AGGREGATOR, with AS4_AGGREGATOR in its place where it was written in 2 bytes
 * as AS_TRANS (RFC 6793, 4.2.3).  Its own length tells its width.
 */
enum blk_status bgp_aggregator_read(
    const struct bgp_attrs *a, struct bgp_aggregator *out);

/* Well-known communities (RFC 1997). */
#define BGP_NO_EXPORT 0xffffff01u
#define BGP_NO_ADVERTISE 0xffffff02u
#define BGP_NO_EXPORT_SUBCONFED 0xffffff03u

struct bgp_large_community {
	uint32_t global, local1, local2;
};

/* All communities (RFC 1997), large ones (RFC 8092); empty: there are none. */
struct cursor bgp_communities(const struct bgp_attrs *a);
struct cursor bgp_large_communities(const struct bgp_attrs *a);
/* Take the next one; false: no more.  A part of one at the end is no more. */
bool bgp_community_next(struct cursor *c, uint32_t *out);
bool bgp_large_community_next(
    struct cursor *c, struct bgp_large_community *out);

/*
 * Whether the block was whole, its path is one, and each attribute above has a
 * length that it can have.
 */
bool bgp_attrs_sound(const struct bgp_attrs *a);

#endif
