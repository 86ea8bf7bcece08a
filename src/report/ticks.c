/*
 * Distances of up to a week are counted in seconds from a Monday, so that days
 * begin at midnight and weeks on Mondays; greater ones are counted in months.
 */
#include "report/ticks.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#define MINUTE 60
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define MONDAY (4 * DAY) /* 1970-01-05 */
#define MONTH_MIN (28 * (double)DAY)

static const struct ticks usual[] = {{1, 0}, {2, 0}, {5, 0}, {10, 0}, {15, 0},
    {30, 0}, {MINUTE, 0}, {2 * MINUTE, 0}, {5 * MINUTE, 0}, {10 * MINUTE, 0},
    {15 * MINUTE, 0}, {30 * MINUTE, 0}, {HOUR, 0}, {2 * HOUR, 0}, {3 * HOUR, 0},
    {6 * HOUR, 0}, {12 * HOUR, 0}, {DAY, 0}, {2 * DAY, 0}, {7 * DAY, 0}, {0, 1},
    {0, 2}, {0, 3}, {0, 6}, {0, 12}, {0, 24}, {0, 60}, {0, 120}};

#define USUAL_N (sizeof(usual) / sizeof(usual[0]))

struct ticks
ticks_choose(usec_t from, usec_t to, unsigned max)
{
	const double span = (double)(to - from) / (double)USEC_PER_SEC;
	size_t i = 0;

	for (; i + 1 < USUAL_N; i++) {
		const double step = usual[i].seconds > 0
		    ? (double)usual[i].seconds
		    : MONTH_MIN * usual[i].months;

		if (span / step < max)
			break;
	}
	return usual[i];
}

struct civil {
	int year, month, day;
};

static struct civil
civil_of(usec_t t)
{
	char text[TIMEFMT_STRLEN];
	struct civil c = {1970, 1, 1};

	timefmt_table(t, text);
	sscanf(text, "%d-%d-%d", &c.year, &c.month, &c.day);
	return c;
}

/* Months are counted from January of year 0. */
static usec_t
month_start(int months)
{
	return timefmt_from_civil(months / 12, months % 12 + 1, 1, 0, 0, 0) *
	    USEC_PER_SEC;
}

usec_t
ticks_from(const struct ticks *k, usec_t t)
{
	const struct civil c = civil_of(t);
	int months = 12 * c.year + c.month - 1;
	int64_t sec = usec_floor_sec(t);
	int64_t over;

	if (k->seconds > 0) {
		sec += sec * USEC_PER_SEC < t;
		over = (sec - MONDAY) % k->seconds;
		if (over < 0)
			over += k->seconds;
		return (over > 0 ? sec + k->seconds - over : sec) *
		    USEC_PER_SEC;
	}
	if (month_start(months) < t)
		months++;
	if (months % k->months > 0)
		months += k->months - months % k->months;
	return month_start(months);
}

static const char *
month_name(int month)
{
	static const char *const names[] = {"Jan", "Feb", "Mar", "Apr", "May",
	    "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

	return month >= 1 && month <= 12 ? names[month - 1] : "?";
}

char *
ticks_day(usec_t t, bool year, char buf[TIMEFMT_STRLEN])
{
	const struct civil c = civil_of(t);
	const char *month = month_name(c.month);

	if (year)
		snprintf(buf, TIMEFMT_STRLEN, "%d %s %d", c.day, month, c.year);
	else
		snprintf(buf, TIMEFMT_STRLEN, "%d %s", c.day, month);
	return buf;
}

char *
ticks_label(const struct ticks *k, usec_t t, char buf[TIMEFMT_STRLEN])
{
	const struct civil c = civil_of(t);
	char text[TIMEFMT_STRLEN];

	if (k->months >= 12)
		snprintf(buf, TIMEFMT_STRLEN, "%d", c.year);
	else if (k->months > 0)
		snprintf(
		    buf, TIMEFMT_STRLEN, "%s %d", month_name(c.month), c.year);
	else if (usec_floor_sec(t) % DAY == 0)
		ticks_day(t, false, buf);
	else
		snprintf(buf, TIMEFMT_STRLEN, "%.*s",
		    k->seconds < MINUTE ? 8 : 5, timefmt_table(t, text) + 11);
	return buf;
}
