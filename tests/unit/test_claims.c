#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "blackout/claims.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

#define SOURCE                                                                 \
	"\"source\":{\"title\":\"T\",\"publisher\":\"P\",\"date\":\"2014\"}"
#define TIME(key, time)                                                        \
	"\"" key "\":{\"time\":\"" time "\",\"precision\":\"1m\"}"

static char error[CLAIMS_ERROR_LEN];

static enum blk_status
parse(struct claims **out, const char *text)
{
	return claims_parse(out, text, strlen(text), error);
}

/* A file of one claim with these members. */
static char *
file_of(const char *claim)
{
	static char text[8192];

	snprintf(text, sizeof(text),
	    "{\"schema\":\"blackout/reports/1\",\"claims\":[{%s}]}", claim);
	return text;
}

static usec_t
at(const char *text)
{
	usec_t t = USEC_NONE;

	assert_int_equal(timefmt_parse(text, &t), BLK_OK);
	return t;
}

static void
a_claim_with_everything(void **state)
{
	static const char text[] =
	    "\xef\xbb\xbf{\"schema\": \"blackout/reports/1\",\n"
	    " \"title\": \"Tests\", \"note\": \"For tests.\",\n"
	    " \"claims\": [\n"
	    "  {\"id\": \"a.b_c-1\", \"kind\": \"outage\",\n"
	    "   \"asns\": [131279, 1], \"prefixes\": [\"192.0.2.7/24\"],\n"
	    "   \"start\": {\"time\": \"2014-12-23T01:15+09:00\",\n"
	    "             \"precision\": \"1m\"},\n"
	    "   \"end\": {\"time\": \"2014-12-23T01:46:00Z\",\n"
	    "           \"precision\": \"30m\", \"or\": \"later\"},\n"
	    "   \"duration\": {\"length\": \"9h31m\", \"precision\": \"5m\",\n"
	    "                \"or\": \"shorter\"},\n"
	    "   \"source\": {\"title\": \"T\", \"publisher\": \"P\",\n"
	    "     \"date\": \"2014-12-22\", \"url\": \"https://e.test/\"},\n"
	    "   \"note\": \"N\"},\n"
	    "  {\"id\": \"2\", \"kind\": \"flapping\", \"country\": \"KP\",\n"
	    "   \"utc_offset\": \"+08:30\", \"count\": 4,\n"
	    "   " TIME("start",
		"2017-10-01T10:47Z") ",\n"
				     "   " TIME("end",
					 "2017-10-01T12:26Z") ",\n" SOURCE
							      "}]}\n";
	struct claims *c = NULL;
	const struct claim *v;

	(void)state;
	assert_int_equal(parse(&c, text), BLK_OK);
	assert_string_equal(c->title, "Tests");
	assert_int_equal(c->n, 2);
	v = &c->v[0];
	assert_string_equal(v->id, "a.b_c-1");
	assert_int_equal(v->kind, CLAIM_OUTAGE);
	assert_int_equal(v->asn_n, 2);
	assert_int_equal(v->asns[0], 131279);
	assert_int_equal(v->prefix_n, 1);
	assert_int_equal(v->prefixes[0].bytes[3], 0);
	assert_true(v->start.given);
	assert_true(v->start.value == at("2014-12-22T16:15Z"));
	assert_true(v->start.precision == 60 * USEC_PER_SEC);
	assert_int_equal(v->start.side, CLAIM_EXACT);
	assert_true(v->end.value == at("2014-12-23T01:46Z"));
	assert_true(v->end.precision == 1800 * USEC_PER_SEC);
	assert_int_equal(v->end.side, CLAIM_OR_MORE);
	assert_true(v->duration.value == (9 * 3600 + 31 * 60) * USEC_PER_SEC);
	assert_int_equal(v->duration.side, CLAIM_OR_LESS);
	/* the clock of the start, since the report uses it */
	assert_true(v->has_offset);
	assert_int_equal(v->offset, 9 * 3600);
	assert_string_equal(v->date, "2014-12-22");
	assert_string_equal(v->url, "https://e.test/");
	assert_string_equal(v->note, "N");
	v = &c->v[1];
	assert_int_equal(v->kind, CLAIM_FLAPPING);
	assert_string_equal(v->country, "KP");
	assert_int_equal(v->count, 4);
	assert_int_equal(v->offset, 8 * 3600 + 1800);
	assert_false(v->duration.given);
	assert_null(v->url);
	claims_free(c);
	claims_free(NULL);
}

