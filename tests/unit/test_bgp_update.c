#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above */
#include <cmocka.h>

#include "blackout/bgp.h"
#include "support/mrt_build.h"

static const struct bgp_options whole = {.as4 = true};
static const struct bgp_options cut = {.as4 = true, .cut = true};

static struct mrt_build b;

static int
clear(void **state)
{
	(void)state;
	b.len = 0;
	b.depth = 0;
	return 0;
}

static struct cursor
built(void)
{
	return cur_from(b.bytes, b.len);
}

/* The NLRI that can be read, and the status after them. */
static unsigned
count(struct cursor block, enum afi afi, bool addpath, enum blk_status *end)
{
	struct bgp_nlri nlri;
	unsigned n = 0;

	while ((*end = bgp_nlri_next(&block, afi, addpath, &nlri)) == BLK_OK)
		n++;
	assert_int_equal(cur_left(&block), 0);
	return n;
}

/* --- header --- */

static void
header_bounds_the_body(void **state)
{
	enum bgp_msg_type type;
	struct cursor body;
	bool is_cut;

	(void)state;
	mb_message(&b, BGP_NOTIFICATION);
	mb_u16(&b, 0x0602);
	mb_end(&b);
	mb_u32(&b, 0); /* beyond the message */
	assert_int_equal(
	    bgp_header_read(built(), &type, &body, &is_cut), BLK_OK);
	assert_int_equal(type, BGP_NOTIFICATION);
	assert_int_equal(cur_left(&body), 2);
	assert_false(is_cut);
}

static void
header_longer_than_record_is_cut(void **state)
{
	enum bgp_msg_type type;
	struct cursor body;
	bool is_cut;

	(void)state;
	mb_update(&b);
	mb_fill(&b, 0, 10);
	mb_end_lie(&b, 15);
	assert_int_equal(
	    bgp_header_read(built(), &type, &body, &is_cut), BLK_OK);
	assert_int_equal(cur_left(&body), 10);
	assert_true(is_cut);
}

static void
bad_headers(void **state)
{
	enum bgp_msg_type type;
	struct cursor body;
	bool is_cut;

	(void)state;
	mb_message(&b, BGP_KEEPALIVE);
	mb_end_lie(&b, -1);
	assert_int_equal(
	    bgp_header_read(built(), &type, &body, &is_cut), BLK_EBAD);
	b.len--;
	assert_int_equal(
	    bgp_header_read(built(), &type, &body, &is_cut), BLK_ETRUNC);
}

/* --- UPDATE --- */

/* The attributes come between; width is that of AS numbers in AS_PATH. */
static void
begin_plain(unsigned withdrawn_n, unsigned width)
{
	mb_update(&b);
	mb_len16(&b);
	for (; withdrawn_n > 0; withdrawn_n--)
		mb_nlri(&b, "\12\0\0", 24);
	mb_end(&b);
	mb_len16(&b);
	if (width == 0)
		return;
	mb_attr_short(&b, BGP_ATTR_ORIGIN);
	mb_u8(&b, 0);
	mb_end(&b);
	mb_attr(&b, BGP_ATTR_AS_PATH);
	mb_segment(&b, BGP_AS_SEQUENCE, width, MB_ASNS(7018, 15169));
	mb_end(&b);
	mb_attr_short(&b, BGP_ATTR_NEXT_HOP);
	mb_u32(&b, 1);
	mb_end(&b);
}

/* Whether it is plain, and says what it should say then. */
static bool
end_plain(unsigned withdrawn_n, unsigned announced_n, bool as4)
{
	struct bgp_plain p;

	mb_end(&b);
	for (unsigned i = 0; i < announced_n; i++)
		mb_nlri(&b, "\10\10\10", 24);
	mb_end(&b);
	if (!bgp_plain_ipv4(built(), as4, &p))
		return false;
	assert_int_equal(cur_left(&p.withdrawn), 4 * withdrawn_n);
	assert_int_equal(cur_left(&p.nlri), 4 * announced_n);
	if (withdrawn_n > 0)
		assert_memory_equal(p.withdrawn.next, "\30\12\0\0", 4);
	if (announced_n > 0) {
		assert_memory_equal(p.nlri.next, "\30\10\10\10", 4);
		assert_int_equal(p.origin, 15169);
	}
	return true;
}

