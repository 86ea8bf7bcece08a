#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "blackout/urls.h"

/*
 * Addresses expected here were published: by the projects' own pages, in
 * papers' and tools' test data, or as names of files in ../shared/data.
 */

#define RV "https://archive.routeviews.org/"
#define RIS "https://data.ris.ripe.net/"

#define GOT_MAX 4096u

struct got {
	char v[GOT_MAX][128];
	size_t n, stop;
};

static struct got got;

static bool
take(void *arg, const char *url)
{
	struct got *g = arg;

	assert_true(g->n < GOT_MAX);
	snprintf(g->v[g->n++], sizeof(g->v[0]), "%s", url);
	return g->stop == 0 || g->n < g->stop;
}

static usec_t
at(const char *text)
{
	usec_t t = USEC_NONE;

	assert_int_equal(timefmt_parse(text, &t), BLK_OK);
	return t;
}

static void
list(const char *name, const char *start, const char *end, enum urls_ribs ribs)
{
	const struct urls_collector *c = urls_find(name);

	assert_non_null(c);
	memset(&got, 0, sizeof(got));
	assert_true(urls_each(c, at(start), at(end), ribs, take, &got));
}

static bool
has(const char *url)
{
	for (size_t i = 0; i < got.n; i++)
		if (strcmp(got.v[i], url) == 0)
			return true;
	return false;
}

static size_t
count(const char *part)
{
	size_t n = 0;

	for (size_t i = 0; i < got.n; i++)
		n += strstr(got.v[i], part) != NULL;
	return n;
}

