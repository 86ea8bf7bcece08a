#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/opts.h"
#include "cli/values.h"

#define GROUPS                                                                 \
	(OPTS_WATCH | OPTS_TIME | OPTS_PEERS | OPTS_ROUTES | OPTS_JUDGE |      \
	    OPTS_FORMAT | OPTS_OUTPUT | OPTS_WORK)
#define ARGS_MAX 32

static char error[OPTS_ERROR_LEN];

/* Parse a line of words separated by single spaces. */
static enum blk_status
parse(struct opts *o, const char *line)
{
	static char text[1024];
	static char *argv[ARGS_MAX + 1]; /* opts lends paths from it */
	char *rest = NULL;
	int argc = 0;

	memset(argv, 0, sizeof(argv));
	snprintf(text, sizeof(text), "outages %s", line);
	for (char *word = strtok_r(text, " ", &rest);
	     word != NULL && argc < ARGS_MAX; word = strtok_r(NULL, " ", &rest))
		argv[argc++] = word;
	return opts_parse(o, GROUPS, argc, argv, error);
}

static void
test_asn_forms(void **state)
{
	static const struct {
		const char *text;
		uint32_t asn; /* 0: refused */
	} cases[] = {{"131279", 131279}, {"AS131279", 131279},
	    {"as131279", 131279}, {"2.207", 131279}, {"AS2.207", 131279},
	    {"0.1", 1}, {"4294967294", 4294967294}, {"4294967295", 0},
	    {"4294967296", 0}, {"0", 0}, {"0.0", 0}, {"", 0}, {"AS", 0},
	    {"-1", 0}, {"+1", 0}, {" 1", 0}, {"1 ", 0}, {"1x", 0}, {"0x10", 0},
	    {"65536.1", 0}, {"1.65536", 0}, {"1.", 0}, {".1", 0}, {"1.2.3", 0},
	    {"99999999999999999999999", 0}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint32_t asn = 0;
		const enum blk_status status = values_asn(cases[i].text, &asn);

		assert_int_equal(
		    status, cases[i].asn != 0 ? BLK_OK : BLK_EUSAGE);
		assert_int_equal(asn, cases[i].asn);
	}
}

static void
test_share_forms(void **state)
{
	static const struct {
		const char *text;
		double share; /* negative: refused */
	} cases[] = {{"0.5", 0.5}, {"50%", 0.5}, {".5", 0.5}, {"1", 1},
	    {"1.0", 1}, {"100%", 1}, {"0", 0}, {"0%", 0}, {"12.5%", 0.125},
	    {"1.01", -1}, {"50", -1}, {"101%", -1}, {"", -1}, {"%", -1},
	    {".", -1}, {"-0.5", -1}, {"0,5", -1}, {"0.5.", -1}, {"nan", -1},
	    {"inf", -1}, {"5e-1", -1}, {"0x1", -1}, {"50%%", -1}, {"0.5 ", -1}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		double share = -1;
		const enum blk_status status =
		    values_share(cases[i].text, &share);

		assert_int_equal(
		    status, cases[i].share >= 0 ? BLK_OK : BLK_EUSAGE);
		assert_true(share >= cases[i].share - 1e-12 &&
		    share <= cases[i].share + 1e-12);
	}
}

static void
test_defaults(void **state)
{
	struct opts o;

	(void)state;
	assert_int_equal(parse(&o, "-o 1 dir"), BLK_OK);
	assert_string_equal(o.format->name, "table");
	assert_null(o.output);
	assert_int_equal(o.path_n, 1);
	assert_string_equal(o.paths[0], "dir");
	assert_int_equal(o.params.min_peers, 3);
	assert_true(o.params.start == USEC_NONE);
	opts_fini(&o);
}

