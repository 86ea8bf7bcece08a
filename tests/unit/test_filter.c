#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above */
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blackout/filter.h"
#include "support/mrt_build.h"

static struct mrt_build b;

static struct filter *
filter(void)
{
	struct filter *f;

	assert_int_equal(filter_new(&f), BLK_OK);
	return f;
}

/* --- attributes, written as bgpdump prints them --- */

/* Take a segment off text: "1 2", "{1,2}", "(1 2)" or "[1,2]". */
static void
put_segment(const char **text)
{
	unsigned type = BGP_AS_SEQUENCE, n = 0;
	uint32_t asns[255];
	const char *p = *text;
	char *end;

	switch (*p) {
	case '{':
		type = BGP_AS_SET;
		p++;
		break;
	case '(':
		type = BGP_AS_CONFED_SEQUENCE;
		p++;
		break;
	case '[':
		type = BGP_AS_CONFED_SET;
		p++;
		break;
	default:
		break;
	}
	while (*p >= '0' && *p <= '9') {
		asns[n++] = (uint32_t)strtoul(p, &end, 10);
		p = end + (*end == ' ' || *end == ',');
	}
	if (*p == '}' || *p == ')' || *p == ']')
		p++;
	*text = p + (*p == ' ');
	mb_segment(&b, type, 4, asns, n);
}

static struct bgp_attrs
attrs(void)
{
	const struct bgp_options opt = {.as4 = true};
	struct bgp_attrs a;

	bgp_attrs_read(cur_from(b.bytes, b.len), &opt, &a);
	assert_false(a.truncated);
	return a;
}

static struct bgp_attrs
path(const char *text)
{
	b.len = b.depth = 0;
	mb_attr(&b, BGP_ATTR_AS_PATH);
	while (*text != '\0')
		put_segment(&text);
	mb_end(&b);
	return attrs();
}

/* "1:2 65535:65281 1:2:3" */
static struct bgp_attrs
communities(const char *text)
{
	b.len = b.depth = 0;
	for (unsigned parts = 2; parts <= 3; parts++) {
		const char *p = text;

		mb_attr(&b,
		    parts == 2 ? BGP_ATTR_COMMUNITIES
			       : BGP_ATTR_LARGE_COMMUNITIES);
		while (*p != '\0') {
			uint32_t v[3] = {0};
			unsigned n = 0;
			char *end;

			do {
				v[n++] = (uint32_t)strtoul(p, &end, 10);
				p = end + (*end == ':');
			} while (*end == ':');
			p += *p == ' ';
			for (unsigned i = 0; i < n && n == parts; i++)
				mb_int(&b, v[i], parts == 2 ? 2 : 4);
		}
		mb_end(&b);
	}
	return attrs();
}

/* --- AS paths --- */

/* Whether one expression, "!" before it perhaps, lets a path pass. */
static bool
passes(const char *regex, const char *text)
{
	const bool negated = regex[0] == '!';
	const struct bgp_attrs a = path(text);
	char error[FILTER_ERROR_LEN], printed[BGP_ASPATH_STRLEN];
	struct filter *f = filter();
	bool passed;

	bgp_aspath_format(&a, printed);
	assert_string_equal(printed, text);
	assert_int_equal(
	    filter_add_aspath(f, regex + negated, negated, error), BLK_OK);
	assert_int_equal(filter_settle(f), BLK_OK);
	assert_true(filter_has_attrs(f));
	passed = filter_attrs(f, &a);
	filter_free(f);
	return passed;
}

