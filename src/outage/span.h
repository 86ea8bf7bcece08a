#ifndef OUTAGE_SPAN_H
#define OUTAGE_SPAN_H

#include <stdbool.h>
#include <stddef.h>

#include "blackout/timefmt.h"
#include "outage/judge.h"

/*
 * From a course of verdicts over time to windows with known and unknown bounds.
 *
 * DOWN begins a window and UP ends it; UNKNOWN does neither, so DOWN, UNKNOWN,
 * DOWN is one window, and UP, UNKNOWN, UP is none.
 */
struct span {
	usec_t start, end;     /* end: USEC_NONE while ongoing */
	usec_t start_earliest; /* last whole second UP; USEC_NONE: none */
	usec_t end_earliest;   /* last whole second DOWN */
	usec_t unknown;        /* time without a verdict in [start, end) */
};

struct span_list {
	struct span *v;
	size_t n, cap;
};

struct span_builder {
	struct span_list *out;
	enum verdict verdict;
	usec_t since;    /* of verdict; USEC_NONE: nothing fed yet */
	usec_t up_until; /* end of the last UP stretch; or USEC_NONE */
	usec_t down_until;
	usec_t pending; /* unknown time since down_until */
	bool open;
	struct span now;
};

void span_begin(struct span_builder *b, struct span_list *out);

/* From time on, verdict holds.  Times increase.  False: out of memory. */
bool span_feed(struct span_builder *b, usec_t time, enum verdict verdict);

/* The data end at time.  False: out of memory. */
bool span_end(struct span_builder *b, usec_t time);

/* Join windows of which the next begins less than gap after the last. */
void span_join(struct span_list *l, usec_t gap);

/* Its length, up to the last moment known DOWN while it is ongoing. */
usec_t span_duration(const struct span *s);

/* Whole seconds at or before t, as a time. */
usec_t span_second(usec_t t);

#endif
