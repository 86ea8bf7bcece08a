/*
 * The outer shape of BGP messages: the header, and the three parts of an
 * UPDATE.  Lengths are checked against the bytes present before anything is
 * split off.  A message known to be cut off is split as far as it goes; in a
 * whole one a length past the end means that no part can be told from another.
 */
#include "blackout/bgp.h"

#include "bgp_priv.h"

#define MARKER_LEN 16u
#define HEADER_LEN 19u

enum blk_status
bgp_header_read(struct cursor msg, enum bgp_msg_type *type, struct cursor *body,
    bool *truncated)
{
	unsigned msg_type;
	size_t len, body_len;

	cur_skip(&msg, MARKER_LEN);
	len = cur_be16(&msg);
	msg_type = cur_u8(&msg);
	if (!cur_ok(&msg))
		return BLK_ETRUNC;
	if (len < HEADER_LEN)
		return BLK_EBAD;

	body_len = len - HEADER_LEN;
	*truncated = body_len > cur_left(&msg);
	if (*truncated)
		body_len = cur_left(&msg);
	*body = cur_sub(&msg, body_len);
	*type = (enum bgp_msg_type)msg_type;
	return BLK_OK;
}

/*
 * Take a part that a 2-byte length announces.  If the message ends before it
 * does, *short_of is set and the part is what is there.
 */
static struct cursor
take_part(struct cursor *body, bool *short_of)
{
	size_t len = cur_be16(body);

	*short_of = !cur_ok(body) || len > cur_left(body);
	if (*short_of)
		return cur_ok(body) ? bgp_rest(body) : cur_from(NULL, 0);
	return cur_sub(body, len);
}

enum blk_status
bgp_update_read(
    struct cursor body, const struct bgp_options *opt, struct bgp_update *out)
{
	bool short_withdrawn, short_attrs;
	struct cursor withdrawn = take_part(&body, &short_withdrawn);
	struct cursor attrs = take_part(&body, &short_attrs);

	if ((short_withdrawn || short_attrs) && !opt->cut)
		return BLK_EBAD;

	out->truncated = opt->cut;
	out->withdrawn = withdrawn;
	out->nlri = cur_ok(&body) ? bgp_rest(&body) : cur_from(NULL, 0);
	bgp_attrs_read(attrs, opt, &out->attrs);
	if (short_attrs)
		out->attrs.truncated = true;
	return BLK_OK;
}