static void
expressions(void **state)
{
	static const struct {
		const char *regex, *path;
		bool passes;
	} cases[] = {
	    /* a hop, wherever it stands */
	    {"_3356_", "64500 3356 15169", true},
	    {"_3356_", "3356 15169", true},
	    {"_3356_", "64500 3356", true},
	    {"_3356_", "3356", true},
	    {"_3356_", "64500 13356 15169", false},
	    {"_3356_", "64500 33561 15169", false},
	    {"_3356_", "", false},
	    {"_3356_", "64500 {3356,15169}", true},
	    {"_3356_", "64500 {15169,3356}", true},
	    {"_3356_", "64500 {15169,33560}", false},
	    {"_3356_", "(3356 2) 15169", true},
	    {"_3356_", "(2 3356) 15169", true},
	    {"_3356_", "[2,3356] 15169", true},
	    /* without boundaries it is a text like any other */
	    {"3356", "64500 13356 15169", true},
	    {"3356", "64500 1 15169", false},
	    /* ends */
	    {"^3356_", "3356 15169", true},
	    {"^3356_", "64500 3356 15169", false},
	    {"^3356_", "33560 15169", false},
	    {"^3356_", "{3356,1} 15169", false},
	    {"_15169$", "64500 15169", true},
	    {"_15169$", "15169", true},
	    {"_15169$", "15169 64500", false},
	    {"_15169$", "64500 {15169,2}", false},
	    {"_15169$", "64500 115169", false},
	    {"^15169$", "15169", true},
	    {"^15169$", "15169 15169", false},
	    {"^$", "", true},
	    {"^$", "1", false},
	    /* hops in a row */
	    {"_174_3356_", "64500 174 3356 15169", true},
	    {"_174 3356_", "64500 174 3356 15169", true},
	    {"_174_3356_", "64500 174 1 3356 15169", false},
	    {"_174_3356_", "174 174 3356", true},
	    {"_174_174_3356_", "174 3356", false},
	    {"^64500_174_3356$", "64500 174 3356", true},
	    {"^64500_174_3356$", "64500 174 3356 1", false},
	    {"_174_3356$", "174 3356 1 174 3356", true},
	    {"_1_2_", "{1,2}", true},
	    {"_1 2_", "{1,2}", false},
	    {"_1_2_", "1 {2,3}", false}, /* two signs lie between */
	    {"_1__2_", "1 {2,3}", true},
	    {"_4294967295_", "1 4294967295 2", true},
	    {"_4294967296_", "1 0 2", false},
	    {"_03356_", "3356", false},
	    {"_0_", "0 1", true},
	    {"_1_2_3_4_5_6_7_8_", "1 2 3 4 5 6 7 8", true},
	    {"_1_2_3_4_5_6_7_8_9_", "1 2 3 4 5 6 7 8 9", true},
	    {"_1_2_3_4_5_6_7_8_9_", "1 2 3 4 5 6 7 8 8", false},
	    {"_15+", "1 155", true},
	    {"_15*", "1 2", true},
	    {"_15?_", "1 2", true},
	    {"_3 ", "2 3", false},
	    {"_3.", "2 34", true},
	    /* all that POSIX has */
	    {"^64500_.*_15169$", "64500 1 2 15169", true},
	    {"^64500_.*_15169$", "64500 1 2 15168", false},
	    {"_(174|3356)_", "1 3356 2", true},
	    {"_(174|3356)_", "1 1744 2", false},
	    {"^[0-9]+_[0-9]+$", "1 2", true},
	    {"^[0-9]+_[0-9]+$", "1 2 3", false},
	    {"^([0-9]+_){2,3}[0-9]+$", "1 2 3 4", true},
	    {"^([0-9]+_){2,3}[0-9]+$", "1 2 3 4 5", false},
	    {"\\{", "1 {2}", true},
	    {"\\{", "1 2", false},
	    {"\\(2", "1 (2 3)", true},
	    /* repetitions in a row are one: the C library never ends on
	       them */
	    {"_++++++++1_", "2 1", true},
	    {"^(1_)+++++++++++++++++++++++++++2$", "1 1 2", true},
	    {"^(1_)+++++++++++++++++++++++++++2$", "2", false},
	    {"^1.*?_2$", "1 3 4 2", true},
	    {"^12??3$", "13", true},
	    {"^12??3$", "1223", false},
	    {"^12?+3$", "13", true},
	    {"^12+?3$", "1223", true},
	    {"^12*+3$", "13", true},
	    {"^12+*3$", "1223", true},
	    {"^12++3$", "1223", true},
	    {"^12++3$", "13", false},
	    {"\\{++2", "1 {2}", true},
	    {"^1[*+]?2$", "12", true},
	    /* a "_" in brackets is none, and brackets may hold any sign */
	    {"^1[_]2$", "1 2", false},
	    {"^1[^_]2$", "1 2", true},
	    {"^1[] _]2$", "1 2", true},
	    {"^1[^]_]2$", "1 2", true},
	    {"^1[[:space:]_]2_", "1 2 3", true},
	    {"1\\_2", "1 2", false},
	    /* parentheses are counted as they are written */
	    {"_([0-9]+)_\\1_", "1 2 2 3", true},
	    {"_([0-9]+)_\\1_", "1 2 22 3", false},
	    {"^(1_)?([0-9]+)_\\2_", "1 7 7 8", true},
	    {"^(1_)?([0-9]+)_\\2_", "1 7 8 7", false},
	    /* negated */
	    {"!_3356_", "64500 3356 15169", false},
	    {"!_3356_", "64500 174 15169", true},
	    {"!_3356_", "", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		if (passes(cases[i].regex, cases[i].path) != cases[i].passes)
			fail_msg("'%s' on '%s': %d", cases[i].regex,
			    cases[i].path, !cases[i].passes);
	}
}

static void
bad_expressions(void **state)
{
	/* the words are those of the C library, but for the last ones */
	static const char *const cases[] = {"_(3356", "[0-9", "1\\", "*(",
	    "1{2,1}", "_\\1_", "_(1)_\\2_",
	    /* it knows nine groups, and these would be the tenth */
	    "_1_1_1_1_1_1_1_1_1_(1)_\\1"};
	char error[FILTER_ERROR_LEN];
	struct filter *f = filter();
	char *long_one = malloc(FILTER_REGEX_MAX + 2);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		error[0] = '\0';
		assert_int_equal(
		    filter_add_aspath(f, cases[i], false, error), BLK_EUSAGE);
		assert_string_not_equal(error, "");
	}
	assert_string_equal(error, "Invalid back reference");
	memset(long_one, '1', FILTER_REGEX_MAX + 1);
	long_one[FILTER_REGEX_MAX + 1] = '\0';
	assert_int_equal(
	    filter_add_aspath(f, long_one, false, error), BLK_EUSAGE);
	assert_int_equal(
	    filter_add_aspath(f, long_one + 1, false, error), BLK_OK);
	free(long_one);
	/* what was refused has left nothing behind */
	filter_free(f);
}

