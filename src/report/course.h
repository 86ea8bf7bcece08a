#ifndef REPORT_COURSE_H
#define REPORT_COURSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "blackout/timefmt.h"

/*
 * The course of one prefix over the width of a picture: runs of columns that
 * look alike.  Where a column holds more than one thing, the worst is drawn,
 * so that nothing is too short to be seen.
 */

/* From the best to the worst. */
enum shade {
	SHADE_NOTHING, /* it was not there yet */
	SHADE_ALL,     /* carried by SHADE_ALL_MIN and more of the voters */
	SHADE_MOST,    /* by SHADE_MOST_MIN and more; and so on */
	SHADE_HALF,
	SHADE_FEW,       /* where the quorum is below a half */
	SHADE_ELSEWHERE, /* not lost: from another origin, or its space is */
	SHADE_UNKNOWN,
	SHADE_GONE,
	SHADES,
};

#define SHADE_ALL_MIN 0.95
#define SHADE_MOST_MIN 0.75
#define SHADE_HALF_MIN 0.5

/* Of a prefix that is not below the quorum. */
enum shade shade_of(unsigned carrying, unsigned voting);

struct run {
	uint32_t from, to; /* columns [from, to) */
	enum shade shade;
};

struct course {
	struct run *runs; /* side by side, each unlike the one before */
	size_t n, cap;
};

/* The columns that a span of time is drawn on. */
struct columns {
	usec_t from, to; /* from < to */
	uint32_t n;
};

/* Where a moment lies, in columns; not cut off at the ends. */
double columns_at(const struct columns *c, usec_t t);

/* Append what begins where the last run ends, or in its last column, or is
   outside the columns altogether.  False: out of memory. */
bool course_add(struct course *x, const struct columns *c, usec_t start,
    usec_t end, enum shade shade);
void course_fini(struct course *x);

/*
 * The same on fewer columns, of which each holds so many of the old ones;
 * coarse: and all that is carried alike.  False: out of memory.
 */
bool course_coarser(
    struct course *out, const struct course *x, uint32_t factor, bool coarse);

/* An order of courses; 0: they are the same. */
int course_cmp(const struct course *a, const struct course *b);

#endif
