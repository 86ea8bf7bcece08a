#include "fuzz/walk.h"

/* An UPDATE: a byte of options, and the body; or a block of attributes. */

enum {
	OPT_AS4 = 0x01,
	OPT_ADDPATH = 0x02,
	OPT_RIB_FORM = 0x04,
	OPT_CUT = 0x08,
	OPT_BLOCK = 0x10, /* attributes alone, as in a table */
};

/* A block of NLRI read in one way: how many; what ended it. */
static size_t
read_nlri(struct cursor block, enum afi afi, bool addpath,
    enum blk_status *status, bool *two_defaults)
{
	struct bgp_nlri nlri;
	size_t left = cur_left(&block), n = 0;
	unsigned defaults = 0;

	while (
	    (*status = bgp_nlri_next(&block, afi, addpath, &nlri)) == BLK_OK) {
		const struct prefix *p = &nlri.prefix;
		struct prefix made;

		n++;
		LAW(cur_left(&block) < left, "each NLRI takes some bytes");
		left = cur_left(&block);
		LAW(p->afi == afi && p->len <= afi_bits(afi),
		    "NLRI are of their family");
		made = prefix_make(afi, p->bytes, p->len);
		LAW(memcmp(&made, p, sizeof(made)) == 0,
		    "bits beyond a prefix are 0");
		LAW(addpath || nlri.path_id == 0, "no identifier is made up");
		defaults += p->len == 0;
	}
	*two_defaults = defaults > 1;
	LAW(*status == BLK_END || *status == BLK_EBAD || *status == BLK_ETRUNC,
	    "a block of NLRI ends");
	return n;
}

static void
check_way(struct cursor block, enum afi afi, bool addpath, bool *sane)
{
	enum blk_status status;
	bool two_defaults;

	(void)read_nlri(block, afi, addpath, &status, &two_defaults);
	*sane = bgp_nlri_sane(block, afi, addpath);
	LAW(*sane == (status == BLK_END && (addpath || !two_defaults)),
	    "a sane block is one that can be read");
}

static void
check_nlri(struct cursor block, unsigned family, bool declared,
    struct bgp_nlri_habit *habit)
{
	const struct bgp_nlri_habit before = *habit;
	const enum afi afi = (enum afi)family;
	bool sane[2], addpath, chosen;

	if (family != AFI_IPV4 && family != AFI_IPV6)
		return;
	check_way(block, afi, false, &sane[0]);
	check_way(block, afi, true, &sane[1]);
	chosen = bgp_nlri_choose(habit, block, afi, declared, &addpath);
	LAW(chosen || (!sane[0] && !(declared && sane[1])),
	    "a way is chosen where there is one, but for large identifiers");
	LAW(!chosen || sane[addpath], "the way that is chosen can be read");
	LAW(habit->plain_n >= before.plain_n &&
		habit->addpath_n >= before.addpath_n,
	    "habits are not unlearnt");
	LAW(before.plain_n + before.addpath_n > 0 || !sane[declared] ||
		addpath == declared,
	    "of a new peer, what is declared and can be read is believed");
}

static void
check_mp(const struct bgp_attrs *a, const struct bgp_options *opt,
    const uint8_t *data, size_t size, struct bgp_nlri_habit *habit)
{
	struct bgp_mp mp;
	struct ipaddr hop;
	enum blk_status status = bgp_mp_reach(a, opt, &mp);

	LAW((status == BLK_END) == !bgp_attrs_has(a, BGP_ATTR_MP_REACH_NLRI),
	    "MP_REACH_NLRI is there or not");
	if (status == BLK_OK) {
		fuzz_inside(mp.nlri, data, size);
		fuzz_inside(mp.next_hop, data, size);
		LAW(!bgp_mp_next_hop(&mp, &hop) || afi_bits(hop.afi) > 0,
		    "a next hop has a family");
		LAW(mp.afi != 0 || opt->rib_form || cur_left(&mp.nlri) == 0 ||
			status == BLK_OK,
		    "the short form is for tables");
		check_nlri(mp.nlri, mp.afi, opt->addpath, habit);
	}
	status = bgp_mp_unreach(a, &mp);
	LAW((status == BLK_END) == !bgp_attrs_has(a, BGP_ATTR_MP_UNREACH_NLRI),
	    "MP_UNREACH_NLRI is there or not");
	if (status == BLK_OK) {
		fuzz_inside(mp.nlri, data, size);
		LAW(cur_left(&mp.next_hop) == 0, "withdrawals have no hop");
		check_nlri(mp.nlri, mp.afi, opt->addpath, habit);
	}
}

