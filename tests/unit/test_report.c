#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "blackout/report.h"
#include "report/text.h"

/*
 * Reports of results made by hand: an AS with a sound outage, one that was
 * open at both ends, and one that was never seen.
 */

#define T(sec) ((usec_t)(sec)*USEC_PER_SEC)
#define NOON 1419249600 /* 2014-12-22T12:00:00Z */

static struct prefix prefixes[2] = {
    {.afi = AFI_IPV4, .len = 24, .bytes = {175, 45, 176}},
    {.afi = AFI_IPV4, .len = 24, .bytes = {175, 45, 177}}};

static struct outage_span spans[] = {
    {T(NOON + 5), T(NOON + 60), T(55)}, {T(NOON + 70), USEC_NONE, T(30)}};

static struct outage_prefix stretches[] = {
    {{AFI_IPV4, 24, {175, 45, 176}}, OUTAGE_WITHDRAWN, T(NOON), T(NOON + 100),
	0.05263, 0},
    {{AFI_IPV4, 24, {175, 45, 177}}, OUTAGE_MOVED, T(NOON), USEC_NONE, 0,
	4837}};

static struct ipaddr stuck[] = {{AFI_IPV4, {198, 51, 100, 7}}};
static unsigned used[] = {0, 1};

static struct outage_window windows[] = {
    {.start = T(NOON) + 900000, /* printed times decide on the duration */
	.end = T(NOON + 34265) + 100000,
	.duration = T(34264) + 200000,
	.start_earliest = T(NOON) + 899999, /* in the same second */
	.end_earliest = T(NOON + 34264),
	.start_known = true,
	.loss = 1,
	.prefixes_lost = 2,
	.prefixes_total = 2,
	.blackouts = spans,
	.blackout_n = 1,
	.voting = 38,
	.still_carrying = 1,
	.stuck = stuck,
	.stuck_n = 1,
	.prefixes = stretches,
	.prefix_n = 2,
	.collectors = used,
	.collector_n = 2},
    {.start = T(NOON + 50000),
	.end = USEC_NONE,
	.duration = T(7200),
	.start_earliest = USEC_NONE,
	.end_earliest = T(NOON + 57199),
	.unknown = T(3600),
	.loss = 0.66666,
	.prefixes_lost = 1,
	.prefixes_total = 2,
	.blackouts = spans,
	.blackout_n = 2,
	.voting = 38,
	.collectors = used,
	.collector_n = 1}};

static struct outage_as ases[] = {
    {.asn = 131279,
	.baseline = prefixes,
	.baseline_n = 2,
	.availability = 0.93,
	.seen = true,
	.first_visible = T(NOON - 7200),
	.filtered_short = 12,
	.voting_max = 38,
	.verdict = true,
	.windows = windows,
	.window_n = 2,
	.families = {{AFI_IPV4, 2, spans, 1}, {AFI_IPV6, 0, NULL, 0}},
	.partial = stretches,
	.partial_n = 2},
    {.asn = 131999,
	.availability = 1,
	.seen = false,
	.first_visible = USEC_NONE,
	.voting_max = 38,
	.verdict = true}};

static struct outage_row rows[] = {{0, 0}, {0, 1}};
static struct outage_result result = {
    .ases = ases, .as_n = 2, .rows = rows, .row_n = 2, .row_total = 2};

static struct tl_gap gaps[] = {{T(NOON), T(NOON + 900), GAP_MISSING_FILE},
    {T(NOON + 1800), T(NOON + 1900), GAP_SILENT}};
static struct tl_collector tl_collectors[] = {
    {.session_resets = 3, .gaps = gaps, .gap_n = 2}, {.rib_mismatches = 1},
    {.rib_mismatches = 9}};
static struct timeline timeline = {.start = T(NOON - 7200),
    .end = T(NOON + 57200),
    .collectors = tl_collectors,
    .collector_n = 3};

static char name_a[] = "a,\"b\"", name_b[] = "rrc\xff", name_c[] = "unread";
static struct archive_collector collectors[] = {
    {.name = name_a}, {.name = name_b}, {.name = name_c}};