static void
test_lists_are_sorted_and_distinct(void **state)
{
	struct opts o;

	(void)state;
	assert_int_equal(parse(&o,
			     "a -o 3,AS1 --asn=2 b -p 10.0.0.0/8 -o 1 "
			     "-p 2001:db8::/32,9.0.0.0/8,10.0.0.0/8 c"),
	    BLK_OK);
	assert_int_equal(o.asn_n, 3);
	assert_int_equal(o.asns[0], 1);
	assert_int_equal(o.asns[2], 3);
	assert_int_equal(o.prefix_n, 3);
	assert_int_equal(o.prefixes[0].bytes[0], 9);
	assert_int_equal(o.prefixes[2].afi, AFI_IPV6);
	assert_int_equal(o.path_n, 3);
	opts_fini(&o);
}

static void
test_values_from_a_file(void **state)
{
	char name[] = "/tmp/test_opts.XXXXXX";
	const int fd = mkstemp(name);
	FILE *out = fdopen(fd, "w");
	char line[128];
	struct ipaddr addr;
	struct opts o;

	(void)state;
	assert_int_equal(ipaddr_parse("192.0.2.1", &addr), BLK_OK);
	assert_non_null(out);
	fputs("# networks\n131279, AS4837 # two\r\n\n2.207\t7\n", out);
	fclose(out);
	snprintf(line, sizeof(line), "-o @%s -J !@%s x", name, name);
	assert_int_equal(parse(&o, line), BLK_OK);
	unlink(name);
	assert_int_equal(o.asn_n, 3);
	assert_int_equal(o.asns[0], 7);
	assert_int_equal(o.peer_asns.n, 4);
	assert_string_equal(o.peer_asns.v[1], "!AS4837");
	assert_false(filter_peer(o.filter, &addr, 7));
	assert_true(filter_peer(o.filter, &addr, 8));
	opts_fini(&o);
	assert_int_equal(parse(&o, line), BLK_EUSAGE); /* it is gone */
	assert_non_null(strstr(error, "No such file"));
	opts_fini(&o);
}

static void
test_peers_wanted(void **state)
{
	struct ipaddr a, b;
	struct opts o;

	(void)state;
	assert_int_equal(ipaddr_parse("192.0.2.1", &a), BLK_OK);
	assert_int_equal(ipaddr_parse("2001:db8::1", &b), BLK_OK);
	assert_int_equal(parse(&o, "-o 1 -J 10,20 -j !192.0.2.1 x"), BLK_OK);
	assert_true(filter_peer(o.filter, &b, 10));
	assert_true(filter_peer(o.filter, &b, 20));
	assert_false(filter_peer(o.filter, &b, 30));
	assert_false(filter_peer(o.filter, &a, 10));
	opts_fini(&o);
	assert_int_equal(parse(&o, "-o 1 -J !10 x"), BLK_OK);
	assert_false(filter_peer(o.filter, &a, 10));
	assert_true(filter_peer(o.filter, &a, 11));
	opts_fini(&o);
	assert_int_equal(parse(&o, "-o 1 x"), BLK_OK);
	assert_true(filter_peer(o.filter, &a, 10));
	opts_fini(&o);
}

static void
test_threads(void **state)
{
	struct opts o;

	(void)state;
	assert_int_equal(parse(&o, "-o 1 x"), BLK_OK);
	assert_true(o.threads >= 1);
	opts_fini(&o);
	assert_int_equal(parse(&o, "-o 1 --threads 3 x"), BLK_OK);
	assert_int_equal(o.threads, 3);
	opts_fini(&o);
	assert_int_equal(parse(&o, "-o 1 --threads 0 x"), BLK_EUSAGE);
	opts_fini(&o);
}

static void
test_collectors_wanted(void **state)
{
	struct opts o;

	(void)state;
	assert_int_equal(parse(&o, "-o 1 -c rrc00,rrc01 x"), BLK_OK);
	assert_true(filter_collector(o.filter, "rrc01"));
	assert_false(filter_collector(o.filter, "rrc02"));
	opts_fini(&o);
	assert_int_equal(parse(&o, "-o 1 -c !rrc00 x"), BLK_OK);
	assert_false(filter_collector(o.filter, "rrc00"));
	assert_true(filter_collector(o.filter, "rrc02"));
	opts_fini(&o);
}

