#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above */
#include <cmocka.h>

#include "blackout/bgp.h"
#include "support/mrt_build.h"

static const struct bgp_options as2 = {.as4 = false};
static const struct bgp_options as4 = {.as4 = true};
static const struct bgp_options rib = {.as4 = true, .rib_form = true};

static struct mrt_build b;

static int
clear(void **state)
{
	(void)state;
	b.len = 0;
	b.depth = 0;
	return 0;
}

static struct bgp_attrs
walk(const struct bgp_options *opt)
{
	struct bgp_attrs a;

	bgp_attrs_read(cur_from(b.bytes, b.len), opt, &a);
	return a;
}

static void
both_length_forms_are_read(void **state)
{
	struct bgp_attrs a;

	(void)state;
	mb_attr_short(&b, BGP_ATTR_ORIGIN);
	mb_u8(&b, 2);
	mb_end(&b);
	mb_attr(&b, BGP_ATTR_COMMUNITIES);
	mb_fill(&b, 7, 400);
	mb_end(&b);
	a = walk(&as4);
	assert_false(a.truncated);
	assert_false(a.malformed);
	assert_true(bgp_attrs_has(&a, BGP_ATTR_ORIGIN));
	assert_int_equal(cur_left(&a.value[BGP_ATTR_ORIGIN]), 1);
	assert_int_equal(cur_left(&a.value[BGP_ATTR_COMMUNITIES]), 400);
	assert_false(bgp_attrs_has(&a, BGP_ATTR_AS_PATH));
}

static void
first_of_two_equal_attributes_wins(void **state)
{
	struct bgp_attrs a;

	(void)state;
	for (unsigned origin = 0; origin < 2; origin++) {
		mb_attr_short(&b, BGP_ATTR_ORIGIN);
		mb_u8(&b, origin);
		mb_end(&b);
	}
	a = walk(&as4);
	assert_int_equal(cur_u8(&a.value[BGP_ATTR_ORIGIN]), 0);
}

static void
unknown_types_are_walked_over(void **state)
{
	static const unsigned types[] = {0, 33, 63, 64, 249, 255};
	struct bgp_attrs a;

	(void)state;
	for (unsigned i = 0; i < 6; i++) {
		mb_attr_short(&b, types[i]);
		mb_u16(&b, 0);
		mb_end(&b);
	}
	mb_attr_short(&b, BGP_ATTR_ATOMIC_AGGREGATE);
	mb_end(&b);
	a = walk(&as4);
	assert_false(a.truncated);
	assert_true(bgp_attrs_has(&a, BGP_ATTR_ATOMIC_AGGREGATE));
	assert_true(cur_done(&a.value[BGP_ATTR_ATOMIC_AGGREGATE]));
}

static void
attribute_longer_than_block_keeps_what_came_before(void **state)
{
	struct bgp_attrs a;

	(void)state;
	mb_attr_short(&b, BGP_ATTR_ORIGIN);
	mb_u8(&b, 0);
	mb_end(&b);
	mb_attr_short(&b, BGP_ATTR_AS_PATH);
	mb_segment(&b, BGP_AS_SEQUENCE, 4, MB_ASNS(1, 2));
	mb_end_lie(&b, 1);
	a = walk(&as4);
	assert_true(a.truncated);
	assert_true(bgp_attrs_has(&a, BGP_ATTR_ORIGIN));
	assert_false(bgp_attrs_has(&a, BGP_ATTR_AS_PATH));
}

static void
path_width_falls_back(void **state)
{
	struct bgp_attrs a;

	(void)state;
	mb_attr_short(&b, BGP_ATTR_AS_PATH);
	mb_segment(&b, BGP_AS_SEQUENCE, 2, MB_ASNS(64500, 3356, 15169));
	mb_end(&b);
	a = walk(&as4);
	assert_false(a.as4);
	assert_false(a.malformed);

	clear(NULL);
	mb_attr_short(&b, BGP_ATTR_AS_PATH);
	mb_segment(&b, BGP_AS_SEQUENCE, 4, MB_ASNS(64500, 3356, 400000));
	mb_end(&b);
	a = walk(&as2);
	assert_true(a.as4);
	assert_false(a.malformed);
}