static char gone[] = "gone\nfile";
static struct archive_problem problems[] = {{.path = gone, .error = 2}};
static struct archive archive = {.collectors = collectors,
    .collector_n = 3,
    .problems = problems,
    .problem_n = 1,
    .duplicate_n = 4};

static const struct feed_collector feed[] = {
    {.files = 97, .ribs = 1, .updates = 96, .records = UINT32_MAX},
    {.files = 1, .records = 1}, {.files = 0}};
static char torn[] = "updates.\x1b[31m.bz2", what[] = "bzip2 stream ends early";
static const struct damage damage[] = {
    {torn, 12345, what, 1, 812, T(NOON), T(NOON + 900)}};

static struct outage_params params = {.visibility = 0.5,
    .loss = 0.5,
    .full_feed = 0.75,
    .min_peers = 3,
    .min_duration = T(60),
    .start = USEC_NONE,
    .end = USEC_NONE};
static const uint32_t asns[] = {131279, 131999};
static char *const words[] = {(char[]){"!rrc00"}};
static char *const paths[] = {(char[]){"_174_"}, (char[]){"!_\"_"}};
static char *const types[] = {(char[]){"rib"}};
static const struct report_query query = {.asns = asns,
    .asn_n = 2,
    .more_specific = true,
    .family = {false, true},
    .collectors = {words, 1},
    .as_paths = {paths, 2},
    .types = {types, 1},
    .params = &params};
static const struct report_input input = {.query = &query,
    .result = &result,
    .timeline = &timeline,
    .archive = &archive,
    .collectors = feed,
    .damage = damage,
    .damage_n = 1};

/* The report in a format; the caller frees it. */
static char *
report(const char *format, bool colour)
{
	const struct report_style style = {.colour = colour};
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	assert_int_equal(
	    report_format_find(format)->outages(out, &input, &style), BLK_OK);
	assert_int_equal(fclose(out), 0);
	return text;
}

static const cJSON *
member(const cJSON *object, const char *key)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);

	if (item == NULL)
		fail_msg("no member %s", key);
	return item;
}

static const char *
text_of(const cJSON *object, const char *key)
{
	const cJSON *item = member(object, key);

	assert_true(cJSON_IsString(item));
	return item->valuestring;
}

static void
test_formats_by_name(void **state)
{
	(void)state;
	assert_string_equal(report_format_name(0), "table");
	assert_null(report_format_name(6));
	assert_null(report_format_find("xml"));
	for (size_t i = 0; report_format_name(i) != NULL; i++)
		assert_non_null(report_format_find(report_format_name(i)));
}

static void
test_json_keys_keep_their_order(void **state)
{
	static const char *const keys[] = {"schema", "tool", "query", "outages",
	    "events", "ases", "coverage", "damage"};
	char *text = report("json", false);
	cJSON *top = cJSON_Parse(text);
	size_t i = 0;

	(void)state;
	assert_non_null(top);
	for (const cJSON *c = top->child; c != NULL; c = c->next)
		assert_string_equal(c->string, keys[i++]);
	assert_int_equal(i, 8);
	cJSON_Delete(top);
	free(text);
}

static void
test_json_query(void **state)
{
	char *text = report("json", false);
	cJSON *top = cJSON_Parse(text);
	const cJSON *q = member(top, "query");

	(void)state;
	assert_true(cJSON_IsTrue(member(q, "more_specific")));
	assert_true(cJSON_IsFalse(member(q, "less_specific")));
	assert_int_equal(cJSON_GetArraySize(member(q, "peer_asns")), 0);
	assert_string_equal(
	    cJSON_GetArrayItem(member(q, "collectors"), 0)->valuestring,
	    "!rrc00");
	assert_string_equal(
	    cJSON_GetArrayItem(member(q, "as_paths"), 1)->valuestring, "!_\"_");
	assert_int_equal(cJSON_GetArraySize(member(q, "communities")), 0);
	assert_string_equal(
	    cJSON_GetArrayItem(member(q, "types"), 0)->valuestring, "rib");
	assert_int_equal(cJSON_GetArraySize(member(q, "families")), 1);
	assert_string_equal(
	    cJSON_GetArrayItem(member(q, "families"), 0)->valuestring, "ipv6");
	cJSON_Delete(top);
	free(text);
}

