/*
 * Path attributes.  A block is walked once and every attribute of interest is
 * remembered as a cursor over its value; nothing is decoded before somebody
 * asks for it, because most blocks are asked for their origin only.
 */
#include "blackout/bgp.h"

#include "bgp_priv.h"

/*
 * Archives hold 2-byte paths in records that promise 4-byte ones, and the
 * other way round.  The declared width wins wherever it fits.
 */
static void
settle_path_width(struct bgp_attrs *out)
{
	struct cursor path = out->value[BGP_ATTR_AS_PATH];

	out->sequence =
	    bgp_sequence_end(path, out->as4 ? 4 : 2, &out->last, 1) == 1;
	if (out->sequence || bgp_path_fits(path, out->as4 ? 4 : 2))
		return;
	if (bgp_path_fits(path, out->as4 ? 2 : 4))
		out->as4 = !out->as4;
	else
		out->malformed = true;
}

void
bgp_attrs_read(
    struct cursor block, const struct bgp_options *opt, struct bgp_attrs *out)
{
	uint64_t present = 0;

	while (cur_left(&block) > 0) {
		struct cursor value;
		unsigned type;

		if (!bgp_attr_take(&block, &type, &value))
			break;
		if (type > BGP_ATTR_MAX)
			type = BGP_ATTR_MAX;
		/* RFC 7606, 3 (g): the first of equals counts */
		if ((present >> type & 1) == 0) {
			present |= UINT64_C(1) << type;
			out->value[type] = value;
		}
	}
	out->present = present;
	out->as4 = opt->as4;
	out->malformed = false;
	out->sequence = false;
	out->truncated = !cur_ok(&block);
	if (bgp_attrs_has(out, BGP_ATTR_AS_PATH))
		settle_path_width(out);
}

unsigned
bgp_end_of_as4(struct cursor block, uint32_t *asns, unsigned cap)
{
	while (cur_left(&block) > 0) {
		struct cursor value;
		unsigned type;

		if (!bgp_attr_take(&block, &type, &value))
			return 0;
		if (type == BGP_ATTR_AS_PATH)
			return bgp_sequence_end(value, 4, asns, cap);
	}
	return 0;
}

/* Lengths of next hops in use: with a second address, a route distinguisher */
static bool
next_hop_len_known(size_t len)
{
	return len == 0 || len == 4 || len == 12 || len == 16 || len == 24 ||
	    len == 32 || len == 48;
}

/*
 * RFC 6396, 4.3.4 leaves only the next hop of MP_REACH_NLRI; RIPE RIS writes
 * the whole attribute instead.  The first byte tells: in the short form it is
 * the length of what follows, in the long one the upper half of an AFI, 0.
 */
static bool
is_abbreviated(struct cursor value)
{
	size_t len = cur_u8(&value);

	return cur_ok(&value) && len == cur_left(&value) &&
	    next_hop_len_known(len);
}

static enum blk_status
read_abbreviated(struct cursor value, struct bgp_mp *out)
{
	size_t len = cur_u8(&value);

	out->afi = AFI_NONE;
	out->safi = 0;
	out->next_hop = cur_sub(&value, len);
	out->nlri = cur_empty();
	return BLK_OK;
}

/*
 * The byte after the next hop counted SNPAs in RFC 2858; RFC 4760 made it
 * reserved, to be ignored.  So it is ignored, unless the NLRI make sense only
 * after n SNPAs were skipped (each a length in half bytes and its value).
 */
static struct cursor
skip_snpa(struct cursor rest, unsigned n, enum afi afi, bool addpath)
{
	struct cursor after = rest;

	if (n == 0 || bgp_nlri_sane(rest, afi, addpath))
		return rest;
	for (; n > 0 && cur_ok(&after); n--) {
		size_t half_bytes = cur_u8(&after);

		cur_skip(&after, (half_bytes + 1) / 2);
	}
	return cur_ok(&after) ? after : rest;
}

static enum blk_status
read_reach(
    struct cursor value, const struct bgp_options *opt, struct bgp_mp *out)
{
	uint16_t afi = cur_be16(&value);
	uint8_t safi = cur_u8(&value);
	size_t next_hop_len = cur_u8(&value);
	struct cursor next_hop = cur_sub(&value, next_hop_len);
	unsigned reserved = 0;

	if (!cur_ok(&value) || !next_hop_len_known(next_hop_len))
		return BLK_EBAD;
	/* Old GoBGP ends here: no reserved byte and no NLRI. */
	if (cur_left(&value) > 0)
		reserved = cur_u8(&value);
	value = bgp_rest(&value);

	out->afi = afi;
	out->safi = safi;
	out->next_hop = next_hop;
	out->nlri = skip_snpa(value, reserved, (enum afi)afi, opt->addpath);
	return BLK_OK;
}

enum blk_status
bgp_mp_reach(const struct bgp_attrs *a, const struct bgp_options *opt,
    struct bgp_mp *out)
{
	struct cursor value;

	if (!bgp_attrs_has(a, BGP_ATTR_MP_REACH_NLRI))
		return BLK_END;
	value = a->value[BGP_ATTR_MP_REACH_NLRI];
	if (opt->rib_form && is_abbreviated(value))
		return read_abbreviated(value, out);
	return read_reach(value, opt, out);
}

enum blk_status
bgp_mp_unreach(const struct bgp_attrs *a, struct bgp_mp *out)
{
	struct cursor value;
	uint16_t afi;
	uint8_t safi;

	if (!bgp_attrs_has(a, BGP_ATTR_MP_UNREACH_NLRI))
		return BLK_END;
	value = a->value[BGP_ATTR_MP_UNREACH_NLRI];
	afi = cur_be16(&value);
	safi = cur_u8(&value);
	if (!cur_ok(&value))
		return BLK_EBAD;

	out->afi = afi;
	out->safi = safi;
	out->next_hop = cur_empty();
	out->nlri = bgp_rest(&value);
	return BLK_OK;
}