/* A published name is among those of its own time. */
static void
published_names(void **state)
{
	static const struct {
		const char *collector, *start, *end, *url;
	} cases[] = {
	    /* the addresses of 2014 in testdata/north-korea-2014/README.md */
	    {"route-views2", "2014-12-21T16:00", "2014-12-21T16:15",
		RV "bgpdata/2014.12/RIBS/rib.20141221.1600.bz2"},
	    {"route-views2", "2014-12-21T16:00", "2014-12-21T16:15",
		RV "bgpdata/2014.12/UPDATES/updates.20141221.1600.bz2"},
	    {"rrc00", "2014-12-21T16:00", "2014-12-21T16:05",
		RIS "rrc00/2014.12/bview.20141221.1600.gz"},
	    {"rrc00", "2014-12-21T16:00", "2014-12-21T16:05",
		RIS "rrc00/2014.12/updates.20141221.1600.gz"},
	    /* ../shared/data/real */
	    {"route-views.jinx", "2014-05-01", "2014-05-01T00:15",
		RV "route-views.jinx/bgpdata/2014.05/RIBS/"
		   "rib.20140501.0000.bz2"},
	    {"route-views.jinx", "2014-05-01", "2014-05-01T00:15",
		RV "route-views.jinx/bgpdata/2014.05/UPDATES/"
		   "updates.20140501.0000.bz2"},
	    /* bgpkit-broker #37 */
	    {"route-views.sg", "2024-01-18T21:50", "2024-01-18T22:00",
		RV "route-views.sg/bgpdata/2024.01/UPDATES/"
		   "updates.20240118.2145.bz2"},
	    {"rrc15", "2024-01-18T22:06", "2024-01-18T22:10",
		RIS "rrc15/2024.01/updates.20240118.2205.gz"},
	    {"rrc15", "2024-01-18T22:06", "2024-01-18T22:10",
		RIS "rrc15/2024.01/bview.20240118.1600.gz"},
	    /* a listing of RouteViews' files by bgpkit's broker, 2021 */
	    {"route-views.amsix", "2021-10-04T15:45", "2021-10-04T16:00",
		RV "route-views.amsix/bgpdata/2021.10/UPDATES/"
		   "updates.20211004.1545.bz2"},
	    /* bgpkit-parser's test of TABLE_DUMP */
	    {"rrc00", "2003-01-01", "2003-01-01T00:15",
		RIS "rrc00/2003.01/bview.20030101.0000.gz"},
	    /* hijack of 2008-02-24 */
	    {"rrc00", "2008-02-24T18:47", "2008-02-24T18:48",
		RIS "rrc00/2008.02/updates.20080224.1845.gz"},
	    /* pyasn */
	    {"route-views2", "2009-11-25T06:00", "2009-11-25T07:00",
		RV "bgpdata/2009.11/RIBS/rib.20091125.0600.bz2"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		list(cases[i].collector, cases[i].start, cases[i].end,
		    URLS_RIBS_FIRST);
		if (!has(cases[i].url))
			fail_msg("no %s", cases[i].url);
	}
}

static void
a_day_of_each_project(void **state)
{
	(void)state;
	list("route-views2", "2014-12-22", "2014-12-23", URLS_RIBS_ALL);
	assert_int_equal(count("/RIBS/"), 12);
	assert_int_equal(count("/UPDATES/"), 96);
	assert_string_equal(
	    got.v[0], RV "bgpdata/2014.12/RIBS/rib.20141222.0000.bz2");
	assert_string_equal(got.v[got.n - 1],
	    RV "bgpdata/2014.12/UPDATES/updates.20141222.2345.bz2");
	list("rrc00", "2014-12-22", "2014-12-23", URLS_RIBS_ALL);
	assert_int_equal(count("bview"), 3);
	assert_int_equal(count("updates"), 288);
}

/* Half-open; the file that holds the start, and none that begins at the end. */
static void
the_ends_of_the_span(void **state)
{
	(void)state;
	list("rrc00", "2014-12-31T23:59:59", "2015-01-01", URLS_RIBS_NONE);
	assert_int_equal(got.n, 1);
	assert_string_equal(
	    got.v[0], RIS "rrc00/2014.12/updates.20141231.2355.gz");
	list("rrc00", "2014-12-31T23:59:59", "2015-01-01T00:00:00.000001",
	    URLS_RIBS_NONE);
	assert_int_equal(got.n, 2);
	assert_string_equal(
	    got.v[1], RIS "rrc00/2015.01/updates.20150101.0000.gz");
}

static void
the_first_rib_and_the_updates_since(void **state)
{
	(void)state;
	list("rrc06", "2021-01-02T09:10", "2021-01-02T09:15", URLS_RIBS_FIRST);
	assert_string_equal(
	    got.v[0], RIS "rrc06/2021.01/bview.20210102.0800.gz");
	assert_string_equal(
	    got.v[1], RIS "rrc06/2021.01/updates.20210102.0800.gz");
	assert_int_equal(got.n, 1 + 15);
	/* a day earlier, if need be */
	list("route-views2", "2015-01-01T01:59:59", "2015-01-01T02:00:01",
	    URLS_RIBS_FIRST);
	assert_string_equal(
	    got.v[0], RV "bgpdata/2015.01/RIBS/rib.20150101.0000.bz2");
	assert_int_equal(count("/RIBS/"), 1);
	assert_int_equal(count("/UPDATES/"), 9);
	/* later ones as well */
	list("route-views2", "2015-01-01T01:59:59", "2015-01-01T02:00:01",
	    URLS_RIBS_ALL);
	assert_int_equal(count("/RIBS/"), 2);
}

/*
 * routeviews.org/data.html: names in Pacific time until 2003-02-03 about 19:00
 * UTC; eqix until 2006-02-01 about 21:00.  Summer time from the first Sunday
 * of April to the last of October: 2002-04-07 and 2002-10-27.
 */
static void
names_in_pacific_time(void **state)
{
	static const struct {
		const char *collector, *utc, *name;
	} cases[] = {
	    {"route-views2", "2003-02-03T18:45", "updates.20030203.1045"},
	    {"route-views2", "2003-02-03T19:00", "updates.20030203.1900"},
	    {"route-views2", "2002-01-01T07:59", "updates.20011231.2345"},
	    {"route-views2", "2002-04-07T09:45", "updates.20020407.0145"},
	    {"route-views2", "2002-04-07T10:00", "updates.20020407.0300"},
	    {"route-views2", "2002-10-27T08:45", "updates.20021027.0145"},
	    {"route-views2", "2002-10-27T10:00", "updates.20021027.0200"},
	    {"route-views.eqix", "2006-02-01T20:45", "updates.20060201.1245"},
	    {"route-views.eqix", "2006-02-01T21:00", "updates.20060201.2100"},
	    {"route-views.linx", "2006-02-01T20:45", "updates.20060201.2045"},
	};
	char end[32];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(end, sizeof(end), "%s:01", cases[i].utc);
		list(cases[i].collector, cases[i].utc, end, URLS_RIBS_NONE);
		assert_int_equal(got.n, 1);
		if (strstr(got.v[0], cases[i].name) == NULL)
			fail_msg("%s: %s", cases[i].name, got.v[0]);
	}
	/* The hour that comes twice is named once. */
	list("route-views2", "2002-10-27T08:00", "2002-10-27T10:00",
	    URLS_RIBS_NONE);
	assert_int_equal(got.n, 4);
	/* RIBs on even hours of the names */
	list("route-views2", "2002-07-01T08:00", "2002-07-01T08:15",
	    URLS_RIBS_FIRST);
	assert_int_equal(count("rib.20020701.0000"), 1);
	list("route-views2", "2002-01-01T08:00", "2002-01-01T08:15",
	    URLS_RIBS_FIRST);
	assert_int_equal(count("rib.20020101.0000"), 1);
}