/* The clock at the place may be told although times are in UTC. */
static void
an_offset_of_its_own_wins(void **state)
{
	struct claims *c = NULL;

	(void)state;
	assert_int_equal(
	    parse(&c,
		file_of("\"id\":\"a\",\"kind\":\"outage\",\"asns\":[1]," TIME(
		    "start",
		    "2014-12-22T16:15Z") ",\"utc_offset\":\"-03:30\"," SOURCE)),
	    BLK_OK);
	assert_int_equal(c->v[0].offset, -(3 * 3600 + 1800));
	claims_free(c);
	assert_int_equal(
	    parse(&c,
		file_of("\"id\":\"a\",\"kind\":\"outage\",\"asns\":[1]," TIME(
		    "start", "2014-12-22T16:15Z") "," SOURCE)),
	    BLK_OK);
	assert_false(c->v[0].has_offset);
	claims_free(c);
}

#define ID "\"id\":\"a\","
#define OUT "\"kind\":\"outage\","
#define AS "\"asns\":[1],"
#define START TIME("start", "2014-12-22T16:15Z") ","
#define END TIME("end", "2014-12-23T01:46Z") ","

static void
what_is_wrong_is_told_with_its_place(void **state)
{
	static const struct {
		const char *claim, *error;
	} cases[] = {
	    {"", "claim 1, id: is missing"},
	    {OUT AS START SOURCE, "claim 1, id: is missing"},
	    {"\"id\":\"\"," OUT AS START SOURCE,
		"claim 1, id: up to 64 letters"},
	    {"\"id\":\"a b\"," OUT AS START SOURCE, "claim 1, id: up to 64"},
	    {"\"id\":7," OUT AS START SOURCE, "claim 1, id: up to 64"},
	    {ID AS START SOURCE, "claim 1 (a), kind: is missing"},
	    {ID "\"kind\":\"Outage\"," AS START SOURCE,
		"claim 1 (a), kind: \"outage\", \"partial\""},
	    {ID OUT START SOURCE,
		"claim 1 (a): asns, prefixes or a country are needed"},
	    {ID OUT AS SOURCE, "claim 1 (a): a start, an end or a duration"},
	    {ID OUT AS START "\"note\":\"N\"",
		"claim 1 (a), source: is missing"},
	    {ID OUT "\"asns\":[]," START SOURCE,
		"claim 1 (a), asns: an array of 1"},
	    {ID OUT "\"asns\":131279," START SOURCE,
		"claim 1 (a), asns: an array"},
	    {ID OUT "\"asns\":[0]," START SOURCE,
		"claim 1 (a), asns: AS numbers"},
	    {ID OUT "\"asns\":[4294967295]," START SOURCE, "asns: AS numbers"},
	    {ID OUT "\"asns\":[1.5]," START SOURCE, "asns: AS numbers"},
	    {ID OUT "\"asns\":[-1]," START SOURCE, "asns: AS numbers"},
	    {ID OUT "\"asns\":[1e300]," START SOURCE, "asns: AS numbers"},
	    {ID OUT "\"asns\":[\"AS1\"]," START SOURCE, "asns: AS numbers"},
	    {ID OUT "\"asns\":[1,2,1]," START SOURCE, "AS1 stands there twice"},
	    {ID OUT "\"prefixes\":[\"192.0.2.0/33\"]," START SOURCE,
		"claim 1 (a), prefixes: prefixes are needed"},
	    {ID OUT "\"prefixes\":[7]," START SOURCE, "prefixes are needed"},
	    {ID OUT "\"prefixes\":[\"192.0.2.0/24\",\"192.0.2.1/24\"]," START
		    SOURCE,
		"a prefix stands there twice"},
	    {ID OUT "\"country\":\"kp\"," START SOURCE,
		"claim 1 (a), country: two capital letters"},
	    {ID OUT "\"country\":\"KP\"," AS START SOURCE,
		"a country stands alone"},
	    {ID OUT AS TIME("start", "2014-12-22T16:15") "," SOURCE,
		"claim 1 (a), start.time: a time with its zone is needed"},
	    {ID OUT AS TIME("start", "2014-12-22") "," SOURCE,
		"start.time: a time with its zone"},
	    {ID OUT AS TIME("start", "1419264900") "," SOURCE,
		"start.time: a time with its zone"},
	    {ID OUT AS "\"start\":\"2014-12-22T16:15Z\"," SOURCE,
		"claim 1 (a), start: an object is needed"},
	    {ID OUT AS "\"start\":{\"time\":\"2014-12-22T16:15Z\"}," SOURCE,
		"claim 1 (a), start.precision: is missing"},
	    {ID OUT AS "\"start\":{\"precision\":\"1m\"}," SOURCE,
		"claim 1 (a), start.time: is missing"},
	    {ID OUT AS "\"start\":{\"time\":\"2014-12-22T16:15Z\","
		       "\"precision\":\"0\"}," SOURCE,
		"start.precision: a length of time above 0 and up to 31d"},
	    {ID OUT AS "\"start\":{\"time\":\"2014-12-22T16:15Z\","
		       "\"precision\":\"32d\"}," SOURCE,
		"start.precision: a length of time"},
	    {ID OUT AS "\"start\":{\"time\":\"2014-12-22T16:15Z\","
		       "\"precision\":\"minute\"}," SOURCE,
		"start.precision: a length of time"},
	    {ID OUT AS "\"start\":{\"time\":\"2014-12-22T16:15Z\","
		       "\"precision\":\"1m\",\"or\":\"longer\"}," SOURCE,
		"start.or: \"earlier\" or \"later\" is needed"},
	    {ID OUT AS "\"duration\":{\"length\":\"1h\",\"precision\":\"1m\","
		       "\"or\":\"later\"}," SOURCE,
		"duration.or: \"shorter\" or \"longer\" is needed"},
	    {ID OUT AS "\"duration\":{\"length\":\"9000d\","
		       "\"precision\":\"1m\"}," SOURCE,
		"duration.length: a length of time above 0 and up to 3660d"},
	    {ID OUT AS "\"start\":{\"time\":\"2014-12-22T16:15Z\","
		       "\"precision\":\"1m\",\"zone\":9}," SOURCE,
		"claim 1 (a), start: has an unknown key \"zone\""},
	    {ID OUT AS START TIME("end", "2014-12-22T16:15Z") "," SOURCE,
		"claim 1 (a): it ends before it starts"},
	    {ID OUT AS START "\"strat\":1," SOURCE,
		"claim 1 (a): has an unknown key \"strat\""},
	    {ID OUT AS START "\"\\u001b[31m\\u00e9\":1," SOURCE,
		"claim 1 (a): has an unknown key \"?[31m\?\?\""},
	    {ID OUT AS START AS SOURCE,
		"claim 1 (a): has twice the key \"asns\""},
	    {ID OUT AS START "\"utc_offset\":\"9\"," SOURCE,
		"claim 1 (a), utc_offset: an offset is needed"},
	    {ID OUT AS START "\"utc_offset\":\"+15:00\"," SOURCE,
		"utc_offset: an offset is needed"},
	    {ID OUT AS START "\"utc_offset\":\"Z\"," SOURCE,
		"utc_offset: an offset is needed"},
	    {ID OUT AS START "\"count\":3," SOURCE,
		"a count is for kind \"flapping\""},
	    {ID "\"kind\":\"flapping\"," AS START END "\"count\":1," SOURCE,
		"claim 1 (a), count: a whole number of 2 or more"},
	    {ID "\"kind\":\"flapping\"," AS START SOURCE,
		"kind \"flapping\" needs a start and an end"},
	    {ID "\"kind\":\"none\"," AS END SOURCE,
		"kind \"none\" needs a start and an end"},
	    {ID "\"kind\":\"none\"," AS START END
		"\"duration\":{\"length\":\"1h\",\"precision\":\"1m\"}," SOURCE,
		"kind \"none\" takes no duration"},
	    {ID OUT AS START "\"source\":{}",
		"claim 1 (a), source.title: is missing"},
	    {ID OUT AS START "\"source\":{\"title\":\"\",\"publisher\":\"P\"}",
		"source.title: a text of 1 to 2000 bytes is needed"},
	    {ID OUT AS START "\"source\":{\"title\":\"T\",\"publisher\":\"P\","
			     "\"date\":\"22 Dec\"}",
		"source.date: a date is needed"},
	    {ID OUT AS START "\"source\":{\"title\":\"T\",\"publisher\":\"P\","
			     "\"date\":\"2014-13\"}",
		"source.date: a date is needed"},
	    {ID OUT AS START "\"source\":{\"title\":\"T\",\"publisher\":\"P\","
			     "\"date\":\"2014\",\"url\":\"dyn.com\"}",
		"source.url: a web address is needed"},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(cases); i++) {
		struct claims *c = NULL;

		assert_int_equal(parse(&c, file_of(cases[i].claim)), BLK_EBAD);
		assert_null(c);
		if (strstr(error, cases[i].error) == NULL)
			fail_msg(
			    "\"%s\" is not in \"%s\"", cases[i].error, error);
	}
}

