#ifndef BLACKOUT_FILTER_H
#define BLACKOUT_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "blackout/bgp.h"
#include "blackout/prefix.h"
#include "blackout/status.h"
#include "blackout/timefmt.h"

/*
 * Which routes, and which words of which peers, are wanted.
 *
 * Conditions of one kind form a list: what matches a negated one is refused;
 * of the others, if there are any, one must match.  All kinds must agree.  A
 * kind of which there is no condition refuses nothing.
 *
 * A filter is filled, settled once, and then only asked: any number of threads
 * may do that at once.  It is asked in steps, the cheap ones first, each as
 * soon as the caller knows what it needs; nothing is allocated then.
 */
struct filter;

/* BLK_ENOMEM. */
enum blk_status filter_new(struct filter **out);
void filter_free(struct filter *f);

/* --- conditions; each may say BLK_ENOMEM --- */

enum blk_status filter_add_collector(
    struct filter *f, const char *name, bool negated);
enum blk_status filter_add_peer_asn(
    struct filter *f, uint32_t asn, bool negated);
enum blk_status filter_add_peer_ip(
    struct filter *f, const struct ipaddr *addr, bool negated);

/* Both, or none: either family. */
void filter_add_family(struct filter *f, enum afi afi);
enum blk_status filter_add_prefix(
    struct filter *f, const struct prefix *p, bool negated);
/* Prefixes given also stand for those inside them, for those around them. */
void filter_widen_prefixes(
    struct filter *f, bool more_specific, bool less_specific);

/* [start, end); USEC_NONE: open on that side. */
void filter_set_span(struct filter *f, usec_t start, usec_t end);

/* What an element is: a word of a peer, or of the collector about it. */
enum filter_type {
	FILTER_ANNOUNCE,
	FILTER_WITHDRAW,
	FILTER_RIB,
	FILTER_STATE,
	FILTER_TYPE_N
};
void filter_add_type(struct filter *f, enum filter_type type, bool negated);
/* "announce", "A"; "rib", "B", "R" ...; in any case.  BLK_EUSAGE. */
enum blk_status filter_type_parse(const char *text, enum filter_type *out);

/* The origin, or one of them where it is an AS_SET. */
enum blk_status filter_add_origin(struct filter *f, uint32_t asn, bool negated);

#define FILTER_REGEX_MAX 1000u /* longest expression */
#define FILTER_ERROR_LEN 200u

/*
 * The text of the path (bgp_aspath_format) matches a POSIX extended regular
 * expression.  "_" in it, outside of brackets, stands for the start or the end
 * of the text or one of " ,{}()[]", as on Cisco's routers; "\1" counts
 * parentheses as written.  BLK_EUSAGE: error says why it is none, in words of
 * the C library; which may take very long, and much memory, where repetitions
 * stand around repetitions of "_", or for a hundred "_".
 */
enum blk_status filter_add_aspath(struct filter *f, const char *regex,
    bool negated, char error[FILTER_ERROR_LEN]);

/*
 * One of the route's communities (RFC 1997) is "65000:100", with "*" for
 * either half, or well known: "no-export"; or one of its large ones (RFC 8092)
 * is "65000:1:2", with "*" for any of the three.  BLK_EUSAGE.
 */
enum blk_status filter_add_community(
    struct filter *f, const char *text, bool negated);

/* No more conditions; to be called once, before anything is asked. */
enum blk_status filter_settle(struct filter *f);

/* --- questions: false refuses --- */

bool filter_collector(const struct filter *f, const char *name);
bool filter_peer(
    const struct filter *f, const struct ipaddr *addr, uint32_t asn);
bool filter_type(const struct filter *f, enum filter_type type);
bool filter_time(const struct filter *f, usec_t time);
bool filter_family(const struct filter *f, unsigned afi);
/* Family and prefix. */
bool filter_prefix(const struct filter *f, const struct prefix *p);
/* Origins, path and communities. */
bool filter_attrs(const struct filter *f, const struct bgp_attrs *a);

/* Whether filter_prefix, filter_attrs can refuse anything. */
bool filter_has_prefix(const struct filter *f);
bool filter_has_attrs(const struct filter *f);
/* Whether nothing but filter_collector can. */
bool filter_is_empty(const struct filter *f);

/* --- withdrawals --- */

/*
 * A withdrawal carries no attributes, so that filter_attrs cannot tell whether
 * it is wanted.  What tells is the route that it takes away: here stand all
 * routes that passed, of the peers of several collectors, until something
 * else replaces them.
 */
struct filter_passed;

/*
 * Routes kept at once, some 70 bytes each.  Further ones are forgotten and
 * counted: their withdrawals do not pass.
 */
#define FILTER_PASSED_MAX 4000000u

/* What tells a route from all others. */
struct filter_route {
	uint32_t peer; /* of filter_passed_peer */
	uint32_t path_id;
	struct prefix prefix;
	uint16_t kind; /* what else tells routes apart, as a SAFI does */
};

/* BLK_ENOMEM. */
enum blk_status filter_passed_new(struct filter_passed **out);
void filter_passed_free(struct filter_passed *p);

/* A number for a peer of a collector.  BLK_ENOMEM. */
enum blk_status filter_passed_peer(struct filter_passed *p, unsigned collector,
    const struct ipaddr *addr, uint32_t asn, uint32_t *out);

/* The peer has the route from now on, and it passed or not.  BLK_ENOMEM. */
enum blk_status filter_passed_note(
    struct filter_passed *p, const struct filter_route *r, bool passed);

/* The route is withdrawn: whether it was one that passed. */
bool filter_passed_take(struct filter_passed *p, const struct filter_route *r);

/* How many were forgotten. */
uint64_t filter_passed_forgotten(const struct filter_passed *p);

#endif