static void
path_of_no_width_is_malformed(void **state)
{
	struct bgp_attrs a;
	struct bgp_aspath path;
	uint32_t asn;

	(void)state;
	mb_attr_short(&b, BGP_ATTR_AS_PATH);
	mb_bytes(&b, "\2\3\0\1\0", 5);
	mb_end(&b);
	a = walk(&as4);
	assert_true(a.malformed);
	assert_int_equal(bgp_aspath_read(&a, &path), BLK_EBAD);
	assert_int_equal(bgp_origins(&a, &asn, 1), 0);
}

/* --- MP_REACH_NLRI and MP_UNREACH_NLRI --- */

static const uint8_t host[16] = {0x20, 1, 0x0d, 0xb8, [15] = 9};

static void
reach6(unsigned next_hop_len, int reserved)
{
	mb_attr(&b, BGP_ATTR_MP_REACH_NLRI);
	mb_u16(&b, AFI_IPV6);
	mb_u8(&b, SAFI_UNICAST);
	mb_u8(&b, next_hop_len);
	mb_fill(&b, 0xfe, next_hop_len);
	if (reserved >= 0)
		mb_u8(&b, (unsigned)reserved);
}

static void
full_reach_is_split_with_any_known_next_hop(void **state)
{
	static const unsigned lens[] = {0, 4, 12, 16, 24, 32, 48};

	(void)state;
	for (unsigned i = 0; i < 7; i++) {
		struct bgp_attrs a;
		struct bgp_mp mp;

		for (unsigned form = 0; form < 2; form++) {
			clear(NULL);
			reach6(lens[i], 0);
			mb_nlri(&b, host, 32);
			mb_end(&b);
			a = walk(form ? &rib : &as4);
			assert_int_equal(
			    bgp_mp_reach(&a, form ? &rib : &as4, &mp), BLK_OK);
			assert_int_equal(mp.afi, AFI_IPV6);
			assert_int_equal(mp.safi, SAFI_UNICAST);
			assert_int_equal(cur_left(&mp.next_hop), lens[i]);
			assert_int_equal(cur_left(&mp.nlri), 5);
		}
	}
}

static void
odd_next_hop_lengths_are_bad(void **state)
{
	struct bgp_attrs a;
	struct bgp_mp mp;

	(void)state;
	reach6(17, 0);
	mb_end(&b);
	a = walk(&as4);
	assert_int_equal(bgp_mp_reach(&a, &as4, &mp), BLK_EBAD);
}

static void
abbreviated_reach_of_a_rib(void **state)
{
	static const unsigned lens[] = {4, 16, 24, 32, 48};

	(void)state;
	for (unsigned i = 0; i < 5; i++) {
		struct bgp_attrs a;
		struct bgp_mp mp;

		clear(NULL);
		mb_attr(&b, BGP_ATTR_MP_REACH_NLRI);
		mb_u8(&b, lens[i]);
		mb_fill(&b, 0xfe, lens[i]);
		mb_end(&b);
		a = walk(&rib);
		assert_int_equal(bgp_mp_reach(&a, &rib, &mp), BLK_OK);
		assert_int_equal(mp.afi, AFI_NONE);
		assert_int_equal(cur_left(&mp.next_hop), lens[i]);
		assert_int_equal(cur_left(&mp.nlri), 0);
		assert_int_equal(bgp_mp_reach(&a, &as4, &mp), BLK_EBAD);
	}
}

static void
old_gobgp_reach_without_reserved_byte(void **state)
{
	struct bgp_attrs a;
	struct bgp_mp mp;

	(void)state;
	reach6(16, -1);
	mb_end(&b);
	a = walk(&rib);
	assert_int_equal(bgp_mp_reach(&a, &rib, &mp), BLK_OK);
	assert_int_equal(mp.afi, AFI_IPV6);
	assert_int_equal(cur_left(&mp.next_hop), 16);
	assert_int_equal(cur_left(&mp.nlri), 0);
}

