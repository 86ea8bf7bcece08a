#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above */
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "blackout/bgp.h"
#include "support/mrt_build.h"

static struct mrt_build b;

static int
clear(void **state)
{
	(void)state;
	b.len = 0;
	b.depth = 0;
	return 0;
}

/* Whoever tells the end of a path without reading all tells the same. */
static bool
origin_is_plain(const struct bgp_attrs *a)
{
	uint32_t quick[4], asns[2], hops[3];
	unsigned n = bgp_end_of_as4(cur_from(b.bytes, b.len), quick, 4);

	if (n == 0)
		return false;
	assert_true(a->as4 && !a->malformed);
	assert_int_equal(bgp_origins(a, asns, 2), 1);
	assert_int_equal(quick[0], asns[0]);
	assert_int_equal(bgp_hops(a, hops, 3), n - 1);
	assert_memory_equal(quick + 1, hops, (n - 1) * sizeof(*hops));
	return true;
}

static struct bgp_attrs
walk(bool as4)
{
	const struct bgp_options opt = {.as4 = as4};
	struct bgp_attrs a;

	bgp_attrs_read(cur_from(b.bytes, b.len), &opt, &a);
	if (as4)
		(void)origin_is_plain(&a);
	return a;
}

/* The path as text: "t:1,2 t:3", t being the type of a segment. */
static const char *
text(const struct bgp_attrs *a)
{
	static char buf[4096];
	struct bgp_aspath path;
	struct bgp_segment seg = {0};
	char *p = buf;

	*p = '\0';
	if (bgp_aspath_read(a, &path) != BLK_OK)
		return "none";
	while (bgp_aspath_next(&path, &seg) == BLK_OK) {
		p += sprintf(p, "%s%u:", p > buf ? " " : "", seg.type);
		while (cur_left(&seg.asns) > 0) {
			p += sprintf(p, "%u", bgp_segment_asn(&seg));
			if (cur_left(&seg.asns) > 0)
				*p++ = ',';
		}
		*p = '\0';
	}
	assert_int_equal(bgp_aspath_next(&path, &seg), BLK_END);
	assert_int_equal(bgp_segment_asn(&seg), 0);
	return buf;
}

static void
check(bool as4, const char *want, uint32_t origin)
{
	struct bgp_attrs a = walk(as4);
	uint32_t asns[4] = {0};

	assert_string_equal(text(&a), want);
	assert_int_equal(bgp_origins(&a, asns, 4), origin == 0 ? 0 : 1);
	assert_int_equal(asns[0], origin);
}

static void
path(unsigned type, unsigned width, const uint32_t *asns, unsigned n)
{
	mb_attr(&b, type);
	mb_segment(&b, BGP_AS_SEQUENCE, width, asns, n);
	mb_end(&b);
}

static void
plain_paths(void **state)
{
	(void)state;
	path(BGP_ATTR_AS_PATH, 4, MB_ASNS(64500, 3356, 400000));
	check(true, "2:64500,3356,400000", 400000);
	clear(NULL);
	path(BGP_ATTR_AS_PATH, 2, MB_ASNS(64500, 3356));
	check(false, "2:64500,3356", 3356);
}

static void
plain_origins(void **state)
{
	struct bgp_attrs a;

	(void)state;
	mb_attr(&b, BGP_ATTR_ORIGIN);
	mb_end(&b);
	path(BGP_ATTR_AS_PATH, 4, MB_ASNS(64500, 400000));
	path(BGP_ATTR_AS_PATH, 4, MB_ASNS(64501)); /* the first counts */
	a = walk(true);
	assert_true(origin_is_plain(&a));
	/* what is cut off behind the path takes nothing from it */
	b.len -= 3;
	a = walk(true);
	assert_true(a.truncated && origin_is_plain(&a));
	/* in the path it does; 4 bytes of 8 are left */
	b.len = 3 + 3 + 2 + 4;
	a = walk(true);
	assert_true(a.truncated);
	assert_false(origin_is_plain(&a));
	/* a path of 2-byte numbers where 4 are promised */
	clear(NULL);
	path(BGP_ATTR_AS_PATH, 2, MB_ASNS(64500, 3356));
	a = walk(true);
	assert_false(a.as4 || origin_is_plain(&a));
	clear(NULL);
	mb_attr(&b, BGP_ATTR_AS_PATH);
	mb_segment(&b, BGP_AS_SEQUENCE, 4, MB_ASNS(64500));
	mb_segment(&b, BGP_AS_SET, 4, MB_ASNS(64510));
	mb_end(&b);
	a = walk(true);
	assert_false(origin_is_plain(&a));
}

