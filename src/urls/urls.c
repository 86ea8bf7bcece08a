#include <stdio.h>
#include <string.h>

#include "urls/urls_priv.h"

/*
 * One walk over the times at which files of updates begin, asking at each
 * whether a RIB begins there too.  Times are UTC seconds; a name's time may be
 * local, and the rhythm of RIBs is that of the names.
 */

#define MINUTE 60
#define HOUR 3600
#define DAY (24 * HOUR)

#define URL_LEN 160

/* The end of what four digits of a year can say. */
#define LAST_YEAR 9999

static int64_t
month_start(struct urls_month m, int offset)
{
	return timefmt_from_civil(m.year, m.month + offset, 1, 0, 0, 0);
}

static int64_t
floor_to(int64_t t, int64_t step)
{
	return t - (t % step + step) % step;
}

/* --- the history of the layouts --- */

static bool
is_route_views2(const struct urls_collector *c)
{
	return strcmp(c->name, "route-views2") == 0;
}

/*
 * Until when names are in the time of the US west coast: routeviews.org says
 * 2003-02-03 about 19:00 UTC, and 2006-02-01 about 21:00 for eqix.
 */
static int64_t
local_until(const struct urls_collector *c)
{
	if (c->project == URLS_RIS)
		return INT64_MIN;
	if (strcmp(c->name, "route-views.eqix") == 0)
		return timefmt_from_civil(2006, 2, 1, 21, 0, 0);
	return timefmt_from_civil(2003, 2, 3, 19, 0, 0);
}

/*
 * From when on names lie on whole intervals.  Before, they count from the
 * start of the collector's daemon.  By names seen: RIS bview.20020903.0454,
 * bview.20030101.0000; route-views2 rib.20090510.0159, updates.20090601.0000;
 * others as late as 2011 (rib.20110127.1919 of linx).
 */
static int64_t
grid_since(const struct urls_collector *c)
{
	if (c->project == URLS_RIS)
		return timefmt_from_civil(2003, 1, 1, 0, 0, 0);
	if (is_route_views2(c))
		return timefmt_from_civil(2009, 6, 1, 0, 0, 0);
	return timefmt_from_civil(2012, 1, 1, 0, 0, 0);
}

/* RIS went from 15 to 5 minutes in 2003, probably in July. */
static int64_t
ris_five_since(void)
{
	return timefmt_from_civil(2003, 7, 1, 0, 0, 0);
}

static int64_t
updates_step(const struct urls_collector *c, int64_t t)
{
	return c->project == URLS_RIS && t >= ris_five_since() ? 5 * MINUTE
							       : 15 * MINUTE;
}

static int64_t
ribs_step(const struct urls_collector *c)
{
	return c->project == URLS_RIS ? 8 * HOUR : 2 * HOUR;
}

/* --- the time of the names --- */

/* The year in which t lies. */
static int
year_of(int64_t t)
{
	int year = (int)(1970 + t / (365 * DAY + DAY / 4));

	while (timefmt_from_civil(year, 1, 1, 0, 0, 0) > t)
		year--;
	while (timefmt_from_civil(year + 1, 1, 1, 0, 0, 0) <= t)
		year++;
	return year;
}

/* The first Sunday at or after the day on which t lies. */
static int64_t
sunday(int64_t t)
{
	const int64_t day = floor_to(t, DAY) / DAY;

	/* 1970-01-04 was one. */
	return (day + (7 - (day - 3) % 7) % 7) * DAY;
}

/*
 * What the US west coast is ahead of UTC: summer time lasted from the first
 * Sunday of April to the last of October (1987 to 2006), from 02:00 to 02:00.
 */
static int64_t
pacific_ahead(int64_t t)
{
	const int year = year_of(t);
	const int64_t from =
	    sunday(timefmt_from_civil(year, 4, 1, 0, 0, 0)) + 10 * HOUR;
	const int64_t until =
	    sunday(timefmt_from_civil(year, 10, 25, 0, 0, 0)) + 9 * HOUR;

	return t >= from && t < until ? -7 * HOUR : -8 * HOUR;
}

