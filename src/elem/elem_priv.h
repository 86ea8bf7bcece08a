#ifndef ELEM_PRIV_H
#define ELEM_PRIV_H

#include "blackout/elem.h"
#include "feed/damage.h"
#include "feed/peerset.h"
#include "feed/records.h"

/*
 * The insides of a file of elements, shared by elem_file.c (the file),
 * elem_message.c (updates and states) and elem_rib.c (tables).  A record is
 * begun, then gives its elements one by one into f->elem.
 */

/* NLRI of one message that are told alike. */
struct elem_block {
	struct cursor nlri;
	uint8_t type; /* enum elem_type */
	uint8_t afi, safi;
	bool addpath;
	bool mp; /* from MP_REACH_NLRI */
};

/* WITHDRAWN, MP_UNREACH_NLRI, NLRI, MP_REACH_NLRI: told in this order */
#define ELEM_BLOCKS_MAX 4u

struct elem_message {
	struct elem_block blocks[ELEM_BLOCKS_MAX];
	unsigned n, at;
	struct bgp_mp reach;
	struct bgp_update update;
	bool state; /* one element, which is f->elem already */
};

struct elem_rib {
	struct mrt_peer_table table;
	bool has_table;
	struct mrt_rib rib;
	struct cursor td1; /* entries of a TABLE_DUMP record */
	/* Of the entry at hand, not decoded before somebody asks. */
	struct cursor block;
	struct bgp_options opt;
	struct bgp_attrs attrs;
	bool decoded;
};

struct elem_file {
	struct records in;
	struct peerset peers;
	struct mrt_record rec; /* the one at hand */
	struct elem elem;
	struct elem_message msg;
	struct elem_rib rib;
	/* Takes the next element of rec; false: no more.  NULL: no record. */
	bool (*next)(struct elem_file *f);
	bool failed; /* out of memory, for good */
};

/* Count damage met in f->rec. */
void elem_damage(struct elem_file *f, enum damage_kind kind);

/* Begin f->rec, of type 5, 16 or 17. */
void elem_message_begin(struct elem_file *f);

/* Begin f->rec, of type 12 or 13. */
void elem_rib_begin(struct elem_file *f);

/* The attributes of the entry at hand. */
const struct bgp_attrs *elem_rib_attrs(struct elem_file *f);
void elem_rib_fini(struct elem_rib *r);

#endif
