#ifndef BLACKOUT_URLS_H
#define BLACKOUT_URLS_H

#include <stdbool.h>
#include <stddef.h>

#include "blackout/timefmt.h"

/*
 * Where RouteViews and RIPE RIS keep their files: addresses made from a
 * collector's name and a span of time.  Nothing is fetched and nobody asked:
 * what is known of the layouts and their history stands in a table, and what
 * is not known is told as a doubt.
 */

struct urls_collector; /* a row of that table */

/* The collector of that name; NULL if none is known. */
const struct urls_collector *urls_find(const char *name);

/* The name of collector i, from 0, in order; NULL past the last. */
const char *urls_name(size_t i);

/* Up to max names that look like name, the nearest first; how many. */
size_t urls_near(const char *name, const char *out[], size_t max);

enum urls_ribs {
	URLS_RIBS_FIRST, /* the last one at or before the start */
	URLS_RIBS_ALL,   /* that one, and each one before the end */
	URLS_RIBS_NONE,
};

/* Takes one address; false: enough. */
typedef bool (*urls_take)(void *arg, const char *url);

/*
 * The addresses of c's files for [start, end), in the order of their times, a
 * RIB before the updates of the same time.  With a RIB, updates begin at its
 * time, so that the state is known at start; else with the file that holds
 * start.  False if take wanted no more.
 */
bool urls_each(const struct urls_collector *c, usec_t start, usec_t end,
    enum urls_ribs ribs, urls_take take, void *arg);

/* What a reader of the addresses for a span must know. */
enum urls_doubt {
	URLS_EARLY,    /* there are no files as old as that; left out */
	URLS_LATE,     /* there are no files so late; left out */
	URLS_LOCAL,    /* the names are in local time */
	URLS_OFF_GRID, /* the minutes of the names are a guess */
	URLS_CADENCE,  /* files may be rarer than the addresses */
	URLS_DOUBTS,
};
#define URLS_DOUBT_LEN 256

/*
 * Whether doubt concerns the addresses of c for [start, end); then buf says so
 * in a sentence without its full stop.
 */
bool urls_doubts(const struct urls_collector *c, usec_t start, usec_t end,
    enum urls_doubt doubt, char buf[URLS_DOUBT_LEN]);

#endif
