#ifndef REPORT_PICTURE_H
#define REPORT_PICTURE_H

#include "report/course.h"
#include "report/report_priv.h"

/*
 * What there is to be seen in a picture of a report, before anything is drawn:
 * networks, the most affected first, with their prefixes and outages; or, if an
 * order was asked for, in that of their first outages that are told.
 */

/* A row: a prefix, and those of the same network whose course is the same. */
struct picture_row {
	struct prefix prefix;
	struct prefix *like; /* the others, sorted */
	size_t like_n, like_cap;
	usec_t gone; /* for so long, of the time drawn */
	struct course course;
};

/* A network, or a prefix by itself. */
struct picture_group {
	const struct outage_as *as;
	int64_t order;            /* smallest first */
	size_t entity;            /* in the result */
	struct picture_row *rows; /* the most affected first */
	size_t row_n;
	size_t left_out;         /* prefixes that are not drawn */
	size_t window, window_n; /* drawn; the first one's index */
};

struct picture_window {
	const struct outage_as *as;
	const struct outage_window *window;
	size_t row; /* in the result */
};

struct picture {
	const struct report_input *in;
	struct columns columns;
	struct picture_group *groups;
	size_t group_n;
	size_t left_out; /* networks with outages that are not drawn */
	size_t quiet_n;  /* networks without outage that are not drawn */
	struct picture_window *windows; /* by group, start; their number is the
					   index + 1 */
	size_t window_n;
	bool folded, elsewhere, few; /* whether these occur */
};

#define PICTURE_GROUPS_MAX 24u /* networks drawn */
#define PICTURE_ROWS_MAX 48u   /* rows of all of them */
#define PICTURE_RUNS_MAX 16000u

/* BLK_ENOMEM; on BLK_OK the caller owns *out, and in is borrowed by it. */
enum blk_status picture_new(
    struct picture **out, const struct report_input *in);
void picture_free(struct picture *p);

/* "AS131279", or the prefix of an entity that is one; returns buf. */
char *picture_name(const struct outage_as *as, char buf[PREFIX_STRLEN]);

#define PICTURE_TITLE_LEN 128
/* The same, and what it is called, if that is known: "AS131279 STAR-KP". */
char *picture_title(const struct report_input *in, const struct outage_as *as,
    char buf[PICTURE_TITLE_LEN]);

#endif
