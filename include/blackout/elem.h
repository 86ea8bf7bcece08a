#ifndef BLACKOUT_ELEM_H
#define BLACKOUT_ELEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "blackout/bgp.h"
#include "blackout/feed.h"
#include "blackout/mrt.h"
#include "blackout/prefix.h"
#include "blackout/status.h"
#include "blackout/timefmt.h"

/*
 * Elements: what a file says, one route or one change of a session's state at
 * a time, in the order of the file and with everything it says of it.  What
 * cannot be read is told as damage, and nothing else is left out but the state
 * of no session at all that a stopping FRR writes: also routes of the
 * collector itself are elements, and those of multicast.
 */

enum elem_type {
	ELEM_ANNOUNCE,
	ELEM_WITHDRAW,
	ELEM_RIB,   /* a route in a table */
	ELEM_STATE, /* a change of a session's state: it has no prefix */
};

/* Subsequent address families that are read (RFC 4760; 3: RFC 2858). */
enum elem_safi {
	ELEM_UNICAST = 1,
	ELEM_MULTICAST = 2,
	ELEM_UNICAST_MULTICAST = 3,
};

struct elem {
	uint8_t type;       /* enum elem_type */
	uint8_t safi;       /* enum elem_safi */
	bool sent;          /* by the collector: the LOCAL subtypes */
	bool has_path_id;   /* ADD-PATH, whatever its record says */
	uint16_t mrt_type;  /* enum mrt_type of its record */
	uint16_t old_state; /* STATE: enum mrt_fsm_state */
	uint16_t new_state;
	uint32_t peer_as;
	uint32_t path_id;    /* 0 where there is none */
	uint32_t originated; /* RIB: Unix seconds */
	usec_t time;         /* of its record */
	struct ipaddr peer;  /* AFI_NONE where its record has no address */
	struct prefix prefix;
	/* Equal in elements of a file that follow each other and differ in
	   prefix and path_id only. */
	uint64_t group;
	struct elem_file *file; /* where it comes from */
};

/*
 * The path attributes of ANNOUNCE and RIB; NULL for others.  They are decoded
 * when first asked for, once for a group, and live as long as the element.
 */
const struct bgp_attrs *elem_attrs(const struct elem *e);

/*
 * The next hop: of an MP_REACH_NLRI that announced it, else NEXT_HOP.  False:
 * it is not known.
 */
bool elem_next_hop(const struct elem *e, struct ipaddr *out);

struct elem_file;

/*
 * Begin to read path ("-": standard input), with up to `threads` decoders as
 * source_open_threads has it.  A file that cannot be read has damage and no
 * elements.  BLK_ENOMEM.
 */
enum blk_status elem_file_open(
    struct elem_file **out, const char *path, unsigned threads);
void elem_file_close(struct elem_file *f);

/*
 * The next element, lent until the next call.  BLK_OK; BLK_END; BLK_ENOMEM.
 * Of a message that is damaged, what comes before the damage is told.
 */
enum blk_status elem_file_next(struct elem_file *f, const struct elem **out);

/* What was damaged so far; file is NULL in all of them. */
const struct damage *elem_file_damage(const struct elem_file *f, size_t *n);

/* Sound records read so far, and bytes taken from the file. */
uint64_t elem_file_records(const struct elem_file *f);
uint64_t elem_file_raw_bytes(const struct elem_file *f);

#endif