static void
snpas_are_skipped_only_if_there_are_any(void **state)
{
	struct bgp_nlri nlri;
	struct bgp_attrs a;
	struct bgp_mp mp;

	(void)state;
	reach6(16, 1); /* RFC 2858: one SNPA of 4 half bytes follows */
	mb_u8(&b, 4);
	mb_u16(&b, 0xffff);
	mb_nlri(&b, host, 128);
	mb_end(&b);
	a = walk(&as4);
	assert_int_equal(bgp_mp_reach(&a, &as4, &mp), BLK_OK);
	assert_int_equal(
	    bgp_nlri_next(&mp.nlri, AFI_IPV6, false, &nlri), BLK_OK);
	assert_memory_equal(nlri.prefix.bytes, host, 16);

	clear(NULL);
	reach6(16, 1); /* RFC 4760: reserved, whatever it says */
	mb_nlri(&b, host, 128);
	mb_end(&b);
	a = walk(&as4);
	assert_int_equal(bgp_mp_reach(&a, &as4, &mp), BLK_OK);
	assert_int_equal(cur_left(&mp.nlri), 17);
}

static void
ipv4_in_reach(void **state)
{
	struct bgp_attrs a;
	struct bgp_nlri nlri;
	struct bgp_mp mp;

	(void)state;
	mb_attr(&b, BGP_ATTR_MP_REACH_NLRI);
	mb_u16(&b, AFI_IPV4);
	mb_u8(&b, SAFI_UNICAST);
	mb_u8(&b, 16); /* RFC 8950 */
	mb_fill(&b, 0xfe, 16);
	mb_u8(&b, 0);
	mb_nlri(&b, "\10\10\10", 24);
	mb_end(&b);
	a = walk(&as4);
	assert_int_equal(bgp_mp_reach(&a, &as4, &mp), BLK_OK);
	assert_int_equal(mp.afi, AFI_IPV4);
	assert_int_equal(
	    bgp_nlri_next(&mp.nlri, AFI_IPV4, false, &nlri), BLK_OK);
	assert_int_equal(nlri.prefix.len, 24);
}

static void
unreach_and_end_of_rib(void **state)
{
	struct bgp_attrs a;
	struct bgp_mp mp;

	(void)state;
	a = walk(&as4);
	assert_int_equal(bgp_mp_unreach(&a, &mp), BLK_END);
	assert_int_equal(bgp_mp_reach(&a, &as4, &mp), BLK_END);

	mb_attr_short(&b, BGP_ATTR_MP_UNREACH_NLRI);
	mb_u16(&b, AFI_IPV6);
	mb_u8(&b, SAFI_UNICAST);
	mb_end(&b);
	a = walk(&as4);
	assert_int_equal(bgp_mp_unreach(&a, &mp), BLK_OK);
	assert_int_equal(mp.afi, AFI_IPV6);
	assert_true(cur_done(&mp.nlri));

	clear(NULL);
	mb_attr_short(&b, BGP_ATTR_MP_UNREACH_NLRI);
	mb_u16(&b, AFI_IPV6);
	mb_end(&b);
	a = walk(&as4);
	assert_int_equal(bgp_mp_unreach(&a, &mp), BLK_EBAD);
}

#define TEST(f) cmocka_unit_test_setup(f, clear)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(both_length_forms_are_read),
	    TEST(first_of_two_equal_attributes_wins),
	    TEST(unknown_types_are_walked_over),
	    TEST(attribute_longer_than_block_keeps_what_came_before),
	    TEST(path_width_falls_back),
	    TEST(path_of_no_width_is_malformed),
	    TEST(full_reach_is_split_with_any_known_next_hop),
	    TEST(odd_next_hop_lengths_are_bad),
	    TEST(abbreviated_reach_of_a_rib),
	    TEST(old_gobgp_reach_without_reserved_byte),
	    TEST(snpas_are_skipped_only_if_there_are_any),
	    TEST(ipv4_in_reach),
	    TEST(unreach_and_end_of_rib),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
