/*
 * TABLE_DUMP (RFC 6396, 4.2):
 *
 *     view 2, sequence 2
 *     prefix 4 or 16, its length 1, status 1, originated 4,
 *     peer address 4 or 16, peer AS 2, length of attributes 2, attributes
 *
 * One route a record, except that rrc00 in January 2000 repeated all but the
 * first line until the record was some 8 KB long.
 */
#include "mrt_priv.h"

/* Everything of an entry after the status byte. */
static bool
read_tail(struct cursor *c, enum afi peer_afi, struct mrt_td1_entry *out)
{
	size_t attr_len;

	out->originated = cur_be32(c);
	ipaddr_read(c, peer_afi, &out->peer);
	out->peer_as = cur_be16(c);
	attr_len = cur_be16(c);
	out->attrs = cur_sub(c, attr_len);
	return cur_ok(c);
}

/*
 * MRTd wrote IPv4 peers into records of IPv6 routes as 4 bytes; RFC 6396 has
 * 16.  The form that ends the record exactly wins, else the one of the RFC.
 */
static bool
read_tail6(struct cursor *c, struct mrt_td1_entry *out)
{
	struct cursor after = *c;

	if (read_tail(&after, AFI_IPV6, out) && cur_left(&after) == 0) {
		*c = after;
		return true;
	}
	after = *c;
	if (read_tail(&after, AFI_IPV4, out) && cur_left(&after) == 0) {
		*c = after;
		return true;
	}
	return read_tail(c, AFI_IPV6, out);
}

static uint16_t
read_sequence(const struct mrt_record *rec)
{
	struct cursor head = rec->body;

	cur_skip(&head, 2); /* view */
	return cur_be16(&head);
}

enum blk_status
mrt_td1_entry_next(
    const struct mrt_record *rec, struct cursor *c, struct mrt_td1_entry *out)
{
	struct mrt_td1_entry entry = {0};
	const uint8_t *addr;
	unsigned len;
	bool whole;

	if (rec->type != MRT_TABLE_DUMP || afi_bits(rec->subtype) == 0)
		return BLK_EUNSUP;
	if (c->next == rec->body.next)
		cur_skip(c, 4); /* view and sequence, once a record */
	else if (cur_left(c) == 0)
		return cur_ok(c) ? BLK_END : BLK_ETRUNC;

	addr = cur_bytes(c, afi_bits(rec->subtype) / 8);
	len = cur_u8(c);
	cur_skip(c, 1); /* status: always 1 */
	whole = rec->subtype == AFI_IPV6 ? read_tail6(c, &entry)
					 : read_tail(c, AFI_IPV4, &entry);
	if (!whole)
		return BLK_ETRUNC;
	if (len > afi_bits(rec->subtype))
		return mrt_fail(c, BLK_EBAD);

	entry.sequence = read_sequence(rec);
	entry.prefix = prefix_make((enum afi)rec->subtype, addr, len);
	*out = entry;
	return BLK_OK;
}