/* What is left of a message says a part of what all of it said. */
static void
check_cut(struct cursor whole, size_t n, struct bgp_options opt,
    const struct bgp_update *of_whole, const uint8_t *data, size_t size)
{
	struct bgp_update u;
	enum blk_status status;
	bool defaults;
	size_t some, all;

	opt.cut = false;
	status = bgp_update_read(cur_sub(&whole, n), &opt, &u);
	LAW(status == BLK_OK || status == BLK_EBAD, "an UPDATE is read or bad");
	opt.cut = true;
	whole = cur_from(data, size);
	LAW(bgp_update_read(cur_sub(&whole, n), &opt, &u) == BLK_OK &&
		u.truncated,
	    "what is known to be cut off is read");
	walk_check_attrs(&u.attrs, data, size);
	some =
	    read_nlri(u.withdrawn, AFI_IPV4, opt.addpath, &status, &defaults);
	all = read_nlri(
	    of_whole->withdrawn, AFI_IPV4, opt.addpath, &status, &defaults);
	LAW(some <= all, "a part of a message withdraws no more");
	some = read_nlri(u.nlri, AFI_IPV4, opt.addpath, &status, &defaults);
	all = read_nlri(
	    of_whole->nlri, AFI_IPV4, opt.addpath, &status, &defaults);
	LAW(some <= all, "a part of a message announces no more");
}

static void
check_update(const uint8_t *data, size_t size, const struct bgp_options *opt)
{
	struct bgp_nlri_habit habit = {0};
	struct bgp_update u;
	enum blk_status status = bgp_update_read(cur_from(data, size), opt, &u);

	LAW(status == BLK_OK || (status == BLK_EBAD && !opt->cut),
	    "an UPDATE is read or bad");
	if (status != BLK_OK)
		return;
	LAW(u.truncated == opt->cut, "only cut ones are truncated");
	fuzz_inside(u.withdrawn, data, size);
	fuzz_inside(u.nlri, data, size);
	walk_check_attrs(&u.attrs, data, size);
	check_nlri(u.withdrawn, AFI_IPV4, opt->addpath, &habit);
	check_nlri(u.nlri, AFI_IPV4, opt->addpath, &habit);
	check_mp(&u.attrs, opt, data, size, &habit);
	if (size > 0)
		check_cut(cur_from(data, size), fuzz_pick(data, size) % size,
		    *opt, &u, data, size);
}

/* The routes of IPv6 that attributes hold, or none. */
static struct cursor
ipv6_nlri(enum blk_status status, const struct bgp_mp *mp)
{
	return status == BLK_OK && mp->afi == AFI_IPV6 &&
		mp->safi == SAFI_UNICAST
	    ? mp->nlri
	    : cur_empty();
}

static bool
same_block(struct cursor a, struct cursor b)
{
	return cur_left(&a) == cur_left(&b) &&
	    (cur_left(&a) == 0 || a.next == b.next);
}

/* What is told of a plain UPDATE, told the long way. */
static void
check_same(enum afi afi, const struct bgp_plain *p, const struct bgp_update *u,
    const struct bgp_options *opt)
{
	const struct bgp_attrs *a = &u->attrs;
	struct bgp_mp reach, unreach;
	const enum blk_status came = bgp_mp_reach(a, opt, &reach);
	const enum blk_status went = bgp_mp_unreach(a, &unreach);
	const bool ipv4 = cur_left(&u->withdrawn) + cur_left(&u->nlri) > 0;
	uint32_t asns[2];

	LAW(cur_left(&p->withdrawn) + cur_left(&p->nlri) > 0,
	    "a plain UPDATE has routes");
	LAW(!u->truncated && !a->truncated && !a->malformed,
	    "nothing is wrong with it");
	LAW(afi == AFI_IPV4 ? came == BLK_END && went == BLK_END : !ipv4,
	    "it has no routes of the other family");
	LAW(came >= 0 && went >= 0, "its attributes of IPv6 are sound");
	LAW(same_block(p->withdrawn,
		afi == AFI_IPV4 ? u->withdrawn : ipv6_nlri(went, &unreach)) &&
		same_block(p->nlri,
		    afi == AFI_IPV4 ? u->nlri : ipv6_nlri(came, &reach)),
	    "its blocks are those of the UPDATE");
	LAW(cur_left(&p->nlri) == 0 ||
		(bgp_origins(a, asns, 2) == 1 && asns[0] == p->origin),
	    "its origin is the origin");
}