/* An expression may hold commas and spaces, so each option and line is one. */
static void
test_expressions(void **state)
{
	char name[] = "/tmp/test_opts.XXXXXX";
	const int fd = mkstemp(name);
	FILE *out = fdopen(fd, "w");
	char line[128];
	struct opts o;

	(void)state;
	assert_non_null(out);
	fputs("# paths\n  _174_ # one\r\n\n^(1_){1,3}2 3$\t\n!_7_", out);
	fclose(out);
	snprintf(line, sizeof(line), "-o 1 -a @%s -a !_1{2,3}_ -a !@%s x", name,
	    name);
	assert_int_equal(parse(&o, line), BLK_OK);
	unlink(name);
	assert_int_equal(o.as_paths.n, 7);
	assert_string_equal(o.as_paths.v[0], "_174_");
	assert_string_equal(o.as_paths.v[1], "^(1_){1,3}2 3$");
	assert_string_equal(o.as_paths.v[2], "!_7_");
	assert_string_equal(o.as_paths.v[3], "!_1{2,3}_");
	assert_string_equal(o.as_paths.v[4], "!_174_");
	assert_string_equal(o.as_paths.v[6], "_7_");
	assert_true(filter_has_attrs(o.filter));
	opts_fini(&o);
}

static void
test_communities_and_types(void **state)
{
	struct opts o;

	(void)state;
	assert_int_equal(parse(&o,
			     "-o 1 --community 1:2,!no-export "
			     "--community *:7 --type A,w,State x"),
	    BLK_OK);
	assert_int_equal(o.communities.n, 3);
	assert_string_equal(o.communities.v[1], "!no-export");
	assert_true(filter_has_attrs(o.filter));
	assert_int_equal(o.types.n, 3);
	assert_false(filter_type(o.filter, FILTER_RIB));
	assert_true(filter_type(o.filter, FILTER_STATE));
	opts_fini(&o);
	assert_int_equal(parse(&o, "-o 1 --type !B x"), BLK_OK);
	assert_false(filter_type(o.filter, FILTER_RIB));
	assert_true(filter_type(o.filter, FILTER_ANNOUNCE));
	assert_false(filter_has_attrs(o.filter));
	opts_fini(&o);
	assert_int_equal(parse(&o, "-o 1 --type rib x"), BLK_OK);
	opts_fini(&o);
}

static void
test_judging(void **state)
{
	struct opts o;

	(void)state;
	assert_int_equal(parse(&o,
			     "-o 1 --visibility 20% --loss 1 --full-feed 0.9 "
			     "--min-peers 7 --min-duration 5m --merge-gap 90 "
			     "--retire 30d --weight addresses --format json "
			     "-t 2014-12-22 -T 2014-12-23T00:00:00Z -4 x"),
	    BLK_OK);
	assert_true(o.params.visibility > 0.199 && o.params.visibility < 0.201);
	assert_int_equal(o.params.min_peers, 7);
	assert_int_equal(o.params.min_duration / USEC_PER_SEC, 300);
	assert_int_equal(o.params.merge_gap / USEC_PER_SEC, 90);
	assert_int_equal(o.params.retire / USEC_PER_SEC, 30 * 86400);
	assert_int_equal(o.params.weight, OUTAGE_BY_ADDRESSES);
	assert_int_equal((o.params.end - o.params.start) / USEC_PER_SEC, 86400);
	assert_true(filter_family(o.filter, AFI_IPV4));
	assert_false(filter_family(o.filter, AFI_IPV6));
	opts_fini(&o);
}