/* UPDATEs of either family; width: of AS numbers, or 0 without a path. */
static const struct {
	unsigned withdrawn_n, announced_n, width;
	bool plain;
} rows[] = {
    {0, 1, 4, true},
    {0, 3, 2, true},
    {1, 1, 4, true},
    {2, 3, 2, true},
    {2, 0, 4, true},
    {2, 0, 0, true},
    /* no routes, or an End-of-RIB; routes without a path */
    {0, 0, 4, false},
    {0, 0, 0, false},
    {0, 1, 0, false},
    {1, 1, 0, false},
};

/* Whether one more attribute of that type makes a plain UPDATE none. */
static bool
is_odd(unsigned type)
{
	return type == BGP_ATTR_AS_PATH || type == BGP_ATTR_AS4_PATH ||
	    type == BGP_ATTR_MP_REACH_NLRI || type == BGP_ATTR_MP_UNREACH_NLRI;
}

static void
plain_updates(void **state)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		(void)clear(state);
		begin_plain(rows[i].withdrawn_n, rows[i].width);
		assert_int_equal(end_plain(rows[i].withdrawn_n,
				     rows[i].announced_n, rows[i].width != 2),
		    rows[i].plain);
	}
}

static void
attributes_that_make_it_less_plain(void **state)
{
	for (unsigned type = 0; type < 256; type++) {
		(void)clear(state);
		begin_plain(1, 4);
		mb_attr_short(&b, type);
		mb_segment(&b, BGP_AS_SEQUENCE, 4, MB_ASNS(1));
		mb_end(&b);
		assert_int_equal(end_plain(1, 1, true), !is_odd(type));
	}
}

static void
plain_updates_are_whole(void **state)
{
	for (int lie = -2; lie <= 2; lie++) {
		struct bgp_plain p;

		(void)clear(state);
		begin_plain(1, 4);
		mb_end(&b);
		mb_nlri(&b, "\10\10\10", 24);
		mb_end_lie(&b, lie);
		assert_int_equal(bgp_plain_ipv4(built(), true, &p), lie == 0);
		/* of paths in the other width, the other way tells */
		assert_false(bgp_plain_ipv4(built(), false, &p));
		for (size_t n = 0; lie == 0 && n < b.len; n++)
			assert_false(
			    bgp_plain_ipv4(cur_from(b.bytes, n), true, &p));
	}
}

/* A withdrawal whose attributes tell of no path, which it needs not. */
static void
plain_withdrawals_need_no_path(void **state)
{
	struct bgp_plain p;

	(void)state;
	begin_plain(1, 0);
	mb_attr_short(&b, BGP_ATTR_ORIGIN);
	mb_u8(&b, 0);
	mb_end(&b);
	mb_end(&b);
	mb_end(&b);
	assert_true(bgp_plain_ipv4(built(), true, &p));
	assert_int_equal(cur_left(&p.withdrawn), 4);
	assert_int_equal(p.origin, 0);
}

/* Attributes of IPv6 up to their prefixes, sound or not quite. */
enum flaw { NONE, OTHER_AFI, OTHER_SAFI, SNPA, FLAWS };

static void
begin_mp(unsigned type, enum flaw flaw, unsigned next_hop_len)
{
	mb_attr(&b, type);
	mb_u16(&b, flaw == OTHER_AFI ? AFI_IPV4 : AFI_IPV6);
	mb_u8(&b, flaw == OTHER_SAFI ? 2 : SAFI_UNICAST);
	if (type == BGP_ATTR_MP_UNREACH_NLRI)
		return;
	mb_u8(&b, next_hop_len);
	mb_fill(&b, 0x20, next_hop_len);
	mb_u8(&b, flaw == SNPA);
}

static void
add_mp(unsigned type, unsigned n)
{
	if (n == 0)
		return;
	begin_mp(type, NONE, 16);
	for (; n > 0; n--)
		mb_nlri(&b, " \1\r\270\0\1", 48);
	mb_end(&b);
}