static void
empty_and_absent_paths_have_no_origin(void **state)
{
	(void)state;
	check(true, "none", 0);
	mb_attr(&b, BGP_ATTR_AS_PATH);
	mb_end(&b);
	check(true, "", 0);
}

static void
all_members_of_a_set_are_origins(void **state)
{
	struct bgp_attrs a;
	uint32_t asns[2];

	(void)state;
	mb_attr(&b, BGP_ATTR_AS_PATH);
	mb_segment(&b, BGP_AS_SEQUENCE, 4, MB_ASNS(64500));
	mb_segment(&b, BGP_AS_SET, 4, MB_ASNS(64510, 64511, 64512));
	mb_end(&b);
	a = walk(true);
	assert_string_equal(text(&a), "2:64500 1:64510,64511,64512");
	assert_int_equal(bgp_origins(&a, asns, 2), 3);
	assert_int_equal(asns[0], 64510);
	assert_int_equal(asns[1], 64511);
}

/* The two types of confederation segments were once numbered the other way. */
static void
confederations_are_no_origin(void **state)
{
	(void)state;
	for (unsigned type = BGP_AS_CONFED_SEQUENCE; type <= BGP_AS_CONFED_SET;
	     type++) {
		struct bgp_attrs a;
		uint32_t asn;

		clear(NULL);
		mb_attr(&b, BGP_ATTR_AS_PATH);
		mb_segment(&b, BGP_AS_SEQUENCE, 4, MB_ASNS(1, 2));
		mb_segment(&b, type, 4, MB_ASNS(65000));
		mb_end(&b);
		a = walk(true);
		assert_int_equal(bgp_origins(&a, &asn, 1), 1);
		assert_int_equal(asn, 2);
	}
}

static void
long_paths_and_empty_segments(void **state)
{
	uint32_t asns[255];

	(void)state;
	for (unsigned i = 0; i < 255; i++)
		asns[i] = i + 1;
	mb_attr(&b, BGP_ATTR_AS_PATH);
	mb_segment(&b, BGP_AS_SEQUENCE, 4, asns, 255);
	mb_segment(&b, BGP_AS_SEQUENCE, 4, MB_ASNS(7, 8));
	mb_segment(&b, BGP_AS_SEQUENCE, 4, asns, 0);
	mb_end(&b);
	{
		struct bgp_attrs a = walk(true);
		uint32_t asn;

		assert_int_equal(bgp_origins(&a, &asn, 1), 1);
		assert_int_equal(asn, 8);
	}
}

/* --- AS4_PATH (RFC 6793, 4.2.3) --- */

static void
as4_path_is_merged(void **state)
{
	(void)state;
	path(BGP_ATTR_AS_PATH, 2, MB_ASNS(7660, 2516, 23456, 23456));
	path(BGP_ATTR_AS4_PATH, 4, MB_ASNS(400000, 131279));
	check(false, "2:7660,2516 2:400000,131279", 131279);
}

static void
as4_path_of_equal_length_replaces(void **state)
{
	(void)state;
	path(BGP_ATTR_AS_PATH, 2, MB_ASNS(23456, 23456));
	path(BGP_ATTR_AS4_PATH, 4, MB_ASNS(400000, 131279));
	check(false, "2:400000,131279", 131279);
}

static void
longer_as4_path_is_ignored(void **state)
{
	(void)state;
	path(BGP_ATTR_AS_PATH, 2, MB_ASNS(1, 23456));
	path(BGP_ATTR_AS4_PATH, 4, MB_ASNS(1, 2, 3));
	check(false, "2:1,23456", 23456);
}