static void
test_json_window(void **state)
{
	char *text = report("json", false);
	cJSON *top = cJSON_Parse(text);
	const cJSON *w = cJSON_GetArrayItem(member(top, "outages"), 0);
	const cJSON *p;

	(void)state;
	assert_string_equal(text_of(w, "start"), "2014-12-22T12:00:00Z");
	assert_string_equal(text_of(w, "end"), "2014-12-22T21:31:05Z");
	assert_int_equal(member(w, "duration")->valuedouble, 34265);
	assert_true(cJSON_IsFalse(member(w, "ongoing")));
	assert_null(cJSON_GetObjectItem(w, "prefix"));
	p = cJSON_GetArrayItem(member(w, "prefixes"), 0);
	assert_null(cJSON_GetObjectItem(p, "moved_to"));
	p = cJSON_GetArrayItem(member(w, "prefixes"), 1);
	assert_int_equal(member(p, "moved_to")->valuedouble, 4837);
	assert_true(cJSON_IsNull(member(p, "end")));
	p = cJSON_GetArrayItem(member(w, "collectors"), 1);
	assert_string_equal(p->valuestring, "rrc\xef\xbf\xbd");
	cJSON_Delete(top);
	free(text);
}

static void
test_json_open_window(void **state)
{
	char *text = report("json", false);
	cJSON *top = cJSON_Parse(text);
	const cJSON *w = cJSON_GetArrayItem(member(top, "outages"), 1);

	(void)state;
	assert_true(cJSON_IsNull(member(w, "end")));
	assert_true(cJSON_IsNull(member(w, "start_earliest")));
	assert_true(cJSON_IsTrue(member(w, "ongoing")));
	assert_int_equal(member(w, "duration")->valuedouble, 7200);
	assert_int_equal(member(w, "unknown")->valuedouble, 3600);
	assert_non_null(strstr(text, "0.6667,"));
	cJSON_Delete(top);
	free(text);
}

static void
test_json_rest(void **state)
{
	char *text = report("json", false);
	cJSON *top = cJSON_Parse(text);
	const cJSON *list = member(member(top, "coverage"), "collectors");
	const cJSON *d;

	(void)state;
	assert_int_equal(cJSON_GetArraySize(list), 2); /* not the unread one */
	assert_non_null(strstr(text, "4294967295"));
	assert_null(strstr(text, "duplicate"));
	assert_null(strstr(text, "first_words_forgotten"));
	assert_int_equal(cJSON_GetArraySize(member(top, "damage")), 2);
	d = cJSON_GetArrayItem(member(top, "damage"), 1);
	assert_string_equal(text_of(d, "file"), "gone\nfile");
	assert_true(cJSON_IsNull(member(d, "lost_from")));
	cJSON_Delete(top);
	free(text);
}

static void
test_json_lines(void **state)
{
	char *text = report("jsonl", false);
	char *rest = NULL;
	size_t n = 0;

	(void)state;
	for (char *line = strtok_r(text, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest)) {
		cJSON *item = cJSON_Parse(line);

		assert_non_null(item);
		assert_string_equal(item->child->string, "type");
		assert_string_equal(
		    item->child->valuestring, n < 2 ? "outage" : "summary");
		cJSON_Delete(item);
		n++;
	}
	assert_int_equal(n, 3);
	free(text);
}

static void
test_table(void **state)
{
	static const char *const wanted[] = {
	    "AS        START (UTC)          END                  DURATION  "
	    "LOST  PEERS  NOTE\n"
	    "AS131279  2014-12-22 12:00:00  2014-12-22 21:31:05  9h31m     "
	    "2/2   1/38   all lost for 55s\n"
	    "AS131279  2014-12-23 01:53:20  -                    2h00m     "
	    "1/2   0/38   began before the data; ongoing; "
	    "2 blackouts inside; unknown for 1h00m\n\n",
	    "Never visible: AS131999 from 2014-12-22 10:00:00 to "
	    "2014-12-23 03:53:20 UTC: of 38 voting peers, fewer than 50% "
	    "carried it at any time (--visibility).\n",
	    "Gap: a,\"b\", 2014-12-22 12:00:00 to 2014-12-22 12:15:00 UTC "
	    "(15m00s): no file\n",
	    "Damage: updates.\\x1b[31m.bz2, offset 12345: bzip2 stream ends "
	    "early; may hide 2014-12-22 12:00:00 to 2014-12-22 12:15:00 UTC\n",
	    "Damage: gone\\nfile", "Left out: 12 outages shorter than 1m00s",
	    "Prefixes: 1 time lost outside any outage, 1 time moved to"};
	char *text = report("table", false);

	(void)state;
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		if (strstr(text, wanted[i]) == NULL)
			fail_msg("no \"%s\" in:\n%s", wanted[i], text);
	}
	assert_null(strstr(text, " \n"));
	assert_null(strchr(text, '\033'));
	free(text);
}

