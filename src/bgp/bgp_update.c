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

/* Split a message; false: it is no UPDATE, or its lengths do not fit. */
static inline bool
plain_parts(struct cursor msg, struct bgp_plain *out, struct cursor *attrs)
{
	unsigned type;
	size_t len;

	cur_skip(&msg, MARKER_LEN);
	len = cur_be16(&msg);
	type = cur_u8(&msg);
	if (type != BGP_UPDATE || len != HEADER_LEN + cur_left(&msg))
		return false;
	out->withdrawn = cur_sub(&msg, cur_be16(&msg));
	*attrs = cur_sub(&msg, cur_be16(&msg));
	out->nlri = msg;
	out->origin = 0;
	return cur_ok(&msg);
}

/*
 * Take the next attribute that says something of prefixes or of their origin,
 * and those before it.  False: there is none; or the block ends inside of one,
 * and fails.
 */
static inline bool
take_heeded(struct cursor *block, unsigned *type, struct cursor *value)
{
	static const bool heeded[UINT8_MAX + 1] = {
	    [BGP_ATTR_AS_PATH] = true,
	    [BGP_ATTR_AS4_PATH] = true,
	    [BGP_ATTR_MP_REACH_NLRI] = true,
	    [BGP_ATTR_MP_UNREACH_NLRI] = true,
	};

	while (cur_left(block) > 0 && bgp_attr_take(block, type, value))
		if (heeded[*type])
			return true;
	return false;
}

bool
bgp_plain_ipv4(struct cursor msg, bool as4, struct bgp_plain *out)
{
	struct cursor attrs, value;
	bool path = false;
	unsigned type;

	if (!plain_parts(msg, out, &attrs) ||
	    cur_left(&out->withdrawn) + cur_left(&out->nlri) == 0)
		return false;
	while (take_heeded(&attrs, &type, &value)) {
		if (type != BGP_ATTR_AS_PATH || path ||
		    bgp_sequence_end(value, as4 ? 4 : 2, &out->origin, 1) != 1)
			return false;
		path = true;
	}
	return cur_ok(&attrs) && (path || cur_left(&out->nlri) == 0);
}

/* RFC 2545, 3 */
#define NEXT_HOP_GLOBAL 16u
#define NEXT_HOP_WITH_LINK_LOCAL 32u

/*
 * RFC 4760, 3 and 4, of unicast IPv6.  *nlri is empty unless there was such an
 * attribute before.  False: there was, or it is of something else, or says
 * End-of-RIB.
 */
static bool
plain_mp(struct cursor value, bool reach, struct cursor *nlri)
{
	size_t next_hop_len;

	if (cur_be16(&value) != AFI_IPV6 || cur_u8(&value) != SAFI_UNICAST)
		return false;
	if (reach) {
		next_hop_len = cur_u8(&value);
		if (next_hop_len != NEXT_HOP_GLOBAL &&
		    next_hop_len != NEXT_HOP_WITH_LINK_LOCAL)
			return false;
		cur_skip(&value, next_hop_len);
		if (cur_u8(&value) != 0) /* reserved, or SNPAs */
			return false;
	}
	if (cur_left(nlri) > 0 || cur_left(&value) == 0)
		return false;
	*nlri = value;
	return true;
}

bool
bgp_plain_ipv6(struct cursor msg, bool as4, struct bgp_plain *out)
{
	struct cursor attrs, value;
	bool path = false, fits;
	unsigned type;

	if (!plain_parts(msg, out, &attrs) ||
	    cur_left(&out->withdrawn) + cur_left(&out->nlri) > 0)
		return false;
	while (take_heeded(&attrs, &type, &value)) {
		if (type == BGP_ATTR_MP_REACH_NLRI)
			fits = plain_mp(value, true, &out->nlri);
		else if (type == BGP_ATTR_MP_UNREACH_NLRI)
			fits = plain_mp(value, false, &out->withdrawn);
		else
			fits = type == BGP_ATTR_AS_PATH && !path &&
			    bgp_sequence_end(
				value, as4 ? 4 : 2, &out->origin, 1) == 1;
		if (!fits)
			return false;
		path |= type == BGP_ATTR_AS_PATH;
	}
	return cur_ok(&attrs) &&
	    (cur_left(&out->nlri) > 0 ? path : cur_left(&out->withdrawn) > 0);
}

/*
 * Take a part that a 2-byte length announces, or as much of it as is there;
 * *whole says which.
 */
static struct cursor
take_part(struct cursor *body, bool *whole)
{
	size_t len = cur_be16(body);

	*whole = cur_ok(body) && len <= cur_left(body);
	if (!*whole)
		return cur_ok(body) ? bgp_rest(body) : cur_empty();
	return cur_sub(body, len);
}

/* Split a body that ends before its parts do. */
static void
read_cut(
    struct cursor body, const struct bgp_options *opt, struct bgp_update *out)
{
	struct cursor attrs;
	bool whole;

	out->withdrawn = take_part(&body, &whole);
	attrs = take_part(&body, &whole);
	out->nlri = cur_empty();
	bgp_attrs_read(attrs, opt, &out->attrs);
	if (!whole)
		out->attrs.truncated = true;
}

enum blk_status
bgp_update_read(
    struct cursor body, const struct bgp_options *opt, struct bgp_update *out)
{
	struct cursor c = body;
	size_t withdrawn_len = cur_be16(&c);
	struct cursor withdrawn = cur_sub(&c, withdrawn_len);
	size_t attrs_len = cur_be16(&c);
	struct cursor attrs = cur_sub(&c, attrs_len);

	if (!cur_ok(&c) && !opt->cut)
		return BLK_EBAD;
	out->truncated = opt->cut;
	if (!cur_ok(&c)) {
		read_cut(body, opt, out);
		return BLK_OK;
	}
	out->withdrawn = withdrawn;
	out->nlri = bgp_rest(&c);
	bgp_attrs_read(attrs, opt, &out->attrs);
	return BLK_OK;
}
