#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above */
#include <cmocka.h>

#include "blackout/bgp.h"
#include "support/mrt_build.h"

/* The values of single attributes, sound and not. */

static struct mrt_build b;
static struct bgp_attrs a;

static int
clear(void **state)
{
	(void)state;
	b.len = 0;
	b.depth = 0;
	memset(&a, 0, sizeof(a));
	return 0;
}

/* One more attribute of n bytes. */
static void
add(unsigned type, const void *bytes, size_t n)
{
	const struct bgp_options opt = {.as4 = true};

	mb_attr(&b, type);
	mb_bytes(&b, bytes, n);
	mb_end(&b);
	bgp_attrs_read(cur_from(b.bytes, b.len), &opt, &a);
}

static void
origin(void **state)
{
	enum bgp_origin_code code = (enum bgp_origin_code)77;

	(void)state;
	assert_int_equal(bgp_origin_read(&a, &code), BLK_END);
	add(BGP_ATTR_ORIGIN, "\3", 1);
	assert_int_equal(bgp_origin_read(&a, &code), BLK_EBAD);
	clear(NULL);
	add(BGP_ATTR_ORIGIN, "\1\1", 2);
	assert_int_equal(bgp_origin_read(&a, &code), BLK_EBAD);
	assert_int_equal(code, 77);
	clear(NULL);
	add(BGP_ATTR_ORIGIN, "\2", 1);
	assert_int_equal(bgp_origin_read(&a, &code), BLK_OK);
	assert_int_equal(code, BGP_ORIGIN_INCOMPLETE);
}

static void
numbers(void **state)
{
	uint32_t v = 77;

	(void)state;
	assert_int_equal(bgp_med_read(&a, &v), BLK_END);
	assert_int_equal(bgp_local_pref_read(&a, &v), BLK_END);
	add(BGP_ATTR_MULTI_EXIT_DISC, "\377\0\0\1", 4);
	assert_int_equal(bgp_med_read(&a, &v), BLK_OK);
	assert_int_equal(v, 0xff000001);
	assert_int_equal(bgp_local_pref_read(&a, &v), BLK_END);
	add(BGP_ATTR_LOCAL_PREF, "\0\0\0\144", 4);
	assert_int_equal(bgp_local_pref_read(&a, &v), BLK_OK);
	assert_int_equal(v, 100);
	clear(NULL);
	add(BGP_ATTR_LOCAL_PREF, "\0\0\144", 3);
	assert_int_equal(bgp_local_pref_read(&a, &v), BLK_EBAD);
}

static void
next_hop(void **state)
{
	struct ipaddr addr = {.afi = AFI_NONE};

	(void)state;
	assert_int_equal(bgp_next_hop_read(&a, &addr), BLK_END);
	add(BGP_ATTR_NEXT_HOP, "\300\0\2\1\1", 5);
	assert_int_equal(bgp_next_hop_read(&a, &addr), BLK_EBAD);
	clear(NULL);
	add(BGP_ATTR_NEXT_HOP, "\300\0\2\1", 4);
	assert_int_equal(bgp_next_hop_read(&a, &addr), BLK_OK);
	assert_int_equal(addr.afi, AFI_IPV4);
	assert_memory_equal(addr.bytes, "\300\0\2\1", 4);
}

/* Length, and the family and first byte of the address in it; 0: none. */
static const struct {
	uint8_t len, afi, first;
} hops[] = {
    {0, 0, 0},
    {4, AFI_IPV4, 1},
    {12, AFI_IPV4, 9},
    {16, AFI_IPV6, 1},
    {24, AFI_IPV6, 9},
    {32, AFI_IPV6, 1},
    {48, AFI_IPV6, 9},
};

static void
next_hop_of_mp_reach(void **state)
{
	const struct bgp_options opt = {.as4 = true};
	struct ipaddr addr;
	struct bgp_mp mp;

	(void)state;
	for (size_t i = 0; i < sizeof(hops) / sizeof(hops[0]); i++) {
		clear(NULL);
		mb_attr(&b, BGP_ATTR_MP_REACH_NLRI);
		mb_u16(&b, AFI_IPV6);
		mb_u8(&b, SAFI_UNICAST);
		mb_u8(&b, hops[i].len);
		for (unsigned k = 0; k < hops[i].len; k++)
			mb_u8(&b, k + 1);
		mb_u8(&b, 0);
		mb_end(&b);
		bgp_attrs_read(cur_from(b.bytes, b.len), &opt, &a);
		assert_int_equal(bgp_mp_reach(&a, &opt, &mp), BLK_OK);
		assert_int_equal(bgp_mp_next_hop(&mp, &addr), hops[i].afi != 0);
		if (hops[i].afi != 0) {
			assert_int_equal(addr.afi, hops[i].afi);
			assert_int_equal(addr.bytes[0], hops[i].first);
		}
	}
}

static void
aggregator(void **state)
{
	struct bgp_aggregator g = {.asn = 77};

	(void)state;
	assert_int_equal(bgp_aggregator_read(&a, &g), BLK_END);
	add(BGP_ATTR_AGGREGATOR, "\0\1\0\0\300\0\2", 7);
	assert_int_equal(bgp_aggregator_read(&a, &g), BLK_EBAD);
	assert_int_equal(g.asn, 77);
	clear(NULL);
	add(BGP_ATTR_AGGREGATOR, "\0\1\0\0\300\0\2\1", 8);
	assert_int_equal(bgp_aggregator_read(&a, &g), BLK_OK);
	assert_int_equal(g.asn, 65536);
	assert_memory_equal(g.addr.bytes, "\300\0\2\1", 4);
	/* 2 bytes wide, though the session has 4-byte numbers */
	clear(NULL);
	add(BGP_ATTR_AGGREGATOR, "\374\0\300\0\2\1", 6);
	assert_int_equal(bgp_aggregator_read(&a, &g), BLK_OK);
	assert_int_equal(g.asn, 64512);
}