/* The time in the name of the file that begins at t. */
static int64_t
name_time(const struct urls_collector *c, int64_t t)
{
	return t < local_until(c) ? t + pacific_ahead(t) : t;
}

static bool
rib_begins(const struct urls_collector *c, int64_t t)
{
	return name_time(c, t) % ribs_step(c) == 0;
}

/* --- addresses --- */

/* The folder of a month's files, with its slash. */
static void
put_folder(const struct urls_collector *c, int64_t name, char buf[URL_LEN])
{
	char when[TIMEFMT_STRLEN];

	timefmt_rfc3339(name * USEC_PER_SEC, when);
	if (c->project == URLS_RIS) {
		snprintf(buf, URL_LEN,
		    "https://data.ris.ripe.net/%s/%.4s.%.2s/", c->name, when,
		    when + 5);
		return;
	}
	/* Since July 2026 route-views2 has a folder of its name as well. */
	snprintf(buf, URL_LEN,
	    "https://archive.routeviews.org/%s%sbgpdata/%.4s.%.2s/",
	    is_route_views2(c) ? "" : c->name, is_route_views2(c) ? "" : "/",
	    when, when + 5);
}

static void
put_url(
    const struct urls_collector *c, int64_t name, bool rib, char buf[URL_LEN])
{
	static const char *const kinds[][2] = {
	    [URLS_ROUTEVIEWS] = {"UPDATES/updates", "RIBS/rib"},
	    [URLS_RIS] = {"updates", "bview"},
	};
	char when[TIMEFMT_STRLEN];
	size_t used;

	put_folder(c, name, buf);
	used = strlen(buf);
	timefmt_rfc3339(name * USEC_PER_SEC, when);
	snprintf(buf + used, URL_LEN - used, "%s.%.4s%.2s%.2s.%.2s%.2s.%s",
	    kinds[c->project][rib], when, when + 5, when + 8, when + 11,
	    when + 14, c->project == URLS_RIS ? "gz" : "bz2");
}

/* --- the walk --- */

struct span {
	int64_t from, until; /* seconds, half-open */
};

/* What can be asked of c at all. */
static struct span
known_span(const struct urls_collector *c)
{
	struct span s = {timefmt_from_civil(1997, 1, 1, 0, 0, 0),
	    timefmt_from_civil(LAST_YEAR, 12, 31, 0, 0, 0)};

	if (c->since.year != 0)
		s.from = month_start(c->since, 0);
	if (c->until.year != 0)
		s.until = month_start(c->until, 1);
	return s;
}

/* The seconds that [start, end) touches. */
static struct span
seconds_of(usec_t start, usec_t end)
{
	struct span s = {usec_floor_sec(start), usec_floor_sec(end)};

	s.until += end > s.until * USEC_PER_SEC;
	return s;
}

/* Where the walk begins: at the last RIB, or in the file that holds from. */
static int64_t
first_time(const struct urls_collector *c, int64_t from, bool at_rib)
{
	int64_t t = floor_to(from, updates_step(c, from));

	while (at_rib && !rib_begins(c, t))
		t = floor_to(t - 1, updates_step(c, t - 1));
	return t;
}

bool
urls_each(const struct urls_collector *c, usec_t start, usec_t end,
    enum urls_ribs ribs, urls_take take, void *arg)
{
	const struct span asked = seconds_of(start, end), known = known_span(c);
	int64_t until = asked.until < known.until ? asked.until : known.until;
	int64_t last = INT64_MIN, ribs_left = INT64_MAX;
	char url[URL_LEN];

