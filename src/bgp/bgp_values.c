/*
 * The values of single attributes.  Their lengths are fixed, so each is checked
 * against its length; which lengths there are stands in one table.
 */
#include "blackout/bgp.h"

/* By type: the two lengths its value may have, or what it is a multiple of. */
static const struct length {
	uint8_t len, other_len;
	uint8_t unit;
} lengths[] = {
    [BGP_ATTR_ORIGIN] = {.len = 1, .other_len = 1},
    [BGP_ATTR_NEXT_HOP] = {.len = 4, .other_len = 4},
    [BGP_ATTR_MULTI_EXIT_DISC] = {.len = 4, .other_len = 4},
    [BGP_ATTR_LOCAL_PREF] = {.len = 4, .other_len = 4},
    [BGP_ATTR_ATOMIC_AGGREGATE] = {.len = 0, .other_len = 0},
    [BGP_ATTR_AGGREGATOR] = {.len = 6, .other_len = 8},
    [BGP_ATTR_COMMUNITIES] = {.unit = 4},
    [BGP_ATTR_AS4_AGGREGATOR] = {.len = 8, .other_len = 8},
    [BGP_ATTR_LARGE_COMMUNITIES] = {.unit = 12},
};

#define BIT(type) (UINT64_C(1) << (type))

/* The types that stand in the table. */
#define LENGTHS_KNOWN                                                          \
	(BIT(BGP_ATTR_ORIGIN) | BIT(BGP_ATTR_NEXT_HOP) |                       \
	    BIT(BGP_ATTR_MULTI_EXIT_DISC) | BIT(BGP_ATTR_LOCAL_PREF) |         \
	    BIT(BGP_ATTR_ATOMIC_AGGREGATE) | BIT(BGP_ATTR_AGGREGATOR) |        \
	    BIT(BGP_ATTR_COMMUNITIES) | BIT(BGP_ATTR_AS4_AGGREGATOR) |         \
	    BIT(BGP_ATTR_LARGE_COMMUNITIES))

static inline bool
length_fits(const struct length *l, size_t len)
{
	if (l->unit > 0)
		return len % l->unit == 0;
	return len == l->len || len == l->other_len;
}

bool
bgp_attrs_sound(const struct bgp_attrs *a)
{
	uint64_t left = a->present & LENGTHS_KNOWN;

	if (a->truncated || a->malformed)
		return false;
	for (unsigned type = 1; (left >> type) > 0; type++) {
		if ((left >> type & 1) != 0 &&
		    !length_fits(&lengths[type], cur_left(&a->value[type])))
			return false;
	}
	return true;
}

/* The value of a type, if it is len bytes long. */
static enum blk_status
value_of(const struct bgp_attrs *a, enum bgp_attr_type type, size_t len,
    struct cursor *out)
{
	if (!bgp_attrs_has(a, type))
		return BLK_END;
	*out = a->value[type];
	return cur_left(out) == len ? BLK_OK : BLK_EBAD;
}

enum blk_status
bgp_origin_read(const struct bgp_attrs *a, enum bgp_origin_code *out)
{
	struct cursor c;
	enum blk_status status = value_of(a, BGP_ATTR_ORIGIN, 1, &c);

	if (status != BLK_OK)
		return status;
	if (cur_peek(&c) > BGP_ORIGIN_INCOMPLETE)
		return BLK_EBAD;
	*out = (enum bgp_origin_code)cur_u8(&c);
	return BLK_OK;
}

enum blk_status
bgp_next_hop_read(const struct bgp_attrs *a, struct ipaddr *out)
{
	struct cursor c;
	enum blk_status status = value_of(a, BGP_ATTR_NEXT_HOP, 4, &c);

	if (status == BLK_OK)
		ipaddr_read(&c, AFI_IPV4, out);
	return status;
}

static enum blk_status
read_u32(const struct bgp_attrs *a, enum bgp_attr_type type, uint32_t *out)
{
	struct cursor c;
	enum blk_status status = value_of(a, type, 4, &c);

	if (status == BLK_OK)
		*out = cur_be32(&c);
	return status;
}

enum blk_status
bgp_med_read(const struct bgp_attrs *a, uint32_t *out)
{
	return read_u32(a, BGP_ATTR_MULTI_EXIT_DISC, out);
}

enum blk_status
bgp_local_pref_read(const struct bgp_attrs *a, uint32_t *out)
{
	return read_u32(a, BGP_ATTR_LOCAL_PREF, out);
}

enum blk_status
bgp_aggregator_read(const struct bgp_attrs *a, struct bgp_aggregator *out)
{
	struct cursor c, as4;
	uint32_t asn;

	if (!bgp_attrs_has(a, BGP_ATTR_AGGREGATOR))
		return BLK_END;
	c = a->value[BGP_ATTR_AGGREGATOR];
	if (cur_left(&c) != 6 && cur_left(&c) != 8)
		return BLK_EBAD;
	asn = cur_left(&c) == 8 ? cur_be32(&c) : cur_be16(&c);
	if (asn == BGP_AS_TRANS &&
	    cur_left(&a->value[BGP_ATTR_AGGREGATOR]) == 6 &&
	    value_of(a, BGP_ATTR_AS4_AGGREGATOR, 8, &as4) == BLK_OK) {
		c = as4;
		asn = cur_be32(&c);
	}
	out->asn = asn;
	ipaddr_read(&c, AFI_IPV4, &out->addr);
	return BLK_OK;
}

static struct cursor
value_or_nothing(const struct bgp_attrs *a, enum bgp_attr_type type)
{
	return bgp_attrs_has(a, type) ? a->value[type] : cur_from("", 0);
}

struct cursor
bgp_communities(const struct bgp_attrs *a)
{
	return value_or_nothing(a, BGP_ATTR_COMMUNITIES);
}

struct cursor
bgp_large_communities(const struct bgp_attrs *a)
{
	return value_or_nothing(a, BGP_ATTR_LARGE_COMMUNITIES);
}

bool
bgp_community_next(struct cursor *c, uint32_t *out)
{
	if (cur_left(c) < 4)
		return false;
	*out = cur_be32(c);
	return true;
}

bool
bgp_large_community_next(struct cursor *c, struct bgp_large_community *out)
{
	if (cur_left(c) < 12)
		return false;
	out->global = cur_be32(c);
	out->local1 = cur_be32(c);
	out->local2 = cur_be32(c);
	return true;
}

bool
bgp_mp_next_hop(const struct bgp_mp *mp, struct ipaddr *out)
{
	const size_t len = cur_left(&mp->next_hop);
	struct cursor c = mp->next_hop;

	if (len == 0)
		return false;
	/* a route distinguisher before it (RFC 4364, 4.3.2; RFC 4659, 3.2.1) */
	if (len == 12 || len == 24 || len == 48)
		cur_skip(&c, 8);
	ipaddr_read(&c, len <= 12 ? AFI_IPV4 : AFI_IPV6, out);
	return out->afi != AFI_NONE;
}