/* RFC 6793, 4.2.3 */
static void
aggregator_with_as4_aggregator(void **state)
{
	struct bgp_aggregator g;

	(void)state;
	add(BGP_ATTR_AGGREGATOR, "\133\240\1\1\1\1", 6);
	add(BGP_ATTR_AS4_AGGREGATOR, "\0\2\0\7\2\2\2\2", 8);
	assert_int_equal(bgp_aggregator_read(&a, &g), BLK_OK);
	assert_int_equal(g.asn, 131079);
	assert_memory_equal(g.addr.bytes, "\2\2\2\2", 4);
	/* somebody else aggregated since */
	clear(NULL);
	add(BGP_ATTR_AGGREGATOR, "\374\0\1\1\1\1", 6);
	add(BGP_ATTR_AS4_AGGREGATOR, "\0\2\0\7\2\2\2\2", 8);
	assert_int_equal(bgp_aggregator_read(&a, &g), BLK_OK);
	assert_int_equal(g.asn, 64512);
	assert_memory_equal(g.addr.bytes, "\1\1\1\1", 4);
	/* 4 bytes wide: AS23456 is meant */
	clear(NULL);
	add(BGP_ATTR_AGGREGATOR, "\0\0\133\240\1\1\1\1", 8);
	add(BGP_ATTR_AS4_AGGREGATOR, "\0\2\0\7\2\2\2\2", 8);
	assert_int_equal(bgp_aggregator_read(&a, &g), BLK_OK);
	assert_int_equal(g.asn, BGP_AS_TRANS);
	/* alone it says nothing */
	clear(NULL);
	add(BGP_ATTR_AS4_AGGREGATOR, "\0\2\0\7\2\2\2\2", 8);
	assert_int_equal(bgp_aggregator_read(&a, &g), BLK_END);
	/* damaged, it does not count */
	clear(NULL);
	add(BGP_ATTR_AGGREGATOR, "\133\240\1\1\1\1", 6);
	add(BGP_ATTR_AS4_AGGREGATOR, "\0\2\0\7\2\2\2", 7);
	assert_int_equal(bgp_aggregator_read(&a, &g), BLK_OK);
	assert_int_equal(g.asn, BGP_AS_TRANS);
}

static void
communities(void **state)
{
	struct bgp_large_community large;
	struct cursor c;
	uint32_t v;

	(void)state;
	c = bgp_communities(&a);
	assert_false(bgp_community_next(&c, &v));
	c = bgp_large_communities(&a);
	assert_false(bgp_large_community_next(&c, &large));
	add(BGP_ATTR_COMMUNITIES, "\0\1\0\2\377\377\377\1\0\0", 10);
	c = bgp_communities(&a);
	assert_true(bgp_community_next(&c, &v));
	assert_int_equal(v, 0x10002);
	assert_true(bgp_community_next(&c, &v));
	assert_int_equal(v, BGP_NO_EXPORT);
	assert_false(bgp_community_next(&c, &v));
	add(BGP_ATTR_LARGE_COMMUNITIES, "\0\0\0\1\0\0\0\2\377\0\0\3\0", 13);
	c = bgp_large_communities(&a);
	assert_true(bgp_large_community_next(&c, &large));
	assert_int_equal(large.global, 1);
	assert_int_equal(large.local1, 2);
	assert_int_equal(large.local2, 0xff000003);
	assert_false(bgp_large_community_next(&c, &large));
}

static void
soundness(void **state)
{
	/* type, and a length that it can have and one that it cannot */
	static const struct {
		uint8_t type, good, bad;
	} cases[] = {
	    {BGP_ATTR_ORIGIN, 1, 0},
	    {BGP_ATTR_NEXT_HOP, 4, 16},
	    {BGP_ATTR_MULTI_EXIT_DISC, 4, 3},
	    {BGP_ATTR_LOCAL_PREF, 4, 8},
	    {BGP_ATTR_ATOMIC_AGGREGATE, 0, 1},
	    {BGP_ATTR_AGGREGATOR, 6, 7},
	    {BGP_ATTR_AGGREGATOR, 8, 4},
	    {BGP_ATTR_AS4_AGGREGATOR, 8, 6},
	    {BGP_ATTR_COMMUNITIES, 8, 6},
	    {BGP_ATTR_COMMUNITIES, 0, 1},
	    {BGP_ATTR_LARGE_COMMUNITIES, 24, 16},
	};
	static const uint8_t zero[24];

	(void)state;
	assert_true(bgp_attrs_sound(&a));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		clear(NULL);
		add(cases[i].type, zero, cases[i].good);
		assert_true(bgp_attrs_sound(&a));
		clear(NULL);
		add(cases[i].type, zero, cases[i].bad);
		assert_false(bgp_attrs_sound(&a));
	}
	clear(NULL);
	a.truncated = true;
	assert_false(bgp_attrs_sound(&a));
	clear(NULL);
	add(BGP_ATTR_AS_PATH, "\11", 1);
	assert_false(bgp_attrs_sound(&a));
}

#define TEST(f) cmocka_unit_test_setup(f, clear)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(origin),
	    TEST(numbers),
	    TEST(next_hop),
	    TEST(next_hop_of_mp_reach),
	    TEST(aggregator),
	    TEST(aggregator_with_as4_aggregator),
	    TEST(communities),
	    TEST(soundness),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