static void
some_of_several_expressions(void **state)
{
	char error[FILTER_ERROR_LEN];
	struct filter *f = filter();
	struct bgp_attrs a;

	(void)state;
	filter_add_aspath(f, "_1_", false, error);
	filter_add_aspath(f, "_2|3_", false, error);
	filter_add_aspath(f, "_9$", true, error);
	assert_int_equal(filter_settle(f), BLK_OK);
	a = path("1 4");
	assert_true(filter_attrs(f, &a));
	a = path("4 2");
	assert_true(filter_attrs(f, &a));
	a = path("4 5");
	assert_false(filter_attrs(f, &a));
	a = path("1 2 9");
	assert_false(filter_attrs(f, &a));
	a = path("1 2 9 4");
	assert_true(filter_attrs(f, &a));
	filter_free(f);
}

/* Two paths of 4-byte numbers in a session of 2 bytes. */
static void
as4_path_is_merged_first(void **state)
{
	const struct bgp_options opt = {.as4 = false};
	char error[FILTER_ERROR_LEN];
	struct filter *f = filter();
	struct bgp_attrs a;

	(void)state;
	b.len = b.depth = 0;
	mb_attr(&b, BGP_ATTR_AS_PATH);
	mb_segment(&b, BGP_AS_SEQUENCE, 2, MB_ASNS(7660, 4837, 23456));
	mb_end(&b);
	mb_attr(&b, BGP_ATTR_AS4_PATH);
	mb_segment(&b, BGP_AS_SEQUENCE, 4, MB_ASNS(4837, 131279));
	mb_end(&b);
	bgp_attrs_read(cur_from(b.bytes, b.len), &opt, &a);
	filter_add_aspath(f, "_4837_131279$", false, error);
	filter_add_aspath(f, "_23456_", true, error);
	filter_add_origin(f, 131279, false);
	assert_int_equal(filter_settle(f), BLK_OK);
	assert_true(filter_attrs(f, &a));
	filter_free(f);
}