static void
plain_updates_of_ipv6(void **state)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bgp_plain p;

		(void)clear(state);
		begin_plain(0, rows[i].width);
		add_mp(BGP_ATTR_MP_REACH_NLRI, rows[i].announced_n);
		add_mp(BGP_ATTR_MP_UNREACH_NLRI, rows[i].withdrawn_n);
		mb_end(&b);
		mb_end(&b);
		assert_int_equal(
		    bgp_plain_ipv6(built(), rows[i].width != 2, &p),
		    rows[i].plain);
		assert_false(bgp_plain_ipv4(built(), rows[i].width != 2, &p));
		if (!bgp_plain_ipv6(built(), rows[i].width != 2, &p))
			continue;
		assert_int_equal(
		    cur_left(&p.withdrawn), 7 * rows[i].withdrawn_n);
		assert_int_equal(cur_left(&p.nlri), 7 * rows[i].announced_n);
		if (rows[i].announced_n > 0)
			assert_int_equal(p.origin, 15169);
	}
}

/* Whether an UPDATE with such an attribute is a plain one. */
static bool
ipv6_with(enum flaw flaw, unsigned type, unsigned next_hop_len)
{
	struct bgp_plain p;

	begin_plain(0, 4);
	begin_mp(type, flaw, next_hop_len);
	mb_nlri(&b, " \1\r\270\0\1", 48);
	mb_end(&b);
	mb_end(&b);
	mb_end(&b);
	return bgp_plain_ipv6(built(), true, &p);
}

static void
plain_ipv6_is_unicast_with_a_usual_next_hop(void **state)
{
	for (unsigned len = 0; len <= 48; len++) {
		(void)clear(state);
		assert_int_equal(ipv6_with(NONE, BGP_ATTR_MP_REACH_NLRI, len),
		    len == 16 || len == 32);
	}
	for (unsigned flaw = NONE; flaw < FLAWS; flaw++) {
		(void)clear(state);
		assert_int_equal(
		    ipv6_with((enum flaw)flaw, BGP_ATTR_MP_REACH_NLRI, 16),
		    flaw == NONE);
		if (flaw == SNPA)
			continue;
		(void)clear(state);
		assert_int_equal(
		    ipv6_with((enum flaw)flaw, BGP_ATTR_MP_UNREACH_NLRI, 16),
		    flaw == NONE);
	}
}

/* Neither both families, nor the same attribute twice, nor AS4_PATH. */
static void
plain_ipv6_stands_alone(void **state)
{
	for (unsigned type = 0; type < 256; type++) {
		struct bgp_plain p;

		(void)clear(state);
		begin_plain(0, 4);
		add_mp(BGP_ATTR_MP_REACH_NLRI, 1);
		add_mp(BGP_ATTR_MP_UNREACH_NLRI, 1);
		if (type == BGP_ATTR_MP_REACH_NLRI ||
		    type == BGP_ATTR_MP_UNREACH_NLRI) {
			add_mp(type, 1);
		} else {
			mb_attr_short(&b, type);
			mb_segment(&b, BGP_AS_SEQUENCE, 4, MB_ASNS(1));
			mb_end(&b);
		}
		mb_end(&b);
		mb_end(&b);
		assert_int_equal(
		    bgp_plain_ipv6(built(), true, &p), !is_odd(type));
	}
	for (unsigned ipv4 = 1; ipv4 < 4; ipv4++) {
		struct bgp_plain p;

		(void)clear(state);
		begin_plain(ipv4 & 1, 4);
		add_mp(BGP_ATTR_MP_REACH_NLRI, 1);
		mb_end(&b);
		if ((ipv4 & 2) != 0)
			mb_nlri(&b, "\10\10\10", 24);
		mb_end(&b);
		assert_false(bgp_plain_ipv6(built(), true, &p));
		assert_false(bgp_plain_ipv4(built(), true, &p));
	}
}

/* AS4_PATH may tell of an origin that AS_PATH hides, wherever it stands. */
static void
plain_paths_have_no_as4_path_before_them(void **state)
{
	for (unsigned type = BGP_ATTR_AS4_PATH; type < 19; type++) {
		struct bgp_plain p;

		(void)clear(state);
		begin_plain(0, 0);
		mb_attr_short(&b, type);
		mb_segment(&b, BGP_AS_SEQUENCE, 4, MB_ASNS(70000));
		mb_end(&b);
		mb_attr_short(&b, BGP_ATTR_AS_PATH);
		mb_segment(&b, BGP_AS_SEQUENCE, 4, MB_ASNS(23456));
		mb_end(&b);
		add_mp(BGP_ATTR_MP_REACH_NLRI, 1);
		mb_end(&b);
		mb_end(&b);
		assert_int_equal(bgp_plain_ipv6(built(), true, &p),
		    type != BGP_ATTR_AS4_PATH);
	}
}