static void
wrong_files(void **state)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
	    {"", "line 1: this is no JSON"},
	    {"{\n\n \"schema\": blackout}", "line 3: this is no JSON"},
	    {"{} x", "line 1: this is no JSON"},
	    {"[]", "an object is needed"},
	    {"{}", "schema: is missing"},
	    {"{\"schema\":\"blackout/reports/2\"}",
		"schema: \"blackout/reports/1\" is needed"},
	    {"{\"schema\":\"blackout/reports/1\"}", "claims: is missing"},
	    {"{\"schema\":\"blackout/reports/1\",\"claims\":[]}",
		"claims: an array of claims is needed"},
	    {"{\"schema\":\"blackout/reports/1\",\"claims\":[7]}",
		"claim 1: an object is needed"},
	    {"{\"schema\":\"blackout/reports/1\",\"claims\":[{" ID OUT AS START
		    SOURCE "},{" ID OUT AS START SOURCE "}]}",
		"claim 2, id: claim 1 has it already"},
	};
	struct claims *c = NULL;
	char *deep = malloc(100001);

	(void)state;
	for (size_t i = 0; i < N_OF(cases); i++) {
		assert_int_equal(parse(&c, cases[i].text), BLK_EBAD);
		if (strstr(error, cases[i].error) == NULL)
			fail_msg(
			    "\"%s\" is not in \"%s\"", cases[i].error, error);
	}
	/* no stack is as deep as that */
	assert_non_null(deep);
	memset(deep, '[', 100000);
	deep[100000] = '\0';
	assert_int_equal(parse(&c, deep), BLK_EBAD);
	free(deep);
	/* a NUL among the bytes ends nothing */
	assert_int_equal(claims_parse(&c, "{}\0{}", 5, error), BLK_EBAD);
}