/* A path of up to six hops, mostly one sequence, of few numbers. */
static void
random_path(char *p)
{
	static const char begin[] = " {([", end[] = " })]", sep[] = " , ,";
	const unsigned segments = 1 + (unsigned)rand() % 2;

	*p = '\0';
	for (unsigned s = 0; s < segments; s++) {
		const unsigned kind =
		    rand() % 4 != 0 ? 0 : (unsigned)rand() % 4;
		const unsigned n = 1 + (unsigned)rand() % 3;

		p += sprintf(p, "%s", s > 0 ? " " : "");
		if (kind != 0)
			*p++ = begin[kind];
		for (unsigned i = 0; i < n; i++) {
			if (i > 0)
				*p++ = sep[kind];
			p += sprintf(p, "%d", 1 + rand() % 3 * 10 + rand() % 2);
		}
		if (kind != 0)
			*p++ = end[kind];
		*p = '\0';
	}
}

/* Hops in a row: the numbers are compared, unless parentheses hide them. */
static void
random_regex(char *p)
{
	const unsigned n = 1 + (unsigned)rand() % 3;

	*p++ = "^_"[rand() % 2];
	for (unsigned i = 0; i < n; i++) {
		if (i > 0)
			*p++ = "_ "[rand() % 2];
		p += sprintf(p, "%d", 1 + rand() % 3 * 10 + rand() % 2);
	}
	*p++ = "$_"[rand() % 2];
	*p = '\0';
}

static void
comparing_hops_is_matching_text(void **state)
{
	const char *given = getenv("TEST_SEED");
	const unsigned seed = given != NULL ? (unsigned)atoi(given) : 20141222;
	unsigned passed = 0;

	(void)state;
	srand(seed);
	printf("TEST_SEED=%u\n", seed);
	for (unsigned round = 0; round < 20000; round++) {
		char regex[64], hidden[72], text[64];
		bool pass;

		random_path(text);
		random_regex(regex);
		snprintf(hidden, sizeof(hidden), "(%s)", regex);
		pass = passes(hidden, text);
		if (passes(regex, text) != pass)
			fail_msg("'%s' on '%s'", regex, text);
		passed += pass;
	}
	assert_in_range(passed, 500, 19500);
}

/* --- origins and communities --- */

static void
origins(void **state)
{
	struct filter *f = filter(), *not = filter();
	struct bgp_attrs a;

	(void)state;
	filter_add_origin(f, 15169, false);
	filter_add_origin(f, 7, false);
	filter_add_origin(not, 15169, true);
	assert_int_equal(filter_settle(f), BLK_OK);
	assert_int_equal(filter_settle(not ), BLK_OK);
	a = path("15169 1");
	assert_false(filter_attrs(f, &a));
	assert_true(filter_attrs(not, &a));
	a = path("1 15169");
	assert_true(filter_attrs(f, &a));
	assert_false(filter_attrs(not, &a));
	a = path("1 7");
	assert_true(filter_attrs(f, &a));
	a = path("1 {3,15169}");
	assert_true(filter_attrs(f, &a));
	assert_false(filter_attrs(not, &a));
	a = path("");
	assert_false(filter_attrs(f, &a));
	assert_true(filter_attrs(not, &a));
	filter_free(f);
	filter_free(not );
}