static void
plain_ipv6_is_whole(void **state)
{
	struct bgp_plain p;

	(void)state;
	begin_plain(0, 4);
	add_mp(BGP_ATTR_MP_REACH_NLRI, 1);
	mb_end(&b);
	mb_end(&b);
	assert_true(bgp_plain_ipv6(built(), true, &p));
	assert_false(bgp_plain_ipv6(built(), false, &p));
	for (size_t n = 0; n < b.len; n++)
		assert_false(bgp_plain_ipv6(cur_from(b.bytes, n), true, &p));
}

static void
update_is_split(void **state)
{
	struct bgp_update u;
	enum blk_status end;

	(void)state;
	mb_len16(&b);
	mb_nlri(&b, "\12", 8);
	mb_end(&b);
	mb_len16(&b);
	mb_attr_short(&b, BGP_ATTR_ORIGIN);
	mb_u8(&b, 0);
	mb_end(&b);
	mb_end(&b);
	mb_nlri(&b, "\10\10\10", 24);
	mb_nlri(&b, "\10\10\11", 24);
	assert_int_equal(bgp_update_read(built(), &whole, &u), BLK_OK);
	assert_false(u.truncated);
	assert_int_equal(count(u.withdrawn, AFI_IPV4, false, &end), 1);
	assert_int_equal(end, BLK_END);
	assert_int_equal(count(u.nlri, AFI_IPV4, false, &end), 2);
	assert_int_equal(end, BLK_END);
	assert_true(bgp_attrs_has(&u.attrs, BGP_ATTR_ORIGIN));
}

static void
end_of_rib_is_an_empty_update(void **state)
{
	struct bgp_update u;

	(void)state;
	mb_u32(&b, 0);
	assert_int_equal(bgp_update_read(built(), &whole, &u), BLK_OK);
	assert_true(cur_done(&u.withdrawn));
	assert_true(cur_done(&u.nlri));
	assert_int_equal(u.attrs.present, 0);
}

static void
lengths_past_the_end_of_a_whole_update_are_bad(void **state)
{
	struct bgp_update u;

	(void)state;
	mb_len16(&b);
	mb_nlri(&b, "\12", 8);
	mb_end_lie(&b, 3);
	mb_u16(&b, 0);
	assert_int_equal(bgp_update_read(built(), &whole, &u), BLK_EBAD);
	clear(NULL);
	mb_u16(&b, 0);
	mb_u16(&b, 1);
	assert_int_equal(bgp_update_read(built(), &whole, &u), BLK_EBAD);
}

/* RouteViews, 2008: mass withdrawals cut at 4096 bytes of record. */
static void
withdrawals_of_a_cut_update_are_kept(void **state)
{
	struct bgp_update u;
	enum blk_status end;

	(void)state;
	mb_len16(&b);
	for (unsigned i = 0; i < 1000; i++)
		mb_nlri(&b, "\10\10\10", 24);
	mb_end(&b);
	mb_u16(&b, 0);
	b.len -= 15;
	assert_int_equal(bgp_update_read(built(), &cut, &u), BLK_OK);
	assert_true(u.truncated);
	assert_int_equal(count(u.withdrawn, AFI_IPV4, false, &end), 996);
	assert_int_equal(end, BLK_ETRUNC);
	assert_int_equal(cur_left(&u.nlri), 0);
}

