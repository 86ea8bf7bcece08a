#ifndef REPORT_TICKS_H
#define REPORT_TICKS_H

#include <stdbool.h>

#include "blackout/timefmt.h"

/* Round moments (UTC) to mark a span of time with. */
struct ticks {
	int64_t seconds; /* between two of them; 0: months are */
	int months;
};

/* The closest of the usual distances with no more than max in [from, to). */
struct ticks ticks_choose(usec_t from, usec_t to, unsigned max);

/* The first at t or later. */
usec_t ticks_from(const struct ticks *k, usec_t t);

/*
 * What to write there: the time of day, or at midnight and where days or more
 * lie between them, the date: "16:00", "16:15:30", "22 Dec", "Dec 2014",
 * "2014".  Returns buf.
 */
char *ticks_label(const struct ticks *k, usec_t t, char buf[TIMEFMT_STRLEN]);

/* "22 Dec 2014", or without the year; returns buf. */
char *ticks_day(usec_t t, bool year, char buf[TIMEFMT_STRLEN]);

#endif