	if (asked.from >= until || asked.until <= known.from)
		return true;
	if (ribs != URLS_RIBS_ALL)
		ribs_left = ribs == URLS_RIBS_FIRST;
	for (int64_t t = first_time(c,
		 asked.from > known.from ? asked.from : known.from,
		 ribs != URLS_RIBS_NONE);
	     t < until; t += updates_step(c, t)) {
		const int64_t name = name_time(c, t);

		/* The hour that comes twice in autumn has one set of names. */
		if (t < known.from || name <= last)
			continue;
		last = name;
		if (ribs_left > 0 && rib_begins(c, t)) {
			ribs_left--;
			put_url(c, name, true, url);
			if (!take(arg, url))
				return false;
		}
		put_url(c, name, false, url);
		if (!take(arg, url))
			return false;
	}
	return true;
}

/* --- doubts --- */

static bool
doubt_months(const struct urls_collector *c, const struct span *asked,
    bool early, char buf[URLS_DOUBT_LEN])
{
	const struct urls_month m = early ? c->since : c->until;
	const struct span known = known_span(c);

	if (m.year == 0 ||
	    (early ? asked->from >= known.from : asked->until <= known.until))
		return false;
	snprintf(buf, URLS_DOUBT_LEN,
	    "%s has no files %s %04d-%02d; their addresses are left out",
	    c->name, early ? "before" : "after", m.year, m.month);
	return true;
}

static bool
doubt_local(const struct urls_collector *c, const struct span *asked,
    char buf[URLS_DOUBT_LEN])
{
	char when[TIMEFMT_STRLEN];
	const int64_t until = local_until(c);

	if (asked->from >= until || known_span(c).from >= until)
		return false;
	snprintf(buf, URLS_DOUBT_LEN,
	    "%s names its files in Pacific time until about %.16s UTC; so do "
	    "the addresses",
	    c->name, timefmt_table(until * USEC_PER_SEC, when));
	return true;
}

static bool
doubt_off_grid(const struct urls_collector *c, const struct span *asked,
    char buf[URLS_DOUBT_LEN])
{
	const int64_t since = grid_since(c);
	char when[TIMEFMT_STRLEN], folder[URL_LEN];
	int64_t from = known_span(c).from;

	from = asked->from > from ? asked->from : from;
	if (from >= since)
		return false;
	put_folder(c, name_time(c, from), folder);
	snprintf(buf, URLS_DOUBT_LEN,
	    "%s: before %.10s the minutes of the names are a guess; see %s",
	    c->name, timefmt_table(since * USEC_PER_SEC, when), folder);
	return true;
}

static bool
doubt_cadence(const struct urls_collector *c, const struct span *asked,
    char buf[URLS_DOUBT_LEN])
{
	if (c->project != URLS_RIS ||
	    asked->until <= timefmt_from_civil(2003, 1, 1, 0, 0, 0) ||
	    asked->from >= timefmt_from_civil(2004, 1, 1, 0, 0, 0))
		return false;
	snprintf(buf, URLS_DOUBT_LEN,
	    "%s: in 2003 updates went from 15 to 5 minutes a file, on a day "
	    "that is a guess (1 July)",
	    c->name);
	return true;
}

bool
urls_doubts(const struct urls_collector *c, usec_t start, usec_t end,
    enum urls_doubt doubt, char buf[URLS_DOUBT_LEN])
{
	const struct span asked = seconds_of(start, end), known = known_span(c);
	const bool any = asked.from < known.until && asked.until > known.from;

	switch (doubt) {
	case URLS_EARLY:
	case URLS_LATE:
		return doubt_months(c, &asked, doubt == URLS_EARLY, buf);
	case URLS_LOCAL:
		return any && doubt_local(c, &asked, buf);
	case URLS_OFF_GRID:
		return any && doubt_off_grid(c, &asked, buf);
	case URLS_CADENCE:
		return any && doubt_cadence(c, &asked, buf);
	case URLS_DOUBTS:
		break;
	}
	return false;
}
