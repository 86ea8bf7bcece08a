#ifndef MRT_PRIV_H
#define MRT_PRIV_H

#include "blackout/mrt.h"

/* What the files of mrt/ share with each other and with nobody else. */

/* Take the rest of c as a cursor of its own. */
static inline struct cursor
mrt_rest(struct cursor *c)
{
	return cur_sub(c, cur_left(c));
}

/* Fail c, so that loops over it end, and pass status on. */
static inline enum blk_status
mrt_fail(struct cursor *c, enum blk_status status)
{
	cur_fail(c);
	return status;
}

/*
 * Whether a record of this type and subtype exists and may be len bytes long.
 * The lengths are generous: BGP messages of 65,535 bytes (RFC 8654) fit.
 */
bool mrt_kind_plausible(unsigned type, unsigned subtype, uint32_t len);

/*
 * Whether the lengths inside rec agree with its own to the byte.  True only
 * for kinds of records that can be checked this way.
 */
bool mrt_contents_exact(const struct mrt_record *rec);

/* The same for a PEER_INDEX_TABLE. */
bool mrt_peer_table_exact(const struct mrt_record *rec);

#endif