/* "BGP update dumps every 15 min": RIS slides of 2001 */
static void
ris_in_early_years(void **state)
{
	(void)state;
	list("rrc01", "2001-06-01", "2001-06-01T01:00", URLS_RIBS_ALL);
	assert_int_equal(count("updates"), 4);
	assert_int_equal(count("bview"), 1);
	list("rrc01", "2004-06-01", "2004-06-01T01:00", URLS_RIBS_ALL);
	assert_int_equal(count("updates"), 12);
}

static bool
doubts(const char *name, const char *start, const char *end,
    enum urls_doubt doubt, const char *part)
{
	char buf[URLS_DOUBT_LEN] = "";
	const bool told =
	    urls_doubts(urls_find(name), at(start), at(end), doubt, buf);

	if (told && (strstr(buf, part) == NULL || strstr(buf, name) == NULL))
		fail_msg("%s", buf);
	return told;
}

static void
what_is_not_sure_is_told(void **state)
{
	(void)state;
	/* names seen: rib.20090510.0159, updates.20090601.0000 */
	assert_true(doubts("route-views2", "2009-05-10", "2009-06-02",
	    URLS_OFF_GRID, "2009-06-01"));
	assert_true(doubts("route-views2", "2008-02-24", "2008-02-25",
	    URLS_OFF_GRID, RV "bgpdata/2008.02/"));
	assert_false(doubts(
	    "route-views2", "2009-06-01", "2009-06-02", URLS_OFF_GRID, ""));
	/* rib.20110127.1919 of linx; bview.20020903.0454 */
	assert_true(doubts(
	    "route-views.linx", "2011-01-27", "2011-01-28", URLS_OFF_GRID, ""));
	assert_true(
	    doubts("rrc00", "2002-09-03", "2002-09-04", URLS_OFF_GRID, ""));
	assert_false(
	    doubts("rrc00", "2003-01-01", "2003-01-02", URLS_OFF_GRID, ""));
	assert_true(doubts(
	    "route-views2", "2003-02-03", "2003-02-04", URLS_LOCAL, "19:00"));
	assert_false(
	    doubts("route-views2", "2003-02-04", "2003-02-05", URLS_LOCAL, ""));
	/* It did not exist while names were in local time. */
	assert_false(doubts(
	    "route-views.sg", "2002-01-01", "2020-01-01", URLS_LOCAL, ""));
	assert_true(doubts(
	    "rrc00", "2003-12-31", "2004-01-01", URLS_CADENCE, "1 July"));
	assert_false(
	    doubts("rrc00", "2004-01-01", "2004-01-02", URLS_CADENCE, ""));
	assert_false(doubts(
	    "route-views2", "2003-06-01", "2003-07-01", URLS_CADENCE, ""));
	for (int d = 0; d < URLS_DOUBTS; d++) {
		assert_false(doubts("route-views2", "2014-12-21", "2014-12-28",
		    (enum urls_doubt)d, ""));
		assert_false(doubts("rrc00", "2014-12-21", "2014-12-28",
		    (enum urls_doubt)d, ""));
	}
}