static void
as4_path_is_ignored_in_4_byte_sessions(void **state)
{
	(void)state;
	path(BGP_ATTR_AS_PATH, 4, MB_ASNS(1, 2));
	path(BGP_ATTR_AS4_PATH, 4, MB_ASNS(3));
	check(true, "2:1,2", 2);
}

static void
broken_or_empty_as4_path_is_ignored(void **state)
{
	(void)state;
	path(BGP_ATTR_AS_PATH, 2, MB_ASNS(1, 2));
	path(BGP_ATTR_AS4_PATH, 2, MB_ASNS(3));
	check(false, "2:1,2", 2);
	clear(NULL);
	path(BGP_ATTR_AS_PATH, 2, MB_ASNS(1, 2));
	mb_attr(&b, BGP_ATTR_AS4_PATH);
	mb_end(&b);
	check(false, "2:1,2", 2);
	/* RFC 6793, 6: one of its segments is empty */
	clear(NULL);
	path(BGP_ATTR_AS_PATH, 2, MB_ASNS(1, 2));
	mb_attr(&b, BGP_ATTR_AS4_PATH);
	mb_segment(&b, BGP_AS_SET, 4, NULL, 0);
	mb_end(&b);
	check(false, "2:1,2", 2);
}

static void
a_set_counts_as_one_hop(void **state)
{
	(void)state;
	mb_attr(&b, BGP_ATTR_AS_PATH);
	mb_segment(&b, BGP_AS_SEQUENCE, 2, MB_ASNS(1, 23456));
	mb_segment(&b, BGP_AS_SET, 2, MB_ASNS(23456, 23456, 23456));
	mb_end(&b);
	mb_attr(&b, BGP_ATTR_AS4_PATH);
	mb_segment(&b, BGP_AS_SEQUENCE, 4, MB_ASNS(400000));
	mb_segment(&b, BGP_AS_SET, 4, MB_ASNS(400001));
	mb_end(&b);
	check(false, "2:1 2:400000 1:400001", 400001);
}

/* Confederation segments count 0, stay in AS_PATH and go from AS4_PATH. */
static void
confederations_in_a_merge(void **state)
{
	(void)state;
	mb_attr(&b, BGP_ATTR_AS_PATH);
	mb_segment(&b, BGP_AS_CONFED_SEQUENCE, 2, MB_ASNS(65001, 65002));
	mb_segment(&b, BGP_AS_SEQUENCE, 2, MB_ASNS(1, 23456));
	mb_end(&b);
	mb_attr(&b, BGP_ATTR_AS4_PATH);
	mb_segment(&b, BGP_AS_CONFED_SEQUENCE, 4, MB_ASNS(65009));
	mb_segment(&b, BGP_AS_SEQUENCE, 4, MB_ASNS(400000));
	mb_end(&b);
	check(false, "3:65001,65002 2:1 2:400000", 400000);
}

static void
aggregated_by_an_old_router_since(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		clear(NULL);
		path(BGP_ATTR_AS_PATH, 2, MB_ASNS(1, 23456));
		path(BGP_ATTR_AS4_PATH, 4, MB_ASNS(400000));
		mb_attr(&b, BGP_ATTR_AGGREGATOR);
		mb_u16(&b, i == 0 ? BGP_AS_TRANS : 777);
		mb_u32(&b, 0);
		mb_end(&b);
		mb_attr(&b, BGP_ATTR_AS4_AGGREGATOR);
		mb_u32(&b, 400000);
		mb_u32(&b, 0);
		mb_end(&b);
		if (i == 0)
			check(false, "2:1 2:400000", 400000);
		else
			check(false, "2:1,23456", 23456);
	}
}