static void
test_wrong_usage(void **state)
{
	/* What is given, and a part of what must be said. */
	static const char *const cases[][2] = {{"x", "--asn or --prefix"},
	    {"-o 1", "no PATH"}, {"-o 0 x", "--asn 0:"},
	    {"-o 1,,x y", "--asn x:"}, {"-o , x", "at least one"},
	    {"-o !1 x", "--asn !1: "}, {"-p !10.0.0.0/8 x", "no '!'"},
	    {"-o 1 -a _(1 x", "--as-path _(1: "}, {"-o 1 -a ! x", "expression"},
	    {"-o 1 --as-path= x", "at least one"},
	    {"-o 1 -a @/nothing x", "--as-path @/nothing: No such"},
	    {"-o 1 --community 1 x", "--community 1: a community"},
	    {"-o 1 --community 1:2,1:x x", "--community 1:x: a community"},
	    {"-o 1 --type X x", "--type X: announce"},
	    {"-o 1 --type A x", "together"},
	    {"-o 1 --type A,W,B x", "together"},
	    {"-o 1 --type !state x", "together"},
	    {"-o 1 --type rib,!rib x", "everything"}, {"-p 1.2.3 x", "prefix"},
	    {"-j 10.0.0.0/8 -o 1 x", "IP address"},
	    {"--loss 0 -o 1 x", "--loss 0:"}, {"--loss 50 -o 1 x", "share"},
	    {"--min-peers 0 -o 1 x", "--min-peers 0:"},
	    {"--min-peers 1e3 -o 1 x", "number"},
	    {"--min-duration -1 -o 1 x", "length of time"},
	    {"--format xml -o 1 x", "json"}, {"--weight x -o 1 x", "addresses"},
	    {"-t yesterday -o 1 x", "--start yesterday"},
	    {"-t 2014-12-23 -T 2014-12-22 -o 1 x", "later"},
	    {"--more-specific -o 1 x", "needs --prefix"},
	    {"--all x", "unknown option '--all'"},
	    {"-o 1 x --threads 0", "--threads 0: a number"},
	    {"-Z -o 1 x", "unknown option '-Z'"},
	    {"-o 1 -4Z x", "unknown option '-Z'"},
	    {"x -o", "value is needed after '-o'"},
	    {"x --asn", "value is needed after '--asn'"},
	    {"-o 1 --help=x y", "no value"}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct opts o;

		assert_int_equal(parse(&o, cases[i][0]), BLK_EUSAGE);
		if (strstr(error, cases[i][1]) == NULL)
			fail_msg("%s: says: %s", cases[i][0], error);
		assert_null(strchr(error, '\n'));
		opts_fini(&o);
	}
}

static void
test_help_names_every_option(void **state)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	size_t lines = 0;

	(void)state;
	opts_help(out, GROUPS);
	fclose(out);
	assert_non_null(strstr(text, "-o, --asn ASN"));
	assert_non_null(strstr(text, "--weight"));
	assert_non_null(strstr(text, "-h, --help"));
	for (char *line = text; *line != '\0'; lines++) {
		const size_t width = strcspn(line, "\n");

		assert_in_range(width, 1, 80);
		line += width + 1;
	}
	assert_in_range(lines, 10, 40); /* one screen */
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_asn_forms),
	    cmocka_unit_test(test_share_forms),
	    cmocka_unit_test(test_defaults),
	    cmocka_unit_test(test_lists_are_sorted_and_distinct),
	    cmocka_unit_test(test_values_from_a_file),
	    cmocka_unit_test(test_peers_wanted),
	    cmocka_unit_test(test_threads),
	    cmocka_unit_test(test_collectors_wanted),
	    cmocka_unit_test(test_expressions),
	    cmocka_unit_test(test_communities_and_types),
	    cmocka_unit_test(test_judging),
	    cmocka_unit_test(test_wrong_usage),
	    cmocka_unit_test(test_help_names_every_option),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