static void
test_table_colour_only_when_asked(void **state)
{
	char *text = report("table", true);

	(void)state;
	assert_non_null(strchr(text, '\033'));
	free(text);
}

static void
test_csv(void **state)
{
	char *text = report("csv", false);

	(void)state;
	assert_int_equal(
	    strncmp(text, "asn,prefix,start,end,duration,", 30), 0);
	assert_non_null(strstr(text,
	    "\n131279,,2014-12-22T12:00:00Z,2014-12-22T21:31:05Z,34265,false,"
	    "true,2014-12-22T11:59:59Z,2014-12-22T21:31:04Z,0,1.0000,2,2,1,38,"
	    "1,198.51.100.7,175.45.176.0/24 175.45.177.0/24,"
	    "\"a,\"\"b\"\" rrc\xff\",,\n"));
	assert_non_null(
	    strstr(text, ",2014-12-23T01:53:20Z,,7200,true,false,,"));
	free(text);
}

static void
test_a_full_device_is_told(void **state)
{
	const struct report_style style = {.colour = false};

	(void)state;
	for (size_t i = 0; report_format_name(i) != NULL; i++) {
		FILE *out = fopen("/dev/full", "w");

		if (out == NULL)
			skip();
		setvbuf(out, NULL, _IONBF, 0);
		assert_int_equal(report_format_find(report_format_name(i))
				     ->outages(out, &input, &style),
		    BLK_EIO);
		fclose(out);
	}
}

static void
test_text(void **state)
{
	/* given, as UTF-8, printable */
	static const char *const cases[][3] = {{"a b", "a b", "a b"},
	    {"\xc3\xa9\xe2\x82\xac\xf0\x9f\x8c\x8d",
		"\xc3\xa9\xe2\x82\xac\xf0\x9f\x8c\x8d",
		"\xc3\xa9\xe2\x82\xac\xf0\x9f\x8c\x8d"},
	    {"\xff", "\xef\xbf\xbd", "\\xff"},
	    {"\xc3", "\xef\xbf\xbd", "\\xc3"},
	    {"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd",
		"\\xed\\xa0\\x80"},
	    {"\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd", "\\xc0\\xaf"},
	    {"\xf4\x90\x80\x80",
		"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd",
		"\\xf4\\x90\\x80\\x80"},
	    {"a\n\t\r\x1b\x7f\\", "a\n\t\r\x1b\x7f\\",
		"a\\n\\t\\r\\x1b\\x7f\\\\"},
	    {"\xc2\x9b", "\xc2\x9b", "\\xc2\\x9b"}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *utf8 = text_utf8(cases[i][0]);
		char *printable = text_printable(cases[i][0]);

		assert_string_equal(utf8, cases[i][1]);
		assert_string_equal(printable, cases[i][2]);
		free(utf8);
		free(printable);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_formats_by_name),
	    cmocka_unit_test(test_json_keys_keep_their_order),
	    cmocka_unit_test(test_json_query),
	    cmocka_unit_test(test_json_window),
	    cmocka_unit_test(test_json_open_window),
	    cmocka_unit_test(test_json_rest),
	    cmocka_unit_test(test_json_lines),
	    cmocka_unit_test(test_table),
	    cmocka_unit_test(test_table_colour_only_when_asked),
	    cmocka_unit_test(test_csv),
	    cmocka_unit_test(test_a_full_device_is_told),
	    cmocka_unit_test(test_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