static void
announcements_of_a_cut_update_are_kept(void **state)
{
	struct bgp_update u;
	enum blk_status end;
	uint32_t asn;

	(void)state;
	mb_u16(&b, 0);
	mb_len16(&b);
	mb_attr_short(&b, BGP_ATTR_AS_PATH);
	mb_segment(&b, BGP_AS_SEQUENCE, 4, MB_ASNS(1, 2));
	mb_end(&b);
	mb_end(&b);
	mb_nlri(&b, "\10\10\10", 24);
	mb_nlri(&b, "\10\10\11", 24);
	b.len--;
	assert_int_equal(bgp_update_read(built(), &cut, &u), BLK_OK);
	assert_true(u.truncated);
	assert_false(u.attrs.truncated);
	assert_int_equal(count(u.nlri, AFI_IPV4, false, &end), 1);
	assert_int_equal(end, BLK_ETRUNC);
	assert_int_equal(bgp_origins(&u.attrs, &asn, 1), 1);

	b.len = 10; /* inside the attributes */
	assert_int_equal(bgp_update_read(built(), &cut, &u), BLK_OK);
	assert_true(u.attrs.truncated);
	assert_int_equal(cur_left(&u.nlri), 0);
}

/* --- NLRI --- */

static void
bits_beyond_the_mask_are_cleared(void **state)
{
	struct cursor c;
	struct bgp_nlri nlri;

	(void)state;
	mb_nlri(&b, "\10\10\377", 20);
	c = built();
	assert_int_equal(bgp_nlri_next(&c, AFI_IPV4, false, &nlri), BLK_OK);
	assert_memory_equal(nlri.prefix.bytes, "\10\10\360\0", 4);
	assert_int_equal(nlri.path_id, 0);
}

static void
prefixes_longer_than_an_address_are_bad(void **state)
{
	enum blk_status end;

	(void)state;
	mb_nlri(&b, "\10\10\10", 24);
	mb_nlri(&b, "\10\10\10\10\10", 40);
	assert_int_equal(count(built(), AFI_IPV4, false, &end), 1);
	/* count() saw the block fail; at its end it says so again */
	assert_int_equal(end, BLK_EBAD);
	assert_false(bgp_nlri_sane(built(), AFI_IPV4, false));
	assert_true(bgp_nlri_sane(built(), AFI_IPV6, false));
}

static void
path_identifiers_are_read(void **state)
{
	struct cursor c;
	struct bgp_nlri nlri;

	(void)state;
	mb_u32(&b, 7);
	mb_nlri(&b, "\10\10\10", 24);
	c = built();
	assert_int_equal(bgp_nlri_next(&c, AFI_IPV4, true, &nlri), BLK_OK);
	assert_int_equal(nlri.path_id, 7);
	assert_int_equal(nlri.prefix.len, 24);
	assert_int_equal(bgp_nlri_next(&c, AFI_IPV4, true, &nlri), BLK_END);
}

/* FRR up to 8.0 wrote path identifiers into records that deny them. */
static void
path_identifiers_are_told_from_prefixes(void **state)
{
	(void)state;
	mb_u32(&b, 1);
	mb_nlri(&b, "\10\10\10", 24);
	mb_u32(&b, 1);
	mb_nlri(&b, "\10\10\11", 24);
	assert_false(bgp_nlri_sane(built(), AFI_IPV4, false));
	assert_true(bgp_nlri_sane(built(), AFI_IPV4, true));

	clear(NULL);
	mb_nlri(&b, "", 0);
	mb_nlri(&b, "\10\10\10", 24);
	assert_true(bgp_nlri_sane(built(), AFI_IPV4, false));
	assert_false(bgp_nlri_sane(built(), AFI_IPV4, true));
}

static bool
chosen(struct bgp_nlri_habit *h, bool declared, bool reads)
{
	bool addpath;

	assert_int_equal(
	    bgp_nlri_choose(h, built(), AFI_IPV4, declared, &addpath), reads);
	return addpath;
}

/* 8.8.8.0/24 by a path identifier that reads as 0.0.0.0/0, 10.0.0.0/8 ... */
static void
ambiguous_block(void)
{
	clear(NULL);
	mb_u32(&b, 0x00080a10);
	mb_nlri(&b, "\10\10\10", 24);
}

static void
block_with_path_identifier(void)
{
	clear(NULL);
	mb_u32(&b, 1);
	mb_nlri(&b, "\10\10\10", 24);
}