/* As bgpdump 1.6.2 prints them. */
static void
texts(void **state)
{
	static const struct {
		const char *text;
		struct {
			unsigned type;
			uint32_t asns[4]; /* 0: no more */
		} segments[5];
	} cases[] = {
	    {"", {{0}}},
	    {"1 2 3", {{2, {1, 2, 3}}}},
	    {"1 2", {{2, {1}}, {2, {2}}}},
	    {"4294967295 65536 10", {{2, {4294967295, 65536, 10}}}},
	    {"1 {2,3}", {{2, {1}}, {1, {2, 3}}}},
	    {"{2,3} {4} 5", {{1, {2, 3}}, {1, {4}}, {2, {5}}}},
	    {"(1) [2,3] 5 6 {7}",
		{{3, {1}}, {4, {2, 3}}, {2, {5, 6}}, {1, {7}}}},
	    {"1 (2 3)", {{2, {1}}, {3, {2, 3}}}},
	    {"1 2", {{2, {1}}, {2, {0}}, {2, {2}}}},
	    {"1 {}2", {{2, {1}}, {1, {0}}, {2, {2}}}},
	    {"{}{}", {{1, {0}}, {1, {0}}}},
	};
	char buf[BGP_ASPATH_STRLEN];
	struct bgp_attrs a;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		clear(NULL);
		mb_attr(&b, BGP_ATTR_AS_PATH);
		for (unsigned k = 0; cases[i].segments[k].type != 0; k++) {
			const uint32_t *asns = cases[i].segments[k].asns;
			unsigned n = 0;

			while (asns[n] != 0)
				n++;
			mb_segment(&b, cases[i].segments[k].type, 4, asns, n);
		}
		mb_end(&b);
		a = walk(true);
		assert_int_equal(
		    bgp_aspath_format(&a, buf), strlen(cases[i].text));
		assert_string_equal(buf, cases[i].text);
	}
}

static void
text_of_no_path(void **state)
{
	char buf[BGP_ASPATH_STRLEN] = "?";
	struct bgp_attrs a = walk(true);

	(void)state;
	assert_int_equal(bgp_aspath_format(&a, buf), 0);
	assert_string_equal(buf, "");
	mb_attr(&b, BGP_ATTR_AS_PATH);
	mb_u8(&b, 9);
	mb_end(&b);
	a = walk(true);
	assert_int_equal(bgp_aspath_format(&a, buf), 0);
}

/* n hops as segments of at most 255. */
static void
long_path(unsigned type, uint32_t asn, unsigned n)
{
	mb_attr(&b, BGP_ATTR_AS_PATH);
	while (n > 0) {
		unsigned part = n < 255 ? n : 255;

		mb_u8(&b, type);
		mb_u8(&b, part);
		for (unsigned i = 0; i < part; i++)
			mb_u32(&b, asn);
		n -= part;
	}
	mb_end(&b);
}

/* The lengths and ends are those of bgpdump 1.6.2 for the same paths. */
static void
long_texts_are_cut(void **state)
{
	static const struct {
		unsigned type;
		uint32_t asn;
		unsigned n;
		size_t len;
		const char *end;
	} cases[] = {
	    {2, 4294967000, 700, 7699, " 4294967000"},
	    {2, 4294967000, 718, 7897, " 4294967000"},
	    {2, 4294967000, 719, 7911, " 4294967000..."},
	    {2, 4294967000, 720, 7911, " 4294967000..."},
	    {2, 4294967000, 2000, 7911, " 4294967000..."},
	    {1, 64500, 1600, 7909, ",64500..."},
	};
	char buf[BGP_ASPATH_STRLEN];
	struct bgp_attrs a;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		clear(NULL);
		long_path(cases[i].type, cases[i].asn, cases[i].n);
		a = walk(true);
		assert_int_equal(bgp_aspath_format(&a, buf), cases[i].len);
		assert_string_equal(
		    buf + cases[i].len - strlen(cases[i].end), cases[i].end);
	}
	/* bgpdump writes past its buffer here */
	clear(NULL);
	mb_attr(&b, BGP_ATTR_AS_PATH);
	for (unsigned i = 0; i < 30000; i++)
		mb_segment(&b, BGP_AS_SET, 4, NULL, 0);
	mb_end(&b);
	a = walk(true);
	assert_int_equal(bgp_aspath_format(&a, buf), 7904);
	assert_string_equal(buf + 7898, "{}{...");
}