static void
limits(void **state)
{
	const size_t len = CLAIMS_FILE_MAX + 1;
	char *text = malloc(len);
	struct claims *c = NULL;
	size_t used;

	(void)state;
	assert_non_null(text);
	memset(text, ' ', len);
	assert_int_equal(claims_parse(&c, text, len, error), BLK_ELIMIT);
	assert_non_null(strstr(error, "longer than"));
	used = (size_t)sprintf(
	    text, "{\"schema\":\"blackout/reports/1\",\"claims\":[");
	for (unsigned i = 0; i <= CLAIMS_MAX; i++)
		used += (size_t)sprintf(text + used, "%s{}", i ? "," : "");
	used += (size_t)sprintf(text + used, "]}");
	assert_int_equal(claims_parse(&c, text, used, error), BLK_ELIMIT);
	assert_non_null(strstr(error, "10001"));
	used = (size_t)sprintf(text,
	    "{\"schema\":\"blackout/reports/1\",\"claims\":[{" ID OUT
	    "\"asns\":[");
	for (unsigned i = 0; i <= CLAIMS_NETWORKS_MAX; i++)
		used +=
		    (size_t)sprintf(text + used, "%s%u", i ? "," : "", i + 1);
	used += (size_t)sprintf(text + used, "]}]}");
	assert_int_equal(claims_parse(&c, text, used, error), BLK_EBAD);
	assert_non_null(strstr(error, "1 to 1000"));
	free(text);
}

/* A file cut anywhere, or with any byte changed, is read or refused. */
static void
broken_anywhere(void **state)
{
	const char *whole =
	    file_of(ID OUT AS START END "\"utc_offset\":\"+09:00\","
					"\"duration\":{\"length\":\"9h31m\","
					"\"precision\":\"1m\"}," SOURCE);
	const size_t len = strlen(whole);
	char *text = malloc(len);

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < len; i++) {
		struct claims *c = NULL;

		memcpy(text, whole, len);
		assert_int_not_equal(claims_parse(&c, text, i, error), BLK_OK);
		for (unsigned k = 0; k < 4; k++) {
			text[i] = (char)("\xff\x00\"9"[k]);
			if (claims_parse(&c, text, len, error) == BLK_OK)
				claims_free(c);
			else
				assert_true(strlen(error) > 0);
		}
	}
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_claim_with_everything),
	    cmocka_unit_test(an_offset_of_its_own_wins),
	    cmocka_unit_test(what_is_wrong_is_told_with_its_place),
	    cmocka_unit_test(wrong_files),
	    cmocka_unit_test(limits),
	    cmocka_unit_test(broken_anywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