/* route-views.jinx: 2012-07-10 to 2019-08-15, as RouteViews lists it. */
static void
outside_the_life_of_a_collector(void **state)
{
	(void)state;
	list("route-views.jinx", "2012-06-30T23:00", "2012-07-01T01:00",
	    URLS_RIBS_FIRST);
	assert_int_equal(count("/RIBS/"), 1);
	assert_int_equal(count("rib.20120701.0000"), 1);
	assert_int_equal(count("/UPDATES/"), 4);
	list("route-views.jinx", "2019-08-31T23:00", "2019-09-01T01:00",
	    URLS_RIBS_NONE);
	assert_int_equal(got.n, 4);
	list("route-views.jinx", "2010-01-01", "2011-01-01", URLS_RIBS_ALL);
	assert_int_equal(got.n, 0);
	list("route-views.jinx", "2020-01-01", "2021-01-01", URLS_RIBS_ALL);
	assert_int_equal(got.n, 0);
	assert_true(doubts("route-views.jinx", "2010-01-01", "2011-01-01",
	    URLS_EARLY, "before 2012-07"));
	assert_true(doubts("route-views.jinx", "2019-01-01", "2020-01-01",
	    URLS_LATE, "after 2019-08"));
	assert_false(doubts(
	    "route-views.jinx", "2010-01-01", "2011-01-01", URLS_LATE, ""));
	assert_false(doubts(
	    "route-views.jinx", "2010-01-01", "2011-01-01", URLS_OFF_GRID, ""));
	assert_false(
	    doubts("rrc03", "1980-01-01", "2090-01-01", URLS_EARLY, ""));
}

static void
names_that_are_near(void **state)
{
	const char *near[3];

	(void)state;
	assert_int_equal(urls_near("rrc6", near, 3), 3);
	assert_string_equal(near[0], "rrc06");
	assert_int_equal(urls_near("jinx", near, 3), 1);
	assert_string_equal(near[0], "route-views.jinx");
	assert_true(urls_near("routeviews2", near, 3) > 0);
	assert_string_equal(near[0], "route-views2");
	assert_int_equal(urls_near("", near, 3), 0);
	assert_int_equal(urls_near("nothing like it", near, 3), 0);
	assert_int_equal(
	    urls_near("rrc00rrc00rrc00rrc00rrc00rrc00rrc00rrc00", near, 3), 0);
	assert_null(urls_find("rrc17"));
	assert_null(urls_find(""));
}

/* The table is in order, without repeats, and each row is of use. */
static void
the_table(void **state)
{
	size_t n = 0;

	(void)state;
	for (; urls_name(n) != NULL; n++) {
		assert_non_null(urls_find(urls_name(n)));
		if (n > 0)
			assert_true(strcmp(urls_name(n - 1), urls_name(n)) < 0);
	}
	assert_true(n > 60);
	assert_null(urls_name(n + 1));
}

static void
enough_is_enough(void **state)
{
	const struct urls_collector *c = urls_find("rrc00");

	(void)state;
	memset(&got, 0, sizeof(got));
	got.stop = 3;
	assert_false(urls_each(
	    c, at("2014-01-01"), at("2015-01-01"), URLS_RIBS_ALL, take, &got));
	assert_int_equal(got.n, 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(published_names),
	    cmocka_unit_test(a_day_of_each_project),
	    cmocka_unit_test(the_ends_of_the_span),
	    cmocka_unit_test(the_first_rib_and_the_updates_since),
	    cmocka_unit_test(names_in_pacific_time),
	    cmocka_unit_test(ris_in_early_years),
	    cmocka_unit_test(what_is_not_sure_is_told),
	    cmocka_unit_test(outside_the_life_of_a_collector),
	    cmocka_unit_test(names_that_are_near),
	    cmocka_unit_test(the_table),
	    cmocka_unit_test(enough_is_enough),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