static void
a_block_is_read_as_its_record_declares(void **state)
{
	struct bgp_nlri_habit h = {0};

	(void)state;
	mb_nlri(&b, "\10\10\10", 24);
	assert_false(chosen(&h, false, true));
	ambiguous_block();
	assert_false(chosen(&h, false, true));
	assert_true(chosen(&h, true, true));
	assert_int_equal(h.plain_n + h.addpath_n, 0);
}

static void
a_block_that_reads_one_way_only_is_read_so(void **state)
{
	struct bgp_nlri_habit h = {0};

	(void)state;
	block_with_path_identifier();
	assert_true(chosen(&h, false, true));
	assert_int_equal(h.addpath_n, 1);
	clear(NULL);
	mb_nlri(&b, "", 0);
	mb_nlri(&b, "\10\10\10", 24);
	assert_false(chosen(&h, true, true));
	assert_int_equal(h.plain_n, 1);
}

/* A damaged block is not read as large path identifiers, but by habit. */
static void
large_path_identifiers_need_a_habit(void **state)
{
	struct bgp_nlri_habit h = {0};

	(void)state;
	mb_nlri(&b, "\10\10\10\1\2", 40);
	assert_true(bgp_nlri_sane(built(), AFI_IPV4, true));
	assert_false(chosen(&h, false, false));
	assert_int_equal(h.addpath_n, 1);
	clear(NULL);
	mb_u32(&b, 0xfedcba98);
	mb_nlri(&b, "\10\10\10", 24);
	assert_false(chosen(&h, false, false));
	assert_true(chosen(&h, false, true));
	assert_int_equal(h.addpath_n, 3);
	h.plain_n = 3;
	assert_true(chosen(&h, false, true));
	h.plain_n = 5;
	assert_false(chosen(&h, false, false));
}

/* Three blocks make a habit, and the habit decides where both ways read. */
static void
habits_decide_what_may_be_either(void **state)
{
	struct bgp_nlri_habit h = {0};

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		ambiguous_block();
		assert_false(chosen(&h, false, true));
		block_with_path_identifier();
		assert_true(chosen(&h, false, true));
	}
	ambiguous_block();
	assert_true(chosen(&h, false, true));
	for (unsigned i = 0; i < 1000; i++) {
		block_with_path_identifier();
		chosen(&h, false, true);
	}
	assert_true(h.addpath_n > 3);
}

static void
a_torn_block_is_read_as_its_peer_does_most(void **state)
{
	struct bgp_nlri_habit h = {.addpath_n = 2, .plain_n = 1};

	(void)state;
	mb_bytes(&b, "\30\10\10\10\10", 5);
	assert_true(chosen(&h, false, false));
	h.plain_n = 2;
	assert_false(chosen(&h, false, false));
	assert_true(chosen(&h, true, false));
	h.plain_n = 3;
	assert_false(chosen(&h, true, false));
}

#define TEST(f) cmocka_unit_test_setup(f, clear)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(header_bounds_the_body),
	    TEST(header_longer_than_record_is_cut),
	    TEST(bad_headers),
	    TEST(plain_updates),
	    TEST(attributes_that_make_it_less_plain),
	    TEST(plain_updates_are_whole),
	    TEST(plain_withdrawals_need_no_path),
	    TEST(plain_updates_of_ipv6),
	    TEST(plain_ipv6_is_unicast_with_a_usual_next_hop),
	    TEST(plain_ipv6_stands_alone),
	    TEST(plain_paths_have_no_as4_path_before_them),
	    TEST(plain_ipv6_is_whole),
	    TEST(update_is_split),
	    TEST(end_of_rib_is_an_empty_update),
	    TEST(lengths_past_the_end_of_a_whole_update_are_bad),
	    TEST(withdrawals_of_a_cut_update_are_kept),
	    TEST(announcements_of_a_cut_update_are_kept),
	    TEST(bits_beyond_the_mask_are_cleared),
	    TEST(prefixes_longer_than_an_address_are_bad),
	    TEST(path_identifiers_are_read),
	    TEST(path_identifiers_are_told_from_prefixes),
	    TEST(a_block_is_read_as_its_record_declares),
	    TEST(a_block_that_reads_one_way_only_is_read_so),
	    TEST(large_path_identifiers_need_a_habit),
	    TEST(habits_decide_what_may_be_either),
	    TEST(a_torn_block_is_read_as_its_peer_does_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