/* The hops before the origins, as text. */
static const char *
hops(bool as4, unsigned cap)
{
	static char buf[256];
	struct bgp_attrs a = walk(as4);
	uint32_t asns[BGP_HOPS_MAX];
	unsigned n = bgp_hops(&a, asns, cap);
	char *p = buf;

	*p = '\0';
	for (unsigned i = 0; i < n; i++)
		p += sprintf(p, "%s%u", i > 0 ? " " : "", asns[i]);
	clear(NULL);
	return buf;
}

static void
hops_are_those_before_the_origins(void **state)
{
	(void)state;
	path(BGP_ATTR_AS_PATH, 4, MB_ASNS(1, 2, 2, 3, 4, 4, 4));
	assert_string_equal(hops(true, 2), "3 2");
	path(BGP_ATTR_AS_PATH, 4, MB_ASNS(1, 2, 2, 3, 4, 4, 4));
	assert_string_equal(hops(true, 8), "3 2 1");
	path(BGP_ATTR_AS_PATH, 2, MB_ASNS(9, 8, 7, 6, 5, 4, 3, 2, 1, 10));
	assert_string_equal(hops(false, 20), "1 2 3 4 5 6 7 8");
	path(BGP_ATTR_AS_PATH, 4, MB_ASNS(4, 4));
	assert_string_equal(hops(true, 3), "");
	assert_string_equal(hops(true, 3), "");
}

static void
hops_of_several_segments(void **state)
{
	(void)state;
	/* a set at the end is the origins, one elsewhere is no hop */
	mb_attr(&b, BGP_ATTR_AS_PATH);
	mb_segment(&b, BGP_AS_SEQUENCE, 4, MB_ASNS(1, 2));
	mb_segment(&b, BGP_AS_SET, 4, MB_ASNS(5, 6));
	mb_segment(&b, BGP_AS_SEQUENCE, 4, MB_ASNS(2, 3));
	mb_segment(&b, BGP_AS_SET, 4, MB_ASNS(7, 8));
	mb_segment(&b, BGP_AS_SEQUENCE, 4, NULL, 0);
	mb_end(&b);
	assert_string_equal(hops(true, 8), "3 2 1");
	mb_attr(&b, BGP_ATTR_AS_PATH);
	mb_segment(&b, BGP_AS_CONFED_SEQUENCE, 4, MB_ASNS(65001));
	mb_segment(&b, BGP_AS_SEQUENCE, 4, MB_ASNS(1, 2));
	mb_segment(&b, BGP_AS_SEQUENCE, 4, MB_ASNS(2, 3));
	mb_segment(&b, BGP_AS_CONFED_SEQUENCE, 4, MB_ASNS(65002));
	mb_end(&b);
	assert_string_equal(hops(true, 8), "2 1");
	/* RFC 6793: the true hops are in AS4_PATH */
	path(BGP_ATTR_AS_PATH, 2, MB_ASNS(1, 23456, 23456));
	path(BGP_ATTR_AS4_PATH, 4, MB_ASNS(400001, 400002));
	assert_string_equal(hops(false, 8), "400001 1");
}

#define TEST(f) cmocka_unit_test_setup(f, clear)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(plain_paths),
	    TEST(plain_origins),
	    TEST(empty_and_absent_paths_have_no_origin),
	    TEST(all_members_of_a_set_are_origins),
	    TEST(confederations_are_no_origin),
	    TEST(long_paths_and_empty_segments),
	    TEST(as4_path_is_merged),
	    TEST(as4_path_of_equal_length_replaces),
	    TEST(longer_as4_path_is_ignored),
	    TEST(as4_path_is_ignored_in_4_byte_sessions),
	    TEST(broken_or_empty_as4_path_is_ignored),
	    TEST(a_set_counts_as_one_hop),
	    TEST(confederations_in_a_merge),
	    TEST(aggregated_by_an_old_router_since),
	    TEST(hops_are_those_before_the_origins),
	    TEST(hops_of_several_segments),
	    TEST(texts),
	    TEST(text_of_no_path),
	    TEST(long_texts_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