static void
community_conditions(void **state)
{
	static const struct {
		const char *condition, *route;
		bool passes;
	} cases[] = {
	    {"65000:100", "65000:100", true},
	    {"65000:100", "1:2 65000:100 3:4", true},
	    {"65000:100", "65000:101 65001:100", false},
	    {"65000:100", "", false},
	    {"65000:100", "65000:100:0", false}, /* a large one */
	    {"65000:*", "1:2 65000:7", true},
	    {"65000:*", "1:65000", false},
	    {"*:100", "7:100", true},
	    {"*:100", "100:7", false},
	    {"*:*", "0:0", true},
	    {"*:*", "", false},
	    {"*:*", "1:2:3", false},
	    {"no-export", "65535:65281", true},
	    {"NO-EXPORT", "65535:65281", true},
	    {"no-export", "65535:65282", false},
	    {"no-advertise", "65535:65282", true},
	    {"local-AS", "65535:65283", true},
	    {"no-export-subconfed", "65535:65283", true},
	    {"blackhole", "65535:666", true},
	    {"graceful-shutdown", "65535:0", true},
	    {"65000:1:2", "65000:1:2", true},
	    {"65000:1:2", "65000:1:3", false},
	    {"65000:1:2", "65000:1 1:2", false},
	    {"65000:*:2", "65000:9:2", true},
	    {"65000:*:2", "65000:9:3", false},
	    {"65000:*:*", "7:7:7 65000:9:3", true},
	    {"*:1:*", "4294967295:1:5", true},
	    {"*:*:*", "1:2:3", true},
	    {"*:*:*", "1:2", false},
	    {"4200000000:1:4294967295", "4200000000:1:4294967295", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct bgp_attrs a = communities(cases[i].route);

		for (unsigned negated = 0; negated < 2; negated++) {
			struct filter *f = filter();

			assert_int_equal(filter_add_community(
					     f, cases[i].condition, negated),
			    BLK_OK);
			assert_int_equal(filter_settle(f), BLK_OK);
			if (filter_attrs(f, &a) != (cases[i].passes != negated))
				fail_msg("%s on %s", cases[i].condition,
				    cases[i].route);
			filter_free(f);
		}
	}
}

static void
bad_communities(void **state)
{
	static const char *const cases[] = {"", ":", "1", "1:", ":1",
	    "1:2:", "1:2:3:4", "65536:1", "1:65536", "4294967296:1:1", "-1:2",
	    "1:2 ", " 1:2", "1:x", "no-such-name", "**:1", "1*:2", "*"};
	struct filter *f = filter();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_int_equal(
		    filter_add_community(f, cases[i], false), BLK_EUSAGE);
	filter_free(f);
}

/* Lists of all forms at once, and a route of many. */
static void
many_communities(void **state)
{
	struct filter *f = filter();
	struct bgp_attrs a;
	char text[32];

	(void)state;
	for (unsigned i = 0; i < 5000; i++) {
		snprintf(text, sizeof(text), "%u:%u", 60000 - i, i);
		filter_add_community(f, text, false);
	}
	filter_add_community(f, "*:7777", false);
	filter_add_community(f, "1:*:3", false);
	filter_add_community(f, "no-export", true);
	assert_int_equal(filter_settle(f), BLK_OK);
	a = communities("1:1 2:2 58766:1234");
	assert_true(filter_attrs(f, &a));
	a = communities("1:1 2:2 58766:1235");
	assert_false(filter_attrs(f, &a));
	a = communities("1:1 2:7777");
	assert_true(filter_attrs(f, &a));
	a = communities("1:1 1:2:3");
	assert_true(filter_attrs(f, &a));
	a = communities("2:7777 65535:65281");
	assert_false(filter_attrs(f, &a));
	filter_free(f);
}

/* --- values --- */

static struct ipaddr
ip(const char *text)
{
	struct ipaddr addr;

	assert_int_equal(ipaddr_parse(text, &addr), BLK_OK);
	return addr;
}

static void
peers(void **state)
{
	const struct ipaddr one = ip("192.0.2.1"), two = ip("192.0.2.2");
	const struct ipaddr six = ip("2001:db8::1");
	struct filter *f = filter();

	(void)state;
	assert_true(filter_peer(f, &one, 1));
	filter_add_peer_asn(f, 3356, false);
	filter_add_peer_asn(f, 174, false);
	filter_add_peer_asn(f, 7, true);
	filter_add_peer_ip(f, &two, true);
	assert_int_equal(filter_settle(f), BLK_OK);
	assert_true(filter_peer(f, &one, 3356));
	assert_true(filter_peer(f, &six, 174));
	assert_false(filter_peer(f, &two, 3356));
	assert_false(filter_peer(f, &one, 7));
	assert_false(filter_peer(f, &one, 1));
	filter_free(f);

	f = filter();
	filter_add_peer_ip(f, &six, false);
	filter_add_peer_ip(f, &one, false);
	assert_int_equal(filter_settle(f), BLK_OK);
	assert_true(filter_peer(f, &one, 1));
	assert_true(filter_peer(f, &six, 1));
	assert_false(filter_peer(f, &two, 1));
	filter_free(f);
}

static void
collectors(void **state)
{
	struct filter *f = filter();

	(void)state;
	assert_true(filter_collector(f, "rrc00"));
	filter_add_collector(f, "rrc00", true);
	assert_int_equal(filter_settle(f), BLK_OK);
	assert_false(filter_collector(f, "rrc00"));
	assert_true(filter_collector(f, "rrc01"));
	filter_free(f);

	f = filter();
	filter_add_collector(f, "rrc00", false);
	filter_add_collector(f, "rrc01", false);
	assert_int_equal(filter_settle(f), BLK_OK);
	assert_true(filter_collector(f, "rrc01"));
	assert_false(filter_collector(f, "rrc02"));
	filter_free(f);
}

static bool
prefix_passes(const struct filter *f, const char *text)
{
	struct prefix p;

	assert_int_equal(prefix_parse(text, &p), BLK_OK);
	return filter_prefix(f, &p);
}

static void
add_prefix(struct filter *f, const char *text, bool negated)
{
	struct prefix p;

	assert_int_equal(prefix_parse(text, &p), BLK_OK);
	assert_int_equal(filter_add_prefix(f, &p, negated), BLK_OK);
}

static void
prefixes(void **state)
{
	(void)state;
	for (unsigned wide = 0; wide < 4; wide++) {
		struct filter *f = filter();
		const bool more = wide & 1, less = wide & 2;

		assert_false(filter_has_prefix(f));
		add_prefix(f, "10.0.0.0/8", false);
		add_prefix(f, "10.99.0.0/16", true);
		filter_widen_prefixes(f, more, less);
		assert_int_equal(filter_settle(f), BLK_OK);
		assert_true(filter_has_prefix(f));
		/* the one refused lies inside the one wanted */
		assert_int_equal(prefix_passes(f, "10.0.0.0/8"), !less);
		assert_int_equal(prefix_passes(f, "0.0.0.0/0"), false);
		assert_int_equal(prefix_passes(f, "10.1.0.0/16"), more);
		assert_false(prefix_passes(f, "10.99.0.0/16"));
		assert_false(prefix_passes(f, "11.0.0.0/8"));
		assert_false(prefix_passes(f, "2001:db8::/32"));
		assert_int_equal(prefix_passes(f, "10.99.1.0/24"), false);
		filter_free(f);
	}
}

static void
only_refused_prefixes(void **state)
{
	struct filter *f = filter();

	(void)state;
	add_prefix(f, "10.0.0.0/8", true);
	assert_int_equal(filter_settle(f), BLK_OK);
	assert_false(prefix_passes(f, "10.0.0.0/8"));
	assert_true(prefix_passes(f, "10.0.0.0/9"));
	assert_true(prefix_passes(f, "::/0"));
	filter_free(f);
}

static void
families(void **state)
{
	struct filter *f = filter();

	(void)state;
	assert_true(filter_family(f, AFI_IPV4));
	assert_true(filter_family(f, AFI_IPV6));
	filter_add_family(f, AFI_IPV6);
	assert_true(filter_has_prefix(f));
	assert_false(filter_family(f, AFI_IPV4));
	assert_true(filter_family(f, AFI_IPV6));
	assert_int_equal(filter_settle(f), BLK_OK);
	assert_false(prefix_passes(f, "10.0.0.0/8"));
	assert_true(prefix_passes(f, "::/0"));
	filter_add_family(f, AFI_IPV4);
	assert_false(filter_has_prefix(f));
	assert_true(filter_family(f, AFI_IPV4));
	assert_true(filter_family(f, AFI_IPV6));
	filter_free(f);
}

static void
times_are_half_open(void **state)
{
	struct filter *f = filter();

	(void)state;
	assert_true(filter_time(f, 0));
	filter_set_span(f, 100, 200);
	assert_false(filter_time(f, 99));
	assert_true(filter_time(f, 100));
	assert_true(filter_time(f, 199));
	assert_false(filter_time(f, 200));
	filter_set_span(f, USEC_NONE, 200);
	assert_true(filter_time(f, INT64_MIN + 1));
	assert_false(filter_time(f, 200));
	filter_set_span(f, 100, USEC_NONE);
	assert_true(filter_time(f, INT64_MAX));
	filter_free(f);
}

static void
types(void **state)
{
	struct filter *f = filter();

	(void)state;
	for (unsigned t = 0; t < FILTER_TYPE_N; t++)
		assert_true(filter_type(f, (enum filter_type)t));
	filter_add_type(f, FILTER_STATE, true);
	assert_false(filter_type(f, FILTER_STATE));
	assert_true(filter_type(f, FILTER_RIB));
	filter_add_type(f, FILTER_ANNOUNCE, false);
	assert_true(filter_type(f, FILTER_ANNOUNCE));
	assert_false(filter_type(f, FILTER_WITHDRAW));
	assert_false(filter_type(f, FILTER_RIB));
	assert_false(filter_type(f, FILTER_STATE));
	filter_free(f);
}

static void
names_of_types(void **state)
{
	static const struct {
		const char *text;
		int type; /* negative: refused */
	} cases[] = {{"announce", FILTER_ANNOUNCE}, {"A", FILTER_ANNOUNCE},
	    {"a", FILTER_ANNOUNCE}, {"WITHDRAW", FILTER_WITHDRAW},
	    {"w", FILTER_WITHDRAW}, {"rib", FILTER_RIB}, {"R", FILTER_RIB},
	    {"B", FILTER_RIB}, {"State", FILTER_STATE}, {"S", FILTER_STATE},
	    {"", -1}, {"an", -1}, {"announcements", -1}, {"X", -1}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		enum filter_type type = FILTER_TYPE_N;

		assert_int_equal(filter_type_parse(cases[i].text, &type),
		    cases[i].type >= 0 ? BLK_OK : BLK_EUSAGE);
		assert_int_equal(
		    type, cases[i].type >= 0 ? cases[i].type : FILTER_TYPE_N);
	}
}

static void
an_empty_filter_refuses_nothing(void **state)
{
	struct filter *f = filter();
	const struct bgp_attrs a = path("");

	(void)state;
	assert_int_equal(filter_settle(f), BLK_OK);
	assert_false(filter_has_attrs(f));
	assert_false(filter_has_prefix(f));
	assert_true(filter_attrs(f, &a));
	assert_true(prefix_passes(f, "10.0.0.0/8"));
	filter_free(f);
	filter_free(NULL);
}

/* --- routes that passed --- */

static struct filter_route
route(uint32_t peer, const char *prefix, uint32_t path_id)
{
	struct filter_route r = {.peer = peer, .path_id = path_id};

	assert_int_equal(prefix_parse(prefix, &r.prefix), BLK_OK);
	return r;
}

static void
withdrawals_follow_what_passed(void **state)
{
	const struct filter_route r = route(0, "10.0.0.0/8", 0);
	struct filter_route other = route(0, "10.0.0.0/8", 0);
	struct filter_passed *p;

	(void)state;
	assert_int_equal(filter_passed_new(&p), BLK_OK);
	assert_false(filter_passed_take(p, &r));
	filter_passed_note(p, &r, true);
	/* each of these is another route */
	other.kind = 2;
	assert_false(filter_passed_take(p, &other));
	other = route(1, "10.0.0.0/8", 0);
	assert_false(filter_passed_take(p, &other));
	other = route(0, "10.0.0.0/8", 1);
	assert_false(filter_passed_take(p, &other));
	other = route(0, "10.0.0.0/9", 0);
	assert_false(filter_passed_take(p, &other));
	other = route(0, "a00::/8", 0);
	assert_false(filter_passed_take(p, &other));
	/* it is withdrawn once */
	assert_true(filter_passed_take(p, &r));
	assert_false(filter_passed_take(p, &r));
	/* and gone if another one replaces it */
	filter_passed_note(p, &r, true);
	filter_passed_note(p, &r, true);
	filter_passed_note(p, &r, false);
	assert_false(filter_passed_take(p, &r));
	filter_passed_free(p);
	filter_passed_free(NULL);
}

static void
peers_have_numbers(void **state)
{
	const struct ipaddr one = ip("192.0.2.1"), two = ip("2001:db8::1");
	const struct ipaddr none = {0};
	struct filter_passed *p;
	uint32_t n, seen[5];

	(void)state;
	assert_int_equal(filter_passed_new(&p), BLK_OK);
	for (unsigned round = 0; round < 2; round++) {
		filter_passed_peer(p, 0, &one, 1, &seen[0]);
		filter_passed_peer(p, 1, &one, 1, &seen[1]);
		filter_passed_peer(p, 0, &two, 1, &seen[2]);
		filter_passed_peer(p, 0, &one, 2, &seen[3]);
		filter_passed_peer(p, 0, &none, 1, &seen[4]);
		for (uint32_t i = 0; i < 5; i++)
			assert_int_equal(seen[i], i);
	}
	for (uint32_t i = 5; i < 2000; i++) {
		filter_passed_peer(p, 7, &one, i, &n);
		assert_int_equal(n, i);
	}
	filter_passed_peer(p, 7, &one, 1234, &n);
	assert_int_equal(n, 1234);
	filter_passed_free(p);
}

/* Against a plain table of what each of some routes is. */
static void
random_routes_come_and_go(void **state)
{
	enum { PEERS = 7, PREFIXES = 256 };
	static bool passed[PEERS][PREFIXES];
	const char *given = getenv("TEST_SEED");
	const unsigned seed = given != NULL ? (unsigned)atoi(given) : 20141222;
	struct filter_passed *p;

	(void)state;
	srand(seed);
	printf("TEST_SEED=%u\n", seed);
	assert_int_equal(filter_passed_new(&p), BLK_OK);
	for (unsigned i = 0; i < 300000; i++) {
		const uint32_t peer = (uint32_t)rand() % PEERS;
		const unsigned k = (unsigned)rand() % PREFIXES;
		struct filter_route r = route(peer, "10.0.0.0/24", 0);
		const bool pass = rand() % 2;

		r.prefix.bytes[2] = (uint8_t)k;
		if (rand() % 2) {
			assert_int_equal(
			    filter_passed_take(p, &r), passed[peer][k]);
			passed[peer][k] = false;
		} else {
			filter_passed_note(p, &r, pass);
			passed[peer][k] = pass;
		}
	}
	filter_passed_free(p);
}

/* Beyond the limit routes are forgotten, and it is counted. */
static void
a_limit_on_routes(void **state)
{
	struct filter_route r = route(0, "10.0.0.0/32", 0);
	struct filter_passed *p;

	(void)state;
	assert_int_equal(filter_passed_new(&p), BLK_OK);
	for (r.path_id = 0; r.path_id < FILTER_PASSED_MAX + 3; r.path_id++)
		assert_int_equal(filter_passed_note(p, &r, true), BLK_OK);
	assert_int_equal(filter_passed_forgotten(p), 3);
	r.path_id = FILTER_PASSED_MAX - 1;
	assert_true(filter_passed_take(p, &r));
	r.path_id = FILTER_PASSED_MAX;
	assert_false(filter_passed_take(p, &r));
	assert_int_equal(filter_passed_note(p, &r, true), BLK_OK);
	assert_true(filter_passed_take(p, &r));
	assert_int_equal(filter_passed_forgotten(p), 3);
	filter_passed_free(p);
}

#define TEST(f) cmocka_unit_test(f)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(expressions),
	    TEST(bad_expressions),
	    TEST(some_of_several_expressions),
	    TEST(as4_path_is_merged_first),
	    TEST(comparing_hops_is_matching_text),
	    TEST(origins),
	    TEST(community_conditions),
	    TEST(bad_communities),
	    TEST(many_communities),
	    TEST(peers),
	    TEST(collectors),
	    TEST(prefixes),
	    TEST(only_refused_prefixes),
	    TEST(families),
	    TEST(times_are_half_open),
	    TEST(types),
	    TEST(names_of_types),
	    TEST(an_empty_filter_refuses_nothing),
	    TEST(withdrawals_follow_what_passed),
	    TEST(peers_have_numbers),
	    TEST(random_routes_come_and_go),
	    TEST(a_limit_on_routes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