/* With a header before the body. */
static void
check_plain(const uint8_t *data, size_t size, bool as4)
{
	static uint8_t msg[19 + UINT16_MAX];
	struct bgp_options opt = {.as4 = as4};
	const size_t len = 19 + size;
	enum bgp_msg_type type;
	struct bgp_update u;
	struct bgp_plain p, q;
	struct cursor body;
	bool ipv4, ipv6;

	if (len > UINT16_MAX)
		return;
	msg[16] = (uint8_t)(len >> 8);
	msg[17] = (uint8_t)len;
	msg[18] = BGP_UPDATE;
	if (size > 0)
		memcpy(msg + 19, data, size);
	ipv4 = bgp_plain_ipv4(cur_from(msg, len), as4, &p);
	ipv6 = bgp_plain_ipv6(cur_from(msg, len), as4, &q);
	LAW(!(ipv4 && ipv6), "a plain UPDATE is of one family");
	if (!ipv4 && !ipv6)
		return;
	if (ipv6)
		p = q;
	LAW(bgp_header_read(cur_from(msg, len), &type, &body, &opt.cut) ==
		    BLK_OK &&
		type == BGP_UPDATE && !opt.cut &&
		bgp_update_read(body, &opt, &u) == BLK_OK,
	    "a plain UPDATE is an UPDATE");
	fuzz_inside(p.withdrawn, msg, len);
	fuzz_inside(p.nlri, msg, len);
	check_same(ipv6 ? AFI_IPV6 : AFI_IPV4, &p, &u, &opt);
}

static void
check_header(const uint8_t *data, size_t size)
{
	enum bgp_msg_type type;
	struct cursor body;
	bool cut;

	if (bgp_header_read(cur_from(data, size), &type, &body, &cut) != BLK_OK)
		return;
	fuzz_inside(body, data, size);
	LAW(!cut || cur_left(&body) == size - 19, "a cut body is all there is");
}

/* The end of a path told without reading all is the one that all tells. */
static void
check_quick_origin(const struct bgp_attrs *a, struct cursor block)
{
	uint32_t quick[1 + BGP_HOPS_MAX], asns[2], hops[BGP_HOPS_MAX];
	unsigned n = bgp_end_of_as4(block, quick, 1 + BGP_HOPS_MAX);
	unsigned hop_n = bgp_hops(a, hops, BGP_HOPS_MAX);

	for (unsigned i = 1; i < hop_n; i++)
		LAW(hops[i] != hops[i - 1], "a hop is told once in a row");
	if (n == 0)
		return;
	LAW(bgp_origins(a, asns, 2) == 1 && asns[0] == quick[0],
	    "a quick origin is the origin");
	LAW(hop_n == n - 1 &&
		memcmp(quick + 1, hops, hop_n * sizeof(*hops)) == 0,
	    "quick hops are the hops");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bgp_options opt;
	struct bgp_nlri_habit habit = {0};
	struct bgp_attrs attrs;
	unsigned flags;

	if (size == 0 || size > 70000)
		return 0;
	flags = *data++;
	size--;
	opt = (struct bgp_options){.as4 = flags & OPT_AS4,
	    .addpath = flags & OPT_ADDPATH,
	    .rib_form = flags & OPT_RIB_FORM,
	    .cut = flags & OPT_CUT};
	check_header(data, size);
	if ((flags & OPT_BLOCK) == 0) {
		check_update(data, size, &opt);
		check_plain(data, size, opt.as4);
		return 0;
	}
	bgp_attrs_read(cur_from(data, size), &opt, &attrs);
	walk_check_attrs(&attrs, data, size);
	if (opt.as4)
		check_quick_origin(&attrs, cur_from(data, size));
	check_mp(&attrs, &opt, data, size, &habit);
	return 0;
}
